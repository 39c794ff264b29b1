"""The account: which claims it has, in the order of causes, and what is contested."""

from collections.abc import Iterable, Sequence

from kapsim.answers.answer import Contested, Section
from kapsim.answers.corrections import Correction
from kapsim.answers.desk import Desk
from kapsim.answers.retrieval import Ranked
from kapsim.answers.wording import in_short, objection, sentence
from kapsim.evidence import Claim, Step, Strength

_MOST = 16  # claims of an answer to a specific question
_ENOUGH_OF_ONE = 8  # central claims of a concept that make an account
_NEAR = 0.4  # of the best claim's score
_MOST_CONTESTED = 6
_FIRST = "What the question takes for granted"
_NEAREST = "Nearest to the question"
_IN_SHORT = "In short"
_CHAIN = 5  # gists that make an opening
_FEW = 3  # claims, of which none need come before the others
_TO_THE_POINT = 2  # claims that do, of more
_GRADES = list(Strength)


def chosen(desk: Desk, order: Ranked) -> list[Claim]:
    """Claims of the account, the nearest first.

    A question that names only broad concepts is asked of the whole: it gets the
    central claims of every step. Any other gets the claims nearest to it.
    """
    asked = desk.question
    if not asked.narrow:
        return _whole(desk)
    best = max((score for _, score in order), default=0.0)
    own = _to_the_point(desk)
    near = [n for n, score in order if score >= _NEAR * best and (not own or n in own)]
    return [desk.found.claims[name] for name in near[:_MOST]]


def _to_the_point(desk: Desk) -> set[str]:
    """Claims that have a keyword of the question, if it names nothing else.

    Others have only the drug, say, and words that any question may have.
    """
    named = (*desk.question.specific, *desk.question.known)
    keyed = all(piece.keyed for piece in named)
    return {claim for piece in named for claim in piece.claims} if keyed else set()


def _whole(desk: Desk) -> list[Claim]:
    """Central claims of each step; of one concept if only that is named."""
    named = {page for piece in desk.question.broad for page in piece.pages}
    central = [claim for claim in desk.found.claims.values() if claim.central]
    own = [claim for claim in central if named & set(claim.concepts)]
    if len(desk.question.broad) == 1 and len(own) >= _ENOUGH_OF_ONE:
        central = own
    steps = ([c for c in central if c.step is step] for step in Step)
    return [claim for claims in steps for claim in _leading(claims)]


def _leading(claims: Sequence[Claim]) -> list[Claim]:
    """The one that opens the matter, the best supported other, and a contested one."""
    kept = list(claims[:1])
    rest = sorted(claims[1:], key=lambda claim: _GRADES.index(claim.strength))
    kept += rest[:1]
    if not any(claim.contested for claim in kept):
        kept += [claim for claim in rest[1:] if claim.contested][:1]
    return kept


def account(
    claims: Sequence[Claim], made: Sequence[Correction], desk: Desk
) -> tuple[Section, ...]:
    """Sections by step, from molecule to therapy, after what must come first.

    That are corrections, or else, of many claims on a specific question, the nearest to
    it: who asks one thing should not have to look for it among its causes. Who asks of
    the whole finds the chain of causes in short. Within a step the claim nearest to the
    question comes first; the others stand in the order of their files, which go from
    the general to the particular.
    """
    first, heading = list(dict.fromkeys(one.claim.id for one in made)), _FIRST
    if not first and desk.question.narrow and len(claims) > _FEW:
        first, heading = [claim.id for claim in claims[:_TO_THE_POINT]], _NEAREST
    sections = [_section(first, heading, desk)] if first else []
    told = {claim.id for claim in claims} - set(first)
    in_order = [claim for name, claim in desk.found.claims.items() if name in told]
    if not desk.question.narrow:
        sections += _opening(in_order)
    for step in Step:
        nearest = [claim.id for claim in claims if claim.step is step][:1]
        names = nearest + [claim.id for claim in in_order if claim.step is step]
        names = [name for name in dict.fromkeys(names) if name in told]
        if names:
            sections.append(_section(names, step.heading, desk))
    return tuple(sections)


def _opening(claims: Sequence[Claim]) -> list[Section]:
    """The chain of causes in short, if enough of the claims have a gist."""
    said = in_short(claim for step in Step for claim in claims if claim.step is step)
    if len(said) < _CHAIN:
        return []
    return [Section(step=claims[0].step, heading=_IN_SHORT, sentences=said)]


def _section(names: Iterable[str], heading: str, desk: Desk) -> Section:
    claims = [desk.found.claims[name] for name in names]
    return Section(
        step=claims[0].step,
        heading=heading,
        sentences=tuple(sentence(claim, desk.shelf) for claim in claims),
    )


def contested(claims: Iterable[Claim], desk: Desk) -> tuple[Contested, ...]:
    """Claims of the account with sources against them, in the order of causes."""
    disputed = [claim for claim in claims if claim.contested][:_MOST_CONTESTED]
    steps, places = list(Step), list(desk.found.claims)
    disputed.sort(key=lambda c: (steps.index(c.step), places.index(c.id)))
    return tuple(
        Contested(
            claim=sentence(claim, desk.shelf),
            against=tuple(objection(claim, one) for one in claim.against),
        )
        for claim in disputed
    )

"""Whether sentences say what the claims say, on the sources that those rest on."""

from collections import Counter
from collections.abc import Iterable, Iterator

from kapsim.answers.answer import Sentence
from kapsim.answers.formats import words
from kapsim.answers.verify.display import Display, Said
from kapsim.answers.verify.numbers import numbers
from kapsim.answers.verify.problem import Problem, problem
from kapsim.answers.verify.records import Records, supporting
from kapsim.answers.wording import objection
from kapsim.evidence import Claim


def sentence_problems(seen: Display, records: Records) -> Iterator[Problem]:
    """What is wrong with the account and with what is contested."""
    rephrased = any(words.REPHRASED in text for text in seen.opening)
    by_words = _by_words(records)
    for said in seen.account:
        yield from _claimed("account", said, records, by_words, rephrased=rephrased)
    for said in seen.claimed:
        yield from _claimed("contested", said, records, by_words, rephrased=False)
    for claim, said in seen.against:
        yield from _objected(claim, said, by_words)


def _by_words(records: Records) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = {}
    for claim in records.knowledge.claims.values():
        for text in records.words_of(claim):
            found.setdefault(text, []).append(claim)
    return found


def _claimed(
    part: str,
    said: Said,
    records: Records,
    by_words: dict[str, list[Claim]],
    *,
    rephrased: bool,
) -> Iterator[Problem]:
    claims = by_words.get(said.text, [])
    if claims:
        yield from _on_its_sources(part, said, claims)
        return
    resting = [
        claim
        for claim in records.knowledge.claims.values()
        if supporting(claim) == said.keys
    ]
    if not resting:
        yield problem(part, said.text, "no claim rests on just the sources cited")
        return
    recorded = (text for claim in resting for text in records.words_of(claim))
    strange = _strange(said.text, recorded)
    if strange:
        what = f"{_listed(strange)}: not as in any claim that rests on these sources"
        yield problem(part, said.text, what)
    elif not rephrased:
        yield problem(part, said.text, "not the words of a claim")


def _on_its_sources(part: str, said: Said, claims: list[Claim]) -> Iterator[Problem]:
    """Whether one of the claims with these words has these sources and grades."""
    resting = [claim for claim in claims if supporting(claim) == said.keys]
    if not resting:
        rests = ", ".join(sorted(supporting(claims[0])))
        yield problem(part, said.text, f"the claim rests on other sources ({rests})")
    elif said.remarks not in [words.grades(claim) for claim in resting]:
        yield _graded(part, said, resting[0])


def _graded(part: str, said: Said, recorded: Sentence | Claim) -> Problem:
    graded = ", ".join(words.grades(recorded)) or "none"
    return problem(part, said.text, f"the remark on its evidence should be {graded}")


def _strange(text: str, others: Iterable[str]) -> Counter[str]:
    """Numbers of a text that are not as in the text that is nearest to it by numbers.

    Empty if one of the others has the same numbers.
    """
    found = numbers(text)
    differences = [(found - known) + (known - found) for known in map(numbers, others)]
    return min(differences, key=lambda one: one.total())


def _listed(found: Counter[str]) -> str:
    return "number " + ", ".join(sorted(found))


def _objected(
    claimed: Said | None, said: Said, by_words: dict[str, list[Claim]]
) -> Iterator[Problem]:
    """Whether a source is recorded as saying this against the claim above it."""
    if claimed is None:
        yield problem("contested", said.text, "speaks against no claim")
        return
    recorded = [
        objection(claim, cited)
        for claim in by_words.get(claimed.text, [])
        for cited in claim.against
    ]
    saying = [
        one
        for one in recorded
        if (frozenset(one.sources), one.text) == (said.keys, said.text)
    ]
    if recorded and not saying:
        what = "no source is recorded as saying this against the claim"
        yield problem("contested", said.text, what)
    elif saying and said.remarks not in [words.grades(one) for one in saying]:
        yield _graded("contested", said, saying[0])

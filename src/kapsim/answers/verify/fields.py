"""What only the JSON of an answer says: the claim behind a sentence, exact numbers."""

from collections.abc import Iterator

from kapsim.answers.answer import Answer, Sentence, Shown
from kapsim.answers.verify.problem import Problem, problem
from kapsim.answers.verify.records import Records
from kapsim.answers.wording import objection


def field_problems(answer: Answer, records: Records) -> Iterator[Problem]:
    """What is wrong with fields that the other formats do not show."""
    for sentence in _sentences(answer):
        yield from _sentence_problems(sentence, records)
    for shown in answer.shown:
        if not _stored(shown, records.shown(shown.name)):
            yield problem("model", shown.title, "not the stored result")
    for aspect in answer.coverage.aspects:
        if aspect.concept and aspect.concept not in records.names:
            yield problem("coverage", aspect.words, f"no concept {aspect.concept!r}")
    for linked in answer.linked:
        if records.names.get(linked.id) != linked.name:
            yield problem("concepts", linked.name, f"not the name of {linked.id}")


def _stored(shown: Shown, stored: Shown | None) -> bool:
    """Whether all of it is stored; numbers may be left out."""
    if stored is None:
        return False
    bare = {"numbers": ()}
    return shown.model_copy(update=bare) == stored.model_copy(update=bare) and (
        set(shown.numbers) <= set(stored.numbers)
    )


def _sentences(answer: Answer) -> Iterator[Sentence]:
    for section in answer.account:
        yield from section.sentences
    for one in answer.contested:
        yield from (one.claim, *one.against)


def _sentence_problems(sentence: Sentence, records: Records) -> Iterator[Problem]:
    claim = records.knowledge.claims.get(sentence.claim)
    if claim is None:
        yield problem("account", sentence.text, f"there is no claim {sentence.claim}")
        return
    grades = (sentence.strength, sentence.reading)
    said = (sentence.text, sentence.sources)
    objections = (objection(claim, cited) for cited in claim.against)
    against = [one.strength for one in objections if (one.text, one.sources) == said]
    if grades not in [(one, claim.reading) for one in against or [claim.strength]]:
        what = f"graded otherwise than claim {claim.id}"
        yield problem("account", sentence.text, what)
    known = {one.source for one in (*claim.supports, *claim.against)}
    if not set(sentence.sources) <= known:
        what = f"cites sources that claim {claim.id} does not name"
        yield problem("account", sentence.text, what)

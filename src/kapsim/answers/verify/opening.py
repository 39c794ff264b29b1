"""Whether an answer begins with what every answer says, and with nothing made up."""

from collections.abc import Iterator

from kapsim.answers import notices
from kapsim.answers.formats import words
from kapsim.answers.verify.display import Display
from kapsim.answers.verify.problem import Problem, problem
from kapsim.answers.verify.records import Records


def opening_problems(seen: Display, records: Records) -> Iterator[Problem]:
    """What is wrong with what is said before the statement of coverage."""
    if words.BANNER not in seen.opening:
        what = "the statement that this is no medical advice is missing or changed"
        yield problem("opening", words.BANNER, what)
    claims = records.knowledge.claims.values()
    statements = {one for claim in claims for one in claim.corrects}
    for text in seen.opening:
        notice, _, _ = text.partition(words.REPHRASED)
        if notice and text != words.BANNER:
            if not notices.known(notice.strip(), statements):
                yield problem("opening", text, "not a notice of kapsim")

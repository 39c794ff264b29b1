"""Whether the pages of concepts and portraits are the recorded ones."""

import re
from collections.abc import Iterator

from kapsim.answers.formats import words
from kapsim.answers.formats.outline import MARK
from kapsim.answers.verify.display import Display, unmarked
from kapsim.answers.verify.problem import Problem, problem
from kapsim.answers.verify.records import Records
from kapsim.evidence.knowledge_schema import CITED

_GROUP = re.compile(rf" ?\(({MARK.pattern}(?:; {MARK.pattern})*)\)")
_COUNTED = re.compile(r"(?P<name>.+): (?P<claims>\d+) claims")


def page_problems(seen: Display, records: Records) -> Iterator[Problem]:
    """What is wrong with the pages of concepts and portraits."""
    known = {
        page.name: page.page
        for page in (
            *records.knowledge.concepts.values(),
            *records.knowledge.portraits.values(),
        )
    }
    for name, texts in seen.pages:
        if name not in known:
            yield problem("concepts", name, "no concept or portrait has this name")
            continue
        recorded = " ".join(words.paragraphs(known[name]))
        for text in texts:
            if _keyed(text) not in CITED.sub(r" [\1]", recorded):
                yield problem("concepts", unmarked(text), f"not in the page of {name}")


def nearest_problems(seen: Display, records: Records) -> Iterator[Problem]:
    """What is wrong with what the library is said to cover instead."""
    counts = {
        concept.name: len(records.knowledge.claims_of(key))
        for key, concept in records.knowledge.concepts.items()
    }
    for text in seen.nearest:
        found = _COUNTED.fullmatch(text)
        if found is None or counts.get(found["name"]) != int(found["claims"]):
            yield problem("nearest", text, "not what the library holds of it")


def _keyed(text: str) -> str:
    """Text of a page with its citations as the record has them."""

    def keys(found: re.Match[str]) -> str:
        return f" [{'; '.join(mark[2] for mark in MARK.finditer(found[0]))}]"

    return _GROUP.sub(keys, text)

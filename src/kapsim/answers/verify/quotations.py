"""Whether quotations stand word for word in the reader's documents, at their place."""

import re
from collections.abc import Iterator

from kapsim.answers.formats.outline import plain
from kapsim.answers.verify.display import Display, Quoted
from kapsim.answers.verify.problem import Problem, problem
from kapsim.answers.verify.records import Records
from kapsim.answers.verify.signs import even


def quotation_problems(seen: Display, records: Records) -> Iterator[Problem]:
    """What is wrong with the quotations."""
    for quoted in seen.quotations:
        if quoted.cite.key != quoted.document:
            what = f"cited as {quoted.cite.key}, but taken from {quoted.document}"
            yield problem("quotation", quoted.text, what)
        yield from _misquoted(quoted, records)


def _misquoted(quoted: Quoted, records: Records) -> Iterator[Problem]:
    passages = records.passages_of(quoted.document)
    if passages is None:
        what = f"your library has no document {quoted.document}; name the library"
        yield problem("quotation", quoted.text, what)
        return
    words = even(quoted.text)
    whole = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
    there = [one.place for one in passages if whole.search(even(one.text))]
    places = [plain(place.words) for place in there]
    if not words or not there:
        what = f"not word for word in {quoted.document}"
        yield problem("quotation", quoted.text, what)
    elif quoted.place not in places:
        what = f"stands at {places[0]}, not at {quoted.place}"
        yield problem("quotation", quoted.text, what)

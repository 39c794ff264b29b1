"""Whether what the model is said to show is what is stored of it."""

import re
from collections.abc import Iterator

from kapsim.answers.answer import Shown
from kapsim.answers.formats import words
from kapsim.answers.formats.outline import plain
from kapsim.answers.verify.display import Display, Exhibit
from kapsim.answers.verify.problem import Problem, problem
from kapsim.answers.verify.records import Records

_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)


def exhibit_problems(seen: Display, records: Records) -> Iterator[Problem]:
    """What is wrong with the results of experiments and runs."""
    for exhibit in seen.exhibits:
        stored = records.shown(exhibit.name)
        if stored is None:
            what = f"no result of {exhibit.name or 'it'} is stored"
            yield problem("model", exhibit.title, what)
        else:
            yield from _differences(exhibit, stored)
            yield from _drawn_otherwise(exhibit, records.figure(exhibit.name))


def _differences(exhibit: Exhibit, stored: Shown) -> Iterator[Problem]:
    rows = [
        tuple(plain(cell) for cell in words.number_cells(one)) for one in stored.numbers
    ]
    for row in exhibit.rows:
        if row not in rows:
            yield problem("model", "; ".join(row), "not the stored number")
    said = {
        "title": (exhibit.title, plain(stored.title)),
        "verdict": (exhibit.verdict, plain(stored.verdict)),
        "command": (exhibit.command, plain(stored.command)),
        "caption": (" ".join(exhibit.captions), plain(stored.caption)),
    }
    for name, (text, recorded) in said.items():
        if text != recorded:
            yield problem("model", text, f"not the stored {name} of {stored.name}")
    if {cite.key for cite in exhibit.cites} != set(stored.sources):
        yield problem("model", exhibit.title, "cites other sources than are stored")


def _drawn_otherwise(exhibit: Exhibit, svg: str | None) -> Iterator[Problem]:
    """Whether the words and numbers in the drawing are those of the stored one."""
    if exhibit.drawing is None:
        return
    import bs4

    texts = bs4.BeautifulSoup(_STYLE.sub("", svg or ""), "lxml").stripped_strings
    if " ".join(texts) != exhibit.drawing:
        yield problem("model", exhibit.title, "not the stored figure")

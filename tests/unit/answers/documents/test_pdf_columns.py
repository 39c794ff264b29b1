"""Columns: found where text stands beside text, and not looked for among marks."""

import numpy as np
import pytest

from kapsim.answers.documents import pdf_columns
from kapsim.answers.documents.pdf_columns import regions
from kapsim.answers.documents.pdf_lines import Line


def line(text: str, x0: float, y: float, width: float) -> Line:
    return Line(text, x0, x0 + width, y, y + 10.0, 10.0, bold=False)


def test_columns_below_a_title_are_read_one_after_the_other():
    rows = range(12)
    left = [line(f"left {k}", 50.0, 600.0 - 12 * k, 220.0) for k in rows]
    right = [line(f"right {k}", 300.0, 600.0 - 12 * k, 220.0) for k in rows]
    title = line("title", 60.0, 700.0, 400.0)
    found = regions([*right, *left, title])
    said = [one.text for stretch in found for one in stretch]
    assert said == [
        "title",
        *(f"left {k}" for k in rows),
        *(f"right {k}" for k in rows),
    ]


def test_three_columns_are_read_one_after_the_other():
    columns = [
        [line(f"{name} {k}", x, 600.0 - 12 * k, 150.0) for k in range(12)]
        for name, x in (("first", 40.0), ("second", 205.0), ("third", 370.0))
    ]
    mixed = [one for row in zip(*columns, strict=True) for one in row]
    said = [one.text for stretch in regions(mixed) for one in stretch]
    assert said == [one.text for column in columns for one in column]


def test_a_plot_of_many_marks_is_read_in_a_few_passes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each mark is a letter of a symbol font: a line of its own for the reader."""
    compared = []
    level = pdf_columns._level

    def counted(one: Line, other: Line) -> bool:
        compared.append(1)
        return level(one, other)

    monkeypatch.setattr(pdf_columns, "_level", counted)
    places = np.random.default_rng(1).uniform(50, 500, (1500, 2))
    marks = [line("o", x, y, 4.0) for x, y in places.tolist()]
    (found,) = regions(marks)
    assert sum(one.text.count("o") for one in found) == len(marks)
    assert len(compared) <= 2 * len(marks)

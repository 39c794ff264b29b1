"""Several drugs on one experiment in one figure."""

from kapsim.lab.arms import combined
from kapsim.lab.experiment import Figure, Outcome, Panel, Series


def outcome(drug: str, effect: float, **numbers: float) -> Outcome:
    base = Series("none", [0.0, 1.0], [1.0, 2.0])
    added = Series(drug, [0.0, 1.0], [effect, effect])
    bars = Series(
        "value", [0.0, 1.0], [1.0, effect], [0.0, 0.0], [2.0, 2.0], kind="bars"
    )
    marks = Series("published", [0.0], [1.1], kind="points")
    panels = (
        Panel("Course", "t", "y", (base, added)),
        Panel("Groups", "", "y", (bars, marks), ("none", drug)),
    )
    return Outcome({"seen": 1.0, **numbers}, Figure("Caption", panels))


def test_one_drug_is_left_as_it_is() -> None:
    only = outcome("x", 3.0)
    assert combined({"x": only}, ["seen"]) is only


def test_series_and_categories_of_the_others_are_added() -> None:
    whole = combined({"x": outcome("x", 3.0), "y": outcome("y", 4.0)}, ["seen"])
    course, groups = whole.figure.panels
    assert [one.name for one in course.series] == ["none", "x", "y"]
    assert groups.categories == ("none", "x", "y")
    bars, marks = groups.series
    assert list(bars.x) == [0, 1, 2]
    assert list(bars.y) == [1, 3, 4]
    assert list(bars.high or ()) == [2, 2, 2]
    assert list(marks.x) == [0]


def test_numbers_that_differ_carry_the_drug() -> None:
    one = outcome("x", 3.0, with_drug=0.3, same=5.0)
    other = outcome("y", 4.0, with_drug=0.4, same=5.0)
    whole = combined({"x": one, "y": other}, ["seen"])
    assert whole.numbers == {
        "seen": 1.0,
        "with_drug: x": 0.3,
        "with_drug: y": 0.4,
        "same": 5.0,
    }

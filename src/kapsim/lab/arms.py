"""Several drugs on one experiment: the arms that each adds, in one outcome."""

from collections.abc import Iterable, Mapping

from kapsim.lab.experiment import Figure, Outcome, Panel, Series, Values


def combined(outcomes: Mapping[str, Outcome], results: Iterable[str]) -> Outcome:
    """Outcomes of one experiment, by the drug that was added, as one.

    The published results are the same in all. Other numbers that differ between drugs
    carry the drug's text in their name. Of a figure, what the first has stays; series,
    and values in categories, that only another has are added.
    """
    first, *others = outcomes.values()
    if not others:
        return first
    known = set(results)
    numbers: dict[str, float] = {}
    for drug, outcome in outcomes.items():
        for name, value in outcome.numbers.items():
            same = all(one.numbers.get(name) == value for one in outcomes.values())
            numbers[name if name in known or same else f"{name}: {drug}"] = value
    panels = first.figure.panels
    for other in others:
        pairs = zip(panels, other.figure.panels, strict=True)
        panels = tuple(_joined(mine, its) for mine, its in pairs)
    return Outcome(numbers, Figure(first.figure.caption, panels))


def _joined(mine: Panel, its: Panel) -> Panel:
    """A panel with what another has beside it."""
    fresh = [name for name in its.categories if name not in mine.categories]
    categories = (*mine.categories, *fresh)
    place = {k: categories.index(name) for k, name in enumerate(its.categories)}
    new = {place[its.categories.index(name)] for name in fresh}
    found = {one.name: _moved(one, place) for one in its.series}
    series = [
        _with(one, found[one.name], new) if one.name in found else one
        for one in mine.series
    ]
    present = {one.name for one in mine.series}
    series += [one for name, one in found.items() if name not in present]
    return Panel(mine.title, mine.x_label, mine.y_label, tuple(series), categories)


def _moved(series: Series, place: Mapping[int, int]) -> Series:
    """The series with its categories at their places in the joined panel."""
    x = [x + place[round(x)] - round(x) if place else x for x in series.x]
    return Series(series.name, x, series.y, series.low, series.high, series.kind)


def _with(mine: Series, its: Series, new: set[int]) -> Series:
    """The series with another's values in new categories."""
    keep = [k for k, x in enumerate(its.x) if round(x) in new]

    def both(one: Values | None, other: Values | None) -> list[float] | None:
        if one is None or other is None:
            return None
        return [*one, *(other[k] for k in keep)]

    return Series(
        mine.name,
        [*mine.x, *(its.x[k] for k in keep)],
        [*mine.y, *(its.y[k] for k in keep)],
        both(mine.low, its.low),
        both(mine.high, its.high),
        mine.kind,
    )

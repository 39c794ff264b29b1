"""What the figures and tables say: endpoints, intervals, simulated beside published."""

import dataclasses
import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from kapsim.report.axes import HOURS_A_DAY, minus
from kapsim.report.run_directory import RunDirectory
from kapsim.trial.protocol import Published as Entry
from kapsim.trial.summaries.comparison import comparable, compare_published

DEPRESSION_SCALES = ("MADRS", "HDRS-17", "QIDS-SR", "PHQ-9")
_SAME_TIME = 0.01  # two moments of a protocol closer than this are one [h]

COLUMNS = {
    "mean": ("mean", "mean_low", "mean_high"),
    "change": ("change_mean", "change_low", "change_high"),
    "response": ("response_pct", "response_low", "response_high"),
    "remission": ("remission_pct", "remission_low", "remission_high"),
}


@dataclasses.dataclass(frozen=True)
class Estimate:
    """A value with its interval; the interval may be unknown."""

    value: float
    low: float = math.nan
    high: float = math.nan

    @property
    def known(self) -> bool:
        """Whether there is a value at all."""
        return math.isfinite(self.value)

    @property
    def has_interval(self) -> bool:
        """Whether both ends of the interval are known."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    def shifted(self, by: float) -> "Estimate":
        """The estimate with a constant added."""
        return Estimate(self.value + by, self.low + by, self.high + by)

    def text(self, decimals: int = 1, unit: str = "") -> str:
        """Value and interval in words, such as `18.2 (17.6 to 18.8)`."""
        if not self.known:
            return "\N{EN DASH}"
        head = minus(f"{self.value:.{decimals}f}") + unit
        return f"{head} ({self.ends(decimals)})" if self.has_interval else head

    def ends(self, decimals: int = 1) -> str:
        """The interval in words, such as `17.6 to 18.8`; a dash if it is not known."""
        if not self.has_interval:
            return "\N{EN DASH}"
        ends = (minus(f"{end:.{decimals}f}") for end in (self.low, self.high))
        return " to ".join(ends)


@dataclasses.dataclass(frozen=True)
class Published:
    """A published value that the protocol carries, beside its simulated twin.

    `kind` is what both are: mean, change, response or remission.
    """

    arm: str
    visit: str
    time: float
    measure: str
    kind: str
    published: Estimate
    simulated: Estimate
    entry: Entry

    @property
    def difference(self) -> float:
        """Simulated minus published."""
        return self.simulated.value - self.published.value

    @property
    def is_share(self) -> bool:
        """Whether it is a per cent of patients."""
        return self.kind in ("response", "remission")


@dataclasses.dataclass(frozen=True)
class Endpoint:
    """A visit and a measure on which the run is summed up.

    `stated` is false for the last visit, shown where the protocol names no endpoint.
    """

    measure: str
    visit: str
    stated: bool = True


def estimate(row: Mapping[str, Any], kind: str) -> Estimate:
    """Mean, change, response or remission of a summary row; empty where it has none."""
    cells = (row.get(name) for name in COLUMNS[kind])
    return Estimate(*(math.nan if pd.isna(c) else float(c) for c in cells))


def in_time_order(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a summary in the order of time."""
    return [
        {str(key): value for key, value in row.items()}
        for row in table.sort_values("day", kind="stable").to_dict("records")
    ]


def rows_of(
    run: RunDirectory, arm: str, measure: str, visit: str | None = None
) -> list[dict[str, Any]]:
    """Rows of the summary for an arm and measure, in the order of time."""
    table = run.summary
    chosen = table[(table["arm"] == arm) & (table["measure"] == measure)]
    if visit is not None:
        chosen = chosen[chosen["visit"] == visit]
    return in_time_order(chosen)


def in_new_trial(
    run: RunDirectory, arm: str, measure: str, visit: str, kind: str
) -> Estimate:
    """Expected value and interval in a new trial; empty for a run without draws."""
    table = run.new_trial
    if table is None:
        return Estimate(math.nan)
    at = {"arm": arm, "measure": measure, "visit": visit}
    rows = table[(table[list(at)] == pd.Series(at)).all(axis=1)]
    return Estimate(math.nan) if rows.empty else estimate(dict(rows.iloc[0]), kind)


def visit_at(run: RunDirectory, measure: str, time_h: float) -> str | None:
    """Name of the visit of a measure at a time [h]; None where there is none."""
    rows = run.summary[run.summary["measure"] == measure]
    same = rows[(rows["day"] * HOURS_A_DAY - time_h).abs() < _SAME_TIME]
    return None if same.empty else str(same["visit"].iloc[0])


def endpoints(run: RunDirectory) -> list[Endpoint]:
    """Visits and measures of the protocol's endpoints, each once, in its order.

    Without any, the last visit of the first depression scale that was simulated.
    """
    found = [
        Endpoint(item.measure.value, visit)
        for item in run.protocol.endpoints
        if (visit := visit_at(run, item.measure.value, item.time_h)) is not None
    ]
    if found:
        return list(dict.fromkeys(found))
    table = run.summary
    measured = set(table["measure"])
    measure = next(
        (scale for scale in DEPRESSION_SCALES if scale in measured),
        str(table["measure"].iloc[0]),
    )
    rows = table[table["measure"] == measure].sort_values("day")
    return [Endpoint(measure, str(rows["visit"].iloc[-1]), stated=False)]


def published_values(run: RunDirectory) -> Iterator[Published]:
    """Every published value of the protocol with the simulated one at its visit."""
    entries = comparable(run.protocol)
    if not entries:
        return
    compared = compare_published(run.summary, run.protocol).to_dict("records")
    for entry, row in zip(entries, compared, strict=True):
        ends = "published", "published_low", "published_high"
        twin = "simulated", "simulated_low", "simulated_high"
        yield Published(
            arm=entry.arm,
            visit=row["visit"],
            time=entry.time_h,
            measure=row["measure"],
            kind=row["metric"].removesuffix("_pct").removesuffix("_mean"),
            published=Estimate(*(float(row[name]) for name in ends)),
            simulated=Estimate(*(float(row[name]) for name in twin)),
            entry=entry,
        )


def published_scores(run: RunDirectory, arm: str, measure: str) -> Iterator[Published]:
    """Published means of an arm, and changes put on its baseline, as scores [points].

    The baseline is the published one where the protocol has it, else the simulated.
    """
    own = [
        item
        for item in published_values(run)
        if (item.arm, item.measure) == (arm, measure)
    ]
    start = run.protocol.baseline_visit
    rows = rows_of(run, arm, measure, start.name)
    baseline = estimate(rows[0], "mean").value if rows else math.nan
    for item in own:
        if item.kind == "mean" and item.visit == start.name:
            baseline = item.published.value
    for item in own:
        if item.kind == "mean":
            yield item
        elif item.kind == "change" and math.isfinite(baseline):
            score = item.published.shifted(baseline)
            yield dataclasses.replace(item, published=score)

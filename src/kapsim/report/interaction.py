"""The drug-times-therapy interaction in the report, always with its interval."""

import dataclasses

import numpy as np
import pandas as pd
from markupsafe import Markup

from kapsim.evidence import library
from kapsim.report.arms import ArmLook
from kapsim.report.axes import minus, time_ticks
from kapsim.report.bands import Band, draw_bands
from kapsim.report.lab.figure import panel_picture
from kapsim.report.run_directory import RunDirectory
from kapsim.trial.arms.values import protocol_values
from kapsim.trial.parameters.draws_from import DrawsFrom, said, shipped
from kapsim.trial.protocol import Protocol
from kapsim.trial.summaries.interaction import BAND, NAME
from kapsim.trial.summaries.summary import read_summary
from kapsim.units import DAY_H

GAINS = ("therapy.modality.kappa", "mind.belief.kappa")
"""Records that say how much the open window adds to therapy."""


@dataclasses.dataclass(frozen=True)
class Interaction:
    """What the report shows of it.

    Attributes
    ----------
    measure
        Scale.
    rows
        Per visit: its name, the value with its Monte Carlo error, the band over draws.
    figure
        The band over the visits.
    prior
        What is thought of the gains, in a sentence.
    drawn
        What is drawn, in words.
    draws, patients
        How many there are.
    """

    measure: str
    rows: tuple[tuple[str, str, str], ...]
    figure: Markup
    prior: str
    drawn: str
    draws: int
    patients: int


def interaction_shown(run: RunDirectory) -> Interaction | None:
    """The interaction of a run; None where its arms do not tell it."""
    path = run.path / NAME
    if not path.is_file():
        return None
    table = read_summary(path)
    return Interaction(
        measure=str(table["measure"].iloc[0]),
        rows=tuple(
            (str(row["visit"]), _value(row), _band(row))
            for row in table.to_dict("records")
        ),
        figure=_figure(table),
        prior=prior_said(run.protocol, run.draws_from),
        drawn=said(run.draws_from, run.request.get("posterior")),
        draws=int(table["draws"].max()),
        patients=int(table["patients"].max()),
    )


def interaction_line(
    table: pd.DataFrame, protocol: Protocol, draws_from: DrawsFrom
) -> str:
    """The interaction at the last visit in a line, for a terminal."""
    last = table.iloc[-1]
    return (
        f"Drug times therapy, {last['measure']} on {last['visit']}: {_value(last)}, "
        f"95 % band over {last['draws']} draws {_band(last)}. "
        f"{prior_said(protocol, draws_from, short=True)}"
    )


def prior_said(
    protocol: Protocol, draws_from: DrawsFrom, *, short: bool = False
) -> str:
    """What is thought of the window's gains, or that the protocol sets them."""
    fixed = protocol_values(protocol)
    free = [
        record for record in map(library().parameter, GAINS) if record.id not in fixed
    ]
    if not free:
        return "The protocol sets what the window adds, so that it is not drawn."
    if draws_from is DrawsFrom.POSTERIOR:
        return _posterior_said([record.id for record in free], short=short)
    parts = [
        f"{record.meaning} {record.prior.mean:g}, SD {record.prior.sd:g}"
        for record in free
        if record.prior is not None
    ]
    if not parts:
        return "What the window adds is not drawn. A narrow band is not evidence."
    if short:
        return "Its prior includes zero; a narrow band is not evidence."
    return (
        "The prior of what the window adds to therapy includes zero and the other sign "
        f"({'; '.join(parts)})."
    )


def _posterior_said(ids: list[str], *, short: bool) -> str:
    """The posterior of the gains: middle 95 %, and the share of draws below zero."""
    held = shipped()
    known = [name for name in ids if name in held.ids]
    if not known:
        return (
            "What the window adds was not calibrated and is not drawn; a narrow band "
            "is not evidence."
        )
    if short:
        return "A narrow band is not evidence."
    parts = []
    for name in known:
        values = held.values[:, held.ids.index(name)]
        low, high = np.quantile(values, (BAND[0], BAND[-1]))
        below = 100.0 * float((values < 0).mean())
        parts.append(
            f"{library().parameter(name).meaning}: {minus(f'{low:.2g}')} to "
            f"{minus(f'{high:.2g}')}, {below:.0f} % of draws below zero"
        )
    return f"The posterior of what the window adds to therapy: {'; '.join(parts)}."


def _value(row: pd.Series | dict) -> str:
    error = f" (SE {row['se']:.2f})" if np.isfinite(row["se"]) else ""
    return minus(f"{row['interaction']:.2f}") + error


def _band(row: pd.Series | dict) -> str:
    return " to ".join(minus(f"{row[end]:.1f}") for end in ("low", "high"))


def _figure(table: pd.DataFrame) -> Markup:
    time = table["day"].to_numpy(float) * DAY_H
    value, low, high = (
        table[name].to_numpy(float) for name in ("interaction", "low", "high")
    )
    look = ArmLook("recorded parameters, and 95 % band over draws", 0)
    drawing = draw_bands(
        "Does therapy do more beside the drug?",
        f"{table['measure'].iloc[0]}, points; below zero: more",
        [Band(look, time, value, low, high)],
        time_ticks(float(time.min()), float(time.max()), 8),
        "interaction",
    )
    return panel_picture(drawing)

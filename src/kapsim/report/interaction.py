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
from kapsim.trial.interaction import NAME, read_interaction
from kapsim.trial.protocol import Protocol
from kapsim.trial.uncertainty import SAID
from kapsim.trial.values import protocol_values
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
        That the prior of the gains includes zero, in a sentence.
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
    table = read_interaction(path)
    return Interaction(
        measure=str(table["measure"].iloc[0]),
        rows=tuple(
            (str(row["visit"]), _value(row), _band(row))
            for row in table.to_dict("records")
        ),
        figure=_figure(table),
        prior=prior_said(run.protocol),
        drawn=SAID,
        draws=int(table["draws"].max()),
        patients=int(table["patients"].max()),
    )


def interaction_line(table: pd.DataFrame, protocol: Protocol) -> str:
    """The interaction at the last visit in a line, for a terminal."""
    last = table.iloc[-1]
    return (
        f"Drug times therapy, {last['measure']} on {last['visit']}: {_value(last)}, "
        f"95 % band over {last['draws']} draws {_band(last)}. "
        f"{prior_said(protocol, short=True)}"
    )


def prior_said(protocol: Protocol, *, short: bool = False) -> str:
    """That the prior of the window's gains includes zero, or that they are set."""
    fixed = protocol_values(protocol)
    parts = [
        f"{record.meaning} {record.prior.mean:g}, SD {record.prior.sd:g}"
        for record in map(library().parameter, GAINS)
        if record.prior is not None and record.id not in fixed
    ]
    if not parts:
        return "The protocol sets what the window adds, so that it is not drawn."
    if short:
        return "Its prior includes zero; a narrow band is not evidence."
    return (
        "The prior of what the window adds to therapy includes zero and the other sign "
        f"({'; '.join(parts)})."
    )


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

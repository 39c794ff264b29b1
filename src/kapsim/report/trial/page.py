"""The page of a virtual trial: all that it shows, put into the template."""

import json
from pathlib import Path
from typing import Any

from markupsafe import Markup

from kapsim.engine.atomic import write_bytes
from kapsim.report import basis
from kapsim.report.arms import ArmLook, looks
from kapsim.report.assets import asset, page_style, render_page
from kapsim.report.explanations import under_each
from kapsim.report.leading import leading_assumptions
from kapsim.report.plan import read_plan
from kapsim.report.timeline import timeline_figure
from kapsim.report.trial.answer import answer
from kapsim.report.trial.consort import consort_figure
from kapsim.report.trial.courses import course_figures
from kapsim.report.trial.coverage import coverage_remarks
from kapsim.report.trial.flow import flow_rows
from kapsim.report.trial.forest import forest_figures
from kapsim.report.trial.guesses import (
    bang_rows,
    curve_figure,
    guess_figures,
    james_rows,
)
from kapsim.report.trial.operating import quantities
from kapsim.report.trial.pairing import pairing_rows
from kapsim.report.trial.power_curve import power_figure
from kapsim.report.trial.record import Question, Row, TrialRecord, questions, read_trial
from kapsim.report.trial.stopping import (
    stopping_facts,
    stopping_figure,
    stopping_rows,
)
from kapsim.report.trial.words import number
from kapsim.trial.cautions import read_caution
from kapsim.trial.power.monte_carlo import too_few
from kapsim.trial.protocol import Protocol

NAME = "trial.html"


def _power(data: Row, *, unequal: bool) -> list[tuple[Question, dict[str, Any]]]:
    """Each endpoint and comparison with its curve, its table and what is off."""
    return [
        (
            question,
            {
                "figure": power_figure(question, data["alpha"], f"power-{k}"),
                "rows": quantities(question),
                "remarks": coverage_remarks(question, unequal=unequal),
            },
        )
        for k, question in enumerate(questions(data))
    ]


def _flow(data: Row, arms: list[ArmLook]) -> dict[str, Any] | None:
    if not data.get("flow"):
        return None
    return {
        "figure": consort_figure(data["flow"], arms),
        "rows": flow_rows(data["flow"], data.get("flow_mean")),
    }


def _sequential(sequential: Row | None) -> dict[str, Any] | None:
    if not sequential:
        return None
    return {
        "figure": stopping_figure(sequential["looks"]),
        "rows": stopping_rows(sequential["looks"]),
        "facts": stopping_facts(sequential),
    }


def _blinding(blinding: Row | None, arms: list[ArmLook]) -> dict[str, Any] | None:
    if not blinding:
        return None
    visits = blinding.get("visits") or []
    return {
        "figures": list(guess_figures(visits, arms)),
        "curve": curve_figure(blinding),
        "bang": bang_rows(visits),
        "james": james_rows(blinding.get("james") or []),
        "effects": [
            ("As analysed, not adjusted", number(blinding.get("unadjusted"), 1)),
            ("Right guesses at one half", number(blinding.get("adjusted_at_half"), 1)),
            (
                "Among those who guess alike",
                number(blinding.get("adjusted_by_guess"), 1),
            ),
        ],
        "measure": blinding.get("measure", ""),
        "visit": blinding.get("visit", ""),
    }


def _validity(trial: TrialRecord) -> list[str]:
    """What the trials hold for; notes of the protocol stand in its own section."""
    notes = trial.data.get("notes") or ()
    own = [note for note in notes if note not in trial.protocol.notes]
    return [*(trial.data.get("validity") or ()), *own]


def _unequal(protocol: Protocol) -> bool:
    """Whether arms are planned or allocated with different numbers of people."""
    numbers = {arm.patients for arm in protocol.arms}
    return len(numbers) > 1 or len({arm.ratio for arm in protocol.arms}) > 1


def _context(trial: TrialRecord) -> dict[str, Any]:
    data, arms = trial.data, looks(trial.arms)
    told = trial.provenance.get("warnings", ())
    return {
        "data": data,
        "protocol": trial.protocol,
        "answer": answer(data),
        "software": trial.request.get("kapsim", ""),
        "swatches": {look.name: look.icon() for look in arms},
        "warnings": [read_caution(one) for one in told],
        "few": too_few(data["replicates"]),
        "power": _power(data, unequal=_unequal(trial.protocol)),
        "flow": _flow(data, arms),
        "figures": {"timeline": timeline_figure(read_plan(trial.protocol))},
        "courses": course_figures(data.get("trajectories") or [], arms),
        "forest": forest_figures(data.get("forest") or []),
        "sequential": _sequential(data.get("sequential")),
        "blinding": _blinding(data.get("blinding"), arms),
        "why_not_blind": data.get("why_not_blind"),
        "paired": pairing_rows(data.get("paired") or []),
        "validity": _validity(trial),
        "evidence": basis.rests_on(trial.protocol, trial.provenance),
        "provenance": json.dumps(trial.provenance, indent=2, ensure_ascii=False),
        "explained": under_each(trial.protocol.name),
        "leading": leading_assumptions(trial.protocol.name),
        "style": page_style() + Markup(asset("trial/trial.css")),
    }


def render(trial: TrialRecord) -> str:
    """The page of a virtual trial as one HTML document."""
    return render_page("trial/template.html", _context(trial))


def write_trial_report(directory: Path) -> Path:
    """Write trial.html into the directory of a virtual trial, from what lies in it.

    Parameters
    ----------
    directory
        Directory with request.json, provenance.json and trial.json.

    Returns
    -------
    Path
        The page: one file that needs no other and no network.

    Raises
    ------
    RunDirectoryError
        If a file is missing or malformed.
    StoreError
        If the page cannot be written.
    """
    target = directory / NAME
    write_bytes(target, render(read_trial(directory)).encode())
    return target

"""Small experiments that are not in the catalogue, and ways to run them."""

import math
import os
from collections.abc import Callable
from typing import Any

import pytest

import kapsim.lab.catalogue
import kapsim.lab.published
import kapsim.lab.request
import kapsim.lab.runner
from kapsim.lab.errors import LabError
from kapsim.lab.experiment import (
    Experiment,
    Figure,
    Outcome,
    Panel,
    Series,
    Setting,
)
from kapsim.lab.files import Finding
from kapsim.lab.published import Published
from kapsim.lab.request import LabRequest
from kapsim.lab.verdict import judge

DRUG = "ketamine racemate 0.5 mg/kg iv over 40 min@-24h"
LATER = "ketamine racemate 0.5 mg/kg iv over 40 min@+2h"
HOSTILE = "<script>alert(1)</script> & more"


def result(name: str, **fields: Any) -> dict[str, Any]:
    filled = {"meaning": f"the {name}", "unit": "1", "basis": "computed"}
    return {"id": name, "source": "gershman_2010", **filled, **fields}


def design(name: str, **fields: Any) -> Published:
    """Published results that `outcome` meets, misses and leaves alone."""
    filled: dict[str, Any] = {
        "title": f"Title of {name}",
        "topic": "threat",
        "question": "Is it so?",
        "design": "Two groups.",
        "model": "One mechanism.",
        "sources": ["gershman_2010"],
        "results": [
            result("height", value=0.5, low=0.45, high=0.55),
            result("order", low=0, basis="direction", note="Larger in the first."),
            result("width", value=3, high=2.5, missed="The model is too wide for it."),
            result("taste", not_comparable="Nobody measured the taste of it."),
        ],
    }
    return Published.model_validate({"name": name, **filled, **fields})


def outcome(setting: Setting, *, height: float = 0.5) -> Outcome:
    """A line, points and bars, and an arm with a drug where one is asked for."""
    series = [
        Series("model", [0.0, 1.0, 2.0], [0.0, 0.5, math.nan]),
        Series("published model", [1.0], [0.6], [0.5], [0.7], kind="points"),
    ]
    numbers = {"height": height, "order": 0.1, "width": 3.0, "extra": 7.0}
    if setting.drug is not None:
        effect = setting.drug.at(0.0)
        series.append(Series(setting.drug.text, [0.0, 1.0], [0.0, effect.window]))
        numbers["with_drug"] = effect.window
    bars = Series("model", [0.0, 1.0], [0.2, 0.4], kind="bars")
    panels = (
        Panel("Course", "trial", "expectation", tuple(series)),
        Panel("Groups", "", "share", (bars,), ("first", "second")),
    )
    return Outcome(numbers, Figure("What was seen.", panels))


def run(setting: Setting) -> Outcome:
    return outcome(setting)


def explode(setting: Setting) -> Outcome:
    raise FloatingPointError("planted")


def interrupt(setting: Setting) -> Outcome:
    raise KeyboardInterrupt


INTERRUPTED = Experiment(run=interrupt)
DESIGNS = {
    "drawn": design("drawn", reference_event="first trial"),
    "exact": design("exact"),
    "faulty": design("faulty", topic="mood"),
}
EXPERIMENTS = {
    "drawn": Experiment(run=run, patients=40, drug=True),
    "exact": Experiment(run=run),
    "faulty": Experiment(run=explode),
}


def install(monkeypatch: pytest.MonkeyPatch, *chosen: str) -> None:
    """Put these experiments in the place of the whole catalogue."""

    def known(name: str) -> Published:
        if name not in chosen:
            raise LabError(f"There is no experiment {name!r}.")
        return DESIGNS[name]

    for module in (kapsim.lab.published, kapsim.lab.request, kapsim.lab.runner):
        monkeypatch.setattr(module, "published", known, raising=False)
        monkeypatch.setattr(
            module, "names", lambda: tuple(sorted(chosen)), raising=False
        )
    monkeypatch.setattr(kapsim.lab.runner, "experiment", lambda name: EXPERIMENTS[name])


def finding(
    request: LabRequest, known: Published | None = None, **fields: Any
) -> Finding:
    """A finding without the catalogue; work for `run_experiments`."""
    known = known or design(request.name)
    given = outcome(Setting(request.seed, 1), height=0.5 + 1e-6 * request.seed)
    filled = {
        "published": known,
        "request": request.as_data(),
        "patients": request.patients or 1,
        "outcome": given,
        "verdicts": judge(known, given),
        "provenance": {
            "software": {"name": "kapsim", "version": "0"},
            "request_sha256": request.key(),
        },
    }
    return Finding(**{**filled, **fields})


def fails_on_b(request: LabRequest) -> Finding:
    if request.name == "b":
        raise ZeroDivisionError("planted in b")
    return finding(request)


def dies(request: LabRequest) -> Finding:
    os._exit(9)


def interrupts_on(name: str) -> Callable[[LabRequest], Finding]:
    """Work that is interrupted when it comes to that experiment."""

    def work(request: LabRequest) -> Finding:
        if request.name == name:
            raise KeyboardInterrupt
        return finding(request)

    return work

"""Therapy inside the window against ketamine and against therapy alone (kap-2x2).

The drug-times-therapy interaction is a separate number: that both together do more
than either alone does not mean that they do more than the sum.
"""

import numpy as np
import pytest

from kapsim.trial.loading import load_protocol
from validation.report.plot import chart
from validation.trials import apart, totals

BOTH, DRUG = "ketamine + therapy", "ketamine + support"
THERAPY, NEITHER = "midazolam + therapy", "midazolam + support"
OURS = "our choice"

pytestmark = pytest.mark.validation_slow


@pytest.fixture(scope="module")
def design():
    return load_protocol("kap-2x2")


@pytest.fixture(scope="module")
def cells(design):
    return {one.name: totals(design, one.name) for one in design.arms}


@pytest.fixture(scope="module")
def harmful(design):
    """The cells with therapy that offers worse than is believed and teaches nothing."""
    learned = ("skill", "insight", "self_blame", "effort")
    content = {"therapy.modality.content": -2.0, "therapy.experience.set_up": -2.0}
    content |= {f"therapy.{what}.k": 0.0 for what in learned}
    planted = design.model_copy(update={"parameters": content})
    return {name: totals(planted, name) for name in (BOTH, DRUG)}


@pytest.mark.parametrize("visit", ["day 57", "day 85"])
def test_together_lasts_longer_than_either_alone(check, cells, harmful, visit):
    for other, what in ((DRUG, "ketamine with support"), (THERAPY, "therapy alone")):
        pair = apart(cells[BOTH], cells[other], visit)
        name = f"ketamine with therapy minus {what}, {visit}"
        note = f"standard error {pair[1]:.2f}"
        check(name, pair[0], high=-0.5, unit="points", source=OURS, note=note)
    name = f"ketamine with therapy minus ketamine with support, {visit}"
    worse = apart(harmful[BOTH], harmful[DRUG], visit)[0]
    check.planted(name, "therapy that offers harm", worse)
    name = f"ketamine with therapy minus therapy alone, {visit}"
    check.planted(name, "no drug", apart(cells[THERAPY], cells[THERAPY], visit)[0])


def interaction(cells, visit) -> tuple[float, float]:
    both = cells[BOTH][visit] - cells[DRUG][visit]
    alone = cells[THERAPY][visit] - cells[NEITHER][visit]
    difference = both - alone
    error = difference.std() / len(difference) ** 0.5
    return float(difference.mean()), float(error)


def test_report_of_the_interaction(check, cells):
    rows = []
    for visit in cells[BOTH]:
        mean, error = interaction(cells, visit)
        rows.append((visit, f"{mean:.2f}", f"{error:.2f}"))
    check.table(
        "Interaction of drug and therapy",
        "Effect of therapy beside ketamine minus its effect beside midazolam [points "
        "of MADRS]; below zero means more than the sum. The gains that decide it are "
        "assumed, and their ranges include zero: no verdict.",
        ("visit", "interaction", "standard error"),
        tuple(rows),
    )


def test_figure(check, design, cells):
    days = np.array([visit.time_h / 24 for visit in design.visits])
    means = lambda cell: np.array([x.mean() for x in cell.values()])
    lines = {name: (days, means(cell)) for name, cell in cells.items()}
    title = "Mean MADRS in the four arms of kap-2x2"
    what = "days since the first dose"
    svg = chart(lines, title=title, x_title=what, y_title="MADRS [points]")
    check.figure("kap-2x2", title, svg)

"""Benefit beside burden: each number in its column, and no column of nothing."""

import numpy as np
import pandas as pd
import pytest

from kapsim.engine import records
from kapsim.evidence import Kind, library
from kapsim.report.burden import _OF_DOSES, _OF_RELIEF, _OF_SESSIONS, burden_table
from kapsim.report.run_directory import read_run_directory
from kapsim.therapy import ActivatedExpectancy, mechanisms
from kapsim.trial.arms.burden import burden
from kapsim.trial.protocol import Protocol
from tests.unit.report.synthetic import ATTENDED, TWO_ARMS, protocol, write_run

RECORDS = sorted(library().parameters.values(), key=lambda record: record.id)
DASH = "\N{EN DASH}"


def table(place, document=None):
    """The table of a made-up run."""
    run = read_run_directory(write_run(place / "run", document))
    found = burden_table(run, RECORDS)
    assert found is not None
    return found


def followed(arms, **means):
    """Trajectories of two moments, the second with these means."""
    rows = [(arm, t, name, t * mean) for arm in arms for t in (0.0, 1.0)
            for name, mean in means.items()]  # fmt: skip
    return pd.DataFrame(rows, columns=["arm", "time_h", "signal", "mean"])


LAST = {
    "sessions_attended": 2.5,
    "dissociation": 20.0,
    "systolic_rise_mmhg": 15.0,
    "sedation": 1.0,
    "reliance": 0.3,
}


def test_what_is_offered_is_told_from_what_is_attended():
    plan = Protocol.model_validate(protocol(arms=("a", "b", "c")))
    rows = burden(plan, followed(("a", "b", "c"), **LAST)).set_index("arm")
    # the third arm has a preparation of 60 min and six sessions of 50
    np.testing.assert_allclose(rows["session_h_offered"], [0.0, 1.0, 6.0])
    assert rows["sessions_attended"].tolist() == [2.5] * 3
    assert rows["sessions_offered"].tolist() == [0, 1, 7]


def test_doses_count_placebo_and_amounts_do_not():
    plan = Protocol.model_validate(protocol())
    rows = burden(plan, followed(TWO_ARMS, **LAST)).set_index("arm")
    assert rows["doses"].tolist() == [6, 6]
    np.testing.assert_allclose(rows["ketamine_base_mg"], [6 * 0.5 * 80, 0.0])
    assert rows["peak_dissociation_cadss_points"].tolist() == [20.0, 20.0]
    assert rows["reliance_end"].isna().all()


def test_reliance_is_told_where_it_is_supposed():
    plan = Protocol.model_validate(protocol(hypotheses={"relief_seeking": True}))
    rows = burden(plan, followed(TWO_ARMS, **LAST))
    np.testing.assert_allclose(rows["reliance_end"].astype(float), 0.3)


def test_an_arm_has_its_benefit_and_its_burden_in_one_row(tmp_path):
    found = table(tmp_path, protocol(arms=("a", "b")))
    assert [row.arm for row in found.rows] == ["a", "b"]
    assert found.ends == ("day 29",)
    assert found.rows[0].benefits[0].remission.endswith(" %")
    cells = dict(zip(found.heads, found.rows[1].burdens, strict=True))
    assert cells["Sessions attended"] == f"{ATTENDED:.1f} of 1"
    assert cells["Doses"] == "6"
    assert cells["Ketamine, mg base"] == DASH


def test_what_no_arm_has_makes_no_column(tmp_path):
    talk = {"modality": "support", "minutes": 50, "days": [2, 9]}
    arms = [{"name": name, "sessions": [talk]} for name in TWO_ARMS]
    found = table(tmp_path, {**protocol(), "arms": arms})
    assert found.heads == ("Sessions attended", "Sessions offered, h")


@pytest.mark.parametrize(
    ("arms", "sessions", "guess"),
    [(("a",), False, False), (("a", "b"), True, True)],
)
def test_only_what_tells_the_arms_apart_decides(tmp_path, arms, sessions, guess):
    found = table(tmp_path, protocol(arms=arms))
    words = dict(found.groups)
    assert ("what a session does" in words) == sessions
    assert ("the guess about the arm" in words) == guess
    assert sum(words.values()) == len(found.deciding)
    assert "reliance on the dose" not in words


def test_the_assumed_are_counted(tmp_path):
    found = table(tmp_path)
    assert found.used == len(RECORDS)
    assert found.assumed == sum(record.kind is Kind.ASSUMED for record in RECORDS)


def test_every_mechanism_of_therapy_has_its_words():
    told = _OF_SESSIONS | _OF_DOSES | _OF_RELIEF
    kinds = {kind for kind, _ in mechanisms()} - {ActivatedExpectancy}
    groups = {
        ".".join(record.id.split(".")[:2])
        for kind in kinds
        for record in records(kind).values()
    }
    assert groups <= set(told)

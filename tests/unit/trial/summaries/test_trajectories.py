"""Inner signals over time: who is in the mean, and who is not."""

import numpy as np
import pytest

from kapsim.trial import RunRequest
from kapsim.trial.arms.burden import burden
from kapsim.trial.summaries.trajectories import trajectories
from tests.unit.trial import builders

NAMES = ("sessions_attended", "dissociation", "systolic_rise_mmhg", "sedation")
TIMES = np.array([0.0, 1.0, 24.0])


def made_up(monkeypatch: pytest.MonkeyPatch, failed: list[int]) -> RunRequest:
    """A run whose patient i has every signal at i, and not a number where it fails."""
    values = np.tile(np.arange(5, dtype=np.float32), (len(TIMES), 1))
    broken = values.copy()
    broken[1:, failed] = [np.nan, np.inf, np.nan, np.nan, np.nan][: len(failed)]
    shown = {name: values for name in NAMES} | {"dissociation": broken}
    where = "kapsim.trial.summaries.trajectories"
    monkeypatch.setattr(f"{where}.prepare", lambda *given: None)
    monkeypatch.setattr(f"{where}.signals", lambda prepared, count: (TIMES, shown))
    protocol = builders.protocol()
    patients = dict.fromkeys((arm.name for arm in protocol.arms), 5)
    return RunRequest(protocol=protocol, patients=patients, seed=1)


def test_a_patient_who_fails_blanks_no_curve(monkeypatch: pytest.MonkeyPatch) -> None:
    request = made_up(monkeypatch, [3, 4])
    followed = trajectories(request).to_pandas()
    assert len(followed) == 2 * len(NAMES) * len(TIMES)
    # in float32, as signals are
    for name, value in (("mean", 1.0), ("q05", 0.1), ("q50", 1.0), ("q95", 1.9)):
        np.testing.assert_allclose(followed[name], value, rtol=1e-6, atol=0)
    asked = burden(request.protocol, followed)
    assert set(asked["peak_dissociation_cadss_points"]) == {1.0}
    assert set(asked["sessions_attended"]) == {1.0}


def test_an_arm_where_all_fail_has_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    followed = trajectories(made_up(monkeypatch, [0, 1, 2, 3, 4])).to_pandas()
    assert followed[["mean", "q05", "q25", "q50", "q75", "q95"]].isna().all(axis=None)

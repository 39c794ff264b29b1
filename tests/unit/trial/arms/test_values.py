"""An overridden parameter acts wherever it is read, also outside the mechanisms."""

import numpy as np
import pytest

from kapsim.trial.arms.cohorts import cohort, entry
from kapsim.trial.arms.doses import doses
from kapsim.trial.arms.timeline import timeline
from kapsim.trial.arms.values import number
from kapsim.trial.loading import load_protocol


def with_values(name="synapse", **values):
    loaded = load_protocol(name)
    changed = {key.replace("__", "."): value for key, value in values.items()}
    return loaded.model_copy(update={"parameters": changed})


def test_a_number_is_the_records_unless_overridden():
    assert number(with_values(), "drug.nasal.device") == 28.0
    assert number(with_values(drug__nasal__device=14.0), "drug.nasal.device") == 14.0


@pytest.mark.parametrize(
    ("values", "part", "want"),
    [
        ({"measures__rater__site_inflation": 0.5}, "inflation", 0.5),
        ({"measures__entry__fluctuation_sd": 2.0}, "fluctuation_sd", 2.0),
    ],
)
def test_entry_follows_the_protocol(values, part, want):
    # this one has an entry threshold, without which nothing is inflated
    assert getattr(entry(with_values("kap-2x2", **values)), part) == want
    assert getattr(entry(with_values("kap-2x2")), part) != want


def test_devices_follow_the_protocol():
    protocol = with_values(drug__nasal__device=14.0)
    given = doses(protocol, protocol.arm("esketamine 56 mg"))
    assert {dose.devices for dose in given} == {4}


@pytest.mark.parametrize(
    ("values", "leaf"),
    [
        ({"patient__drug__clearing": 24.0}, "on_board"),
        ({"patient__rating__carry": 0.0}, "carry"),
        ({"measures__rater__site_sd": 0.1}, "rater_sd"),
    ],
)
def test_the_schedule_follows_the_protocol(values, leaf):
    def schedule(protocol):
        arm = protocol.arm("esketamine 56 mg")
        route = cohort(protocol, arm, seed=1).route
        return np.asarray(getattr(timeline(protocol, arm, route).schedule, leaf))

    assert (schedule(with_values(**values)) != schedule(with_values())).any()

"""The guard against a compiler that gives wrong numbers."""

import os
import subprocess
import sys

import pytest

from kapsim.engine import platform


def test_the_settings_of_a_run_compute_rightly():
    platform.check_arithmetic()


def test_a_wrong_reduction_is_noticed(monkeypatch):
    right = platform._reduction
    monkeypatch.setattr(platform, "_reduction", lambda rows: right(rows) * 1.001)
    with pytest.raises(platform.ArithmeticFaultError, match="wrong result"):
        platform.check_arithmetic()


_SOLVE = """
import jax.numpy as jnp, numpy as np
from kapsim.engine import platform
platform.configure()
from kapsim.drug import Covariates, IntravenousKetamine
import equinox as eqx
people = lambda w: Covariates(w, w, w * 0, w * 0, w * 0)
solve = eqx.filter_jit(lambda w: IntravenousKetamine().solve(people(w)))
w = jnp.linspace(50.0, 110.0, 2048)
wide, narrow = solve(w), solve(w[:64])
np.testing.assert_allclose(wide.inputs[..., :64], narrow.inputs, rtol=1e-11, atol=0)
np.testing.assert_allclose(wide.rate[..., :64], narrow.rate, rtol=1e-11, atol=0)
"""


def test_kinetics_of_many_patients_are_those_of_few():
    # the width at which the compiler's fault showed; a fresh process, as in a run
    env = {k: v for k, v in os.environ.items() if k != "XLA_FLAGS"}
    done = subprocess.run(
        [sys.executable, "-c", _SOLVE], env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]

import math

import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

from kapsim.measures import EntryError, solve_entry
from kapsim.measures.entry import Entry, parent_normal

N = 200_000


def entry(**changed) -> Entry:
    settings = {
        "mean": 35.0,
        "sd": 5.2,
        "threshold": 28,
        "max_score": 60,
        "inflation": 2.0,
        "fluctuation_sd": 3.5,
        "error_sd": 2.2,
    }
    settings.update(changed)
    return solve_entry(settings.pop("mean"), settings.pop("sd"), **settings)


def normals(seed: int, rows: int = 1):
    return jnp.asarray(np.random.default_rng(seed).standard_normal((rows, N)))


@pytest.mark.parametrize("z", [-6.0, -1.0, 0.3, 1.8])
def test_parent_normal_inverts_scipys_truncated_moments(z):
    mean, sd = 30.0, 7.0
    cut = mean + z * sd
    kept = scipy.stats.truncnorm(z, math.inf, loc=mean, scale=sd)
    got = parent_normal(float(kept.mean()), float(kept.std()), cut)
    np.testing.assert_allclose(got, (mean, sd), rtol=1e-6)


@pytest.mark.parametrize("threshold", [None, 20, 28])
def test_enrolled_have_the_protocols_mean_and_sd(threshold):
    rated = np.asarray(entry(threshold=threshold).enrolled_baseline(normals(1)[0]))
    # standard errors .012 and .009; the scale's upper end takes off less than .02
    np.testing.assert_allclose(rated.mean(), 35.0, atol=0.06)
    np.testing.assert_allclose(rated.std(), 5.2, atol=0.06)
    np.testing.assert_array_equal(rated, np.round(rated))
    assert rated.min() >= (threshold or 0)
    assert rated.max() <= 60


def test_single_precision_stays_single():
    z = jnp.linspace(-5, 5, 11, dtype=jnp.float32)
    enrolled = entry()
    rated = enrolled.enrolled_baseline(z)
    parts = enrolled.split(rated, z, -z, 0.5 * z)
    assert {rated.dtype, *(part.dtype for part in parts)} == {jnp.dtype("float32")}
    assert np.all(np.isfinite(rated))


def regression_error(inflation_used: float) -> float:
    """Gap between the parts given a rated total and those selected from everyone."""
    model = entry(threshold=29)
    z = normals(2, rows=4)
    rated = model.enrolled_baseline(z[0])
    stable = np.asarray(model.split(rated, z[1], z[2], z[3])[0])
    everyone = normals(3, rows=3)
    true = model.mean - inflation_used + model.stable_sd * everyone[0]
    total = (
        true
        + model.inflation
        + model.fluctuation_sd * everyone[1]
        + model.error_sd * everyone[2]
    )
    selected = np.asarray(true)[np.asarray(total) >= model.cut]
    gap = np.array([stable.mean() - selected.mean(), stable.std() - selected.std()])
    return float(np.abs(gap).max())


def test_stable_severity_of_the_enrolled_is_that_of_the_selected():
    # standard errors near .02
    assert regression_error(inflation_used=2.0) < 0.1


def test_a_planted_inflation_fault_is_seen():
    assert regression_error(inflation_used=1.5) > 0.1


def test_parts_add_up_and_fall_as_expected():
    model = entry()
    z = normals(4, rows=4)
    rated = model.enrolled_baseline(z[0])
    stable, fluctuation, error = model.split(rated, z[1], z[2], z[3])
    np.testing.assert_allclose(
        stable + fluctuation + error + model.inflation, rated, rtol=1e-9
    )
    # by regression on the rated total, as the module text has it; standard error .01
    share = (model.fluctuation_sd**2 + model.error_sd**2) / model.sd**2
    expected = model.inflation + share * (float(rated.mean()) - model.mean)
    np.testing.assert_allclose(float((rated - stable).mean()), expected, atol=0.05)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"mean": 27.0}, r"above the entry threshold's cut of 27.5 points; got 27"),
        (
            {"sd": 9.0},
            r"at most 6\.\d+ points .* above the entry cut of 27.5; got 8.99",
        ),
        ({"sd": 0.2}, r"must exceed 0.29 points"),
        ({"sd": 3.0}, r"must exceed the 4.13 points of fluctuation"),
        ({"mean": 61.0, "threshold": None}, r"below 60 points; got 61"),
    ],
)
def test_impossible_populations_are_refused(changed, message):
    with pytest.raises(EntryError, match=message):
        entry(**changed)

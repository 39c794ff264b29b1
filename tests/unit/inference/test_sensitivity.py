"""Factors, outcomes and the whole analysis, on functions with known shares."""

import numpy as np
import pytest

from kapsim.evidence import Kind, library
from kapsim.inference.sensitivity.analysis import analyse, count_runs
from kapsim.inference.sensitivity.factors import (
    Origin,
    factor,
    factors_of,
    left_out,
)
from kapsim.inference.sensitivity.outcomes import outcomes
from kapsim.inference.sensitivity.posterior import margins, shrunk_correlation
from kapsim.trial import load_protocol
from kapsim.trial.parameters.uncertainty import with_values
from kapsim.trial.request import RequestError
from tests.unit.inference import synthetic_sensitivity
from tests.unit.inference.synthetic_sensitivity import (
    CALIBRATED,
    WANTED,
    assumed,
    posterior,
    request,
    small,
)


@pytest.fixture(scope="module")
def analysed():
    return synthetic_sensitivity.found()


def test_every_factor_is_read_and_none_is_set_by_the_protocol():
    protocol = load_protocol("kap-2x2")
    found = factors_of(protocol, None)
    names = [one.record.id for one in found.each]
    assert names == sorted(names)
    assert not any(name.startswith("measures.madrs.") for name in names)
    assert "drug.intravenous.cl" in names
    assert {Origin.PUBLISHED, Origin.ASSUMED} <= {*found.origins}
    assert found.version is None
    fixed = with_values(protocol, {"mind.mood.tau_m": 5.0})
    assert "mind.mood.tau_m" not in [o.record.id for o in factors_of(fixed, None).each]


def test_values_lie_within_bounds_at_every_coordinate():
    found = factors_of(load_protocol("kap-2x2"), None)
    cube = np.array(
        [np.full(len(found.each), share) for share in (1e-6, 0.5, 1 - 1e-6)]
    )
    for values in found.values(found.coordinates(cube)):
        for name, value in values.items():
            low, high = library().parameter(name).bounds
            assert (np.asarray(value) >= low).all()
            assert (np.asarray(value) <= high).all()


def test_a_published_number_without_uncertainty_is_varied_by_a_tenth():
    record = library().parameter("drug.intravenous.cl")
    assert record.range is None
    one = factor(record, {})
    assert one.origin is Origin.PUBLISHED
    ends = one.values(np.sqrt(3.0) * np.array([-1.0, 1.0]))
    np.testing.assert_allclose(ends, [0.9 * 95.2, 1.1 * 95.2], rtol=1e-9)


def test_constants_and_items_are_left_out_with_a_reason():
    assert left_out("drug.molar_mass.ketamine") == "a constant of nature"
    assert "items" in str(left_out("measures.madrs.slope"))
    assert left_out("drug.molar_masses") is None


@pytest.mark.stochastic
def test_calibrated_numbers_keep_the_correlation_of_the_posterior():
    found = factors_of(load_protocol("kap-2x2"), posterior())
    places = [k for k, one in enumerate(found.each) if one.margin is not None]
    assert [found.each[k].record.id for k in places] == sorted(CALIBRATED)
    assert found.version == "1"
    assert found.correlation[places[0], places[1]] == pytest.approx(0.8, abs=0.06)
    cube = np.random.default_rng(2).random((4000, len(found.each)))
    x = found.coordinates(cube)
    np.testing.assert_allclose(x.mean(axis=0), 0.0, atol=0.08)
    np.testing.assert_allclose(x.std(axis=0), 1.0, atol=0.06)
    assert np.corrcoef(x[:, places], rowvar=False)[0, 1] == pytest.approx(0.8, abs=0.06)
    other = next(k for k in range(len(found.each)) if k not in places)
    assert np.corrcoef(x[:, [places[0], other]], rowvar=False)[0, 1] == pytest.approx(
        0, abs=0.06
    )


def test_margins_are_those_of_the_draws_on_the_scale_of_the_record():
    own = margins(posterior())[CALIBRATED[0]]
    assert own.sd == pytest.approx(0.1, rel=0.2)
    middle = library().parameter(CALIBRATED[0]).value
    assert own.values(np.zeros(1))[0] == pytest.approx(middle, rel=0.05)


@pytest.mark.stochastic
def test_correlation_of_few_draws_is_shrunk():
    draws = np.random.default_rng(3).normal(size=(20, 15))
    found = shrunk_correlation(draws)
    plain = np.asarray(np.corrcoef(draws, rowvar=False))
    apart = ~np.eye(15, dtype=bool)
    assert np.abs(found[apart]).max() < 0.5 * np.abs(plain[apart]).max()
    assert np.linalg.eigvalsh(found).min() > 0
    same = shrunk_correlation(np.repeat(draws[:, :1], 2, axis=1))
    assert same[0, 1] == pytest.approx(1.0, abs=0.1)


def test_outcomes_of_crossed_arms():
    protocol = load_protocol("kap-2x2")
    found = outcomes(protocol)
    assert [one.unit for one in found] == ["point"] * 2 + ["%"] * 4 + ["point"]
    visits = len(protocol.visits)
    scores = {arm.name: np.full((visits, 4), 30.0) for arm in protocol.arms}
    scores["ketamine + therapy"][1:] = [[10.0, 10.0, 20.0, np.nan]]
    values = {one.name: one.of(scores) for one in found}
    first = "ketamine + therapy less midazolam + therapy"
    assert values[f"Change in MADRS on day 85, {first}"] == pytest.approx(-50 / 3)
    assert values["Response on day 85, ketamine + therapy"] == pytest.approx(200 / 3)
    assert values["Response on day 85, ketamine + support"] == 0.0
    assert values["Drug times therapy on day 85"] == pytest.approx(-50 / 3)


def test_relapse_is_counted_among_those_who_were_well():
    protocol = load_protocol("wilkinson-2017-cbt")
    (last,) = [one for one in outcomes(protocol) if one.name.startswith("Relapse")]
    names = [visit.name for visit in protocol.visits]
    scores = np.full((len(names), 4), 30.0)
    scores[names.index("day 15") :, :2] = 10.0
    scores[-1, 0] = 30.0
    assert last.of({protocol.arms[0].name: scores}) == pytest.approx(50.0)
    scores[names.index("day 15")] = 30.0
    assert np.isnan(last.of({protocol.arms[0].name: scores}))


@pytest.mark.stochastic
def test_shares_of_a_straight_function_of_correlated_numbers(analysed):
    found = analysed
    assert found.runs == count_runs(request(), small()) == 4 * 6 + 32 * 5
    assert 2 not in found.retained
    assert found.explained[0] > 0.98
    whole = 1 + 4 + 1
    known = {0: (1 - 0.125) / whole, 1: 0.125 / whole, 3: 4 / whole, 4: 1 / whole}
    shares = dict(zip(found.retained, found.shares[0], strict=True))
    for place, share in known.items():
        assert shares[place] == pytest.approx(share, abs=0.03)
    slope = dict(zip(found.retained, found.slope[0], strict=True))
    assert slope[3] == pytest.approx(2.0, abs=0.1)
    classes = found.by_class[0]
    assert classes is not None
    assert found.names == ("calibrated", "published", "assumed")
    np.testing.assert_allclose(classes.shapley, [1 / 6, 0, 5 / 6], atol=0.1, rtol=0)
    assert found.by_class[1] is None
    assert found.explained[1] == 0
    assert not found.shares[1].any()


@pytest.mark.stochastic
def test_what_the_emulator_cannot_follow_stays_unexplained():
    def model(x: np.ndarray, label: str) -> np.ndarray:
        return np.sign(np.sin(9.0 * x[:, 3:4])) + 0.5 * x[:, 4:5]

    found = analyse(request(base=64), small(), WANTED[:1], model)
    assert found.explained[0] < 0.5
    assert found.shares.sum() == pytest.approx(found.explained[0])


def test_outcomes_that_are_not_known_somewhere_take_the_mean():
    def model(x: np.ndarray, label: str) -> np.ndarray:
        y = x[:, 3:4].copy()
        y[::50] = np.nan
        return y

    found = analyse(request(), small(), WANTED[:1], model)
    assert np.isfinite(found.mean).all()
    assert np.isfinite(found.shares).all()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"base": 100}, "power of two"),
        ({"trajectories": 1}, "2 or more"),
        ({"retained": 0}, "1 or more"),
        ({"seed": -1}, "seed"),
    ],
)
def test_what_cannot_be_analysed_is_refused(changed, said):
    with pytest.raises(RequestError, match=said):
        request(**changed)


def test_the_kind_of_a_record_decides_its_class():
    record = assumed("mind.mood.k_e")
    assert factor(record, {}).origin is Origin.ASSUMED
    fitted = record.model_copy(
        update={"kind": Kind.CALIBRATED, "calibration": "1", "range": None}
    )
    assert factor(fitted, {}).origin is Origin.CALIBRATED

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim import measures
from kapsim.engine import check_bounds, records
from kapsim.measures import SCALES, Context, Draws, Hdrs17, Madrs, QidsSr
from kapsim.measures.qids_sr import domain_scores

_profile = eqx.filter_jit(lambda instrument, normals: instrument.profile(normals))
_score = eqx.filter_jit(lambda instrument, *inputs: instrument.score(*inputs))
_read = eqx.filter_jit(lambda instrument, rating: instrument.read(rating))
_at_total = eqx.filter_jit(
    lambda instrument, total, draws: instrument.score_at_total(total, draws)
)


def single(kind):
    """The scale with its parameters in single precision."""
    return jax.tree.map(lambda leaf: jnp.asarray(np.float32(leaf)), kind())


DEPRESSION = [kind for kind in SCALES if kind.name != "CADSS"]
LARGEST = {"MADRS": 60, "HDRS-17": 52, "QIDS-SR": 27, "PHQ-9": 27, "CADSS": 92}
ITEMS = {"MADRS": 10, "HDRS-17": 17, "QIDS-SR": 16, "PHQ-9": 9, "CADSS": 23}


@pytest.mark.parametrize("kind", SCALES)
def test_described(kind):
    instrument = measures.scale(kind.name)
    assert type(instrument) is kind
    assert instrument.max_score == LARGEST[kind.name]
    assert len(instrument.labels) == ITEMS[kind.name]
    assert len(set(instrument.labels)) == len(instrument.labels)
    assert len(kind.code) <= 8
    assert records(instrument)
    check_bounds(instrument)


def test_unknown_scale_names_what_is_allowed():
    with pytest.raises(ValueError, match=r"one of MADRS, HDRS-17.*got 'BDI'"):
        measures.scale("BDI")


@pytest.mark.parametrize("kind", SCALES)
def test_scores_are_whole_and_on_the_scale_in_single_precision(kind):
    n, dtype = 300, jnp.float32
    instrument = single(kind)
    rng = np.random.default_rng(5)
    normals = lambda rows: jnp.asarray(rng.standard_normal((rows, n)), dtype)
    draws = Draws(
        _profile(instrument, normals(kind.n_persistent)), 3 * normals(kind.n_fresh)
    )
    severity = jnp.linspace(-20, 1.5 * instrument.max_score, n, dtype=dtype)
    context = Context(rater_sd=jnp.asarray(2.5, dtype))
    scores = _score(instrument, severity, draws, context)
    assert scores.items.dtype == scores.total.dtype == jnp.int32
    assert scores.items.shape == (ITEMS[kind.name], n)
    assert 0 <= scores.total.min() < scores.total.max() <= instrument.max_score
    if kind is not QidsSr:
        np.testing.assert_array_equal(scores.total, scores.items.sum(axis=0))


@pytest.mark.parametrize("kind", SCALES)
def test_a_cohort_is_the_head_of_a_larger_one(kind):
    _, make = next(entry for entry in measures.mechanisms() if entry[0] is kind)
    rating = make(8, jnp.float64)
    whole = _read(kind(), rating)
    head = lambda leaf: jnp.asarray(np.asarray(leaf)[..., :3])
    shared = lambda leaf: leaf if leaf.shape[-1:] != (8,) else head(leaf)
    part = _read(kind(), jax.tree.map(shared, rating))
    np.testing.assert_array_equal(part.total, whole.total[:3])


@pytest.mark.parametrize("kind", DEPRESSION)
@pytest.mark.parametrize("severity", [6.0, 20.0, 34.0])
def test_mean_total_follows_the_severity(kind, severity, ratings):
    rated = ratings(kind(), 20_000, seed=2)
    if kind is Madrs:
        want = severity
    elif kind is Hdrs17:
        want = np.interp(severity, *kind().link)
    else:
        want = expected_self_report(kind(), severity)
    # standard error at most .05; the tables of curves err by up to .1
    np.testing.assert_allclose(rated.rate(severity).total.mean(), want, atol=0.25)


def expected_self_report(instrument, severity):
    """Mean of the link over the view, by quadrature and root search."""
    view = instrument.view
    theta = np.linspace(-9, 9, 20_001)
    curve = scipy_total(theta, view.slope, view.threshold)
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    w = float(view.weight)
    own = w * np.interp(severity, curve, theta) + np.sqrt(1 - w**2) * nodes
    linked = np.interp(np.interp(own, theta, curve), *np.asarray(instrument.link))
    return float((weights * linked).sum() / weights.sum())


def scipy_total(theta, slope, threshold):
    logit = np.asarray(slope)[:, None, None] * (
        theta - np.asarray(threshold)[:, :, None]
    )
    return (1 / (1 + np.exp(-logit))).sum(axis=(0, 1))


def test_a_persons_mean_is_the_severity_whatever_the_profile(ratings):
    rated = ratings(Madrs(), 20_000, seed=3)
    mean = np.mean([rated.rate(28.0).total for _ in range(40)], axis=0)
    # standard error of one person's mean over 40 ratings: .26
    assert mean.std() < 0.3
    # without anchoring to the person the spread of means is above 3 points


def test_qids_counts_the_worst_item_of_a_domain():
    items = jnp.asarray(np.arange(16)[:, None] % 4)
    got = domain_scores(items)[:, 0]
    np.testing.assert_array_equal(got, [3, 0, 3, 1, 2, 3, 0, 1, 3])


class TestCarriedForward:
    instrument = Madrs()
    n = 50

    def scores(self, carry, carried):
        rng = np.random.default_rng(4)
        normals = lambda rows: jnp.asarray(rng.standard_normal((rows, self.n)))
        draws = Draws(_profile(self.instrument, normals(10)), normals(11))
        context = Context(
            rater_sd=jnp.asarray(1.6), carried=carried, carry=jnp.asarray(carry)
        )
        return _score(self.instrument, jnp.full(self.n, 12.0), draws, context)

    def test_sleep_and_appetite_keep_their_scores(self):
        carried = jnp.full((2, self.n), 6, jnp.int32)
        held, free = self.scores(True, carried), self.scores(False, carried)
        np.testing.assert_array_equal(held.items[3:5], carried)
        rest = np.array([0, 1, 2, 5, 6, 7, 8, 9])
        np.testing.assert_array_equal(held.items[rest], free.items[rest])
        np.testing.assert_array_equal(held.total, held.items.sum(axis=0))
        assert np.asarray(held.total).mean() > np.asarray(free.total).mean() + 4

    def test_rows_to_carry_are_those_two(self):
        items = jnp.asarray(np.arange(10)[:, None])
        np.testing.assert_array_equal(self.instrument.carried_rows(items), [[3], [4]])


@pytest.mark.parametrize("kind", [Madrs, Hdrs17])
def test_items_add_up_to_a_wanted_total(kind, ratings):
    rated = ratings(kind(), 2_000, seed=6)
    total = jnp.asarray(rated.rng.integers(0, kind().max_score + 1, rated.n))
    scores = _at_total(kind(), total, rated.draws())
    np.testing.assert_array_equal(scores.total, total)


def test_single_precision_totals_reach_the_threshold(ratings):
    instrument = single(Madrs)
    rng = np.random.default_rng(7)
    normals = lambda rows: jnp.asarray(rng.standard_normal((rows, 5_000)), jnp.float32)
    draws = Draws(_profile(instrument, normals(10)), normals(11))
    total = jnp.full(5_000, 28)
    got = np.asarray(_at_total(instrument, total, draws).total)
    assert got.min() >= 28
    # thresholds closer than the search resolves are met by few
    assert (got > 28).mean() < 0.002

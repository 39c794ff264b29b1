"""Draws of what is assumed: within bounds, covering, repeatable, and only of that."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from kapsim.evidence import Kind, library
from kapsim.trial import load_protocol
from kapsim.trial.parameters.draws_from import (
    DrawsFrom,
    drawn_with,
    read_draws_from,
    said,
    usual_draws,
)
from kapsim.trial.parameters.uncertainty import (
    KEPT,
    drawn_records,
    draws,
    parameter_draws,
    posterior_draws,
    posterior_rows,
    spreads,
    with_values,
)
from kapsim.trial.protocol import Protocol
from kapsim.units import KapsimError
from tests.unit.trial import builders, posteriors

KAPPA, RANGED, TABLE = "therapy.modality.kappa", "mind.mood.tau_h", "mind.belief.w"
IDS = (KAPPA, RANGED, TABLE)
N = 40


def assumed() -> list[str]:
    """All records that could be drawn at all."""
    return [r.id for r in library().parameters.values() if r.kind is Kind.ASSUMED]


def column(name: str, found: list[dict]) -> np.ndarray:
    """Drawn values of a record, without the recorded one."""
    return np.array([values[name] for values in found[1:]])


def test_draw_zero_has_the_recorded_values() -> None:
    (first, *rest) = draws(IDS, N, 3)
    assert first == {name: library().parameter(name).value for name in IDS}
    assert len(rest) == N


def test_every_assumed_record_stays_within_its_bounds() -> None:
    found = draws(assumed(), 16, 1)
    for name in assumed():
        record = library().parameter(name)
        for values in found:
            assert np.shape(values[name]) == np.shape(record.value), name
            low, high = record.bounds
            value = np.asarray(values[name])
            assert ((value >= low) & (value <= high)).all(), name


def test_a_seed_gives_its_draws_whatever_else_is_drawn() -> None:
    alone = draws([RANGED], N, 3)
    assert draws([RANGED], N, 3) == alone
    beside = column(RANGED, draws(IDS, N, 3))
    np.testing.assert_array_equal(beside, column(RANGED, alone))
    assert (column(RANGED, draws([RANGED], N, 4)) != beside).any()


def covers(shares: np.ndarray) -> bool:
    """Whether each of n equal shares holds one of n values."""
    return sorted(np.floor(shares * len(shares)).astype(int)) == list(range(N))


def test_draws_cover_prior_and_range() -> None:
    found = draws(IDS, N, 5)
    prior = library().parameter(KAPPA).prior
    assert prior is not None
    low, high = (
        (end - prior.mean) / prior.sd for end in library().parameter(KAPPA).bounds
    )
    known = stats.truncnorm(low, high, loc=prior.mean, scale=prior.sd)
    assert covers(known.cdf(column(KAPPA, found)))
    ends = library().parameter(RANGED).range
    assert ends is not None
    assert covers((column(RANGED, found) - ends[0]) / (ends[1] - ends[0]))


def test_planted_independent_draws_are_found_not_to_cover() -> None:
    assert not covers(np.random.default_rng(1).random(N))


def test_a_table_is_multiplied_as_a_whole_and_zeros_stay() -> None:
    recorded = np.asarray(library().parameter("therapy.modality.skill").value, float)
    drawn = column("therapy.modality.skill", draws(["therapy.modality.skill"], N, 2))
    free = recorded > 0
    assert (drawn[:, ~free] == 0).all()
    high = library().parameter("therapy.modality.skill").bounds[1]
    factors = drawn[:, free] / recorded[free]
    below = drawn[:, free] < high
    for row, inside in zip(factors, below, strict=True):
        np.testing.assert_allclose(row[inside], row[inside][0], rtol=1e-12, atol=0)
    assert factors.min() >= 0.5
    assert factors.max() <= 1.5


@pytest.mark.parametrize(("number", "ids"), [(0, IDS), (3, ["drug.ketamine.absent"])])
def test_what_cannot_be_drawn_is_refused(number: int, ids: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"1 or more|drug\.ketamine\.absent"):
        draws(ids, number, 1)


def test_only_assumptions_about_people_and_effects_are_drawn() -> None:
    protocol = load_protocol("kap-2x2")
    names = drawn_records(protocol)
    assert {KAPPA, RANGED, "patient.life.level", "drug.drive.midpoint"} <= set(names)
    open_ones = (Kind.ASSUMED, Kind.CALIBRATED)
    assert all(library().parameter(name).kind in open_ones for name in names)
    assert not set(KEPT) & set(names)
    for kept in ("measures.", "drug.midazolam.", "drug.blood_pressure."):
        assert not any(name.startswith(kept) for name in names), kept


def test_what_the_protocol_sets_or_switches_is_not_drawn() -> None:
    plain = drawn_records(builders.protocol())
    assert KAPPA in plain
    assert "mind.belief.gamma_loss" not in plain  # of a hypothesis that is off
    on = builders.protocol(hypotheses={"loss_valuation": True})
    assert "mind.belief.gamma_loss" in drawn_records(on)
    own = builders.protocol(parameters={KAPPA: 0.9})
    assert KAPPA not in drawn_records(own)
    assert with_values(own, {KAPPA: 0.1, RANGED: 3.0}).parameters == {
        KAPPA: 0.9,
        RANGED: 3.0,
    }


def test_a_drawn_protocol_is_a_protocol() -> None:
    protocol = builders.protocol()
    for values in draws(drawn_records(protocol), 4, 1):
        drawn = with_values(protocol, values).model_dump(mode="json")
        assert Protocol.model_validate(drawn).visits == protocol.visits


# -- of the posterior ------------------------------------------------------------------


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """Draws of a made-up posterior that is shipped."""
    return posteriors.ship(monkeypatch, tmp_path).values


def test_draws_of_the_posterior_are_its_rows_each_once(shipped: np.ndarray) -> None:
    protocol = builders.protocol()
    first, *rest = posterior_draws(protocol, posteriors.DRAWS, 3)
    assert first == {name: library().parameter(name).value for name in posteriors.IDS}
    found = np.array([[one[name] for name in posteriors.IDS] for one in rest])
    assert sorted(found.tolist()) == sorted(shipped.tolist())
    assert (found != shipped).any()


def test_fewer_draws_are_the_first_of_more_and_rows_come_again(
    shipped: np.ndarray,
) -> None:
    many = posterior_rows(2 * posteriors.DRAWS, 3)
    np.testing.assert_array_equal(posterior_rows(5, 3), many[:5])
    np.testing.assert_array_equal(many[: posteriors.DRAWS], many[posteriors.DRAWS :])
    assert (posterior_rows(5, 4) != many[:5]).any()


def test_a_few_rows_stand_for_how_far_studies_lie_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a skewed law, whose mean 24 rows at random miss by a fifth as a rule."""
    far = np.random.default_rng(1).permutation(np.linspace(0, 3, posteriors.DRAWS) ** 2)
    own = {**posteriors.content()["draws"], "study_sd": far.tolist()}
    posteriors.ship(monkeypatch, tmp_path, draws=own)
    off = [far[posterior_rows(24, seed)].mean() / far.mean() - 1 for seed in range(40)]
    assert np.abs(off).max() < 0.14
    drawn = np.random.default_rng(2)
    chance = [drawn.choice(far, 24).mean() / far.mean() - 1 for _ in range(40)]
    assert np.abs(chance).max() > 0.3


def test_what_a_protocol_sets_is_no_draw_of_the_posterior(shipped: np.ndarray) -> None:
    own = builders.protocol(parameters={posteriors.IDS[0]: 3.0})
    found = posterior_draws(own, 2, 1)
    assert {name for one in found for name in one} == {posteriors.IDS[1]}


def test_draws_come_from_where_they_are_asked(shipped: np.ndarray) -> None:
    protocol = builders.protocol()
    joint = parameter_draws(protocol, 3, 1, DrawsFrom.POSTERIOR)
    assert joint == posterior_draws(protocol, 3, 1)
    free = parameter_draws(protocol, 3, 1, DrawsFrom.ASSUMPTIONS)
    assert free == draws(drawn_records(protocol), 3, 1)
    assert spreads(2, 1, DrawsFrom.POSTERIOR) == [(2.0, 1.0, 0.5)] * 2
    assert spreads(2, 1, DrawsFrom.ASSUMPTIONS) == [(0.0, 0.0, 0.0)] * 2
    assert usual_draws() is DrawsFrom.POSTERIOR
    told = drawn_with(3, DrawsFrom.POSTERIOR)
    assert (told["posterior"], told["number"]) == ("7", 3)
    assert len(told["posterior_sha256"]) == 64
    assert "version 7" in said(DrawsFrom.POSTERIOR, "7")
    assert "independently" in said(DrawsFrom.ASSUMPTIONS, None)


def test_without_a_posterior_the_assumptions_are_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kapsim.trial.parameters.draws_from.posterior", lambda: None)
    assert usual_draws() is read_draws_from(None) is DrawsFrom.ASSUMPTIONS
    assert drawn_with(2, DrawsFrom.ASSUMPTIONS)["posterior"] is None
    for asked in (
        lambda: posterior_draws(builders.protocol(), 2, 1),
        lambda: read_draws_from("posterior"),
    ):
        with pytest.raises(KapsimError, match="no posterior is shipped"):
            asked()
    with pytest.raises(KapsimError, match="posterior or assumptions"):
        read_draws_from("prior")

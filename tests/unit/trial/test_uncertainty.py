"""Draws of what is assumed: within bounds, covering, repeatable, and only of that."""

import numpy as np
import pytest
from scipy import stats

from kapsim.evidence import Kind, library
from kapsim.trial import load_protocol
from kapsim.trial.protocol import Protocol
from kapsim.trial.uncertainty import KEPT, drawn_records, draws, with_values
from tests.unit.trial import builders

KAPPA, RANGED, TABLE = "therapy.modality.kappa", "brain.window.tau_p", "mind.belief.w"
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
    assert all(library().parameter(name).kind is Kind.ASSUMED for name in names)
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

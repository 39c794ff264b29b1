"""Time to relapse, from a table made by hand."""

import numpy as np
import pytest

from kapsim.trial.analysis.survival import cox
from kapsim.trial.power.effects import effects
from kapsim.trial.power.relapses import Relapses, relapses
from kapsim.trial.protocol import Protocol
from tests.unit.trial.power.builders import CHANGE, PAIR, asked, trial, trials

NOT = np.nan
SCORES = [
    # baseline, day 2, 8, 15, 22, 29
    [40, 30, 12, 25, 10, 10],  # relapses at 7 d
    [40, 30, 20, 14, 21, 22],  # response just so; relapses at 21 d, at the limit
    [40, 30, 21, 30, 30, 30],  # no response: not followed
    [40, 30, 5, 10, NOT, 9],  # well; a visit missed
    [40, 30, 5, 10, NOT, NOT],  # well until day 15
    [40, 30, 5, NOT, NOT, NOT],  # not seen again
    [40, 30, NOT, 30, 30, 30],  # not seen at the visit
    [40, 30, 15, NOT, 30, 10],  # relapse found at the next visit seen
]
DAYS = [7, 21, 7, 21, 7, 7, 7, 14]


def protocol(**fields: object) -> Protocol:
    """Relapse after day 8."""
    end = {**CHANGE, "kind": "relapse", "at": "day 8", "among": "response"}
    return trial({**end, "at_least": 22, **fields})


def table(**fields: object) -> Relapses:
    """Follow-up of the table."""
    asks = protocol(**fields)
    scores = np.array(SCORES)[None]
    both = np.stack([scores, scores], axis=-1)
    of = trials(np.arange(8)[None] % 2, both)
    return relapses(of, asks, asks.endpoints[0], scores)


def test_the_table_is_followed_as_by_hand() -> None:
    found = table()
    followed = [True, True, False, True, True, False, False, True]
    assert found.followed[0].tolist() == followed
    relapsed = [True, True, True, False, False, False, True, True]
    own = np.flatnonzero(followed)
    assert found.relapsed[0, own].tolist() == [relapsed[k] for k in own]
    assert found.days[0, own].tolist() == [DAYS[k] for k in own]


def test_among_says_who_is_followed() -> None:
    everyone = [True, True, True, True, True, False, False, True]
    assert table(among="all").followed[0].tolist() == everyone
    remitted = [False, False, False, True, True, False, False, False]
    assert table(among="remission").followed[0].tolist() == remitted


def test_the_limit_is_inclusive() -> None:
    assert table(at_least=23).relapsed[0].tolist()[1] is False


def test_the_effect_is_cox_regression_among_the_followed() -> None:
    luck = np.random.default_rng(6)
    start = np.full((2, 60, 1), 40)
    later = luck.integers(4, 40, (2, 60, 5))
    later[:, :, 1] = luck.integers(4, 24, (2, 60))
    scores = np.concatenate([start, later], axis=-1).astype(float)
    arm = np.tile(np.arange(60) % 2, (2, 1))
    of, asks = trials(arm, np.stack([scores, scores], axis=-1)), protocol()
    (effect,) = effects(asked(asks, of), [PAIR])[PAIR]
    found = relapses(of, asks, asks.endpoints[0], scores)
    for r in range(2):
        own = found.followed[r]
        direct = cox(
            found.days[r, own],
            found.relapsed[r, own],
            1.0 - arm[r, own],
            np.zeros((own.sum(), 0)),
        )
        assert effect.value[r] == pytest.approx(direct.value, rel=1e-9)
        assert effect.p[r] == pytest.approx(direct.p, rel=1e-9)
    assert effect.unit == "log hazard ratio"


def test_without_a_relapse_there_is_no_hazard() -> None:
    scores = np.full((1, 20, 6), 8.0)
    scores[:, :, 0] = 40
    of = trials(np.arange(20)[None] % 2, np.stack([scores, scores], axis=-1))
    (effect,) = effects(asked(protocol(), of), [PAIR])[PAIR]
    assert np.isnan(effect.value[0])
    assert "not estimable" in effect.method[0]

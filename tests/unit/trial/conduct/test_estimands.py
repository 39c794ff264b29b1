"""Estimands on a table that was worked out by hand."""

import numpy as np
import pytest

from kapsim.trial.conduct.errors import ConductError
from kapsim.trial.conduct.estimands import analysed
from kapsim.trial.conduct.periods import periods
from kapsim.trial.conduct.trials import Reason, Trials
from kapsim.trial.protocol import Measure, Protocol, Strategy
from tests.unit.trial.conduct.builders import trial

_ = np.nan
SEEN = [
    [30, 25, 20, _, 12, 10],  # completes, misses one visit
    [30, 25, 20, 18, 16, 14],  # treatment stopped before the fourth visit
    [30, _, 28, 29, 15, 12],  # rescued before the fifth
    [30, 29, 28, _, _, _],  # leaves for lack of effect
    [30, 20, 10, _, _, _],  # leaves for another reason
    [_, _, _, _, _, _],  # simulation failed
]
STOPPED = [6, 3, 6, 6, 6, 6]
RESCUED = [6, 6, 4, 6, 6, 6]
LEFT = [6, 6, 6, 3, 3, 0]
REASON = [
    Reason.COMPLETED,
    Reason.COMPLETED,
    Reason.COMPLETED,
    Reason.LACK_OF_EFFECT,
    Reason.OTHER,
    Reason.FAILED,
]
EXPECTED = {
    Strategy.TREATMENT_POLICY: SEEN,
    Strategy.HYPOTHETICAL: [
        [30, 25, 20, _, 12, 10],
        [30, 25, 20, _, _, _],
        [30, _, 28, 29, _, _],
        [30, 29, 28, _, _, _],
        [30, 20, 10, _, _, _],
        [_, _, _, _, _, _],
    ],
    Strategy.COMPOSITE: [
        [30, 25, 20, _, 12, 10],
        [30, 25, 20, 30, 30, 30],
        [30, _, 28, 29, 30, 30],
        [30, 29, 28, 30, 30, 30],
        [30, 20, 10, _, _, _],
        [_, _, _, _, _, _],
    ],
    Strategy.WHILE_ON_TREATMENT: [
        [30, 25, 20, _, 12, 10],
        [30, 25, 20, 20, 20, 20],
        [30, _, 28, 29, 29, 29],
        [30, 29, 28, 28, 28, 28],
        [30, 20, 10, 10, 10, 10],
        [_, _, _, _, _, _],
    ],
}


def by_hand(protocol: Protocol) -> Trials:
    """One replicate of six people whose two scales read the same."""
    score = np.repeat(np.array(SEEN)[None, ..., None], 2, axis=-1)
    row = lambda values: np.array([values])
    visits = np.array([visit.time_h / 24 for visit in protocol.visits])
    return Trials(
        replicate=np.array([4]),
        arm=row([0, 0, 0, 1, 1, 1]),
        person=row([5, 3, 1, 0, 2, 4]),
        site=row([0, 1, 0, 1, 0, 1]),
        stratum=row([0, 0, 0, 0, 0, 0]),
        score=score,
        baseline=score[:, :, 0],
        day=np.broadcast_to(visits, (1, 6, 6)),
        guess=np.zeros((1, 6, 6), bool),
        rater_guess=np.zeros((1, 6, 6), bool),
        left=row(LEFT),
        reason=row([int(reason) for reason in REASON]),
        stopped=row(STOPPED),
        rescued=row(RESCUED),
        deviated=row([True, False, False, False, False, False]),
        assessed=np.array([9]),
        eligible=np.array([6]),
    )


@pytest.mark.parametrize("strategy", Strategy)
def test_each_strategy_gives_what_was_worked_out(strategy: Strategy) -> None:
    protocol = trial()
    found = analysed(by_hand(protocol), protocol, Measure.MADRS, strategy)
    np.testing.assert_array_equal(found[0], np.array(EXPECTED[strategy]))


def test_nothing_is_put_where_a_scale_is_not_rated() -> None:
    visits = [visit.model_dump(mode="json") for visit in trial().visits]
    visits[4]["scales"] = ["MADRS"]
    protocol = trial(visits=visits)
    made = by_hand(protocol)
    made.score[:, :, 4, 1] = np.nan
    for strategy in (Strategy.COMPOSITE, Strategy.WHILE_ON_TREATMENT):
        found = analysed(made, protocol, Measure.QIDS_SR, strategy)
        assert np.isnan(found[0, :, 4]).all()
        assert not np.isnan(found[0, 1, 5])


def test_both_periods_are_read_as_long_after_their_begin() -> None:
    arms = trial().model_dump(mode="json")["arms"]
    arms[0]["treatments"][0]["days"] = [1, 15]
    arms[0]["sessions"] = []
    arms[1]["treatments"][0]["days"] = [1, 15]
    design = {"kind": "crossover", "periods": ["day 1", "day 15"], "washout": "7 d"}
    ends = [{"measure": "MADRS", "kind": "change", "at": "day 8"}]
    protocol = trial(arms=arms, design=design, endpoints=ends)
    made = by_hand(protocol)
    score = analysed(made, protocol, Measure.MADRS, Strategy.TREATMENT_POLICY)
    found = periods(made, protocol, protocol.endpoints[0], score)
    np.testing.assert_array_equal(found.first[0], [20, 20, 28, 28, 10, np.nan])
    np.testing.assert_array_equal(found.second[0], [12, 16, 15, _, _, _])
    np.testing.assert_array_equal(found.before_first[0], [30] * 5 + [_])
    np.testing.assert_array_equal(found.before_second[0], [_, 18, 29, _, _, _])
    assert (found.sequence == made.arm).all()


def test_periods_of_a_parallel_trial_are_refused() -> None:
    protocol = trial()
    made = by_hand(protocol)
    with pytest.raises(ConductError, match="only a crossover has periods"):
        periods(made, protocol, protocol.endpoints[0], made.score[..., 0])

"""Result codes: stable numbers, advice for each, the first failure wins."""

import jax.numpy as jnp
import numpy as np

from kapsim.engine.outcome import Outcome, combine, mark


def test_codes_are_what_files_say() -> None:
    assert {outcome.name: outcome.value for outcome in Outcome} == {
        "OK": 0,
        "NON_FINITE": 1,
        "NEGATIVE_AMOUNT": 2,
        "SCORE_OUT_OF_RANGE": 3,
    }


def test_every_code_has_words_and_advice() -> None:
    assert len({outcome.text for outcome in Outcome}) == len(Outcome)
    assert all(outcome.advice.endswith(".") for outcome in Outcome)


def test_the_first_failure_wins() -> None:
    earlier = mark(jnp.array([False, True, False, True]), Outcome.NEGATIVE_AMOUNT)
    later = mark(jnp.array([False, False, True, True]), Outcome.NON_FINITE)
    both = combine(earlier, later)
    np.testing.assert_array_equal(both, [0, 2, 1, 2])
    assert both.dtype == jnp.int8

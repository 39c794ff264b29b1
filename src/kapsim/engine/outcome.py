"""How the simulation of one patient ended: a code per patient, never an exception.

A patient whose simulation failed is counted and reported, never dropped: the scores
are then missing, and the code says why.
"""

import enum

import jax.numpy as jnp
from jaxtyping import Array, Bool, Int8


class Outcome(enum.IntEnum):
    """Result code of one patient; 0 is good."""

    OK = 0
    NON_FINITE = 1
    NEGATIVE_AMOUNT = 2
    SCORE_OUT_OF_RANGE = 3

    @property
    def text(self) -> str:
        """What happened."""
        return {
            Outcome.OK: "the simulation ended well",
            Outcome.NON_FINITE: "a state became infinite or not a number",
            Outcome.NEGATIVE_AMOUNT: "an amount of drug became negative",
            Outcome.SCORE_OUT_OF_RANGE: "a score left the range of its scale",
        }[self]

    @property
    def advice(self) -> str:
        """What to do about it."""
        return {
            Outcome.OK: "Nothing to do.",
            Outcome.NON_FINITE: (
                "Look for an extreme parameter in the protocol or its variants; run "
                "again in float64 or with halved steps, and report it if that helps."
            ),
            Outcome.NEGATIVE_AMOUNT: (
                "Run again in float64; check the doses and clearances of the protocol."
            ),
            Outcome.SCORE_OUT_OF_RANGE: (
                "This is a bug in kapsim's measures. Please report it with the "
                "request.json of the run."
            ),
        }[self]


def combine(earlier: Int8[Array, "n"], later: Int8[Array, "n"]) -> Int8[Array, "n"]:
    """Code of each patient after two checks: the first failure wins.

    What failed first usually caused the rest, so a later code never replaces it.
    """
    return jnp.where(earlier != Outcome.OK.value, earlier, later)


def mark(failed: Bool[Array, "n"], outcome: Outcome) -> Int8[Array, "n"]:
    """Code of each patient from one check [n]."""
    return jnp.where(failed, jnp.int8(outcome.value), jnp.int8(Outcome.OK.value))

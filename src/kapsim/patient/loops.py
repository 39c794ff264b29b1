"""Loops by which beliefs make their own evidence, and what cutting one means.

A cut loop holds its signal at the person's resting value: approach no longer falls with
mood, rumination no longer answers to rank. People are drawn with all loops whole, so
that a cut changes their course and not who they are. Self-criticism cannot be held, it
is taken away; places cannot be told apart any more.
"""

import enum
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float


class Loop(enum.StrEnum):
    """What can be cut."""

    BEHAVIOUR = "behaviour"
    RUMINATION = "rumination"
    SELF_CRITICISM = "self_criticism"
    BODY = "body"
    SELF_EFFICACY = "self_efficacy"
    DEFEAT = "defeat"
    PLACES = "places"


MEANING: dict[Loop, str] = {
    Loop.BEHAVIOUR: "approach to life stays as at rest",
    Loop.RUMINATION: "rumination stays as at rest",
    Loop.SELF_CRITICISM: "self-criticism is gone: what is ruminated repeats the belief",
    Loop.BODY: "the body budget stays as at rest",
    Loop.SELF_EFFICACY: "belief in the own regulation stays as at rest",
    Loop.DEFEAT: "involuntary defeat stays as at rest",
    Loop.PLACES: "the therapy room is not told apart from life",
}


class Whole(NamedTuple):
    """1 for a loop that is whole, 0 for one that is cut, in the order of `Loop`."""

    behaviour: Float[Array, ""]
    rumination: Float[Array, ""]
    self_criticism: Float[Array, ""]
    body: Float[Array, ""]
    self_efficacy: Float[Array, ""]
    defeat: Float[Array, ""]
    places: Float[Array, ""]


def whole_but(cut: tuple[str, ...]) -> Whole:
    """All loops whole but those named."""
    gone = {Loop(name) for name in cut}
    return Whole(*(jnp.asarray(0.0 if loop in gone else 1.0) for loop in Loop))


def held(
    whole: Float[Array, ""],
    signal: Float[Array, "*batch"],
    rest: Float[Array, "*batch"],
) -> Float[Array, "*batch"]:
    """The signal where its loop is whole, its resting value where it is cut."""
    return rest + whole * (signal - rest)

"""The two shapes a piece of the model can have: with a state, or a pure read-out."""

import abc
from typing import Any, Generic, TypeVar

import equinox as eqx
from jaxtyping import Array, Float

State = TypeVar("State")
Signals = TypeVar("Signals")


class AbstractMechanism(eqx.Module, Generic[State]):
    """Parameters plus the equations that carry a state through time.

    Subclasses are final. They declare every parameter with `param`, know no other
    mechanism, and advance over a step of any length without losing stability: linear
    parts exactly, the rest with inputs held over the step.
    """

    @abc.abstractmethod
    def init(self) -> State:
        """State at rest."""

    @abc.abstractmethod
    def step(self, state: State, inputs: Any, dt: Float[Array, ""]) -> State:
        """State after `dt` [h] with `inputs` held."""


class AbstractReadout(eqx.Module, Generic[Signals]):
    """Parameters plus an equation that reads signals from inputs, without memory."""

    @abc.abstractmethod
    def read(self, inputs: Any) -> Signals:
        """Signals for these inputs."""

"""The shapes a piece of the model can have.

With a state that is carried through time; a read-out without memory; or a learner that
is carried through the trials of a task.
"""

import abc
from typing import Any, Generic, TypeVar

import equinox as eqx
import jax
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


class AbstractTrialLearner(eqx.Module, Generic[State, Signals]):
    """Parameters plus the equations by which one trial of a task changes a state.

    Subclasses are final and work for one learner; `jax.vmap` gives many. What happens
    between trials (a gap, a drug) is part of a trial's inputs.
    """

    @abc.abstractmethod
    def init(self) -> State:
        """State before the first trial."""

    @abc.abstractmethod
    def trial(self, state: State, inputs: Any) -> tuple[State, Signals]:
        """State after the trial, and what was expected before its outcome."""


def run_trials(
    learner: AbstractTrialLearner[State, Signals],
    trials: Any,
    state: State | None = None,
) -> tuple[State, Signals]:
    """Carry a learner through the trials of a task.

    Parameters
    ----------
    learner
        Who learns.
    trials
        Inputs of `learner.trial`, every leaf with leading axis [trials].
    state
        Where to start; `learner.init()` if None.

    Returns
    -------
    tuple
        The final state, and the signals of all trials with leading axis [trials].
    """
    start = learner.init() if state is None else state
    # a method of a module cannot be hashed, as scan would have to; a function can
    return jax.lax.scan(lambda old, new: learner.trial(old, new), start, trials)

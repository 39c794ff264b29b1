"""An arm as a pure function of its parameters and doses, for JAX to transform.

The people, their draws and the time grid are made once and stay. Called, the function
puts values in as `trial.arms.simulation.redrawn` does, scales the doses and steps the
same people in float64; so it gives what a run with these values gives, without a file.
"""

import dataclasses
import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from jaxtyping import Array, Float, UInt32

from kapsim.drug import breakpoints
from kapsim.engine import platform
from kapsim.engine.parameter import InvalidParameterError, internal_bounds
from kapsim.engine.random import patient_indices
from kapsim.engine.scan import AbstractSystem, simulate
from kapsim.evidence import library
from kapsim.patient import Cohort, PatientNode, Signals
from kapsim.trial.arms.cohorts import own_parts, route
from kapsim.trial.arms.doses import doses
from kapsim.trial.arms.simulation import Prepared, prepare
from kapsim.trial.arms.values import Setting, protocol_values
from kapsim.trial.loading import load_protocol
from kapsim.trial.protocol import Protocol
from kapsim.trial.request import RequestError, RunRequest
from kapsim.units import to_internal

Number = float | Float[Array, "..."] | Float[np.ndarray, "..."]


class _SeverityView(AbstractSystem[Any, Float[Array, " n"]]):
    """Patients of whom severity is recorded; in reverse each step is made again."""

    watched: AbstractSystem[Any, Signals]

    def init(self) -> Any:
        return self.watched.init()

    def step(self, state: Any, node: PatientNode) -> Any:
        step = lambda watched, state, node: watched.step(state, node)
        return eqx.filter_checkpoint(step)(self.watched, state, node)

    def observe(self, state: Any, node: PatientNode) -> Float[Array, " n"]:
        return self.watched.observe(state, node).severity


@eqx.filter_jit
def _severity(
    people: Cohort, schedule: PatientNode, indices: UInt32[Array, " n"], visits: int
) -> Float[Array, "visits n"]:
    return simulate(_SeverityView(people.watched(indices)), schedule, visits)[1]


@dataclasses.dataclass(frozen=True, eq=False)
class DifferentiableArm:
    """One arm of a protocol and its people; made by `differentiable`.

    Attributes
    ----------
    times_h
        Times of the visits [times], h from the first dose.
    parameters
        Value of every parameter that can be set, by the id of its record and in the
        unit of its record, as the protocol has it.
    """

    times_h: Float[np.ndarray, " times"]
    parameters: dict[str, Number] = dataclasses.field(repr=False)
    _prepared: Prepared = dataclasses.field(repr=False)
    _arm: str
    _people: int

    def __call__(
        self,
        parameters: Mapping[str, Any] = MappingProxyType({}),
        dose_scale: Any = 1.0,
    ) -> Float[Array, "times people"]:
        """Severity of each person at each visit, before what happens there.

        A pure function: `jax.jit`, `jax.grad`, `jax.jvp` and `jax.vmap` apply, over
        the values of parameters and over `dose_scale`.

        Parameters
        ----------
        parameters
            Values that differ from `self.parameters`, by the id of the record, each in
            the unit and the shape of its record.
        dose_scale
            Factor on every amount of drug that is given [1]; a dose of nothing is
            still a visit at which people hope and guess.

        Returns
        -------
        Array
            Severity [MADRS point], 0 to 60, in float64: the expected total, without
            the error and the rounding of a rating.

        Raises
        ------
        InvalidParameterError
            If an id is none of `self.parameters`, a shape is not that of the record,
            a value lies out of its bounds or `dose_scale` is negative. Values that JAX
            traces are not known here and not checked against bounds.
        PrecisionError
            If double precision of JAX has been switched off.
        """
        platform.require_double()
        protocol, ready = self._prepared.protocol, self._prepared
        arm = protocol.arm(self._arm)
        values = protocol_values(protocol)
        values |= {name: self._internal(name, own) for name, own in parameters.items()}
        people = dataclasses.replace(
            ready.cohort.with_values(values, ready.cohort.entry),
            **own_parts(protocol, arm, values),
        )
        schedule = eqx.tree_at(
            lambda schedule: (schedule.drug.bolus, schedule.drug.rate),
            ready.schedule,
            replace_fn=lambda amount: amount * _factor(dose_scale),
        )
        indices = patient_indices(0, self._people)
        return _severity(people, schedule, indices, len(self.times_h))

    def _internal(self, name: str, value: Any) -> Float[Array, "..."]:
        """A value in internal units."""
        if name not in self.parameters:
            near = difflib.get_close_matches(name, self.parameters, n=3, cutoff=0.5)
            meant = f" Did you mean {' or '.join(near)}?" if near else ""
            raise InvalidParameterError(
                f"{name!r} is no parameter that can be set in the arm {self._arm!r}."
                f"{meant} `.parameters` of the model has all ids."
            )
        if jnp.shape(value) != np.shape(self.parameters[name]):
            raise InvalidParameterError(
                f"{name} has the shape {np.shape(self.parameters[name])}; got "
                f"{jnp.shape(value)}. Use jax.vmap for several values."
            )
        scale = to_internal(1.0, library().parameter(name).unit)
        return jnp.asarray(value, jnp.float64) * scale


def _factor(dose_scale: Any) -> Float[Array, ""]:
    if not isinstance(dose_scale, Tracer) and not 0 <= dose_scale < np.inf:
        raise InvalidParameterError(
            f"dose_scale must be finite and not negative; got {dose_scale}."
        )
    return jnp.asarray(dose_scale, jnp.float64)


def differentiable(
    protocol: Protocol | str | Path, arm: str, *, people: int = 64, seed: int = 1
) -> DifferentiableArm:
    """An arm of a protocol as a pure function that JAX can differentiate.

    Sets up JAX as every front of kapsim does (`engine.platform.configure`): double
    precision, no silent promotion of types or ranks.

    Parameters
    ----------
    protocol
        A protocol, a file, or the name of a bundled one.
    arm
        Name of the arm.
    people
        How many people are simulated; they are the first ones of a run with this seed.
    seed
        Seed of the people and of all that befalls them.

    Returns
    -------
    DifferentiableArm
        ``model(parameters, dose_scale)`` is severity [times, people].

    Raises
    ------
    ProtocolError
        If the protocol cannot be read.
    RequestError
        If the protocol has no such arm, or `people` or `seed` is out of range.
    """
    platform.configure()
    loaded = protocol if isinstance(protocol, Protocol) else load_protocol(protocol)
    names = [one.name for one in loaded.arms]
    if arm not in names:
        raise RequestError(
            f"{loaded.name} has no arm {arm!r}; its arms are {', '.join(names)}."
        )
    own = loaded.met_by(loaded.arm(arm))
    asked = RunRequest(
        protocol=own, patients={arm: people}, seed=seed, precision="float64"
    )
    text = json.dumps(own.model_dump(mode="json"), sort_keys=True)
    ready = prepare(text, arm, asked.seed, asked.precision, asked.refine)
    return DifferentiableArm(
        times_h=np.array([visit.time_h for visit in own.visits]),
        parameters=_parameters(ready, arm),
        _prepared=ready,
        _arm=arm,
        _people=people,
    )


def _parameters(ready: Prepared, arm: str) -> dict[str, Number]:
    """What the people are made of, but for what shapes the arm, entry and time grid."""
    values, found = protocol_values(ready.protocol), {}
    made_of = dataclasses.replace(ready.cohort, scales=()).record_ids()
    for name in sorted(made_of - set(Setting)):
        record = library().parameter(name)
        if not _moves_grid(ready, arm, values, name):
            scale = to_internal(1.0, record.unit)
            value = np.asarray(values[name] / scale if name in values else record.value)
            found[name] = value if value.shape else float(value)
    return found


def _moves_grid(
    ready: Prepared, arm: str, values: Mapping[str, Any], name: str
) -> bool:
    """Whether when a drug starts or stops flowing in hangs on a parameter."""
    protocol = ready.protocol
    given = doses(protocol, protocol.arm(arm))
    now = breakpoints(ready.cohort.route, given)
    ends = internal_bounds(library().parameter(name))
    moved = ({**values, name: end} for end in ends)
    make = lambda values: route(protocol, protocol.arm(arm), values)
    return any(breakpoints(make(one), given) != now for one in moved)

"""Parameters of a mechanism: fields whose value and meaning come from a record."""

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from kapsim.evidence import Parameter, library
from kapsim.units import KapsimError, internal_unit, to_internal

M = TypeVar("M", bound=eqx.Module)


class InvalidParameterError(KapsimError, ValueError):
    """A parameter value outside its recorded bounds, or not a number."""


def _as_float(value: Any) -> jax.Array:
    if isinstance(value, jax.Array) and jnp.issubdtype(value.dtype, jnp.floating):
        return value
    return jnp.asarray(value, dtype=float)


def param(record_id: str) -> Any:
    """Declare a parameter field on a mechanism by the id of its evidence record.

    The value, in internal units, is a pytree leaf (so it can be batched over patients
    and differentiated); unit, meaning, bounds and source stay in the record.
    """
    return eqx.field(
        default_factory=lambda: library().parameter(record_id).internal_value,
        converter=_as_float,
        metadata={"record": record_id},
    )


def records(mechanism: Any) -> dict[str, Parameter]:
    """Evidence record of each declared parameter, by field name."""
    return {
        field.name: library().parameter(field.metadata["record"])
        for field in dataclasses.fields(mechanism)
        if "record" in field.metadata
    }


def internal_bounds(record: Parameter) -> tuple[float, float]:
    """Bounds of a record in internal units."""
    low, high = record.bounds
    return to_internal(low, record.unit), to_internal(high, record.unit)


def check_bounds(mechanism: eqx.Module) -> None:
    """Refuse concrete values outside their bounds; traced values are left alone.

    Raises
    ------
    InvalidParameterError
        With field, meaning, bounds, unit, the first offending value and how many.
    """
    for name, record in records(mechanism).items():
        value = getattr(mechanism, name)
        if isinstance(value, Tracer):
            continue
        low, high = internal_bounds(record)
        array = np.asarray(value)
        bad = ~((array >= low) & (array <= high))  # not-a-number counts as bad
        if bad.any():
            first = tuple(int(i) for i in np.argwhere(bad)[0])
            raise InvalidParameterError(
                f"{type(mechanism).__name__}.{name} ({record.meaning}) must lie in "
                f"[{low:g}, {high:g}] {internal_unit(record.unit)}; got "
                f"{array[first]:g} at index {first}, {int(bad.sum())} value(s) in all."
            )


def build(mechanism: type[M], values: Mapping[str, Any], **fixed: Any) -> M:
    """A mechanism with its recorded parameters, some of them replaced.

    Parameters
    ----------
    mechanism
        Its class.
    values
        Values in internal units, by the id of the record.
    fixed
        Fields that are not parameters.

    Raises
    ------
    InvalidParameterError
        If a value lies outside the bounds of its record.
    """
    chosen = {
        name: values[record.id]
        for name, record in records(mechanism).items()
        if record.id in values
    }
    built = mechanism(**chosen, **fixed)
    check_bounds(built)
    return built

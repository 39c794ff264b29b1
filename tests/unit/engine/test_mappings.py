"""Compiled programs are forgotten before the system ends the process, not earlier."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.engine import mappings


def test_pieces_are_counted() -> None:
    held = mappings.mapped()
    if held is None:
        pytest.skip("Linux only")
    used, allowed = held
    assert 0 < used < allowed


def test_programs_are_forgotten_only_near_the_limit() -> None:
    if mappings.mapped() is None:
        pytest.skip("Linux only")
    traced: list[int] = []

    @jax.jit
    def double(x: Any) -> Any:
        traced.append(1)
        return 2.0 * x

    double(jnp.ones(3))
    assert not mappings.spare_mappings(share=1.0)
    double(jnp.ones(3))
    assert len(traced) == 1
    assert mappings.spare_mappings(share=0.0)
    np.testing.assert_array_equal(np.asarray(double(jnp.ones(3))), 2.0)
    assert len(traced) == 2


def test_elsewhere_nothing_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mappings, "_MAPPED", mappings.Path("/nowhere/maps"))
    assert mappings.mapped() is None
    assert not mappings.spare_mappings(share=0.0)

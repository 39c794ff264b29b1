"""Units against exact factors, and against pint as a second opinion."""

import math

import numpy as np
import pint
import pytest

from kapsim.units import (
    KapsimError,
    UnitError,
    internal_unit,
    time_exponent,
    to_internal,
)

EXACT = [
    ("min", "h", 1 / 60),
    ("s", "h", 1 / 3600),
    ("d", "h", 24.0),
    ("week", "h", 168.0),
    ("yr", "h", 8766.0),
    ("month", "h", 730.5),
    ("g", "mg", 1000.0),
    ("ug", "mg", 0.001),
    ("µg", "mg", 0.001),
    ("μg", "mg", 0.001),
    ("kg", "kg", 1.0),
    ("mg/kg", "mg/kg", 1.0),
    ("mL/min", "L/h", 0.06),
    ("1/min", "1/h", 60.0),
    ("Hz", "1/h", 3600.0),
    ("ng/mL", "ng/mL", 1.0),
    ("ug/L", "ng/mL", 1.0),
    ("mg/L", "ng/mL", 1000.0),
    ("ug/mL", "ng/mL", 1000.0),
    ("ng*min/mL", "h (ng/mL)", 1 / 60),
    ("L/mg", "1/(ng/mL)", 0.001),
    ("nmol/mL", "umol/L", 1.0),
    ("nM", "umol/L", 0.001),
    ("g/mol", "mg/umol", 0.001),
    ("mg/(kg*h)", "mg/kg/h", 1.0),
    ("L/h/kg", "L/h/kg", 1.0),
    ("h^2", "h^2", 1.0),
    ("h**-1", "1/h", 1.0),
    ("%", "1", 0.01),
    ("1", "1", 1.0),
    ("points", "point", 1.0),
    ("mmHg", "mmHg", 1.0),
    ("1/yr_age", "1/yr_age", 1.0),
]


@pytest.mark.parametrize(("unit", "internal", "factor"), EXACT)
def test_factor_is_exact(unit: str, internal: str, factor: float) -> None:
    # the factor is a ratio of whole numbers, so one rounding is all there may be
    assert internal_unit(unit) == internal
    np.testing.assert_allclose(to_internal(1.0, unit), factor, rtol=2e-16, atol=0)


def test_an_internal_unit_is_its_own() -> None:
    for _, internal, _ in EXACT:
        assert internal_unit(internal) == internal
        assert to_internal(3.5, internal) == 3.5


@pytest.mark.parametrize(
    ("unit", "target"),
    [
        ("mL/min", "L/h"),
        ("ug/mL", "ng/mL"),
        ("ng*min/mL", "ng*h/mL"),
        ("mg/(kg*min)", "mg/kg/h"),
        ("nmol/mL", "umol/L"),
        ("1/week", "1/h"),
        ("yr", "h"),
        ("month", "h"),
        ("g/mol", "mg/umol"),
    ],
)
def test_pint_agrees(unit: str, target: str) -> None:
    other = pint.UnitRegistry(cache_folder=None)
    want = other.Quantity(7.25, unit).to(target).m
    np.testing.assert_allclose(to_internal(7.25, unit), want, rtol=1e-14, atol=0)


def test_time_exponent() -> None:
    assert [time_exponent(unit) for unit in ("L/h", "d", "mg", "1/min")] == [
        -1,
        1,
        0,
        -1,
    ]


def test_infinite_bounds_stay_infinite() -> None:
    assert to_internal(math.inf, "mL/min") == math.inf
    assert to_internal(-math.inf, "d") == -math.inf


@pytest.mark.parametrize(
    ("unit", "why"),
    [
        ("bananas", "'bananas' is not a unit that kapsim knows"),
        ("mg/kg d", r"in brackets: 'mg/\(kg\*h\)'"),
        ("mg/kg*d", "in brackets"),
        ("", "at 'its end'"),
        ("mg/", "at 'its end'"),
        ("mg//h", "at '/h'"),
        ("(mg", r"at '\(mg'"),
        ("mg^h", r"at '\^h'"),
        ("2 mg", "at '2 mg'"),
        ("__import__", "not a unit"),
    ],
)
def test_what_is_no_unit_is_refused(unit: str, why: str) -> None:
    with pytest.raises(UnitError, match=why) as caught:
        internal_unit(unit)
    assert repr(unit) in str(caught.value)
    assert "Write for example 'mg'" in str(caught.value)


def test_a_unit_error_is_the_readers_to_put_right() -> None:
    assert issubclass(UnitError, KapsimError)
    assert issubclass(UnitError, ValueError)

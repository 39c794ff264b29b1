"""Quantities and times as people write them, and what is refused."""

import pytest
from hypothesis import given, strategies as st

from kapsim.units import QuantityKind, UnitError, parse_quantity, parse_time

AMOUNT, PER_KG = QuantityKind.AMOUNT, QuantityKind.AMOUNT_PER_KG


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"),
    [
        ("0.5 mg/kg", PER_KG, 0.5, "mg/kg"),
        ("500 ug/kg", PER_KG, 0.5, "mg/kg"),
        ("84 mg", AMOUNT, 84.0, "mg"),
        ("84mg", AMOUNT, 84.0, "mg"),
        (" .5 g ", AMOUNT, 500.0, "mg"),
        ("500 µg", AMOUNT, 0.5, "mg"),
        ("500 μg", AMOUNT, 0.5, "mg"),
        ("1e2 mg", AMOUNT, 100.0, "mg"),
        ("40 min", QuantityKind.DURATION, 2 / 3, "h"),
        ("- 30 min", QuantityKind.OFFSET, -0.5, "h"),
        ("70 kg", QuantityKind.WEIGHT, 70.0, "kg"),
        ("44 yr", QuantityKind.AGE, 44.0, "yr_age"),
        ("44 years", QuantityKind.AGE, 44.0, "yr_age"),
        ("60 %", QuantityKind.SHARE, 0.6, "1"),
        ("0.185 mg/L", QuantityKind.CONCENTRATION, 185.0, "ng/mL"),
        ("780 nM", QuantityKind.MOLAR_CONCENTRATION, 0.78, "umol/L"),
        ("140 mmHg", QuantityKind.PRESSURE, 140.0, "mmHg"),
    ],
)
def test_read(text: str, kind: QuantityKind, value: float, unit: str) -> None:
    got = parse_quantity(text, kind)
    assert (got.value, got.unit) == (value, unit)
    assert str(got) == text.strip()


def test_the_first_kind_that_fits_is_taken() -> None:
    assert parse_quantity("0.5 mg/kg", AMOUNT, PER_KG).unit == "mg/kg"
    assert parse_quantity("35 mg", AMOUNT, PER_KG).unit == "mg"


@pytest.mark.parametrize(
    ("text", "kind", "why"),
    [
        ("84", AMOUNT, "has no unit"),
        ("mg", AMOUNT, "is not a number followed by a unit"),
        ("", AMOUNT, "is not a number followed by a unit"),
        ("nan mg", AMOUNT, "is not a number followed by a unit"),
        ("inf mg", AMOUNT, "is not a number followed by a unit"),
        ("1e999 mg", AMOUNT, "is not a finite number"),
        ("10**10**10 mg", AMOUNT, "is not a number followed by a unit"),
        ("9" * 400 + " mg", AMOUNT, "is not a number followed by a unit"),
        ("2 * 3 mg", AMOUNT, "is not a number followed by a unit"),
        ("-3 mg", AMOUNT, "is negative"),
        ("- 3 h", QuantityKind.DURATION, "is negative"),
        ("0,5 mg", AMOUNT, "comma in its number: write a point"),
        ("1,000 mg", AMOUNT, "comma in its number: write a point"),
        ("1_000 mg", AMOUNT, "is not a number followed by a unit"),
        ("1.2.3 mg", AMOUNT, "is not a number followed by a unit"),
        ("84 h", AMOUNT, "is in 'h', which is of another kind"),
        ("0.5 mg/kg", AMOUNT, "is in 'mg/kg', which is of another kind"),
        ("70000 g", QuantityKind.WEIGHT, "of another kind"),
        ("5 bananas", AMOUNT, "'bananas' is not a unit that kapsim knows"),
    ],
)
def test_refused(text: str, kind: QuantityKind, why: str) -> None:
    with pytest.raises(UnitError, match=why) as caught:
        parse_quantity(text, kind)
    assert repr(text)[:50] in str(caught.value)


def test_a_refusal_says_what_is_allowed_with_an_example() -> None:
    with pytest.raises(UnitError) as caught:
        parse_quantity("84 h", AMOUNT, PER_KG)
    assert str(caught.value) == (
        "'84 h' is in 'h', which is of another kind. Needed: amount [mg] or amount per "
        "kg [mg/kg], for example '84 mg'."
    )


@pytest.mark.parametrize("kind", QuantityKind)
def test_the_example_of_a_kind_is_of_that_kind(kind: QuantityKind) -> None:
    assert parse_quantity(kind.example, kind).unit == kind.unit


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (lambda: parse_quantity(text, AMOUNT), lambda: parse_time(text)):
        try:
            read()
        except UnitError:
            continue


@given(st.floats(0, 1e15, allow_nan=False))
def test_a_printed_number_is_read_back(number: float) -> None:
    assert parse_quantity(f"{number:.15g} mg", AMOUNT).value == float(f"{number:.15g}")


@pytest.mark.parametrize(
    "text",
    ["1" * 100_000, "(" * 100_000 + " mg", "1 " + "g*" * 50_000 + "g", "day " * 9999],
    ids=["digits", "brackets", "factors", "words"],
)
def test_a_long_text_is_refused(text: str) -> None:
    with pytest.raises(UnitError, match="is not a number followed by a unit"):
        parse_quantity(text, AMOUNT)
    with pytest.raises(UnitError, match="is not a time of a protocol"):
        parse_time(text)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("day 1", 0.0),
        ("day 8", 168.0),
        ("day 1 + 2 h", 2.0),
        ("day 1 - 1 h", -1.0),
        ("day 2+30min", 24.5),
        ("Day 4", 72.0),
        ("day -1", -24.0),
        ("day -7 + 6 h", -162.0),
        ("week 0", 0.0),
        ("week 4", 672.0),
        ("week 4 - 1 d", 648.0),
    ],
)
def test_time(text: str, hours: float) -> None:
    assert parse_time(text) == hours


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("day 0", "does not exist: the first dose is on 'day 1'"),
        ("day 1.5", "is not a time of a protocol"),
        ("2 h", "is not a time of a protocol"),
        ("day", "is not a time of a protocol"),
        ("week -1", "is before the first dose: write a day"),
        ("day 1 + 2", "'2' has no unit"),
        ("day 1 + -2 h", "'-2 h' is negative"),
        ("day 1 + 2 mg", "is in 'mg', which is of another kind"),
        ("day 1 + 2 h + 3 h", "cannot be read"),
        ("day 9999999", "is not a time of a protocol"),
    ],
)
def test_time_refused(text: str, why: str) -> None:
    with pytest.raises(UnitError, match=why):
        parse_time(text)

"""A regimen in words: what it means, and what is said where it means nothing."""

import pytest

from kapsim.drug.kinetics.schedule import Dose, Molecule, RouteName
from kapsim.drug.regimen.text import parse_regimen
from kapsim.drug.regimen.words import RegimenError

KETAMINE, ESKETAMINE = Molecule.KETAMINE, Molecule.ESKETAMINE
IV = RouteName.INTRAVENOUS


def one(text: str) -> Dose:
    (dose,) = parse_regimen(text)
    return dose


@pytest.mark.parametrize(
    ("name", "molecule"),
    [
        ("ketamine", KETAMINE),
        ("ketamine racemate", KETAMINE),
        ("racemic ketamine", KETAMINE),
        ("Esketamine", ESKETAMINE),
        ("S-ketamine", ESKETAMINE),
        ("arketamine", Molecule.ARKETAMINE),
        ("R-ketamine", Molecule.ARKETAMINE),
        ("midazolam", Molecule.MIDAZOLAM),
    ],
)
def test_molecules(name: str, molecule: Molecule) -> None:
    assert one(f"{name} 5 mg iv").molecule is molecule


@pytest.mark.parametrize(
    ("words", "route"),
    [
        ("iv", IV),
        ("intravenous", IV),
        ("im", RouteName.INTRAMUSCULAR),
        ("s.c.", RouteName.SUBCUTANEOUS),
        ("in", RouteName.NASAL),
        ("nasal spray", RouteName.NASAL),
        ("sl", RouteName.SUBLINGUAL),
        ("buccal", RouteName.BUCCAL),
        ("po", RouteName.ORAL),
        ("oral er", RouteName.ORAL_EXTENDED),
        ("oral extended release", RouteName.ORAL_EXTENDED),
        ("pr", RouteName.RECTAL),
    ],
)
def test_routes(words: str, route: RouteName) -> None:
    assert one(f"ketamine 50 mg {words}").route is route


@pytest.mark.parametrize(
    ("amount", "mg", "mg_per_kg"),
    [
        ("500 ug", 0.5, 0),
        ("0.1 g", 100, 0),
        ("84mg", 84, 0),
        ("0.5 mg/kg", 0, 0.5),
        ("500 ug/kg", 0, 0.5),
    ],
)
def test_amounts(amount: str, mg: float, mg_per_kg: float) -> None:
    dose = one(f"ketamine {amount} iv")
    assert (dose.mg, dose.mg_per_kg) == pytest.approx((mg, mg_per_kg), rel=1e-12)


def test_the_text_of_the_documentation() -> None:
    assert parse_regimen("ketamine racemate 0.5 mg/kg iv over 40 min") == (
        Dose(time_h=0.0, molecule=KETAMINE, route=IV, mg_per_kg=0.5, duration_h=2 / 3),
    )


def test_hydrochloride_is_less_base() -> None:
    base = one("esketamine hydrochloride 32.3 mg iv").mg
    assert base == pytest.approx(28, rel=1e-3)  # the label's device
    assert one("esketamine 32.3 mg hcl iv").mg == base
    assert one("esketamine 32.3 mg base iv").mg == 32.3


@pytest.mark.parametrize(
    ("text", "devices"),
    [
        ("esketamine 28 mg nasal", 1),
        ("esketamine 84 mg nasal", 3),
        ("esketamine hydrochloride 64.6 mg nasal", 2),
        ("esketamine 84 mg nasal with 1 device", 1),
        ("esketamine 1 mg/kg nasal with 2 sprays", 2),
        ("esketamine 84 mg iv", 1),
    ],
)
def test_devices(text: str, devices: int) -> None:
    assert one(text).devices == devices


@pytest.mark.parametrize(
    ("clause", "times"),
    [
        ("", (0,)),
        ("at 24 h", (24,)),
        ("at 0 h, 48 h", (0, 48)),
        ("at day 1, day 4 and week 1", (0, 72, 168)),
        ("every 3 d x 3", (0, 72, 144)),
        ("every 12 h x2", (0, 12)),
        ("at 24 h every 3 d × 2", (24, 96)),
        ("at 48 h, 0 h, 48 h", (0, 48)),
    ],
)
def test_times(clause: str, times: tuple[float, ...]) -> None:
    doses = parse_regimen(f"ketamine 5 mg im {clause}")
    assert tuple(dose.time_h for dose in doses) == pytest.approx(times, abs=1e-12)


def test_the_order_of_words_is_free() -> None:
    plain = parse_regimen("ketamine 0.5 mg/kg iv over 40 min at 2 h")
    assert parse_regimen("over 40 min iv 0.5 mg/kg ketamine at 2 h") == plain
    assert parse_regimen("  KETAMINE\n0.5 mg/kg\tIV over 40 min at 2 h ") == plain


def test_plus_starts_together_and_then_one_after_the_other() -> None:
    text = "ketamine 0.1 mg/kg iv over 10 min {} 0.5 mg/kg iv over 40 min"
    together, after = (parse_regimen(text.format(word)) for word in ("+", "then"))
    assert [dose.time_h for dose in together] == [0, 0]
    assert [dose.time_h for dose in after] == pytest.approx([0, 1 / 6], abs=1e-12)
    assert {dose.molecule for dose in after} == {KETAMINE}


def test_a_later_part_inherits_what_it_does_not_name() -> None:
    first, second = parse_regimen(
        "S-ketamine hydrochloride 20 mg iv over 20 min then 40 mg at 3 d"
    )
    assert (second.molecule, second.route) == (ESKETAMINE, IV)
    assert second.duration_h == first.duration_h
    assert second.mg == pytest.approx(2 * first.mg)
    bolus = parse_regimen("ketamine 5 mg iv over 20 min then 5 mg bolus at 1 d")[1]
    assert bolus.duration_h == 0
    other = parse_regimen("ketamine 5 mg iv over 20 min then midazolam 1 mg iv")[1]
    assert other.duration_h == 0


@pytest.mark.parametrize(
    ("text", "marked", "said"),
    [
        ("ketemine 5 mg iv", "ketemine", "Did you mean 'ketamine'?"),
        ("ketamine 5 mg ivv", "ivv", "Did you mean 'iv'?"),
        ("ketamine 5 iv", "5 iv", "'iv' is not a unit"),
        ("ketamine 5 ml iv", "5 ml", "of another kind"),
        ("ketamine 0,5 mg/kg iv", "0,5", "write a point"),
        ("ketamine 0 mg iv", "0 mg", "above 0"),
        ("ketamine -5 mg iv", "-5 mg", "is negative"),
        ("ketamine 1e999 mg iv", "1e999 mg", "not a finite number"),
        ("midazolam 5 mg nasal", "nasal", "Allowed: intravenous"),
        ("5 mg iv", "5 mg", "The molecule is missing"),
        ("ketamine 5 mg iv over 0 min", "0 min", "above 0"),
        ("ketamine 50 mg im over 5 min", "over 5 min", "has no duration"),
        ("ketamine 5 mg iv bolus over 5 min", "bolus", "A bolus has no duration"),
        ("ketamine 5 mg iv infusion", "infusion", "needs a duration"),
        ("ketamine 5 mg iv 6 mg", "6 mg", "A second amount"),
        ("ketamine 5 mg iv at day 0", "day 0", "does not exist"),
        ("ketamine 5 mg iv every 3 d x 0", "x 0", "every 3 d x 8"),
        ("ketamine 5 mg iv at 1 h, 2 h every 3 d x 2", "every 3 d x 2", "several"),
        ("ketamine 5 mg iv with 2 devices", "with 2 devices", "has no devices"),
        ("ketamine 5 mg iv with clarithromycin", "clarithromycin", "not understood"),
        ("esketamine 1 mg/kg nasal", "1 mg/kg", "with 2 devices"),
    ],
)
def test_a_refusal_marks_the_word(text: str, marked: str, said: str) -> None:
    with pytest.raises(RegimenError) as caught:
        parse_regimen(text)
    message = str(caught.value)
    assert said in message
    assert "Allowed: " in message
    lines = message.splitlines()
    shown = next(k for k, line in enumerate(lines) if line == f"  {text}")
    start, end = lines[shown + 1].index("^"), lines[shown + 1].rindex("^") + 1
    assert lines[shown][start:end] == marked


@pytest.mark.parametrize(
    "text", ["", "ketamine", "ketamine iv", "ketamine 5 mg", "ketamine 5 mg iv then"]
)
def test_what_is_missing_is_marked_at_the_end(text: str) -> None:
    with pytest.raises(RegimenError, match="missing") as caught:
        parse_regimen(text)
    lines = str(caught.value).splitlines()
    assert lines[lines.index(f"  {text}") + 1].index("^") == len(text) + 3


def test_text_is_never_evaluated() -> None:
    with pytest.raises(RegimenError):
        parse_regimen("ketamine __import__('os').getcwd() mg iv")

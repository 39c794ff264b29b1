"""Each piece of the model taken out: does the patient do what its theory says?"""

import pytest

from kapsim.patient.ablations import ABLATIONS, Direction
from kapsim.trial import RunRequest, load_protocol
from kapsim.trial.variations.ablation import ablate

pytestmark = pytest.mark.validation_slow

PATIENTS = 2000
ARM = "ketamine + therapy"
BEYOND = 0.1  # points: what an arm's mean moves with the time grid

MISSED = {
    "places cut": "The sessions of this protocol teach little about threat, so the "
    "therapy room hardly becomes a place of its own: what reaches life is the same. "
    "With a room that is told apart sooner the direction is as expected (unit tests).",
    "relaxation off": "Since the calibration the relaxation of beliefs lifts mood "
    "while the drug is there (mind.mood.b_rho), so taking it out is seen in the first "
    "hours. The limit is of the model before it.",
    "consolidation off": "The calibration left consolidation next to nothing: the "
    "published trials do not need it.",
}
"""Expectations that are known not to be seen, and why."""

LIMITS = {
    Direction.HIGHER: {"low": BEYOND},
    Direction.LOWER: {"high": -BEYOND},
    Direction.UNCHANGED: {"low": -BEYOND, "high": BEYOND},
}


@pytest.fixture(scope="module")
def found():
    protocol = load_protocol("kap-2x2")
    patients = {arm.name: PATIENTS for arm in protocol.arms}
    return ablate(RunRequest(protocol=protocol, patients=patients, seed=4))


def difference(found, name, arm=ARM):
    rows = found.verdicts
    row = rows[(rows["ablation"] == name) & (rows["arm"] == arm)].iloc[0]
    return float(row["difference"]), float(row["se"]), str(row["visit"])


@pytest.mark.parametrize(
    "piece",
    [piece for piece in ABLATIONS if piece.expected in LIMITS],
    ids=lambda piece: piece.name,
)
def test_taking_a_piece_out(check, found, piece):
    value, error, visit = difference(found, piece.name)
    name = f"{piece.name}: MADRS against the intact model, where it differs most"
    note = f"{visit}, SE {error:.2f}; {piece.why}"
    check(
        name,
        value,
        **LIMITS[piece.expected],
        source="our choice",
        unit="points",
        note=note,
        missed=MISSED.get(piece.name, ""),
    )
    if piece.expected is not Direction.UNCHANGED and piece.name not in MISSED:
        check.planted(name, "nothing is taken out", 0.0)


def test_the_whole_table(check, found):
    rows = tuple(
        (
            str(row["ablation"]),
            str(row["arm"]),
            str(row["expected"]),
            f"{row['difference']:.2f} ({row['se']:.2f})",
            str(row["visit"]),
            str(row["verdict"]),
        )
        for _, row in found.verdicts.iterrows()
    )
    check.table(
        "Every piece taken out, by arm",
        f"MADRS of kap-2x2, {PATIENTS} patients per arm, each compared with himself in "
        "the intact model, at the visit where the mean difference is largest.",
        ("piece", "arm", "expected", "difference (SE)", "visit", "verdict"),
        rows,
    )
    drug = [piece.name for piece in ABLATIONS if piece.part == "drug"]
    for name in drug:
        value, _, _ = difference(found, name, "midazolam + therapy")
        assert value == 0.0, f"{name} moves an arm without ketamine"


def test_pairing_saves_variance(check, found):
    """Common random numbers: how much smaller the variance of a difference is."""
    rows = found.visits
    own = rows[(rows["arm"] == ARM) & (rows["ablation"] == "rumination cut")]
    saved = float(own[own["visit"] == "day 57"]["saved"].iloc[0])
    name = "rumination cut, day 57: variance unpaired over paired"
    check(name, saved, low=2.0, source="our choice")
    check.planted(name, "independent samples", 1.0)

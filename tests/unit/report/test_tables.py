"""Rows of the tables on what was given."""

from kapsim.drug import Exposure, Molecule
from kapsim.report.tables import exposure_rows, kinetics_rows
from kapsim.trial.arms.given import ArmDrug, Given

NASAL = ("NasalEsketamine", "venous plasma", "Too high.")
BOTH = ("IntravenousKetamine + NasalEsketamine", "venous plasma", "Added.")
GIVEN = Given(
    weight_kg=80.0,
    rule="Watch.",
    sources=(),
    arms=(
        ArmDrug("spray", *NASAL, (Exposure(Molecule.ESKETAMINE, 56, 4704.0, 168.0),)),
        ArmDrug(
            "both",
            *BOTH,
            (
                Exposure(Molecule.KETAMINE, 1, 99.96, 40.04),
                Exposure(Molecule.ESKETAMINE, 2, 99.94, 83.87),
            ),
        ),
        ArmDrug("weak", *NASAL, (Exposure(Molecule.ESKETAMINE, 1, 1.0, 1.0),)),
    ),
)


def test_each_molecule_of_an_arm_has_a_row():
    rows = [tuple(row.values()) for row in exposure_rows(GIVEN)]
    assert rows == [
        (True, "spray", "esketamine", 56, "4,704", "168", NASAL[0]),
        (True, "both", "ketamine", 1, "100", "40", BOTH[0]),
        (False, "both", "esketamine", 2, "99.9", "83.9", BOTH[0]),
        (True, "weak", "esketamine", 1, "1", "1", NASAL[0]),
    ]


def test_each_parameter_set_is_told_once():
    assert kinetics_rows(GIVEN) == [NASAL, BOTH]

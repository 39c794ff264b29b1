"""Amount of base in an amount of salt, from molar masses."""

from kapsim.drug.kinetics.schedule import Molecule
from kapsim.evidence import library
from kapsim.units import SaltForm

_BASE_MASS = {
    Molecule.KETAMINE: "drug.molar_mass.ketamine",
    Molecule.ESKETAMINE: "drug.molar_mass.ketamine",
    Molecule.ARKETAMINE: "drug.molar_mass.ketamine",
    Molecule.MIDAZOLAM: "drug.molar_mass.midazolam",
}


def base_mg(amount_mg: float, molecule: Molecule, form: SaltForm) -> float:
    """Free base [mg] in an amount of a drug or of its hydrochloride [mg].

    Also converts mg/kg to mg/kg. 28 mg of esketamine is 32.3 mg of the hydrochloride.

    Raises
    ------
    ValueError
        If a placebo is given a salt.
    """
    if form is SaltForm.BASE:
        return amount_mg
    if molecule not in _BASE_MASS:
        raise ValueError(f"{molecule} has no {form}; state the amount as base.")
    base = library().parameter(_BASE_MASS[molecule]).internal_value
    acid = library().parameter("drug.molar_mass.hydrogen_chloride").internal_value
    return amount_mg * base / (base + acid)

"""From a dose to concentrations, occupancy and acute effects."""

from kapsim.drug.antidepressant import (
    AntidepressantInputs as AntidepressantInputs,
    BackgroundAntidepressant as BackgroundAntidepressant,
)
from kapsim.drug.blood_pressure import (
    BloodPressure as BloodPressure,
    BloodPressureInputs as BloodPressureInputs,
    PressureRise as PressureRise,
)
from kapsim.drug.dissociation import (
    Dissociation as Dissociation,
    DissociationInputs as DissociationInputs,
)
from kapsim.drug.drive import Drive as Drive, DriveInputs as DriveInputs
from kapsim.drug.felt import FeltEffect as FeltEffect, FeltInputs as FeltInputs
from kapsim.drug.intravenous import (
    IntravenousKetamine as IntravenousKetamine,
    IntravenousMidazolam as IntravenousMidazolam,
)
from kapsim.drug.levels import DrugLevels as DrugLevels
from kapsim.drug.nasal import NasalEsketamine as NasalEsketamine
from kapsim.drug.no_drug import NoDrug as NoDrug
from kapsim.drug.occupancy import Binding as Binding, Occupancy as Occupancy
from kapsim.drug.registry import mechanisms as mechanisms
from kapsim.drug.route import (
    AbstractRoute as AbstractRoute,
    Covariates as Covariates,
    FirstStep as FirstStep,
    Kinetics as Kinetics,
)
from kapsim.drug.salt import Salt as Salt, base_mg as base_mg
from kapsim.drug.schedule import (
    Dose as Dose,
    DrugNode as DrugNode,
    Molecule as Molecule,
    RouteName as RouteName,
    breakpoints as breakpoints,
    drug_nodes as drug_nodes,
)

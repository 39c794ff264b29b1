"""From a dose to concentrations, occupancy and acute effects."""

from kapsim.drug.effects.antidepressant import (
    AntidepressantInputs as AntidepressantInputs,
    BackgroundAntidepressant as BackgroundAntidepressant,
)
from kapsim.drug.effects.blood_pressure import (
    BloodPressure as BloodPressure,
    BloodPressureInputs as BloodPressureInputs,
    PressureRise as PressureRise,
)
from kapsim.drug.effects.dissociation import (
    Dissociation as Dissociation,
    DissociationInputs as DissociationInputs,
)
from kapsim.drug.effects.drive import Drive as Drive, DriveInputs as DriveInputs
from kapsim.drug.effects.felt import FeltEffect as FeltEffect, FeltInputs as FeltInputs
from kapsim.drug.effects.occupancy import Binding as Binding, Occupancy as Occupancy
from kapsim.drug.kinetics.levels import DrugLevels as DrugLevels
from kapsim.drug.kinetics.route import (
    AbstractRoute as AbstractRoute,
    Covariates as Covariates,
    FirstStep as FirstStep,
    Kinetics as Kinetics,
)
from kapsim.drug.kinetics.schedule import (
    Dose as Dose,
    DrugNode as DrugNode,
    Molecule as Molecule,
    RouteName as RouteName,
    breakpoints as breakpoints,
    drug_nodes as drug_nodes,
)
from kapsim.drug.regimen.salt import Salt as Salt, base_mg as base_mg
from kapsim.drug.registry import mechanisms as mechanisms
from kapsim.drug.routes.intravenous import (
    IntravenousKetamine as IntravenousKetamine,
    IntravenousMidazolam as IntravenousMidazolam,
)
from kapsim.drug.routes.nasal import NasalEsketamine as NasalEsketamine
from kapsim.drug.routes.no_drug import NoDrug as NoDrug

"""From a dose to concentrations, occupancy and acute effects."""

from kapsim.drug.effects.antidepressant import (
    AntidepressantInputs as AntidepressantInputs,
    BackgroundAntidepressant as BackgroundAntidepressant,
)
from kapsim.drug.effects.cardiovascular import (
    Cardiovascular as Cardiovascular,
    CardiovascularInputs as CardiovascularInputs,
    Circulation as Circulation,
)
from kapsim.drug.effects.dissociation import (
    Dissociation as Dissociation,
    DissociationInputs as DissociationInputs,
)
from kapsim.drug.effects.drive import Drive as Drive, DriveInputs as DriveInputs
from kapsim.drug.effects.felt import FeltEffect as FeltEffect, FeltInputs as FeltInputs
from kapsim.drug.effects.high import (
    DrugHigh as DrugHigh,
    DrugHighInputs as DrugHighInputs,
)
from kapsim.drug.effects.occupancy import (
    OCCUPANCY_NOTE as OCCUPANCY_NOTE,
    Binding as Binding,
    Occupancy as Occupancy,
)
from kapsim.drug.effects.response import (
    BenzodiazepineCoupling as BenzodiazepineCoupling,
    NaltrexoneCoupling as NaltrexoneCoupling,
    ResponseCoupling as ResponseCoupling,
    ResponseInputs as ResponseInputs,
)
from kapsim.drug.effects.sedation import (
    Sedation as Sedation,
    SedationInputs as SedationInputs,
)
from kapsim.drug.kinetics.levels import ACTING as ACTING, DrugLevels as DrugLevels
from kapsim.drug.kinetics.route import (
    AbstractRoute as AbstractRoute,
    Covariates as Covariates,
    FirstStep as FirstStep,
    Kinetics as Kinetics,
)
from kapsim.drug.kinetics.schedule import (
    KETAMINES as KETAMINES,
    Dose as Dose,
    DrugNode as DrugNode,
    Molecule as Molecule,
    RouteName as RouteName,
    breakpoints as breakpoints,
    drug_nodes as drug_nodes,
)
from kapsim.drug.regimen.interactions import (
    Medicine as Medicine,
    factors as factors,
    interact as interact,
)
from kapsim.drug.regimen.limits import (
    Breach as Breach,
    Exposure as Exposure,
    breaches as breaches,
    cumulative as cumulative,
    pressure_rule as pressure_rule,
)
from kapsim.drug.regimen.salt import base_mg as base_mg
from kapsim.drug.registry import mechanisms as mechanisms
from kapsim.drug.routes.arterial import (
    ArterialKetamine as ArterialKetamine,
    OralMucosalKetamine as OralMucosalKetamine,
)
from kapsim.drug.routes.choice import TAKES as TAKES, route_for as route_for
from kapsim.drug.routes.enteral import (
    ExtendedReleaseKetamine as ExtendedReleaseKetamine,
    NasalKetamine as NasalKetamine,
    OralKetamine as OralKetamine,
    RectalKetamine as RectalKetamine,
)
from kapsim.drug.routes.hepatic import (
    NasalEsketamine as NasalEsketamine,
    OralEsketamine as OralEsketamine,
)
from kapsim.drug.routes.midazolam import IntravenousMidazolam as IntravenousMidazolam
from kapsim.drug.routes.mixture import Mixture as Mixture
from kapsim.drug.routes.no_drug import NoDrug as NoDrug
from kapsim.drug.routes.parenteral import (
    IntramuscularKetamine as IntramuscularKetamine,
    IntravenousKetamine as IntravenousKetamine,
    SubcutaneousKetamine as SubcutaneousKetamine,
)

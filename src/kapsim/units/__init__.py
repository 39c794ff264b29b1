"""Quantities with units at the border; one internal unit per kind inside."""

from kapsim.units.digits import plain as plain
from kapsim.units.errors import KapsimError as KapsimError, UnitError as UnitError
from kapsim.units.internal import (
    DAY_H as DAY_H,
    internal_unit as internal_unit,
    time_exponent as time_exponent,
    to_internal as to_internal,
)
from kapsim.units.molecule import Enantiomer as Enantiomer, SaltForm as SaltForm
from kapsim.units.quantity import (
    Quantity as Quantity,
    QuantityKind as QuantityKind,
    parse_quantity as parse_quantity,
    parse_time as parse_time,
)

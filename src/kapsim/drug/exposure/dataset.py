"""An exposure as a dataset: signals, areas, half-lives, and what they rest on."""

import enum
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import jax
import numpy as np
import xarray as xr

import kapsim
from kapsim.drug.effects.occupancy import OCCUPANCY_NOTE
from kapsim.drug.exposure.area import ANALYTES, areas, half_lives
from kapsim.drug.exposure.watched import Effects, Shown
from kapsim.drug.kinetics.route import AbstractRoute, Kinetics
from kapsim.drug.kinetics.schedule import Dose, Portion
from kapsim.drug.regimen.interactions import Medicine, record_ids
from kapsim.drug.regimen.limits import breaches, cumulative
from kapsim.drug.routes.mixture import Mixture
from kapsim.engine import records
from kapsim.evidence import library
from kapsim.units import to_internal

NOTE = "Research tool, not a dosing adviser."
SIGNALS: dict[str, tuple[str, str]] = {
    "ketamine": ("ng/mL", "ketamine in plasma, S and R"),
    "s_ketamine": ("ng/mL", "S-ketamine in plasma"),
    "r_ketamine": ("ng/mL", "R-ketamine in plasma"),
    "norketamine": ("ng/mL", "norketamine in plasma, S and R"),
    "hydroxynorketamine": ("ng/mL", "hydroxynorketamine in plasma, S and R"),
    "midazolam": ("ng/mL", "midazolam in plasma"),
    "occupancy": ("1", "NMDA receptor occupancy, computed"),
    "dissociation": ("point", "expected CADSS total"),
    "drug_high": ("point", "drug high on a visual analogue scale of 0 to 10"),
    "sedation": ("point", "depth of sedation, points below alert on the MOAA/S"),
    "systolic_rise": ("mmHg", "rise of systolic pressure above baseline"),
    "diastolic_rise": ("mmHg", "rise of diastolic pressure above baseline"),
    "heart_rate_rise": ("bpm", "rise of heart rate above baseline"),
}
SPANS = ("0 to 24 h", "0 to the end", "0 to infinity")


class Region(enum.StrEnum):
    """Where people are from, as far as kinetics were published for it."""

    OTHER = "other"
    ASIA = "asia"
    JAPAN = "japan"


class Asked(NamedTuple):
    """Who is to be simulated; what is None is typical or unknown.

    Attributes
    ----------
    weight_kg, age_years
        Of all people [kg, years].
    female
        1 for women, 0 for men.
    region
        Where they are from.
    """

    weight_kg: float | None = None
    age_years: float | None = None
    female: float | None = None
    region: Region | str = Region.OTHER


class Who(NamedTuple):
    """The people asked for: kg, years, 1 for women (one half: unknown), region."""

    weight_kg: float
    age_years: float
    female: float
    region: Region


class Block(NamedTuple):
    """Results of a block, the typical person first; people on the first axis."""

    shown: dict[str, np.ndarray]
    area: np.ndarray
    half_life: np.ndarray


def block(
    kinetics: Kinetics,
    shown: Shown,
    portions: Sequence[Portion],
    time: np.ndarray,
    count: int,
) -> Block:
    """The first `count` people of a block.

    Parameters
    ----------
    kinetics, shown
        From `watch`.
    portions
        All that is given.
    time
        Of the records [h].
    count
        People to keep, the typical one included.
    """
    ends = (time[0] + to_internal(1.0, "d"), time[-1], np.inf)
    area = np.stack([areas(kinetics, portions, end) for end in ends], axis=-1)
    rows = {
        name: np.asarray(values)[: len(time), :count].T
        for name, values in shown._asdict().items()
    }
    for name in ANALYTES:  # what rounding leaves where nothing is yet
        rows[name] = np.maximum(rows[name], 0.0)
    return Block(
        shown=rows,
        area=area.swapaxes(0, 1)[:count],
        half_life=half_lives(kinetics, portions).T[:count],
    )


def joined(blocks: list[Block], time: np.ndarray) -> xr.Dataset:
    """All blocks as a dataset; the typical person of the first one apart.

    Parameters
    ----------
    blocks
        In the order of their people.
    time
        Of the records [h].
    """
    data: dict[str, Any] = {}

    def add(
        name: str, rows: list[np.ndarray], dims: tuple[str, ...], unit: str, of: str
    ):
        whole = np.concatenate([row[1:] for row in rows])
        said = {"units": unit, "long_name": of}
        data[name] = (("person", *dims), whole, said)
        own = {"units": unit, "long_name": f"{of}, typical person"}
        data[f"{name}_typical"] = (dims, rows[0][0], own)

    for name, (unit, of) in SIGNALS.items():
        add(name, [block.shown[name] for block in blocks], ("time",), unit, of)
    dims = ("analyte", "span")
    of = "area under the curve in plasma, from the modes"
    add("area", [block.area for block in blocks], dims, "ng*h/mL", of)
    of = "terminal half-life in plasma, from the modes"
    add("half_life", [block.half_life for block in blocks], dims[:1], "h", of)
    count = sum(len(block.area) - 1 for block in blocks)
    coords = {
        "person": ("person", np.arange(count)),
        "time": ("time", time, {"units": "h", "long_name": "time since 0 h"}),
        "analyte": ("analyte", list(ANALYTES)),
        "span": ("span", list(SPANS)),
    }
    return xr.Dataset(data, coords)


def attributes(
    route: AbstractRoute,
    effects: Effects,
    doses: Sequence[Dose],
    who: Who,
    medicines: tuple[Medicine, ...],
    seed: int,
    values: Mapping[str, Any],
) -> dict[str, Any]:
    """What the numbers rest on, as plain texts and numbers."""
    parts = route.routes if isinstance(route, Mixture) else (route,)
    used = {r.id: r for part in (*parts, *effects) for r in records(part).values()}
    used |= {name: library().parameter(name) for name in record_ids(medicines)}
    cited = sorted({key for record in used.values() for key in record.sources})
    warnings = [breach.said for breach in breaches(doses, who.weight_kg)]
    warnings += [
        f"{medicine.value} has no recorded effect on kinetics or acute effects; what "
        "it takes away from the response is not shown here."
        for medicine in medicines
        if not record_ids((medicine,))
    ]
    return {
        "note": NOTE,
        "site": route.site,
        "caveat": route.caveat,
        "occupancy_note": OCCUPANCY_NOTE,
        "warnings": "\n".join(warnings),
        "given": "; ".join(given.said for given in cumulative(doses, who.weight_kg)),
        "dose_times_h": [dose.time_h for dose in doses],
        "dose_durations_h": [dose.duration_h for dose in doses],
        "weight_kg": who.weight_kg,
        "age_years": who.age_years,
        "female": who.female,
        "region": who.region.value,
        "medicines": ", ".join(medicines),
        "seed": seed,
        "changed_parameters": ", ".join(f"{k} = {v}" for k, v in values.items()),
        "kapsim_version": kapsim.__version__,
        "jax_version": jax.__version__,
        "evidence_library": library().digest,
        "records": ", ".join(sorted(used)),
        "sources": ", ".join(cited),
    }

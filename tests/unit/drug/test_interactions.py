"""Interactions: published areas come back from the kinetics, and response is lost."""

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.drug import Covariates, Dose, Molecule, RouteName, drug_nodes, route_for
from kapsim.drug.effects.response import (
    BenzodiazepineCoupling,
    NaltrexoneCoupling,
    ResponseInputs,
)
from kapsim.drug.kinetics.route import AbstractRoute
from kapsim.drug.regimen.interactions import (
    COUPLINGS,
    Factors,
    Medicine,
    factors,
    interact,
    record_ids,
)
from kapsim.evidence import Kind, library

LONG_H = 600.0

WHO = Covariates(
    weight_kg=jnp.asarray([70.0]),
    age_years=jnp.asarray([40.0]),
    asian=jnp.asarray([0.0]),
    japanese=jnp.asarray([0.0]),
    female=jnp.asarray([0.5]),
)


def given(route: RouteName, molecule: Molecule = Molecule.ESKETAMINE) -> Dose:
    over = 2 / 3 if route is RouteName.INTRAVENOUS else 0.0
    return Dose(time_h=0.0, molecule=molecule, route=route, mg=20.0, duration_h=over)


def areas(route: AbstractRoute, dose: Dose) -> dict[str, float]:
    """Areas under S-ketamine and S-norketamine until all is gone [ng h/mL].

    A mode that is fed u over dt and fades at the rate k has the area u dt / k.
    """
    kinetics = route.solve(WHO)
    time = np.unique([0.0, *(p.end_h for p in route.portions(dose)), LONG_H])
    node = drug_nodes(route, [dose], time, np.append(np.diff(time), 0.0))
    dt = np.append(np.diff(time), 0.0)
    mg = node.bolus[..., 0].sum(0) + (node.rate[..., 0] * dt[:, None]).sum(0)
    modes = np.einsum("pkn,p->kn", np.asarray(kinetics.inputs), mg)
    total = kinetics.read(jnp.asarray(modes / np.asarray(kinetics.rate)))
    return {"s": float(total.s_ketamine[0]), "n": float(total.s_norketamine[0])}


def ratios(medicine: Medicine, way: RouteName) -> dict[str, float]:
    dose = given(way)
    route = route_for([dose])
    with_it, without = areas(interact(route, [medicine]), dose), areas(route, dose)
    return {name: with_it[name] / without[name] for name in without}


# -- kinetics: ratios entered from the abstracts, not from the records ----------------

PUBLISHED = {
    (Medicine.CLARITHROMYCIN, RouteName.ORAL): 2.6,
    (Medicine.TICLOPIDINE, RouteName.ORAL): 2.4,
    (Medicine.RIFAMPICIN, RouteName.ORAL): 1 - 0.86,
    (Medicine.RIFAMPICIN, RouteName.INTRAVENOUS): 1 - 0.14,
    (Medicine.CLARITHROMYCIN, RouteName.INTRAVENOUS): 1.0,  # nothing published
}


@pytest.mark.parametrize(("medicine", "way"), PUBLISHED)
def test_published_ratios_of_areas_come_back(
    medicine: Medicine, way: RouteName
) -> None:
    # exact for linear kinetics; what is left is the arithmetic of the modes
    found, published = ratios(medicine, way)["s"], PUBLISHED[medicine, way]
    np.testing.assert_allclose(found, published, rtol=1e-6, atol=0)


def test_norketamine_is_halved_by_rifampicin_after_a_vein() -> None:
    found = ratios(Medicine.RIFAMPICIN, RouteName.INTRAVENOUS)["n"]
    np.testing.assert_allclose(found, 0.5, rtol=1e-6, atol=0)


def test_factors_follow_from_the_areas() -> None:
    clearance, swallowed, metabolite = factors([Medicine.RIFAMPICIN])
    np.testing.assert_allclose(clearance, 1 / 0.86, rtol=1e-12, atol=0)
    np.testing.assert_allclose(swallowed, 0.14 / 0.86, rtol=1e-12, atol=0)
    np.testing.assert_allclose(metabolite, 2.0, rtol=1e-12, atol=0)
    assert factors([Medicine.CLARITHROMYCIN])[:2] == (1.0, 2.6)


def test_several_medicines_multiply_and_count_once() -> None:
    two = [Medicine.TICLOPIDINE, Medicine.CLARITHROMYCIN]
    np.testing.assert_allclose(factors(two).swallowed, 2.6 * 2.4, rtol=1e-12, atol=0)
    assert factors([*two, *two]) == factors(two[::-1])


def test_another_value_of_a_record_is_used() -> None:
    name = "drug.interactions.ticlopidine.oral_area"
    doubled = lambda record: 4.8 if record == name else 1.0
    assert factors([Medicine.TICLOPIDINE], doubled) == Factors(1.0, 4.8, 1.0)
    assert name in record_ids([Medicine.TICLOPIDINE])
    assert record_ids([Medicine.NALTREXONE]) == ()


@pytest.mark.parametrize("medicine", COUPLINGS)
def test_what_takes_response_leaves_kinetics_alone(medicine: Medicine) -> None:
    route = route_for([given(RouteName.INTRAVENOUS)])
    assert interact(route, [medicine]) is route
    assert interact(route, []) is route


def test_a_wrong_factor_would_be_found() -> None:
    """Planted: clearance multiplied by the ratio of areas, not divided by it."""
    dose = given(RouteName.INTRAVENOUS)
    route = route_for([dose])
    turned = route.interacting(0.86, 1.0, 1.0)
    found = areas(turned, dose)["s"] / areas(route, dose)["s"]
    assert abs(found - 0.86) > 0.1


def test_what_was_not_published_is_marked_as_assumed() -> None:
    for medicine in (Medicine.CLARITHROMYCIN, Medicine.TICLOPIDINE):
        record = library().parameter(
            f"drug.interactions.{medicine.value}.intravenous_area"
        )
        assert record.kind is Kind.ASSUMED
        assert record.value == 1
    for medicine in COUPLINGS:
        record = library().parameter(f"drug.interactions.{medicine.value}.loss")
        assert record.kind is Kind.ASSUMED


def test_every_medicine_does_something() -> None:
    kinetic = {one for one in Medicine if factors([one]) != Factors()}
    assert kinetic | set(COUPLINGS) == set(Medicine)
    assert not kinetic & set(COUPLINGS)


# -- response -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "left"),
    [(NaltrexoneCoupling, 0.01), (BenzodiazepineCoupling, 0.5)],
)
def test_a_share_of_the_drive_is_lost(
    make: Callable[[], NaltrexoneCoupling | BenzodiazepineCoupling], left: float
) -> None:
    drive = jnp.asarray([0.0, 0.3, 0.9])
    found = make().read(ResponseInputs(drive))
    # rounding of 1 - loss, which is a hundredth here
    np.testing.assert_allclose(found, left * np.asarray(drive), rtol=1e-10, atol=0)


def test_losses_at_their_bounds_keep_all_or_nothing() -> None:
    drive = jnp.asarray([0.2, 0.7])
    none = NaltrexoneCoupling(loss=jnp.asarray(0.0)).read(ResponseInputs(drive))
    every = NaltrexoneCoupling(loss=jnp.asarray(1.0)).read(ResponseInputs(drive))
    assert none.tolist() == drive.tolist()
    assert every.tolist() == [0.0, 0.0]

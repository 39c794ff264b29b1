import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.drug import (
    ACTING,
    TAKES,
    AbstractRoute,
    Covariates,
    Dose,
    DrugLevels,
    IntravenousKetamine,
    Mixture,
    Molecule,
    NasalEsketamine,
    NoDrug,
    OralKetamine,
    OralMucosalKetamine,
    RouteName,
    mechanisms,
    route_for,
)
from kapsim.engine.random import patient_indices, seed_words
from kapsim.engine.variability import spread
from tests.sweeps import swept

EXAMPLES = dict(mechanisms())
ROUTES = tuple(kind for kind in EXAMPLES if issubclass(kind, AbstractRoute))
USUAL = (IntravenousKetamine, NasalEsketamine)


@eqx.filter_jit
def solved(route, covariates):
    return route.solve(covariates)


@pytest.mark.parametrize("route", swept(ROUTES, USUAL))
def test_cutting_a_step_changes_nothing(route):
    inputs = EXAMPLES[route](3, jnp.float64)
    kinetics = solved(route(), inputs.covariates)
    start = kinetics.give(kinetics.init(), inputs.node)
    whole = kinetics.step(start, inputs.node, inputs.dt)
    half = kinetics.step(start, inputs.node, inputs.dt / 4)
    half = kinetics.step(half, inputs.node, inputs.dt * 3 / 4)
    np.testing.assert_allclose(half, whole, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("route", swept(ROUTES, USUAL))
def test_a_person_is_the_same_alone_and_in_a_crowd(route):
    few, many = (EXAMPLES[route](n, jnp.float64) for n in (1, 3))
    alone, crowd = solved(route(), few.covariates), solved(route(), many.covariates)
    np.testing.assert_allclose(alone.rate[:, 0], crowd.rate[:, 0], rtol=1e-12)
    levels = (
        kinetics.read(kinetics.step(kinetics.init(), few.node, few.dt))
        for kinetics in (alone, crowd)
    )
    for one, many_levels in zip(*levels, strict=True):
        np.testing.assert_allclose(one[0], many_levels[0], rtol=1e-9)


def test_parameters_may_differ_between_people():
    covariates = EXAMPLES[IntravenousKetamine](3, jnp.float64).covariates
    clearance = jnp.asarray([60.0, 95.2, 140.0])
    together = solved(IntravenousKetamine(cl=clearance), covariates)
    for i in range(3):
        own = Covariates(*(c[i : i + 1] for c in covariates))
        alone = solved(IntravenousKetamine(cl=clearance[i]), own)
        np.testing.assert_allclose(together.rate[:, i], alone.rate[:, 0], rtol=1e-12)


def test_kinetics_step_in_the_precision_of_the_covariates():
    inputs = EXAMPLES[NasalEsketamine](2, jnp.float32)
    kinetics = solved(NasalEsketamine(), inputs.covariates)
    dtypes = {leaf.dtype for leaf in jax.tree.leaves(kinetics)}
    assert dtypes == {jnp.dtype("float32")}
    state = kinetics.give(kinetics.init(), inputs.node)
    state = kinetics.step(state, inputs.node, inputs.dt)
    assert {x.dtype for x in kinetics.read(state)} == {jnp.dtype("float32")}


@eqx.filter_jit
def population_levels(kind, dtype):
    """Levels [signal][hour, n] of a drawn population after 30 mg at every inlet."""
    n = 512
    weight = jnp.linspace(50.0, 110.0, n, dtype=dtype)
    covariates = Covariates(weight, weight, 0 * weight, 0 * weight, 0 * weight)
    route = spread(kind(), jnp.asarray(seed_words(1)), patient_indices(0, n))
    kinetics = route.solve(covariates)
    node = EXAMPLES[kind](1, dtype).node
    given = jnp.broadcast_to(jnp.asarray([[30.0, 0.0]], dtype), node.bolus.shape)
    state = kinetics.give(kinetics.init(), node._replace(bolus=given))
    quiet = node._replace(rate=jnp.zeros_like(node.rate))
    levels = []
    for hours in (0.2, 0.5, 2.0, 6.0):
        state = kinetics.step(state, quiet, jnp.asarray(hours, dtype))
        levels.append(kinetics.read(state))
    return jax.tree.map(lambda *x: jnp.stack(x), *levels)


@pytest.mark.slow
@pytest.mark.parametrize(
    "route", swept([*USUAL, OralKetamine, OralMucosalKetamine], USUAL)
)
def test_single_precision_holds_in_everybody(route):
    single, double = (population_levels(route, x) for x in (jnp.float32, jnp.float64))
    for name in ACTING:
        one, exact = (np.asarray(getattr(x, name)) for x in (single, double))
        assert one.dtype == np.float32
        peak = exact.max(axis=0, initial=1e-9)
        assert np.max(np.abs(one - exact) / peak) < 0.01
        assert np.min(one / peak) > -1e-5


def test_nothing_given_stays_nothing():
    inputs = EXAMPLES[NasalEsketamine](2, jnp.float64)
    kinetics = solved(NasalEsketamine(), inputs.covariates)
    quiet = inputs.node._replace(
        bolus=jnp.zeros_like(inputs.node.bolus), rate=jnp.zeros_like(inputs.node.rate)
    )
    state = kinetics.step(kinetics.give(kinetics.init(), quiet), quiet, inputs.dt)
    assert not np.any(state)
    assert not any(np.any(level) for level in kinetics.read(state))


def test_age_lowers_liver_flow_only_above_sixty():
    base = EXAMPLES[NasalEsketamine](3, jnp.float64).covariates
    weight = jnp.full(3, 70.0)
    ages = base._replace(weight_kg=weight, age_years=jnp.asarray([20.0, 60.0, 80.0]))
    rate = solved(NasalEsketamine(), ages).rate
    assert np.array_equal(rate[:, 0], rate[:, 1])
    assert not np.array_equal(rate[:, 1], rate[:, 2])


def dose(molecule, way, **more):
    given = {"time_h": 0.0, "mg": 40.0, **more}
    return Dose(molecule=Molecule(molecule), route=RouteName(way), **given)


COMBINATIONS = [
    (molecule, way)
    for molecule, ways in TAKES.items()
    for way in ways
    if molecule is not Molecule.PLACEBO
]


@pytest.mark.parametrize(("molecule", "way"), COMBINATIONS)
def test_every_combination_has_a_route_that_takes_it(molecule, way):
    given = dose(molecule, way)
    route = route_for([given])
    assert route.takes(given)
    parts = route.portions(given)
    assert {part.inlet for part in parts} <= set(range(route.n_inlets))
    assert route.site
    assert route.caveat.endswith(".")


def test_a_combination_without_kinetics_is_refused_with_what_there_is():
    with pytest.raises(ValueError, match="midazolam can be given: intravenous"):
        route_for([dose("midazolam", "oral")])


def test_an_infusion_can_be_read_in_arterial_plasma():
    given = [dose("esketamine", "intravenous")]
    assert route_for(given).site == "venous plasma"
    assert route_for(given, arterial=True).site == "arterial plasma"
    assert route_for([dose("esketamine", "nasal")], arterial=True).site == (
        "venous plasma"
    )


def test_placebo_alone_needs_no_kinetics():
    assert isinstance(route_for([dose("placebo", "rectal")]), NoDrug)


def test_a_mixture_adds_the_levels_of_its_routes():
    doses = [dose("ketamine", "intravenous"), dose("esketamine", "nasal")]
    both = route_for(doses)
    assert isinstance(both, Mixture)
    covariates = EXAMPLES[NasalEsketamine](2, jnp.float64).covariates

    def levels(route, given):
        kinetics = solved(route, covariates)
        node = EXAMPLES[NasalEsketamine](2, jnp.float64).node
        state = kinetics.init()
        for one in given:
            bolus = np.zeros((route.n_inlets, 2))
            for part in route.portions(one):
                bolus[part.inlet, 0] += part.mg
            node = node._replace(bolus=bolus, rate=np.zeros_like(bolus))
            state = kinetics.give(state, node)
        return kinetics.read(kinetics.step(state, node, jnp.asarray(1.0)))

    whole = levels(both, doses)
    parts = [levels(route_for([one]), [one]) for one in doses]
    for name in DrugLevels._fields:
        added = sum(getattr(part, name) for part in parts)
        np.testing.assert_allclose(getattr(whole, name), added, rtol=1e-12)


@pytest.mark.parametrize("route", swept(ROUTES, USUAL))
def test_leaving_signals_out_changes_none_of_the_others(route):
    inputs = EXAMPLES[route](3, jnp.float64)
    kept = ("s_ketamine", "r_ketamine", "midazolam")
    some_of = eqx.filter_jit(lambda one, people: one.solve(people, kept))
    few, full = some_of(route(), inputs.covariates), solved(route(), inputs.covariates)
    reads = lambda kinetics: kinetics.read(
        kinetics.step(
            kinetics.give(kinetics.init(), inputs.node), inputs.node, inputs.dt
        )
    )
    some, every = reads(few), reads(full)
    for name in DrugLevels._fields:
        wanted = getattr(every, name) if name in kept else np.zeros(3)
        np.testing.assert_allclose(getattr(some, name), wanted, rtol=1e-12)
    assert len(few.rate) <= len(full.rate)


def test_an_interaction_multiplies_exposure_as_stated():
    covariates = EXAMPLES[OralKetamine](2, jnp.float64).covariates

    def area(route):
        kinetics = solved(route, covariates)
        weights = kinetics.inputs[0] / kinetics.rate
        reads = kinetics.reads[0]
        return sum(
            v * weights[k] for v, k in zip(kinetics.outputs[0], reads, strict=True)
        )

    plain = area(OralKetamine())
    np.testing.assert_allclose(
        area(OralKetamine().interacting(0.5, 2.0, 1.0)) / plain, 4.0, rtol=1e-12
    )
    np.testing.assert_allclose(
        area(IntravenousKetamine().interacting(0.5, 2.0, 1.0))
        / area(IntravenousKetamine()),
        2.0,
        rtol=1e-12,
    )

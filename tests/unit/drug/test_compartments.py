import jax.numpy as jnp
import numpy as np
import pytest
from scipy.linalg import expm

from kapsim.drug import (
    AbstractRoute,
    Covariates,
    IntravenousKetamine,
    NasalEsketamine,
    NoDrug,
    mechanisms,
)
from kapsim.drug.kinetics.compartments import Compartments, Signal, stages
from kapsim.drug.kinetics.route import AbstractCompartmentRoute
from kapsim.engine import platform
from tests.sweeps import swept

platform.configure()

ROUTES = [
    kind for kind, _ in mechanisms() if issubclass(kind, AbstractCompartmentRoute)
]
USUAL = (IntravenousKetamine, NasalEsketamine)
EPS = float(np.finfo(float).eps)
HOURS = 1.7


def rate(*values):
    return jnp.asarray(values, float)


def model(**changed):
    """Depot, centre with two peripherals, a metabolite behind, an effect site."""
    parts = {
        "flows": {
            ("depot", "a"): rate(3.0, 2.0),
            ("a", "b"): rate(1.0, 2.0),
            ("b", "a"): rate(0.3, 0.4),
            ("a", "c"): rate(0.7, 0.2),
            ("c", "a"): rate(0.9, 0.1),
            ("a", "m"): rate(0.5, 0.6),
        },
        "losses": {"m": rate(0.25, 0.35)},
        "followers": {("a", "site"): rate(6.0, 9.0)},
        "inlets": ({"depot": rate(0.8, 1.0)}, {"a": rate(1.0, 1.0)}),
        "signals": {"x": Signal("a", rate(1.0, 1.0))},
    }
    return Compartments(**{**parts, **changed})


def amounts(solved, given, hours):
    """Amounts in the outputs [o, n] after one amount at each inlet [P]."""
    modes = solved.modes
    state = sum(w * mg for w, mg in zip(modes.inputs, given, strict=True))
    return jnp.einsum("okn,kn->on", modes.outputs, state * jnp.exp(-modes.rate * hours))


def expected(compartments, given, hours):
    """The same by the exponential of the matrix of rates."""
    matrix, names = np.asarray(compartments.matrix()), compartments.names
    n = matrix.shape[-1]
    start = np.zeros((len(names), n))
    for inlet, mg in zip(compartments.inlets, given, strict=True):
        for name, share in inlet.items():
            start[names.index(name)] += np.asarray(share) * mg
    people = [expm(matrix[..., i] * hours) @ start[:, i] for i in range(n)]
    return np.stack(people, axis=1)


def test_modes_are_the_exponential_of_the_matrix():
    compartments = model()
    solved = compartments.solve(compartments.names, EPS)
    got = amounts(solved, (10.0, 4.0), HOURS)
    want = expected(compartments, (10.0, 4.0), HOURS)
    np.testing.assert_allclose(got, want, rtol=1e-8, atol=1e-10)


def test_a_planted_fault_in_a_flow_is_seen():
    compartments = model()
    flows = {**compartments.flows, ("c", "a"): rate(0.9, 0.11)}
    got = amounts(model(flows=flows).solve(compartments.names, EPS), (10.0, 4.0), HOURS)
    want = expected(compartments, (10.0, 4.0), HOURS)
    assert np.max(np.abs(got - want)) > 1e-3


def test_order_of_declaration_does_not_matter():
    compartments = model()
    turned = model(flows=dict(list(compartments.flows.items())[::-1]))
    names = ("m", "a", "site")
    one = amounts(compartments.solve(names, EPS), (1.0, 0.0), HOURS)
    other = amounts(turned.solve(names, EPS), (1.0, 0.0), HOURS)
    np.testing.assert_allclose(one, other, rtol=1e-12)


def test_what_no_output_needs_is_not_solved():
    compartments = model()
    assert len(compartments.solve(("a",), EPS).modes.rate) == 4
    assert len(compartments.solve(("m",), EPS).modes.rate) == 5
    assert len(compartments.solve(("m", "site"), EPS).modes.rate) == 6


def test_an_output_contains_the_modes_before_it_and_its_own():
    solved = model().solve(("a", "m"), EPS)
    modes = solved.modes
    for i, contains in enumerate(solved.contains):
        absent = [k for k in range(len(modes.rate)) if k not in contains]
        assert not np.any(modes.outputs[i][jnp.asarray(absent, int)])


def test_parts_that_nothing_connects_do_not_disturb_each_other():
    # the same pole twice: were they one part, the second would be moved off the first
    twins = Compartments(
        flows={},
        losses={"a": rate(2.0), "b": rate(2.0)},
        inlets=({"a": rate(1.0), "b": rate(1.0)},),
        signals={},
    )
    assert np.array_equal(twins.solve(("a", "b"), EPS).modes.rate[:, 0], [2.0, 2.0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_chain_of_equal_stages_is_the_gamma_curve(dtype):
    k, like = rate(2.0), jnp.ones(1, dtype)
    eps = float(np.finfo(dtype).eps)
    first, second = stages(k, like)
    chain = Compartments(
        flows={("a", "b"): first},
        losses={"b": second},
        inlets=({"a": rate(1.0)},),
        signals={},
    )
    modes = chain.solve(("b",), eps).modes
    cast = lambda x: np.asarray(x, dtype)
    state = cast(modes.inputs[0]) * np.exp(-cast(modes.rate) * dtype(HOURS))
    leaving = float(second[0]) * np.sum(cast(modes.outputs[0]) * state)
    exact = 2.0**2 * HOURS * np.exp(-2.0 * HOURS)
    assert abs(leaving / exact - 1) < 50 * eps**0.56


def test_a_ring_is_refused():
    ring = {("a", "b"): rate(1.0), ("b", "c"): rate(1.0), ("c", "a"): rate(1.0)}
    broken = Compartments(flows=ring, losses={}, inlets=({"a": rate(1.0)},), signals={})
    with pytest.raises(ValueError, match="do not form a star"):
        broken.solve(("a",), EPS)


def test_a_compartment_that_nothing_leaves_is_refused():
    closed = Compartments(flows={}, losses={}, inlets=({"a": rate(1.0)},), signals={})
    with pytest.raises(ValueError, match="nothing leaves the compartment 'a'"):
        closed.solve(("a",), EPS)


@pytest.mark.parametrize("kind", swept(ROUTES, USUAL))
def test_every_route_is_its_own_matrix(kind):
    wide = lambda *values: jnp.asarray(values, float)
    covariates = Covariates(
        wide(50.0, 90.0), wide(30.0, 75.0), wide(0, 1), wide(0, 1), wide(0, 1)
    )
    compartments = kind().compartments(covariates)
    given = tuple(10.0 + i for i in range(len(compartments.inlets)))
    assert len(given) == kind().n_inlets
    solved = compartments.solve(compartments.names, EPS)
    got = amounts(solved, given, HOURS)
    want = expected(compartments, given, HOURS)
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-7 * np.max(want))


def test_only_what_gives_nothing_has_no_compartments():
    others = [
        kind
        for kind, _ in mechanisms()
        if issubclass(kind, AbstractRoute) and kind not in ROUTES
    ]
    assert others == [NoDrug]

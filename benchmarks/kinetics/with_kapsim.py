"""kapsim: exact modes in float64, blocks of people together, one core."""

from kapsim.engine import platform

platform.configure()

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

from benchmarks.kinetics import problem, timing  # noqa: E402
from kapsim.drug import (  # noqa: E402
    Covariates,
    Dose,
    IntravenousKetamine,
    Molecule,
    RouteName,
    drug_nodes,
)

BLOCK = 1024
SIGNALS = ("s_ketamine", "s_norketamine")


def doses() -> list[Dose]:
    """The course."""
    return [
        Dose(
            time_h=float(start),
            molecule=Molecule.ESKETAMINE,
            route=RouteName.INTRAVENOUS,
            mg_per_kg=problem.MG_PER_KG,
            duration_h=problem.DURATION_H,
        )
        for start in problem.STARTS
    ]


def task():
    """Function from weight, V1, CL, VN and CLN [n] to levels [samples, 2, n]."""
    plain = IntravenousKetamine(molecule=Molecule.ESKETAMINE)
    dt = np.append(np.diff(problem.NODES), 0.0)
    nodes = jax.tree.map(jnp.asarray, drug_nodes(plain, doses(), problem.NODES, dt))
    sampled = jnp.asarray(np.flatnonzero(np.isin(problem.NODES, problem.SAMPLED)))

    @jax.jit
    def levels(weight, v1, cl, vn, cln):
        unknown = jnp.zeros_like(weight)
        route = IntravenousKetamine(
            molecule=Molecule.ESKETAMINE, v1=v1, cl=cl, vn=vn, cln=cln
        )
        who = Covariates(weight, unknown, unknown, unknown, unknown)
        kinetics = route.solve(who, SIGNALS)

        def step(state, inputs):
            node, length = inputs
            found = kinetics.read(state)
            now = jnp.stack([found.s_ketamine, found.s_norketamine])
            return kinetics.step(state, node, length), now

        return jax.lax.scan(step, kinetics.init(), (nodes, jnp.asarray(dt)))[1][sampled]

    return levels


def main() -> None:
    """Time it."""
    given = timing.arguments(__doc__)
    people = problem.read(given.folder, given.patients)
    columns = [getattr(people, name) for name in problem.COLUMNS]
    levels = task()

    def everyone() -> np.ndarray:
        parts = [
            np.asarray(levels(*(column[i : i + BLOCK] for column in columns)))
            for i in range(0, given.patients, BLOCK)
        ]
        return np.concatenate(parts, axis=2)

    timing.measure(given, everyone, lambda found: np.moveaxis(found, (2, 0), (0, 1)))


if __name__ == "__main__":
    main()

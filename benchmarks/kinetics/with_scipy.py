"""SciPy: LSODA by `solve_ivp` and by `odeint`, one person after the other."""

import numpy as np
from scipy.integrate import odeint, solve_ivp

from benchmarks.kinetics import problem, timing


def by_solve_ivp(tolerance: float):
    """Amounts at the nodes of a stretch, by `solve_ivp`."""

    def advance(y, nodes, per_kg, own):
        return solve_ivp(
            lambda _, y: problem.rates(y, per_kg, *own),
            (nodes[0], nodes[-1]),
            y,
            method="LSODA",
            t_eval=nodes,
            rtol=tolerance,
            atol=tolerance,
        ).y.T

    return advance


def by_odeint(tolerance: float):
    """Amounts at the nodes of a stretch, by `odeint`."""

    def advance(y, nodes, per_kg, own):
        slopes = lambda y, _: problem.rates(y, per_kg, *own)
        return odeint(slopes, y, nodes, rtol=tolerance, atol=tolerance)

    return advance


def main() -> None:
    """Time it."""
    given = timing.arguments(__doc__)
    own = problem.read(given.folder, given.patients).own()
    ways = {"solve_ivp": by_solve_ivp, "odeint": by_odeint}
    advance = ways[given.way](given.tolerance)
    timing.measure(
        given, lambda: np.array([problem.integrate(p, advance) for p in own])
    )


if __name__ == "__main__":
    main()

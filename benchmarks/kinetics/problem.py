"""The same task for every program: a course of infusions into drawn people.

Esketamine 0.5 mg/kg over 40 min, three times a week for two weeks, with norketamine
(Otto 2021): five compartments, typed in here from the published table so that no
program is checked against its own entry. V1 and CL, and VN and CLN, covary between
people; all four grow with body weight.

The reference for the agreement is SciPy's DOP853 with a tolerance of 1e-12.
"""

import dataclasses
import itertools
import pathlib

import numpy as np
from scipy.integrate import solve_ivp

MG_PER_KG, DURATION_H = 0.5, 40 / 60
DAYS = (0, 2, 4, 7, 9, 11)
SAMPLES_MIN = (10, 20, 30, 40, 50, 60, 80, 110, 150, 180, 240, 360, 480, 720, 1440)
END_H = 14 * 24.0

V1, CL, VP1, Q1, VP2, Q2 = 133.0, 95.2, 187.0, 23.2, 98.8, 157.0
VN, CLN, VPN, QN = 98.638, 57.72, 160.04, 42.778
PARENT = np.array([[0.084177, 0.02261], [0.02261, 0.026048]])
METABOLITE = np.array([[0.040426, 0.04456], [0.04456, 0.10319]])
COLUMNS = ("weight", "v1", "cl", "vn", "cln")
TIGHT, COMPARED = 1e-12, 16

STARTS = np.array([24.0 * day for day in DAYS])
STOPS = STARTS + DURATION_H
SAMPLED = np.unique((STARTS[:, None] + np.array(SAMPLES_MIN) / 60).ravel())
SAMPLED = np.append(SAMPLED, END_H)
NODES = np.unique(np.concatenate([SAMPLED, STARTS, STOPS]))


@dataclasses.dataclass(frozen=True)
class Patients:
    """Drawn people, one value each: weight [kg], and V1, CL, VN, CLN at 70 kg."""

    weight: np.ndarray
    v1: np.ndarray
    cl: np.ndarray
    vn: np.ndarray
    cln: np.ndarray

    def own(self) -> np.ndarray:
        """Weight [kg], V1 [L], CL [L/h], VN [L], CLN [L/h] at their weight, [n, 5]."""
        size = self.weight / 70.0
        own = (self.v1 * size, self.cl * size**0.75)
        own = (*own, self.vn * size, self.cln * size**0.75)
        return np.stack([self.weight, *own], axis=1)


def draw(n: int, seed: int = 1) -> Patients:
    """`n` people."""
    rng = np.random.default_rng(seed)
    eta = rng.multivariate_normal(np.zeros(2), PARENT, n).T
    eta_n = rng.multivariate_normal(np.zeros(2), METABOLITE, n).T
    weight = np.clip(rng.normal(78.0, 15.0, n), 45.0, 140.0)
    spread = (V1 * np.exp(eta[0]), CL * np.exp(eta[1]))
    return Patients(weight, *spread, VN * np.exp(eta_n[0]), CLN * np.exp(eta_n[1]))


def rates(y, per_kg, weight, v1, cl, vn, cln) -> list:
    """Right-hand side [mg/h] for one person."""
    a, p1, p2, n, m = y
    ca, cn = a / v1, n / vn
    to_p1, to_p2, to_m = Q1 * (ca - p1 / VP1), Q2 * (ca - p2 / VP2), QN * (cn - m / VPN)
    return [
        per_kg * weight - cl * ca - to_p1 - to_p2,
        to_p1,
        to_p2,
        cl * ca - cln * cn - to_m,
        to_m,
    ]


def pieces() -> list[tuple[np.ndarray, float]]:
    """Nodes of each stretch of constant infusion, and its rate [mg/h/kg]."""
    cuts = np.unique([0.0, *STARTS, *STOPS, END_H])
    found = []
    for start, end in itertools.pairwise(cuts):
        inside = NODES[(NODES >= start) & (NODES <= end)]
        flows = bool(np.any((STARTS <= start) & (start < STOPS)))
        found.append((inside, flows * MG_PER_KG / DURATION_H))
    return found


def integrate(own: np.ndarray, advance) -> np.ndarray:
    """Ketamine and norketamine [ng/mL] at the sampling times, [samples, 2].

    `advance(y, nodes, per_kg, own)` gives the amounts at `nodes`, [nodes, 5].
    """
    y, found = np.zeros(5), {}
    for nodes, per_kg in pieces():
        amounts = advance(y, nodes, per_kg, own)
        found |= dict(zip(nodes, amounts, strict=True))
        y = amounts[-1]
    amounts = np.array([found[t] for t in SAMPLED])
    return 1e3 * amounts[:, [0, 3]] / own[[1, 3]]


def reference(own: np.ndarray) -> np.ndarray:
    """Levels of the first people by a tight integration, [people, samples, 2]."""

    def advance(y, nodes, per_kg, person):
        return solve_ivp(
            lambda _, y: rates(y, per_kg, *person),
            (nodes[0], nodes[-1]),
            y,
            method="DOP853",
            t_eval=nodes,
            rtol=TIGHT,
            atol=TIGHT,
        ).y.T

    return np.array([integrate(person, advance) for person in own[:COMPARED]])


def write(folder: pathlib.Path, patients: Patients) -> None:
    """Files that the other programs read."""
    table = {name: getattr(patients, name) for name in COLUMNS}
    np.savez(folder / "patients.npz", **table)
    np.savetxt(folder / "own.csv", patients.own(), "%.17g", ",")
    np.savetxt(folder / "nodes.csv", NODES, "%.17g")
    on = np.isin(NODES, SAMPLED).astype(int)
    np.savetxt(folder / "sampled.csv", on, "%d")
    events = [(t, MG_PER_KG / DURATION_H) for t in STARTS] + [(t, 0.0) for t in STOPS]
    np.savetxt(folder / "events.csv", sorted(events), "%.17g", ",")


def read(folder: pathlib.Path, n: int) -> Patients:
    """The first `n` people of a folder."""
    with np.load(folder / "patients.npz") as table:
        return Patients(**{name: table[name][:n] for name in COLUMNS})

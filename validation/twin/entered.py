"""Second entry of the published kinetic models, as systems of ordinary equations.

Typed from the text of the papers, as transcribed in public, and not from kapsim: plain
NumPy, each model in the units of its own paper, solved by SciPy. Nothing is imported
from kapsim.
"""

import dataclasses
import itertools
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.integrate import solve_ivp

RTOL = 1e-11
KETAMINE, NORKETAMINE, HYDROXYNORKETAMINE = 237.73, 223.70, 239.70  # g/mol


@dataclasses.dataclass(frozen=True)
class Input:
    """An amount [mg] into a compartment, at once if `end` is `start` (model's time)."""

    into: int
    start: float
    end: float
    mg: float


@dataclasses.dataclass(frozen=True)
class Model:
    """A published model.

    Attributes
    ----------
    size
        Number of compartments.
    slopes
        Rates of change of the amounts [mg per unit of time], nothing being given.
    ways
        For each way in, the inputs of a dose of one mg, at time zero.
    read
        Concentrations [ng/mL], from amounts [times, size].
    per_hour
        Units of the model's time in an hour.
    """

    size: int
    slopes: Callable[[np.ndarray], Sequence[float]]
    ways: Mapping[str, tuple[Input, ...]]
    read: Callable[[np.ndarray], dict[str, np.ndarray]]
    per_hour: float

    def course(
        self, given: Sequence[tuple[str, float, float, float]], times_h: np.ndarray
    ) -> dict[str, np.ndarray]:
        """Concentrations [ng/mL] at `times_h`, after what is given at once there.

        Parameters
        ----------
        given
            Way in, start [h], length [h] of an infusion (0 otherwise), and mg.
        times_h
            When to read [h].
        """
        inputs = [
            dataclasses.replace(
                one,
                start=one.start + start * self.per_hour,
                end=one.end + (start + length) * self.per_hour,
                mg=one.mg * mg,
            )
            for way, start, length, mg in given
            for one in self.ways[way]
        ]
        return self.read(self._amounts(inputs, times_h * self.per_hour))

    def _amounts(self, inputs: Sequence[Input], times: np.ndarray) -> np.ndarray:
        stops = {0.0, times[-1], *(t for x in inputs for t in (x.start, x.end))}
        y, found = np.zeros(self.size), {}
        for start, end in itertools.pairwise(
            sorted(t for t in stops if t <= times[-1])
        ):
            flow = np.zeros(self.size)
            for one in inputs:
                if one.start == one.end == start:
                    y[one.into] += one.mg
                elif one.start <= start and end <= one.end:
                    flow[one.into] += one.mg / (one.end - one.start)
            inside = times[(times >= start) & (times < end)]
            solution = solve_ivp(
                lambda _, y, flow=flow: np.asarray(self.slopes(y)) + flow,
                (start, end),
                y,
                method="LSODA",
                t_eval=np.unique([*inside, end]),
                rtol=RTOL,
                atol=1e-13,
            )
            found |= dict(zip(solution.t, solution.y.T, strict=True))
            found |= {start: y}
            y = solution.y[:, -1].copy()
        return np.array([found[t] for t in times])


def at_once(into: int, mg: float = 1.0) -> Input:
    """A share of a mg at once."""
    return Input(into, 0.0, 0.0, mg)


def perez_ruixo(
    age: float = 40.0,
    *,
    asian: bool = False,
    japanese: bool = False,
    devices: int = 1,
    **fault: float,
) -> Model:
    """Esketamine through the nose and as oral solution (Table 3), in hours.

    Structure: nasal depot into plasma; swallowed part and oral solution, each of zero
    and then first order, into the liver; plasma with two peripherals and the liver,
    from which all elimination takes place; noresketamine with one peripheral.
    """
    frn = 0.54 * (1.34 if japanese else 1.0)
    frn *= (1 + (devices - 1) * 0.62) / devices
    ka, ka_sw, ka_po, dsw, dpo, fgut = 2.93, 1.45, 0.97, 0.53, 0.32, 0.64
    vc, q1, vp1, q2, vp2, vh = 192.0, 84.3, 143.0, 37.6, 417.0, 101.0
    qh = 151.0 - 2.19 * max(0.0, age - 60.0)
    kel = 1.11 * (0.36 if asian else 1.0)
    kmet = 2.77 * fault.get("kmet", 1.0)
    vcn, cln, vpn, q3 = 70.0, 38.0 * (0.81 if asian else 1.0), 115.0, 26.1

    def slopes(y: np.ndarray) -> list[float]:
        nose, gut, oral, a, b, c, liver, n, m = y
        from_a = (q1 * a / vc, q2 * a / vc, qh * a / vc)
        to_a = (q1 * b / vp1, q2 * c / vp2, qh * liver / vh)
        return [
            -ka * nose,
            -ka_sw * gut,
            -ka_po * oral,
            ka * nose + sum(to_a) - sum(from_a),
            from_a[0] - to_a[0],
            from_a[1] - to_a[1],
            ka_sw * gut + ka_po * oral + from_a[2] - to_a[2] - (kel + kmet) * liver,
            kmet * liver - cln / vcn * n - q3 / vcn * n + q3 / vpn * m,
            q3 / vcn * n - q3 / vpn * m,
        ]

    return Model(
        size=9,
        slopes=slopes,
        ways={
            "nasal": (at_once(0, frn), Input(1, 0.0, dsw, (1 - frn) * fgut)),
            "oral": (Input(2, 0.0, dpo, fgut),),
        },
        read=lambda y: {
            "s_ketamine": 1e3 * y[:, 3] / vc,
            "s_norketamine": 1e3 * y[:, 7] / vcn,
        },
        per_hour=1.0,
    )


def otto(weight: float = 70.0, **fault: float) -> Model:
    """Intravenous S-ketamine (Fanta 2015) with S-norketamine (Otto 2021), in hours.

    All clearance forms norketamine, in mass of ketamine. Weight acts on the central
    volumes and on the clearances, not on what is peripheral.
    """
    v, cl = 133.0 * (weight / 70), 95.2 * (weight / 70) ** 0.75 * fault.get("cl", 1.0)
    vp1, q1, vp2, q2 = 187.0, 23.2, 98.8, 157.0
    vn, cln, vpn, qn = (
        98.638 * weight / 70,
        57.72 * (weight / 70) ** 0.75,
        160.04,
        42.778,
    )

    def slopes(y: np.ndarray) -> list[float]:
        a, b, c, n, m = y
        return [
            -(cl + q1 + q2) / v * a + q1 / vp1 * b + q2 / vp2 * c,
            q1 / v * a - q1 / vp1 * b,
            q2 / v * a - q2 / vp2 * c,
            cl / v * a - (cln + qn) / vn * n + qn / vpn * m,
            qn / vn * n - qn / vpn * m,
        ]

    return Model(
        size=5,
        slopes=slopes,
        ways={"intravenous": (at_once(0),)},
        read=lambda y: {
            "s_ketamine": 1e3 * y[:, 0] / v,
            "s_norketamine": 1e3 * y[:, 3] / vn,
        },
        per_hour=1.0,
    )


def simons(weight: float = 70.0, **fault: float) -> Model:
    """S-ketamine from a film and into a vein, arterial (Simons 2022), in minutes.

    Everything is carried in mg of ketamine and read in nmol/mL as in the paper, then in
    ng/mL of each species' own mass. The swallowed part is 116 % of the dose and goes
    past a delay straight into the chain of metabolism; norketamine has the central
    volume of ketamine. Volumes scale with weight, clearances with its power of 0.75.
    """
    volume, flow = weight / 70.0, (weight / 70.0) ** 0.75
    v1, v2, v3 = 11.6 * volume, 39.0 * volume, 174.0 * volume
    cl, q12, q13 = 1.48 * flow, 2.43 * flow, 1.21 * flow
    vn2, cln, qn = 221.0 * volume, 1.00 * flow, 2.63 * flow
    vh, vh2, clh, qh = 4.4 * volume, 87.5 * volume, 0.933 * flow, 1.70 * flow
    ka1, ka2, gut_to_liver = 0.04, 0.049, 1 / 10.7
    to_n, to_h = 2 / 20.1 * fault.get("to_n", 1.0), 2 / 1.12

    def slopes(y: np.ndarray) -> list[float]:
        film, gut, delay, a, b, c, c1, c2, n, m, u1, u2, h, g = y
        return [
            -ka1 * film,
            -ka2 * gut,
            ka2 * gut - gut_to_liver * delay,
            ka1 * film - (cl + q12 + q13) / v1 * a + q12 / v2 * b + q13 / v3 * c,
            q12 / v1 * a - q12 / v2 * b,
            q13 / v1 * a - q13 / v3 * c,
            cl / v1 * a + gut_to_liver * delay - to_n * c1,
            to_n * c1 - to_n * c2,
            0.8 * to_n * c2 - (cln + qn) / v1 * n + qn / vn2 * m,
            qn / v1 * n - qn / vn2 * m,
            cln / v1 * n - to_h * u1,
            to_h * u1 - to_h * u2,
            0.7 * to_h * u2 - (clh + qh) / vh * h + qh / vh2 * g,
            qh / vh * h - qh / vh2 * g,
        ]

    def read(y: np.ndarray) -> dict[str, np.ndarray]:
        nmol_ml = lambda amount, litres: 1e3 * amount / litres / KETAMINE
        return {
            "s_ketamine": nmol_ml(y[:, 3], v1) * KETAMINE,
            "s_norketamine": nmol_ml(y[:, 8], v1) * NORKETAMINE,
            "s_hydroxynorketamine": nmol_ml(y[:, 12], vh) * HYDROXYNORKETAMINE,
        }

    return Model(
        size=14,
        slopes=slopes,
        ways={
            "film": (Input(0, 0.0, 13.1, 0.263), Input(1, 0.0, 29.9, 1.16)),
            "intravenous": (at_once(3),),
        },
        read=read,
        per_hour=60.0,
    )


def midazolam(weight: float = 70.0, **fault: float) -> Model:
    """One compartment, 1.2 L/kg and 0.4 L/h/kg, in hours: our own assumption."""
    k = 0.4 / 1.2 * fault.get("k", 1.0)
    return Model(
        size=1,
        slopes=lambda y: [-k * y[0]],
        ways={"intravenous": (at_once(0),)},
        read=lambda y: {"midazolam": 1e3 * y[:, 0] / (1.2 * weight)},
        per_hour=1.0,
    )

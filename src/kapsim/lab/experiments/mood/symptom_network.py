"""Symptoms that switch each other on: connectivity, and stress up and down again."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from kapsim.engine.random import Key, stream_key
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.mood.networks import connected, symptom_counts
from kapsim.mind.mood import SymptomNetwork

CONNECTIVITY = {"0_8": 0.8, "1_0": 1.0, "1_1": 1.1, "1_2": 1.2, "2_0": 2.0}
TIMES = 10_000
DEPRESSED = 5
"""Symptoms from which a person counts as depressed."""

SWEPT = {"weak": 0.8, "medium": 1.1, "strong": 2.0}
STRESS = np.arange(-5.0, 5.01, 0.5)
DWELL = 300
FAST_DWELL = 30
CROSSING = 7
"""Symptoms, half of all, that stress must carry a person across."""

SHOWN = 2000


def crossing(
    counts: Float[np.ndarray, "places people"], *, up: bool
) -> Float[np.ndarray, " people"]:
    """Stress at which each person's mean symptoms cross half of all [1].

    On the way up the first stress of the sweep with at least half; on the way down the
    last one that still has them.
    """
    many = counts >= CROSSING
    place = np.argmax(many, axis=0) if up else np.argmax(~many, axis=0) - 1
    return STRESS[place] if up else STRESS[::-1][place]


def sweep(
    network: SymptomNetwork, key: Key, people: int, dwell: int
) -> tuple[Float[np.ndarray, "places people"], Float[np.ndarray, "places people"]]:
    """Mean symptoms at each stress, on the way up and on the way down from there."""
    there_and_back = np.concatenate([STRESS, STRESS[::-1]])
    stress = jnp.asarray(np.repeat(there_and_back, dwell))
    counts = np.asarray(symptom_counts(network, stress, key, people))
    means = counts.reshape(len(there_and_back), dwell, people).mean(axis=1)
    return means[: len(STRESS)], means[len(STRESS) :]


def run(setting: Setting) -> Outcome:
    """Symptoms by connectivity; crossings of the sweep of stress by connectivity."""
    network = SymptomNetwork()
    key = stream_key(setting.seed, "lab.symptom-network")
    steady = jnp.zeros(TIMES)
    counts = {
        name: np.asarray(
            symptom_counts(connected(network, c), steady, key, setting.patients)
        )
        for name, c in CONNECTIVITY.items()
    }
    numbers = {f"symptoms_{name}": float(n.mean()) for name, n in counts.items()}
    numbers["depressed_1_1"] = float((counts["1_1"] >= DEPRESSED).mean())
    sweeps = {
        name: sweep(connected(network, c), key, setting.patients, DWELL)
        for name, c in SWEPT.items()
    }
    widths = {}
    for name, (up, down) in sweeps.items():
        ends = crossing(up, up=True), crossing(down, up=False)
        numbers[f"up_{name}"], numbers[f"down_{name}"] = map(np.median, ends)
        widths[f"width_{name}"] = float(np.mean(ends[0] - ends[1]))
    numbers |= widths
    strong = connected(network, SWEPT["strong"])
    up, down = sweep(strong, key, setting.patients, FAST_DWELL)
    faster = float(np.mean(crossing(up, up=True) - crossing(down, up=False)))
    numbers["width_gained_fast"] = faster - widths["width_strong"]
    panels = (
        _course(counts["1_1"][:, 0]),
        *(_loop(name, *sweeps[name]) for name in SWEPT),
    )
    caption = (
        "Weakly connected symptoms follow stress both ways. At medium strength people "
        "switch between few and many symptoms by chance. Strongly connected symptoms "
        "stay when the stress that brought them is long gone."
    )
    return Outcome(numbers, Figure(caption, panels))


def _course(counts: Float[np.ndarray, " times"]) -> Panel:
    return Panel(
        title="One person, connectivity 1.1, no stress",
        x_label="time step",
        y_label="symptoms present",
        series=(Series("symptoms", np.arange(SHOWN), counts[:SHOWN]),),
    )


def _loop(
    name: str,
    up: Float[np.ndarray, "places people"],
    down: Float[np.ndarray, "places people"],
) -> Panel:
    series = (
        Series("stress rises", STRESS, up.mean(axis=1)),
        Series("stress falls", STRESS[::-1], down.mean(axis=1)),
    )
    title = f"Stress up and down, {name} connections"
    return Panel(title, "stress", "symptoms present", series)


EXPERIMENT = Experiment(run=run, patients=100)

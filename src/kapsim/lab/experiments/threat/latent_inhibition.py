"""Latent inhibition: who has met a cue without consequence learns less about it."""

from typing import Any

import numpy as np

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.threat.contexts import Phases, follow

EXPOSURES, PAIRINGS, PARTICLES = 20, 6, 300

BEFORE: dict[str, Phases] = {
    "none": (),
    "same": ((0, "A", EXPOSURES),),
    "different": ((0, "B", EXPOSURES),),
}
"""What went before the pairings in room A."""

NAMES = {
    "none": "no exposure",
    "same": "exposure in the same room",
    "different": "exposure in another room",
}

PUBLISHED = {
    "none": (0.50, 0.66, 0.75, 0.80, 0.83, 0.86),
    "same": (0.05, 0.09, 0.13, 0.16, 0.19, 0.22),
    "different": (0.11, 0.57, 0.71, 0.78, 0.82, 0.85),
}
"""Local maximum a posteriori."""

NAMED = {2: "filter_different_2", 3: "filter_different_3"}
"""Pairings after exposure in another room of which 300 particles think otherwise."""

PUBLISHED_NAMED = (0.42, 0.68)


def pairings(particles: int = 1, subjects: int = 1, **given: Any) -> dict:
    """Mean expectation at each pairing [6], by what went before; see `follow`."""
    paired = (1, "A", PAIRINGS)
    after = (0, "A", EXPOSURES)  # without exposure: so that all are equally long
    designs = [
        (*BEFORE[name], paired) if BEFORE[name] else (paired, after) for name in BEFORE
    ]
    found = follow(designs, particles=particles, subjects=subjects, **given)
    expected = dict(zip(BEFORE, np.asarray(found.expected).mean(axis=0), strict=True))
    first = {name: EXPOSURES if BEFORE[name] else 0 for name in BEFORE}
    return {name: expected[name][first[name] :][:PAIRINGS] for name in BEFORE}


def run(setting: Setting) -> Outcome:
    """Six pairings after each exposure, with one particle and with 300."""
    local = pairings()
    filtered = pairings(PARTICLES, setting.patients, seed=setting.seed)
    numbers = {
        f"v_{name}_{trial + 1}": float(local[name][trial])
        for name in BEFORE
        for trial in range(PAIRINGS)
    }
    for trial, name in NAMED.items():
        numbers[name] = float(filtered["different"][trial - 1])
    for name in BEFORE:
        gap = np.abs(filtered[name] - local[name])
        named = [trial - 1 for trial in NAMED] if name == "different" else []
        numbers[f"filter_gap_{name}"] = float(np.delete(gap, named).max())
    return Outcome(numbers, _figure(local, filtered))


def _figure(local: dict, filtered: dict) -> Figure:
    trials = np.arange(1.0, PAIRINGS + 1).tolist()

    named = [float(trial) for trial in NAMED]
    apart = Series("published, particles", named, PUBLISHED_NAMED, kind="points")

    def panel(name: str) -> Panel:
        return Panel(
            NAMES[name].capitalize(),
            "pairing",
            "expectation of shock",
            (
                Series("most probable cause", trials, local[name].tolist()),
                Series(f"{PARTICLES} particles", trials, filtered[name].tolist()),
                Series("published", trials, PUBLISHED[name], kind="points"),
                *((apart,) if name == "different" else ()),
            ),
        )

    return Figure(
        caption="Expectation at each of six pairings of cue and shock. Exposure to the "
        "cue alone delays learning, much less so in another room.",
        panels=tuple(panel(name) for name in BEFORE),
    )


EXPERIMENT = Experiment(run=run, patients=100)

"""One infusion against saline or midazolam: one drug effect, other guesses."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from kapsim.engine.random import patient_indices, stream_uniforms
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.published import published
from kapsim.lab.statistics import Estimate, hedges_g, share
from kapsim.lab.trials import Course, Design, course
from kapsim.trial.analysis.blinding import (
    BlindingError,
    adjusted_by_guess,
    correct_guess_rate,
    unadjusted,
)

_INFUSION = {"route": "intravenous", "over": "40 min", "days": [1]}
ARMS: Mapping[str, Mapping[str, Any]] = {
    "ketamine": {
        "drug": "ketamine",
        "enantiomer": "racemate",
        "form": "base",
        "amount": "0.5 mg/kg",
    },
    "midazolam": {"drug": "midazolam", "form": "base", "amount": "0.045 mg/kg"},
    "saline": {"drug": "placebo"},
}
CONTROLS = ("midazolam", "saline")

POPULATION = {
    "diagnosis": "mood disorders",
    "baseline": {"scale": "MADRS", "mean": 32, "sd": 6},
    "failures": {"mean": 3, "at_least": 2},
}
"""Assumed: of the pooled trials no baseline was read."""

VISITS = ("day 1", "day 2")
RESPONSE = 0.5  # of the baseline score, lost

UNEXPECTING = {"therapy.expectancy.g_f": 0.0, "therapy.expectancy.g_s": 0.0}

Arms = Mapping[str, Course]


def arms(
    setting: Setting, parameters: Mapping[str, Any] | None = None, masked: bool = False
) -> Arms:
    """The three arms, the day before and the day after."""
    design = Design(POPULATION, VISITS, parameters or {})
    return {
        name: course(
            design, {"treatments": [{**_INFUSION, **drug}], "masked": masked}, setting
        )
        for name, drug in ARMS.items()
    }


def fall(seen: Course) -> np.ndarray:
    """Fall of the MADRS in a day [points]."""
    first, last = seen.totals["MADRS"].astype(float)
    return first - last


def response(seen: Course) -> Estimate:
    """Share of responders after a day [percent]."""
    responds = fall(seen) >= RESPONSE * seen.totals["MADRS"][0]
    return percent(responds)


def percent(yes: np.ndarray) -> Estimate:
    """Share for whom something is true [percent]."""
    return Estimate(*(100 * x for x in share(yes)))


def guesses(seen: Arms, seed: int) -> dict[str, np.ndarray]:
    """Who guesses, after a day, to have had the drug: drawn once for each person."""
    people = next(iter(seen.values())).signals["guess_active"].shape[-1]
    stream = "lab.control-and-guess.guess"
    drawn = stream_uniforms(seed, [stream], patient_indices(0, people))[stream]
    return {
        name: one.signals["guess_active"][-1] > np.asarray(drawn)
        for name, one in seen.items()
    }


def effect(seen: Arms, control: str) -> Estimate:
    """Ketamine against a control after a day, standardised [1]."""
    return hedges_g(fall(seen["ketamine"]), fall(seen[control]))


def between_controls(seen: Arms) -> tuple[float, float]:
    """Midazolam's responders less saline's [percent], and by how much d is less."""
    found, d = (
        [of(control) for control in CONTROLS]
        for of in (
            lambda control: response(seen[control]).value,
            lambda control: effect(seen, control).value,
        )
    )
    return found[0] - found[1], d[1] - d[0]


def blind(
    seen: Arms, guessed: Mapping[str, np.ndarray], control: str
) -> dict[str, float]:
    """Guesses against one control, and the effect with and without their doing."""
    pair = "ketamine", control
    score = np.concatenate([fall(seen[name]) for name in pair])
    said = np.concatenate([guessed[name] for name in pair])
    active = np.repeat([True, False], len(score) // 2)
    numbers = {
        f"correct_guesses_{control}": 100 * correct_guess_rate(active, said),
        f"points_{control}": unadjusted(score, active),
    }
    try:
        numbers[f"points_{control}_adjusted"] = adjusted_by_guess(score, active, said)
    except BlindingError:  # too few patients: somebody must guess each way in each arm
        pass
    return numbers


def run(setting: Setting) -> Outcome:
    """The arms as they were given, without what is felt, and without expectancy."""
    variants = {
        "": arms(setting),
        "_masked": arms(setting, masked=True),
        "_unexpecting": arms(setting, UNEXPECTING),
    }
    given = variants[""]
    numbers = {f"response_{name}": response(seen).value for name, seen in given.items()}
    guessed = guesses(given, setting.seed)
    shares = {name: percent(said) for name, said in guessed.items()}
    numbers |= {f"guess_{name}": found.value for name, found in shares.items()}
    for control in CONTROLS:
        numbers |= blind(given, guessed, control)
    for ending, seen in variants.items():
        controls = between_controls(seen)
        numbers[f"responders_between_controls{ending}"] = controls[0]
        numbers[f"d_between_controls{ending}"] = controls[1]
        for control in CONTROLS:
            numbers[f"d_{control}{ending}"] = effect(seen, control).value
    return Outcome(numbers, _figure(variants, list(shares.values())))


def _bars(name: str, found: list[Estimate]) -> Series:
    values, low, high = zip(*found, strict=True)
    return Series(name, _places(values), values, low, high, kind="bars")


def _points(name: str, what: str, of: Iterable[str]) -> Series:
    """Published values and intervals; the limits of these results are intervals."""
    known = published("control-and-guess")
    told = [known.result(f"{what}_{one}") for one in of]
    values = tuple(known.value(one.id) for one in told)
    low, high = ([getattr(one, end) for one in told] for end in ("low", "high"))
    return Series(f"published {name}", _places(values), values, low, high, "points")


def _places(values: tuple[float, ...]) -> list[float]:
    return np.arange(float(len(values))).tolist()


def _figure(variants: Mapping[str, Arms], shares: list[Estimate]) -> Figure:
    given = variants[""]
    names = {"": "as given", "_masked": "nothing felt", "_unexpecting": "no expectancy"}
    return Figure(
        caption="One infusion and the day after. The drug is the same against both "
        "controls; what differs is how many of the control arm believe to have had it.",
        panels=(
            Panel(
                "Response after a day",
                "arm",
                "responders (%)",
                (
                    _bars("model", [response(seen) for seen in given.values()]),
                    _points("model", "response", given),
                ),
                categories=tuple(given),
            ),
            Panel(
                "Ketamine against each control",
                "control",
                "standardised difference",
                (
                    *(
                        _bars(names[end], [effect(seen, one) for one in CONTROLS])
                        for end, seen in variants.items()
                    ),
                    _points("as given", "d", CONTROLS),
                ),
                categories=CONTROLS,
            ),
            Panel(
                "Guesses after a day",
                "arm",
                "guess the drug (%)",
                (_bars("model", shares),),
                categories=tuple(given),
            ),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=4000)

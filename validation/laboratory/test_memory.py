"""Memory modification, the drug's timing and their experiments, with planted faults."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from kapsim.lab.experiments.threat import (
    drug_a_day_before_extinction as day_before,
    drug_before_extinction as before,
    gradual_extinction as gradual,
    reconsolidation_block as block,
    reinstatement,
    retrieval_extinction as retrieval,
    spontaneous_recovery as recovery,
    subthreshold_drug_and_extinction as subthreshold,
)
from kapsim.lab.experiments.threat.doses import dosed, no_drug, responses
from kapsim.lab.experiments.threat.phases import Phase, follow
from kapsim.mind.threat import DrugTiming, MemoryModification, TimingInputs
from validation.laboratory.checked import checked

COMPUTED = 0.005
"""Tolerance of the computed figures."""

PLASTICITY = {
    **{1: 0.15, 2: 0.27, 4: 0.48, 6: 0.64, 12: 0.90, 24: 1.00, 48: 0.83},
    **{72: 0.65, 96: 0.50, 120: 0.39, 168: 0.24, 336: 0.04, 672: 0.00},
}
"""Computed plasticity at hours after a dose."""

PEAK_H = 21.7


number = lambda value: jnp.asarray(value, dtype=float)


def at_test(designs, *, rounds=3, capped=False, **parameters):
    """Response at test with parameters other than the recorded ones."""
    values: dict[str, Any] = {name: number(value) for name, value in parameters.items()}
    learner = MemoryModification(iterations=rounds, capped=capped, **values)
    return [float(course.response[-1]) for course in follow(designs, learner)]


def test_spontaneous_recovery(check):
    of = checked(check, "spontaneous-recovery")
    soon, late = (recovery.simulated(gap) for gap in (20.0, 1000.0))
    fault = "the spread of the response is read as a variance"
    value = at_test([soon], lam=0.1)[0]
    check.planted(of["response_gap_20"], fault, value)
    fault = "the memory of time is capped"
    value = at_test([late], capped=True)[0]
    check.planted(of["response_gap_1000"], fault, value)
    flat = at_test([recovery.simulated(gap) for gap in recovery.GAPS])
    fault = "the memory of time is not capped"
    check.planted(of["least_step_capped"], fault, np.diff(flat).min())


def test_reinstatement(check):
    of = checked(check, "reinstatement")
    designs = list(reinstatement.designs().values())
    fault = "the learning rate of the function's defaults"
    both = at_test(designs, eta=0.2)
    check.planted(of["response_ret_ext"], fault, both[0])
    check.planted(of["response_ext_ret_ext"], fault, both[1])


def test_retrieval_extinction(check):
    of = checked(check, "retrieval-extinction")
    fault = "no rounds of inference between trials"
    none, short, long = (retrieval.design(gap) for gap in (0.0, 3.0, 100.0))
    alone = at_test([none, short, long], rounds=1)
    check.planted(of["response_gap_0"], fault, alone[0])
    check.planted(of["response_gap_100"], fault, alone[2])
    late = at_test([retrieval.design(50.0)])[0]
    check.planted(
        of["benefit"], "no round between trials, a long pause", alone[0] - late
    )


def test_reconsolidation_block(check):
    of = checked(check, "reconsolidation-block")
    fault = "the block meets the test in place of the retrieval"
    late = (*block.design(1.0)[:-1], Phase((0.0,), block.PAUSE, kept=block.BLOCKED))
    check.planted(of["response_block"], fault, at_test([late])[0])


def test_gradual_extinction(check):
    of = checked(check, "gradual-extinction")
    arms = gradual.designs(Phase((0.0,), gradual.MONTH))
    standard, slow, _ = at_test(arms)
    fault = "the memory of time is not capped"
    check.planted(of["gradual_month"], fault, slow - standard)


def test_renewal_saturates_the_response_and_shows_in_the_expectation(check):
    cue_in = lambda room: (1.0, *(float(room == place) for place in "ABC"))
    found = follow(
        [
            (
                Phase((1.0,) * 3, cues=cue_in(rooms[0])),
                Phase((0.0,) * 10, 20.0, cues=cue_in(rooms[1])),
                Phase((0.0,), 20.0, cues=cue_in(rooms[2])),
            )
            for rooms in ("ABA", "ABC")
        ]
    )
    note = (
        "3 pairings, 10 trials without, pauses of 20: the design is not told, and was "
        "looked for among some 1,500 until both expectations came out"
    )
    for course, rooms, raw in zip(found, ("ABA", "ABC"), (0.70, 0.23), strict=True):
        for name, value, want in (
            ("response", course.response[-1], 1.0),
            ("expectation", course.expected[-1], raw),
        ):
            limits = (want - COMPUTED, want + COMPUTED)
            label = f"renewal with rooms as cues, {rooms}: {name}"
            check(label, value, *limits, source="gershman_2017", note=note)
    fault = "the response is read in place of the expectation"
    label = "renewal with rooms as cues, ABC: expectation"
    check.planted(label, fault, found[1].response[-1])


def test_plasticity_after_a_dose(check):
    hours = jnp.asarray([float(hour) for hour in PLASTICITY])
    found = DrugTiming().read(TimingInputs(hours)).plastic
    slow = DrugTiming(tau_r=jnp.asarray(12.0)).read(TimingInputs(hours)).plastic
    for place, (hour, want) in enumerate(PLASTICITY.items()):
        name = f"plasticity {hour} h after a dose"
        limits = (want - COMPUTED, want + COMPUTED)
        check(name, found[place], *limits, source="our choice")
    check.planted("plasticity 4 h after a dose", "a slower rise", slow[2])
    fine = np.linspace(15.0, 30.0, 1501)
    course = DrugTiming().read(TimingInputs(jnp.asarray(fine))).plastic
    top = float(fine[np.argmax(course)])
    name = "time of greatest plasticity"
    check(name, top, PEAK_H - 0.05, PEAK_H + 0.05, unit="h", source="our choice")


def test_a_drug_a_day_before_extinction(check):
    of = checked(check, "drug-a-day-before-extinction")
    timing = DrugTiming()
    gains = (no_drug, dosed(-1.0, timing), dosed(-24.0, timing))
    saline, late, given = responses([day_before.arm(gain) for gain in gains])
    fault = "the dose an hour before extinction in place of a day"
    check.planted(of["ketamine_day_2"], fault, late[2][0] - saline[2][0])
    fault = "rapamycin without effect"
    check.planted(of["rapamycin_day_2"], fault, given[2][0] - saline[2][0])


FAULTS = (
    ("retention_two_hours", 2.0, "no acute block", {"beta_a": 0.0}),
    ("retention_hour", 1.0, "no acute block", {"beta_a": 0.0}),
    ("retention_day", 24.0, "a loss in place of a gain", {"kappa_p": -0.5}),
    ("retention_week", 168.0, "a loss in place of a gain", {"kappa_p": -0.5}),
    ("retention_month", 672.0, "plasticity of months", {"tau_d": 960.0}),
)
"""Planted faults: result, hours from dose to extinction, what is wrong."""


def test_a_drug_before_extinction(check):
    of = checked(check, "drug-before-extinction")
    arms = []
    for _, hours, _, changed in FAULTS:
        timing = DrugTiming(**{name: number(value) for name, value in changed.items()})
        arms += before.pair(-(hours + before.MEMORY_H), dosed(-hours, timing))
    found = responses(arms)
    for place, (result, _, fault, _) in enumerate(FAULTS):
        value = before.at_test(*found[2 * place : 2 * place + 2])
        check.planted(of[result], fault, value)


def test_too_little_drug_and_too_little_extinction(check):
    of = checked(check, "subthreshold-drug-and-extinction")
    worse = DrugTiming(kappa_p=number(-0.5))
    gain = dosed(-24.0, worse, subthreshold.SHARE)
    found = responses(
        [
            subthreshold.arm(extinguished, drug)
            for extinguished in (False, True)
            for drug in (no_drug, gain)
        ]
    )
    none, drug, alone, both = (float(one[-1][0]) for one in found)
    fault = "a loss in place of a gain"
    beyond = (none - both) - (none - drug) - (none - alone)
    check.planted(of["more_than_the_sum"], fault, beyond)

"""The felt body in the laboratory: directions that were published."""

import jax.numpy as jnp
import numpy as np
from scipy import stats

from kapsim.lab.catalogue import experiment
from kapsim.lab.experiment import Setting
from kapsim.lab.experiments.body import (
    heartbeat_tapping as tapping,
    interoceptive_training as training,
    self_efficacy as efficacy,
)
from kapsim.lab.experiments.brain import window_time_course as course
from kapsim.lab.influence import influence
from kapsim.lab.published import published
from kapsim.measures import HeartbeatTapping
from kapsim.mind.body import Body, SelfEfficacy
from validation.laboratory.checked import SEED, checked, numbers

LISTENING = "heartbeat-tapping"


def tapped(deficit):
    people = tapping.Group("planted", "planted", deficit)
    return tapping.tap(people, Setting(SEED, experiment(LISTENING).patients))


def test_precision_rises_in_the_healthy_only(check):
    names = checked(check, LISTENING)
    ill, well = tapped(float(Body().deficit0)), tapped(0.0)
    check.planted(
        names["z_rise_controls"],
        "healthy people with the deficit of depression",
        tapping.z_rise(ill, tapping.CONTROLS),
    )
    for name, size in (
        ("z_rise_depression", tapping.DEPRESSION),
        ("z_rise_depression_and_anxiety", tapping.BOTH),
    ):
        fault = "patients without a deficit"
        check.planted(names[name], fault, tapping.z_rise(well, size))
    perfect = well.z_chance[0] + 2
    check.planted(
        names["share_accurate_at_rest"],
        "every heart felt two standard errors better",
        float((perfect > stats.norm.isf(tapping.ALPHA)).mean()),
    )


def test_precision_is_not_taken_for_prior(check):
    """Healthy people with the breath held beside the depressed: IP differs most."""
    name = next(r for r in published(LISTENING).results if r.id == "z_prior").meaning
    fresh = f"{name}, estimated anew"
    well, ill = tapped(0.0), tapped(float(Body().deficit0))
    held = well._replace(perception=_turned(well.perception))
    check(fresh, tapping.z_prior(held, ill), -1.96, 1.96, source="smith_2020")
    taken = held._replace(perception=held.perception._replace(prior=_sum(held)))
    check.planted(fresh, "precision added to the prior", tapping.z_prior(taken, ill))


def _turned(perception):
    """The same people with the condition of the breath held first."""
    return perception._replace(ip=perception.ip[::-1], prior=perception.prior[::-1])


def _sum(taps):
    """A prior that an estimation would give which forgets half of the taps."""
    ip, prior = taps.perception
    odds = ip / (1 - ip) * prior / (1 - prior)
    return odds / (1 + odds)


def test_training(check):
    names = checked(check, "interoceptive-training")
    deficit = training.deficits(jnp.zeros(training.TRAINED_D + 1))
    untrained = training.weights(deficit, HeartbeatTapping().breath_hold)
    check.planted(
        names["weight_rise"],
        "training that is never done",
        float(untrained[-1] - untrained[0]),
    )


def test_fatigue_comes_before_helplessness(check):
    names = checked(check, "self-efficacy")
    people, steps = 3, round(efficacy.DAYS * efficacy.DAY_H / efficacy.STEP_H)
    run = lambda tau_e: efficacy.compiled(
        Body(tau_e=jnp.full(people, tau_e)),
        SelfEfficacy(tau=jnp.full(people, 24.0)),
        jnp.ones(steps),
    )
    at_once, slowly = (np.asarray(run(tau_e)) for tau_e in (1.2, 24.0 * 60))
    late, early = efficacy.half_times(slowly[0]), efficacy.half_times(at_once[1])
    fault = "helplessness fed by the demand, before the body has given way"
    check.planted(names["fatigue_first"], fault, float((late < early).mean()))
    check.planted(names["delay_days"], fault, float(np.median(early - late)))
    check.planted(
        names["brief_helplessness"],
        "demand that never ends",
        float((slowly[1].max(0) / slowly[1][-1]).mean()),
    )


def test_the_window_is_open_at_two_days_and_closed_at_ten(check):
    names = checked(check, "window-time-course")
    dose = influence(course.PUBLISHED)
    early = course.window(dose, course.EARLY_D)
    widest = early / numbers("window-time-course")["share_day_2"]
    day = dose.at(course.LATE_D).window / widest
    check.planted(names["share_day_10"], "hours taken for days", day)
    late = course.window(dose, course.EARLY_D * 10) / widest
    check.planted(names["share_day_2"], "day 20 taken for day 2", late)

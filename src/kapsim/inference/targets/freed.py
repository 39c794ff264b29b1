"""Which parameters are fitted, with the priors of their records."""

import numpy as np
from scipy.special import logit

from kapsim.evidence import EvidenceError, Parameter, library
from kapsim.inference.targets.problem import Freed, Scale

FREED = (
    "brain.surge.k_g",
    "brain.surge.tau_g",
    "brain.window.k_p",
    "brain.window.tau_p",
    "brain.window.p50",
    "brain.window.iota",
    "brain.consolidation.k_z",
    "brain.consolidation.tau_z",
    "brain.consolidation.z_shift",
    "brain.consolidation.z_pull",
    "drug.drive.midpoint",
    "drug.drive.steepness",
    "drug.antidepressant.size",
    "drug.antidepressant.partial",
    "drug.antidepressant.tau",
    "drug.felt.infusion_cue",
    "drug.felt.spray_cue",
    "drug.felt.half_dissociation",
    "drug.felt.half_sedation",
    "measures.rater.central_inflation",
    "measures.rater.site_inflation",
    "mind.mood.b_p",
    "mind.mood.b_rho",
    "mind.mood.tau_m",
    "mind.belief.beta_plus",
    "mind.belief.beta_minus",
    "mind.belief.kappa",
    "mind.belief.k_c",
    "mind.behaviour.a_min",
    "mind.severity.w_m",
    "mind.severity.tau_y",
    "patient.life.level",
    "patient.life.resistant",
    "patient.life.spread",
    "patient.life.fluctuation",
    "patient.life.tau_f",
    "patient.life.drift",
    "patient.life.tau_s",
    "patient.life.at_entry",
    "patient.life.event_rate",
    "patient.life.event_size",
    "patient.life.hard_times",
    "patient.life.failure",
    "patient.person.share",
    "patient.person.responder",
    "patient.person.response",
    "patient.person.nonresponse",
    "patient.person.response_sd",
    "patient.person.common",
    "patient.person.expectancy_sd",
    "patient.person.treatability",
    "patient.person.ageing",
    "therapy.expectancy.g_f",
    "therapy.expectancy.tau_f",
    "therapy.expectancy.r",
    "therapy.expectancy.g_s",
    "therapy.expectancy.redundant",
    "therapy.expectancy.tau_s",
    "therapy.expectancy.medicine",
    "therapy.expectancy.discouraged",
    "therapy.modality.kappa",
    "therapy.modality.f_t",
    "therapy.modality.content",
    "therapy.skill.k",
    "therapy.skill.tau",
    "therapy.skill.buffer",
    "therapy.attendance.y_enough",
)
"""Records that the published trials bear on."""

_SCALES: dict[str, Scale] = {
    "normal": "identity",
    "lognormal": "log",
    "logitnormal": "logit",
}


def freed() -> tuple[Freed, ...]:
    """The fitted parameters with their priors.

    Raises
    ------
    EvidenceError
        If a record has no prior.
    """
    return tuple(_freed(library().parameter(name)) for name in FREED)


def _freed(record: Parameter) -> Freed:
    prior = record.prior
    if prior is None:
        raise EvidenceError(f"{record.id} is to be fitted and has no prior: add one.")
    there = {"normal": float, "lognormal": np.log, "logitnormal": logit}
    return Freed(
        id=record.id,
        scale=_SCALES[prior.distribution],
        mean=float(there[prior.distribution](prior.mean)),
        sd=prior.sd,
        low=record.bounds[0],
        high=record.bounds[1],
    )

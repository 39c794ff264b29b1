"""What the rules of an arm do to a person's doses at a visit."""

import jax.numpy as jnp
from jaxtyping import Array, Bool, Int

from kapsim.patient.regimen import Dosing, Regimen, Rules, chosen
from kapsim.patient.schedule import PatientNode


def decided(
    dosing: Dosing,
    regimen: Regimen,
    totals: Int[Array, "S n"],
    node: PatientNode,
) -> Regimen:
    """After the rules that are asked at a visit.

    Parameters
    ----------
    dosing
        What there is to choose from.
    regimen
        As it was.
    totals
        Scores that the visit shows, of the scales that rules read [point].
    node
        The visit.
    """
    rules, choices = dosing.rules, chosen(node)
    base = jnp.where(node.baseline, totals, regimen.baseline)
    now = regimen._replace(baseline=base)
    for r, scale in enumerate(rules.scales):
        row = rules.rated.index(scale)
        hit = choices.asked[r] & _met(rules, r, totals[row], base[row])
        now = _done(dosing, now, r, hit, choices.begun_medicines + 1)
    return now


def _met(
    rules: Rules, r: int, score: Int[Array, " n"], base: Int[Array, " n"]
) -> Bool[Array, " n"]:
    """Whether a score is one on which a rule acts; nobody responds from zero."""
    kind = rules.percent.dtype
    fall = (100 * (base - score)).astype(kind)
    responds = (fall >= rules.percent[r] * base.astype(kind)) & (base > 0)
    within = (score >= rules.least[r]) & (score <= rules.most[r])
    asked = rules.response[r]
    return jnp.where(asked == 0, within, jnp.where(asked > 0, responds, ~responds))


def _done(
    dosing: Dosing,
    now: Regimen,
    r: int,
    hit: Bool[Array, " n"],
    medicine: Int[Array, ""],
) -> Regimen:
    """What one rule does to those for whom it is met."""
    rules = dosing.rules
    step = lambda by: jnp.where(hit, by[r], 0)[None]
    level = jnp.clip(now.level + step(rules.level), 0, dosing.top[:, None])
    longest = dosing.longest[:, None]
    interval = jnp.clip(now.interval + step(rules.interval), 0, longest)
    stops, resumes = hit & rules.stops[r], hit & rules.resumes[r]
    rescued = hit & rules.rescues[r] & (now.medicine == 0)
    return now._replace(
        level=level,
        interval=interval,
        on=(now.on | resumes[None]) & ~stops[None],
        stopped=(now.stopped | stops) & ~resumes,
        medicine=jnp.where(rescued, medicine, now.medicine),
        rescue=now.rescue | rescued,
    )

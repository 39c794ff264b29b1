"""Who a virtual patient is: everything that is drawn once and stays.

Body (age, weight), severity at entry and how it is reported, what holds the depression
(`rest.py`), how the drug and therapy take, how much the person expects. Each draw has a
stream of its own, keyed by the patient, so a person is the same in every arm.

Treatability t, the probability that a treatment takes, has the density b (1 - t)^(b-1)
before any treatment. Among those in whom k treatments have failed it is, by Bayes'
rule, the same with b + k for b: resistance is what is left after treatments.

At an age a [years] beyond a_0 treatments do less, by the factor

    f(a) = exp(-g max(a - a_0, 0) / 10)

It multiplies response, expectancy and treatability; receptivity follows treatability.

Whether a person is a responder to the drug, the rank of treatability and the logarithm
of expectancy each have a standard normal x behind them, of which a part is common:

    x = sqrt(1 - c^2) own + c common

So drug, antidepressant, therapy and hope take in the same people, the more the greater
the loading c; the distribution of each alone does not depend on it.

Assumes: one factor for medicine, therapy and hope alike. Inpatients differ from
outpatients of the same score and history by the level of life alone.
"""

from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jax.scipy.special import ndtr, ndtri
from jax.scipy.stats import poisson
from jaxtyping import Array, Float, UInt32

from kapsim.engine import param
from kapsim.engine.random import Seed, stream_normals, stream_uniforms
from kapsim.measures import Entry
from kapsim.patient.life import LifeState
from kapsim.patient.rest import Balance, balance
from kapsim.patient.rooms import Mind

_MOST_FAILURES = 20
_YEARS_PER_DECADE = 10

_NORMALS = (
    "rated",
    "stable",
    "symptom",
    "error",
    "age",
    "weight",
    "life",
    "depth",
    "belief.body",
    "belief.rank",
    "belief.threat",
    "fluctuation",
    "drift",
    "response",
    "expectancy",
    "set",
    "common",
)
_UNIFORMS = ("failures", "responder", "female", "region", "treatability")


class Demography(NamedTuple):
    """Distributions of age [years], weight [kg] and failed antidepressants [1].

    Beside them the shares [1] of women, of people of Asian origin, and of Japanese, who
    are among those. `inpatient` [1] is one where they are in hospital, else zero.
    """

    age_mean: float
    age_sd: float
    age_low: float
    age_high: float
    weight_mean: float
    weight_sd: float
    failures_mean: float
    failures_low: int
    female_share: float
    asian_share: float
    japanese_share: float
    inpatient: float = 0.0


class Person(NamedTuple):
    """What stays with a person.

    Attributes
    ----------
    age_years, weight_kg, female, asian, japanese
        [n] years, kg, 1 for a woman, of Asian origin, Japanese.
    rated
        [n] rated baseline total [points].
    severity, offset
        [n] severity at rest, and its part that is reporting [points].
    life_at_entry
        Life at the first node.
    balance
        The depressed state at rest and what holds it.
    hard_times
        [n] slow drift of life at entry, in its SDs, as far as it will pass.
    response
        [n] how fully the drug opens the window to mood [1].
    expectancy
        [n] expectancy, mean one among those who have just become resistant and whose
        age takes nothing away [1].
    treatability, receptivity
        [n] probability that a treatment takes; effect of therapy, mean one among those
        without a failed treatment whose age takes nothing away [1].
    set
        [n] what the person brings to a dosing session, standard normal [1].
    """

    age_years: Float[Array, " n"]
    weight_kg: Float[Array, " n"]
    female: Float[Array, " n"]
    asian: Float[Array, " n"]
    japanese: Float[Array, " n"]
    rated: Float[Array, " n"]
    severity: Float[Array, " n"]
    offset: Float[Array, " n"]
    life_at_entry: LifeState
    balance: Balance
    hard_times: Float[Array, " n"]
    response: Float[Array, " n"]
    expectancy: Float[Array, " n"]
    treatability: Float[Array, " n"]
    receptivity: Float[Array, " n"]
    set: Float[Array, " n"]


class People(eqx.Module):
    """How persons differ; see the records for meanings and reasons."""

    level: Float[Array, ""] = param("patient.life.level")
    resistant: Float[Array, ""] = param("patient.life.resistant")
    inpatient: Float[Array, ""] = param("patient.life.inpatient")
    spread: Float[Array, ""] = param("patient.life.spread")
    at_entry: Float[Array, ""] = param("patient.life.at_entry")
    hard_times: Float[Array, ""] = param("patient.life.hard_times")
    failure: Float[Array, ""] = param("patient.life.failure")
    tau_s: Float[Array, ""] = param("patient.life.tau_s")
    depth: Float[Array, ""] = param("patient.person.depth")
    reference: Float[Array, ""] = param("patient.person.reference")
    share: Float[Array, ""] = param("patient.person.share")
    depth_sd: Float[Array, ""] = param("patient.person.depth_sd")
    shallowest: Float[Array, ""] = param("patient.person.shallowest")
    deepest: Float[Array, ""] = param("patient.person.deepest")
    domain_sd: Float[Array, ""] = param("patient.person.domain_sd")
    shift_min: Float[Array, ""] = param("patient.person.shift_min")
    responder: Float[Array, ""] = param("patient.person.responder")
    response: Float[Array, ""] = param("patient.person.response")
    nonresponse: Float[Array, ""] = param("patient.person.nonresponse")
    response_sd: Float[Array, ""] = param("patient.person.response_sd")
    common: Float[Array, ""] = param("patient.person.common")
    expectancy_sd: Float[Array, ""] = param("patient.person.expectancy_sd")
    treatability: Float[Array, ""] = param("patient.person.treatability")
    discouraged: Float[Array, ""] = param("therapy.expectancy.discouraged")
    resistant_from: Float[Array, ""] = param("patient.person.resistant_from")
    ageing: Float[Array, ""] = param("patient.person.ageing")
    ageing_from: Float[Array, ""] = param("patient.person.ageing_from")

    def draw(
        self,
        mind: Mind,
        demography: Demography,
        entry: Entry,
        seed: Seed,
        patients: UInt32[Array, " n"],
    ) -> Person:
        """The persons with these indices, in float64.

        Parameters
        ----------
        mind
            Mechanisms of the mind, for the state at rest.
        demography
            Who is enrolled.
        entry
            What the rating that admits a person is made of.
        seed
            Seed of the population.
        patients
            Index of each person.
        """
        normals = stream_normals(seed, [f"person.{x}" for x in _NORMALS], patients)
        uniforms = stream_uniforms(seed, [f"person.{x}" for x in _UNIFORMS], patients)
        z = lambda name: normals[f"person.{name}"]
        u = lambda name: uniforms[f"person.{name}"]
        rated = entry.enrolled_baseline(z("rated"))
        stable, fluctuation, _ = entry.split(
            rated, z("stable"), z("symptom"), z("error")
        )
        failures = failed_treatments(demography, u("failures"))
        hard_times = self.hard_times * jnp.exp(-failures * self.failure / self.tau_s)
        life = self._life(demography, failures, z("life"))
        depth = self._depth(mind, stable, z("depth"))
        age = _between(demography, z("age"))
        left = self._left(age)
        neutral = mind.severity.origin - mind.severity.slope * depth
        return Person(
            age_years=age,
            weight_kg=_weight(demography, z("weight")),
            female=(u("female") < demography.female_share).astype(life.dtype),
            asian=(u("region") < demography.asian_share).astype(life.dtype),
            japanese=(u("region") < demography.japanese_share).astype(life.dtype),
            rated=rated,
            severity=stable,
            offset=stable - neutral,
            life_at_entry=self._life_at_entry(
                hard_times, fluctuation / entry.fluctuation_sd, z
            ),
            balance=balance(mind, depth, self._single(z), life, self.shift_min),
            hard_times=hard_times,
            set=z("set"),
            **self._takes(failures, left, z, u),
        )

    def _life(
        self,
        demography: Demography,
        failures: Float[Array, " n"],
        z: Float[Array, " n"],
    ) -> Float[Array, " n"]:
        """Level of life: poorer in those who are resistant and in inpatients."""
        resists = failures >= self.resistant_from
        usual = self.level + self.spread * z + jnp.where(resists, self.resistant, 0.0)
        return usual + self.inpatient * demography.inpatient

    def _life_at_entry(
        self, hard_times: Float[Array, " n"], symptom: Float[Array, " n"], z
    ) -> LifeState:
        """Life at the first node: in a bad time."""
        return LifeState(
            fluctuation=self.at_entry + z("fluctuation"),
            drift=hard_times + z("drift"),
            symptom=symptom,
            events=jnp.zeros_like(symptom),
        )

    def _left(self, age: Float[Array, " n"]) -> Float[Array, " n"]:
        """Share of what a treatment does that is left at an age [1]."""
        beyond = jnp.maximum(age - self.ageing_from, 0) / _YEARS_PER_DECADE
        return jnp.exp(-self.ageing * beyond)

    def _takes(
        self, failures: Float[Array, " n"], left: Float[Array, " n"], z, u
    ) -> dict[str, Float[Array, " n"]]:
        """How far drug, hope, antidepressant and therapy take: in part alike."""
        own = jnp.sqrt(1 - self.common**2)
        alike = lambda x: own * x + self.common * z("common")
        response = self._response(alike(-ndtri(u("responder"))), z("response"))
        rank = ndtr(alike(ndtri(u("treatability"))))
        treatability = self._treatability(failures, left, rank)
        return {
            "response": response * left,
            "expectancy": self._expectancy(failures, alike(z("expectancy"))) * left,
            "treatability": treatability,
            "receptivity": treatability * (1 + self.treatability),
        }

    def _expectancy(
        self, failures: Float[Array, " n"], z: Float[Array, " n"]
    ) -> Float[Array, " n"]:
        """Expectancy, mean one among those who have just become resistant."""
        left = self.discouraged ** (failures - self.resistant_from)
        return left * _lognormal(self.expectancy_sd, z)

    def _treatability(
        self,
        failures: Float[Array, " n"],
        left: Float[Array, " n"],
        u: Float[Array, " n"],
    ) -> Float[Array, " n"]:
        """What age leaves of the Beta(1, b + k) chance after k have failed."""
        chance = -jnp.expm1(jnp.log1p(-u) / (self.treatability + failures))
        return jnp.minimum(chance * left, 1.0)

    def _response(
        self, x: Float[Array, " n"], z: Float[Array, " n"]
    ) -> Float[Array, " n"]:
        """How fully the drug opens the window to mood: responders and others."""
        responds = ndtr(-x) < self.responder
        typical = jnp.where(responds, self.response, self.nonresponse)
        return typical * jnp.exp(self.response_sd * z)

    def _depth(
        self, mind: Mind, severity: Float[Array, " n"], z: Float[Array, " n"]
    ) -> Float[Array, " n"]:
        """Wellbeing at rest: part of a difference in severity is depth."""
        apart = (severity - self.reference) / mind.severity.slope
        depth = self.depth - self.share * apart + self.depth_sd * z
        return jnp.clip(depth, self.deepest, self.shallowest)

    def _single(self, z) -> Float[Array, "3 n"]:
        """Single beliefs around their mean."""
        own = jnp.stack([z("belief.body"), z("belief.rank"), z("belief.threat")])
        return self.domain_sd * (own - own.mean(axis=0)[None])


def _lognormal(sd: Float[Array, ""], z: Float[Array, " n"]) -> Float[Array, " n"]:
    """Log-normal of mean one [1]."""
    return jnp.exp(sd * z - sd**2 / 2)


def _between(demography: Demography, z: Float[Array, " n"]) -> Float[Array, " n"]:
    """Ages of a normal truncated at the youngest and oldest [years]."""
    mean, sd = demography.age_mean, demography.age_sd
    low = ndtr((demography.age_low - mean) / sd)
    high = ndtr((demography.age_high - mean) / sd)
    age = mean + sd * ndtri(low + (high - low) * ndtr(z))
    return jnp.clip(age, demography.age_low, demography.age_high)


def _weight(demography: Demography, z: Float[Array, " n"]) -> Float[Array, " n"]:
    """Log-normal weights with the stated mean and SD [kg]."""
    variance = jnp.log1p((demography.weight_sd / demography.weight_mean) ** 2)
    median = demography.weight_mean * jnp.exp(-variance / 2)
    return median * jnp.exp(jnp.sqrt(variance) * z)


def failed_treatments(
    demography: Demography, u: Float[Array, " n"]
) -> Float[Array, " n"]:
    """Failed antidepressants: the least number plus a Poisson number beyond it."""
    beyond = demography.failures_mean - demography.failures_low
    cuts = poisson.cdf(jnp.arange(_MOST_FAILURES, dtype=u.dtype), beyond)
    count = (u[None] > cuts[:, None]).sum(axis=0)
    return demography.failures_low + count.astype(u.dtype)

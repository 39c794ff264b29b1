"""Expectancy: relief at the visit, and hope over weeks.

A dosing visit makes the contact k jump to one; a session adds its share of hope to c,
and so do a clinic visit with ratings (H_v) and a newly started antidepressant (H_m):

    dk/dt   = -k / tau_f            dc/dt = -c / tau_f
    x_f     = top (1 - exp(-g_f e (P(active) k + c) / top))   [points, at once]
    dx_s/dt = r * e * (P(active) k + c) - x_s / tau_s
    lift    = g_s x_s exp(-s D)                               [mood, over weeks]

e is the person's expectancy (wide, log-SD near 0.9), P(active) the guess about the arm;
of a session everybody knows that it is one. Each antidepressant that has failed leaves
a share `discouraged` of e. D is the direct lift by the open window: what the drug has
lifted, hope need not lift again (s > 0, `redundant`), or lifts all the more (s < 0).

Assumes: a session that is missed has raised hope all the same; activated
expectancy (the believed arm, not the given one, moves the score).
Does not cover: expectancy of raters (`measures`).
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from kapsim.engine import AbstractMechanism, param
from kapsim.engine.exponential import mean_decay, relax


class ExpectancyState(NamedTuple):
    """Contacts k and c [1], shared by an arm, and slow expectancy x_s [1].

    Where the doses of an arm depend on its people, contacts are each person's own.
    """

    dosing: Float[Array, "*#batch"]
    session: Float[Array, "*#batch"]
    slow: Float[Array, "*batch"]


class ExpectancyInputs(NamedTuple):
    """Contacts that begin at this node, P(active), and the person's e [1]."""

    dosing: Float[Array, "*#batch"]
    session: Float[Array, "*#batch"]
    active: Float[Array, "*batch"]
    person: Float[Array, "*batch"]


class Expectancy(AbstractMechanism[ExpectancyState]):
    """Fast relief [points] and slow lift [1] from what a person expects."""

    tau_f: Float[Array, ""] = param("therapy.expectancy.tau_f")
    g_f: Float[Array, "*#batch"] = param("therapy.expectancy.g_f")
    top: Float[Array, "*#batch"] = param("therapy.expectancy.top")
    r: Float[Array, "*#batch"] = param("therapy.expectancy.r")
    tau_s: Float[Array, "*#batch"] = param("therapy.expectancy.tau_s")
    g_s: Float[Array, "*#batch"] = param("therapy.expectancy.g_s")
    redundant: Float[Array, "*#batch"] = param("therapy.expectancy.redundant")
    visit: Float[Array, ""] = param("therapy.expectancy.visit")
    medicine: Float[Array, ""] = param("therapy.expectancy.medicine")
    discouraged: Float[Array, ""] = param("therapy.expectancy.discouraged")

    def init(self) -> ExpectancyState:
        """No contact yet."""
        none = jnp.zeros_like(self.tau_f)
        return ExpectancyState(none, none, jnp.zeros_like(self.r))

    def dosing_contact(
        self, state: ExpectancyState, dosing: Float[Array, "*#batch"]
    ) -> Float[Array, "*#batch"]:
        """Contact with a dosing visit [1] after one that may begin here."""
        return jnp.minimum(state.dosing + dosing, 1)

    def contact(
        self, visit: Bool[Array, ""], medicine: Bool[Array, "*#batch"]
    ) -> Float[Array, "*#batch"]:
        """Contact [1] of a rating visit and of a newly started antidepressant."""
        kind = self.visit.dtype
        return self.visit * visit.astype(kind) + self.medicine * medicine.astype(kind)

    def left(self, failed: Int[Array, "*#batch"]) -> Float[Array, "*#batch"]:
        """Share of expectancy [1] that is left after `failed` antidepressants."""
        return self.discouraged ** failed.astype(self.discouraged.dtype)

    def meet(self, state: ExpectancyState, inputs: ExpectancyInputs) -> ExpectancyState:
        """State after the contacts that begin at this node."""
        return ExpectancyState(
            dosing=self.dosing_contact(state, inputs.dosing),
            session=jnp.minimum(state.session + inputs.session, 1),
            slow=state.slow,
        )

    def step(
        self, state: ExpectancyState, inputs: ExpectancyInputs, dt: Float[Array, ""]
    ) -> ExpectancyState:
        """State after `dt` [h], with the exact mean of the fading contacts."""
        state = self.meet(state, inputs)
        share = dt / self.tau_f
        gain = self.r * self._drive(state, inputs) * mean_decay(share)
        return ExpectancyState(
            dosing=state.dosing * jnp.exp(-share),
            session=state.session * jnp.exp(-share),
            slow=relax(state.slow, gain, 1 / self.tau_s, dt),
        )

    def _drive(
        self, state: ExpectancyState, inputs: ExpectancyInputs
    ) -> Float[Array, "*batch"]:
        return inputs.person * (inputs.active * state.dosing + state.session)

    def relief(
        self, state: ExpectancyState, inputs: ExpectancyInputs
    ) -> Float[Array, "*batch"]:
        """Fast relief x_f [points], which nears but never passes its top."""
        full = self.g_f * self._drive(state, inputs)
        return -self.top * jnp.expm1(-full / self.top)

    def lift(
        self, state: ExpectancyState, direct: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """Slow lift of mood [1] beside a direct one by the open window [1]."""
        return self.g_s * state.slow * jnp.exp(-self.redundant * direct)

"""Who comes to a session: missed sessions, dropping out, and stopping when well.

Where a session begins, a person who is still in therapy

    stops for good   with P = 1 - (1 - w s) exp(-2 d (1 - A) gap)
                     s = sigma((y_enough - y) / width)
    comes            else, with P = 1 - m (1 - remote r)

gap is the time since the session before it: who waits longer is likelier not to return,
so that more drop out of as many sessions at half the pace. w is 1 where therapy ends
when a person is well enough (the good-enough level) and 0 where a number of sessions
was agreed; y is severity, A alliance. A missed session brings nothing, and ends what
the one before it still did.

Assumes: one decision a day. Dropping out is likelier the weaker the alliance is.
Does not cover: return after stopping; waiting times; illness.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param


class AttendanceState(NamedTuple):
    """1 while in therapy; 1 after a session attended; sessions attended so far [1]."""

    enrolled: Float[Array, "*batch"]
    present: Float[Array, "*batch"]
    attended: Float[Array, "*batch"]


class AttendanceInputs(NamedTuple):
    """What decides whether a person comes, and two uniform draws.

    `number` is that of sessions begun here [1], `gap` the time since the one before
    [h], `remote` and `ends_when_well` are 0 or 1, severity is in points, alliance in
    [0, 1].
    """

    number: Float[Array, ""]
    gap: Float[Array, ""]
    remote: Float[Array, ""]
    ends_when_well: Float[Array, ""]
    severity: Float[Array, "*batch"]
    alliance: Float[Array, "*batch"]
    stay: Float[Array, "*batch"]
    come: Float[Array, "*batch"]


class Attendance(AbstractMechanism[AttendanceState]):
    """Attendance; changes only where a session begins."""

    y_enough: Float[Array, "*#batch"] = param("therapy.attendance.y_enough")
    width: Float[Array, "*#batch"] = param("therapy.attendance.width")
    dropout: Float[Array, "*#batch"] = param("therapy.attendance.dropout")
    missed: Float[Array, "*#batch"] = param("therapy.attendance.missed")
    remote_saves: Float[Array, "*#batch"] = param("therapy.attendance.remote_saves")

    def init(self) -> AttendanceState:
        """In therapy, before the first session."""
        none = jnp.zeros_like(self.y_enough)
        return AttendanceState(none + 1, none, none)

    def step(
        self, state: AttendanceState, inputs: AttendanceInputs, dt: Float[Array, ""]
    ) -> AttendanceState:
        """State after the decision of this node; time alone changes nothing."""
        del dt
        begins = (inputs.number > 0).astype(inputs.severity.dtype)
        stays = (inputs.stay >= self.stop(inputs)).astype(begins.dtype)
        enrolled = state.enrolled * (1 - begins * (1 - stays))
        misses = self.missed * (1 - inputs.remote * self.remote_saves)
        comes = enrolled * (inputs.come >= misses).astype(begins.dtype)
        return AttendanceState(
            enrolled=enrolled,
            present=state.present + begins * (comes - state.present),
            attended=state.attended + inputs.number * comes,
        )

    def stop(self, inputs: AttendanceInputs) -> Float[Array, "*batch"]:
        """Probability of stopping for good at a session [1]."""
        well = jax.nn.sigmoid((self.y_enough - inputs.severity) / self.width)
        waits = 2 * self.dropout * (1 - inputs.alliance) * inputs.gap
        return 1 - (1 - inputs.ends_when_well * well) * jnp.exp(-waits)

"""Rating scales scored item by item, the rules read from them, heartbeat tapping."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp

from kapsim.measures.cadss import Cadss as Cadss
from kapsim.measures.entry import (
    Entry as Entry,
    EntryError as EntryError,
    solve_entry as solve_entry,
)
from kapsim.measures.hdrs17 import Hdrs17 as Hdrs17
from kapsim.measures.heartbeat import (
    HeartbeatInputs as HeartbeatInputs,
    HeartbeatTapping as HeartbeatTapping,
    Perception as Perception,
    Tapping as Tapping,
    estimated as estimated,
    interoceptive_precision as interoceptive_precision,
    tapping as tapping,
)
from kapsim.measures.madrs import Madrs as Madrs
from kapsim.measures.phq9 import Phq9 as Phq9
from kapsim.measures.qids_sr import QidsSr as QidsSr
from kapsim.measures.rater import RATERS as RATERS, Raters as Raters
from kapsim.measures.rules import Remission as Remission, Response as Response
from kapsim.measures.scale import (
    AbstractScale as AbstractScale,
    Context as Context,
    Draws as Draws,
    Rating as Rating,
    Scores as Scores,
)

SCALES: tuple[type[AbstractScale], ...] = (Madrs, Hdrs17, QidsSr, Phq9, Cadss)


def scale(name: str) -> AbstractScale:
    """Scale by the name it has in results and protocols.

    Parameters
    ----------
    name
        ``MADRS``, ``HDRS-17``, ``QIDS-SR``, ``PHQ-9`` or ``CADSS``.

    Raises
    ------
    ValueError
        For any other name.
    """
    known = {kind.name: kind for kind in SCALES}
    if name not in known:
        raise ValueError(f"scale must be one of {', '.join(known)}; got {name!r}.")
    return known[name]()


def _example(kind: type[AbstractScale]) -> Callable[[int, Any], Rating]:
    """Maker of example inputs: severities over half the scale, spread-out draws."""

    def make(n: int, dtype: Any) -> Rating:
        instrument = jax.tree.map(lambda leaf: leaf.astype(dtype), kind())
        spread = jnp.linspace(-1, 1, n, dtype=dtype)
        rows = lambda count: jnp.broadcast_to(spread, (count, n))
        profile = eqx.filter_jit(instrument.profile)(rows(kind.n_persistent))
        severity = 0.5 * instrument.max_score * (1 + 0.5 * spread)
        draws = Draws(profile=profile, fresh=rows(kind.n_fresh))
        return Rating(severity, draws, Context(rater_sd=jnp.ones((), dtype)))

    return make


def mechanisms() -> tuple:
    """Mechanisms of this room, each with a maker of example inputs (n, dtype)."""
    half = lambda n, dtype: HeartbeatInputs(jnp.full(n, 0.5, dtype))
    scales = ((kind, _example(kind)) for kind in SCALES)
    return (*scales, (HeartbeatTapping, half))

"""What a sweep is asked for: the delays, and the outcome that they are judged by."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import kapsim
from kapsim.engine.scan import WIDTH
from kapsim.trial.parameters.draws_from import DRAWS, DrawsFrom, usual_draws
from kapsim.trial.protocol import Measure, Protocol, Visit, moment_text
from kapsim.trial.request import RequestError
from kapsim.trial.summaries.interaction import first_measure
from kapsim.trial.variations.moving import last_session_h, pair_at, pairs
from kapsim.units import QuantityKind, parse_quantity

SCHEMA = 1

PATIENTS = WIDTH
"""Patients in each arm unless asked otherwise: one block of the kernel."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class SweepRequest:
    """What is swept.

    Attributes
    ----------
    protocol
        With at least one arm that has both doses and therapy.
    delays
        Times from the start of the last dose to the first session, as texts such as
        "7 d".
    draws
        Draws of the parameters beside the recorded ones.
    draws_from
        What they are drawn from.
    patients
        Virtual patients in each arm.
    seed
        Seed of the patients and of the draws, in [0, 2**64).
    visit
        At which therapy is judged; the last one at which the scale is rated if None.
    measure
        Scale; that of the first endpoint if None.
    """

    protocol: Protocol
    delays: tuple[str, ...]
    draws: int = DRAWS
    draws_from: DrawsFrom = dataclasses.field(default_factory=usual_draws)
    patients: int = PATIENTS
    seed: int = 1
    visit: str | None = None
    measure: Measure | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be swept."""
        _check_numbers(self)
        delays_h = [delay_h(text) for text in self.delays]
        if not delays_h or sorted(set(delays_h)) != delays_h:
            raise RequestError(
                "the delays must be given once each, in ascending order; got "
                f"{', '.join(self.delays) or 'none'}."
            )
        if not pairs(self.protocol):
            raise RequestError(
                f"no arm of {self.protocol.name} has both doses and therapy after the "
                "first one; contact alone is not therapy."
            )
        _check_visit(self)
        for delay, name in self.each():
            _check_end(self.protocol, delay, name)

    def each(self) -> Iterator[tuple[str, str]]:
        """Each delay with each arm that has doses and therapy."""
        for delay in self.delays:
            yield from ((delay, name) for name in pairs(self.protocol))

    @property
    def scale(self) -> Measure:
        """Scale on which therapy is judged."""
        return self.measure or first_measure(self.protocol)

    @property
    def judged(self) -> Visit:
        """Visit at which therapy is judged."""
        rated = [v for v in self.protocol.visits if self.scale in v.scales]
        return next((v for v in rated if v.name == self.visit), rated[-1])

    @property
    def courses(self) -> int:
        """Courses of an arm that are simulated, one per arm, delay and draw."""
        count = len(self.delays) * len(pairs(self.protocol))
        return 2 * count * (1 + self.draws)

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "schema": SCHEMA,
            "verb": "sweep",
            "kapsim": kapsim.__version__,
            "protocol": self.protocol.model_dump(mode="json"),
            "therapy_after": list(self.delays),
            "draws": self.draws,
            **self.draws_from.as_data(),
            "patients": self.patients,
            "seed": self.seed,
            "visit": self.judged.name,
            "measure": self.scale.value,
        }


def delay_h(text: str) -> float:
    """A delay such as ``"7 d"`` [h].

    Raises
    ------
    UnitError
        If it is not a duration.
    """
    return parse_quantity(text, QuantityKind.DURATION).value


def read_measure(text: str) -> Measure:
    """Scale by its name.

    Raises
    ------
    RequestError
        If there is none of that name.
    """
    known = {measure.value.lower(): measure for measure in Measure}
    if text.lower() not in known:
        names = ", ".join(measure.value for measure in Measure)
        raise RequestError(f"there is no scale {text!r}; there are {names}.")
    return known[text.lower()]


def _check_numbers(request: SweepRequest) -> None:
    for name, value in (("draws", request.draws), ("patients", request.patients)):
        if value < 1:
            raise RequestError(f"{name} must be 1 or more; got {value}.")
    if not 0 <= request.seed < 2**64:
        raise RequestError(f"the seed must lie in [0, 2**64); got {request.seed}.")


def _check_visit(request: SweepRequest) -> None:
    protocol, scale = request.protocol, request.scale
    if scale not in protocol.measures:
        rated = ", ".join(measure.value for measure in protocol.measures)
        raise RequestError(f"{scale.value} is not rated; {protocol.name} has {rated}.")
    names = [visit.name for visit in protocol.visits if scale in visit.scales]
    if request.visit is not None and request.visit not in names:
        raise RequestError(
            f"{scale.value} is not rated at {request.visit!r}; it is at "
            f"{', '.join(names)}."
        )
    if scale not in protocol.baseline_visit.scales:
        raise RequestError(f"{scale.value} is not rated at the baseline visit.")


def _check_end(protocol: Protocol, delay: str, name: str) -> None:
    arm, _ = pair_at(protocol, name, delay_h(delay))
    if last_session_h(arm) > protocol.horizon_h:
        raise RequestError(
            f"with {delay} after the last dose the last session of {name!r} is at "
            f"{moment_text(last_session_h(arm))}, after the last visit "
            f"({protocol.visits[-1].name}): leave this delay out, or add a visit."
        )

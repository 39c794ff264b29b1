"""How a trial is conducted: what its protocol says, completed by the usual."""

from typing import NamedTuple

import numpy as np

from kapsim.trial.arms.values import number
from kapsim.trial.protocol import Protocol

RECORDS = (
    "trial.conduct.early",
    "trial.conduct.dropout",
    "trial.conduct.missed_visits",
    "trial.conduct.window",
    "trial.conduct.deviations",
    "trial.conduct.site_sd",
    "trial.conduct.rater_sd",
    "trial.conduct.raters",
    "trial.conduct.no_effect",
    "trial.conduct.adverse",
    "trial.conduct.belief",
)
"""Records that say how a trial is usually conducted."""

_FOUR_WEEKS_H = 4 * 168.0
"""Span of `trial.conduct.dropout` [h]."""


class Usage(NamedTuple):
    """How a trial is conducted.

    Attributes
    ----------
    dropout
        Expected share that leaves before the last visit [1].
    missed
        Expected share of visits missed by those who stay [1].
    window_h
        Half the width of the windows of visits [h].
    deviations
        Share of people who deviate [1].
    site_sd, rater_sd
        Spread between sites, and between raters of a site [MADRS point].
    raters
        Raters of a site, and of a central pool.
    early
        Power of time with which the hazard of leaving adds up [1].
    no_effect, adverse, belief
        Parts of that hazard relative to the rest [1].
    """

    dropout: float
    missed: float
    window_h: float
    deviations: float
    site_sd: float
    rater_sd: float
    raters: int
    early: float
    no_effect: float
    adverse: float
    belief: float


def usage(protocol: Protocol) -> Usage:
    """How the trial of a protocol is conducted.

    The usual dropout is that of four weeks; longer trials lose more.
    """
    own = protocol.conduct
    known = lambda name: number(protocol, name)
    early = known("trial.conduct.early")
    length = (protocol.horizon_h - protocol.randomised_h) / _FOUR_WEEKS_H
    stay = (1 - known("trial.conduct.dropout")) ** (max(length, 0.0) ** early)
    either = lambda said, name: known(name) if said is None else said
    return Usage(
        dropout=1 - stay if own.share_dropout is None else own.share_dropout,
        missed=either(own.share_missed, "trial.conduct.missed_visits"),
        window_h=either(own.window_h, "trial.conduct.window"),
        deviations=either(own.share_deviations, "trial.conduct.deviations"),
        site_sd=either(own.site_sd, "trial.conduct.site_sd"),
        rater_sd=either(own.rater_sd, "trial.conduct.rater_sd"),
        raters=round(known("trial.conduct.raters")),
        early=early,
        no_effect=known("trial.conduct.no_effect"),
        adverse=known("trial.conduct.adverse"),
        belief=known("trial.conduct.belief"),
    )


def parting(protocol: Protocol) -> int:
    """Index of the last visit before the arms part; nobody is lost until then."""
    times = np.array([visit.time_h for visit in protocol.visits])
    return int(np.searchsorted(times, protocol.randomised_h, side="right")) - 1

"""Scores as a trial has them: when people really came, where, and rated by whom.

    score = rated + scale (shift of the day + site + rater)

rounded and clipped to the scale. The shift is the change of severity between the
planned and the real time, linear between visits; the draw of the rating stays. `scale`
is the range of the scale over that of the MADRS; CADSS, which rates the effect of a
dose, is left alone.

Site: a constant of each site, on every depression scale. Rater: a constant of each
rater, on the scales that a clinician rates; a person keeps the rater. The central
raters of a visit are a pool of their own. The baseline rating, which admits, stays as
it was: its error is part of who is enrolled.

Assumes: sites and raters do the same in all arms.
Does not cover: sites that differ in the effect of a treatment; raters that drift.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from kapsim.measures import scale
from kapsim.trial.conduct.luck import Luck
from kapsim.trial.conduct.usual import Usage, parting
from kapsim.trial.protocol import Measure, Protocol, Rater


class Place(NamedTuple):
    """Where people are seen, and how that shifts their scores.

    Attributes
    ----------
    site
        Index of the site.
    outcome
        Shift of the outcome by the site [MADRS point].
    rater, central
        Shift by the rater of the site, and by one of the central raters [same].
    """

    site: Int[np.ndarray, "R P"]
    outcome: Float[np.ndarray, "R P"]
    rater: Float[np.ndarray, "R P"]
    central: Float[np.ndarray, "R P"]


def places(
    protocol: Protocol, usage: Usage, person: Int[np.ndarray, "R P"], luck: Luck
) -> Place:
    """Site and rater of each person, with the luck of each site and rater."""
    sites, raters = protocol.design.sites, usage.raters
    pick = lambda name, count: _pick(
        luck.uniforms(f"trial.conduct.{name}", person), count
    )
    site = pick("site", sites)
    rater = pick("rater", raters)
    effect = lambda name, count: luck.normals(
        f"trial.conduct.{name}_effect",
        np.broadcast_to(np.arange(count), (len(person), count)),
    )
    of = lambda effects, index: np.take_along_axis(effects, index, axis=1)
    return Place(
        site=site,
        outcome=usage.site_sd * of(effect("site", sites), site),
        rater=usage.rater_sd
        * of(effect("rater", sites * raters), site * raters + rater),
        central=usage.rater_sd * of(effect("central", raters), rater),
    )


def _pick(uniform: Float[np.ndarray, "R P"], count: int) -> Int[np.ndarray, "R P"]:
    return np.floor(uniform * count).astype(np.int64)


def offsets(
    protocol: Protocol, usage: Usage, uniform: Float[np.ndarray, "R P V"]
) -> Float[np.ndarray, "R P V"]:
    """How much later than planned each person comes [h], anywhere in the window.

    Until the arms part, and where its window would touch that of a neighbour, a visit
    is held as planned: the hours after a dose cannot be moved.
    """
    times = np.array([visit.time_h for visit in protocol.visits])
    gaps = np.diff(times, prepend=-np.inf, append=np.inf)
    apart = np.minimum(gaps[:-1], gaps[1:]) > 2 * usage.window_h
    apart &= np.arange(len(times)) > parting(protocol)
    return np.where(apart, usage.window_h * (2 * uniform - 1), 0.0)


def moved(
    protocol: Protocol,
    severity: Float[np.ndarray, "R P V"],
    offset: Float[np.ndarray, "R P V"],
) -> Float[np.ndarray, "R P V"]:
    """Change of severity from the planned to the real time [MADRS point].

    After the last visit nothing is known, and severity is taken to stay.
    """
    times = np.array([visit.time_h for visit in protocol.visits])
    slope = np.diff(severity, axis=-1) / np.diff(times)
    none = np.zeros_like(severity[..., :1])
    before = np.concatenate([none, slope], axis=-1)
    after = np.concatenate([slope, none], axis=-1)
    return offset * np.where(offset < 0, before, after)


def scores(
    protocol: Protocol,
    rated: Int[np.ndarray, "R P V M"],
    shift: Float[np.ndarray, "R P V"],
    place: Place,
) -> Float[np.ndarray, "R P V M"]:
    """Scores as the trial has them [point]; not a number where not rated.

    Parameters
    ----------
    protocol
        The trial.
    rated
        Scores as simulated; below zero where not rated.
    shift
        Change of severity from the planned to the real time [MADRS point].
    place
        Sites and raters.
    """
    clinical, size, most = scales_of(protocol)
    later = np.array([not visit.baseline for visit in protocol.visits])
    central = np.array([visit.rater is Rater.CENTRAL for visit in protocol.visits])
    rater = np.where(central, place.central[..., None], place.rater[..., None]) * later
    common = shift + place.outcome[..., None] * later
    whole = np.rint(size * (common[..., None] + clinical * rater[..., None]) + rated)
    return np.where(rated >= 0, np.clip(whole, 0, most), np.nan)


def scales_of(
    protocol: Protocol,
) -> tuple[Bool[np.ndarray, " M"], Float[np.ndarray, " M"], Float[np.ndarray, " M"]]:
    """Of each scale: whether a clinician rates it, its size, its highest score."""
    highest = lambda measure: float(scale(measure.value).max_score)
    measures = protocol.measures
    most = np.array([highest(measure) for measure in measures])
    size = np.where(
        [measure is Measure.CADSS for measure in measures],
        0.0,
        most / highest(Measure.MADRS),
    )
    return np.array([not measure.self_rated for measure in measures]), size, most

"""From what would happen to people to trials as data.

Each replicate draws its people from one cohort, randomises them, and observes each in
the arm that fell to them, with what goes wrong. Replicates share people where the
cohort is not much larger than the trial; what is drawn beside them is their own.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Bool, Float, Int

from kapsim.trial.conduct import beliefs, rating
from kapsim.trial.conduct.errors import ConductError
from kapsim.trial.conduct.luck import Luck
from kapsim.trial.conduct.outcomes import Outcomes
from kapsim.trial.conduct.people import Covariates
from kapsim.trial.conduct.randomisation import allocate
from kapsim.trial.conduct.risk import Losses, Risk, losses, risk
from kapsim.trial.conduct.sampling import admitted, sample
from kapsim.trial.conduct.strata import strata
from kapsim.trial.conduct.trials import Reason, Trials
from kapsim.trial.conduct.usual import Usage, usage
from kapsim.trial.protocol import Protocol
from kapsim.units import DAY_H

_LEAST_PER_ARM = 2


def conduct(
    protocol: Protocol,
    cohort: Mapping[str, Outcomes],
    per_arm: Mapping[str, int],
    replicates: Sequence[int],
    seed: int,
    *,
    covariates: Covariates | None = None,
) -> Trials:
    """Conduct replicates of a trial.

    With blocks, arms fill up by their ratios within each stratum; without, the whole
    trial is one block, so that every arm has exactly the size asked for.

    Parameters
    ----------
    protocol
        The trial.
    cohort
        What would be seen of the same people in each arm, by name.
    per_arm
        People to randomise to each arm.
    replicates
        Numbers of the replicates; each is the same alone or among others.
    seed
        Seed of the trials.
    covariates
        People of the cohort at entry; needed where sex, failures or age are strata.

    Raises
    ------
    ConductError
        If an arm is missing or too small, the sizes do not follow the ratios of the
        blocks, the cohort has too few people who may be randomised, or covariates are
        needed.
    """
    sizes = _sizes(protocol, cohort, per_arm)
    luck = Luck(seed, np.asarray(replicates, np.int64))
    used = usage(protocol)
    passing = admitted(protocol, cohort)
    sampled = sample(passing, int(sizes.sum()), luck)
    place = rating.places(protocol, used, sampled.person, luck)
    stratum = strata(protocol, cohort, covariates, sampled.person, place.site)
    arm = _allocated(protocol, sizes, stratum, luck)
    chosen = _Chosen(protocol, cohort, arm, sampled.person)
    lost = _lost(risk(protocol, cohort, passing, sizes, used), chosen, luck)
    trials = _observed(protocol, used, chosen, place, lost, luck)
    return trials._replace(stratum=stratum, assessed=sampled.assessed)


class _Chosen:
    """What would be seen of each person, in the arm that fell to them."""

    def __init__(
        self,
        protocol: Protocol,
        cohort: Mapping[str, Outcomes],
        arm: Int[np.ndarray, "R P"],
        person: Int[np.ndarray, "R P"],
    ) -> None:
        self._arms = [cohort[one.name] for one in protocol.arms]
        self._at = arm, person

    @property
    def visits(self) -> int:
        """Number of visits."""
        return self._arms[0].totals.shape[0]

    @property
    def at(self) -> tuple[Int[np.ndarray, "R P"], Int[np.ndarray, "R P"]]:
        """Arm and index in the cohort of each person."""
        return self._at

    def totals(self) -> Int[np.ndarray, "R P V M"]:
        """Scores as simulated [point]."""
        every = np.stack([one.totals.transpose(2, 0, 1) for one in self._arms])
        return every[self._at].astype(np.int64)

    def signal(self, name: str) -> Float[np.ndarray, "R P V"]:
        """An inner signal at each visit."""
        every = np.stack([one.signals[name].T for one in self._arms])
        return every[self._at].astype(np.float64)

    def since(self, name: str) -> Int[np.ndarray, "R P"]:
        """First visit at which something has happened; V if never, or not followed."""
        visits = self.visits
        never = np.zeros((visits, len(self._arms[0].failed)))
        held = [np.asarray(one.signals.get(name, never)) > 0.5 for one in self._arms]
        first = [np.where(on.any(axis=0), on.argmax(axis=0), visits) for on in held]
        return np.stack(first)[self._at]

    def failed(self) -> Bool[np.ndarray, "R P"]:
        """Whether the simulation of the person failed."""
        return np.stack([one.failed for one in self._arms])[self._at]


def _observed(
    protocol: Protocol,
    used: Usage,
    chosen: _Chosen,
    place: rating.Place,
    lost: Losses,
    luck: Luck,
) -> Trials:
    """Trials of one stratum in which everybody assessed is eligible."""
    arm, person = chosen.at
    uniform = luck.rows("trial.conduct.day", person, chosen.visits)
    offset = rating.offsets(protocol, used, uniform)
    shift = rating.moved(protocol, chosen.signal("severity"), offset)
    score = rating.scores(protocol, chosen.totals(), shift, place)
    score = np.where(lost.seen[..., None], score, np.nan)
    times = np.array([visit.time_h for visit in protocol.visits])
    active = chosen.signal("guess_active")
    guess, rater_guess = beliefs.guesses(protocol, active, arm, person, luck)
    deviates = luck.uniforms("trial.conduct.deviation", person) < used.deviations
    everybody = np.full(len(person), person.shape[1])
    return Trials(
        replicate=luck.replicates,
        arm=arm,
        person=person,
        site=place.site,
        stratum=np.zeros_like(arm),
        score=score,
        baseline=score[:, :, protocol.visits.index(protocol.baseline_visit)],
        day=(times + offset) / DAY_H,
        guess=guess,
        rater_guess=rater_guess,
        left=lost.left,
        reason=lost.reason,
        stopped=chosen.since("stopped"),
        rescued=chosen.since("rescued"),
        deviated=deviates,
        assessed=everybody,
        eligible=everybody,
    )


def _lost(risk: Risk, chosen: _Chosen, luck: Luck) -> Losses:
    """Who is lost, those among them whose simulation failed."""
    arm, person = chosen.at
    lost = losses(
        risk,
        arm,
        person,
        -np.log(luck.uniforms("trial.conduct.leaving", person)),
        luck.uniforms("trial.conduct.reason", person),
        luck.rows("trial.conduct.missing", person, chosen.visits),
    )
    failed = chosen.failed()
    return lost._replace(
        left=np.where(failed, 0, lost.left),
        reason=np.where(failed, Reason.FAILED, lost.reason),
    )


def _sizes(
    protocol: Protocol, cohort: Mapping[str, Outcomes], per_arm: Mapping[str, int]
) -> Int[np.ndarray, " A"]:
    """People of each arm, in the order of the protocol."""
    for arm in protocol.arms:
        if arm.name not in cohort:
            raise ConductError(f"the cohort lacks arm {arm.name!r}: simulate it too.")
        if per_arm.get(arm.name, 0) < _LEAST_PER_ARM:
            raise ConductError(
                f"arm {arm.name!r} gets {per_arm.get(arm.name, 0)} people: a trial "
                f"needs {_LEAST_PER_ARM} per arm or more. Raise the number per arm, "
                "or remove the arm."
            )
    sizes = np.array([per_arm[arm.name] for arm in protocol.arms])
    ratios = np.array([arm.ratio for arm in protocol.arms])
    if protocol.design.blocks and (sizes * ratios.sum() != sizes.sum() * ratios).any():
        parts = ":".join(map(str, ratios))
        raise ConductError(
            f"people per arm, {sizes.tolist()}, do not follow the ratios {parts} by "
            "which blocks fill the arms: correct per arm, ratio, or remove blocks."
        )
    return sizes


def _allocated(
    protocol: Protocol,
    sizes: Int[np.ndarray, " A"],
    stratum: Int[np.ndarray, "R P"],
    luck: Luck,
) -> Int[np.ndarray, "R P"]:
    """Arm of each person."""
    if len(sizes) == 1:
        return np.zeros_like(stratum)
    blocks, ratios = protocol.design.blocks, [arm.ratio for arm in protocol.arms]
    if not blocks:
        blocks, ratios = (int(sizes.sum()),), sizes.tolist()
        stratum = np.zeros_like(stratum)
    return allocate(ratios, stratum, blocks, luck.seed, luck.replicates)

"""What is fitted to what: freed parameters, endpoints and the errors of the endpoints.

Every freed parameter x has a scale t (identity, log or logit) on which its prior is
normal. Inference is about

    u = (t(x) - mean) / sd ,      a priori u ~ N(0, 1)

Every endpoint y is on its working scale: the logit of a share, the logarithm of a ratio
or a time, else the figure itself. With f(u) for what the model gives,

    y = f(u) + Z s + A a + W w + e ,
    s ~ N(0, tau^2), a ~ N(0, delta^2), w ~ N(0, omega^2), e ~ N(0, S + E)

s is the effect of a study, one point of which moves its endpoints by the columns of Z;
a that of an arm alone (A); w that of how a study counts who responds and who remits,
on the logits of its shares (W); S the covariance of sampling, with what figures of one
arm, and a contrast and its arms, have in common; E the error of the emulator. So
contrasts are fitted tightly and levels loosely, and no result of an arm counts twice.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from scipy.special import expit, logit

from kapsim.engine.atomic import write_arrays
from kapsim.evidence.posterior import Spreads

Scale = Literal["identity", "log", "logit"]


class Freed(NamedTuple):
    """A parameter that is fitted.

    Attributes
    ----------
    id
        Its record.
    scale
        Scale on which the prior is normal.
    mean, sd
        Of the prior, on that scale.
    low, high
        Bounds of the record [its unit].
    """

    id: str
    scale: Scale
    mean: float
    sd: float
    low: float
    high: float

    def value(self, u: Float[np.ndarray, "*n"]) -> Float[np.ndarray, "*n"]:
        """Value [unit of the record] at `u`, kept within the bounds."""
        t = self.mean + self.sd * np.asarray(u, float)
        back = {"identity": np.asarray, "log": np.exp, "logit": expit}[self.scale]
        return np.asarray(np.clip(back(t), self.low, self.high))

    def u(self, value: float) -> float:
        """Where a value [unit of the record] lies, in SDs of the prior."""
        there = {"identity": float, "log": np.log, "logit": logit}[self.scale]
        return float((there(value) - self.mean) / self.sd)


class Target(NamedTuple):
    """An endpoint that is fitted.

    Attributes
    ----------
    id
        Unique name.
    study
        Studies that share patients count as one.
    protocol, arm, versus, measure, metric, day
        Which figure of which protocol; `versus` is empty for one arm.
    kind
        Kind of figure, as in the external validation.
    unit
        Unit of the figure on its natural scale.
    observed
        As published, on the working scale.
    n
        Patients behind it.
    label
        One readable line.
    contrast
        Whether it compares two arms.
    """

    id: str
    study: str
    protocol: str
    kind: str
    arm: str
    versus: str
    measure: str
    metric: str
    day: float
    unit: str
    observed: float
    n: int
    label: str
    contrast: bool


class Problem(NamedTuple):
    """A calibration: K endpoints of S studies with A arms, P freed parameters.

    Attributes
    ----------
    freed, targets, studies
        Parameters, endpoints, and names of the studies in the order of `level`.
    observed
        [K] endpoints as published, on the working scale.
    sampling
        [K, K] covariance of sampling.
    level, arm
        [K, S] and [K, A] change with one point more on all scores of a study, and of
        an arm [working scale per MADRS point].
    share
        [K, S] change with one more on the logits of a study's shares that respond or
        remit [working scale per logit].
    """

    freed: tuple[Freed, ...]
    targets: tuple[Target, ...]
    studies: tuple[str, ...]
    observed: Float[np.ndarray, " K"]
    sampling: Float[np.ndarray, "K K"]
    level: Float[np.ndarray, "K S"]
    arm: Float[np.ndarray, "K A"]
    share: Float[np.ndarray, "K S"]

    @property
    def effects(self) -> tuple[Float[np.ndarray, "K _"], ...]:
        """What one unit of each effect does to the endpoints, as in `Spreads`."""
        return self.level, self.arm, self.share

    def values(self, u: Float[np.ndarray, " P"]) -> dict[str, float]:
        """Values [unit of the record] by record."""
        return {
            one.id: float(one.value(x)) for one, x in zip(self.freed, u, strict=True)
        }

    def u_of(self, values: Mapping[str, float]) -> Float[np.ndarray, " P"]:
        """Where values lie, in SDs of the priors; zero where there is none."""
        return np.array(
            [one.u(values[one.id]) if one.id in values else 0.0 for one in self.freed]
        )

    def of_study(self, name: str) -> Bool[np.ndarray, " K"]:
        """Which endpoints are of a study."""
        return np.array([target.study == name for target in self.targets])

    def covariance(
        self,
        spreads: Spreads | Float[np.ndarray, "3"],
        error: Float[np.ndarray, " K"],
    ) -> Float[np.ndarray, "K K"]:
        """Covariance of the endpoints around the model.

        Parameters
        ----------
        spreads
            SD of each effect.
        error
            SD of the error of the emulator [working scale].
        """
        parts = zip(spreads, self.effects, strict=True)
        between = sum(sd**2 * effect @ effect.T for sd, effect in parts)
        return self.sampling + between + np.diag(error**2)

    def save(self, path: Path) -> None:
        """Write to a file ``.npz``."""
        words = {
            "freed": [one._asdict() for one in self.freed],
            "targets": [one._asdict() for one in self.targets],
            "studies": self.studies,
        }
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        write_arrays(path, {"words": np.array(json.dumps(words)), **arrays})

    @classmethod
    def load(cls, path: Path) -> "Problem":
        """Read what `save` wrote."""
        with np.load(path) as held:
            words: dict[str, Any] = json.loads(str(held["words"]))
            arrays = {name: held[name] for name in _ARRAYS}
        return cls(
            freed=tuple(Freed(**one) for one in words["freed"]),
            targets=tuple(Target(**one) for one in words["targets"]),
            studies=tuple(words["studies"]),
            **arrays,
        )


_ARRAYS = ("observed", "sampling", "level", "arm", "share")

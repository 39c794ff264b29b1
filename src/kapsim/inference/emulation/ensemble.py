"""Simulated points of a calibration: made by workers, kept in a file, never made twice.

The file holds every point that was planned, with its round; a point that has not been
simulated yet has no endpoints. So a calibration that was stopped goes on where it was.
"""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int

from kapsim.engine.atomic import write_arrays
from kapsim.engine.workers import worker_pool
from kapsim.inference.emulation.simulator import Simulator, simulated
from kapsim.trial.loading import load_protocol

OnPoint = Callable[[int, int], None]
"""Told of the number of points that are done, and of how many there are."""

_KEEP_EVERY = 4  # points between two writes of the file


class Ensemble(NamedTuple):
    """Points and what the model gives there.

    Attributes
    ----------
    u
        [n, P] parameters, in SDs of their priors.
    outputs
        [n, K] endpoints on the working scale; not a number where there is none.
    round
        [n] round in which each was planned.
    done
        [n] whether it was simulated: one or zero.
    """

    u: Float[np.ndarray, "n P"]
    outputs: Float[np.ndarray, "n K"]
    round: Int[np.ndarray, " n"]
    done: Int[np.ndarray, " n"]

    def planned(self, u: Float[np.ndarray, "m P"]) -> "Ensemble":
        """With another round of points that are not simulated yet."""
        number = len(u)
        latest = int(self.round.max(initial=-1)) + 1
        return Ensemble(
            u=np.concatenate([self.u, u]),
            outputs=np.concatenate(
                [self.outputs, np.full((number, self.outputs.shape[1]), np.nan)]
            ),
            round=np.concatenate([self.round, np.full(number, latest)]),
            done=np.concatenate([self.done, np.zeros(number, int)]),
        )

    @property
    def rounds(self) -> int:
        """How many rounds were planned."""
        return int(self.round.max(initial=-1)) + 1

    def save(self, path: Path) -> None:
        """Write to a file ``.npz``, whole or not at all."""
        write_arrays(path, self._asdict())


def empty(parameters: int, endpoints: int) -> Ensemble:
    """An ensemble without points."""
    return Ensemble(
        np.zeros((0, parameters)),
        np.zeros((0, endpoints)),
        np.zeros(0, int),
        np.zeros(0, int),
    )


def load(path: Path) -> Ensemble:
    """Read what `Ensemble.save` wrote."""
    with np.load(path) as held:
        return Ensemble(**{name: held[name] for name in Ensemble._fields})


@functools.lru_cache(maxsize=2)
def _simulator(names: tuple[str, ...], persons: int, seed: int) -> Simulator:
    """The studies, once in each worker."""
    return Simulator([load_protocol(name) for name in names], persons, seed)


def _one(
    names: tuple[str, ...],
    persons: int,
    seed: int,
    number: int,
    values: Mapping[str, Any],
) -> Float[np.ndarray, " K"]:
    return simulated(_simulator(names, persons, seed), values, number)


class Workers:
    """Simulates points side by side.

    Parameters
    ----------
    pool
        Processes that simulate; what they have compiled serves all seeds.
    names
        Protocols.
    persons, seed
        Persons of each study, and their seed.
    """

    def __init__(
        self, pool: ProcessPoolExecutor, names: Sequence[str], persons: int, seed: int
    ) -> None:
        self._pool, self._names, self._persons = pool, tuple(names), persons
        self._job = functools.partial(_one, self._names, persons, seed)

    def with_persons_of(self, seed: int) -> "Workers":
        """The same processes, with other persons."""
        return Workers(self._pool, self._names, self._persons, seed)

    def endpoints(
        self, values: Sequence[Mapping[str, Any]], number: int
    ) -> Iterator[tuple[int, Float[np.ndarray, " K"]]]:
        """Index and endpoints of each set of values, as they come.

        Parameters
        ----------
        values
            Values of parameters in the units of their records.
        number
            How many endpoints there are.
        """
        jobs = {
            self._pool.submit(self._job, number, one): k for k, one in enumerate(values)
        }
        for job in as_completed(jobs):
            yield jobs[job], job.result()

    def complete(
        self,
        ensemble: Ensemble,
        values: Callable[[Float[np.ndarray, " P"]], Mapping[str, Any]],
        path: Path,
        on_point: OnPoint,
    ) -> Ensemble:
        """Simulate the points that are not simulated yet, and keep them in a file.

        Parameters
        ----------
        ensemble
            Points, some of them simulated.
        values
            Values of parameters at a point.
        path
            File that is kept up to date.
        on_point
            Told after each point.
        """
        missing = np.flatnonzero(ensemble.done == 0)
        number, total = ensemble.outputs.shape[1], len(ensemble.u)
        asked = [values(ensemble.u[k]) for k in missing]
        for count, (index, found) in enumerate(self.endpoints(asked, number), 1):
            ensemble.outputs[missing[index]] = found
            ensemble.done[missing[index]] = 1
            on_point(total - len(missing) + count, total)
            if count % _KEEP_EVERY == 0:
                ensemble.save(path)
        ensemble.save(path)
        return ensemble


@contextmanager
def workers(
    names: Sequence[str], persons: int, seed: int, processes: int
) -> Iterator[Workers]:
    """Processes that simulate, for as long as they are needed."""
    with worker_pool(processes) as pool:
        yield Workers(pool, names, persons, seed)

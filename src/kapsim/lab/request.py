"""What is asked of the laboratory, checked before anything is run."""

import dataclasses
import difflib
from collections.abc import Sequence
from typing import Any

import kapsim
from kapsim.engine.provenance import content_hash
from kapsim.engine.sources import sources_digest
from kapsim.evidence import library
from kapsim.lab.errors import LabError
from kapsim.lab.influence import influence
from kapsim.lab.published import names, published

ALL = "all"
_MOST_PATIENTS = 1_000_000


@dataclasses.dataclass(frozen=True)
class LabRequest:
    """One experiment, and how it is to be run.

    Attributes
    ----------
    name
        Of the experiment.
    seed
        Seed of every draw.
    patients
        Subjects in each group; as many as the experiment says if None.
    drugs
        Regimens with their times, each of which adds an arm.
    """

    name: str
    seed: int = 1
    patients: int | None = None
    drugs: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "experiment": self.name,
            "seed": self.seed,
            "patients": self.patients,
            "drugs": list(self.drugs),
        }

    def key(self) -> str:
        """Hash of everything that the result depends on; the same key, same files."""
        made_with = {
            "kapsim": kapsim.__version__,
            "sources": sources_digest(),
            "evidence": library().digest,
        }
        return content_hash(self.as_data() | made_with)


def requests(
    asked: Sequence[str],
    *,
    seed: int = 1,
    patients: int | None = None,
    drugs: Sequence[str] = (),
) -> list[LabRequest]:
    """What to run, in the order asked for and each once; `all` stands for every one.

    With `all` a drug goes to the experiments that take one.

    Raises
    ------
    LabError
        If an experiment is unknown or takes no drug, or a number is impossible.
    KapsimError
        If a drug or its time cannot be read.
    """
    if patients is not None and not 1 <= patients <= _MOST_PATIENTS:
        raise LabError(
            f"The number of patients must lie in [1, {_MOST_PATIENTS}]; got {patients}."
        )
    if not 0 <= seed < 2**64:
        raise LabError(f"The seed must lie in [0, 2**64); got {seed}.")
    chosen = dict.fromkeys(asked)
    for name in chosen:
        _check_name(name)
    whole = ALL in chosen
    if drugs and not whole:
        _check_drug(list(chosen))
    texts = tuple(dict.fromkeys(influence(text).text for text in drugs))
    return [
        LabRequest(name, seed, patients, texts if published(name).takes_drug else ())
        for name in (names() if whole else chosen)
    ]


def _check_name(name: str) -> None:
    if name == ALL or name in names():
        return
    close = difflib.get_close_matches(name, names(), n=3, cutoff=0.5)
    meant = f" Did you mean {', '.join(close)}?" if close else ""
    raise LabError(
        f"There is no experiment {name!r}.{meant} `kapsim lab list` lists them; "
        f"{ALL!r} runs every one."
    )


def _check_drug(chosen: list[str]) -> None:
    without = [name for name in chosen if not published(name).takes_drug]
    if without:
        takers = [name for name in names() if published(name).takes_drug]
        raise LabError(
            f"A drug has no meaning in {', '.join(without)}. It can be added to: "
            f"{', '.join(takers) or 'none'}."
        )

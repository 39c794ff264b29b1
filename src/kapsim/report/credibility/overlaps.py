"""Which studies that nothing was fitted to share patients or trials with fitted ones.

What is tuned to one trial is no independent check by a pooled analysis that holds it,
nor by a follow-up of its patients.
"""

import importlib.resources
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import pandas as pd
import yaml

from kapsim.report.credibility.markdown import cell, table


class Overlap(NamedTuple):
    """What a study has in common with fitted ones.

    Attributes
    ----------
    fitted
        Sources that are fitted.
    how
        In which way.
    """

    fitted: tuple[str, ...]
    how: str


@cache
def overlaps() -> Mapping[str, Overlap]:
    """By the name of the protocol; those without an entry are independent."""
    folder = importlib.resources.files("kapsim.report.credibility")
    listed = yaml.safe_load((folder / "overlaps.yaml").read_text(encoding="utf-8"))
    return {
        name: Overlap(tuple(one["fitted"]), one["how"]) for name, one in listed.items()
    }


def independence(figures: pd.DataFrame) -> str:
    """How many figures are of studies that share nothing with fitted ones.

    Parameters
    ----------
    figures
        Of studies that nothing was fitted to, with `study` and `scored`.
    """
    counts = figures[figures["scored"]].groupby("study", sort=True).size()
    shared = {name: overlaps()[name] for name in counts.index if name in overlaps()}
    alone = int(sum(n for name, n in counts.items() if name not in shared))
    said = (
        f"**Of these {int(counts.sum())} figures, {alone} are of studies that share "
        "neither patients nor trials with a study that was fitted.** The others say "
        "less of new trials than they seem to."
    )
    rows = [
        [
            cell(f"`{name}`"),
            str(int(counts[name])),
            cell(", ".join(f"`{source}`" for source in one.fitted)),
            cell(one.how),
        ]
        for name, one in shared.items()
    ]
    header = ("study", "figures", "fitted", "what they have in common")
    return "\n\n".join((said, table(header, rows)))

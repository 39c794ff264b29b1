"""What numbers of the laboratory are compared with: new figures, or fitted ones."""

from collections import Counter
from collections.abc import Sequence
from functools import cache

from kapsim.evidence.posterior import posterior
from kapsim.lab.published import Basis, Result, names, published
from kapsim.report.credibility.markdown import table
from kapsim.report.credibility.recorded import Check
from kapsim.trial.loading import bundled_names, load_protocol
from kapsim.trial.protocol import ProtocolRole

NEW = "published experiments that nothing was fitted to"
FITTED = "published experiments, of studies or with numbers that were fitted"
RERUN = "the same published equations, run again"
OTHER = "closed forms, second entries and other numbers of these experiments"
_SET = "Calibrated"  # begins the note of a result that a number was set by
PARTS = (NEW, FITTED, RERUN, OTHER)

SAID = """\
Not all numbers of the laboratory say something about the model: some run published
equations again, which tells that they were entered rightly, and some are of studies
that the calibration was fitted to.
"""


def part(check: str) -> str:
    """Which of `PARTS` a number of the laboratory belongs to.

    Parameters
    ----------
    check
        As the report of validations names it; a published result is named by its
        experiment, a colon and its meaning.
    """
    return _parts().get(" ".join(check.split()), OTHER)


def by_part(checks: Sequence[Check]) -> str:
    """Numbers of the laboratory, met and missed, by what they are compared with."""
    counts = Counter((part(check.name), check.met) for check in checks)
    rows = [
        [
            said,
            str(counts[said, True] + counts[said, False]),
            str(counts[said, True]),
            str(counts[said, False]),
        ]
        for said in PARTS
    ]
    found = table(("of the laboratory", "numbers", "met", "missed"), rows)
    return f"{SAID}\n{found}"


@cache
def _parts() -> dict[str, str]:
    fitted = _fitted()
    return {
        " ".join(f"{name}: {result.meaning}".split()): _part(result, fitted)
        for name in names()
        for result in published(name).results
    }


def _part(result: Result, fitted: frozenset[str]) -> str:
    if result.basis is Basis.COMPUTED:
        return RERUN
    set_by_hand = result.note.startswith(_SET)
    return FITTED if set_by_hand or result.source in fitted else NEW


def _fitted() -> frozenset[str]:
    """Sources of all figures of the calibration."""
    found = posterior()
    protocols = map(load_protocol, bundled_names())
    figures = (
        figure.source
        for one in protocols
        if one.role is ProtocolRole.CALIBRATION
        for figure in one.published
    )
    return frozenset((*figures, *(found.studies if found else ())))

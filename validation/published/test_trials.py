"""Published trials beside the simulation, without a verdict.

At the means of the posterior; `kapsim validate` has its spread and that of studies in
its intervals. Nothing is passed or failed here except that every figure that a summary
can hold finds its place.
"""

import pytest

from kapsim.engine.scan import WIDTH
from kapsim.trial import load_protocol, run
from kapsim.trial.summaries.comparison import comparable, compare_published

TRIALS = ("synapse", "singh-2016-iv", "murrough-2013-six")
WORDS = (
    "At the means of the posterior, 2,048 virtual patients per arm; 95 % bounds of the "
    "published figure where its n is known. Some of these studies were fitted to: "
    "validation/external says which figures were not. Figures marked recalled are from "
    "memory and need to be looked up."
)


def bounds(low: float, high: float) -> str:
    return "" if low != low else f"{low:.1f} to {high:.1f}"


@pytest.mark.validation_slow
@pytest.mark.parametrize("name", TRIALS)
@pytest.mark.filterwarnings("ignore::kapsim.trial.cautions.ProtocolWarning")
def test_report_of_published_figures(check, name, tmp_path):
    protocol = load_protocol(name)
    found = run(protocol, patients=WIDTH, seed=20, directory=tmp_path / name)
    compared = compare_published(found.summary(), protocol)
    assert len(compared) == len(comparable(protocol)) > 0
    rows = tuple(
        (
            row["arm"],
            row["visit"],
            f"{row['measure']} {row['metric']}",
            f"{row['published']:.1f}",
            bounds(row["published_low"], row["published_high"]),
            f"{row['simulated']:.1f}",
            f"{row['difference']:+.1f}",
            f"{row['source']} ({row['grade']})",
        )
        for row in compared.to_dict(orient="records")
    )
    header = ("arm", "visit", "figure", "published", "bounds", "simulated", "apart")
    check.table(name, WORDS, (*header, "source"), rows)

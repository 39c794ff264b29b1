"""How the model was calibrated, and what came out: from the recorded calibration."""

import json
import pathlib
from collections.abc import Iterator

from kapsim.lab.verdict import Word
from kapsim.report.calibration.correlations import pairs
from kapsim.report.calibration.goals import facts, goals
from kapsim.report.calibration.page import figures
from kapsim.report.calibration.record import (
    IDENTIFIED,
    CalibrationRecord,
    repetition,
)
from kapsim.report.calibration.tables import (
    WORST,
    kind_rows,
    parameter_rows,
    round_rows,
    target_rows,
)
from kapsim.report.calibration.words import duration
from kapsim.report.credibility.markdown import cell, page, table

RECORDED = "validation/calibration/calibration.json"
PAGE = "evidence/calibration.md"

METHOD = """\
The parameters that no laboratory study gives were fitted together to published trials.
The result is not one best value of each but a set of draws, in which parameters that
the data fix only together stay together. Runs draw from it.

## How it works

1. **What is fitted.** Some assumed records are freed, each with a prior around its
   value. A coupling whose sign is in question has a prior that allows zero and the
   other sign.
2. **What it is fitted to.** Published figures of the trials marked `calibration`, and a
   few laboratory results where they are the only evidence. Shares are compared as
   logits, ratios and times as logarithms, all else as it is.
3. **Simulate.** Each trial is simulated as it was run: entry, arms, control, visits,
   raters, drop-out, rules of response. All parameter sets use the same virtual persons
   and the same luck, so that two sets differ by their parameters alone.
4. **Emulate.** A quadratic surface stands in for the simulator, one per endpoint. Its
   coefficients have normal priors whose widths, one per parameter, are learned: they
   say how much a parameter bears on the endpoint. Its error at points that it has not
   seen, told by leaving points out where the fit is, counts as error of the endpoint.
5. **Calibrate, in rounds.** The first points come from the prior, later ones from where
   the emulator expects a fit, first loosely and then tightly.
6. **Sample.** The No-U-Turn sampler draws parameters and the sizes of the effects of
   study, arm and shares on the last emulator.
7. **Check.** Draws are simulated again in full, with fresh virtual persons. The
   predictions below are from those, not from the emulator.

The order of steps 3 to 6 is that of Cleary, Garbuno-Inigo, Lan, Schneider and Stuart
(2021), "Calibrate, emulate, sample", *Journal of Computational Physics*.

## What counts as error

- **Sampling**: the chance of who is in a trial of that size. It is a covariance within
  each study: change, response and remission of an arm count once, and so do a contrast
  and its arms.
- **Study effect**: moves all scores of a study together, whatever the arm. Levels are
  fitted loosely for it, contrasts tightly.
- **Arm effect**: smaller, moves one arm alone.
- **Effect on shares**: moves the logits of all shares of a study that respond or remit,
  beside what its scores do to them.
- **Emulator**: what the stand-in gets wrong.

## What is fixed

All other records keep their values: kinetics, potency and rating scales, which have
publications of their own, and whatever no trial in the set speaks of. The intervals
below do not hold that uncertainty, nor that of the form of the equations. Trials marked
`development_check` take no part; [how well they are predicted](../how-to/validate.md)
is measured apart.
"""

MISSING = """\
## What came out

No calibration is on record in this version. `kapsim calibrate` makes one.
"""

CAUTION = """\
A model that fits the trials that it was fitted to may be wrong about the next one, and
about why they came out as they did. This is research software, not medical advice.
"""


def pages(root: pathlib.Path) -> dict[str, str]:
    """The page, and its figures where there is a calibration."""
    path = root / RECORDED
    if not path.exists():
        return {PAGE: page("How it was calibrated", METHOD, MISSING)}
    data = json.loads(path.read_text("utf-8"))
    record = CalibrationRecord({}, {}, data, repetition(path.parent))
    drawn = figures(record)
    parts = (METHOD, *found(record), *parameters(record, drawn), *fit(record, drawn))
    made = {PAGE: page("How it was calibrated", *parts, *repeated(record))}
    named = (
        (f"evidence/figures/calibration-{name}.svg", drawn[name]) for name in drawn
    )
    return made | dict(named)


def found(record: CalibrationRecord) -> Iterator[str]:
    """Goals with verdicts, and the numbers at the head."""
    yield "## What came out"
    rows = [
        [cell(one.name), cell(one.found), cell(one.asked), verdict(one.word)]
        for one in goals(record)
    ]
    yield table(["goal", "found", "asked", "verdict"], rows)
    yield "\n".join(f"- {name}: {said}" for name, said in facts(record))
    yield CAUTION


def verdict(word: Word) -> str:
    """A verdict; what is missed stands out."""
    if word is Word.NOT_COMPARABLE:
        return "not known"
    return f"**{word.value}**" if word is Word.MISSED else word.value


def parameters(record: CalibrationRecord, drawn: dict[str, str]) -> Iterator[str]:
    """Prior and posterior, what is not identified, and what goes together."""
    yield "## Parameters"
    many = {how: len(record.identified(how)) for how in IDENTIFIED}
    yield (
        f"The data fix {many['well']} of {len(record.parameters)} parameters well, "
        f"{many['partly']} in part and {many['not']} hardly or not at all. "
        "Shrinkage is the share of the prior's variance that the data took away. A "
        "result that rests on a parameter marked *not* rests on an assumption."
    )
    yield picture(drawn, "parameters", "Prior and posterior of each parameter")
    rows = [
        [
            f"[{cell(row['meaning'])}](parameters.md#{row['id']})",
            cell(row["unit"]),
            row["prior"],
            row["posterior"],
            row["shrinkage"],
            row["identified"],
        ]
        for row in parameter_rows(record.parameters)
    ]
    head = ["parameter", "unit", "prior (95 %)", "posterior (95 %)", "shrinkage, %"]
    yield table([*head, "identified"], rows)
    yield picture(drawn, "spectrum", "Gain in precision, direction by direction")
    together = pairs(record)[:WORST]
    if together:
        rows = [[f"`{p['a']}`, `{p['b']}`", p["r"], p["said"]] for p in together]
        yield table(["strongest correlations", "r", "the data allow that"], rows)
    yield picture(drawn, "correlations", "Correlations of the posterior")


def fit(record: CalibrationRecord, drawn: dict[str, str]) -> Iterator[str]:
    """Fit by kind of endpoint, and the endpoints farthest off."""
    yield "## Fit"
    head = ["kind", "endpoints", "inside", "share", "mean absolute error", "unit"]
    yield table(head, [[cell(part) for part in row] for row in kind_rows(record)])
    yield (
        "The farthest off, with the distance of the published figure from the "
        "predicted one in standard errors:"
    )
    rows = [
        [
            cell(f"{row['study']}: {row['label']}"),
            row["observed"],
            row["predicted"],
            row["z"],
            f"[yes](discrepancies.md#{row['why'].id})" if row["why"] else "no",
        ]
        for row in target_rows(record, record.worst[:WORST])
    ]
    head = ["endpoint", "published", "predicted (95 %)", "distance", "explained"]
    yield table(head, rows)
    yield picture(drawn, "fit", "Published and predicted, every endpoint")


def repeated(record: CalibrationRecord) -> Iterator[str]:
    """Rounds, time and the command."""
    rounds = list(round_rows(record))
    yield "## How it ran"
    if rounds:
        head = ["round", "points", "temperature", "misfit, mean", "misfit, best"]
        yield table([*head, "emulator R², median"], rounds)
    yield f"It took {duration(record.data.get('seconds'))}."
    yield record.caveat or "This command repeats it:"
    yield f"```bash\n{record.data['command']}\n```"
    yield (
        "Everything else, every endpoint among it, is in "
        "`validation/calibration/calibration.html`."
    )


def picture(drawn: dict[str, str], name: str, said: str) -> str:
    """A figure, if it was drawn."""
    if name not in drawn:
        return ""
    style = '{ loading=lazy style="width: min(100%, 34rem)" }'
    return f"![{said}](figures/calibration-{name}.svg){style}"

"""First page: the questions, what the evidence supports, goals, and provenance."""

from collections.abc import Iterator, Mapping

from kapsim.evidence import library
from kapsim.report.credibility.contexts import Context, contexts, rating
from kapsim.report.credibility.evidence import GROUPS, group_of, unfitted, with_role
from kapsim.report.credibility.figures import goals_of, goals_table
from kapsim.report.credibility.goals import Goal, fit_goals
from kapsim.report.credibility.laboratory import by_part
from kapsim.report.credibility.markdown import cell, page, table
from kapsim.report.credibility.overlaps import independence
from kapsim.report.credibility.posterior import foretold, rivals, sensitivity
from kapsim.report.credibility.recorded import Validation
from kapsim.report.credibility.reports import (
    CALIBRATION,
    EXTERNAL,
    LABORATORY,
    MADE_BY,
    NOT_AVAILABLE,
    VALIDATIONS,
    Reports,
)
from kapsim.trial.protocol import ProtocolRole

INTRODUCTION = """\
Made by `make credibility` from the reports that are kept in the repository; do not
edit. It says nothing that they do not say, and where one of them is missing it says so.

The headings are those of two guidelines: ICH M15, General Principles for Model-Informed
Drug Development (draft 2024, since adopted), and ASME V&V 40-2018, on the credibility
of computational models by verification and validation. A model is credible for a
question of interest and a context of use, not as such. How much evidence is needed
follows from the **model risk**: the influence of the model on a decision, and the
consequence of a wrong one. **kapsim is research software and not medical advice**; no
context of use below is the treatment of a patient.

Read on: [every number](validations.md), [every prediction](predictions.md),
[what does not fit](discrepancies.md), [what is not validated](not-validated.md).
"""

USES = """\
Influence and consequence are judged by hand. Risk is their mean on three steps, rounded
up. The rating is not judged: a use is *supported* if everything named for it is met,
*in part* if all that is decisive is, and *not supported* otherwise. Evidence that is
not available, or is met on few figures only, counts as not met.
"""

GOALS = """\
Set before anything was predicted; no limit is moved. Narrow intervals are worth
something only where they hold what they should, so width is read beside coverage.
"""

UNFITTED = """\
Studies of the role `development_check`, which nothing may be tuned to. The intervals
are those for a new trial of the published size.
"""

LEFT_OUT = """\
Each study foretold from a posterior that has not seen it, by the emulator of the
calibration, whose points follow the posterior of all studies. The naive predictor has
not seen it either. Errors are in points of the scale that a study used.
"""

EARLIER_FIT = "fit to averages of the calibration studies"
"""What a record says whose prior an earlier fit to averages of these studies set."""

FITTED = """\
For comparison only: what the model was tuned to, it may be expected to reproduce.
"""

APPLICABILITY = """\
- **People.** Adults with major depression as the protocols of the studies enrol them.
  Who was not enrolled anywhere is extrapolation.
- **Drugs and routes.** Most published figures of relief are of racemic ketamine into a
  vein and of the esketamine spray. For other routes there are few, or concentrations
  only.
- **Time.** From hours to some weeks after doses. Beyond a few months the model rests on
  relapse and natural course, and on few figures.
- **Outcomes.** Means and shares of groups on rating scales. Nothing is validated for
  the course of one person.
- **Same equations.** Intervals hold chance and, with a posterior, parameters. They
  never hold what all draws have in common: the equations.
"""


def overview(reports: Reports, evidence: Mapping[str, Goal]) -> str:
    """The page."""
    return page(
        "Credibility",
        INTRODUCTION,
        "## Questions, uses and ratings",
        USES,
        _ratings(evidence),
        "## Goals of prediction",
        GOALS,
        *_predicted(reports),
        "## Verification and validation",
        reports.validated,
        _counts(reports.validations),
        *_laboratory(reports),
        "## Rival explanations",
        *rivals(reports.rivals),
        "## Sensitivity",
        *sensitivity(reports.sensitivity),
        "## What each use rests on",
        *(_context(one, evidence) for one in contexts()),
        "## Applicability",
        APPLICABILITY,
        "## Version and provenance",
        *_provenance(reports),
    )


def _ratings(evidence: Mapping[str, Goal]) -> str:
    rows = [
        [
            f"[{one.name}](#{_anchor(one)})",
            one.influence.value,
            one.consequence.value,
            one.risk.value,
            f"**{rating(one, evidence).value}**",
        ]
        for one in contexts()
    ]
    header = ("context of use", "influence", "consequence", "model risk", "rating")
    return table(header, rows)


def _anchor(one: Context) -> str:
    return one.name.lower().replace(" ", "-")


def _context(one: Context, evidence: Mapping[str, Goal]) -> str:
    """Question, use, what may be done, and the evidence of one context."""
    found = rating(one, evidence)
    parts = [
        f"### {one.name} {{ #{_anchor(one)} }}",
        f"- **Question of interest.** {one.question.strip()}\n"
        f"- **Context of use.** {one.use.strip()}\n"
        f"- **{found.value.capitalize()}.** {one.says(found).strip()}",
        table(("evidence", "weight", "obtained", "verdict"), _rests_on(one, evidence)),
    ]
    return "\n\n".join(parts)


def _rests_on(one: Context, evidence: Mapping[str, Goal]) -> Iterator[list[str]]:
    for weight, names in (("decisive", one.decisive), ("further", one.further)):
        for name in names:
            goal = evidence[name]
            yield [cell(goal.said), weight, cell(goal.obtained), goal.verdict.shown]


def _predicted(reports: Reports) -> Iterator[str]:
    """Goals over studies that were not fitted, left out, and fitted."""
    yield "### Studies that nothing was fitted to"
    if reports.external is None:
        yield NOT_AVAILABLE
    else:
        yield UNFITTED
        yield reports.external["interval"]
        yield independence(unfitted(reports))
        yield goals_of(unfitted(reports))
    yield "### Calibration studies, each left out"
    if reports.left_out is None:
        yield NOT_AVAILABLE
    else:
        yield f"{LEFT_OUT}\n{_priors(reports)}"
        yield goals_of(foretold(reports.left_out))
    yield "### Fit of the calibration"
    if reports.calibration is None:
        yield f"{NOT_AVAILABLE} All numbers here are of parameters as recorded."
    else:
        yield goals_table(fit_goals(reports.calibration))
    if reports.external is not None:
        yield "### Calibration studies, not left out"
        yield FITTED
        yield goals_of(with_role(reports, ProtocolRole.CALIBRATION))


def _priors(reports: Reports) -> str:
    """How many priors have seen the studies that are left out."""
    rows = reports.calibration["parameters"] if reports.calibration else []
    records = [library().parameters[row["id"]] for row in rows]
    reasons = (" ".join(f"{record.reason}".split()) for record in records)
    seen = sum(EARLIER_FIT in reason for reason in reasons)
    return (
        f"**Priors have seen these studies:** {seen} of {len(records)} have their "
        "middle where an earlier fit to averages of them had it, and keep it here. "
        "What stands below is therefore kinder than new studies will be.\n"
    )


def _counts(found: tuple[Validation, ...] | None) -> str:
    """Numbers, met and missed, by kind of evidence."""
    if found is None:
        return NOT_AVAILABLE
    known = dict.fromkeys([*GROUPS, *(group_of(one) for one in found)])
    rows = []
    for group in known:
        own = [one for one in found if group_of(one) == group]
        numbers, met = sum(len(one.checks) for one in own), sum(one.met for one in own)
        others = [one for one in own if one.tests]
        without = f"{len(others)}" if others else ""
        failed = sum(one.failed for one in others)
        rows.append(
            [
                group.kind,
                cell(group.said),
                str(numbers),
                str(met),
                str(numbers - met),
                without + (f", **{failed} failed**" if failed else ""),
            ]
            if own
            else [group.kind, cell(group.said), "not available", "", "", ""]
        )
    header = ("", "against", "numbers", "met", "missed", "further validations")
    return table(header, rows)


def _laboratory(reports: Reports) -> Iterator[str]:
    """What the laboratory's numbers are, and how many experiments are met whole."""
    checks = [
        check
        for one in reports.validations or ()
        if one.group == "laboratory"
        for check in one.checks
    ]
    if checks:
        yield by_part(checks)
    if reports.laboratory is None:
        yield f"Laboratory: {NOT_AVAILABLE}"
        return
    words = [one["verdict"] for one in reports.laboratory.values()]
    met = words.count("met")
    yield (
        f"Of {len(words)} published experiments in the "
        f"[laboratory](../laboratory/index.md), {met} are met in all of their numbers "
        f"and {words.count('missed')} are missed in at least one."
    )


def _provenance(reports: Reports) -> Iterator[str]:
    """Which reports this one is made from, and what they were made with."""
    rows = [
        [
            f"`{name}`",
            MADE_BY.get(name, ""),
            f"`{reports.digests[name][:16]}`" if name in reports.digests else "missing",
            cell(_made_with(reports, name)),
        ]
        for name in [*MADE_BY, *sorted(reports.digests.keys() - MADE_BY.keys())]
    ]
    yield table(("report", "from", "SHA-256, begin", "made with"), rows)


def _made_with(reports: Reports, name: str) -> str:
    if name == EXTERNAL and reports.external:
        request, made = reports.external["request"], reports.external["provenance"]
        changed = made["evidence"] != library().digest
        return (
            f"kapsim {request['kapsim']}, seed {request['seed']}, "
            f"{request['persons']} persons, {request['replicates']} replicates, "
            f"{request['draws'] or 'no'} draws of parameters; "
            f"records {made['evidence'][:16]}"
            + (", which have changed since" if changed else "")
        )
    if name == CALIBRATION and reports.calibration:
        made = reports.calibration
        return (
            f"version {made['version']}, seed {made['seed']}, "
            f"{made['persons']} persons, {made['evaluations']} evaluations: "
            f"{made['command']}"
        )
    if name == VALIDATIONS and reports.validations:
        made = f"posterior {reports.validated_with}"
        return f"{len(reports.validations)} validations, {made}"
    if name == LABORATORY and reports.laboratory:
        return f"{len(reports.laboratory)} experiments"
    return ""

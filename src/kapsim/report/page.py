"""The page: all that the HTML report of a run shows, put into the template."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from kapsim.drug import OCCUPANCY_NOTE
from kapsim.engine.atomic import write_bytes
from kapsim.evidence import library
from kapsim.report import basis, tables
from kapsim.report.arms import ArmLook, looks
from kapsim.report.assets import asset, figure_style, page_style, render_page
from kapsim.report.axes import HOURS_A_DAY, HOURS_A_WEEK
from kapsim.report.burden import burden_table
from kapsim.report.contrasts import contrasts_shown
from kapsim.report.explanations import under_each
from kapsim.report.interaction import interaction_shown
from kapsim.report.leading import leading_assumptions
from kapsim.report.mechanisms import mechanism_figures
from kapsim.report.plan import Plan, read_plan
from kapsim.report.results import endpoints
from kapsim.report.run_directory import RunDirectory, read_run_directory
from kapsim.report.shares import share_figure
from kapsim.report.svg import tag
from kapsim.report.timeline import timeline_figure
from kapsim.report.trajectories import main_figure, shows_occupancy
from kapsim.trial.protocol import Measure

NAME = "report.html"


def _duration(hours: float) -> str:
    weeks, days = hours / HOURS_A_WEEK, hours / HOURS_A_DAY
    if weeks >= 4 and abs(weeks - round(weeks)) < 0.1:
        return f"{round(weeks)} weeks"
    if weeks >= 8:
        return f"{weeks:.1f} weeks"
    return f"{days:.3g} days" if days != 1 else "1 day"


def _many(per_arm: Mapping[str, int]) -> str:
    """Number of patients of an arm in words, such as ``11 to 33``."""
    least, most = min(per_arm.values()), max(per_arm.values())
    return f"{most:,}" if least == most else f"{least:,} to {most:,}"


def statement(run: RunDirectory) -> str:
    """What was simulated, in one plain sentence."""
    protocol = run.protocol
    people = protocol.population
    many = _many(run.request["patients_per_arm"])
    arms = "one arm" if len(run.arms) == 1 else f"each of {len(run.arms)} arms"
    entry = people.baseline
    return (
        f"{many} virtual patients with {people.diagnosis} in {arms}, entering at "
        f"{entry.scale.value} {entry.mean:g} on average (SD {entry.sd:g}), were "
        f"followed for {_duration(protocol.horizon_h)}."
    )


def _figures(run: RunDirectory, plan: Plan, arms: list[ArmLook]) -> dict[str, Any]:
    ends = endpoints(run)
    times = run.trajectories["time_h"]
    span = float(times.min()), max(float(times.max()), HOURS_A_DAY)
    return {
        "main": main_figure(run, plan, ends[0].measure),
        "shares": [
            share_figure(run, arms, end, kind)
            for end in ends
            for kind in ("response", "remission")
        ],
        "timeline": timeline_figure(plan),
        "mechanisms": list(mechanism_figures(run, arms, span)),
    }


def _evidence(run: RunDirectory) -> dict[str, Any]:
    warned = [key for caution in run.warnings for key in caution.sources]
    warned += run.drug.sources if run.drug else ()
    return basis.rests_on(run.protocol, run.provenance, warned)


def _drug(run: RunDirectory) -> dict[str, Any] | None:
    """What each arm was given; None where nothing acts or it was not recorded."""
    if run.drug is None or not run.drug.arms:
        return None
    return {
        "given": run.drug,
        "exposure": list(tables.exposure_rows(run.drug)),
        "kinetics": tables.kinetics_rows(run.drug),
    }


def _context(run: RunDirectory) -> dict[str, Any]:
    ends, arms = endpoints(run), looks(run.arms)
    codes, outcomes = tables.outcome_rows(run)
    return {
        "run": run,
        "protocol": run.protocol,
        "statement": statement(run),
        "patients": _many(run.request["patients_per_arm"]),
        "measure": ends[0].measure,
        "keys": [
            (end, run.protocol.rule(Measure(end.measure)), tables.key_results(run, end))
            for end in ends
        ],
        "swatches": {look.name: look.icon() for look in arms},
        "legend": arms,
        "figures": _figures(run, read_plan(run.protocol), arms),
        "drug": _drug(run),
        "burden": burden_table(run, basis.used_records(library(), run.provenance)),
        "contrasts": contrasts_shown(run),
        "interaction": interaction_shown(run),
        "occupancy_note": OCCUPANCY_NOTE if shows_occupancy(run) else "",
        "results": [
            (measure, list(tables.result_rows(run, measure)))
            for measure in tables.measures(run)
        ],
        "comparison": list(tables.comparison_rows(run)),
        "codes": codes,
        "outcomes": outcomes,
        "evidence": _evidence(run),
        "provenance": json.dumps(run.provenance, indent=2, ensure_ascii=False),
        "explained": under_each(run.protocol.name),
        "leading": leading_assumptions(run.protocol.name),
        "style": page_style(),
        "script": Markup(asset("hover.js")),
    }


def render(run: RunDirectory) -> str:
    """The report of a run as one HTML document."""
    return render_page("template.html", _context(run))


def write_report(run_directory: Path) -> Path:
    """Write report.html into a run directory, in one step, from what lies in it.

    Parameters
    ----------
    run_directory
        Directory with request.json, provenance.json, summary.csv and
        trajectories.parquet.

    Returns
    -------
    Path
        The report: one file that needs no other and no network.

    Raises
    ------
    RunDirectoryError
        If a file is missing or malformed.
    StoreError
        If the report cannot be written.
    """
    target = run_directory / NAME
    write_bytes(target, render(read_run_directory(run_directory)).encode())
    return target


def figure_svg(run_directory: Path) -> str:
    """Main figure of a run as a stand-alone SVG document on white.

    Raises
    ------
    RunDirectoryError
        If a file of the run directory is missing or malformed.
    """
    run = read_run_directory(run_directory)
    measure = endpoints(run)[0].measure
    style = tag("style", figure_style())
    plan = read_plan(run.protocol)
    return str(main_figure(run, plan, measure, style=style))

"""One page on the protocols that ship with kapsim, with their files."""

import importlib.resources
import pathlib
from collections import Counter

from kapsim.report.credibility.markdown import cell, page, table
from kapsim.trial.loading import bundled_names, load_protocol
from kapsim.trial.protocol import Protocol

INTRODUCTION = """\
`kapsim run NAME` runs one of these; `kapsim protocols` lists them. Copy one to start a
protocol of your own. Figures under `published` are what was found in people: they are
drawn beside the simulation and are not inputs to it.
"""


def arms(protocol: Protocol) -> str:
    """Arms with what they are given."""
    rows = []
    for arm in protocol.arms:
        given = [
            f"{t.amount or ''} {t.drug.value} {t.route.value}" for t in arm.treatments
        ]
        kinds = Counter(meeting.session.kind for meeting in arm.meetings)
        held = [f"{number} × {kind}" for kind, number in kinds.items()]
        rows.append(
            [
                cell(arm.name),
                cell("; ".join(sorted(set(given))) or "nothing"),
                str(len(arm.dose_times_h)),
                cell("; ".join(sorted(held)) or "none"),
            ]
        )
    return table(["arm", "given", "doses", "sessions"], rows)


def section(name: str) -> str:
    """One bundled protocol."""
    protocol = load_protocol(name)
    folder = importlib.resources.files("kapsim.trial") / "protocols"
    text = (folder / f"{name}.yaml").read_text(encoding="utf-8")
    listing = "\n".join(
        f"    {line}".rstrip() for line in f"```yaml\n{text}```".split("\n")
    )
    return (
        f"## {name}\n\n**{cell(protocol.title)}.** {cell(protocol.summary)}\n\n"
        f"{arms(protocol)}\n\n"
        f"Visits: {', '.join(visit.name for visit in protocol.visits)}. "
        f"Published figures: {len(protocol.published)}.\n\n"
        f'??? note "The file"\n{listing}\n'
    )


def pages(root: pathlib.Path) -> dict[str, str]:
    """All bundled protocols."""
    del root
    sections = [section(name) for name in bundled_names()]
    return {"reference/bundled.md": page("Bundled protocols", INTRODUCTION, *sections)}

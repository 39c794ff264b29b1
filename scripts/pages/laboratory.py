"""The experiments of the laboratory: what was published, what the model gives."""

import json
import pathlib
from collections.abc import Iterator
from typing import Any

from kapsim.lab.experiment import Figure, Outcome
from kapsim.lab.published import Basis, Published, names, published
from kapsim.lab.verdict import Verdict, Word, judge, line, overall
from kapsim.report.credibility.markdown import cell, page, table
from kapsim.report.lab import words
from kapsim.report.lab.words import TOPICS
from scripts.pages.records import citations

RECORDED = "docs/laboratory/verdicts.json"

INTRODUCTION = """\
Published experiments, run on the mechanisms that the virtual patients are made of. Each
published result has limits that were written down before the experiment was run.

- **met**: the number obtained lies within its limits.
- **missed**: it does not. The limits are not widened; the reason is given where it is
  known.
- **not comparable**: publication and model do not measure the same.

A result that is met says that the mechanism does what was published of it, and not that
the mechanism is at work in a patient. `make lab` runs all experiments and writes the
numbers of these pages; [how to run one](../how-to/laboratory.md) says more.
"""


def pages(root: pathlib.Path) -> dict[str, str]:
    """The table of all verdicts, and a page per topic."""
    path = root / RECORDED
    recorded = json.loads(path.read_text("utf-8")) if path.exists() else {}
    grouped: dict[str, list[Published]] = {topic: [] for topic in TOPICS}
    for name in names():
        grouped[published(name).topic].append(published(name))
    made = {"laboratory/index.md": overview(grouped, recorded)}
    for topic, found in grouped.items():
        sections = [section(one, recorded.get(one.name)) for one in found]
        body = sections or ["There is no experiment yet."]
        made[f"laboratory/{topic}.md"] = page(TOPICS[topic], *body)
    return made


def verdicts(known: Published, record: dict[str, Any] | None) -> tuple[Verdict, ...]:
    """Verdicts on the recorded numbers; none before the first run."""
    comparable = {one.id for one in known.results if not one.not_comparable}
    if record is None or comparable - set(record["numbers"]):
        return ()
    return judge(known, Outcome(record["numbers"], Figure("", ())))


def overview(grouped: dict[str, list[Published]], recorded: dict[str, Any]) -> str:
    """The counts by topic, and a table of the experiments of each."""
    counts = []
    parts = []
    for topic, found in grouped.items():
        judged = {one.name: verdicts(one, recorded.get(one.name)) for one in found}
        every = [verdict.word for each in judged.values() for verdict in each]
        name = f"[{TOPICS[topic]}]({topic}.md)"
        counts.append([name, len(found), *(every.count(word) for word in Word)])
        rows = [row(topic, one, judged[one.name]) for one in found]
        if rows:
            head = ["experiment", "verdict", "missed"]
            parts.append(f"## {TOPICS[topic]}\n\n{table(head, rows)}")
    total = ["All", *(sum(line[k] for line in counts) for k in range(1, 5))]
    rows = [[str(value) for value in line] for line in (*counts, total)]
    head = ["topic", "experiments", *(word.value for word in Word)]
    bases = [[basis.value, basis.meaning] for basis in Basis]
    reading = table(["limits rest on", "that is"], bases)
    return page("Laboratory", INTRODUCTION, table(head, rows), *parts, reading)


def row(topic: str, known: Published, judged: tuple[Verdict, ...]) -> list[str]:
    """Line of one experiment."""
    name = f"[{cell(known.title)}]({topic}.md#{known.name})"
    if not judged:
        return [name, "not run yet", ""]
    compared = [one for one in judged if one.word is not Word.NOT_COMPARABLE]
    missed = [one.result.meaning for one in compared if one.word is Word.MISSED]
    met = len(compared) - len(missed)
    said = f"**{overall(judged).value}**"
    if compared:
        said += f", {met}&nbsp;of&nbsp;{len(compared)}"
    return [name, said, cell("; ".join(missed))]


def section(known: Published, record: dict[str, Any] | None) -> str:
    """One experiment."""
    judged = verdicts(known, record)
    parts = [f"## {known.title} {{ #{known.name} }}", f"**{known.question}**"]
    if record is None or not judged:
        parts.append("Not run yet: `make lab`.")
    else:
        alt = cell(record["caption"]).replace("]", ")").replace("[", "(")
        style = '{ loading=lazy style="width: min(100%, 34rem)" }'
        parts += [
            f"![{alt}](figures/{known.name}.svg){style}",
            record["caption"],
            f"{line(judged).partition(';')[0].capitalize()}.",
            results(judged),
            *remarks(judged),
        ]
    subjects = record["patients"] if record else 1
    many = f" {subjects:,} subjects in each group." if subjects > 1 else ""
    takes = f" A drug can be added; time 0 is {known.reference_event}."
    parts += [
        f"**The published experiment.** {known.design}",
        f"**What runs here.** {known.model}{many}{takes if known.takes_drug else ''}",
        f"Sources: {citations(known.sources, '../')}.",
        f"    kapsim lab run {known.name}",
    ]
    return "\n\n".join(parts)


def results(judged: tuple[Verdict, ...]) -> str:
    """Table of the published results; each with its source, where there are several."""
    several = len({one.result.source for one in judged}) > 1
    rows = [
        [
            cell(words.meaning(one.result)) + cited(one.result.source) * several,
            words.published_value(one.result),
            words.limits(one.result),
            words.obtained(one),
            f"**{one.word.value}**" if one.word is Word.MISSED else one.word.value,
            one.result.basis.value,
        ]
        for one in judged
    ]
    head = ["result", "published", "limits", "obtained", "verdict", "limits rest on"]
    return table(head, rows)


def cited(key: str) -> str:
    """A source in brackets, with its link."""
    return f" ({citations([key], '../')})"


def remarks(judged: tuple[Verdict, ...]) -> Iterator[str]:
    """Why results are missed or not comparable, and notes."""
    said = [
        f"- **{kind}:** {'; '.join(about)}. {why}"
        for (kind, why), about in words.remarks(judged).items()
    ]
    if said:
        yield "\n".join(said)

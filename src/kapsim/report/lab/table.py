"""The table of verdicts that `kapsim lab run` prints."""

from rich import box
from rich.table import Table
from rich.text import Text

from kapsim.lab.files import Finding
from kapsim.lab.verdict import Word, line
from kapsim.report.lab import words

_STYLES = {Word.MET: "green", Word.MISSED: "bold red", Word.NOT_COMPARABLE: "dim"}


def verdict_table(finding: Finding) -> Table:
    """Each published result: meaning, published, limits, obtained, verdict."""
    known = finding.published
    table = Table(
        title=Text(f"{known.name}: {known.title}", style="bold"),
        title_justify="left",
        caption=Text(line(finding.verdicts), style=""),
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    table.add_column("result", overflow="fold", min_width=20)
    for name in ("published", "limits", "obtained"):
        table.add_column(name, justify="right")
    table.add_column("verdict", no_wrap=True)
    for verdict in finding.verdicts:
        table.add_row(
            Text(words.meaning(verdict.result)),
            Text(words.published_value(verdict.result)),
            Text(words.limits(verdict.result)),
            Text(words.obtained(verdict)),
            Text(verdict.word.value, style=_STYLES[verdict.word]),
        )
    return table

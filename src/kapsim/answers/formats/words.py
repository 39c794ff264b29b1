"""How headings, levels, grades and numbers of an answer are written."""

import re
from collections.abc import Iterable

from kapsim.answers.answer import Aspect, Level, Sentence, Shown, ShownNumber
from kapsim.evidence import Claim, Reading, Strength

BANNER = (
    "Research software. Not medical advice, not a dosing adviser. Every sentence "
    "rests on the sources that it cites; what the model shows is simulated."
)
REPHRASED = "The account was put in other words by the language model"
"""Beginning of the notice under which an account need not have the claims' words."""

COVERAGE = "What the library holds of this"
ACCOUNT = "Account"
NEAREST = "Nearest that the library does cover"
CONTESTED = "Contested"
QUOTATIONS = "In your own documents"
SHOWN = "What the model shows"
LINKED = "Concepts and portraits"
SOURCES = "Sources"
OWN_SOURCES = "Your own documents"
BIBTEX = "BibTeX"
DROPPED = "Not taken from the language model"

LEVELS = {
    Level.WELL: "The library covers this question well.",
    Level.PARTLY: "The library covers this question in part.",
    Level.NOT: "The library does not cover this question.",
}
"""What is said first of the whole question."""

ASPECT_HEAD = (
    "Part of the question",
    "Concept",
    "Covered",
    "Claims",
    "By strength",
    "Your passages",
)
NUMBER_HEAD = ("Number", "Model", "Published", "Limits", "Verdict")
NONE = "\N{EN DASH}"
FOR, AGAINST = "For: ", "Against: "

_WEAK = {
    Strength.C: "in animals",
    Strength.D: "theory",
    Strength.E: "assumption",
}
_NOT_LOOKED_UP = "not looked up"
REMARKS = (*_WEAK.values(), _NOT_LOOKED_UP)
"""All remarks that can follow the citations of a sentence."""

_STRENGTHS = ", ".join(f"{one.value} {one.meaning}" for one in Strength)
GRADES = (
    f"Claims by strength: {_STRENGTHS}. In the account, evidence that is weaker than "
    "a study in people is named beside the sources, and so is a source that nobody "
    "has looked up."
)
_NO_COMMAND = (
    "The entries of your own documents stand in this answer as Markdown, HTML or JSON."
)
_FIGURES = 3


def grades(graded: Sentence | Claim) -> tuple[str, ...]:
    """Remarks on the evidence of a sentence or a claim; none on studies in people."""
    weak = (_WEAK[graded.strength],) if graded.strength in _WEAK else ()
    unread = (_NOT_LOOKED_UP,) if graded.reading is Reading.UNVERIFIED else ()
    return weak + unread


def paragraphs(page: str) -> list[str]:
    """Paragraphs of a page, each in one line."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", page.strip())]


def tally(strengths: dict[Strength, int]) -> str:
    """Counts by strength: ``3 A, 5 B``."""
    counts = [f"{strengths[one]} {one.value}" for one in Strength if strengths.get(one)]
    return ", ".join(counts) or NONE


def aspect_cells(aspect: Aspect, concept: str | None) -> tuple[str, ...]:
    """A part of the question as a row of the table of coverage."""
    return (
        aspect.words,
        concept or NONE,
        aspect.level.value,
        f"{aspect.claims}",
        tally(aspect.strengths),
        f"{aspect.passages or NONE}",
    )


def number(value: float) -> str:
    """A number in short, whole ones of many digits too, with a true minus sign."""
    digits = max(_FIGURES, len(f"{abs(value):.0f}"))
    return f"{value + 0:.{digits}g}".replace("-", "\N{MINUS SIGN}")


def number_cells(one: ShownNumber) -> tuple[str, ...]:
    """A number of the model as a row of the table of what it shows."""
    unit = "" if one.unit in ("", "1") else f" [{one.unit}]"
    return (
        one.meaning + unit,
        number(one.value),
        NONE if one.published is None else number(one.published),
        _limits(one.limits),
        NONE if one.met is None else "met" if one.met else "missed",
    )


def _limits(limits: tuple[float | None, float | None] | None) -> str:
    low, high = limits or (None, None)
    if low is None:
        return NONE if high is None else f"at most {number(high)}"
    return (
        f"at least {number(low)}"
        if high is None
        else (f"{number(low)} to {number(high)}")
    )


def verdict_line(one: Shown) -> str:
    """Name and verdict of what is shown."""
    return f"{one.kind.capitalize()} {one.name}: {one.verdict}"


def entries_command(keys: Iterable[str]) -> str:
    """The command that prints the BibTeX entries of shipped sources, if any."""
    named = " ".join(keys)
    return f"kapsim evidence {named} --bibtex" if named else _NO_COMMAND


def command_line(one: Shown) -> str:
    """The command that repeats what is shown."""
    return f"Repeat: {one.command}"

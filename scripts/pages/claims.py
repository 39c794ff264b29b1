"""All claims on one page, by their place in the chain of causes."""

import pathlib
from collections.abc import Iterable, Iterator

from kapsim.answers.wording import filled
from kapsim.evidence import Claim, Step, Strength, knowledge, library
from kapsim.evidence.knowledge_schema import Cited
from kapsim.report.credibility.markdown import cell, page
from scripts.pages.markdown import anchor
from scripts.pages.model_links import experiment_links, mechanism_links
from scripts.pages.records import citations

GRADES = "; ".join(f"{one.value} {one.meaning}" for one in Strength)

INTRODUCTION = f"""\
What sources say, in our own words, from the molecule to therapy. Each claim names the
sources for it and those against it, with the place in the source. Strength: {GRADES}.
Reading: primary (read in the paper), secondary (read in an abstract or in somebody's
account), unverified (nobody has looked it up). `kapsim ask` answers
[questions](../how-to/ask.md) from these claims and from nothing else.
"""


def cited(one: Cited, up: str) -> str:
    """A source with the place in it, and what it says where that is told."""
    place = f"{citations([one.source], up)}, {cell(one.locator)}"
    return f"{cell(one.says).rstrip('.')} ({place})" if one.says else place


def grades(claim: Claim) -> str:
    """How strong the evidence is, and who has read it."""
    return f"{claim.strength.value}, {claim.reading.value}"


def item(claim: Claim, up: str) -> str:
    """A claim in a list: its text, its sources and its grades."""
    lines = [
        f"- {cell(filled(claim.text, library()))} "
        f"*[{grades(claim)}]({up}library/claims.md#{claim.id})*",
        f"    - For: {'; '.join(cited(one, up) for one in claim.supports)}.",
    ]
    lines += [f"    - Against: {cited(one, up)}." for one in claim.against]
    return "\n".join(lines)


def by_step(claims: Iterable[Claim]) -> Iterator[tuple[Step, list[Claim]]]:
    """Claims of each step, in the order of causes; steps without any are left out."""
    listed = list(claims)
    for step in Step:
        found = [claim for claim in listed if claim.step is step]
        if found:
            yield step, sorted(found, key=lambda claim: claim.id)


def entry(claim: Claim, up: str) -> str:
    """A claim with all that it is linked to."""
    pages = knowledge().concepts
    concepts = [
        f"[{cell(pages[name].name)}](concepts/{name}.md)" for name in claim.concepts
    ]
    lines = [
        f"{anchor(claim.id)}{cell(filled(claim.text, library()))}\n",
        f"- For: {'; '.join(cited(one, up) for one in claim.supports)}.",
        *(f"- Against: {cited(one, up)}." for one in claim.against),
        f"- Grades: {grades(claim)}. Concepts: {', '.join(concepts)}.",
    ]
    model = mechanism_links(claim.concerns, up)
    if model:
        lines.append(f"- In the model: {'; '.join(model)}.")
    shown = experiment_links(claim.experiments, up)
    if shown:
        lines.append(f"- Experiments: {'; '.join(shown)}.")
    return "\n".join(lines)


def pages(root: pathlib.Path) -> dict[str, str]:
    """Every claim."""
    del root
    parts: list[str] = []
    for step, claims in by_step(knowledge().claims.values()):
        parts.append(f"## {step.heading} {{ #{step.value} }}")
        parts += [entry(claim, "../") for claim in claims]
    return {"library/claims.md": page("Claims", INTRODUCTION, *parts)}

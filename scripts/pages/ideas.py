"""A page for each concept and each portrait of the library, and an index of both."""

import pathlib
import re
from collections.abc import Iterable, Sequence

from kapsim.evidence import Claim, Concept, Portrait, knowledge
from kapsim.evidence.knowledge_schema import CITED
from kapsim.report.credibility.markdown import cell, page, table
from scripts.pages.claims import by_step, item
from scripts.pages.model_links import experiment_links, mechanism_links
from scripts.pages.records import citations

UP = "../../"

CONCEPTS = """\
Short pages on the ideas behind the model. Each says what the idea is, what speaks
against it and what the model makes of it, and has the [claims](../claims.md) about it.
"""

PORTRAITS = """\
People whose ideas the model uses, what they found or proposed, and where it went into
the model.
"""


def paragraphs(text: str) -> str:
    """The text of a page, with its citations as links."""
    parts = [cell(part) for part in re.split(r"\n\s*\n", text.strip())]
    return CITED.sub(
        lambda found: f" ({citations(found[1].split('; '), UP)})", "\n\n".join(parts)
    )


def folder(one: Concept | Portrait) -> str:
    """Folder of its page, below library/."""
    return "portraits" if isinstance(one, Portrait) else "concepts"


def link(name: str) -> str:
    """Link from the page of a concept or a portrait to another."""
    one = knowledge().page(name)
    return f"[{cell(one.name)}](../{folder(one)}/{one.id}.md)"


def listed(title: str, links: Iterable[str]) -> str:
    """A heading and a list; nothing where there is nothing to list."""
    lines = "\n".join(f"- {one}" for one in links)
    return f"## {title}\n\n{lines}" if lines else ""


def claims_part(title: str, claims: Iterable[Claim]) -> str:
    """Claims under the headings of their steps; nothing where there is none."""
    parts = [
        f"### {step.heading}\n\n" + "\n".join(item(claim, UP) for claim in found)
        for step, found in by_step(claims)
    ]
    return "\n\n".join([f"## {title}", *parts]) if parts else ""


def concept_page(concept: Concept) -> str:
    """All that the library holds of a concept."""
    found = knowledge()
    people = [person.id for person in found.portraits_of(concept.id)]
    return idea(
        concept,
        claims_part("What sources say", found.claims_of(concept.id)),
        neighbours=[*concept.neighbours, *people],
    )


def portrait_page(portrait: Portrait) -> str:
    """All that the library holds of a person's ideas."""
    claims = [
        claim
        for claim in knowledge().claims.values()
        if {one.source for one in (*claim.supports, *claim.against)}
        & set(portrait.sources)
    ]
    title = "Claims that rest on the works named here"
    return idea(portrait, claims_part(title, claims), neighbours=portrait.neighbours)


def idea(one: Concept | Portrait, claims: str, *, neighbours: Sequence[str]) -> str:
    """The page of a concept or a portrait: text, claims, and where to go on."""
    lived = one.lived if isinstance(one, Portrait) else None
    return page(
        one.name[:1].upper() + one.name[1:],
        f"*{cell(lived)}*" if lived else "",
        paragraphs(one.page),
        claims,
        listed("In the model", mechanism_links(one.mechanisms, UP)),
        listed("Experiments", experiment_links(one.experiments, UP)),
        listed("Read next", [link(name) for name in dict.fromkeys(neighbours)]),
        f"Questions find this page under: {cell(', '.join([one.name, *one.names]))}.",
        f"[All {folder(one)}](index.md)",
    )


def concept_index() -> str:
    """Concepts by name."""
    found = knowledge()
    rows = []
    for one in sorted(found.concepts.values(), key=lambda one: one.name.casefold()):
        claims = found.claims_of(one.id)
        rows.append(
            [
                f"[{cell(one.name)}]({one.id}.md)",
                str(len(claims)),
                str(sum(claim.contested for claim in claims)),
            ]
        )
    head = ["concept", "claims", "of which contested"]
    return page("Concepts", CONCEPTS, table(head, rows))


def portrait_index() -> str:
    """People by family name, as their names end."""
    people = sorted(
        knowledge().portraits.values(), key=lambda one: one.name.split()[-1].casefold()
    )
    rows = [
        [
            f"[{cell(one.name)}]({one.id}.md)",
            ", ".join(link(name) for name in one.neighbours),
        ]
        for one in people
    ]
    return page("Portraits", PORTRAITS, table(["person", "read with"], rows))


def pages(root: pathlib.Path) -> dict[str, str]:
    """The pages of all concepts and portraits, with their indexes."""
    del root
    found = knowledge()
    made = {
        "library/concepts/index.md": concept_index(),
        "library/portraits/index.md": portrait_index(),
    }
    for name, concept in found.concepts.items():
        made[f"library/concepts/{name}.md"] = concept_page(concept)
    for name, portrait in found.portraits.items():
        made[f"library/portraits/{name}.md"] = portrait_page(portrait)
    return made

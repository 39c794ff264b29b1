"""The four formats of an answer."""

import json
from collections.abc import Iterable, Mapping

from kapsim.answers.answer import Answer
from kapsim.answers.formats.composition import Draw, outline
from kapsim.answers.formats.markdown import as_markdown as markdown_of
from kapsim.answers.formats.outline import Block
from kapsim.answers.formats.page import as_html as page_of
from kapsim.answers.formats.plain import as_text as text_of
from kapsim.evidence import Knowledge, knowledge
from kapsim.evidence.knowledge import Page


def as_text(answer: Answer, names: Mapping[str, str] | None = None) -> str:
    """The answer as plain text, for a terminal.

    Parameters
    ----------
    names
        Names of concepts and portraits by id; those of the shipped library if None.
    """
    return text_of(_blocks(answer, names, _no_drawing))


def as_markdown(answer: Answer, names: Mapping[str, str] | None = None) -> str:
    """The answer as Markdown; citations link to the list of sources.

    Parameters
    ----------
    names
        Names of concepts and portraits by id; those of the shipped library if None.
    """
    return markdown_of(_blocks(answer, names, _no_drawing))


def as_html(
    answer: Answer,
    names: Mapping[str, str] | None = None,
    draw: Draw | None = None,
) -> str:
    """The answer as one HTML page that needs no other file.

    Parameters
    ----------
    names
        Names of concepts and portraits by id; those of the shipped library if None.
    draw
        Gives the figure of an experiment or a run as SVG, None where it has none; the
        stored figures if None.
    """
    return page_of(_blocks(answer, names, draw or _stored), answer.library)


def as_json(answer: Answer) -> str:
    """The answer as JSON: all its parts, with the claim behind each sentence."""
    return (
        json.dumps(
            answer.model_dump(mode="json"),
            indent=2,
            ensure_ascii=False,
            allow_nan=False,
        )
        + "\n"
    )


def _blocks(answer: Answer, names: Mapping[str, str] | None, draw: Draw) -> list[Block]:
    return outline(answer, page_names(knowledge()) if names is None else names, draw)


def page_names(known: Knowledge) -> dict[str, str]:
    """Names of concepts and portraits by id."""
    pages: Iterable[Page] = (*known.concepts.values(), *known.portraits.values())
    return {page.id: page.name for page in pages}


def _no_drawing(name: str) -> None:
    """Text and Markdown hold no drawing."""


def _stored(name: str) -> str | None:
    from kapsim.answers.shown import figure

    return figure(name)

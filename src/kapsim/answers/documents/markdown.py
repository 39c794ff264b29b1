"""Markdown: CommonMark with tables, its front matter read as metadata."""

import re
from typing import Any

import yaml

from kapsim.answers.documents.block import Parts
from kapsim.answers.documents.decoding import decode
from kapsim.answers.documents.html import blocks_of, parsed
from kapsim.answers.documents.hyphenation import cleaned
from kapsim.answers.documents.identifiers import dois, year_of
from kapsim.answers.documents.names import divided, inverted
from kapsim.answers.documents.passage import Work

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


def read_markdown(data: bytes) -> Parts:
    """Markdown file taken apart.

    Raises
    ------
    DocumentError
        If it is not text.
    """
    from markdown_it import MarkdownIt

    text, warnings = decode(data)
    front = _FRONT.match(text)
    said = _front_matter(front[1]) if front else {}
    if front and said:
        text = text[front.end() :]
    reader = MarkdownIt("commonmark", {"breaks": True}).enable("table")
    blocks = blocks_of(parsed(reader.render(text)))
    title = cleaned(str(said.get("title") or ""))
    if not title:
        heading = next((block for block in blocks if block.level == 1), None)
        title = cleaned(" ".join(heading.lines)) if heading else ""
    return Parts(blocks, _work(said, title), warnings)


def _front_matter(text: str) -> dict[str, Any]:
    """Fields between the dashes; none if they are not YAML."""
    try:
        said = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    return {str(k).casefold(): v for k, v in said.items()} if _is_map(said) else {}


def _is_map(said: object) -> bool:
    return isinstance(said, dict)


def _work(said: dict[str, Any], title: str) -> Work:
    given = said.get("author") or said.get("authors") or []
    listed = given if isinstance(given, list) else divided(str(given))
    date = str(said.get("date") or said.get("year") or "")
    return Work(
        title=title,
        authors=tuple(inverted(_name(author)) for author in listed if author),
        year=year_of(date),
        doi=next(iter(dois(str(said.get("doi") or ""))), None),
        url=str(said["url"]) if said.get("url") else None,
    )


def _name(author: object) -> str:
    """A name given as text or, as Pandoc allows, as a map with a name."""
    return str(author.get("name", "")) if isinstance(author, dict) else str(author)

"""From a page, or from Markdown, to what a reader sees of it."""

import urllib.parse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kapsim.answers.formats.outline import mark, plain
from kapsim.answers.verify.seen import Seen

if TYPE_CHECKING:
    from bs4.element import PageElement, Tag

_UNSEEN = ("script", "style", "template", "nav", "footer", "head")
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "summary": 3}
_WITHIN = {
    "html",
    "body",
    "header",
    "main",
    "section",
    "div",
    "ul",
    "ol",
    "details",
    "figure",
    "table",
    "tbody",
}
_PARAGRAPHS = {"p": "paragraph", "figcaption": "paragraph", "li": "item"}
_WHOLE = {"tr", "blockquote", "pre", "svg"}
_APART = {"brand", "skip"}


def read_html(text: str) -> list[Seen]:
    """What a page shows, in order; text outside the parts of an answer is a stray."""
    import bs4

    page = bs4.BeautifulSoup(text, "lxml")
    for tag in [*page.find_all(_UNSEEN), *page.select("[hidden], p[style], li[style]")]:
        tag.decompose()
    return [piece for child in page.children for piece in _seen(child)]


def read_markdown(text: str) -> list[Seen]:
    """What Markdown shows once it is rendered, in order."""
    from markdown_it import MarkdownIt

    renderer = MarkdownIt("commonmark").enable("table")
    return read_html(renderer.render(text))


def _seen(node: "PageElement") -> Iterator[Seen]:
    import bs4.element

    if isinstance(node, bs4.element.PreformattedString):  # a comment, a doctype
        return
    if isinstance(node, bs4.element.NavigableString):
        if plain(str(node)):
            yield Seen("stray", plain(str(node)))
        return
    if isinstance(node, bs4.element.Tag):
        yield from _of_tag(node)


def _of_tag(tag: "Tag") -> Iterator[Seen]:
    if _APART & set(tag.get_attribute_list("class")):
        return
    name = tag.name
    if name in _HEADINGS:
        yield Seen("heading", _line(tag), _HEADINGS[name])
    elif name in _PARAGRAPHS:
        yield from _paragraph(tag)
    elif name in _WHOLE:
        yield _whole(tag)
    elif name in _WITHIN:
        for child in tag.children:
            yield from _seen(child)
    elif name != "thead" and _line(tag):
        yield Seen("stray", _line(tag))


def _whole(tag: "Tag") -> Seen:
    """A tag that is one piece: a row, a quotation, lines of code, a drawing."""
    if tag.name == "tr":
        return Seen("row", "", cells=tuple(map(_line, tag.find_all(["th", "td"]))))
    if tag.name == "blockquote":
        return Seen("quote", _line(tag), cells=tuple(map(_line, tag.find_all("p"))))
    if tag.name == "pre":
        return Seen("code", tag.get_text())
    return Seen("drawing", " ".join(tag.stripped_strings))


def _paragraph(tag: "Tag") -> Iterator[Seen]:
    """A paragraph; a download in it is read as the lines that it carries."""
    for link in tag.find_all("a", href=True):
        address = str(link["href"])
        if address.startswith("data:"):
            yield Seen("code", urllib.parse.unquote(address.partition(",")[2]))
            return
    kind = "item" if _PARAGRAPHS[tag.name] == "item" else "paragraph"
    yield Seen(kind, _line(tag))


def _line(tag: "Tag") -> str:
    """Text of a tag in one line; links within the page are marks of citations."""
    import bs4.element

    pieces: list[str] = []
    for node in tag.children:
        if isinstance(node, bs4.element.PreformattedString):
            continue
        if isinstance(node, bs4.element.NavigableString):
            pieces.append(_spaces(str(node)))
        elif isinstance(node, bs4.element.Tag):
            pieces.append(_inner(node))
    return " ".join("".join(pieces).split())


def _inner(tag: "Tag") -> str:
    address = str(tag.get("href") or "")
    if tag.name == "a" and address.startswith("#"):
        return mark(plain(tag.get_text()), urllib.parse.unquote(address[1:]))
    if tag.name == "br":
        return " "
    return f" {_line(tag)} " if tag.name in ("p", "div", "li") else _line_within(tag)


def _line_within(tag: "Tag") -> str:
    """Text of a tag within a line, with the spaces at its ends."""
    whole = _spaces(tag.get_text())
    before = " " if whole[:1].isspace() else ""
    after = " " if whole[-1:].isspace() else ""
    return before + _line(tag) + after


def _spaces(text: str) -> str:
    """Text with every stretch of space as one."""
    kept = plain(f"|{text}|")
    return kept[1:-1]

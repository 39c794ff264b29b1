"""HTML: the text that a reader would see, without the page around it.

Nothing is executed and nothing is fetched: scripts, styles, forms and whatever is
embedded are left out unread, and no address in the file is opened.
"""

import dataclasses
import re
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kapsim.answers.documents.block import Block, Parts
from kapsim.answers.documents.decoding import decode
from kapsim.answers.documents.html_metadata import work_of_page

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_UNREAD = frozenset(
    "script style noscript template iframe object embed applet canvas svg audio video "
    "button select option textarea input nav head footer dialog menu annotation "
    "map area frame frameset link meta base source track param".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt "
    "fieldset figcaption figure form header hr html li main ol p pre section summary "
    "table tbody td tfoot th thead tr ul h1 h2 h3 h4 h5 h6".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ROLES = frozenset(
    "navigation banner contentinfo search complementary dialog menu menubar toolbar "
    "alert doc-pagebreak doc-toc".split()
)
_AROUND = re.compile(
    r"(?:^|[-_])(?:nav|navbar|menu|breadcrumbs?|cookies?|sidebar|share|newsletter|"
    r"advert|ads|skip|related|promo|banner|footer|pagination|toc)(?:$|[-_])",
    re.IGNORECASE,
)
_LISTS = re.compile(
    r"^(?:references?(?:-?list)?|ref-?list|bibliography|citation-list)$", re.IGNORECASE
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CALL = re.compile(r"^[\s\[\](),;–\-\d*†‡§¶a-c]{1,12}$")
_BREAK, _CELL = "\x1e", "\x1f"
_PARAGRAPHS = re.compile(f"{_BREAK}[ ]*(?:{_BREAK}[ ]*)+")
_SPACE = re.compile(r"[^\S\x1c-\x1f]+")
_LONGEST_ROW = 400
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def read_html(data: bytes) -> Parts:
    """Web page taken apart.

    Raises
    ------
    DocumentError
        If it is not text.
    """
    text, warned = decode(data, markup=True)
    soup = parsed(text)
    return Parts(blocks_of(soup), work_of_page(soup), warned)


def parsed(text: str) -> "BeautifulSoup":
    """HTML as a tree; whatever is wrong with it is put right as browsers do."""
    from bs4 import BeautifulSoup

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return BeautifulSoup(_DECLARATION.sub("", text), "lxml")


def blocks_of(soup: "BeautifulSoup", page: int | None = None) -> list[Block]:
    """Headings, paragraphs, list items and rows of tables, in order."""
    whole = soup.body or soup
    text = _Text(page)
    for step in _walk(_main(whole)):
        text.take(step)
    text.close()
    return text.blocks


def _main(whole: "Tag") -> "Tag":
    """The element that holds the text proper, if one does."""
    size = len(whole.get_text())
    for name in ("main", "article"):
        found = whole.find_all(name)
        if len(found) == 1 and len(found[0].get_text()) > 0.4 * size:
            return found[0]
    return whole


@dataclasses.dataclass
class _Step:
    """Entering a tag, leaving it, or a piece of text."""

    tag: "Tag | None" = None
    text: str = ""
    leaves: bool = False


def _walk(root: "Tag") -> Iterator[_Step]:
    """Steps through a tree, however deep, without what is not read."""
    from bs4 import Tag
    from bs4.element import PreformattedString

    stack: list[_Step | object] = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, _Step):
            yield item
        elif isinstance(item, Tag) and (item is root or not _left_out(item)):
            yield _Step(tag=item)
            stack.append(_Step(tag=item, leaves=True))
            stack.extend(reversed(item.contents))
        elif not isinstance(item, Tag | PreformattedString):
            yield _Step(text=str(item))


def _left_out(tag: "Tag") -> bool:
    name = tag.name
    if name in _UNREAD or tag.has_attr("hidden"):
        return True
    if tag.get("aria-hidden") == "true" or _HIDDEN.search(str(tag.get("style", ""))):
        return True
    kinds = _words(tag, "role") + _words(tag, "epub:type")
    if _ROLES.intersection(kinds) or "pagebreak" in kinds:
        return True
    if name == "sup":
        return tag.find("a", href=re.compile("^#")) is not None and bool(
            _CALL.match(tag.get_text())
        )
    if name == "header":
        return tag.find(["h1", "h2", "h3"]) is None
    around = name in ("div", "aside", "section", "ul", "ol")
    marked = [*_words(tag, "class"), *_words(tag, "id")]
    return around and any(map(_AROUND.search, marked)) and not _substantial(tag)


def _substantial(tag: "Tag") -> bool:
    """Whether an element named like a menu holds paragraphs all the same."""
    return any(len(found.get_text()) > 300 for found in tag.find_all("p"))


def _words(tag: "Tag", attribute: str) -> list[str]:
    value = tag.get(attribute) or []
    return value.split() if isinstance(value, str) else list(value)


def _is_row(tag: "Tag") -> bool:
    """Whether a row belongs to a table of data, and not to the layout of a page."""
    return tag.find(["table", "p", "h1", "h2", "h3"]) is None or (
        len(tag.get_text()) < _LONGEST_ROW
    )


def _holds_references(tag: "Tag") -> bool:
    marked = [*_words(tag, "class"), *_words(tag, "id")]
    kinds = [*_words(tag, "role"), *_words(tag, "epub:type")]
    return any(map(_LISTS.match, marked)) or "doc-bibliography" in kinds


class _Text:
    """Text collected into blocks while a tree is walked."""

    def __init__(self, page: int | None) -> None:
        self.blocks: list[Block] = []
        self._page = page
        self._pieces: list[str] = []
        self._level = 0
        self._inside = {"references": 0, "row": 0, "pre": 0}

    def take(self, step: _Step) -> None:
        """Take one step of the walk."""
        if step.tag is None:
            text = step.text
            text = text.replace("\n", _BREAK) if self._inside["pre"] else text
            self._pieces.append(_SPACE.sub(" ", text))
        elif step.tag.name == "br":
            self._pieces.append("" if step.leaves else _BREAK)
        elif step.tag.name in _BLOCKS:
            self._cross(step.tag, -1 if step.leaves else 1)

    def _cross(self, tag: "Tag", change: int) -> None:
        """Cross the edge of a block, inwards or outwards."""
        name = tag.name
        if self._inside["row"] and name != "tr":
            self._pieces.append(_CELL if name in ("td", "th") else " ")
            return
        self.close()
        self._level = _HEADINGS.get(name, 0) if change > 0 else 0
        if name == "tr" and _is_row(tag):
            self._inside["row"] += change
        if name == "pre":
            self._inside["pre"] += change
        if _holds_references(tag):
            self._inside["references"] += change

    def close(self) -> None:
        """End the block that is being collected."""
        text = "".join(self._pieces)
        self._pieces = []
        if self._inside["row"]:
            cells = (" ".join(cell.split()) for cell in _cells(text))
            text = " | ".join(filter(None, cells))
        entry = self._inside["references"] > 0 and not self._level
        for paragraph in _PARAGRAPHS.split(text):
            lines = tuple(filter(str.strip, paragraph.split(_BREAK)))
            if lines:
                self.blocks.append(Block(lines, self._page, self._level, entry))


def _cells(text: str) -> list[str]:
    return text.replace(_BREAK, " ").split(_CELL)

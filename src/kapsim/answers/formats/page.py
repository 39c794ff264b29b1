"""An answer as one HTML page that needs no other file."""

import importlib.resources
import re
import urllib.parse
from collections.abc import Callable

from markupsafe import Markup, escape

from kapsim import __version__
from kapsim.answers.formats.outline import (
    Block,
    Code,
    Entries,
    Entry,
    Figure,
    Folded,
    Heading,
    Items,
    Paragraph,
    Quote,
    Table,
    shown,
)

_STYLES = ("report/figure.css", "report/style.css", "answers/formats/answer.css")
_OWN_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_DOI = re.compile(r"\bdoi:(10\.\d{4,9}/\S+)")
_TOP = 2  # level of the headings that begin a section


def as_html(blocks: list[Block], library: str) -> str:
    """Blocks as a page in the style of the reports.

    Parameters
    ----------
    library
        Which records the answer was composed from.
    """
    import jinja2

    title = next(block.text for block in blocks if isinstance(block, Heading))
    opening = [block for block in _before_sections(blocks) if block != blocks[0]]
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_file),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("answers/formats/answer.html").render(
        headline=title,
        generator=f"kapsim {__version__}",
        library=library,
        style=Markup("".join(_file(name) for name in _STYLES)),
        opening=[written(block) for block in opening],
        sections=_sections(blocks),
        bibtex=_download(blocks),
    )


def _file(path: str) -> str:
    """Text of a file of the package; `kapsim.report` is not imported for it."""
    return (importlib.resources.files("kapsim") / path).read_text("utf-8")


def _before_sections(blocks: list[Block]) -> list[Block]:
    first = next(place for place, block in enumerate(blocks) if _begins(block))
    return blocks[:first]


def _begins(block: Block) -> bool:
    return isinstance(block, Heading) and block.level == _TOP


def _sections(blocks: list[Block]) -> list[dict[str, object]]:
    """Sections with anchor, heading and written blocks."""
    found: list[dict[str, object]] = []
    bodies: list[list[Markup]] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level == _TOP:
            bodies.append([])
            found.append(
                {"anchor": block.anchor, "heading": block.text, "body": bodies[-1]}
            )
        elif bodies:
            bodies[-1].append(written(block))
    return found


def _download(blocks: list[Block]) -> str | None:
    """Address that carries the BibTeX entries."""
    for block in blocks:
        if isinstance(block, Code):
            return "data:application/x-bibtex;charset=utf-8," + urllib.parse.quote(
                block.text
            )
    return None


def written(block: Block) -> Markup:
    """A block as HTML."""
    return _WRITERS[type(block)](block)


def _line(text: str) -> Markup:
    """Text of a block, its citations as links to the list of sources."""
    return Markup(shown(text, escape, _cite))


def _cite(label: str, key: str) -> Markup:
    return Markup('<a class="source" href="#{}">{}</a>').format(key, label)


def _heading(block: Heading) -> Markup:
    form = Markup('<h{0} id="{1}">{2}</h{0}>')
    return form.format(block.level, block.anchor, block.text)


def _paragraph(block: Paragraph) -> Markup:
    if block.kind == "command":
        name, _, command = block.text.partition(": ")
        form = Markup('<p class="note">{}: <code>{}</code></p>')
        return form.format(name, command)
    if not block.kind:
        return Markup("<p>{}</p>").format(_line(block.text))
    look = "banner notice" if block.kind == "notice" else block.kind
    return Markup('<p class="{}">{}</p>').format(look, _line(block.text))


def _items(block: Items) -> Markup:
    rows = Markup("\n").join(
        Markup("<li>{}</li>").format(_line(item)) for item in block.items
    )
    return Markup("<ul>\n{}\n</ul>").format(rows)


def _table(block: Table) -> Markup:
    wordy = _wordy(block)

    def cell(tag: str, place: int, text: str) -> Markup:
        look = Markup(' class="word"') if place in wordy else ""
        scope = Markup(' scope="col"') if tag == "th" else ""
        return Markup("<{0}{1}{2}>{3}</{0}>").format(tag, scope, look, text)

    head = Markup("").join(cell("th", i, text) for i, text in enumerate(block.head))
    rows = Markup("\n").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            row[0],
            Markup("").join(cell("td", i, text) for i, text in enumerate(row) if i),
        )
        for row in block.rows
    )
    form = Markup(
        '<div class="wide" tabindex="0" role="region" aria-label="{}">\n<table>\n'
        "<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody>\n</table>\n</div>"
    )
    return form.format(block.title, head, rows)


def _wordy(block: Table) -> set[int]:
    """Columns of words, which are set to the left."""
    columns = range(1, len(block.head))
    return {i for i in columns if any(row[i][:1].isalpha() for row in block.rows)}


def _quote(block: Quote) -> Markup:
    form = Markup('<blockquote><p>“{}”</p>\n<p class="note">{}</p></blockquote>')
    return form.format(block.text, _line(block.attribution))


def _figure(block: Figure) -> Markup:
    svg = Markup(_OWN_STYLE.sub("", block.svg or ""))
    form = Markup("<figure>{}<figcaption>{}</figcaption></figure>")
    return form.format(svg, _line(block.caption))


def _folded(block: Folded) -> Markup:
    form = Markup("<details><summary>{}</summary>\n{}\n</details>")
    pages = (Markup("<p>{}</p>").format(_line(text)) for text in block.paragraphs)
    return form.format(block.name, Markup("\n").join(pages))


def _entries(block: Entries) -> Markup:
    rows = Markup("\n").join(_entry(one) for one in block.entries)
    return Markup('<ul class="sources entries">\n{}\n</ul>').format(rows)


def _entry(one: Entry) -> Markup:
    form = Markup('<li id="{0}"><strong>{1}</strong> <code>[{0}]</code> {2}</li>')
    return form.format(one.key, one.label, _linked(one.reference))


def _linked(reference: str) -> Markup:
    """A reference with its DOI as a link."""
    found = _DOI.search(reference)
    if found is None:
        return escape(reference)
    address = "https://doi.org/" + urllib.parse.quote(found[1], safe="/().;:-_")
    form = Markup('{}<a href="{}" rel="noopener noreferrer">{}</a>{}')
    before, after = reference[: found.start()], reference[found.end() :]
    return form.format(before, address, found[0], after)


def _code(block: Code) -> Markup:
    form = Markup("<details><summary>All entries</summary>\n<pre>{}</pre>\n</details>")
    return form.format(block.text)


_WRITERS: dict[type, Callable[..., Markup]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Items: _items,
    Table: _table,
    Quote: _quote,
    Figure: _figure,
    Folded: _folded,
    Entries: _entries,
    Code: _code,
}

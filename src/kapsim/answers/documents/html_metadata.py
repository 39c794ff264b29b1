"""What a web page says of itself in its head."""

from typing import TYPE_CHECKING

from kapsim.answers.documents.hyphenation import cleaned
from kapsim.answers.documents.identifiers import dois, year_of
from kapsim.answers.documents.names import divided, inverted
from kapsim.answers.documents.passage import Work

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

_TITLE = ("citation_title", "dc.title", "dcterms.title", "og:title")
_AUTHOR = ("citation_author", "dc.creator", "dcterms.creator")
_DATE = (
    "citation_publication_date",
    "citation_date",
    "citation_online_date",
    "prism.publicationdate",
    "dc.date",
    "dcterms.date",
    "article:published_time",
)
_DOI = ("citation_doi", "prism.doi", "dc.identifier", "dcterms.identifier")
_CONTAINER = (
    "citation_journal_title",
    "citation_inbook_title",
    "prism.publicationname",
)


def work_of_page(soup: "BeautifulSoup") -> Work:
    """Title, authors and the rest from the meta elements of a page."""
    from bs4 import Tag

    said = _said(soup)

    def first(names: tuple[str, ...]) -> str:
        return next((said[name][0] for name in names if name in said), "")

    authors = next((said[name] for name in _AUTHOR if name in said), [])
    if not authors and "author" in said:
        authors = list(divided(said["author"][0]))
    pages = [*said.get("citation_firstpage", []), *said.get("citation_lastpage", [])]
    link = soup.find("link", rel="canonical", href=True)
    return Work(
        title=first(_TITLE) or _title(soup),
        authors=tuple(map(inverted, authors)),
        year=year_of(first(_DATE)),
        container=first(_CONTAINER) or None,
        volume=first(("citation_volume",)) or None,
        pages="-".join(dict.fromkeys(pages)) or None,
        doi=next(iter(dois(first(_DOI))), None),
        url=str(link["href"]) if isinstance(link, Tag) else None,
    )


def _said(soup: "BeautifulSoup") -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for meta in soup.find_all("meta"):
        name = str(meta.get("name") or meta.get("property") or "").casefold()
        content = cleaned(str(meta.get("content") or ""))
        if name and content:
            said.setdefault(name, []).append(content)
    return said


def _title(soup: "BeautifulSoup") -> str:
    for tag in (soup.title, soup.h1):
        if tag and (text := cleaned(tag.get_text(" "))):
            return text
    return ""

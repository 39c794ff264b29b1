"""Sources as BibTeX and as a line of a list of references."""

import re
import unicodedata
from collections.abc import Iterable

from kapsim.evidence.schema import Source

OTHERS = "et al."
_NAME = re.compile(r"(?P<family>[^,]+), (?P<given>.+)")
_ESCAPES = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    "ß": r"{\ss}",
    "ø": r"{\o}",
    "Ø": r"{\O}",
    "ł": r"{\l}",
    "Ł": r"{\L}",
    "æ": r"{\ae}",
    "Æ": r"{\AE}",
    "ı": r"{\i}",
    "–": "--",
    "—": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
}
_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0327": "c",
    "\u0328": "k",
}


def _tex(text: str) -> str:
    """Text that BibTeX typesets as it is written here."""
    out: list[str] = []
    for character in text:
        base, *marks = unicodedata.normalize("NFD", character)
        if character in _ESCAPES:
            out.append(_ESCAPES[character])
        elif len(marks) == 1 and marks[0] in _ACCENTS:
            out.append(f"{{\\{_ACCENTS[marks[0]]}{{{base}}}}}")
        else:
            out.append(character)
    return "".join(out)


def reference(source: Source) -> str:
    """The source in one line, as in a list of references."""
    names = [author for author in source.authors if author != OTHERS]
    who = ", ".join(names[:3])
    if len(names) > 3 or OTHERS in source.authors:
        who += " " + OTHERS
    volume = f" {source.volume}" if source.volume else ""
    pages = f":{source.pages}" if volume and source.pages else ""
    where = f" {source.container}{volume}{pages}." if source.container else ""
    link = f"doi:{source.doi}" if source.doi else source.url or ""
    doubt = "" if source.doi_confirmed else " (not confirmed)"
    return f"{who} ({source.year}). {source.title}.{where} {link}{doubt}".rstrip()


def _bibtex_name(author: str) -> str:
    if author == OTHERS:
        return "others"
    return _tex(author) if _NAME.fullmatch(author) else f"{{{_tex(author)}}}"


def _entry(source: Source) -> str:
    entry = "article" if source.container else "misc"
    fields = {
        "author": " and ".join(_bibtex_name(author) for author in source.authors),
        "title": f"{{{_tex(source.title)}}}",
        "journal" if entry == "article" else "howpublished": _tex(
            source.container or source.kind.value
        ),
        "year": str(source.year),
        "volume": _tex(source.volume or ""),
        "pages": _tex(source.pages or "").replace("-", "--"),
        "doi": source.doi or "",
        "pmid": source.pmid or "",
        "url": source.url or "",
        "note": _tex(source.note or ""),
    }
    lines = [f"  {name} = {{{text}}}," for name, text in fields.items() if text]
    return "\n".join([f"@{entry}{{{source.key},", *lines, "}"])


def bibtex(sources: Iterable[Source]) -> str:
    """BibTeX entries, in the given order; accents and special characters escaped.

    A shortened author list ends in ``and others``; titles keep their capitals; names
    of bodies are kept whole.
    """
    return "".join(_entry(source) + "\n" for source in sources)

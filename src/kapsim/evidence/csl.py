"""CSL-JSON of sources, both ways: as they are kept and as reference managers do.

`genre` holds the kind of work, `note` what was read of it, and `custom` what CSL has no
word for. A title in square brackets is a description: the printed title was not
confirmed. The name "et al." ends a shortened list of authors.

Source: the schema of CSL-JSON 1.0.2.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from kapsim.evidence.schema import Source

_SAME = {
    "id": "key",
    "genre": "kind",
    "title": "title",
    "container-title": "container",
    "volume": "volume",
    "page": "pages",
    "DOI": "doi",
    "PMID": "pmid",
    "URL": "url",
    "note": "note",
}
"""Variables of CSL that are fields of a source."""


def csl_item(source: Source) -> dict[str, Any]:
    """A source as an item of CSL-JSON."""
    same = {name: getattr(source, field) for name, field in _SAME.items()}
    item = {
        "id": source.key,
        "type": "article-journal" if source.container else "document",
        "author": [_name(author) for author in source.authors],
        "issued": {"date-parts": [[source.year]]},
        **same,
        "custom": None if source.doi_confirmed else {"doi_confirmed": False},
    }
    return {name: value for name, value in item.items() if value is not None}


def csl_json(sources: Iterable[Source]) -> str:
    """CSL-JSON of the sources, in the given order; a line for each variable."""
    items = (_written(csl_item(source)) for source in sources)
    return "[\n" + ",\n".join(items) + "\n]\n"


def _written(item: Mapping[str, Any]) -> str:
    lines = (
        f"    {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in item.items()
    )
    return "  {\n" + ",\n".join(lines) + "\n  }"


def source_fields(item: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of the source that an item of CSL-JSON describes, not yet checked.

    What is not understood keeps its name and value, for the check to name it.
    """
    fields = {_SAME.get(name, name): value for name, value in item.items()}
    fields.pop("type", None)
    if isinstance(fields.get("custom"), dict):
        fields |= fields.pop("custom")
    if "author" in fields:
        names = fields.pop("author")
        listed = isinstance(names, list)
        fields["authors"] = [_author(name) for name in names] if listed else names
    if "issued" in fields:
        fields["year"] = _year(fields.pop("issued"))
    return fields


def _name(author: str) -> dict[str, str]:
    family, comma, given = author.partition(", ")
    return {"family": family, "given": given} if comma else {"literal": author}


def _author(name: Any) -> Any:
    match name:
        case {"family": family, "given": given, **rest} if not rest:
            return f"{family}, {given}"
        case {"literal": literal, **rest} if not rest:
            return literal
    return name


def _year(issued: Any) -> Any:
    match issued:
        case {"date-parts": [[year]], **rest} if not rest:
            return year
    return issued

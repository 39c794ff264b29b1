"""The numbered list of sources: what the run's numbers and the protocol cite."""

import dataclasses
import urllib.parse
from collections.abc import Iterable

from kapsim.evidence import Library, Parameter, Source, reference
from kapsim.trial.protocol import Protocol


@dataclasses.dataclass(frozen=True)
class Reference:
    """A source with its number in the report."""

    number: int
    key: str
    source: Source | None

    @property
    def doi_link(self) -> str | None:
        """Address at doi.org, where the source has a DOI."""
        if self.source is None or self.source.doi is None:
            return None
        return "https://doi.org/" + urllib.parse.quote(self.source.doi, safe="/().;:-_")

    @property
    def text(self) -> str:
        """The source in one line, without its DOI, which is a link of its own."""
        if self.source is None:
            return f"{self.key}: not in the evidence library of this version"
        return reference(self.source.model_copy(update={"doi": None}))


def numbered(
    library: Library,
    records: Iterable[Parameter],
    protocol: Protocol,
    cited: Iterable[str] = (),
) -> dict[str, Reference]:
    """References by key, numbered by first author and year; `cited` are more keys."""
    keys = {key for record in records for key in record.sources} | set(cited)
    keys |= set(protocol.sources) | {item.source for item in protocol.published}
    return references(library, keys)


def references(library: Library, keys: Iterable[str]) -> dict[str, Reference]:
    """References by key, numbered by first author and year."""

    def place(key: str) -> tuple[str, int, str]:
        source = library.sources.get(key)
        if source is None:
            return (key, 0, key)
        return (source.authors[0].casefold(), source.year, key)

    return {
        key: Reference(number, key, library.sources.get(key))
        for number, key in enumerate(sorted(set(keys), key=place), start=1)
    }


def data_uri(text: str, media_type: str) -> str:
    """The text as an address that carries its own content."""
    return f"data:{media_type};charset=utf-8," + urllib.parse.quote(text)

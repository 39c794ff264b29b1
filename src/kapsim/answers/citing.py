"""The list of sources of an answer: all that it cites, and nothing else."""

from collections.abc import Iterable, Mapping

from kapsim.answers.answer import Cited, Contested, Linked, Section, Shown
from kapsim.answers.documents.passage import Work
from kapsim.answers.labels import labels
from kapsim.evidence import Library, Source, SourceKind, bibtex, reference

_YEARLESS = 1600  # stands for a missing year while an entry is written
_NOBODY = "No author named"


def cited_keys(
    account: Iterable[Section],
    contested: Iterable[Contested],
    shown: Iterable[Shown],
    linked: Iterable[Linked],
) -> list[str]:
    """Keys of the shipped sources that the parts cite, each once."""
    sentences = [one for section in account for one in section.sentences]
    for one in contested:
        sentences += [one.claim, *one.against]
    keys = [key for one in sentences for key in one.sources]
    keys += [key for one in (*shown, *linked) for key in one.sources]
    return list(dict.fromkeys(keys))


def list_of_sources(
    keys: Iterable[str], own: Mapping[str, Work], shelf: Library
) -> tuple[Cited, ...]:
    """Entries by label.

    Parameters
    ----------
    keys
        Of shipped sources.
    own
        The reader's documents by identifier.
    shelf
        The shipped sources.
    """
    shipped = {key: shelf.source(key) for key in keys}
    named = labels({**shipped, **own})
    entries = [
        Cited(
            key=key,
            label=named[key],
            reference=reference(source),
            bibtex=bibtex([source]),
        )
        for key, source in shipped.items()
    ]
    entries += [_own_entry(key, named[key], work) for key, work in own.items()]
    return tuple(sorted(entries, key=lambda one: (one.label.casefold(), one.key)))


def _own_entry(key: str, label: str, work: Work) -> Cited:
    """Entry of a document, which may lack what every shipped source has."""
    known = work.model_dump(exclude={"authors", "year"})
    source = Source.model_construct(
        key=key,
        kind=SourceKind.REVIEW,
        authors=list(work.authors) or [_NOBODY],
        year=work.year or _YEARLESS,
        **known,
    )
    line, entry = reference(source), bibtex([source])
    left_out = "" if work.container else "  howpublished"
    if work.year is None:
        line = line.replace(f"({_YEARLESS})", "(no year)")
    lines = [
        row
        for row in entry.splitlines(keepends=True)
        if not (left_out and row.startswith(left_out))
        and not (work.year is None and row.startswith("  year"))
    ]
    return Cited(key=key, label=label, reference=line, bibtex="".join(lines), own=True)

"""Whether every citation leads to a source, and the list has those and no others."""

from collections.abc import Iterator

from kapsim.answers.formats import words
from kapsim.answers.formats.outline import plain
from kapsim.answers.verify.display import Display, Listed
from kapsim.answers.verify.problem import Problem, problem
from kapsim.answers.verify.records import Records
from kapsim.evidence import bibtex, reference


def source_problems(seen: Display, records: Records) -> Iterator[Problem]:
    """What is wrong with citations, the list of sources and the BibTeX entries."""
    listed = {one.key: one for one in seen.listed}
    cites = list(dict.fromkeys(seen.cites))
    for cite in cites:
        entry = listed.get(cite.key)
        if entry is None:
            yield problem("citation", cite.label, "not in the list of sources")
        elif entry.label != cite.label:
            what = f"leads to {entry.label} in the list of sources"
            yield problem("citation", cite.label, what)
    cited = {cite.key for cite in cites}
    for entry in seen.listed:
        if entry.key not in cited:
            yield problem("sources", entry.label, "listed but not cited")
        yield from _entry_problems(entry, records)
    yield from _alike(seen)
    yield from _bibtex_problems(seen, records)


def _entry_problems(entry: Listed, records: Records) -> Iterator[Problem]:
    source = records.library.sources.get(entry.key)
    own = None if source else records.own_entry(entry.key)
    if source is None and own is None:
        what = f"{entry.key} is neither a shipped source nor a document of your library"
        yield problem("sources", entry.label, what)
        return
    recorded = reference(source) if source else own.reference if own else ""
    if plain(recorded) != entry.reference:
        yield problem("sources", entry.label, "the reference is not the recorded one")


def _alike(seen: Display) -> Iterator[Problem]:
    labels = [one.label.casefold() for one in seen.listed]
    for entry in seen.listed:
        if labels.count(entry.label.casefold()) > 1:
            yield problem("sources", entry.label, "two sources have this label")


def _bibtex_problems(seen: Display, records: Records) -> Iterator[Problem]:
    """Whether entries are the recorded ones, and no source lacks its own."""
    shipped = {
        one.key: bibtex([records.library.sources[one.key]])
        for one in seen.listed
        if one.key in records.library.sources
    }
    if shipped and not seen.bibtex and not seen.commands:
        yield problem("BibTeX", "all", "no entries are given")
    for command in seen.commands:
        if command != words.entries_command(shipped):
            yield problem("BibTeX", command, "not the command for these sources")
    own = (records.own_entry(one.key) for one in seen.listed if one.key not in shipped)
    entries = shipped | {one.key: one.bibtex for one in own if one}
    for text in seen.bibtex:
        rest = text
        for key, entry in entries.items():
            if entry.strip() not in rest:
                yield problem("BibTeX", key, "the entry is not the recorded one")
            rest = rest.replace(entry.strip(), "", 1)
        if rest.strip():
            yield problem("BibTeX", rest.strip(), "belongs to no listed source")

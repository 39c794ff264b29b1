"""Claims, concepts and portraits: loaded once, and refused where a link is broken."""

import dataclasses
import functools
import hashlib
import importlib.resources
from collections.abc import Iterable, Iterator
from importlib.resources.abc import Traversable

from kapsim.evidence.errors import EvidenceError
from kapsim.evidence.knowledge_schema import NUMBER_OF, Claim, Concept, Portrait
from kapsim.evidence.library import Library, documents, index_records, library

_FOLDERS = ("claims", "concepts", "portraits")
Page = Concept | Portrait


@dataclasses.dataclass(frozen=True)
class Knowledge:
    """All claims, concepts and portraits, by id.

    Attributes
    ----------
    digest
        SHA-256 of the texts of all of them: it changes whenever one of them does.
    """

    claims: dict[str, Claim]
    concepts: dict[str, Concept]
    portraits: dict[str, Portrait]
    digest: str

    def page(self, name: str) -> Page:
        """Concept or portrait by id; raises `EvidenceError` if there is none."""
        found = self.concepts.get(name) or self.portraits.get(name)
        if found is None:
            raise EvidenceError(f"no concept or portrait {name!r}.")
        return found

    def claims_of(self, concept: str) -> list[Claim]:
        """Claims about a concept, by id."""
        return [c for _, c in sorted(self.claims.items()) if concept in c.concepts]

    def portraits_of(self, concept: str) -> list[Portrait]:
        """Portraits that name a concept as a neighbour, by id."""
        listed = sorted(self.portraits.items())
        return [person for _, person in listed if concept in person.neighbours]


def _missing(names: Iterable[str], known: Iterable[str], what: str) -> Iterator[str]:
    present = set(known)
    for name in names:
        if name not in present:
            yield f"names the {what} {name}, which is not recorded"


def _mechanisms(shelf: Library) -> set[str]:
    """All that names of parameter records begin with, up to a dot or their end."""
    parts = (record.split(".") for record in shelf.parameters)
    return {".".join(part[:n]) for part in parts for n in range(1, len(part) + 1)}


def _without_record(names: Iterable[str], mechanisms: set[str]) -> Iterator[str]:
    """What is wrong with names of mechanisms: no record begins so."""
    for name in names:
        if name not in mechanisms:
            yield f"concerns {name}, but no parameter record begins so"


def _claim_problems(
    claim: Claim, found: Knowledge, shelf: Library, mechanisms: set[str]
) -> Iterator[str]:
    cited = [one.source for one in (*claim.supports, *claim.against)]
    yield from _missing(cited, shelf.sources, "source")
    yield from _missing(claim.concepts, found.concepts, "concept")
    yield from _without_record(claim.concerns, mechanisms)
    numbers = NUMBER_OF.findall(claim.text)
    yield from _missing(numbers, shelf.parameters, "number")


def _page_problems(
    page: Page, found: Knowledge, shelf: Library, mechanisms: set[str]
) -> Iterator[str]:
    yield from _missing(page.sources, shelf.sources, "source")
    others = {*found.concepts, *found.portraits} - {page.id}
    yield from _missing(page.neighbours, others, "concept or portrait")
    yield from _without_record(page.mechanisms, mechanisms)
    words = len(page.page.split())
    if not 40 <= words <= 260:
        yield f"its page has {words} words; 60 to 220 are asked"


def load_knowledge(root: Traversable, shelf: Library) -> Knowledge:
    """Knowledge read from a folder with claims/, concepts/ and portraits/.

    Raises
    ------
    EvidenceError
        If a record is malformed, entered twice, or names a source, a concept or a
        mechanism that is not there. The message names the file and the record.
    """
    files = {folder: list(documents(root, folder)) for folder in _FOLDERS}
    claims, claim_place = index_records(files["claims"], Claim, "id")
    concepts, concept_place = index_records(files["concepts"], Concept, "id")
    portraits, portrait_place = index_records(files["portraits"], Portrait, "id")
    text = "".join(file.text for folder in _FOLDERS for file in files[folder])
    digest = hashlib.sha256(text.encode()).hexdigest()
    found = Knowledge(claims, concepts, portraits, digest)
    mechanisms = _mechanisms(shelf)
    problems = [
        f"{claim_place[name]}, record {name}: {told}"
        for name, claim in claims.items()
        for told in _claim_problems(claim, found, shelf, mechanisms)
    ]
    place = concept_place | portrait_place
    problems += [
        f"{place[page.id]}, record {page.id}: {told}"
        for page in (*concepts.values(), *portraits.values())
        for told in _page_problems(page, found, shelf, mechanisms)
    ]
    problems += [
        f"{portrait_place[name]}, record {name}: a concept has the same id"
        for name in sorted(concepts.keys() & portraits.keys())
    ]
    if problems:
        raise EvidenceError("; ".join(problems))
    return found


@functools.cache
def knowledge() -> Knowledge:
    """The claims, concepts and portraits that ship with kapsim."""
    root = importlib.resources.files("kapsim.evidence") / "library"
    return load_knowledge(root, library())

"""Records and an answer made for the tests, with every part that an answer can have."""

from collections.abc import Sequence

from kapsim.answers import notices
from kapsim.answers.answer import (
    Answer,
    Aspect,
    Cited,
    Contested,
    Coverage,
    Level,
    Linked,
    Nearest,
    Quotation,
    Section,
    Sentence,
    Shown,
    ShownNumber,
)
from kapsim.answers.citing import list_of_sources
from kapsim.answers.documents.passage import Passage, Place, Work
from kapsim.answers.shelf import Document
from kapsim.answers.verify import Records
from kapsim.answers.verify.records import Documents
from kapsim.answers.wording import objection, sentence
from kapsim.evidence import (
    Claim,
    Concept,
    Knowledge,
    Portrait,
    Step,
    Strength,
    library,
)
from kapsim.units import KapsimError

DOCUMENT = "novak_2019_1f0c77a2"
PASSAGE = (
    "The first su\ufb03cient dose — 0.5 mg/kg — “helped” one_in_three of *our* "
    "patients [n = 20] within 24 h; it was p < 0.05 & wore off | quickly."
)
PLACE = Place(page=3, section="Results", paragraph=12)
WORK = Work(title="On <windows>", authors=("Novak, P.",), year=2019)
QUESTION = "Does ketamine open a *window* for therapy & how long?"
GRANTED = "therapy in the window teaches more"

_CLAIMS = [
    {
        "id": "window.spines",
        "text": "In mice a single dose of ketamine restores lost spines (about half of "
        "them) within 24 hours. They are gone in 2 weeks.",
        "step": "window",
        "supports": [{"source": "kamp_2020_anesthesiology", "locator": "abstract"}],
        "strength": "C",
        "reading": "secondary",
    },
    {
        "id": "window.relief",
        "text": "Relief comes within a day of 0.5 mg/kg and mostly fades in about "
        "seven days.",
        "step": "relief",
        "supports": [
            {"source": "fanta_2015", "locator": "abstract"},
            {"source": "simons_2022a", "locator": "Table 2"},
        ],
        "against": [
            {
                "source": "simons_2022b",
                "locator": "abstract",
                "says": "In some people the relief lasted for more than 14 days.",
                "strength": "B",
            },
            {
                "source": "otto_2021",
                "locator": "abstract",
                "says": "No relief was seen on the first day.",
                "strength": "C",
            },
        ],
        "strength": "A",
        "reading": "primary",
    },
    {
        "id": "window.taught",
        "text": "Whether therapy in the open window teaches more has not been shown; "
        "the model assumes {brain.window.tau_p} for it.",
        "step": "window",
        "supports": [{"source": "fanta_2015", "locator": "p. 2"}],
        "corrects": [GRANTED],
        "strength": "E",
        "reading": "unverified",
    },
]
_PAGE = (
    "A time in which what is learned is kept better [kamp_2020_anesthesiology]. It is "
    "thought to open within hours [fanta_2015; otto_2021] and to close again within "
    "about a week.\n\nNobody has measured it in people while they were in therapy, so "
    "how long it stays open is open too, and this page says so in several more words "
    "than it would need."
)


class MadeDocuments:
    """A library of the reader's with one document."""

    def document(self, document_id: str) -> Document:
        if document_id != DOCUMENT:
            raise KapsimError("no such document")
        return Document(
            id=DOCUMENT,
            path="novak.pdf",
            work=WORK,
            passages=2,
            file_sha256="0" * 64,
            text_sha256="1" * 64,
        )

    def passages(self, document_id: str) -> Sequence[Passage]:
        if document_id != DOCUMENT:
            raise KapsimError("no such document")
        other = Passage(place=Place(page=1, paragraph=1), text="Something else.")
        return [other, Passage(place=PLACE, text=PASSAGE)]


def _claim(fields: dict) -> Claim:
    return Claim(rows=[1], concepts=["plasticity_window"], **fields)


KNOWLEDGE = Knowledge(
    claims={one["id"]: _claim(one) for one in _CLAIMS},
    concepts={
        "plasticity_window": Concept(
            id="plasticity_window",
            name="plasticity window",
            page=_PAGE,
            rows=[1],
            neighbours=["krystal"],
        )
    },
    portraits={
        "krystal": Portrait(
            id="krystal",
            name="John Krystal",
            page="A psychiatrist [simons_2022a].",
            neighbours=["plasticity_window"],
        )
    },
    digest="0" * 64,
)

COVERAGE = Coverage(
    level=Level.PARTLY,
    aspects=(
        Aspect(
            words="open a *window*",
            concept="plasticity_window",
            level=Level.WELL,
            claims=3,
            passages=1,
            strengths={Strength.A: 1, Strength.C: 1, Strength.E: 1},
        ),
        Aspect(
            words="how long",
            concept=None,
            level=Level.NOT,
            claims=0,
            passages=0,
            strengths={},
        ),
    ),
)
SHOWN = Shown(
    name="window-time-course",
    kind="experiment",
    title="A window that opens and closes",
    caption="The window over 14 days after a dose.",
    verdict="1 of 2 numbers within their limits; missed: width",
    numbers=(
        ShownNumber(
            meaning="peak",
            value=-0.123456,
            unit="1",
            published=-0.12,
            limits=(-0.2, -0.1),
            met=True,
        ),
        ShownNumber(
            meaning="width; at half — of it",
            value=9.5,
            unit="d",
            published=None,
            limits=None,
            met=None,
        ),
    ),
    command="kapsim lab run window-time-course --seed 1",
    sources=("simons_2022a",),
)
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 100" class="figure">'
    "<style>text { fill: red; }</style><title>The window.</title>"
    '<text x="20" y="40">9.5 days</text></svg>'
)


def records(documents: Documents | None = None) -> Records:
    """The made records, with the reader's library unless another is given."""
    return Records(
        knowledge=KNOWLEDGE,
        library=library(),
        shown={SHOWN.name: SHOWN}.get,
        figure={SHOWN.name: DRAWING}.get,
        coverage=lambda question, own: COVERAGE,
        documents=documents or MadeDocuments(),
    )


def names() -> dict[str, str]:
    return {key: one.name for key, one in KNOWLEDGE.concepts.items()}


def cited(keys: set[str]) -> tuple[Cited, ...]:
    """Entries of the list of sources, by label."""
    return list_of_sources(sorted(keys), {}, library())


def made_answer() -> Answer:
    """An answer with every part."""
    said = {key: sentence(claim, library()) for key, claim in KNOWLEDGE.claims.items()}
    relief = KNOWLEDGE.claims["window.relief"]
    keys = {
        key for claim in KNOWLEDGE.claims.values() for key in said[claim.id].sources
    }
    keys |= {one.source for one in relief.against}
    sources = list_of_sources(sorted(keys), {DOCUMENT: WORK}, library())
    return Answer(
        question=QUESTION,
        notice=notices.against([GRANTED]),
        coverage=COVERAGE,
        account=(
            _section(Step.WINDOW, said["window.spines"], said["window.taught"]),
            _section(Step.RELIEF, said["window.relief"]),
        ),
        contested=(
            Contested(
                claim=said["window.relief"],
                against=tuple(objection(relief, one) for one in relief.against),
            ),
        ),
        quotations=(
            Quotation(text=PASSAGE, document=DOCUMENT, label="Novak 2019", place=PLACE),
        ),
        shown=(SHOWN,),
        linked=tuple(
            Linked(id=one.id, name=one.name, page=one.page, sources=tuple(one.sources))
            for one in (
                KNOWLEDGE.concepts["plasticity_window"],
                KNOWLEDGE.portraits["krystal"],
            )
        ),
        nearest=(
            Nearest(concept="plasticity_window", name="plasticity window", claims=3),
        ),
        sources=sources,
        library="000000000000",
        dropped=("account: a sentence was not taken.",),
    )


def _section(step: Step, *sentences: Sentence) -> Section:
    return Section(step=step, heading=step.heading, sentences=sentences)

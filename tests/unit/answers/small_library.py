"""A small library for tests: claims on a few concepts, with real sources."""

from kapsim.evidence import Claim, Concept, Knowledge, Step
from kapsim.evidence.knowledge_schema import Cited
from kapsim.evidence.schema import Reading, Strength

PAGE = (
    "This page of the small library says in plain words what the concept is about, so "
    "that a question can be led to it. It stands for a real page [fava_2018] and says "
    "nothing that the real one does not say. A reader of the test need not read it."
)


def concept(name: str, *names: str, broad: bool = False) -> Concept:
    return Concept(
        id=name.replace(" ", "_"),
        name=name,
        names=list(names),
        page=PAGE,
        rows=[1],
        broad=broad,
        neighbours=["ketamine"],
    )


def claim(
    name: str,
    text: str,
    *concepts: str,
    strength: str = "A",
    corrects: str = "",
    against: str = "",
    central: bool = False,
) -> Claim:
    says = Cited(
        source="singh_2016", locator="abstract", says=against, strength=Strength.C
    )
    return Claim(
        id=name,
        text=text,
        step=Step(name.partition(".")[0]),
        rows=[1],
        supports=[Cited(source="fava_2018", locator="abstract")],
        against=[says] if against else [],
        strength=Strength(strength),
        reading=Reading.SECONDARY,
        concepts=list(concepts),
        central=central,
        corrects=[corrects] if corrects else [],
    )


def small_library() -> Knowledge:
    concepts = [
        concept("ketamine", "the drug", broad=True),
        concept("depression", "depressed", broad=True),
        concept("fear extinction", "extinction of fear", "extinction"),
        concept("interoception", "heartbeat perception", "sense of the body"),
        concept("durability", "how long does it last", "wears off"),
        concept("acute safety", "side effects", "safe"),
        concept("mystical experience", "meaning", "ego death"),
    ]
    claims = [
        claim(
            "danger.before",
            "Rats that were given ketamine before extinction kept their fear.",
            "fear_extinction",
            "ketamine",
            strength="C",
            against="Another laboratory saw the opposite in mice.",
        ),
        claim(
            "danger.adds",
            "Extinction adds a memory of safety and leaves the first one in place.",
            "fear_extinction",
            strength="B",
            corrects="extinction erases fear",
            central=True,
        ),
        claim(
            "danger.return",
            "Fear that was extinguished comes back in another room.",
            "fear_extinction",
            strength="B",
        ),
        claim(
            "body.tapping",
            "Patients do not raise the precision of their heartbeat when asked to.",
            "interoception",
            "depression",
            strength="B",
            central=True,
        ),
        claim(
            "relief.week",
            "After a single dose relief lasts for about a week in most people.",
            "durability",
            "ketamine",
            central=True,
        ),
        claim(
            "concerns.pressure",
            "Blood pressure rises for an hour, by {drug.blood_pressure.systolic}.",
            "acute_safety",
            "ketamine",
        ),
    ]
    return Knowledge(
        {one.id: one for one in claims},
        {one.id: one for one in concepts},
        {},
        "small",
    )

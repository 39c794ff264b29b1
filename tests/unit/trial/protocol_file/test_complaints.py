"""What is advised when a field stands at a wrong place or is written in a wrong way."""

import pytest

from kapsim.trial.loading import parse_protocol
from kapsim.trial.protocol_file.fields import example, fields_at, homes, most
from kapsim.trial.protocol_file.problems import ProtocolError
from tests.unit.trial.builders import TEXT


def said(old: str, new: str) -> str:
    """The message about the small protocol with one text replaced."""
    assert old in TEXT
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(TEXT.replace(old, new, 1), "f.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("arms:\n", "dropout: 20 %\narms:\n", "published. Put it under conduct:."),
        ("arms:\n", "amount: 3 mg\narms:\n", "Put it under arms.treatments:."),
        (
            "arms:\n",
            "days: [1]\narms:\n",
            "Put it under arms.treatments: or under arms.sessions:.",
        ),
        ("arms:\n", "plan: {sites: 3}\narms:\n", "covariates. Put it under design:."),
        ("over: 40 min", "over: 40 min\n        masked: on", "Put it under arms:."),
        ("  female: 60 %", "  visits: []\n  female: 60 %", "Put it at the left margin"),
        ("{at: day 8, scales", "{days: 8, at: day 8, scales", "rater. Remove it."),
        ("arms:\n", "at: day 1\narms:\n", "published. Remove it."),
        ("arms:\n", "endpoint: 3\narms:\n", "Did you mean 'endpoints'?"),
        ("arms:\n", "plan: {alhpa: 0.1}\narms:\n", "Did you mean 'alpha'?"),
    ],
)
def test_a_misplaced_field_is_sent_to_where_it_belongs(
    old: str, new: str, expected: str
) -> None:
    assert expected in said(old, new)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "looks: {fractions: [50 %, 100 %]}",
            "plan.looks.fractions[0]: got '50 %'. Allowed: a number, such as 0.5. Did "
            "you mean 0.5?",
        ),
        ("looks: {fractions: [50 %, 100 %]}", "a number, such as 1. Did you mean 1?"),
        ("looks: {fractions: [0, 1]}", "above 0, such as 0.5. Correct fractions[0]."),
        ("alpha: 5 %", "Allowed: a number, such as 0.05. Did you mean 0.05?"),
        ("alpha: 5", "a number of 0.5 or less, such as 0.05. Did you mean 0.05?"),
        ("alpha: 0.7", "a number of 0.5 or less, such as 0.05. Correct alpha."),
        ("alpha: yes", "got true. Allowed: a number, such as 0.05. Correct alpha."),
    ],
)
def test_a_number_that_is_written_as_percentage(written: str, expected: str) -> None:
    assert expected in said("arms:\n", f"plan: {{{written}}}\narms:\n")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("sd: 10 yr", "sd: 12", "a number with a unit, such as 12 yr. Add the unit to"),
        ("female: 60 %", "female: 0.55", "a percentage, such as 55 %. Add the unit"),
        ("female: 60 %", "female: 55", "a percentage, such as 55 %. Add the unit"),
        ("over: 40 min", "over: 40", "a number with a unit, such as 40 min. Add the"),
        ("at: day 8", "at: 8", "a text, such as 'day 8'. Correct at."),
        ("minutes: 50", "minutes: 50 min", "a number, such as 50. Did you mean 50?"),
        ("minutes: 50", "minutes: 5000", "below 1440, such as 50. Correct minutes."),
        ("days: [1, 4]", "days: [day 1, day 4]", "days[1]: got 'day 4'. Allowed: a "),
        ("days: [1, 4]", "days: [day 1, day 4]", "such as 4. Did you mean 4?"),
        (
            "days: [1, 4]",
            "days: [1.5, 4]",
            "a whole number, such as 1. Correct days[0]",
        ),
        ("visits:\n", "visits:\n  - 3\n", "a mapping of fields. Correct visits[0]."),
    ],
)
def test_a_unit_too_few_or_too_many(old: str, new: str, expected: str) -> None:
    assert expected in said(old, new)


@pytest.mark.parametrize(
    "name", ["CBT", "cbt", "cognitive therapy", "cognitive-behavioral therapy"]
)
def test_cognitive_behavioural_therapy_is_made_of_two_modalities(name: str) -> None:
    told = said("modality: support", f"modality: {name}")
    assert (
        "Write what is done: 'restructuring' for cognitive work, 'activation' " in told
    )


def test_other_words_still_get_the_nearest_one() -> None:
    told = said("modality: support", "modality: behavioural activation")
    assert "Did you mean 'activation'?" in told


def test_fields_by_their_path() -> None:
    assert "is" in fields_at(("design", "admitted", 0))
    assert homes("dropout", ()) == [("conduct",)]
    assert homes("nonsense", ()) == []
    assert example(("arms", 0, "treatments", 1, "days", 9)) == 8
    assert example(("name",)) is None
    assert most(("plan", "alpha")) == 0.5
    assert most(("plan", "looks", "fractions", 1)) == 1
    assert most(("population", "failures", "mean")) == 20
    assert most(("title",)) is None

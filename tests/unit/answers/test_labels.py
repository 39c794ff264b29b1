"""Labels of sources."""

from kapsim.answers.documents.passage import Work
from kapsim.answers.labels import label_of, labels
from kapsim.evidence import library


def test_author_and_year():
    assert label_of(["Friston, K."], 2010, "T") == "Friston 2010"
    assert label_of(["Seth, A. K.", "Friston, K."], 2016, "T") == (
        "Seth and Friston 2016"
    )
    assert label_of(["A, B.", "C, D.", "E, F."], 1999, "T") == "A et al. 1999"
    assert label_of(["Kamp, J.", "et al."], 2020, "T") == "Kamp et al. 2020"
    assert label_of(["Janssen Pharmaceuticals"], 2023, "T") == (
        "Janssen Pharmaceuticals 2023"
    )


def test_a_work_without_authors_or_year_goes_by_its_title():
    assert label_of([], None, "On [sleep]; and (waking)") == "On sleep and waking"
    assert label_of([], 2001, "") == "Untitled 2001"
    assert label_of(["Authors to be completed"], 2023, "[Doses]") == "Doses 2023"


def test_alike_labels_are_told_apart_in_the_order_of_keys():
    one = Work(title="One", authors=("Fava, M.",), year=2018)
    found = labels({"z": one, "a": one, "m": one, "other": Work(title="Other")})
    assert found == {
        "a": "Fava 2018a",
        "m": "Fava 2018b",
        "other": "Other",
        "z": "Fava 2018c",
    }


def test_more_alike_than_letters():
    one = Work(title="One", authors=("Fava, M.",), year=2018)
    found = labels({f"k{place:03}": one for place in range(30)})
    assert len(set(found.values())) == 30
    assert found["k025"] == "Fava 2018z"
    assert found["k026"] == "Fava 2018aa"


def test_labels_of_the_shipped_sources_differ():
    found = labels(library().sources)
    assert len({label.casefold() for label in found.values()}) == len(found)
    assert not any(mark in label for label in found.values() for mark in "[]();")

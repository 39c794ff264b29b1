"""The words of a protocol are those of the rooms that act on them."""

import pathlib
import re

from kapsim import drug, measures, therapy, trial
from kapsim.drug.regimen import interactions
from kapsim.patient import hypotheses, loops
from kapsim.trial.arms.values import Setting
from kapsim.trial.protocol import (
    Drug,
    Hypothesis,
    Loop,
    Measure,
    Medicine,
    Modality,
    Route,
)
from kapsim.trial.protocol.rules import default_rule
from kapsim.trial.protocol.treatment import ROUTES

ASKED = r"\bnumber\(protocol, ([^)]+)\)"


def test_words_agree_with_the_rooms_that_read_them() -> None:
    assert {word.value for word in Measure} == {kind.name for kind in measures.SCALES}
    assert {word.value for word in Modality} == set(therapy.MODALITIES)
    known = {word.value for word in hypotheses.Hypothesis}
    assert {word.value for word in Hypothesis} == known
    assert [word.value for word in Loop] == [word.value for word in loops.Loop]
    assert loops.Whole._fields == tuple(word.value for word in loops.Loop)


def test_drugs_routes_and_medicines_are_those_of_the_drug_room() -> None:
    assert [word.value for word in Drug] == [word.value for word in drug.Molecule]
    assert [word.value for word in Route] == [word.value for word in drug.RouteName]
    found = [word.value for word in interactions.Medicine]
    assert [word.value for word in Medicine] == found


def test_what_can_be_given_how_is_the_table_of_the_drug_room() -> None:
    words = {
        molecule.value: [way.value for way in ways]
        for molecule, ways in drug.TAKES.items()
    }
    assert {d.value: [r.value for r in ways] for d, ways in ROUTES.items()} == words


def test_numbers_beside_the_mechanisms_are_all_named() -> None:
    """Only then can an override of one of them be known to be read."""
    root = pathlib.Path(trial.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in root.rglob("*.py")]
    asked = [found for text in texts for found in re.findall(ASKED, text)]
    assert {f"Setting.{setting.name}" for setting in Setting} <= set(asked)
    unnamed = {word for word in asked if not word.startswith("Setting.")}
    assert unnamed == {"name"}  # the ratios of interactions, asked for by id


def test_default_rules_lie_inside_their_scales() -> None:
    for measure in Measure:
        cut = default_rule(measure).remission_at_most
        if cut is not None:
            assert 0 < cut < measures.scale(measure.value).max_score / 2

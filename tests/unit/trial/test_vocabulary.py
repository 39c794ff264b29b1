"""The words of a protocol are those of the rooms that act on them."""

from kapsim import measures, therapy
from kapsim.patient import hypotheses
from kapsim.trial.protocol import Drug, Hypothesis, Measure, Modality
from kapsim.trial.protocol.rules import default_rule
from kapsim.trial.protocol.treatment import ROUTES


def test_words_agree_with_the_rooms_that_read_them() -> None:
    assert {word.value for word in Measure} == {kind.name for kind in measures.SCALES}
    assert {word.value for word in Modality} == set(therapy.MODALITIES)
    known = {word.value for word in hypotheses.Hypothesis}
    assert {word.value for word in Hypothesis} == known


def test_every_drug_has_a_route() -> None:
    assert set(ROUTES) == set(Drug)
    assert all(ROUTES.values())


def test_default_rules_lie_inside_their_scales() -> None:
    for measure in Measure:
        cut = default_rule(measure).remission_at_most
        if cut is not None:
            assert 0 < cut < measures.scale(measure.value).max_score / 2

"""Ablation tables: directions, pairing, and what theory is held to."""

import pytest

from kapsim.patient.ablations import ABLATIONS, Direction
from kapsim.trial import RunRequest, load_protocol
from kapsim.trial.ablation import _without, ablate, seen, variants, verdict
from kapsim.trial.request import RequestError

PROTOCOL = load_protocol("kap-2x2")


def test_every_ablation_is_a_protocol_of_its_own():
    names = [ablation.name for ablation in ABLATIONS]
    assert len(set(names)) == len(names) == variants() - 1
    for ablation in ABLATIONS:
        changed = _without(PROTOCOL, ablation)
        assert changed != PROTOCOL, ablation.name
        assert changed.visits == PROTOCOL.visits


@pytest.mark.parametrize(
    ("difference", "error", "word"),
    [
        (1.0, 0.1, Direction.HIGHER),
        (-1.0, 0.1, Direction.LOWER),
        (0.05, 0.01, Direction.UNCHANGED),
        (0.5, 0.4, Direction.OPEN),
    ],
)
def test_what_is_seen_is_beyond_chance_and_beyond_rounding(difference, error, word):
    assert seen(difference, error) is word


def test_verdicts_say_when_theory_is_contradicted():
    assert verdict(Direction.HIGHER, Direction.HIGHER) == "as expected"
    assert verdict(Direction.HIGHER, Direction.LOWER) == "against expectation"
    assert verdict(Direction.HIGHER, Direction.UNCHANGED) == "not seen"
    assert verdict(Direction.UNCHANGED, Direction.LOWER) == "against expectation"
    assert verdict(Direction.OPEN, Direction.LOWER) == "no expectation"


def test_a_protocol_with_cuts_is_refused():
    cut = PROTOCOL.model_copy(update={"cut": ("body",)})
    patients = {arm.name: 10 for arm in cut.arms}
    request = RunRequest(protocol=cut, patients=patients, seed=1)
    with pytest.raises(RequestError, match="cuts body already"):
        ablate(request)

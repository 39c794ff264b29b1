"""Sizes of arms that a paper did not print."""

from kapsim.trial.external.sizes import UNKNOWN, effective, patients, sizes
from tests.unit.trial.builders import data
from tests.unit.trial.external.builders import entry, protocol


def test_the_protocol_comes_first_then_n_then_the_spread() -> None:
    arms = data()["arms"]
    arms[0]["patients"] = 18
    own = protocol(entry(n=12), arms=arms)
    assert sizes(own)["ketamine"] == (18, "")
    assert patients(own.published[0], sizes(own)) == 12
    told = sizes(protocol(entry(n=12), entry(n=14)))["ketamine"]
    assert told.patients == 14
    assert "largest published n" in told.note
    worked = sizes(protocol(entry(sd=8.0, se=2.0)))["ketamine"]
    assert worked.patients == 16
    unknown = sizes(protocol(entry()))
    assert unknown["ketamine"].patients == UNKNOWN
    assert "not known" in unknown["saline"].note


def test_two_arms_have_the_size_of_their_difference() -> None:
    assert effective(20, None) == 20
    assert effective(20, 20) == 10

import numpy as np
import pytest

from kapsim.measures import Remission, Response


def test_response_is_exact_at_the_boundary():
    rule = Response(percent=50, baseline="day 1")
    score, baseline = np.array([15, 16, 17, 0]), np.array([31, 32, 33, 0])
    np.testing.assert_array_equal(rule.met(score, baseline), [True, True, False, False])


@pytest.mark.parametrize("percent", [10, 30, 70])
def test_response_has_no_rounding_error(percent):
    baseline = np.arange(10, 61, 10)
    fall = baseline * percent // 100
    rule = Response(percent=percent, baseline="day 1")
    assert rule.met(baseline - fall, baseline).all()
    assert not rule.met(baseline - fall + 1, baseline).any()


def test_response_holds_small_integer_types():
    rule = Response(percent=50, baseline="day 1")
    score, baseline = np.array([30], np.int8), np.array([60], np.int8)
    assert rule.met(score, baseline).all()


def test_remission_includes_its_cut():
    np.testing.assert_array_equal(
        Remission(cut=10).met(np.array([9, 10, 11])), [True, True, False]
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Response(percent=0, baseline="b"), r"above 0.*got 0"),
        (lambda: Response(percent=101, baseline="b"), r"at most at 100 %; got 101"),
        (lambda: Remission(cut=-1), r"at least 0 points; got -1"),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ValueError, match=message):
        make()

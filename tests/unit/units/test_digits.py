"""Numbers as people write them."""

import pytest

from kapsim.units import plain


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (24000.0, "24000"),
        (12345.6, "12346"),
        (1234.0, "1234"),
        (0.05, "0.05"),
        (84.0100001, "84.01"),
        (2, "2"),
        (0.0, "0"),
        (-0.5, "-0.5"),
        (1e-5, "0.00001"),
        (100.0, "100"),
        (3.0e6, "3000000"),
    ],
)
def test_plain_digits(number: float, text: str) -> None:
    assert plain(number) == text

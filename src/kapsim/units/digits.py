"""Numbers as people write them."""

_DIGITS = 4


def plain(number: float | int) -> str:
    """A number to four digits, without an exponent: 24000, 0.05, 1234.

    Digits before the point are all shown, so that 12345 is not rounded to 12350.
    """
    rounded = round(number) if abs(number) >= 10**_DIGITS else float(f"{number:.4g}")
    text = f"{rounded:.12f}".rstrip("0").rstrip(".")
    return text if text not in ("-0", "") else "0"

"""Texts brought to one spelling of signs, so that they can be compared word by word."""

import re
import unicodedata

_SIGNS = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "‘": "'",
        "’": "'",
        "‚": "'",
        "‐": "-",
        "‑": "-",
        "–": "-",
        "—": "-",
        "−": "-",
        "\u00ad": "",
        "\u200b": "",
        "\ufeff": "",
    }
)
_BROKEN = re.compile(r"(?<=[^\W\d_])-\s*\n\s*(?=[a-z])")


def even(text: str) -> str:
    """Text with plain quotation marks, dashes, spaces and no ligature or broken word.

    A hyphen at the end of a line is taken for one that breaks a word.
    """
    joined = _BROKEN.sub("", text.translate(_SIGNS))
    return " ".join(unicodedata.normalize("NFKC", joined).translate(_SIGNS).split())

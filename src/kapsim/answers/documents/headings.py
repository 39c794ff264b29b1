"""Names that sections commonly have, by which a heading is known without a layout."""

import re

_NAMED = re.compile(
    r"^(?:(?:\d{1,2}|[IVX]{1,5})[.)]?\s+)?(?:abstract|summary|introduction|background|"
    r"methods?|materials and methods|patients and methods|results?|findings|discussion|"
    r"results and discussion|conclusions?|acknowledge?ments?|references|bibliography|"
    r"works cited|literature cited|appendix(?: \w)?|chapter \w+|part \w+|preface|"
    r"foreword|notes|limitations|keywords)\s*[:.]?$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,5}\.)\s+[A-Z]")
_LONGEST = 90


def is_section_name(line: str) -> bool:
    """Whether a line is nothing but the usual name of a section."""
    return bool(_NAMED.match(line.strip()))


def heading_level(line: str) -> int:
    """Level of a line that stands alone; 0 if it does not look like a heading."""
    line = line.strip()
    if is_section_name(line):
        return 1
    if len(line) > _LONGEST or line.endswith((".", ",", ";", "?", "!")):
        return 0
    if line.isupper() and len(line) > 3:
        return 1
    return 2 if _NUMBERED.match(line) else 0

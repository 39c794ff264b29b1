"""Documentation pages that are generated, so that nothing is typed twice.

Each module makes pages from what the code and the evidence library say of themselves;
`docs/hooks.py` hands them to mkdocs.
"""

import pathlib

from scripts.pages import (
    bundled,
    calibration,
    claims,
    command_line,
    coverage,
    discrepancies,
    ideas,
    laboratory,
    mechanisms,
    parameters,
    protocol,
    rivals,
    routes,
    shipped_library,
    sources,
    texts,
)

MAKERS = (
    bundled,
    calibration,
    claims,
    command_line,
    coverage,
    discrepancies,
    ideas,
    laboratory,
    mechanisms,
    parameters,
    protocol,
    rivals,
    routes,
    shipped_library,
    sources,
    texts,
)


def generated_pages(root: pathlib.Path) -> dict[str, str]:
    """Markdown of every generated page, by its path below docs/."""
    return {uri: text for maker in MAKERS for uri, text in maker.pages(root).items()}

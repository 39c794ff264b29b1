"""Pages that exist elsewhere in the repository and are shown as they are."""

import pathlib

SHOWN = {
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "validation.md": "validation/REPORT.md",
    "benchmarks.md": "benchmarks/RESULTS.md",
}


def shown(path: pathlib.Path) -> str:
    """Text of a file, or that it has not been written yet."""
    if path.exists():
        return path.read_text(encoding="utf-8")
    return f"# {path.parent.name.capitalize()}\n\nNothing has been written yet.\n"


def pages(root: pathlib.Path) -> dict[str, str]:
    """Copies, so that each text has one home, and the figures of the validations."""
    texts = {uri: shown(root / path) for uri, path in SHOWN.items()}
    drawn = (root / "validation" / "figures").glob("*.svg")
    return texts | {f"figures/{path.name}": shown(path) for path in drawn}

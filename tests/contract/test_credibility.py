"""The credibility report says what the reports that it is made from say."""

import pathlib

from kapsim.report.credibility import pages

ROOT = pathlib.Path(__file__).parents[2]
SHOWN = ROOT / "docs" / "validation"


def differing(made: dict[str, str], folder: pathlib.Path) -> list[str]:
    """Pages that are missing, too many, or not as they would be made now."""
    kept = {path.name: path.read_text("utf-8") for path in folder.glob("*.md")}
    return sorted(
        name for name in made.keys() | kept.keys() if made.get(name) != kept.get(name)
    )


def test_the_pages_are_those_of_the_reports() -> None:
    assert not differing(pages(ROOT), SHOWN), "run `make credibility`"


def test_a_page_that_drifted_is_found(tmp_path: pathlib.Path) -> None:
    (tmp_path / "index.md").write_text("57 %\n")
    (tmp_path / "more.md").write_text("")
    assert differing({"index.md": "58 %\n"}, tmp_path) == ["index.md", "more.md"]

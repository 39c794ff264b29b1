"""Writing the pages."""

from pathlib import Path

from kapsim.engine.atomic import make_directory, write_bytes
from kapsim.report.credibility.evidence import evidence
from kapsim.report.credibility.misfits import discrepancies, not_validated
from kapsim.report.credibility.numbers import numbers, predictions
from kapsim.report.credibility.overview import overview
from kapsim.report.credibility.reports import read


def pages(root: Path) -> dict[str, str]:
    """Markdown of every page, by its name.

    Parameters
    ----------
    root
        Root of the repository, below which the reports lie. The same reports and
        records give the same bytes.

    Raises
    ------
    ReportError
        If the report of the validations is not written as expected.
    """
    reports = read(root)
    return {
        "index.md": overview(reports, evidence(reports)),
        "validations.md": numbers(reports),
        "predictions.md": predictions(reports),
        "discrepancies.md": discrepancies(reports),
        "not-validated.md": not_validated(reports),
    }


def write_credibility(root: Path, out: Path) -> Path:
    """Write the pages; raises what `pages` does.

    Parameters
    ----------
    root
        Root of the repository.
    out
        Directory of the pages.

    Returns
    -------
    Path
        The first page.
    """
    made = pages(root)
    make_directory(out)
    for name, text in made.items():
        write_bytes(out / name, text.encode())
    return out / "index.md"

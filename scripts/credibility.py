"""Write the credibility report from the reports that are kept in the repository.

    python -m scripts.credibility

writes docs/validation.
"""

import pathlib
import sys

from kapsim.report.credibility import write_credibility

ROOT = pathlib.Path(__file__).parents[1]
SHOWN = ROOT / "docs" / "validation"


def main() -> int:
    """Write the pages."""
    sys.stdout.write(f"{write_credibility(ROOT, SHOWN)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Hook of mkdocs: adds the generated pages to the documentation."""

import pathlib
import sys
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = pathlib.Path(__file__).resolve().parent.parent


def on_files(files: Files, config: Any) -> Files:
    """Add every generated page, as if it were a file below docs/."""
    sys.path.insert(0, str(ROOT))
    from scripts.pages import generated_pages

    for uri, text in generated_pages(ROOT).items():
        files.append(File.generated(config, uri, content=text))
    return files

"""Where kapsim keeps what it can make again: compiled code and parsed records.

Anything there may be deleted at any time; nothing in it changes a result.
"""

import os
from pathlib import Path


def cache_directory(of: str) -> Path:
    """Folder for one kind of thing, below KAPSIM_CACHE_DIR or the user's cache folder.

    Parameters
    ----------
    of
        Name of the kind.
    """
    given = os.environ.get("KAPSIM_CACHE_DIR")
    if given:
        return Path(given) / of
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "kapsim" / of

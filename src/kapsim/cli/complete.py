"""Names that the shell offers after Tab, read from file names: nothing is loaded."""

import importlib.resources

_SUFFIX = ".yaml"


def protocol_names(incomplete: str) -> list[str]:
    """Bundled protocols that begin like this; files are offered by the shell."""
    return _names("trial", "protocols", incomplete)


def experiment_names(incomplete: str) -> list[str]:
    """Experiments of the laboratory that begin like this, and all of them."""
    return [name for name in ["all"] if name.startswith(incomplete)] + _names(
        "lab", "published", incomplete
    )


def _names(package: str, folder: str, incomplete: str) -> list[str]:
    files = (importlib.resources.files("kapsim") / package / folder).iterdir()
    names = (file.name.removesuffix(_SUFFIX) for file in files if _SUFFIX in file.name)
    return sorted(name for name in names if name.startswith(incomplete))

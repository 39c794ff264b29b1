"""Write constraints.txt: exact versions and file hashes of every dependency.

Run by ``make pin``. The versions are those that pip resolves for the oldest Python
that kapsim supports; the hashes cover every file of each version that Linux or macOS
on CPython 3.11 or later could install, so one list serves all of them. Which index is
asked is left to pip's own configuration and is not written down.
"""

import argparse
import html.parser
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
BUILD = ["setuptools>=77"]  # builds kapsim itself
HEADER = """\
# Exact versions and hashes of all dependencies, written by scripts/pin.py (make pin).
# Each group adds to the groups above it. Not edited by hand.
"""


class Links(html.parser.HTMLParser):
    """File names and SHA-256 sums of a package's page in a simple index."""

    def __init__(self) -> None:
        super().__init__()
        self.sums: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link that carries a SHA-256 sum."""
        target = dict(attrs).get("href") or ""
        path, _, fragment = target.partition("#")
        if tag == "a" and fragment.startswith("sha256="):
            name = urllib.parse.unquote(path.rsplit("/", 1)[-1])
            self.sums[name] = fragment.removeprefix("sha256=")


def normal(name: str) -> str:
    """Name of a package as an index spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pip(*arguments: str) -> str:
    """Output of a pip command."""
    command = [sys.executable, "-m", "pip", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def index_url() -> str:
    """Index that pip is configured to ask."""
    for line in pip("config", "list").splitlines():
        key, _, value = line.partition("=")
        if key.endswith(".index-url") and "extra" not in key:
            return value.strip("'\"").rstrip("/")
    from pip._internal.models.index import PyPI

    return PyPI.simple_url.rstrip("/")


def groups() -> dict[str, list[str]]:
    """Requirements of pyproject.toml by group, in the order they are installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extra = project["dependency-groups"]
    return {
        "runtime": [*BUILD, *project["project"]["dependencies"]],
        "test": extra["test"],
        "develop": [*extra["lint"], *extra["docs"]],
        "bench": extra["bench"],
    }


def resolve(
    requirements: list[str], pins: dict[str, str]
) -> dict[str, tuple[str, str]]:
    """Version and hash of the chosen file of every package that is needed."""
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder, "report.json")
        constraint = pathlib.Path(folder, "pins.txt")
        constraint.write_text("".join(f"{n}=={v}\n" for n, v in pins.items()))
        pip(
            "install",
            "--quiet",
            "--dry-run",
            "--ignore-installed",
            f"--constraint={constraint}",
            f"--report={report}",
            *requirements,
        )
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    return {
        normal(item["metadata"]["name"]): (
            item["metadata"]["version"],
            item["download_info"]["archive_info"]["hashes"]["sha256"],
        )
        for item in found
    }


def installable(file: str) -> bool:
    """Whether CPython 3.11 or later on Linux (glibc) or macOS could install a file."""
    if not file.endswith(".whl"):
        return file.endswith((".tar.gz", ".zip"))
    python, abi, platform = file.removesuffix(".whl").split("-")[-3:]
    if not re.search(r"any|manylinux|macosx", platform):
        return False
    if abi == "none":
        return "py3" in python or python.startswith("cp31")
    minors = [int(minor) for minor in re.findall(r"cp3(\d+)", python)]
    if abi == "abi3":
        return any(minor <= 14 for minor in minors)
    return abi in {f"cp3{minor}" for minor in minors if OLDEST[1] <= minor <= 14}


def belongs(file: str, name: str, version: str) -> bool:
    """Whether a file of an index page is of this version."""
    stem = re.sub(r"\.(tar\.gz|zip|whl)$", "", file)
    if file.endswith(".whl"):
        return stem.split("-")[1] == version
    return normal(stem) == normal(f"{name}-{version}")


def hashes(index: str, name: str, version: str) -> list[str]:
    """Sums of all installable files of one version."""
    with urllib.request.urlopen(f"{index}/{name}/", timeout=120) as answer:
        page = Links()
        page.feed(answer.read().decode())
    return sorted(
        value
        for file, value in page.sums.items()
        if installable(file) and belongs(file, name, version)
    )


def entry(index: str, name: str, version: str, chosen: str) -> str:
    """Line of one package; refuses a list that lacks the file pip chose."""
    known = hashes(index, name, version)
    if chosen not in known:
        raise SystemExit(f"{name} {version}: the index does not list the chosen file")
    return " \\\n    ".join(
        [f"{name}=={version}", *(f"--hash=sha256:{value}" for value in known)]
    )


def main() -> None:
    """Resolve all groups together, then write them one after the other."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("-o", "--output", default=str(ROOT / "constraints.txt"))
    output = pathlib.Path(arguments.parse_args().output)
    if sys.version_info[:2] != OLDEST:
        raise SystemExit(
            f"run with Python {OLDEST[0]}.{OLDEST[1]}, the oldest supported"
        )
    wanted = groups()
    everything = [line for lines in wanted.values() for line in lines]
    pins = {name: version for name, (version, _) in resolve(everything, {}).items()}
    index, text = index_url(), HEADER
    done: set[str] = set()
    asked: list[str] = []
    for group, lines in wanted.items():
        asked += lines
        text += f"\n# == {group}\n"
        for name, (version, chosen) in sorted(resolve(asked, pins).items()):
            if name not in done:
                text += entry(index, name, version, chosen) + "\n"
                done.add(name)
    output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Make or refresh the virtual environment from constraints.txt.

Needs only Python and pip: ``python3 scripts/environment.py runtime test``. The groups
are the headings of constraints.txt, each with those above it. What is installed
already, from the same list, is left alone.
"""

import hashlib
import importlib.util
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv"
PYTHON = HOME / "bin" / "python"
GROUPS = ("runtime", "test", "develop", "bench")


def say(text: str) -> None:
    """Tell the person at the terminal."""
    sys.stderr.write(f"kapsim set-up: {text}\n")


def create() -> None:
    """Create the environment, with or without the ensurepip module."""
    if PYTHON.exists():
        return
    say(f"creating {HOME} with Python {sys.version.split()[0]}")
    bare = importlib.util.find_spec("ensurepip") is None
    options = ["--without-pip"] if bare else []
    subprocess.run([sys.executable, "-m", "venv", *options, str(HOME)], check=True)


def pip() -> list[str]:
    """Command that runs pip for the environment: its own, or that of this Python."""
    own = subprocess.run(
        [str(PYTHON), "-c", "import pip"], check=False, capture_output=True
    )
    if own.returncode == 0:
        return [str(PYTHON), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def section(group: str) -> str:
    """Lines of constraints.txt under one heading."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    parts = text.split(f"\n# == {group}\n")
    if len(parts) != 2:
        raise SystemExit(f"constraints.txt has no group {group!r}: run make pin")
    return parts[1].split("\n# == ")[0]


def install(name: str, stamp: str, arguments: list[str]) -> None:
    """Run one pip installation unless its stamp says that it is done."""
    mark = HOME / f".{name}-installed"
    digest = hashlib.sha256(stamp.encode()).hexdigest()
    if mark.exists() and mark.read_text(encoding="utf-8") == digest:
        return
    say(f"installing {name}")
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    done = subprocess.run([*pip(), "install", *quiet, *arguments], check=False)
    if done.returncode:
        raise SystemExit(f"kapsim set-up: pip could not install {name} (see above)")
    mark.write_text(digest, encoding="utf-8")


def install_group(group: str) -> None:
    """Install the pinned packages of one group, each checked against its hashes."""
    lines = section(group)
    with tempfile.TemporaryDirectory() as folder:
        listed = pathlib.Path(folder, f"{group}.txt")
        listed.write_text(lines, encoding="utf-8")
        install(group, lines, ["--no-deps", "--require-hashes", f"-r{listed}"])


def install_kapsim() -> None:
    """Install kapsim itself, editable, with the pinned build tools."""
    stamp = (ROOT / "pyproject.toml").read_text(encoding="utf-8") + str(ROOT)
    options = ["--no-deps", "--no-build-isolation", "--editable"]
    install("kapsim", stamp, [*options, str(ROOT)])


def main() -> None:
    """Bring the environment to the groups named on the command line."""
    asked = sys.argv[1:]
    if not asked or not set(asked) <= set(GROUPS):
        raise SystemExit(f"usage: environment.py [{' | '.join(GROUPS)}] ...")
    create()
    last = max(GROUPS.index(group) for group in asked)
    for group in GROUPS[: last + 1]:
        install_group(group)
    install_kapsim()


if __name__ == "__main__":
    main()

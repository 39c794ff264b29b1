"""The examples of the documentation run as they stand."""

import pathlib
import re
import subprocess
import sys

import pytest

from kapsim.answers.asking import ask
from kapsim.answers.formats import as_text
from kapsim.trial import load_protocol
from kapsim.trial.protocol.decisions import decisions_h

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
EXAMPLES = sorted(path for path in HERE.glob("*.py") if path.name != "test_examples.py")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_runs(path: pathlib.Path) -> None:
    done = subprocess.run(
        [sys.executable, str(path)],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_readme_shows_the_protocol_that_is_tested() -> None:
    protocol = (HERE / "my-trial.yaml").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"```yaml\n{protocol}```" in readme


def not_in(answer: str, readme: str) -> list[str]:
    """Pieces of the README's excerpt, between dots, that an answer lacks."""
    [shown] = re.findall(r"```text\n(What the library.*?)```", readme, re.DOTALL)
    pieces = [
        piece.strip() for piece in re.split(r"^\.\.\.$", shown, flags=re.MULTILINE)
    ]
    return [piece for piece in pieces if piece not in answer]


def test_readme_shows_what_is_answered(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAPSIM_LIBRARY", str(tmp_path / "none.sqlite"))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [question] = re.findall(r'kapsim ask "(.*?)"', readme)
    answer = as_text(ask(question))
    assert not not_in(answer, readme)
    assert not_in(answer, readme.replace("over\n40 minutes", "over\n50 minutes"))


def test_sessions_of_the_example_follow_its_doses() -> None:
    protocol = load_protocol(HERE / "after-each-dose.yaml")
    after = [24.0, 192.0, 360.0]
    assert protocol.arm("in a group").session_times_h == (-24.0, *after)
    assert protocol.arm("alone").session_times_h == (-24.0, *after, 504.0, 672.0)


def test_doses_of_the_example_depend_on_how_people_fare() -> None:
    protocol = load_protocol(HERE / "as-they-fare.yaml")
    [arm] = protocol.arms
    assert arm.depends
    assert [len(item.choices) for item in arm.treatments] == [2, 2]
    days = [time / 24 + 1 for time in decisions_h(protocol, arm, arm.adjustments[3])]
    assert days == [39, 53, 67]
    assert [arm.known(day * 24.0) for day in (27, 28)] == [False, True]


def test_start_example_is_short() -> None:
    lines = (HERE / "start.py").read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line.strip()]) <= 15

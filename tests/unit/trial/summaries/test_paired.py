"""Differences person by person against plain sums over tables in memory."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kapsim.trial.request import RunRequest, per_arm
from kapsim.trial.summaries import paired as paired_module
from kapsim.trial.summaries.paired import FIGURES, paired
from kapsim.trial.summaries.rows import cells
from kapsim.trial.summaries.tally import TallyError
from tests.unit.trial.builders import protocol
from tests.unit.trial.summaries.made_visits import made_visits

N = 157
PAIR = ("ketamine", "saline")
STUDY = protocol()
REQUEST = RunRequest(protocol=STUDY, patients=per_arm(STUDY, N), seed=1)


def scores(seed: int = 4) -> dict[str, np.ndarray]:
    """Scores of both arms: what a person has in common is most of it."""
    luck = np.random.default_rng(seed)
    shape = (len(STUDY.visits), len(STUDY.measures), N)
    person = luck.integers(0, 20, shape[1:])
    found = {}
    for arm in PAIR:
        own = luck.integers(0, 8, shape) + person
        own[0] = person + 4
        found[arm] = own.astype(float)
        found[arm][:, :, luck.random(N) < 0.05] = np.nan
    return found


def of(path: Path, asked: RunRequest = REQUEST) -> pd.DataFrame:
    """Values and errors, one row per visit and measure."""
    found = paired(path, asked, [PAIR])[PAIR]
    columns = {name: found.value[name] for name in FIGURES}
    errors = {f"{name}_se": found.error[name] for name in FIGURES}
    return pd.DataFrame({"persons": found.persons, **columns, **errors})


def direct(made: dict[str, np.ndarray]) -> pd.DataFrame:
    """The same by plain NumPy."""
    cuts = {"MADRS": 10, "QIDS-SR": 5}
    rows = []
    for v, m in zip(*cells(STUDY), strict=True):
        base, score = (np.stack([made[arm][k, m] for arm in PAIR]) for k in (0, v))
        own = {
            "change": score - base,
            "response": 100.0 * ((base > 0) & (score <= base / 2)),
            "remission": 100.0 * (score <= cuts[STUDY.measures[m].value]),
        }
        good = np.isfinite(score).all(axis=0)
        apart = {name: (one[0] - one[1])[good] for name, one in own.items()}
        rows.append(
            {
                "persons": good.sum(),
                **{name: one.mean() for name, one in apart.items()},
                **{
                    f"{name}_se": one.std(ddof=1) / good.sum() ** 0.5
                    for name, one in apart.items()
                },
            }
        )
    return pd.DataFrame(rows)


@pytest.mark.parametrize(("rows", "at_once"), [(1000, 10**6), (7, 10**6), (97, 40)])
def test_differences_are_those_of_the_persons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, at_once: int
) -> None:
    monkeypatch.setattr(paired_module, "_ROWS_AT_ONCE", at_once)
    made = scores()
    path = made_visits(tmp_path / "visits.parquet", STUDY, made, rows=rows)
    # sums are exact; a mean and a root are left, in double precision
    pd.testing.assert_frame_equal(of(path), direct(made), rtol=1e-12, atol=1e-12)


def test_pairing_is_what_makes_the_error_small(tmp_path: Path) -> None:
    """Planted: the persons of one arm in another order."""
    made = scores()
    own = of(made_visits(tmp_path / "own.parquet", STUDY, made))
    order = np.random.default_rng(1).permutation(N)
    mixed = {**made, "saline": made["saline"][:, :, order]}
    other = of(made_visits(tmp_path / "mixed.parquet", STUDY, mixed))
    later = own["remission"].index[1:]
    assert (other["remission_se"] > 1.2 * own["remission_se"])[later].all()


def test_arms_of_unlike_size_share_their_first_persons(tmp_path: Path) -> None:
    made = scores()
    few = {**made, "saline": made["saline"][:, :, :40]}
    asked = RunRequest(protocol=STUDY, patients={"ketamine": N, "saline": 40}, seed=1)
    path = made_visits(tmp_path / "visits.parquet", STUDY, few)
    head = {arm: one[:, :, :40] for arm, one in made.items()}
    pd.testing.assert_frame_equal(of(path, asked), direct(head), rtol=1e-12)


def test_one_person_has_a_difference_without_an_error(tmp_path: Path) -> None:
    made = {arm: one[:, :, :1] for arm, one in scores(9).items()}
    asked = RunRequest(protocol=STUDY, patients=per_arm(STUDY, 1), seed=1)
    found = of(made_visits(tmp_path / "visits.parquet", STUDY, made), asked)
    assert np.isfinite(found["change"]).all()
    assert found["change_se"].isna().all()


def test_the_file_of_another_run_is_refused(tmp_path: Path) -> None:
    path = made_visits(tmp_path / "visits.parquet", STUDY, scores())
    other = RunRequest(protocol=STUDY, patients=per_arm(STUDY, N + 1), seed=1)
    with pytest.raises(TallyError, match="belongs to another run"):
        paired(path, other, [PAIR])
    unlike = {"ketamine": N - 7, "saline": N + 7}
    swapped = RunRequest(protocol=STUDY, patients=unlike, seed=1)
    with pytest.raises(TallyError, match="not in the order of its patients"):
        paired(path, swapped, [PAIR])

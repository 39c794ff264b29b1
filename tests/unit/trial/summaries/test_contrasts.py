"""Differences between arms in a new trial: exact cases, and brute force."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kapsim.evidence.posterior import Spreads
from kapsim.trial.loading import load_protocol
from kapsim.trial.protocol import Protocol, Rule
from kapsim.trial.request import RunRequest
from kapsim.trial.results import result_files
from kapsim.trial.summaries.contrasts import contrasts, intervals, pairs
from kapsim.trial.summaries.drawn_scores import DrawnScores
from kapsim.trial.summaries.new_trial import Drawn, NewTrial
from kapsim.trial.summaries.shifts import shifts
from tests.unit.trial.conduct.builders import trial
from tests.unit.trial.summaries.made_visits import made_visits

PERSONS = 400
PATIENTS = {"ketamine": 30, "saline": 50}
RULE = Rule(response_percent=50.0, remission_at_most=10)
Z = 1.96
REPLICATES = 40_000


def scores(fall: float, visits: int = 6, seed: int = 1) -> np.ndarray:
    """Scores [visits, scales, persons] that are `fall` points lower once it began."""
    luck = np.random.default_rng(seed)
    start = luck.normal(36, 3, PERSONS)
    own = np.rint(np.clip(start - luck.normal(0, 3, (visits, PERSONS)), 20, 50))
    own[1:] -= fall
    return np.stack([own, np.rint(own * 27 / 60)], axis=1)


def table(
    place: Path, *draws: tuple[float, float], spreads: tuple[float, ...] = (0, 0, 0)
) -> pd.DataFrame:
    """Contrasts of draws in each of which both arms fall by so many points."""
    protocol = trial()
    asked = RunRequest(
        protocol=protocol, patients=dict.fromkeys(PATIENTS, PERSONS), seed=1
    )
    own = {"ketamine": scores(10), "saline": scores(4)}
    path = made_visits(place / "visits.parquet", protocol, own)
    if not draws:
        return contrasts(path, asked)
    new = NewTrial(RunRequest(protocol=protocol, patients=PATIENTS, seed=1))
    for drug, none in draws:
        arms = {"ketamine": scores(drug), "saline": scores(none)}
        new.add(DrawnScores(arms, Spreads(*map(float, spreads))))
    sized = RunRequest(protocol=protocol, patients=PATIENTS, seed=1)
    few = {arm: own[arm][:, :, :n] for arm, n in PATIENTS.items()}
    path = made_visits(place / "visits.parquet", protocol, few)
    return contrasts(path, sized, new)


def last(found: pd.DataFrame) -> Any:
    """MADRS on the last day."""
    return found[found["measure"] == "MADRS"].iloc[-1]


def test_known_shifts_give_their_differences(tmp_path: Path) -> None:
    """Arms fall by 10 and 4, by 13 and 5: apart by 6 and 8, so 7 in the middle."""
    row = last(table(tmp_path, (10, 4), (13, 5)))
    assert (row["arm"], row["reference"]) == ("ketamine", "saline")
    assert row["change"] == -6.0
    assert row["change_se"] == 0.0  # the same fall in every person
    assert row["change_expected"] == pytest.approx(-7.0)
    assert row["sd_parameters"] == pytest.approx(2**0.5)
    assert row["sd_arms"] == 0.0
    own = scores(0)[:, 0]
    people = (own[-1] - own[0]).var(ddof=1) * (1 / 30 + 1 / 50)
    assert row["sd_people"] == pytest.approx(people**0.5)
    assert row["change_low"] < -8 < -6 < row["change_high"]
    assert (row["persons"], row["patients"], row["reference_patients"]) == (30, 30, 50)


def test_shares_are_those_of_the_persons(tmp_path: Path) -> None:
    row = last(table(tmp_path, (20, 4)))
    drug, none = (scores(fall)[:, 0] for fall in (20, 4))
    share = lambda own: 100 * (2 * own[-1] <= own[0]).mean()
    assert row["response_expected"] == pytest.approx(share(drug) - share(none))
    share = lambda own: 100 * (own[-1] <= 10).mean()
    assert row["remission_expected"] == pytest.approx(share(drug) - share(none))


def test_before_arms_part_they_do_not_differ(tmp_path: Path) -> None:
    found = table(tmp_path, (10, 4), spreads=(3, 2, 0.5))
    first = found[found["visit"] == "day 1"]
    assert len(first) == 2
    assert (first[["change", "change_low", "change_high"]] == 0).all(axis=None)


def test_arms_that_are_alike_differ_by_people_and_effects_of_arms_only(
    tmp_path: Path,
) -> None:
    """Whatever the parameters and the study; far from the ends of the scale."""
    draws = [(fall, fall) for fall in (2, 4, 6, 8)]
    row = last(table(tmp_path, *draws, spreads=(2.0, 1.5, 0.0)))
    assert row["change_expected"] == pytest.approx(0.0, abs=0.01)
    assert row["sd_parameters"] == pytest.approx(0.0, abs=1e-9)
    assert row["sd_arms"] == pytest.approx(1.5 * 2**0.5)
    half = (row["change_high"] - row["change_low"]) / 2
    expected = Z * np.hypot(row["sd_arms"], row["sd_people"])
    assert half == pytest.approx(expected, rel=0.03)
    assert row["change_high"] == pytest.approx(-row["change_low"], rel=0.02)


def test_without_draws_there_is_the_monte_carlo_part_alone(tmp_path: Path) -> None:
    found = table(tmp_path)
    assert list(found)[-2:] == ["remission", "remission_se"]
    assert last(found)["change"] == -6.0


def test_a_scale_that_is_not_rated_at_baseline_has_no_difference_of_change(
    tmp_path: Path,
) -> None:
    """CADSS, which has no shares either: what cannot be told is left empty."""
    visits = [
        {"at": "day 1", "baseline": True, "scales": ["MADRS"]},
        {"at": "day 1 + 2 h", "scales": ["MADRS", "CADSS"]},
    ]
    ends = [{"measure": "MADRS", "kind": "change", "at": "day 1 + 2 h"}]
    protocol = trial(visits=visits, endpoints=ends)
    asked = RunRequest(protocol=protocol, patients=dict.fromkeys(PATIENTS, 50), seed=1)
    own = {
        arm: scores(fall, 2)[:, :, :50]
        for arm, fall in (("ketamine", 9), ("saline", 4))
    }
    new = NewTrial(asked)
    for one in own.values():
        one[0, 1] = np.nan
    for _ in range(2):
        new.add(DrawnScores(own, Spreads(2.0, 1.0, 0.3)))
    filled = {arm: np.nan_to_num(one, nan=-1.0) for arm, one in own.items()}
    path = made_visits(tmp_path / "visits.parquet", protocol, filled)
    found = contrasts(path, asked, new)
    rated = found[found["measure"] == "CADSS"]
    assert len(rated) == 1
    assert (rated["persons"] == 50).all()
    for name in ("change", "response", "remission"):
        ends = [name, f"{name}_se", f"{name}_low", f"{name}_high"]
        assert rated[ends].isna().all(axis=None), name
    assert last(found)["change"] == -5.0


def of_draws(shared: np.ndarray, apart: np.ndarray) -> list[list[np.ndarray]]:
    """Both arms of draws: shifted alike, and the first by so much beside it."""
    luck = np.random.default_rng(7)
    start = np.rint(np.clip(luck.normal(30, 4, PERSONS), 20, 45))
    later = np.rint(np.clip(start - luck.normal(9, 7, PERSONS), 2, 58))
    one = lambda by: np.stack([start, np.clip(np.rint(later + by), 0, 60)])
    both = zip(shared, apart, strict=True)
    drawn = [[one(alike + own), one(alike)] for alike, own in both]
    return [list(arm) for arm in zip(*drawn, strict=True)]


def brute_force(
    arms: list[list[np.ndarray]],
    spreads: Spreads,
    patients: tuple[int, int],
) -> dict[str, np.ndarray]:
    """Ends of the middle 95 % of trials: everything is drawn, and everybody counted."""
    luck = np.random.default_rng(11)
    draw = luck.integers(0, len(arms[0]), REPLICATES)
    study = spreads.study_sd * luck.normal(size=REPLICATES)
    logit = spreads.share_sd * luck.normal(size=REPLICATES)
    seen: dict[str, list[np.ndarray]] = {"change": [], "response": [], "remission": []}
    for own, n in zip(arms, patients, strict=True):
        off = study + spreads.arm_sd * luck.normal(size=REPLICATES)
        who = luck.integers(0, PERSONS, (REPLICATES, n))
        start, later = np.stack(own).transpose(1, 0, 2)
        first, second = start[draw[:, None], who], later[draw[:, None], who]
        moved = np.floor(second + off[:, None] + luck.random((REPLICATES, n)))
        second = moved.clip(0, 60)
        seen["change"].append((second - first).mean(axis=1))
        for name, met in {
            "response": 2 * second <= first,
            "remission": second <= 10,
        }.items():
            share = met.mean(axis=1).clip(0.5 / n, 1 - 0.5 / n)
            odds = share / (1 - share) * np.exp(logit)
            seen[name].append(100 * (met.mean(axis=1) + odds / (1 + odds) - share))
    return {
        name: np.quantile(one - other, [0.025, 0.975])
        for name, (one, other) in seen.items()
    }


DRAWS = of_draws(np.array([-5, -3, -1, 1, 3, 5]), np.array([-7, -5, -6, -4, -6, -5]))
SPREADS = Spreads(3.0, 1.2, 0.4)
SIZES = (60, 40)


def drawn(arm: list[np.ndarray]) -> list[Drawn]:
    """Draws of an arm at its last visit."""
    off = [np.array([0.0, spread]) for spread in SPREADS]
    reach = 4 * sum(SPREADS)
    return [Drawn(shifts(one, 0, reach, 60, RULE), *off).at(1) for one in arm]


def worst(found: dict[str, Any]) -> float:
    """How far half-widths lie off those of brute force, as a share of them."""
    truth = brute_force(DRAWS, SPREADS, SIZES)
    ratio = [np.diff(found[name][1:])[0] / np.diff(truth[name])[0] for name in truth]
    return float(np.abs(np.array(ratio) - 1).max())


def test_intervals_are_those_of_trials_by_brute_force() -> None:
    """Half-widths and ends, to 4 % of the half-width.

    A quantile of 40,000 trials has an error of 0.7 % of the half-width, the lattice one
    of up to 3 %, and shares come in steps of 1.7 and 2.5 percent points.
    """
    found = intervals(drawn(DRAWS[0]), drawn(DRAWS[1]), SIZES)
    assert worst(found) < 0.04
    truth = brute_force(DRAWS, SPREADS, SIZES)
    for name, (low, high) in truth.items():
        off = np.array(found[name][1:]) - [low, high]
        assert np.abs(off).max() < 0.04 * (high - low) / 2, name


def test_planted_draws_that_are_not_paired_are_found() -> None:
    """Other parameters in the reference: what both arms share does not cancel."""
    found = intervals(drawn(DRAWS[0]), drawn(DRAWS[1][::-1]), SIZES)
    assert worst(found) > 0.3


def test_planted_studies_that_differ_between_arms_are_found() -> None:
    """The effect of the study drawn for each arm by itself."""
    own = np.hypot(*SPREADS[:2])
    apart = [
        [one._replace(study=0 * one.study, arm=0 * one.arm + own) for one in drawn(arm)]
        for arm in DRAWS
    ]
    assert worst(intervals(apart[0], apart[1], SIZES)) > 0.3


def test_planned_comparisons_come_first_then_the_first_control() -> None:
    planned = load_protocol("kap-2x2")
    assert pairs(planned) == planned.plan.comparisons
    data = planned.model_dump(mode="json", exclude_unset=True)
    del data["plan"]
    data["arms"][1]["control"] = None
    data["arms"][2].pop("control", None)
    free = Protocol.model_validate(data)
    controls = [arm.name for arm in free.arms if arm.control is not None]
    assert pairs(free) == tuple(
        (arm.name, controls[0]) for arm in free.arms if arm.control is None
    )
    for arm in data["arms"]:
        arm.pop("control", None)
    assert pairs(Protocol.model_validate(data)) == ()


def test_only_runs_that_compare_arms_leave_the_file() -> None:
    compares = trial()
    bare = compares.model_dump(mode="json", exclude_unset=True)
    for arm in bare["arms"]:
        arm.pop("control", None)
    none = Protocol.model_validate(bare)
    for draws in (0, 2):
        files = [
            result_files(
                RunRequest(protocol=one, patients=PATIENTS, seed=1, draws=draws)
            )
            for one in (compares, none)
        ]
        assert "contrasts.csv" in files[0]
        assert "contrasts.csv" not in files[1]

"""Run directories with made-up but realistic numbers, so that a report can be read.

The curves are drawn by hand-chosen formulas; nothing of the model is run.
"""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from kapsim.evidence import library
from kapsim.trial.arms.burden import burden
from kapsim.trial.arms.given import given
from kapsim.trial.protocol import Protocol

FAST_H, WINDOW_H = 3.0, 72.0
ATTENDED = 0.8
"""Share of the sessions that are attended."""
SIGNALS = (
    "ketamine_ng_ml",
    "occupancy",
    "dissociation",
    "systolic_rise_mmhg",
    "window",
    "consolidation",
    "belief_body",
    "belief_rank",
    "belief_threat",
    "rumination_per_day",
    "approach",
    "mood",
    "severity",
    "alliance",
    "sedation",
    "sessions_attended",
)
TWO_ARMS = ("Ketamine infusion", "Midazolam infusion")


def protocol(
    arms=TWO_ARMS,
    visits=("day 1", "day 2", "day 8", "day 15", "day 29"),
    dose_days=(1, 4, 8, 11, 15, 18),
    published=True,
    **changes,
):
    """Resolved protocol in JSON form; every second arm is a control."""
    entries = []
    for index, name in enumerate(arms):
        active = index % 2 == 0
        treatment = {
            "drug": "ketamine" if active else "midazolam",
            "form": "base",
            "amount": "0.5 mg/kg" if active else "0.045 mg/kg",
            "route": "intravenous",
            "over": "40 min",
            "days": list(dose_days),
        }
        if active:
            treatment["enantiomer"] = "racemate"
        sessions = [
            {"modality": "preparation", "minutes": 60, "at": ["day 1 - 48 h"]},
            {
                "modality": ("activation", "restructuring", "exposure")[index % 3],
                "minutes": 50,
                "days": [day + 1 for day in dose_days],
                "clock": "+ 2 h",
            },
            {
                "modality": "integration",
                "minutes": 50,
                "days": [day + 2 for day in dose_days[::2]],
            },
        ]
        entries.append(
            {"name": name, "treatments": [treatment], "sessions": sessions[: index % 4]}
        )
    found = [
        {
            "arm": arms[0],
            "at": "day 2",
            "measure": "MADRS",
            "metric": "change_mean",
            "value": -14.8,
            "se": 2.76,
            "n": 11,
            "source": "daly_2018",
            "grade": "seen",
        },
        {
            "arm": arms[-1],
            "at": "day 2",
            "measure": "MADRS",
            "metric": "change_mean",
            "value": -5.7,
            "se": 1.76,
            "n": 33,
            "source": "daly_2018",
            "grade": "seen",
        },
        {
            "arm": arms[0],
            "at": visits[-1],
            "measure": "MADRS",
            "metric": "response_count",
            "value": 5,
            "n": 12,
            "source": "daly_2018",
            "grade": "recalled",
            "note": "A made-up figure for a picture.",
        },
    ]
    document = {
        "kapsim": 1,
        "name": "picture",
        "title": "Six infusions with therapy in the window",
        "summary": "Whether therapy timed to the days after an infusion adds to it.",
        "population": {
            "baseline": {"mean": 33, "sd": 4},
            "entry": {"at_least": 28},
            "failures": {"mean": 2.4},
            "age": {"mean": "44 yr", "sd": "11 yr"},
            "weight": {"mean": "80 kg", "sd": "16 kg"},
            "female": "60 %",
        },
        "arms": entries,
        "visits": [
            {
                "at": at,
                "baseline": index == 0,
                "scales": ["MADRS", "QIDS-SR"],
            }
            for index, at in enumerate(visits)
        ],
        "endpoints": [{"measure": "MADRS", "kind": "change", "at": visits[-1]}],
        "published": found if published else [],
        **changes,
    }
    return Protocol.model_validate(document).model_dump(mode="json")


def _kernel(time, doses, rise_h, fall_h):
    """Sum over doses of a rise and fall that peaks at one."""
    total = np.zeros_like(time)
    peak_at = math.log(fall_h / rise_h) * rise_h * fall_h / (fall_h - rise_h)
    peak = math.exp(-peak_at / fall_h) - math.exp(-peak_at / rise_h)
    for dose in doses:
        since = np.maximum(time - dose, 0.0)
        total += (np.exp(-since / fall_h) - np.exp(-since / rise_h)) / peak
    return total


def _curves(time, doses, active, index):
    drug = _kernel(time, doses, 0.4, FAST_H) * active
    window = _kernel(time, doses, 8.0, WINDOW_H) * (1.0 if active else 0.25)
    window = window / (window + 0.6)
    kept = 1 - np.exp(-np.cumsum(window * np.gradient(time)) / 900.0)
    placebo = 5.0 * (1 - np.exp(-np.maximum(time, 0) / 20.0))
    severity = 33.0 - placebo - 9.0 * window - (8.0 + index) * kept
    better = (33.0 - severity) / 33.0
    return {
        "ketamine_ng_ml": 160 * drug,
        "occupancy": 0.6 * drug / (drug + 0.6),
        "dissociation": 25 * drug,
        "systolic_rise_mmhg": 18 * drug,
        "window": window,
        "consolidation": kept * 0.4,
        "belief_body": -0.6 + better,
        "belief_rank": -0.7 + 0.9 * better,
        "belief_threat": -0.5 + 0.8 * better,
        "rumination_per_day": 7.0 - 5.0 * better,
        "approach": 0.3 + 0.5 * better,
        "mood": -0.8 + 1.3 * better,
        "severity": severity,
        "alliance": np.zeros_like(time),
        "sedation": 1.5 * drug,
        "sessions_attended": np.zeros_like(time),
    }


def _share(count, n):
    ends = binomtest(count, n).proportion_ci(0.95, method="wilson")
    return 100 * count / n, 100 * ends.low, 100 * ends.high


def failed(arm):
    """Patients of an arm whose simulation failed."""
    return 3 if arm == TWO_ARMS[0] else 0


def _rows(arm, visit, measure, severity, baseline, n):
    factor = 1.0 if measure == "MADRS" else 0.45
    mean, base = factor * severity, factor * baseline
    sd, change = factor * 8.0, mean - base
    margin = 1.96 * sd / math.sqrt(n)
    response = _share(round(n * min(0.98, max(0.0, -change / base) ** 1.3)), n)
    remission = _share(round(n * min(0.9, max(0.0, -change / base) ** 2.2)), n)
    return {
        "arm": arm,
        "visit": visit.at,
        "day": visit.time_h / 24,
        "measure": measure,
        "n": n - failed(arm),
        "n_failed": failed(arm),
        "mean": mean,
        "sd": sd,
        "mean_low": mean - margin,
        "mean_high": mean + margin,
        "change_mean": change,
        "change_sd": sd,
        "change_low": change - margin,
        "change_high": change + margin,
        "response_pct": response[0],
        "response_low": response[1],
        "response_high": response[2],
        "remission_pct": remission[0],
        "remission_low": remission[1],
        "remission_high": remission[2],
    }


def write_run(directory: Path, document=None, n=1000) -> Path:
    """A finished run in `directory`, as the runner would have left it."""
    document = protocol() if document is None else document
    plan = Protocol.model_validate(document)
    directory.mkdir(parents=True, exist_ok=True)
    horizon = plan.horizon_h
    time = np.unique(
        np.concatenate(
            [
                np.linspace(-48.0, 0.0, 9),
                np.linspace(0.0, 24.0, 145),
                np.arange(24.0, horizon + 6.0, 6.0),
                *(
                    dose + np.linspace(0.0, 12.0, 25)
                    for arm in plan.arms
                    for dose in arm.dose_times_h
                ),
            ]
        )
    )
    time = time[time <= horizon]
    summary, signals = [], []
    for index, arm in enumerate(plan.arms):
        active = float(any(item.drug == "ketamine" for item in arm.treatments))
        curves = _curves(time, arm.dose_times_h, active, index)
        held = np.searchsorted(arm.session_times_h, time)
        curves["sessions_attended"] = ATTENDED * held
        for visit in plan.visits:
            level = float(np.interp(visit.time_h, time, curves["severity"]))
            for scale in visit.scales:
                summary.append(_rows(arm.name, visit, scale.value, level, 33.0, n))
        for name in SIGNALS:
            mean = curves[name]
            width = 0.15 * np.abs(mean)
            signals.append(
                pd.DataFrame(
                    {
                        "arm": arm.name,
                        "time_h": time,
                        "signal": name,
                        "mean": mean,
                        "q05": mean - 1.6 * width,
                        "q25": mean - 0.7 * width,
                        "q50": mean,
                        "q75": mean + 0.7 * width,
                        "q95": mean + 1.6 * width,
                    }
                )
            )
    pd.DataFrame(summary).to_csv(directory / "summary.csv", index=False)
    followed = pd.concat(signals)
    followed.to_parquet(directory / "trajectories.parquet", index=False)
    burden(plan, followed).to_csv(directory / "burden.csv", index=False)
    request = {
        "schema": 1,
        "verb": "run",
        "kapsim": "0.1.0",
        "protocol": document,
        "seed": 20170405,
        "patients_per_arm": {arm.name: n for arm in plan.arms},
        "precision": "float32",
        "refine": 1,
    }
    provenance = {
        "schema": 1,
        "software": {"kapsim": "0.1.0"},
        "seed": 20170405,
        "environment": {"python": "3.11", "backend": "cpu"},
        "evidence": {
            "library": library().digest,
            "records": sorted(library().parameters),
        },
        "resources": {"wall_s": 3.2, "workers": 2},
        "outcomes": {
            arm.name: {"ok": n - failed(arm.name), "non_finite_state": failed(arm.name)}
            for arm in plan.arms
        },
        "drug": given(plan).as_data(),
    }
    (directory / "request.json").write_text(json.dumps(request))
    (directory / "provenance.json").write_text(json.dumps(provenance))
    return directory

"""Directories of virtual trials with made-up but realistic numbers.

The numbers come from hand-chosen formulas; nothing is simulated or analysed.
"""

import json
import math
from pathlib import Path
from statistics import NormalDist

from kapsim.evidence import library
from kapsim.trial.protocol import Protocol
from kapsim.trial.summaries.intervals import wilson_interval
from tests.unit.report.synthetic import protocol

ARMS = ("Ketamine infusion", "Midazolam infusion", "Ketamine with therapy")
SIZES = (40, 60, 80)
SHOWN = 60
REPLICATES = 1000
RESPONSE = "MADRS response day 29"
ODDS = f"{RESPONSE} (odds ratio)"
"""A second effect of the endpoint before it, as the trial names it."""
ENDPOINTS = (
    ("MADRS change day 29", "MADRS", "change", "mmrm", "primary", "points"),
    (RESPONSE, "MADRS", "response", "risk difference", "secondary", "percent points"),
    (ODDS, "MADRS", "response", "logistic", "supportive", "log odds ratio"),
    ("QIDS-SR change day 29", "QIDS-SR", "change", "ancova", "secondary", "points"),
)
COMPARISONS = (
    ("ketamine vs midazolam", ARMS[0], ARMS[1]),
    ("with therapy vs midazolam", ARMS[2], ARMS[1]),
)
_TRUTH = {"points": -4.2, "log odds ratio": 0.9, "percent points": 15.0}
_SD = {"points": 9.0, "log odds ratio": 2.6, "percent points": 46.0}
_NORMAL = NormalDist()


def _error(share):
    return math.sqrt(max(share * (1 - share), 1e-4) / REPLICATES)


def _ends(shares):
    for name, share in shares.items():
        low, high = wilson_interval(round(share * REPLICATES), REPLICATES)
        yield f"{name}_low", low
        yield f"{name}_high", high


def _power_row(per_arm, endpoint, place):
    unit = endpoint[5]
    truth, sd = _TRUTH[unit] * (1 + 0.25 * place), _SD[unit]
    se = sd * math.sqrt(2 / per_arm)
    power = 1 - _NORMAL.cdf(1.96 - abs(truth) / se)
    shares = {
        "power": power,
        "power_adjusted": 0.93 * power,
        "type_1": 0.052,
        "felt_only": 0.05 + 0.25 * power,
        "coverage": 0.948,
        "for_comparator": 0.0,
        "assurance": 0.5 + 0.6 * (power - 0.5),
        "failed_blind": min(0.99, 0.4 + 0.006 * per_arm),
    }
    fallback = 0.03 if endpoint[3] == "mmrm" else 0.0
    methods = {endpoint[3] + (" us" if fallback else ""): 1 - fallback}
    methods |= {"mmrm toeph": fallback} if fallback else {}
    return {
        "per_arm": per_arm,
        "n_total": len(ARMS) * per_arm,
        "endpoint": endpoint[0],
        "comparison": COMPARISONS[place][0],
        "replicates": REPLICATES,
        "failed": 2 if per_arm == SIZES[0] else 0,
        "tested": "superiority",
        "unit": unit,
        "truth": truth,
        "truth_se": 0.02 * sd,
        "truth_felt_only": 0.3 * truth,
        "truth_felt_only_se": 0.01 * sd,
        "felt_share": 0.3,
        "felt_share_low": 0.24,
        "felt_share_high": 0.36,
        "mean_estimate": 1.01 * truth,
        "sd_estimate": se,
        "mean_se": 0.99 * se,
        "bias": 0.01 * truth,
        "bias_se": se / math.sqrt(REPLICATES),
        "low": truth - 1.96 * se,
        "high": truth + 1.96 * se,
        "methods": methods,
        **shares,
        **{f"{name}_se": _error(share) for name, share in shares.items()},
        **dict(_ends(shares)),
    }


def _arm_flow(arm, n, scale=1.0):
    return {
        "arm": arm,
        "allocated": n,
        "left": {
            "lack of effect": 3 * scale,
            "adverse effects": 1 * scale,
            "belief of being on control": 2 * scale,
            "other": 2 * scale,
        },
        "stopped": 2 * scale,
        "rescued": 1 * scale,
        "deviated": 3 * scale,
        "completed": n - 8 * scale,
        "analysed": n,
    }


def _flow(scale=1.0):
    total = SHOWN * len(ARMS)
    return {
        "assessed": total + 74,
        "excluded": 74,
        "randomised": total,
        "arms": [_arm_flow(arm, SHOWN, scale) for arm in ARMS],
    }


def _visits(plan):
    return [(visit.name, visit.time_h / 24) for visit in plan.visits]


def _trajectories(plan):
    rows = []
    for k, arm in enumerate(ARMS):
        for visit, day in _visits(plan):
            for measure, size in (("MADRS", 1.0), ("QIDS-SR", 0.5)):
                fall = (10.0, 6.0, 13.0)[k] * (1 - math.exp(-max(day, 0) / 6))
                mean = size * (33 - fall)
                half = size * (1.6 + 0.02 * day)
                rows.append(
                    {
                        "arm": arm,
                        "visit": visit,
                        "day": day,
                        "measure": measure,
                        "cohort_mean": mean,
                        "mean": mean + 0.6 * half * math.sin(3 * k + day),
                        "low": mean - half,
                        "high": mean + half,
                        "n": SHOWN - round(day / 4),
                    }
                )
    return rows


def _needed(value, se):
    low, high = 100 / (value + 1.96 * se), 100 / (value - 1.96 * se)
    return {
        "nnt": 100 / value,
        "nnt_low": low,
        "nnt_high": high,
        "nnt_through_infinity": high < 0,
    }


def _forest():
    rows = []
    for k, (comparison, _, _) in enumerate(COMPARISONS):
        for endpoint in ENDPOINTS:
            unit = endpoint[5]
            truth = _TRUTH[unit] * (1 + 0.25 * k)
            se = _SD[unit] * math.sqrt(2 / SHOWN)
            value = truth + (0.4 - 0.7 * k) * se
            p = 2 * (1 - _NORMAL.cdf(abs(value) / se))
            rows.append(
                {
                    "endpoint": endpoint[0],
                    "comparison": comparison,
                    "estimate": value,
                    "low": value - 1.96 * se,
                    "high": value + 1.96 * se,
                    "p": p,
                    "rejected": p < 0.025,
                    "truth": truth,
                    "unit": unit,
                    "method": endpoint[3],
                    **(_needed(value, se) if unit == "percent points" else {}),
                }
            )
    return rows


def _blinding(plan):
    visits = []
    for k, arm in enumerate(ARMS):
        for visit, day in _visits(plan)[1:]:
            for who, pull in (("patient", 1.0), ("rater", 0.4)):
                share = 0.5 + pull * ((0.35, -0.2, 0.38)[k] - 0.002 * day)
                bang = (2 * share - 1) * (-1 if k == 1 else 1)
                row = {"visit": visit, "day": day, "arm": arm, "who": who, "n": 58}
                row |= {"guess_active": share, "bang": bang}
                visits.append(row | {"bang_low": bang - 0.24, "bang_high": bang + 0.24})
    last = _visits(plan)[-1][0]
    curve = [
        {"rate": r / 20, "effect": -1.5 - 5 * (r / 20 - 0.5)} for r in range(4, 20)
    ]
    for row in curve:
        half = 1.2 + 3 * abs(row["rate"] - 0.7)
        row |= {"low": row["effect"] - half, "high": row["effect"] + half}
    return {
        "visits": visits,
        "james": [
            {"visit": last, "who": who, "james": v, "low": v - 0.08, "high": v + 0.08}
            for who, v in (("patient", 0.31), ("rater", 0.44))
        ],
        "trials": 200,
        "curve": curve,
        "unadjusted": -4.1,
        "adjusted_at_half": -1.5,
        "adjusted_by_guess": -2.2,
        "visit": last,
        "measure": "MADRS",
    }


def trial_data(plan: Protocol):
    """Content of trial.json with everything in it."""
    return {
        "protocol": plan.name,
        "title": plan.title,
        "sizes": list(SIZES),
        "shown": SHOWN,
        "replicates": REPLICATES,
        "cohort": 8192,
        "seed": 7,
        "alpha": 0.05,
        "endpoints": [
            {
                "id": name,
                "measure": measure,
                "kind": kind,
                "at": "day 29",
                "method": method,
                "estimand": "treatment policy",
                "role": role,
                "unit": unit,
            }
            for name, measure, kind, method, role, unit in ENDPOINTS
            if role != "supportive"
        ],
        "comparisons": [
            {"id": name, "treatment": one, "control": other}
            for name, one, other in COMPARISONS
        ],
        "power": [
            _power_row(per_arm, endpoint, place)
            for per_arm in SIZES
            for endpoint in ENDPOINTS
            for place in range(len(COMPARISONS))
        ],
        "sequential": {
            "spending": "obrien-fleming",
            "looks": [
                {
                    "fraction": 0.5,
                    "z": 2.963,
                    "nominal_p": 0.00305,
                    "stop_probability": 0.164,
                    "stop_probability_null": 0.003,
                },
                {
                    "fraction": 1.0,
                    "z": 1.969,
                    "nominal_p": 0.049,
                    "stop_probability": 0.61,
                    "stop_probability_null": 0.047,
                },
            ],
            "power": 0.774,
            "power_low": 0.747,
            "power_high": 0.799,
            "for_comparator": 0.0,
            "for_comparator_low": 0.0,
            "for_comparator_high": 0.004,
            "type_1": 0.05,
            "expected_n": 165.2,
            "expected_n_null": 179.7,
        },
        "flow": _flow(),
        "flow_mean": _flow(1.05),
        "trajectories": _trajectories(plan),
        "forest": _forest(),
        "blinding": _blinding(plan),
        "paired": [
            {
                "endpoint": ENDPOINTS[0][0],
                "comparison": name,
                "effect": -4.2,
                "se_paired": 0.061,
                "se_unpaired": 0.141,
                "variance_saved": 5.3,
            }
            for name, _, _ in COMPARISONS
        ],
        "validity": [
            "Replicates are drawn from one cohort of 8,192: valid because a trial "
            "takes at most 3 % of it."
        ],
        "notes": ["Made up for a picture."],
    }


def minimal_data(plan: Protocol):
    """Content of trial.json with one size, one question and nothing optional."""
    endpoint, comparison = ENDPOINTS[0][0], COMPARISONS[0][0]
    unknown = ("power_adjusted", "assurance", "assurance_se", "truth_se", "bias_se")
    unknown += ("for_comparator", "felt_share", "truth_felt_only_se")
    row = {
        **_power_row(SHOWN, ENDPOINTS[0], 0),
        **dict.fromkeys(unknown),
        **dict.fromkeys(("type_1", "type_1_se", "felt_only", "felt_only_se")),
        **dict.fromkeys(("failed_blind", "failed_blind_se", "coverage")),
        "truth_felt_only": None,
    }
    full = trial_data(plan)
    return {
        **full,
        "sizes": [SHOWN],
        "replicates": 1,
        "endpoints": full["endpoints"][:1],
        "comparisons": full["comparisons"][:1],
        "power": [row],
        "sequential": None,
        "flow": None,
        "flow_mean": None,
        "trajectories": [],
        "forest": [
            {
                **dict.fromkeys(("estimate", "low", "high", "p", "rejected", "nnt")),
                "endpoint": endpoint,
                "comparison": comparison,
                "truth": -4.2,
                "unit": "points",
                "method": None,
            }
        ],
        "blinding": None,
        "paired": [],
        "validity": [],
        "notes": [],
    }


def write_trial(directory: Path, data=trial_data, document=None) -> Path:
    """A finished virtual trial in `directory`; `data` makes trial.json of its plan."""
    document = protocol(ARMS) if document is None else document
    plan = Protocol.model_validate(document)
    directory.mkdir(parents=True, exist_ok=True)
    request = {"schema": 1, "verb": "trial", "kapsim": "0.1.0", "protocol": document}
    known = library()
    evidence = {"library": known.digest, "records": sorted(known.parameters)}
    provenance = {"software": {"kapsim": "0.1.0"}, "evidence": evidence}
    files = {"request": request, "provenance": provenance, "trial": data(plan)}
    for name, content in files.items():
        (directory / f"{name}.json").write_text(json.dumps(content))
    return directory

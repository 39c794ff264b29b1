"""A report of published studies with made-up figures."""

FIGURE = {
    "study": "made-up",
    "role": "development_check",
    "arm": "ketamine",
    "versus": "",
    "visit": "day 2",
    "day": 1.0,
    "since": "",
    "among": "",
    "measure": "MADRS",
    "metric": "change_mean",
    "unit": "points",
    "observed": 0.0,
    "observed_low": None,
    "observed_high": None,
    "n": 30,
    "predicted": 0.0,
    "sd": 1.0,
    "low": -2.0,
    "high": 2.0,
    "error": 0.0,
    "log_score": -1.0,
    "naive": 0.0,
    "naive_low": -4.0,
    "naive_high": 4.0,
    "naive_error": 0.0,
    "naive_log_score": -2.0,
    "naive_from": "two arms",
    "scored": True,
    "note": "",
    "source": "synthetic",
    "grade": "seen",
}


def _holds(row, before=""):
    low, high = row[f"{before}low"], row[f"{before}high"]
    return low is not None and low <= row["observed"] <= (high or float("inf"))


def figure(**given):
    """One figure; whether it lies inside follows from the rest."""
    row = FIGURE | given
    return row | {"inside": _holds(row), "naive_inside": _holds(row, "naive_")}


def report(figures):
    """What `kapsim validate` would write of them."""
    return {
        "request": {
            "kapsim": "0.0",
            "seed": 1,
            "persons": 8,
            "replicates": 2,
            "draws": 0,
        },
        "interval": "The interval holds chance.",
        "naive": "The naive predictor is a mean.",
        "figures": figures,
        "titles": {"made-up": "A study that never was"},
        "failures": [],
        "left_out": [{"name": "kap-2x2", "error": "it has no published figures."}],
        "provenance": {"evidence": "0" * 64},
    }

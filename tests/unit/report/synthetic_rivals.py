"""Studies left out and rival explanations, with made-up numbers."""

ENDPOINT = {
    "id": "a/1",
    "study": "a",
    "protocol": "a",
    "kind": "change",
    "label": "a, day 2",
    "unit": "points",
    "contrast": False,
    "n": 30,
    "day": 1.0,
    "observed": -10.0,
    "predicted": -9.0,
    "low": -14.0,
    "high": -4.0,
    "inside": True,
    "error": 1.0,
    "log_score": -1.0,
    "naive": -5.0,
    "naive_low": -15.0,
    "naive_high": 5.0,
    "naive_inside": True,
    "naive_error": 5.0,
    "naive_log_score": -3.0,
}


def left_out_data():
    """Content of left_out.json: six changes, a score, a contrast and a share."""
    endpoints = [
        *[ENDPOINT | {"id": f"a/{k}"} for k in range(6)],
        ENDPOINT | {"kind": "score", "error": 90.0},
        ENDPOINT | {"contrast": True, "error": -7.0, "inside": False},
        ENDPOINT
        | {"unit": "percent points", "error": 90.0, "naive": None}
        | dict.fromkeys(("naive_low", "naive_high", "naive_log_score"), None),
    ]
    kind = {
        "kind": "change",
        "unit": "points",
        "n": 6,
        "inside": 6,
        "coverage": 1.0,
        "mae": 1.0,
        "width": 10.0,
        "common": 6,
        "common_mae": 1.0,
        "naive_mae": 5.0,
        "common_width": 10.0,
        "naive_width": 20.0,
    }
    return {"sums": {"kinds": [kind]}, "studies": [], "endpoints": endpoints}


def _verdict(difference, told_apart):
    if not told_apart:
        return "not told apart"
    return "foretells worse" if difference < 0 else "foretells better"


def rivals_data(difference=-12.5, *, told_apart=True, by_contrasts=True):
    """Content of rivals.json: the whole model, and expectancy alone."""
    whole = {
        "name": "full",
        "title": "The whole model",
        "meaning": "All levers.",
        "difference": 0.0,
        "se": 0.0,
        "contrast_difference": 0.0,
        "contrast_se": 0.0,
        "told_apart": False,
        "contrasts_told_apart": False,
        "verdict": "",
        "contrast_verdict": "",
        "r_hat": 1.02,
    }
    rival = whole | {
        "name": "expectancy_only",
        "title": "Expectancy alone",
        "difference": difference,
        "se": 3.0,
        "contrast_se": None,
        "told_apart": told_apart,
        "contrasts_told_apart": by_contrasts,
        "verdict": _verdict(difference, told_apart),
        "contrast_verdict": _verdict(difference, by_contrasts),
    }
    absent = {"name": "no_lift", "title": "No lift", "why": "It was not run."}
    return {"rivals": [whole, rival], "left_out": [absent]}

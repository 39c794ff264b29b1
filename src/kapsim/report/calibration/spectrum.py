"""How many directions of the freed parameters the data inform."""

import math
from collections.abc import Sequence

from kapsim.report.axes import Ticks, ticks_at
from kapsim.report.calibration.record import CalibrationRecord
from kapsim.report.lab.panels import PanelDrawing
from kapsim.report.panel import panel
from kapsim.report.svg import join, marker, text

_EDGE, _LEFT, _RIGHT = 12.0, 56.0, 442.0
_TOP, _BOTTOM = 66.0, 266.0
_FLOOR = 1e-3  # least gain that is drawn
_TITLE = "What the data add to the prior, direction by direction"


def spectrum_panels(record: CalibrationRecord) -> list[PanelDrawing]:
    """Gains in precision in falling order; none where they were not recorded."""
    gains = sorted(record.data.get("spectrum") or (), reverse=True)
    if not gains:
        return []
    return [_panel(gains, record.data.get("directions", 0))]


def _panel(gains: Sequence[float], informed: int) -> PanelDrawing:
    decades = [math.log10(max(gain, _FLOOR)) for gain in gains]
    low = min(math.floor(min(decades)), -1)
    high = max(math.ceil(max(decades)), 1)
    powers = tuple(float(k) for k in range(low, high + 1))
    up = Ticks(powers, tuple(f"{10**k:g}" for k in powers))
    across = _across(len(gains))
    area = panel(
        (_LEFT, _TOP, _RIGHT, _BOTTOM),
        (0.5, len(gains) + 0.5),
        (float(low), float(high)),
        "spectrum",
    )
    marks = [
        marker(
            "circle",
            area.x(k + 1.0),
            area.y(value),
            3.2,
            class_="point c0" if k < informed else "hollow c1",
        )
        for k, value in enumerate(decades)
    ]
    parts = [
        text(_EDGE, 16.0, _TITLE, class_="head"),
        marker("circle", _EDGE + 6, 34.0, 3.2, class_="point c0"),
        text(_EDGE + 17, 38.0, "informed: half of the variance or more is gone"),
        marker("circle", _EDGE + 6, 50.0, 3.2, class_="hollow c1"),
        text(_EDGE + 17, 54.0, "not informed"),
        area.grid(across, up),
        area.value_labels(up),
        area.time_labels(across),
        *marks,
    ]
    said = f"{informed} of {len(gains)} directions are informed by the data."
    return PanelDrawing(_TITLE, said, join(parts), _BOTTOM + 42)


def _across(many: int) -> Ticks:
    step = 10 if many > 20 else 5 if many > 8 else 1
    places = [1.0, *(float(k) for k in range(step, many + 1, step) if k > 1)]
    return ticks_at(places, "direction, in falling order of gain", _RIGHT - _LEFT)

"""A small valid protocol for tests, as text and as data."""

from typing import Any

from kapsim.trial.protocol import Protocol
from kapsim.trial.protocol_file.outline import read_outline

TEXT = """\
kapsim: 1
name: small
title: A small protocol
summary: Two arms, one week.
sources: [daly_2018]
population:
  baseline: {scale: MADRS, mean: 34, sd: 5}
  failures: {mean: 2}
  age: {mean: 44 yr, sd: 10 yr}
  weight: {mean: 80 kg, sd: 16 kg}
  female: 60 %
arms:
  - name: ketamine
    treatments:
      - drug: ketamine
        enantiomer: racemate
        form: base
        amount: 0.5 mg/kg
        route: intravenous
        over: 40 min
        days: [1, 4]
    sessions:
      - {modality: support, minutes: 50, days: [2, 3], clock: + 3 h}
      - {modality: exposure, minutes: 90, at: [day 5 + 30 min]}
  - name: saline
    control: saline
    treatments:
      - {drug: placebo, route: intravenous, over: 40 min, days: [1, 4]}
visits:
  - {at: day 1, baseline: true, scales: [MADRS, QIDS-SR]}
  - {at: day 1 + 2 h, scales: [MADRS]}
  - {at: day 8, scales: [MADRS, QIDS-SR]}
endpoints:
  - {measure: MADRS, kind: change, at: day 8}
published:
  - arm: ketamine
    at: day 8
    measure: MADRS
    metric: response_count
    value: 3
    n: 12
    source: daly_2018
    grade: seen
"""


def data() -> dict[str, Any]:
    """The small protocol as plain data."""
    return read_outline(TEXT, "small.yaml").data


def protocol(**changes: Any) -> Protocol:
    """The small protocol with some top-level fields replaced."""
    return Protocol.model_validate({**data(), **changes})

"""Table 4 of Perez-Ruixo 2021: exposure by dose, age and region, all 18 rows.

The table's values were read in the transcription of the paper that is cited with the
records. Peaks and the area of esketamine are within 5 %; the area of noresketamine is
not, and the ratio is the one of the discrepancy record.
"""

import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.drug import NasalEsketamine
from kapsim.evidence import library
from validation.courses import course, people, spray

# (age, Asian, Japanese): {mg: (Cmax, AUC24, noresketamine Cmax, AUC24)}
TABLE = {
    (45, 0, 0): {
        28: (43.8, 147.3, 59.1, 274.4),
        56: (72.5, 254.7, 119.7, 516.3),
        84: (101.0, 362.2, 180.0, 758.0),
    },
    (45, 1, 0): {
        28: (44.1, 158.2, 73.4, 371.8),
        56: (73.2, 275.9, 148.5, 704.8),
        84: (102.4, 393.5, 223.5, 1037.0),
    },
    (45, 1, 1): {
        28: (57.5, 194.7, 72.1, 406.4),
        56: (94.5, 335.1, 146.3, 760.8),
        84: (131.3, 475.4, 220.4, 1114.0),
    },
    (70, 0, 0): {
        28: (44.6, 160.4, 57.3, 277.9),
        56: (73.8, 275.8, 117.2, 522.0),
        84: (102.7, 391.2, 177.0, 765.9),
    },
    (70, 1, 0): {
        28: (44.9, 171.0, 71.4, 373.9),
        56: (74.4, 296.3, 145.9, 708.0),
        84: (103.8, 421.5, 220.4, 1042.0),
    },
    (70, 1, 1): {
        28: (58.8, 212.2, 69.0, 409.2),
        56: (96.5, 363.1, 141.7, 765.3),
        84: (133.8, 513.9, 214.4, 1121.0),
    },
}
GROUPS = list(TABLE)
TIMES = np.unique(np.concatenate([np.arange(0, 6, 1 / 60), np.arange(6, 24.01, 0.1)]))


def exposures(route, mg):
    """Cmax, AUC24 [ng/mL, ng h/mL] of esketamine and noresketamine, [4, groups]."""
    age, asian, japanese = np.array(GROUPS, float).T
    who = people(len(GROUPS), age=age, asian=asian, japanese=japanese)
    time, levels = course(route, [spray(float(mg))], TIMES, who)
    s, n = levels.s_ketamine, levels.s_norketamine
    area = lambda c: np.trapezoid(c, time, axis=0)
    return np.array([s.max(0), area(s), n.max(0), area(n)])


def ratios(mg, route=None):
    """Obtained over published, [4, groups]."""
    published = np.array([TABLE[group][mg] for group in GROUPS]).T
    return exposures(NasalEsketamine() if route is None else route, mg) / published


@pytest.mark.parametrize("mg", [28, 56, 84])
def test_peaks_and_area_of_esketamine(mg):
    np.testing.assert_allclose(ratios(mg)[:3], 1.0, rtol=0.05)


@pytest.mark.parametrize(("column", "mg"), [(0, 28), (1, 56), (2, 84)])
def test_area_of_noresketamine_misses_by_the_recorded_ratio(column, mg):
    record = library().discrepancies["drug.nasal.noresketamine_auc"]
    assert isinstance(record.ratio, list)
    got = ratios(mg)[3]
    # recorded to three decimals; area by trapezium to the same
    np.testing.assert_allclose(got[0], record.ratio[column], rtol=0.003)
    assert got.min() > 1.37
    assert got.max() < 1.57


def test_planted_fault_in_the_device_effect_is_seen():
    faulty = ratios(84, NasalEsketamine(later_device=jnp.asarray(1.0)))[:3]
    assert np.max(np.abs(faulty - 1)) > 0.05

"""Second entry of the published kinetic parameters, typed from the papers' tables.

Spreads are entered as printed (CV % or variances) and converted here, so a slip in the
conversion of the records shows.
"""

import numpy as np
import pytest

from kapsim.evidence import library

# Otto 2021, Table 3 and its supplement: value, variance on the log scale
INTRAVENOUS = {
    "v1": (133.0, 0.084177),
    "cl": (95.2, 0.026048),
    "vp1": (187.0, None),
    "q1": (23.2, None),
    "vp2": (98.8, None),
    "q2": (157.0, None),
    "vn": (98.638, 0.040426),
    "cln": (57.72, 0.10319),
    "vpn": (160.04, None),
    "qn": (42.778, None),
}
COVARIANCES = {("v1", "cl"): 0.02261, ("vn", "cln"): 0.04456}

# Perez-Ruixo 2021, Table 3: value, CV % (nasal share: SD in the logit times 100)
NASAL = {
    "nasal_share": (0.54, 70.8),
    "later_device": (0.62, None),
    "japanese_share": (1.34, None),
    "ka": (2.93, 61.5),
    "swallowed_h": (0.53, None),
    "kg": (1.45, 132.0),
    "fgut": (0.64, None),
    "v": (192.0, 27.5),
    "vp1": (143.0, 49.3),
    "q1": (84.3, None),
    "vp2": (417.0, None),
    "q2": (37.6, None),
    "qh": (151.0, 23.2),
    "vh": (101.0, 34.6),
    "kel": (1.11, 120.0),
    "asian_kel": (0.36, None),
    "kmet": (2.77, None),
    "vn": (70.0, 31.6),
    "cln": (38.0, 25.4),
    "asian_cln": (0.81, None),
    "vpn": (115.0, None),
    "qn": (26.1, None),
    "age_from": (60.0, None),
    "device": (28.0, None),  # label
}
ROUNDING = 5e-4  # the records keep four digits of a spread


def spread(record_id):
    between = library().parameter(record_id).between
    return 0.0 if between is None else between.sd


@pytest.mark.parametrize("name", INTRAVENOUS)
def test_intravenous(name):
    value, variance = INTRAVENOUS[name]
    record = library().parameter(f"drug.intravenous.{name}")
    np.testing.assert_allclose(record.internal_value, value, rtol=1e-12)
    if variance is None:
        assert spread(record.id) == 0
    else:
        np.testing.assert_allclose(spread(record.id), variance**0.5, rtol=1e-5)


@pytest.mark.parametrize("pair", COVARIANCES)
def test_intravenous_covariances_are_entered_both_ways(pair):
    ids = [f"drug.intravenous.{name}" for name in pair]
    for one, other in (ids, ids[::-1]):
        between = library().parameter(one).between
        assert between is not None
        np.testing.assert_allclose(
            between.covariance[other], COVARIANCES[pair], rtol=1e-12
        )


@pytest.mark.parametrize("name", NASAL)
def test_nasal(name):
    value, cv = NASAL[name]
    record = library().parameter(f"drug.nasal.{name}")
    np.testing.assert_allclose(record.internal_value, value, rtol=1e-12)
    if cv is None:
        assert spread(record.id) == 0
        return
    ratio = cv / 100
    want = ratio if name == "nasal_share" else np.log1p(ratio**2) ** 0.5
    np.testing.assert_allclose(spread(record.id), want, rtol=ROUNDING)


def test_a_cv_taken_for_a_standard_deviation_would_be_seen():
    assert abs(1.32 / np.log1p(1.32**2) ** 0.5 - 1) > ROUNDING


def test_every_published_number_of_the_room_has_a_second_entry():
    entered = {f"drug.intravenous.{name}" for name in INTRAVENOUS}
    entered |= {f"drug.nasal.{name}" for name in NASAL}
    published = {
        record.id
        for record in library().parameters.values()
        if record.id.startswith(("drug.intravenous.", "drug.nasal."))
        and record.kind == "published"
    }
    assert published == entered

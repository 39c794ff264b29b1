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
# Perez-Ruixo 2021, Table 3: the oral solution
ORAL = {"oral_h": (0.32, None), "kg": (0.97, 132.0)}

# Simons 2022, Table 4: value and unit, variances (between people + between occasions)
ARTERIAL = {
    "arterial.v1": (11.6, 1.0, 0.057),
    "arterial.v2": (39.0, 1.0, None),
    "arterial.v3": (174.0, 1.0, None),
    "arterial.cl": (1.48, 60.0, 0.029),
    "arterial.q2": (2.43, 60.0, None),
    "arterial.q3": (1.21, 60.0, 0.026),
    "arterial.mtt": (20.1, 1 / 60, 0.021 + 0.751),
    "arterial.formed": (0.8, 1.0, None),
    "arterial.vpn": (221.0, 1.0, None),
    "arterial.cln": (1.00, 60.0, 0.050),
    "arterial.qn": (2.63, 60.0, None),
    "arterial.mtt_h": (1.12, 1 / 60, None),
    "hydroxynorketamine.share": (0.7, 1.0, None),
    "hydroxynorketamine.v": (4.4, 1.0, 1.22),
    "hydroxynorketamine.vp": (87.5, 1.0, 0.152),
    "hydroxynorketamine.cl": (0.933, 60.0, 0.103 + 0.008),
    "hydroxynorketamine.q": (1.70, 60.0, 0.287),
    "film.mucosal_share": (0.263, 1.0, 0.060),
    "film.mucosal_h": (13.1, 1 / 60, None),
    "film.ka": (0.04, 60.0, 0.062),
    "film.swallowed_share": (1.16, 1.0, 0.057),
    "film.swallowed_h": (29.9, 1 / 60, None),
    "film.kg": (0.049, 60.0, 0.376),
    "film.mtt_gut": (10.7, 1 / 60, 0.937),
}
OTHER = {
    "drug.arterial.female_clearance": 1.2,  # Sigtermans 2009, abstract
    "drug.allometry.reference_weight": 70.0,  # Otto 2021, Table 3, footnote
    "drug.allometry.on_volume": 1.0,
    "drug.allometry.on_clearance": 0.75,
    "drug.intramuscular.available": 0.93,  # as quoted from Grant 1981
    "drug.oral.available": 0.20,  # Yanagihara 2003, tablet
    "drug.rectal.available": 0.30,  # Yanagihara 2003
    "drug.extended.available_s": 0.15,  # Hasan 2021, 15 (SD 8) %
    "drug.extended.available_r": 0.19,  # Hasan 2021, 19 (SD 10) %
}
ENTERED = {f"drug.intravenous.{name}" for name in INTRAVENOUS}
ENTERED |= {f"drug.nasal.{name}" for name in NASAL}
ENTERED |= {f"drug.oral_esketamine.{name}" for name in ORAL}
ENTERED |= {f"drug.{name}" for name in ARTERIAL} | set(OTHER)
SETS = tuple({record_id.rpartition(".")[0] + "." for record_id in ENTERED})
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


def matches_table_3(record_id, value, cv):
    """Value and CV % of Perez-Ruixo 2021."""
    record = library().parameter(record_id)
    np.testing.assert_allclose(record.internal_value, value, rtol=1e-12)
    if cv is None:
        assert spread(record.id) == 0
        return
    ratio = cv / 100
    shares = record_id.endswith("nasal_share")
    want = ratio if shares else np.log1p(ratio**2) ** 0.5
    np.testing.assert_allclose(spread(record.id), want, rtol=ROUNDING)


@pytest.mark.parametrize("name", NASAL)
def test_nasal(name):
    matches_table_3(f"drug.nasal.{name}", *NASAL[name])


@pytest.mark.parametrize("name", ORAL)
def test_oral_solution(name):
    matches_table_3(f"drug.oral_esketamine.{name}", *ORAL[name])


@pytest.mark.parametrize("name", ARTERIAL)
def test_arterial_and_film(name):
    value, unit, variance = ARTERIAL[name]
    record = library().parameter(f"drug.{name}")
    np.testing.assert_allclose(record.internal_value, value * unit, rtol=1e-12)
    want = 0.0 if variance is None else variance**0.5
    np.testing.assert_allclose(spread(record.id), want, rtol=ROUNDING)


@pytest.mark.parametrize("record_id", OTHER)
def test_single_numbers(record_id):
    assert library().parameter(record_id).internal_value == OTHER[record_id]


def test_a_cv_taken_for_a_standard_deviation_would_be_seen():
    assert abs(1.32 / np.log1p(1.32**2) ** 0.5 - 1) > ROUNDING


def test_every_published_number_of_these_sets_has_a_second_entry():
    published = {
        record.id
        for record in library().parameters.values()
        if record.id.startswith(SETS) and record.kind == "published"
    }
    assert published == ENTERED

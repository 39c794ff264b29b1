"""Exposures: exact areas, an independent solution, and people who stay themselves."""

import inspect
from typing import Any

import equinox as eqx
import numpy as np
import pytest
import scipy.integrate
import scipy.linalg
import xarray as xr

import kapsim
from kapsim.drug.exposure import watched
from kapsim.drug.exposure.dataset import SIGNALS, Asked
from kapsim.drug.exposure.dose import dose
from kapsim.drug.exposure.exposure import ExposureError, exposure
from kapsim.drug.exposure.summary import per_person, shares, summary
from kapsim.drug.kinetics.schedule import Dose, Molecule, RouteName
from kapsim.drug.regimen.text import parse_regimen
from kapsim.evidence import library
from kapsim.units import KapsimError

INFUSION = "esketamine 28 mg iv over 40 min"


def value(record: str) -> float:
    return library().parameter(record).internal_value


def few(text: str, **options: Any) -> xr.Dataset:
    return exposure(parse_regimen(text), people=5, **options)


@pytest.fixture(scope="module")
def infused() -> xr.Dataset:
    return few(INFUSION)


def typical_area(data: xr.Dataset, analyte: str, span: str = "0 to infinity") -> float:
    return float(data.area_typical.sel(analyte=analyte, span=span))


# -- exact -----------------------------------------------------------------------------


def test_the_area_is_dose_over_clearance(infused: xr.Dataset) -> None:
    expected = 28 / value("drug.intravenous.cl") * 1000  # ng*h/mL at 70 kg
    assert typical_area(infused, "ketamine") == pytest.approx(expected, rel=1e-9)
    assert typical_area(infused, "s_ketamine") == typical_area(infused, "ketamine")
    assert typical_area(infused, "r_ketamine") == 0


def test_clearance_follows_weight() -> None:
    heavy = few("esketamine 0.4 mg/kg iv over 40 min", who=Asked(weight_kg=105.0))
    cl = value("drug.intravenous.cl") * 1.5 ** value("drug.allometry.on_clearance")
    expected = 0.4 * 105 / cl * 1000
    assert typical_area(heavy, "ketamine") == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("words", "share"),
    [("im", "drug.intramuscular.available"), ("sc", "drug.subcutaneous.available")],
)
def test_the_area_after_an_absorbed_share(words: str, share: str) -> None:
    data = few(f"esketamine 28 mg {words}")
    expected = 28 * value(share) / value("drug.intravenous.cl") * 1000
    assert typical_area(data, "ketamine") == pytest.approx(expected, rel=1e-7)


def test_areas_of_several_doses_add_up() -> None:
    data = few("esketamine 28 mg iv over 40 min every 12 h x 3")
    expected = 3 * 28 / value("drug.intravenous.cl") * 1000
    assert typical_area(data, "ketamine") == pytest.approx(expected, rel=1e-9)
    spans = [typical_area(data, "ketamine", span) for span in data.span.to_numpy()]
    assert spans == sorted(spans)
    assert spans[0] < 2 * expected / 3


def compartments() -> np.ndarray:
    """Rates of change of S-ketamine in plasma and two peripherals, 70 kg [1/h]."""
    names = ("v1", "cl", "vp1", "q1", "vp2", "q2")
    v1, cl, vp1, q1, vp2, q2 = (value(f"drug.intravenous.{name}") for name in names)
    return np.array(
        [
            [-(cl + q1 + q2) / v1, q1 / vp1, q2 / vp2],
            [q1 / v1, -q1 / vp1, 0],
            [q2 / v1, 0, -q2 / vp2],
        ]
    )


def test_an_independent_solution_agrees(infused: xr.Dataset) -> None:
    """The matrix exponential, with the infusion and the area as two more states."""
    v1 = value("drug.intravenous.v1")
    whole = np.zeros((5, 5))
    whole[:3, :3] = compartments()
    whole[0, 3] = 28 / (2 / 3)  # mg/h while state 3 is 1
    whole[4, 0] = 1000 / v1  # area, ng*h/mL
    start = np.array([0, 0, 0, 1.0, 0])
    end = scipy.linalg.expm(whole * 2 / 3) @ start
    end[3] = 0
    day = scipy.linalg.expm(whole * (24 - 2 / 3)) @ end
    peak = float(infused.ketamine_typical.max())
    assert peak == pytest.approx(end[0] / v1 * 1000, rel=1e-9)
    assert float(infused.ketamine_typical[-1]) == pytest.approx(
        day[0] / v1 * 1000, rel=1e-9
    )
    area = typical_area(infused, "ketamine", "0 to 24 h")
    assert area == pytest.approx(day[4], rel=1e-9)


def test_the_half_life_is_that_of_the_slowest_eigenvalue(infused: xr.Dataset) -> None:
    slowest = -np.linalg.eigvals(compartments()).real.max()
    half_life = float(infused.half_life_typical.sel(analyte="ketamine"))
    assert half_life == pytest.approx(np.log(2) / slowest, rel=1e-9)
    assert np.isnan(infused.half_life.sel(analyte="midazolam")).all()


def test_effects_with_a_memory_agree_with_an_independent_solver(
    infused: xr.Dataset,
) -> None:
    """Effect site, tolerance and pressure as one system of equations."""
    v1, rates = value("drug.intravenous.v1"), compartments()
    ke0, tau = value("drug.effect_site.ke0"), value("drug.dissociation.tau_t")
    delay = value("drug.blood_pressure.delay")

    def slopes(t: float, x: np.ndarray) -> np.ndarray:
        plasma = rates @ x[:3]
        plasma[0] += 28 / (2 / 3) if t < 2 / 3 else 0
        effect, tolerance, pressure = x[3:]
        return np.append(
            plasma,
            [
                ke0 * (x[0] / v1 * 1000 - effect),
                (effect - tolerance) / tau,
                (effect - pressure) / delay,
            ],
        )

    options = {"method": "LSODA", "rtol": 1e-10, "atol": 1e-10, "max_step": 0.01}
    solved = scipy.integrate.solve_ivp(
        slopes, (0, 1.5), np.zeros(6), t_eval=[0.5, 1.0, 1.5], **options
    )
    effect, tolerance, pressure = solved.y[3:]
    midpoint = value("drug.dissociation.c50") * (
        1 + tolerance / value("drug.dissociation.t50")
    )
    steep = value("drug.dissociation.steepness")
    felt = effect**steep / (midpoint**steep + effect**steep)
    felt *= value("drug.dissociation.maximum") * value("drug.dissociation.share")
    rise = pressure * value("drug.blood_pressure.systolic")
    shown = infused.sel(time=solved.t, method="nearest", tolerance=1e-6)
    np.testing.assert_allclose(shown.dissociation_typical, felt, rtol=5e-3, atol=0)
    np.testing.assert_allclose(shown.systolic_rise_typical, rise, rtol=5e-3, atol=0)


def test_a_bolus_is_there_at_its_time() -> None:
    data = few("esketamine 10 mg iv")
    expected = 10 / value("drug.intravenous.v1") * 1000
    assert float(data.ketamine_typical[0]) == pytest.approx(expected, rel=1e-12)
    assert float(data.ketamine_typical.max()) == float(data.ketamine_typical[0])


def test_the_end_of_an_infusion_is_shown(infused: xr.Dataset) -> None:
    peak = next(m for m in per_person(infused) if m.name == "time of peak")
    assert peak.typical == pytest.approx(2 / 3, abs=1e-12)
    np.testing.assert_allclose(peak.values, 2 / 3, rtol=1e-12)


def test_clarithromycin_changes_the_area_by_the_published_ratio(
    infused: xr.Dataset,
) -> None:
    beside = few(INFUSION, medicines=("clarithromycin",))
    ratio = value("drug.interactions.clarithromycin.intravenous_area")
    expected = ratio * typical_area(infused, "ketamine")
    assert typical_area(beside, "ketamine") == pytest.approx(expected, rel=1e-9)
    assert beside.attrs["medicines"] == "clarithromycin"


def test_another_value_of_a_parameter_is_used(infused: xr.Dataset) -> None:
    cl = 2 * value("drug.intravenous.cl")
    data = few(INFUSION, values={"drug.intravenous.cl": cl})
    half = typical_area(infused, "ketamine") / 2
    assert typical_area(data, "ketamine") == pytest.approx(half, rel=1e-9)
    assert "drug.intravenous.cl" in data.attrs["changed_parameters"]


# -- people ----------------------------------------------------------------------------


def test_people_without_spread_are_the_typical_person(
    infused: xr.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched, "spread", lambda mechanism, seed, people: mechanism)
    unspread = eqx.filter_jit(inspect.unwrap(watched._own))  # the other has the spread
    monkeypatch.setattr(watched, "_own", unspread)
    alike = few(INFUSION)
    for name in (*SIGNALS, "area", "half_life"):
        own = alike[name].to_numpy()
        np.testing.assert_array_equal(
            own, np.broadcast_to(alike[f"{name}_typical"], own.shape)
        )
        np.testing.assert_allclose(
            alike[f"{name}_typical"], infused[f"{name}_typical"], rtol=1e-9, atol=1e-12
        )


def test_people_differ(infused: xr.Dataset) -> None:
    for name in ("ketamine", "dissociation", "drug_high", "sedation", "systolic_rise"):
        assert len(np.unique(infused[name].max("time"))) == 5


def test_a_person_is_the_same_among_few_and_many() -> None:
    some, many = (exposure(parse_regimen(INFUSION), people=n) for n in (10, 1030))
    assert dict(many.sizes)["person"] == 1030
    for name in (*SIGNALS, "area", "half_life"):
        np.testing.assert_array_equal(some[name], many[name][:10])
        np.testing.assert_array_equal(some[f"{name}_typical"], many[f"{name}_typical"])
    assert len(np.unique(many.ketamine.max("time"))) == 1030


def test_the_seed_makes_the_people(infused: xr.Dataset) -> None:
    again, other = few(INFUSION), few(INFUSION, seed=2)
    xr.testing.assert_identical(again, infused)
    assert (other.ketamine.max("time") != infused.ketamine.max("time")).all()
    np.testing.assert_array_equal(other.ketamine_typical, infused.ketamine_typical)


def test_the_order_of_regimens_does_not_matter(infused: xr.Dataset) -> None:
    few("esketamine 84 mg nasal")
    xr.testing.assert_identical(few(INFUSION), infused)


def test_the_same_person_takes_two_routes() -> None:
    """Effects of a person are drawn once, whatever is given."""
    twice = few("esketamine 20 mg iv over 40 min + esketamine 28 mg nasal at 12 h")
    assert "Levels of several routes" in twice.attrs["caveat"]
    np.testing.assert_allclose(
        twice.systolic_rise.max("time") / twice.diastolic_rise.max("time"),
        few(INFUSION).systolic_rise.max("time")
        / few(INFUSION).diastolic_rise.max("time"),
        rtol=1e-9,
    )


# -- what is told ----------------------------------------------------------------------


def planted(**tops: tuple[float, ...]) -> xr.Dataset:
    """People with these highest values, and nothing else of anything."""
    data = few(INFUSION)
    for name in SIGNALS:
        data[name] = data[name] * 0
    for name, values in tops.items():
        data[name][:, 7] = np.array(values)
    return data


def test_shares_count_by_the_label() -> None:
    found = shares(
        planted(
            dissociation=(0.0, 4.0, 4.01, 30.0, 3.9),
            systolic_rise=(39.9, 40.0, 0.0, 0.0, 0.0),
            diastolic_rise=(0.0, 0.0, 25.0, 24.9, 26.0),
            sedation=(0.4, 0.6, 1.0, 5.0, 0.0),
        )
    )
    assert [share.met.tolist() for share in found] == [
        [False, False, True, True, False],
        [False, True, True, False, True],
        [False, True, True, True, False],
    ]
    assert [share.percent for share in found] == pytest.approx([40, 60, 60])


def test_the_summary_has_quantiles_over_people(infused: xr.Dataset) -> None:
    rows = summary(infused).to_dict("records")
    table = {(row["of"], row["measure"]): row for row in rows}
    peaks = infused.ketamine.max("time").to_numpy()
    row = table["ketamine", "peak"]
    assert row["median"] == np.median(peaks)
    assert row["low"] == np.quantile(peaks, 0.05)
    assert row["high"] == np.quantile(peaks, 0.95)
    assert row["typical"] == float(infused.ketamine_typical.max())
    area = table["ketamine", "area 0 to infinity"]
    assert area["unit"] == "ng*h/mL"
    assert area["typical"] == typical_area(infused, "ketamine")
    assert "midazolam" not in {of for of, _ in table}


def test_the_dataset_says_what_it_rests_on(infused: xr.Dataset) -> None:
    said = infused.attrs
    assert said["site"] == "venous plasma"
    assert said["kapsim_version"] == kapsim.__version__
    assert said["seed"] == 1
    assert "not a dosing adviser" in said["note"]
    assert "PET" in said["occupancy_note"]
    assert "drug.intravenous.cl" in said["records"]
    assert "drug.sedation.c50" in said["records"]
    assert "fanta_2015" in said["sources"]
    for name in SIGNALS:
        assert infused[name].dtype == np.float64
        assert infused[name].units == SIGNALS[name][0]
        assert infused[f"{name}_typical"].long_name.endswith("typical person")
    label = few("esketamine 112 mg nasal").attrs["warnings"]
    assert "112 mg" in label
    assert "the most in a session is 84 mg" in label


def test_one_call_from_words() -> None:
    data = kapsim.dose(INFUSION, weight="80 kg", age="30 yr", sex="female", people=3)
    same = exposure(parse_regimen(INFUSION), Asked(80.0, 30.0, 1.0), people=3)
    xr.testing.assert_equal(data, same)
    assert data.attrs["regimen"] == INFUSION
    assert not hasattr(kapsim, "doze")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"people": 0}, "people must be 1 or more"),
        ({"hours": 0.0}, "the time of the last dose"),
        ({"hours": float("nan")}, "hours must be a number"),
        ({"weight": "0 kg"}, "weight_kg must be a number above 0"),
        ({"weight": "70"}, "has no unit"),
        ({"weight": 70}, "give '70 kg'"),
        ({"weight": 72.5}, "give '72.5 kg'"),
        ({"age": 44}, "give '44 yr'"),
        ({"sex": "other"}, "is not female or male"),
        ({"region": "moon"}, "other, asia, japan"),
        ({"seed": -1}, "a seed must lie"),
        ({"medicines": ("aspirin",)}, "no recorded interaction"),
        ({"people": 10**9}, "MB are free"),
    ],
)
def test_what_cannot_be_carried_out_is_refused(
    options: dict[str, Any], said: str
) -> None:
    with pytest.raises(KapsimError, match=said):
        dose(INFUSION, **options)


def test_arterial_plasma_on_request_and_what_is_given_in_all() -> None:
    venous, arterial = (few(INFUSION, arterial=x) for x in (False, True))
    assert venous.attrs["site"] == "venous plasma"
    assert arterial.attrs["site"] == "arterial plasma"
    peaks = [float(x["ketamine_typical"].max()) for x in (venous, arterial)]
    assert 1.5 < peaks[1] / peaks[0] < 2.5
    assert venous.attrs["given"] == (
        "esketamine: 1 dose, 28 mg of base in all, at most 28 mg in a week"
    )


def test_other_refusals() -> None:
    with pytest.raises(ExposureError, match="no dose"):
        exposure(())
    with pytest.raises(ExposureError, match="between 0 and 1"):
        few(INFUSION, who=Asked(female=2.0))
    with pytest.raises(KapsimError):
        few(INFUSION, values={"drug.no_such_record": 1.0})


def test_placebo_and_nothing_do_nothing() -> None:
    for mg, molecule in ((0.0, Molecule.KETAMINE), (5.0, Molecule.PLACEBO)):
        given = Dose(time_h=0.0, molecule=molecule, route=RouteName.INTRAVENOUS, mg=mg)
        data = exposure((given,), people=2)
        assert all(float(abs(data[name]).max()) == 0 for name in SIGNALS)
        assert float(data.area.max()) == 0
        assert np.isnan(data.half_life).all()
        assert list(summary(data)) == []

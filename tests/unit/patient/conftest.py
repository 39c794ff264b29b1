"""Patients that several test files look at, stepped once."""

import pytest

from kapsim.drug import IntravenousKetamine
from tests.unit.patient.people import calendar, follow, infusions, steady


@pytest.fixture(scope="package")
def untreated():
    """People without treatment, and their states on days 0, 7, 30 and 60."""
    patient = steady()
    return patient, follow(patient, calendar(60.0, records=[0, 7, 30, 60]))


@pytest.fixture(scope="package")
def dosed():
    """States on days 0, 1, 7 and 28 of an infusion on day 0, by values and dose."""

    def make(values, mg_per_kg=0.5, **arm):
        arm = {"known": 1.0, **arm}
        doses = infusions([0.0], mg_per_kg)
        schedule = calendar(28.0, doses=doses, records=[0, 1, 7, 28], **arm)
        return follow(steady(values, IntravenousKetamine()), schedule)

    return make

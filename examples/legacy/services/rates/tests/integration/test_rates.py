import os

import pytest
from integration_mode import integration_mode

from rates.tariff import RatesAt, price

MODE = integration_mode()

cluster_only = pytest.mark.skipif(MODE != "cluster", reason="needs the service")


def test_a_parcel_to_austria(rates, mode):
    per_kilogram = rates.per_kilogram("at")
    if mode != "cluster":
        assert per_kilogram == 450
    else:
        assert per_kilogram > 0
    assert price(2500, per_kilogram) == 3 * per_kilogram


@pytest.mark.skipif(MODE == "cluster", reason="the real service knows all countries")
@pytest.mark.parametrize("country", ["at", "de"])
def test_the_stub_knows_one_rate(rates, country):
    assert rates.per_kilogram(country) == (900 if MODE == "cluster" else 450)


@cluster_only
def test_the_service_knows_all_countries():
    service = RatesAt(os.environ["RATES_URL"])
    assert service.per_kilogram("nz") > service.per_kilogram("at")


def test_a_rate_changes_at_new_year(rates):
    if MODE != "cluster":
        pytest.skip("the stub has no calendar")
    assert rates.per_kilogram("at?day=2027-01-01") > rates.per_kilogram("at")

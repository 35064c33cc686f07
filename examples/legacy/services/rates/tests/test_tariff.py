import pytest

from rates.tariff import price


@pytest.mark.parametrize(("grams", "cents"), [(1, 300), (1000, 300), (1001, 600)])
def test_each_kilogram_that_was_begun_counts(grams, cents):
    assert price(grams, 300) == cents


@pytest.mark.slow
def test_a_parcel_weighs_something():
    with pytest.raises(ValueError, match="0 g is no parcel"):
        price(0, 300)

"""Which ``go test`` runs which integration tests: all of the phase's, and none of the other's, whatever they are called."""

from __future__ import annotations

import pytest

from testrun.local.tools import go_select
from testrun.local.tools.go_select import Package, Selection


def package(folder: str, names: str, others: str = "") -> Package:
    return Package(folder=folder, names=frozenset(names.split()), others=frozenset(others.split()))


SELECTIONS = {
    "none": ([], []),
    "packages without unit tests need no names": (
        [package("a", "TestA"), package("b", "TestB")],
        [Selection(folders=["a", "b"])],
    ),
    "packages with unit tests share one run": (
        [package("a", "TestA", "TestOne"), package("b", "TestB", "TestTwo")],
        [Selection(folders=["a", "b"], names={"TestA", "TestB"}, others={"TestOne", "TestTwo"})],
    ),
    "a name that is a unit test elsewhere": (
        [package("a", "TestDb", "TestServer"), package("b", "TestServer", "TestOther"), package("c", "TestC", "TestOther")],
        [
            Selection(folders=["a", "c"], names={"TestDb", "TestC"}, others={"TestServer", "TestOther"}),
            Selection(folders=["b"], names={"TestServer"}, others={"TestOther"}),
        ],
    ),
    "a unit test that is an integration test before": (
        [package("a", "TestServer", "TestOther"), package("b", "TestDb", "TestServer")],
        [
            Selection(folders=["a"], names={"TestServer"}, others={"TestOther"}),
            Selection(folders=["b"], names={"TestDb"}, others={"TestServer"}),
        ],
    ),
    "the same name in a package without unit tests is no matter": (
        [package("a", "TestDb", "TestServer"), package("b", "TestServer")],
        [Selection(folders=["b"]), Selection(folders=["a"], names={"TestDb"}, others={"TestServer"})],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("packages", "expected"), SELECTIONS.values(), ids=SELECTIONS)
def test_selections(packages: list[Package], expected: list[Selection]):
    assert go_select.selections(packages) == expected


def test_more_names_than_an_argument_holds_are_split():
    names = {f"TestCustomerCanPlaceOrder{number:05}" for number in range(10_000)}
    found = go_select.selections([Package(folder="a", names=frozenset(names), others=frozenset({"TestU"}))])
    assert set.union(*(each.names for each in found)) == names
    assert sum(len(each.names) for each in found) == len(names)
    assert [each.folders for each in found] == [["a"]] * 4
    assert all(len("|".join(each.names)) <= go_select.NAMES_BYTES for each in found)

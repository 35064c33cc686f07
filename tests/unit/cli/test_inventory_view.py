"""Golden texts: the inventory as columns, in Markdown, and as JSON."""

from __future__ import annotations

import build

from testrun.cli import inventory_view
from testrun.core import inventory
from testrun.core.inventory import Kept, Use


def suite(name: str, use: Use, *runs: Kept, **changes: str) -> inventory.Suite:
    values = {"namespace": "shop", "app": "", "hook": "", "defined_in": ""}
    return inventory.Suite(name=name, use=use, runs=runs, **values | changes)  # type: ignore[arg-type]


def over(name: str, verdict: str, message: str, *, flaky_tests: int = 0) -> Kept:
    """A run that began an hour ago and took 48 s."""
    return Kept(
        namespace="shop", name=name, verdict=verdict, state=verdict, message=message, flaky_tests=flaky_tests, image="e2e:1",
        revision="7f3c2d1", created=build.at(-3610), started=build.at(-3600), completed=build.at(-3552),
    )  # fmt: skip


GOES_ON = Kept(namespace="shop", name="smoke-x3", state="Running", created=build.at(-60))
SUITES = (
    suite(
        "smoke", Use.HOOK, over("smoke-x1", "Passed", "42 of 42 tests passed", flaky_tests=1),
        over("smoke-x2", "Failed", "2 of 42 failed | *c*\x1b[31m"), GOES_ON, app="storefront", hook="PostSync",
    ),
    suite("waits", Use.HOOK, Kept(namespace="shop", name="waits", state="Suspended", created=build.at(-7200)), hook="helm test"),
    suite("nightly", Use.ACCEPTANCE, namespace="", defined_in="e2e/nightly.yaml"),
)  # fmt: skip


def test_columns() -> None:
    lines = inventory_view.table(SUITES, build.NOW, namespaces=True)
    assert (
        "\n".join(line.plain for line in lines)
        == """\
NAMESPACE   NAME      APP          USED AS      LAST     AGE   TIME   RUNS   FLAKY    MESSAGE
shop        smoke     storefront   PostSync     Failed   59m   48 s   3      2 of 2   now Running: smoke-x3; 2 of 42 failed | *c*
shop        waits                  helm test    never    2h           1               now Suspended: waits
            nightly                acceptance   never                 0               only in e2e/nightly.yaml"""
    )


def test_columns_of_one_namespace() -> None:
    lines = inventory_view.table(SUITES[1:2], build.NOW, namespaces=False)
    assert [line.plain for line in lines] == [
        "NAME    APP   USED AS     LAST    AGE   TIME   RUNS   FLAKY   MESSAGE",
        "waits         helm test   never   2h           1              now Suspended: waits",
    ]


def test_markdown_that_no_message_can_break() -> None:
    assert inventory_view.markdown(SUITES, build.NOW, namespaces=False) == [
        "| Name | App | Used as | Last | Age | Time | Runs | Flaky | Message |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        "| smoke | storefront | PostSync | Failed | 59m | 48 s | 3 | 2 of 2 | "
        "now Running: smoke-x3; 2 of 42 failed \\| \\*c\\* |",
        "| waits |  | helm test | never | 2h |  | 1 |  | now Suspended: waits |",
        "| nightly |  | acceptance | never |  |  | 0 |  | only in e2e/nightly.yaml |",
    ]


def test_json() -> None:
    last = {
        "name": "smoke-x2", "state": "Failed", "verdict": "Failed", "message": "2 of 42 failed | *c*\x1b[31m",
        "image": "e2e:1", "revision": "7f3c2d1", "creationTime": "2026-11-21T10:59:50Z",
        "completionTime": "2026-11-21T11:00:48Z", "durationSeconds": 48.0,
    }  # fmt: skip
    current = {
        "name": "smoke-x3", "state": "Running", "verdict": "", "message": "", "image": "", "revision": "",
        "creationTime": "2026-11-21T11:59:00Z", "completionTime": None, "durationSeconds": None,
    }  # fmt: skip
    smoke = {
        "namespace": "shop", "name": "smoke", "app": "storefront", "usedAs": "hook", "hook": "PostSync", "runs": 3, "ran": 2,
        "flaky": 2, "last": last, "current": current, "definedIn": "",
    }  # fmt: skip
    nightly = {
        "namespace": "", "name": "nightly", "app": "", "usedAs": "acceptance", "hook": "", "runs": 0, "ran": 0,
        "flaky": 0, "last": None, "current": None, "definedIn": "e2e/nightly.yaml",
    }  # fmt: skip
    assert inventory_view.for_machines((SUITES[0], SUITES[2])) == {"suites": [smoke, nightly]}

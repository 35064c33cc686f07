"""Which runs are of one suite, what it is for, and how it fared."""

from __future__ import annotations

from typing import Any

import pytest
from build import at

from testrun.core import inventory
from testrun.core.inventory import Kept, Use

HOOK = {"argocd.argoproj.io/hook": "PostSync"}


def kept(name: str = "shop", verdict: str = "Passed", **changes: Any) -> Kept:
    """A run of the namespace shop that is over, unless its verdict is empty."""
    values = {"namespace": "shop", "state": verdict or "Running", "created": at(0), "image": "registry.example/e2e:1"}
    return Kept(name=name, verdict=verdict, **values | changes)


def history(*verdicts: str, **changes: Any) -> tuple[Kept, ...]:
    """Runs of one suite, one after another."""
    return tuple(kept(f"shop-{10000 + number}", each, created=at(number), **changes) for number, each in enumerate(verdicts))


@pytest.mark.parametrize(
    ("run", "name"),
    [
        pytest.param(kept("shop"), "shop", id="a name"),
        pytest.param(kept("shop-x7k2p", generate_name="shop-"), "shop", id="the API server's ending"),
        pytest.param(kept("shop-7f3c2d1-postsync-1764115200", generate_name="shop-"), "shop", id="Argo CD's ending"),
        pytest.param(kept("shop-7f3c2d1"), "shop", id="a commit"),
        pytest.param(kept("shop-e2e-20261121-104233"), "shop-e2e", id="a date and a time"),
        pytest.param(kept("shop-7f3c2d1-48213"), "shop", id="a commit and a build's number"),
        pytest.param(kept("shop-2"), "shop-2", id="a number that may be a part of the name"),
        pytest.param(kept("shop-decade"), "shop-decade", id="a word of the letters a to f"),
        pytest.param(kept("48213"), "48213", id="nothing but a number"),
    ],
)
def test_the_name_of_a_suite_is_what_its_runs_have_in_common(run: Kept, name: str):
    assert inventory.suite_name(run) == name


@pytest.mark.parametrize(
    ("labels", "annotations", "app"),
    [
        ({"app.kubernetes.io/instance": "shop"}, {}, "shop"),
        ({}, {"argocd.argoproj.io/tracking-id": "shop:testing.ameide.io/TestRun:shop/smoke"}, "shop"),
        ({}, {"meta.helm.sh/release-name": "shop"}, "shop"),
        ({"app.kubernetes.io/instance": "a"}, {"argocd.argoproj.io/tracking-id": "b:…", "meta.helm.sh/release-name": "c"}, "a"),
        ({}, {}, ""),
    ],
    ids=["a label", "Argo CD", "Helm", "the label first", "nobody says"],
)
def test_the_application_of_a_run(labels: dict[str, str], annotations: dict[str, str], app: str):
    assert inventory.app(kept(labels=labels, annotations=annotations)) == app


@pytest.mark.parametrize(
    ("run", "use", "hook"),
    [
        pytest.param(kept(annotations=HOOK), Use.HOOK, "PostSync", id="a hook of Argo CD"),
        pytest.param(kept(annotations={"helm.sh/hook": "test"}), Use.HOOK, "helm test", id="a test of a Helm release"),
        pytest.param(kept(used_as="hook"), Use.HOOK, "", id="submitted by a hook's Job, which labels it"),
        pytest.param(kept("shop-acceptance-7f3c2d1"), Use.ACCEPTANCE, "", id="acceptance by its name"),
        pytest.param(kept("acceptances"), Use.OTHER, "", id="only the whole word counts"),
        pytest.param(kept(used_as="acceptance", annotations=HOOK), Use.ACCEPTANCE, "PostSync", id="the label comes first"),
        pytest.param(kept("acceptance", used_as="try"), Use.OTHER, "", id="a label that says something else"),
        pytest.param(kept(), Use.OTHER, "", id="a run of somebody's"),
    ],
)
def test_what_a_run_is_used_as(run: Kept, use: Use, hook: str):
    assert (inventory.use(run), inventory.hook(run)) == (use, hook)


def test_suites_hooks_first_then_acceptance_then_others():
    first = kept("shop-x1", generate_name="shop-", annotations=HOOK, created=at(0))
    second = kept("shop-x2", generate_name="shop-", annotations=HOOK, created=at(60))
    acceptance = kept("nightly", used_as="acceptance", namespace="blog")
    other = kept("mine")
    assert inventory.suites([other, second, acceptance, first]) == (
        inventory.Suite(namespace="shop", name="shop", app="", use=Use.HOOK, hook="PostSync", runs=(first, second)),
        inventory.Suite(namespace="blog", name="nightly", app="", use=Use.ACCEPTANCE, hook="", runs=(acceptance,)),
        inventory.Suite(namespace="shop", name="mine", app="", use=Use.OTHER, hook="", runs=(other,)),
    )


def test_one_name_in_two_applications_or_namespaces_is_several_suites():
    runs = [kept(labels={"app.kubernetes.io/instance": app}, namespace=each) for app in ("a", "b") for each in ("blue", "green")]
    found = [(suite.namespace, suite.app, len(suite.runs)) for suite in inventory.suites(runs)]
    assert found == [("blue", "a", 1), ("blue", "b", 1), ("green", "a", 1), ("green", "b", 1)]


def test_what_a_suite_is_used_as_its_newest_run_says():
    old, new = kept(created=at(0)), kept(created=at(60), annotations=HOOK)
    (suite,) = inventory.suites([new, old])
    assert (suite.use, suite.hook) == (Use.HOOK, "PostSync")


@pytest.mark.parametrize(
    ("verdicts", "last", "current"),
    [
        (("Passed", "Failed"), "shop-10001", None),
        (("Passed", ""), "shop-10000", "shop-10001"),
        (("", "Passed"), "shop-10001", None),
        (("", ""), None, "shop-10001"),
    ],
    ids=["both over", "one goes on", "an older one still goes on", "none is over"],
)
def test_the_last_verdict_and_what_goes_on(verdicts: tuple[str, ...], last: str | None, current: str | None):
    (suite,) = inventory.suites(history(*verdicts))
    assert (suite.last and suite.last.name, suite.current and suite.current.name) == (last, current)


def test_runs_are_in_the_order_in_which_they_started():
    """A suspended run may be made long before it starts."""
    early, late = kept("shop-10001", created=at(0), started=at(90)), kept("shop-10002", created=at(60), started=at(61))
    (suite,) = inventory.suites([early, late])
    assert suite.last == early


@pytest.mark.parametrize(
    ("runs", "flaky"),
    [
        pytest.param(history("Passed", "Passed", "Passed"), (0, 3), id="always green"),
        pytest.param(history("Failed", "Failed"), (0, 2), id="always red"),
        pytest.param(history("Passed", "Passed", flaky_tests=1), (2, 2), id="tests that needed a retry"),
        pytest.param(history("Passed", "Failed", "Passed"), (2, 3), id="another verdict each time, of the same"),
        pytest.param(history("Errored", "Passed"), (1, 2), id="an error is as red as a failure"),
        pytest.param(history("Failed", "TimedOut"), (0, 2), id="red in two ways"),
        pytest.param(history("Passed", "Cancelled", "Blocked", "NotReady"), (0, 1), id="verdicts that say nothing of tests"),
        pytest.param(history("Passed", "Cancelled", "Failed"), (1, 2), id="told across one of these"),
        pytest.param((kept("shop", "Failed", revision="a"), kept("shop", created=at(60), revision="b")), (0, 2), id="mended"),
        pytest.param((kept("shop", "Failed"), kept("shop", created=at(60), image="e2e:2")), (0, 2), id="other tests"),
    ],
)  # fmt: skip
def test_how_many_runs_were_flaky(runs: tuple[Kept, ...], flaky: tuple[int, int]):
    (suite,) = inventory.suites(runs)
    assert (suite.flaky, len(suite.ran)) == flaky


@pytest.mark.parametrize(
    ("manifest", "missing"),
    [
        pytest.param(kept("other", "", defined_in="e2e.yaml"), True, id="no run is of it"),
        pytest.param(kept("shop", "", defined_in="e2e.yaml"), False, id="it has run"),
        pytest.param(kept("", "", generate_name="shop-", defined_in="e2e.yaml"), False, id="by the name that is generated"),
        pytest.param(kept("shop", "", namespace="blog", defined_in="e2e.yaml"), True, id="it has run elsewhere"),
        pytest.param(kept("shop", "", namespace="", defined_in="e2e.yaml"), False, id="a manifest without a namespace"),
    ],
)
def test_a_manifest_that_no_run_is_of_is_listed_as_never_run(manifest: Kept, missing: bool):
    found = inventory.suites([kept()], [manifest, manifest])
    never = [(each.runs, each.last, each.current, each.flaky, each.defined_in) for each in found if each.defined_in]
    assert never == ([((), None, None, 0, "e2e.yaml")] if missing else [])

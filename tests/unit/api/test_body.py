import contextlib
import datetime
from typing import Any

import pytest
from envtest import cases
from hypothesis import given
from hypothesis import strategies as st

from testrun.api import body
from testrun.core import model
from testrun.core.preflight import checks

TEMPLATE = {
    "metadata": {"labels": {"team": "shop"}},
    "spec": {"nodeSelector": {"disk": "ssd"}, "containers": [{"name": "playwright", "resources": {"limits": {"cpu": "2"}}}]},
}


def test_a_small_spec_has_the_defaults_of_the_api() -> None:
    assert body.parse(cases.body("shop", {"playwright": {"image": "shop-e2e:1"}})) == model.RunSpec(
        image="shop-e2e:1",
        shards=1,
        max_parallel=None,
        revision="",
        working_dir=None,
        args=(),
        base_url=None,
        timeout_seconds=1800,
        max_disruptions=None,
        min_tests=1,
        template={},
        cleanup=model.CleanupPolicy.ALWAYS,
        suspend=False,
        cancel=False,
        ttl_seconds_after_finished=None,
    )


def test_a_full_spec_is_read_whole() -> None:
    spec = {
        "revision": "7f3c2d1",
        "playwright": {
            "image": "shop-e2e:1",
            "workingDir": "/e2e",
            "args": ["--grep", "@smoke"],
            "baseURL": "http://shop",
            "shards": 4,
            "maxParallel": 2,
            "timeoutSeconds": 60,
            "maxDisruptions": 3,
            "minTests": 5,
            "template": TEMPLATE,
        },
        "cleanup": {
            "policy": "Never",
            "selectors": [
                {"apiVersion": "v1", "kind": "ConfigMap"},
                {"apiVersion": "apps/v1", "kind": "Deployment", "matchLabels": {"app": "shop"}},
            ],
        },
        "suspend": True,
        "cancel": True,
        "ttlSecondsAfterFinished": 0,
    }

    assert body.parse(cases.body("shop", spec)) == model.RunSpec(
        image="shop-e2e:1",
        shards=4,
        max_parallel=2,
        revision="7f3c2d1",
        working_dir="/e2e",
        args=("--grep", "@smoke"),
        base_url="http://shop",
        timeout_seconds=60,
        max_disruptions=3,
        min_tests=5,
        template=TEMPLATE,
        cleanup=model.CleanupPolicy.NEVER,
        selectors=(
            model.ObjectSelector(api_version="v1", kind="ConfigMap"),
            model.ObjectSelector(api_version="apps/v1", kind="Deployment", labels={"app": "shop"}),
        ),
        suspend=True,
        cancel=True,
        ttl_seconds_after_finished=0,
    )


def test_phases_before_this_one_are_read_whole() -> None:
    steps = {
        "required": ["unit", "policy"],
        "maxAgeSeconds": 60,
        "records": [
            {
                "phase": "unit",
                "junit": {"configMap": "unit", "key": "junit.xml.gz", "sha256": 64 * "a"},
                "revision": "7f3c2d1",
                "startTime": "2026-11-21T12:00:00Z",
                "durationSeconds": 12,
            },
            {"phase": "policy", "junit": {"artifact": 64 * "b", "sha256": 64 * "b"}},
        ],
    }
    spec = {"revision": "7f3c2d1", "preSteps": steps, "playwright": {"image": "shop-e2e:1"}}

    assert body.parse(cases.body("shop", spec)).pre_steps == model.PreSteps(
        required=("unit", "policy"),
        max_age_seconds=60,
        records=(
            model.PhaseRecord(
                phase="unit",
                sha256=64 * "a",
                config_map="unit",
                key="junit.xml.gz",
                revision="7f3c2d1",
                start=datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC),
                duration=12.0,
            ),
            model.PhaseRecord(phase="policy", sha256=64 * "b"),
        ),
    )


@pytest.mark.parametrize("steps", [{}, {"required": []}, {"records": [], "maxAgeSeconds": 5}], ids=str)
def test_steps_that_ask_for_nothing_are_none(steps: Any) -> None:
    spec = {"revision": "7f3c2d1", "preSteps": steps, "playwright": {"image": "shop-e2e:1"}}

    assert body.parse(cases.body("shop", spec)).pre_steps is None


def test_the_template_is_a_copy() -> None:
    spec = {"playwright": {"image": "shop-e2e:1", "template": {"spec": {"nodeSelector": {"disk": "ssd"}}}}}

    template: Any = body.parse({"spec": spec}).template
    template["spec"]["nodeSelector"].clear()

    assert spec["playwright"]["template"] == {"spec": {"nodeSelector": {"disk": "ssd"}}}


@pytest.mark.parametrize("case", cases.bad_specs(), ids=lambda case: case.name)
def test_a_bad_spec_is_refused_with_its_field_and_what_to_do(case: cases.BadSpec) -> None:
    with pytest.raises(body.InvalidSpec) as refused:
        body.parse(cases.body("shop", case.spec))

    field, _, message = str(refused.value).partition(": ")
    assert (field, case.operator in message) == (case.field, True), str(refused.value)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({}, "spec: must be an object"),
        ({"spec": None}, "spec: must be an object"),
        ({"spec": []}, "spec: must be an object"),
        ({"spec": {}}, "spec.playwright: required"),
        ({"spec": {"playwright": "shop-e2e:1"}}, "spec.playwright: must be an object"),
    ],
    ids=str,
)
def test_a_body_without_a_spec_is_refused(found: Any, expected: str) -> None:
    with pytest.raises(body.InvalidSpec) as refused:
        body.parse(found)

    assert str(refused.value) == expected


def test_several_findings_are_told_together_up_to_three() -> None:
    spec = {"playwright": {"image": "shop-e2e:1", "shards": 0, "minTests": 0, "timeoutSeconds": 0}, "suspend": 1, "cancel": 1}

    with pytest.raises(body.InvalidSpec) as refused:
        body.parse({"spec": spec})

    assert str(refused.value) == (
        "spec.playwright.shards: input should be greater than or equal to 1; "
        "spec.playwright.timeoutSeconds: input should be greater than or equal to 10; "
        "spec.playwright.minTests: input should be greater than or equal to 1; and 2 more"
    )


def test_names_of_the_models_are_not_names_of_the_api() -> None:
    with pytest.raises(body.InvalidSpec, match="base_url: unknown field"):
        body.parse({"spec": {"playwright": {"image": "shop-e2e:1", "base_url": "http://shop"}}})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)
fields = st.sampled_from(["image", "args", "shards", "template", "baseURL", "workingDir", "setup", "maxParallel", "autoShards"])
specs = json_values | st.fixed_dictionaries({"playwright": st.dictionaries(fields, json_values)})


@given(spec=specs)
def test_whatever_stands_in_a_body_it_is_read_or_refused(spec: Any) -> None:
    with contextlib.suppress(body.InvalidSpec):
        assert isinstance(body.parse({"spec": spec}), model.RunSpec)


def test_the_set_up_is_the_last_check_and_has_time_of_its_own() -> None:
    spec = {
        "playwright": {"image": "shop-e2e:1", "setup": {"command": ["seed"], "timeoutSeconds": 60}},
        "preflight": {
            "timeoutSeconds": 100,
            "checks": [
                {"name": "shop", "workload": {"kind": "Deployment", "name": "shop", "image": "shop:1"}},
                {"name": "nobody", "telepresence": {"intercepts": "Warn", "workloads": ["shop"]}},
                {"name": "tilt", "tilt": {"resources": ["shop"]}},
                {"name": "seeded", "job": {"image": "psql:17", "args": ["-c"]}},
                {"name": "home", "http": {"url": "http://shop/", "bodyMatch": "shop"}},
                {"name": "db", "resource": {"apiVersion": "x/v1", "kind": "Db", "name": "db", "condition": "Ready"}},
                {"name": "pvc", "resource": {"apiVersion": "v1", "kind": "Pvc", "name": "p", "jsonPath": "{.a}", "value": ""}},
            ],
        },
    }
    assert body.parse(cases.body("shop", spec)).preflight == checks.Preflight(
        160,
        (
            checks.Check("shop", checks.WorkloadCheck(checks.Kind.DEPLOYMENT, "shop", image="shop:1")),
            checks.Check("nobody", checks.TelepresenceCheck("ambassador", checks.Intercepts.WARN, ("shop",))),
            checks.Check("tilt", checks.TiltCheck(("shop",))),
            checks.Check("seeded", checks.PodCheck("check-3", "psql:17", 100, args=("-c",))),
            checks.Check("home", checks.HttpCheck("check-4", "shop-e2e:1", 100, "http://shop/", body_match="shop")),
            checks.Check("db", checks.ResourceCheck("x/v1", "Db", "db", condition="Ready")),
            checks.Check("pvc", checks.ResourceCheck("v1", "Pvc", "p", json_path="{.a}", value="")),
            checks.Check("playwright.setup", checks.PodCheck("setup", "shop-e2e:1", 60, command=("seed",), once=True), last=True),
        ),
    )


def test_hooks_run_once_in_the_image_of_the_tests_unless_told_otherwise() -> None:
    hooks = [{"name": "sweep", "command": ["sweep"]}, {"name": "drop", "image": "psql:17", "timeoutSeconds": 9}]
    parsed = body.parse(cases.body("shop", {"playwright": {"image": "e2e:1"}, "cleanup": {"hooks": hooks}}))
    assert parsed.hooks == (
        checks.Check("sweep", checks.PodCheck("hook-0", "e2e:1", 300, command=("sweep",), once=True)),
        checks.Check("drop", checks.PodCheck("hook-1", "psql:17", 9, once=True)),
    )
    assert parsed.parts == ("hook-0", "hook-1")

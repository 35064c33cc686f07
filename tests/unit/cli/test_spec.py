"""Files of TestRuns, as Kubernetes' tools read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testrun.cli import spec

HEAD = "apiVersion: testing.ameide.io/v1alpha1\nkind: TestRun\n"


def test_a_time_stamp_stays_text() -> None:
    (body,) = spec.parse(
        HEAD + "metadata: {name: a}\nspec: {since: 2026-11-21T12:00:00Z, day: 2026-11-21, count: 3, on: yes}", "f"
    )
    assert body["spec"] == {"since": "2026-11-21T12:00:00Z", "day": "2026-11-21", "count": 3, True: True}


def test_json_is_yaml() -> None:
    (body,) = spec.parse(
        b'{"apiVersion": "testing.ameide.io/v1alpha1", "kind": "TestRun", "metadata": {"generateName": "a-"}}', "f"
    )
    assert body["metadata"] == {"generateName": "a-"}


def test_a_name_replaces_a_generated_one_and_the_file_s_body_stays_as_it_was() -> None:
    body = {"metadata": {"generateName": "a-"}}
    changed = spec.change(body, spec.Wanted(name="b", args=("--grep", "x")))
    assert changed == {"metadata": {"name": "b"}, "spec": {"playwright": {"args": ["--grep", "x"]}}}
    assert body == {"metadata": {"generateName": "a-"}}


@pytest.mark.parametrize("body", [{"spec": []}, {"spec": {"playwright": 3}}, {"spec": None}])
def test_what_cannot_be_changed_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(spec.NotATestRun, match="must be objects"):
        spec.change({"metadata": {}, **body}, spec.Wanted(image="i"))


@pytest.mark.parametrize(
    ("line", "own", "playwright"),
    [
        ([], [], ()),
        (["shop", "-n", "x"], ["shop", "-n", "x"], ()),
        (["shop", "--", "--grep", "a", "--", "b"], ["shop"], ("--grep", "a", "--", "b")),
        (["--"], [], ()),
    ],
)
def test_what_follows_two_dashes_is_playwright_s(line: list[str], own: list[str], playwright: tuple[str, ...]) -> None:
    assert spec.split(line) == (own, playwright)


@given(st.text() | st.binary())
def test_any_file_is_read_or_refused(content: str | bytes) -> None:
    with pytest.raises(spec.NotATestRun):
        spec.parse(content, "f")

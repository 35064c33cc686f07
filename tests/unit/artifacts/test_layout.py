"""Names from outside become paths only when they can mean nothing else."""

from __future__ import annotations

import re

import build
import pytest
from hypothesis import given
from hypothesis import strategies as st

from testrun.artifacts import layout
from testrun.core import model


def test_paths_are_those_of_the_protocol() -> None:
    assert [
        layout.run_folder(build.RUN),
        layout.key(build.RUN, layout.JUNIT),
        layout.answer_key(build.RUN),
        layout.events(2, "shop-2-x"),
        layout.output(2, "shop-2-x"),
        layout.attachment(2, "shop-2-x", "1-trace.zip"),
        layout.SUMMARY,
        layout.REPORT,
        layout.MANIFEST,
    ] == [
        "shop/shop/6f1c2a9e-0000-4000-8000-000000000001",
        "shop/shop/6f1c2a9e-0000-4000-8000-000000000001/phase-3/junit.xml",
        "shop/shop/6f1c2a9e-0000-4000-8000-000000000001.answer.json",
        "phase-3/shard-2/shop-2-x/events.jsonl",
        "phase-3/shard-2/shop-2-x/output.txt",
        "phase-3/shard-2/shop-2-x/attachments/1-trace.zip",
        "summary.json",
        "report/index.html",
        "manifest.json",
    ]


@pytest.mark.parametrize(
    "key",
    ["", "/", "/etc/passwd", "..", "a/../b", "a/./b", "a//b", "a/", "/a", ".hidden", "a/.hidden", "a\0b", "a\nb", "a\\b", "a b",
     "ä", "-a", "a" * 256, "/".join(["a" * 200] * 6)],
)  # fmt: skip
def test_a_key_that_could_leave_the_store_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        layout.check_key(key)


@given(st.text())
def test_an_accepted_key_stays_below_the_folder_it_is_joined_to(key: str) -> None:
    try:
        layout.check_key(key)
    except ValueError:
        return
    assert re.fullmatch(r"[A-Za-z0-9._/-]+", key)
    assert not any(part in ("", ".", "..") or part.startswith(".") for part in key.split("/"))


@pytest.mark.parametrize(
    "run",
    [
        model.RunRef(namespace="", name="shop", uid="u"),
        model.RunRef(namespace="..", name="shop", uid="u"),
        model.RunRef(namespace="Shop", name="shop", uid="u"),
        model.RunRef(namespace="shop", name="a/b", uid="u"),
        model.RunRef(namespace="shop", name="shop\n", uid="u"),
        model.RunRef(namespace="shop", name="a" * 254, uid="u"),
        model.RunRef(namespace="shop", name="shop", uid=""),
        model.RunRef(namespace="shop", name="shop", uid="../u"),
        model.RunRef(namespace="shop", name="shop", uid="u.answer.json"),
        model.RunRef(namespace="shop", name="shop", uid="u" * 65),
    ],
)
def test_a_run_that_kubernetes_cannot_have_named_is_refused(run: model.RunRef) -> None:
    with pytest.raises(ValueError, match="do not name a run"):
        layout.run_folder(run)


@pytest.mark.parametrize("file", ["", ".", "..", ".a", "a/b", "a\\b", "a\0", "a" * 122, "ä.png", "a b", "-a"])
def test_an_attachment_of_another_name_is_refused(file: str) -> None:
    with pytest.raises(ValueError, match="not the name of an attachment"):
        layout.attachment(0, "pod", file)


@pytest.mark.parametrize("pod", ["", "..", "a/b", "A", "-a", "a-", "a" * 254, "a\n"])
def test_a_pod_of_another_name_is_refused(pod: str) -> None:
    with pytest.raises(ValueError, match="not the name of a pod"):
        layout.events(0, pod)


@pytest.mark.parametrize(
    ("path", "parsed"),
    [
        (layout.events(12, "pod-x"), (12, "pod-x", "")),
        (layout.attachment(0, "pod-x", "1-trace.zip"), (0, "pod-x", "1-trace.zip")),
        (layout.output(0, "pod-x"), None),
        (layout.JUNIT, None),
        ("phase-3/shard-0/a/b/events.jsonl", None),
    ],
)
def test_paths_of_pods_are_read_back(path: str, parsed: tuple[int, str, str] | None) -> None:
    assert layout.parse(path) == parsed


def test_uploads_stand_where_no_run_can() -> None:
    digest = 64 * "a"
    key = layout.upload_key("shop", digest)
    assert (key, layout.claim_key("shop", digest)) == (f"Uploads/shop/{digest}", f"Uploads/shop/{digest}.claimed")
    assert layout.check_key(key) == key
    assert layout.parse_upload(key) == ("shop", digest, False)
    assert layout.parse_upload(layout.claim_key("shop", digest)) == ("shop", digest, True)
    with pytest.raises(ValueError, match="do not name a run"):
        layout.run_folder(model.RunRef(namespace=layout.UPLOADS, name="shop", uid="u"))


@pytest.mark.parametrize(
    ("namespace", "sha256"),
    [
        ("..", 64 * "a"),
        ("a/b", 64 * "a"),
        ("Shop", 64 * "a"),
        ("", 64 * "a"),
        ("shop", 64 * "A"),
        ("shop", 63 * "a"),
        ("shop", "../x"),
    ],
)
def test_what_names_no_upload(namespace: str, sha256: str) -> None:
    with pytest.raises(ValueError, match="not "):
        layout.upload_key(namespace, sha256)
    assert layout.parse_upload(f"Uploads/{namespace}/{sha256}") is None


def test_each_phase_has_its_junit() -> None:
    assert {"phase-0/junit.xml", "phase-1/junit.xml", "phase-2/junit.xml"} == layout.PHASE_JUNITS
    assert layout.phase_junit("integration") == "phase-2/junit.xml"
    assert all(layout.parse(path) is None for path in layout.PHASE_JUNITS), "they are no pod's"

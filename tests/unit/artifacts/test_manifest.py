"""The list of a run's files."""

from __future__ import annotations

import contextlib
import hashlib
import pathlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testrun.artifacts import filesystem, manifest
from testrun.core import model

A = model.FileRef(path="a.txt", bytes=1, sha256="ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb")
B = model.FileRef(path="b/c.txt", bytes=0, sha256=hashlib.sha256().hexdigest())


def test_it_reads_like_the_protocol_says_and_does_not_depend_on_the_order_of_files() -> None:
    expected = (
        '{"version": 1, "files": [\n'
        '{"path": "a.txt", "bytes": 1, "sha256": "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"},\n'
        '{"path": "b/c.txt", "bytes": 0, "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}\n'
        "]}\n"
    )
    assert manifest.dump(manifest.build([B, A])).decode() == expected
    assert manifest.load(expected.encode()) == manifest.build([A, B])


def test_a_run_without_files_has_one_too() -> None:
    assert manifest.load(manifest.dump(manifest.build([]))) == manifest.Manifest(files=())


@pytest.mark.parametrize("path", ["manifest.json", "../a", "/a", ""])
def test_a_path_that_is_not_of_the_folder_is_refused(path: str) -> None:
    with pytest.raises(ValueError):
        manifest.build([model.FileRef(path=path, bytes=0, sha256="")])


def test_a_file_is_listed_once() -> None:
    with pytest.raises(ValueError, match=r"listed twice: a\.txt"):
        manifest.build([A, B, A])


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"1", b'{"version": 2, "files": []}', b'{"version": 1, "files": [{"path": "a"}]}', b"\xff"]
)
def test_what_is_no_manifest_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError):
        manifest.load(data)


@given(st.binary(max_size=300))
def test_no_bytes_lead_to_another_error(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        manifest.load(data)


def test_bytes_and_local_files_are_described_alike(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    assert manifest.describe("a.txt", tmp_path / "a") == manifest.describe("a.txt", b"a") == A


def test_every_difference_is_found(tmp_path: pathlib.Path) -> None:
    evidence = filesystem.FilesystemStore(tmp_path)
    names = ("same", "longer", "changed", "gone")
    listed = manifest.build(manifest.describe(name, name.encode()) for name in names)
    for name, data in {"same": b"same", "longer": b"longer!", "changed": b"CHANGED", "new": b"", "manifest.json": b""}.items():
        evidence.put(f"run/{name}", data)
    assert manifest.verify(listed, evidence, "run") == [
        manifest.Problem(path="changed", what="sha256"),
        manifest.Problem(path="gone", what="missing"),
        manifest.Problem(path="longer", what="bytes"),
        manifest.Problem(path="new", what="unlisted"),
    ]

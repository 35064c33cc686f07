"""The spool: what a killed server leaves is what the next one finds."""

from __future__ import annotations

import errno
import pathlib
import random

import build
import pytest
from hypothesis import given
from hypothesis import strategies as st

from testrun.artifacts import layout
from testrun.web import spool

LOG = layout.events(0, "pod-x")


@pytest.fixture
def files(tmp_path: pathlib.Path) -> spool.RunFiles:
    return spool.Spool(tmp_path).open(build.RUN)


def test_a_log_grows_at_its_end(files: spool.RunFiles) -> None:
    files.append(LOG, 0, b"one\n")
    files.append(LOG, 4, b"two\nthree\n")
    assert list(files.lines(LOG)) == [b"one\n", b"two\n", b"three\n"]
    assert files.paths() == [LOG]


@pytest.mark.parametrize(
    ("left", "kept"),
    [
        (b"", b""),
        (b"one\n", b"one\n"),
        (b"one\ntw", b"one\n"),
        (b"on", b""),
        (b"one\n" + b"x" * 200_000, b"one\n"),
        (b"x" * 65_536, b""),
        (b"x" * 65_535 + b"\n" + b"y" * 65_536, b"x" * 65_535 + b"\n"),
    ],
)
def test_a_line_that_was_not_written_whole_is_cut_off(files: spool.RunFiles, left: bytes, kept: bytes) -> None:
    files.append(LOG, 0, left or b"\n")
    files.local(LOG).write_bytes(left)
    assert files.repair(LOG) == len(kept)
    assert files.local(LOG).read_bytes() == kept
    assert files.repair(LOG) == len(kept)


@given(st.binary(max_size=40).map(lambda data: data.replace(b"\x01", b"\n")))
def test_repair_keeps_whole_lines_only(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    files = spool.Spool(tmp_path_factory.mktemp("spool", numbered=True)).open(build.RUN)
    files.append(LOG, 0, data)
    files.repair(LOG)
    assert files.local(LOG).read_bytes() == data[: data.rfind(b"\n") + 1]


def test_an_upload_gets_its_name_when_it_is_whole(files: spool.RunFiles) -> None:
    upload, path = files.incoming(), layout.attachment(0, "pod-x", "1-trace.zip")
    upload.write_bytes(b"trace")
    assert files.paths() == []
    files.keep(upload, path)
    assert files.paths() == [path]
    assert files.local(path).read_bytes() == b"trace"


def test_unfinished_uploads_are_swept(files: spool.RunFiles) -> None:
    files.incoming().write_bytes(b"half")
    files.sweep()
    assert sorted(path.name for path in files.folder.rglob("*")) == ["files", "incoming", "run.json"]


def test_runs_are_found_again_with_their_names_and_seals(tmp_path: pathlib.Path) -> None:
    first = spool.Spool(tmp_path)
    files = first.open(build.RUN)
    assert not files.sealed
    files.seal()
    again = spool.Spool(tmp_path)
    assert again.runs() == [build.RUN]
    assert again.open(build.RUN).sealed


def test_a_folder_that_never_took_anything_is_removed(tmp_path: pathlib.Path) -> None:
    (tmp_path / "half").mkdir()
    assert spool.Spool(tmp_path).runs() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("owner", ["", "{}", "[]", '{"namespace": "shop", "name": "..", "uid": "u"}'])
def test_a_folder_whose_owner_cannot_be_read_is_told_of_and_kept(
    tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture, owner: str
) -> None:
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "run.json").write_text(owner)
    assert spool.Spool(tmp_path).runs() == []
    assert (tmp_path / "half" / "run.json").read_text() == owner
    assert "cannot tell whose run" in caplog.text


@pytest.mark.parametrize("number", [errno.EIO, errno.EMFILE])
def test_a_disk_that_cannot_be_read_for_a_moment_loses_no_run(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def broken(self: pathlib.Path) -> bytes:
        raise OSError(number, "not now")

    files = spool.Spool(tmp_path).open(build.RUN)
    files.append(LOG, 0, b"one\n")
    with monkeypatch.context() as patched:
        patched.setattr(pathlib.Path, "read_bytes", broken)
        assert spool.Spool(tmp_path).runs() == []
    assert spool.Spool(tmp_path).runs() == [build.RUN]
    assert list(files.lines(LOG)) == [b"one\n"]


def test_a_run_whose_owner_was_lost_is_found_again_by_its_first_call(tmp_path: pathlib.Path) -> None:
    files = spool.Spool(tmp_path).open(build.RUN)
    files.append(LOG, 0, b"one\n")
    (files.folder / "run.json").write_bytes(b"")
    assert list(spool.Spool(tmp_path).open(build.RUN).lines(LOG)) == [b"one\n"]
    assert spool.Spool(tmp_path).runs() == [build.RUN]


def test_the_owner_is_written_in_one_step(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(self: pathlib.Path, target: pathlib.Path) -> None:
        raise OSError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(pathlib.Path, "rename", killed)
        with pytest.raises(OSError, match="killed"):
            spool.Spool(tmp_path).open(build.RUN)
    assert not (tmp_path / build.RUN.uid / "run.json").exists()
    spool.Spool(tmp_path).open(build.RUN)
    assert spool.Spool(tmp_path).runs() == [build.RUN]
    assert sorted(path.name for path in (tmp_path / build.RUN.uid).iterdir()) == ["files", "incoming", "run.json"]


def test_removing_a_run_leaves_nothing_of_it(tmp_path: pathlib.Path) -> None:
    every = spool.Spool(tmp_path)
    every.open(build.RUN).append(LOG, 0, b"one\n")
    every.remove(build.RUN)
    every.remove(build.RUN)
    assert list(tmp_path.iterdir()) == []


def test_a_link_in_the_place_of_a_log_is_not_written_through(files: spool.RunFiles, tmp_path: pathlib.Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"")
    log = files.local(LOG)
    log.parent.mkdir(parents=True)
    log.symlink_to(target)
    with pytest.raises(OSError):
        files.append(LOG, 0, b"one\n")
    assert target.read_bytes() == b""


def test_pieces_of_any_size_make_the_same_log(files: spool.RunFiles) -> None:
    rng, size, whole = random.Random(7), 0, b""
    for _ in range(50):
        piece = rng.randbytes(rng.randrange(1, 5000)) + b"\n"
        files.append(LOG, size, piece)
        size, whole = size + len(piece), whole + piece
    assert files.local(LOG).read_bytes() == whole

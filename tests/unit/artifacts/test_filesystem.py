"""The store on a volume: whole files or none, and nothing outside its folder."""

from __future__ import annotations

import os
import pathlib
import resource
import stat
from collections.abc import Iterator
from concurrent import futures

import pytest

from testrun.artifacts import filesystem, store


@pytest.fixture
def files(tmp_path: pathlib.Path) -> filesystem.FilesystemStore:
    return filesystem.FilesystemStore(tmp_path / "store")


@pytest.fixture
def small_files(tmp_path: pathlib.Path) -> Iterator[int]:
    """No file may grow beyond this: a full disk, as far as writing to it goes."""
    limit, before = 64 * 1024, resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def tree(root: pathlib.Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir())


def test_what_was_put_is_read(files: filesystem.FilesystemStore) -> None:
    data = os.urandom(store.CHUNK * 2 + 17)
    files.put("a/b/c.bin", data)
    with files.read("a/b/c.bin") as chunks:
        sizes = [len(chunk) for chunk in chunks]
    assert sizes == [store.CHUNK, store.CHUNK, 17]
    assert store.read_bytes(files, "a/b/c.bin") == data
    assert files.stat("a/b/c.bin") == store.Stat(key="a/b/c.bin", bytes=len(data))
    assert stat.S_IMODE((files.root / "a/b/c.bin").stat().st_mode) & ~0o640 == 0


def test_a_local_file_on_the_same_volume_costs_no_room(files: filesystem.FilesystemStore, tmp_path: pathlib.Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"trace")
    files.put("a/trace", source)
    files.put("a/trace", source)  # again, as after a crash
    assert (files.root / "a/trace").stat().st_ino == source.stat().st_ino
    source.unlink()
    assert store.read_bytes(files, "a/trace") == b"trace"
    assert tree(files.root) == ["a/trace"]


@pytest.mark.skipif(not os.path.ismount("/dev/shm"), reason="needs a second volume")
def test_a_local_file_on_another_volume_is_copied(files: filesystem.FilesystemStore) -> None:
    source = pathlib.Path(f"/dev/shm/testrun-{os.getpid()}")
    source.write_bytes(b"trace")
    try:
        files.put("a/trace", source)
    finally:
        source.unlink()
    assert store.read_bytes(files, "a/trace") == b"trace"


def test_a_new_file_takes_the_place_of_an_old_one_and_leaves_its_readers_alone(files: filesystem.FilesystemStore) -> None:
    files.put("a", b"old")
    with files.read("a") as chunks:
        files.put("a", b"new")
        assert b"".join(chunks) == b"old"
    assert store.read_bytes(files, "a") == b"new"


def test_files_are_listed_below_a_folder_in_order(files: filesystem.FilesystemStore) -> None:
    for key in ("run/b", "run/a/2", "run/a/1", "run.answer.json", "run2/a"):
        files.put(key, key.encode())
    (files.root / "run/.incoming-1-1").write_bytes(b"half")
    (files.root / "run/link").symlink_to("b")
    assert [each.key for each in files.list("run")] == ["run/a/1", "run/a/2", "run/b"]
    assert files.list("nothing/here") == []


def test_a_folder_or_a_file_is_deleted_and_nothing_beside_it(files: filesystem.FilesystemStore) -> None:
    for key in ("run/a/1", "run/b", "run2/a"):
        files.put(key, b"")
    files.delete("run/b")
    assert tree(files.root) == ["run/a/1", "run2/a"]
    files.delete("run")
    files.delete("run")
    assert tree(files.root) == ["run2/a"]


def test_folders_are_listed_one_level_deep(files: filesystem.FilesystemStore) -> None:
    for key in ("shop/cart/1/a", "shop/cart/2/a", "shop/list/3/a", "blog/x/4/a", "file"):
        files.put(key, b"")
    (files.root / "link").symlink_to("shop")
    assert [files.folders(each) for each in ("", "shop", "shop/cart", "shop/cart/1", "nothing", "file")] == [
        ["blog", "shop"], ["cart", "list"], ["1", "2"], [], [], [],
    ]  # fmt: skip


def test_the_last_file_takes_its_empty_folders_along(files: filesystem.FilesystemStore) -> None:
    for key in ("shop/cart/1/a", "shop/list/2/a"):
        files.put(key, b"")
    files.delete("shop/cart/1")
    assert (files.folders("shop"), files.root.is_dir()) == (["list"], True)
    files.delete("shop/list/2/a")
    assert (files.folders(), files.root.is_dir()) == ([], True)


def test_folders_that_go_while_a_file_comes_are_made_again(files: filesystem.FilesystemStore) -> None:
    """Two writers of one folder: what one removes last and the other puts first."""
    for turn in range(100):
        files.put("shop/cart/1/a", b"")
        with futures.ThreadPoolExecutor(2) as pool:
            both = [pool.submit(files.delete, "shop/cart/1/a"), pool.submit(files.put, "shop/cart/2/b", b"%d" % turn)]
            for each in both:
                each.result()
        assert store.read_bytes(files, "shop/cart/2/b") == b"%d" % turn
        files.delete("shop/cart/2/b")


@pytest.mark.parametrize("key", ["nothing", "file/below", "folder"])
def test_what_is_no_file_is_not_found(files: filesystem.FilesystemStore, key: str) -> None:
    files.put("file", b"")
    files.put("folder/file", b"")
    assert files.stat(key) is None
    with pytest.raises(store.NotFound), files.read(key):
        pass


@pytest.mark.parametrize("key", ["../secret", "/etc/passwd", "a/../../secret", "", "a//b", ".incoming-1-1", "a\0"])
def test_a_key_that_leads_elsewhere_is_refused_by_every_verb(files: filesystem.FilesystemStore, key: str) -> None:
    with pytest.raises(ValueError):
        files.put(key, b"")
    with pytest.raises(ValueError), files.read(key):
        pass
    for verb in (files.stat, files.list, files.delete):
        with pytest.raises(ValueError):
            verb(key)


class TestLinks:
    """Somebody put links on the volume."""

    @pytest.fixture
    def outside(self, files: filesystem.FilesystemStore, tmp_path: pathlib.Path) -> pathlib.Path:
        outside = tmp_path / "outside"
        outside.mkdir()
        (outside / "secret").write_bytes(b"secret")
        (files.root / "folder").symlink_to(outside)
        (files.root / "file").symlink_to(outside / "secret")
        os.mkfifo(files.root / "pipe")
        return outside

    @pytest.mark.parametrize("key", ["folder/secret", "file", "pipe"])
    def test_are_not_read(self, files: filesystem.FilesystemStore, outside: pathlib.Path, key: str) -> None:
        with pytest.raises(store.StoreError), files.read(key):
            pass

    def test_are_not_written_through(self, files: filesystem.FilesystemStore, outside: pathlib.Path) -> None:
        with pytest.raises(store.StoreError):
            files.put("folder/new", b"")
        files.put("file", b"mine")  # takes the link's place
        assert tree(outside) == ["secret"]
        assert (outside / "secret").read_bytes() == b"secret"

    def test_are_removed_themselves(self, files: filesystem.FilesystemStore, outside: pathlib.Path) -> None:
        files.delete("folder")
        files.delete("file")
        assert (outside / "secret").read_bytes() == b"secret"
        assert sorted(os.listdir(files.root)) == ["pipe"]

    def test_are_not_taken_as_a_source(
        self, files: filesystem.FilesystemStore, outside: pathlib.Path, tmp_path: pathlib.Path
    ) -> None:
        source = tmp_path / "source"
        source.symlink_to(outside / "secret")
        with pytest.raises(store.StoreError):
            files.put("copy", source)
        assert files.stat("copy") is None


def test_a_file_for_which_there_is_no_room_is_not_there_at_all(files: filesystem.FilesystemStore, small_files: int) -> None:
    files.put("a/old", b"old")
    with pytest.raises(store.StoreFull, match="a/old: no room"):
        files.put("a/old", b"x" * (small_files + 1))
    assert tree(files.root) == ["a/old"]
    assert store.read_bytes(files, "a/old") == b"old"


def test_a_server_that_was_killed_while_it_wrote_is_no_hindrance(
    files: filesystem.FilesystemStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a container every server is process 1 and counts from 0: the name of a half file must not be taken again."""

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for _ in range(2):
        with monkeypatch.context() as patched:
            patched.setattr(os, "rename", killed)
            patched.setattr(os, "unlink", lambda *_, **__: None)
            with pytest.raises(KeyboardInterrupt):
                filesystem.FilesystemStore(files.root).put("a/b/file", b"half")
    filesystem.FilesystemStore(files.root).put("a/b/file", b"whole")
    files.put("other/file", b"whole")
    assert len(tree(files.root)) == 4
    files.sweep("a")
    files.sweep("nothing")
    assert tree(files.root) == ["a/b/file", "other/file"]

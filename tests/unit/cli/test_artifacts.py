"""``artifacts``, ``logs`` and ``status``: what comes back from the evidence server and the pods, and how it is reached."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import pathlib

import pytest
from click.testing import CliRunner
from unit.cli import conftest, fake

from testrun.artifacts import manifest
from testrun.cli import download, evidence, main

DONE = fake.make_status("Passed", artifacts={"path": "shop/shop/uid-of-shop"})
FILES = {
    "report/index.html": b"<!doctype html>",
    "phase-3/junit.xml": b"<testsuites/>",
    "phase-3/shard-0/shop-0/attachments/1-trace.zip": bytes(range(256)) * 4000,
    "summary.json": b"{}",
}
OUTPUT = "artifacts/shop/report/index.html\nartifacts/shop/phase-3/junit.xml\n"


@pytest.fixture
def stored(cluster: fake.Cluster) -> fake.Cluster:
    """A finished run, and its evidence."""
    cluster.add(fake.make_body(**DONE))
    cluster.files = dict(FILES)
    return cluster


def on_disk(folder: str = "artifacts/shop") -> dict[str, bytes]:
    base = pathlib.Path(folder)
    return {str(file.relative_to(base)): file.read_bytes() for file in base.rglob("*") if file.is_file()}


def manifest_of(files: dict[str, bytes]) -> bytes:
    return manifest.dump(manifest.build(manifest.describe(path, data) for path, data in files.items()))


def test_the_evidence_is_on_disk(stored: fake.Cluster, ameide: conftest.Ameide) -> None:
    result = ameide("artifacts", "shop")
    assert (result.exit_code, result.stdout) == (0, OUTPUT)
    assert result.stderr == "4 files, 1000 KiB, each with the sha256 of the manifest\n"
    assert on_disk() == {**FILES, "manifest.json": manifest_of(FILES)}


def test_another_folder(stored: fake.Cluster, ameide: conftest.Ameide) -> None:
    assert ameide("artifacts", "shop", "-o", "build/evidence").exit_code == 0
    assert on_disk("build/evidence").keys() == {*FILES, "manifest.json"}


def test_list_prints_what_there_is(stored: fake.Cluster, ameide: conftest.Ameide) -> None:
    stored.files = {"summary.json": b"{}"}
    result = ameide("artifacts", "shop", "--list")
    digest = hashlib.sha256(b"{}").hexdigest()
    assert result.stdout.splitlines() == [f"BYTES   SHA256{' ' * 61}PATH", f"2       {digest}   summary.json"]
    assert not pathlib.Path("artifacts").exists()


def test_json_prints_the_manifest(stored: fake.Cluster, ameide: conftest.Ameide) -> None:
    result = ameide("artifacts", "shop", "--list", "--json")
    assert json.loads(result.stdout) == json.loads(manifest_of(FILES))


def test_what_is_there_already_is_not_fetched_again(stored: fake.Cluster, ameide: conftest.Ameide) -> None:
    assert ameide("artifacts", "shop").exit_code == 0
    pathlib.Path("artifacts/shop/summary.json").write_bytes(b"changed")
    stored.calls.clear()
    assert ameide("artifacts", "shop").exit_code == 0
    fetched = [path.partition("/files/")[2] for _, path, _ in stored.calls if "/files/" in path]
    assert (fetched, on_disk()["summary.json"]) == (["summary.json"], b"{}")


def test_files_of_an_earlier_run_go_and_those_of_others_stay(stored: fake.Cluster, ameide: conftest.Ameide) -> None:
    stored.files = {**FILES, "phase-3/shard-1/shop-1/output.txt": b"old", "phase-3/shard-2/shop-2/output.txt": b"old"}
    assert ameide("artifacts", "shop").exit_code == 0
    pathlib.Path("artifacts/shop/phase-3/shard-2/shop-2/output.txt").write_bytes(b"my notes")
    pathlib.Path("artifacts/shop/notes.md").write_bytes(b"mine")
    stored.files = dict(FILES)
    assert ameide("artifacts", "shop").exit_code == 0
    mine = {"notes.md": b"mine", "phase-3/shard-2/shop-2/output.txt": b"my notes"}
    assert on_disk() == {**FILES, **mine, "manifest.json": manifest_of(FILES)}
    assert not pathlib.Path("artifacts/shop/phase-3/shard-1").exists()


def test_an_earlier_run_is_found_by_its_uid_although_it_is_deleted(stored: fake.Cluster, ameide: conftest.Ameide) -> None:
    stored.runs.clear()
    assert ameide("artifacts", "shop", "--run-uid", "u0").exit_code == 0
    assert any("/v1/runs/shop/shop/u0/files" in path for _, path, _ in stored.calls)


@pytest.mark.parametrize(
    ("served", "error"),
    [
        (b"short", "error: summary.json is not the file that the manifest names: its size or sha256 differs\n"),
        (b"[]", "error: summary.json is not the file that the manifest names: its size or sha256 differs\n"),
        (b"x" * 1000, "error: summary.json is not the file that the manifest names: its size or sha256 differs\n"),
    ],
    ids=["other size", "other content", "too long"],
)
def test_a_file_that_is_not_as_listed_does_not_get_its_name(
    served: bytes, error: str, stored: fake.Cluster, ameide: conftest.Ameide
) -> None:
    stored.served["summary.json"] = served
    result = ameide("artifacts", "shop")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", error)
    assert not {"summary.json", "manifest.json", ".summary.json.part"} & on_disk().keys()


def test_a_manifest_that_the_status_does_not_name_is_refused(stored: fake.Cluster, ameide: conftest.Ameide) -> None:
    stored.runs["shop"]["status"]["artifacts"]["manifestSha256"] = "0" * 64
    result = ameide("artifacts", "shop")
    assert (result.exit_code, result.stderr.partition(":")[0], pathlib.Path("artifacts").exists()) == (2, "error", False)
    assert "not the one that the TestRun's status names" in result.stderr


SHA = hashlib.sha256(b"").hexdigest()
HOSTILE = {
    "out of the folder": ["../evil"],
    "out of the folder, further in": ["phase-3/../../evil"],
    "absolute": ["/etc/passwd"],
    "of another drive": ["C:/evil"],
    "with a backslash": ["..\\evil"],
    "hidden": [".ssh/authorized_keys"],
    "empty": [""],
    "a folder": ["phase-3/"],
    "with a line end": ["a\nb"],
    "with an escape": ["\x1b[2J"],
    "with a NUL": ["a\0b"],
    "endless": ["a/" * 600 + "a"],
    "twice": ["a", "a"],
    "a file where another needs a folder": ["a", "a/b"],
    "the manifest itself": ["manifest.json"],
    "below the manifest": ["manifest.json/a"],
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_manifest_writes_nothing(case: str, stored: fake.Cluster, ameide: conftest.Ameide) -> None:
    files = [{"path": path, "bytes": 0, "sha256": SHA} for path in HOSTILE[case]]
    stored.served["manifest.json"] = json.dumps({"version": 1, "files": files}).encode()
    before = sorted(pathlib.Path.cwd().parent.rglob("*"))
    result = ameide("artifacts", "shop")
    assert (result.exit_code, result.stdout, result.stderr[:7], "\x1b" in result.stderr) == (2, "", "error: ", False)
    assert sorted(pathlib.Path.cwd().parent.rglob("*")) == before


@pytest.mark.parametrize("digest", ["", "0" * 63, "Z" * 64, "A" * 64])
def test_a_manifest_without_usable_digests_writes_nothing(digest: str, stored: fake.Cluster, ameide: conftest.Ameide) -> None:
    stored.served["manifest.json"] = json.dumps({"version": 1, "files": [{"path": "a", "bytes": 0, "sha256": digest}]}).encode()
    result = ameide("artifacts", "shop")
    assert (result.exit_code, result.stderr) == (2, "error: the manifest has no usable size and digest for a\n")


def test_links_in_the_folder_are_not_followed(stored: fake.Cluster, ameide: conftest.Ameide, tmp_path: pathlib.Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("mine")
    base = pathlib.Path("artifacts/shop")
    base.mkdir(parents=True)
    (base / "summary.json").symlink_to(outside / "precious")
    (base / ".summary.json.part").symlink_to(outside / "precious")
    assert ameide("artifacts", "shop").exit_code == 0
    assert ((outside / "precious").read_text(), (base / "summary.json").is_symlink()) == ("mine", False)

    (base / "report/index.html").unlink()
    (base / "report").rmdir()
    (base / "report").symlink_to(outside)
    result = ameide("artifacts", "shop")
    assert (result.exit_code, result.stderr) == (
        2,
        "error: artifacts/shop/report is not a folder, so report/index.html cannot be written\n"
        "hint: choose another folder with -o\n",
    )
    assert sorted(file.name for file in outside.iterdir()) == ["precious"]


def test_a_server_that_breaks_off_is_asked_again(
    stored: fake.Cluster, ameide: conftest.Ameide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "RETRY_SECONDS", 0.01)
    stored.refuse["GET", "summary.json"] = (503, fake.failure(503, "ServiceUnavailable", "no endpoints available"))
    stored.refusals = 2
    assert ameide("artifacts", "shop").exit_code == 0
    stored.refusals = 1000
    pathlib.Path("artifacts/shop/summary.json").unlink()
    result = ameide("artifacts", "shop")
    assert (result.exit_code, result.stderr.splitlines()) == (
        2,
        [
            "error: the evidence server testrun-system/testrun-server:8080 cannot be reached: no endpoints available",
            "hint: name another place with --server-namespace and --server-service, or --server URL",
        ],
    )


REFUSALS = {
    "no right to the proxy": (
        403, fake.failure(403, "Forbidden", "services is forbidden"),
        "error: not allowed to reach the evidence server: services is forbidden\n"
        "hint: ask for `get` on services/proxy in testrun-system, or use --server URL (kubectl port-forward)\n",
    ),
    "no right to the run": (
        403, {"error": "eve may not get it", "hint": "ask for that right"},
        "error: the evidence server says: eve may not get it\nhint: ask for that right\n",
    ),
    "nothing there": (404, {"error": "the run is not settled"}, "error: the evidence server says: the run is not settled\n"),
    "not our server": (404, "<html>\x1b[2J", "error: the evidence server says: <html>\n"),
    "no such service": (
        404, fake.failure(404, "NotFound", 'services "testrun-server" not found'),
        'error: the evidence server testrun-system/testrun-server:8080 cannot be reached: services "testrun-server" not found\n'
        "hint: name another place with --server-namespace and --server-service, or --server URL\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals_say_who_refuses_and_what_to_do(case: str, stored: fake.Cluster, ameide: conftest.Ameide) -> None:
    status, answer, expected = REFUSALS[case]
    stored.refuse["GET", "/files"] = (status, answer)
    result = ameide("artifacts", "shop")
    assert (result.exit_code, result.stderr) == (2, expected)


def test_the_login_s_own_token_is_shown_to_the_server(stored: fake.Cluster, ameide: conftest.Ameide) -> None:
    ameide("artifacts", "shop", "--list")
    assert stored.headers["X-Testrun-Authorization"] == "Bearer user-token"


def test_a_login_without_a_token_asks_for_the_reader_s(
    stored: fake.Cluster, ameide: conftest.Ameide, tmp_path: pathlib.Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    kubeconfig = stored.kubeconfig(other, user={})
    assert ameide("artifacts", "shop", "--list", "--kubeconfig", str(kubeconfig)).exit_code == 0
    assert stored.headers["X-Testrun-Authorization"] == "Bearer token-of-testrun-reader"


def test_without_any_token_it_says_so(stored: fake.Cluster, ameide: conftest.Ameide, tmp_path: pathlib.Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    stored.refuse["POST", "/token"] = (403, fake.failure(403, "Forbidden", "serviceaccounts is forbidden"))
    result = ameide("artifacts", "shop", "--kubeconfig", str(stored.kubeconfig(other, user={})))
    assert (result.exit_code, result.stderr) == (
        2,
        "error: no token to read the evidence with: this login is a client certificate, and serviceaccounts is forbidden\n"
        "hint: log in with a token, or ask for `create` on serviceaccounts/token of testrun-reader in testrun-system\n",
    )


def test_a_server_at_an_address(stored: fake.Cluster, ameide: conftest.Ameide) -> None:
    assert ameide("artifacts", "shop", "--server", f"http://127.0.0.1:{stored.port}/").exit_code == 0
    assert (stored.headers["Authorization"], "X-Testrun-Authorization" in stored.headers) == ("Bearer user-token", False)


@pytest.mark.parametrize(
    ("server", "error"),
    [
        ("http://127.0.0.1:1", "error: the evidence server at http://127.0.0.1:1 cannot be reached: "),
        ("ftp://x", "error: Invalid value for --server: must begin with http:// or https://"),
    ],
)
def test_an_address_that_does_not_answer(server: str, error: str, stored: fake.Cluster, ameide: conftest.Ameide) -> None:
    result = ameide("artifacts", "shop", "--server", server)
    assert (result.exit_code, result.stderr[: len(error)]) == (2, error)


def test_evidence_that_was_not_stored(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    status = fake.make_status("Passed", junit="<testsuites/>")
    status["conditions"][1] |= {"status": "False", "reason": "ServerSilent", "message": "the server did not answer"}
    cluster.add(fake.make_body(**status))
    result = ameide("artifacts", "shop")
    assert (result.exit_code, result.stdout, result.stderr) == (
        2,
        "",
        "error: the evidence of TestRun shop is not stored: the server did not answer\n"
        "hint: the JUnit of the TestRun's status is in artifacts/shop/junit.xml\n",
    )
    assert on_disk() == {"junit.xml": b"<testsuites/>"}


def test_evidence_of_a_run_that_is_not_over(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**fake.make_status("Running")))
    result = ameide("artifacts", "shop")
    assert (result.exit_code, result.stderr) == (
        2,
        "error: TestRun shop is Running: its evidence is stored when it ends\nhint: wait for it: ameide testrun wait shop\n",
    )


def test_the_plugin_speaks_of_itself_as_kubectl_does(cluster: fake.Cluster, tmp_path: pathlib.Path) -> None:
    cluster.add(fake.make_body(**fake.make_status("Running")))
    result = CliRunner().invoke(main.plugin, ["artifacts", "shop"], env={"KUBECONFIG": str(cluster.kubeconfig(tmp_path))})
    assert "kubectl testrun wait shop" in result.stderr


async def test_a_file_that_stalls_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stalling:
        @contextlib.asynccontextmanager
        async def ask(self, *_: object, **__: object):  # type: ignore[no-untyped-def]
            class Content:
                async def readany(self) -> bytes:
                    await asyncio.Event().wait()
                    raise AssertionError

            class Response:
                content = Content()

            yield Response()

    class Own:
        async def get(self) -> str:
            return "token"

    monkeypatch.setattr(evidence, "STALL_SECONDS", 0.01)
    server = evidence.Server(Stalling(), Own())  # type: ignore[arg-type]
    with pytest.raises(evidence.Silent, match="sent nothing more of a for"):
        _ = [chunk async for chunk in server.chunks(evidence.model.RunRef(namespace="a", name="b", uid="c"), "a")]

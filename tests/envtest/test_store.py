"""The store fails: full, away, slow, killed. The verdict stands, evidence comes late or its loss is a condition, and no half
file is ever served.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from envtest.parts import Part
from envtest.told import cases

from testrun.envtest import processes
from testrun.envtest.control_plane import ApiServer
from testrun.envtest.pods import Pod, digest
from testrun.envtest.processes import Process
from testrun.envtest.runs import Run
from testrun.envtest.waiting import eventually

MIB = 1024 * 1024
SIZE = 160 * MIB
TRACE = os.urandom(3 * MIB)
FULL = "the server's volume is full: the result is from the pods' termination messages, the evidence is not stored"


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small volume."""
    folder = tmp_path_factory.mktemp("disk")
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(scope="module")
def server(apiserver: ApiServer, key: Path, disk: Path) -> Iterator[Process]:
    """A server of its own on that volume. Its log is elsewhere: it must not stop the server either."""
    process = processes.server(key, disk, apiserver)
    process.log = disk.parent / "server.log"
    with processes.ending(process):
        process.start()
        yield process


@contextlib.contextmanager
def filled(disk: Path, *, left: int) -> Iterator[None]:
    """Somebody else takes all of the volume but so many bytes."""
    file = disk / "filler"
    facts = os.statvfs(disk)
    with file.open("wb") as filler:
        os.posix_fallocate(filler.fileno(), 0, facts.f_bavail * facts.f_frsize - left)
    try:
        yield
    finally:
        file.unlink()


def ask(server: Process, method: str, path: str, token: str, data: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    """Status and body of the server's answer."""
    sent = {"Authorization": f"Bearer {token}", **{name.replace("_", "-"): value for name, value in headers.items()}}
    request = urllib.request.Request(server.url + path, data=data, method=method, headers=sent)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def pod_path(pod: Pod) -> str:
    return f"/v1/runs/{run_folder(pod.run)}/shards/{pod.index}/pods/{pod.name}"


def run_folder(run: Run) -> str:
    return f"{run.namespace}/{run.name}/{run.get()['metadata']['uid']}"


def attach(pod: Pod, name: str, data: bytes, sha256: str = "") -> tuple[int, bytes]:
    token = pod.run.secret()["token"]
    sha256 = sha256 or hashlib.sha256(data).hexdigest()
    return ask(pod.run.server, "PUT", f"{pod_path(pod)}/attachments/{name}", token, data, X_Content_SHA256=sha256)


def last_words(pod: Pod, *titles: str) -> str:
    """What the shim leaves with the container when the server took nothing."""
    ids = digest([pod.id(title) for title in titles])
    return json.dumps(
        {"v": 1, "code": 0, "planned": len(titles), "reported": len(titles), "passed": len(titles), "failed": 0, "skipped": 0,
         "flaky": 0, "plannedSha256": ids, "reportedSha256": ids, "signal": None, "problem": None, "sent": False}
    )  # fmt: skip


def stored(run: Run) -> tuple[str, str, str]:
    condition = run.condition("EvidenceStored")
    return condition["status"], condition["reason"], condition["message"]


def waits_for_the_store(run: Run) -> dict[str, Any]:
    """Why, and until when, the run waits."""
    return eventually(
        lambda: (status := run.status()).get("state") == "Storing" and status.get("waiting"),
        what=lambda: f"it waits for the store: {run.get().get('status')}",
        seconds=45,
    )


def write_status(run: Run, status: dict[str, Any]) -> None:
    """The times that a run waits for are data: so a test need not wait."""
    answer = run.api.request("PATCH", f"{run.path}/status", {"status": status}, content_type="application/merge-patch+json")
    assert answer[0] == 200, answer


def end_the_wait(run: Run) -> None:
    write_status(run, {"waiting": {"deadline": "2026-01-01T00:00:00.000000Z"}})


def without_the_store(run: Run, verdict: str) -> dict[str, Any]:
    """The status with the verdict that the run gets when the server had its time."""
    waits_for_the_store(run)
    end_the_wait(run)
    status = run.wait(verdict)["status"]
    assert "artifacts" not in status
    return dict(status)


def is_stored_late(run: Run, before: dict[str, Any]) -> None:
    """The evidence has come and the cleanup is done; nothing else has changed."""
    after = run.done()["status"]
    assert stored(run)[:2] == ("True", "StoredLate")
    assert (after["artifacts"]["path"], after["artifacts"]["junit"]["path"]) == (run_folder(run), "phase-3/junit.xml")
    phases = [{key: value for key, value in each.items() if key != "junit"} for each in after.get("phases", [])]
    kept = {key: value for key, value in after.items() if key not in ("artifacts", "conditions", "phases")}
    assert kept == {key: value for key, value in before.items() if key not in ("conditions", "phases")}
    assert phases == before.get("phases", [])
    cleaned = run.condition("CleanedUp")
    assert (cleaned["status"], cleaned["reason"]) == ("True", "Removed")


def readable(run: Run) -> dict[str, bytes]:
    """The run's files as the server serves them; each is what the manifest says."""
    path, token = f"/v1/runs/{run_folder(run)}/files", run.api.token
    status, manifest = ask(run.server, "GET", path, token)
    assert status == 200, manifest
    found = {}
    for each in json.loads(manifest)["files"]:
        status, found[each["path"]] = ask(run.server, "GET", f"{path}/{each['path']}", token)
        assert (status, hashlib.sha256(found[each["path"]]).hexdigest()) == (200, each["sha256"]), each["path"]
    return found


class TestFull:
    def test_with_little_room_attachments_are_refused_and_the_condition_says_how_full_it_is(self, run: Run, disk: Path):
        run.create(shards=1)
        pod = run.start_pod(0)
        with filled(disk, left=40 * MIB):
            status, body = attach(pod, "1-trace.zip", TRACE)
            assert (status, json.loads(body)["error"]) == (507, "the server's volume is full")
            pod.runs(adds="passed")
            run.wait("Passed")
        status, reason, message = stored(run)
        assert (status, reason) == ("True", "Stored")
        assert re.fullmatch(r"all evidence is in the store, which is 7\d % full \((39|40) MiB left\)", message), message
        assert run.server.metric("testrun_server_volume_almost_full") == 0, "there is room again"

    def test_without_room_for_logs_a_run_that_ends_is_settled_all_the_same(self, run: Run, disk: Path):
        run.create(shards=1)
        pod = run.start_pod(0)
        pod.begins("adds")
        with filled(disk, left=8 * MIB):
            with pytest.raises(urllib.error.HTTPError) as refused:
                pod.starts("adds")
            refused.value.close()
            assert refused.value.code == 507
            pod.ended(1)
            run.job_status({"failedIndexes": "0"})
            run.wait("Errored")
        assert stored(run)[:2] == ("True", "Stored")
        assert b"adds" in readable(run)["phase-3/junit.xml"]

    @pytest.mark.large
    def test_a_volume_without_a_byte_is_the_reason_and_the_verdict_stands(self, run: Run, disk: Path):
        run.create(shards=1)
        pod = run.start_pod(0)
        with filled(disk, left=0):
            with pytest.raises(urllib.error.HTTPError) as refused:
                pod.begins("adds")
            refused.value.close()
            assert refused.value.code == 507
            pod.ended(0, message=last_words(pod, "adds"))
            run.job_status({"completedIndexes": "0"})
            waiting = waits_for_the_store(run)
            assert waiting["message"].startswith("the server answered 507 to settle: ")
            assert waiting["deadline"] > waiting["since"]
            before = without_the_store(run, "Passed")
            status, reason, message = stored(run)
            assert (status, reason, message.partition("; the server is asked again until ")[0]) == ("False", "StoreFull", FULL)
            assert (before["summary"]["passed"], "<testsuite" in before["junit"]) == (1, True)
            assert ask(run.server, "GET", f"/v1/runs/{run_folder(run)}/files", run.api.token)[0] == 404
        is_stored_late(run, before)
        readable(run)


class TestLate:
    @pytest.mark.parametrize("how", ["down", pytest.param("silent", marks=pytest.mark.large)])
    def test_a_server_that_comes_back_in_time_still_stores_all(self, run: Run, server: Process, operator: Process, how: str):
        run.create(shards=1)
        pod = run.start_pod(0)
        pod.begins("adds")
        assert attach(pod, "1-trace.zip", TRACE)[0] == 201
        operator.kill()
        pod.starts("adds")
        pod.ends("adds")
        pod.exits(0, ("adds",))
        pod.ended(0, message=last_words(pod, "adds"))
        run.job_status({"completedIndexes": "0"})
        if how == "down":
            server.kill()
        else:
            assert server.process is not None
            server.process.send_signal(signal.SIGSTOP)
        try:
            operator.start()
            waiting = waits_for_the_store(run)
            assert waiting["message"].startswith("the server did not answer: ")
        finally:
            if how == "down":
                server.start()
            else:
                server.process.send_signal(signal.SIGCONT)
        run.wait("Passed", seconds=45)
        assert stored(run)[:2] == ("True", "Stored")
        assert readable(run)[f"phase-3/shard-0/{pod.name}/attachments/1-trace.zip"] == TRACE


class TestAfterTheVerdict:
    """The server is away for longer than a verdict waits for it."""

    @staticmethod
    def ended(run: Run, server: Process, *, spec: dict[str, Any] | None = None, status: str = "passed") -> Pod:
        """A run whose shard has told everything; its last words say that its one test passed. The server has gone since."""
        run.create(shards=1, spec=spec or {})
        pod = run.start_pod(0)
        pod.begins("adds")
        assert attach(pod, "1-trace.zip", TRACE)[0] == 201
        pod.starts("adds")
        pod.ends("adds", status)
        server.kill()
        pod.ended(0, message=last_words(pod, "adds"))
        run.job_status({"completedIndexes": "0"})
        return pod

    def test_its_evidence_is_stored_when_the_server_is_back_and_then_the_job_goes(
        self, run: Run, server: Process, operator: Process
    ):
        pod = self.ended(run, server)
        try:
            before = without_the_store(run, "Passed")
            assert stored(run)[:2] == ("False", "StoreUnavailable")
            assert (len(run.jobs()), run.condition("CleanedUp")) == (1, {})
            written = run.get()["metadata"]["resourceVersion"]
            operator.kill()
            logged = operator.log.stat().st_size
            operator.start()
            asked = f'cannot settle.*"{run.namespace}/{run.name}"'
            eventually(lambda: re.search(asked, operator.log.read_text()[logged:]), what="the server is asked again")
            assert run.get()["metadata"]["resourceVersion"] == written, "a try that fails writes nothing"
        finally:
            server.start()
        is_stored_late(run, before)
        assert stored(run)[2] == (
            "all evidence is in the store; it came after the verdict Passed, which stands, although by the evidence it would be "
            "Errored: shard 0 lost its pod: exit code 0 on node node-1; 1 of 1 test were reported, and not all of that was sent"
        )
        found = readable(run)
        assert found[f"phase-3/shard-0/{pod.name}/attachments/1-trace.zip"] == TRACE
        assert json.loads(found["summary.json"])["verdict"] == "Passed"
        assert run.jobs() == []
        assert sorted(reason for reason, _ in run.events()) == ["Passed", "Started", "StoredLate"]

    def test_hooks_do_not_wait_for_it_and_are_in_it_in_the_end(self, run: Run, server: Process):
        self.ended(run, server, spec={"cleanup": {"hooks": [{"name": "sweep", "command": ["sweep"]}]}})
        hook = Part(run, "hook-0")
        try:
            without_the_store(run, "Passed")
            hook.succeeds()
            eventually(lambda: run.status().get("hooks"), what="what became of the hook is told")
            assert (stored(run)[0], run.condition("CleanedUp"), len(run.jobs())) == ("False", {}, 2)
            before = dict(run.get()["status"])
        finally:
            server.start()
        is_stored_late(run, before)
        assert "although by the evidence it would be Errored" in stored(run)[2]
        assert "cleanup › sweep: passed" in cases(readable(run)["phase-3/junit.xml"].decode())
        assert run.jobs() == []

    @pytest.mark.parametrize("how", ["deleted", "its time to live is over"])
    def test_nobody_waits_for_it_to_go(self, run: Run, server: Process, how: str):
        self.ended(run, server, spec={"ttlSecondsAfterFinished": 1} if how != "deleted" else {})
        try:
            waits_for_the_store(run)
            end_the_wait(run)
            if how == "deleted":
                run.wait("Passed")
                run.delete()
            eventually(lambda: not run.get(), what="the TestRun is gone")
        finally:
            server.start()

    def test_deleted_before_the_verdict_it_is_let_go_without_the_server(self, run: Run, server: Process):
        self.ended(run, server)
        try:
            waits_for_the_store(run)
            run.delete()
            end_the_wait(run)
            eventually(lambda: not run.get(), what="the TestRun is gone")
        finally:
            server.start()

    def test_after_a_day_it_is_given_up_and_the_job_is_kept(self, run: Run, server: Process):
        self.ended(run, server)
        try:
            without_the_store(run, "Passed")
            conditions = run.get()["status"]["conditions"]
            for each in conditions:
                if each["type"] == "EvidenceStored":
                    each["lastTransitionTime"] = "2026-01-01T00:00:00.000000Z"
            write_status(run, {"conditions": conditions})
            run.done()
        finally:
            server.start()
        assert stored(run)[:2] == ("False", "StoreUnavailable")
        cleaned = run.condition("CleanedUp")
        assert (cleaned["status"], cleaned["reason"], cleaned["message"]) == (
            "True", "Kept", "the Job and its pods are kept: their evidence is not stored, so their logs are all there is",
        )  # fmt: skip
        assert len(run.jobs()) == 1


class TestKilled:
    def test_in_the_middle_of_an_upload_nothing_half_is_kept_and_the_log_goes_on_at_its_offset(
        self, run: Run, server: Process, disk: Path
    ):
        run.create(shards=1)
        pod = run.start_pod(0)
        pod.begins("adds")
        host, port = "127.0.0.1", server.port
        head = (
            f"PUT {pod_path(pod)}/attachments/1-trace.zip HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(TRACE)}\r\n"
            f"Authorization: Bearer {run.secret()['token']}\r\nX-Content-SHA256: {hashlib.sha256(TRACE).hexdigest()}\r\n\r\n"
        )
        incoming = disk / "data/spool" / run.get()["metadata"]["uid"] / "incoming"
        with socket.create_connection((host, port)) as connection:
            connection.sendall(head.encode() + TRACE[: 2 * MIB])
            eventually(lambda: sum(file.stat().st_size for file in incoming.iterdir()) > MIB, what="half of it is on the disk")
            server.kill()
        server.start()
        assert list(incoming.iterdir()) == []
        status, body = ask(server, "POST", f"{pod_path(pod)}/events?offset=0", run.secret()["token"], b"")
        assert (status, json.loads(body)["size"]) == (409, pod.offset)
        pod.starts("adds")  # from that offset on
        path = f"/v1/runs/{run_folder(run)}/files/phase-3/shard-0/{pod.name}/attachments/1-trace.zip"
        assert ask(server, "GET", path, run.api.token)[0] == 404
        assert attach(pod, "1-trace.zip", TRACE)[0] == 201
        pod.ends("adds")
        pod.exits(0, ("adds",))
        run.wait("Passed")
        assert readable(run)[f"phase-3/shard-0/{pod.name}/attachments/1-trace.zip"] == TRACE

    def test_a_wrong_digest_is_refused_and_is_no_file(self, run: Run, disk: Path):
        run.create(shards=1)
        pod = run.start_pod(0)
        pod.begins("adds")
        status, body = attach(pod, "1-trace.zip", TRACE, sha256="0" * 64)
        assert (status, json.loads(body)["error"]) == (422, "the bytes do not have that digest")
        pod.starts("adds")
        pod.ends("adds")
        pod.exits(0, ("adds",))
        run.wait("Passed")
        assert sorted(readable(run)) == [
            "phase-3/junit.xml", f"phase-3/shard-0/{pod.name}/events.jsonl", "report/index.html", "summary.json",
        ]  # fmt: skip
        assert list((disk / "data/spool").glob(f"{run.get()['metadata']['uid']}/**")) == []


class TestRetention:
    @pytest.mark.parametrize("left", [40 * MIB, 0], ids=["with room", "on a full volume"])
    def test_a_run_goes_when_the_server_starts_with_its_age_over(self, run: Run, server: Process, disk: Path, left: int):
        run.create(shards=1)
        pod = run.start_pod(0)
        pod.runs(adds="passed")
        run.wait("Passed")
        manifest = disk / "data/store" / run_folder(run) / "manifest.json"
        old = manifest.stat().st_mtime - 721 * 3600
        os.utime(manifest, (old, old))
        assert readable(run)
        server.end()
        server.command.append("--retention-max-age=720h")
        path = f"/v1/runs/{run_folder(run)}/files"
        try:
            with filled(disk, left=left):
                server.start()
                _, body = eventually(
                    lambda: (answer := ask(server, "GET", path, run.api.token))[0] == 410 and answer, what="the run is removed"
                )
                assert json.loads(body)["error"] == "the server has removed the run's evidence"
                eventually(lambda: not manifest.parent.exists(), what="its files are gone")
                eventually(lambda: server.metric("testrun_server_removed_runs_total") == 1, what="it is counted")
            assert stored(run)[0] == "True", "the status stays as it was"
        finally:
            server.command.pop()

    def test_of_each_namespace_the_newest_stay_and_what_is_younger_than_an_hour(self, run: Run, server: Process, disk: Path):
        other = f"{run.namespace}-other"
        assert run.api.request("POST", "/api/v1/namespaces", {"metadata": {"name": other}})[0] == 201
        names = [(run.namespace, "old", 4), (run.namespace, "newer", 3), (other, "elsewhere", 5), (run.namespace, "young", 0)]
        runs = [Run(run.api, server, namespace, name) for namespace, name, _ in names]
        for each, (_, _, hours) in zip(runs, names, strict=True):
            each.create(shards=1)
            pod = each.start_pod(0)
            pod.runs(adds="passed")
            each.wait("Passed")
            manifest = disk / "data/store" / run_folder(each) / "manifest.json"
            stamp = manifest.stat().st_mtime - hours * 3600
            os.utime(manifest, (stamp, stamp))
        server.end()
        server.command.append("--retention-max-runs=2")

        def answers() -> list[int]:
            return [ask(server, "GET", f"/v1/runs/{run_folder(each)}/files", run.api.token)[0] for each in runs]

        try:
            server.start()
            eventually(lambda: answers() == [410, 200, 200, 200], what=lambda: f"the oldest is removed: {answers()}")
        finally:
            server.command.pop()

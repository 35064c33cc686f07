"""Records of the phases before: uploaded by people, counted for the operator, kept with the run. docs/protocol.md §3."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import datetime
import gzip
import json
import os
import pathlib
import threading
import time
import tracemalloc
from typing import Any

import pytest
from unit.web import pods

from testrun.api import wire
from testrun.artifacts import filesystem, layout, manifest
from testrun.core import model
from testrun.core.model import Counts, RecordFacts, RecordFile, RecordProblem, RecordsRequest, Verdict
from testrun.junit import reader
from testrun.web import config, counting, spool

JUNIT = (
    b'<testsuites tests="2"><testsuite><properties><property name="revision" value="7f3c2d1"/>'
    b'<property name="completed" value="2026-11-21T12:00:00Z"/></properties>'
    b'<testcase name="adds" time="0.5"/><testcase name="pays" time="0.25"/></testsuite></testsuites>'
)
GZIP = gzip.compress(JUNIT, mtime=0)
UNIT = "phase-1/junit.xml"
COUNTED = RecordFacts(
    phase="unit",
    counts=Counts(tests=2, passed=2),
    duration=0.75,
    revisions=("7f3c2d1",),
    completed=datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC),
    junit=model.FileRef(path=UNIT, bytes=len(JUNIT), sha256=pods.digest(JUNIT)),
)


def delivered(file: bytes, **changes: Any) -> RecordFile:
    values = {"phase": "unit", "sha256": pods.digest(file), "data": base64.b64encode(file).decode()}
    return RecordFile(**values | changes)


def asked(*records: RecordFile, **changes: Any) -> RecordsRequest:
    values = {"run": pods.RUN, "revision": "7f3c2d1", "required": ("unit",), "records": records, "last": True}
    return RecordsRequest(**values | changes)


async def raw(server: pods.Server, request: RecordsRequest, *, token: str = pods.KEYRING.operator_token()) -> tuple[int, Any]:
    return await server.call("POST", f"{pods.run_path(request.run)}/records", data=wire.dumps(request), token=token)


async def count(server: pods.Server, *records: RecordFile, **changes: Any) -> tuple[RecordFacts, ...]:
    status, body = await raw(server, asked(*records, **changes))
    assert status == 200, body
    return wire.load(model.RecordsAnswer, body).facts


async def put(
    server: pods.Server, data: bytes, *, sha256: str = "", namespace: str = "shop", token: str = "maker", **more: Any
) -> tuple[int, Any]:
    path = f"/v1/records/{namespace}/{sha256 or pods.digest(data)}"
    return await server.call("PUT", path, token=token, data=data, **more)


async def has(server: pods.Server, data: bytes, *, namespace: str = "shop", token: str = "maker") -> int:
    status, _ = await server.call("HEAD", f"/v1/records/{namespace}/{pods.digest(data)}", token=token)
    return status


def stored(folder: pathlib.Path, path: str, run: model.RunRef = pods.RUN) -> bytes:
    return (folder / "store" / layout.key(run, path)).read_bytes()


class TestUploads:
    async def test_a_file_is_taken_once_and_found_by_its_digest(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        assert await has(server, GZIP) == 404
        for _ in range(2):
            assert await put(server, GZIP) == (201, {"bytes": len(GZIP), "sha256": pods.digest(GZIP)})
        assert await has(server, GZIP) == 200
        assert (tmp_path / "store" / layout.upload_key("shop", pods.digest(GZIP))).read_bytes() == GZIP
        assert list((tmp_path / "incoming").iterdir()) == []

    async def test_it_outlasts_a_restart(self, tmp_path: pathlib.Path) -> None:
        async with pods.running(tmp_path, reviewer=pods.Reviewer()) as server:
            await put(server, GZIP)
            (tmp_path / "incoming" / "7").write_bytes(b"of a killed server")
        async with pods.running(tmp_path, reviewer=pods.Reviewer()) as server:
            assert await has(server, GZIP) == 200
            assert list((tmp_path / "incoming").iterdir()) == []

    @pytest.mark.parametrize(("token", "status"), [("", 401), ("nobody", 401), ("other", 403), ("reader", 403), ("away", 503)])
    async def test_only_who_may_create_test_runs_may_upload(self, server: pods.Server, token: str, status: int) -> None:
        assert (await put(server, GZIP, token=token))[0] == status
        assert await has(server, GZIP, token=token) == status
        assert await has(server, GZIP) == 404

    async def test_the_token_may_stand_where_the_proxy_leaves_it(self, server: pods.Server) -> None:
        headers = {"X-Testrun-Authorization": "Bearer maker"}
        assert (await put(server, GZIP, token="", headers=headers))[0] == 201

    @pytest.mark.parametrize(
        ("sha256", "namespace", "status"),
        [("0" * 64, "shop", 422), ("A" * 64, "shop", 422), ("x", "shop", 422), ("", "Shop", 422), ("", "a%2Fb", 422)],
        ids=["another digest", "capital letters", "no digest", "no namespace", "a path"],
    )
    async def test_what_is_no_upload(self, server: pods.Server, sha256: str, namespace: str, status: int) -> None:
        assert (await put(server, JUNIT, sha256=sha256, namespace=namespace))[0] == status

    async def test_a_body_without_a_length_is_refused(self, server: pods.Server) -> None:
        async def pieces() -> Any:
            yield JUNIT

        status, _ = await server.call("PUT", f"/v1/records/shop/{pods.digest(JUNIT)}", token="maker", data=pieces())
        assert status == 411

    async def test_one_that_is_too_large_is_refused(self, tmp_path: pathlib.Path) -> None:
        limits = config.Limits(reserve_bytes=0, record_bytes=100)
        async with pods.running(tmp_path, reviewer=pods.Reviewer(), limits=limits) as server:
            assert (await put(server, b"x" * 101))[0] == 413
            assert (await put(server, b"x" * 100))[0] == 201

    async def test_the_reserve_of_the_volume_is_not_for_uploads(self, tmp_path: pathlib.Path) -> None:
        async with pods.running(tmp_path, reviewer=pods.Reviewer(), limits=config.Limits(reserve_bytes=2**60)) as server:
            assert (await put(server, GZIP))[0] == 507

    async def test_what_a_namespace_has_on_the_shelf_is_bounded(self, tmp_path: pathlib.Path) -> None:
        limits = config.Limits(reserve_bytes=0, namespace_records=2, namespace_records_bytes=1000)
        async with pods.running(tmp_path, reviewer=pods.Reviewer(), limits=limits) as server:
            assert [(await put(server, data))[0] for data in (b"1", b"2", b"2", b"3")] == [201, 201, 201, 413]
            assert (await put(server, b"3", namespace="other"))[0] == 201, "another namespace has its own bound"
            assert (await put(server, b"x" * 1000, namespace="other"))[0] == 413
            await count(server, RecordFile(phase="unit", sha256=pods.digest(b"1")))
            assert (await put(server, b"3"))[0] == 201, "what a run has used does not count"

    async def test_those_under_way_are_bounded(self, tmp_path: pathlib.Path) -> None:
        limits = config.Limits(reserve_bytes=0, namespace_record_uploads=1)
        arrived, go_on = asyncio.Event(), asyncio.Event()

        async def slowly() -> Any:
            yield JUNIT[:10]
            arrived.set()
            await go_on.wait()
            yield JUNIT[10:]

        async with pods.running(tmp_path, reviewer=pods.Reviewer(), limits=limits) as server:
            path = f"/v1/records/shop/{pods.digest(JUNIT)}"
            headers = {"Content-Length": str(len(JUNIT))}
            first = asyncio.create_task(server.call("PUT", path, token="maker", data=slowly(), headers=headers))
            await arrived.wait()
            await pods.until(lambda: bool(server.app[pods.app.SHELF]._due))
            assert (await put(server, GZIP))[0] == 429
            assert (await put(server, GZIP, namespace="other"))[0] == 201
            go_on.set()
            assert (await first)[0] == 201
            assert (await put(server, GZIP))[0] == 201

    async def test_what_no_run_has_used_goes_after_a_day(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        await put(server, GZIP)
        await put(server, JUNIT)
        await count(server, RecordFile(phase="unit", sha256=pods.digest(GZIP)))
        for path in (tmp_path / "store/Uploads/shop").iterdir():
            os.utime(path, (time.time() - 13 * 3600,) * 2)
        assert (await has(server, GZIP), await has(server, JUNIT)) == (200, 404), "one that goes soon is to be sent again"
        keeper = server.app[pods.app.SHELF]
        await keeper.sweep(time.time() + 10.9 * 3600)
        assert len(list((tmp_path / "store/Uploads/shop").iterdir())) == 3
        await keeper.sweep(time.time() + 11.1 * 3600)
        kept = sorted(path.name for path in (tmp_path / "store/Uploads/shop").iterdir())
        assert kept == [pods.digest(GZIP), f"{pods.digest(GZIP)}.claimed"]


class TestCounting:
    @pytest.mark.parametrize("data", [JUNIT, GZIP], ids=["plain", "gzip"])
    async def test_a_file_is_counted_and_kept_unpacked(self, server: pods.Server, data: bytes) -> None:
        assert await count(server, delivered(data)) == (COUNTED,)
        assert server.runs()[pods.RUN].files.local(UNIT).read_bytes() == JUNIT

    async def test_so_is_an_upload(self, server: pods.Server) -> None:
        await put(server, GZIP)
        assert await count(server, RecordFile(phase="unit", sha256=pods.digest(GZIP))) == (COUNTED,)

    async def test_an_upload_of_another_namespace_is_not_there(self, server: pods.Server) -> None:
        await put(server, GZIP, namespace="other")
        (found,) = await count(server, RecordFile(phase="unit", sha256=pods.digest(GZIP)))
        assert found.problem is RecordProblem.UNAVAILABLE

    async def test_the_facts_of_a_red_file_name_its_first_tests(self, server: pods.Server) -> None:
        cases = "".join(f'<testcase name="{number}"><failure message="no"/></testcase>' for number in range(9))
        data = f'<testsuite tests="8" timestamp="2026-11-21T12:00:00">{cases}</testsuite>'.encode()
        (found,) = await count(server, delivered(data))
        assert (found.counts, found.contradiction) == (Counts(tests=9, failed=9), "the file says tests='8', and holds 9")
        assert [each.name for each in found.failures] == ["0", "1", "2"]

    UNUSABLE = {
        "no record": ((), RecordProblem.MISSING, "it is required, and has no record"),
        "no ConfigMap": (
            (delivered(JUNIT, data=None, unavailable="ConfigMap unit is not there"),),
            RecordProblem.UNAVAILABLE, "ConfigMap unit is not there",
        ),
        "no upload": (
            (delivered(JUNIT, data=None),),
            RecordProblem.UNAVAILABLE,
            f"no file with the SHA-256 {pods.digest(JUNIT)[:12]}… was uploaded for the namespace",
        ),
        "another file": (
            (delivered(JUNIT, sha256="0" * 64),),
            RecordProblem.TAMPERED,
            f"its file has the SHA-256 {pods.digest(JUNIT)[:12]}…, and the record says 000000000000…",
        ),
        "not JUnit": (
            (delivered(b"<html/>"),), RecordProblem.UNREADABLE,
            "the file is not JUnit: its root is <html>, not <testsuites> or <testsuite>",
        ),
        "nothing": ((delivered(b""),), RecordProblem.UNREADABLE, "the file is empty"),
        "gzip that is cut short": ((delivered(GZIP[:-9]),), RecordProblem.UNREADABLE, "the file is gzip that ends in the middle"),
        "a document type": (
            (delivered(b"<!DOCTYPE x [<!ENTITY a 'b'>]><testsuite/>"),), RecordProblem.UNREADABLE,
            "the file declares a document type, which may hide anything and is refused",
        ),
        "not base64": ((delivered(JUNIT, data="?"),), RecordProblem.UNREADABLE, "its bytes did not arrive as they were sent"),
    }  # fmt: skip

    @pytest.mark.parametrize(("records", "problem", "text"), UNUSABLE.values(), ids=UNUSABLE)
    async def test_a_phase_without_a_usable_file_has_a_junit_that_says_so(
        self, server: pods.Server, records: tuple[RecordFile, ...], problem: RecordProblem, text: str
    ) -> None:
        (found,) = await count(server, *records)
        data = server.runs()[pods.RUN].files.local(UNIT).read_bytes()
        file = model.FileRef(path=UNIT, bytes=len(data), sha256=pods.digest(data))
        assert found == RecordFacts(phase="unit", problem=problem, text=text, junit=file)
        (failure,) = reader.read([data]).failures
        assert failure.message == f"unit: {text}"
        assert list((server.runs()[pods.RUN].files.folder / "incoming").iterdir()) == []

    async def test_a_bomb_is_not_unpacked_to_its_end(self, tmp_path: pathlib.Path) -> None:
        bomb = gzip.compress(b"<testsuite>" + b" " * 30_000_000 + b"</testsuite>", mtime=0)
        async with pods.running(tmp_path, limits=config.Limits(reserve_bytes=0, record_bytes=1_000_000)) as server:
            (found,) = await count(server, delivered(bomb))
            assert (found.problem, found.text) == (RecordProblem.UNREADABLE, "the file is larger than 1000000 bytes")
            sizes = [path.stat().st_size for path in (tmp_path / "spool").rglob("*") if path.is_file()]
            assert max(sizes) < 10_000

    async def test_all_that_are_required_or_recorded_are_told_in_their_order(self, server: pods.Server) -> None:
        found = await count(server, delivered(GZIP), delivered(JUNIT, phase="policy"), required=("integration",))
        assert [(each.phase, each.problem) for each in found] == [
            ("policy", None),
            ("unit", None),
            ("integration", RecordProblem.MISSING),
        ]

    async def test_the_first_answer_stays(self, tmp_path: pathlib.Path) -> None:
        async with pods.running(tmp_path) as server:
            first = await count(server, delivered(GZIP))
            assert await count(server, delivered(b"<html/>")) == first
        async with pods.running(tmp_path) as server:
            assert await count(server) == first, "after a restart too"

    async def test_what_may_still_come_is_told_and_not_remembered(self, server: pods.Server) -> None:
        upload = RecordFile(phase="unit", sha256=pods.digest(GZIP))
        first = await count(server, delivered(JUNIT, phase="policy"), upload, last=False)
        assert [(each.phase, each.problem, each.junit) for each in first] == [("unit", RecordProblem.UNAVAILABLE, None)]
        assert server.runs() == {}
        await put(server, GZIP)
        assert COUNTED in await count(server, delivered(JUNIT, phase="policy"), upload, last=False)

    async def test_a_full_volume_is_told_and_nothing_is_remembered(self, tmp_path: pathlib.Path) -> None:
        async with pods.running(tmp_path, limits=config.Limits(reserve_bytes=2**62)) as server:
            assert (await raw(server, asked(delivered(GZIP))))[0] == 507
        async with pods.running(tmp_path) as server:
            assert await count(server, delivered(GZIP)) == (COUNTED,)

    @pytest.mark.parametrize(
        ("request_", "token", "status"),
        [
            (asked(), "reader", 403),
            (asked(), pods.KEYRING.run_token(pods.RUN), 403),
            (asked(delivered(GZIP), delivered(JUNIT)), "", 422),
            (asked(delivered(GZIP, sha256="x")), "", 422),
        ],
        ids=["a person", "a pod", "two records of a phase", "no digest"],
    )
    async def test_what_is_refused(self, server: pods.Server, request_: RecordsRequest, token: str, status: int) -> None:
        assert (await raw(server, request_, token=token or pods.KEYRING.operator_token()))[0] == status
        assert server.runs() == {}

    async def test_a_body_that_is_none(self, server: pods.Server) -> None:
        for body in (b"{}", b"[", wire.dumps(asked(run=dataclasses.replace(pods.RUN, uid="other")))):
            path = f"{pods.run_path()}/records"
            assert (await server.call("POST", path, data=body, token=pods.KEYRING.operator_token()))[0] == 422

    async def test_a_settled_run_is_not_looked_at_any_more(self, server: pods.Server) -> None:
        await server.settle(pods.settle_request(stopped=Verdict.CANCELLED))
        assert (await raw(server, asked(delivered(GZIP))))[0] == 410

    def test_a_large_file_is_never_in_memory(self, tmp_path: pathlib.Path) -> None:
        case = b'<testcase classname="shop.cart" name="adds item number %06d to the cart" time="0.001"/>\n'
        data = b"<testsuite>" + b"".join(case % number for number in range(60_000)) + b"</testsuite>"
        packed = gzip.compress(data)
        files = spool.Spool(tmp_path).open(pods.RUN)
        limits = config.Limits(reserve_bytes=0)
        request = asked(delivered(packed))
        tracemalloc.start()
        try:
            (found,) = counting.count(request, files, limits, lambda _: pytest.fail("nothing was uploaded")).facts
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert (found.counts.tests, found.junit) == (60_000, model.FileRef(path=UNIT, bytes=len(data), sha256=pods.digest(data)))
        assert peak < len(packed) + 2_000_000, f"{peak} bytes for a file of {len(data)}, {len(packed)} packed"


PASSED = model.PhaseResult(
    phase="unit", result=Verdict.PASSED, counts=Counts(tests=2, passed=2), duration=0.75, junit=COUNTED.junit
)
MISSING = model.PhaseResult(phase="integration", result=Verdict.BLOCKED, message="it is required, and has no record: run it")


class TestSettling:
    async def test_the_files_go_into_the_store_with_the_run(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        await count(server, delivered(GZIP))
        await server.events(0, pods.whole_log("a"))
        settlement = await server.settle(pods.settle_request(phases=(PASSED,)))
        assert (settlement.verdict, settlement.phases) == (Verdict.PASSED, (PASSED,))
        assert stored(tmp_path, UNIT) == JUNIT
        listed = manifest.load(stored(tmp_path, layout.MANIFEST))
        assert COUNTED.junit in listed.files
        assert manifest.verify(listed, filesystem.FilesystemStore(tmp_path / "store"), layout.run_folder(pods.RUN)) == []
        summary = json.loads(stored(tmp_path, layout.SUMMARY))
        assert [
            (each["phase"], each["result"], each["counts"]["tests"], each["junit"]["path"]) for each in summary["phases"]
        ] == [
            ("unit", "Passed", 2, UNIT),
            ("e2e", "Passed", 1, layout.JUNIT),
        ]
        page = stored(tmp_path, layout.REPORT).decode()
        assert '<a href="../phase-1/junit.xml">JUnit</a>' in page
        assert await server.read(f"files/{UNIT}") == (200, JUNIT)

    async def test_a_settle_waits_for_records_that_are_being_counted(
        self, server: pods.Server, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        began, go_on, really = threading.Event(), threading.Event(), counting.count

        def slowly(*arguments: Any) -> model.RecordsAnswer:
            began.set()
            assert go_on.wait(10)
            return really(*arguments)

        monkeypatch.setattr(counting, "count", slowly)
        counted = asyncio.create_task(count(server, delivered(GZIP)))
        assert await asyncio.to_thread(began.wait, 10)
        settling = asyncio.create_task(server.settle(pods.settle_request(stopped=Verdict.CANCELLED)))
        await pods.until(lambda: server.runs()[pods.RUN].sealed)
        go_on.set()
        assert await counted == (COUNTED,)
        assert ((await settling).verdict, stored(tmp_path, UNIT)) == (Verdict.CANCELLED, JUNIT)

    async def test_a_forced_settle_keeps_them(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        await count(server, delivered(GZIP))
        await server.events(0, pods.whole_log("a"))
        await server.settle(pods.settle_request(phases=(PASSED,)))
        again = await server.settle(pods.settle_request(phases=(PASSED,), revision="other"), force=True)
        assert (again.verdict, again.phases, stored(tmp_path, UNIT)) == (Verdict.PASSED, (PASSED,), JUNIT)

    async def test_a_blocked_run_has_a_case_for_each_phase_that_blocks_it(
        self, server: pods.Server, tmp_path: pathlib.Path
    ) -> None:
        await count(server, delivered(GZIP), required=("unit", "integration"))
        asked_ = pods.settle_request(
            shards=3, stopped=Verdict.BLOCKED, stopped_message="integration: it has no record", phases=(PASSED, MISSING),
            blocked_by=("integration",),
        )  # fmt: skip
        settlement = await server.settle(asked_)
        assert (settlement.verdict, settlement.message) == (Verdict.BLOCKED, "integration: it has no record")
        assert (settlement.counts, settlement.shards) == (Counts(tests=1, errored=1), ())
        whole = reader.read([stored(tmp_path, layout.JUNIT)])
        assert [(each.name, each.message) for each in whole.failures] == [
            ("testrun › phase integration", "integration: it is required, and has no record: run it")
        ]
        assert b'type="Blocked"' in stored(tmp_path, layout.JUNIT)
        assert reader.read([stored(tmp_path, "phase-2/junit.xml")]).counts == Counts(tests=1, errored=1)
        assert [each.junit.path for each in settlement.phases if each.junit] == [UNIT, "phase-2/junit.xml"]
        assert "<h2>Shards</h2>" not in stored(tmp_path, layout.REPORT).decode()

    async def test_a_phase_that_was_never_looked_at_has_a_junit_too(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        never = model.PhaseResult(
            phase="unit", result=Verdict.CANCELLED, message="its record was not verified: spec.cancel is set"
        )
        settlement = await server.settle(pods.settle_request(stopped=Verdict.CANCELLED, phases=(never,)))
        data = stored(tmp_path, UNIT)
        assert settlement.phases == (
            dataclasses.replace(never, junit=model.FileRef(path=UNIT, bytes=len(data), sha256=pods.digest(data))),
        )
        assert [each.message for each in reader.read([data]).failures] == [f"unit: {never.message}"]

    async def test_an_abandoned_run_keeps_them(self, server: pods.Server, tmp_path: pathlib.Path) -> None:
        await count(server, delivered(GZIP))
        await server.app[pods.app.KEEPER].settle(time.time() + 25 * 3600)
        assert (server.runs(), stored(tmp_path, UNIT)) == ({}, JUNIT)

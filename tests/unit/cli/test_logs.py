"""``logs`` and ``status``: the output of the pods, and what the API server holds."""

from __future__ import annotations

import json

import pytest
from unit.cli import conftest, fake

from testrun.cli import podlogs

DONE = fake.make_status("Passed", artifacts={"path": "shop/shop/uid-of-shop"})


async def split(*chunks: bytes) -> list[str]:
    async def stream():  # type: ignore[no-untyped-def]
        for chunk in chunks:
            yield chunk

    return [line async for line in podlogs.lines(stream())]


async def test_lines_that_come_in_pieces() -> None:
    assert await split(b"a\nb", b"c\n\nd", b"\xff") == ["a", "bc", "", "d\ufffd"]


async def test_an_endless_line_is_cut() -> None:
    assert [len(line) for line in await split(b"x" * 40000, b"y")] == [16384, 16384, 7233]


def test_the_pods_of_all_shards_in_order(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**fake.make_status("Running")))
    cluster.pods = [fake.make_pod(1, "shop-1"), fake.make_pod(0, "shop-0")]
    cluster.logs = {"shop-0": "Running 2 tests\n\x1b[32m  ✓\x1b[0m one\n", "shop-1": "\x1b]0;owned\x07Running 1 test"}
    result = ameide("logs", "shop")
    assert (result.exit_code, result.stdout) == (0, "[shard 0] Running 2 tests\n[shard 0]   ✓ one\n[shard 1] Running 1 test\n")


def test_one_shard_followed_to_the_run_s_end(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**DONE))
    cluster.pods = [fake.make_pod(1, "shop-1"), fake.make_pod(0, "shop-0")]
    cluster.logs = {"shop-1": "one\n"}
    result = ameide("logs", "shop", "--shard", "1", "-f")
    assert (result.exit_code, result.stdout) == (0, "[shard 1] one\n")


def test_a_container_that_has_not_started_is_no_error_while_others_speak(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**fake.make_status("Running")))
    cluster.pods = [fake.make_pod(0, "shop-0"), fake.make_pod(1, "shop-1")]
    cluster.logs = {"shop-1": "one\n"}
    said = 'container "playwright" in pod "shop-0" is waiting to start: ContainerCreating'
    cluster.refuse["GET", "/pods/shop-0/log"] = (400, fake.failure(400, "BadRequest", said))
    result = ameide("logs", "shop")
    assert (result.exit_code, result.stdout) == (0, "[shard 1] one\n")


def test_no_output_yet(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**fake.make_status("Pending")))
    result = ameide("logs", "shop")
    assert (result.exit_code, result.stderr) == (2, "error: TestRun shop has no pods with output yet\nhint: follow it with -f\n")


def test_when_the_pods_are_gone_the_evidence_tells_the_end_of_their_output(
    cluster: fake.Cluster, ameide: conftest.Ameide
) -> None:
    cluster.add(fake.make_body(**DONE))
    end = {"type": "exit", "code": 0, "output": "2 passed\x1b[2J\nbye"}
    cluster.files = {
        "phase-3/shard-0/shop-0/events.jsonl": b'{"type":"begin"}\n' + json.dumps(end).encode() + b"\n",
        "phase-3/shard-1/shop-1/events.jsonl": b'{"type":"begin"}\n',
        "phase-3/shard-1/shop-1/output.txt": b"OOM\nkilled\n",
    }
    result = ameide("logs", "shop")
    assert (result.exit_code, result.stdout, result.stderr) == (
        0,
        "[shard 0] 2 passed\n[shard 0] bye\n[shard 1] OOM\n[shard 1] killed\n",
        "The pods are gone; this is the end of their output, from the evidence.\n",
    )


def test_a_shard_that_the_evidence_does_not_know(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**DONE))
    result = ameide("logs", "shop", "--shard", "7")
    assert (result.exit_code, result.stderr) == (
        2,
        "error: the evidence holds no output of that\nhint: see what there is: ameide testrun artifacts shop --list\n",
    )


@pytest.mark.parametrize(
    "log", [b"", b"not json", b"[1]\n", b'{"type":"exit"}\n', b'{"type":"exit","output":3}\n', b"[" * 100000]
)
def test_a_log_without_an_exit_tells_nothing(log: bytes) -> None:
    assert podlogs.exit_output(log) == []


def test_only_well_formed_names_are_pods() -> None:
    paths = [
        "phase-3/shard-2/b/events.jsonl",
        "phase-3/shard-0/a/events.jsonl",
        "phase-3/shard-x/c/d",
        "phase-3/shard-1",
        "phase-3/shard-0/a/x",
    ]
    assert podlogs.pods_of(paths) == [(0, "a"), (2, "b")]


def test_status_of_one_run(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**DONE))
    result = ameide("status", "shop")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[:2] == ["Run:       shop/shop", "State:     Passed"]


def test_status_as_json_is_the_testrun(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body(**DONE))
    assert json.loads(ameide("status", "shop", "--json").stdout)["status"] == DONE


def test_status_of_all_runs(cluster: fake.Cluster, ameide: conftest.Ameide) -> None:
    cluster.add(fake.make_body("shop", **DONE))
    cluster.add(fake.make_body("blog"))
    assert [line.split()[:3] for line in ameide("status", "-A").stdout.splitlines()] == [
        ["NAMESPACE", "NAME", "STATE"], ["shop", "blog", "Pending"], ["shop", "shop", "Passed"],
    ]  # fmt: skip
    assert [item["metadata"]["name"] for item in json.loads(ameide("status", "--json").stdout)["items"]] == ["blog", "shop"]


def test_status_of_nothing(ameide: conftest.Ameide) -> None:
    result = ameide("status")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "No TestRuns found in namespace shop.\n")


def test_a_name_and_all_namespaces_exclude_each_other(ameide: conftest.Ameide) -> None:
    result = ameide("status", "shop", "-A")
    assert (result.exit_code, result.stderr.splitlines()) == (
        2,
        ["error: a NAME and --all-namespaces exclude each other", "hint: ameide testrun status --help"],
    )

"""Memory of the operator and the server when large records go through the gate. Prints a table; asserts nothing.

``python -m bench.gate`` brings its own etcd and kube-apiserver (`testrun.envtest`) and needs no cluster. Each row is one TestRun
that requires phase unit, whose record holds ``--cases`` test cases; it is measured from its creation to its Job.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import dataclasses
import gzip
import hashlib
import random
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import rich.console
import rich.table

from testrun.envtest import control_plane, processes, waiting
from testrun.envtest.control_plane import ApiServer
from testrun.envtest.runs import Run

NAMESPACE = "bench"
CONFIG_MAP_BYTES = 1024 * 1024
"""What the values of a ConfigMap may have together, before base64."""
console = rich.console.Console()


@dataclasses.dataclass(frozen=True)
class Memory:
    """Resident bytes of a process: when the run was made, the most it had until the Job was there, and then."""

    before: int
    peak: int
    after: int

    def __str__(self) -> str:
        before, peak, after = (f"{each / 1e6:.0f}" for each in (self.before, self.peak, self.after))
        return (
            f"{before} → {after} ({(self.after - self.before) / 1e6:+.1f}), peak {peak} ({(self.peak - self.before) / 1e6:+.1f})"
        )


def junit(cases: int) -> bytes:
    """A unit suite as pytest writes it, with names and times that do not repeat."""
    dice = random.Random(cases)
    lines = [
        f'<testcase classname="shop.tests.unit.test_{number // 40:04d}.TestCart" '
        f'name="test_item_{dice.getrandbits(40):010x}_is_added_{number}" time="{dice.random():.4f}"/>'
        for number in range(cases)
    ]
    head = f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites tests="{cases}"><testsuite name="pytest">'
    properties = '<properties><property name="revision" value="7f3c2d1"/></properties>'
    return f"{head}{properties}\n{chr(10).join(lines)}\n</testsuite></testsuites>\n".encode()


def resident(process: processes.Process, field: str = "VmRSS") -> int:
    """Bytes; VmHWM is the most since `forget_peak`."""
    assert process.process is not None
    status = Path(f"/proc/{process.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith(f"{field}:")).split()[1]) * 1024


def forget_peak(process: processes.Process) -> None:
    assert process.process is not None
    Path(f"/proc/{process.process.pid}/clear_refs").write_text("5")


@contextlib.contextmanager
def world(folder: Path) -> Iterator[tuple[ApiServer, processes.Process, processes.Process]]:
    """An API server that knows TestRuns, the server, the operator."""
    key = folder / "key"
    key.write_text("k" * 32)
    with control_plane.running() as api:
        control_plane.serve_testruns(api)
        api.request("POST", "/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
        server = processes.server(key, folder, api)
        operator = processes.operator(api, server, key, folder)
        with processes.ending(server, operator):
            server.start()
            operator.start()
            yield api, server, operator


def by_config_map(api: ApiServer, data: bytes, name: str) -> dict[str, Any]:
    body = {"metadata": {"name": name}, "binaryData": {"junit.xml.gz": base64.b64encode(data).decode()}}
    status, answer = api.request("POST", f"/api/v1/namespaces/{NAMESPACE}/configmaps", body)
    assert status == 201, answer
    return {"configMap": name, "key": "junit.xml.gz", "sha256": hashlib.sha256(data).hexdigest()}


def by_upload(api: ApiServer, server: processes.Process, data: bytes) -> dict[str, Any]:
    sha256 = hashlib.sha256(data).hexdigest()
    headers = {"Authorization": f"Bearer {api.token}"}
    request = urllib.request.Request(f"{server.url}/v1/records/{NAMESPACE}/{sha256}", data=data, method="PUT", headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 201
    return {"artifact": sha256, "sha256": sha256}


def through(
    run: Run, source: dict[str, Any], operator: processes.Process, server: processes.Process
) -> tuple[Memory, Memory, float]:
    """Memory of the operator and of the server, and the seconds from the run's creation to its Job."""
    watched = (operator, server)
    before = [resident(each) for each in watched]
    for each in watched:
        forget_peak(each)
    posted = time.monotonic()
    run.create(
        shards=1,
        spec={"revision": "7f3c2d1", "preSteps": {"required": ["unit"], "records": [{"phase": "unit", "junit": source}]}},
    )
    waiting.eventually(run.jobs, what=lambda: f"the Job exists: {run.get().get('status')}", seconds=60)
    seconds = time.monotonic() - posted
    time.sleep(1)  # what is freed is freed
    told = [Memory(start, resident(each, "VmHWM"), resident(each)) for start, each in zip(before, watched, strict=True)]
    return told[0], told[1], seconds


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.gate", description=__doc__)
    parser.add_argument("--cases", type=int, default=60_000, help="test cases of a record (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each kind (default: %(default)s)")
    options = parser.parse_args()
    data = junit(options.cases)
    packed = gzip.compress(data, mtime=0)
    console.print(f"{options.cases} test cases: {len(data) / 1e6:.1f} MB of JUnit, {len(packed) / 1e6:.2f} MB as gzip")
    table = rich.table.Table(
        "record", "operator, MB", "server, MB", "apply → Job, s", title="Resident memory (wanted: at most +30)"
    )
    with tempfile.TemporaryDirectory(prefix="testrun-bench-") as folder, world(Path(folder)) as (api, server, operator):
        small = junit(10)
        warm = Run(api, server, NAMESPACE, "warm")
        through(warm, by_config_map(api, small, "warm"), operator, server)  # imports, and the first of everything
        for number in range(options.rounds):
            # Other bytes each time: a file of the same digest is on the server already.
            other = data.replace(b'name="pytest"', f'name="round {number}"'.encode(), 1)
            files = {"upload, gzip": gzip.compress(other, mtime=0), "upload, plain": other}
            if len(packed) <= CONFIG_MAP_BYTES:
                files = {"ConfigMap, gzip": files["upload, gzip"], **files}
            for kind, file in files.items():
                name = f"{kind.replace(', ', '-').lower()}-{number}"
                source = by_config_map(api, file, name) if "ConfigMap" in kind else by_upload(api, server, file)
                run = Run(api, server, NAMESPACE, name)
                of_operator, of_server, seconds = through(run, source, operator, server)
                assert run.get()["status"]["phases"][0]["tests"] == options.cases
                table.add_row(kind, str(of_operator), str(of_server), f"{seconds:.2f}")
        if len(packed) > CONFIG_MAP_BYTES:
            console.print("the gzip file does not fit into a ConfigMap: only uploads are measured", style="dim")
    console.print(table)


if __name__ == "__main__":
    main()

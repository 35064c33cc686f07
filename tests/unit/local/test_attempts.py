"""What isolated commands tried to reach, read back and told to people."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from testrun.local import attempts
from testrun.local.attempts import Attempt

LINE: dict[str, Any] = {"time": 1764072000000, "protocol": "tcp", "address": "10.96.0.1", "port": 443}


def lines(*bodies: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(body).encode() + b"\n" for body in bodies)


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        (Attempt(time=1, protocol="tcp", address="10.96.0.1", port=443), "10.96.0.1:443 (tcp)"),
        (Attempt(time=1, protocol="udp", address="2001:db8::1", port=5000), "[2001:db8::1]:5000 (udp)"),
        (Attempt(time=1, protocol="icmp", address="10.96.0.1", port=0), "10.96.0.1 (icmp)"),
        (
            Attempt(time=1, protocol="dns", address="10.96.0.10", port=53, name="shop.default.svc.cluster.local"),
            "shop.default.svc.cluster.local (DNS)",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_attempt_in_words(attempt: Attempt, words: str) -> None:
    assert attempt.described == words


def test_a_file_is_read_by_time(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "network.jsonl"
    file.write_bytes(lines(LINE | {"time": 2}, LINE | {"time": 1, "protocol": "dns", "port": 53, "name": "shop.local"}))
    assert attempts.read(file) == [
        Attempt(time=1, protocol="dns", address="10.96.0.1", port=53, name="shop.local"),
        Attempt(time=2, protocol="tcp", address="10.96.0.1", port=443),
    ]


def test_a_file_that_is_not_there_is_not_an_empty_one(tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError):
        attempts.read(tmp_path / "network.jsonl")


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"not JSON",
        b"\xff\xfe",
        b"[" * 100_000,
        b"[]",
        b"null",
        b'{"time": 1764072000000, "protocol": "tc',
        lines(LINE | {"time": "now"}),
        lines(LINE | {"time": True}),
        lines(LINE | {"time": -1}),
        lines(LINE | {"port": 65536}),
        lines(LINE | {"port": None}),
        lines(LINE | {"protocol": "smtp"}),
        lines(LINE | {"protocol": []}),
        lines(LINE | {"address": "<script>"}),
        lines(LINE | {"address": 7}),
        lines(LINE | {"name": 7}),
        lines({"time": 1}),
    ],
    ids=lambda value: repr(value[:60]),
)
def test_what_makes_no_sense_is_left_out_and_the_rest_is_kept(garbage: bytes) -> None:
    good = Attempt(time=1764072000000, protocol="tcp", address="10.96.0.1", port=443)
    assert attempts.parse(garbage.rstrip(b"\n") + b"\n" + lines(LINE)) == [good]


def test_a_name_cannot_reach_the_terminal() -> None:
    found = attempts.parse(lines(LINE | {"name": "a\x1b[31m\nb" + "c" * 1000}))
    assert [attempt.name for attempt in found] == ["a b" + "c" * 296 + "…"]


def test_a_file_without_end_is_read_within_bounds(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "network.jsonl"
    file.write_bytes(lines(LINE) * 100_000)
    assert len(attempts.read(file)) == attempts.MAX_LINES

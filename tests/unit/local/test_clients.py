"""Telepresence and Tilt of this machine: real processes of stand-ins that replay what the real programs were recorded to say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import recorded
from stand_ins import CONNECTED, INTERCEPTING, NO_DAEMON, NOT_CONNECTED, StandIns

from testrun.core.preflight.developer import Answer
from testrun.local.clients import Clients, Tunnel

ASKS = "telepresence status --output json"
CONNECTS = "telepresence connect --context local --namespace shop --manager-namespace ambassador"


@pytest.fixture
def stand_ins(tmp_path: Path) -> StandIns:
    return StandIns.make(tmp_path / "stand-ins")


def clients(stand_ins: StandIns) -> Clients:
    path = f"{stand_ins.bin}{os.pathsep}{os.environ['PATH']}"
    return Clients(folder=stand_ins.state, environment={"PATH": path}, kept=stand_ins.state / "kept")


@pytest.mark.parametrize("state", [each for each in recorded.TELEPRESENCE if recorded.status(each) is not None])
async def test_telepresence_is_understood_in_every_recorded_state(stand_ins: StandIns, state: str):
    stand_ins.telepresence(state)
    found, expected = await clients(stand_ins).status(), recorded.status(state)
    assert expected is not None
    assert (found.exit_code, found.said, found.missing) == (0, expected.said, False)
    assert stand_ins.calls == [ASKS]


@pytest.mark.parametrize("what", ["session", "uiresource"])
@pytest.mark.parametrize("state", [each for each in recorded.TILT if recorded.tilt_says(each, "session") is not None])
async def test_tilt_is_understood_in_every_recorded_state(stand_ins: StandIns, state: str, what: str):
    stand_ins.tilt(state)
    found, expected = await clients(stand_ins).tilt(what), recorded.tilt_says(state, what)
    assert expected is not None
    assert (found.exit_code, found.said) == (expected.exit_code, expected.said)
    assert expected.exit_code == 0 or found.stderr.strip() == recorded.tilt_says(state, "uiresource").stderr
    assert stand_ins.calls == [f"tilt get {what} -o json"]


async def test_a_program_that_is_not_there_is_said_to_be_missing(tmp_path: Path):
    none = StandIns(state=tmp_path)
    assert await clients(none).status() == Answer(None, None, "telepresence is not on PATH", missing=True)
    assert await clients(none).tilt("session") == Answer(None, None, "tilt is not on PATH", missing=True)


@pytest.mark.parametrize("said", ["", "{", "[1]", "Connected to context local"])
async def test_what_is_no_json_object_is_no_answer(stand_ins: StandIns, said: str):
    (stand_ins.state / "status.json").write_text(said)
    found = await clients(stand_ins).status()
    assert (found.exit_code, found.said) == (0, None)


class TestTunnel:
    async def through(self, stand_ins: StandIns) -> tuple[Answer | None, list[str]]:
        """It is opened and closed; what went wrong, and what was told."""
        told: list[str] = []
        tunnel = Tunnel(clients(stand_ins), told.append)
        failed = await tunnel.open(context="local", namespace="shop", manager_namespace="ambassador")
        await tunnel.close()
        await tunnel.close()  # once is enough
        return failed, told

    @pytest.mark.parametrize("state", [NO_DAEMON, "e2-user-daemon-crashed"])
    async def test_where_no_daemon_ran_it_ends_the_daemons_too(self, stand_ins: StandIns, state: str):
        stand_ins.telepresence(state)
        assert await self.through(stand_ins) == (
            None,
            ["connecting Telepresence to shop; it may ask for your password", "Telepresence is disconnected again"],
        )
        assert stand_ins.calls == [ASKS, CONNECTS, ASKS, "telepresence quit -s", "its daemon ends"]

    @pytest.mark.parametrize("state", [NOT_CONNECTED, "g-agent-left-behind"])
    async def test_a_daemon_that_ran_before_stays(self, stand_ins: StandIns, state: str):
        stand_ins.telepresence(state)
        failed, told = await self.through(stand_ins)
        assert (failed, told[-1]) == (None, "Telepresence is disconnected again")
        assert stand_ins.calls[:4] == [ASKS, CONNECTS, ASKS, "telepresence quit"]

    @pytest.mark.parametrize("state", [CONNECTED, INTERCEPTING, "f-after-leave"])
    async def test_a_connection_that_was_there_stays_as_it_is(self, stand_ins: StandIns, state: str):
        stand_ins.telepresence(state)
        assert await self.through(stand_ins) == (None, ["Telepresence was connected before, and stays so"])
        assert stand_ins.calls == [ASKS]

    async def test_intercepts_that_were_made_through_it_are_left(self, stand_ins: StandIns):
        told: list[str] = []
        tunnel = Tunnel(clients(stand_ins), told.append)
        await tunnel.open(namespace="shop")
        stand_ins.telepresence(INTERCEPTING)
        await tunnel.close()
        assert told[1:] == ["Telepresence left the intercept shop", "Telepresence is disconnected again"]
        assert stand_ins.calls[-4:] == [ASKS, "telepresence leave shop", "telepresence quit -s", "its daemon ends"]

    async def test_a_connection_that_cannot_be_made_is_ended_all_the_same(self, stand_ins: StandIns):
        """What it had begun is not known."""
        (stand_ins.state / "connect.error").write_text("telepresence: error: no traffic manager in namespace ambassador\n")
        failed, _ = await self.through(stand_ins)
        assert failed == Answer(1, None, "telepresence: error: no traffic manager in namespace ambassador\n")
        assert stand_ins.calls == [ASKS, CONNECTS, ASKS, "telepresence quit -s"]

    async def test_what_cannot_be_ended_is_said_with_what_to_do(self, stand_ins: StandIns):
        (stand_ins.state / "quit.error").write_text("telepresence: error: rpc error\n")
        _, told = await self.through(stand_ins)
        assert told[-1] == "warning: Telepresence may still be connected (telepresence: error: rpc error): telepresence quit -s"
        os.kill(int((stand_ins.state / "daemon").read_text()), 15)

    async def test_without_the_program_nothing_is_begun(self, tmp_path: Path):
        assert await self.through(StandIns(state=tmp_path)) == (None, [])

"""Telepresence and Tilt of the developer's machine: what they say, and a connection that is made and ended again.

Each call is bounded, and what it printed is kept with the run's evidence. What the answers mean says `core.preflight.developer`.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import pathlib
import shutil
from collections.abc import Callable, Mapping

from testrun.core import text
from testrun.core.preflight import developer
from testrun.core.preflight.developer import Answer
from testrun.local import process

ASK_SECONDS = 10.0
CONNECT_SECONDS = 120.0
"""It may start two daemons, for which sudo may ask for a password."""
LEAVE_SECONDS = 10.0
"""For all intercepts together: to quit ends them as well."""
QUIT_SECONDS = 20.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Clients:
    """The programs that are on PATH, if they are."""

    folder: pathlib.Path
    """Where they are started."""
    environment: Mapping[str, str]
    kept: pathlib.Path
    """Folder for what they print."""

    async def status(self) -> Answer:
        return await self._ask("telepresence", "status", "--output", "json")

    async def tilt(self, what: str) -> Answer:
        """``what``: session or uiresource."""
        return await self._ask("tilt", "get", what, "-o", "json")

    async def connect(self, *, context: str, namespace: str, manager_namespace: str) -> Answer:
        """Empty: as Telepresence itself decides."""
        flags = (("--context", context), ("--namespace", namespace), ("--manager-namespace", manager_namespace))
        words = [word for flag, value in flags if value for word in (flag, value)]
        return await self._ask("telepresence", "connect", *words, seconds=CONNECT_SECONDS, lasting=True)

    async def leave(self, intercept: str) -> Answer:
        return await self._ask("telepresence", "leave", intercept)

    async def quit(self, *, daemons: bool) -> Answer:
        """End the connection; with ``daemons`` what serves it too."""
        return await self._ask("telepresence", "quit", *(["-s"] if daemons else []), seconds=QUIT_SECONDS)

    async def _ask(self, program: str, *words: str, seconds: float = ASK_SECONDS, lasting: bool = False) -> Answer:
        if shutil.which(program, path=self.environment.get("PATH")) is None:
            return Answer(None, None, f"{program} is not on PATH", missing=True)
        printed: list[bytes] = []

        def keep(line: bytes) -> bytes:
            printed.append(line + b"\n")
            return line + b"\n"

        command = process.Command(
            argv=[program, *words], folder=self.folder, environment=self.environment, lasting=lasting
        )  # fmt: skip
        output = self.kept / f"{program}-{words[0] if words[0] != 'get' else words[1]}.txt"
        ended = await process.run(command, output=output, timeout=seconds, on_line=keep)
        if ended.timed_out:
            return Answer(None, None, f"{program} {words[0]} took longer than {seconds:g} s\n{ended.output}")
        if ended.code is None:
            return Answer(None, None, ended.problem or f"it was killed by {ended.signal}\n{ended.output}")
        return Answer(ended.code, _parsed(b"".join(printed)), ended.output)


def _parsed(printed: bytes) -> developer.Said | None:
    try:
        found = json.loads(printed)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


class Tunnel:
    """A connection to the cluster that is there while phase 3 runs: one that was there before stays as it is, one that is made
    here is ended again, with the intercepts that were made through it.
    """

    def __init__(self, clients: Clients, tell: Callable[[str], None]) -> None:
        self._clients = clients
        self._tell = tell
        self._ours = False
        self._daemons = False
        """They are ours, too."""

    async def open(self, *, context: str = "", namespace: str = "", manager_namespace: str = "") -> Answer | None:
        """Connect, unless that is done. What went wrong; None: nothing did, or nothing could be begun."""
        before = await self._clients.status()
        there = developer.connection(before)
        if before.exit_code != 0 or before.said is None:
            return None  # whoever asks next is told the same
        if there.connected:
            self._tell("Telepresence was connected before, and stays so")
            return None
        self._tell(f"connecting Telepresence to {namespace or 'the cluster'}; it may ask for your password")
        self._ours, self._daemons = True, not there.daemon
        made = await self._clients.connect(context=context, namespace=namespace, manager_namespace=manager_namespace)
        return None if made.exit_code == 0 else made

    async def close(self) -> None:
        """End what was begun here, within a bound, and say so."""
        if not self._ours:
            return
        self._ours = False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LEAVE_SECONDS):
                for name in developer.connection(await self._clients.status()).intercepts:
                    left = await self._clients.leave(name)
                    how = "left" if left.exit_code == 0 else "could not leave"
                    self._tell(f"Telepresence {how} the intercept {text.one_line(name)}")
        try:
            ended = await self._clients.quit(daemons=self._daemons)
        except asyncio.CancelledError:
            self._warn("nobody waited for its end")
            raise
        if ended.exit_code == 0:
            self._tell("Telepresence is disconnected again")
        else:
            self._warn(text.first_line(ended.stderr) or f"exit code {ended.exit_code}")

    def _warn(self, why: str) -> None:
        self._tell(f"warning: Telepresence may still be connected ({why}): telepresence quit -s")

"""Stand-ins for Telepresence and Tilt: other people's programs, which no machine of ours has.

They answer with what the real ones were recorded to say (`tests/fixtures`), change from one recorded state to another as the real
ones do when they are told to, and note how they were called. What they cannot show is a tunnel: tests that run "through" one here
find what they test on loopback.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Sequence
from pathlib import Path

import recorded

NO_DAEMON = "a-no-manager"
CONNECTED = "b2-client-connected"
NOT_CONNECTED = "c-manager-scaled-to-0"
INTERCEPTING = "e-active-intercept"
LEFT = "f-after-leave"

_TELEPRESENCE = """#!/bin/sh
# connect leaves a daemon behind, as the real one does: in a process group of its own, with nothing of ours open.
state='{state}'
recorded='{recorded}'
echo "telepresence $*" >> "$state/calls"
is() {{ cp "$recorded/$1/cli-status.json" "$state/status.new" && mv "$state/status.new" "$state/status.json"; }}
case $1 in
  status) cat "$state/status.json" ;;
  connect)
    if [ -f "$state/connect.hangs" ]; then touch "$state/connecting"; exec sleep 600; fi
    if [ -f "$state/connect.error" ]; then cat "$state/connect.error" >&2; exit 1; fi
    cd / && setsid sleep 600 < /dev/null > /dev/null 2>&1 & echo $! > "$state/daemon"
    is {connected} ;;
  intercept) is {intercepting} ;;
  leave) is {left} ;;
  quit)
    if [ -f "$state/quit.hangs" ]; then touch "$state/quitting"; exec sleep 600; fi
    if [ -f "$state/quit.error" ]; then cat "$state/quit.error" >&2; exit 1; fi
    if [ -f "$state/daemon" ]; then kill "$(cat "$state/daemon")" && echo "its daemon ends" >> "$state/calls"; fi
    is {no_daemon} ;;
  *) exit 64 ;;
esac
"""
_TILT = """#!/bin/sh
state='{state}'
echo "tilt $*" >> "$state/calls"
if [ -f "$state/tilt-$2.json" ]; then exec cat "$state/tilt-$2.json"; fi
cat "$state/tilt.error" >&2
exit 1
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class StandIns:
    """Both programs, in a folder for PATH."""

    state: Path

    @classmethod
    def make(cls, state: Path, *programs: str) -> StandIns:
        """Telepresence before it is used, and a Tilt that does not run; or only those that are named."""
        made = cls(state=state)
        made.bin.mkdir(parents=True)
        names = {"connected": CONNECTED, "intercepting": INTERCEPTING, "left": LEFT, "no_daemon": NO_DAEMON}
        for program, script in (("telepresence", _TELEPRESENCE), ("tilt", _TILT)):
            if program in programs or not programs:
                file = made.bin / program
                file.write_text(script.format(state=state, recorded=recorded.FIXTURES / "telepresence", **names))
                file.chmod(0o755)
        made.telepresence(NO_DAEMON)
        made.tilt("1-not-running")
        return made

    @property
    def bin(self) -> Path:
        return self.state / "bin"

    @property
    def calls(self) -> Sequence[str]:
        file = self.state / "calls"
        return file.read_text().splitlines() if file.exists() else []

    def telepresence(self, state: str) -> None:
        """It is in that recorded state from now on."""
        shutil.copy(recorded.FIXTURES / "telepresence" / state / "cli-status.json", self.state / "status.json")

    def tilt(self, state: str) -> None:
        """The same of Tilt."""
        for what in ("session", "uiresource"):
            answer = recorded.tilt_says(state, what)
            assert answer is not None, f"nothing was recorded of {what} in {state}"
            file = self.state / f"tilt-{what}.json"
            file.unlink(missing_ok=True)
            if answer.said is not None:
                shutil.copy(recorded.FIXTURES / "tilt" / state / f"tilt-{what}.json", file)
            (self.state / "tilt.error").write_text(f"{answer.stderr}\n")

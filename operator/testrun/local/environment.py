"""What local phases see of this machine: an environment without a way to a cluster, and, where the system allows it, no network
beyond loopback.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
import sys
from collections.abc import Callable, Mapping, Sequence

from testrun.local import questions

LAUNCHER = pathlib.Path(__file__).with_name("launcher.py")
NO_CLUSTER = "/nonexistent/kubeconfig"
"""What KUBECONFIG says to tests: a client that finds no variable would look into the home folder."""

_CLUSTER = ("KUBECONFIG", "KUBERNETES_", "TELEPRESENCE_", "TILT_", "AMEIDE_SERVER", "AMEIDE_DEBUG")
_OWN = ("TESTRUN_", "NODE_TEST_CONTEXT", "JEST_WORKER_ID", "PYTEST_CURRENT_TEST", "PYTEST_XDIST", "GO_TEST_")
"""Of a test tool above us, which the ones below must not take for theirs."""
_SELECTS = ("PYTEST_ADDOPTS",)
"""What selects tests: a shell's own choice is not the repository's, and would leave tests out unseen."""
_GO_SELECTS = re.compile(r"--?(?:test\.)?(?:run|skip|short|failfast|list|fuzz|tags|c|n)(?:=.*)?")
"""The same in a word of GOFLAGS; also a build that would not be that of the phase, or none."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Isolation:
    """How far tests are kept from the world."""

    network: bool
    """Nothing beyond loopback can be reached."""
    why: str = ""
    """Why not."""

    @property
    def word(self) -> str:
        """As evidence says it."""
        return "loopback" if self.network else "environment"


def scrubbed(environment: Mapping[str, str], more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a local phase: all but what leads to a cluster or selects tests, and what the configuration adds."""
    kept = {name: value for name, value in environment.items() if not name.startswith((*_CLUSTER, *_OWN, *_SELECTS))}
    if "GOFLAGS" in kept:  # its words hold no spaces
        kept["GOFLAGS"] = " ".join(each for each in kept["GOFLAGS"].split() if not _GO_SELECTS.fullmatch(each))
    return {**kept, "KUBECONFIG": NO_CLUSTER, **(more or {})}


def of_phase_3(environment: Mapping[str, str], *, kubeconfig: str | None) -> dict[str, str]:
    """The environment of phase 3, which may reach the cluster: all but what tells a test tool of one above it. ``kubeconfig``:
    what the command line names, in place of the environment's.
    """
    kept = {name: value for name, value in environment.items() if not name.startswith(_OWN)}
    if kubeconfig:
        kept["KUBECONFIG"] = os.pathsep.join(os.path.abspath(each) for each in kubeconfig.split(os.pathsep) if each)
    return kept


def probe(environment: Mapping[str, str]) -> Callable[[], Isolation]:
    """Ask whether this system lets us take the network away. What comes back waits for the answer."""
    asked = questions.ask([*_launcher(), "--probe"], pathlib.Path("/"), environment=environment)

    def answer() -> Isolation:
        try:
            body = json.loads(asked())
            return Isolation(network=body["network"] is True, why=str(body.get("why") or ""))
        except (questions.NoAnswer, ValueError, KeyError, TypeError):
            return Isolation(network=False, why="the launcher of isolated commands does not work here")

    return answer


def isolated(attempts: pathlib.Path) -> list[str]:
    """What stands before a command that must not reach anything beyond loopback; what it tries is written to ``attempts``."""
    return [*_launcher(), "--attempts", str(attempts), "--"]


def _launcher() -> Sequence[str]:
    # -I and -S: nothing of the repository or the site can get in the way of a start that must be quick.
    return [sys.executable, "-I", "-S", str(LAUNCHER)]


def current() -> dict[str, str]:
    """This process's environment."""
    return dict(os.environ)

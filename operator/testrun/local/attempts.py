"""What isolated commands tried to reach, as `local/isolated.py` wrote it down. The commands can write into that file too, so
it is read as hostile input: within bounds, and what makes no sense is left out.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import json
import pathlib

from testrun.core import text

MAX_LINES = 1000
MAX_BYTES = 1024 * 1024
MAX_NAME = 300
MAX_FOLDER = 4096
_PROTOCOLS = frozenset({"tcp", "udp", "dns", "icmp"})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try to reach something beyond loopback, or to have a name resolved."""

    time: int
    """Milliseconds since the epoch."""
    protocol: str
    """tcp, udp, dns or icmp."""
    address: str
    """IPv4 or IPv6; of the name server when ``protocol`` is dns."""
    port: int
    """0 when the protocol has none."""
    name: str = ""
    """The name that was to be resolved, printable; only with dns."""
    folder: str = ""
    """Where the command was started that tried it: of Go's packages, which run side by side, each is in its own."""

    @property
    def described(self) -> str:
        """For people: ``10.96.0.1:443 (tcp)``, ``shop.default.svc.cluster.local (DNS)``."""
        if self.name:
            return f"{self.name} (DNS)"
        if not self.port:
            return f"{self.address} ({self.protocol})"
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{host}:{self.port} ({self.protocol})"


def read(path: pathlib.Path) -> list[Attempt]:
    """The attempts of a file, by time. Raises OSError: no file means that nobody watched, not that nothing was tried."""
    with path.open("rb") as file:
        return parse(file.read(MAX_BYTES))


def parse(data: bytes) -> list[Attempt]:
    """The attempts in the first lines of JSON, by time."""
    found = [attempt for line in data.split(b"\n")[:MAX_LINES] if (attempt := _attempt(line))]
    return sorted(found, key=lambda attempt: attempt.time)


def _attempt(line: bytes) -> Attempt | None:
    try:
        body = json.loads(line)
        attempt = Attempt(
            time=body["time"],
            protocol=body["protocol"],
            address=str(ipaddress.ip_address(body["address"])),
            port=body["port"],
            name=text.one_line(body.get("name", ""), MAX_NAME),
            folder=text.cut(body.get("folder", ""), MAX_FOLDER),
        )
        sensible = type(attempt.time) is int and type(attempt.port) is int and isinstance(body["address"], str)
        if sensible and attempt.protocol in _PROTOCOLS and attempt.time >= 0 and 0 <= attempt.port <= 65535:
            return attempt
    # RecursionError: brackets without end.
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    return None

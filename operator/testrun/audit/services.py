"""Which things outside code talks to, told from what it imports and calls; and what stands in for them in tests. Pure."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Collection, Iterator
from typing import NamedTuple

from testrun.audit import mentions, services_known
from testrun.audit.services_known import CLIENTS, STAND_INS
from testrun.core.text import plain

HTTP, DATABASE, PROCESS = "an HTTP service", "a database", "a process"
_TOLD = {services_known.HTTP: HTTP, services_known.SQL: DATABASE, services_known.MAPPER: DATABASE}
_KIT = re.compile(r"(?:^|/)[\w.-]*(?:[-_]sdk|sdk-|-api-go|-api-client)[\w.-]*(?:/|$)|^\w+_sdk(?:\.|$)")
"""What a vendor calls the library for his own service."""
_CALLS = {
    "python": re.compile(
        rb"(?<!self\.)(?<!def )\b(?:urlopen|create_connection|HTTPS?Connection)\(|\bsubprocess\.(?:run|Popen|check_\w+|call)\("
    ),
    "typescript": re.compile(
        rb"(?:\bawait|\breturn|=|\(|=>|,|\bvoid)\s*(?:(?:globalThis|window)\.)?fetch\((?!\s*[\"'`]/)|\bhttps?\.(?:get|request)\(|"
        rb"\bnew (?:WebSocket|XMLHttpRequest)\("
    ),
    "go": re.compile(
        rb"\bhttp\.(?:NewRequest(?:WithContext)?|Get|Post|PostForm|Head)\(|\bhttp\.(?:Client\{|DefaultClient)|"
        rb"\b(?:net|tls)\.Dial\w*\(|\bsmtp\.SendMail\(|\bsql\.Open\(|\bexec\.Command(?:Context)?\("
    ),
}
_ASKS = {
    "github.com/miekg/dns": re.compile(rb"\bdns\.(?:(?:Exchange|Dial)\w*\(|(?:Client|Transfer)\b)"),
    "google.golang.org/grpc": re.compile(rb"\bgrpc\.(?:(?:Dial\w*|NewClient)\(|ClientConn)"),
    "database/sql": re.compile(rb"\bsql\.(?:Open\w*\(|(?:DB|Tx|Conn)\b)"),
    "@prisma/client": re.compile(rb"\bPrismaClient\b|\bprisma\."),
    "github.com/gorilla/websocket": re.compile(rb"\bwebsocket\.(?:\w*Dialer|NewClient)\b"),
}
"""Libraries of a protocol, which who answers imports too, or of types and errors; and the code that asks by them."""
_FOR_TYPES = {
    "python": re.compile(
        rb"^if (?:typing\.)?TYPE_CHECKING:[^\n]*\n(?:[ \t]+[^\n]*\n|\r?\n)*|"
        rb"^from \S+ import (?:\w*(?:Error|Exception|Timeout|Response|Auth)\b(?: as \w+)?(?:, )?)+$",
        re.MULTILINE,
    ),
    "typescript": re.compile(rb"^import type\b[^;'\"]*['\"][^'\"\n]*['\"]", re.MULTILINE),
}
"""Imports that are gone when the code runs, or that only name what others raise and return."""
_NAMES_ONLY = re.compile(
    r"(?:^|[./])(?:types?|models?|structures|exceptions?|errors?|status_codes|auth|aws)$|-(?:types?|transform)$|"
    r"[./]utils?(?:[./]|$)"
)
"""What is there to name things with, and helpers."""
_NEAR = re.compile(r"[.~#/]|@/|src/|node:")
"""What a file of TypeScript, or a package of Python, imports of the files beside it."""
_SHOWS = re.compile(
    r"(?:^|/)(?:react|preact|vue|svelte|solid-js|@angular/core|@mui/[\w-]+|next|prosemirror-\w+|@tiptap/\w+|"
    r"lexical|@lexical/\w+|slate|codemirror|@codemirror/\w+)(?:/|$)"
)
"""What is on a screen is no adapter."""
_BY_ITS_OWN = re.compile(r"redis|mongo|kafka|amqp|pika|nats|mqtt|ldap|smtp|grpc")
"""What is not asked by HTTP."""
_AT_HOME = re.compile(
    _BY_ITS_OWN.pattern + "|valkey|memcache|elastic|opensearch|dynamo|cassandra|gocql|neo4j|clickhouse|influx|minio|etcd|consul|"
    "docker|ssh|sftp|ftp|paramiko"
)
_LONG = 200


class Talk(NamedTuple):
    to: str
    """What it talks to, for people."""
    by: str
    """The module, or the call."""

    @property
    def is_met_by_units(self) -> bool:
        """A unit test that mocks none runs the program, or has a database: who maps objects to one seldom tests without."""
        return self.to == PROCESS or _kind(self.by) == services_known.MAPPER

    @property
    def is_at_home(self) -> bool:
        """Whoever runs tests can run it too."""
        return self.to in (DATABASE, PROCESS) or _AT_HOME.search(self.by.lower()) is not None


def talks(language: str, data: bytes, names: Collection[str] = ()) -> list[Talk]:
    """What code may talk to: each module that is known, and then the first call. Empty: nothing, or it is on a screen. Where
    something is known, a module that has one of ``names`` is more likely it.
    """
    if language == "typescript" and any(map(_SHOWS.match, _modules(language, data))):
        return []
    runs = _FOR_TYPES[language].sub(b"", data) if language in _FOR_TYPES else data
    found = [talk for module in _modules(language, runs) if (talk := _by_module(module)) and _asks(module, data)]
    call = _CALLS[language].search(mentions.spoken(language, data)) if _CALLS[language].search(data) else None
    found += [_by_call(call[0])] if call is not None else []
    if not all(each.is_met_by_units for each in found):
        found += [
            Talk("", each) for each in _modules(language, runs)
            if _is_named(each, names) and (language != "go" or "/" in each)
        ]  # fmt: skip
    return list(dict.fromkeys(found))


def _is_named(module: str, names: Collection[str]) -> bool:
    told = plain(module)
    return not _NEAR.match(module) and module not in sys.stdlib_module_names and any(name in told for name in names)


def _by_module(module: str) -> Talk | None:
    kind = _kind(module) if not _NAMES_ONLY.search(module) else None
    return Talk(_TOLD.get(kind, ""), module) if kind is not None else None


@functools.lru_cache(maxsize=65536)
def _kind(module: str) -> str | None:
    """What is known of a library: ``@sendgrid/mail`` is of the vendor, ``@nestjs/mongoose`` for him."""
    vendor, _, library = module[1:].partition("/") if module.startswith("@") else ("", "", "")
    theirs = [CLIENTS.of(each) for each in (vendor, library)]
    kit = services_known.VENDOR if _KIT.search(module) and not _NEAR.match(module) else None
    return CLIENTS.of(module) or next((each for each in theirs if each and each != services_known.HTTP), kit)


def knows(module: str) -> bool:
    """Whether a module is one that talks to something."""
    return _by_module(module) is not None


def _asks(module: str, data: bytes) -> bool:
    return all(asks.search(data) for library, asks in _ASKS.items() if f"{module}/".startswith(f"{library}/"))


def _by_call(call: bytes) -> Talk:
    name = call.decode("ascii", "replace").strip(" (=>,{\n\t")
    for word in ("await", "return", "void"):
        name = name.removeprefix(word).strip(" (")
    if re.search(r"subprocess|exec\.", name):
        return Talk(PROCESS, name)
    return Talk("the network" if re.search(r"Dial|create_connection", name) else HTTP, name)


def _modules(language: str, data: bytes) -> Iterator[str]:
    return (each.decode("ascii", "replace") for each in mentions.modules(language, data) if len(each) < _LONG)


def is_stand_in(module: str) -> bool:
    """Whether a library answers in place of a service."""
    return STAND_INS.of(module) is not None


def is_recorder(module: str) -> bool:
    """Whether a library answers as the service itself once did."""
    return any(f"{module}/".startswith((f"{each}/", f"{each}.")) for each in services_known.RECORDERS)


def stands_in(library: str, talk: Talk) -> bool:
    """Whether a library that answers does so for that service. A vendor's own client mostly asks by HTTP."""
    service = STAND_INS.of(library)
    if service:
        return re.search(service, talk.by.lower()) is not None
    return service is not None and talk.to not in (DATABASE, PROCESS) and not _BY_ITS_OWN.search(talk.by)

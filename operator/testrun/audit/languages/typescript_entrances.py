"""The routes and commands of TypeScript code: Express, Fastify, Hono, NestJS, React Router, TanStack; commander, yargs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tree_sitter import Node

from testrun.audit.entrances import joined
from testrun.audit.languages.tree import text
from testrun.audit.model import Call, Entrance, Import

_ROUTER = re.compile(
    r"(?:^|\.)(?:app|router|routes?|fastify|server|instance|hono|\w+(?:App|Router|Routes|Api)|api|v\d)(?:\(\))?"
    r"(?:\.(?:get|post|put|patch|delete|use|withTypeProvider)\b.*)?\.(?P<verb>get|post|put|patch|delete|all)$",
    re.DOTALL,
)
_NEST = re.compile(r"^(?:Get|Post|Put|Patch|Delete|All|Sse)$")
_COMMANDS = re.compile(r"^(?:commander|@commander-js/.*|yargs(?:/.*)?|cac|caporal|sade|citty)$")
_ROUTE = re.compile(rb"<Route\b[^>]*?\bpath=\{?[\"'`](?P<path>[^\"'`]+)")
_OBJECTS = re.compile(r"^(?:create(?:Browser|Hash|Memory)?Router|useRoutes)$")
_PATH = re.compile(r"\bpath:\s*[\"'`]([^\"'`]+)[\"'`]")
_URL = re.compile(r"\b(?:url|path):\s*[\"'`](/[^\"'`]*)[\"'`]")
_METHOD = re.compile(r"\bmethod:\s*[\"'`](\w+)")
_HANDLERS = frozenset({"arrow_function", "function_expression", "identifier", "member_expression", "array"})


def find(calls: Iterable[tuple[Node, Call]], data: bytes, imports: list[Import]) -> Iterator[Entrance]:
    runs = any(_COMMANDS.match(each.module) for each in imports)
    controller = ""
    for node, call in calls:
        arguments = node.child_by_field_name("arguments")
        given = arguments.named_children if arguments is not None else []
        first = _string(given[0]) if given else ""
        routed = _ROUTER.search(call.name)
        if call.name == "Controller":
            controller = first
        elif _NEST.match(call.name) and node.parent is not None and node.parent.type == "decorator":
            yield Entrance(line=call.line, way="route", name=joined(controller, first), method=call.name.upper())
        elif routed is not None:
            if first.startswith("/") and len(given) > 1 and _handles(routed[0], given[-1]):
                yield Entrance(line=_line(given[0]), way="route", name=first, method=routed["verb"].upper())
        elif call.name == "createFileRoute" and first:
            yield Entrance(line=call.line, way="route", name=first)
        elif call.name.endswith(".route") and given and given[0].type == "object":
            yield from _object(call, text(given[0]))
        elif _OBJECTS.match(call.name) and given:
            for match in _PATH.finditer(text(given[0])):
                yield Entrance(line=call.line, way="route", name=joined("", match[1]))
        elif runs and call.name.endswith(".command") and re.match(r"[a-z][\w:-]*(?: |$)", first):
            yield Entrance(line=_line(given[0]), way="command", name=first.split()[0])
    for found in _ROUTE.finditer(data):
        yield Entrance(
            line=data.count(b"\n", 0, found.start()) + 1, way="route", name=joined("", found["path"].decode("utf-8", "replace"))
        )


def _handles(callee: str, last: Node) -> bool:
    """What may also be a client (``api.get``) takes a function that is written there."""
    if last.type in ("arrow_function", "function_expression"):
        return True
    return last.type in _HANDLERS and re.match(r"\.?(?:api|server|v\d)\b", callee) is None


def _object(call: Call, source: str) -> Iterator[Entrance]:
    match, method = _URL.search(source), _METHOD.search(source)
    if match is not None and "handler" in source:
        yield Entrance(line=call.line, way="route", name=match[1], method=method[1].upper() if method is not None else "")


def _line(node: Node) -> int:
    return node.start_point[0] + 1


def _string(node: Node) -> str:
    return re.sub(r"\$\{[^}]*\}", "{}", text(node)[1:-1]) if node.type in ("string", "template_string") else ""

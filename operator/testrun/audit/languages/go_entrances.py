"""The routes and commands of Go code: net/http, gin, echo, chi, gorilla, kratos; cobra. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tree_sitter import Node

from testrun.audit.entrances import joined
from testrun.audit.languages.tree import line, of_type, text
from testrun.audit.model import Call, Entrance, Import

_SERVES = re.compile(
    r"^net/http$|gin-gonic/gin|labstack/echo|go-chi/chi|gorilla/mux|gofiber/fiber|julienschmidt/httprouter|go-kratos/kratos"
)
_VERBS = frozenset({
    "GET", "POST", "PUT", "PATCH", "DELETE", "Get", "Post", "Put", "Patch", "Delete", "Any", "Handle", "HandleFunc",
    "HandlePrefix",
})  # fmt: skip
_CLIENT = re.compile(r"client|resty|request|\breq\b|httptest|mock|header", re.IGNORECASE)
_PATTERN = re.compile(r"(?:(?P<method>[A-Z]+) )?(?:[\w.-]+)?(?P<path>/.*)")
_HANDLERS = frozenset(
    {"identifier", "selector_expression", "func_literal", "call_expression", "composite_literal", "unary_expression"}
)
_ROOT = re.compile(r"root", re.IGNORECASE)


def find(calls: Iterable[tuple[Node, Call]], root: Node, data: bytes, imports: list[Import]) -> Iterator[Entrance]:
    if any(_SERVES.search(each.module) for each in imports):
        yield from _routes(calls)
    if b"cobra.Command{" in data:
        yield from _commands(root)


def _routes(calls: Iterable[tuple[Node, Call]]) -> Iterator[Entrance]:
    prefixes: dict[str, str] = {}
    for node, call in calls:
        arguments = node.child_by_field_name("arguments")
        given = [each for each in arguments.named_children if each.type != "comment"] if arguments is not None else []
        if not given or given[0].type not in ("interpreted_string_literal", "raw_string_literal"):
            continue
        first = text(given[0])[1:-1]
        owner, _, verb = call.name.rpartition(".")
        if verb in ("Group", "PathPrefix") and first.startswith("/"):
            for name in _assigned(node):
                prefixes[name] = joined(prefixes.get(owner, ""), first)
            continue
        pattern = _PATTERN.fullmatch(first)
        if verb not in _VERBS or pattern is None or len(given) < 2 or _CLIENT.search(owner):
            continue
        if given[-1].type in _HANDLERS and not (given[-1].type == "identifier" and text(given[-1]) == "nil"):
            method = pattern["method"] or ("" if verb.startswith(("Handle", "Any")) else verb.upper())
            yield Entrance(
                line=call.line, way="route", name=joined(prefixes.get(owner, "") or _around(node), pattern["path"]), method=method
            )  # fmt: skip


def _assigned(node: Node) -> Iterator[str]:
    """The variable that takes a call's result: ``orders := r.Group("/orders")``, also of ``r.PathPrefix("/x").Subrouter()``."""
    at: Node | None = node
    while at is not None and at.type in ("call_expression", "selector_expression", "expression_list"):
        at = at.parent
    if at is not None and at.type in ("short_var_declaration", "assignment_statement"):
        yield text(at.child_by_field_name("left"))


def _around(node: Node) -> str:
    """What the functions around it are mounted at: ``r.Route("/orders", func(r chi.Router) { … })``."""
    prefix, at = "", node.parent
    while at is not None:
        if at.type == "call_expression" and re.search(r"\.(?:Route|Group)$", text(at.child_by_field_name("function"))[-40:]):
            arguments = at.child_by_field_name("arguments")
            first = text(arguments.named_children[0]) if arguments is not None and arguments.named_children else ""
            prefix = joined(first.strip('"`'), prefix) if first.startswith(('"/', "`/")) else prefix
        at = at.parent
    return prefix


def _commands(root: Node) -> Iterator[Entrance]:
    for node in of_type(root, "composite_literal"):
        if text(node.child_by_field_name("type")) != "cobra.Command":
            continue
        fields = dict(_fields(node))
        use = fields.get("Use", "")
        name = re.match(r"[\"`]([a-z][\w-]*)", use)
        if name is not None and not {"Hidden", "Deprecated"} & fields.keys() and not _ROOT.search(_named(node)):
            yield Entrance(line=line(node), way="command", name=name[1])


def _fields(node: Node) -> Iterator[tuple[str, str]]:
    body = node.child_by_field_name("body")
    for each in body.named_children if body is not None else ():
        if each.type == "keyed_element" and len(each.named_children) == 2:
            key, value = each.named_children
            yield text(key), text(value)[:200]


def _named(node: Node) -> str:
    """What the command, or the function that makes it, is called."""
    at: Node | None = node
    while at is not None:
        if at.type in ("short_var_declaration", "var_spec", "assignment_statement"):
            return text(at.child_by_field_name("left") or at.child_by_field_name("name"))
        if at.type in ("function_declaration", "method_declaration"):
            return text(at.child_by_field_name("name"))
        at = at.parent
    return ""

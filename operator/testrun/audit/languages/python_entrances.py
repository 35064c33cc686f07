"""The routes and commands of Python code: FastAPI, Flask, Starlette, aiohttp, Django; click, typer, argparse. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from testrun.audit.entrances import joined
from testrun.audit.languages.python_strength import name_of
from testrun.audit.model import Entrance, Import

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "route", "websocket", "api_route"})
_ADDS = re.compile(r"(?:^|\.)add_(?:get|post|put|patch|delete|route|api_route|url_rule)$")
_CLI = re.compile(r"^(?:click|rich_click|asyncclick|typer|cyclopts|cloup)\b")
_ROOTS = frozenset({"main", "cli", "app", "run_cli"})
_ELSEWHERE = re.compile(r"^include$|RedirectView\.as_view$")
"""What stands behind such a path has another."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


def find(tree: ast.Module, nodes: list[ast.AST], path: str, imports: list[Import]) -> Iterator[Entrance]:
    modules = {each.module.partition(".")[0] for each in imports}
    prefixes = dict(_prefixes(tree))
    has_cli = any(_CLI.match(each.module) for each in imports)
    for node in nodes:
        if isinstance(node, Function):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call):
                    yield from _decorated(node, decorator, prefixes, has_cli)
        elif isinstance(node, ast.Call):
            yield from _called(node, path, modules)


def _prefixes(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """``router = APIRouter(prefix="/orders")``, ``Blueprint(…, url_prefix=…)``."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                yield name, next((_text(each.value) for each in call.keywords if each.arg in ("prefix", "url_prefix")), "")


def _decorated(node: Function, decorator: ast.Call, prefixes: dict[str, str], has_cli: bool) -> Iterator[Entrance]:
    if not isinstance(decorator.func, ast.Attribute):
        return
    owner, verb = name_of(decorator.func.value), decorator.func.attr
    first = _text(decorator.args[0]) if decorator.args else _keyword(decorator, "path")
    if verb in _VERBS and (first.startswith("/") or (not first and prefixes.get(owner))):
        if "mock" not in owner:
            method = "" if verb in ("route", "api_route", "websocket") else verb.upper()
            yield Entrance(line=node.lineno, way="route", name=joined(prefixes.get(owner, ""), first), method=method)
    elif verb == "command" and has_cli:
        name = first or _keyword(decorator, "name") or node.name.strip("_").replace("_", "-")
        if name not in _ROOTS and not any(each.arg in ("hidden", "deprecated") for each in decorator.keywords):
            yield Entrance(line=node.lineno, way="command", name=name)


def _called(node: ast.Call, path: str, modules: set[str]) -> Iterator[Entrance]:
    if not node.args or not (first := _text(node.args[0])):
        return
    name = name_of(node.func)
    if name.endswith(".add_parser"):
        yield Entrance(line=node.lineno, way="command", name=first)
    elif path.endswith("urls.py") and name.rpartition(".")[2] in ("path", "re_path", "url") and len(node.args) > 1:
        if not (isinstance(node.args[1], ast.Call) and _ELSEWHERE.search(name_of(node.args[1].func))):
            yield Entrance(line=node.lineno, way="route", name=joined("", first.lstrip("^").rstrip("$")))
    elif "rest_framework" in modules and name.endswith("outer.register"):
        yield Entrance(line=node.lineno, way="route", name=joined("", first))
    elif len(node.args) + len(node.keywords) > 1 and first.startswith("/") and _adds(name, modules):
        yield Entrance(line=node.lineno, way="route", name=first)


def _adds(name: str, modules: set[str]) -> bool:
    if name in ("Route", "WebSocketRoute", "APIRoute"):
        return bool(modules & {"starlette", "fastapi", "litestar"})
    return bool(_ADDS.search(name)) or (name.startswith("web.") and "aiohttp" in modules)


def _keyword(node: ast.Call, name: str) -> str:
    return next((_text(each.value) for each in node.keywords if each.arg == name), "")


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def texts(nodes: list[ast.AST]) -> Iterator[str]:
    """All literals."""
    return (each.value for each in nodes if isinstance(each, ast.Constant) and isinstance(each.value, str))

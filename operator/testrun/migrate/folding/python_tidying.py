"""What only the cluster's side of a Python file used goes with it. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator

from testrun.migrate import edits
from testrun.migrate.folding import meaning, python_reading
from testrun.migrate.folding.meaning import Names
from testrun.migrate.folding.python_leaving import first_line
from testrun.migrate.folding.python_reading import Function, Module, expression

_CALLED_BY_OTHERS = re.compile(r"test|Test|pytest_|setup|teardown|setUp|tearDown|__")
_READS = frozenset({"os.environ.get", "os.getenv"})


def tidy(module: Module, names: Names, suspects: Collection[str], elsewhere: Callable[[str], bool], name: str) -> bytes | None:
    """The file without one definition that nothing uses any more; None: there is none. ``suspects`` are the names that may be
    such, ``name`` is the file's own.
    """
    shared = {each for each in suspects if f"{each}()" not in names} if name in ("conftest.py", "__init__.py") else set()
    used = _used(module.tree)
    for body, owner in _bodies(module.tree):
        top = isinstance(owner, ast.Module)
        for node in body:
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=each)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=each), value=ast.expr() as value)
                ):
                    gone = each in suspects and each not in used and not (top and elsewhere(each))
                    if gone and not isinstance(owner, ast.ClassDef) and _is_plain(module, value, names):
                        return _without(module, node, body, owner)
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() if top and node.name in suspects:
                    if node.name not in used and not elsewhere(node.name) and _may_go(node):
                        return _without(module, node, body, owner)
                case ast.Import() | ast.ImportFrom() if top and getattr(node, "module", "") != "__future__":
                    kept = {each for each in shared if elsewhere(each)} if isinstance(node, ast.ImportFrom) else set()
                    left = [one for one in node.names if not _unneeded(one, used | kept, suspects)]
                    if not left:
                        return _without(module, node, body, owner)
                    if len(left) < len(node.names):
                        return _with_names(module, node, left)
    return _without_parameter(module, names)


def _unneeded(each: ast.alias, used: Collection[str], suspects: Collection[str]) -> bool:
    name = each.asname or each.name.partition(".")[0]
    return name in suspects and name not in used and each.name != "*"


def _bodies(tree: ast.Module) -> Iterator[tuple[list[ast.stmt], ast.Module | ast.stmt]]:
    yield tree.body, tree
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            for name in ("body", "orelse", "finalbody"):
                if isinstance(body := getattr(node, name, None), list) and body:
                    yield body, node


def _used(tree: ast.Module) -> set[str]:
    """Names that are read, asked for as fixtures, or written in a text."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load() | ast.Del()):
                found.add(name)
            case ast.Constant(value=str() as text):
                found |= set(re.findall(r"\w+", text))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                found |= {each.arg for each in python_reading.parameters(node)}
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                found |= set(names)
    return found


def _may_go(node: Function | ast.ClassDef) -> bool:
    if _CALLED_BY_OTHERS.match(node.name):
        return False
    return not any("autouse" in ast.unparse(each) for each in node.decorator_list)


def _is_plain(module: Module, value: ast.expr, names: Names) -> bool:
    """To leave it out changes nothing."""
    read = expression(module, value, names)
    if meaning.touches(read) or python_reading.skip_mark(module, value, names) is not None:
        return True
    calls = [each for each in ast.walk(value) if isinstance(each, ast.Call | ast.Await | ast.NamedExpr)]
    return all(isinstance(each, ast.Call) and python_reading.dotted(each.func) in _READS for each in calls)


def _without(module: Module, node: ast.stmt, body: list[ast.stmt], owner: object) -> bytes | None:
    start, end = module.at(first_line(node)), module.at((node.end_lineno or node.lineno) + 1)
    if edits.whole_lines(module.data, start, module.span(node)[1]) is None:
        return None
    if len(body) == 1 and not isinstance(owner, ast.Module):
        return edits.applied(module.data, [(start, end, edits.indent(module.data, start) + b"pass\n")])
    return edits.without(module.data, start, end)


def _with_names(module: Module, node: ast.Import | ast.ImportFrom, left: list[ast.alias]) -> bytes:
    start, end = module.span(node)
    text = module.data[start:end]
    kept = {(each.name, each.asname) for each in left}
    for each in node.names:
        if (each.name, each.asname) not in kept:
            written = rf"{re.escape(each.name)}" + (rf"\s+as\s+{re.escape(each.asname)}" if each.asname else "")
            head, _, names = text.partition(b"import")
            # Its own line, its comma, or the comma before it.
            pattern = rf"^[ \t]*{written}[ \t]*,?[ \t]*\n|\b{written}\b[ \t]*,[ \t]*|,[ \t]*{written}\b(?!\s*\.)"
            text = head + b"import" + re.sub(pattern.encode(), b"", names, count=1, flags=re.MULTILINE)
    return edits.applied(module.data, [(start, end, text)])


def _without_parameter(module: Module, names: Names) -> bytes | None:
    """A test that asked a fixture for the mode and does so no more."""
    for node in python_reading.functions(module.tree):
        if not node.name.startswith("test") and not python_reading.is_fixture(node):
            continue
        loaded = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        for each in node.args.args:
            if each.arg not in loaded and isinstance(names.get(each.arg), meaning.Meaning):
                start, end = module.span(each)  # type: ignore[arg-type]
                data = module.data
                behind = re.compile(rb"[ \t]*,[ \t]*\n?[ \t]*").match(data, end)
                if behind is not None:
                    return data[:start] + data[behind.end() :]
                before = re.search(rb",\s*\Z", data[:start])
                return data[: before.start() if before else start] + data[end:]
    return None


def literals(module: Module, names: Names) -> bytes | None:
    """The file with one question about the mode answered where it is not a condition; None: there is none."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), ast.Store):
            read = expression(module, node, names)
            decided = meaning.decide(read) if meaning.touches(read) else None
            if decided is not None:
                return edits.applied(module.data, [(read.start, read.end, str(decided).encode())])
    return None

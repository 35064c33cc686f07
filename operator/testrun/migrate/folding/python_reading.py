"""Python by its own parser: expressions and functions in the terms of `meaning`, and what a module defines and imports. Pure."""

from __future__ import annotations

import ast
import dataclasses
import functools
import warnings
from collections.abc import Iterator, Sequence

from testrun.migrate.folding import meaning
from testrun.migrate.folding.meaning import (
    Anything,
    Choice,
    Expression,
    If,
    Joined,
    Known,
    Literal,
    Meaning,
    Names,
    Not,
    Other,
    Raises,
    Return,
    Same,
    Skips,
    Statement,
    Within,
    Words,
)  # fmt: skip

_SKIPS = frozenset({"pytest.skip", "self.skipTest", "skip", "skipTest"})
_READERS = frozenset({"os.environ.get", "os.getenv", "environ.get", "getenv"})
_SAME_TEXT = frozenset({"lower", "strip", "casefold", "upper"})
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclasses.dataclass(frozen=True, kw_only=True)
class Module:
    data: bytes
    tree: ast.Module
    starts: Sequence[int]
    """Offset of each line."""

    def at(self, line: int, column: int = 0) -> int:
        return self.starts[line - 1] + column

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.at(node.lineno, node.col_offset), self.at(node.end_lineno, node.end_col_offset)

    def text(self, node: ast.expr | ast.stmt) -> str:
        start, end = self.span(node)
        return self.data[start:end].decode(errors="replace")


@functools.lru_cache(maxsize=4096)
def parse(data: bytes) -> Module | None:
    """None: it is no Python of this version, not in UTF-8, or nests deeper than people write. Steps read it again and again."""
    try:
        data.decode()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if _depth(tree) > meaning.DEEPEST:
        return None
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return Module(data=data, tree=tree, starts=starts) if b"\f" not in data and b"\v" not in data else None


def _depth(tree: ast.Module) -> int:
    deepest = 0
    stack: list[tuple[ast.AST, int]] = [(tree, 1)]
    while stack:
        at, level = stack.pop()
        deepest = max(deepest, level)
        stack += ((each, level + 1) for each in ast.iter_child_nodes(at))
    return deepest


def expression(module: Module, node: ast.expr, names: Names) -> Expression:
    start, end = module.span(node)

    def of(each: ast.expr) -> Expression:
        return expression(module, each, names)

    match node:
        case ast.Constant(value=bool() as value):
            return Literal(start=start, end=end, value=value)
        case ast.Constant(value=str() as word):
            return Words(start=start, end=end, values=(word,))
        case ast.List(elts=elts) | ast.Tuple(elts=elts) | ast.Set(elts=elts):
            words = [each.value for each in elts if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            if elts and len(words) == len(elts):
                return Words(start=start, end=end, values=tuple(words), alone=False)
        case ast.Name(id=name) if name in names:
            return _named(names[name], start, end)
        case ast.Attribute() if (path := dotted(node)) in names:
            return _named(names[path], start, end)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Not(start=start, end=end, term=of(operand))
        case ast.BoolOp(op=op, values=values):
            return _joined([of(each) for each in values], isinstance(op, ast.And), node, names)
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() | ast.Is() | ast.IsNot() as op], comparators=[right]):
            return Same(start=start, end=end, left=of(left), right=of(right), negated=isinstance(op, ast.NotEq | ast.IsNot))
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn() as op], comparators=[right]):
            return Within(start=start, end=end, item=of(left), group=of(right), negated=isinstance(op, ast.NotIn))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return Choice(start=start, end=end, condition=of(test), then=of(body), otherwise=of(orelse))
        case ast.Subscript(value=value, slice=ast.Constant(value=meaning.VARIABLE)) if dotted(value).endswith("environ"):
            return Known(start=start, end=end, meaning=Meaning.MODE)
        case ast.Call():
            known = _called(module, node, names)
            if known is not None:
                return Known(start=start, end=end, meaning=known)
    plain = not any(isinstance(each, ast.Call | ast.Await | ast.NamedExpr | ast.Yield | ast.YieldFrom) for each in ast.walk(node))
    return Other(start=start, end=end, plain=plain)


def _named(known: Meaning | str, start: int, end: int) -> Expression:
    if isinstance(known, str):
        return Words(start=start, end=end, values=(known,))
    return Known(start=start, end=end, meaning=known)


def _joined(parts: list[Expression], both: bool, node: ast.BoolOp, names: Names) -> Expression:  # noqa: ARG001
    if not both and meaning.is_mode(parts[0]):  # os.environ.get(…) or "local"
        return Known(start=parts[0].start, end=parts[-1].end, meaning=Meaning.MODE)
    found = parts[0]
    for each in parts[1:]:
        found = Joined(start=found.start, end=each.end, left=found, right=each, both=both)
    return found


def _called(module: Module, node: ast.Call, names: Names) -> Meaning | None:
    name = dotted(node.func)
    first = node.args[0] if node.args else None
    if name in _READERS and isinstance(first, ast.Constant) and first.value == meaning.VARIABLE:
        return Meaning.MODE
    known = names.get(f"{name}()")
    if isinstance(known, Meaning):
        return known
    if isinstance(node.func, ast.Attribute) and node.func.attr in _SAME_TEXT and not node.args:
        inner = expression(module, node.func.value, names)
        return Meaning.MODE if meaning.is_mode(inner) else None
    return None


def dotted(node: ast.expr) -> str:
    """``a.b.c``; empty when it is more than names and dots."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def statements(module: Module, body: Sequence[ast.stmt], names: Names) -> list[Statement]:
    found: list[Statement] = []
    for node in body:
        match node:
            case ast.If(test=test, body=then, orelse=orelse):
                condition = expression(module, test, names)
                found.append(If(condition, statements(module, then, names), statements(module, orelse, names)))
            case ast.Return(value=value):
                found.append(Return(None if value is None else expression(module, value, names)))
            case ast.Raise():
                found.append(Raises())
            case ast.Expr(value=ast.Call(func=called)) if is_skip(node, names):
                found.append(Skips() if called else Raises())
            case _:
                found.append(Anything(any(isinstance(each, ast.Return | ast.Yield | ast.YieldFrom) for each in ast.walk(node))))
    return found


def is_skip(node: ast.stmt, names: Names) -> bool:
    """``pytest.skip(…)``, or a call of a function that does that."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    name = dotted(node.value.func)
    return name in _SKIPS or names.get(f"{name}()") is Meaning.SKIPS


def functions(tree: ast.Module) -> Iterator[Function]:
    return (each for each in ast.walk(tree) if isinstance(each, Function))


def is_fixture(node: Function) -> bool:
    return any(dotted(each.func if isinstance(each, ast.Call) else each).endswith("fixture") for each in node.decorator_list)


def parameters(node: Function | ast.Lambda) -> list[ast.arg]:
    own = node.args
    return [*own.posonlyargs, *own.args, *own.kwonlyargs, *filter(None, (own.vararg, own.kwarg))]


def asked_for(module: Module) -> set[str]:
    """What may be fixtures: parameters, and the texts of ``usefixtures``."""
    found = {each.arg for node in functions(module.tree) for each in parameters(node)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and dotted(node.func).endswith("usefixtures"):
            found |= {each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return found


def learn(module: Module, names: Names) -> dict[str, Meaning | str]:
    """What the module's own names stand for, given what it imports: ``name`` and, of a function, ``name()``."""
    values = _assigned(module.tree)
    own = list(functions(module.tree))
    fixtures = {each.name for each in own if is_fixture(each)}
    taken = {arg.arg for each in own for arg in parameters(each)} - fixtures - names.keys()
    known: dict[str, Meaning | str] = dict(names)
    found: dict[str, Meaning | str] = {}
    for _ in range(10):
        before = dict(found)
        for name, given in values.items():
            if name not in taken and (told := _of_values(module, name, given, known)) is not None:
                found[name] = told
        for each in own:
            body = statements(module, each.body, known)
            result = meaning.comes_to(body) if meaning.concerns_mode(body) else None
            if result is not None:
                found[each.name if each.name in fixtures else f"{each.name}()"] = result
        known |= found
        if found == before:
            break
    return found


def _assigned(tree: ast.Module) -> dict[str, list[ast.expr | None]]:
    """All values of each name; None: something else than an assignment sets it."""
    values: dict[str, list[ast.expr | None]] = {}
    simple: set[int] = set()
    for node in ast.walk(tree):  # what stands around comes first
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name) as target], value=value)
                | ast.AnnAssign(target=ast.Name(id=name) as target, value=value)
            ):
                values.setdefault(name, []).append(value)
                simple.add(id(target))
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if id(node) not in simple:
                values.setdefault(name, []).append(None)
    return values


def _of_values(module: Module, name: str, values: Sequence[ast.expr | None], names: Names) -> Meaning | str | None:
    """What all values of a name have in common."""
    if not all(values):
        return None
    given = [each for each in values if each is not None]
    read = [expression(module, each, names) for each in given]
    if len(read) == 1:
        if isinstance(read[0], Words) and read[0].alone:
            return read[0].values[0]
        if (marks := skip_mark(module, given[0], names)) is not None:
            return marks
    if not any(meaning.touches(each) for each in read):
        return None
    for trial in (names, {**names, name: Meaning.MODE}):  # mode = mode.lower()
        found = {meaning.meaning_of(expression(module, each, trial)) for each in given}
        if len(found) == 1:
            return found.pop()
    return None


def skip_mark(module: Module, node: ast.expr, names: Names) -> Meaning | None:
    """What a mark such as ``pytest.mark.skipif(…)`` does outside a cluster, if the mode decides that."""
    known = names.get(dotted(node))
    if known in (Meaning.SKIPS, Meaning.NOTHING):
        return known if isinstance(known, Meaning) else None
    condition = skip_condition(node)
    if condition is None:
        return None
    read = expression(module, condition, names)
    decided = meaning.decide(read) if meaning.touches(read) else None
    skips = decided is not dotted(node.func).endswith("skipUnless") if isinstance(node, ast.Call) else decided
    return None if decided is None else Meaning.SKIPS if skips else Meaning.NOTHING


def skip_condition(node: ast.expr) -> ast.expr | None:
    """The condition of ``pytest.mark.skipif``, ``unittest.skipIf`` and ``skipUnless``."""
    if not isinstance(node, ast.Call) or dotted(node.func).rpartition(".")[2] not in ("skipif", "skipIf", "skipUnless"):
        return None
    named = [each.value for each in node.keywords if each.arg == "condition"]
    return next(iter([*node.args[:1], *named]), None)


def mocked_words(module: Module, names: Names) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Compare):
            yield from meaning.mocked_words(expression(module, node, names))


def imports(module: Module) -> Iterator[tuple[str, str, str]]:
    """Name here, module (with its leading dots), and name there; empty: the module itself."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            for each in node.names:
                yield each.asname or each.name, "." * node.level + (node.module or ""), each.name
        elif isinstance(node, ast.Import):
            for each in node.names:
                yield each.asname or each.name, each.name, ""

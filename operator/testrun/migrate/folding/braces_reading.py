"""Go, TypeScript and JavaScript by tree-sitter: expressions and functions in the terms of `meaning`, and what a file defines and
imports. Pure.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator, Sequence

from testrun.audit.languages import trees
from testrun.audit.languages.tree import Node, depth, text, walk
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
    Wrapped,
)  # fmt: skip

_ENV = re.compile(
    rf"""process\.env(?:\.{meaning.VARIABLE}|\[['"]{meaning.VARIABLE}['"]\])|(?:os|syscall)\.Getenv\("{meaning.VARIABLE}"\)"""
)
_SAME_TEXT = re.compile(r"strings\.(?:ToLower|ToUpper|TrimSpace)|String")
_SAME_TEXT_METHODS = frozenset({"toLowerCase", "toUpperCase", "trim", "toString"})
GO_SKIP = re.compile(r"\w+(?:\.T\(\))?\.(?:Skip|Skipf|SkipNow)")
_GO_RAISE = re.compile(r"panic|(?:\w+)\.(?:Fatal|Fatalf|FailNow|Exit)|log\.Fatalf?")
JS_SKIP = re.compile(r"\(?(?:it|test|describe)\.skip\)?")
FUNCTIONS = frozenset({
    "function_declaration", "method_declaration", "func_literal", "arrow_function", "function_expression", "method_definition",
})  # fmt: skip
_EFFECTS = frozenset({"call_expression", "await_expression", "assignment_expression", "new_expression", "update_expression"})
BLOCKS = frozenset({"block", "statement_block"})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Module:
    path: str
    data: bytes
    root: Node

    @property
    def is_go(self) -> bool:
        return self.path.endswith(".go")


@functools.lru_cache(maxsize=4096)
def parse(path: str, data: bytes) -> Module | None:
    """None: it does not parse, or nests deeper than people write. Steps read the same files again and again."""
    root = trees.parse(path, data)
    return None if root.has_error or depth(root) > meaning.DEEPEST else Module(path=path, data=data, root=root)


def field(node: Node, name: str) -> Node | None:
    return node.child_by_field_name(name)


def expression(node: Node, names: Names) -> Expression:
    start, end = node.start_byte, node.end_byte

    def of(each: Node | None) -> Expression:
        return expression(each, names) if each is not None else Other(start=start, end=start, plain=True)

    if node.type in ("call_expression", "member_expression", "subscript_expression") and _ENV.fullmatch(text(node)):
        return Known(start=start, end=end, meaning=Meaning.MODE)
    match node.type:
        case "true" | "false":
            return Literal(start=start, end=end, value=node.type == "true")
        case "string" | "interpreted_string_literal" | "raw_string_literal":
            return Words(start=start, end=end, values=(text(node)[1:-1],))
        case "array" | "composite_literal":
            if (words := _listed(node)) is not None:
                return Words(start=start, end=end, values=words, alone=False)
        case "identifier" | "selector_expression" | "member_expression" if text(node) in names:
            known = names[text(node)]
            return (
                Words(start=start, end=end, values=(known,))
                if isinstance(known, str)
                else Known(start=start, end=end, meaning=known)
            )
        case "parenthesized_expression" | "as_expression" | "satisfies_expression" | "non_null_expression":
            return Wrapped(start=start, end=end, inner=of(node.named_children[0]))
        case "unary_expression" if text(field(node, "operator")) == "!":
            return Not(start=start, end=end, term=of(field(node, "argument") or field(node, "operand")))
        case "ternary_expression":
            parts = [of(field(node, each)) for each in ("condition", "consequence", "alternative")]
            return Choice(start=start, end=end, condition=parts[0], then=parts[1], otherwise=parts[2])
        case "binary_expression":
            return _binary(node, names)
        case "call_expression":
            if (called := _call(node, names)) is not None:
                return called
    plain = not any(each.type in _EFFECTS for each in walk(node))
    return Other(start=start, end=end, plain=plain)


def _listed(node: Node) -> tuple[str, ...] | None:
    body = field(node, "body") or node
    items = [each.named_children[0] if each.type == "literal_element" else each for each in body.named_children]
    strings = [text(each)[1:-1] for each in items if each.type in ("string", "interpreted_string_literal")]
    return tuple(strings) if strings and len(strings) == len(items) else None


def _binary(node: Node, names: Names) -> Expression:
    start, end = node.start_byte, node.end_byte
    left, right, operator = field(node, "left"), field(node, "right"), text(field(node, "operator"))
    if left is None or right is None:
        return Other(start=start, end=end, plain=False)
    first, second = expression(left, names), expression(right, names)
    if operator in ("??", "||") and meaning.is_mode(first):
        return Known(start=start, end=end, meaning=Meaning.MODE)
    if operator in ("&&", "||"):
        return Joined(start=start, end=end, left=first, right=second, both=operator == "&&")
    if operator in ("==", "===", "!=", "!=="):
        return Same(start=start, end=end, left=first, right=second, negated=operator[0] == "!")
    return Other(start=start, end=end, plain=not any(each.type in _EFFECTS for each in walk(node)))


def _call(node: Node, names: Names) -> Expression | None:
    start, end = node.start_byte, node.end_byte
    function, arguments = field(node, "function"), field(node, "arguments")
    given = arguments.named_children if arguments is not None else []
    name = text(function)
    known = names.get(f"{name}()")
    if isinstance(known, Meaning):
        return Known(start=start, end=end, meaning=known)
    if name in ("strings.EqualFold", "slices.Contains") and len(given) == 2:
        first, second = (expression(each, names) for each in given)
        if name == "strings.EqualFold":
            return Same(start=start, end=end, left=first, right=second)
        return Within(start=start, end=end, item=second, group=first)
    if _SAME_TEXT.fullmatch(name) and len(given) == 1:
        return Wrapped(start=start, end=end, inner=expression(given[0], names))
    if function is not None and function.type == "member_expression":
        method, owner = text(field(function, "property")), field(function, "object")
        if owner is not None and method in _SAME_TEXT_METHODS and meaning.is_mode(expression(owner, names)):
            return Known(start=start, end=end, meaning=Meaning.MODE)
        if owner is not None and method == "includes" and len(given) == 1:
            return Within(start=start, end=end, item=expression(given[0], names), group=expression(owner, names))
    return None


def body_of(node: Node) -> list[Node]:
    """The statements of a block; of a statement without braces itself."""
    if node.type not in BLOCKS and node.type != "statement_list":
        return [node]
    inner = [each for each in node.named_children if each.type != "comment"]
    return body_of(inner[0]) if len(inner) == 1 and inner[0].type == "statement_list" else inner


def other_of(node: Node) -> Node | None:
    """What comes with ``else``: a block, a statement, or another ``if``."""
    found = field(node, "alternative")
    return found.named_children[0] if found is not None and found.type == "else_clause" else found


def statements(body: Sequence[Node], names: Names) -> list[Statement]:
    return [_statement(each, names) for each in body]


def _statement(node: Node, names: Names) -> Statement:
    match node.type:
        case "if_statement":
            condition, then, other = field(node, "condition"), field(node, "consequence"), other_of(node)
            if condition is None or then is None:
                return Anything(True)
            inner = statements(body_of(other), names) if other is not None else []
            return If(expression(condition, names), statements(body_of(then), names), inner)
        case "return_statement":
            values = [
                one for each in node.named_children for one in (each.named_children if each.type == "expression_list" else [each])
            ]
            return Return(expression(values[0], names) if len(values) == 1 else None)
        case "throw_statement":
            return Raises()
        case "expression_statement":
            name = text(field(node.named_children[0], "function")) if node.named_children else ""
            if skips(node, names):
                return Skips()
            if _GO_RAISE.fullmatch(name):
                return Raises()
    return Anything(any(each.type == "return_statement" for each in walk(node)))


def skips(node: Node, names: Names) -> bool:
    """``t.Skip(…)``, or a call of a function that does that."""
    call = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
    if call is None or call.type != "call_expression":
        return False
    name = text(field(call, "function"))
    return bool(GO_SKIP.fullmatch(name)) or names.get(f"{name}()") is Meaning.SKIPS


def learn(module: Module, names: Names) -> dict[str, Meaning | str]:
    """What the file's own names stand for, given what it imports: ``name`` and, of a function, ``name()``."""
    values: dict[str, list[Node | None]] = {}
    bodies: list[tuple[str, Node]] = []
    taken: set[str] = set()
    for node in walk(module.root):
        for name, value in _set(node):
            values.setdefault(name, []).append(value)
        if node.type in ("parameter_declaration", "required_parameter", "optional_parameter", "formal_parameters"):
            taken |= {text(each) for each in node.named_children if each.type == "identifier"}
        name, body = text(field(node, "name")), field(node, "body")
        if node.type == "function_declaration" and body is not None:
            bodies.append((name, body))
        inner = field(node, "value") if node.type == "variable_declarator" else None
        if inner is not None and inner.type in FUNCTIONS and (body := field(inner, "body")) is not None:
            bodies.append((name, body))
    known: dict[str, Meaning | str] = dict(names)
    found: dict[str, Meaning | str] = {}
    for _ in range(10):
        before = dict(found)
        for name, given in values.items():
            if name not in taken and (told := _of_values(name, given, known)) is not None:
                found[name] = told
        for name, body in bodies:
            result = _function(body, known)
            if result is not None:
                found[f"{name}()"] = result
        known |= found
        if found == before:
            break
    return found


def _function(body: Node, names: Names) -> Meaning | None:
    read = statements(body_of(body), names) if body.type in BLOCKS else [Return(expression(body, names))]
    return meaning.comes_to(read) if meaning.concerns_mode(read) else None


def _set(node: Node) -> Iterator[tuple[str, Node | None]]:
    """Names that a node sets, with their values; None: it is not plain which."""
    match node.type:
        case "variable_declarator" | "var_spec" | "const_spec":
            names = list(node.children_by_field_name("name"))
            value = field(node, "value")
        case "short_var_declaration" | "assignment_statement" | "range_clause":
            left = field(node, "left")
            names = left.named_children if left is not None else []
            value = field(node, "right") if node.type != "range_clause" else None
        case "assignment_expression" | "augmented_assignment_expression":
            left = field(node, "left")
            names = [left] if left is not None else []
            value = field(node, "right") if node.type == "assignment_expression" else None
        case _:
            return
    if value is not None and value.type == "expression_list":
        value = value.named_children[0] if len(value.named_children) == 1 and len(names) == 1 else None
    for each in names:
        if each.type == "identifier":
            yield text(each), value


def _of_values(name: str, values: Sequence[Node | None], names: Names) -> Meaning | str | None:
    """What all values of a name have in common."""
    given = [each for each in values if each is not None]
    if len(given) != len(values):
        return None
    read = [expression(each, names) for each in given]
    if len(read) == 1 and isinstance(read[0], Words) and read[0].alone:
        return read[0].values[0]
    if len(given) == 1 and JS_SKIP.fullmatch(text(_taken(given[0], names))):
        return Meaning.SKIPS  # const itInACluster = isCluster() ? it : it.skip
    if not any(meaning.touches(each) for each in read):
        return None
    for trial in (names, {**names, name: Meaning.MODE}):  # mode = mode.toLowerCase()
        found = {meaning.meaning_of(expression(each, trial)) for each in given}
        if len(found) == 1:
            return found.pop()
    return None


def _taken(node: Node, names: Names) -> Node | None:
    """Of a choice by the mode what is taken outside a cluster."""
    if node.type != "ternary_expression" or (condition := field(node, "condition")) is None:
        return None
    read = expression(condition, names)
    decided = meaning.decide(read) if meaning.touches(read) else None
    return None if decided is None else field(node, "consequence" if decided else "alternative")


def mocked_words(module: Module, names: Names) -> Iterator[str]:
    for node in walk(module.root):
        if node.type == "binary_expression":
            yield from meaning.mocked_words(expression(node, names))


def imports(module: Module) -> Iterator[tuple[str, str, str]]:
    """Name here, module, and name there; empty: the module itself."""
    for node in walk(module.root):
        if node.type == "import_spec":
            spec = text(field(node, "path")).strip('"`')
            yield text(field(node, "name")) or spec.rpartition("/")[2], spec, ""
        elif node.type in ("import_statement", "export_statement") and (source := field(node, "source")) is not None:
            for each in walk(node):
                if each.type in ("import_specifier", "export_specifier"):
                    name = text(field(each, "name"))
                    yield text(field(each, "alias")) or name, text(source)[1:-1], name
                elif each.type == "namespace_import":
                    yield text(each.named_children[0]), text(source)[1:-1], ""
        elif node.type == "variable_declarator" and text(field(node, "value")).startswith("require("):
            yield from _required(node)


def _required(node: Node) -> Iterator[tuple[str, str, str]]:
    match = re.fullmatch(r"""require\(\s*['"]([^'"]+)['"]\s*\)""", text(field(node, "value")))
    name = field(node, "name")
    if match is None or name is None:
        return
    if name.type == "identifier":
        yield text(name), match[1], ""
    for each in name.named_children if name.type == "object_pattern" else ():
        if each.type == "shorthand_property_identifier_pattern":
            yield text(each), match[1], text(each)


def with_comment(module: Module, node: Node) -> int:
    """Where a definition begins, with the comment right above it."""
    start, before = node.start_byte, node.prev_named_sibling
    while before is not None and before.type == "comment" and module.data[before.end_byte : start].count(b"\n") == 1:
        start, before = before.start_byte, before.prev_named_sibling
    return start

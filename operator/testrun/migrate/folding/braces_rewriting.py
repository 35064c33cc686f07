"""Go, TypeScript and JavaScript without their branches on the mode, one at a time. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from testrun.audit.languages.tree import Node, line, text, walk
from testrun.migrate import edits
from testrun.migrate.folding import braces_choices, braces_leaving, braces_reading, meaning
from testrun.migrate.folding.braces_reading import Module, body_of, expression, field, other_of
from testrun.migrate.folding.meaning import Names
from testrun.migrate.folding.result import Folded

_DECLARES = frozenset({
    "lexical_declaration", "short_var_declaration", "var_declaration", "const_declaration", "class_declaration",
    "function_declaration", "type_declaration",
})  # fmt: skip
_TEXTS = frozenset({"raw_string_literal", "template_string"})


def fold(module: Module, names: Names, passed: set[int]) -> Folded | None:
    """The file without its first branch on the mode; None: there is no other. Raises `Undecided`. ``passed`` are lines of what
    was undecided before.
    """
    for node in walk(module.root):
        if line(node) in passed:
            continue
        found: Folded | None = None
        match node.type:
            case "if_statement" if not _is_else(node):
                found = _if(module, node, names)
            case "ternary_expression":
                found = braces_choices.ternary(module, node, names)
            case "switch_statement" | "expression_switch_statement":
                found = braces_choices.switch(module, node, names)
            case "expression_statement":
                found = braces_leaving.skipped(module, node, names)
        if found is not None:
            return found
    return None


def _is_else(node: Node) -> bool:
    parent = node.parent
    return parent is not None and (parent.type == "else_clause" or (parent.type == "if_statement" and other_of(parent) == node))


def _if(module: Module, node: Node, names: Names) -> Folded | None:
    arms, last = _chain(node)
    told = [_told(module, each, names) for each in arms]
    if all(each is None for each in told):
        return None
    kept: list[tuple[Node, bytes | None]] = []
    dropped: list[Node] = []
    closed = False
    for arm, value in zip(arms, told, strict=True):
        if closed or value is False:
            dropped += filter(None, [field(arm, "consequence")])
        elif value is True:
            kept.append((_body(arm), b""))
            closed = True
        else:
            kept.append((arm, value if isinstance(value, bytes) else None))
    if last is not None:
        dropped += [last] if closed else []
        kept += [] if closed else [(last, b"")]
    if any(field(each, "initializer") is not None for each, value in zip(arms, told, strict=True) if value is not None):
        _refuse_initializer(module, arms, kept, names)
    gone = "\n".join(_inside(module, each).decode(errors="replace") for each in dropped)
    if not kept:
        return braces_leaving.removed(module, node, gone)
    if kept[0][1] == b"":
        return _placed(module, node, kept[0][0], gone, names)
    text_ = b" else ".join(_arm(module, each, condition) for each, condition in kept)
    return Folded(data=edits.applied(module.data, [(node.start_byte, node.end_byte, text_)]), dropped=gone)


def _chain(node: Node) -> tuple[list[Node], Node | None]:
    arms = [node]
    while (other := other_of(arms[-1])) is not None:
        if other.type != "if_statement":
            return arms, other
        arms.append(other)
    return arms, None


def _told(module: Module, arm: Node, names: Names) -> bool | bytes | None:
    """What its condition is, or what is left of it; None: it has nothing to do with the mode."""
    condition = field(arm, "condition")
    if condition is None:
        return None
    read = expression(condition, names)
    if not meaning.touches(read):
        return None
    found = meaning.simplified(read, module.data)
    same = module.data[condition.start_byte : condition.end_byte]
    return None if found == same else found


def _body(arm: Node) -> Node:
    found = field(arm, "consequence")
    assert found is not None
    return found


def _refuse_initializer(module: Module, arms: Sequence[Node], kept: Sequence[tuple[Node, bytes | None]], names: Names) -> None:
    """``if mode := Mode(); mode == …``: what it sets must not be used in what stays, and setting it must do nothing."""
    for arm in arms:
        setting = field(arm, "initializer")
        if setting is None:
            continue
        left, right = field(setting, "left"), field(setting, "right")
        value = right.named_children[0] if right is not None and right.named_children else None
        stays = {word for each, _ in kept for word in edits.words(module.data[each.start_byte : each.end_byte])}
        known = value is not None and meaning.is_mode(expression(value, names))
        if not known or any(text(each) in stays for each in (left.named_children if left is not None else ())):
            raise braces_leaving.undecided(arm, "what the `if` sets is used beyond its condition: set it before")


def _arm(module: Module, node: Node, condition: bytes | None) -> bytes:
    """An arm that stays, with what is left of its condition."""
    if node.type != "if_statement":
        return module.data[node.start_byte : node.end_byte]
    body, test = _body(node), field(node, "condition")
    assert test is not None
    head = module.data[node.start_byte : body.start_byte]
    if condition is not None:
        if test.type == "parenthesized_expression" and not condition.startswith(b"("):
            condition = b"(" + condition + b")"
        start = node.start_byte
        head = edits.applied(head, [(test.start_byte - start, test.end_byte - start, condition)])
    return head + module.data[body.start_byte : body.end_byte]


def _inside(module: Module, block: Node) -> bytes:
    """What is between the braces."""
    if block.type not in braces_reading.BLOCKS:
        return module.data[block.start_byte : block.end_byte]
    return module.data[block.start_byte + 1 : block.end_byte - 1]


def _placed(module: Module, node: Node, block: Node, gone: str, names: Names) -> Folded:
    """Puts what is in a block in place of the statement; when it leaves, what comes after it goes."""
    body = [*body_of(block)]
    lines = _lines(module, node, block)
    if not body:
        return braces_leaving.removed(module, node, gone)
    clash = _clashes(module, node, block)
    if clash:
        lines = edits.indent(module.data, node.start_byte) + module.data[block.start_byte : block.end_byte] + b"\n"
    return braces_leaving.leave(module, node, body, lines, gone, names)


def _lines(module: Module, node: Node, block: Node) -> bytes:
    """The lines of a block, as deep as the statement is."""
    outer = edits.indent(module.data, node.start_byte)
    if block.type not in braces_reading.BLOCKS or b"\n" not in _inside(module, block).rstrip():
        return outer + _inside(module, block).strip() + b"\n"
    start, end = edits.line_end(module.data, block.start_byte), edits.line_start(module.data, block.end_byte - 1)
    first = body_of(block)
    inner = edits.indent(module.data, first[0].start_byte) if first else outer
    at = module.data.count(b"\n", 0, start)
    keep = {
        number - at
        for each in walk(block)
        if each.type in _TEXTS
        for number in range(each.start_point[0] + 1, each.end_point[0] + 1)
    }
    return edits.dedented(module.data[start:end], inner.removeprefix(outer), keep)


def _clashes(module: Module, node: Node, block: Node) -> bool:
    """Whether something that the block declares has a name of what is around it."""
    declared = {
        text(each)
        for one in body_of(block)
        if one.type in _DECLARES
        for part in walk(one)
        for each in (field(part, "name"), *(_targets(part)))
        if each is not None and each.type == "identifier"
    }
    parent = node.parent
    if not declared or parent is None:
        return False
    data = module.data
    around = data[parent.start_byte : node.start_byte] + b" " + data[node.end_byte : parent.end_byte]
    return bool(declared & edits.words(around))


def _targets(node: Node) -> Sequence[Node]:
    left = field(node, "left") if node.type == "short_var_declaration" else None
    return left.named_children if left is not None else ()

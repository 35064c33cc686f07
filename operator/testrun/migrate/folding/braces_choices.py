"""``a ? b : c`` and ``switch`` by the mode, in Go, TypeScript and JavaScript. Pure."""

from __future__ import annotations

from testrun.audit.languages.tree import Node, text, walk
from testrun.migrate import edits
from testrun.migrate.folding import braces_leaving, braces_reading, meaning
from testrun.migrate.folding.braces_reading import JS_SKIP, Module, body_of, expression, field
from testrun.migrate.folding.meaning import Meaning, Names
from testrun.migrate.folding.result import Folded


def ternary(module: Module, node: Node, names: Names) -> Folded | None:
    condition = field(node, "condition")
    read = expression(condition, names) if condition is not None else None
    decided = meaning.decide(read) if read is not None and meaning.touches(read) else None
    if decided is None:
        return None
    taken = field(node, "consequence" if decided else "alternative")
    other = field(node, "alternative" if decided else "consequence")
    assert taken is not None
    statement = _called_by(node)
    if statement is not None and JS_SKIP.fullmatch(text(taken)):
        return braces_leaving.without_test(module, statement)
    gone = (
        ""
        if other is None or not any(each.type.endswith(("call_expression", "new_expression")) for each in walk(other))
        else text(other)
    )
    new = module.data[taken.start_byte : taken.end_byte]
    start, end = node.start_byte, node.end_byte
    parent = node.parent
    if parent is not None and parent.type == "parenthesized_expression" and taken.type in ("identifier", "call_expression"):
        start, end = parent.start_byte, parent.end_byte
    return Folded(data=edits.applied(module.data, [(start, end, new)]), dropped=gone)


def _called_by(node: Node) -> Node | None:
    """The statement of ``(a ? it : it.skip)(…)``."""
    at = node.parent
    if at is None or at.type != "parenthesized_expression" or at.parent is None or field(at.parent, "function") != at:
        return None
    return at.parent.parent if at.parent.parent is not None and at.parent.parent.type == "expression_statement" else None


def switch(module: Module, node: Node, names: Names) -> Folded | None:
    subject = field(node, "value")
    if subject is None or not meaning.is_mode(expression(subject, names)):
        return None
    if field(node, "initializer") is not None:
        raise braces_leaving.undecided(node, "the `switch` sets something first: set it before")
    body = field(node, "body") or node
    cases = [
        each for each in body.named_children if each.type in ("switch_case", "switch_default", "expression_case", "default_case")
    ]
    taken, otherwise = None, None
    for position, each in enumerate(cases):
        told = _case(each, names)
        if told is None:
            raise braces_leaving.undecided(each, "a case for a mode that is neither cluster nor known to be without one")
        if each.type in ("switch_default", "default_case"):
            otherwise = position
        elif told and taken is not None and _statements(cases[taken]):
            raise braces_leaving.undecided(each, "the modes without a cluster have a case each: say which of them phase 2 is")
        elif told and taken is None:
            taken = position
    chosen = taken if taken is not None else otherwise
    gone = "\n".join(text(each) for number, each in enumerate(cases) if number != chosen and _statements(each))
    if chosen is None:
        return braces_leaving.removed(module, node, gone)
    inner = _statements(cases[chosen])
    while not inner and not module.is_go and chosen + 1 < len(cases):  # `case 'local': case 'repo': …`
        chosen += 1
        inner = _statements(cases[chosen])
    if inner and inner[-1].type == "break_statement":
        inner = inner[:-1]
    elif not module.is_go and chosen + 1 < len(cases) and inner and inner[-1].type not in braces_leaving.LEAVES:
        raise braces_leaving.undecided(cases[chosen], "the case goes on into the next one")
    if not inner:
        return braces_leaving.removed(module, node, gone)
    if any(each.type in ("break_statement", "fallthrough_statement") for one in inner for each in walk(one)):
        raise braces_leaving.undecided(node, "a `break` or `fallthrough` stands in the middle of the case that stays")
    outer = edits.indent(module.data, node.start_byte)
    start, end = edits.line_start(module.data, inner[0].start_byte), edits.line_end(module.data, inner[-1].end_byte)
    depth = edits.indent(module.data, inner[0].start_byte)
    if module.data[start : inner[0].start_byte].strip():  # on the line of its case
        lines = outer + module.data[inner[0].start_byte : inner[-1].end_byte] + b"\n"
    else:
        lines = edits.dedented(module.data[start:end], depth.removeprefix(outer))
    return braces_leaving.leave(module, node, inner, lines, gone, names)


def _case(node: Node, names: Names) -> bool | None:
    values = list(node.children_by_field_name("value"))
    words = [one for each in values for one in (each.named_children if each.type == "expression_list" else [each])]
    if not words:
        return True
    read = [expression(each, names) for each in words]
    if not all(isinstance(each, meaning.Words) for each in read):
        return None
    mode = meaning.Known(start=0, end=0, meaning=Meaning.MODE)
    group = tuple(value for each in read if isinstance(each, meaning.Words) for value in each.values)
    return meaning.decide(
        meaning.Within(start=0, end=0, item=mode, group=meaning.Words(start=0, end=0, values=group, alone=False))
    )


def _statements(case: Node) -> list[Node]:
    values = {each.id for each in case.children_by_field_name("value")}
    inner = [each for each in case.named_children if each.id not in values and each.type != "comment"]
    if len(inner) == 1 and inner[0].type in (*braces_reading.BLOCKS, "statement_list"):
        return body_of(inner[0])
    return inner

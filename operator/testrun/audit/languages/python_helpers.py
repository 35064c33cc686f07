"""What a Python file of tests defines beside its tests, and what it takes from others. Pure."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator, Sequence

from testrun.audit.languages.python_shapes import Function
from testrun.audit.languages.python_strength import name_of
from testrun.audit.model import Helper, SourceFile

_TEST = re.compile(r"test(?:_|[A-Z]|$)")
_HOOKS = re.compile(r"pytest_\w+|(?:setUp|tearDown)(?:Class|Module)?|__\w+__")
"""What a runner or Python calls by its name: of a class, these are no helpers by themselves."""
_BASES = re.compile(r"[(,] *(\w+\.\w+)(?=[,)])")
_GIVEN = frozenset({"self", "cls", "request", "monkeypatch", "tmp_path", "capsys"})


def find(tree: ast.Module, whole: Callable[[Function | ast.ClassDef], str]) -> Iterator[Helper]:
    for node in tree.body:
        if isinstance(node, Function) and not _TEST.match(node.name):
            yield _helper(node.name, node, whole)
        elif isinstance(node, ast.ClassDef):
            methods = [each for each in node.body if isinstance(each, Function)]
            if not any(_TEST.match(each.name) for each in methods):
                yield _helper(node.name, node, whole)
            for each in methods:
                if not _TEST.match(each.name) and not _HOOKS.fullmatch(each.name):
                    yield _helper(f"{node.name}.{each.name}", each, whole)


def _helper(name: str, node: Function | ast.ClassDef, whole: Callable[[Function | ast.ClassDef], str]) -> Helper:
    size = (node.end_lineno or node.lineno) - node.lineno + 1
    return Helper(
        name=name, line=node.lineno, size=size, source=whole(node), is_class=isinstance(node, ast.ClassDef),
        is_fixture=any("fixture" in name_of(getattr(each, "func", each)) for each in node.decorator_list),
    )  # fmt: skip


def used(file: SourceFile, functions: Sequence[Function]) -> frozenset[str]:
    ours = [each for each in file.imports if each.module.partition(".")[0] not in sys.stdlib_module_names]
    names = {f"{each.module.rpartition('.')[2]}:{there}" for each in ours for there, _ in each.names if there}
    modules = {here: (there or each.module).rpartition(".")[2] for each in ours for there, here in each.names}
    bases = [base for each in file.own if each.is_class for base in _BASES.findall(each.source.partition("\n")[0])]
    for written in (*(each.name for each in file.calls), *bases):
        head, _, name = written.rpartition(".")
        if head in modules:
            names.add(f"{modules[head]}:{name}")
    parameters = {each.arg for function in functions for each in (*function.args.args, *function.args.kwonlyargs)}
    return frozenset(names | {f"():{each}" for each in parameters - _GIVEN})

"""What a Go condition, a testify assertion or a Gomega matcher says. Pure."""

from __future__ import annotations

import re

from tree_sitter import Node

from testrun.audit.languages.tree import of_type, text
from testrun.audit.model import Flaw, Strength

Judged = tuple[Strength, Flaw | None]

_TESTIFY = {
    "NotNil": Strength.TRUTHINESS,
    "NotEmpty": Strength.TRUTHINESS,
    "NotZero": Strength.TRUTHINESS,
    "NoError": Strength.TRUTHINESS,
    "NotPanics": Strength.MEMBERSHIP,
    "IsType": Strength.TYPE,
    "Implements": Strength.TYPE,
    "Error": Strength.MEMBERSHIP,
    "Panics": Strength.MEMBERSHIP,
    "Contains": Strength.MEMBERSHIP,
    "NotContains": Strength.MEMBERSHIP,
    "Len": Strength.MEMBERSHIP,
    "Greater": Strength.MEMBERSHIP,
    "GreaterOrEqual": Strength.MEMBERSHIP,
    "Less": Strength.MEMBERSHIP,
    "Regexp": Strength.MEMBERSHIP,
    "LessOrEqual": Strength.MEMBERSHIP,
    "InDelta": Strength.MEMBERSHIP,
    "Subset": Strength.MEMBERSHIP,
    "NotEqual": Strength.MEMBERSHIP,
    "Eventually": Strength.MEMBERSHIP,
    "Never": Strength.MEMBERSHIP,
    "Condition": Strength.MEMBERSHIP,
    "ElementsMatch": Strength.STRUCTURE,
    "JSONEq": Strength.STRUCTURE,
    "YAMLEq": Strength.STRUCTURE,
    "FileExists": Strength.MEMBERSHIP,
}
_GOMEGA = re.compile(r"\b(BeNil|BeTrue|BeEmpty|Succeed|HaveOccurred|BeZero|BeAssignableToTypeOf|ContainElement|"
                     r"ContainSubstring|HaveLen|"
                     r"BeNumerically|HaveKey|MatchRegexp|Not|To|Equal)\b")  # fmt: skip
_WEAK_GOMEGA = {"BeNil": Strength.TRUTHINESS, "BeEmpty": Strength.TRUTHINESS, "HaveOccurred": Strength.TRUTHINESS,
                "BeZero": Strength.TRUTHINESS, "BeAssignableToTypeOf": Strength.TYPE}  # fmt: skip
_STRUCTURAL = re.compile(r"\b(?:reflect\.DeepEqual|cmp\.(?:Diff|Equal)|maps\.Equal|slices\.Equal|bytes\.Equal|proto\.Equal)\b")


def failing(condition: Node) -> Judged:
    """Of ``if condition { t.Error(…) }``: what is known when it did not fail."""
    while condition.type == "parenthesized_expression" and condition.named_children:
        condition = condition.named_children[0]
    code = text(condition)
    if code in ("false", "!true"):
        return Strength.TRUTHINESS, Flaw.CONSTANT
    if _STRUCTURAL.search(code):
        return Strength.STRUCTURE, None
    if condition.type != "binary_expression":
        return Strength.MEMBERSHIP, None
    left, right = condition.child_by_field_name("left"), condition.child_by_field_name("right")
    operator = text(condition.child_by_field_name("operator"))
    if left is None or right is None:
        return Strength.MEMBERSHIP, None
    if operator in ("||", "&&"):
        (first, flaw), (second, other) = failing(left), failing(right)
        certain = flaw and other if operator == "||" else flaw or other
        return (max if operator == "||" else min)(first, second), certain
    if operator in ("!=", "<", ">") and text(left) == text(right) and not calls(left):
        return Strength.EQUALITY, Flaw.ITSELF
    if operator == "<" and text(right) == "0" and re.fullmatch(r"len\(.*\)|cap\(.*\)", text(left)):
        return Strength.TRUTHINESS, Flaw.ALWAYS
    if operator == "==":
        empty = text(right) in ("nil", '""', "0")
        error = re.search(r"(?:err\w*|rec\w*|r|recover\(\))$", text(left), re.IGNORECASE)
        return Strength.TRUTHINESS if empty and not error else Strength.MEMBERSHIP, None
    if operator == "!=" and text(right) == "nil":
        return (Strength.TRUTHINESS if re.search(r"err\w*$|\)$", text(left), re.IGNORECASE) else Strength.EQUALITY), None
    return Strength.EQUALITY if operator == "!=" else Strength.MEMBERSHIP, None


def testify(name: str, given: list[Node]) -> Judged:
    """Of ``assert.name(t, given…)``."""
    name = name.removesuffix("f") if name.endswith("f") and name != "f" else name
    first, second = (text(each) for each in (given + given)[:2]) if given else ("", "")
    if name in ("True", "False") and given:
        if first == name.lower():
            return Strength.TRUTHINESS, Flaw.CONSTANT
        strength, flaw = positive(given[0])
        return (strength, flaw) if name == "True" else (max(strength, Strength.MEMBERSHIP), None)
    if name in ("Equal", "EqualValues", "Exactly", "Same", "JSONEq") and len(given) > 1:
        if first == second and not calls(given[0]):
            literal = given[0].type.endswith("literal") or first in ("true", "false", "nil")
            return Strength.EQUALITY, Flaw.CONSTANT if literal else Flaw.ITSELF
        whole = any(each.type in ("composite_literal", "unary_expression") for each in given[:2])
        return Strength.STRUCTURE if whole else Strength.EQUALITY, None
    if name == "NotNil" and given and (given[0].type == "composite_literal" or first.startswith("&")):
        return Strength.TRUTHINESS, Flaw.ALWAYS
    if name == "GreaterOrEqual" and second == "0" and first.startswith("len("):
        return Strength.TRUTHINESS, Flaw.ALWAYS
    if name == "Greater" and second == "0" and first.startswith("len("):
        return Strength.TRUTHINESS, None
    if name == "IsType" and re.search(r"\w(?:Error|Err)\b", first):
        return Strength.MEMBERSHIP, None  # of an error its kind says most
    return _TESTIFY.get(name, Strength.EQUALITY), None


def positive(node: Node) -> Judged:
    """Of ``assert.True(t, node)``."""
    code = text(node)
    if _STRUCTURAL.search(code):
        return Strength.STRUCTURE, None
    if node.type == "binary_expression":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = text(node.child_by_field_name("operator"))
        if left is not None and right is not None:
            if operator == "==" and text(left) == text(right) and not calls(left):
                return Strength.EQUALITY, Flaw.ITSELF
            if operator == ">=" and text(right) == "0" and text(left).startswith("len("):
                return Strength.TRUTHINESS, Flaw.ALWAYS
            if operator == "||" and "true" in (text(left), text(right)):
                return Strength.TRUTHINESS, Flaw.CONSTANT
            if operator == "!=" and text(right) in ("nil", '""'):
                return Strength.TRUTHINESS, None
            if operator == ">" and text(right) == "0" and text(left).startswith("len("):
                return Strength.TRUTHINESS, None
        return Strength.EQUALITY if operator == "==" else Strength.MEMBERSHIP, None
    return Strength.MEMBERSHIP, None  # a bool of its own


def gomega(words: str) -> Strength:
    """Of ``Expect(x).To(Not(BeNil()))``: the source behind the subject."""
    found = set(_GOMEGA.findall(words))
    negated = "Not" in found or re.match(r"\.(?:NotTo|ToNot|ShouldNot)\b", words)
    for name, strength in _WEAK_GOMEGA.items():
        if name in found:
            return strength if negated else Strength.EQUALITY
    return (
        Strength.MEMBERSHIP if found & {"ContainElement", "ContainSubstring", "HaveLen", "BeNumerically"} else Strength.EQUALITY
    )


def calls(node: Node) -> bool:
    return any(True for _ in of_type(node, "call_expression", "composite_literal", "func_literal"))

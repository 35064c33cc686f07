"""The translation from pydantic's JSON Schema to a structural schema."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pydantic
import pytest
from pydantic import Field

from testrun.api import crd
from testrun.api.schema import Object, Rule, forbidden, matches, one_of, unchanged


class Inner(Object):
    """Inner."""

    name: str = "x"
    """Its name,
    over two lines."""

    rules = (Rule(cel="self.name != 'y'", message="not y", holds=None),)


class Outer(Object):
    """Outer."""

    plain: Inner
    """Plain."""
    maybe: Annotated[Inner, Rule(cel="true", message="outer rule", holds=None)] | None = None
    """Maybe."""
    one: Literal["only"] = "only"
    """One."""
    many: list[Annotated[str, Field(max_length=3)]] = Field(default_factory=list)
    """Many."""
    filled: Inner = Inner()
    """Filled."""


def test_references_are_put_in_place_and_the_fields_own_words_win() -> None:
    inner_rule = {"rule": "self.name != 'y'", "message": "not y"}
    name = {"type": "string", "default": "x", "description": "Its name, over two lines."}

    assert crd.structural(Outer) == {
        "type": "object",
        "description": "Outer.",
        "required": ["plain"],
        "properties": {
            "plain": {
                "type": "object",
                "description": "Plain.",
                "properties": {"name": name},
                "x-kubernetes-validations": [inner_rule],
            },
            "maybe": {
                "type": "object",
                "description": "Maybe.",
                "properties": {"name": name},
                "x-kubernetes-validations": [inner_rule, {"rule": "true", "message": "outer rule"}],
            },
            "one": {"type": "string", "enum": ["only"], "default": "only", "description": "One."},
            "many": {"type": "array", "items": {"type": "string", "maxLength": 3}, "description": "Many."},
            "filled": {
                "type": "object",
                "description": "Filled.",
                "default": {},
                "properties": {"name": name},
                "x-kubernetes-validations": [inner_rule],
            },
        },
    }


@pytest.mark.parametrize(
    ("kind", "keyword"),
    [
        (Annotated[int, Field(gt=1)], "exclusiveMinimum"),
        (int | str, "alternatives"),
        (set[str], "uniqueItems"),
        (tuple[int, str], "prefixItems"),
    ],
    ids=str,
)
def test_what_a_structural_schema_cannot_say_is_an_error(kind: Any, keyword: str) -> None:
    model = pydantic.create_model("Odd", field=(kind, ...))

    with pytest.raises(ValueError, match=rf"Odd\.field: a structural schema has no {keyword}"):
        crd.structural(model)


def test_the_same_models_make_the_same_file() -> None:
    assert crd.render() == crd.render()


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            matches(r"[a-z]\s", "lower"),
            {"rule": r'self.matches("^(?:[a-z]\\s)$")', "message": "lower"},
        ),
        (
            forbidden("old", "use new"),
            {"rule": "!has(self.old)", "message": "use new", "fieldPath": ".old", "reason": "FieldValueForbidden"},
        ),
        (
            one_of("a", "b"),
            {"rule": "[has(self.a), has(self.b)].exists_one(given, given)", "message": "set exactly one of a, b"},
        ),
        (
            unchanged("a", "a stays"),
            {
                "rule": "has(self.a) == has(oldSelf.a) && (!has(self.a) || self.a == oldSelf.a)",
                "message": "a stays",
                "fieldPath": ".a",
                "reason": "FieldValueForbidden",
            },
        ),
    ],
    ids=["matches", "forbidden", "one of", "unchanged"],
)
def test_rules_as_the_api_server_reads_them(rule: Rule, expected: dict[str, str]) -> None:
    assert rule.as_validation() == expected


@pytest.mark.parametrize(("text", "holds"), [("a ", True), ("a\n", True), ("a \n", False), ("a\u00a0", False), ("b", False)])
def test_a_pattern_is_about_the_whole_text_and_ascii(text: str, holds: bool) -> None:
    rule = matches(r"[a-z]\s", "")

    assert rule.holds is not None
    assert rule.holds(text) is holds

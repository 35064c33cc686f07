"""What the models of the API are made of: objects that refuse unknown fields, and rules that hold in two places.

A `Rule` is one sentence of the API, written once next to its field: as CEL, which the API server checks when somebody applies a
TestRun, and as Python, which checks the same when the operator or the command line reads one (a body may be older than the rule,
or never have met an API server). Nothing here knows what a TestRun is.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from typing import Any, ClassVar, Self

import pydantic
import pydantic_core
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import core_schema

VALIDATIONS = "x-kubernetes-validations"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule on a value, as metadata of a field's type or in the ``rules`` of an `Object`."""

    cel: str
    message: str
    holds: Callable[[Any], bool] | None
    """None: a rule about a change (``oldSelf``), which only the API server can check."""
    field: str = ""
    """For the rule of an object that is about one of its fields: the name that errors show."""
    forbids: bool = False
    """The field must not be there at all, whatever its value."""

    def check(self, value: Any) -> Any:
        """The value; raises pydantic's error with this rule's message when the rule does not hold."""
        if self.holds is not None and not self.holds(value):
            raise pydantic_core.PydanticCustomError("rule", "{message}", {"message": self.message, "field": self.field})
        return value

    def as_validation(self) -> dict[str, str]:
        """The entry of ``x-kubernetes-validations``."""
        entry = {"rule": self.cel, "message": self.message}
        if self.field:
            entry["fieldPath"] = f".{self.field}"
        if self.forbids:
            entry["reason"] = "FieldValueForbidden"
        return entry

    def __get_pydantic_core_schema__(self, source: Any, handler: pydantic.GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: pydantic.GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        described = handler(schema)
        described.setdefault(VALIDATIONS, []).append(self.as_validation())
        return described


class Object(pydantic.BaseModel):
    """An object of the API: camelCase names, no unknown fields, no silent conversions.

    Attribute docstrings are the descriptions of the fields.
    """

    model_config = pydantic.ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )

    rules: ClassVar[tuple[Rule, ...]] = ()

    @pydantic.model_validator(mode="after")
    def _keeps_rules(self) -> Self:
        for rule in self.rules:
            rule.check(self)
        return self

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: pydantic.GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        reference = handler(schema)
        if cls.rules:
            handler.resolve_ref_schema(reference)[VALIDATIONS] = [rule.as_validation() for rule in cls.rules]
        return reference


def quoted(text: str) -> str:
    """The text as a CEL string literal."""
    return json.dumps(text)


def matches(pattern: str, message: str) -> Rule:
    """A rule on a whole string. Unlike a schema's ``pattern`` its error says what to do.

    The pattern must mean the same in RE2 and in Python, so it has no anchors of its own: Python's ``$`` lets a line break pass.
    """
    compiled = re.compile(pattern, re.ASCII)  # as RE2 has it: ``\s`` is ASCII white space
    cel = f"self.matches({quoted(f'^(?:{pattern})$')})"
    return Rule(cel=cel, message=message, holds=lambda text: compiled.fullmatch(text) is not None)


def forbidden(field: str, message: str) -> Rule:
    """A rule on an object: this optional field must not be set. ``field`` is its name in the API."""
    return Rule(
        cel=f"!has(self.{field})", message=message, holds=lambda value: not _given(value, field), field=field, forbids=True
    )


def one_of(*fields: str) -> Rule:
    """A rule on an object: exactly one of these optional fields is set."""
    given = ", ".join(f"has(self.{field})" for field in fields)
    return Rule(
        cel=f"[{given}].exists_one(given, given)",
        message=f"set exactly one of {', '.join(fields)}",
        holds=lambda value: _given(value, *fields) == 1,
    )


def _given(value: pydantic.BaseModel, *fields: str) -> int:
    """How many of these optional fields are set, by their names in the API."""
    return sum(info.alias in fields and getattr(value, name) is not None for name, info in type(value).model_fields.items())


def unchanged(field: str, message: str) -> Rule:
    """A rule on an object: this field keeps the value, or the absence, that it was created with."""
    cel = f"has(self.{field}) == has(oldSelf.{field}) && (!has(self.{field}) || self.{field} == oldSelf.{field})"
    return Rule(cel=cel, message=message, holds=None, field=field, forbids=True)


@dataclasses.dataclass(frozen=True)
class ListSet:
    """Metadata of a list of scalars none of which is there twice."""

    def __get_pydantic_core_schema__(self, source: Any, handler: pydantic.GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(_without_twins(lambda item: item), handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: pydantic.GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "x-kubernetes-list-type": "set"}


def _without_twins(key: Callable[[Any], Any]) -> Callable[[list[Any]], list[Any]]:
    def check(items: list[Any]) -> list[Any]:
        keys = [key(item) for item in items]
        twin = next((each for place, each in enumerate(keys) if each in keys[:place]), None)
        if twin is not None:
            raise pydantic_core.PydanticCustomError("duplicate", "must not hold {twin} twice", {"twin": str(twin)})
        return items

    return check


@dataclasses.dataclass(frozen=True)
class ListMap:
    """Metadata of a list whose items are told apart by one of their fields, so that writers can change one item."""

    key: str

    def __get_pydantic_core_schema__(self, source: Any, handler: pydantic.GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(_without_twins(lambda item: getattr(item, self.key)), handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: pydantic.GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": [self.key]}

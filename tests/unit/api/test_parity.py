"""The committed CRD and the models say the same. Here the models are read by their types, not by the JSON Schema they make."""

from __future__ import annotations

import enum
import types
import typing
from pathlib import Path
from typing import Any

import annotated_types
import pydantic
import pytest
import yaml
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from testrun.api import crd, schema
from testrun.api.spec import MUTABLE, Spec
from testrun.api.status import Status

FILE = Path(__file__).parents[3] / "crds" / "testing.ameide.io_testruns.yaml"
CRD = yaml.safe_load(FILE.read_text())
VERSION = CRD["spec"]["versions"][0]
ROOT = VERSION["schema"]["openAPIV3Schema"]["properties"]

SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean"}
LENGTHS = {"array": ("minItems", "maxItems"), "string": ("minLength", "maxLength"), "object": ("minProperties", "maxProperties")}


def test_the_committed_file_is_what_the_models_make() -> None:
    assert FILE.read_text() == crd.render(), "run: python -m testrun.api.crd > crds/testing.ameide.io_testruns.yaml"


def pairs(model: type[pydantic.BaseModel], found: dict[str, Any], path: str) -> list[tuple[str, type, dict[str, Any]]]:
    """The model, and all models below it, each with the part of the CRD that should be it."""
    below = []
    for field in model.model_fields.values():
        part = found["properties"].get(field.alias)
        inner, _ = unwrapped(field.annotation)
        if typing.get_origin(inner) is list:
            inner, part = unwrapped(typing.get_args(inner)[0])[0], part and part["items"]
        if part is not None and isinstance(inner, type) and issubclass(inner, pydantic.BaseModel):
            below += pairs(inner, part, f"{path}.{field.alias}")
    return [(path, model, found), *below]


def unwrapped(annotation: Any) -> tuple[Any, list[Any]]:
    """A type without ``| None`` and ``Annotated``, and what was annotated."""
    metadata: list[Any] = []
    while True:
        origin, args = typing.get_origin(annotation), typing.get_args(annotation)
        if origin in (typing.Union, types.UnionType):
            (annotation,) = (each for each in args if each is not type(None))
        elif origin is typing.Annotated:
            annotation, metadata = args[0], [*args[1:], *metadata]
        else:
            return annotation, metadata


OBJECTS = [*pairs(Spec, ROOT["spec"], "spec"), *pairs(Status, ROOT["status"], "status")]
FIELDS = [
    pytest.param(field, found["properties"].get(field.alias), id=f"{path}.{field.alias}")
    for path, model, found in OBJECTS
    for field in model.model_fields.values()
]


@pytest.mark.parametrize(("path", "model", "found"), OBJECTS, ids=[path for path, *_ in OBJECTS])
def test_each_object_has_the_fields_and_the_rules_of_its_model(path: str, model: type[schema.Object], found: Any) -> None:
    fields = model.model_fields.values()
    open_ended = model.model_config.get("extra") == "allow"

    assert set(found["properties"]) == {field.alias for field in fields}
    assert set(found.get("required", ())) == {field.alias for field in fields if field.is_required()}
    assert found.get("x-kubernetes-preserve-unknown-fields", False) is open_ended
    rules = [rule.as_validation() for rule in model.rules]
    assert [rule for rule in found.get(schema.VALIDATIONS, ()) if rule in rules] == rules


@pytest.mark.parametrize(("field", "found"), FIELDS)
def test_each_field_has_the_type_the_bounds_and_the_rules_of_its_model(field: FieldInfo, found: Any) -> None:
    kind, metadata = unwrapped(field.annotation)

    assert bool(found["description"].strip())
    assert found.get("default", absent(field)) == default(field)
    agree(kind, [*field.metadata, *metadata], found)


def agree(kind: Any, metadata: list[Any], found: dict[str, Any]) -> None:
    """A type and what is annotated say the same as a part of the CRD."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is list:
        assert found["type"] == "array"
        agree(*unwrapped(args[0]), found["items"])
    elif origin is dict:
        assert found["type"] == "object"
        agree(*unwrapped(args[1]), found["additionalProperties"])
    elif origin is typing.Literal:
        assert (found["type"], found["enum"]) == ("string", list(args))
    elif issubclass(kind, enum.Enum):
        assert (found["type"], found["enum"]) == ("string", [each.value for each in kind])
    elif issubclass(kind, pydantic.BaseModel):
        assert found["type"] == "object"
    elif kind in SCALARS:
        assert found["type"] == SCALARS[kind]
    else:
        assert (kind, found["type"], found["format"]) == (pydantic.AwareDatetime, "string", "date-time")
    assert {key: value for key, value in found.items() if key in BOUNDS} == bounds(metadata, found["type"])


LISTS = {"x-kubernetes-list-map-keys", "x-kubernetes-list-type"}
BOUNDS = {"minimum", "maximum", "pattern", *(key for both in LENGTHS.values() for key in both), *LISTS}


def bounds(metadata: list[Any], kind: str) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for each in metadata:
        if isinstance(each, FieldInfo):
            said |= bounds(each.metadata, kind)
        elif isinstance(each, annotated_types.Ge):
            said["minimum"] = each.ge
        elif isinstance(each, annotated_types.Le):
            said["maximum"] = each.le
        elif isinstance(each, annotated_types.MinLen):
            said[LENGTHS[kind][0]] = each.min_length
        elif isinstance(each, annotated_types.MaxLen):
            said[LENGTHS[kind][1]] = each.max_length
        elif isinstance(each, schema.ListMap):
            said |= {"x-kubernetes-list-map-keys": [each.key], "x-kubernetes-list-type": "map"}
        elif isinstance(each, schema.ListSet):
            said["x-kubernetes-list-type"] = "set"
        elif getattr(each, "pattern", None):
            said["pattern"] = each.pattern
    return said


def default(field: FieldInfo) -> Any:
    if isinstance(field.default, pydantic.BaseModel):
        return {}
    return field.default


def absent(field: FieldInfo) -> Any:
    """What a field without a default in the CRD has in its model: nothing, or None, which is the same to the API."""
    return None if field.default is None else PydanticUndefined


def test_rules_of_fields_are_in_the_crd() -> None:
    """Every rule that is written in the models, wherever it stands."""
    written = {
        rule.message
        for _, model, _ in OBJECTS
        for field in model.model_fields.values()
        for rule in [*model.rules, *field.metadata, *unwrapped(field.annotation)[1]]
        if isinstance(rule, schema.Rule)
    }
    assert set(messages(ROOT)) == written


def messages(found: Any) -> list[str]:
    if isinstance(found, list):
        return [message for each in found for message in messages(each)]
    if not isinstance(found, dict):
        return []
    return [
        *(rule["message"] for rule in found.get(schema.VALIDATIONS, ())),
        *(message for key, each in found.items() if key != schema.VALIDATIONS for message in messages(each)),
    ]


def test_every_field_of_the_spec_is_either_mutable_or_guarded() -> None:
    guarded = {rule.field for rule in Spec.rules if rule.holds is None}

    assert guarded | set(MUTABLE) == {field.alias for field in Spec.model_fields.values()}
    assert guarded.isdisjoint(MUTABLE)

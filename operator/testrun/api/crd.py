"""The CustomResourceDefinition, made from the models: ``python -m testrun.api.crd > crds/testing.ameide.io_testruns.yaml``.

Pydantic speaks JSON Schema, the API server a smaller language: structural schemas. The differences are taken out here, and a
construct that has no translation is an error, so that no bound is lost silently. The output depends on the models alone.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any

import pydantic
import yaml

from testrun.api import names
from testrun.api.schema import VALIDATIONS
from testrun.api.spec import Spec
from testrun.api.status import Status

Schema = dict[str, Any]

HEADER = "# Made from operator/testrun/api by `python -m testrun.api.crd`. Do not edit.\n"

_KEPT = frozenset(
    {
        "default", "description", "enum", "format", "maximum", "maxItems", "maxLength", "maxProperties", "minimum", "minItems",
        "minLength", "minProperties", "pattern", "required", "type",
        VALIDATIONS, "x-kubernetes-list-type", "x-kubernetes-list-map-keys",
    }
)  # fmt: skip
_DROPPED = frozenset({"title"})

_COLUMNS = (
    ("State", "string", ".status.state", 0, "Where the run is, or how it ended"),
    ("Passed", "integer", ".status.summary.passed", 0, "Tests that passed"),
    ("Failed", "integer", ".status.summary.failed", 0, "Tests that failed"),
    ("Errored", "integer", ".status.summary.errored", 1, "Tests that the machinery failed"),
    ("Shards", "integer", ".spec.playwright.shards", 0, "Parts that the tests are split into"),
    ("Duration", "number", '.status.phases[?(@.phase=="e2e")].durationSeconds', 1, "Seconds that the tests took"),
    ("Waiting", "string", ".status.waiting.reason", 1, "What the run waits for"),
    ("Message", "string", '.status.conditions[?(@.type=="Succeeded")].message', 1, "Why the run is where it is"),
    ("Image", "string", ".spec.playwright.image", 1, "Image of the tests"),
    ("Age", "date", ".metadata.creationTimestamp", 0, ""),
)


def structural(model: type[pydantic.BaseModel]) -> Schema:
    """The model's structural schema. Raises ``ValueError`` for what a structural schema cannot say."""
    schema = model.model_json_schema(by_alias=True)
    return _translate(schema, schema.get("$defs", {}), model.__name__)


def crd() -> Schema:
    """The CustomResourceDefinition of TestRun."""
    schema = {
        "type": "object",
        "description": "A TestRun runs end-to-end tests as shards in the cluster, and leaves JUnit evidence whatever happens.",
        "required": ["spec"],
        "properties": {
            "apiVersion": {"type": "string", "description": f"Version of the API of this object: {names.API_VERSION}."},
            "kind": {"type": "string", "description": f"{names.KIND}."},
            "metadata": {"type": "object"},
            "spec": structural(Spec),
            "status": structural(Status),
        },
    }
    version = {
        "name": names.VERSION,
        "served": True,
        "storage": True,
        "subresources": {"status": {}},
        "selectableFields": [{"jsonPath": ".status.state"}],
        "additionalPrinterColumns": [_column(*column) for column in _COLUMNS],
        "schema": {"openAPIV3Schema": schema},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{names.PLURAL}.{names.GROUP}"},
        "spec": {
            "group": names.GROUP,
            "scope": "Namespaced",
            "names": {
                "kind": names.KIND,
                "listKind": f"{names.KIND}List",
                "plural": names.PLURAL,
                "singular": names.SINGULAR,
                "shortNames": [names.SHORT_NAME],
            },
            "versions": [version],
        },
    }


def render() -> str:
    """The file, byte for byte as it is committed."""
    return HEADER + yaml.safe_dump(crd(), sort_keys=False, width=130, allow_unicode=True)


def _column(name: str, kind: str, path: str, priority: int, description: str) -> Schema:
    column: Schema = {"name": name, "type": kind, "jsonPath": path}
    if description:
        column["description"] = description
    if priority:
        column["priority"] = priority
    return column


def _translate(schema: Schema, defs: dict[str, Schema], where: str) -> Schema:
    schema = _resolve(schema, defs, where)
    result: Schema = {}
    for keyword, value in schema.items():
        if keyword in _KEPT:
            result[keyword] = value
        elif keyword == "properties":
            result[keyword] = {name: _translate(each, defs, f"{where}.{name}") for name, each in value.items()}
        elif keyword == "items":
            result[keyword] = _translate(value, defs, f"{where}[]")
        elif keyword == "const":
            result["enum"] = [value]
        elif keyword == "additionalProperties":
            _additional(result, value, defs, where)
        elif keyword not in _DROPPED and keyword != "$defs":
            raise ValueError(f"{where}: a structural schema has no {keyword}")
    if "description" in result:
        result["description"] = _flow(result["description"])
    if result.get("default", "") is None or result.get("default") == []:
        del result["default"]  # absent and empty mean the same
    if result.get("type") == "object" and "properties" in result and "default" in result:
        result["default"] = {}  # the API server fills in the fields' own defaults
    return dict(sorted(result.items(), key=lambda item: (item[0] in ("properties", "items"), item[0])))


def _resolve(schema: Schema, defs: dict[str, Schema], where: str) -> Schema:
    """The schema with its reference, or its one alternative besides null, put in its place. What stands next to them wins."""
    while "$ref" in schema or "anyOf" in schema:
        rest = {keyword: value for keyword, value in schema.items() if keyword not in ("$ref", "anyOf")}
        if "$ref" in schema:
            inner = defs[schema["$ref"].removeprefix("#/$defs/")]
        else:
            alternatives = [each for each in schema["anyOf"] if each != {"type": "null"}]
            if len(alternatives) != 1:
                raise ValueError(f"{where}: a structural schema has no alternatives of types")
            inner = alternatives[0]
        rules = [*inner.get(VALIDATIONS, ()), *rest.get(VALIDATIONS, ())]
        schema = {**inner, **rest, **({VALIDATIONS: rules} if rules else {})}
    return schema


def _additional(result: Schema, value: Any, defs: dict[str, Schema], where: str) -> None:
    if value is True:
        result["x-kubernetes-preserve-unknown-fields"] = True
    elif value is not False:  # False: the API server drops unknown fields, which no keyword says
        result["additionalProperties"] = _translate(value, defs, f"{where}.*")


def _flow(text: str) -> str:
    """A docstring as one paragraph of plain text."""
    return " ".join(inspect.cleandoc(text).split())


if __name__ == "__main__":
    sys.stdout.write(render())

"""The chart's files agree with each other and with the package. What Helm makes of them: tests/acceptance/chart."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from rendering import CHART, FREE_FORM, REPOSITORY, defaults, leaves

import testrun

CRD = "testing.ameide.io_testruns.yaml"
TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer"}

Schema = Mapping[str, Any]


@pytest.fixture(scope="module")
def chart() -> dict[str, Any]:
    return yaml.safe_load((CHART / "Chart.yaml").read_text())


@pytest.fixture(scope="module")
def values() -> dict[str, Any]:
    return defaults()


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return json.loads((CHART / "values.schema.json").read_text())


def resolved(part: Schema, schema: Schema) -> Schema:
    return schema["definitions"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part


def schema_leaves(part: Schema, schema: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    for key, reference in part["properties"].items():
        child = resolved(reference, schema)
        if "properties" in child and key not in FREE_FORM:
            yield from schema_leaves(child, schema, f"{path}{key}.")
        else:
            yield f"{path}{key}", child


def objects(part: object, path: str = "") -> Iterator[tuple[str, Schema]]:
    """Every part of the schema that describes a value, with where it stands."""
    if isinstance(part, dict):
        for key, child in part.items():
            if key in {"properties", "definitions"}:
                yield from ((f"{path}/{name}", each) for name, each in child.items() if "$ref" not in each)
                for name, each in child.items():
                    yield from objects(each, f"{path}/{name}")
            else:
                yield from objects(child, path)


def test_the_chart_has_the_version_of_the_package(chart: dict[str, Any]) -> None:
    assert (chart["version"], chart["appVersion"]) == (testrun.__version__, testrun.__version__)


def test_the_chart_has_the_crd_of_the_repository() -> None:
    assert (CHART / "crds" / CRD).read_bytes() == (REPOSITORY / "crds" / CRD).read_bytes()


def test_the_schema_knows_every_value_and_no_other(values: dict[str, Any], schema: dict[str, Any]) -> None:
    known = {path for path, _ in schema_leaves(schema, schema)}
    assert {path for path, _ in leaves(values)} == known - {"global"}  # Helm's own


def test_every_default_is_of_the_kind_the_schema_asks_for(values: dict[str, Any], schema: dict[str, Any]) -> None:
    rules = dict(schema_leaves(schema, schema))
    wrong = {
        path: default
        for path, default in leaves(values)
        if not (default in rules[path]["enum"] if "enum" in rules[path] else TYPES[type(default)] == rules[path]["type"])
        or not re.search(rules[path].get("pattern", ""), default if isinstance(default, str) else "")
    }
    assert wrong == {}


def test_every_value_has_a_description_in_the_schema(schema: dict[str, Any]) -> None:
    assert [path for path, part in objects(schema) if not part.get("description")] == []


def test_an_unknown_key_is_refused_wherever_the_keys_are_ours(schema: dict[str, Any]) -> None:
    open_objects = [
        path for path, part in objects(schema) if "properties" in part and part.get("additionalProperties") is not False
    ]
    assert open_objects == []
    assert schema["additionalProperties"] is False


def test_the_readme_has_a_row_for_every_value_and_its_default(values: dict[str, Any]) -> None:
    readme = (CHART / "README.md").read_text()
    rows = dict(re.findall(r"^\| `([^`]+)` \| (.*?) \| .*\|$", readme.partition("\n## Values\n")[2], re.MULTILINE))
    expected = {}
    for path, default in leaves(values):
        row = re.sub(r"^(operator|server)\.", "*.", path)
        expected[row if row in rows else path] = default
    assert rows.keys() == expected.keys()
    told = {row: yaml.safe_load(cell.strip("`")) for row, cell in rows.items() if row != "*.resources"}
    assert told == {row: default for row, default in expected.items() if row != "*.resources"}

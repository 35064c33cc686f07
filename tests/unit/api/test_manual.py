"""docs/spec/v1alpha1/testrun.md names every field, and its examples work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from testrun.api import body, crd
from testrun.api.template import OWN_ENVIRONMENT
from testrun.core import model
from testrun.core.status import ConditionType

PAGE = (Path(__file__).parents[3] / "docs" / "spec" / "v1alpha1" / "testrun.md").read_text()
SCHEMA = crd.crd()["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]
EXAMPLES = [each for each in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "kind: TestRun" in each]


def fields(schema: Any, path: str) -> Iterator[str]:
    for name, field in schema.get("properties", {}).items():
        yield f"{path}.{name}"
        yield from fields(field, f"{path}.{name}")
        yield from fields(field.get("items", {}), f"{path}.{name}")


@pytest.mark.parametrize("path", [*fields(SCHEMA["spec"], "spec"), *fields(SCHEMA["status"], "status")])
def test_every_field_is_named(path: str) -> None:
    name = path.rpartition(".")[2]

    assert re.search(rf"`[^`\n]*\b{name}\b[^`\n]*`", PAGE), f"{path} is not in the manual"


@pytest.mark.parametrize("word", [*model.Verdict, *model.State, *model.CleanupPolicy, *ConditionType, *OWN_ENVIRONMENT])
def test_every_word_of_the_api_is_explained(word: str) -> None:
    assert f"`{word}`" in PAGE


@pytest.mark.parametrize("example", EXAMPLES, ids=["first", "phases before", "template", "selectors"])
def test_the_examples_are_valid(example: str) -> None:
    assert body.parse(yaml.safe_load(example)).image == "registry.example/shop-e2e:7f3c2d1"


def test_the_defaults_are_those_of_the_api() -> None:
    playwright = SCHEMA["spec"]["properties"]["playwright"]["properties"]
    told = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", PAGE, re.MULTILINE))

    assert told == {name: str(field["default"]) for name, field in playwright.items() if isinstance(field.get("default"), int)}

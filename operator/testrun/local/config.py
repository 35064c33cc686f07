"""What a repository says about its own tests: ``ameide.toml``, or ``[tool.ameide]`` in ``pyproject.toml``; both are optional.

Plain records, which pydantic checks when there is something to check: most repositories have no such file, and loading it takes
longer than all the rest of the command.
"""

from __future__ import annotations

import dataclasses
import datetime
import pathlib
import tomllib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from testrun.core.phases import Phase
from testrun.core.preflight.checks import Intercepts
from testrun.core.preflight.clients import Demand

if TYPE_CHECKING:
    from testrun.local.discovery import Tool

FILE = "ameide.toml"
TABLE = "pyproject.toml"


class BadConfig(ValueError):
    """The configuration cannot be used: one sentence that names the file, the key and what is wrong."""


class _Table:
    __pydantic_config__: ClassVar[dict[str, Any]] = {"alias_generator": lambda name: name.replace("_", "-"), "extra": "forbid"}


class _Is:
    """What pydantic shall ask of a value, in the words of its core schemas (``ge``, ``min_length``, …)."""

    def __init__(self, **asked: Any) -> None:
        self._asked = asked

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return {**handler(source), **self._asked}


_STRICT = _Is(strict=True)
"""No other type passes for it: neither ``"5"`` nor ``true`` is a number. All other types of TOML pydantic tells apart by itself;
of whole records strictness would ask that they are records already.
"""
Count = Annotated[int, _STRICT, _Is(ge=0)]
Seconds = Annotated[int, _STRICT, _Is(ge=1, le=86400)]
Folders = Annotated[list[Annotated[str, _Is(min_length=1, max_length=1024)]], _Is(max_length=1000)]


@dataclasses.dataclass(frozen=True, kw_only=True)
class LocalPhase(_Table):
    """A phase that runs here."""

    timeout_seconds: Seconds = 1800
    min_tests: Count = 1


@dataclasses.dataclass(frozen=True, kw_only=True)
class TestPhase(LocalPhase):
    """``unit`` and ``integration``."""

    __test__ = False  # not a pytest class

    network: Literal["loopback", "host"] = "loopback"
    """``host``: tests may reach what this machine reaches, and the evidence says so."""
    environment: dict[str, str] = dataclasses.field(default_factory=dict)
    """Variables of the tests."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Policy(LocalPhase):
    allow: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    """The temporary allowlist; `rules.allowlist` reads its entries."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class E2E(_Table):
    """Phase 3."""

    testrun: str | None = None
    """Path of the TestRun manifest. Default: testrun.yaml beside the Playwright config."""
    image: str | None = None
    """Image, in place of the manifest's."""
    namespace: str | None = None
    telepresence: Demand = Demand.AUTO
    """Whether the client of this machine is asked, before anything runs."""
    intercepts: Intercepts | None = None
    """What an intercept of its own means. Default: as the manifest's preflight says, else ``Forbid``."""
    tilt: Demand = Demand.AUTO
    tilt_resources: Annotated[list[Annotated[str, _Is(min_length=1, max_length=253)]], _Is(max_length=50)] = dataclasses.field(
        default_factory=list
    )
    """Tilt resources that must be ready. Default: those that the manifest's preflight names."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Target(_Table):
    """So many tests are wanted by a day; one of ``tests``, ``files`` and ``workflows``."""

    tier: Literal["unit", "golden", "contract", "integration", "e2e"]
    package: str = "*"
    """Glob of folders of packages."""
    tests: Annotated[Count, _Is(ge=1)] | None = None
    files: Annotated[Count, _Is(ge=1)] | None = None
    workflows: Annotated[Count, _Is(ge=1, le=100)] | None = None
    """Percent of the declared workflows that have tests of the tier."""
    by: datetime.date | None = None
    """None: at once."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Gaps(_Table):
    """What `ameide gaps` looks for."""

    workflows: Annotated[str, _Is(min_length=1)] = "workflows.yaml"
    golden: Folders = dataclasses.field(default_factory=list)
    """Globs of test files that are golden tests."""
    contract: Folders = dataclasses.field(default_factory=list)
    targets: Annotated[list[Target], _Is(max_length=200)] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Gate(_Table):
    """What `ameide gate` demands, besides the targets that are due."""

    priorities: list[Literal["P1", "P2", "P3"]] = dataclasses.field(default_factory=lambda: ["P1"])
    """Workflows of these must have their tests."""
    packages: Folders = dataclasses.field(default_factory=list)
    """Globs of folders of packages, each of which must have an integration test."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Status(_Table):
    """What `ameide status` writes."""

    folder: Annotated[str, _Is(min_length=1)] = "docs/status"
    """Where its committed copy is, below the repository's root."""
    priorities: dict[str, Literal["P1", "P2", "P3"]] = dataclasses.field(default_factory=dict)
    """Glob of folders of packages -> how urgent they are."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Audit(_Table):
    """``ameide audit``."""

    name: Annotated[str, _Is(min_length=1, max_length=100, pattern=r"^[\w.-]+$")] = "test-audit"
    """What reports are called."""
    exclude: Folders = dataclasses.field(default_factory=list)
    """Globs of paths that it does not look at."""
    fail_on: Literal["critical", "major", "minor", "never"] = "critical"
    severity: dict[str, Literal["critical", "major", "minor", "off"]] = dataclasses.field(default_factory=dict)
    """Of rules, or of all rules of a scanner, in place of their own."""
    allow: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    """What is let pass for a while; `rules.allowlist` reads its entries."""
    plugins: Folders = dataclasses.field(default_factory=list)
    """Folders, by name or by path, in which plugins stand, besides those that are named so; their scanner reads them."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Config(_Table):
    """The whole configuration."""

    artifacts: Annotated[str, _Is(min_length=1)] = "artifacts"
    """Where runs are kept, below the repository's root or absolute."""
    keep: Annotated[Count, _Is(ge=1)] = 20
    """So many runs are kept there."""
    exclude: Folders = dataclasses.field(default_factory=list)
    """Globs of paths that are never looked at."""
    go: Folders | None = None
    jest: Folders | None = None
    pytest: Folders | None = None
    playwright: Folders | None = None
    policy: Policy = dataclasses.field(default_factory=Policy)
    unit: TestPhase = dataclasses.field(default_factory=TestPhase)
    integration: TestPhase = dataclasses.field(default_factory=TestPhase)
    e2e: E2E = dataclasses.field(default_factory=E2E)
    gaps: Gaps = dataclasses.field(default_factory=Gaps)
    gate: Gate = dataclasses.field(default_factory=Gate)
    status: Status = dataclasses.field(default_factory=Status)
    audit: Audit = dataclasses.field(default_factory=Audit)

    def tests(self, phase: Phase) -> TestPhase:
        """Of phase 1 or 2."""
        return self.unit if phase is Phase.UNIT else self.integration

    @property
    def chosen(self) -> dict[Tool, list[str]]:
        """The folders of each tool for which the configuration names any."""
        named: dict[Tool, list[str] | None] = {
            "go": self.go, "jest": self.jest, "pytest": self.pytest, "playwright": self.playwright,
        }  # fmt: skip
        return {tool: folders for tool, folders in named.items() if folders is not None}


def load(root: pathlib.Path) -> tuple[Config, str]:
    """The configuration and the name of the file that holds it (empty: there is none). Raises `BadConfig`."""
    own = _parsed(root, FILE)
    table = (_parsed(root, TABLE) or {}).get("tool", {})
    shared = table.get("ameide") if isinstance(table, Mapping) else None
    if own is not None and shared is not None:
        raise BadConfig(f"{FILE} and [tool.ameide] in {TABLE} both configure ameide: keep one of them")
    file = FILE if own is not None else TABLE
    found = own if own is not None else shared
    if found is None:
        return Config(), ""
    where = f"{file}: {'tool.ameide.' if file == TABLE else ''}"
    config = _checked(found, where)
    for tool, folders in config.chosen.items():
        for folder in folders:
            if not (root / folder).is_dir():
                raise BadConfig(f"{where}{tool}: there is no folder {folder}")
    for number, target in enumerate(config.gaps.targets):
        if sum(each is not None for each in (target.tests, target.files, target.workflows)) != 1:
            raise BadConfig(f"{where}gaps.targets.{number}: one of tests, files and workflows is wanted")
    if config.e2e.testrun is not None and not (root / config.e2e.testrun).is_file():
        raise BadConfig(f"{where}e2e.testrun: there is no file {config.e2e.testrun}")
    return config, file


def _checked(found: Any, where: str) -> Config:
    import pydantic

    try:
        return pydantic.TypeAdapter(Config).validate_python(found)
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        words = {
            "extra_forbidden": "unknown key",
            "unexpected_keyword_argument": "unknown key",
            "dataclass_type": "must be a table",
        }
        raise BadConfig(f"{where}{key}: {words.get(first['type'], first['msg'])}") from error


def _parsed(root: pathlib.Path, name: str) -> dict[str, Any] | None:
    try:
        with (root / name).open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        return None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        if name == TABLE:
            return None  # its own tools say what is wrong with it
        raise BadConfig(f"{name} cannot be read: {error}") from error

"""KUTTL's files as data: the part of its format that tests/kuttl uses (kuttl.dev, API kuttl.dev/v1beta1).

What is not known here is refused by its name. So a suite never passes because the runner passed over what it asks for.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

API = "kuttl.dev/v1beta1"
NAME = re.compile(r"^(?:(\d+)-)?([^-.]+)((?:-[^.]+)?)(?:\.yaml)?$")
TIMEOUT = 30
IGNORED = ("README*",)
"""Beside a suite's cases and a case's steps, as KUTTL has it when `ignoreFiles` says nothing else."""
Body = dict[str, Any]


class NotKnown(Exception):
    """A file asks for something that KUTTL has not, or that this runner does not do. The message names file and thing."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Command:
    """A program, or a script for ``sh``."""

    command: str = ""
    script: str = ""
    namespaced: bool = False
    ignore_failure: bool = False
    silent: bool = False
    timeout: int = 0
    """Seconds; 0: as the suite says; negative: none."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reference:
    """Objects to delete: one by its name, or all of a kind with these labels."""

    api_version: str
    kind: str
    name: str = ""
    namespace: str = ""
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Step:
    """What the files with one number say, in the order in which it is done."""

    index: int
    name: str
    delete: tuple[Reference, ...] = ()
    commands: tuple[Command, ...] = ()
    apply: tuple[Body, ...] = ()
    asserts: tuple[Body, ...] = ()
    errors: tuple[Body, ...] = ()
    checks: tuple[Command, ...] = ()
    collectors: tuple[str, ...] = ()
    timeout: int = 0
    """Seconds; 0: as the suite says."""

    def __str__(self) -> str:
        return f"{self.index}-{self.name}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Case:
    """A folder of steps, with a namespace of its own."""

    name: str
    folder: Path
    steps: tuple[Step, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Suite:
    """What ``kuttl-test.yaml`` says. Its folders are seen from where the runner is started, as with KUTTL."""

    name: str
    folders: tuple[Path, ...]
    timeout: int = TIMEOUT
    report: Path | None = None


def read_suite(file: Path) -> Suite:
    """Raises `NotKnown`."""
    (body,) = documents(file)
    known = {"testDirs", "timeout", "parallel", "reportFormat", "reportName", "artifactsDir"}
    said = _fields(file, body, "TestSuite", known)
    if said.get("parallel") != 1:
        raise NotKnown(f"{file}: parallel must be 1: cases run one after the other here")
    if said.get("reportFormat", "xml") != "xml":
        raise NotKnown(f"{file}: reportFormat must be xml")
    report = Path(said.get("artifactsDir", ".")) / f"{said.get('reportName', 'kuttl-report')}.xml"
    return Suite(
        name=body.get("metadata", {}).get("name", ""),
        folders=tuple(map(Path, said.get("testDirs", ()))),
        timeout=said.get("timeout") or TIMEOUT,
        report=report if "reportFormat" in said else None,
    )


def read_cases(folder: Path) -> list[Case]:
    """The folders within, by name. Raises `NotKnown`, also when there is none or one without a step: neither shows anything."""
    cases = [
        Case(name=each.name, folder=each, steps=tuple(read_steps(each))) for each in sorted(folder.iterdir()) if each.is_dir()
    ]
    empty = [case.name for case in cases if not case.steps]
    if empty or not cases:
        raise NotKnown(f"{folder}: no step in {', '.join(empty) or 'it'}")
    return cases


def read_steps(folder: Path) -> list[Step]:
    """By their numbers. KUTTL passes over files without one; here every file must have one, or be a README."""
    numbered: dict[int, list[Path]] = {}
    for file in sorted(folder.iterdir()):
        if any(fnmatch.fnmatch(file.name, pattern) for pattern in IGNORED):
            continue
        match = NAME.match(file.name)
        if match is None or match[1] is None or not file.is_file():
            raise NotKnown(f"{file}: a file of a case is called NUMBER-NAME.yaml, NUMBER-assert.yaml or NUMBER-errors.yaml")
        numbered.setdefault(int(match[1]), []).append(file)
    return [read_step(index, files) for index, files in sorted(numbered.items())]


def read_step(index: int, files: Iterable[Path]) -> Step:
    step = Step(index=index, name="")
    for file in files:
        match = NAME.match(file.name)
        assert match is not None
        for body in documents(file):
            step = _READERS.get(match[2].lower(), _applied)(file, step, body)
        if not step.name and match[2].lower() not in _READERS:
            step = dataclasses.replace(step, name=match[2] + match[3])
    return step


def _applied(file: Path, step: Step, body: Body) -> Step:
    if body.get("kind") != "TestStep":
        if not body.get("metadata", {}).get("name"):
            raise NotKnown(f"{file}: an object that is applied needs metadata.name")
        return dataclasses.replace(step, apply=(*step.apply, _object(file, body)))
    if step.delete or step.commands:
        raise NotKnown(f"{file}: only one TestStep a step")
    said = _fields(file, body, "TestStep", {"delete", "commands"})
    return dataclasses.replace(
        step,
        name=body.get("metadata", {}).get("name", step.name),
        delete=tuple(_reference(file, each) for each in said.get("delete", ())),
        commands=tuple(_command(file, each, {"ignoreFailure", "timeout"}) for each in said.get("commands", ())),
    )


def _asserted(file: Path, step: Step, body: Body) -> Step:
    if body.get("kind") != "TestAssert":
        return dataclasses.replace(step, asserts=(*step.asserts, _object(file, body)))
    if step.timeout or step.checks or step.collectors:
        raise NotKnown(f"{file}: only one TestAssert a step")
    said = _fields(file, body, "TestAssert", {"timeout", "commands", "collectors"})
    return dataclasses.replace(
        step,
        timeout=said.get("timeout", 0),
        checks=tuple(_command(file, each) for each in said.get("commands", ())),
        collectors=tuple(_collector(file, each) for each in said.get("collectors", ())),
    )


def _forbidden(file: Path, step: Step, body: Body) -> Step:
    return dataclasses.replace(step, errors=(*step.errors, _object(file, body)))


_READERS = {"assert": _asserted, "errors": _forbidden}


def _object(file: Path, body: Body) -> Body:
    if not body.get("apiVersion") or not body.get("kind"):
        raise NotKnown(f"{file}: an object needs apiVersion and kind")
    if body["apiVersion"].startswith("kuttl.dev/"):
        raise NotKnown(f"{file}: no {body['kind']} of {body['apiVersion']} here")
    return body


def _command(file: Path, said: Body, more: Iterable[str] = ()) -> Command:
    _known(file, "a command", said, {"command", "script", "namespaced", "skipLogOutput", *more})
    if ("command" in said) == ("script" in said):
        raise NotKnown(f"{file}: a command has either command or script")
    if "script" in said and said.get("namespaced"):
        raise NotKnown(f"{file}: a script is not namespaced: it has $NAMESPACE")
    return Command(
        command=said.get("command", ""),
        script=said.get("script", ""),
        namespaced=said.get("namespaced", False),
        ignore_failure=said.get("ignoreFailure", False),
        silent=said.get("skipLogOutput", False),
        timeout=said.get("timeout", 0),
    )


def _reference(file: Path, said: Body) -> Reference:
    _known(file, "delete", said, {"apiVersion", "kind", "name", "namespace", "labels"})
    if not said.get("apiVersion") or not said.get("kind"):
        raise NotKnown(f"{file}: what is to be deleted needs apiVersion and kind")
    return Reference(
        api_version=said["apiVersion"],
        kind=said["kind"],
        name=said.get("name", ""),
        namespace=said.get("namespace", ""),
        labels=said.get("labels", {}),
    )


def _collector(file: Path, said: Body) -> str:
    _known(file, "a collector (only those with a command)", said, {"type", "command"})
    if said.get("type", "command") != "command" or "command" not in said:
        raise NotKnown(f"{file}: only collectors with a command are known here")
    return str(said["command"])


def _fields(file: Path, body: Body, kind: str, known: set[str]) -> Body:
    if body.get("apiVersion") != API or body.get("kind") != kind:
        raise NotKnown(f"{file}: expected a {kind} of {API}, found {body.get('kind')} of {body.get('apiVersion')}")
    said = {key: value for key, value in body.items() if key not in ("apiVersion", "kind", "metadata")}
    _known(file, f"a {kind}", said, known)
    return said


def _known(file: Path, what: str, said: Body, known: set[str]) -> None:
    if unknown := sorted(set(said) - known):
        raise NotKnown(f"{file}: {what} may have {', '.join(sorted(known))} here, not {', '.join(unknown)}")


class _Loader(yaml.SafeLoader):
    """A time stays the text that it is in JSON, which is what KUTTL compares."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def documents(file: Path) -> list[Body]:
    """The YAML objects of a file."""
    try:
        found = [each for each in yaml.load_all(file.read_text(), _Loader) if each is not None]
    except (OSError, yaml.YAMLError) as error:
        raise NotKnown(f"{file}: {error}") from None
    if not all(isinstance(each, dict) for each in found):
        raise NotKnown(f"{file}: every document must be a map")
    return found

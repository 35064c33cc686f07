"""The settings that configuration files say: Helm values, compose and env files, simple Kubernetes manifests. Pure.

YAML is read event by event: a file of a stranger may nest as deep as it likes, and refer to itself.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import yaml

from testrun.audit import languages

MOST = 2000
"""So many values of a file are looked at; one with more holds data."""
_ASIDE = re.compile(r"(?:^|/)(?:testdata|fixtures|cassettes|__snapshots__|\.github|crds)/")
_VALUES = re.compile(r"(?:^|/)(?:[\w.-]*[.-])?values(?:[._-][\w.-]+)?\.ya?ml$")
_COMPOSE = re.compile(r"(?:^|/)(?:docker-)?compose(?:[._-][\w.-]+)?\.ya?ml$")
_ENV = re.compile(r"(?:^|/)(?:\.env(?:\.[\w.-]+)?|[\w-]+\.env)$")
_KUSTOMIZE = re.compile(r"(?:^|/)kustomization\.ya?ml$")
_MANIFEST = re.compile(
    r"(?:^|/)(?:k8s|kubernetes|manifests?|deploy(?:ments?)?|kustomize|overlays|base|gitops)/(?:[\w.-]+/)*[\w.-]+\.ya?ml$"
    r"|(?:^|/)[\w.-]*(?:config-?map|deployment)[\w.-]*\.ya?ml$"
)
_LINE = re.compile(
    r"[ \t]*(?:export[ \t]+)?(?P<key>[A-Za-z_]\w*)[ \t]*=[ \t]*(?P<value>\"[^\"]*\"|'[^']*'|[^#\r\n]*?)[ \t]*(?:[ \t]#.*)?\r?"
)
_ENVIRONMENT = re.compile(r"(?:env|environment|extraenv|envvars|extraenvvars|data|stringdata|configmap|secrets?)$", re.IGNORECASE)
"""Below these stand the names of environment variables: what is above them says nothing about which one it is."""


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """``key`` is the path to it, with dots."""

    key: str
    value: str
    line: int


def is_one(path: str) -> bool:
    """Whether a file is one of these, by its path."""
    if languages.is_foreign(path) or _ASIDE.search(path):
        return False
    return any(each.search(path) for each in (_VALUES, _COMPOSE, _ENV, _KUSTOMIZE, _MANIFEST))


def is_compose(path: str) -> bool:
    return _COMPOSE.search(path) is not None and not languages.is_foreign(path)


def read(path: str, data: bytes) -> list[Setting]:
    """What a file sets. One that cannot be read says nothing: others complain about it."""
    if _ENV.search(path):
        return list(_of_env(data))
    if b"{{" in data and not _VALUES.search(path):
        return []  # a template
    try:
        known = _flat(data)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError):
        return []
    if _KUSTOMIZE.search(path):
        return list(_of_kustomize(known))
    manifest = any(key[1:] == ("kind",) for key in known)
    if manifest and not _VALUES.search(path):
        known = {key: each for key, each in known.items() if known.get((key[0], "kind"), ("", 0))[0] in _KINDS}
    elif not (_VALUES.search(path) or _COMPOSE.search(path)):
        return []
    return list(_of_tree(known))


def is_of_a_machine(path: str) -> bool:
    """Whether what a file says holds for the machine; what others say, for the inside of a cluster."""
    return _COMPOSE.search(path) is not None or _ENV.search(path) is not None


_KINDS = ("ConfigMap", "Secret", "Deployment", "StatefulSet", "Service", "Namespace", "Job", "DaemonSet")
Flat = dict[tuple[str, ...], tuple[str, int]]
"""Each scalar with its line, by the keys that lead to it: the document's number first, positions in lists as digits."""


def _of_env(data: bytes) -> Iterator[Setting]:
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines()[:MOST], start=1):
        match = _LINE.fullmatch(line)
        if match is not None:
            value = match["value"]
            yield Setting(match["key"], value[1:-1] if value[:1] in ("'", '"') and len(value) > 1 else value, number)


def _flat(data: bytes) -> Flat:
    result: Flat = {}
    path: list[str | int | None] = []
    for event in yaml.parse(data, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        match event:
            case yaml.DocumentStartEvent():
                path = [(path[0] if path and isinstance(path[0], int) else -1) + 1]
            case yaml.MappingStartEvent():
                _step(path, "?")
                path.append(None)
            case yaml.SequenceStartEvent():
                _step(path, "?")
                path.append(-1)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                path.pop()
                _done(path)
            case yaml.ScalarEvent() | yaml.AliasEvent():
                value = event.value if isinstance(event, yaml.ScalarEvent) else ""
                if _step(path, value):
                    if len(path) < 24:
                        result[tuple(map(str, path))] = (value, (event.start_mark.line + 1 if event.start_mark else 0))
                    _done(path)
                if len(result) > MOST:
                    break
    return result


def _step(path: list[str | int | None], scalar: str) -> bool:
    """Take the next event: as a key, which False says, or as a value at the place to which the path now leads."""
    if len(path) > 1 and path[-1] is None:
        path[-1] = scalar
        return False
    if len(path) > 1 and isinstance(path[-1], int):
        path[-1] += 1
    return True


def _done(path: list[str | int | None]) -> None:
    if len(path) > 1 and isinstance(path[-1], str):
        path[-1] = None


def _of_tree(known: Flat) -> Iterator[Setting]:
    for path, (value, line) in known.items():
        keys = [each for each in path[1:] if not each.isdigit()]
        last = keys[-1] if keys else ""
        if last == "name" and (*path[:-1], "value") in known:
            yield Setting(value, known[*path[:-1], "value"][0], known[*path[:-1], "value"][1])
        elif last == "repository" and keys[-2:-1] != []:
            yield from _image(keys[:-1], value, path, known)
        elif path[-1].isdigit() and last == "ports":
            yield from _published(".".join(keys), value, line)
        elif path[-1].isdigit() and _ENVIRONMENT.fullmatch(last):
            key, equals, given = value.partition("=")
            if equals:
                yield Setting(key, _resolved(given), line)
        elif last == "containerPort" or (last == "port" and "ports" in keys):
            yield Setting("port", value, line)
        elif keys and not (last == "value" and (*path[:-1], "name") in known):
            start = max((at + 1 for at, each in enumerate(keys[:-1]) if _ENVIRONMENT.fullmatch(each)), default=0)
            yield Setting(".".join(keys[start:]), _resolved(value), line)


def _image(keys: list[str], repository: str, path: tuple[str, ...], known: Flat) -> Iterator[Setting]:
    """A repository and a tag beside it, and perhaps the registry."""
    tag, line = known.get((*path[:-1], "tag"), ("", 0))
    registry = known.get((*path[:-1], "registry"), ("", 0))[0]
    if tag:
        yield Setting(".".join(keys), f"{registry}/{repository}:{tag}" if registry else f"{repository}:{tag}", line)


def _published(key: str, value: str, line: int) -> Iterator[Setting]:
    """``127.0.0.1:5433:5432/tcp``: what a machine sees, and what a container does."""
    for each in dict.fromkeys(re.findall(r"(?:^|:)(\d{2,5})(?=[:/]|$)", value)):
        yield Setting(key.removesuffix("ports") + "port", each, line)


def _resolved(value: str) -> str:
    """``${PORT:-8080}`` is 8080 when nobody says otherwise."""
    match = re.fullmatch(r"\$\{\w+:?-([^}]*)\}", value)
    return match[1] if match is not None else value


def _of_kustomize(known: Flat) -> Iterator[Setting]:
    for path, (value, line) in known.items():
        if path[1:] == ("namespace",):
            yield Setting("namespace", value, line)
        elif path[1:2] == ("images",) and path[-1] == "newTag":
            name = known.get((*path[:-1], "newName"), known.get((*path[:-1], "name"), ("", 0)))[0]
            yield Setting(f"{name.rpartition('/')[2]}.image", f"{name}:{value}", line)
        elif "literals" in path and path[-1].isdigit():
            key, _, given = value.partition("=")
            yield Setting(key, given, line)

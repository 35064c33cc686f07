"""The plugins and adapters of a repository: those that stand below folders named so, and those that are declared. Pure."""

from __future__ import annotations

import configparser
import dataclasses
import re
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from testrun.audit import languages
from testrun.core.text import plain, spaced

KINDS = ("adapter", "plugin", "provider", "driver", "connector", "backend", "integrations")
"""Folders of these names, in the plural too, hold one in each file and folder. `integration` mostly holds tests."""
_INNER = re.compile(
    r"src|lib|libs|internal|pkg|source|dist|app|cmd|server|backend|frontend|api|scripts?|hooks?|skills?|bin", re.IGNORECASE
)
"""Layers of one plugin, not plugins."""
_PARTS = re.compile(
    r"(?:.*[._-])?(?:base\w*|abstract\w*|interfaces?|types?|typing|registry|registrar|factory|factories|utils?|utilities|helpers?|common|"
    r"constants?|const|enums?|errors?|exceptions?|schemas?|models?|configs?|configuration|settings|options|(?:down)?loader|manager|"
    r"mixins?|decorators?|protocols?|contracts?|dto|entity|entities|mappers?|module|middlewares?|templates?|mocks?|fakes?|stubs?|"
    r"requests?|test[-_]?(?:suites?|utils?|kit|helpers?|s|ing)?|in[-_]memory)|index|main|mod|docs?|shared|core|internal|dummy|memory|"
    r"null|noop|console|setup|version|axios|https?|api|client|fetch|\w*requests?|installer|builder|runner|executor|sandbox|discovery|clients|services?|session|credentials|"
    r"properties",
    re.IGNORECASE,
)
"""What stands beside plugins and is none, or none that talks to anything."""
_OF_A_PROTOCOL = re.compile(
    r"(?:(?:https?|rest|web|net|tcp|udp|sockets?|websockets?|web-?hooks?|grpc|dns|oauth[12]?|oidc|open-?id(?:-connect)?|saml2?|responses?|query|writer|listener|custom|generic)"
    r"(?:[._-]|$))+",
    re.IGNORECASE,
)
"""What talks to whoever speaks it: a server that a test starts is as good as any."""
_PREFIXED = re.compile(r"(?:grpc|base|abstract|mock|fake|stub|dummy|null|noop|in[-_]?memory)(?:[A-Z_-].*)?$|I[A-Z][a-z]\w*$|_")
_STAND_IN = re.compile(r"/_*(?:mock|fake|stub)(?:s|ed)?_*/")
"""Within a plugin, what its tests put in its place."""
_BASE = re.compile(r"_?(?:base|abstract)", re.IGNORECASE)
_SHARED = re.compile(r"internal|pkg|shared|common|utils?|helpers?", re.IGNORECASE)
"""Beside plugins these hold what they share."""
_ASIDE = re.compile(r"(?:^|/)(?:shared|common|utils?|helpers?)/[^/]+$|(?:^|/)(?:examples?|samples?|demos?|docs?)/", re.IGNORECASE)
"""What plugins share, by plugin; and none of the product's."""
_EXAMPLE = re.compile(r"(?:examples?|samples?|demos?|templates?)(?:/|$)", re.IGNORECASE)
"""What shows how a plugin is made."""
_COMMANDS = re.compile(r"(?:^|/)(?:cli|commands?)/")
_FEW = 3
_SCRIPTS = frozenset({"console_scripts", "gui_scripts", "pytest11"})


@dataclasses.dataclass(kw_only=True)
class Plugin:
    name: str
    kind: str
    """What it is called after its folder, in the singular."""
    folder: str
    """All of it stands below; of one file, the file without its ending."""
    paths: list[str] = dataclasses.field(default_factory=list)
    declared: Declared | None = None

    @property
    def holder(self) -> str:
        """The folder that it stands in beside others."""
        return self.folder.rpartition("/")[0]


class Declared(NamedTuple):
    """An entry point, as it is kept, and the file that declares it."""

    group: str
    name: str
    target: str
    line: int
    code: str
    path: str = ""

    @property
    def project(self) -> str:
        """The folder of what declares it; empty: that of the repository."""
        return self.path.rpartition("/")[0]


def find(paths: Collection[str], more: Iterable[str], declared: Iterable[Declared]) -> list[Plugin]:
    """``paths`` are those of code that is no test; ``more`` are further folders, by name or by path."""
    extra = tuple(f"/{each.strip('/').lower()}/" for each in more)
    holders: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        holder = _holder(path, extra)
        if holder and not _ASIDE.search(holder) and _may_hold(path) and not _STAND_IN.search(path, len(holder)):
            holders[holder].append(path)
    found = {each.folder: each for holder, below in holders.items() for each in _in(holder, below)}
    for entry in declared:
        if _EXAMPLE.search(entry.project):
            continue
        _declare(found, entry, paths)
    for each in found.values():
        each.paths.sort(key=lambda path: (plain(each.name) not in plain(_stem(path)), path))
    return sorted(found.values(), key=lambda one: one.folder)


def _may_hold(path: str) -> bool:
    return not path.endswith((".tsx", ".jsx")) and not re.search(r"\.(?:config|stories|d)\.\w+$", path)


def _holder(path: str, extra: tuple[str, ...]) -> str:
    """The innermost folder that holds plugins, of those that the path leads through; empty: none."""
    parts = path.split("/")[:-1]
    for at in range(len(parts), 0, -1):
        folder = "/".join(parts[:at])
        if (kind_of(parts[at - 1]) and not _is_none(path, parts[at - 1])) or f"/{folder.lower()}/".endswith(extra):
            return folder
    return ""


def _is_none(path: str, folder: str) -> bool:
    """Elsewhere than in Go a folder ``backend`` is the one that a front end asks, or all that asks it; one of a command line has
    commands.
    """
    return (folder.lower() == "backend" and not path.endswith(".go")) or _COMMANDS.search(path) is not None


def kind_of(folder: str) -> str:
    """What stands in a folder of that name; empty: no plugins."""
    name = folder.lower()
    return next((kind.removesuffix("s") for kind in KINDS if name in (kind, f"{kind}s") or name.endswith(f"_{kind}s")), "")


def _in(holder: str, paths: list[str]) -> Iterator[Plugin]:
    kind = kind_of(holder.rpartition("/")[2]) or "plugin"
    inside: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        head, slash, _ = path[len(holder) + 1 :].partition("/")
        inside[head if slash else ""].append(path)
    yield from _files(kind, holder, inside.pop("", []))
    for name, below in inside.items():
        yield from _folder(kind, f"{holder}/{name}", below)


def _files(kind: str, holder: str, paths: list[str]) -> Iterator[Plugin]:
    """Each file is one."""
    for path in paths:
        name = _named(path, kind)
        if name and plain(name) != plain(holder.rpartition("/")[2]):
            yield Plugin(name=name, kind=kind, folder=re.sub(r"\.\w+$", "", path), paths=[path])


def _folder(kind: str, folder: str, paths: list[str]) -> Iterator[Plugin]:
    """One plugin, or a group of such."""
    name = folder.rpartition("/")[2]
    if _SHARED.fullmatch(name):
        return
    inside: dict[str, list[str]] = defaultdict(list)
    for each in paths:
        head, slash, _ = each[len(folder) + 1 :].partition("/")
        inside[head if slash else ""].append(each)
    direct = inside.pop("", [])
    called = [each for each in paths if _stem(each).lower().endswith(kind) and _named(each, kind)]
    if _is_group(inside, direct) or (len(called) > 1 and _are_apart(called, inside)):
        for inner, below in inside.items():
            yield from _folder(kind, f"{folder}/{inner}", below)
    elif len(called) > 1:
        yield from _files(kind, folder, called)
    elif _have_base(kind, name, direct):
        yield from _files(kind, folder, direct)
    elif not _is_part(name) and not _PREFIXED.match(name):
        yield Plugin(name=_bare(name, kind), kind=kind, folder=folder, paths=paths)


def _have_base(kind: str, name: str, direct: list[str]) -> bool:
    """Files of one folder that are called otherwise than it, beside what they build on; in Go a folder is one package."""
    others = [each for each in direct if plain(name) not in plain(_stem(each))]
    based = any(
        _BASE.match(_stem(each)) or (plain(_stem(each)) == plain(name + kind) and not each.endswith(".go")) for each in direct
    )
    return based and len(direct) > _FEW and 2 * len(others) > len(direct)


def _is_group(inside: dict[str, list[str]], direct: list[str]) -> bool:
    """Folders without code beside them, or of which most hold a file of their name."""
    others = {name: below for name, below in inside.items() if not _INNER.fullmatch(name)}
    own = sum(any(plain(_stem(each).partition(".")[0]) == plain(name) for each in below) for name, below in others.items())
    if len(others) >= _FEW and 2 * own > len(others):
        return True
    return bool(others) and not direct and len(others) == len(inside)


def _are_apart(called: list[str], inside: dict[str, list[str]]) -> bool:
    """Each of these files has a folder of its own."""
    return all(sum(each in below for below in inside.values()) == 1 for each in called) and all(
        sum(each in called for each in below) < 2 for below in inside.values()
    )


def _stem(path: str) -> str:
    return re.sub(r"\.\w+$", "", path.rpartition("/")[2])


def _named(path: str, kind: str) -> str:
    """The name of a plugin that is a file; empty: it is none."""
    stem = _stem(path)
    bare = _bare(stem, kind)
    return "" if not bare or _is_part(bare) or _is_part(stem) or _PREFIXED.match(stem) else bare


def _is_part(name: str) -> bool:
    told = spaced(name).replace(" ", "-")
    return _PARTS.fullmatch(told) is not None or _OF_A_PROTOCOL.fullmatch(told) is not None


def _bare(name: str, kind: str) -> str:
    """Without the word that says what it is."""
    return re.sub(rf"[._-]?{kind}s?$", "", name, flags=re.IGNORECASE)


def entry_points(path: str, data: bytes) -> list[list[Any]]:
    """Those that a project declares, but for its scripts."""
    content = data.decode("utf-8", "replace")
    lines = content.splitlines()
    try:
        groups = _of_toml(content) if path.endswith(".toml") else _of_cfg(content)
        pairs = [(str(group), str(name), target) for group, names in groups.items() for name, target in names.items()]
    except (ValueError, configparser.Error, AttributeError, TypeError, RecursionError):
        return []
    result = []
    for group, name, target in pairs:
        if group not in _SCRIPTS and isinstance(target, str) and re.match(r"[A-Za-z_][\w.]*", target):
            said = re.compile(rf"""\s*["']?{re.escape(name)}["']?\s*=\s*["']?{re.escape(target.split()[0])}""")
            line = next((number for number, each in enumerate(lines, start=1) if said.match(each)), 1)
            result.append([group, name, target, line, lines[line - 1].strip()[:200] if lines else ""])
    return result


def _of_toml(content: str) -> dict[str, Any]:
    table = tomllib.loads(content)
    own = table.get("project", {}).get("entry-points", {})
    return {**own, **table.get("tool", {}).get("poetry", {}).get("plugins", {})}


def _of_cfg(content: str) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser()
    parser.read_string(content)
    if not parser.has_section("options.entry_points"):
        return {}
    return {
        group: {left.strip(): right.strip() for left, eq, right in (line.partition("=") for line in value.splitlines()) if eq}
        for group, value in parser.items("options.entry_points")
    }


def _declare(found: dict[str, Plugin], entry: Declared, paths: Collection[str]) -> None:
    """A plugin that is known already is declared now; one that is not is known now."""
    module = entry.target.partition(":")[0].strip().replace(".", "/")
    for root in ("", "src/"):
        stem = f"{entry.project}/{root}{module}".lstrip("/")
        known = next((each for each in found.values() if f"{stem}.py" in each.paths or each.folder == stem), None)
        if known is not None:
            known.declared = known.declared or entry
            return
        if f"{stem}.py" in paths:
            found[stem] = Plugin(name=entry.name, kind="plugin", folder=stem, paths=[f"{stem}.py"], declared=entry)
            return
        if f"{stem}/__init__.py" in paths:
            below = [each for each in paths if each.startswith(f"{stem}/") and languages.of(each) == "python"]
            found[stem] = Plugin(name=entry.name, kind="plugin", folder=stem, paths=below, declared=entry)
            return

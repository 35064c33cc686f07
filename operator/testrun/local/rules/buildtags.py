"""Which phase a Go file belongs to, by its build constraints: ``//go:build`` lines, ``// +build`` lines and names. Pure.

Follows go/build of Go 1.26 (`shouldBuild`, `goodOSArchFile`, `matchTag`), with one difference: the platform is open. A file that
any platform, any Go release or any of the toolchain's own modes would build does run, though perhaps not here; a tag of the
repository's own, except ``integration``, is one that no phase sets.
"""

from __future__ import annotations

import dataclasses
import enum
import re
from collections.abc import Iterator

from testrun.local.rules import constraint
from testrun.local.rules.constraint import All, Any, Expression, Not, Tag

INTEGRATION = "integration"

_UNIX = frozenset(
    {"aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "linux", "netbsd", "openbsd", "solaris"}
)
_KNOWN_OS = _UNIX | {"js", "nacl", "plan9", "wasip1", "windows", "zos"}
_KNOWN_ARCH = frozenset(
    {
        "386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "loong64", "mips", "mipsle", "mips64", "mips64le",
        "mips64p32", "mips64p32le", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x", "sparc", "sparc64", "wasm",
    }
)  # fmt: skip
_ALSO = {"android": "linux", "illumos": "solaris", "ios": "darwin"}
# What the toolchain sets by itself or by a flag of its own, on some machine: either value is possible.
_OPEN = re.compile(
    r"cgo|gc|gccgo|race|msan|asan|boringcrypto|go1\.\d+|goexperiment\.\w+"
    r"|(?:386|amd64|arm|arm64|mips\w*|ppc64|ppc64le|riscv64|wasm)\.[\w.]+"
)


class Runs(enum.Flag):
    """The builds that a file takes part in on some platform."""

    NOWHERE = 0
    UNIT = enum.auto()
    """``go test``."""
    INTEGRATION = enum.auto()
    """``go test -tags=integration``."""

    @property
    def phase(self) -> Runs:
        """The one phase that runs the file's tests. Phase 2 runs only those that need its tag."""
        return Runs.UNIT if Runs.UNIT in self else self


def runs(path: str, data: bytes) -> Runs:
    """The builds of a file, from its path and its content. Raises `constraint.ConstraintError` for one that Go refuses."""
    expression = constraint.read(data)
    named = _platform_of(path.rpartition("/")[2])
    found = Runs.NOWHERE
    for build in (Runs.UNIT, Runs.INTEGRATION):
        if _possible(expression, named, integration=build is Runs.INTEGRATION):
            found |= build
    return found


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Platform:
    """An empty name is any other system or processor than those that are named."""

    os: str = ""
    arch: str = ""


def is_for_one_platform(name: str) -> bool:
    """Whether a file's name alone keeps it from some systems or processors."""
    return _platform_of(name) != _Platform()


def _platform_of(name: str) -> _Platform:
    """What a file's name asks for, as in ``x_linux_arm64_test.go``; empty where it does not."""
    parts = name.partition(".")[0].split("_")[1:]
    if parts and parts[-1] == "test":
        parts.pop()
    if len(parts) >= 2 and parts[-2] in _KNOWN_OS and parts[-1] in _KNOWN_ARCH:
        return _Platform(os=parts[-2], arch=parts[-1])
    last = parts[-1] if parts else ""
    return _Platform(os=last if last in _KNOWN_OS else "", arch=last if last in _KNOWN_ARCH else "")


def _possible(expression: Expression, named: _Platform, *, integration: bool) -> bool:
    # Each platform is tried by itself, for `linux && windows` is possible term by term and still nowhere true.
    tags = set(_tags(expression))
    systems = _KNOWN_OS if tags & (_KNOWN_OS | {"unix"}) or named.os else ("",)
    arches = {tag for tag in tags if tag in _KNOWN_ARCH} | {named.arch, ""}
    for system in systems:
        if named.os and named.os not in (system, _ALSO.get(system)):
            continue
        for arch in arches:
            if named.arch in ("", arch) and True in _values(expression, _Platform(os=system, arch=arch), integration):
                return True
    return False


def _tags(expression: Expression) -> Iterator[str]:
    match expression:
        case Tag(name=name):
            yield name
        case Not(term=term):
            yield from _tags(term)
        case All(terms=terms) | Any(terms=terms):
            for each in terms:
                yield from _tags(each)


_BOTH = frozenset({True, False})
_ONLY = {value: frozenset({value}) for value in (True, False)}


def _values(expression: Expression, platform: _Platform, integration: bool) -> frozenset[bool]:
    """The values an expression can have on a platform."""
    match expression:
        case Not(term=term):
            return frozenset(not value for value in _values(term, platform, integration))
        case All(terms=terms) | Any(terms=terms):
            joined = all if isinstance(expression, All) else any
            each = [_values(term, platform, integration) for term in terms]
            # The least and the greatest are enough: both joins grow with each of their terms.
            return frozenset({joined(min(values) for values in each), joined(max(values) for values in each)})
        case Tag(name=name):
            return _tag(name, platform, integration)


def _tag(name: str, platform: _Platform, integration: bool) -> frozenset[bool]:
    if name in _KNOWN_OS:
        return _ONLY[name in (platform.os, _ALSO.get(platform.os))]
    if name == "unix":
        return _ONLY[platform.os in _UNIX]
    if name in _KNOWN_ARCH:
        return _ONLY[name == platform.arch]
    if _OPEN.fullmatch(name):
        return _BOTH
    return _ONLY[integration and name == INTEGRATION]

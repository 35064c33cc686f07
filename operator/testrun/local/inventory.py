"""Which tests there are, as far as is known before they run: from Go's sources, and from what Jest and pytest told phase 0."""

from __future__ import annotations

import dataclasses
import posixpath
from collections.abc import Iterable, Mapping

from testrun.core.phases import Phase
from testrun.local.discovery import Project, below
from testrun.local.rules import buildtags, classify, constraint
from testrun.local.rules.source import File
from testrun.local.tools import go


@dataclasses.dataclass(frozen=True, kw_only=True)
class GoTests:
    """The test functions of Go's files. ``tagged`` are the files that need ``-tags=integration``."""

    functions: go.Functions = dataclasses.field(default_factory=dict)
    tagged: frozenset[str] = frozenset()

    def packages(self, project: Project, phase: Phase) -> dict[str, set[str]]:
        """Folder of each package of the module that has tests of the phase -> their names."""
        found: dict[str, set[str]] = {}
        for (folder, name), place in self.functions.items():
            inside = folder == project.folder or below(folder, project.folder)
            elsewhere = any(folder == each or below(folder, each) for each in project.leave_out)
            if inside and not elsewhere and (place.file in self.tagged) == (phase is Phase.INTEGRATION):
                found.setdefault(folder, set()).add(name)
        return found


@dataclasses.dataclass(frozen=True, kw_only=True)
class Inventory:
    go: GoTests = GoTests()
    known: Mapping[str, Mapping[Phase, int]] = dataclasses.field(default_factory=dict)
    """Name of a Jest or pytest project -> how many files or tests each phase has; what is not here is not known."""

    def has_none(self, project: Project, phase: Phase) -> bool:
        """It is known that the project has no test of that phase."""
        if project.tool == "go":
            return not self.go.packages(project, phase)
        return self.known.get(project.name, {}).get(phase) == 0


def of_go(files: Iterable[File]) -> GoTests:
    """What Go's test files hold. Reads them."""
    functions: dict[tuple[str, str], go.Function] = {}
    tagged: set[str] = set()
    for file in files:
        data = file.text() if file.name.endswith("_test.go") else None
        if data is None:
            continue
        try:
            phase = buildtags.runs(file.path, data).phase
        except constraint.ConstraintError:
            continue
        if phase is buildtags.Runs.INTEGRATION:
            tagged.add(file.path)
        if phase is not buildtags.Runs.NOWHERE:
            for name, line in classify.functions(data):
                functions[posixpath.dirname(file.path) or ".", name] = go.Function(file=file.path, line=line)
    return GoTests(functions=functions, tagged=frozenset(tagged))

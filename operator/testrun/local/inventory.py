"""Which tests there are, as far as is known before they run: from Go's sources (`go_sources`), and from what Jest and pytest told
phase 0.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from testrun.core.phases import Phase
from testrun.local.discovery import Project, below
from testrun.local.rules.source import home
from testrun.local.tools import go_select


@dataclasses.dataclass(frozen=True, kw_only=True)
class GoTests:
    """The test functions of Go's files."""

    builds: Mapping[Phase, go_select.Functions] = dataclasses.field(default_factory=dict)
    """Phase -> what its build has; more than the phase runs, for unit tests are in phase 2's build too."""
    modules: frozenset[str] = frozenset()
    """The folders of all modules, also of those that are not run."""

    def functions(self, phase: Phase) -> go_select.Functions:
        """What the phase runs."""
        return {
            folder: own
            for folder, functions in self.builds.get(phase, {}).items()
            if (own := {name: places for name, places in functions.items() if _runs(places, phase)})
        }

    def packages(self, project: Project, phase: Phase) -> list[go_select.Package]:
        """The packages of the module that have tests of the phase, by folder."""
        found = []
        for folder, functions in sorted(self.builds.get(phase, {}).items()):
            names = frozenset(name for name, places in functions.items() if _runs(places, phase))
            if names and self._is_in(folder, project.folder):
                found.append(go_select.Package(folder=folder, names=names, others=frozenset(functions) - names))
        return found

    def _is_in(self, folder: str, module: str) -> bool:
        """Go, started in the module, finds the package: no other module is between them."""
        return below(f"{folder}/", module) and home(f"{folder}/go.mod", {*self.modules, module}) == module


def _runs(places: Iterable[go_select.Function], phase: Phase) -> bool:
    return any(place.phase is phase for place in places)


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

"""What Go's test files hold."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection

from testrun.core.phases import Phase
from testrun.local import inventory
from testrun.local.rules import buildtags, classify, constraint, source
from testrun.local.rules.source import File
from testrun.local.tools import go_select

_OUTSIDE = re.compile(rb"^package[ \t]+\w+_test\b", re.MULTILINE)


def read(files: Collection[File]) -> inventory.GoTests:
    """The test functions of Go's files among ``files``."""
    found: dict[Phase, dict[str, dict[str, list[go_select.Function]]]] = {Phase.UNIT: {}, Phase.INTEGRATION: {}}
    for file in files:
        data = file.text() if source.is_go_test(file.path) else None
        if data is None:
            continue
        try:
            builds = buildtags.runs(file.path, data)
        except constraint.ConstraintError:
            continue
        folder, outside = posixpath.dirname(file.path) or ".", _OUTSIDE.search(data) is not None
        own = Phase.UNIT if buildtags.Runs.UNIT in builds else Phase.INTEGRATION
        for name, line in classify.functions(data) if builds else ():
            function = go_select.Function(file=file.path, line=line, phase=own, outside=outside)
            for phase, build in ((Phase.UNIT, buildtags.Runs.UNIT), (Phase.INTEGRATION, buildtags.Runs.INTEGRATION)):
                if build in builds:
                    places = found[phase].setdefault(folder, {}).setdefault(name, [])
                    places.append(function)
                    places.sort(key=lambda place: (place.outside, place.file))
    return inventory.GoTests(builds=found, modules=classify.go_modules(file.path for file in files))

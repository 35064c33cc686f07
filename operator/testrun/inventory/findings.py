"""What phase 0 would say of the files, as far as that is known without asking the tools. Pure, but for the files' own loaders."""

from __future__ import annotations

from collections.abc import Sequence

from testrun.inventory import reading
from testrun.inventory.model import Inventory
from testrun.local import discovery
from testrun.local.discovery import Discovery, Read
from testrun.local.rules import classify, legacy
from testrun.local.rules.finding import Finding
from testrun.local.rules.source import File, home


def find(files: Sequence[File], found: Discovery, read_start: Read, inventory: Inventory) -> list[Finding]:
    """In the order of their places."""
    told = inventory.files
    browsers = {each.path for each in told if each.tool == "playwright" and each.phase is not None}
    jests = {each.folder for each in found.of("jest")}
    listed = {
        each.path
        for each in files
        if each.path not in browsers and discovery.is_js_test(each.path) and home(each.path, jests) is not None
    }
    named = {each.path for each in told} & listed
    return sorted(
        [
            *legacy.scan(files, named),
            *classify.go(files, run={each.folder for each in found.of("go")}),
            *classify.jest(files, listed=named, elsewhere=browsers | (listed - named)),
            *classify.pytest(files, collected=reading.collected(files, found, read_start)),
        ]
    )

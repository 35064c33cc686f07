"""A new browser test of a Playwright project. Pure."""

from __future__ import annotations

import posixpath
import re

from testrun.core.phases import Phase
from testrun.local import discovery
from testrun.scaffold.naming import Name
from testrun.scaffold.plan import CannotScaffold, Planned, Tree, at_home, most_common, rendered

_TEST = re.compile(r".+(?P<ending>\.(?:spec|test)\.[cm]?[jt]sx?)")
_NO_PLAYWRIGHT = CannotScaffold(
    "end-to-end tests are Playwright's, and there is no playwright.config.* in this folder, above it or below it",
    "set Playwright up with `npm init playwright@latest`, or name a folder that has it with --dir",
)


def plan(tree: Tree, name: Name, folder: str) -> Planned:
    """Raises `CannotScaffold`."""
    configs = {each.folder: each for each in tree.discovered().of("playwright")}
    project = at_home(folder, configs, "Playwright projects", _NO_PLAYWRIGHT)
    config = configs[project]
    base = discovery.playwright_folders(config, tree.read)[0]
    tests = [each for each in tree.below(base) if _TEST.fullmatch(each) and b"@playwright/test" in tree.read(each)]
    ending = most_common((match["ending"] for each in tests if (match := _TEST.fullmatch(each))), f".spec{_kind(config.config)}")
    named = folder != project and discovery.below(f"{folder}/", base)
    target = folder if named else most_common((posixpath.dirname(each) or "." for each in tests), base)
    content = rendered("playwright_e2e", title=name.title)
    return Planned(path=discovery.join(target, name.kebab + ending), content=content, test=name.title, phase=Phase.E2E)


def _kind(config: str) -> str:
    """TypeScript, unless the configuration itself is JavaScript."""
    own = posixpath.splitext(config)[1] if config else ".ts"
    return ".ts" if "t" in own else own

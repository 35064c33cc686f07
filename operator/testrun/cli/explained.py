"""``ameide dev inner-loop-test --explain``: what was discovered in a repository, and why."""

from __future__ import annotations

from rich.text import Text

from testrun.cli import screen, text
from testrun.local import discovery, repository

LOOKED_FOR = (
    "  go          go.mod, and *_test.go below it",
    "  jest        jest.config.*, or jest in package.json, alone or in a workspace of npm, pnpm or yarn",
    "  pytest      pyproject.toml, pytest.ini, setup.cfg or tox.ini with a section for pytest, or test_*.py, *_test.py",
    "  playwright  playwright.config.*",
    "Other folders can be named in ameide.toml: go, jest, pytest, playwright.",
)


def show(found: discovery.Discovery, where: repository.Repository, config_file: str, *, as_json: bool) -> None:
    """On stdout."""
    if as_json:
        screen.out_json({
            "root": str(where.root), "revision": where.revision.name, "configuration": config_file,
            "projects": [{"tool": each.tool, "folder": each.folder, "why": each.why} for each in found.projects],
            "remarks": list(found.remarks),
        })  # fmt: skip
        return
    rows: list[text.Row] = [("TOOL", "FOLDER", "PHASES", "WHY")]
    rows += [
        (each.tool, text.clean(each.folder), "0, 3" if each.tool == "playwright" else "0, 1, 2", text.clean(each.why))
        for each in found.projects
    ]
    head = [
        Text(f"{where.root}  revision {where.revision.short or 'unknown'}, {text.plural(len(where.files), 'file')}"),
        Text(f"configuration: {config_file or 'none (ameide.toml or [tool.ameide] would be read)'}"),
        Text(),
    ]
    body = text.columns(rows) if found.projects else [Text("nothing to test was found", style="yellow"), *map(Text, LOOKED_FOR)]
    remarks = [Text(f"not a project: {text.clean(each)}", style="dim") for each in found.remarks]
    screen.out([*head, *body, *([Text(), *remarks] if remarks else [])])

"""The state of a repository's tests as one static page: no script, nothing fetched, trends drawn as lines. Pure.

The page is committed, and so it is read by phase 0 as any other file: it names rules and numbers, not what they look for.
"""

from __future__ import annotations

import jinja2
import markupsafe

from testrun.cli import status_view, text
from testrun.cli.status_view import Told
from testrun.inventory import pyramid, trend
from testrun.inventory.model import Tier
from testrun.inventory.status import LEGEND

_environment = jinja2.Environment(
    loader=jinja2.PackageLoader("testrun.cli"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
    lstrip_blocks=True,
)  # fmt: skip


def page(told: Told) -> str:
    history = told.history
    days = [each.day for each in history]
    lines = [(str(tier), [each.tests[tier] for each in history]) for tier in Tier]
    lines += [
        ("unclassified", [each.unclassified for each in history]),
        ("the old way", [each.legacy for each in history]),
    ]
    return _environment.get_template(
        "status.html.j2"
    ).render(
        css=markupsafe.Markup(_environment.get_template("status.css").render()),  # noqa: S704  # of ours
        summary=status_view.summary(told.status),
        recorded=history[-1] if history else None,
        pyramid=markupsafe.Markup(pyramid.svg(told.status.inventory.counts, "Tests by tier")),  # noqa: S704  # escaped there
        trends=[
            {"name": name, "now": values[-1], "line": markupsafe.Markup(trend.svg(list(zip(days, values, strict=True)), name))}  # noqa: S704
            for name, values in lines
            if values and any(values)
        ],
        packages=_table(status_view.packages(told.status)),
        legend={str(state): words for state, words in LEGEND.items()},
        smokes=_table(status_view.smokes(told.smokes)) if told.smokes else None,
        not_rendered=told.not_rendered,
        records=_table(status_view.records(history[-20:])) if history else None,
    )


def _table(rows: list[text.Row]) -> dict[str, list[list[str]]]:
    head, *others = ([str(cell) for cell in row] for row in rows)
    return {"head": [[each.capitalize() for each in head]], "rows": others}

"""The test pyramid as an SVG: a bar for each tier, as wide as it has tests. Pure."""

from __future__ import annotations

import html
from collections.abc import Mapping

from testrun.inventory.model import Tier

WIDTH, BAR, GAP, TOP, LABEL = 640, 44, 6, 56, 132
_COLOURS = {
    Tier.UNIT: "#2f855a",
    Tier.GOLDEN: "#2c7a7b",
    Tier.CONTRACT: "#2b6cb0",
    Tier.INTEGRATION: "#6b46c1",
    Tier.E2E: "#b83280",
}
_LEAST = 3
"""So narrow is a bar of few tests; one of none is an outline."""


def shape(counts: Mapping[Tier, int]) -> str:
    """What the picture shows, in a sentence."""
    fast = counts[Tier.UNIT] + counts[Tier.GOLDEN] + counts[Tier.CONTRACT]
    if not sum(counts.values()):
        return "There is no test yet."
    if not counts[Tier.INTEGRATION]:
        return "Nothing between unit and end-to-end tests: no test shows that the parts work together."
    if counts[Tier.E2E] > counts[Tier.INTEGRATION] or counts[Tier.INTEGRATION] > fast:
        return "It stands on its tip: more slow tests than fast ones."
    return "Many fast tests, fewer slow ones."


def svg(counts: Mapping[Tier, int], title: str) -> str:
    """Top to bottom: e2e, integration, contract, golden, unit. Readable on a light and on a dark page."""
    room = WIDTH - 2 * LABEL
    most = max([*counts.values(), 1])
    height = TOP + len(Tier) * (BAR + GAP) + 30
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img"'
        f' aria-label="{html.escape(_described(counts))}" font-family="system-ui, sans-serif" font-size="15">',
        f'<rect width="{WIDTH}" height="{height}" rx="8" fill="#ffffff"/>',
        f'<text x="{WIDTH / 2:g}" y="32" text-anchor="middle" font-size="18" font-weight="600" fill="#1a202c">'
        f"{html.escape(title)}</text>",
    ]
    for row, tier in enumerate(reversed(Tier)):
        lines += _bar(tier, counts[tier], TOP + row * (BAR + GAP), max(_LEAST, room * counts[tier] / most))
    lines.append(f'<text x="{WIDTH / 2:g}" y="{height - 14}" text-anchor="middle" fill="#4a5568">{shape(counts)}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _bar(tier: Tier, count: int, top: float, width: float) -> list[str]:
    left, middle = (WIDTH - width) / 2, top + BAR / 2 + 5
    look = f'fill="{_COLOURS[tier]}"' if count else f'fill="none" stroke="{_COLOURS[tier]}" stroke-dasharray="3 3"'
    return [
        f'<rect x="{left:.1f}" y="{top:g}" width="{width:.1f}" height="{BAR}" rx="3" {look}/>',
        f'<text x="{LABEL - 16}" y="{middle:g}" text-anchor="end" fill="#1a202c">{tier}</text>',
        f'<text x="{WIDTH - LABEL + 16}" y="{middle:g}" fill="#1a202c">{count}</text>',
    ]


def _described(counts: Mapping[Tier, int]) -> str:
    return "Tests: " + ", ".join(f"{counts[tier]} {tier}" for tier in Tier)

"""A trend line as an SVG: one number over time. Pure."""

from __future__ import annotations

import datetime
import html
from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 300, 72, 6

Point = tuple[datetime.date, int]


def svg(points: Sequence[Point], name: str) -> str:
    """Days are as far apart as they were; the line starts from zero, so that it does not make much of little."""
    if not points:
        return ""
    first, last = points[0][0], points[-1][0]
    days = max((last - first).days, 1)
    most = max(max(value for _, value in points), 1)
    places = [
        (
            MARGIN + (WIDTH - 2 * MARGIN) * ((day - first).days / days if len(points) > 1 else 1),
            HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * value / most,
        )
        for day, value in points
    ]
    told = f"{name}: {points[0][1]} on {first}, {points[-1][1]} on {last}"
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(told)}"><title>{html.escape(told)}</title>'
        f'<line class="ground" x1="0" y1="{HEIGHT - MARGIN}" x2="{WIDTH}" y2="{HEIGHT - MARGIN}"/>'
        f'<polyline points="{line}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="3.5"/></svg>'
    )

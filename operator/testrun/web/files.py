"""How a stored file is served so that it cannot act as our page: a closed table of types, and the headers that hold browsers to
it. Pure.
"""

from __future__ import annotations

from testrun.artifacts import layout
from testrun.web import page

TYPES = {
    ".html": "application/octet-stream",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".md": "text/plain; charset=utf-8",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
    ".webm": "video/webm",
    ".xml": "application/xml",
    ".zip": "application/zip",
}
"""By suffix; what is not here is ``application/octet-stream``, as is all HTML but our own page, and SVG."""

INLINE = frozenset({"image/jpeg", "image/png"})
"""Types that a browser may show in place: without sniffing it does nothing with them but decode pixels."""

_OTHERS_CSP = "sandbox; default-src 'none'"


def content_type(path: str) -> str:
    """The type of a file of the run's folder."""
    if path == layout.REPORT:
        return "text/html; charset=utf-8"
    name = path.rpartition("/")[2].lower()
    dot = name.rfind(".")
    return TYPES.get(name[dot:], "application/octet-stream") if dot > 0 else "application/octet-stream"


def headers(path: str) -> dict[str, str]:
    """All headers of a served file but its length."""
    kind = content_type(path)
    found = {
        "Content-Type": kind,
        "Content-Security-Policy": page.CSP_SERVED if path == layout.REPORT else _OTHERS_CSP,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
        "Cache-Control": "private, no-cache",
    }
    if path != layout.REPORT and kind not in INLINE:
        found["Content-Disposition"] = f'attachment; filename="{path.rpartition("/")[2]}"'
    return found

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


def headers(path: str, *, proxied: bool = False) -> dict[str, str]:
    """All headers of a served file but its length.

    ``proxied``: it goes through the API server's service proxy, which rewrites the links of every ``text/html`` body. There the
    page is a download like all else, so that it arrives as it is stored.
    """
    kind = content_type(path)
    if proxied and kind.startswith("text/html"):
        kind = "application/octet-stream"
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
    if kind not in INLINE and not kind.startswith("text/html"):
        found["Content-Disposition"] = f'attachment; filename="{path.rpartition("/")[2]}"'
    return found

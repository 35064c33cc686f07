"""Files of a repository that exist only in a test."""

from __future__ import annotations

from testrun.local.rules.source import File


def file(path: str, content: str | bytes | None) -> File:
    data = content.encode() if isinstance(content, str) else content
    return File(path=path, load=lambda: data)

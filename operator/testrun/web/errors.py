"""The one way in which the server says no: a status, one clear sentence, and what to do about it."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """Becomes ``{"error", "hint"}`` with that status. ``reason`` is a word of a small closed set: the label under which it is
    counted.
    """

    def __init__(
        self,
        status: int,
        reason: str,
        error: str,
        hint: str = "",
        *,
        headers: dict[str, str] | None = None,
        close: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(error)
        self.status = status
        self.reason = reason
        self.headers = headers or {}
        self.close = close
        self.body = {"error": error, "hint": hint, **more}


def settled() -> Refused:
    return Refused(410, "settled", "the run is settled", "its evidence is sealed: nothing can be added any more")


def removed() -> Refused:
    return Refused(
        410,
        "removed",
        "the server has removed the run's evidence",
        "it keeps as many runs, and for as long, as its retention says (retention.maxRuns and retention.maxAge)",
    )


def no_room() -> Refused:
    return Refused(
        507, "no-room", "the server's volume is full", "nothing of this was kept; make the volume larger or delete old evidence"
    )


def bad_name(error: ValueError) -> Refused:
    return Refused(422, "name", str(error), "names are those that Kubernetes gave, and plain file names")

"""Writing a file as a whole: whoever looks sees what was there, or all that is new."""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil


def write(target: pathlib.Path, data: bytes, *, like: pathlib.Path | None = None) -> None:
    """With the mode of ``like``, if that exists; folders are made. Raises ``OSError``, and then leaves nothing behind."""
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f".{target.name}.new")
    try:
        new.unlink(missing_ok=True)  # it could be a link that leads elsewhere
        new.write_bytes(data)
        if like is not None and like.exists():
            shutil.copymode(like, new)
        os.replace(new, target)
    except OSError:
        with contextlib.suppress(OSError):
            new.unlink()
        raise

"""What all who write or read a pod's log agree on (docs/protocol.md §2)."""

from __future__ import annotations

VERSION = 1
LINE_BYTES = 256 * 1024
"""A longer line is none."""

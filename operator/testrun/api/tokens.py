"""The two kinds of token of docs/protocol.md §4, worked out from one key: nothing is stored, so nothing can be lost or leak from
a store.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from testrun.core import model

KEY_BYTES = 32


class Keyring:
    """Makes and checks tokens. Raises ``ValueError`` for a key of less than `KEY_BYTES` bytes."""

    def __init__(self, key: bytes) -> None:
        if len(key) < KEY_BYTES:
            raise ValueError(f"the key has {len(key)} bytes, and needs at least {KEY_BYTES}")
        self._key = key

    def run_token(self, run: model.RunRef) -> str:
        """What a run's pods send: it may write to this run and do nothing else."""
        return self._token(f"run\n{run.namespace}\n{run.name}\n{run.uid}")

    def operator_token(self) -> str:
        """What the operator sends."""
        return self._token("operator")

    def is_run_token(self, token: str, run: model.RunRef) -> bool:
        return _same(token, self.run_token(run))

    def is_operator_token(self, token: str) -> bool:
        return _same(token, self.operator_token())

    def _token(self, message: str) -> str:
        digest = hmac.new(self._key, message.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _same(one: str, other: str) -> bool:
    """Takes as long for a good guess as for a bad one. Bytes, because ``compare_digest`` refuses text that is not ASCII."""
    return hmac.compare_digest(one.encode("utf-8", "surrogateescape"), other.encode())

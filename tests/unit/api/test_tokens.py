"""Tokens are worked out, never stored."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac

import build
import pytest

from testrun.api import tokens

KEY = bytes(range(32))


def expected(message: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(KEY, message.encode(), hashlib.sha256)).decode().rstrip("=")


def test_tokens_are_those_of_the_protocol() -> None:
    keyring = tokens.Keyring(KEY)
    assert keyring.run_token(build.RUN) == expected(f"run\nshop\nshop\n{build.RUN.uid}")
    assert keyring.operator_token() == expected("operator")


def test_a_token_opens_what_it_was_made_for_and_nothing_else() -> None:
    keyring, other_key = tokens.Keyring(KEY), tokens.Keyring(KEY[::-1])
    mine = keyring.run_token(build.RUN)
    assert keyring.is_run_token(mine, build.RUN)
    assert not keyring.is_operator_token(mine)
    for field in ("namespace", "name", "uid"):
        assert not keyring.is_run_token(mine, dataclasses.replace(build.RUN, **{field: "other"}))
    assert not other_key.is_run_token(mine, build.RUN)
    assert keyring.is_operator_token(keyring.operator_token())
    assert not keyring.is_run_token(keyring.operator_token(), build.RUN)


@pytest.mark.parametrize("token", ["", "x", "ä", "\udcff", "a" * 100_000])
def test_nonsense_is_no_token(token: str) -> None:
    keyring = tokens.Keyring(KEY)
    assert not keyring.is_run_token(token, build.RUN)
    assert not keyring.is_operator_token(token)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="31 bytes, and needs at least 32"):
        tokens.Keyring(KEY[:31])

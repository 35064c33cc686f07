"""Who may read a run's evidence: whoever Kubernetes lets ``get`` the TestRun; and who may upload for a namespace: whoever may
``create`` TestRuns there. The server holds no list of its own.

The question goes to a `Reviewer`, which ``cli`` brings along; this module only remembers answers for a few seconds, so that fifty
files of a report cost one review.
"""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import hashlib
from typing import Protocol

CACHE_SECONDS = 10.0
CACHE_ENTRIES = 1024


@dataclasses.dataclass(frozen=True, kw_only=True)
class Access:
    """A reviewer's answer. ``user`` is empty when the token is nobody's; ``reason`` may be shown to whoever asked."""

    allowed: bool
    user: str = ""
    reason: str = ""


class ReviewError(Exception):
    """The reviewer could not find out; the question may be asked again."""


class Reviewer(Protocol):
    async def may(self, token: str, verb: str, *, namespace: str, name: str = "") -> Access:
        """Whether the token's owner may do that (``get``, ``create``) with the TestRun of that name, or, without a name, with
        those of the namespace. Raises `ReviewError` when nobody can say now.
        """


class CachedReviewer:
    """Asks a reviewer at most once in `CACHE_SECONDS` for each token, verb and TestRun. Failures to find out are not
    remembered.
    """

    def __init__(self, reviewer: Reviewer) -> None:
        self._reviewer = reviewer
        self._answers: collections.OrderedDict[tuple[bytes, str, str, str], tuple[float, Access]] = collections.OrderedDict()

    async def may(self, token: str, verb: str, *, namespace: str, name: str = "") -> Access:
        """See `Reviewer.may`."""
        # The digest, so that a dump of the server's memory is no list of tokens. Rights do not depend on the uid.
        question = (hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest(), verb, namespace, name)
        now = asyncio.get_running_loop().time()
        known = self._answers.get(question)
        if known is not None and now < known[0]:
            return known[1]
        answer = await self._reviewer.may(token, verb, namespace=namespace, name=name)
        self._answers[question] = (now + CACHE_SECONDS, answer)
        self._answers.move_to_end(question)
        while len(self._answers) > CACHE_ENTRIES:
            self._answers.popitem(last=False)
        return answer

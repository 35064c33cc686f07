"""Whether the person behind a request may do what they ask: a token in, Kubernetes' word out. What all calls of people share."""

from __future__ import annotations

from aiohttp import web

from testrun.web import access, errors, http

PROXY_HEADER = "X-Testrun-Authorization"
"""Where the token stands when the request comes through the API server's service proxy, which takes ``Authorization`` away."""


class People:
    """Asks the reviewer. Without one nobody may do anything."""

    def __init__(self, reviewer: access.Reviewer | None) -> None:
        self._reviewer = None if reviewer is None else access.CachedReviewer(reviewer)

    async def check(self, request: web.Request, verb: str, *, namespace: str, name: str = "") -> None:
        """Raises `Refused` unless the request's token is of somebody who may do that with the TestRun (no name: with those of the
        namespace).
        """
        token = http.bearer(request, PROXY_HEADER, "Authorization")
        if self._reviewer is None:
            raise http.forbidden("this server lets nobody read or upload", "it was started without a cluster to ask who may")
        try:
            answer = await self._reviewer.may(token, verb, namespace=namespace, name=name)
        except access.ReviewError as error:
            raise errors.Refused(
                503, "review", "nobody can say now who you are", str(error)[:300], headers={"Retry-After": "2"}
            ) from error
        if answer.allowed:
            return
        if not answer.user:
            raise http.unauthorized("this token is not valid in the cluster", answer.reason or "log in again")
        what = "testruns.testing.ameide.io" + (f"/{name}" if name else "")
        raise http.forbidden(f"{answer.user} may not {verb} {what} in {namespace}", answer.reason or "ask for that right")

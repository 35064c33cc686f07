"""Which programs of the developer's machine are asked, by what the repository, its TestRun and the command line say."""

from __future__ import annotations

import pytest

from testrun.core.preflight import clients
from testrun.core.preflight.checks import Check, Intercepts, Kind, TelepresenceCheck, TiltCheck, WorkloadCheck
from testrun.core.preflight.clients import TELEPRESENCE, TILT, Asked, Demand, Wish

TUNNEL = TelepresenceCheck("traffic", Intercepts.WARN, ("shop",))
NAMES_BOTH = [
    Check("shop", WorkloadCheck(Kind.DEPLOYMENT, "shop")),
    Check("nobody intercepts", TUNNEL),
    Check("tilt is done", TiltCheck(("shop", "cart"))),
    Check("and the rest", TiltCheck(("cart", "docs"))),
]
NAMES_NONE = NAMES_BOTH[:1]
ANY = TelepresenceCheck(manager_namespace="")
ALL = TiltCheck(("shop", "cart", "docs"))
OFF, REQUIRED = Demand.OFF, Demand.REQUIRED


def telepresence(check: TelepresenceCheck, *, needed: bool) -> Asked:
    return Asked(name=TELEPRESENCE, what=check, needed=needed)


def tilt(check: TiltCheck, *, needed: bool) -> Asked:
    return Asked(name=TILT, what=check, needed=needed)


ROWS = {
    "nothing says anything": (Wish(), NAMES_NONE, []),
    "tests run here, and nothing says anything": (Wish(here=True), NAMES_NONE, []),
    "the TestRun names them": (Wish(), NAMES_BOTH, [telepresence(TUNNEL, needed=False), tilt(ALL, needed=False)]),
    "the TestRun names them, and tests run here": (
        Wish(here=True), NAMES_BOTH, [telepresence(TUNNEL, needed=True), tilt(ALL, needed=True)],
    ),
    "the TestRun names them, and they are off": (Wish(telepresence=OFF, tilt=OFF, here=True), NAMES_BOTH, []),
    "they are required": (
        Wish(telepresence=REQUIRED, tilt=REQUIRED), NAMES_NONE,
        [telepresence(ANY, needed=True), tilt(TiltCheck(()), needed=True)],
    ),
    "what is required takes its particulars from the TestRun": (
        Wish(telepresence=REQUIRED, tilt=REQUIRED), NAMES_BOTH, [telepresence(TUNNEL, needed=True), tilt(ALL, needed=True)],
    ),
    "resources of its own": (Wish(resources=("web",)), NAMES_BOTH[:2], [
        telepresence(TUNNEL, needed=False), tilt(TiltCheck(("web",)), needed=True),
    ]),
    "intercepts of its own": (
        Wish(telepresence=REQUIRED, intercepts=Intercepts.ALLOW), NAMES_NONE,
        [telepresence(TelepresenceCheck("", Intercepts.ALLOW), needed=True)],
    ),
    "to connect asks for it": (Wish(connect=True), NAMES_NONE, [telepresence(ANY, needed=True)]),
    "to connect wins over off": (Wish(connect=True, telepresence=OFF), NAMES_NONE, [telepresence(ANY, needed=True)]),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_who_is_asked(row: str):
    wish, checks, expected = ROWS[row]
    assert clients.asked(wish, checks) == expected

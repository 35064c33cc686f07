"""Every recorded state of Tilt: what the cluster shows of it, and what Tilt itself says on the developer's machine."""

from __future__ import annotations

import meanings
import pytest
import recorded

from testrun.core.preflight import developer, tilt
from testrun.core.preflight.checks import TiltCheck
from testrun.core.preflight.finding import Readiness

READY, NOT_READY, UNKNOWN = Readiness

ALL = "Tilt running with shop, cart, migrate and generate ready"
NO_SERVER = "saw no Tilt on this machine (Error: No tilt apiserver found: tilt-10377)"
PULLING = f'Back-off pulling image "localhost/missing:1": ErrImagePull: {meanings.REFUSED}'
BACK_OFF = (
    "back-off 20s restarting failed container=cart pod=cart-7cdf5649dc-g7k4s_shop-tilt(31de170b-1c8f-4e3c-aa18-278632bc66a5)"
)
SESSIONS = {
    "1-not-running": (NOT_READY, f"{NO_SERVER}; wanted {ALL}; hint: tilt up", ""),
    "2-all-ok": (READY, f"saw {ALL}", ""),
    "3-pending": (
        NOT_READY,
        "saw Tilt's cart not ready, RuntimePending; its pod cart-7555f97d45-jlvpf is Running; wanted Tilt's cart ready; "
        "hint: tilt logs cart",
        "",
    ),
    "4-failing-bad-image": (
        NOT_READY,
        "saw Tilt's cart not ready, RuntimePending; its pod cart-5478b4fb76-b2rlj is ErrImageNeverPull; "
        "wanted Tilt's cart ready; hint: tilt logs cart",
        "",
    ),
    "4b-failing-image-pull": (
        NOT_READY,
        "saw Tilt's cart not ready, RuntimeError; its pod cart-7777fd765d-6jzw5 is ImagePullBackOff; "
        "Pod cart-7777fd765d-6jzw5 in error state due to container cart: ImagePullBackOff; wanted Tilt's cart ready; "
        "hint: tilt logs cart",
        PULLING,
    ),
    "5-failing-crash": (
        NOT_READY,
        "saw Tilt's cart not ready, RuntimePending; its pod cart-7cdf5649dc-g7k4s is CrashLoopBackOff; wanted Tilt's cart ready; "
        "hint: tilt logs cart",
        BACK_OFF,
    ),
    "6-failing-local-resource": (
        NOT_READY,
        'saw Tilt\'s generate not ready, UpdateError; Command "echo cannot generate >&2; exit 1" failed: exit status 1; '
        "wanted Tilt's generate ready; hint: tilt logs generate",
        "",
    ),
    "7-failing-tiltfile": (
        NOT_READY,
        f"saw a Tiltfile that fails: Error in fail: broken on purpose; wanted {ALL}; hint: mend it",
        "Traceback (most recent call last):\n  /home/dev/shop/Tiltfile:6:5: in <toplevel>\nError in fail: broken on purpose",
    ),
    "8-disabled": (
        NOT_READY,
        "saw Tilt's cart disabled, and so deleted from the cluster; wanted Tilt's cart ready; hint: tilt enable cart",
        "",
    ),
    "9-tilt-killed": (
        NOT_READY,
        "saw no Tilt on this machine (The connection to the server 127.0.0.1:38507 was refused - did you specify the right "
        f"host or port?); wanted {ALL}; hint: tilt up",
        "",
    ),
    "10-after-tilt-down": (NOT_READY, f"{NO_SERVER}; wanted {ALL}; hint: tilt up", ""),
}


@pytest.mark.parametrize("state", meanings.TILT)
def test_in_the_cluster(state):
    found = tilt.judge(TiltCheck(("shop", "cart", "migrate")), *recorded.tilt_cluster(state))
    assert (found.readiness, found.message) == meanings.TILT[state]


@pytest.mark.parametrize("state", SESSIONS)
def test_on_the_developers_machine(state):
    check = TiltCheck(("shop", "cart", "migrate", "generate"))
    found = developer.judge_session(check, recorded.tilt_says(state, "session"), recorded.tilt_says(state, "uiresource"))
    assert (found.readiness, found.message, found.output) == SESSIONS[state]


SHOP = TiltCheck(("shop",))
NEEDED = {
    "not installed": (
        SHOP, developer.Answer(None, None, missing=True),
        "saw no tilt on PATH; wanted Tilt running with shop ready; hint: install it, then tilt up",
    ),
    "silent": (
        SHOP, developer.Answer(None, None, "tilt get took longer than 10 s"),
        "saw no answer of Tilt (tilt get took longer than 10 s); wanted Tilt running with shop ready; "
        "hint: see what tilt get session says",
    ),
    "no resource is named": (TiltCheck(()), recorded.tilt_says("2-all-ok", "session"), "saw Tilt running"),
}  # fmt: skip


@pytest.mark.parametrize("case", NEEDED)
def test_what_no_recording_shows(case):
    check, session, message = NEEDED[case]
    assert developer.judge_session(check, session, recorded.tilt_says("2-all-ok", "uiresource")).message == message


@pytest.mark.parametrize(
    ("state", "resources", "message"),
    [
        ("1-not-running", ("shop",), NO_SERVER),
        ("5-failing-crash", ("web",), "saw a Tilt of other resources on this machine"),
        ("5-failing-crash", ("shop", "web"), "saw Tilt running with shop ready"),
        ("5-failing-crash", ("cart", "web"), SESSIONS["5-failing-crash"][1]),
    ],
)
def test_where_no_tilt_is_needed_only_what_it_knows_counts(state, resources, message):
    session, known = recorded.tilt_says(state, "session"), recorded.tilt_says(state, "uiresource")
    assert developer.judge_session(TiltCheck(resources), session, known, needed=False).message == message


def test_every_recorded_state_has_a_row():
    assert sorted(meanings.TILT) == recorded.TILT
    assert sorted(SESSIONS) == [each for each in recorded.TILT if recorded.tilt_says(each, "session") is not None]

"""What holds for all tests."""

from __future__ import annotations

import signal

import hypothesis
import pytest
import rendering

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
# In the background of a script SIGINT is ignored, and whatever a test starts would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def helm() -> rendering.Helm:
    try:
        return rendering.Helm()
    except rendering.NoHelm as error:
        pytest.fail(str(error), pytrace=False)

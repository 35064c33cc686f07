from __future__ import annotations

import pytest
from acceptance.chart import rendering


@pytest.fixture(scope="session")
def helm() -> rendering.Helm:
    try:
        return rendering.Helm()
    except rendering.NoHelm as error:
        pytest.fail(str(error))

"""``folders``: where Jest tests move, and what moves with them."""

from __future__ import annotations

import pytest
from unit.migrate.changed import after, todos

PACKAGE = {"web/package.json": '{"devDependencies": {"jest": "30"}, "jest": {}}'}
TEST = "import { a } from './a';\n\ntest('a', () => a());\n"
MODE = "const mode = process.env.INTEGRATION_MODE;\n"

MOVED = {
    "beside its source": (
        {"web/src/a.test.ts": TEST},
        {"web/src/a.test.ts": None, "web/src/__tests__/unit/a.test.ts": TEST.replace("./a", "../../a")},
    ),
    "in __tests__": (
        {"web/__tests__/a.test.ts": TEST.replace("./a", "../src/a")},
        {"web/__tests__/a.test.ts": None, "web/__tests__/unit/a.test.ts": TEST.replace("./a", "../../src/a")},
    ),
    "below __tests__": (
        {"web/__tests__/cart/a.test.ts": TEST.replace("./a", "../../src/a")},
        {"web/__tests__/cart/a.test.ts": None, "web/__tests__/unit/cart/a.test.ts": TEST.replace("./a", "../../../src/a")},
    ),
    "in a folder of tests": (
        {"web/tests/integration/a.test.ts": TEST},
        {
            "web/tests/integration/a.test.ts": None,
            "web/__tests__/integration/a.test.ts": TEST.replace("./a", "../../tests/integration/a"),
        },
    ),
    "two modes, among the unit tests": (
        {"web/__tests__/unit/a.test.ts": MODE + TEST},
        {"web/__tests__/unit/a.test.ts": None, "web/__tests__/integration/a.test.ts": MODE + TEST.replace("./a", "../unit/a")},
    ),
    "a helper with two modes": (
        {"web/src/a.test.ts": TEST, "web/src/a.ts": f"{MODE}export const a = () => mode;\n"},
        {"web/src/a.test.ts": None, "web/src/__tests__/integration/a.test.ts": TEST.replace("./a", "../../a")},
    ),
    "all ways to name a module, and its snapshot": (
        {
            "web/src/a.test.ts": (
                "import type { T } from '../types';\nexport * from './b';\njest.mock('./c', () => './d');\n"
                "const e = require('./e/'), f = await import('../../f.js');\ntest('a', () => './g');\n"
            ),
            "web/src/__snapshots__/a.test.ts.snap": "exports['a'] = 1;\n",
        },
        {
            "web/src/a.test.ts": None,
            "web/src/__tests__/unit/a.test.ts": (
                "import type { T } from '../../../types';\nexport * from '../../b';\njest.mock('../../c', () => './d');\n"
                "const e = require('../../e/'), f = await import('../../../../f.js');\ntest('a', () => './g');\n"
            ),
            "web/src/__snapshots__/a.test.ts.snap": None,
            "web/src/__tests__/unit/__snapshots__/a.test.ts.snap": "exports['a'] = 1;\n",
        },
    ),
    "where it belongs": ({"web/__tests__/unit/a.test.ts": TEST, "web/__tests__/integration/b.test.ts": MODE + TEST}, {}),
    "of Vitest": ({"web/src/a.test.ts": f"import {{ test }} from 'vitest';\n{TEST}"}, {}),
    "of no package with Jest": ({"other/a.test.ts": TEST}, {}),
}


@pytest.mark.parametrize(("files", "expected"), MOVED.values(), ids=MOVED)
def test_moves(files: dict[str, str], expected: dict[str, str | None]) -> None:
    assert after("folders", PACKAGE | files) == expected
    assert todos("folders", PACKAGE | files) == []


LEFT = {
    "another file is there": (
        {"web/src/a.test.ts": TEST, "web/src/__tests__/unit/a.test.ts": TEST},
        [
            "web/src/a.test.ts: it should move to web/src/__tests__/unit/a.test.ts, where another file is: give one of "
            "them another name"
        ],
    ),
    "it looks for files beside itself": (
        {"web/src/a.test.ts": f"{TEST}read(path.join(__dirname, 'data.json'));\n"},
        [
            "web/src/a.test.ts:4: it should move to web/src/__tests__/unit/a.test.ts, and finds files by its own "
            "place: move it by hand"
        ],
    ),
    "it does not parse": (
        {"web/src/a.test.ts": "test('a', () => {{{;\n"},
        [
            "web/src/a.test.ts: it should move to web/src/__tests__/unit/a.test.ts, and does not parse, so its imports cannot be "
            "followed"
        ],
    ),
}


@pytest.mark.parametrize(("files", "expected"), LEFT.values(), ids=LEFT)
def test_what_is_left(files: dict[str, str], expected: list[str]) -> None:
    assert after("folders", PACKAGE | files) == {}
    assert todos("folders", PACKAGE | files) == expected

"""Branches on the mode in TypeScript: each shape before and after, and what is not touched."""

from __future__ import annotations

import textwrap

import pytest
from unit.migrate.changed import E2E, after, todos

PACKAGE = {"web/package.json": '{"jest": {}}'}
PATH = "web/__tests__/integration/x.test.ts"
MODE = "const mode = (process.env.INTEGRATION_MODE ?? 'repo').toLowerCase();\n"


def folded(code: str) -> tuple[str | None, list[str]]:
    """A test file without its modes, and what is left."""
    files = E2E | PACKAGE | {PATH: f"{MODE}\n{textwrap.dedent(code).lstrip()}"}
    new = after("modes", files).get(PATH, files[PATH])
    return new, [each.removeprefix(f"{PATH}:") for each in todos("modes", files)]


FOLDED = {
    "a choice": (
        """
        const client = mode === 'cluster' ? live(process.env.ADDRESS) : createMockClient();
        const url = (mode !== 'cluster' ? mockUrl : liveUrl).toString();
        """,
        """
        const client = createMockClient();
        const url = mockUrl.toString();
        """,
    ),
    "if, with and without braces": (
        """
        test('x', () => {
          if (mode === 'cluster') live();
          if (mode !== 'cluster') check();
          else live();
          if (['repo', 'local'].includes(mode) && ready) {
            check(`a
              b`);
          } else if (mode === 'cluster') {
            live();
          }
        });
        """,
        """
        test('x', () => {
          check();
          if (ready) {
            check(`a
              b`);
          }
        });
        """,
    ),
    "a name that would clash": (
        """
        test('x', () => {
          const a = 1;
          if (mode !== 'cluster') {
            const a = 2;
            check(a);
          }
          check(a);
        });
        """,
        """
        test('x', () => {
          const a = 1;
          {
            const a = 2;
            check(a);
          }
          check(a);
        });
        """,
    ),
    "switch": (
        """
        export function client() {
          switch (mode) {
            case 'cluster':
              return live();
            case 'repo':
            case 'local': {
              const fixtures = read();
              return fake(fixtures);
            }
            default:
              throw new Error(mode);
          }
        }
        """,
        """
        export function client() {
          const fixtures = read();
          return fake(fixtures);
        }
        """,
    ),
    "an early return": (
        """
        export async function client() {
          if (mode !== 'cluster') {
            return fake();
          }
          return await live();
        }
        """,
        """
        export async function client() {
          return fake();
        }
        """,
    ),
    "tests that only a cluster runs": (
        """
        const isCluster = () => mode === 'cluster';
        const itLive = isCluster() ? it : it.skip;

        itLive.each([1, 2])('live %d', (each) => {
          live(each);
        });

        (isCluster() ? describe : describe.skip)('a group', () => {
          it('one', () => live());
        });

        // The mocked one.
        it('returns', () => {
          if (!isCluster()) return;
          live();
        });

        it('checks', () => {
          expect(1).toBe(1);
          if (!isCluster()) {
            return;
          }
          live();
        });
        """,
        """
        it('checks', () => {
          expect(1).toBe(1);
        });
        """,
    ),
    "what is asked for elsewhere": (
        """
        const isCluster = mode === 'cluster';

        test('x', () => {
          check({ secure: isCluster }, !isCluster);
        });
        """,
        """
        test('x', () => {
          check({ secure: false }, true);
        });
        """,
    ),
}


@pytest.mark.parametrize(("code", "expected"), FOLDED.values(), ids=FOLDED)
def test_folds(code: str, expected: str) -> None:
    assert folded(code) == (textwrap.dedent(expected).lstrip(), [])


UNKNOWN = "INTEGRATION_MODE is used in a way that is not known here: take it out by hand"
KEPT = {
    "a third mode": ("if (mode === 'staging') live();\n", [f"1: {UNKNOWN}"]),
    "truth": ("if (process.env.INTEGRATION_MODE) live();\n", [f"1: {UNKNOWN}"]),
    "what is logged": ("console.log(mode);\n", [f"1: {UNKNOWN}"]),
    "a case that goes on": (
        "switch (mode) {\n  case 'repo':\n    one();\n  default:\n    two();\n}\n",
        ["4: the case goes on into the next one"],
    ),
    "a body of something else": (
        "for (const each of all) if (mode !== 'cluster') check(each);\n",
        ["3: it is the body of a statement without braces: give it braces"],
    ),
}


@pytest.mark.parametrize(("code", "expected"), KEPT.values(), ids=KEPT)
def test_what_cannot_be_told_is_left_and_said(code: str, expected: list[str]) -> None:
    new, told = folded(code)
    assert told == expected
    assert new is not None
    assert new.endswith(code)


def test_names_are_followed_through_imports() -> None:
    files = {
        "tools/mode.ts": "export function getMode(): string {\n  return process.env.INTEGRATION_MODE ?? 'repo';\n}\n",
        "web/__tests__/integration/helpers.ts": (
            "import { getMode } from '../../../tools/mode.js';\nimport { fake } from '../../__mocks__';\n"
            "import { live, type Client } from "
            "'../../src/live';\n\nexport const isLive = getMode() === 'cluster';\n\nexport function client(): Client {\n"
            "  return isLive ? live() : fake();\n}\n"
        ),
        PATH: (
            "import { client, isLive } from './helpers';\nimport * as modes from '../../../tools/mode';\n\n"
            "test('x', () => {\n  if (isLive || modes.getMode() === 'cluster') {\n    live();\n  }\n  check(client());\n});\n"
        ),
    }
    changed = after("modes", E2E | PACKAGE | files)
    assert {path: changed[path] for path in files if path in changed} == {
        "web/__tests__/integration/helpers.ts": (
            "import { fake } from '../../__mocks__';\nimport { type Client } from '../../src/live';\n\n"
            "export function client(): Client {\n  return fake();\n}\n"
        ),
        PATH: "import { client } from './helpers';\n\ntest('x', () => {\n  check(client());\n});\n",
    }
    assert todos("modes", E2E | PACKAGE | files) == [
        "tools/mode.ts:2: it is no test, and asks for INTEGRATION_MODE: code that is delivered must not know how it is tested"
    ]

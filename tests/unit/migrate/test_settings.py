"""``settings``: what no longer sets the mode, and what is left to people."""

from __future__ import annotations

import pytest
from unit.migrate.changed import STEPS, after, todos, tree

from testrun.migrate.model import Change

CHART = {"c/Chart.yaml": "name: c\n"}
TEMPLATE = (
    "spec:\n  containers:\n    - name: a\n      env:\n        - name: INTEGRATION_MODE\n"
    "          value: {{ .Values.tests.mode | quote }}\n"
    "      image: a\n"
)
SET = {
    "a map, alone": ({"a.yaml": "a:\n  env:\n    INTEGRATION_MODE: local\n  b: 1\n"}, {"a.yaml": "a:\n  b: 1\n"}),
    "a map with more": (
        {"a.yaml": 'env:\n  A: 1\n  INTEGRATION_MODE: "cluster" # real\n  # about B\n  B: 2\n'},
        {"a.yaml": "env:\n  A: 1\n  # about B\n  B: 2\n"},
    ),
    "lines with other ends": (
        {"a.yaml": "a: 1\r\nenv:\n  INTEGRATION_MODE: local\n  b: \x85c\r\nd: 2"},
        {"a.yaml": "a: 1\r\nenv:\n  b: \x85c\r\nd: 2"},
    ),
    "a list of a container": (
        {"a.yaml": "env:\n- name: INTEGRATION_MODE\n  value: cluster\n- name: B\n  value: b\n"},
        {"a.yaml": "env:\n- name: B\n  value: b\n"},
    ),
    "compose": (
        {"compose.yaml": "environment:\n  - A=1\n  - INTEGRATION_MODE=local\n"},
        {"compose.yaml": "environment:\n  - A=1\n"},
    ),
    "a chart, with its value": (
        CHART | {
            "c/templates/a.yaml": TEMPLATE, "c/values.yaml": "a: 1\ntests:\n  mode: cluster\n",
            "c/values-dev.yaml": "tests:\n  mode: local\n  x: 1\n",
        },
        {
            "c/templates/a.yaml": "spec:\n  containers:\n    - name: a\n      image: a\n", "c/values.yaml": "a: 1\n",
            "c/values-dev.yaml": "tests:\n  x: 1\n",
        },
    ),
    "a chart that uses the value elsewhere": (
        CHART | {
            "c/templates/a.yaml": TEMPLATE, "c/templates/b.yaml": "x: {{ .Values.tests.mode }}\n",
            "c/values.yaml": "tests:\n  mode: local\n",
        },
        {"c/templates/a.yaml": "spec:\n  containers:\n    - name: a\n      image: a\n"},
    ),
    "shell": (
        {
            ".env.test": "A=1\nINTEGRATION_MODE=repo\n", "Dockerfile": "FROM a\nENV INTEGRATION_MODE=local\n"
                                                                       "ARG INTEGRATION_MODE\n",
            "it.sh": '# INTEGRATION_MODE is local\nexport INTEGRATION_MODE="local"\nINTEGRATION_MODE=local A=1 pytest\n'
                     'docker run -e INTEGRATION_MODE=local a\n',
        },
        {".env.test": "A=1\n", "Dockerfile": "FROM a\n", "it.sh": "A=1 pytest\ndocker run a\n"},
    ),
    "scripts of a package": (
        {"package.json": '{"scripts": {"it": "INTEGRATION_MODE=local jest \\"a\\"", "b": "tsc"}}\n'},
        {"package.json": '{"scripts": {"it": "jest \\"a\\"", "b": "tsc"}}\n'},
    ),
    "a step of CI": (
        {".github/workflows/ci.yaml": "steps:\n  - run: INTEGRATION_MODE=local pytest\n"
                                      "  - run: ameide dev inner-loop-test --phase e2e\n    env:\n"
                                      "      INTEGRATION_MODE: cluster\n"},
        {".github/workflows/ci.yaml": "steps:\n  - run: pytest\n  - run: ameide dev inner-loop-test --phase e2e\n"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), SET.values(), ids=SET)
def test_settings_go(files: dict[str, str], expected: dict[str, str]) -> None:
    assert after("settings", files) == expected


UNKNOWN = "INTEGRATION_MODE is used in a way that is not known here: take it out by hand"
LEFT = {
    "a script that asks": ({"it.sh": 'if [ "$INTEGRATION_MODE" = cluster ]; then\n'}, [f"it.sh:1: {UNKNOWN}"]),
    "a command for a cluster": ({"Makefile": "it:\n\tINTEGRATION_MODE=cluster pytest\n"}, [f"Makefile:2: {UNKNOWN}"]),
    "a matrix": (
        {".github/workflows/ci.yaml": "jobs:\n  a:\n    env:\n      INTEGRATION_MODE: ${{ matrix.mode }}\n    steps: []\n"},
        [".github/workflows/ci.yaml:4: a matrix over the modes runs the same tests twice: take the axis and this line out"],
    ),
    "a job that runs tests in a cluster": (
        {
            ".github/workflows/ci.yaml": "jobs:\n  a:\n    env:\n      INTEGRATION_MODE: cluster\n    steps:\n"
            "      - run: pytest\n"
        },
        [".github/workflows/ci.yaml:4: what runs in a cluster is phase 3: call `ameide dev inner-loop-test --phase e2e` here"],
    ),
    "a script of a package for a cluster": (
        {"package.json": '{"scripts": {\n"it": "INTEGRATION_MODE=cluster jest"}}\n'},
        ["package.json:2: INTEGRATION_MODE is set for a command that has to be another one for a cluster"],
    ),
    "a file of another kind": ({"Tiltfile": "local('INTEGRATION_MODE=local x')\n"}, [f"Tiltfile:1: {UNKNOWN}"]),
}


@pytest.mark.parametrize(("files", "expected"), LEFT.values(), ids=LEFT)
def test_what_is_left(files: dict[str, str], expected: list[str]) -> None:
    assert after("settings", files) == {}
    assert todos("settings", files) == expected


def test_a_command_that_is_no_json_is_left() -> None:
    files = {"package.json": '{"scripts": {"it": "INTEGRATION_MODE=local jest \\d"}}\n'}
    assert after("settings", files) == {}
    assert todos("settings", files) == [
        "package.json:1: INTEGRATION_MODE is set for a command that has to be another one for a cluster"
    ]


def test_a_package_json_in_another_encoding_keeps_it() -> None:
    data = b'{"name": "caf\xe9", "scripts": {"it": "INTEGRATION_MODE=local jest"}}\n'
    before = tree({}).after([Change(path="package.json", content=data)])
    (change,) = STEPS["settings"].plan(before).changes
    assert change.content == b'{"name": "caf\xe9", "scripts": {"it": "jest"}}\n'

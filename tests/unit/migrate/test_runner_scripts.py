"""``runner-scripts``: which scripts go, and what takes the place of their calls."""

from __future__ import annotations

import pytest
from unit.migrate.changed import after, todos

from testrun.migrate.steps import runner_scripts

SCRIPT = """#!/usr/bin/env bash
set -euo pipefail
source "$(dirname "$0")/../tools/integration-runner/integration-mode.sh"  # the mode
MODE="$(integration_mode)"
export INTEGRATION_MODE="${MODE}"
required_vars=(GRPC_ADDRESS)
if [[ "${MODE}" == "cluster" ]]; then
  require_cluster_mode "${MODE}"
  for var in "${required_vars[@]}"; do
    [[ -z "${!var:-}" ]] && { echo "${var} required; set it"; exit 1; }
  done
fi
printf '%s\\n' '{"event":"integration_test_started","mode":"'"${MODE}"'"}'
cd "$ROOT"
exec npx jest __tests__/integration \\
  --ci
"""
PACK = {"a/it/run_integration_tests.sh": SCRIPT}
RUN = "ameide dev inner-loop-test --phase integration"
CLUSTER = "ameide dev inner-loop-test --phase e2e"

CALLS = {
    "a Makefile": (
        {"Makefile": "it:\n\t@INTEGRATION_MODE=local bash a/it/run_integration_tests.sh\n"
                     "\tINTEGRATION_MODE=cluster ./a/it/run_integration_tests.sh && echo ok\n"},
        {"Makefile": f"it:\n\t@{RUN}\n\t{CLUSTER} && echo ok\n"},
    ),
    "several packs are one call": (
        {"it.sh": "./a/it/run_integration_tests.sh\n./b/it/run_integration_tests.sh\n"
                  "# run_integration_tests.sh of all\necho ok\n"},
        {"it.sh": f"{RUN}\necho ok\n"},
    ),
    "scripts of a package": (
        {"a/package.json": '{\n  "scripts": {\n'
                           '    "it": "cross-env INTEGRATION_MODE=local bash it/run_integration_tests.sh",\n'
                           '    "all": "jest && ./it/run_integration_tests.sh"\n  }\n}\n'},
        {"a/package.json": f'{{\n  "scripts": {{\n    "it": "{RUN} ..",\n    "all": "jest && {RUN} .."\n  }}\n}}\n'},
    ),
    "CI, with a mode from its job": (
        {
            ".github/workflows/ci.yaml": "jobs:\n  a:\n    env:\n      INTEGRATION_MODE: cluster\n    steps:\n"
                                         "      - run: ./a/it/run_integration_tests.sh\n"
            "  b:\n    steps:\n      - run: |\n          bash a/it/run_integration_tests.sh\n"
            "      - run: ./a/it/run_integration_tests.sh\n        env:\n"
            "          INTEGRATION_MODE: cluster\n"
        },
        {
            ".github/workflows/ci.yaml": "jobs:\n  a:\n    env:\n      INTEGRATION_MODE: cluster\n    steps:\n"
                                         f"      - run: {CLUSTER}\n"
            f"  b:\n    steps:\n      - run: |\n          {RUN}\n      - run: {CLUSTER}\n        env:\n"
            "          INTEGRATION_MODE: cluster\n"
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), CALLS.values(), ids=CALLS)
def test_calls(files: dict[str, str], expected: dict[str, str]) -> None:
    assert after("runner-scripts", PACK | files) == {**expected, "a/it/run_integration_tests.sh": None}
    assert todos("runner-scripts", PACK | files) == []


STAYS = (
    "run_integration_tests.sh is called in a way that is not known here: call `ameide dev inner-loop-test --phase integration` "
    "instead"
)
LEFT = {
    "arguments": ({"it.sh": "./a/it/run_integration_tests.sh --grep x\n"}, [f"it.sh:1: {STAYS}"]),
    "another folder": ({"Makefile": "it:\n\tcd a && ./it/run_integration_tests.sh\n"}, [f"Makefile:2: {STAYS}"]),
    "all that there are": ({"it.sh": "find . -name run_integration_tests.sh | xargs bash\n"}, [f"it.sh:1: {STAYS}"]),
    "a matrix": (
        {".github/workflows/ci.yaml": "env:\n  INTEGRATION_MODE: ${{ matrix.mode }}\njobs:\n  a:\n    steps:\n"
                                      "      - run: ./a/it/run_integration_tests.sh\n"},
        [f".github/workflows/ci.yaml:6: {STAYS}"],
    ),
    "a container": (
        {"charts/a/templates/job.yaml": 'command: ["bash", "/app/a/it/run_integration_tests.sh"]\n'},
        ["charts/a/templates/job.yaml:1: run_integration_tests.sh is named in a file of which it is not known what it "
         "does with it: take it out by hand"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), LEFT.values(), ids=LEFT)
def test_a_call_that_is_not_known_keeps_the_script(files: dict[str, str], expected: list[str]) -> None:
    assert after("runner-scripts", PACK | files) == {}
    assert todos("runner-scripts", PACK | files) == expected


def test_another_script_goes_all_the_same() -> None:
    files = PACK | {"b/it/run_integration_tests.sh": SCRIPT, "it.sh": "./b/it/run_integration_tests.sh --all\n"}
    assert after("runner-scripts", files) == {"a/it/run_integration_tests.sh": None}


MORE = {
    "a database": ("set -e\ndocker compose up -d db\npytest\n", (2, "docker compose up -d db")),
    "what comes after": ("pytest && ./report.sh\n", (1, "pytest && ./report.sh")),
    "packages": ("npm ci\nnpx jest\n", (1, "npm ci")),
    "a migration": ("python manage.py migrate\n", (1, "python manage.py migrate")),
    "nothing more": (SCRIPT, None),
    "go": ("#!/bin/sh\nGOFLAGS=-count=1 go test ./... | tee out.txt\n", (2, "GOFLAGS=-count=1 go test ./... | tee out.txt")),
}


@pytest.mark.parametrize(("script", "expected"), MORE.values(), ids=MORE)
def test_what_a_script_does_beside_running_tests(script: str, expected: tuple[int, str] | None) -> None:
    assert runner_scripts.does_more(script) == expected


def test_a_script_that_does_more_stays() -> None:
    files = {"a/it/run_integration_tests.sh": "docker compose up -d\npytest\n"}
    assert after("runner-scripts", files) == {}
    assert todos("runner-scripts", files) == [
        "a/it/run_integration_tests.sh:1: it does more than to run tests: `docker compose up -d`. Do that in the "
        "tests, or before them"
    ]

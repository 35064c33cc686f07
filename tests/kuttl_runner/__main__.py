"""Runs KUTTL's suites where KUTTL's own program is not at hand.

    PYTHONPATH=tests python -m kuttl_runner tests/kuttl/kuttl-test.yaml [--test CASE]... [--skip-delete]

As with KUTTL, KUBECONFIG says which cluster, and folders of the suite are seen from where this is started. kubectl must be on
PATH.
Exit code 0: all steps passed; 1: one failed; 2: a file asks for what is not known here, or there is nothing to run.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from kuttl_runner import files, report
from kuttl_runner.cluster import Cluster
from kuttl_runner.runner import Result, Runner


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="kuttl_runner", description="Runs KUTTL's suites (see tests/kuttl/README.md).")
    parser.add_argument("config", type=Path, help="the kuttl-test.yaml")
    parser.add_argument("--test", action="append", default=[], help="only this case (may be repeated)")
    parser.add_argument("--skip-delete", action="store_true", help="leave what the cases made")
    options = parser.parse_args(arguments)
    try:
        suite = files.read_suite(options.config)
        cases = chosen(suite, options.test)
    except files.NotKnown as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    runner = Runner(Cluster(environment()), suite.timeout, keep=options.skip_delete, say=lambda text: print(text, flush=True))
    results: list[Result] = []
    try:
        for case in cases:
            results += runner.run(case)
    finally:
        if suite.report:
            report.write(suite.report, suite.name, results)
    failed = [result for result in results if result.problem]
    for result in failed:
        print(f"FAILED {result.case}/{result.step}: {result.problem.splitlines()[0]}")
    print(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def chosen(suite: files.Suite, names: list[str]) -> list[files.Case]:
    """All are read before the first is run: a mistake in the last shall not cost the minutes of the others."""
    cases = [case for folder in suite.folders for case in files.read_cases(folder)]
    missing = set(names) - {case.name for case in cases}
    if missing or not cases:
        there = ", ".join(case.name for case in cases) or "none: testDirs is empty"
        raise files.NotKnown(f"no case {', '.join(sorted(missing)) or 'to run'}; there are {there}")
    return [case for case in cases if not names or case.name in names]


def environment() -> dict[str, str]:
    """Of all commands, which run in the folder of their case."""
    variables = {**os.environ, "PATH": f"{Path.cwd() / 'bin'}:{os.environ['PATH']}"}
    if given := os.environ.get("KUBECONFIG"):
        variables["KUBECONFIG"] = str(Path(given).absolute())
    return variables


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

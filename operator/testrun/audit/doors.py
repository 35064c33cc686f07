"""Which tests come in where users do: by a browser, a request, a command line or the API server. Pure."""

from __future__ import annotations

import re

from testrun.audit import tiers
from testrun.audit.model import SourceFile, Tier

_IMPORTS = re.compile(
    r"supertest|light-my-request|playwright|puppeteer|selenium|cypress|webdriverio|testing\.testclient|envtest|execa|zx$|testcafe"
)
_CALLS = {
    "python": re.compile(
        r"(?:^|\.)(?:TestClient|AsyncClient|APIClient|test_client|CliRunner|invoke|urlopen|goto)$|"
        r"(?:^|[._])(?:requests|httpx|session|client|app|api|http)\.(?:get|post|put|patch|delete|request)$|"
        r"\w+Api(?:\(\))?\.\w+$|^subprocess\.\w+$|create_subprocess_|^driver\.get$|create_namespaced_custom_object|call_command$|testdir\.run|script_runner"
    ),
    "typescript": re.compile(
        r"(?:^|\.)(?:goto|visit|inject|execa|execaCommand|spawn|spawnSync|exec|execSync|execFile|execFileSync|fork|request|fetch)$|"
        r"^(?:axios|got|ky|client|agent|api)(?:\.\w+)?$|^(?:browser|driver)\.(?:url|get)$|^cy\.|^\$$"
    ),
    "go": re.compile(
        r"(?:^|\.)(?:NewServer|NewTLSServer|ServeHTTP|SetArgs)$|^http\.(?:Get|Post|PostForm|NewRequest|NewRequestWithContext)$|"
        r"^exec\.Command(?:Context)?$|[cC]lient\.(?:Create|Get|Post|Do|Patch)$|\.Execute(?:Context|Command\w*|C)?$|\.Test$"
    ),
}
"""To call one of these is to knock: which door it was is told from what the test says."""
_RUNS = re.compile(r"(?:^|\.)(?:main|cli|run_cli|run_main|parse_args)$")
"""Runs a command when it is given a list of words."""
_ENDED = re.compile(r"\b(?:exit_?[cC]ode|return_?code)\b")
"""Who looks at this has run a command, by whatever fixture."""
_MADE = re.compile(rb"\b(?:\w+\.)?([A-Z]\w+?)(?:List)?\{|\b([A-Za-z]\w+)\(|\b(\w+(?:Cmd|Command))\b")


def comes_in(file: SourceFile) -> bool:
    """Whether a file of tests, or of their helpers, comes in from outside."""
    if not file.is_test:
        return False
    tier = tiers.of(file)
    if tier in (Tier.E2E, Tier.INTEGRATION) or any(tiers.of(file, test) in (Tier.E2E, Tier.INTEGRATION) for test in file.tests):
        return True
    if any(_IMPORTS.search(each.module) for each in file.imports):
        return True
    if any(_ENDED.search(each.subject) for test in file.tests for each in test.assertions):
        return True
    pattern = _CALLS[file.language]
    return any(
        pattern.search(each.name) or (_RUNS.search(each.name) and each.arguments and each.arguments[0].startswith("["))
        for each in file.calls
    )  # fmt: skip


def made(data: bytes) -> set[str]:
    """The types that Go code makes, and what it calls: an object of the cluster is no text there, nor is a command."""
    return {next(filter(None, found)).decode("ascii", "replace") for found in _MADE.findall(data)}

"""What a unit test reaches outside of itself: a network, a database, a cluster, another program. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testrun.audit import mocks, network
from testrun.audit.model import Call, SourceFile, Test

_LAZY = re.compile(r"^(?:redis\.(?:Redis|StrictRedis|from_url)|(?:pymongo\.)?MongoClient|boto3\.(?:client|resource))$")
"""Connects when it is first asked for something, not when it is made."""
_ASKS_NOTHING = re.compile(r"close|aclose|connection_pool\.make_connection|get_connection_kwargs|get_encoder|__\w+__")
_ANSWERED = re.compile(
    r"\bagent\b\s*:|\bbeforeRequest\b|\badapter\b\s*:|\bdispatcher\b\s*:|\blookup\s*:|\btransport\s*[:=]|\bfetch\s*:"
)
"""An option by which something else than the network answers."""
_NAMED = re.compile(r"""://(?:[^@"'`/\s]*@)?(?:[a-z][\w-]*\.)+[a-z]{2,}|["'`](?:[a-z][\w-]*\.)+[a-z]{2,}(?::\d|["'`],\s*\d)""")
"""A host that is somebody's."""
_STARTS = {
    "python": re.compile(
        r"^subprocess\.(?:run|Popen|call|check_call|check_output)$|^os\.(?:system|popen|execvp?)$|"
        r"^asyncio\.create_subprocess_\w+$|^pexpect\.spawn$"
    ),
    "typescript": re.compile(
        r"^(?:child_process\.|cp\.)?(?:exec|execSync|spawn|spawnSync|execFile|execFileSync|fork)$|^execa(?:\.\w+)?$"
    ),
    "go": re.compile(r"^exec\.(?:Command|CommandContext)$|^os\.StartProcess$"),
}
_BROWSERS = re.compile(r"playwright|chromium|puppeteer")
"""Which are programs; a page that is given to them need not be asked of anybody."""
_GUARDS = re.compile(r"(?:^|\.)(?:which|LookPath|skip|skipTest|Skip|Skipf|SkipNow)$")
_PROGRAM = re.compile(r"""^[\[(]?\s*[bfr]?["'`](?P<name>[\w./-]+)""")
_AT_HAND = re.compile(
    r"(?:.*/)?(?:git|go|gofmt|python[\d.]*|uv|pip|node|npm|npx|yarn|pnpm|bun|deno|tsc|(?:ba|da|z)?sh|cat|cp|mv|rm|ls|mkdir|touch|"
    r"chmod|echo|printf|env|sleep|true|false|yes|kill|ps|tar|grep|sed|awk|sort|wc|head|tail|tee|which|whoami|uname|date|mkfifo)"
)
"""Where a repository's tests are run, these are."""
_ANSWERS = re.compile(r"responses|respx|requests_mock|moto|botocore\.stub|nock|msw|vcr|pytest_httpx|fetch-mock|.*gock")
"""Libraries that answer for the network."""


def answered(file: SourceFile) -> str:
    """What mocks of the file stand for, in one text."""
    words = [mock.target for mock in mocks.in_calls(file.language, file.calls)]
    modules = (name for each in file.imports for name in (each.module, *(f"{each.module}.{there}" for there, _ in each.names)))
    words += (each for each in modules if _ANSWERS.match(each))
    return " ".join(words)


def reaches(file: SourceFile, test: Test, taken: str, *, is_unit: bool) -> Iterator[tuple[str, Call]]:
    """``network`` or ``process``, and by which call: the first one. ``is_unit``: the test is said to be one. Of others it is told
    only that they ask a host by its name: that they bring a database up themselves may be what they are for.
    """
    if any(_GUARDS.search(each.name) for each in test.calls):
        return  # where it is not there, the test is left out
    for each in test.calls:
        what = _what(file, each, is_unit=is_unit)
        if what is not None and not _is_replaced(each, taken) and not _is_left_alone(file, test, each):
            yield what, each
            return


def _what(file: SourceFile, call: Call, *, is_unit: bool) -> str | None:
    language = file.language
    if network.ASKS[language].match(call.name):
        made = any(each.name == call.name for each in file.assigned)  # a `fetch` of the test's own
        if made or any(_ANSWERED.search(each) for each in call.arguments[1:]):
            return None
        asked = any(network.REMOTE.match(each) and not network.LOCAL.search(each) for each in call.arguments[:3])
        return "network" if asked else None
    if network.OPENS[language].match(call.name):
        if not (is_unit or any(map(_NAMED.search, call.arguments))) or any(map(network.LOCAL.search, call.arguments)):
            return None
        if call.name.startswith("net.Dial") and not re.match(r'"[\w.-]+:', call.arguments[1] if len(call.arguments) > 1 else ""):
            return None  # where to is not written here: mostly it is the test's own server
        what = "process" if _BROWSERS.search(call.name) else "network"
        return what if network.is_known(file, call) else None
    starts = is_unit and _STARTS[language].match(call.name) and _is_foreign(call)
    return "process" if starts and network.is_known(file, call) else None  # a name that is another's starts nothing


def _is_foreign(call: Call) -> bool:
    """It says which program, and that is one that must be installed."""
    given = call.arguments[1:2] if call.name == "exec.CommandContext" else call.arguments[:1]
    program = _PROGRAM.match(given[0]) if given else None
    return program is not None and _AT_HAND.fullmatch(program["name"]) is None


def _is_replaced(call: Call, taken: str) -> bool:
    head, _, own = call.name.rpartition(".")
    words = [call.name, *([f"{head}.{own}"] if head else []), head or own]
    return any(word and re.search(rf"(?:^|[\s./:]){re.escape(word)}(?:$|[\s.])", taken) for word in words) or bool(
        re.search(r"responses|respx|requests_mock|moto|botocore\.stub|nock|msw|vcr|httpx|fetch|gock|child_process|execa", taken)
    )


def _is_left_alone(file: SourceFile, test: Test, call: Call) -> bool:
    """A client that is made and never asked."""
    if not _LAZY.match(call.name):
        return False
    names = [each.name for each in file.assigned if each.line == call.line and test.line <= each.line <= test.end]
    asked = [each.name.partition(".")[2] for each in test.calls if each.name.partition(".")[0] in names]
    at_once = any(each.name.startswith(f"{call.name}().") for each in test.calls)
    return bool(names) and not at_once and all(_ASKS_NOTHING.fullmatch(each) for each in asked)

"""What may pass for a while, and how the list that says so polices itself."""

from __future__ import annotations

import datetime
import re
import time
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testrun.local.rules import allowlist
from testrun.local.rules.finding import Finding

TODAY = datetime.date(2026, 3, 1)
RULES = ("integration-mode", "pack-script")
GOOD = {
    "rule": "pack-script",
    "path": "svc/**",
    "reason": "CI moves in March",
    "owner": "test-infra",
    "expires": datetime.date(2026, 3, 31),
}
EXAMPLE = 'an entry is {rule = "…", path = "…", reason = "…", owner = "…", expires = 2026-12-31}, and contains = "…" if need be'


def finding(**changes):
    values = {"path": "svc/a/run_integration_tests.sh", "rule": "pack-script", "message": "delete it"}
    return Finding(**(values | changes))


def judge(findings, *raw):
    entries, malformed = allowlist.parse(list(raw), rules=RULES, config="ameide.toml")
    assert malformed == ()
    return allowlist.apply(findings, entries, today=TODAY, config="ameide.toml")


def complaint(message, text="pack-script in svc/**"):
    return Finding(path="ameide.toml", rule="allowlist", message=message, text=text)


def test_an_entry_lets_its_findings_pass_and_says_why():
    other = finding(path="web/run_integration_tests.sh")
    judged = judge([finding(), other], GOOD)
    assert judged.left == (other,)
    assert [(each.finding, each.sentence) for each in judged.allowed] == [
        (finding(), "allowed until 2026-03-31 by test-infra: CI moves in March")
    ]


def test_the_last_day_still_counts():
    assert judge([finding()], GOOD | {"expires": TODAY}).left == ()


def test_an_entry_past_its_date_allows_nothing_and_is_a_finding():
    judged = judge([finding()], GOOD | {"expires": datetime.date(2026, 2, 28)})
    assert judged.left == (
        finding(),
        complaint("entry 1 of the allowlist expired on 2026-02-28: mend what it allowed, or ask test-infra for a new date"),
    )
    assert judged.allowed == ()


def test_a_later_entry_takes_over_from_one_past_its_date():
    judged = judge([finding()], GOOD | {"expires": "2026-02-28"}, GOOD | {"owner": "shop"})
    assert [each.message.partition(":")[0] for each in judged.left] == ["entry 1 of the allowlist expired on 2026-02-28"]
    assert [each.entry.owner for each in judged.allowed] == ["shop"]


def test_two_entries_for_one_finding_are_both_used():
    assert judge([finding()], GOOD, GOOD | {"path": "**/*.sh"}).left == ()


UNUSED = "entry 1 of the allowlist allows nothing that is there: delete it (or correct its path, rule or contains)"


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"path": "svc/*"}, "pack-script in svc/*"),
        ({"rule": "integration-mode"}, "integration-mode in svc/**"),
        ({"contains": "MODE"}, "pack-script in svc/**, containing 'MODE'"),
        ({"path": "gone/**", "expires": "2020-01-01"}, "pack-script in gone/**"),
    ],
    ids=["another path", "another rule", "another line", "long past its date"],
)
def test_an_entry_that_nothing_needs_is_a_finding(changes, shown):
    assert judge([finding()], GOOD | changes).left == (finding(), complaint(UNUSED, shown))


def test_contains_picks_lines():
    lines = [finding(line=line, text=text) for line, text in enumerate(["a: MODE=mock", "b: MODE=cluster"], start=1)]
    judged = judge(lines, GOOD | {"contains": "=mock"})
    assert (judged.left, [each.finding for each in judged.allowed]) == ((lines[1],), [lines[0]])


def test_no_entries():
    assert judge([finding()]) == allowlist.Judged(left=(finding(),), allowed=())


def without(key):
    return {name: value for name, value in GOOD.items() if name != key}


MALFORMED = {
    "no reason": (without("reason"), f"has no reason: {EXAMPLE}"),
    "an empty owner": (GOOD | {"owner": ""}, f"has no owner: {EXAMPLE}"),
    "a reason of spaces": (GOOD | {"reason": " \t"}, f"has no reason: {EXAMPLE}"),
    "no date": (without("expires"), f"has no expires: {EXAMPLE}"),
    "nothing but a path": ({"path": "x"}, f"has no rule and no reason and no owner and no expires: {EXAMPLE}"),
    "an unknown rule": (
        GOOD | {"rule": "pack-scripts"},
        "has an unknown rule, 'pack-scripts': it is one of integration-mode, pack-script",
    ),
    "an unknown key": (GOOD | {"until": 1}, f"has a key that is not known, 'until': {EXAMPLE}"),
    "a list of paths": (GOOD | {"path": ["a"]}, f"has a path that is not a text: {EXAMPLE}"),
    "a contains that is a number": (GOOD | {"contains": 1}, f"has a contains that is not a text: {EXAMPLE}"),
    "a date that is none": (GOOD | {"expires": "2026-02-30"}, "has an expires that is not a date: write it like 2026-12-31"),
    "a time of day": (
        GOOD | {"expires": datetime.datetime(2026, 3, 31)},  # noqa: DTZ001
        "has an expires that is not a date: write it like 2026-12-31",
    ),
    "a year": (GOOD | {"expires": 2026}, "has an expires that is not a date: write it like 2026-12-31"),
    "a word": ("pack-script", f"is not a table: {EXAMPLE}"),
}


@pytest.mark.parametrize(("raw", "problem"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_entry_is_a_finding_and_the_others_still_count(raw, problem):
    entries, findings = allowlist.parse([raw, GOOD], rules=RULES, config="pyproject.toml")
    assert [(each.path, each.rule, each.line, each.message) for each in findings] == [
        ("pyproject.toml", "allowlist", 0, f"entry 1 of the allowlist {problem}")
    ]
    assert [each.number for each in entries] == [2]


@pytest.mark.parametrize("raw", [GOOD, "x", 1, None], ids=["a table", "a word", "a number", "nothing"])
def test_what_is_no_list_is_a_finding(raw):
    entries, (found,) = allowlist.parse(raw, rules=RULES, config="ameide.toml")
    assert (entries, found.message) == ((), f"the allowlist is not a list: {EXAMPLE}")


def test_entries_as_toml_gives_them():
    told = tomllib.loads(
        """
        [[allow]]
        rule = "pack-script"
        path = "svc/**"
        reason = "r"
        owner = "o"
        expires = 2026-03-31
        contains = "x"
        """
    )
    entries, _ = allowlist.parse(told["allow"], rules=RULES, config="ameide.toml")
    assert entries == (
        allowlist.Entry(
            number=1, rule="pack-script", path="svc/**", reason="r", owner="o", expires=datetime.date(2026, 3, 31), contains="x"
        ),
    )


GLOBS = {
    "the path itself": ("a/b.sh", ["a/b.sh"], ["a/b.shx", "x/a/b.sh", "b.sh"]),
    "a star": ("a/*.sh", ["a/b.sh", "a/.sh"], ["a/b/c.sh", "a/b.py"]),
    "a question mark": ("a/?.sh", ["a/b.sh"], ["a/bb.sh", "a//.sh"]),
    "any folders in front": ("**/b.sh", ["b.sh", "a/b.sh", "a/c/b.sh"], ["a/ab.sh"]),
    "all below": ("a/**", ["a/b", "a/b/c"], ["b/a", "ab/c"]),
    "any folders between": ("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["a/xb", "a/b/c"]),
    "twice": ("**/x/**/*.py", ["x/a.py", "a/x/b/x/c.py"], ["a/b.py"]),
    "brackets are plain": ("app/[id]/*.ts", ["app/[id]/a.ts"], ["app/i/a.ts"]),
    "everything": ("**", ["a", "a/b"], []),
    "the environment": ("$INTEGRATION_MODE", ["$INTEGRATION_MODE"], ["INTEGRATION_MODE"]),
}


@pytest.mark.parametrize(("glob", "matched", "others"), GLOBS.values(), ids=GLOBS.keys())
def test_globs(glob, matched, others):
    assert [path for path in matched + others if allowlist.matches(glob, path)] == matched


NAMES = st.lists(st.text(alphabet="ab", min_size=1, max_size=3), min_size=1, max_size=4)
GLOB_NAMES = st.lists(st.just("**") | st.text(alphabet="ab*?", min_size=1, max_size=4), min_size=1, max_size=4)


@given(GLOB_NAMES, NAMES)
def test_globs_mean_what_a_regular_expression_says(glob, path):
    parts = ["(?:[^/]+/)*" if part == "**" else re.sub(r"\*+", "[^/]*", part).replace("?", "[^/]") + "/" for part in glob]
    # "**" between stars of one name is one star, and a name of stars alone is the same as "**".
    wanted = re.fullmatch("".join(parts), "/".join(path) + "/") is not None
    assert allowlist.matches("/".join(glob), "/".join(path)) == wanted


def test_no_glob_takes_for_ever():
    before = time.process_time()
    assert not allowlist.matches("**/*a*a*a*a*a*a*a*a*a*b/" * 5 + "x", "/".join(["a" * 200] * 20))
    assert time.process_time() - before < 2

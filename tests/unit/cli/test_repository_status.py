"""``ameide status`` on a folder: what is shown, and the copy that is committed and never stale."""

from __future__ import annotations

import datetime
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from unit.inventory.repository import SHOP, Make

from testrun.cli import inventoried, main, repository_status
from testrun.local.rules import legacy, source

SMOKE = """# The shop answers on its service.
apiVersion: batch/v1
kind: Job
metadata: {name: smoke, annotations: {argocd.argoproj.io/hook: PostSync}}
spec: {template: {spec: {containers: [{name: c, image: curl}]}}}
"""
CHART = {
    "charts/shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 0.1.0\n",
    "charts/shop/templates/smoke.yaml": "kind: Job\nmetadata: {name: {{ .Release.Name }}, annotations: {helm.sh/hook: test}}\n",
}


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inventoried, "today", lambda: datetime.date(2026, 11, 26))


def run(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main.ameide, ["status", str(root), *words])


def test_for_people(make: Make) -> None:
    ended = run(make(SHOP | {"deploy/smoke.yaml": SMOKE}))
    assert ended.exit_code == 0
    assert ended.stderr == "hint: ameide status --markdown lists the findings, and what to do about each\n"
    lines = [line.rstrip() for line in ended.stdout.splitlines()]
    assert (
        lines[:10]
        == """\
PACKAGE         STATE      PRIORITY  PHASES  UNIT  GOLDEN  CONTRACT  INTEGRATION  E2E  UNCLASSIFIED  OLD WAY  JUNIT   MOCKS  LAST RUN
discounts       partial    -         1 2     1     1       -         1            -    1             -        phases  -      -
e2e             compliant  -         3       -     -       -         -            2    -             -        phases  -      -
packages/web    partial    -         1 2     2     -       1         -            -    1             -        phases  -      -
services/cart   compliant  -         1 2     2     -       -         1            -    -             -        phases  -      -
services/empty  missing    -         -       -     -       -         -            -    -             -        -       -      -
all                                          5     1       1         2            2    2             -

WAVE   APP   HOOK       KIND   NAME    PROVES                             DEFINED IN
0      -     PostSync   Job    smoke   The shop answers on its service.   deploy/smoke.yaml""".splitlines()  # noqa: E501
    )
    assert lines[-1] == "5 packages: 2 compliant, 2 partial, 1 missing; the old way: 0 findings; unclassified: 2 findings"


def test_for_machines(make: Make) -> None:
    body = json.loads(run(make(SHOP | {"deploy/smoke.yaml": SMOKE}), "--json").stdout)
    assert body["states"] == {"compliant": 2, "partial": 2, "missing": 1}
    assert [(each["path"], each["rule"]) for each in body["findings"]] == [
        ("discounts/other/test_lost.py", "unclassified"),
        ("packages/web/lost.test.ts", "unclassified"),
    ]
    assert [(each["name"], each["hook"], each["source"]) for each in body["smokes"]] == [
        ("smoke", "PostSync", "deploy/smoke.yaml")
    ]
    assert body["packages"][1] == {
        "folder": "e2e", "state": "compliant", "priority": "", "tools": ["playwright"], "phases": ["e2e"],
        "tests": {"unit": 0, "golden": 0, "contract": 0, "integration": 0, "e2e": 2}, "unclassified": 0, "legacy": {},
        "junit": "phases", "mocks": "", "lastRun": {},
    }  # fmt: skip


def test_the_copy_is_fresh_until_the_repository_changes(make: Make) -> None:
    root = make(SHOP)
    assert run(root, "--check").exit_code == 1

    written = run(root, "--write")

    assert (written.exit_code, written.stdout) == (
        0,
        "docs/status/status.md\ndocs/status/status.html\ndocs/status/history.jsonl\n",
    )
    assert (run(root, "--check").exit_code, run(root, "--check").stderr) == (0, "")
    make({"services/cart/more_test.go": "package cart\n\nfunc TestMore(t *testing.T) {}\n"})
    stale = run(root, "--check")
    assert (stale.exit_code, stale.stdout, stale.stderr) == (
        1,
        "",
        "docs/status/status.md is stale\ndocs/status/status.html is stale\n"
        "hint: ameide status --write, and commit what it writes\n",
    )
    assert run(root, "--write").exit_code == run(root, "--check").exit_code == 0


def test_writing_twice_changes_nothing(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make(SHOP)
    run(root, "--write")
    before = {each.name: each.read_text() for each in (root / "docs/status").iterdir()}
    monkeypatch.setattr(inventoried, "today", lambda: datetime.date(2027, 1, 1))

    run(root, "--write")

    assert {each.name: each.read_text() for each in (root / "docs/status").iterdir()} == before
    assert len(before["history.jsonl"].splitlines()) == 1


def test_a_copy_that_somebody_edited_is_stale(make: Make) -> None:
    root = make(SHOP)
    run(root, "--write")
    page = root / "docs/status/status.html"
    page.write_text(page.read_text().replace("partial", "compliant"))
    assert run(root, "--check").stderr.splitlines()[0] == "docs/status/status.html is stale"


def test_phase_0_finds_nothing_in_the_copy(make: Make) -> None:
    """Although it tells of the old way to run tests."""
    root = make(SHOP | {"services/cart/run_integration_tests.sh": "INTEGRATION_MODE=mock", "a.py": "INTEGRATION_MODE = 1"})
    run(root, "--write")
    written = [f"docs/status/{each.name}" for each in (root / "docs/status").iterdir()]
    assert len(written) == 3
    assert legacy.scan(source.on_disk(str(root), written)) == []
    assert "run\\_integration\\_tests.sh" in (root / "docs/status/status.md").read_text()


class Page(HTMLParser):
    """The tags of a page, and whether each that is opened is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_runs_nothing_and_has_a_line_for_each_number(make: Make, tmp_path: Path) -> None:
    hostile = {"pkg <script>/go.mod": "module x", "deploy/smoke.yaml": SMOKE.replace("The shop", "<img src=x>")}
    root = make(SHOP | hostile)
    run(root, "--write")
    page = Page((root / "docs/status/status.html").read_text())
    assert page.open == []
    assert page.tags.count("polyline") == 6  # five tiers, and what is unclassified
    assert not {"script", "img", "link", "iframe"} & set(page.tags)
    alone = tmp_path / "page.html"
    assert run(root, "--html", str(alone)).exit_code == 0
    assert Page(alone.read_text()).open == []


def test_a_chart_without_helm_is_told_and_no_copy_is_made_or_judged(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    root = make(SHOP | CHART)
    assert "not rendered: charts/shop: helm is not here" in run(root).stdout
    for option in ("--write", "--check"):
        ended = run(root, option)
        assert (ended.exit_code, ended.stderr) == (
            2,
            "error: helm is not here, which renders charts/shop\nhint: install helm, or exclude the chart\n",
        )
    assert not (root / "docs").exists()


def test_a_history_that_cannot_be_read_is_one_line(make: Make) -> None:
    root = make(SHOP | {"docs/status/history.jsonl": "{\n"})
    ended = run(root)
    told = ended.stderr.splitlines()
    assert (ended.exit_code, told[0].endswith("history.jsonl cannot be read: line 1 is no record")) == (2, True)
    assert told[1:] == ["hint: mend it, or delete it and begin anew"]


def test_only_one_way_to_show_it(make: Make) -> None:
    assert run(make(SHOP), "--write", "--check").exit_code == 2
    assert repository_status.MARKDOWN == "status.md"

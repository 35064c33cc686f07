"""How an audit is shown in a terminal: counts, the worst findings, a bar while it reads. What files say passes `text.clean`."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from testrun.audit.finding import Finding, Severity
from testrun.audit.outcome import Outcome
from testrun.audit.scanner import Scanner
from testrun.cli import screen, text

_STYLES = {Severity.CRITICAL: "bold red", Severity.MAJOR: "yellow", Severity.MINOR: "cyan"}


def listed(scanners: Sequence[Scanner]) -> list[Text]:
    """The scanners, each with its rules."""
    lines: list[Text] = []
    for scanner in scanners:
        lines += [Text(scanner.name, style="bold"), Text(f"  {scanner.summary}")]
        lines += text.columns(
            [
                [f"  {rule.name}", Text(rule.told_as, style=_STYLES[rule.severity] if rule.is_on else ""), rule.summary]
                for rule in scanner.rules
            ]
        )
        lines.append(Text())
    return lines[:-1]


def summary(outcome: Outcome, *, most: int) -> list[Text]:
    """Counts, then the worst findings."""
    rows: list[text.Row] = [("SCANNER", "CRITICAL", "MAJOR", "MINOR")]
    rows += [
        (scanner.name, *(_count(outcome.count(severity, scanner.name), severity) for severity in Severity))
        for scanner in outcome.scanners
    ]
    lines = text.columns(rows)
    for finding in outcome.findings[:most]:
        lines += [Text(), *_finding(finding)]
    lines.append(Text())
    lines.append(Text(_last(outcome, most)))
    return lines


def _count(number: int, severity: Severity) -> Text:
    return Text(str(number), style=_STYLES[severity] if number else "dim")


def _finding(finding: Finding) -> list[Text]:
    head = Text.assemble(
        (finding.severity.value, _STYLES[finding.severity]), f" {finding.rule} ", (text.clean(finding.place), "bold")
    )
    lines = [head]
    if finding.code:
        lines.append(Text(f"    {text.clean(finding.code, 160)}", style="dim"))
    lines.append(Text(f"  {text.clean(finding.message, 300)}. {finding.why}"))
    lines.append(Text(f"  fix: {finding.fix}"))
    return lines


def _last(outcome: Outcome, most: int) -> str:
    words = [f"{text.plural(len(outcome.findings), 'finding')} in {text.plural(outcome.files, 'file')}"]
    if len(outcome.findings) > most:
        words.append(f"{len(outcome.findings) - most} not shown (--show N, --json or --report)")
    if outcome.allowed:
        words.append(f"{len(outcome.allowed)} let pass")
    if outcome.known or outcome.gone:
        words.append(f"{outcome.known} known to the baseline, {outcome.gone} of it gone")
    if outcome.notes:
        words.append(
            f"{text.plural(len(outcome.notes), 'file')} not looked at, or not wholly: {text.clean(outcome.notes[0], 160)}"
        )
    return "; ".join(words)


@contextlib.contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, else nothing."""
    console = screen.terminal()
    if console is None or quiet:
        yield lambda _done, _of: None
        return
    # Drawn when it is told, not by a thread: processes are forked meanwhile.
    bar = Progress(TextColumn("reading"), BarColumn(), MofNCompleteColumn(), console=console, auto_refresh=False, transient=True)
    with bar:
        task = bar.add_task("", total=None)

        def tell(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)
            if done % 50 == 0 or done == of:
                bar.refresh()

        yield tell

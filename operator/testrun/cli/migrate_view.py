"""How a migration is shown: as a table with reasons, for machines, and what was verified. What files say passes `text.clean`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from testrun.cli import command, text
from testrun.migrate import planning
from testrun.migrate.model import Change, Risk, Todo
from testrun.migrate.planning import Planned

if TYPE_CHECKING:
    from testrun.cli.migrate_verify import Verified

_STYLES = {Risk.LOW: "green", Risk.MEDIUM: "yellow", Risk.HIGH: "red"}
_MOST = 20


def plan(steps: Sequence[Planned]) -> list[Text | str]:
    """A row for each step, the reasons for those that have work, and what is left to people."""
    open_ = [each for each in steps if not each.done]
    lines: list[Text | str] = [*_table(steps)]
    for each in open_:
        lines += [
            "",
            Text(each.step.name, style="bold"),
            f"  why:  {each.step.why}",
            f"  risk: {each.step.risk}: {each.step.because}",
        ]
    todos = [todo for each in steps for todo in each.patch.todos]
    if todos:
        lines += ["", Text("left to you", style="bold"), *_todos(todos)]
    lines += ["", _total(steps)]
    return lines


def _table(steps: Sequence[Planned]) -> list[Text]:
    rows: list[text.Row] = [("STEP", "STATE", "FILES", "LEFT TO YOU", "RISK", "WHAT")]
    for each in steps:
        files, left = len(each.patch.changes), len(each.patch.todos)
        risk = Text(each.step.risk, style="dim" if each.done else _STYLES[each.step.risk])
        rows.append((each.step.name, _state(each), str(files or "-"), str(left or "-"), risk, each.step.what))
    return text.columns(rows)


def _state(step: Planned) -> Text:
    return Text("done", style="dim") if step.done else Text("to do" if step.patch.changes else "yours", style="bold")


def _todos(todos: Iterable[Todo]) -> list[Text | str]:
    return [f"  {text.clean(each.place, 300)}: {text.clean(each.message)}" for each in todos]


def _total(steps: Sequence[Planned]) -> str:
    if all(each.done for each in steps):
        return "nothing to do: no legacy surface is left"
    changes = sum(len(each.patch.changes) for each in steps)
    todos = sum(len(each.patch.todos) for each in steps)
    done = sum(each.done for each in steps)
    places = text.plural(todos, "place")
    return f"{done} of {text.plural(len(steps), 'step')} done; {text.plural(changes, 'change')} to make, {places} left to you"


def tell_todos(todos: Iterable[Todo]) -> None:
    """On stderr: stdout is a patch."""
    for each in todos:
        command.note(f"left to you: {text.clean(each.place, 300)}: {text.clean(each.message)}")


def applied(steps: Sequence[Planned]) -> list[Text | str]:
    """What was written, and what is left."""
    lines: list[Text | str] = []
    for step in steps:
        lines += [f"{step.step.name}: {_action(each)}" for each in step.patch.changes]
    todos = [todo for each in steps for todo in each.patch.todos]
    if todos:
        lines += ["", Text("left to you", style="bold"), *_todos(todos)]
    return lines or ["nothing to do: no legacy surface is left"]


def _action(change: Change) -> str:
    path = text.clean(change.path, 300)
    if change.moved_from:
        return f"{text.clean(change.moved_from, 300)} -> {path}"
    return f"{path} deleted" if change.content is None else path


def tell_verified(told: Verified) -> None:
    command.note(f"{text.plural(told.before, 'test')} passed before, {told.after} pass now")
    for each in told.to_e2e:
        command.note(f"  in phase 3 now, and red: {text.clean(each)}")
    for each in told.lost[:_MOST]:
        command.note(f"  passed before: {text.clean(each, 1000)}")
    if told.lost:
        command.hint("look with `git diff`; `git stash --include-untracked` takes all of it back")


def for_machines(
    steps: Sequence[Planned], *, diffs: bool, applied: bool = False, verified: Verified | None = None
) -> dict[str, Any]:
    body = {
        "steps": [
            {
                "name": each.step.name, "what": each.step.what, "why": each.step.why, "risk": str(each.step.risk),
                "because": each.step.because, "done": each.done,
                "changes": [
                    {"path": one.path, "from": one.moved_from or None, "deleted": one.content is None}
                    for one in each.patch.changes
                ],
                "todos": [dataclasses.asdict(one) for one in each.patch.todos],
                "toPhase3": list(each.patch.tests),
                **({"diff": "".join(planning.diff(each))} if diffs else {}),
            }
            for each in steps
        ],
        "applied": applied,
    }  # fmt: skip
    if verified is not None:
        body["verified"] = {
            "passedBefore": verified.before, "passedAfter": verified.after, "toPhase3": list(verified.to_e2e),
            "lost": list(verified.lost),
        }  # fmt: skip
    return body

"""The program around the commands: help that needs no command, errors as text, exit codes, and no traceback unless asked for."""

from __future__ import annotations

import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

import testrun
from testrun.cli import command, main


def fails(error: BaseException) -> command.Root:
    """A program whose one command ends with that error."""
    root = command.Root("prog", {"go": ("x:y", "Go.")})

    @click.command()
    def go() -> None:
        raise error

    root.get_command = lambda ctx, name: go if name == "go" else None  # type: ignore[method-assign, assignment]
    return root


ENDS = {
    "a problem": (command.Problem("no cluster", "start one"), 2, "error: no cluster\nhint: start one\n"),
    "a problem without advice": (command.Problem("no cluster"), 2, "error: no cluster\n"),
    "wrong usage": (click.UsageError("no such thing"), 2, "error: no such thing\nhint: prog go --help\n"),
    "Ctrl-C": (KeyboardInterrupt(), 130, "\n"),
    "a fault of ours": (
        RuntimeError("oops"), 2,
        "error: this is a fault of prog: RuntimeError: oops\nhint: run it again with AMEIDE_DEBUG=1 and report what it shows\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ENDS)
def test_how_it_ends(case: str) -> None:
    error, code, stderr = ENDS[case]
    result = CliRunner().invoke(fails(error), ["go"])
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", stderr)


@pytest.mark.parametrize(("args", "env"), [(["--debug", "go"], {}), (["go"], {"AMEIDE_DEBUG": "1"})])
def test_a_traceback_is_shown_only_when_asked_for(args: list[str], env: dict[str, str]) -> None:
    result = CliRunner().invoke(fails(RuntimeError("oops")), args, env=env)
    assert "Traceback (most recent call last)" in result.stderr
    assert result.exit_code == 2


def test_a_command_s_number_is_the_exit_code() -> None:
    root = fails(ValueError())
    returns = click.Command("go", callback=lambda: 1)
    root.get_command = lambda ctx, name: returns  # type: ignore[method-assign, assignment]
    assert CliRunner().invoke(root, ["go"]).exit_code == 1


def test_a_program_without_arguments_shows_its_help_and_fails() -> None:
    result = CliRunner().invoke(main.ameide, [])
    assert (result.exit_code, result.stdout, result.stderr.splitlines()[0]) == (
        2,
        "",
        "Usage: ameide [OPTIONS] COMMAND [ARGS]...",
    )


def test_a_command_that_does_not_exist() -> None:
    result = CliRunner().invoke(main.ameide, ["testrun", "frobnicate"])
    assert (result.exit_code, result.stderr) == (2, "error: No such command 'frobnicate'.\nhint: ameide testrun --help\n")


def test_version() -> None:
    assert CliRunner().invoke(main.ameide, ["--version"]).stdout == f"ameide {testrun.__version__}\n"
    assert CliRunner().invoke(main.plugin, ["--version"]).stdout == f"kubectl-testrun {testrun.__version__}\n"


@pytest.mark.parametrize("name", main.TESTRUN)
def test_every_command_s_help_has_an_example(name: str) -> None:
    result = CliRunner().invoke(main.ameide, ["testrun", name, "--help"])
    assert (result.exit_code, f"ameide testrun {name} shop" in result.stdout or f"testrun {name} -f" in result.stdout) == (
        0,
        True,
    )


@pytest.mark.parametrize("group", main.AMEIDE)
def test_every_group_is_where_the_table_says(group: str) -> None:
    assert CliRunner().invoke(main.ameide, [group, "--help"]).exit_code == 0


def test_help_loads_none_of_the_commands() -> None:
    """The operator's process starts here too: what it does not use should not take its memory."""
    code = (
        "import sys; from testrun.cli import main\n"
        "try: main.ameide.main(['testrun', '--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'rich', 'aiohttp', 'kubernetes', 'kopf', 'pydantic', 'asyncio'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(("env", "coloured"), [({"NO_COLOR": "1"}, False), ({}, True)])
def test_colours_are_for_terminals_that_want_them(env: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    result = CliRunner().invoke(fails(command.Problem("no")), ["go"], env=env, color=True)
    assert ("\x1b[" in result.stderr) is coloured


def go(code: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    """A program whose command runs that code, in a process of its own."""
    program = (
        "import click\nfrom testrun.cli import command\nroot = command.Root('prog', {'go': ('x:y', '')})\n"
        f"root.get_command = lambda *_: click.Command('go', callback=lambda: {code})\nroot.main(['go'])"
    )
    return subprocess.run([sys.executable, "-c", program], stderr=subprocess.PIPE, check=False, **options)  # type: ignore[call-overload, no-any-return]


def test_nobody_reads_on() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "wb") as out:
        done = go("click.echo('x' * 100000)", stdout=out)
    assert (done.returncode, done.stderr) == (2, b"")


def test_a_terminal_that_lacks_a_character() -> None:
    done = go("print('cart › adds')", stdout=subprocess.PIPE, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stdout) == (0, b"cart ? adds\n")

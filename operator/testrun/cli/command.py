"""What all commands share: groups that load a command only when it is used, and how errors end the program.

Must stay light: `ameide operator run` imports it too, and `ameide --help` is typed often. Only click and the standard library.

Exit codes: 0 passed, or done; 1 tests failed; 2 could not run (usage, environment, machinery); 130 ended by Ctrl-C, 143 by
SIGTERM.
"""

from __future__ import annotations

import contextlib
import datetime
import gc
import importlib
import importlib.util
import io
import os
import sys
import types
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import click

import testrun

PASSED, FAILED, COULD_NOT_RUN, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)  # noqa: TID251  # the command line is an entry point


class Problem(click.ClickException):
    """What the person at the keyboard has to know: one line, and at best one hint what to do. Ends the program with 2."""

    exit_code = COULD_NOT_RUN

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class LazyGroup(click.Group):
    """A group whose commands are named as ``module:attribute`` and imported when they run; its help needs none of them."""

    def __init__(self, name: str, commands: Mapping[str, tuple[str, str]], **options: Any) -> None:
        """``commands``: name -> (where it is, its short help)."""
        super().__init__(name, context_settings=_CONTEXT, **options)
        self.lazy = dict(commands)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature, here and below
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in self.lazy:
            return None
        module, attribute = self.lazy[cmd_name][0].split(":")
        command: click.Command = getattr(load(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, short) for name, (_, short) in self.lazy.items()])


class Root(LazyGroup):
    """The program itself: runs a command and turns its end into text on stderr and an exit code; a traceback only if asked."""

    def __init__(self, name: str, commands: Mapping[str, tuple[str, str]], **options: Any) -> None:
        debug = click.Option(["--debug"], is_flag=True, envvar="AMEIDE_DEBUG", help="Show a traceback when something goes wrong.")
        super().__init__(name, commands, params=[debug], callback=lambda **_: None, **options)
        click.version_option(testrun.__version__, "--version", prog_name=name, message="%(prog)s %(version)s")(self)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # `ameide … | head`: nobody reads on, and nobody is to be told
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(COULD_NOT_RUN) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            if ctx.params["debug"] and isinstance(sys.exc_info()[1], Problem):
                _traceback()
            raise
        except Exception as error:
            if ctx.params["debug"]:
                _traceback()
            raise Problem(
                f"this is a fault of {self.name}: {type(error).__name__}: {error}",
                "run it again with AMEIDE_DEBUG=1 and report what it shows",
            ) from error

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, *_: Any, **extra: Any) -> NoReturn:
        extra.pop("standalone_mode", None)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a character shows another, and the command goes on
                stream.reconfigure(errors="replace")
        try:
            code = super().main(args, prog_name or self.name, standalone_mode=False, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            code = COULD_NOT_RUN
        except click.UsageError as error:
            where = error.ctx.command_path if error.ctx else self.name
            code = fail(error.format_message(), f"{where} --help")
        except click.ClickException as error:
            code = fail(error.format_message(), getattr(error, "hint", ""))
        except click.Abort:
            code = INTERRUPTED
        gc.freeze()  # or all that is about to end would be searched for garbage, for as long as a quick command takes
        sys.exit(code if isinstance(code, int) else PASSED)


def load(module: str) -> types.ModuleType:
    """Import a module, without looking for garbage meanwhile: what is loaded stays."""
    gc.disable()
    try:
        return importlib.import_module(module)
    finally:
        gc.enable()


def postpone(*modules: str) -> None:
    """Have modules loaded when something of them is first used, not when they are imported. Not for modules that threads use
    first: two of them at once would see half of one. As in the documentation of `importlib.util.LazyLoader`.
    """
    for name in modules:
        parent, _, own = name.rpartition(".")
        spec = importlib.util.find_spec(name)
        if name in sys.modules or spec is None or spec.loader is None:
            continue
        spec.loader = importlib.util.LazyLoader(spec.loader)
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        setattr(sys.modules[parent], own, module)


def fail(message: str, hint: str = "") -> int:
    """Writes ``error:`` and ``hint:`` to stderr. Returns the exit code for it."""
    _tell("error", "red", message)
    if hint:
        _tell("hint", "cyan", hint)
    return COULD_NOT_RUN


def note(message: str) -> None:
    """A line for people, on stderr: stdout is data."""
    click.echo(message, err=True, color=_color())


def hint(message: str) -> None:
    _tell("hint", "cyan", message)


def _tell(word: str, color: str, message: str) -> None:
    click.echo(f"{click.style(f'{word}:', fg=color, bold=True)} {message}", err=True, color=_color())


def _color() -> bool | None:
    return False if os.environ.get("NO_COLOR") else None


def _traceback() -> None:
    import traceback

    traceback.print_exc()


def program(ctx: click.Context) -> str:
    """How these commands are called in hints: ``ameide testrun``, or ``kubectl testrun`` as a plugin."""
    return "kubectl testrun" if ctx.find_root().command.name == "kubectl-testrun" else "ameide testrun"

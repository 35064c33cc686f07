"""``artifacts``: brings a run's evidence to a local folder, or lists it."""

from __future__ import annotations

import contextlib
import pathlib
from collections.abc import Callable, Iterator

import click
from rich import progress as bars
from rich.console import Console

from testrun.artifacts import layout, manifest
from testrun.cli import cluster, command, download, place, run, screen, text, view
from testrun.cli.command import Problem
from testrun.core import model
from testrun.kube import client as kube


@click.command()
@click.argument("name")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=pathlib.Path),
    metavar="DIR",
    help="Folder to write to.  [default: ./artifacts/NAME]",
)
@click.option("--list", "only_list", is_flag=True, help="List the files instead of downloading them.")
@click.option("--run-uid", metavar="UID", help="Evidence of an earlier run of that name, which may be deleted by now.")
@place.target_options
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as JSON on stdout.")
@place.server_options
@click.pass_context
def artifacts(
    ctx: click.Context, name: str, output: pathlib.Path | None, only_list: bool, run_uid: str | None, target: place.Target,
    where: place.Where, as_json: bool,
) -> int:  # fmt: skip
    """Download the evidence of the run NAME: its page, JUnit, and what the tests attached. Every file's sha256 is checked.

    Files that are there already are not fetched again. Reading needs the right to `get` the TestRun.

    \b
    ameide testrun artifacts shop
    ameide testrun artifacts shop -o build/evidence
    ameide testrun artifacts shop --list
    """
    folder = output if output is not None else pathlib.Path("artifacts") / name

    async def work() -> int:
        async with cluster.connect(target) as there, where(there.client) as server:
            if run_uid is None:
                seen = run.read(await there.client.get(kube.TESTRUNS, name, there.namespace))
                _stored_or_say(seen, folder, f"{command.program(ctx)} wait {name}{there.flags}", write=not only_list)
                ref, digest = seen.ref, seen.manifest_sha256
            else:
                ref, digest = model.RunRef(namespace=there.namespace, name=name, uid=run_uid), ""
            listed, data = await server.manifest(ref, sha256=digest)
            if not only_list:
                download.check(listed.files)
                with _bar(sum(file.bytes for file in listed.files)) as copied:
                    await download.fetch(server, ref, listed, data, folder, copied=copied)
            if as_json:
                click.echo(manifest.dump(listed), nl=False)
            elif only_list:
                rows = [("BYTES", "SHA256", "PATH"), *((str(file.bytes), file.sha256, file.path) for file in listed.files)]
                screen.out(text.columns(rows))
            else:
                total = text.size(sum(file.bytes for file in listed.files))
                command.note(f"{text.plural(len(listed.files), 'file')}, {total}, each with the sha256 of the manifest")
                there_are = {file.path for file in listed.files}
                screen.out(str(folder / path) for path in (layout.REPORT, layout.JUNIT) if path in there_are)
        return command.PASSED

    return cluster.run(work())


def _stored_or_say(seen: run.Run, folder: pathlib.Path, waiting: str, *, write: bool) -> None:
    """Raises `Problem` when there is nothing in the store; what JUnit the status holds is written to the folder."""
    stored = seen.condition("EvidenceStored")
    if stored is not None and stored.status == "True":
        return
    if not seen.finished:
        raise Problem(
            f"TestRun {seen.name} is {view.state(seen)}: its evidence is stored when it ends", f"wait for it: {waiting}"
        )
    why = text.clean((stored.message or stored.reason) if stored is not None else "there was none", 300)
    hint = ""
    if seen.junit and write:
        place = folder / "junit.xml"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            place.write_text(seen.junit, encoding="utf-8")
        except OSError as error:
            raise Problem(f"cannot write to {folder}: {error.strerror or error}") from error
        hint = f"the JUnit of the TestRun's status is in {place}"
    raise Problem(f"the evidence of TestRun {seen.name} is not stored: {why}", hint)


@contextlib.contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal; elsewhere nothing."""
    console = Console(stderr=True, markup=False, highlight=False)
    if not console.is_terminal or console.is_dumb_terminal:
        yield lambda _: None
        return
    columns = (bars.BarColumn(), bars.DownloadColumn(), bars.TransferSpeedColumn())
    with bars.Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task("", total=total)
        yield lambda count: shown.advance(task, count)

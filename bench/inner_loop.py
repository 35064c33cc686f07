"""What ``ameide dev inner-loop-test`` adds to the vendors' tools, on the example monorepo. Prints tables; asserts nothing.

    python -m bench.inner_loop [--runs N]

The same tools are run by hand one after the other, and through ``ameide``, in turn, so that a machine that slows down slows both.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence

import rich.console
import rich.table

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
EXAMPLE = REPOSITORY / "examples/monorepo"
AMEIDE = pathlib.Path(sys.executable).with_name("ameide")
console = rich.console.Console()


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def run(*command: str | pathlib.Path, folder: pathlib.Path) -> None:
    answer = subprocess.run([str(each) for each in command], cwd=folder, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise SystemExit(
            f"{' '.join(map(str, command))} ended with {answer.returncode}:\n{answer.stdout[-2000:]}{answer.stderr[-2000:]}"
        )


def by_hand(root: pathlib.Path) -> list[tuple[str, Callable[[], None]]]:
    """Phases 1 and 2 as a person would run them."""
    cart, web, discounts = root / "services/cart", root / "packages/storefront", root / "services/discounts"
    jest, pytest = root / "node_modules/jest/bin/jest.js", root / ".venv/bin/pytest"
    return [
        ("go", lambda: run("go", "test", "-count=1", "./...", folder=cart)),
        ("jest", lambda: run("node", jest, "__tests__/unit/", folder=web)),
        ("pytest", lambda: run(pytest, "-m", "not integration", folder=discounts)),
        ("go", lambda: run("go", "test", "-count=1", "-tags=integration", "./...", folder=cart)),
        ("jest", lambda: run("node", jest, "--runInBand", "__tests__/integration/", folder=web)),
        ("pytest", lambda: run(pytest, "-m", "integration", folder=discounts)),
    ]


def through_ameide(root: pathlib.Path, *options: str) -> Callable[[], None]:
    return lambda: run(AMEIDE, "dev", "inner-loop-test", *options, folder=root)


def copy(target: pathlib.Path, *, only: Sequence[str] = ()) -> pathlib.Path:
    """The example, or only some of its folders, as a repository of its own; installed packages are shared."""
    files = subprocess.run(["git", "ls-files", "-z"], cwd=EXAMPLE, check=True, capture_output=True, text=True).stdout.split("\0")
    for file in filter(None, files):
        if not only or file.startswith(tuple(only)) or "/" not in file:
            (target / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(EXAMPLE / file, target / file)
    for shared in ("node_modules", ".venv"):
        (target / shared).symlink_to(EXAMPLE / shared)
    for command in (
        ("init", "-q"),
        ("add", "."),
        ("-c", "user.name=b", "-c", "user.email=b@example.com", "commit", "-qm", "bench"),
    ):
        run("git", *command, folder=target)
    return target


def large(target: pathlib.Path) -> pathlib.Path:
    """2,000 test files (Go, Jest and pytest in equal parts) and 3,000 others."""
    for number in range(5000):
        kind, folder = number % 3, target / f"services/s{number % 97}"
        folder.mkdir(parents=True, exist_ok=True)
        if number >= 2000:
            (folder / f"code{number}.py").write_text(f"def f{number}(a):\n    return a + {number}\n" * 20)
        elif kind == 0:
            (folder / f"x{number}_test.go").write_text(
                f'package s\n\nimport "testing"\n\nfunc TestX{number}(t *testing.T) {{}}\n' * 5
            )
        elif kind == 1:
            (folder / "__tests__/unit").mkdir(parents=True, exist_ok=True)
            (folder / f"__tests__/unit/x{number}.test.ts").write_text(f'test("x{number}", () => {{ expect(1).toBe(1) }})\n' * 5)
        else:
            (folder / f"test_x{number}.py").write_text(f"def test_x{number}():\n    assert 1\n" * 5)
    run("git", "init", "-q", folder=target)
    return target


def own_part(root: pathlib.Path) -> float:
    """Seconds of discovery and of phase 0 without the tools, in a process that has loaded all it needs."""
    code = (
        "import pathlib, time\n"
        "from testrun.local import discovery, environment, go_sources, repository\n"
        "from testrun.local.rules import classify, legacy, source\n"
        f"root = pathlib.Path({str(root)!r})\n"
        "began = time.perf_counter()\n"
        "seen = repository.read(root, environment.current())\n"
        "found = discovery.discover(seen.files, seen.read, chosen={})\n"
        "files = source.on_disk(str(root), seen.files)\n"
        "listed = {file.path for file in files if '__tests__/' in file.path}\n"
        "legacy.scan(files, listed)\n"
        "classify.go(files)\n"
        "classify.jest(files, listed=listed)\n"
        "classify.pytest(files, collected={file.path for file in files if file.name.startswith('test_')})\n"
        "go_sources.read(files)\n"
        "print(time.perf_counter() - began)\n"
    )
    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(answer.stdout)


def shown(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} s ({min(values):.2f}–{max(values):.2f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    os.environ.pop("KUBECONFIG", None)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # with it Python compiles all of us at every start: that is no way to measure
    subprocess.run([str(EXAMPLE / "setup.sh")], check=True, capture_output=True)
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        whole = copy(base / "whole")
        table = rich.table.Table(title=f"Phases 1 and 2 of examples/monorepo, {os.cpu_count()} CPUs, medians of {runs} (min–max)")
        for column in ("", "by hand, one after the other", "ameide", "ameide − by hand", "ratio"):
            table.add_column(column, justify="left" if not column else "right")
        hand, ours = by_hand(whole), through_ameide(whole, "--phase", "1", "--phase", "2")
        compare(table, "all tools", [step for _, step in hand], ours, runs)
        for tool, part in (("go", "services/cart"), ("jest", "packages/storefront"), ("pytest", "services/discounts")):
            alone = copy(base / tool, only=[part])
            steps = [step for name, step in by_hand(alone) if name == tool]
            compare(table, f"{tool} alone", steps, through_ameide(alone, "--phase", "1", "--phase", "2"), runs)
        console.print(table)
        start = [timed(lambda: run(AMEIDE, "--help", folder=base)) for _ in range(runs + 1)][1:]
        big = large(base / "large")
        own = [own_part(big) for _ in range(runs)]
    table = rich.table.Table(title="By itself")
    table.add_column("")
    table.add_column("measured", justify="right")
    table.add_column("wanted", justify="right")
    table.add_row("ameide --help", shown(start), "< 0.15 s")
    table.add_row("discovery and our part of phase 0, 2,000 test files of 5,000", shown(own), "< 2 s")
    console.print(table)


def compare(table: rich.table.Table, name: str, steps: Sequence[Callable[[], None]], ours: Callable[[], None], runs: int) -> None:
    pairs = []
    for number in range(runs + 1):
        pair = (sum(timed(step) for step in steps), timed(ours))
        if number:  # the first fills caches
            pairs.append(pair)
    hand, mine = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    table.add_row(
        name, shown(hand), shown(mine), f"{statistics.median(b - a for a, b in pairs):+.2f} s",
        f"{statistics.median(b / a for a, b in pairs):.2f}",
    )  # fmt: skip


if __name__ == "__main__":
    main()

"""``ameide audit`` on a repository of 10,000 files, first and again; and how its scanners do on labelled snippets.

python -m bench.audit [--files N]
"""

from __future__ import annotations

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import rich.console
import rich.table

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
AMEIDE = pathlib.Path(sys.executable).with_name("ameide")
SUFFIXES = {"python": "py", "typescript": "ts", "go": "go"}
console = rich.console.Console()


def large(target: pathlib.Path, count: int) -> pathlib.Path:
    """Three of ten files are tests, in three languages in equal parts, of 10 different snippets each; the rest is code."""
    from audit import corpus

    tests = {
        language: [each.files for each in corpus.snippets("assertion-strength", language)] for language in SUFFIXES
    }  # fmt: skip
    for number in range(count):
        language = ("python", "typescript", "go")[number % 3]
        folder = target / f"services/s{number % 97}"
        folder.mkdir(parents=True, exist_ok=True)
        if number % 10 < 3:
            known = tests[language]
            content = b"\n".join(next(iter(known[(number + at) % len(known)].values())) for at in range(10))
            name = {"python": f"test_m{number}.py", "typescript": f"m{number}.test.ts", "go": f"m{number}_test.go"}[language]
            if language == "go":
                content = b"package s\n" + content.replace(b"package shop\n", b"")
            (folder / name).write_bytes(content)
        else:
            line = {
                "python": "def f{0}(a):\n    return a + {0}\n\n",
                "typescript": "export const f{0} = (a: number) => a + {0};\n\n\n",
                "go": "func f{0}(a int) int {{\n\treturn a + {0}\n}}\n",
            }[language]
            head = f"package s{number}\n\n" if language == "go" else ""
            (folder / f"m{number}.{SUFFIXES[language]}").write_text(head + "".join(line.format(at) for at in range(40)))
    author = ("-c", "user.name=b", "-c", "user.email=b@example.com")
    for command in (("init", "-q"), ("add", "."), (*author, "commit", "-qm", "bench")):
        subprocess.run(["git", *command], cwd=target, check=True)
    return target


def timed(root: pathlib.Path, environment: dict[str, str]) -> tuple[float, float]:
    """Seconds, and those of all CPUs together: on a machine that is shared they tell more."""
    began, used = time.perf_counter(), os.times()
    answer = subprocess.run(
        [str(AMEIDE), "audit", "--show", "0", "--fail-on", "never"], cwd=root, env=environment, check=False, capture_output=True
    )
    if answer.returncode:
        raise SystemExit(answer.stderr.decode())
    now = os.times()
    return time.perf_counter() - began, now.children_user + now.children_system - used.children_user - used.children_system


def main() -> None:
    sys.path.insert(0, str(REPOSITORY / "tests"))
    from audit import corpus

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--files", type=int, default=10000)
    files = parser.parse_args().files
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # with it Python compiles all of us at every start
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        root = large(base / "large", files)
        environment = os.environ | {"XDG_CACHE_HOME": str(base / "cache")}
        first = timed(root, environment)
        again = min(timed(root, environment) for _ in range(3))
    table = rich.table.Table(title=f"ameide audit of {files:,} files, {os.cpu_count()} CPUs")
    for column in ("", "measured", "CPU time", "wanted"):
        table.add_column(column, justify="left" if not column else "right")
    table.add_row("first", f"{first[0]:.1f} s", f"{first[1]:.1f} s", "≤ 20 s")
    table.add_row("again, nothing changed", f"{again[0]:.1f} s", f"{again[1]:.1f} s", "≤ 3 s")
    console.print(table)

    table = rich.table.Table(title="Scanners on labelled snippets")
    for column in ("scanner", "language", "with", "without", "precision", "recall"):
        table.add_column(column, justify="right" if column not in ("scanner", "language") else "left")
    for scanner, language in corpus.pairs():
        score = corpus.score(scanner, language)
        table.add_row(
            scanner, language, str(score.positives), str(score.negatives), f"{score.precision:.2f}", f"{score.recall:.2f}"
        )
    console.print(table)


if __name__ == "__main__":
    main()

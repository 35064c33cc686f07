"""The labelled snippets of the scanners, and how well the scanners do on them.

A file holds the snippets of one scanner and language; each begins with a line of its own and is a file of its own:

    # --- positive: name: rule
    # --- negative: name @ tests/e2e/test_name.py

The path is where the snippet would stand; without one it is a test of that language. Further files of a snippet follow a line
``# +++ path``.
"""

from __future__ import annotations

import dataclasses
import pathlib
import re

from testrun.audit import engine, records, scanners
from testrun.audit.scanner import Scanner

FOLDER = pathlib.Path(__file__).with_name("testdata")
_MARKER = re.compile(
    r"^(?:#|//) --- (?P<kind>positive|negative): (?P<name>[^:@\n]+?)(?:: (?P<rule>[a-z0-9-]+))?(?: @ (?P<path>\S+))?$",
    re.MULTILINE,
)
_FILE = re.compile(r"^(?:#|//) \+\+\+ (?P<path>\S+)$", re.MULTILINE)
_PLACES = {"python": "tests/test_snippet.py", "typescript": "src/snippet.test.ts", "go": "shop/snippet_test.go"}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Snippet:
    scanner: str
    language: str
    name: str
    rule: str
    """The one that is expected; empty for a negative."""
    files: dict[str, bytes]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Score:
    hits: int
    missed: list[str]
    false: list[str]
    positives: int
    negatives: int

    @property
    def precision(self) -> float:
        return self.hits / max(self.hits + len(self.false), 1)

    @property
    def recall(self) -> float:
        return self.hits / max(self.positives, 1)


def pairs() -> list[tuple[str, str]]:
    """Scanner and language of each file of the corpus."""
    return sorted((each.parent.name, each.stem) for each in FOLDER.glob("*/*.*") if each.stem in _PLACES)


def snippets(scanner: str, language: str) -> list[Snippet]:
    (place,) = (FOLDER / scanner).glob(f"{language}.*")
    content = place.read_text(encoding="utf-8")
    found = list(_MARKER.finditer(content))
    ends = [each.start() for each in found[1:]] + [len(content)]
    return [
        Snippet(
            scanner=scanner, language=language, name=match["name"], rule=f"{scanner}/{match['rule']}" if match["rule"] else "",
            files=_files(content[match.end() + 1 : end], match["path"] or _PLACES[language]),
        )
        for match, end in zip(found, ends, strict=True)
    ]  # fmt: skip


def _files(text: str, path: str) -> dict[str, bytes]:
    parts = _FILE.split(text)
    files = {path: parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}
    return {
        name: (f"package shop\n\n{code}" if name.endswith(".go") and "package " not in code else code).encode()
        for name, code in files.items() if code.strip()
    }  # fmt: skip


def rules_of(snippet: Snippet) -> set[str]:
    """What the scanner says of a snippet, alone and altogether."""
    scanner: Scanner = next(each for each in scanners.ALL if each.name == snippet.scanner)
    kept = {path: records.of(path, data) for path, data in snippet.files.items() if records.wanted(path, data)}
    assert not [record["note"] for record in kept.values() if "could not" in record.get("note", "")], kept
    rules = {each[0] for record in kept.values() for each in record.get("findings", ()) if each[0].startswith(f"{scanner.name}/")}
    if scanner.conclude is not None:
        told = scanner.conclude(engine.facts(kept, "facts", scanner), engine.facts(kept, "configs", scanner))
        rules |= {each.rule for each in told}
    return rules


def score(scanner: str, language: str) -> Score:
    hits = positives = negatives = 0
    missed: list[str] = []
    false: list[str] = []
    for snippet in snippets(scanner, language):
        told = rules_of(snippet)
        if snippet.rule:
            positives += 1
            if snippet.rule in told:
                hits += 1
            else:
                missed.append(snippet.name)
        else:
            negatives += 1
        false += (f"{snippet.name}: {rule}" for rule in sorted(told - {snippet.rule}))
    return Score(hits=hits, missed=missed, false=false, positives=positives, negatives=negatives)

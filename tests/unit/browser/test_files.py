"""The scripts that the operator puts into a shard's Secret."""

import re

from testrun.browser import files


def test_all_scripts_are_carried_as_they_are() -> None:
    assert list(files.shard_files()) == [
        "attachments.cjs",
        "http.mjs",
        "memory.cjs",
        "playwright.mjs",
        "reporter.cjs",
        "reserve.cjs",
        "sender.mjs",
        "shim.mjs",
        "spool.mjs",
        "text.cjs",
    ]


def test_what_a_script_imports_is_carried_too_or_is_part_of_node() -> None:
    scripts = files.shard_files()
    imported = {name for text in scripts.values() for name in re.findall(r"""(?:from|require\(|import) ?'([^']+)'""", text)}
    assert {name.removeprefix("./") for name in imported if not name.startswith("node:")} <= set(scripts)


def test_they_leave_room_in_a_secret() -> None:
    assert sum(len(text.encode()) for text in files.shard_files().values()) < 100_000

"""``docs``: commands are rewritten, prose is listed."""

from __future__ import annotations

from unit.migrate.changed import after, todos

BEFORE = """\
# Tests

`INTEGRATION_MODE=local pytest` runs them, `./a/run_integration_tests.sh` too. Set INTEGRATION_MODE first.

```sh
INTEGRATION_MODE=local bash a/run_integration_tests.sh
INTEGRATION_MODE=local bash b/run_integration_tests.sh   # the other
INTEGRATION_MODE=cluster bash a/run_integration_tests.sh
export INTEGRATION_MODE=local
```
"""
AFTER = """\
# Tests

`pytest` runs them, `ameide dev inner-loop-test --phase integration` too. Set INTEGRATION_MODE first.

```sh
ameide dev inner-loop-test --phase integration
ameide dev inner-loop-test --phase integration   # the other
ameide dev inner-loop-test --phase e2e
```
"""


def test_commands_are_rewritten_and_prose_is_listed() -> None:
    files = {"README.md": BEFORE, "CHANGELOG.md": "INTEGRATION_MODE is new.\n"}
    assert after("docs", files) == {"README.md": AFTER}
    assert todos("docs", files) == [
        "README.md:3: it tells of the old way: `pytest` runs them, `ameide dev inner-loop-test --phase integration` too. Set "
        "INTEGRATION_MODE first."
    ]

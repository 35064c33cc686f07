"""What a repository and a shell tell test tools to do, where it would keep tests from their phase."""

from __future__ import annotations

from collections.abc import Callable

from inner_loop.checkout import CART, Checkout, check_evidence


def test_all_tests_run_whatever_options_the_repository_and_the_shell_have(checkout: Callable[..., Checkout]) -> None:
    """A marker that is not registered, -m, -x and a shell's own selection; a variable that tests need when they are loaded."""
    repository = checkout(*CART)
    repository.write("services/cart/real_test.go", '//go:build integration\n\npackage cart\n\nimport "testing"\n\n'
                     "func TestReal(t *testing.T) {}\n")  # fmt: skip
    repository.write("ameide.toml", 'exclude = ["legacy", "services/cart/old"]\n[unit]\nenvironment = {SHOP = "tea"}\n'
                     '[integration]\nenvironment = {SHOP = "cakes", STUB = "yes"}\n')  # fmt: skip
    repository.write("pytest.ini", '[pytest]\naddopts = -x -m "not integration"\npython_files = tests.py\n')
    repository.write("conftest.py", "import os\n\nos.environ['SHOP']\n")
    repository.write("orders/tests.py", "import os, pytest\n\ndef test_unit(): assert os.environ['SHOP'] == 'tea'\n\n"
                     "@pytest.mark.integration\ndef test_far(): assert os.environ['STUB'] == 'yes'\n")  # fmt: skip
    repository.write("legacy/tests.py", "raise OSError('not looked at')\n")
    repository.write("services/cart/old/old_test.go", "package old\n\nimport \"testing\"\n\n"
                     "func TestOld(t *testing.T) { t.Fatal(\"not looked at\") }\n")  # fmt: skip

    ended = repository.run(env={"PYTEST_ADDOPTS": "-k nothing", "GOFLAGS": "-skip=TestReal -run=TestNothing"})

    assert (ended.code, ended.results) == (0, ["Passed", "Passed", "Passed", "NotRun"]), ended.why
    check_evidence(ended)
    assert {name: result for name, result in ended.cases(1).items() if "pytest" in name} == {"[pytest .] test_unit": "passed"}
    assert ended.phase(1)["passed"] == 13
    assert ended.cases(2) == {"[pytest .] test_far": "passed", "[go services/cart] TestReal": "passed"}


def test_after_a_test_that_failed_the_others_run(checkout: Callable[..., Checkout]) -> None:
    """Also after one that missed a service of this machine, which it is told."""
    repository = checkout("README.md")
    repository.write("pytest.ini", "[pytest]\naddopts = --maxfail=1\n")
    repository.write("test_shop.py", "import socket\n\ndef test_stock(): socket.create_connection(('127.0.0.1', 1))\n\n"
                     "def test_price(): assert 1 == 2\n\ndef test_name(): pass\n")  # fmt: skip

    ended = repository.run()

    assert (ended.code, ended.results) == (1, ["Passed", "Failed", "NotRun", "NotRun"]), ended.why
    check_evidence(ended)
    assert [(each["name"].split()[-1], each["message"]) for each in ended.phase(1)["failures"]] == [
        (
            "test_stock",
            "ConnectionRefusedError: [Errno 111] Connection refused\n"
            'phases 1 and 2 cannot reach this machine\'s own services: stub it, or set network = "host" in [unit]',
        ),
        ("test_price", "assert 1 == 2"),
    ]
    assert ended.phase(1)["passed"] == 1

"""What users come in by, and the workflows that are declared, against the tests that do the same."""

from __future__ import annotations

import datetime
import pathlib

import pytest

from testrun.audit import engine, entrances, manifests, outcome, records
from testrun.audit.finding import Severity
from testrun.audit.model import Entrance

TODAY = datetime.date(2026, 11, 26)
CRDS = b"""apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: shop.io
  names:
    categories: [all]
    kind: Storefront
---
kind: CustomResourceDefinition
spec:
  names:
    kind: "Warehouse"
"""


@pytest.mark.parametrize(
    ("way", "name", "group"),
    [
        ("route", "/orders/{id}", "orders"),
        ("route", "/api/v1/Orders", "orders"),
        ("route", "/:tenant/orders", "orders"),
        ("route", "/(shop)/_layout/gift-cards/[code]", "gift-cards"),
        ("route", "/<int:pk>/", ""),
        ("route", "/", ""),
        ("route", "/api/healthz", ""),
        ("route", "/favicon.ico", ""),
        ("command", "reindex", "reindex"),
        ("command", "completion", ""),
    ],
)
def test_what_a_finding_is_made_for(way: str, name: str, group: str):
    assert entrances.group(Entrance(line=1, way=way, name=name)) == group


def test_words_are_small_single_and_also_joined():
    assert entrances.words(["GET /gift-cards", "ShopOrders", "3"]) == [
        "card",
        "get",
        "gift",
        "giftcard",
        "order",
        "shop",
        "shoporder",
    ]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("app/page.tsx", "/"),
        ("src/app/(shop)/orders/[id]/page.tsx", "/(shop)/orders/[id]"),
        ("web/app/api/orders/route.ts", "/api/orders"),
        ("pages/orders/index.tsx", "/orders"),
        ("pages/orders/[id].js", "/orders/[id]"),
    ],
)
def test_routes_that_are_files(path: str, name: str):
    assert [each.name for each in entrances.of_file(path)] == [name]


@pytest.mark.parametrize("path", ["app/layout.tsx", "pages/_app.tsx", "pages/cart.test.ts", "src/page.tsx", "app/orders/list.ts"])
def test_files_that_are_no_routes(path: str):
    assert entrances.of_file(path) == []


class TestFiles:
    """What is kept of a file that is no code."""

    def test_kinds_with_their_groups_and_lines(self):
        assert manifests.read("config/crd/all.yaml", CRDS) == {"kinds": [["Storefront", "shop.io", 2], ["Warehouse", "", 9]]}

    def test_workflows_with_their_lines(self):
        data = b"workflows:\n  - what: for people\n    name: pay now\n  - {name: 'refund', priority: P1}\n"
        assert manifests.read("workflows.yaml", data) == {
            "workflows": [[3, {"what": "for people", "name": "pay now"}], [4, {"name": "refund", "priority": "P1"}]]
        }

    @pytest.mark.parametrize(
        ("path", "data"),
        [("ameide.toml", b"[gaps]\nworkflows = 'a.yaml'\n"), ("pyproject.toml", b"[tool.ameide.gaps]\nworkflows = 'a.yaml'\n")],
    )
    def test_where_the_configuration_has_them(self, path: str, data: bytes):
        assert manifests.read(path, data) == {"named": "a.yaml"}

    def test_the_words_of_a_case(self):
        assert manifests.read("tests/kuttl/a/00-install.yaml", b"kind: Storefront\n") == {"words": ["kind", "storefront"]}

    @pytest.mark.parametrize(
        "data",
        [b"", b"\xff\xfe", b"workflows: [", b"workflows:\n- 3\n", b"workflows:\n" + b"- " * 50000, b"workflows: &a\n- *a\n",
         b"kind: CustomResourceDefinition\n", b"workflows:\n- name: a\n  " + b"x" * (600 * 1024)],
    )  # fmt: skip
    def test_what_says_nothing(self, data: bytes):
        assert manifests.read("workflows.yaml", data) is None

    @pytest.mark.parametrize("data", [b"", b"workflows = [", b"[gaps]\nworkflows = 3", b"gaps = 'workflows'\n", b"\xffworkflows"])
    def test_a_configuration_that_names_none(self, data: bytes):
        assert manifests.read("ameide.toml", data) is None


class TestRepository:
    """Told from all files, those that are remembered too."""

    FLOWS = "workflows:\n  - name: pay now\n    priority: P1\n    needs: [e2e]\n  - name: refund\n"
    PAY = "def test_pay_now(page):\n    page.goto('/pay')\n    assert page.title() == 'Paid'\n"
    API = "\n".join(
        f"@app.{verb}('/orders/{{id}}')\ndef {verb}_order(id: int): ...\n" for verb in ("get", "put", "patch", "delete")
    )

    @pytest.fixture(autouse=True)
    def here(self, tmp_path: pathlib.Path):
        self.root = tmp_path / "shop"

    def write(self, path: str, content: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(content)

    def audit(self) -> list[tuple[str, Severity, str, str, str]]:
        chosen = engine.choose(["e2e-coverage"])
        paths = sorted(each.relative_to(self.root).as_posix() for each in self.root.rglob("*") if each.is_file())
        cache = records.Cache(self.root.parent / "cache.json")
        seen = engine.audit(self.root, paths, chosen, cache=cache, jobs=1, progress=lambda *_: None)
        findings = outcome.judge(seen, chosen, outcome.Settings(), today=TODAY).findings
        return [(each.rule.partition("/")[2], each.severity, each.place, each.message, each.code) for each in findings]

    def test_workflows_without_tests(self):
        self.write("workflows.yaml", self.FLOWS)
        assert self.audit() == [
            (
                "uncovered", Severity.CRITICAL, "workflows.yaml:2",
                "P1 pay now: no test proves it; none is called like it", "name: pay now",
            ),
            (
                "uncovered", Severity.MAJOR, "workflows.yaml:5",
                "P2 refund: no test proves it; none is called like it", "name: refund",
            ),
        ]  # fmt: skip

    def test_a_test_of_another_kind_is_said(self):
        self.write("workflows.yaml", self.FLOWS.partition("  - name: refund")[0])
        self.write("tests/integration/test_pay.py", self.PAY)
        assert [each[3] for each in self.audit()] == [
            "P1 pay now: no end-to-end test proves it, only others do; none is called like it"
        ]

    def test_only_the_workflows_change(self):
        self.write("tests/e2e/test_pay.py", self.PAY)
        self.write("workflows.yaml", self.FLOWS)
        before = [each[4] for each in self.audit()]
        self.write("workflows.yaml", self.FLOWS.replace("refund", "pay now again"))
        assert (before, [each[4] for each in self.audit()]) == (["name: refund"], ["name: pay now again"])

    def test_routes_of_one_place_are_one_finding(self):
        self.write("shop/api.py", self.API)
        assert self.audit() == [
            (
                "proposed", Severity.MINOR, "shop/api.py:2",
                "no test asks for /orders: `GET /orders/{id}`, `PUT /orders/{id}`, `PATCH /orders/{id}`, `DELETE /orders/{id}`",
                "def get_order(id: int): ...",
            )
        ]  # fmt: skip

    def test_only_the_test_comes(self):
        self.write("shop/api.py", self.API)
        self.audit()
        self.write("tests/test_api.py", "def test_a():\n    assert TestClient(app).get('/orders/3').json() == {}\n")
        assert self.audit() == []

    def test_commands_of_a_folder_are_one_finding(self):
        made = "\n".join(f'var c{each} = &cobra.Command{{Use: "do-{each}"}}' for each in range(6))
        self.write("cmd/all.go", f"package cmd\n\n{made}\n")
        assert [each[3] for each in self.audit()] == ["no test runs `do-0`, `do-1`, `do-2`, `do-3` and 2 more"]

    def test_a_kind_is_told_once(self):
        self.write("config/crd/a.yaml", CRDS.decode())
        self.write("deploy/crds.yaml", CRDS.decode())
        assert [each[2:4] for each in self.audit()] == [
            ("config/crd/a.yaml:2", "no test makes a Storefront (shop.io)"),
            ("config/crd/a.yaml:9", "no test makes a Warehouse ()"),
        ]

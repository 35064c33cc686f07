"""Which plugins a repository has, what they talk to, and what a finding about one says."""

from __future__ import annotations

import datetime
import pathlib

import pytest

from testrun.audit import engine, languages, mentions, outcome, own, plugins, records, services
from testrun.audit.finding import Severity
from testrun.audit.plugins import Declared
from testrun.audit.services import Talk

TODAY = datetime.date(2026, 11, 26)
ADAPTER = "import stripe\n\n\nclass StripeError(Exception): ...\n\n\nclass StripeAdapter:\n    client = stripe\n"
CART = "def test_cart():\n    assert total() == 3\n"


def names(*paths: str, more: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(each.name, each.folder) for each in plugins.find(paths, more, ())]


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (("shop/adapters/stripe.py",), [("stripe", "shop/adapters/stripe")]),
        (("src/Adapters/StripeAdapter.ts",), [("Stripe", "src/Adapters/StripeAdapter")]),
        (("provider/aws/aws.go", "provider/aws/config.go"), [("aws", "provider/aws")]),
        (("plugins/outputs/file/file.go", "plugins/inputs/cpu/cpu.go"),
         [("cpu", "plugins/inputs/cpu"), ("file", "plugins/outputs/file")]),
        (("plugins/slack/src/index.ts", "plugins/slack/src/send.ts"), [("slack", "plugins/slack")]),
        (("providers/dns/all.go", "providers/dns/a/a.go", "providers/dns/b/b.go", "providers/dns/c/c.go"),
         [("a", "providers/dns/a"), ("b", "providers/dns/b"), ("c", "providers/dns/c")]),
        (("adapters/Cache/RedisAdapter.js", "adapters/Cache/LruAdapter.js"),
         [("Lru", "adapters/Cache/LruAdapter"), ("Redis", "adapters/Cache/RedisAdapter")]),
        (("adapters/Store/Mongo/MongoAdapter.js", "adapters/Store/Mongo/client.js", "adapters/Store/Pg/PgAdapter.js"),
         [("Mongo", "adapters/Store/Mongo"), ("Pg", "adapters/Store/Pg")]),
        (("adapters/Auth/AuthAdapter.js", "adapters/Auth/apple.js", "adapters/Auth/github.js", "adapters/Auth/index.js"),
         [("apple", "adapters/Auth/apple"), ("github", "adapters/Auth/github")]),
        (("driver/pg/PgDriver.ts", "driver/pg/PgRows.ts", "driver/pg/PgPool.ts", "driver/pg/PgOptions.ts"),
         [("pg", "driver/pg")]),
        (("providers/gcore/gcoreProvider.go", *(f"providers/gcore/{each}.go" for each in ("convert", "records", "meta"))),
         [("gcore", "providers/gcore")]),
        (("plugins/pay/providers/card.ts",), [("card", "plugins/pay/providers/card")]),
    ],
    ids=["a file", "a word at its end", "a package", "what sorts them", "a workspace", "most are named as their folder",
         "files that say what they are", "folders that hold one each", "beside their base", "called as their folder",
         "a package of Go",
         "the innermost folder"],
)  # fmt: skip
def test_what_stands_below_a_folder(paths: tuple[str, ...], found: list[tuple[str, str]]):
    assert names(*paths) == found


@pytest.mark.parametrize(
    "path",
    [
        "shop/adapters/__init__.py", "src/adapters/index.ts", "adapters/base.py", "adapters/abstract_store.py",
        "adapters/types.ts",
        "providers/providers.go", "src/providers/CartProvider.tsx", "adapters/payment.interface.ts", "adapters/IStore.ts",
        "adapters/_shared.py",
        "drivers/PgDataOptions.ts", "drivers/in-memory.ts", "plugins/vite.config.ts", "shop/stripe.py",
        "web/src/backend/orders.ts", "plugins/http_response/ask.go", "src/providers/WebhookProvider.ts",
        "shop/providers/stripe/fake/client.py",
        "tests/integration/stripe.py", "cmd/cli/app/provider/provider_delete.go", "providers/service.go",
        "docs/drivers/src/bedrock.py", "examples/adapters/stripe.py",
    ],
)  # fmt: skip
def test_what_is_no_plugin(path: str):
    assert names(path) == []


@pytest.mark.parametrize("folder", ["gateways", "shop/gateways", "/shop/gateways/"])
def test_further_folders(folder: str):
    paths = ("shop/gateways/adyen.py", "shop/gates/a.py")
    assert (names(*paths), names(*paths, more=(folder,))) == ([], [("adyen", "shop/gateways/adyen")])


class TestEntryPoints:
    TOML = b'[project.scripts]\nshop = "shop:main"\n[project.entry-points."shop.pay"]\ncard = "shop.card:Card"\n'
    POETRY = b'[tool.poetry.plugins."shop.pay"]\n"card" = "shop.card:Card"\n'
    CFG = b"[options.entry_points]\nconsole_scripts =\n    shop = shop:main\nshop.pay =\n    card = shop.card:Card [extra]\n"

    @pytest.mark.parametrize(
        ("path", "data", "found"),
        [
            ("pyproject.toml", TOML, [["shop.pay", "card", "shop.card:Card", 4, 'card = "shop.card:Card"']]),
            ("pyproject.toml", POETRY, [["shop.pay", "card", "shop.card:Card", 2, '"card" = "shop.card:Card"']]),
            ("setup.cfg", CFG, [["shop.pay", "card", "shop.card:Card [extra]", 5, "card = shop.card:Card [extra]"]]),
            ("pyproject.toml", b'[project]\nentry-points = "x"\n', []),
            ("pyproject.toml", b"project = 3\n", []),
            ("pyproject.toml", b"[", []),
            ("setup.cfg", b"entry_points\n", []),
        ],
    )
    def test_what_a_project_declares(self, path: str, data: bytes, found: list[list[object]]):
        assert plugins.entry_points(path, data) == found

    @pytest.mark.parametrize(
        ("module", "folder"), [("pay/shop/card.py", "pay/shop/card"), ("pay/src/shop/card/__init__.py", "pay/src/shop/card")]
    )
    def test_where_it_stands(self, module: str, folder: str):
        entry = Declared("shop.pay", "card", "shop.card:Card", 4, "", path="pay/pyproject.toml")
        assert [(each.name, each.folder) for each in plugins.find({module}, (), [entry])] == [("card", folder)]

    def test_of_a_plugin_that_is_known(self):
        entry = Declared("shop.pay", "card", "shop.adapters.stripe:Card", 4, "")
        (found,) = plugins.find({"shop/adapters/stripe.py"}, (), [entry])
        assert (found.name, found.declared) == ("stripe", entry)


@pytest.mark.parametrize(
    ("path", "code", "talk"),
    [
        ("a.py", "import requests.adapters", Talk(services.HTTP, "requests.adapters")),
        ("a.py", "from google.cloud import storage", Talk("", "google.cloud")),
        ("a.py", "import psycopg", Talk("a database", "psycopg")),
        ("a.py", "subprocess.run(['gs'])", Talk("a process", "subprocess.run")),
        ("a.ts", "import { S3Client } from '@aws-sdk/client-s3';", Talk("", "@aws-sdk/client-s3")),
        ("a.ts", "const r = await fetch(url);", Talk(services.HTTP, "fetch")),
        ("a.ts", "void fetch(url);", Talk(services.HTTP, "fetch")),
        ("a.js", "const { Pool } = require('pg');", Talk("a database", "pg")),
        ("a.go", 'import "github.com/redis/go-redis/v9"', Talk("", "github.com/redis/go-redis/v9")),
        ("a.go", 'c, err := net.Dial("tcp", a)', Talk("the network", "net.Dial")),
    ],
)
def test_what_code_talks_to(path: str, code: str, talk: Talk):
    assert services.talks(languages.of(path) or "", code.encode()) == [talk]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("a.py", "from .redis import x"),
        ("a.py", "# urlopen('x')\nimport json"),
        ("a.py", "from botocore.exceptions import ClientError"),
        ("a.py", "from requests import HTTPError, Timeout"),
        ("a.py", "from requests.structures import CaseInsensitiveDict"),
        ("a.ts", "import { redis } from './redis';"),
        ("a.ts", "async fetch(id: string) {}"),
        ("a.ts", "import axios from 'axios';\nimport { ref } from 'vue';"),
        ("a.ts", "await fetch('/api/carts')"),
        ("a.go", 'import "net/http"\n\nfunc Serve(w http.ResponseWriter) {}'),
        ("a.go", 'import "github.com/aws/aws-sdk-go-v2/service/route53/types"'),
    ],
)
def test_what_talks_to_nothing(path: str, code: str):
    assert services.talks(languages.of(path) or "", code.encode()) == []


def test_all_that_code_may_talk_to():
    code = b"import redis\nimport requests\nimport redis\n\nurlopen('x')\n"
    assert services.talks("python", code) == [
        Talk("", "redis"), Talk(services.HTTP, "requests"), Talk(services.HTTP, "urlopen")
    ]  # fmt: skip


def test_a_module_that_is_called_as_the_plugin_is():
    code = b'import "github.com/redis/go-redis/v9"\nimport "github.com/shopify/ups-go"\nimport "github.com/shopify/dhl"\n'
    redis, ups = Talk("", "github.com/redis/go-redis/v9"), Talk("", "github.com/shopify/ups-go")
    assert services.talks("go", code, ["upsgo"]) == [redis, ups]
    assert services.talks("go", b'import "github.com/shopify/ups-go"', ["upsgo"]) == []


@pytest.mark.parametrize(
    ("language", "module", "is_own"),
    [
        ("python", "shop.records", True),
        ("python", "shop", True),
        ("python", "pay.records", True),
        ("python", "shopify", False),
        ("python", "redis", False),
        ("python", "slack", False),
        ("typescript", "@shop/pricing/rules", True),
        ("typescript", "@store/anything", True),
        ("typescript", "@shop/pricing-sdk", False),
        ("typescript", "redis", False),
        ("go", "github.com/shop/shop/pay", True),
        ("go", "github.com/shop/shopify", False),
        ("go", "shop", False),
    ],
)
def test_what_a_repository_calls_its_own(language: str, module: str, is_own: bool):
    code = ["src/shop/__init__.py", "src/shop/redis/__init__.py", "libs/pay/pay/__init__.py", "adapters/slack/__init__.py"]
    named = {"package.json": "store", "packages/a/package.json": "@shop/pricing", "go.mod": "github.com/shop/shop"}
    assert own.Own(code, named).has(language, module) is is_own


@pytest.mark.parametrize(
    ("path", "data", "name"),
    [
        ("a/package.json", b'{"name": "@shop/a"}', "@shop/a"),
        ("a/package.json", b'{"name": 3}', ""),
        ("a/package.json", b"[", ""),
        ("a/package.json", b"[]", ""),
        ("examples/redis/package.json", b'{"name": "redis"}', ""),
        ("go.mod", b"// of the shop\nmodule github.com/shop/shop\n", "github.com/shop/shop"),
        ("go.mod", b'module "shop"\n', "shop"),
        ("go.mod", b"go 1.24\n", ""),
    ],
)
def test_what_a_manifest_names(path: str, data: bytes, name: str):
    assert own.name(path, data) == name


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("class StripeError: ...\nclass Client: ...\nclass StripeAdapter: ...\n", 3),
        ("def stripe_url(): ...\nclass Client: ...\n", 1),
        ("def url(): ...\nclass Client: ...\n", 2),
        ("x = 1\n", 0),
    ],
)
def test_the_line_that_stands_for_a_file(code: str, line: int):
    assert mentions.first("python", code.encode(), "stripe") == line


def audited(root: pathlib.Path, files: dict[str, str]) -> list[tuple[str, str, str, str]]:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    chosen = engine.choose(["plugin-integration"])
    seen = engine.audit(root, sorted(files), chosen, cache=records.Cache(None), jobs=1, progress=lambda *_: None)
    found = outcome.judge(seen, chosen, outcome.Settings(), today=TODAY).findings
    assert {each.severity for each in found} <= set(Severity)
    return [(f"{each.severity.value} {each.rule.partition('/')[2]}", each.place, each.code, each.message) for each in found]


class TestFindings:
    def test_an_adapter_that_no_test_names(self, tmp_path: pathlib.Path):
        assert audited(tmp_path, {"shop/adapters/stripe.py": ADAPTER, "tests/test_cart.py": CART}) == [
            ("major untested", "shop/adapters/stripe.py:7", "class StripeAdapter:",
             "the adapter `stripe` talks to `stripe`; no test names it or comes to it")
        ]  # fmt: skip

    def test_the_package_of_the_project_is_no_service(self, tmp_path: pathlib.Path):
        adapter = "import consul.records\nimport stripe\n\n\nclass StripeAdapter:\n    client = stripe\n"
        files = {"src/consul/adapters/stripe.py": adapter, "src/consul/__init__.py": "", "tests/test_cart.py": CART}
        assert [message.partition(";")[0] for *_, message in audited(tmp_path, files)] == [
            "the adapter `stripe` talks to `stripe`"
        ]

    def test_a_service_is_told_before_the_database(self, tmp_path: pathlib.Path):
        adapter = "import sqlalchemy\nimport requests\n\n\nclass CrmAdapter:\n    get = requests.get\n"
        assert audited(tmp_path, {"shop/adapters/crm.py": adapter, "tests/test_cart.py": CART}) == [
            ("major untested", "shop/adapters/crm.py:5", "class CrmAdapter:",
             "the adapter `crm` talks to an HTTP service (`requests`); no test names it or comes to it")
        ]  # fmt: skip

    def test_the_nearest_unit_tests_are_told(self, tmp_path: pathlib.Path):
        test = "from shop.adapters.stripe import StripeAdapter\n\ndef test_a():\n    assert StripeAdapter().client\n"
        files = {
            "shop/adapters/stripe.py": ADAPTER,
            "tests/test_a.py": test,
            "tests/test_b.py": test,
            "tests/test_stripe.py": test,
        }
        assert [(rule, message.partition("; ")[2]) for rule, _, _, message in audited(tmp_path, files)] == [
            ("minor unit-only", "only unit tests come to it: tests/test_stripe.py, tests/test_a.py and 1 more")
        ]

    def test_an_entry_point_that_talks_to_nothing_is_told_where_it_is_declared(self, tmp_path: pathlib.Path):
        project = '[project.entry-points."shop.print"]\npaper = "shop.paper:Paper"\n'
        files = {"shop/paper.py": "class Paper: ...\n", "pyproject.toml": project, "tests/test_cart.py": CART}
        assert audited(tmp_path, files) == [
            ("minor untested", "pyproject.toml:2", 'paper = "shop.paper:Paper"',
             "the plugin `paper`, an entry point of shop.print, stands here; no test names it or comes to it")
        ]  # fmt: skip

    @pytest.mark.parametrize("file", ["ameide.toml", "pyproject.toml"])
    def test_folders_of_the_configuration(self, tmp_path: pathlib.Path, file: str):
        table = "[audit]" if file == "ameide.toml" else "[tool.ameide.audit]"
        files = {"shop/gateways/stripe.py": ADAPTER, "tests/test_cart.py": CART}
        before = audited(tmp_path, files)
        after = audited(tmp_path, {**files, file: f'{table}\nplugins = ["gateways"]\n'})
        assert (before, [place for _, place, _, _ in after]) == ([], ["shop/gateways/stripe.py:7"])

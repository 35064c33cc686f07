"""What configuration files say, and what follows for tests: also when only the other file changes."""

from __future__ import annotations

import datetime
import pathlib

import pytest

from testrun.audit import configurations, engine, known_settings, outcome, records, settings
from testrun.audit.configurations import Setting
from testrun.audit.settings import Kind, Part

TODAY = datetime.date(2026, 11, 26)


class TestFiles:
    @pytest.mark.parametrize(
        "path",
        [
            "charts/shop/values.yaml", "values-prod.yml", "ci/prod.values.yaml", "docker-compose.yml", "docker-compose.test.yaml",
            "compose.yaml", ".env", "web/.env.example", "deploy/db.env", "deploy/kustomization.yaml", "k8s/shop/api.yaml",
            "config/shop-configmap.yaml",
        ],
    )  # fmt: skip
    def test_configuration(self, path: str):
        assert configurations.is_one(path) is True

    @pytest.mark.parametrize(
        "path",
        [
            "mkdocs.yml",
            "tests/testdata/values.yaml",
            "node_modules/a/.env",
            "src/env.py",
            ".github/workflows/deploy.yaml",
            ".envrc",
        ],
    )
    def test_no_configuration(self, path: str):
        assert configurations.is_one(path) is False


def test_an_env_file():
    data = b"# of the shop\nDB_HOST=db.shop.internal\nexport DB_PORT = '5433' # outside\r\nEMPTY=\nno setting\n"
    assert configurations.read(".env", data) == [
        Setting("DB_HOST", "db.shop.internal", 2), Setting("DB_PORT", "5433", 3), Setting("EMPTY", "", 4),
    ]  # fmt: skip


def test_helm_values():
    data = b"""image: {registry: ghcr.io, repository: shop/api, tag: v1}
redis:
  port: 6379
extraEnv:
  - name: DB_HOST
    value: db
"""
    assert configurations.read("charts/shop/values.yaml", data) == [
        Setting("image.registry", "ghcr.io", 1), Setting("image", "ghcr.io/shop/api:v1", 1), Setting("image.tag", "v1", 1),
        Setting("redis.port", "6379", 3), Setting("DB_HOST", "db", 6),
    ]  # fmt: skip


def test_compose():
    data = b"""services:
  db:
    image: postgres:16
    ports: ["127.0.0.1:5433:5432"]
    environment:
      - POSTGRES_PASSWORD=hunter2
  web:
    environment:
      PORT: ${PORT:-8080}
"""
    assert configurations.read("compose.yaml", data) == [
        Setting("services.db.image", "postgres:16", 3), Setting("services.db.port", "5433", 4),
        Setting("services.db.port", "5432", 4), Setting("POSTGRES_PASSWORD", "hunter2", 6), Setting("PORT", "8080", 9),
    ]  # fmt: skip


def test_manifests_of_several_kinds():
    data = b"kind: ConfigMap\ndata:\n  DB_HOST: db\n---\nkind: CustomResourceDefinition\nspec:\n  host: none\n"
    assert configurations.read("k8s/all.yaml", data) == [Setting("kind", "ConfigMap", 1), Setting("DB_HOST", "db", 3)]


def test_a_kustomization():
    data = b"""namespace: shop
images:
  - name: api
    newName: ghcr.io/shop/api
    newTag: v2
configMapGenerator:
  - literals: [A=b]
"""
    assert configurations.read("deploy/kustomization.yaml", data) == [
        Setting("namespace", "shop", 1), Setting("api.image", "ghcr.io/shop/api:v2", 5), Setting("A", "b", 7),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"a: [", b"- " * 50000, b"[" * 100000, b"\x00", b"a: b: c"],
)
def test_what_cannot_be_read_says_nothing(data: bytes):
    assert configurations.read("values.yaml", data) == []


@pytest.mark.parametrize("data", [b"a: &a [*a, 1]", b"? ? ? a\n: 1", b"<<: *b", b"a: !!python/object:os.system [1]"])
def test_what_refers_to_itself_or_is_odd_ends_nothing(data: bytes):
    assert all(isinstance(each, Setting) for each in configurations.read("values.yaml", data))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("TEST_PG_ADDR", ("postgres", "address")),
        ("redisPort", ("redis", "port")),
        ("AdminAPIKey", ("admin", "apikey")),
        ("services.db.environment.POSTGRES_PASSWORD", ("db", "postgres", "password")),
        ("api-key", ("apikey",)),
        ("", ()),
    ],
)
def test_the_words_of_a_name(name: str, words: tuple[str, ...]):
    assert settings.words(name) == words


@pytest.mark.parametrize(
    ("name", "value", "parts"),
    [
        ("DB_PORT", "5433", [Part(Kind.PORT, "5433")]),
        ("DB_PORT", "soon", []),
        ("retries", "5433", []),
        ("image", "docker.io/library/postgres:16", [Part(Kind.IMAGE, "postgres:16")]),
        ("image", "postgres", []),
        ("namespace", "shop", [Part(Kind.NAMESPACE, "shop")]),
        ("", "kubectl -n shop get pods", [Part(Kind.NAMESPACE, "shop")]),
        ("token", "${TOKEN}", []),
        ("", "db.shop.svc:5432", [Part(Kind.PLACE, "db.shop.svc:5432"), Part(Kind.HOST, "db.shop.svc"), Part(Kind.PORT, "5432")]),
        (
            "dsn", "postgres://shop:pw@db:5432/shop/",
            [
                Part(Kind.URL, "postgres://shop:pw@db:5432/shop"), Part(Kind.CREDENTIAL, "pw"), Part(Kind.PLACE, "db:5432"),
                Part(Kind.HOST, "db"), Part(Kind.PORT, "5432"),
            ],
        ),
        ("", "http://orders.shop.svc/{}", [Part(Kind.HOST, "orders.shop.svc")]),
    ],
)  # fmt: skip
def test_what_a_value_is(name: str, value: str, parts: list[Part]):
    assert settings.parts(name, value) == parts


@pytest.mark.parametrize(
    ("configs", "place"),
    [
        ((".env", "deploy/compose.yaml", "e2e/compose.yaml"), "e2e/compose.yaml:1"),
        ((".env", "e2e/data/compose.yaml", "e2e/compose.yaml"), "e2e/compose.yaml:1"),
        ((".env", "e2e/data/compose.yaml"), "e2e/data/compose.yaml:1"),
        (("deploy/compose.yaml", "compose.yaml"), "compose.yaml:1"),
    ],
    ids=["the same folder", "and none below it", "below it", "the fewest folders away"],
)
def test_the_nearest_file_is_told(configs: tuple[str, ...], place: str):
    index = known_settings.Index({each: [["db.image", "registry.shop.io/db:16", 1]] for each in configs})
    part = Part(Kind.IMAGE, "registry.shop.io/db:16")
    assert known_settings.near(index.by_part[part], "e2e/test_orders.py")[0].place == place


class TestBothFiles:
    """A finding depends on two files; what is kept of each depends on it alone."""

    TEST = "ORDERS_PORT = 8087\n"
    REPEATED = ("config-duplication/repeated-value", "`8087` is the port that .env:1 says as ORDERS_PORT")
    DRIFT = ("config-duplication/drift", "ORDERS_PORT is `8087`, and `8085` in .env:1")

    def audit(self, root: pathlib.Path, **files: str) -> list[tuple[str, str]]:
        for name, content in files.items():
            (root / {"env": ".env", "test": "conftest.py"}[name]).write_text(content)
        chosen = engine.choose(["config-duplication"])
        paths = sorted(each.name for each in root.iterdir() if each.name != "cache.json")
        seen = engine.audit(
            root, paths, chosen, cache=records.Cache(root / "cache.json"), jobs=1,
            progress=lambda done, of: self.looked.append(done),
        )  # fmt: skip
        found = outcome.judge(seen, chosen, outcome.Settings(), today=TODAY).findings
        return [(each.rule, each.message) for each in found]

    @pytest.fixture(autouse=True)
    def _looked(self):
        self.looked: list[int] = []

    def test_from_the_cache_it_is_the_same(self, tmp_path: pathlib.Path):
        first = self.audit(tmp_path, env="ORDERS_PORT=8087\n", test=self.TEST)
        self.looked = []
        assert (first, self.audit(tmp_path), self.looked) == ([self.REPEATED], [self.REPEATED], [2])

    def test_only_the_configuration_changes(self, tmp_path: pathlib.Path):
        self.audit(tmp_path, env="ORDERS_PORT=8087\n", test=self.TEST)
        self.looked = []
        assert (self.audit(tmp_path, env="ORDERS_PORT=8085\n"), self.looked) == ([self.DRIFT], [1, 2])

    def test_the_configuration_goes_away(self, tmp_path: pathlib.Path):
        self.audit(tmp_path, env="ORDERS_PORT=8087\n", test=self.TEST)
        (tmp_path / ".env").unlink()
        assert self.audit(tmp_path) == []

    def test_a_finding_may_be_let_pass(self, tmp_path: pathlib.Path):
        allowed = "ameide: allow config-duplication/drift until 2026-12-31: moves with issue 12"
        assert self.audit(tmp_path, env="ORDERS_PORT=8085\n", test=f"# {allowed}\n{self.TEST}") == []

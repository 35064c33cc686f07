# Snippets for the scanner; each is a file of its own. They are read, never run.
# --- positive: integration mark in the unit folder: place-and-mark-differ @ tests/unit/test_orders.py
@pytest.mark.integration
def test_orders(database):
    assert count(database) == 1
# --- positive: e2e mark in the integration folder: place-and-mark-differ @ tests/integration/test_flow.py
@pytest.mark.e2e
def test_flow(shop):
    assert shop.buy("tea") == "paid"
# --- positive: the whole module is marked otherwise: place-and-mark-differ @ tests/unit/test_search.py
import pytest
pytestmark = [pytest.mark.integration, pytest.mark.slow]

def test_search(index):
    assert index.find("tea") == ["tea"]
# --- positive: a unit mark among end-to-end tests: place-and-mark-differ @ tests/e2e/test_price.py
@pytest.mark.unit
def test_price():
    assert price("tea") == 3
# --- positive: a marked class: place-and-mark-differ @ services/cart/unit_tests/test_cart.py
@pytest.mark.integration
class TestCart:
    def test_add(self, pool):
        assert add(pool, "tea") == 1
# --- positive: nothing marks it: unmarked-integration @ tests/integration/test_store.py
def test_store(database):
    assert save(database, "a") == 1
# +++ tests/integration/test_marked.py
import pytest

@pytest.mark.integration
def test_marked():
    assert ping() == "pong"
# --- positive: by the file's name: unmarked-integration @ tests/test_integration_mail.py
def test_mail(smtp):
    assert smtp.send("ada") == 250
# +++ tests/integration/test_marked.py
import pytest

@pytest.mark.integration
def test_marked():
    assert ping() == "pong"
# --- positive: other marks only: unmarked-integration @ services/cart/integration_tests/test_events.py
@pytest.mark.asyncio
async def test_events(bus):
    assert await bus.last() == "sold"
# +++ services/cart/integration_tests/test_marked.py
import pytest

@pytest.mark.integration
def test_marked():
    assert ping() == "pong"
# --- positive: a class without marks: unmarked-integration @ integration/test_users.py
class TestUsers:
    def test_list(self, api):
        assert api.users() == ["ada"]
# +++ tests/integration/test_marked.py
import pytest

@pytest.mark.integration
def test_marked():
    assert ping() == "pong"
# --- positive: asks the internet: unit-touches-network
import requests

def test_rate():
    assert requests.get("https://api.rates.io/eur").status_code == 200
# --- positive: httpx posts: unit-touches-network @ tests/unit/test_hooks.py
import httpx

def test_hook():
    reply = httpx.post("https://hooks.shop.io/1", json={})
    assert reply.status_code == 202
# --- positive: a database by name: unit-touches-network @ tests/unit/test_snippet.py
import psycopg2

def test_orders():
    connection = psycopg2.connect(host="db", dbname="shop")
    assert count(connection) == 0
# --- positive: the cluster's configuration: unit-touches-network @ tests/unit/test_snippet.py
from kubernetes import client, config

def test_pods():
    config.load_kube_config()
    assert client.CoreV1Api().list_namespace().items == []
# --- positive: docker: unit-touches-network @ tests/unit/test_snippet.py
import docker

def test_image():
    images = docker.from_env().images.list()
    assert images == []
# --- positive: a container: unit-touches-network @ tests/unit/test_repo.py
from testcontainers.postgres import PostgresContainer

def test_repo():
    with PostgresContainer("postgres:16") as postgres:
        assert Repo(postgres.get_connection_url()).count() == 0
# --- positive: a raw socket: unit-touches-network
import socket

def test_port():
    with socket.create_connection(("shop.internal.corp", 80)) as s:
        assert s.getpeername()[1] == 80
# --- positive: a cloud client: unit-touches-network @ tests/unit/test_snippet.py
import boto3

def test_bucket():
    buckets = boto3.client("s3").list_buckets()["Buckets"]
    assert buckets == []
# --- positive: a message broker: unit-touches-network @ tests/unit/test_snippet.py
import pika

def test_queue():
    connection = pika.BlockingConnection(pika.ConnectionParameters("rabbit"))
    assert connection.is_open
# --- positive: mail: unit-touches-network @ tests/unit/test_snippet.py
import smtplib

def test_mail():
    server = smtplib.SMTP("mail.corp", 25)
    assert server.noop()[0] == 250
# --- positive: a program that must be installed: unit-starts-process @ tests/unit/test_version.py
import subprocess

def test_version():
    out = subprocess.run(["helm", "version"], capture_output=True, text=True)
    assert out.stdout.startswith("version")
# --- positive: check_output: unit-starts-process @ tests/unit/test_cli.py
import subprocess

def test_help():
    assert b"Usage" in subprocess.check_output(["shop", "--help"])
# --- positive: system: unit-starts-process @ tests/unit/test_snippet.py
import os

def test_make():
    assert os.system("make build") == 0
# --- positive: asyncio: unit-starts-process @ tests/unit/test_cluster.py
import asyncio

async def test_ls():
    process = await asyncio.create_subprocess_exec("kubectl")
    assert await process.wait() == 0
# --- positive: Popen in a class: unit-starts-process @ tests/unit/test_snippet.py
import subprocess

class TestServer:
    def test_starts(self):
        server = subprocess.Popen(["./server"])
        assert server.poll() is None
# --- positive: two of one name: never-runs
def test_add():
    assert add(1, 2) == 3

def test_add():
    assert add("a", "b") == "ab"
# --- positive: two methods of one name: never-runs
class TestBasket:
    def test_total(self):
        assert Basket().total() == 0

    def test_empty(self):
        assert Basket().empty()

    def test_total(self):
        assert Basket(["tea"]).total() == 3
# --- positive: a class with an initialiser: never-runs
class TestClient:
    def __init__(self):
        self.client = Client()

    def test_get(self):
        assert self.client.get("/") == 200
# --- positive: a class whose name does not begin with Test: never-runs
class CartTests:
    def test_add(self):
        assert Cart().add("tea") == 1
# --- positive: a file that is not collected: never-runs @ tests/cart_tests.py
def test_add():
    assert Cart().add("tea") == 1
# --- positive: a file with a hyphen: never-runs @ tests/cart-test.py
def test_remove():
    assert Cart(["tea"]).remove("tea") == 0
# --- positive: async ones of one name: never-runs
async def test_read():
    assert await read("a") == 1

async def test_read():
    assert await read("b") == 2
# --- positive: a file in camel case: never-runs @ tests/testOrders.py
def test_order():
    assert Order(1).id == 1
# --- positive: hard, a network behind a helper: unit-touches-network
def ask(path):
    return requests.get("https://api.shop.io" + path)

def test_ask():
    assert ask("/").status_code == 200
# --- negative: place and mark agree @ tests/integration/test_orders.py
@pytest.mark.integration
def test_orders(database):
    assert count(database) == 1
# --- negative: the module is marked @ tests/integration/test_users.py
import pytest
pytestmark = pytest.mark.integration

def test_users(api):
    assert api.users() == []
# --- negative: unit without a mark @ tests/unit/test_price.py
def test_price():
    assert price("tea") == 3
# --- negative: an end-to-end test needs no mark @ tests/e2e/test_shop.py
def test_shop(page):
    assert page.title() == "Shop"
# --- negative: nothing says anything
def test_add():
    assert add(1, 2) == 3
# --- negative: the network is replaced
import requests
from unittest.mock import patch

@patch("requests.get")
def test_rate(get):
    get.return_value.status_code = 200
    assert requests.get("https://api.rates.io").status_code == 200
# --- negative: a library answers
import requests
import responses

@responses.activate
def test_rate():
    responses.add("GET", "https://api.rates.io", json={})
    assert requests.get("https://api.rates.io").json() == {}
# --- negative: a server of its own
import httpx

def test_health(server):
    assert httpx.get(server.url + "/health").status_code == 200
# --- negative: localhost
import requests

def test_local(live_server):
    assert requests.get("http://localhost:8000/").status_code == 200
# --- negative: a process in an integration test @ tests/integration/test_cli.py
import subprocess, pytest

@pytest.mark.integration
def test_cli():
    assert subprocess.run(["shop", "list"]).returncode == 0
# --- negative: the process is replaced
import subprocess

def test_push(monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: None)
    assert subprocess.run(["git", "push"]) is None
# --- negative: patched by name
import subprocess

def test_commit(mocker):
    run = mocker.patch("subprocess.run")
    subprocess.run(["git", "commit"])
    assert run.call_count == 1
# --- negative: the same interpreter
import subprocess, sys

def test_module():
    assert subprocess.run([sys.executable, "-c", "pass"]).returncode == 0
# --- negative: moto stands in for the cloud
import boto3
from moto import mock_aws

@mock_aws
def test_bucket():
    assert boto3.client("s3").list_buckets()["Buckets"] == []
# --- negative: a database in memory
import sqlite3

def test_rows():
    assert sqlite3.connect(":memory:").execute("select 1").fetchone() == (1,)
# --- negative: a local socket pair
import socket

def test_pair():
    left, right = socket.socketpair()
    left.send(b"x")
    assert right.recv(1) == b"x"
# --- negative: another thing called connect
def test_signal():
    signal.connect(handler)
    assert signal.send() == [handler]
# --- negative: another thing called run
def test_job():
    assert scheduler.run("job") == "done"
# --- negative: marked for the network
import requests

@pytest.mark.network
def test_real_rate():
    assert requests.get("https://api.rates.io").status_code == 200
# --- negative: skipped
import requests

@pytest.mark.skip(reason="rates are gone")
def test_old_rate():
    assert requests.get("https://api.rates.io").status_code == 200
# --- negative: the url is only data
def test_url():
    assert normalise("https://api.rates.io/") == "https://api.rates.io"
# --- negative: two names in two classes
class TestA:
    def test_get(self):
        assert A().get() == 1

class TestB:
    def test_get(self):
        assert B().get() == 2
# --- negative: helpers of one name
def build():
    return 1

def build():
    return 2

def test_build():
    assert build() == 2
# --- negative: a base class for others
class CartContract:
    def test_add(self):
        assert self.make().add("tea") == 1

class TestMemoryCart(CartContract):
    def make(self):
        return MemoryCart()
# --- negative: unittest may be called anything
class CartCase(unittest.TestCase):
    def test_add(self):
        self.assertEqual(Cart().add("tea"), 1)
# --- negative: a dataclass with an initialiser is no test
class TestResult:
    def __init__(self, passed):
        self.passed = passed

def test_result():
    assert TestResult(True).passed
# --- negative: a helper file @ tests/helpers.py
def build_order():
    return Order(1)
# --- negative: one per branch of the platform
if sys.platform == "win32":
    def test_path():
        assert path() == "c:"
else:
    def test_path():
        assert path() == "/"
# --- negative: testing a client by its transport
import httpx

def test_transport():
    client = httpx.Client(transport=httpx.MockTransport(handler))
    assert client.get("https://shop.io").status_code == 200
# --- negative: a doctest-like string
def test_docs():
    text = "requests.get('https://shop.io')"
    assert "requests" in text
# --- negative: hard, a recorder answers
import requests

@pytest.mark.vcr
def test_recorded():
    assert requests.get("https://api.rates.io").status_code == 200
# --- negative: reserved names are nobody's
import requests

def test_unreachable():
    with pytest.raises(requests.ConnectionError):
        requests.get("https://nothing.invalid/")
# --- negative: a client that is never asked
import redis

def test_the_password_is_passed_on():
    r = redis.Redis(host=HOST, ssl_password="x")
    conn = r.connection_pool.make_connection()
    assert conn.ssl_password == "x"
    r.close()
# --- positive: a client that is asked: unit-touches-network @ tests/unit/test_snippet.py
import redis

def test_a_plain_connection_is_refused():
    r = redis.Redis(host=HOST, ssl=False)
    with pytest.raises(ConnectionError):
        r.ping()
# --- negative: kept apart by folder, and no test is marked @ tests/integration/test_store.py
def test_store():
    assert store().get("a") == "b"

# --- negative: a database of its own, in a test of no kind
import psycopg2

def test_orders(postgres):
    connection = psycopg2.connect(host=postgres.host, dbname="shop")
    assert count(connection) == 0

# --- negative: a program that is at hand @ tests/unit/test_git.py
import subprocess

def test_version():
    assert subprocess.run(["git", "--version"]).returncode == 0

# --- negative: a stubber answers @ tests/unit/test_table.py
import boto3
from botocore import stub

def test_table():
    client = boto3.client("dynamodb")
    stub.Stubber(client).activate()
    assert client.list_tables() == {}

# --- negative: others build on it, elsewhere @ shop/test_lib.py
class DefaultTests:
    def test_usage(self):
        assert self.bot.usage()
# +++ shop/test_cart.py
from shop.test_lib import DefaultTests

class TestCart(DefaultTests):
    bot = Cart()

# --- negative: an example @ examples/flags/src/getting_started_with_tests.py
def test_flags():
    assert flags() == 1

# --- negative: its folder has a part of the product for a name @ tests/system_integration_link/test_routes.py
def test_routes(client):
    assert client.get("/links").ok
# +++ tests/test_marked.py
import pytest

@pytest.mark.integration
def test_marked():
    assert ping() == "pong"

# --- negative: a mark of its own kind of integration @ tests/integration/test_shops.py
import pytest

@pytest.mark.integration_saas
def test_shops(client):
    assert client.get("/links").ok
# +++ tests/integration/test_marked.py
import pytest

@pytest.mark.integration
def test_marked():
    assert ping() == "pong"

# --- negative: marks of another project @ services/mail/tests/integration/test_mail.py
def test_mail(client):
    assert client.get("/links").ok
# +++ services/cart/tests/test_marked.py
import pytest

@pytest.mark.integration
def test_marked():
    assert ping() == "pong"

# --- negative: named for both, and marked as its folder says @ tests/integration/test_drain_e2e.py
import pytest

@pytest.mark.integration
def test_drain(worker):
    assert worker.drained == 1

# --- negative: a unit test of how two parts are put together @ tests/test_store_integration.py
import pytest

@pytest.mark.unit
def test_store():
    assert Store().clear() == []

# --- negative: few are marked, of those in its place @ tests/integration/test_shops.py
def test_shops(client):
    assert client.get("/links").ok
# +++ tests/integration/test_users.py
def test_users(client):
    assert client.get("/users").ok
# +++ tests/integration/test_marked.py
import pytest

@pytest.mark.integration
def test_marked():
    assert ping() == "pong"

# --- negative: those that are marked stand elsewhere @ tests/test_graph_integration.py
def test_graph():
    assert Graph().nodes == []
# +++ tests/test_marked.py
import pytest

@pytest.mark.integration
def test_marked():
    assert ping() == "pong"

# --- negative: left out where the program is not there @ tests/unit/test_video.py
import shutil
import subprocess

def test_video(tmp_path):
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg not installed")
    assert subprocess.run(["ffmpeg", "-version"]).returncode == 0

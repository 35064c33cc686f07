# Snippets for the scanner; each is a file of its own. They are read, never run.
# --- positive: polls with a deadline: own-wait @ tests/helpers.py
import time

def wait_for(condition, timeout=5.0):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    raise AssertionError("not in time")
# +++ tests/test_queue.py
from tests.helpers import wait_for

def test_queue(queue):
    queue.put("tea")
    wait_for(lambda: queue.empty())
    assert queue.done == ["tea"]
# --- positive: tries again after an exception: own-wait @ tests/support/retry.py
import time

def retry(fn, times=3):
    for attempt in range(times):
        try:
            return fn()
        except ConnectionError:
            if attempt == times - 1:
                raise
            time.sleep(2 ** attempt)
# --- positive: a fixture that waits for a port: own-wait @ tests/conftest.py
import socket, time, pytest

@pytest.fixture(scope="session")
def database():
    while True:
        try:
            socket.create_connection(("localhost", 5432)).close()
            break
        except OSError:
            time.sleep(0.5)
    return "postgres://localhost"
# --- positive: in an async helper: own-wait @ tests/e2e/steps.py
import asyncio

async def settled(page):
    while not await page.evaluate("window.ready"):
        await asyncio.sleep(0.1)
    return page
# --- positive: a method of a base class: own-wait @ tests/base.py
import time, unittest

class ShopCase(unittest.TestCase):
    def eventually(self, check):
        for _ in range(50):
            if check():
                return
            time.sleep(0.1)
        self.fail("never")
# --- positive: a decorator that tries again: own-wait @ tests/flaky.py
import functools, time

def flaky(times):
    def wrap(test):
        @functools.wraps(test)
        def run(*args, **kwargs):
            for left in reversed(range(times)):
                try:
                    return test(*args, **kwargs)
                except AssertionError:
                    if not left:
                        raise
                    time.sleep(1)
        return run
    return wrap
# --- positive: until a status is reached: own-wait @ integration_tests/jobs.py
from time import sleep

def finish(client, job):
    while client.status(job) != "done":
        sleep(1)
    return client.result(job)
# --- positive: two test files have the same loop: copied
import time

def wait_until(check):
    while not check():
        time.sleep(0.1)

def test_cart(cart):
    cart.add("tea")
    wait_until(cart.saved)
    assert cart.total == 3
# +++ tests/test_orders.py
import time

def wait_until(check):
    while not check():
        time.sleep(0.1)

def test_orders(orders):
    wait_until(orders.ready)
    assert orders.count() == 1
# --- positive: two copies of a temporary folder: copied @ tests/unit/test_reader.py
import contextlib, shutil, tempfile

@contextlib.contextmanager
def folder():
    place = tempfile.mkdtemp()
    try:
        yield place
    finally:
        shutil.rmtree(place)

def test_read():
    with folder() as place:
        assert read(place) == []
# +++ tests/unit/test_writer.py
import contextlib, shutil, tempfile

@contextlib.contextmanager
def folder():
    place = tempfile.mkdtemp()
    yield place
    shutil.rmtree(place)

def test_write():
    with folder() as place:
        assert write(place) == 0
# --- positive: generic assertions: own-assertions @ tests/asserts.py
def assert_equal(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r} is not {expected!r}")


def assert_contains(whole, part):
    if part not in whole:
        raise AssertionError(f"{part!r} is not in {whole!r}")
# --- positive: an assertion class: own-assertions @ tests/support/expect.py
class Expect:
    def __init__(self, value):
        self.value = value

    def to_equal(self, other):
        assert self.value == other
        return self

    def to_contain(self, part):
        assert part in self.value
        return self

    def contains(self, part):
        assert part in self.value
        return self

    def is_true(self):
        assert self.value is True
        return self
# --- positive: raises written by hand: own-assertions @ tests/util.py
def assert_raises(kind, function, *args):
    try:
        function(*args)
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was not raised")
# --- positive: bare names: own-assertions @ tests/check.py
def eq(a, b):
    assert a == b, f"{a} != {b}"


def ok(value):
    assert value, f"{value} is not true"
# --- positive: lists without order: own-assertions @ tests/lists.py
def assert_same_elements(left, right):
    left, right = sorted(left), sorted(right)
    for a, b in zip(left, right):
        assert a == b
    assert len(left) == len(right)
# --- positive: a handler of http.server: own-server @ tests/fake_api.py
from http.server import BaseHTTPRequestHandler

class Payments(BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_response(201)
        self.end_headers()
        self.wfile.write(b'{"id": 1}')
# +++ tests/test_pay.py
from .fake_api import Payments

def test_pay(serve):
    assert pay(serve(Payments)) == 1
# --- positive: a handler in a fixture: own-server @ tests/conftest.py
import http.server, threading, pytest

@pytest.fixture
def rates():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"eur": 1}')
    server = http.server.HTTPServer(("localhost", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
# --- positive: a Flask app that plays the other side: own-server @ tests/mocks/stripe.py
from flask import Flask, jsonify

def stripe():
    app = Flask("stripe")

    @app.route("/v1/charges", methods=["POST"])
    def charge():
        return jsonify(id="ch_1", paid=True)

    return app
# --- positive: aiohttp routes: own-server @ tests/integration/upstream.py
from aiohttp import web

async def upstream():
    app = web.Application()
    app.router.add_get("/stock", lambda request: web.json_response({"tea": 3}))
    runner = web.AppRunner(app)
    await runner.setup()
    return runner
# --- positive: a socket that answers: own-server @ tests/smtp.py
import socket, threading

class FakeSmtp:
    def __init__(self):
        self.sock = socket.socket()
        self.sock.bind(("localhost", 0))
        self.sock.listen(1)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        peer, _ = self.sock.accept()
        peer.sendall(b"220 ready\r\n")
# --- positive: a server of streams: own-server @ tests/redis_double.py
import asyncio

async def serve(answers):
    async def talk(reader, writer):
        await reader.readline()
        writer.write(answers.pop(0))
        await writer.drain()
    return await asyncio.start_server(talk, "localhost", 0)
# --- positive: a callable that records: own-mock @ tests/doubles.py
class CallRecorder:
    def __init__(self, result=None):
        self.calls = []
        self.result = result

    def __call__(self, *args, **kwargs):
        self.calls.append((args, kwargs))
        return self.result
# --- positive: answers every attribute: own-mock @ tests/mocking.py
class Fake:
    def __init__(self):
        self.log = []

    def __getattr__(self, name):
        def call(*args):
            self.log.append((name, args))
        return call
# --- positive: told what to return: own-mock @ tests/stubs.py
class StubClient:
    def __init__(self):
        self.calls = []
        self.return_value = None

    def send(self, message):
        self.calls.append(message)
        return self.return_value
# --- positive: patches and puts back: own-mock @ tests/patching.py
import contextlib

@contextlib.contextmanager
def replaced(owner, name, value):
    old = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield value
    finally:
        setattr(owner, name, old)
# --- positive: a function that makes a spy: own-mock @ tests/spies.py
def spy(result=None):
    def called(*args, **kwargs):
        called.calls.append((args, kwargs))
        return result
    called.calls = []
    return called
# --- positive: golden files with an update: own-snapshot @ tests/golden.py
import os, pathlib

def check_golden(name, text):
    place = pathlib.Path("tests/golden", name)
    if os.environ.get("UPDATE_GOLDEN"):
        place.write_text(text)
    assert place.read_text() == text
# --- positive: a fixture of snapshots: own-snapshot @ tests/conftest.py
import json, pytest

@pytest.fixture
def snapshot(request):
    def compare(value):
        place = request.path.with_suffix(".snap.json")
        if request.config.getoption("--update"):
            place.write_text(json.dumps(value))
        assert json.loads(place.read_text()) == value
    return compare
# --- positive: approved when there is none: own-snapshot @ tests/approvals.py
def verify_text(name, received):
    path = f"tests/approved/{name}.txt"
    try:
        with open(path) as file:
            approved = file.read()
    except FileNotFoundError:
        with open(path, "w") as file:
            file.write(received)
        raise AssertionError(f"{path} was written: approve it")
    assert approved == received
# --- positive: a fluent builder: own-builder @ tests/builders.py
class OrderBuilder:
    def __init__(self):
        self.data = {"items": [], "customer": "ada"}

    def with_item(self, name):
        self.data["items"].append(name)
        return self

    def for_customer(self, name):
        self.data["customer"] = name
        return self

    def build(self):
        return Order(**self.data)
# +++ tests/test_order.py
from builders import OrderBuilder

def test_order():
    assert OrderBuilder().with_item("tea").build().total == 3
# --- positive: a factory with a sequence: own-builder @ tests/factories.py
import itertools

class UserFactory:
    _ids = itertools.count(1)

    @classmethod
    def create(cls, **changes):
        number = next(cls._ids)
        return User(**{"id": number, "name": f"user{number}", **changes})

    @classmethod
    def create_batch(cls, count):
        return [cls.create() for _ in range(count)]
# --- negative: a random word @ tests/rand.py
import random, string

def random_name(length=8):
    first = random.choice(string.ascii_uppercase)
    rest = random.choices(string.ascii_lowercase, k=length - 1)
    return first + "".join(rest)
# --- positive: random people: own-builder @ tests/people.py
import random

def person():
    first = random.choice(["Ada", "Grace", "Alan"])
    last = random.choice(["Byron", "Hopper", "Turing"])
    return {"name": f"{first} {last}", "email": f"{first}@example.com"}
# --- positive: a folder of its own: own-fixture @ tests/conftest.py
import shutil, tempfile, pytest

@pytest.fixture
def workdir():
    place = tempfile.mkdtemp()
    yield place
    shutil.rmtree(place)
# --- positive: the environment set and put back: own-fixture @ tests/env.py
import contextlib, os

@contextlib.contextmanager
def environment(**values):
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
# --- positive: stdout taken: own-fixture @ tests/capture.py
import io, sys

class Captured:
    def __enter__(self):
        self.before, sys.stdout = sys.stdout, io.StringIO()
        sys.stdout = self.out = io.StringIO()
        return self.out

    def __exit__(self, *_):
        sys.stdout = self.before
# --- positive: a frozen clock: own-fixture @ tests/clock.py
import datetime

class FrozenDatetime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2026, 1, 1, tzinfo=tz)
# --- positive: another folder for a while: own-fixture @ tests/places.py
import contextlib, os

@contextlib.contextmanager
def inside(folder):
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
# --- positive: log records collected: own-fixture @ tests/logs.py
import logging

class Collect(logging.Handler):
    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        self.records.append(record)
# --- positive: finds tests by name: own-runner @ tests/run.py
import sys

def main(module):
    failed = 0
    for name in dir(module):
        if name.startswith("test_"):
            try:
                getattr(module, name)()
                print("ok", name)
            except Exception as error:
                failed += 1
                print("FAIL", name, error)
    sys.exit(failed)
# --- positive: counts by hand: own-runner @ tests/e2e/suite.py
def run(cases):
    passed = failed = 0
    for name, case in cases.items():
        try:
            case()
            passed += 1
        except AssertionError as error:
            print(f"{name}: {error}")
            failed += 1
    print(f"{passed} passed, {failed} failed")
    return failed == 0
# --- positive: hard, the loop hides in a lambda-taking class: own-wait @ tests/waiter.py
import time

class Waiter:
    def __init__(self, limit):
        self.limit = limit

    def until(self, predicate):
        start = time.time()
        while True:
            value = predicate()
            if value:
                return value
            if time.time() - start > self.limit:
                raise TimeoutError(self.limit)
            time.sleep(0.2)
# --- positive: hard, waits by an event: own-wait @ tests/events.py
import threading

def drained(queue, seconds):
    tick = threading.Event()
    for _ in range(int(seconds / 0.1)):
        if not queue:
            return True
        tick.wait(0.1)
    return False
# --- negative: the repository's own assertion @ tests/helpers.py
def assert_order_paid(order, amount):
    assert order.status == "paid"
    assert order.amount == amount
    assert order.receipt is not None
# --- negative: a builder of one function @ tests/build.py
def make_order(**changes):
    defaults = {"id": 1, "items": ["tea"], "customer": "ada"}
    return Order(**{**defaults, **changes})
# --- negative: a plain fixture @ tests/conftest.py
import pytest

@pytest.fixture
def cart(database):
    cart = Cart(database)
    cart.add("tea")
    yield cart
    cart.close()
# --- negative: tenacity waits @ tests/helpers.py
from tenacity import retry, stop_after_delay, wait_fixed

@retry(stop=stop_after_delay(10), wait=wait_fixed(0.1))
def reachable(url):
    response = get(url)
    if response.status != 200:
        raise ConnectionError(url)
# --- negative: a load of requests @ tests/load.py
import time

def load(client, count):
    for number in range(count):
        client.post("/orders", json={"number": number})
        time.sleep(0.01)
# --- negative: one sleep @ tests/slow.py
import time

def after_restart(service):
    service.restart()
    time.sleep(2)
    if not service.up:
        raise RuntimeError("down")
    return service
# --- negative: a loop without a pause @ tests/drain.py
def drain(queue):
    result = []
    while not queue.empty():
        result.append(queue.get())
    return result
# --- negative: factory_boy @ tests/factories.py
import factory

class UserFactory(factory.Factory):
    class Meta:
        model = User

    id = factory.Sequence(lambda n: n + 1)
    name = factory.Faker("name")
# --- negative: polyfactory @ tests/factories.py
from polyfactory.factories import DataclassFactory

class OrderFactory(DataclassFactory[Order]):
    __model__ = Order
    __random_seed__ = 1
    currency = "EUR"
# --- negative: an in-memory repository @ tests/fakes.py
class FakeRepository:
    def __init__(self):
        self.orders = {}

    def save(self, order):
        self.orders[order.id] = order

    def find(self, number):
        return self.orders[number]
# --- negative: a clock that is handed in @ tests/fakes.py
class FakeClock:
    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now

    def tick(self, seconds):
        self.now += seconds
# --- negative: keeps what is sent @ tests/fakes.py
class FakeMailer:
    def __init__(self):
        self.sent = []

    def send(self, to, text):
        self.sent.append((to, text))
# --- negative: mocks of the library @ tests/mocks.py
from unittest.mock import MagicMock

def mock_client(orders):
    client = MagicMock()
    client.calls = []
    client.list.return_value = orders
    return client
# --- negative: the app under test served @ tests/conftest.py
import threading, pytest
from wsgiref.simple_server import make_server
from shop.web import application

@pytest.fixture
def server():
    httpd = make_server("localhost", 0, application)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://localhost:{httpd.server_port}"
    httpd.shutdown()
# --- negative: pytest-httpserver @ tests/conftest.py
import pytest

@pytest.fixture
def rates(httpserver):
    httpserver.expect_request("/eur").respond_with_json({"rate": 1})
    return httpserver.url_for("/eur")
# --- negative: static files served @ tests/conftest.py
import functools, http.server, threading, pytest

@pytest.fixture
def site(tmp_path):
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=tmp_path)
    server = http.server.ThreadingHTTPServer(("localhost", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
# --- negative: data that is read @ tests/data.py
import json, pathlib

def load(name):
    text = pathlib.Path("tests/data", name).read_text()
    return json.loads(text)
# --- negative: a file written for the test @ tests/files.py
def write_config(folder, **values):
    place = folder / "config.ini"
    lines = [f"{name} = {value}" for name, value in values.items()]
    place.write_text("\n".join(lines))
    return place
# --- negative: a download that is kept @ tests/download.py
import pathlib, urllib.request

def browser(version):
    place = pathlib.Path("build", version)
    if not place.exists():
        place.write_bytes(urllib.request.urlopen(url(version)).read())
    return place.read_bytes()
# --- negative: syrupy @ tests/conftest.py
import pytest
from syrupy.extensions.json import JSONSnapshotExtension

@pytest.fixture
def snapshot_json(snapshot):
    return snapshot.use_extension(JSONSnapshotExtension)
# --- negative: a page object @ tests/e2e/pages.py
class LoginPage:
    def __init__(self, page):
        self.page = page

    def name(self, name):
        self.page.fill("#name", name)
        return self

    def password(self, password):
        self.page.fill("#password", password)
        return self

    def submit(self):
        self.page.click("button")
        return HomePage(self.page)
# --- negative: monkeypatch @ tests/conftest.py
import pytest

@pytest.fixture
def production(monkeypatch, tmp_path):
    monkeypatch.setenv("SHOP_ENV", "production")
    monkeypatch.chdir(tmp_path)
    return tmp_path
# --- negative: a hook of pytest @ tests/conftest.py
import pytest

def pytest_collection_modifyitems(items):
    for item in items:
        if item.name.startswith("test_slow"):
            item.add_marker(pytest.mark.slow)
# --- negative: a unique name @ tests/names.py
import uuid

def unique(prefix):
    """A namespace that no other test has."""
    suffix = uuid.uuid4().hex[:8]
    return f"{prefix}-{suffix}"
# --- negative: a loop of one test file
import time

def wait_for(check):
    while not check():
        time.sleep(0.1)

def test_one(worker):
    wait_for(worker.idle)
    assert worker.done == 1
# --- negative: the same loop, but in code that is no test @ shop/retry.py
import time

def retry(fn):
    for _ in range(3):
        try:
            return fn()
        except OSError:
            time.sleep(1)
# --- negative: names that two files share and mean otherwise
def order():
    return Order("tea")

def test_order():
    assert order().total == 3
# +++ tests/test_other.py
def order():
    return ["tea", "milk"]

def test_sorted():
    assert sort(order()) == ["milk", "tea"]
# --- negative: a context that is the product's @ tests/context.py
import contextlib

@contextlib.contextmanager
def logged_in(client, name):
    client.post("/login", data={"name": name})
    try:
        yield client
    finally:
        client.post("/logout")
# --- negative: a temporary file for a moment @ tests/convert.py
import subprocess, tempfile

def converted(data):
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        return subprocess.check_output(["convert", file.name])
# --- negative: seeds that are drawn @ tests/shuffle.py
import random

def shuffled(cards, seed):
    generator = random.Random(seed)
    result = list(cards)
    generator.shuffle(result)
    return result
# --- negative: a parser of output @ tests/output.py
def rows(text):
    header, *lines = text.splitlines()
    names = header.split()
    return [dict(zip(names, line.split())) for line in lines]
# --- negative: numpy compares @ tests/arrays.py
import numpy as np

def assert_close(left, right):
    left, right = np.asarray(left), np.asarray(right)
    assert left.shape == right.shape
    np.testing.assert_allclose(left, right)
# --- negative: hard, a session is refreshed in steps @ tests/session.py
import time

def pace(client, messages):
    replies = []
    for message in messages:
        replies.append(client.say(message))
        time.sleep(client.gap)
    return replies
# --- negative: hard, it records, for it is a listener @ tests/listen.py
class Listener:
    def __init__(self):
        self.events = []

    def on_event(self, event):
        self.events.append(event)
        if event.kind == "error":
            raise RuntimeError(event.text)
# --- negative: one of several at random, in a fixture @ tests/conftest.py
import random

import pytest

@pytest.fixture
def orders(customers):
    customer = random.choice(customers)
    found = []
    for name in ("tea", "milk"):
        found.append(Order(name, customer))
    return found
# --- negative: an attribute of factory_boy @ tests/factories.py
import random
import string

import factory.fuzzy

class FuzzyEmail(factory.fuzzy.BaseFuzzyAttribute):
    def fuzz(self):
        chars = string.ascii_letters + string.digits
        name = "".join(random.choice(chars) for _ in range(12))
        return "@".join([name, "example.com"])
# --- negative: puts back what tests change, by what pytest gives @ tests/conftest.py
import os
import pytest

@pytest.fixture(autouse=True)
def isolated(tmp_path, monkeypatch):
    before = os.environ.copy()
    os.chdir(tmp_path)
    os.environ.pop("SHOP", None)
    monkeypatch.setattr(os, "chdir", guarded)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
# --- negative: a helper of an example @ examples/shop/tests/wait.py
import time

def wait_until(condition):
    while not condition():
        time.sleep(0.1)
    return True
# --- negative: what a product has for those who test with it @ shop/testing/waits.py
import time

def wait_until(condition):
    while not condition():
        time.sleep(0.1)
    return True
# +++ shop/__init__.py
"""The shop."""
# +++ shop/testing/__init__.py
"""For those who build on the shop."""
# --- negative: the product's own middleware behind a server of a library @ tests/test_middleware.py
import pytest
from aiohttp import web
from shop.middleware import counted

@pytest.fixture
def counts(aiohttp_client):
    async def run(provider):
        app = web.Application(middlewares=[counted(provider)])
        app.router.add_get("/", lambda request: web.Response())
        client = await aiohttp_client(app)
        await client.get("/")

    return run
# --- positive: a folder of tests that is called testing: own-wait @ client/testing/conftest.py
import time

def wait_until(condition):
    while not condition():
        time.sleep(0.1)
    return True
# +++ client/testing/test_client.py
def test_client(wait):
    assert wait() == 1
# --- negative: answers in the place of a server as the product would @ tests/api.py
def mock_api(monkeypatch):
    class MockApi:
        def __init__(self):
            self.calls = []
            self.responses = {}

        def __call__(self, method, url, body=None):
            self.calls.append((method, url, body))
            reply = self.responses.get(url)
            if isinstance(reply, list):
                if not reply:
                    raise AssertionError(f"{url} has no further answers")
                reply = reply.pop(0)
            if reply is None:
                raise AssertionError(f"{url} is not answered")

            class Answer:
                content = reply["content"]
                status = reply["status"]

                def json(self):
                    return reply["json"]

            answer = Answer()
            if answer.status in (200, 201):
                return answer
            if answer.status >= 500:
                raise OSError(url)
            if answer.status == 404:
                return None
            return answer

        def set(self, url, status=200, **body):
            self.responses[url] = {
                "status": status,
                "content": repr(body),
                "json": body,
            }

        def add(self, url, status=200, **body):
            self.responses.setdefault(url, []).append(
                {
                    "status": status,
                    "content": repr(body),
                    "json": body,
                }
            )

    api = MockApi()
    monkeypatch.setattr("shop.client.call", api)
    return api
# --- negative: measures until it is stopped @ tests/conftest.py
import time

def track_memory(usage):
    process = current()
    while not usage["stop"]:
        usage["peak"] = max(usage["peak"], process.memory())
        if usage["peak"] > 1000:
            break
        time.sleep(0.01)
# --- negative: empties a queue, and sleeps once @ tests/util.py
import time

def delete_all(client):
    for each in client.all():
        client.delete(each)
    while not queue.empty():
        try:
            queue.get_nowait()
        except Empty:
            break

    time.sleep(0.2)
    return client

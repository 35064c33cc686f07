# Snippets for the scanner; each is a file of its own. They are read, never run.
# --- positive: an import that fails brings the fake: silent-fallback @ src/shop/cache.py
try:
    from redis import Redis
except ImportError:
    from shop.fakes import FakeRedis as Redis
# --- positive: connection refused gives a mock: silent-fallback @ src/shop/db.py
def connect(url):
    try:
        return psycopg.connect(url)
    except psycopg.OperationalError:
        return MockConnection()
# --- positive: or a mock: silent-fallback @ src/shop/mail.py
class Notifier:
    def __init__(self, client=None):
        self.client = client or FakeSmtp()
# --- positive: a default argument: silent-fallback @ src/shop/pay.py
def charge(amount, gateway=FakeGateway()):
    return gateway.charge(amount)
# --- positive: no url, a stub: silent-fallback @ src/shop/search.py
def make_index(settings):
    if not settings.search_url:
        return StubIndex()
    return ElasticIndex(settings.search_url)
# --- positive: None decides in an expression: silent-fallback @ src/shop/queue.py
def broker(url):
    return DummyBroker() if url is None else Broker(url)
# --- positive: environment variable missing: silent-fallback @ src/shop/storage.py
import os

def bucket():
    if "BUCKET" not in os.environ:
        client = create_mock_storage()
    else:
        client = boto3.client("s3")
    return client
# --- positive: the else of a presence: silent-fallback @ src/shop/geo.py
if API_KEY:
    geocoder = Geocoder(API_KEY)
else:
    geocoder = FakeGeocoder()
# --- positive: a fixture that falls back: silent-fallback @ tests/integration/conftest.py
@pytest.fixture
def database():
    try:
        yield connect(os.environ["DATABASE_URL"])
    except KeyError:
        database = MagicMock()
        yield database
# --- positive: a harness that returns a mock: silent-fallback @ tests/e2e/harness.py
def platform():
    try:
        return Platform.connect(timeout=3)
    except Exception:
        return mock_platform()
# --- positive: a timeout ends in a dummy: silent-fallback @ src/shop/rates.py
async def source():
    try:
        async with asyncio.timeout(2):
            return await RateSource.open()
    except TimeoutError:
        return DummySource()
# --- positive: attribute of a module of fakes: silent-fallback @ src/shop/clients.py
def users(channel):
    return fakes.FakeUsers() if not channel else UsersStub(channel)
# --- positive: patch in an end-to-end test: mock-in-e2e @ tests/e2e/test_checkout.py
from unittest.mock import patch

def test_checkout(shop):
    with patch("shop.pay.charge"):
        assert shop.checkout("tea").status == "paid"
# --- positive: a MagicMock in an end-to-end test: mock-in-e2e @ tests/e2e/test_mail.py
def test_mail(platform):
    smtp = MagicMock()
    platform.use(smtp)
    assert platform.send("ada").accepted
# --- positive: marked e2e: mock-in-e2e @ tests/test_flow.py
import pytest

@pytest.mark.e2e
def test_flow(mocker):
    mocker.patch("flow.clock.now")
    assert run_flow().state == "done"
# --- positive: a module marked acceptance: mock-in-e2e @ tests/test_accept.py
import pytest
pytestmark = pytest.mark.acceptance

def test_orders(monkeypatch):
    monkeypatch.setattr(api, "get", lambda path: {"orders": []})
    assert orders() == []
# --- positive: intercepted http in e2e: mock-in-e2e @ e2e/test_rates.py
def test_rates(page):
    responses.add("GET", "https://rates/x", json={"EUR": 1})
    assert page.rate("EUR") == "1.00"
# --- positive: autospec in an integration test: mock-in-integration @ tests/integration/test_orders.py
from unittest import mock

def test_order_is_sent():
    gateway = mock.create_autospec(Gateway)
    place_order(gateway)
    gateway.send.assert_called_once()
# --- positive: marked integration: mock-in-integration @ tests/test_import.py
import pytest

@pytest.mark.integration
def test_import(mocker, mock_database):
    mocker.patch("imports.fetch", return_value=[1])
    assert run_import(mock_database) == 1
# --- positive: AsyncMock alone: mock-in-integration @ services/cart/integration_tests/test_cart.py
async def test_cart():
    events = AsyncMock()
    await add(events, "tea")
    assert events.sent == 1
# --- positive: by the file's name: mock-in-integration @ tests/test_integration_search.py
def test_search(monkeypatch):
    monkeypatch.setattr("search.ask", lambda words: ["tea"])
    assert Index().search("tea") == ["tea"]
# --- positive: calls its own mock: asserts-own-mock
def test_rate():
    rate = Mock(return_value=5)
    assert rate() == 5
# --- positive: a method of its own mock: asserts-own-mock
def test_profile():
    client = MagicMock()
    client.profile.return_value = {"name": "Ada"}
    assert client.profile("ada") == {"name": "Ada"}
# --- positive: by a variable: asserts-own-mock
def test_repository():
    repo = create_autospec(Repository)
    repo.find.return_value = Order(7)
    order = repo.find(7)
    assert order == Order(7)
# --- positive: unittest and a variable: asserts-own-mock
class StoreTest(unittest.TestCase):
    def test_get(self):
        store = mock.Mock()
        store.get.return_value = "x"
        value = store.get("a")
        self.assertEqual(value, "x")
# --- positive: awaited: asserts-own-mock
async def test_remote():
    remote = AsyncMock(return_value=3)
    value = await remote()
    assert value == 3
# --- positive: an attribute of the answer: asserts-own-mock
def test_response():
    session = mocker.Mock()
    session.get.return_value.status_code = 200
    response = session.get("/")
    assert response.status_code == 200
# --- positive: the function itself is patched: mocks-subject
from unittest.mock import patch
from shop import cart

@patch("shop.cart.total")
def test_total(total):
    total.return_value = 300
    assert cart.total(["tea"]) == 300
# --- positive: imported by name and patched: mocks-subject
from unittest.mock import patch
from shop.price import discount

def test_discount():
    with patch("shop.price.discount", return_value=0.1):
        assert discount("ada") == 0.1
# --- positive: patch.object of the function: mocks-subject
from shop import tax

def test_vat(mocker):
    mocker.patch.object(tax, "vat", return_value=19)
    value = tax.vat(119)
    assert value == 19
# --- positive: monkeypatched and asserted: mocks-subject
import clock

def test_today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: "2026-01-01")
    assert clock.today() == "2026-01-01"
# --- positive: a mock library in a service: production-mock @ src/shop/service.py
from unittest.mock import MagicMock

def make(client):
    return Service(client, tracer=MagicMock())
# --- positive: moto in the code: production-mock @ services/cart/app.py
import moto

def main():
    with moto.mock_aws():
        serve()
# --- positive: hard, a lambda pretends: silent-fallback @ src/shop/flags.py
def flags(client):
    try:
        return client.flags
    except AttributeError:
        return lambda name: False
# --- negative: a mock in a unit test
def test_notifies():
    mailer = Mock()
    notify(mailer, "ada")
    mailer.send.assert_called_once_with("ada")
# --- negative: a patch of what the code depends on
from unittest.mock import patch
from shop import rates

@patch("shop.rates.requests.get")
def test_rate(get):
    get.return_value.json.return_value = {"EUR": 2}
    assert rates.rate("EUR") == 2
# --- negative: fails when the client is missing @ src/shop/cache.py
try:
    from redis import Redis
except ImportError as error:
    raise RuntimeError("install shop[redis]") from error
# --- negative: asked for by name @ src/shop/gateways.py
def make_gateway(kind):
    if kind == "fake":
        return FakeGateway()
    return HttpGateway()
# --- negative: asked for by a setting @ src/shop/mail.py
def make_mailer(settings):
    if settings.use_fake_mailer:
        return FakeMailer()
    return SmtpMailer(settings.smtp)
# --- negative: gRPC's stub is the real client @ src/shop/users.py
def users(channel):
    try:
        return UsersStub(channel)
    except grpc.RpcError:
        raise
# --- negative: another real client @ src/shop/store.py
def store(url):
    return MemoryStore() if url is None else RedisStore(url)
# --- negative: a list of fakes is data @ src/shop/fraud.py
def known(names):
    fake_names = names or []
    return [name for name in fake_names if name]
# --- negative: Faker makes data @ src/shop/seed.py
def seed(faker=None):
    faker = faker or Faker("de_DE")
    return faker.name()
# --- negative: a real service in e2e @ tests/e2e/test_checkout.py
def test_checkout(page):
    page.goto("/checkout")
    assert page.title() == "Paid"
# --- negative: setenv is no mock @ tests/integration/test_config.py
def test_config(monkeypatch, database):
    monkeypatch.setenv("DATABASE", database.url)
    assert load().database == database.url
# --- negative: a spy watches the real thing @ tests/integration/test_cache.py
def test_cache(mocker, database):
    spy = mocker.spy(database, "query")
    Cache(database).get("a")
    assert spy.call_count == 1
# --- negative: asks a mock about its calls
def test_publishes():
    bus = MagicMock()
    publish(bus, "a")
    assert bus.send.call_count == 1
# --- negative: what the code makes of a mock
def test_report():
    source = Mock(return_value=[1, 2])
    assert report(source) == "1, 2"
# --- negative: the code's own value by a variable
def test_total():
    prices = Mock()
    prices.get.return_value = 3
    total = Basket(prices).total()
    assert total == 3
# --- negative: a test of a mock of ours @ tests/test_mock_server.py
def test_answers():
    server = MockServer()
    assert server.answer("/") == 200
# --- negative: another function of the module is patched
from unittest.mock import patch
from shop import cart

@patch("shop.cart.load_prices")
def test_total(load):
    load.return_value = {"tea": 3}
    assert cart.total(["tea"]) == 3
# --- negative: patched for a while, real later
from unittest.mock import patch
from shop import cart

def test_total_is_restored():
    with patch("shop.cart.total", side_effect=boom):
        assert checkout() == "failed"
# --- negative: the same name elsewhere
from unittest.mock import patch
from shop import client

@patch("shop.client.requests.get")
def test_get(get):
    get.return_value.text = "x"
    assert client.get("/") == "x"
# --- negative: a mock module of ours @ src/shop/testing/mocks.py
from unittest.mock import MagicMock

def make_gateway():
    return MagicMock()
# --- negative: conftest of unit tests @ tests/unit/conftest.py
@pytest.fixture
def gateway():
    return create_autospec(Gateway)
# --- negative: skipped e2e without mocks @ tests/e2e/test_old.py
@pytest.mark.skip
def test_old(page):
    assert page.goto("/") is None
# --- negative: an exception gives None @ src/shop/geo.py
def locate(address):
    try:
        return geocode(address)
    except LookupError:
        return None
# --- negative: a mock is only logged @ src/shop/log.py
def warn(name):
    try:
        check(name)
    except ValueError:
        log.warning("fake name %s", name)
# --- negative: chosen in a test itself
@pytest.mark.parametrize("client", [None, "x"])
def test_choice(client):
    chosen = client or MockClient()
    assert run(chosen) == 3
# --- negative: a dry run is asked for @ src/shop/deploy.py
def client(dry_run):
    return DummyClient() if dry_run else Client()
# --- negative: patch of a class, method called on the instance
from unittest.mock import patch

def test_save():
    with patch.object(Database, "commit"):
        assert save(Order(1)) == 1
# --- negative: an in-memory database in integration @ tests/integration/test_sql.py
def test_sql():
    database = sqlite3.connect(":memory:")
    assert database.execute("select 1").fetchone() == (1,)
# --- negative: freezes time with its own library
def test_expiry():
    with freeze_time("2026-01-01"):
        assert token().expires == date(2026, 1, 2)
# --- negative: a fake handed in by a test
def test_search():
    index = FakeIndex(["tea"])
    assert search(index, "t") == ["tea"]
# --- negative: a mock is truthy here, by hand
def test_default_client(monkeypatch):
    client = Client()
    monkeypatch.setattr(client, "send", lambda x: x)
    assert client.roundtrip("a") == "a"
# --- negative: hard, an error type with fake in its name @ src/shop/check.py
def verify(name):
    try:
        return lookup(name)
    except KeyError:
        return FakeNameError(name)
# --- positive: it is imported first: silent-fallback @ shop/queue.py
def queue():
    if settings.SOCKET is None:
        from shop.dummies import DummyQueue

        return DummyQueue()
    return Queue(settings.SOCKET)
# --- negative: a request by the method PATCH is no mock @ tests/integration/test_orders_http.py
def test_change(http_client, url):
    assert http_client.patch(f"{url}/orders/7").json()["method"] == "PATCH"
# --- positive: a patch of its class, by a long name: mock-in-integration @ tests/integration/test_orders_mail.py
import unittest.mock


def test_mail():
    with unittest.mock.patch.object(smtp, "send"):
        assert place("tea").state == "placed"
# --- negative: who calls it asks for a mock @ shop/requests.py
def make_mocked_request(method, path, writer=None):
    writer = writer or make_mock_writer()
    return Request(method, path, writer)
# --- negative: what is set around the code is no service @ tests/integration/test_main.py
import sys

def test_main(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["shop", "--list"])
    assert main() == 0

# --- positive: a mocking library's, where a module is missing: silent-fallback @ shop/instrumentation.py
import sys

if "typing_extensions" not in sys.modules:
    from unittest import mock

    sys.modules["typing_extensions"] = mock.MagicMock()

# --- negative: a lock that locks nothing is meant @ shop/locks.py
def lock(name=None):
    if name is None:
        return DummyLock()
    return Lock(name)

# --- negative: what it is called after is data @ shop/schema.py
def reference(kind, known):
    if kind not in known:
        return make_fake_type(kind)
    return known[kind]

# --- negative: a dummy of nothing that is there @ shop/terminal.py
def show(title, width=None):
    return DummyPanel(title) if width is None else draw(title, width)

# --- negative: a database beside the mock @ tests/integration/test_stored.py
from unittest import mock

def test_order_is_stored(database):
    gateway = mock.create_autospec(Gateway)
    place_order(database, gateway)
    assert database.count("orders") == 1

# --- negative: a failure that is wanted @ tests/integration/test_failing.py
from unittest.mock import patch

def test_down():
    with patch("shop.mail.send", side_effect=ConnectionError):
        assert place("tea").state == "unsent"

# --- negative: a setting is no mock @ tests/e2e/test_limits.py
def test_limit(monkeypatch):
    monkeypatch.setattr(settings, "LIMIT", read_limit())
    monkeypatch.setattr("shop.search.MAX_NODES", 4)
    assert len(search("tea")) == 4

# --- negative: end-to-end encryption @ tests/rest/test_e2e_room_keys.py
from unittest.mock import Mock

def test_backup():
    handler = Mock()
    assert store(handler, "key") == "stored"

# --- positive: a journey from end to end: mock-in-e2e @ tests/test_e2e_checkout.py
from unittest.mock import Mock

def test_checkout():
    assert checkout(Mock()) == "paid"

# --- negative: its code was handed the mock, and wraps it
def test_wrapped():
    app = Mock()
    app.stop.return_value = "stopped"
    wrap(app)
    assert app.stop() == "stopped"

# --- negative: a script of end-to-end checks @ scripts/qa/durability_e2e.py
from unittest.mock import patch

# --- negative: real before and after
def test_circuit():
    breaker = Breaker()
    assert breaker.check() is False
    with patch.object(breaker, "check", return_value=False):
        breaker.call(fail)
    assert breaker.check() is False

# --- positive: while it is patched: mocks-subject
def test_usage():
    with (
        patch.object(billing, "usage", return_value=7),
        patch.object(billing, "price", return_value=1),
    ):
        usage = billing.usage("march")
    assert usage == 7

# --- negative: paths and settings of a test's own @ tests/e2e/test_agents.py
def test_agents(tmp_path, monkeypatch):
    paths = MagicMock()
    monkeypatch.setattr("shop.config.paths._paths", None)
    monkeypatch.setattr("shop.client.get_app_config", lambda: made(tmp_path))
    assert run(paths) == "done"

# --- negative: real before it is replaced
def test_prompt(monkeypatch):
    base = agent.build_prompt("tools")
    assert base.prefix == "stable"
    monkeypatch.setattr(agent, "build_prompt", lambda _: base)
    assert agent.instructions("tools") == base

# --- negative: the tests of what the product is integrated with @ tests/test_integrations/test_span.py
def test_span():
    metric = MagicMock(spec=Metric)
    assert Handler(metric).spans == []

# --- negative: a log that is watched @ tests/e2e/test_prompt.py
def test_warns():
    with patch("shop.logger.log.warning") as warned:
        compile_prompt()
    assert warned.call_count == 1

# --- negative: the real one, called another way @ tests/e2e/test_watch.py
from functools import partial

def test_watch(service, monkeypatch):
    monkeypatch.setattr(service, "add", partial(service.ingest, now=True))
    assert service.add("tea") == 1

# --- negative: where it is not enabled @ shop/memory.py
def accessor():
    if sys.platform == "darwin" and not is_true(SHARED_MEMORY_ENABLED):
        return DummyAccessor()
    return Accessor()

# --- negative: what it begins with @ shop/sources.py
class Source:
    def checkpoint(self, text):
        try:
            return Checkpoint.read(text)
        except ValueError:
            return self.build_dummy_checkpoint()

# --- negative: a module of its own @ shop/routes.py
from responses import error_response, success_response

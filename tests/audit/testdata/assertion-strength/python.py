# Snippets for the scanner; each is a file of its own. They are read, never run.
# --- positive: nothing but a call: smoke
def test_import_catalogue(tmp_path):
    source = tmp_path / "catalogue.csv"
    source.write_text("sku,price\nA1,300\n")
    load_catalogue(source)
# --- positive: the result is kept and forgotten: no-assertion
def test_discount():
    basket = Basket([Item("tea", 400), Item("cup", 900)])
    total = basket.total(discount=0.1)
# --- positive: a comparison without assert: no-assertion
def test_slug():
    slug = slugify("Grüße aus Köln")
    slug == "gruesse-aus-koeln"
# --- positive: it prints what should be compared: no-assertion
def test_exchange_rate(rates):
    value = rates.convert(100, "EUR", "USD")
    print("converted", value)
# --- positive: an empty test: no-assertion
def test_refund_of_a_shipped_order():
    pass
# --- positive: only a docstring: no-assertion
class TestShipping:
    def test_free_above_fifty(self):
        """Orders above fifty euros ship for free."""
# --- positive: a mock is set up and never asked: no-assertion
def test_mail_is_sent(mocker):
    smtp = mocker.patch("shop.mail.smtplib.SMTP")
    send_receipt(order_id=7)
# --- positive: async without assertion: smoke
async def test_reader_closes(aiohttp_client):
    client = await aiohttp_client(make_app())
    response = await client.get("/books/1")
    await response.json()
# --- positive: unittest without assertion: smoke
import unittest

class QueueTest(unittest.TestCase):
    def setUp(self):
        self.queue = Queue(maxsize=2)

    def test_put(self):
        self.queue.put("a")
        self.queue.put("b")
# --- positive: assert True: cannot-fail
def test_schema_migrates(db):
    migrate(db, target="0042")
    assert True
# --- positive: a tuple with the message: cannot-fail
def test_status(client):
    response = client.get("/health")
    assert (response.status_code == 200, "health should answer")
# --- positive: a value with itself: cannot-fail
def test_sorting_is_stable():
    rows = sort_rows(load_rows())
    assert rows == rows
# --- positive: attribute with itself in unittest: cannot-fail
class UserTest(TestCase):
    def test_name(self):
        user = User(first="Ada", last="Lovelace")
        self.assertEqual(user.full_name, user.full_name)
# --- positive: a length is never negative: cannot-fail
def test_search_finds_something(index):
    hits = index.search("tea")
    assert len(hits) >= 0
# --- positive: or with a constant: cannot-fail
def test_token_expiry(clock):
    token = issue(clock.now())
    assert token.expired(clock.now()) or True
# --- positive: mock assertion without call: cannot-fail
def test_audit_log(mocker):
    log = mocker.Mock()
    delete_user(3, log=log)
    log.write.assert_called_once
# --- positive: misspelt mock question: cannot-fail
def test_cache_is_filled_once():
    loader = Mock(return_value={"a": 1})
    cache = Cache(loader)
    cache.get("a")
    cache.get("a")
    assert loader.called_once
# --- positive: two equal constants: cannot-fail
def test_vat_rate():
    compute_vat(Decimal("119.00"))
    assert 19 == 19
# --- positive: a string is asserted: cannot-fail
def test_export_writes_header(tmp_path):
    export(tmp_path / "x.csv")
    assert "header is written"
# --- positive: assertTrue of a constant: cannot-fail
class ParserTest(unittest.TestCase):
    def test_input_of_one_line(self):
        Parser().parse("tea")
        self.assertTrue(True)
# --- positive: both booleans are fine: cannot-fail
def test_flag(settings):
    assert settings.dark_mode in (True, False)
# --- positive: a lambda is true: cannot-fail
def test_lazy_total(basket):
    assert lambda: basket.total() == 1300
# --- positive: bare except drops the failure: swallowed
def test_upload(storage):
    try:
        storage.put("a.txt", b"x")
        assert storage.get("a.txt") == b"x"
    except:
        pass
# --- positive: except Exception logs only: swallowed
def test_webhook(client, caplog):
    try:
        reply = client.post("/hook", json={"id": 1})
        assert reply.status_code == 202
    except Exception as error:
        print(f"webhook not reachable: {error}")
# --- positive: suppress of everything: swallowed
def test_cleanup(tmp_path):
    with contextlib.suppress(Exception):
        clean(tmp_path)
        assert not list(tmp_path.iterdir())
# --- positive: AssertionError is named and dropped: swallowed
def test_latency():
    started = time.monotonic()
    handle(Request("/"))
    try:
        assert time.monotonic() - started < 0.2
    except AssertionError:
        logger.warning("slow machine")
# --- positive: only in the branch: may-not-run
def test_first_result_has_a_title(api):
    results = api.search("kettle")
    if results:
        assert results[0].title == "Kettle, 1.7 l"
# --- positive: only in the handler: may-not-run
def test_negative_amount_is_refused():
    try:
        Payment(amount=-1).submit()
    except ValueError as error:
        assert "negative" in str(error)
# --- positive: early return: may-not-run
def test_gpu_kernel():
    device = find_device()
    if device is None:
        print("no device")
        return
    assert device.run([1, 2]) == [2, 4]
# --- negative: the environment decides
def test_live_rates():
    rate = fetch_rate("EUR")
    if os.environ.get("LIVE"):
        assert rate == Decimal("1.08")
# --- negative: whether it is there is what a lookup answers
def test_lookup(directory):
    person = directory.find("ada@example.com")
    assert person is not None
# --- positive: truthiness of a result: weak
def test_render_invoice():
    html = render_invoice(Invoice(number=12))
    assert html
# --- positive: only the kind: weak
def test_parse_config():
    config = parse_config("[server]\nport = 80\n")
    assert isinstance(config, dict)
# --- positive: any exception will do: any-exception
def test_bad_input():
    with pytest.raises(Exception):
        decode(b"\xff\xfe")
# --- positive: unittest not None twice: weak
class SessionTest(TestCase):
    def test_receipt(self):
        receipt = self.shop.render_receipt(order=7)
        self.assertIsNotNone(receipt)
        self.assertIsNotNone(receipt.body)
# --- positive: longer than nothing: weak
def test_price_list():
    prices = parse_prices("tea;400\ncup;900\n")
    assert len(prices) > 0
# --- positive: hard, an assertion in a function that is never called: smoke
def test_callback():
    def on_done(result):
        return result == 3
    run_job(on_done)
# --- negative: equality
def test_total():
    assert Basket([Item("tea", 400)]).total() == 400
# --- negative: whole structure
def test_to_dict():
    assert Address("Ring 1", "Bonn").to_dict() == {"street": "Ring 1", "city": "Bonn"}
# --- negative: a named exception
def test_unknown_sku():
    with pytest.raises(KeyError):
        PRICES["nope"]
# --- negative: any exception but with a message
def test_error_names_the_file():
    with pytest.raises(Exception, match="missing.toml"):
        load("missing.toml")
# --- negative: membership
def test_listing(shop):
    assert "tea" in shop.names()
# --- negative: mock asserted with arguments
def test_charge(mocker):
    gateway = mocker.Mock()
    pay(gateway, 500)
    gateway.charge.assert_called_once_with(500, currency="EUR")
# --- negative: helper in the same file asserts
def assert_valid(document):
    assert document["version"] == 2

def test_export():
    assert_valid(export_document())
# --- negative: helper with another name asserts further down
def _same(a, b):
    assert a.rows == b.rows

def roundtrip(table):
    _same(table, Table.load(table.dump()))

def test_roundtrip():
    roundtrip(Table([[1, 2]]))
# --- negative: imported helper by its name
from support import verify_invoice

def test_invoice(make_order):
    verify_invoice(make_order().invoice())
# --- negative: says that running is the point
def test_empty_page_does_not_raise():
    """Rendering nothing must not raise."""
    render([])
# --- negative: a comment says so
def test_close_twice(connection):
    connection.close()
    connection.close()  # should not raise
# --- negative: skipped
@pytest.mark.skip(reason="the service is gone")
def test_legacy_gateway():
    call_legacy_gateway()
# --- negative: skips itself first
def test_windows_paths():
    pytest.skip("only on Windows")
    to_unc("C:/x")
# --- negative: fails by hand
def test_no_event_is_lost(bus):
    for number in range(100):
        bus.publish(number)
    if bus.dropped:
        pytest.fail(f"{bus.dropped} events lost")
# --- negative: a try that fails when nothing is raised
def test_overdraft():
    try:
        Account(0).withdraw(10)
        pytest.fail("no error")
    except Overdraft as error:
        assert error.missing == 10
# --- negative: the handler raises again
def test_remote_value(remote):
    try:
        assert remote.value() == 4
    except Exception:
        remote.dump_state()
        raise
# --- negative: a handler for what the code raises
def test_timeout_is_told(client):
    try:
        answer = client.get("/slow", timeout=0.1)
        assert answer.status_code == 504
    except httpx.ReadTimeout:
        pytest.skip("the network is slower than the test")
# --- negative: both branches assert
def test_rounding(mode):
    value = round_price(Decimal("1.005"), mode)
    if mode == "up":
        assert value == Decimal("1.01")
    else:
        assert value == Decimal("1.00")
# --- negative: a parametrised column decides
@pytest.mark.parametrize(("text", "valid"), [("1.2.3", True), ("x", False)])
def test_version(text, valid):
    if not valid:
        with pytest.raises(ValueError):
            Version(text)
        return
    assert str(Version(text)) == text
# --- negative: rows of a loop decide
def test_all_statuses():
    for status in Status:
        if status.is_final:
            assert next_states(status) == []
# --- negative: predicate
def test_is_leap():
    assert is_leap_year(2024)
# --- negative: falsy is a value
def test_no_errors(report):
    lint(report)
    assert not report.errors
# --- negative: None is a value
def test_missing_user(repo):
    assert repo.find("nobody") is None
# --- negative: unittest structures
class GraphTest(unittest.TestCase):
    def test_order(self):
        self.assertListEqual(order({"b": ["a"]}), ["a", "b"])
# --- negative: two calls may differ
def test_ids_are_stable():
    assert make_id("a") == make_id("a")
# --- negative: assert False is a way to fail
def test_unreachable(machine):
    match machine.run():
        case Done(value):
            assert value == 3
        case other:
            assert False, f"ended as {other}"
# --- negative: numpy's own
def test_fit():
    weights = fit([[0, 1], [1, 0]])
    np.testing.assert_allclose(weights, [[1, 0], [0, 1]], atol=1e-6)
# --- negative: warnings are asserted
def test_old_name_warns():
    with pytest.warns(DeprecationWarning):
        old_name()
# --- negative: type and value
def test_port_is_a_number():
    port = parse("port=80")["port"]
    assert isinstance(port, int)
    assert port == 80
# --- negative: chained comparison
def test_ratio_is_between():
    assert 0.2 < ratio([1, 2, 3]) < 0.3
# --- negative: benchmark runs it
def test_speed(benchmark):
    benchmark(encode, b"x" * 1000)
# --- negative: waits for a condition
def test_worker_starts(worker):
    worker.start()
    wait_until(lambda: worker.state == "idle", timeout=5)
# --- negative: collects errors of threads
def test_concurrent_writes(store):
    errors = []
    def write():
        try:
            store.add(1)
            assert store.count() >= 1
        except Exception as error:
            errors.append(error)
    run_threads(write, 8)
    assert errors == []
# --- negative: hard, the assertion is in a fixture's object
def test_page_title(page_checker):
    page_checker.open("/")
    page_checker.title_is("Home")
# --- negative: a helper that is no test
def build_order(lines=1):
    return Order([Line("tea")] * lines)
# --- negative: logs are asserted
class LogTest(unittest.TestCase):
    def test_warns_once(self):
        with self.assertLogs("shop", level="WARNING") as logs:
            restock(0)
        self.assertEqual(len(logs.output), 1)
# --- negative: cases of one value
def test_kind_of_reply(reply):
    message = parse(reply)
    if message.kind == "ack":
        assert message.body is None
    if message.kind == "data":
        assert message.body == b"x"
# --- negative: a flag is set
class ProjectTest(TestCase):
    def test_it_saves_the_preference(self):
        self.client.get("/?urls=slug")
        self.project.refresh_from_db()
        self.assertTrue(self.project.show_slugs)
# --- negative: a fixture that is called like a test
@pytest.fixture(scope="session")
def test_scope():
    return SCOPE
# --- negative: a helper of a conftest @ tests/conftest.py
def test_user(name="ada"):
    return User(name)
# --- negative: a test of what == does
def test_eq_of_money():
    price = Money(300, "EUR")
    assert price == price
    assert price != Money(300, "USD")
# --- positive: a field is compared with itself: cannot-fail
def test_order_keeps_its_total(order):
    order.add("tea", 400)
    assert order.total == order.total
# --- negative: a property that is kept gives the same object
def test_lines_are_read_once(order):
    assert order.lines is order.lines
# --- negative: the handler fails the test, so nothing may be raised
def test_archive_can_be_opened(archive):
    try:
        archive.open()
    except OSError:
        pytest.fail("the archive is broken")
# --- negative: warnings are made errors
def test_old_name_is_still_quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        make_basket(colour="red")
# --- negative: several tests share one
class TestShutdown:
    def _test_stops(self, signal_name):
        self.process.send(signal_name)
        self.process.expect_exact("stopped")

    def test_stops_on_term(self):
        self._test_stops("TERM")
# --- negative: a test made of other tests
class TestConnection:
    def test_reads(self):
        assert self.client.get("a") == 1

    def test_still_reads_after_a_bad_request(self):
        self.client.send(b"\0")
        self.test_reads()
# --- negative: of an error its kind says most
def test_broken_frame_is_kept(stream):
    stream.feed(b"\xff\xff")
    assert isinstance(stream.exception(), FrameError)
# --- negative: of an object its kind may be the point
def test_total_is_money(basket):
    assert isinstance(basket.total(), Money)
# --- negative: a question with words behind the verb
def test_tags_are_written(api, order):
    assert order_contains_given_tags(api.fetch(order), ["gift"])
# --- negative: the platform decides
def test_path_is_quoted():
    if sys.platform == "win32":
        assert quote("C:\\a b") == '"C:\\a b"'
# --- negative: a fixture that the run chooses
def test_loop_is_the_asked_one(loop_kind):
    if loop_kind != "asyncio":
        with pytest.raises(LoopError):
            start(loop="asyncio")
    else:
        start(loop="asyncio")
# --- positive: what came back decides: may-not-run
def test_first_hit(client):
    hits = client.search("kettle")
    if hits:
        assert hits[0].title == "Kettle"
# --- negative: not to crash is the point, and more is asserted where it can be
def test_odd_header():
    parsed = parse_header("a=\x07")
    # Newer versions leave it out, older ones keep it; either way, no crash.
    if parsed:
        assert parsed[0] == "a"
# --- negative: measures, by its place @ tests/benchmarks/test_read.py
def test_read_large_file(large):
    for _ in range(100):
        read(large)
# --- negative: measures, by its fixture
def test_sum_of_prices(benchmark):
    @benchmark
    def run():
        total(PRICES)
# --- negative: to be accepted is the point
def test_decode_accepts_a_token_with_audience(key):
    decode(encode({"aud": "shop"}, key), key)
# --- negative: a helper is told what is expected
def test_title_is_trimmed(mocker):
    run_import(mocker, rows=[{"title": "  Kettle "}], expected_orders=[{"title": "Kettle"}])
# --- negative: without an error, in a name
def test_migrate__with_dry_run__runs_without_error():
    call_command("migrate", dry_run=True)
# --- negative: what is always true stands beside what is not
def test_one_query(counting):
    with counting.assert_queries(1):
        load_order(7)
    assert True  # counted above
# --- positive: what is always true is all there is: cannot-fail
def test_import_of_orders():
    import_orders("orders.csv")
    assert True
# --- negative: a test of the class above, with other fixtures
class TestVisitAll(TestVisit):
    @pytest.mark.parametrize("catalog", ["small", "large"], indirect=True)
    def test_visit(self, catalog):
        super().test_visit(catalog)
# --- negative: what a value equals, and what it does not
def test_scope_is_a_mapping():
    socket = Socket({"type": "a"})
    assert socket["type"] == "a"
    assert socket != Socket({"type": "a"})
    assert socket == socket
    assert {socket} == {socket}
# --- negative: the types are what it is about
def test_subclass_of_the_app():
    # A subclass has to agree with the type hints.
    App(lifespan=lifespan)
# --- negative: to be reachable is the point
def test_can_access_the_old_name():
    shop.packages.idna
# --- negative: of a class that the test made
def test_menu_item_class():
    class Dish(Item):
        pass

    menu = Menu(item_class=Dish)
    assert type(menu.item("soup")) is Dish
# --- negative: how two are compared is the point
def test_ge():
    assert today >= today
    assert today >= today.as_date()
# --- positive: of what kind it is, where more could be said: weak
def test_orders_of_a_day():
    assert isinstance(shop.orders(day=3), list)
# --- negative: a comment that goes on in the next line
def test_full_path_of_a_schema():
    # What is written matters little here, as long as no
    # error is raised.
    assert Nested("shop.schemas.Order").dump({"tea": 2})
# --- negative: an early return for another terminal of the platform
def test_fill_screen():
    terminal = Terminal(width=20)
    if terminal.legacy_windows:
        return
    with pytest.raises(NoScreen):
        terminal.fill([])
# --- positive: an early return for what the program did: may-not-run
def test_fill_rows():
    rows = Terminal(width=20).rows()
    if not rows:
        return
    with pytest.raises(NoScreen):
        rows[0].fill("a")
# --- negative: a flag of the test
async def test_an_empty_group_gives_others_a_turn():
    async def other():
        nonlocal turn
        turn = True

    turn = False
    await together(group(), other())
    assert turn
# --- negative: a flag by its name
def test_cancel():
    with scope() as at:
        at.cancel()
    assert at.cancel_caught
# --- negative: that it can be made is the point
def test_any_name_of_a_tea(name):
    """A tea can be instantiated with any text."""
    Tea(name)
# --- negative: assertions as nose calls them
def test_total():
    eq_(total(["tea"]), 3)
# --- negative: a property of each value that is given
@given(tea=teas(), least=integers())
def test_filter(tea, least):
    if tea in cheap(least):
        assert tea.price <= least
# --- negative: a helper of another file waits for it
from helpers import until

def test_the_order_is_packed():
    pack(ORDER)
    until(lambda: ORDER.packed)
# +++ tests/helpers.py
import time

def until(ready):
    while not ready():
        time.sleep(0.1)
    assert ready()
# --- negative: a method of a class of another file
def test_an_order_is_paid(shop):
    order = shop.order("tea")
    order.pay()
    shop.settle(order)
# +++ tests/shop.py
class Shop:
    def settle(self, order):
        self.check_balance(order)
# --- negative: a fixture asserts when the test is over
def test_orders_leave_no_locks(no_locks_left):
    place(ORDER)
# +++ tests/conftest.py
import pytest

@pytest.fixture
def no_locks_left():
    yield
    assert not locks()
# --- negative: a fixture gives a function that asserts
def test_a_segment_parses(parses):
    parses("SELECT 1")
# +++ tests/conftest.py
import pytest

def _parses(text):
    assert parse(text).ok

@pytest.fixture
def parses():
    return _parses
# --- positive: a helper of another file does not assert: smoke
from helpers import pack

def test_the_order_goes_out():
    pack(ORDER)
# +++ tests/helpers.py
def pack(order):
    order.packed = True
# --- positive: a helper of that name is not what is called: smoke
from shop import settle

def test_the_order_goes_out_today():
    order()
    pay()
# +++ tests/helpers.py
def order():
    assert stock()
# --- negative: other tests of the file see the call fail
import pytest

def test_a_price_must_be_a_number():
    with pytest.raises(ValueError):
        parse_price("tea")

def test_a_price_with_a_comma():
    parse_price("1,50")
# --- positive: other tests of the file see another call fail: smoke
import pytest

def test_a_price_must_be_a_number():
    with pytest.raises(ValueError):
        parse_price("tea")

def test_a_price_is_shown():
    show_price(1.5)
# --- negative: the case is one in which code is prone to raise
def test_close_twice():
    session = open_session()
    session.close()
    session.close()
# --- positive: such a name and nothing in it: no-assertion
def test_close_again_when_closed():
    pass
# --- negative: it waits until that is so
async def test_it_is_replicated(cluster):
    cluster.put("x", 1)
    while len(cluster.who_has("x")) < 2:
        await asyncio.sleep(0.01)
# --- negative: what is called later asserts
class OrderTest(TestCase):
    def test_deferred(self):
        d = render(ORDER)
        d.addCallback(self.assertEqual, "tea")
        return d
# --- negative: that the name is still there is the point
def test_the_old_place_of_scheduler():
    from shop.schedulers.basic import Scheduler
# --- negative: a plugin compares what is drawn
import pytest

@pytest.mark.mpl_image_compare
def test_house():
    fig = figure()
    draw(HOUSE)
    return fig
# --- negative: another test, called
def test_total_of_one():
    assert total([1]) == 1

def test_total_with_discount():
    set_discount(0)
    test_total_of_one()
# --- negative: a hook of such a name
from shop import hooks

def test_hook():
    pass

class HooksTest(TestCase):
    def setUp(self):
        hooks.register("before_order", test_hook)

    def test_it_is_known(self):
        self.assertEqual(hooks.names(), ["before_order"])
# --- negative: what a formatter works on @ tests/data/cases/decorators.py
def test_fader(test):
    pass
# --- positive: a run of pytest whose result nobody asks for: smoke
def test_the_port_is_taken_from_the_option(pytester):
    pytester.makepyfile("def test_port(server): assert server.port == 8080")
    pytester.runpytest("--port=8080")
# --- negative: a run of pytest whose lines are asked for
def test_the_port_comes_from_the_option(pytester):
    pytester.makepyfile("def test_port(server): assert server.port == 8080")
    result = pytester.runpytest("--port=8080")
    result.stdout.fnmatch_lines(["*1 passed*"])
# --- negative: a branch on what the loop made
def test_a_higher_rate_takes_what_a_lower_one_takes():
    for number in range(1000):
        trace = make_trace(number)
        if lower.takes(trace):
            assert higher.takes(trace) is True
# --- negative: a helper that calls one of another file
from helpers import until

def packed(order):
    until(lambda: order.packed)

def test_the_tea_is_packed():
    pack(ORDER)
    packed(ORDER)
# +++ tests/helpers.py
def until(ready):
    assert ready()
# --- negative: whatever is given, nothing is raised
from hypothesis import given, strategies

@given(strategies.binary())
def test_any_bytes_are_read(data):
    read(data)
# --- negative: only where what was drawn is whole
from hypothesis import given, strategies

@given(strategies.binary())
def test_a_whole_order_is_priced(data):
    order = read(data)
    if order.whole:
        assert order.price() == sum(order.lines)
# --- positive: any text is its repr: weak
def test_repr():
    assert repr(Order(7, items=["tea"]))
# --- positive: whatever is printed: weak
def test_prints_a_receipt(runner):
    result = runner.invoke(print_receipt, ["--order", "7"])
    assert result.stdout
# --- negative: whatever goes wrong is given on
def test_shop_raises_what_the_printer_raises(printer):
    printer.print.side_effect = Exception("no paper")
    with pytest.raises(Exception):
        shop.print_receipt(order=7)
# --- negative: the name says of what kind
def test_receipts_are_a_list(shop):
    assert isinstance(shop.receipts(), list)
# --- negative: the name says that it is there
def test_text_is_not_empty(shop):
    assert shop.render_receipt(7)
# --- negative: another each time
def test_a_login(shop):
    assert isinstance(shop.login_token("ada"), str)
# --- negative: a question about a text is no text
def test_a_receipt(shop):
    receipt = shop.receipt(7)
    assert receipt.has_text
# --- negative: what goes on with it fails without
def test_receipt_as_a_page(shop):
    html = shop.render_receipt(7)
    assert html
    page = lxml.fromstring(html)
    assert page is not None
# --- negative: what others give cannot be foretold @ tests/integration/test_rates.py
def test_rates(bank):
    assert bank.render_rates()
# --- negative: what was put there is looked for
def test_build(site):
    site.build()
    assert site.read_text("index.html")
# --- negative: the handler of what the test itself raises
def test_a_failed_order(shop):
    try:
        raise KeyError("tea")
    except KeyError as error:
        shop.fail(7, error)
        assert shop.state(7) == "failed"
# --- negative: what was waited for has come
def test_all_is_sent(shop):
    shop.send_all()
    for _ in range(500):
        if len(shop.sent) > 0:
            return
        time.sleep(0.01)
    raise AssertionError("nothing was sent after five seconds")
# --- negative: a row decides by way of a name
@pytest.mark.parametrize("row", ROWS)
def test_a_row(shop, row):
    wanted = row.get("wanted", False)
    if wanted:
        assert shop.order(row) == 7
# --- negative: a fixture decides
def test_printer_of_each_kind(printer):
    if hasattr(printer, "cut"):
        assert printer.cut() == 1
# --- positive: what came of it decides, by way of a name: may-not-run
def test_first_order(shop):
    orders = shop.orders()
    first = orders[0] if orders else None
    if first is not None:
        assert first.number == 7
# --- negative: what is raised is looked at
def test_no_paper(shop, snapshot):
    with pytest.raises(Exception) as caught:
        shop.print_receipt(order=7)
    snapshot.match("no-paper", caught.value.args)
# --- negative: to be an error is the point
def test_no_paper_is_an_error():
    assert isinstance(NoPaper(), Exception)
# --- negative: what is installed decides
def test_printer_is_asked_for():
    try:
        import printers
    except ImportError:
        assert "printers" in shop.missing()
# --- negative: a model answers otherwise each time
def test_greeting(llm):
    assert isinstance(llm.call("Say hello"), str)
# --- negative: a class of one's own that is called as a kind of the language
def test_orders_of_a_day_as_an_array():
    assert isinstance(shop.orders(day=3), Array)
# --- negative: of what class its parts are is the point
def test_receipt_as_parts(shop):
    parts = shop.receipt(7)
    assert isinstance(parts, list)
    assert isinstance(parts[0], FilePart)
# --- negative: some are picked out of many
def test_keys_differ(shop):
    seen = {}
    for order in ORDERS:
        key = shop.key(order)
        if key in seen:
            assert seen[key] == order
        seen[key] = order
# --- negative: what must not be given away is not where nothing is given
def test_no_token_for_strangers(client):
    reply = client.post("/token", json={"email": "eve@example.com"})
    if reply.status_code == 200:
        assert "access_token" not in reply.json()
# --- negative: the handler of what the test raises within a block
def test_error_of_the_user(shop):
    try:
        with shop.order(7):
            raise ZeroDivisionError("by zero")
    except Exception as error:
        assert error.__context__ is None
# --- negative: that it can be written as JSON is the question
def test_order_as_text(shop):
    order = shop.order(7)
    assert isinstance(json.dumps(order), str)
# --- negative: what the test itself raises can be caught
def test_no_paper_is_caught():
    with pytest.raises(Exception):
        raise NoPaper("A4")
# --- negative: one is looked for among many
def test_nodes(parser):
    nodes = parser.nodes("orders.dart")
    to_json = next((each for each in nodes if each["label"] == "toJson"), None)
    assert to_json is not None
# --- negative: an issue that was mended is the point
def test_issue3531():
    assert render(order_without("settings"))
# --- negative: an error that must not come again
def test_no_broadcast(shop):
    try:
        shop.convert([1], [1, 2])
    except ValueError as error:
        if "could not be broadcast" in str(error):
            pytest.fail("not avoided")
# --- negative: each row goes its own way
@pytest.mark.parametrize(("steps", "days"), ROWS)
def test_steps(steps, days):
    trainer = Trainer(steps=steps, days=days)
    trainer.fit()
    if trainer.steps and not trainer.days:
        assert trainer.step == trainer.steps
# --- positive: any exception will do for unittest: any-exception
class TeaTest(TestCase):
    def test_no_negative_price(self):
        self.assertRaises(Exception, price, -1)
# --- positive: any exception will do, in a block of its own: any-exception
import pytest

async def test_no_order_without_tea():
    with pytest.raises(BaseException):
        await order(0)
# --- negative: an exception of its own, which must come through
import pytest

class Broken:
    def read(self):
        raise Exception("broken")

def test_what_a_source_raises_comes_through():
    with pytest.raises(Exception):
        copy(Broken())
# --- negative: any exception that says so
import pytest

def test_no_order_without_tea_says_why():
    with pytest.raises(Exception, match="no tea"):
        order(0)
# --- negative: the status that is to come is an argument
class TeaTest(TestCase):
    def test_the_way_to_a_tea_that_is_gone(self):
        self.testapp.get("/teas/1", status=403)
# --- negative: a program that asserts is run
def test_a_worker_has_the_variables():
    run_worker("""
import os
assert os.environ["TEA"] == "green"
""")
# --- positive: a program is run that does not: smoke
def test_a_worker_starts():
    run_worker("""
import os
print(os.environ["TEA"])
""")
# --- negative: a helper that raises what an assertion does
def raised(call):
    try:
        call()
    except ValueError:
        return
    raise AssertionError("nothing was raised")

def test_a_price_is_a_number():
    raised(lambda: price("tea"))
# --- negative: what comes after each test asserts
class ShopTest(TestCase):
    def tearDown(self):
        self.assertTrue(self.finished)

    def test_orders_are_sent(self):
        send(ORDER, done=self.finish)
# --- negative: a context that expects
def test_a_lost_order_is_logged():
    with ExpectLog("shop", "lost"):
        lose(ORDER)
# --- negative: it does no more than skip
def test_with_two_phases():
    config.skip_test("no two-phase commits here")

# --- negative: what is waited for must come in time
async def test_the_cleaner_runs_at_the_start():
    event = anyio.Event()
    async with Shop(cleaner=event.set):
        with anyio.fail_after(3):
            await event.wait()

# --- positive: what is waited for may as well not come: smoke
async def test_the_cleaner_runs_at_the_start():
    event = anyio.Event()
    async with Shop(cleaner=event.set):
        with anyio.move_on_after(3):
            await event.wait()

# --- negative: what asserts is handed over
class TestSave:
    def look(self, order):
        assert order.state == "paid"

    def test_save(self, mocker):
        mocker.patch("shop.store.write", self.look)
        save(ORDER)

# --- negative: a thread of its own asserts
import threading

class Buyer(threading.Thread):
    def run(self):
        assert buy("tea") == 4

def test_two_buy():
    buyer = Buyer()
    buyer.start()
    buyer.join()

# --- positive: a class that asserts only when it is asked to: smoke
class Till:
    def count(self):
        assert self.coins == 3

def test_the_till_opens():
    till = Till()
    till.open()

# --- negative: what a module has to test itself
def test_the_sums_of_the_kernel():
    from shop import _kernel
    _kernel._test_sums()

# --- negative: a helper raises when it is not so
def settled(order):
    if order.state != "settled":
        raise RuntimeError(order.state)

def test_an_order_settles():
    order = pay(ORDER)
    settled(order)

# --- positive: a helper raises for what it cannot do: smoke
def pay(order, gateway):
    if gateway is None:
        raise NotImplementedError
    gateway.pay(order)

def test_an_order_is_paid():
    pay(ORDER, Gateway())

# --- negative: an empty test turns off the one it inherits
from tests.baskets import BasketTests

class TestBasketOnDisk(BasketTests):
    def test_rename(self):
        pass

# --- positive: an empty test of a class that inherits none: no-assertion
import unittest

class BasketTest(unittest.TestCase):
    def test_rename(self):
        pass

# --- negative: an example @ examples/basket/test_basket.py
def test_basket():
    total = Basket().total()

# --- negative: a comment says why it may go either way
def test_unsorted_rows():
    rows = read(STORE)
    # older versions of the driver raise here, and if so the message is ours
    try:
        rows.sort()
    except IndexError as error:
        assert "load it first" in str(error)

# --- positive: a comment says something else: may-not-run
def test_unsorted_rows():
    rows = read(STORE)
    # the rows of one day
    try:
        rows.sort()
    except IndexError as error:
        assert "load it first" in str(error)

# --- negative: what is tried raises in any case
def fail(depth):
    if depth:
        fail(depth - 1)
    raise RuntimeError

def test_the_trace_is_cut():
    try:
        fail(4)
    except RuntimeError as error:
        assert len(cut(error)) == 4

# --- negative: it returns where the server is too old
def test_ranges():
    version = connect().server_version
    if version < 14:
        return
    assert rows("select 1") == [1]

# --- negative: a comment says why any exception will do
import pytest

def test_a_broken_packet():
    # which exception it is depends on where the packet ends
    with pytest.raises(Exception):
        unpack(b"\xc0\xff")

# --- positive: a comment says nothing of exceptions: any-exception
import pytest

def test_a_broken_packet():
    # two bytes
    with pytest.raises(Exception):
        unpack(b"\xc0\xff")

# --- negative: a value is not less than itself
def test_relations():
    small = Range(1, 2)
    assert small <= small
    assert not small < small

# --- positive: a part is compared with itself: cannot-fail
def test_bounds():
    order = read(ORDER)
    assert order.total <= order.total

# --- positive: it prints no more than where it is: smoke
def test_export_of_a_day():
    print("exporting")
    export(DAY)

# --- positive: what it starts is kept for no more than that: smoke
def test_the_shop_opens():
    shop = open_shop(port=0)

# --- positive: what is made may be all that is tried: smoke
def test_basket():
    basket = Basket(owner="ada")

# --- positive: what is kept under the name of a thing may be all that is tried: smoke
def test_export_of_a_week():
    report = export(WEEK)

# --- positive: an answer that nobody reads: no-assertion
def test_export_of_a_week():
    result = export(WEEK)

# --- positive: what is expected is never compared: no-assertion
def test_export_of_a_month():
    expected_rows = [1, 2, 3]
    export(MONTH)

# --- positive: empty, and a fixture does what there is to do: smoke
def test_shop_server(shop_server):
    pass

# --- positive: empty, and says why: smoke
class TestStore:
    def test_refund(self):
        # the tests of the till have this one
        pass

# --- positive: empty, and to be done: no-assertion
class TestStore:
    def test_refund(self):
        # TODO: once the till can do it
        pass

# --- positive: a mock for what is not its point: smoke
def test_payment_of_a_basket(mocker):
    mocker.patch("shop.mail.smtplib.SMTP")
    pay(BASKET)

# --- positive: what prints is handed over, and may not run: smoke
def test_an_action_of_any_kind():
    def show(tea):
        print(tea.price)
    take(show)

# --- negative: what looks like a test is what others work on @ tests/test_registry.py
class TestTool:
    def test_class_fn(self):
        pass

def test_fn():
    pass

def test_register(registry):
    registry.add("one", source=TestTool)
    registry.add("two", source=test_fn)
    assert len(registry) == 2

# --- negative: that it comes so far is the point, and says so
def test_no_deadlock_when_two_buy():
    buy_at_once("ada", "bob")

    # THEN nobody waits for ever
    assert True

# --- negative: a failure skips the test
import unittest

class TrayTest(unittest.TestCase):
    def test_the_tray(self):
        try:
            tray = Tray()
            self.assertEqual(tray.size, 1)
        except Exception as error:
            self.skipTest(f"no tray here: {error}")

# --- negative: a fixture that is asked for decides
import pytest

def test_swapped(archives, request):
    archive = request.getfixturevalue(archives)
    if archive.is_local:
        with pytest.raises(Swapped):
            archive.open()

# --- negative: it says that it is there to be read
def test_how_copies_behave():
    """Fields without a type are not copied."""
    # This is a documentation test: it always passes
    assert True

# --- positive: empty with a fixture, and to be done: no-assertion
def test_the_order_of_a_day(order):
    # TODO: implement
    pass

# --- positive: it prints what it measures: smoke
def test_a_thousand_orders():
    started = time.perf_counter()
    buy(1000)
    print(time.perf_counter() - started)

# --- negative: who calls it looks at what it gives back
def test_ten_at_once(pool):
    def ask(number):
        try:
            answer = get(f"/orders/{number}")
            assert answer.status == 200
            return True
        except Exception:
            return False
    assert sum(pool.map(ask, range(10))) == 10

# --- positive: nobody looks at what a test gives back: swallowed
def test_one():
    try:
        answer = get("/orders/1")
        assert answer.status == 200
        return True
    except Exception:
        return False

# --- negative: what the product offers to tests asserts
from shop.testing import is_paid

def test_an_order_of_today():
    result = pay(ORDER)
    is_paid(ORDER)
# +++ shop/testing.py
def is_paid(order):
    assert order.state == "paid"

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
from discounts.server import make_server

pytestmark = pytest.mark.integration


@pytest.fixture
def service() -> Iterator[HTTPConnection]:
    """A connection to the real server, which listens on a port of its own."""
    with make_server("127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        connection = HTTPConnection("127.0.0.1", server.server_port, timeout=5)
        yield connection
        connection.close()
        server.shutdown()
        thread.join()


def ask(service: HTTPConnection, method: str, path: str, body: str | None = None) -> tuple[int, object]:
    service.request(method, path, body)
    response = service.getresponse()
    return response.status, json.load(response)


def test_a_discount_over_http(service: HTTPConnection) -> None:
    question = json.dumps({"items": 3, "coupon": "TEATIME"})
    assert ask(service, "POST", "/discount", question) == (200, {"percent": 10, "reason": "coupon TEATIME"})


def test_an_unknown_coupon_is_the_customers_mistake(service: HTTPConnection) -> None:
    question = json.dumps({"items": 3, "coupon": "COFFEE"})
    assert ask(service, "POST", "/discount", question) == (422, {"error": "there is no coupon COFFEE"})


@pytest.mark.parametrize("body", ["tea, please", "[]", "{}", '{"items": "3"}', '{"items": 3, "coupon": null}'])
def test_a_body_that_is_no_question(service: HTTPConnection, body: str) -> None:
    expected = {"error": "the body is not {items: a whole number, coupon: a text}"}
    assert ask(service, "POST", "/discount", body) == (400, expected)


def test_it_says_that_it_is_well(service: HTTPConnection) -> None:
    assert ask(service, "GET", "/healthz") == (200, {"status": "ok"})

"""The HTTP API: POST /discount and GET /healthz."""

from __future__ import annotations

import dataclasses
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from discounts.rules import best_discount

MAX_BODY = 4096


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/healthz":
            self._answer(200, {"status": "ok"})
        else:
            self._answer(404, {"error": "there is nothing here"})

    def do_POST(self) -> None:
        if self.path != "/discount":
            self._answer(404, {"error": "there is nothing here"})
            return
        try:
            length = int(self.headers.get("Content-Length", "0"))
            question = json.loads(self.rfile.read(min(length, MAX_BODY)))
            items, coupon = question["items"], question.get("coupon", "")
            if type(items) is not int or not isinstance(coupon, str):
                raise TypeError
        except (ValueError, KeyError, TypeError, AttributeError):
            self._answer(400, {"error": "the body is not {items: a whole number, coupon: a text}"})
            return
        try:
            self._answer(200, dataclasses.asdict(best_discount(items, coupon)))
        except ValueError as refused:
            self._answer(422, {"error": str(refused)})

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not logged."""

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def make_server(host: str, port: int) -> ThreadingHTTPServer:
    """A server that listens already; port 0 takes any that is free."""
    return ThreadingHTTPServer((host, port), Handler)

"""What the pod of an ``http`` check does, with a real node and a real server."""

from __future__ import annotations

import http.server
import subprocess
import threading
from collections.abc import Iterator

import pytest

from testrun.core.preflight.checks import HttpCheck
from testrun.kube.checks import http_look

SECONDS = 20


class Handler(http.server.BaseHTTPRequestHandler):
    """``/ready`` is 503 at the first two requests."""

    asked = 0

    def do_GET(self) -> None:
        path = self.path
        if path == "/ready":
            type(self).asked += 1
            self._answer(200 if self.asked > 2 else 503, b"welcome to the shop")
        elif path.startswith("/moved"):
            self._answer(302, location="/ready" if path == "/moved" else "/moved-again")
        elif path == "/away":
            self._answer(302, location="file:///etc/passwd")
        else:
            self._answer(404)

    def _answer(self, status: int, body: bytes = b"", *, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server() -> Iterator[str]:
    Handler.asked = 0
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def lines(url: str, *, status: int = 200, match: str = "", until: int = 0) -> tuple[int | None, list[str]]:
    """Exit code and output; None: it went on asking after so many lines."""
    pod = http_look.pod_of(HttpCheck("check-0", "e2e:1", 60, url, status, match))
    said: list[str] = []
    with subprocess.Popen(pod.command, stdout=subprocess.PIPE, text=True) as node:
        assert node.stdout is not None
        watchdog = threading.Timer(SECONDS, node.kill)
        watchdog.start()
        for line in node.stdout:
            said.append(line.rstrip("\n"))
            if until and len(said) == until:
                goes_on = node.poll() is None
                node.kill()
                watchdog.cancel()
                return (None if goes_on else node.returncode), said
        watchdog.cancel()
    return node.returncode, said


def test_it_asks_until_it_is_answered_as_wanted(server: str):
    assert lines(f"{server}/ready") == (0, ["503 Service Unavailable", "200 OK"])


def test_the_body_must_match(server: str):
    assert lines(f"{server}/ready", match="wel.ome") == (0, ["503 Service Unavailable", "200 OK"])
    assert lines(f"{server}/ready", match="^shop", until=1) == (None, ["200 OK, with another body"])


def test_redirects_are_followed_and_bounded(server: str):
    Handler.asked = 2
    assert lines(f"{server}/moved") == (0, [f"200 OK from {server}/ready"])
    assert lines(f"{server}/moved-again", until=1) == (None, ["more than 5 redirects, the last to /moved-again"])
    assert lines(f"{server}/away", until=1) == (None, ["a redirect to file:///etc/passwd"])


def test_a_redirect_may_be_what_is_wanted(server: str):
    assert lines(f"{server}/moved", status=302) == (0, ["302 Found"])


def test_another_status_goes_on(server: str):
    assert lines(f"{server}/nowhere", until=1) == (None, ["404 Not Found"])


def test_nobody_there(server: str):
    port = server.rpartition(":")[2]
    assert lines(f"https://127.0.0.1:{port}/", until=1)[0] is None
    assert lines("http://127.0.0.1:2/", until=1) == (None, ["connect ECONNREFUSED 127.0.0.1:2"])


def test_an_expression_that_is_none(server: str):
    code, (said,) = lines(f"{server}/ready", match="(")
    assert (code, said.partition(":")[0]) == (2, "Invalid regular expression")

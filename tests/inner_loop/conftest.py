"""The example with its tools installed, once, and small repositories made of its parts.

Rows of the table of ways to fail are independent of each other and mostly wait for one tool, so they run ahead, some at once; a
test then looks at what became of its row.
"""

from __future__ import annotations

import concurrent.futures
import http.server
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from inner_loop.checkout import EXAMPLE, Checkout, Ended
from inner_loop.way import Way

WORKSPACES = Path(__file__).with_name("workspaces")
PAGE = b"<!doctype html><title>Leaf &amp; Cup</title><h1>Tea and cups</h1>"
WaysRun = Callable[[Way], Ended]


@pytest.fixture(scope="session")
def example() -> Path:
    """The example, set up. Takes no time when it is."""
    set_up(EXAMPLE)
    return EXAMPLE


@pytest.fixture(scope="session")
def workspaces() -> Path:
    """Folders in which package managers other than npm installed Jest. Takes no time when they did."""
    set_up(WORKSPACES)
    return WORKSPACES


def set_up(folder: Path) -> None:
    done = subprocess.run([str(folder / "setup.sh")], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        pytest.fail(f"this tier needs installed tools: {folder / 'setup.sh'} said\n{done.stdout.decode()}", pytrace=False)


@pytest.fixture
def checkout(example: Path, tmp_path: Path) -> Callable[..., Checkout]:
    """Makes a repository of parts of the example."""

    def make(*parts: str, name: str = "shop") -> Checkout:
        root = tmp_path / name
        root.mkdir()
        return Checkout.make(root, parts)

    return make


class Shop(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def shop() -> Iterator[str]:
    """What is tested: its address. A tunnel would lead to it in a cluster."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session", autouse=True)
def outcome(example: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WaysRun]:
    """What became of a way to fail: from the start of the session all that were selected run, a few at once."""
    folder = tmp_path_factory.mktemp("ways")
    selected = [way for item in request.session.items if isinstance(way := _way_of(item), Way)]

    def run(way: Way) -> Ended:
        root = folder / str(selected.index(way)) / "shop"
        root.mkdir(parents=True)
        checkout = Checkout.make(root, way.parts)
        ended = checkout.run(env=way.change(checkout) or {})
        checkout.nothing_runs()
        return ended

    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        running = {way.name: pool.submit(run, way) for way in selected}
        yield lambda way: running[way.name].result()
        pool.shutdown(cancel_futures=True)


def _way_of(item: pytest.Item) -> object:
    call = getattr(item, "callspec", None)
    return call.params.get("way") if call is not None else None

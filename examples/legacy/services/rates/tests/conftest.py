import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from integration_mode import integration_mode

from rates.tariff import RatesAt


@pytest.fixture
def mode():
    return integration_mode()


class Stub(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"perKilogram": 450}')

    def log_message(self, *_):
        pass


@pytest.fixture
def rates(mode):
    if mode == "cluster":
        # The real service.
        yield RatesAt(os.environ["RATES_URL"])
    else:
        # One that knows one rate.
        with HTTPServer(("127.0.0.1", 0), Stub) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            yield RatesAt(f"http://127.0.0.1:{server.server_port}")
            server.shutdown()
            thread.join()

"""``python3 -m discounts`` serves the HTTP API on PORT (8090)."""

from __future__ import annotations

import os

from discounts.server import make_server

server = make_server("", int(os.environ.get("PORT", "8090")))
print(f"discounts listens on port {server.server_port}", flush=True)
server.serve_forever()

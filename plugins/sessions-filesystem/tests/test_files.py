"""Files: their names, who may read them, what they hold after any accident."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest

from kernos import Kernos, session
from kernos.errors import RegistrationError
from kernos_sessions_filesystem import FileStore, make_sessions, store as store_module


@pytest.fixture
def store(folder: Path) -> FileStore:
    return FileStore(folder)


class Clock:
    """Says what time it is by itself; all else it asks of the real one."""

    now = 1_800_000_000.0

    def time(self) -> float:
        return self.now

    def __getattr__(self, name: str) -> t.Any:
        return getattr(time, name)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(store_module, "time", clock)
    return clock


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "locks"]


def make_app(folder: Path, **config: t.Any) -> Kernos:
    app = Kernos(__name__, plugins=[], components={"sessions": "filesystem"})
    app.config.update({"SESSION_STORE_TIMEOUT": 10, "SESSION_FILE_DIR": str(folder), **config})
    app.add_url_rule("/read", "read", view_func=lambda: dict(session))
    app.add_url_rule(
        "/write/<value>", "write", view_func=lambda value: session.update(a=value) or ""
    )
    return app


# --- names and modes --------------------------------------------------------------------------


def test_everything_belongs_to_one_user_alone(folder: Path, store: FileStore) -> None:
    before = os.umask(0)
    try:
        FileStore(folder).set("key", b"x", 10)
    finally:
        os.umask(before)
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@pytest.mark.parametrize(
    "key", ["../../x", "/etc/passwd", "a\0b", "x" * 5000, "", "\udcff", "shop:session:" + "a" * 43]
)
def test_a_key_is_never_a_path_nor_a_name(folder: Path, store: FileStore, key: str) -> None:
    store.set(key, b"x", 10)
    assert store.get(key) == b"x"
    (path,) = files(folder)
    assert len(path.name) == 64
    assert path.parent.parent == folder


def test_keys_that_look_alike_are_different(store: FileStore) -> None:
    keys = ["ﬁ", "fi", "FI", "é", "e\u0301"]
    for number, key in enumerate(keys):
        store.set(key, b"%d" % number, 10)
    assert [store.get(key) for key in keys] == [b"%d" % number for number in range(len(keys))]


def test_a_folder_that_others_may_enter_is_refused(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    folder.chmod(0o750)
    with pytest.raises(RegistrationError, match="open to others") as caught:
        FileStore(folder)
    assert caught.value.fix == f"chmod 700 {folder}"


def test_a_folder_of_another_user_is_refused(folder: Path, monkeypatch) -> None:
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    with pytest.raises(RegistrationError, match="belongs to another user"):
        FileStore(folder)


def test_a_file_in_the_place_of_the_folder_is_refused(folder: Path) -> None:
    folder.write_text("")
    with pytest.raises(RegistrationError, match="cannot be made"):
        FileStore(folder)


@pytest.mark.parametrize("place", ["", "sessions", "deep/below"])
def test_a_folder_that_is_served_is_refused(tmp_path: Path, place: str) -> None:
    app = Kernos(__name__, plugins=[], components="default", static_folder=str(tmp_path))
    app.config["SESSION_FILE_DIR"] = str(tmp_path / place)
    with pytest.raises(RegistrationError, match="below a static folder"):
        make_sessions(app)


@pytest.mark.parametrize(
    ("value", "what"), [(None, "is not set"), (5, "is int"), ("sessions", "is no absolute path")]
)
def test_a_wrong_setting_is_refused(value: object, what: str) -> None:
    app = Kernos(__name__, plugins=[], components="default")
    app.config["SESSION_FILE_DIR"] = value
    with pytest.raises(RegistrationError, match=f"SESSION_FILE_DIR {what}"):
        make_sessions(app)


# --- time -------------------------------------------------------------------------------------


def test_a_session_is_over_at_its_time(store: FileStore, clock: Clock) -> None:
    store.set("a", b"x", 60)
    clock.now += 59
    assert store.get("a") == b"x"
    clock.now += 1
    assert store.get("a") is None
    assert not store.exchange("a", b"x", b"y", 60)
    assert store.exchange("a", None, b"new", 60)
    assert store.get("a") == b"new"


def test_sweeping_removes_what_is_over_and_what_was_left_half_written(
    folder: Path, store: FileStore, clock: Clock
) -> None:
    store.set("old", b"x", 10)
    store.set("new", b"x", 100)
    (folder / "00").mkdir(exist_ok=True)
    half = folder / "00" / ("0" * 64 + ".abc")
    fresh = folder / "00" / ("0" * 64 + ".def")
    half.write_bytes(b"")
    fresh.write_bytes(b"")
    os.utime(fresh, (clock.now, clock.now))
    os.utime(half, (clock.now - 4000, clock.now - 4000))
    clock.now += 50
    assert store.sweep() == 1
    assert store.get("new") == b"x"
    assert len(files(folder)) == 2
    assert fresh.exists()


def test_new_sessions_have_the_old_ones_swept(
    folder: Path, store: FileStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "_FOLDERS", ("00",))
    monkeypatch.setattr(FileStore, "_path", lambda self, key: folder / "00" / f"{key:0>64}")
    for number in range(16):
        store.set(str(number), b"x", 10)
    clock.now += 50
    for number in range(100, 116):
        store.set(str(number), b"x", 10)
    assert len(files(folder)) == 16


# --- accidents --------------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["open", "fdopen", "fsync", "replace"])
@pytest.mark.parametrize(
    "code", [errno.ENOSPC, errno.EIO, errno.EMFILE, errno.EROFS, errno.EDQUOT]
)
def test_a_write_that_fails_is_a_503_and_leaves_the_old_session_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    app = make_app(folder)
    client = app.test_client()
    client.get("/write/old")
    real = getattr(os, call)

    def fail(*args: t.Any, **kwargs: t.Any) -> t.Any:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        assert client.get("/write/new").status_code == 503
    assert getattr(os, call) is real
    assert client.get("/read").json == {"a": "old"}
    assert len(files(folder)) == 1
    assert client.get("/write/new").status_code == 200
    assert client.get("/read").json == {"a": "new"}


def test_a_folder_that_is_gone_is_a_503_until_it_is_back(folder: Path) -> None:
    client = make_app(folder).test_client()
    client.get("/write/old")
    folder.rename(folder.with_name("gone"))
    assert client.get("/read").status_code == 503
    assert client.get("/write/new").status_code == 503
    folder.with_name("gone").rename(folder)
    assert client.get("/read").json == {"a": "old"}


def test_another_who_holds_the_lock_for_too_long_is_a_503(folder: Path) -> None:
    client = make_app(folder, SESSION_STORE_TIMEOUT=0.1).test_client()
    client.get("/write/old")
    store = FileStore(folder)
    (path,) = files(folder)
    with store._locked(path):
        assert client.get("/write/new").status_code == 503
        assert client.get("/read").json == {"a": "old"}
    assert client.get("/write/new").status_code == 200


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"junk",
        b"9999999999",
        b"9999999999\n",
        b'9999999999\n{"a":',
        b"9999999999\n[1]",
        b"\x80\x04\x95",
        b"9999999999\ncbuiltins\nexec\n(S'raise SystemExit'\ntR.",
        b'99999999999999999\n{"a":"x"}',
    ],
)
def test_a_damaged_file_is_an_empty_session_and_one_warning(
    folder: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    client = make_app(folder).test_client()
    client.get("/write/old")
    (path,) = files(folder)
    path.write_bytes(content)
    assert client.get("/read").json == {}
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    client.get("/write/new")
    assert client.get("/read").json == {"a": "new"}


WRITER = """
import itertools, sys
from kernos_sessions_filesystem import FileStore
store = FileStore(sys.argv[1])
print("ready", flush=True)
for number in itertools.count():
    store.set("key", b"%d " % number * 20000, 1000)
"""


def test_killing_the_writer_leaves_a_whole_file(folder: Path) -> None:
    store = FileStore(folder)
    for moment in range(8):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, folder], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(moment * 0.004)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        found = store.get("key")
        if found is not None:
            words = found.split()
            assert len(words) == 20000
            assert len(set(words)) == 1
    assert found is not None
    store.set("key", b"after", 10)  # nobody holds a lock
    assert store.get("key") == b"after"

"""Sessions in files keep the contract."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest

from kernos import Kernos
from kernos.contracts import SessionInterface
from kernos.testing.conformance.sessions import ServerSideSessionKit
from kernos_sessions_filesystem import make_sessions


def sessions_in(folder: Path) -> SessionInterface:
    app = Kernos(__name__, plugins=[], components="default")
    app.config["SESSION_FILE_DIR"] = str(folder)
    app.config["SESSION_STORE_TIMEOUT"] = 10  # a busy machine is no outage
    return make_sessions(app)


class TestFileSessions(ServerSideSessionKit):
    @pytest.fixture(autouse=True)
    def _use(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        # The disk is waited for elsewhere; here it would be all that takes time.
        monkeypatch.setattr(os, "fsync", lambda handle: None)

    def make_interface(self) -> SessionInterface:
        return sessions_in(self.folder)

    def make_broken_interface(self) -> SessionInterface:
        interface = sessions_in(self.folder)
        self.folder.rename(self.folder.with_name("gone"))
        return interface

    def count_rows(self, interface: SessionInterface) -> int:
        store: t.Any = interface
        return len(list(store.store.folder.glob("[0-9a-f][0-9a-f]/*")))

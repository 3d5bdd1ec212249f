"""From an application's configuration to its sessions in files."""

from __future__ import annotations

import typing as t
from pathlib import Path

from kernos_sessions.chain import SessionChain, Setting, key_prefix_of, store_timeout_of
from kernos_sessions_filesystem.store import FileStore

if t.TYPE_CHECKING:
    from kernos import Kernos
    from kernos.contracts import SessionInterface

_FOLDER = Setting("SESSION_FILE_DIR", "/var/lib/shop/sessions")


def make_sessions(app: Kernos, *, former: t.Iterable[SessionInterface] = ()) -> SessionChain:
    """Return sessions in the folder that ``SESSION_FILE_DIR`` names.

    Args:
        app: Its configuration is read: ``SESSION_FILE_DIR``, ``SESSION_KEY_PREFIX``,
            ``SESSION_STORE_TIMEOUT``.
        former: Where sessions were kept before; they move.

    Raises:
        RegistrationError: A setting is missing or wrong, or the folder is not private.
    """
    folder = Path(_FOLDER.read(app))
    if not folder.is_absolute():
        raise _FOLDER.refusal(
            "is no absolute path", "what it means would depend on where the server is started"
        )
    for served in _static_folders(app):
        if folder.resolve().is_relative_to(served):
            raise _FOLDER.refusal(
                "is below a static folder", "every session could be downloaded from there"
            )
    timeout_seconds = store_timeout_of(app)
    return SessionChain(
        FileStore(folder, timeout_seconds=timeout_seconds),
        key_prefix=key_prefix_of(app),
        timeout_seconds=timeout_seconds,
        former=former,
    )


def _static_folders(app: Kernos) -> t.Iterator[Path]:
    for owner in (app, *app.blueprints.values()):
        if owner.static_folder is not None:
            yield Path(owner.static_folder).resolve()


__all__ = ["make_sessions"]

"""The key that signs session cookies, made once for each instance folder."""

from __future__ import annotations

import os
import secrets


def of_instance(folder: str) -> str:
    """Return the instance's key; the first process to ask makes it.

    Several workers start at once and must sign with the same key, so the file is
    written under a name of its own and linked: one of them wins, all read it.
    """
    path = os.path.join(folder, "secret_key")
    if not os.path.exists(path):
        draft = f"{path}.{os.getpid()}"
        with open(draft, "w", encoding="ascii", opener=_for_the_owner_only) as file:
            file.write(secrets.token_urlsafe(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    with open(path, encoding="ascii") as file:
        return file.read()


def _for_the_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)

"""A guestbook: pages with a session, a JSON API beside them, SQLite below."""

from __future__ import annotations

import os
import typing as t

from guestbook import api, pages, secret, store
from kernos import Kernos


def create_app(settings: t.Mapping[str, object] | None = None, **options: t.Any) -> Kernos:
    """Return a new guestbook.

    Args:
        settings: Configuration that beats the environment's ``GUESTBOOK_…``.
        **options: Handed to :class:`kernos.Kernos`, such as ``instance_path``.
    """
    app = Kernos(__name__, **options)
    app.config.from_mapping(
        DATABASE=os.path.join(app.instance_path, "guestbook.sqlite"),
        ENTRIES_PER_PAGE=10,
        MAX_CONTENT_LENGTH=64 * 1024,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.config.from_prefixed_env("GUESTBOOK")
    app.config.from_mapping(settings or {})

    os.makedirs(app.instance_path, exist_ok=True)
    if not app.secret_key:
        app.secret_key = secret.of_instance(app.instance_path)

    store.init_app(app)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
    return app

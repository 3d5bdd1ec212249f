"""Where kernos meets guestbook_stamps. Hook implementations only."""

from __future__ import annotations

import typing as t

from guestbook_stamps.converter import StampConverter
from guestbook_stamps.pages import blueprint
from guestbook_stamps.stamps import stamp_for
from kernos.hooks import hookimpl

if t.TYPE_CHECKING:
    from kernos import Blueprint


@hookimpl
def kernos_register_converters() -> dict[str, type[StampConverter]]:
    """Add ``<stamp:…>`` to URL rules."""
    return {"stamp": StampConverter}


@hookimpl
def kernos_register_blueprints() -> list[Blueprint]:
    """Add the pages under ``/stamps``."""
    return [blueprint]


@hookimpl
def kernos_register_template_names() -> dict[str, dict[str, t.Callable[..., object]]]:
    """Add ``stamp_for``, by which the guestbook's templates know that stamps are here."""
    return {"globals": {"stamp_for": stamp_for}}

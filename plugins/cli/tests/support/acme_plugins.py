"""Plugins that tests hand to an application."""

from __future__ import annotations

from kernos.hooks import hookimpl


class First:
    """A plugin that contributes a little of everything."""

    @hookimpl(before="acme.Second")
    def kernos_before_request(self, app, ctx) -> None: ...

    @hookimpl
    def kernos_register_config(self, app):
        return {"FIRST_URL": "http:", "SHARED_URL": "first", "OWN_URL": "first"}

    @hookimpl
    def kernos_register_template_names(self, app):
        return {"filters": {"shout": str.upper, "own": str.lower}}


class Second:
    """Another, which collides with it."""

    @hookimpl
    def kernos_before_request(self, app, ctx) -> None: ...

    @hookimpl
    def kernos_register_config(self, app):
        return {"SHARED_URL": "second"}


class Broken:
    """One whose hook fails."""

    @hookimpl
    def kernos_register_config(self, app):
        raise ValueError("out of clay")


for _kind in (First, Second, Broken):
    _kind.__module__ = "acme"  # a name that errors and orders can be asked for

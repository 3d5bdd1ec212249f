"""The moments of an application's life: made, frozen, ready, closed."""

from __future__ import annotations

import atexit
import os
import threading
import typing as t
import weakref

if t.TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse
    from _typeshed.wsgi import WSGIApplication
    from _typeshed.wsgi import WSGIEnvironment

    from kernos.app import Kernos
    from kernos.config import Config
    from kernos.hooks.contributions import Contribution
    from kernos.hooks.manager import PluginManager

#: Applications that were frozen: closed at exit, and told anew in a forked process.
_frozen_apps: weakref.WeakSet[t.Any] = weakref.WeakSet()


class MomentsMixin:
    """Constructor, freeze and end, as far as plugins take part in them."""

    if t.TYPE_CHECKING:
        _plugin_manager: PluginManager
        config: Config

        def wsgi_app(
            self, environ: WSGIEnvironment, start_response: StartResponse
        ) -> t.Iterable[bytes]: ...

    _frozen = False
    _ready = False
    _announcing = False
    _served: WSGIApplication | None = None

    # --- the constructor -----------------------------------------------------------------

    def _take_defaults_and_converters(self) -> None:
        app = t.cast("Kernos", self)
        self._plugin_manager.fill("config", self.config)
        if app.has_component("routing"):
            self._plugin_manager.fill("converters", app.router.converters)

    def _take_blueprints(self) -> None:
        app = t.cast("Kernos", self)
        hook = "kernos_register_blueprints"
        for contribution in self._plugin_manager.collect(hook, app=app):
            # Where no plugin has a blueprint, none of this is needed.
            from kernos.app.transactions import removable
            from kernos.app.transactions import transaction

            try:
                with transaction(app), removable(app) as take_back:
                    for blueprint, options in _blueprints(contribution):
                        app.register_blueprint(blueprint, **options)
                self._plugin_manager.on_removal(contribution, take_back)
            except Exception as error:
                self._plugin_manager.failed(contribution, hook, error)

    def _take_commands(self) -> None:
        """Collect the commands; serving does without those that a plugin fails to name."""
        hook = "kernos_register_commands"
        self._plugin_manager.spare(hook)
        self._plugin_manager.collect(hook, app=t.cast("Kernos", self))

    # --- the freeze ----------------------------------------------------------------------

    def freeze(self) -> None:
        """End the set-up: choose every slot, report what is wrong, wrap the middleware.

        Called by itself at the first request; a second call does nothing.

        Raises:
            KernosError: A conflict, an unknown name, a misspelt hook. The next call tries
                again.
        """
        app = t.cast("Kernos", self)
        with app._freeze_lock:
            if self._ready or self._announcing:
                return  # a ready hook of this thread may send a request itself
            if not self._frozen:
                self._plugin_manager.decide_all(app.settled_slots())
                self._plugin_manager.check_conflicts(app.defines)
                served = self._wrapped()
                self._plugin_manager.compile_request_hooks()
                self._served = served
                self._frozen = True
                _frozen_apps.add(self)
            self._announcing = True
            try:
                self._plugin_manager.notify("kernos_app_ready", app=app)
                self._ready = True
            finally:
                self._announcing = False

    def take_late_contributions(self, kind: str) -> None:
        """Give those who have collected a kind what a late plugin adds to it."""
        app = t.cast("Kernos", self)
        if kind == "middleware":
            self._served = self._wrapped()
        elif kind in app.held_contributions:
            _grow(app.held_contributions[kind], self._plugin_manager.contributions(kind))

    def thaw(self) -> None:
        """Take registrations again; for the development server, which may start anew."""
        self._frozen = self._ready = False

    def _wrapped(self) -> WSGIApplication | None:
        """Return the middleware of plugins around the user's ``wsgi_app``; None for none."""
        layers = self._plugin_manager.contributions("middleware")
        if not layers:
            return None

        def innermost(
            environ: WSGIEnvironment, start_response: StartResponse
        ) -> t.Iterable[bytes]:
            return self.wsgi_app(environ, start_response)

        served: WSGIApplication = innermost
        for layer in reversed(layers):
            served = layer(served)
        return served

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> t.Iterable[bytes]:
        """Answer one request: through the plugins' middleware, then :meth:`wsgi_app`."""
        if not self._ready:
            self.freeze()
        if self._served is not None:
            return self._served(environ, start_response)
        return self.wsgi_app(environ, start_response)

    # --- the end -------------------------------------------------------------------------

    def close(self) -> None:
        """Let the plugins give back what they took; called by itself at process exit."""
        _frozen_apps.discard(self)
        self._plugin_manager.close()


def _blueprints(contribution: Contribution) -> t.Iterator[tuple[t.Any, dict[str, t.Any]]]:
    for item in contribution.value:
        if isinstance(item, tuple):
            blueprint, options = item
            yield blueprint, dict(options)
        else:
            yield item, {}


def _grow(held: dict[t.Any, t.Any], found: dict[t.Any, t.Any]) -> None:
    for key, value in found.items():
        if isinstance(value, dict) and isinstance(held.get(key), dict):
            _grow(held[key], value)
        else:
            held[key] = value


def _close_all() -> None:
    for app in list(_frozen_apps):
        try:
            app.close()
        except Exception as error:  # the others must be closed as well
            app.logger.error("A plugin failed at shutdown", exc_info=error)


def _forget_readiness() -> None:
    """Let each application say ``kernos_app_ready`` again, in the process just forked."""
    for app in list(_frozen_apps):
        app._plugin_manager.after_fork()
        app._freeze_lock = threading.RLock()
        app._ready = False


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_readiness)

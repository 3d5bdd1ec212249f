"""The moments of an application's life: made, frozen, ready, closed."""

from __future__ import annotations

import atexit
import os
import threading
import typing as t
import weakref

if t.TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from kernos.app import Kernos
    from kernos.config import Config
    from kernos.hooks.contributions import Contribution
    from kernos.hooks.manager import PluginManager

#: Applications that were frozen: closed at exit, and told anew in a forked process.
_frozen_apps: weakref.WeakSet[t.Any] = weakref.WeakSet()


class MomentsMixin:
    """Constructor, freeze and end, as far as plugins take part in them."""

    if t.TYPE_CHECKING:
        _kernel_plugins: PluginManager
        config: Config

        def wsgi_app(
            self, environ: WSGIEnvironment, start_response: StartResponse
        ) -> t.Iterable[bytes]: ...

    _freeze_done = False
    _ready_told = False
    _telling_ready = False
    _wrapped_app: WSGIApplication | None = None

    # --- the constructor -----------------------------------------------------------------

    def _take_defaults_and_converters(self) -> None:
        app = t.cast("Kernos", self)
        self._kernel_plugins.fill("config", self.config)
        if app._has_component("routing"):
            self._kernel_plugins.fill("converters", app._url_router.converters)

    def _take_blueprints(self) -> None:
        app = t.cast("Kernos", self)
        hook = "kernos_register_blueprints"
        for contribution in self._kernel_plugins.collect(hook, app=app):
            # Where no plugin has a blueprint, none of this is needed.
            from kernos.app.transactions import removable, transaction

            try:
                with transaction(app), removable(app) as take_back:
                    for blueprint, options in _blueprints(contribution):
                        app.register_blueprint(blueprint, **options)
                self._kernel_plugins.on_removal(contribution, take_back)
            except Exception as error:
                self._kernel_plugins.failed(contribution, hook, error)

    def _take_commands(self) -> None:
        """Collect the commands; serving does without those that a plugin fails to name."""
        hook = "kernos_register_commands"
        self._kernel_plugins.spare(hook)
        self._kernel_plugins.collect(hook, app=t.cast("Kernos", self))

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
            if self._ready_told or self._telling_ready:
                return  # a ready hook of this thread may send a request itself
            if not self._freeze_done:
                self._kernel_plugins.decide_all(app._settled_slots())
                self._kernel_plugins.check_conflicts(app._defines_itself)
                served = self._wrap_served()
                self._kernel_plugins.compile_request_hooks()
                self._wrapped_app = served
                self._freeze_done = True
                _frozen_apps.add(self)
            self._telling_ready = True
            try:
                self._kernel_plugins.notify("kernos_app_ready", app=app)
                self._ready_told = True
            finally:
                self._telling_ready = False

    _freeze_once = freeze

    def _take_late_contributions(self, kind: str) -> None:
        """Give those who have collected a kind what a late plugin adds to it."""
        app = t.cast("Kernos", self)
        if kind == "middleware":
            self._wrapped_app = self._wrap_served()
        elif kind in app._held_contributions:
            _grow(app._held_contributions[kind], self._kernel_plugins.contributions(kind))

    def _thaw(self) -> None:
        """Take registrations again; for the development server, which may start anew."""
        self._freeze_done = self._ready_told = False

    def _wrap_served(self) -> WSGIApplication | None:
        """Return the middleware of plugins around the user's ``wsgi_app``; None for none."""
        layers = self._kernel_plugins.contributions("middleware")
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
        if not self._ready_told:
            self._freeze_once()
        if self._wrapped_app is not None:
            return self._wrapped_app(environ, start_response)
        return self.wsgi_app(environ, start_response)

    # --- the end -------------------------------------------------------------------------

    def close(self) -> None:
        """Let the plugins give back what they took; called by itself at process exit."""
        _frozen_apps.discard(self)
        self._kernel_plugins.close()

    _close_plugins = close


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
            app._close_plugins()
        except Exception as error:  # the others must be closed as well
            app.logger.error("A plugin failed at shutdown", exc_info=error)


def _forget_readiness() -> None:
    """Let each application say ``kernos_app_ready`` again, in the process just forked."""
    for app in list(_frozen_apps):
        app._kernel_plugins.after_fork()
        app._freeze_lock = threading.RLock()
        app._ready_told = False


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_readiness)

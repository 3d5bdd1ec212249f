"""The registry of one application's plugins: pluggy's, with Kernos' refusals before it.

A plugin is checked whole before pluggy sees it, so that one that is refused has left
nothing behind.
"""

from __future__ import annotations

import types
import typing as t

import pluggy

from kernos.errors import PluginError, nearest
from kernos.hooks import hookspecs
from kernos.hooks.calling import Implementation, Place, adapt, read_parameters
from kernos.hooks.markers import PROJECT, Order, hookspec
from kernos.hooks.plugin import Function, Plugin, forgotten, function_of, read_functions

if t.TYPE_CHECKING:
    from kernos.hooks.metrics import Metrics


class _Pluggy(pluggy.PluginManager):
    """pluggy's registry, looking at the same functions of a plugin as Kernos does."""

    def parse_hookspec_opts(self, module_or_class: t.Any, name: str) -> t.Any:
        # In a module nothing is computed that would have to be looked at carefully.
        if isinstance(module_or_class, types.ModuleType):
            return getattr(getattr(module_or_class, name), PROJECT + "_spec", None)
        return super().parse_hookspec_opts(module_or_class, name)

    def parse_hookimpl_opts(self, plugin: object, name: str) -> t.Any:
        if function_of(plugin, name) is None:
            return None
        return super().parse_hookimpl_opts(plugin, name)


class Registry:
    """Hooks, and the plugins that implement them."""

    def __init__(self) -> None:
        self._pluggy = _Pluggy(PROJECT)
        self._pluggy.add_hookspecs(hookspecs)
        self._plugins: dict[str, Plugin] = {}
        self._published: list[tuple[str, object]] = []
        self._ordered: dict[str, tuple[list[Implementation], list[Implementation]]] = {}
        #: Counts what is called, where that was asked for.
        self.metrics: Metrics | None = None
        #: Rises with every change, so that what was compiled can be known as old.
        self.version = 0

    # --- specifications

    def publish(self, namespace: object, plugin: Plugin) -> None:
        """Add the specifications in a module or class that a plugin publishes.

        Raises:
            PluginError: There are none, or one of them exists already.
        """
        mark = PROJECT + "_spec"
        names = [name for name in dir(namespace) if hasattr(getattr(namespace, name), mark)]
        known = [name for name in names if name in self.hooks()]
        if known:
            raise PluginError(
                f"The plugin {plugin.label} publishes the hook {known[0]}, "
                f"which {self.publisher(known[0])} has published already.",
                why="a hook has one specification",
                fix=f"KERNOS_DISABLE={plugin.name}   # or rename {known[0]}",
            )
        if not names:
            raise PluginError(
                f"The plugin {plugin.label} publishes {namespace!r}, which specifies no hook.",
                why="kernos_register_hookspecs returns modules or classes of @hookspec functions",
                fix="@hookspec   # from kernos.hooks, above each function",
            )
        self._pluggy.add_hookspecs(t.cast("type", namespace))
        self._published.append((plugin.key, namespace))
        self._changed()

    def publisher(self, hook: str) -> str:
        """Return who published a hook: a plugin's label, or "the kernel"."""
        for key, namespace in self._published:
            if hasattr(getattr(namespace, hook, None), PROJECT + "_spec"):
                return self._plugins[key].label
        return "the kernel"

    def publish_provider(self, hook: str, plugin: Plugin) -> None:
        """Add the hook that offers a published slot, unless the plugin specifies it itself."""
        if hook not in self.hooks():

            def provide(app: object) -> None:
                """Offer a component to one application; of the chosen plugin only."""

            provide.__name__ = provide.__qualname__ = hook
            namespace = type(f"SlotOf{plugin.name}", (), {hook: staticmethod(hookspec(provide))})
            self.publish(namespace, plugin)

    def hooks(self) -> list[str]:
        """Return the names of all specified hooks, sorted."""
        callers = vars(self._pluggy.hook)
        return sorted(
            name for name, caller in callers.items() if name[0] != "_" and caller.spec is not None
        )

    def arguments(self, hook: str) -> tuple[str, ...]:
        """Return the arguments of a hook, in the order of its specification.

        Raises:
            PluginError: There is no such hook.
        """
        caller = getattr(self._pluggy.hook, hook, None)
        if caller is None or caller.spec is None:
            raise PluginError(
                f"There is no hook called {hook!r}.",
                why="no kernel module and no plugin specifies it",
                fix=_cure_of_name(hook, self.hooks()),
            )
        return (*caller.spec.argnames, *caller.spec.kwargnames)

    def is_first_result(self, hook: str) -> bool:
        """Tell whether the hook ends at the first result that is not None."""
        return bool(getattr(self._pluggy.hook, hook).spec.opts.get("firstresult"))

    # --- plugins

    def plugins(self) -> list[Plugin]:
        """Return the registered plugins, by name."""
        return sorted(self._plugins.values(), key=lambda one: (one.name, one.identity))

    def get(self, key: str) -> Plugin | None:
        """Return a plugin by its key."""
        return self._plugins.get(key)

    def plugin(self, key: str) -> Plugin:
        """Return a plugin that is known to be here."""
        return self._plugins[key]

    def find(self, body: object) -> Plugin | None:
        """Return the plugin that an object is registered as."""
        return next((one for one in self._plugins.values() if one.body is body), None)

    def lookup(self, plugin: object) -> Plugin | None:
        """Return the plugin that is meant: by its key, else by its name, or as the object."""
        if not isinstance(plugin, str):
            return self.find(plugin)
        named = (one for one in self.plugins() if one.name == plugin)
        return self.get(plugin) or next(named, None)

    def add(self, plugin: Plugin) -> None:
        """Take a plugin in; what it says of hooks unknown so far is for :meth:`admit`.

        Raises:
            PluginError: It is here already, or one of its functions fits no hook.
        """
        if plugin.key in self._plugins or self.find(plugin.body) is not None:
            raise PluginError(
                f"The plugin {plugin.label} is registered already.",
                why="each plugin takes part once",
                fix="register it once, or unregister it first",
            )
        plugin.functions = read_functions(plugin)
        known = self.hooks()
        for function in plugin.functions:
            if function.hook in known:
                self._check_arguments(plugin, function)
        self._plugins[plugin.key] = plugin
        self._changed()

    def remove(self, plugin: Plugin) -> None:
        """Take a plugin out, whole."""
        del self._plugins[plugin.key]
        if self._pluggy.has_plugin(plugin.key):
            self._pluggy.unregister(name=plugin.key)
        if any(key == plugin.key for key, _ in self._published):
            self._rebuild([one for one in self._published if one[0] != plugin.key])
        self._changed()

    def _rebuild(self, published: list[tuple[str, object]]) -> None:
        """Start pluggy anew: it cannot forget a specification."""
        registered = [name for name, _ in self._pluggy.list_name_plugin()]
        self._published = published
        self._pluggy = _Pluggy(PROJECT)
        for namespace in (hookspecs, *(one for _, one in published)):
            self._pluggy.add_hookspecs(t.cast("type", namespace))
        for name in registered:
            self._pluggy.register(self._plugins[name].body, name)

    def admit(self, plugin: Plugin) -> None:
        """Check a plugin against all hooks, those of other plugins too, and register it.

        Raises:
            PluginError: A hook's name is misspelt, or its arguments do not fit.
        """
        self._check_names(plugin)
        try:
            self._pluggy.register(plugin.body, plugin.key)
        except Exception as error:
            raise PluginError(
                f"The plugin {plugin.label} cannot be registered: {error}",
                why="pluggy refuses it",
                fix=f"KERNOS_DISABLE={plugin.name}   # until it is mended",
            ) from error

    def _check_names(self, plugin: Plugin) -> None:
        known = self.hooks()
        for function in plugin.functions:
            if function.hook in known:
                self._check_arguments(plugin, function)
            elif not function.options.get("optionalhook"):
                raise PluginError(
                    f"The plugin {plugin.label} implements {function.hook}, "
                    "and there is no such hook.",
                    why="no kernel module and no plugin specifies it",
                    fix=_cure_of_name(function.hook, known),
                )
        for attribute in forgotten(plugin.body):
            marked = attribute in known
            raise PluginError(
                f"The plugin {plugin.label} has a function {attribute} without the marker.",
                why="it would never be called: only what is marked implements a hook",
                fix=f"@hookimpl   # above def {attribute}"
                if marked
                else f"{_cure_of_name(attribute, known)}, or another name than kernos_…",
            )

    def _check_arguments(self, plugin: Plugin, function: Function) -> None:
        known = self.arguments(function.hook)
        try:
            read_parameters(function.call, known)
        except ValueError as error:
            strange = ", ".join(map(str, error.args))
            raise PluginError(
                f"The plugin {plugin.label} implements {function.hook} with unknown "
                f"arguments: {strange}.",
                why=f"the hook has {', '.join(known) or 'no arguments'}",
                fix=f"def {function.attribute}({', '.join(known)}):   # or any of them",
            ) from error

    def _changed(self) -> None:
        self.version += 1
        self._ordered.clear()

    def count_calls(self, metrics: Metrics) -> None:
        """Count the calls of every implementation from now on."""
        self.metrics = metrics
        self._changed()

    # --- implementations

    def implementations(self, hook: str) -> tuple[list[Implementation], list[Implementation]]:
        """Return the implementations of a hook in order: plain ones, wrappers.

        Raises:
            PluginError: There is no such hook, or their order is a circle.
        """
        found = self._ordered.get(hook)
        if found is None:
            every = [
                self._make(plugin, function)
                for plugin in self._plugins.values()
                for function in plugin.functions
                if function.hook == hook
            ]
            plain = [one for one in every if not one.wrapper]
            wrappers = [one for one in every if one.wrapper]
            found = self._ordered[hook] = (_sort(hook, plain), _sort(hook, wrappers))
            if not every:
                self.arguments(hook)
        return found

    def _make(self, plugin: Plugin, function: Function) -> Implementation:
        known = self.arguments(function.hook)
        call = adapt(function.call, known, read_parameters(function.call, known))
        options = function.options
        wishes = getattr(function.call, "kernos_order", Order())
        place = Place(
            plugin.name,
            plugin.identity,
            plugin.label,
            bool(options.get("trylast")) - bool(options.get("tryfirst")),
            wishes.before,
            wishes.after,
            function.attribute,
        )
        is_wrapper = bool(options.get("wrapper"))
        if self.metrics is not None:
            call = self.metrics.counted(call, plugin.identity, function.hook, wrapper=is_wrapper)
        return Implementation(function.hook, plugin.key, place, call, is_wrapper)


def _sort(hook: str, found: list[Implementation]) -> list[Implementation]:
    if len(found) < 2:
        return found
    from kernos.hooks.ordering import order  # one alone has no order

    return [found[number] for number in order(hook, [one.place for one in found])]


def _cure_of_name(name: str, known: list[str]) -> str:
    near = nearest(name, known)
    return f"def {near[0]}(…):   # in place of {name}" if near else f"delete {name}"

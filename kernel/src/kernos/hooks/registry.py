"""The registry of one application's plugins: pluggy's, with Kernos' refusals before it.

A plugin is checked whole before pluggy sees it, so that one that is refused has left
nothing behind.
"""

from __future__ import annotations

import difflib
import inspect
import typing as t
from dataclasses import dataclass
from dataclasses import field

import pluggy

from kernos.errors import PluginError
from kernos.hooks import hookspecs
from kernos.hooks.calling import Implementation
from kernos.hooks.calling import adapt
from kernos.hooks.calling import read_parameters
from kernos.hooks.markers import PROJECT
from kernos.hooks.markers import Order
from kernos.hooks.markers import hookspec
from kernos.hooks.offers import Offer
from kernos.hooks.ordering import Place
from kernos.hooks.ordering import order

#: What hooks and forgotten hooks are called.
HOOK_PREFIX = "kernos_"
COLLECTING = "kernos_register_"


@dataclass(eq=False)
class Plugin:
    """One plugin of one application."""

    #: Its name in pluggy, which no other plugin has.
    key: str
    #: The name that operators and ``before=``/``after=`` use.
    name: str
    identity: str
    #: ``name (distribution version)``.
    label: str
    body: object
    offer: Offer | None = None
    #: The slots it may be asked for; None means any: it was handed in by code.
    slots: set[str] | None = field(default_factory=set)
    #: The functions that implement hooks: (hook, attribute, options, function).
    functions: list[Function] = field(default_factory=list)

    @property
    def hooks(self) -> tuple[str, ...]:
        """The hooks it implements, sorted."""
        return tuple(sorted({one.hook for one in self.functions}))


class Function(t.NamedTuple):
    """One function of a plugin that is marked as a hook's implementation."""

    hook: str
    attribute: str
    options: t.Mapping[str, t.Any]
    call: t.Callable[..., t.Any]


class Registry:
    """Hooks, and the plugins that implement them."""

    def __init__(self) -> None:
        self._pluggy = pluggy.PluginManager(PROJECT)
        self._pluggy.add_hookspecs(hookspecs)
        self._plugins: dict[str, Plugin] = {}
        self._ordered: dict[str, tuple[list[Implementation], list[Implementation]]] = {}
        #: Rises with every change, so that what was compiled can be known as old.
        self.version = 0

    # --- specifications

    def publish(self, namespace: object, publisher: str) -> None:
        """Add the specifications in a module or class.

        Raises:
            PluginError: There are none, or one of them exists already.
        """
        mark = PROJECT + "_spec"
        names = [name for name in dir(namespace) if hasattr(getattr(namespace, name), mark)]
        known = [name for name in names if name in self.hooks()]
        if known:
            raise PluginError(
                f"The plugin {publisher} publishes the hook {known[0]}, which exists already.",
                why="a hook has one specification",
                fix=f"rename {known[0]}",
            )
        if not names:
            raise PluginError(
                f"The plugin {publisher} publishes {namespace!r}, which specifies no hook.",
                why="kernos_register_hookspecs returns modules or classes of @hookspec functions",
                fix="@hookspec   # from kernos.hooks, above each function",
            )
        self._pluggy.add_hookspecs(t.cast("type", namespace))
        self._changed()

    def publish_provider(self, hook: str, publisher: str) -> None:
        """Add the hook that offers a published slot, unless the plugin specifies it itself."""
        if hook not in self.hooks():

            def provide(app: object) -> None:
                """Offer a component to one application; of the chosen plugin only."""

            provide.__name__ = provide.__qualname__ = hook
            namespace = type(f"Slot of {publisher}", (), {hook: staticmethod(hookspec(provide))})
            self.publish(namespace, publisher)

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
                fix=_nearest(hook, self.hooks()),
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

    def find(self, body: object) -> Plugin | None:
        """Return the plugin that an object is registered as."""
        return next((one for one in self._plugins.values() if one.body is body), None)

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
        self._changed()

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
                    fix=_nearest(function.hook, known),
                )
        for attribute in _forgotten(plugin.body):
            marked = attribute in known
            raise PluginError(
                f"The plugin {plugin.label} has a function {attribute} without the marker.",
                why="it would never be called: only what is marked implements a hook",
                fix=f"@hookimpl   # above def {attribute}"
                if marked
                else f"{_nearest(attribute, known)}, or another name than kernos_…",
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
        return Implementation(function.hook, plugin.key, place, call, bool(options.get("wrapper")))


def _sort(hook: str, found: list[Implementation]) -> list[Implementation]:
    return [found[number] for number in order(hook, [one.place for one in found])]


def read_functions(plugin: Plugin) -> list[Function]:
    """Return the functions of a plugin that are marked.

    Raises:
        PluginError: One of them cannot be the implementation of any hook.
    """
    found = []
    for attribute in dir(plugin.body):
        call = _function(plugin.body, attribute)
        options = getattr(call, PROJECT + "_impl", None)
        if call is None or not isinstance(options, dict):
            continue
        function = Function(options.get("specname") or attribute, attribute, options, call)
        _check_kind(plugin, function)
        found.append(function)
    return found


def _check_kind(plugin: Plugin, function: Function) -> None:
    hook, _, options, call = function
    is_wrapper = bool(options.get("wrapper"))
    is_generator = inspect.isgeneratorfunction(call)
    if options.get("hookwrapper"):
        what = "as an old-style wrapper"
        why = "such a wrapper can lose an error on its way out"
        fix = "@hookimpl(wrapper=True)   # and: result = yield; return result"
    elif inspect.iscoroutinefunction(call) or inspect.isasyncgenfunction(call):
        what = "with an async function"
        why = "hooks are called, not awaited, so that it would never run"
        fix = f"def {function.attribute}(…):"
    elif is_wrapper and not is_generator:
        what = "as a wrapper that does not yield"
        why = "a wrapper is a generator that yields once around the others"
        fix = "result = yield; return result"
    elif is_generator and not is_wrapper and _must_run(hook):
        what = "with a generator"
        why = "nothing iterates over it, so that it would never run"
        fix = "@hookimpl(wrapper=True)   # if it is to stand around the others"
    else:
        return
    raise PluginError(f"The plugin {plugin.label} implements {hook} {what}.", why=why, fix=fix)


def _must_run(hook: str) -> bool:
    """Whether a hook of the kernel's is called for what it does, not for what it yields."""
    return hasattr(hookspecs, hook) and not hook.startswith(COLLECTING)


def _function(body: object, attribute: str) -> t.Callable[..., t.Any] | None:
    """Return a function of a plugin as it is called; properties are not evaluated."""
    static = inspect.getattr_static(body, attribute, None)
    if isinstance(static, property):
        return None
    if not (inspect.isroutine(static) or isinstance(static, (staticmethod, classmethod))):
        return None
    found = getattr(body, attribute)
    return found if inspect.isroutine(found) else None


def _forgotten(body: object) -> list[str]:
    """Return functions called like hooks that are not marked, and are the plugin's own."""
    home = body.__name__ if inspect.ismodule(body) else None
    found = []
    for attribute in dir(body):
        if attribute.startswith(HOOK_PREFIX):
            call = _function(body, attribute)
            if (
                call is not None
                and not hasattr(call, PROJECT + "_impl")
                and not hasattr(call, PROJECT + "_spec")
                and (home is None or getattr(call, "__module__", None) == home)
            ):
                found.append(attribute)
    return found


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, 1, 0.5)
    return f"def {near[0]}(…):   # in place of {name}" if near else f"delete {name}"

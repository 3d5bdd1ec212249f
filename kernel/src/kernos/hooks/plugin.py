"""A plugin as the kernel sees it: its names, and the functions that implement hooks."""

from __future__ import annotations

import inspect
import types
import typing as t

from kernos.errors import PluginError
from kernos.hooks import hookspecs
from kernos.hooks.markers import PROJECT
from kernos.hooks.offers import Offer
from kernos.hooks.value import Value

#: What hooks and forgotten hooks are called.
HOOK_PREFIX = "kernos_"
COLLECTING = "kernos_register_"


class Plugin:
    """One plugin of one application.

    Args:
        key: Its name in pluggy, which no other plugin has.
        name: The name that operators and ``before=``/``after=`` use.
        identity: ``distribution:name``.
        label: ``name (distribution version)``.
        body: The module or object.
        offer: What is installed; None for one that code gave.
        slots: The slots it may be asked for; None means any: it was handed in by code.
    """

    #: False for one that must not be left out, whatever the policy: it fills a slot.
    may_fail = True

    def __init__(
        self,
        key: str,
        name: str,
        identity: str,
        label: str,
        body: object,
        offer: Offer | None,
        slots: set[str] | None,
    ) -> None:
        self.key = key
        self.name = name
        self.identity = identity
        self.label = label
        self.body = body
        self.offer = offer
        self.slots = slots
        #: The functions that implement hooks: (hook, attribute, options, function).
        self.functions: list[Function] = []

    @property
    def hooks(self) -> tuple[str, ...]:
        """The hooks it implements, sorted."""
        return tuple(sorted({one.hook for one in self.functions}))


class Function(Value):
    """One function of a plugin that is marked as a hook's implementation."""

    hook: str
    attribute: str
    options: t.Mapping[str, t.Any]
    call: t.Callable[..., t.Any]


def read_functions(plugin: Plugin) -> list[Function]:
    """Return the functions of a plugin that are marked.

    Raises:
        PluginError: One of them cannot be the implementation of any hook.
    """
    found = []
    for attribute in dir(plugin.body):
        call = function_of(plugin.body, attribute)
        options = getattr(call, PROJECT + "_impl", None)
        if call is None or not isinstance(options, dict):
            continue
        function = Function(options.get("specname") or attribute, attribute, options, call)
        _check_kind(plugin, function)
        found.append(function)
    return found


def _check_kind(plugin: Plugin, function: Function) -> None:
    hook, options, call = function.hook, function.options, function.call
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


def function_of(body: object, attribute: str) -> t.Callable[..., t.Any] | None:
    """Return a function of a plugin as it is called; properties are not evaluated."""
    if type(body) is types.ModuleType:  # which most are: nothing in it is bound or computed
        static = vars(body).get(attribute)
    else:
        static = inspect.getattr_static(body, attribute, None)
    if isinstance(static, property):
        return None
    if not (inspect.isroutine(static) or isinstance(static, (staticmethod, classmethod))):
        return None
    found = getattr(body, attribute)
    return found if inspect.isroutine(found) else None


def forgotten(body: object) -> list[str]:
    """Return functions called like hooks that are not marked, and are the plugin's own."""
    home = body.__name__ if inspect.ismodule(body) else None
    found = []
    for attribute in dir(body):
        if attribute.startswith(HOOK_PREFIX):
            call = function_of(body, attribute)
            if (
                call is not None
                and not hasattr(call, PROJECT + "_impl")
                and not hasattr(call, PROJECT + "_spec")
                and (home is None or getattr(call, "__module__", None) == home)
            ):
                found.append(attribute)
    return found


def name_of(body: object) -> str:
    """Return a name for an object that came without one."""
    if isinstance(body, types.ModuleType):
        return body.__name__
    kind = body if isinstance(body, type) else type(body)
    return f"{kind.__module__}.{kind.__qualname__}"

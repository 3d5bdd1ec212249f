"""The kernel's quick proxies do what Werkzeug's do."""

from __future__ import annotations

import copy
import gc
import subprocess
import sys
import typing as t
import weakref
from contextvars import ContextVar
from types import SimpleNamespace

import pytest
from werkzeug.local import LocalProxy

import kernos
from kernos.proxies import make_proxy

MESSAGE = "nobody is at home"


class Thing(dict[str, t.Any]):
    """What a proxy stands for: it counts what it is asked."""

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = 0
        self.word = "clay"

    @property
    def broken(self) -> t.NoReturn:
        """A property with a bug inside."""
        self.asked += 1
        raise AttributeError("a bug inside", name="inside", obj=self)

    @property
    def lost(self) -> t.NoReturn:
        """A property that fails with what also says that nothing is bound."""
        raise LookupError("a bug inside")


def _set(proxy: t.Any) -> t.Any:
    proxy.word = "ring"
    proxy["item"] = 2
    return proxy.word, proxy["item"]


def _delete(proxy: t.Any) -> t.Any:
    del proxy.word
    del proxy["a"]
    return hasattr(proxy, "word"), "a" in proxy


def _delete_missing(proxy: t.Any) -> None:
    del proxy["nothing"]


OPERATIONS: dict[str, t.Callable[[t.Any], t.Any]] = {
    "read": lambda proxy: proxy.word,
    "read a method": lambda proxy: proxy.get("a"),
    "missing": lambda proxy: proxy.nothing,
    "missing, with a default": lambda proxy: getattr(proxy, "nothing", "default"),
    "asked for": lambda proxy: (hasattr(proxy, "word"), hasattr(proxy, "nothing")),
    "property with a bug": lambda proxy: proxy.broken,
    "property that is lost": lambda proxy: proxy.lost,
    "how often it was asked": lambda proxy: (hasattr(proxy, "broken"), proxy.asked),
    "item": lambda proxy: proxy["a"],
    "missing item": lambda proxy: proxy["nothing"],
    "contains": lambda proxy: ("a" in proxy, "nothing" in proxy),
    "set": _set,
    "delete": _delete,
    "delete a missing item": _delete_missing,
    "delete a missing attribute": lambda proxy: delattr(proxy, "nothing"),
    "class": lambda proxy: (proxy.__class__.__name__, isinstance(proxy, Thing)),
    "is a proxy": lambda proxy: issubclass(type(proxy), LocalProxy),
    "name of the type": lambda proxy: type(proxy).__name__,
    "object": lambda proxy: type(proxy._get_current_object()) is Thing,
    "repr": repr,
    "str": str,
    "bool": bool,
    "length": len,
    "keys": lambda proxy: [*proxy.keys()],
    "dir": dir,
    "doc": lambda proxy: proxy.__doc__,
    "dict": lambda proxy: dict(proxy.__dict__),
    "equal": lambda proxy: (proxy == {"a": 1}, proxy != {"a": 1}),
    "hash": hash,
    "call": lambda proxy: proxy(),
    "explicit method": lambda proxy: proxy.__getitem__("a"),
    "copy": copy.copy,
    "update": lambda proxy: proxy.__ior__({"b": 2}),
    "wrapped variable": lambda proxy: type(proxy.__wrapped__),
    "attribute of another name": lambda proxy: setattr(proxy, "no name", 1),
    "attribute that the proxy lacks": lambda proxy: proxy.__len__.__name__,
}


def _outcome(act: t.Callable[[t.Any], t.Any], proxy: t.Any) -> tuple[t.Any, ...]:
    try:
        value = act(proxy)
    except Exception as error:  # the same, whatever it is
        return type(error), str(error), getattr(error, "name", None), error.__suppress_context__
    return "returned", "itself" if value is proxy else value


@pytest.mark.parametrize("bound", [True, False])
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_gives_what_it_gives_by_werkzeugs_proxy(name: str, bound: bool) -> None:
    outcomes = []
    for make in (
        lambda variable: LocalProxy(variable, "thing", unbound_message=MESSAGE),
        lambda variable: make_proxy(variable, "thing", MESSAGE),
    ):
        variable: ContextVar[t.Any] = ContextVar("variable")
        if bound:
            variable.set(SimpleNamespace(thing=Thing(a=1)))
        outcomes.append(_outcome(OPERATIONS[name], make(variable)))
    assert outcomes[0] == outcomes[1]


def test_an_attribute_that_is_missing_is_looked_for_once() -> None:
    variable: ContextVar[t.Any] = ContextVar("variable")
    thing = Thing()
    variable.set(SimpleNamespace(thing=thing))
    proxy = make_proxy(variable, "thing", MESSAGE)
    with pytest.raises(AttributeError, match="a bug inside"):
        proxy.broken
    assert thing.asked == 1


def test_python_may_ask_for_a_missing_attribute_directly() -> None:
    variable: ContextVar[t.Any] = ContextVar("variable")
    variable.set(SimpleNamespace(thing=Thing()))
    proxy = make_proxy(variable, "thing", MESSAGE)
    assert type(proxy).__getattr__(proxy, "word") == "clay"
    with pytest.raises(AttributeError):
        type(proxy).__getattribute__(proxy, "nothing")
    # What was left behind is not taken for the answer to another question.
    assert type(proxy).__getattr__(proxy, "word") == "clay"


def test_an_error_of_a_missing_attribute_goes_when_it_was_handled() -> None:
    class BugError(AttributeError):
        pass

    class Broken:
        @property
        def word(self) -> t.NoReturn:
            raise BugError

    variable: ContextVar[t.Any] = ContextVar("variable")
    variable.set(SimpleNamespace(thing=Broken()))
    proxy = make_proxy(variable, "thing", MESSAGE)
    gc.disable()
    try:
        with pytest.raises(BugError) as caught:
            proxy.word
        gone = weakref.ref(caught.value)
        del caught
        assert gone() is None  # without a search for cycles
    finally:
        gc.enable()


def test_nothing_to_go_through_is_said_as_for_everything_else() -> None:
    variable: ContextVar[t.Any] = ContextVar("variable")
    with pytest.raises(TypeError, match="not iterable"):  # which does not say why
        list(LocalProxy(variable, "thing", unbound_message=MESSAGE))
    with pytest.raises(RuntimeError, match=MESSAGE):
        list(make_proxy(variable, "thing", MESSAGE))


def test_what_views_import_are_werkzeugs_proxies_still() -> None:
    for proxy in (kernos.request, kernos.session, kernos.g, kernos.current_app):
        assert issubclass(type(proxy), LocalProxy)
        assert isinstance(proxy, LocalProxy)  # while nothing is bound
        assert repr(proxy) == "<LocalProxy unbound>"


@pytest.mark.parametrize("name", ["current_app", "g", "request", "session"])
def test_a_name_that_is_first_read_while_another_module_is_patched_is_the_right_one(
    name: str,
) -> None:
    program = (
        "from unittest import mock\n"
        "import kernos\n"
        f"with mock.patch('kernos.globals.{name}', object()) as fake:\n"
        f"    assert kernos.{name} is not fake\n"
        f"from kernos.globals import {name}\n"
        f"assert kernos.{name} is {name}\n"
        f"assert type({name}).__name__ == 'LocalProxy'\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_module_lists_and_hands_on_the_proxies_that_are_not_made_yet() -> None:
    program = (
        "import kernos.globals\n"
        "assert 'kernos.proxies' not in __import__('sys').modules\n"
        "assert {'g', 'request', 'request_ctx', '_cv_app'} <= set(dir(kernos.globals))\n"
        "from kernos.globals import *\n"
        "assert request is kernos.request and app_ctx is kernos.globals.app_ctx\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)

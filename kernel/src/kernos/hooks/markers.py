"""The two markers: a specification of a hook, an implementation of one."""

from __future__ import annotations

import typing as t

import pluggy

from kernos.errors import PluginError
from kernos.hooks.value import Value

PROJECT = "kernos"

F = t.TypeVar("F", bound=t.Callable[..., t.Any])
P = t.ParamSpec("P")
R = t.TypeVar("R")
S = t.TypeVar("S")
Wrapper: t.TypeAlias = t.Generator[None, t.Any, t.Any]

hookspec = pluggy.HookspecMarker(PROJECT)

_mark = pluggy.HookimplMarker(PROJECT)


class Order(Value):
    """Where one implementation wants to stand among its peers, by plugin name."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


if t.TYPE_CHECKING:

    class Implements(t.Protocol[P, R]):
        """Takes a function, or a method, with the arguments and the result of a specification."""

        @t.overload
        def __call__(self, function: t.Callable[P, R], /) -> t.Callable[P, R]: ...

        @t.overload
        def __call__(
            self, function: t.Callable[t.Concatenate[S, P], R], /
        ) -> t.Callable[t.Concatenate[S, P], R]: ...


@t.overload
def hookimpl(function: F) -> F: ...


@t.overload
def hookimpl(
    *,
    spec: t.Callable[P, object],
    wrapper: t.Literal[True],
    optionalhook: bool = False,
    tryfirst: bool = False,
    trylast: bool = False,
    before: str | t.Iterable[str] = (),
    after: str | t.Iterable[str] = (),
) -> Implements[P, Wrapper]: ...


@t.overload
def hookimpl(
    *,
    spec: t.Callable[P, R],
    wrapper: t.Literal[False] = False,
    optionalhook: bool = False,
    tryfirst: bool = False,
    trylast: bool = False,
    before: str | t.Iterable[str] = (),
    after: str | t.Iterable[str] = (),
) -> Implements[P, R]: ...


@t.overload
def hookimpl(
    *,
    wrapper: bool = False,
    optionalhook: bool = False,
    tryfirst: bool = False,
    trylast: bool = False,
    specname: str | None = None,
    before: str | t.Iterable[str] = (),
    after: str | t.Iterable[str] = (),
) -> t.Callable[[F], F]: ...


def hookimpl(
    function: F | None = None,
    *,
    wrapper: bool = False,
    hookwrapper: bool = False,
    optionalhook: bool = False,
    tryfirst: bool = False,
    trylast: bool = False,
    specname: str | None = None,
    spec: t.Callable[..., t.Any] | None = None,
    before: str | t.Iterable[str] = (),
    after: str | t.Iterable[str] = (),
) -> t.Any:
    """Mark a function as the implementation of the hook of the same name.

    Args:
        function: The function, when the marker is used without parentheses.
        wrapper: The function is a generator that yields once around all others.
        hookwrapper: Refused: pluggy's older kind of wrapper.
        optionalhook: No error when no plugin specifies the hook.
        tryfirst: Stand among the first.
        trylast: Stand among the last.
        specname: The hook's name, where the function's own differs.
        spec: The hook's specification, such as ``hookspecs.kernos_provide_json``: type
            checkers then hold arguments and result against it. All of its arguments must
            be there, in its order; the function's own name may be any.
        before: Plugin names that this implementation is called before; a name
            that is not installed is ignored.
        after: Plugin names that it is called after.

    Raises:
        PluginError: An old-style ``hookwrapper`` is asked for, or ``spec`` is none.
    """
    if hookwrapper:
        raise PluginError(
            "hookimpl(hookwrapper=True) is not supported.",
            why="an old-style wrapper can lose an error on its way out",
            fix="@hookimpl(wrapper=True)   # and: result = yield; return result",
        )

    if spec is not None:
        specname = _name_of(spec, specname)

    def mark(function: F) -> F:
        order = Order(_names(before), _names(after))
        if order != Order():
            function.kernos_order = order  # type: ignore[attr-defined]
        return _mark(
            wrapper=wrapper,
            optionalhook=optionalhook,
            tryfirst=tryfirst,
            trylast=trylast,
            specname=specname,
        )(function)

    return mark if function is None else mark(function)


def _names(names: str | t.Iterable[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _name_of(spec: t.Callable[..., t.Any], specname: str | None) -> str:
    """Return the name of the hook that ``spec`` specifies."""
    if not hasattr(spec, PROJECT + "_spec"):
        raise PluginError(
            f"hookimpl(spec={spec!r}) names no specification.",
            why="only a function marked with @hookspec is one",
            fix="@hookimpl(spec=hookspecs.kernos_provide_json)   # from kernos.hooks",
        )
    if specname is not None:
        raise PluginError(
            f"hookimpl(specname={specname!r}, spec=…) names the hook twice.",
            why="a specification has its own name",
            fix=f"@hookimpl(spec={spec.__name__})",
        )
    return spec.__name__

"""Call the implementations of one hook: at set-up, and compiled for requests.

pluggy keeps them; it does not call them. Every call here takes the arguments of the
hook's specification by position, so that what is compiled for requests and what
runs at set-up are the same callables.
"""

from __future__ import annotations

import inspect
import typing as t

from kernos.errors import PluginError
from kernos.hooks.value import Value

Call: t.TypeAlias = t.Callable[..., t.Any]


class Parameters(Value):
    """Which of a hook's arguments a function takes, and how."""

    positional: tuple[str, ...]
    keyword: tuple[str, ...] = ()
    #: True for ``**kwargs``: it is given the rest.
    rest: bool = False


class Place(Value):
    """What one implementation says about where it wants to stand."""

    #: The plugin's name, as ``before=`` and ``after=`` use it.
    name: str
    #: ``distribution:name``, which may be used as well, and breaks ties.
    identity: str
    #: For people.
    label: str
    #: -1 for ``tryfirst``, 1 for ``trylast``.
    rank: int = 0
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    #: Breaks ties between two implementations of one plugin.
    function: str = ""

    def is_called(self, name: str) -> bool:
        """Tell whether a peer means this plugin by ``name``."""
        return name in (self.name, self.identity)

    @property
    def key(self) -> tuple[int, str, str, str]:
        """The order where no edge decides."""
        return self.rank, self.name, self.identity, self.function


class Implementation(Value):
    """One plugin's implementation of one hook, ready to be called by position."""

    hook: str
    #: The plugin's key in the registry.
    plugin: str
    place: Place
    call: Call
    wrapper: bool = False


def read_parameters(function: Call, known: tuple[str, ...]) -> Parameters:
    """Return which of the ``known`` arguments ``function`` takes.

    Raises:
        ValueError: It needs others; their names are the error's arguments.
    """
    positional: list[str] = []
    keyword: list[str] = []
    strange = []
    rest = skipped = False
    for one in inspect.signature(function).parameters.values():
        if one.kind is one.VAR_KEYWORD:
            rest = True
        elif one.kind is one.VAR_POSITIONAL:
            skipped = True
        elif one.name not in known:
            if one.default is one.empty:
                strange.append(one.name)
            skipped = True  # keeps its default: those behind it go by keyword
        elif one.kind is one.KEYWORD_ONLY or (skipped and one.kind is not one.POSITIONAL_ONLY):
            keyword.append(one.name)
        elif not skipped:
            positional.append(one.name)
    if strange:
        raise ValueError(*strange)
    return Parameters(tuple(positional), tuple(keyword), rest)


def adapt(function: Call, known: tuple[str, ...], wanted: Parameters) -> Call:
    """Return a callable that takes all ``known`` arguments and passes on the wanted ones."""
    if wanted == Parameters(known):
        return function
    places = tuple(known.index(name) for name in wanted.positional)
    names = wanted.keyword
    if wanted.rest:
        names = tuple(name for name in known if name not in wanted.positional)
    if names:
        keys = tuple((name, known.index(name)) for name in names)

        def by_keyword(*args: t.Any) -> t.Any:
            return function(
                *[args[place] for place in places], **{name: args[key] for name, key in keys}
            )

        return by_keyword
    if not places:
        return lambda *_: function()
    if len(places) == 1:
        (only,) = places
        return lambda *args: function(args[only])
    return lambda *args: function(*[args[place] for place in places])


def name_errors(call: Call, label: str, hook: str) -> Call:
    """Return ``call``, with a note on the errors it raises that says whose they are."""

    def named(*args: t.Any) -> t.Any:
        try:
            return call(*args)
        except BaseException as error:
            _name(error, label, hook)
            raise

    return named


def _name(error: BaseException, label: str, hook: str) -> None:
    note = f"raised by the plugin {label} in {hook}"
    # An error object may be raised again and again.
    if note not in getattr(error, "__notes__", ()):
        error.add_note(note)


def notify(calls: t.Iterable[Call], *args: object) -> None:
    """Call all, also when some raise; then raise the one error, or all as a group."""
    raise_errors(run_all(calls, *args))


def run_all(calls: t.Iterable[Call], *args: object) -> list[BaseException]:
    """Call all and return what they raised."""
    errors: list[BaseException] = []
    for call in calls:
        try:
            call(*args)
        except BaseException as error:
            errors.append(error)
    return errors


def raise_errors(errors: t.Sequence[BaseException], what: str = "several hooks failed") -> None:
    """Raise one error as itself, several as a group, none not at all.

    One that is meant to end the process, such as SystemExit, goes before all others.
    """
    for error in errors:
        if not isinstance(error, Exception):
            raise error
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise BaseExceptionGroup(what, errors)


def first(calls: t.Iterable[Call], *args: object) -> t.Any:
    """Return the first result that is not None."""
    for call in calls:
        result = call(*args)
        if result is not None:
            return result
    return None


def gather(calls: t.Iterable[Call], *args: object) -> list[t.Any]:
    """Return all results that are not None."""
    return [result for call in calls if (result := call(*args)) is not None]


def chain(calls: t.Iterable[Call], *args: t.Any) -> t.Any:
    """Give each the answer of the one before as its last argument; None keeps it."""
    *fixed, value = args
    for call in calls:
        result = call(*fixed, value)
        if result is not None:
            value = result
    return value


def wrap(one: Implementation, inner: Call) -> Call:
    """Return ``inner`` with one wrapper around it: a generator that yields once."""

    def wrapped(*args: t.Any) -> t.Any:
        generator = one.call(*args)
        try:
            generator.send(None)
        except StopIteration:
            raise _misused(one, "did not yield") from None
        except BaseException as error:
            _name(error, one.place.label, one.hook)
            raise
        try:
            result = inner(*args)
        except BaseException as error:
            return _finish(one, generator, generator.throw, error)
        return _finish(one, generator, generator.send, result)

    return wrapped


def _finish(
    one: Implementation,
    generator: t.Generator[None, t.Any, t.Any],
    resume: t.Callable[[t.Any], object],
    outcome: t.Any,
) -> t.Any:
    """Hand the outcome of the others to a wrapper, and return what it makes of it."""
    try:
        resume(outcome)
    except StopIteration as stop:
        return stop.value
    except BaseException as error:
        if error is outcome:
            raise
        # A StopIteration cannot pass through a generator as itself.
        if isinstance(outcome, StopIteration) and error.__cause__ is outcome:
            raise outcome from None
        _name(error, one.place.label, one.hook)
        raise
    generator.close()
    raise _misused(one, "yielded more than once")


def _misused(one: Implementation, what: str) -> PluginError:
    return PluginError(
        f"The wrapper of {one.hook} in the plugin {one.place.label} {what}.",
        why="a wrapper yields exactly once, and returns what the hook is to answer",
        fix="result = yield; return result",
    )


def wrap_all(wrappers: t.Sequence[Implementation], inner: Call) -> Call:
    """Return ``inner`` with all wrappers around it, the first in order outermost."""
    for wrapper in reversed(wrappers):
        inner = wrap(wrapper, inner)
    return inner


# --- what a request calls ---------------------------------------------------------------

NAMES = (
    "request_started",
    "before_request",
    "make_response",
    "after_request",
    "exception_raised",
    "handle_exception",
    "teardown_request",
    "teardown_appcontext",
)


class RequestHooks:
    """What each request calls; replaced as a whole by one assignment.

    Each callable takes the arguments of the hook's specification by position:
    ``(app, ctx)`` and what follows. Those of a hook that notifies are to be run all
    (:func:`run_all`), of a first-result hook until one answers;
    each of ``after_request`` returns the response, never None.
    """

    __slots__ = (*NAMES, "tears_down")

    request_started: tuple[Call, ...]
    before_request: tuple[Call, ...]
    make_response: tuple[Call, ...]
    after_request: tuple[Call, ...]
    exception_raised: tuple[Call, ...]
    handle_exception: tuple[Call, ...]
    teardown_request: tuple[Call, ...]
    teardown_appcontext: tuple[Call, ...]

    def __init__(self, **compiled: tuple[Call, ...]) -> None:
        for name in NAMES:
            setattr(self, name, compiled.get(name, ()))
        #: Whether anybody waits for the end of a request.
        self.tears_down = bool(self.teardown_request or self.teardown_appcontext)


_HOW: dict[str, Call] = {
    "before_request": first,
    "make_response": first,
    "handle_exception": first,
    "after_request": chain,
}


def compile_hooks(
    implementations: t.Callable[
        [str], tuple[t.Sequence[Implementation], t.Sequence[Implementation]]
    ],
) -> RequestHooks:
    """Return all request hooks, compiled from what implements a hook: plainly, as wrappers."""
    return RequestHooks(
        **{name: compile_hook(name, *implementations(f"kernos_{name}")) for name in NAMES}
    )


def compile_hook(
    name: str, plain: t.Sequence[Implementation], wrappers: t.Sequence[Implementation]
) -> tuple[Call, ...]:
    """Return the callables of one request hook, in the order of calling."""
    calls: tuple[Call, ...] = tuple(
        name_errors(one.call, one.place.label, one.hook) for one in plain
    )
    how = _HOW.get(name, notify)
    if how is chain:
        calls = tuple(_keeping(call) for call in reversed(calls))
    if not wrappers:
        return calls

    def inner(*args: t.Any) -> t.Any:
        return how(calls, *args)

    whole = wrap_all(wrappers, inner)
    return (_keeping(whole) if how is chain else whole,)


def _keeping(call: Call) -> Call:
    """Return ``call``, answering with its last argument where it answers None."""

    def kept(*args: t.Any) -> t.Any:
        result = call(*args)
        return args[-1] if result is None else result

    return kept

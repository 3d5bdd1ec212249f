"""What an application overrides, on its class or on itself, noticed at any time.

Extensions, tracers and tests replace Flask's methods whenever they like, and expect
theirs to be called from the next request on.
"""

from __future__ import annotations

import typing as t
from operator import attrgetter

from werkzeug.wrappers import Response as WerkzeugResponse

from kernos.app.aliases import SETTINGS, as_written, take_settings
from kernos.app.components import Asked
from kernos.contracts.own_names import read_as
from kernos.ctx import AppContext, RequestContext
from kernos.lifecycle.faces import FACES, RESPONSES, Line, line_with, overridden_faces
from kernos.lookout import Lookout, WatchedClass, are_same
from kernos.wrappers import Response
from kernos.wrappers.response import is_as_defined

if t.TYPE_CHECKING:
    from kernos.app import Kernos

#: What builds Werkzeug's responses, which short ways go around.
_BELOW = ("_werkzeugs_response.__init__", "_werkzeugs_response.set_data")
_read_faces: t.Callable[[type], tuple[t.Any, ...]] = attrgetter(*FACES)
#: What a class may say anew at any time: who writes JSON, who keeps sessions, the faces.
_SAID = ("json_provider_class", "session_interface", *FACES, *_BELOW)
_read_class: t.Callable[[type], tuple[t.Any, ...]] = attrgetter(
    *(name for name in _SAID if not name.startswith("request_class."))
)
#: An application's lookout while it has none.
NOT_LOOKED = Lookout()
#: Whose changes matter as well.
_OTHERS = (RequestContext, AppContext)
#: What an application does at once when it is assigned.
_WATCHED = (
    frozenset(face.partition(".")[0] for face in FACES)
    | SETTINGS
    | {"__class__", "json", "json_provider_class", "session_interface", "url_map", RESPONSES}
)


class OverridesMixin:
    """How an application knows what somebody has put in its methods' place."""

    if t.TYPE_CHECKING:
        request_class: t.Any
        _session_component: t.Any
        _sync_functions: set[t.Any]
        _url_router: t.Any

    _werkzeugs_response = WerkzeugResponse

    #: The settings that the class says under their public names.
    _public_settings: t.ClassVar[frozenset[str]] = SETTINGS
    _stock_faces: t.ClassVar[tuple[t.Any, ...]]

    #: For the classes that a request goes by.
    _lookout: Lookout
    _kept_line: Line
    _class_said: tuple[t.Any, ...] = ()
    #: Whether somebody assigned the JSON provider, rather than that it was made.
    _json_is_set = False
    #: Known to be opened no earlier than touched; forgotten with each assignment.
    _sessions_wait = False

    def __init_subclass__(cls, **kwargs: t.Any) -> None:
        super().__init_subclass__(**kwargs)
        take_settings(cls, cls._public_settings)
        kind: t.Any = cls.request_class
        if not isinstance(kind, type):  # a property, whose value only instances have
            cls._request_line = _line_of_instance  # type: ignore[assignment,method-assign]

    def _request_line(self) -> Line:
        """Return the stages with this application's overrides, as they are at this moment."""
        lookout = self._lookout
        if lookout.leaf.__flags__ != lookout.seen:
            self._look_at_classes()
        return self._kept_line

    def _look_at_classes(self) -> None:
        """Compare what the classes say with what they said."""
        of_responses = self._response_class_as_written() or Response
        kinds = (type(self), self.request_class, of_responses, *_OTHERS)
        lookout = self._lookout if self._lookout.kinds == kinds else Lookout(*kinds)
        self._lookout = lookout
        lookout.look(self._compare_classes)

    def _response_class_as_written(self) -> type[Response] | None:
        """Return the class of responses; None where a property, say, tells it."""
        kind = type(self)
        if kind.__getattribute__ is not object.__getattribute__:
            return None
        own = self.__dict__
        found = own[RESPONSES] if RESPONSES in own else as_written(kind, RESPONSES)
        return found if isinstance(found, WatchedClass) and issubclass(found, Response) else None

    def _spared_response_class(self) -> type[Response] | None:
        """Return the class of responses if a text need not become one, since nothing differs."""
        # It takes long: who would have to ask at each request makes responses instead.
        kind = self._response_class_as_written() if self._lookout.keeps_watch else None
        return kind if kind is not None and is_as_defined(kind) else None

    def _compare_classes(self) -> None:
        said = (
            *_read_class(type(self)),
            getattr(self.request_class, "close", None),
            RequestContext._is_stock,
            AppContext._is_stock,
            self._spared_response_class(),
        )
        if not are_same(said, self._class_said):
            self._look_anew(said)

    def _look_anew(self, said: tuple[t.Any, ...]) -> None:
        """Take what the class says now, and what the instance overrides."""
        if self._class_said:
            if said[0] is not self._class_said[0] and not self._json_is_set:
                self.__dict__.pop("json", None)
            if said[1] is not self._class_said[1]:
                self._sessions_wait = False
        if not isinstance(said[1], Asked):  # the class itself says who keeps sessions
            self._session_component = None
        Response._compare()
        self._sync_functions.clear()  # by another ensure_sync, other functions are plain
        overridden = overridden_faces(t.cast("t.Any", self), self._stock_faces)
        if said[-1] is None or self._response_class_as_written() is not said[-1]:
            overridden |= {RESPONSES}
        self._kept_line = line_with(overridden)
        self._class_said = said

    def __setattr__(self, name: str, value: t.Any) -> None:
        object.__setattr__(self, name, value)
        if name in _WATCHED:
            self._forget_override(name)

    def __delattr__(self, name: str) -> None:
        object.__delattr__(self, name)
        if name in _WATCHED:
            self._forget_override(name)

    def _forget_override(self, name: str) -> None:
        """Let an override on the instance take effect at once."""
        if name in SETTINGS:
            if name in self._public_settings:
                self._take_setting(name)
            return
        if name == "json":
            self._json_is_set = "json" in self.__dict__
        elif name == "json_provider_class":
            self.__dict__.pop("json", None)
            self._json_is_set = False
        elif name == "session_interface":
            self._sessions_wait = False
        elif name == "url_map":
            given = self.__dict__.pop("url_map", None)
            if given is not None:
                t.cast("t.Any", self._url_router).url_map = given
        elif self._class_said:
            self._look_anew(self._class_said)
            self._lookout = NOT_LOOKED

    def _take_setting(self, name: str) -> None:
        own = self.__dict__
        own.pop(read_as(name), None)
        if name in own:
            own[read_as(name)] = own[name]


def _line_of_instance(app: t.Any) -> Line:
    """Return the line of an application whose request class is a property's value."""
    app._look_at_classes()
    return t.cast("Line", app._kept_line)


def take_stock(kind: type[Kernos]) -> None:
    """Remember the methods that the framework itself has."""
    kind._stock_faces = _read_faces(kind)

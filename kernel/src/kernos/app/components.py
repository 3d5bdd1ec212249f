"""The application's components: chosen once, built at first use, replaced by assignment."""

from __future__ import annotations

import sys
import typing as t

from kernos import contracts
from kernos.app.aliases import Alias, as_written
from kernos.errors import MissingComponent
from kernos.hooks.manager import PluginManager
from kernos.lazy import lazy
from kernos.lookout import SESSIONS_WAIT

if t.TYPE_CHECKING:
    from kernos.blueprints import Blueprint
    from kernos.contracts import JSONProvider, Router, SessionInterface, TemplateEngine
    from kernos.scaffold import Scaffold
    from kernos.wrappers import Request

#: Contributions that a component asks for once; and the slots that Flask can choose.
_HELD = ("json_types", "template_names")
_FLASK_SLOTS = ("json", "sessions", "routing")

_BLUEPRINT_SLOTS = ("json", "templating")


class TemplateNames:
    """The filters, tests and globals of all templates, whatever engine renders them."""

    def __init__(self) -> None:
        self.filters: dict[str, t.Callable[..., t.Any]] = {}
        self.tests: dict[str, t.Callable[..., bool]] = {}
        self.globals: dict[str, t.Any] = {}


class Service:
    """An attribute that is the chosen component of a slot, until something is assigned.

    Args:
        slot: The slot.
    """

    def __init__(self, slot: str) -> None:
        self.slot = slot

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, app: t.Any, owner: type) -> t.Any:
        if app is None:
            return self
        value = app._first_component(self.slot)
        app.__dict__[self.name] = value
        return value


class Asked(property):
    """An attribute that is asked of a component, until something is assigned.

    What was asked for is not kept in its place, where it would hide what the class says
    later. That is looked for at each request: to read a property on a class calls no Python.
    """

    def __init__(self, slot: str, doc: str) -> None:
        super().__init__(self._read, self._assign, self._remove, doc)
        self.slot = slot

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def _read(self, app: t.Any) -> t.Any:
        raise NotImplementedError

    def _assign(self, app: t.Any, value: t.Any) -> None:
        app.__dict__[self.name] = value

    def _remove(self, app: t.Any) -> None:
        if self.name not in app.__dict__:
            raise AttributeError(self.name, name=self.name, obj=app)
        del app.__dict__[self.name]


class SessionService(Asked):
    """The session interface; what is in use is kept beside, where it hides nothing."""

    def _read(self, app: t.Any) -> t.Any:
        in_use = app._session_component
        if in_use is None:
            own = app.__dict__
            if self.name in own:
                in_use = own[self.name]
            else:  # a subclass's own property may have asked for what it overrides
                in_use = app._kernel_plugins.build(self.slot)[0]
            if as_written(type(app), self.name) is self:
                app._session_component = in_use
        return in_use

    def _assign(self, app: t.Any, value: t.Any) -> None:
        super()._assign(app, value)
        app._session_component = value

    def _remove(self, app: t.Any) -> None:
        super()._remove(app)
        app._session_component = None


class Face(Asked):
    """An attribute that belongs to one component, found on the application as in Flask."""

    def _read(self, app: t.Any) -> t.Any:
        own = app.__dict__
        return own[self.name] if self.name in own else app._component_face(self.slot, self.name)


def _contract_is_stock() -> bool:
    """Tell whether nobody has changed what session interfaces inherit; nothing is imported."""
    module = sys.modules.get("kernos.contracts.sessions")
    return module is None or bool(module.SessionInterface._is_stock)


class ComponentMixin:
    """How an application reaches its components."""

    if t.TYPE_CHECKING:
        _kernel_plugins: PluginManager
        _template_names: TemplateNames
        root_path: str

    #: Values of class attributes that are the framework's own: left as they are, they
    #: choose nothing.
    kernos_defaults: t.ClassVar[t.Mapping[str, object]] = {}

    #: Make the provider of this class, in place of the chosen component.
    json_provider_class: type[JSONProvider] | None = None
    json: JSONProvider = Service("json")  # type: ignore[assignment]
    session_interface: SessionInterface = SessionService(  # type: ignore[assignment]
        "sessions", "What opens and saves sessions."
    )
    _session_component: t.Any = None  # of the slot, or assigned
    _url_router: Router = Service("routing")  # type: ignore[assignment]
    #: The router; assigning one chooses it.
    router: Router = Alias()  # type: ignore[assignment]

    #: The application's plugin manager, for those who inspect it.
    plugins: PluginManager = Alias()  # type: ignore[assignment]

    url_map = Face("routing", "The router's map of rules.")
    jinja_env = Face("templating", "The Jinja environment.")

    # --- the slots -------------------------------------------------------------------

    def component(self, slot: str) -> t.Any:
        """Return the component of a slot, built at the first call; of several, the first.

        Raises:
            MissingComponent: The slot is empty; the message has the line that fills it.
            ComponentConflict: Several offers, and nothing decides.
        """
        return self._components_of(slot)[0]

    _first_component = component

    def components_of(self, slot: str) -> list[t.Any]:
        """Return the components of a slot in order: one, but of templating perhaps more."""
        own = self._component_in_code(slot)
        return self._kernel_plugins.build(slot) if own is None else [own]

    _components_of = components_of

    def _component_in_code(self, slot: str) -> t.Any:
        """Return what Flask's own ways of choosing have chosen for a slot, or None."""
        state = self.__dict__
        if slot == "sessions":
            found = state.get("session_interface") or self._overridden("session_interface")
            return None if isinstance(found, Asked) else found
        if slot == "routing":
            return state.get("_url_router")
        if slot == "json":
            if "json" in state:
                return state["json"]
            made = self._overridden("json_provider_class")
            if made is not None:
                return state.setdefault("json", made(self))
            found = self._overridden("json")
            return None if isinstance(found, Service) else found
        return None

    def _is_chosen_in_code(self, slot: str) -> bool:
        """Tell whether Flask's own ways have chosen; a provider is not made to find out."""
        if slot == "json" and self._overridden("json_provider_class") is not None:
            return True
        return self._component_in_code(slot) is not None

    def _overridden(self, name: str) -> t.Any:
        """Return an attribute that somebody set; None where it is the framework's own."""
        value = self.__dict__.get(name, getattr(type(self), name, None))
        if hasattr(type(value), "__get__") and not isinstance(value, (Service, Asked)):
            value = getattr(self, name)  # a property of the class
        return None if value is self.kernos_defaults.get(name) else value

    def has_component(self, slot: str) -> bool:
        """Tell whether a slot is filled; nothing is imported to find out."""
        if self._is_chosen_in_code(slot):
            return True
        return self._kernel_plugins.choice(slot).rule != "empty"

    _has_component = has_component

    def _name_of_component(self, component: object) -> str:
        """Return what an error calls a component: its plugin's label, else its class's name."""
        return self._kernel_plugins.name_of(component)

    def contributions(self, kind: str) -> t.Any:
        """Return what plugins contribute of a kind, merged; a component asks for it.

        Args:
            kind: A hook's name without ``kernos_register_``: ``"json_types"`` …
        """
        found = self._kernel_plugins.contributions(kind)
        if kind in _HELD:
            return self._held_contributions.setdefault(kind, found)
        return found

    _plugin_contributions = contributions

    @lazy
    def _held_contributions(self) -> dict[str, t.Any]:
        """What components were given and keep: it grows with plugins that come late."""
        return {}

    def _settled_slots(self) -> set[str]:
        """Return the slots that Flask's own ways of choosing have decided."""
        return {slot for slot in _FLASK_SLOTS if self._is_chosen_in_code(slot)}

    # --- faces that are methods: they are wrapped and called on the class -----------------

    def _component_face(self, slot: str, name: str) -> t.Any:
        """Return an attribute of the first component of a slot that has it."""
        found = list(self._components_of(slot))
        for (of_slot, _), own in self._blueprint_components.items():
            found += own if of_slot == slot else ()
        for component in found:
            if hasattr(component, name):
                return getattr(component, name)
        kinds = ", ".join(type(component).__name__ for component in found)
        raise AttributeError(
            f"{name!r} belongs to a component of {slot!r}, and {kinds} has none.",
            name=name,
            obj=self,
        )

    def create_url_adapter(self, request: Request | None) -> t.Any:
        """Return what matches and builds URLs for a request; None without a place to be.

        Args:
            request: The request; None builds for ``SERVER_NAME``.
        """
        return self._component_face("routing", "create_url_adapter")(request)

    def create_jinja_environment(self) -> t.Any:
        """Return a new Jinja environment."""
        return self._component_face("templating", "create_jinja_environment")()

    def create_global_jinja_loader(self) -> t.Any:
        """Return the loader of all of Jinja's templates."""
        return self._component_face("templating", "create_global_jinja_loader")()

    def select_jinja_autoescape(self, filename: str | None) -> bool:
        """Tell whether Jinja escapes what a template of this name prints."""
        escapes: bool = self._component_face("templating", "select_jinja_autoescape")(filename)
        return escapes

    # --- sessions ----------------------------------------------------------------------

    def _opens_sessions_early(self) -> bool:
        """Tell whether sessions must be opened before the URL is matched."""
        since = SESSIONS_WAIT.times_taken_back
        if self._session_component is None and not self._is_chosen_in_code("sessions"):
            if self._kernel_plugins.choice("sessions").rule == "empty":
                return False
            # The default opens a session when it is touched: without sessions it is never made.
            if self._kernel_plugins.is_as_shipped("sessions") and _contract_is_stock():
                SESSIONS_WAIT.raise_on(self, since)
                return False
        # Sessions that do not wait are asked about at each request: no import in here.
        if not contracts.is_lazy(self.session_interface):
            return True
        SESSIONS_WAIT.raise_on(self, since)
        return False

    # --- components of a blueprint -------------------------------------------------------

    #: The components of blueprints, by slot and the blueprint's full name.
    _blueprint_components: dict[tuple[str, str], list[t.Any]]

    def _set_blueprint_components(self, name: str, wanted: t.Mapping[str, t.Any]) -> None:
        """Resolve the components that a blueprint asks for, as it is registered.

        Raises:
            MissingComponent: A slot is not one of a blueprint's, or a name is not offered.
        """
        for slot, choice in wanted.items():
            if slot not in _BLUEPRINT_SLOTS:
                raise MissingComponent(
                    f"The blueprint {name!r} chooses a component for {slot!r}.",
                    why=f"a blueprint has its own {' and '.join(_BLUEPRINT_SLOTS)}, no more",
                    fix=f"Kernos(…, components={{{slot!r}: …}})   # for the application",
                )
            built = self._kernel_plugins.build_named(slot, choice)
            found = built if isinstance(built, list) else [built]
            self._blueprint_components[slot, name] = found

    def _components_for(self, slot: str, request: Request | None) -> list[t.Any]:
        """Return the components in force: the nearest blueprint's, else the application's."""
        if request is not None and self._blueprint_components:
            for name in request.blueprints:
                found = self._blueprint_components.get((slot, name))
                if found is not None:
                    return found
        return self._components_of(slot)

    def _component_for(self, slot: str, request: Request | None) -> t.Any:
        """Return the first of the components in force."""
        if slot == "json" and not self._blueprint_components:
            return self.json
        return self._components_for(slot, request)[0]

    def _template_engines_for(self, request: Request | None) -> list[TemplateEngine]:
        """Return the template engines in force; a blueprint's stand before the others."""
        engines = self._components_of("templating")
        if request is None or not self._blueprint_components:
            return engines
        own = self._components_for("templating", request)
        return own + [engine for engine in engines if engine not in own]

    # --- Jinja's loaders -----------------------------------------------------------------

    def _jinja_loader_for(self, holder: Scaffold | Blueprint) -> t.Any:
        """Return the Jinja loader of an application's or a blueprint's own folder."""
        for engine in self._components_of("templating"):
            find = getattr(engine, "jinja_loader_for", None)
            if find is not None:
                return find(holder)
        raise AttributeError(
            "'jinja_loader' belongs to a component of 'templating', and none has one.",
            name="jinja_loader",
            obj=holder,
        )

    @lazy
    def jinja_loader(self) -> t.Any:
        """The Jinja loader of the application's own template folder."""
        return self._jinja_loader_for(self)  # type: ignore[arg-type]

    # --- the command line ----------------------------------------------------------------

    @lazy
    def cli(self) -> t.Any:
        """The application's group of commands."""
        app: t.Any = self
        group = self._first_component("cli").group(app.name)
        for contribution in self._kernel_plugins.collect("kernos_register_commands", app=app):
            for command in contribution.value:
                try:
                    group.add_command(command)
                except Exception as error:
                    app.logger.error(
                        "The command %r of %s is left out: %s",
                        command,
                        contribution.source_label,
                        error,
                    )
        self._kernel_plugins.asked.add("commands")
        return group

"""The application: its state, what it is told, and how it serves.

Source: Flask's API page, "Application Object".
"""

from __future__ import annotations

import os
import threading
import typing as t
import weakref
from datetime import timedelta

from werkzeug.exceptions import Aborter, HTTPException, ServiceUnavailable

from kernos.app.aliases import Alias
from kernos.app.components import ComponentMixin, TemplateNames
from kernos.app.moments import MomentsMixin
from kernos.app.overrides import NOT_LOOKED, OverridesMixin, take_stock
from kernos.app.registration import RegistrationMixin
from kernos.app.resources import ResourcesMixin, default_context
from kernos.app.serving import ServingMixin
from kernos.app.urls import UrlsMixin
from kernos.config import DEFAULT_CONFIG, RESPONSE_HEADERS, Config, ConfigAttribute, get_debug_flag
from kernos.ctx import AppGlobals
from kernos.globals import _cv_request
from kernos.hooks.manager import PluginManager
from kernos.hooks.settings import read_settings
from kernos.names import table_keys
from kernos.scaffold import Scaffold
from kernos.wrappers import Request, Response

if t.TYPE_CHECKING:
    from kernos.blueprints import Blueprint


def _as_timedelta(value: timedelta | int) -> timedelta:
    return value if isinstance(value, timedelta) else timedelta(seconds=value)


class Kernos(
    OverridesMixin,
    MomentsMixin,
    ServingMixin,
    UrlsMixin,
    ComponentMixin,
    ResourcesMixin,
    RegistrationMixin,
):
    """A WSGI application made of components.

    Args:
        import_name: The module it is defined in, usually ``__name__``.
        static_url_path: Where static files are served; by default the folder's name.
        static_folder: Files to serve, relative to ``root_path``; None serves none.
        static_host: The host of the static route; needs ``host_matching``.
        host_matching: Match routes by host.
        subdomain_matching: Match routes by the subdomain of ``SERVER_NAME``.
        template_folder: Templates, relative to ``root_path``.
        instance_path: The absolute path of the instance folder; by default beside the
            module.
        instance_relative_config: Configuration files are relative to the instance folder.
        root_path: The folder that the others start from; by default the module's.
        components: What fills a slot: ``{slot: name, object or callable}``, or
            ``"default"`` for every default.
        plugins: Feature plugins, by name or as objects: these and no others.
    """

    request_class: type[Request] = Request
    response_class: type[Response] = Response
    config_class: type[Config] = Config
    app_ctx_globals_class: type[t.Any] = AppGlobals
    aborter_class: type[Aborter] = Aborter

    # What the standard components read; None leaves them their own.
    url_rule_class: t.Any = None
    url_map_class: t.Any = None
    jinja_environment: t.Any = None
    jinja_options: dict[str, t.Any] = {}  # noqa: RUF012 - replaced or copied, as in Flask

    #: Whether what Flask 3 dropped is here, and warns; False where programs probe for it.
    _shows_dropped: t.ClassVar[bool] = True

    # Strictness is data: Flask's own defaults are another class's.
    default_config: t.ClassVar[t.Mapping[str, t.Any]] = DEFAULT_CONFIG
    # Read under these names, and said anew under the public ones below.
    _response_headers: tuple[tuple[str, str], ...] = RESPONSE_HEADERS
    _session_cache_control: str | None = "private"
    _refuses_bad_forms: bool = True
    _serves_hidden_files: bool = False
    _refuses_bad_hosts: bool = True
    _strict_converters: bool = True
    _json_strict: bool = True
    _session_strict: bool = True
    _warns_as: str = "kernos.app"
    _session_outage: type[HTTPException] | None = ServiceUnavailable
    _environment_prefix: str = "KERNOS"

    #: Sent with every response that has none of its own.
    response_headers: tuple[tuple[str, str], ...] = Alias()  # type: ignore[assignment]
    #: Sent with a session's cookie, so that no cache hands it to others; None leaves it.
    session_cache_control: str | None = Alias()  # type: ignore[assignment]
    #: Answer 400 to a form that cannot be read, 413 to an urlencoded one over the limits.
    refuses_bad_forms: bool = Alias()  # type: ignore[assignment]
    #: Serve static files whose names begin with a dot, and links that lead elsewhere.
    serves_hidden_files: bool = Alias()  # type: ignore[assignment]
    #: Answer 400 to a Host header that is no host name.
    refuses_bad_hosts: bool = Alias()  # type: ignore[assignment]
    #: Refuse converters whose regular expressions capture groups.
    strict_converters: bool = Alias()  # type: ignore[assignment]
    #: Refuse what is JSON to Python alone: NaN, half surrogate pairs, double keys.
    json_strict: bool = Alias()  # type: ignore[assignment]
    #: Refuse, while testing, a session that no key keeps safe.
    session_strict: bool = Alias()  # type: ignore[assignment]
    #: The module that warnings about a request are attributed to.
    warns_as: str = Alias()  # type: ignore[assignment]
    #: The HTTP error of a session store that is down; None makes it any other error.
    session_outage: type[HTTPException] | None = Alias()  # type: ignore[assignment]
    #: What the names of environment variables start with: ``KERNOS_DEBUG`` …
    env_prefix: str = Alias()  # type: ignore[assignment]
    #: The filters, tests and globals of all templates.
    template_names: TemplateNames = Alias()  # type: ignore[assignment]

    testing = ConfigAttribute[bool]("TESTING")
    secret_key = ConfigAttribute[t.Union[str, bytes, None]]("SECRET_KEY")
    permanent_session_lifetime = ConfigAttribute["timedelta"](
        "PERMANENT_SESSION_LIFETIME", get_converter=_as_timedelta
    )

    _host_matching: bool
    _template_names: TemplateNames

    def __init__(
        self,
        import_name: str,
        static_url_path: str | None = None,
        static_folder: str | os.PathLike[str] | None = "static",
        static_host: str | None = None,
        host_matching: bool = False,
        subdomain_matching: bool = False,
        template_folder: str | os.PathLike[str] | None = "templates",
        instance_path: str | None = None,
        instance_relative_config: bool = False,
        root_path: str | None = None,
        *,
        components: t.Mapping[str, t.Any] | str | None = None,
        plugins: t.Iterable[t.Any] | None = None,
    ) -> None:
        Scaffold.__init__(
            self, import_name, static_folder, static_url_path, template_folder, root_path
        )
        if instance_path is None:
            instance_path = self.auto_find_instance_path()
        elif not os.path.isabs(instance_path):
            raise ValueError(
                "If an instance path is provided it must be absolute."
                " A relative path was given instead."
            )
        self.instance_path = instance_path
        self.config = self.make_config(instance_relative_config)
        self.aborter = self.make_aborter()
        self._host_matching = host_matching
        self.subdomain_matching = subdomain_matching
        self._make_kernel_tables()
        self._freeze_lock = threading.RLock()
        settings = read_settings(
            import_name, self.root_path, components=components, plugins=plugins
        )
        self._kernel_plugins = PluginManager(t.cast("t.Any", self), settings)
        self._live_through_set_up(static_host)

    def _make_kernel_tables(self) -> None:
        self.blueprints: dict[str, Blueprint] = {}
        self.extensions: dict[str, t.Any] = {}
        self.teardown_appcontext_funcs: list[t.Any] = []
        self.shell_context_processors: list[t.Any] = []
        self.url_build_error_handlers: list[t.Any] = []
        self._template_names = TemplateNames()
        self._blueprint_components = {}
        self.template_context_processors[None] = [default_context]
        #: Functions that were found to be plain, so that nobody looks them over again.
        self._sync_functions: set[t.Any] = set()
        # Each request reads these, and finds them on the instance more quickly.
        self._response_headers = type(self)._response_headers
        self._session_cache_control = type(self)._session_cache_control
        self._lookout = NOT_LOOKED

    def _live_through_set_up(self, static_host: str | None) -> None:
        """Live through the constructor's moments, in the order that the design gives."""
        self._kernel_plugins.load_features()
        self._take_defaults_and_converters()
        if self.has_static_folder and self._has_component("routing"):
            self._route_static_files(static_host)
        self._kernel_plugins.notify("kernos_app_created", app=self)
        self._take_blueprints()
        self._take_commands()

    def _route_static_files(self, static_host: str | None) -> None:
        if bool(static_host) != self._host_matching:
            raise AssertionError("Invalid static_host/host_matching combination")
        # The view must not keep the application alive.
        ref = weakref.ref(self)
        self.add_url_rule(
            f"{self.static_url_path}/<path:filename>",
            endpoint="static",
            host=static_host,
            view_func=lambda **values: ref().send_static_file(**values),  # type: ignore[union-attr]
        )

    # --- configuration -------------------------------------------------------------------

    def make_config(self, instance_relative: bool = False) -> Config:
        """Return the configuration that the application starts with."""
        defaults = dict(self.default_config)
        defaults["DEBUG"] = self._get_debug_flag()
        root = self.instance_path if instance_relative else self.root_path
        return self.config_class(root, defaults)

    def _get_debug_flag(self) -> bool:
        """Tell whether the environment asks for debug mode."""
        return get_debug_flag(f"{self._environment_prefix}_DEBUG")

    def make_aborter(self) -> Aborter:
        """Return what :func:`kernos.abort` calls."""
        return self.aborter_class()

    @property
    def debug(self) -> bool:
        """Whether debug mode is on; errors then show themselves, and templates reload."""
        debug: bool = self.config["DEBUG"]
        return debug

    @debug.setter
    def debug(self, value: bool) -> None:
        self.config["DEBUG"] = value
        if self.config["TEMPLATES_AUTO_RELOAD"] is None and self._kernel_plugins.is_built(
            "templating"
        ):
            for engine in self._kernel_plugins.build("templating"):
                follow = getattr(engine, "set_auto_reload", None)
                if follow is not None:
                    follow(value)

    #: Whether the application has begun to serve, so that its set-up has ended.
    got_first_request: bool = Alias()  # type: ignore[assignment]

    @property
    def _got_first_request(self) -> bool:
        return self._freeze_done

    @_got_first_request.setter
    def _got_first_request(self, value: bool) -> None:
        self._freeze_done = self._ready_told = value

    # --- templates -----------------------------------------------------------------------

    def update_template_context(self, context: dict[str, t.Any]) -> None:
        """Add the context processors' values to a template's; its own stay as they are."""
        ctx: t.Any = _cv_request.get(None)
        names = table_keys(None if ctx is None else ctx.request.endpoint)
        is_own = ctx is not None and ctx.app is self
        sync = (ctx._stages if is_own else self._request_line()).sync
        own = context.copy()
        for name in reversed(names):
            for function in self.template_context_processors.get(name, ()):
                context.update(sync(self, function)())
        context.update(own)

    # --- what the kernel asks ------------------------------------------------------------

    def _defines_itself(self, kind: str, name: str) -> bool:
        """Tell whether the application itself defines something that plugins contribute."""
        if kind in ("filters", "tests", "globals"):
            return name in getattr(self._template_names, kind)
        if kind == "config":
            return name in self.default_config
        if kind == "commands" and "cli" in self.__dict__:
            return name in getattr(self.cli, "commands", ())
        return False


take_stock(Kernos)

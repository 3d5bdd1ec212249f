"""The plugin manager of one application: what the kernel asks its plugins through.

It decides nothing itself. Values are chosen in ``selection`` and ``features``, which
takes in what an application starts with; plugins are kept and called by the ``roster``,
components built by ``components``, what each request calls is compiled by ``calling``.
"""

from __future__ import annotations

import threading
import typing as t

from kernos.errors import KernosError, PluginError
from kernos.hooks.calling import RequestHooks, compile_hooks
from kernos.hooks.components import Components
from kernos.hooks.contributions import KINDS, Conflict, Contribution, merge
from kernos.hooks.discovery import installed
from kernos.hooks.features import Features, select_features, take_in
from kernos.hooks.loading import make_given_plugin, make_plugin
from kernos.hooks.offers import Offer
from kernos.hooks.plugin import COLLECTING, Plugin
from kernos.hooks.roster import Roster
from kernos.hooks.selection import Choice
from kernos.hooks.settings import METRICS_KEY, Settings, wants_metrics

if t.TYPE_CHECKING:
    from kernos.app import Kernos
    from kernos.hooks.metrics import Metrics
    from kernos.hooks.records import PluginRecord


class PluginManager:
    """The plugins of one application.

    Choosing, building and registering stand under one lock; :attr:`request_hooks` is
    read without, and plugins are notified without.

    Args:
        app: The application; it is held weakly.
        settings: What was said about plugins.
    """

    #: Leave out every plugin that fails, whatever was said: for tools that inspect.
    always_quarantine: bool = False

    def __init__(self, app: Kernos, settings: Settings) -> None:
        self.settings = settings
        self.installed = installed()
        #: What each request calls; empty before the freeze, replaced as a whole.
        self.request_hooks = RequestHooks()
        #: The kinds of contributions that somebody asked for.
        self.asked: set[str] = set()
        #: Errors that were noted, not raised, since a tool is looking.
        self.problems: list[str] = []
        #: What was logged of plugins that only take notice, and in which second.
        self.logged_in: dict[tuple[frozenset[str], int], object] = {}
        self._lock = threading.RLock()
        self._roster = Roster(app, settings)
        self._components = Components(self._roster, self.installed, self._lock)
        #: Returns what people call a component: its plugin's label, else its class's name.
        self.name_of = self._components.name_of
        self._features = Features()
        self._compiled: int | None = None
        #: Counts calls, where that was asked for; handed to plugins once.
        self.metrics: Metrics | None = None
        self._hands_metrics = False
        if wants_metrics():
            self._count_calls()
        self._closed = False

    # --- set-up

    def load_features(self) -> None:
        """Import and register the feature plugins, and take the hooks they publish.

        Raises:
            UnknownPlugin: A name means nothing that is installed.
            ComponentConflict: Two distributions have one entry-point name.
            PluginVersionError: Some ask for another kernel; all are named.
            PluginError: One fails, and its policy is to fail.
        """
        with self._lock:
            self._roster.always_quarantine = self.always_quarantine
            self._features = select_features(self.installed, self.settings, self._refuse)
            take_in(self._features, self._roster)
            try:
                self._components.check_slots()
            except KernosError as error:
                self._refuse(error, ())

    def _refuse(self, error: KernosError, offers: t.Sequence[Offer]) -> None:
        """Raise an error about names; for a tool, note it and look on."""
        if not self.always_quarantine:
            raise error
        self.problems.append(str(error))
        for offer in offers:
            self._roster.ledger.failed(make_plugin(offer, None).key, error, quarantined=True)

    def register(self, plugin: object, name: str | None = None) -> None:
        """Take in a plugin given as an object; what it offers counts as chosen in code.

        Raises:
            PluginError: It is registered already, or is refused.
        """
        with self._lock:
            registry = self._roster.registry
            taken = {one.key for one in registry.plugins()}
            if name is not None and name in taken:
                raise PluginError(
                    f"A plugin called {name!r} is registered already.",
                    why="each name means one plugin",
                    fix=f"register(plugin, name={name + '2'!r})",
                )
            made = make_given_plugin(plugin, name, taken)
            self._roster.take_in_late(made, is_component=False)
            self._roster.catch_up(made)
            self._forget_choices(made)
            self._settle()

    def unregister(self, plugin: object) -> None:
        """Drop a plugin, given as the object or by its name.

        Raises:
            PluginError: It is not registered.
        """
        with self._lock:
            found = self._roster.registry.lookup(plugin)
            if found is None:
                raise PluginError(
                    f"The plugin {plugin!r} is not registered.",
                    why="only what takes part can be dropped",
                    fix="drop it once",
                )
            self._roster.drop(found)
            self._forget_choices(found)
            self._settle()

    def _forget_choices(self, plugin: Plugin) -> None:
        for slot in self._roster.slots.values():
            if slot.hook in plugin.hooks:
                self._components.reset(slot.name)

    # --- metrics

    def _count_calls(self) -> None:
        from kernos.hooks.metrics import Metrics  # which few ask for

        self.metrics = Metrics()
        self._hands_metrics = True
        self._roster.registry.count_calls(self.metrics)

    def _hand_metrics(self) -> None:
        """Hand the counts to the plugins that want them, once."""
        if self._hands_metrics:
            self._hands_metrics = False
            self._roster.notify("kernos_metrics_ready", metrics=self.metrics)

    # --- contributions and notices

    def collect(self, hook: str, **kwargs: object) -> list[Contribution]:
        """Call a collecting hook: one contribution for each implementation, in order.

        Each implementation is called once, whoever asks how often; only
        ``shell_context`` and ``checks`` are asked again each time.

        Raises:
            PluginError: One fails, and its policy is to fail.
        """
        with self._lock:
            found = self._roster.collect(hook, **kwargs)
            self._settle()
            return found

    def spare(self, hook: str) -> None:
        """Let plugins that fail in a collecting hook stay, without what they have for it."""
        self._roster.spared.add(hook)

    def contributions(self, kind: str) -> t.Any:
        """Return what plugins contribute of one kind, merged.

        Args:
            kind: The hook's name without ``kernos_register_``.

        Returns:
            A dict for converters, json_types, config and shell_context; for
            template_names one with ``filters``, ``tests`` and ``globals``; else a list.
            Of two that collide, the first in order is in it.
        """
        self.asked.add(kind)
        return merge(kind, self.collect(COLLECTING + kind)).value

    def fill(self, kind: str, target: t.MutableMapping[t.Any, t.Any]) -> None:
        """Set a kind's contributions in a mapping of the application's, where it has nothing.

        They are taken back when their plugin is dropped, and what the application sets
        otherwise afterwards settles a conflict about it.

        Args:
            kind: One that is a mapping: ``config``, ``converters`` …
            target: ``app.config``, the router's converters …
        """
        self.asked.add(kind)
        with self._lock:
            self._roster.fill(kind, target)
            self._settle()

    def unasked(self) -> list[tuple[str, str]]:
        """Return (kind, plugin's label) of contributions that nobody asked for."""
        found = []
        for kind in KINDS:
            if kind not in self.asked and COLLECTING + kind not in self._roster.passed:
                plain, _ = self._roster.registry.implementations(COLLECTING + kind)
                found += [(kind, one.place.label) for one in plain]
        return found

    @property
    def conflicts(self) -> list[Conflict]:
        """The contributions that collide, as far as they were collected."""
        return self._roster.conflicts.all()

    def check_conflicts(self, is_overridden: t.Callable[[str, str], bool]) -> None:
        """Refuse contributions that collide, now and from now on.

        Args:
            is_overridden: Told kind and name, whether the application itself defines
                that; the kinds of template names are filters, tests and globals.

        Raises:
            ContributionConflict: Two collide, and the application does not settle it.
        """
        with self._lock:
            self._roster.conflicts.check(is_overridden)

    def failed(self, contribution: Contribution, hook: str, error: BaseException) -> None:
        """Give up the plugin behind a contribution that could not be applied.

        Raises:
            PluginError: Its policy is to fail; else it is dropped whole.
        """
        with self._lock:
            plugin = self._roster.registry.get(contribution.plugin)
            if plugin is not None:
                self._roster.hook_failed(plugin, hook, error)
                self._settle()

    def on_removal(self, contribution: Contribution, undo: t.Callable[[], object]) -> None:
        """Keep what takes back a contribution's effect, for when its plugin is dropped."""
        self._roster.on_removal(contribution.plugin, undo)

    def notify(self, hook: str, **kwargs: object) -> None:
        """Call all implementations of a hook, also when one raises.

        Raises:
            BaseException: What one raised, or a group of what several did.
        """
        try:
            if hook == "kernos_app_ready":
                self._hand_metrics()
            self._roster.notify(hook, **kwargs)
        finally:
            self._settle()

    def call(self, hook: str, **kwargs: object) -> t.Any:
        """Call a hook that a plugin publishes: its first result, or all in a list."""
        return self._roster.call(hook, **kwargs)

    def close(self) -> None:
        """Call ``kernos_shutdown`` in reverse order, once; all of it runs.

        Raises:
            BaseException: What one raised, or a group of what several did.
        """
        if not self._closed:
            self._closed = True
            self._roster.notify_in_reverse("kernos_shutdown")

    def after_fork(self) -> None:
        """Begin with a free lock in a forked process: its holder may be left behind."""
        self._lock = self._components.lock = threading.RLock()
        if self.metrics is not None:
            self.metrics.after_fork()

    # --- components

    def choice(self, slot: str) -> Choice:
        """Return what fills a slot, and why; kept until :meth:`reset`."""
        return self._components.choice(slot)

    def set_choice(self, slot: str, value: object) -> None:
        """Choose in code, after the constructor: a name, a component or a callable."""
        self._components.set_choice(slot, value)

    def reset(self, slot: str) -> None:
        """Forget what was chosen and built for a slot."""
        self._components.reset(slot)

    def decide_all(self, settled: t.Container[str] = ()) -> None:
        """Choose every slot, from metadata alone; every error about names is raised here.

        Args:
            settled: Slots that the application has decided itself, as by ``app.json = …``.
        """
        with self._lock:
            self._components.decide_all(settled)

    def build(self, slot: str) -> list[object]:
        """Return what fills a slot, built at first use: one component, or the engines.

        Raises:
            MissingComponent: Nothing fills the slot.
            PluginError: The chosen plugin fails.
        """
        built = self._components.build(slot)
        self._settle()
        return built

    def is_built(self, slot: str) -> bool:
        """Tell whether a slot's component exists already."""
        return self._components.is_built(slot)

    def is_as_shipped(self, slot: str) -> bool:
        """Tell whether a slot is filled by the kernel's default, and nothing of it is imported."""
        return self._components.is_as_shipped(slot)

    def build_named(self, slot: str, value: object) -> object:
        """Return a component for a blueprint: by name, as it is, or made by a callable."""
        built = self._components.build_named(slot, value)
        self._settle()
        return built

    # --- requests

    def compile_request_hooks(self) -> None:
        """Compile the request hooks, at the freeze; from then on they follow by themselves."""
        with self._lock:
            registry = self._roster.registry
            if self.metrics is None and self._roster.app.config.get(METRICS_KEY):
                self._count_calls()
            self._compiled = registry.version
            self.request_hooks = compile_hooks(registry.implementations)

    def _settle(self) -> None:
        """Compile again if plugins came or went since."""
        if self._compiled is not None and self._compiled != self._roster.registry.version:
            self.compile_request_hooks()

    # --- for tools

    def order(self, hook: str) -> list[str]:
        """Return one line for each implementation, in order, with the reason: wrappers first."""
        from kernos.hooks.ordering import explain

        plain, wrappers = self._roster.registry.implementations(hook)
        groups = ([one.place for one in group] for group in (wrappers, plain))
        return [line for places in groups for line in explain(hook, places)]

    def plugins(self) -> list[Plugin]:
        """Return the plugins that take part, by name."""
        return self._roster.registry.plugins()

    def report(self) -> list[PluginRecord]:
        """Return a record of everything that is installed or was given in code."""
        from kernos.hooks.reporting import report

        with self._lock:
            return report(self.installed, self._roster, self._components, self._features)

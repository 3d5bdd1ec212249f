"""The plugins that take part in one application: taken in, called, dropped.

Every call of a set-up hook stands in a guard of its plugin's own. A plugin that
fails ends the set-up, or is dropped whole, as its policy says.
"""

from __future__ import annotations

import functools
import typing as t
import weakref

from kernos.contracts.own_names import asked_of
from kernos.errors import PluginError
from kernos.hooks import calling
from kernos.hooks.calling import Implementation
from kernos.hooks.contributions import (
    FEATURES_ONLY,
    LATE,
    REPEATED,
    Conflicts,
    Contribution,
    attribute,
    normalise,
)
from kernos.hooks.loading import Ledger
from kernos.hooks.plugin import COLLECTING, Plugin
from kernos.hooks.registry import Registry
from kernos.hooks.settings import Settings
from kernos.hooks.slots import KERNEL_SLOTS, Slot, make_slot

if t.TYPE_CHECKING:
    from kernos.app import Kernos

_CONFIG = COLLECTING + "config"
_CREATED, _READY = "kernos_app_created", "kernos_app_ready"
_REGISTERED = "kernos_plugin_registered"


class Roster:
    """Who takes part, what they returned, and which moments have passed."""

    def __init__(self, app: Kernos, settings: Settings) -> None:
        # The application owns its plugins, and is freed when nobody else holds it.
        self._app = weakref.ref(app)
        self.settings = settings
        self.registry = Registry()
        self.ledger = Ledger()
        self.conflicts = Conflicts()
        self.slots: dict[str, Slot] = dict(KERNEL_SLOTS)
        self.always_quarantine = False
        #: The set-up hooks that were called; a late plugin is given them at once.
        self.passed: set[str] = set()
        #: The set-up hooks that an application does without, where a plugin fails in one.
        self.spared: set[str] = set()
        self._returned: dict[tuple[str, str, str], t.Any] = {}
        self._undo: dict[str, list[t.Callable[[], object]]] = {}
        self._told: set[tuple[str, str]] = set()

    @property
    def app(self) -> Kernos:
        """The application."""
        app = self._app()
        if app is None:
            raise ReferenceError("the application of these plugins is gone")
        return app

    # --- taking in

    def take_in(self, plugins: t.Sequence[Plugin]) -> None:
        """Register plugins that may implement each other's hooks.

        Raises:
            PluginError: One is refused, and its policy is to fail.
        """
        for plugin in plugins:
            self._guard(plugin, self.registry.add, plugin)
        self._publish(plugins)
        for plugin in plugins:
            if self._is_in(plugin):
                self._guard(plugin, self._admit, plugin)
        self._announce()

    def take_in_late(self, plugin: Plugin, *, is_component: bool) -> None:
        """Register one more plugin, and give it the moments that it missed.

        Raises:
            PluginError: It is refused; nothing of it is left.
        """
        plugin.may_fail = False
        self.registry.add(plugin)
        try:
            self._refuse_late(plugin, is_component)
            self._publish([plugin])
            self._admit(plugin)
            if _CONFIG in self.passed:
                self._set_config(plugin)
            self._announce()
            self.catch_up(plugin, _CREATED)
        except BaseException:
            self.drop(plugin)
            raise
        plugin.may_fail = not is_component
        self._bring_late(plugin)

    def _bring_late(self, plugin: Plugin) -> None:
        """Tell the application of contributions to what it has collected already."""
        take: t.Callable[[str], None]
        take = asked_of(self.app, "take_late_contributions", lambda kind: None)
        for kind in LATE:
            if COLLECTING + kind in self.passed.intersection(plugin.hooks):
                take(kind)

    def catch_up(self, plugin: Plugin, hook: str = _READY) -> None:
        """Notify one plugin of a moment that passed before it came."""
        if hook in self.passed:
            plain, wrappers = self.registry.implementations(hook)
            mine = [one for one in plain if one.plugin == plugin.key]
            if mine:
                self._notify(hook, mine, wrappers, (self.app,))

    def _admit(self, plugin: Plugin) -> None:
        self.registry.admit(plugin)
        known = self.registry.hooks()
        for hook in plugin.hooks:
            if hook in known:
                self.registry.implementations(hook)  # a circle in the order is refused here

    def _refuse_late(self, plugin: Plugin, is_component: bool) -> None:
        allowed = {COLLECTING + "converters"} if plugin.slots == {"routing"} else set()
        late = set(FEATURES_ONLY if is_component else self.passed.intersection(FEATURES_ONLY))
        for hook in sorted(late.intersection(plugin.hooks) - allowed):
            raise PluginError(
                f"The plugin {plugin.label} implements {hook}, and comes too late for it.",
                why="a component is loaded at its first use, and the application is set up by then"
                if is_component
                else "the application has collected these already",
                fix=f'[project.entry-points."kernos.plugins"]\n{plugin.name} = "MODULE"'
                "   # a feature plugin beside the component"
                if is_component
                else "Kernos(…, plugins=[PLUGIN])",
            )

    def _set_config(self, plugin: Plugin) -> None:
        """Set a late plugin's defaults; nobody else is asked, who may be answering just now."""
        plain, _ = self.registry.implementations(_CONFIG)
        for one in plain:
            if one.plugin == plugin.key:
                self._ask(one, plugin, (self.app,), True)
        asked = [one for one in plain if _key(one) in self._returned]
        found = [_contribution(one, self._returned) for one in asked]
        self._set_missing([one for one in found if one.plugin == plugin.key], self.app.config)
        self.conflicts.note("config", found)

    def fill(self, kind: str, target: t.MutableMapping[t.Any, t.Any]) -> None:
        """Set the contributions of a kind in a mapping, where it has nothing."""
        found = self.collect(COLLECTING + kind)
        self._set_missing(found, target)
        self.conflicts.settled_by(kind, target)

    def _set_missing(
        self, found: t.Iterable[Contribution], target: t.MutableMapping[t.Any, t.Any]
    ) -> None:
        for one in found:
            for key, value in one.value.items():
                if key not in target:
                    target[key] = value
                    self.on_removal(one.plugin, functools.partial(target.pop, key, None))

    def _publish(self, plugins: t.Sequence[Plugin]) -> None:
        """Take hooks and slots that plugins publish, before anything else is asked."""
        for what, take in (("hookspecs", self._take_hooks), ("slots", self._take_slots)):
            for one in self.collect(COLLECTING + what):
                plugin = self.registry.get(one.plugin)
                if plugin in plugins:
                    self._guard(t.cast("Plugin", plugin), take, one)

    def _take_hooks(self, one: Contribution) -> None:
        for namespace in one.value:
            self.registry.publish(namespace, self.registry.plugin(one.plugin))

    def _take_slots(self, one: Contribution) -> None:
        for name, contract in one.value.items():
            slot = make_slot(name, contract, self.slots, one.source_label)
            self.slots[slot.name] = slot
            self.on_removal(one.plugin, functools.partial(self.slots.pop, slot.name))
            self.registry.publish_provider(slot.hook, self.registry.plugin(one.plugin))

    def _announce(self) -> None:
        """Tell those who want to know of each plugin, once."""
        plain, wrappers = self.registry.implementations(_REGISTERED)
        for plugin in self.registry.plugins() if plain else ():
            listeners = [one for one in plain if (one.plugin, plugin.key) not in self._told]
            self._told |= {(one.plugin, plugin.key) for one in listeners}
            if listeners:
                self._notify(_REGISTERED, listeners, wrappers, (self.app, plugin.body))

    # --- dropping

    def drop(self, plugin: Plugin) -> None:
        """Take a plugin out with all that it brought."""
        if self._is_in(plugin):
            self.registry.remove(plugin)
        self._returned = {
            key: value for key, value in self._returned.items() if key[1] != plugin.key
        }
        self._told = {pair for pair in self._told if plugin.key not in pair}
        for undo in reversed(self._undo.pop(plugin.key, [])):
            undo()

    def on_removal(self, key: str, undo: t.Callable[[], object]) -> None:
        """Keep what takes back an effect of the plugin with this key, for when it is dropped."""
        self._undo.setdefault(key, []).append(undo)

    def give_up(self, plugin: Plugin, error: BaseException) -> None:
        """Drop a plugin that failed, or end the set-up, as its policy says.

        Raises:
            BaseException: The error, where the policy is to fail.
        """
        quarantined = self.is_quarantining(plugin)
        self.ledger.failed(plugin.key, error, quarantined)
        if not quarantined:
            raise error  # it stays in: whoever tries again must not go on without it
        self.drop(plugin)
        self.ledger.log(plugin.label, error)

    def is_quarantining(self, plugin: Plugin) -> bool:
        """Tell whether a plugin is left out when it fails; one that fills a slot never is."""
        if not plugin.may_fail:
            return False
        policy = self.settings.on_error(plugin.identity, plugin.name)
        return self.always_quarantine or policy == "quarantine"

    def hook_failed(self, plugin: Plugin, hook: str, error: BaseException) -> None:
        """Give up a plugin whose hook raised, or whose contribution cannot be applied.

        Raises:
            PluginError: Its policy is to fail.
        """
        failure = PluginError(
            f"The plugin {plugin.label} failed in {hook}: {type(error).__name__}: {error}",
            why="an application does not start with less than it was given",
            fix=f'KERNOS_DISABLE={plugin.name}   # or on_error = "quarantine" in kernos.toml',
        )
        failure.__cause__ = error
        self.give_up(plugin, failure)

    def _guard(self, plugin: Plugin, step: t.Callable[[t.Any], object], what: object) -> None:
        try:
            step(what)
        except PluginError as error:
            self.give_up(plugin, error)

    def _is_in(self, plugin: Plugin) -> bool:
        return self.registry.get(plugin.key) is plugin

    # --- calling

    def collect(self, hook: str, **kwargs: object) -> list[Contribution]:
        """Call a collecting hook; each implementation once, whoever asks how often.

        Raises:
            PluginError: One fails, and its policy is to fail.
            ContributionConflict: After the freeze, when two collide.
        """
        args = self.arguments(hook, kwargs)
        is_kept = not kwargs.keys() - {"app"} and hook not in REPEATED
        plain, wrappers = self.registry.implementations(hook)
        self.passed.add(hook)
        found: list[Contribution] = []

        def ask_all(*args: object) -> list[t.Any]:
            for one in plain:
                plugin = self.registry.get(one.plugin)
                value = None if plugin is None else self._ask(one, plugin, args, is_kept)
                if value is not None:
                    found.append(_contribution(one, {_key(one): value}))
            # One that failed in its second function has left nothing of its first.
            found[:] = [one for one in found if self.registry.get(one.plugin) is not None]
            return [one.value for one in found]

        if wrappers:
            answer = calling.wrap_all(wrappers, ask_all)(*args)
            outer = wrappers[0]
            found = attribute(
                found, answer, hook, outer.place.label, outer.place.name, outer.plugin
            )
        else:
            ask_all(*args)
        self.conflicts.note(hook.removeprefix(COLLECTING), found)
        return found

    def _ask(
        self, one: Implementation, plugin: Plugin, args: tuple[object, ...], is_kept: bool
    ) -> t.Any:
        if is_kept and _key(one) in self._returned:
            return self._returned[_key(one)]
        try:
            value = one.call(*args)
            if value is not None:
                value = normalise(one.hook, value)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if one.hook not in self.spared or self.is_quarantining(plugin):
                self.hook_failed(plugin, one.hook, error)
                return None
            self.ledger.log_spared(plugin.label, one.hook, error)
            value = None
        if is_kept:
            self._returned[_key(one)] = value
        return value

    def notify(self, hook: str, **kwargs: object) -> None:
        """Call all implementations of a hook, also when one raises.

        Raises:
            BaseException: What one raised, or a group of what several did.
        """
        args = self.arguments(hook, kwargs)
        plain, wrappers = self.registry.implementations(hook)
        self.passed.add(hook)
        self._notify(hook, plain, wrappers, args)

    def notify_in_reverse(self, hook: str) -> None:
        """Call all implementations of a hook, the last first; none is given up."""
        plain, wrappers = self.registry.implementations(hook)
        self._notify(hook, plain[::-1], wrappers, (self.app,), may_drop=False)

    def _notify(
        self,
        hook: str,
        plain: list[Implementation],
        wrappers: list[Implementation],
        args: tuple[object, ...],
        may_drop: bool = True,
    ) -> None:
        def inner(*args: object) -> None:
            errors = []
            for one in plain:
                call = calling.name_errors(one.call, one.place.label, hook)
                for error in calling.run_all([call], *args):
                    plugin = self.registry.get(one.plugin)
                    if not (may_drop and plugin and self._lets_go(plugin, error)):
                        errors.append(error)
            calling.raise_errors(errors, f"several plugins failed in {hook}")

        calling.wrap_all(wrappers, inner)(*args)

    def _lets_go(self, plugin: Plugin, error: BaseException) -> bool:
        """Drop a plugin that failed in a notice, if it is one that may be missing."""
        if isinstance(error, KeyboardInterrupt) or not self.is_quarantining(plugin):
            return False
        self.give_up(plugin, error)
        return True

    def call(self, hook: str, **kwargs: object) -> t.Any:
        """Call a hook that a plugin publishes: its first result, or all in a list."""
        args = self.arguments(hook, kwargs)
        plain, wrappers = self.registry.implementations(hook)
        calls = [calling.name_errors(one.call, one.place.label, hook) for one in plain]
        how = calling.first if self.registry.is_first_result(hook) else calling.gather
        return calling.wrap_all(wrappers, functools.partial(how, calls))(*args)

    def arguments(self, hook: str, kwargs: t.Mapping[str, object]) -> tuple[object, ...]:
        """Return the arguments of a call, in the order of the hook's specification.

        Raises:
            PluginError: There is no such hook.
            TypeError: One is missing, or there is one too many.
        """
        names = self.registry.arguments(hook)
        given = {"app": self.app, **kwargs} if "app" in names else dict(kwargs)
        if given.keys() != set(names):
            raise TypeError(f"{hook} takes {', '.join(names)}; it was given {', '.join(given)}")
        return tuple(given[name] for name in names)


def _key(one: Implementation) -> tuple[str, str, str]:
    return one.hook, one.plugin, one.place.function


def _contribution(
    one: Implementation, returned: t.Mapping[tuple[str, str, str], t.Any]
) -> Contribution:
    return Contribution(one.place.label, one.place.name, returned[_key(one)], one.plugin)

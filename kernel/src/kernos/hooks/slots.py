"""The slots: questions that have one answer per application."""

from __future__ import annotations

import typing as t

from kernos import contracts
from kernos.errors import PluginError
from kernos.hooks.value import Value

#: The entry-point group of plugins that fill no slot.
FEATURES = "plugins"
KERNEL = "the kernel"


class Slot(Value):
    """One slot: what fills it, and who does when nobody says otherwise."""

    name: str
    #: The class or runtime-checkable protocol that a component must be; its name, where
    #: it is the kernel's, which is imported when a component is there.
    given_contract: type | str
    #: The entry-point name that yields to a lone other offer; None where there is none.
    default: str | None = None
    #: True where several components are held in order, and the default never yields.
    ordered: bool = False
    #: True where a blueprint may have its own.
    per_blueprint: bool = False
    #: Who published it: a plugin's label, or "the kernel".
    source: str = KERNEL

    @property
    def contract(self) -> type:
        """The class or runtime-checkable protocol that a component must be."""
        given = self.given_contract
        return getattr(contracts, given) if isinstance(given, str) else given

    @property
    def hook(self) -> str:
        """The hook through which it is offered."""
        return f"kernos_provide_{self.name}"

    @property
    def distribution(self) -> str:
        """The distribution to install when the slot is empty."""
        return f"kernos-{self.name}"


#: The kernel's own slots; a plugin publishes others with ``kernos_register_slots``.
KERNEL_SLOTS = {
    slot.name: slot
    for slot in (
        Slot("json", "JSONProvider", "stdlib", per_blueprint=True),
        Slot("sessions", "SessionInterface", "cookie"),
        Slot("routing", "Router", "werkzeug"),
        Slot("templating", "TemplateEngine", "jinja2", ordered=True, per_blueprint=True),
        Slot("cli", "CommandLine", "click"),
    )
}


def make_slot(name: object, contract: object, known: t.Mapping[str, Slot], source: str) -> Slot:
    """Return a slot that a plugin publishes.

    Args:
        name: What it is to be called.
        contract: What fills it.
        known: The slots that there are.
        source: The plugin's label.

    Raises:
        PluginError: It is no slot, or there is one of that name.
    """
    if not (isinstance(name, str) and name.isidentifier() and isinstance(contract, type)):
        raise PluginError(
            f"The plugin {source} publishes the slot {name!r}: {contract!r} "
            "(kernos_register_slots).",
            why="a slot is a name and a contract, a class or a runtime-checkable protocol",
            fix="return {'name': Contract}",
        )
    if name in known or name == FEATURES:
        first = known[name].source if name in known else KERNEL
        raise PluginError(
            f"The plugin {source} publishes the slot {name!r}, which {first} has published "
            "already (kernos_register_slots).",
            why="a slot is one question",
            fix=f"KERNOS_DISABLE={source.partition(' ')[0]}   # or rename {name!r}",
        )
    return Slot(name, contract, source=source)

"""The names that the kernel has beside Flask's, left to applications for their own use.

What the kernel reads of an application has an underscore, since an application or an
extension that was written for Flask may use any other name. The public names are for
those who ask, and for the settings of a class.
"""

from __future__ import annotations

import typing as t

from kernos.contracts.own_names import read_as

#: The public names that a Kernos application says anew, in its class or on itself.
SETTINGS: frozenset[str] = frozenset(
    ("env_prefix", "json_strict", "refuses_bad_forms", "refuses_bad_hosts")
    + ("response_headers", "router", "serves_hidden_files", "session_cache_control")
    + ("session_outage", "session_strict", "strict_converters", "warns_as")
)


class Alias:
    """A public name of what the kernel reads under another; assigning hides it."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._read_as = read_as(name)

    def __get__(self, instance: object | None, owner: type) -> t.Any:
        try:
            return getattr(owner if instance is None else instance, self._read_as)
        except AttributeError:
            if instance is None:  # made with each application
                return self
            raise


def take_settings(cls: type, names: frozenset[str]) -> None:
    """Let the kernel read what a class says under public names."""
    for name in names:
        said = as_written(cls, name)
        if not isinstance(said, Alias):
            setattr(cls, read_as(name), said)


def as_written(kind: type, name: str) -> t.Any:
    """Return an attribute of a class as it stands there: no descriptor is asked for a value."""
    return next(vars(one)[name] for one in kind.__mro__ if name in vars(one))

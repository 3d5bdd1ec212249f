"""One of a few texts, or of the members of an ``Enum``."""

from __future__ import annotations

import enum
import re
import typing as t

from werkzeug.routing import BaseConverter, ValidationError
from werkzeug.utils import import_string

from kernos.errors import RegistrationError

if t.TYPE_CHECKING:
    from werkzeug.routing import Map

    from kernos import Kernos


class EnumConverter(BaseConverter):
    """``<enum("small", "large"):size>``, or ``<enum("shop.sizes:Size"):size>``.

    The first gives one of the texts, the second a member of the ``Enum`` that can be
    imported by that name; in the URL stands the text of its value.

    Args:
        map: The URL map.
        *choices: The texts; or one name with a colon between module and class.

    Raises:
        RegistrationError: There is nothing to choose from, or two members share a text.
    """

    weight = 50

    def __init__(self, map: Map, *choices: object) -> None:
        super().__init__(map)
        if len(choices) == 1 and ":" in str(choices[0]):
            self._offer(_members(import_string(str(choices[0]))))
        else:
            self._offer({str(one): str(one) for one in choices})

    def _offer(self, values: dict[str, object]) -> None:
        self._values = values
        self._texts = {value: text for text, value in values.items()}
        if not self._values or "" in self._values:
            raise RegistrationError(
                "The converter enum has nothing to choose from, or an empty text.",
                why="a rule with it could never match",
                fix='<enum("small", "large"):size>',
            )
        longest_first = sorted(self._values, key=len, reverse=True)
        self.regex = f"(?:{'|'.join(re.escape(text) for text in longest_first)})"
        self.part_isolating = not any("/" in text for text in self._values)

    def to_python(self, value: str) -> t.Any:
        """Return the text, or the member."""
        try:
            return self._values[value]
        except KeyError as error:
            raise ValidationError from error

    def to_url(self, value: t.Any) -> str:
        """Return the text of a choice: of a member, or the text itself.

        Raises:
            ValidationError: It is none of them.
        """
        try:
            text = self._texts[value]
        except (KeyError, TypeError):
            text = str(value)
            if text not in self._values:
                raise ValidationError from None
        return super().to_url(text)


def enum_converter(kind: type[enum.Enum]) -> type[BaseConverter]:
    """Return a converter for the members of an ``Enum``; the URL has their values' text.

    Raises:
        RegistrationError: Two members have the same text.
    """
    name = f"{kind.__module__}:{kind.__qualname__}"
    members = _members(kind)

    class MemberConverter(EnumConverter):
        __doc__ = f"A member of {name}."

        def __init__(self, map: Map) -> None:
            BaseConverter.__init__(self, map)
            self._offer(members)

    return MemberConverter


def register_enum(app: Kernos, kind: type[enum.Enum], name: str | None = None) -> None:
    """Give an application a converter for the members of an ``Enum``.

    Args:
        app: The application; rules that are added from now on may use the converter.
        kind: The class.
        name: How rules call the converter; None is the class's name in small letters.
    """
    app.url_map.converters[name or kind.__name__.lower()] = enum_converter(kind)


def _members(kind: object) -> dict[str, object]:
    if not (isinstance(kind, type) and issubclass(kind, enum.Enum)):
        raise RegistrationError(
            f"The converter enum cannot take {kind!r}.",
            why="it is no subclass of enum.Enum",
            fix='<enum("package.module:Class"):x>',
        )
    found: dict[str, object] = {}
    for member in kind:
        text = str(member.value)
        if text in found:
            raise RegistrationError(
                f"{found[text]} and {member} both are {text!r} in a URL.",
                why="a text stands for one member",
                fix=f"{member.name} = …   # a value whose text is another one",
            )
        found[text] = member
    return found


__all__ = ["EnumConverter", "enum_converter", "register_enum"]

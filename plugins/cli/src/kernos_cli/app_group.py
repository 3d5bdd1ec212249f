"""The group of an application's own commands."""

from __future__ import annotations

import typing as t

import click

from kernos_cli.script import with_appcontext

Callback: t.TypeAlias = t.Callable[..., t.Any]


class AppGroup(click.Group):
    """A group whose commands run inside the application's context.

    ``app.cli`` and ``blueprint.cli`` are of this class.
    """

    def command(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        """Decorate a function to be a command, as click's ``Group.command`` does.

        Args:
            *args: As click's.
            **kwargs: As click's, and ``with_appcontext``: False runs the command
                without the application's context.
        """
        wanted = kwargs.pop("with_appcontext", True)
        if args and callable(args[0]):  # used without parentheses
            return self.command(*args[1:], with_appcontext=wanted, **kwargs)(args[0])
        decorate = super().command(*args, **kwargs)

        def decorator(f: Callback) -> click.Command:
            return t.cast("click.Command", decorate(with_appcontext(f) if wanted else f))

        return decorator

    def group(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        """Decorate a function to be a group, of this class unless ``cls`` names another."""
        kwargs.setdefault("cls", AppGroup)
        return super().group(*args, **kwargs)

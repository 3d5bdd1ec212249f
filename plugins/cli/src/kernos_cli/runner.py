"""The runner of commands for tests."""

from __future__ import annotations

import typing as t

from click.testing import CliRunner, Result

from kernos_cli.script import ScriptInfo

if t.TYPE_CHECKING:
    import click

    from kernos import Kernos


class KernosCliRunner(CliRunner):
    """Runs commands of one application. Made by ``app.test_cli_runner()``.

    Args:
        app: The application.
        **kwargs: Those of click's CliRunner.
    """

    script_info_class: t.ClassVar[type[ScriptInfo]] = ScriptInfo

    def __init__(self, app: Kernos, **kwargs: t.Any) -> None:
        self.app = app
        super().__init__(**kwargs)

    def invoke(  # type: ignore[override]
        self,
        cli: click.Command | None = None,
        args: str | t.Sequence[str] | None = None,
        **kwargs: t.Any,
    ) -> Result:
        """Run a command and return what became of it.

        Args:
            cli: The command; None is ``app.cli``.
            args: The arguments, as a list or as they would be typed.
            **kwargs: As click's; ``obj`` is a ScriptInfo of the application
                unless it is given.
        """
        if "obj" not in kwargs:
            kwargs["obj"] = self.script_info_class(create_app=lambda: self.app)
        return super().invoke(self.app.cli if cli is None else cli, args, **kwargs)

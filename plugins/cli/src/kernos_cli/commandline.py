"""The component: Kernos' command line on click."""

from __future__ import annotations

import typing as t

from kernos_cli.app_group import AppGroup
from kernos_cli.dialect import dialect_of
from kernos_cli.script import ScriptInfo

if t.TYPE_CHECKING:
    from kernos import Kernos
    from kernos_cli.runner import KernosCliRunner


class ClickCommandLine:
    """Meets :class:`kernos.contracts.CommandLine`. Holds no state, so one serves all.

    A served application may have commands of its own; only the executable needs ours.
    """

    def group(self, name: str | None) -> AppGroup:
        """Return a new group; click names one without a name by its first use."""
        return AppGroup(name)

    def runner(self, app: Kernos, **kwargs: t.Any) -> KernosCliRunner:
        """Return a runner for tests; ``kwargs`` are those of click's."""
        from kernos_cli.runner import KernosCliRunner

        return KernosCliRunner(app, **kwargs)

    def main(self, app: Kernos | None, args: t.Sequence[str] | None) -> t.Any:
        """Run one command line and leave the process with its exit code."""
        from kernos_cli.executable import cli

        given: dict[str, t.Any] = (
            {} if app is None else {"obj": ScriptInfo(create_app=lambda: app)}
        )
        return cli.main(args=None if args is None else list(args), **given)

    def load_dotenv(self, app: Kernos) -> bool:
        """Read the dotenv files for ``app.run()``, unless the environment says otherwise."""
        from kernos_cli.dotenv import load_dotenv

        dialect = dialect_of(app)
        return dialect.wants_dotenv() and load_dotenv(dialect=dialect)

    def show_server_banner(self, app: Kernos) -> None:
        """Tell what ``app.run()`` is about to serve."""
        from kernos_cli.run import show_server_banner

        show_server_banner(app.debug, app.name, dialect=dialect_of(app))

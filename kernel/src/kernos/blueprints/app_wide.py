"""What a blueprint registers for the whole application."""

from __future__ import annotations

import typing as t

from kernos.scaffold import Scaffold, setupmethod

if t.TYPE_CHECKING:
    from kernos.blueprints.state import BlueprintSetupState

F = t.TypeVar("F", bound=t.Callable[..., t.Any])


class AppWideMixin(Scaffold):
    """The registrations of a blueprint that hold outside it as well."""

    def record_once(self, func: t.Callable[[BlueprintSetupState], None]) -> None:
        """Call a function at the blueprint's first registration on an application."""
        raise NotImplementedError

    def _record_on_app(self, method: str, *arguments: t.Any) -> None:
        def apply(state: BlueprintSetupState) -> None:
            getattr(state.app, method)(*arguments)

        self.record_once(apply)

    def _append_on_app(self, table: str, f: t.Callable[..., t.Any]) -> None:
        self.record_once(lambda state: getattr(state.app, table).setdefault(None, []).append(f))

    @setupmethod
    def app_template_filter(self, name: str | None = None) -> t.Callable[[F], F]:
        """Decorate a template filter, for all templates of the application."""

        def decorator(f: F) -> F:
            self.add_app_template_filter(f, name=name)
            return f

        return decorator

    @setupmethod
    def add_app_template_filter(self, f: t.Any, name: str | None = None) -> None:
        """Add a template filter, for all templates of the application."""
        self._record_on_app("add_template_filter", f, name)

    @setupmethod
    def app_template_test(self, name: str | None = None) -> t.Callable[[F], F]:
        """Decorate a template test, for all templates of the application."""

        def decorator(f: F) -> F:
            self.add_app_template_test(f, name=name)
            return f

        return decorator

    @setupmethod
    def add_app_template_test(self, f: t.Any, name: str | None = None) -> None:
        """Add a template test, for all templates of the application."""
        self._record_on_app("add_template_test", f, name)

    @setupmethod
    def app_template_global(self, name: str | None = None) -> t.Callable[[F], F]:
        """Decorate a template global, for all templates of the application."""

        def decorator(f: F) -> F:
            self.add_app_template_global(f, name=name)
            return f

        return decorator

    @setupmethod
    def add_app_template_global(self, f: t.Any, name: str | None = None) -> None:
        """Add a template global, for all templates of the application."""
        self._record_on_app("add_template_global", f, name)

    @setupmethod
    def before_app_request(self, f: F) -> F:
        """Like ``before_request``, for every request of the application."""
        self._append_on_app("before_request_funcs", f)
        return f

    @setupmethod
    def after_app_request(self, f: F) -> F:
        """Like ``after_request``, for every request of the application."""
        self._append_on_app("after_request_funcs", f)
        return f

    @setupmethod
    def teardown_app_request(self, f: F) -> F:
        """Like ``teardown_request``, for every request of the application."""
        self._append_on_app("teardown_request_funcs", f)
        return f

    @setupmethod
    def app_context_processor(self, f: F) -> F:
        """Like ``context_processor``, for every template of the application."""
        self._append_on_app("template_context_processors", f)
        return f

    @setupmethod
    def app_url_value_preprocessor(self, f: F) -> F:
        """Like ``url_value_preprocessor``, for every request of the application."""
        self._append_on_app("url_value_preprocessors", f)
        return f

    @setupmethod
    def app_url_defaults(self, f: F) -> F:
        """Like ``url_defaults``, for every URL of the application."""
        self._append_on_app("url_default_functions", f)
        return f

    @setupmethod
    def app_errorhandler(self, code: type[Exception] | int) -> t.Callable[[F], F]:
        """Like ``errorhandler``, for every request of the application."""

        def decorator(f: F) -> F:
            def apply(state: BlueprintSetupState) -> None:
                state.app.errorhandler(code)(f)

            self.record_once(apply)
            return f

        return decorator

"""Templates as views call them: by the engine that the name's suffix asks for.

Source: Flask's API page, "Template Rendering".
"""

from __future__ import annotations

import typing as t

from kernos.globals import _cv_request, current_app
from kernos.signals import before_render_template, template_rendered
from kernos.streaming import stream_with_context

if t.TYPE_CHECKING:
    from kernos.app import Kernos
    from kernos.contracts import Template, TemplateEngine

TemplateName = t.Union[str, t.Any]  # a name, or a template object of the engine's own


def render_template(
    template_name_or_list: TemplateName | list[TemplateName], **context: t.Any
) -> str:
    """Render a template by name.

    Args:
        template_name_or_list: The name; of several, the first that exists is rendered.
        **context: The template's variables.

    Raises:
        LookupError: There is no such template.
    """
    app = _app()
    return _render(app, _load(app, template_name_or_list), context)


def render_template_string(source: str, **context: t.Any) -> str:
    """Render a template given as text, by the first engine."""
    app = _app()
    return _render(app, _engines(app)[0].from_string(source), context)


def stream_template(
    template_name_or_list: TemplateName | list[TemplateName], **context: t.Any
) -> t.Iterator[str]:
    """Render a template by name, piece by piece: a response for a view to return."""
    app = _app()
    return _stream(app, _load(app, template_name_or_list), context)


def stream_template_string(source: str, **context: t.Any) -> t.Iterator[str]:
    """Render a template given as text, piece by piece."""
    app = _app()
    return _stream(app, _engines(app)[0].from_string(source), context)


def get_template_attribute(template_name: str, attribute: str) -> t.Any:
    """Return a macro or variable that a template exports.

    Raises:
        AttributeError: The template does not export it, or its engine has no exports.
    """
    template: t.Any = _load(_app(), template_name)
    return getattr(template.module, attribute)


def _app() -> Kernos:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]


def _engines(app: Kernos) -> list[TemplateEngine]:
    ctx = _cv_request.get(None)
    request = None if ctx is None or ctx.app is not app else ctx.request
    return app._template_engines_for(request)


def engine_for(engines: list[TemplateEngine], name: str) -> TemplateEngine:
    """Return the engine that renders files of this name: the first, unless claimed."""
    for engine in engines[1:]:
        if name.endswith(engine.suffixes):
            return engine
    return engines[0]


def _load(app: Kernos, wanted: TemplateName | list[TemplateName]) -> Template:
    engines = _engines(app)
    if not isinstance(wanted, (list, tuple)):
        return _load_one(engines, wanted)
    first: t.Any = engines[0]
    if hasattr(first, "select_template") and (
        len(engines) == 1 or _are_all_of(first, engines, wanted)
    ):
        return first.select_template(wanted)  # type: ignore[no-any-return]
    errors = []
    for name in wanted:
        try:
            return _load_one(engines, name)
        except LookupError as error:
            errors.append(error)
    if errors:
        raise errors[-1]
    raise LookupError("None of an empty list of templates can be rendered.")


def _are_all_of(
    engine: TemplateEngine, engines: list[TemplateEngine], wanted: t.Sequence[TemplateName]
) -> bool:
    return all(isinstance(one, str) and engine_for(engines, one) is engine for one in wanted)


def _load_one(engines: list[TemplateEngine], wanted: TemplateName) -> Template:
    if isinstance(wanted, str):
        return engine_for(engines, wanted).get_template(wanted)
    return t.cast("Template", wanted)


def _render(app: Kernos, template: Template, context: dict[str, t.Any]) -> str:
    app.update_template_context(context)
    if before_render_template.receivers:
        before_render_template.send(
            app, _async_wrapper=app.ensure_sync, template=template, context=context
        )
    text = template.render(context)
    if template_rendered.receivers:
        template_rendered.send(
            app, _async_wrapper=app.ensure_sync, template=template, context=context
        )
    return text


def _stream(app: Kernos, template: Template, context: dict[str, t.Any]) -> t.Iterator[str]:
    app.update_template_context(context)
    before_render_template.send(
        app, _async_wrapper=app.ensure_sync, template=template, context=context
    )

    def pieces() -> t.Iterator[str]:
        yield from template.stream(context)
        template_rendered.send(
            app, _async_wrapper=app.ensure_sync, template=template, context=context
        )

    if _cv_request.get(None) is None:
        return pieces()
    return stream_with_context(pieces())

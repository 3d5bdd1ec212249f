"""Templates: ``kernos.templating`` and the parts of the Jinja engine.

The functions go through ``_render`` and ``_stream`` of this module, since tracers wrap
those.
"""

import typing as t

from kernos.app.resources import default_context as _default_template_ctx_processor
from kernos.lazy import lazy_names
from kernos.templating import _app, _engines, _load, _render as _render, _stream as _stream

from .globals import (
    _cv_app as _cv_app,
    _cv_request as _cv_request,
    current_app as current_app,
    request as request,
)
from .helpers import stream_with_context as stream_with_context
from .signals import (
    before_render_template as before_render_template,
    template_rendered as template_rendered,
)

if t.TYPE_CHECKING:
    from jinja2 import (
        BaseLoader as BaseLoader,
        Environment as BaseEnvironment,
        Template as Template,
        TemplateNotFound as TemplateNotFound,
    )

    from kernos_templating import (
        DispatchingJinjaLoader as DispatchingJinjaLoader,
        Environment as Environment,
    )

    TemplateName = t.Union[str, Template]

#: Where no template is rendered, Jinja is not imported.
__getattr__ = lazy_names(
    vars(),
    {
        "BaseEnvironment": "jinja2:Environment",
        "BaseLoader": "jinja2",
        "DispatchingJinjaLoader": "kernos_templating",
        "Environment": "kernos_templating",
        "Template": "jinja2",
        "TemplateNotFound": "jinja2",
    },
)

__all__ = [
    "BaseEnvironment",
    "DispatchingJinjaLoader",
    "Environment",
    "_cv_app",
    "_cv_request",
    "_default_template_ctx_processor",
    "render_template",
    "render_template_string",
    "stream_template",
    "stream_template_string",
]


def render_template(
    template_name_or_list: "TemplateName | list[TemplateName]", **context: t.Any
) -> str:
    """Render a template by name; of several names, the first that exists."""
    app = _app()
    return _render(app, _load(app, template_name_or_list), context)


def render_template_string(source: str, **context: t.Any) -> str:
    """Render a template given as text."""
    app = _app()
    return _render(app, _engines(app)[0].from_string(source), context)


def stream_template(
    template_name_or_list: "TemplateName | list[TemplateName]", **context: t.Any
) -> t.Iterator[str]:
    """Render a template by name, piece by piece."""
    app = _app()
    return _stream(app, _load(app, template_name_or_list), context)


def stream_template_string(source: str, **context: t.Any) -> t.Iterator[str]:
    """Render a template given as text, piece by piece."""
    app = _app()
    return _stream(app, _engines(app)[0].from_string(source), context)

"""Flask's API on a plugin microkernel: the names that applications import."""

import typing as t

from kernos._version import __version__
from kernos.app import Kernos
from kernos.config import Config
from kernos.lazy import lazy_names
from kernos.signals import (
    appcontext_popped,
    appcontext_pushed,
    appcontext_tearing_down,
    before_render_template,
    got_request_exception,
    message_flashed,
    request_finished,
    request_started,
    request_tearing_down,
    template_rendered,
)
from kernos.wrappers import Request, Response

if t.TYPE_CHECKING:
    from kernos import json as json
    from kernos.blueprints import Blueprint
    from kernos.ctx import (
        after_this_request,
        copy_current_request_context,
        has_app_context,
        has_request_context,
    )
    from kernos.helpers import (
        abort,
        flash,
        get_flashed_messages,
        make_response,
        redirect,
        send_file,
        send_from_directory,
        url_for,
    )
    from kernos.json import jsonify
    from kernos.proxies import current_app, g, request, session
    from kernos.streaming import stream_with_context
    from kernos.templating import (
        get_template_attribute,
        render_template,
        render_template_string,
        stream_template,
        stream_template_string,
    )

# Not globals(), which is a module here.
_names = vars()

#: What a first response can do without.
if not t.TYPE_CHECKING:
    __getattr__ = lazy_names(
        _names,
        {
            "Blueprint": "kernos.blueprints",
            "abort": "kernos.helpers",
            "after_this_request": "kernos.ctx",
            "blueprints": "kernos.blueprints",
            "copy_current_request_context": "kernos.ctx",
            "current_app": "kernos.proxies",
            "flash": "kernos.helpers",
            "g": "kernos.proxies",
            "get_flashed_messages": "kernos.helpers",
            "get_template_attribute": "kernos.templating",
            "has_app_context": "kernos.ctx",
            "has_request_context": "kernos.ctx",
            "helpers": "kernos.helpers",
            "json": "kernos.json",
            "jsonify": "kernos.json",
            "logging": "kernos.logging",
            "make_response": "kernos.helpers",
            "redirect": "kernos.helpers",
            "render_template": "kernos.templating",
            "render_template_string": "kernos.templating",
            "request": "kernos.proxies",
            "send_file": "kernos.helpers",
            "send_from_directory": "kernos.helpers",
            "session": "kernos.proxies",
            "stream_template": "kernos.templating",
            "stream_template_string": "kernos.templating",
            "stream_with_context": "kernos.streaming",
            "streaming": "kernos.streaming",
            "templating": "kernos.templating",
            "url_for": "kernos.helpers",
        },
    )


def __dir__() -> list[str]:
    return sorted({*_names, *__all__})


__all__ = [
    "Blueprint",
    "Config",
    "Kernos",
    "Request",
    "Response",
    "__version__",
    "abort",
    "after_this_request",
    "appcontext_popped",
    "appcontext_pushed",
    "appcontext_tearing_down",
    "before_render_template",
    "copy_current_request_context",
    "current_app",
    "flash",
    "g",
    "get_flashed_messages",
    "get_template_attribute",
    "got_request_exception",
    "has_app_context",
    "has_request_context",
    "json",
    "jsonify",
    "make_response",
    "message_flashed",
    "redirect",
    "render_template",
    "render_template_string",
    "request",
    "request_finished",
    "request_started",
    "request_tearing_down",
    "send_file",
    "send_from_directory",
    "session",
    "stream_template",
    "stream_template_string",
    "stream_with_context",
    "template_rendered",
    "url_for",
]

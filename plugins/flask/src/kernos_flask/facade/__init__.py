"""Flask's API, served by Kernos.

This folder is the package ``flask`` once ``kernos_flask.install()`` has run, and
``kernos_flask.facade`` before that. Its files therefore import each other relatively.
A class is defined here where programs ask a class for its module or where Flask's
defaults differ from those of Kernos; everything else is the kernel's or a component's
own object, so that what is patched or compared under one name is so under the other.
"""

import typing as t

from kernos.lazy import lazy_names
from kernos_flask.dropped import dropped_name

from . import json as json, sansio as sansio, sessions as sessions
from .app import Flask as Flask
from .config import Config as Config
from .ctx import (
    after_this_request as after_this_request,
    copy_current_request_context as copy_current_request_context,
    has_app_context as has_app_context,
    has_request_context as has_request_context,
)
from .globals import current_app as current_app, g as g, request as request, session as session
from .helpers import (
    abort as abort,
    flash as flash,
    get_flashed_messages as get_flashed_messages,
    get_template_attribute as get_template_attribute,
    make_response as make_response,
    redirect as redirect,
    send_file as send_file,
    send_from_directory as send_from_directory,
    stream_with_context as stream_with_context,
    url_for as url_for,
)
from .json import jsonify as jsonify
from .signals import (
    appcontext_popped as appcontext_popped,
    appcontext_pushed as appcontext_pushed,
    appcontext_tearing_down as appcontext_tearing_down,
    before_render_template as before_render_template,
    got_request_exception as got_request_exception,
    message_flashed as message_flashed,
    request_finished as request_finished,
    request_started as request_started,
    request_tearing_down as request_tearing_down,
    template_rendered as template_rendered,
)
from .wrappers import Request as Request, Response as Response

if t.TYPE_CHECKING:
    from . import logging as logging, typing as typing
    from .blueprints import Blueprint as Blueprint
    from .templating import (
        render_template as render_template,
        render_template_string as render_template_string,
        stream_template as stream_template,
        stream_template_string as stream_template_string,
    )

#: Flask imports these itself; here they are imported when they are asked for.
_LATER = {
    **{
        name: f".{name}"
        for name in (
            *("blueprints", "cli", "debughelpers", "logging"),
            *("templating", "testing", "typing", "views"),
        )
    },
    "Blueprint": ".blueprints",
    "render_template": ".templating",
    "render_template_string": ".templating",
    "stream_template": ".templating",
    "stream_template_string": ".templating",
}

_later = lazy_names(vars(), _LATER)


def __getattr__(name: str) -> t.Any:
    if name in _LATER:
        return _later(name)
    if name == "__version__":
        import warnings
        from importlib.metadata import version

        warnings.warn(
            "The '__version__' attribute is deprecated and will be removed in"
            " Flask 3.2. Use feature detection, or"
            " 'importlib.metadata.version(\"flask\")', instead.",
            DeprecationWarning,
            stacklevel=2,
        )
        return version("flask")
    return dropped_name("flask", name)

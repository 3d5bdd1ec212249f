"""The signals; the very objects of ``kernos.signals``, so that a receiver hears both."""

import typing as t

from blinker import Namespace as Namespace

from kernos.signals import (
    _signals as _signals,
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
from kernos_flask.dropped import dropped_name


def __getattr__(name: str) -> t.Any:
    return dropped_name("flask.signals", name)

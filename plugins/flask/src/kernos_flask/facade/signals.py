"""The signals; the very objects of ``kernos.signals``, so that a receiver hears both."""

import typing as t

from blinker import Namespace as Namespace

from kernos.signals import _signals as _signals
from kernos.signals import appcontext_popped as appcontext_popped
from kernos.signals import appcontext_pushed as appcontext_pushed
from kernos.signals import appcontext_tearing_down as appcontext_tearing_down
from kernos.signals import before_render_template as before_render_template
from kernos.signals import got_request_exception as got_request_exception
from kernos.signals import message_flashed as message_flashed
from kernos.signals import request_finished as request_finished
from kernos.signals import request_started as request_started
from kernos.signals import request_tearing_down as request_tearing_down
from kernos.signals import template_rendered as template_rendered
from kernos_flask.dropped import dropped_name


def __getattr__(name: str) -> t.Any:
    return dropped_name("flask.signals", name)

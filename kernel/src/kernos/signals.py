"""The signals of an application's life; the sender is always the application.

Source: Flask's API page, "Signals".
"""

from __future__ import annotations

import typing as t
import warnings

from blinker import Namespace

if t.TYPE_CHECKING:
    from blinker import Signal

    from kernos.app import Kernos

_signals = Namespace()

template_rendered = _signals.signal("template-rendered")
before_render_template = _signals.signal("before-render-template")
request_started = _signals.signal("request-started")
request_finished = _signals.signal("request-finished")
request_tearing_down = _signals.signal("request-tearing-down")
got_request_exception = _signals.signal("got-request-exception")
appcontext_tearing_down = _signals.signal("appcontext-tearing-down")
appcontext_pushed = _signals.signal("appcontext-pushed")
appcontext_popped = _signals.signal("appcontext-popped")
message_flashed = _signals.signal("message-flashed")


def send_to_all(signal: Signal, app: Kernos, **arguments: object) -> list[BaseException]:
    """Send to every receiver although one raises, and return what was raised."""
    errors: list[BaseException] = []
    for receiver in signal.receivers_for(app):
        try:
            app.ensure_sync(receiver)(app, **arguments)
        except BaseException as error:  # collected: the others must run
            errors.append(error)
    return errors


def __getattr__(name: str) -> t.Any:
    if name == "signals_available":
        warnings.warn(
            "'signals_available' is deprecated: signals are always available.",
            DeprecationWarning,
            stacklevel=2,
        )
        return True
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

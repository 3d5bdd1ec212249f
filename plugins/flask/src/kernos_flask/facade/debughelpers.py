"""Longer words for frequent mistakes, as in ``kernos.debughelpers``."""

import typing as t

from werkzeug.routing import RequestRedirect as RequestRedirect

from kernos.debughelpers import (
    DebugFilesKeyError as DebugFilesKeyError,
    FormDataRoutingRedirect as FormDataRoutingRedirect,
    UnexpectedUnicodeError as UnexpectedUnicodeError,
    attach_enctype_error_multidict as attach_enctype_error_multidict,
)
from kernos_templating.explaining import explain_attempts

from .globals import request_ctx as request_ctx


def explain_template_loading_attempts(app: t.Any, template: str, attempts: t.Any) -> None:
    """Log where a template was looked for: loaders, their holders, what they found."""
    app.logger.info(explain_attempts(template, attempts))

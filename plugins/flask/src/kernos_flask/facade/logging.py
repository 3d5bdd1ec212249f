"""The application's logger, as in ``kernos.logging``."""

from kernos.logging import (
    create_logger as create_logger,
    default_handler as default_handler,
    has_level_handler as has_level_handler,
    wsgi_errors_stream as wsgi_errors_stream,
)

from .globals import request as request

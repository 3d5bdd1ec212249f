"""What views call, as in ``kernos.helpers``."""

import os
import typing as t

from kernos.helpers import (
    abort as abort,
    flash as flash,
    get_debug_flag as kernos_debug_flag,
    get_flashed_messages as get_flashed_messages,
    make_response as make_response,
    redirect as redirect,
    send_file as send_file,
    send_file_options,
    send_from_directory as send_from_directory,
    url_for as url_for,
)
from kernos.importing import get_root_path as get_root_path
from kernos.names import split_blueprint_path
from kernos.streaming import stream_with_context as stream_with_context
from kernos.templating import get_template_attribute as get_template_attribute

from .globals import (
    _cv_app as _cv_app,
    _cv_request as _cv_request,
    current_app as current_app,
    request as request,
    request_ctx as request_ctx,
    session as session,
)
from .signals import message_flashed as message_flashed

_split_blueprint_path = split_blueprint_path


def get_debug_flag() -> bool:
    """Tell whether ``FLASK_DEBUG`` asks for debug mode."""
    return kernos_debug_flag("FLASK_DEBUG")


def get_load_dotenv(default: bool = True) -> bool:
    """Tell whether dotenv files are read; ``FLASK_SKIP_DOTENV`` decides if it is set."""
    value = os.environ.get("FLASK_SKIP_DOTENV")
    return value.lower() in {"0", "false", "no"} if value else default


def _prepare_send_file_kwargs(**kwargs: t.Any) -> dict[str, t.Any]:
    return kwargs | send_file_options(kwargs.get("max_age"))

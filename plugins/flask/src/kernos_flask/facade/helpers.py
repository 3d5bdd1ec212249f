"""What views call, as in ``kernos.helpers``."""

import os
import typing as t

from kernos.helpers import abort as abort
from kernos.helpers import flash as flash
from kernos.helpers import get_debug_flag as kernos_debug_flag
from kernos.helpers import get_flashed_messages as get_flashed_messages
from kernos.helpers import make_response as make_response
from kernos.helpers import redirect as redirect
from kernos.helpers import send_file as send_file
from kernos.helpers import send_file_options
from kernos.helpers import send_from_directory as send_from_directory
from kernos.helpers import url_for as url_for
from kernos.importing import get_root_path as get_root_path
from kernos.names import split_blueprint_path
from kernos.streaming import stream_with_context as stream_with_context
from kernos.templating import get_template_attribute as get_template_attribute

from .globals import _cv_app as _cv_app
from .globals import _cv_request as _cv_request
from .globals import current_app as current_app
from .globals import request as request
from .globals import request_ctx as request_ctx
from .globals import session as session
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

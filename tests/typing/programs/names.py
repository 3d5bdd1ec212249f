"""Names that are imported when they are first used are known to type checkers, and no others."""

# ruff: noqa: F401

from kernos import current_app, g, nonsense, request, session  # refused: nonsense
from kernos.contracts import JSONProvider, nothing  # refused: nothing
from kernos.globals import app_ctx, nobody, request_ctx  # refused: nobody
from kernos.hooks import list_plugins, nowhere  # refused: nowhere
from kernos_cli import AppGroup, never  # refused: never
from kernos_sessions import SecureCookieSession, neither  # refused: neither

"""Kernos' command line on click: the ``kernos`` command, and what commands are made of."""

from kernos_cli.certificates import CertParamType
from kernos_cli.commandline import ClickCommandLine
from kernos_cli.dialect import Dialect
from kernos_cli.discovery import (
    NoAppException,
    find_app_by_string,
    find_best_app,
    locate_app,
    prepare_import,
)
from kernos_cli.dotenv import load_dotenv
from kernos_cli.groups import AppGroup, KernosGroup
from kernos_cli.main import cli, main
from kernos_cli.options import get_version
from kernos_cli.plugins import plugins_group
from kernos_cli.routes import routes_command
from kernos_cli.run import SeparatedPathType, run_command, show_server_banner
from kernos_cli.runner import KernosCliRunner
from kernos_cli.script import ScriptInfo, pass_script_info, with_appcontext
from kernos_cli.shell import shell_command

__all__ = [
    "AppGroup",
    "CertParamType",
    "ClickCommandLine",
    "Dialect",
    "KernosCliRunner",
    "KernosGroup",
    "NoAppException",
    "ScriptInfo",
    "SeparatedPathType",
    "cli",
    "find_app_by_string",
    "find_best_app",
    "get_version",
    "load_dotenv",
    "locate_app",
    "main",
    "pass_script_info",
    "plugins_group",
    "prepare_import",
    "routes_command",
    "run_command",
    "shell_command",
    "show_server_banner",
    "with_appcontext",
]

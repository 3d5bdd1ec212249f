"""What a plugin must be: one module per slot, each complete in itself.

A contract imports nothing of the kernel but its errors, so that a component can
be built and tested without an application.
"""

from kernos.contracts.cli import CommandLine
from kernos.contracts.json import JSONProvider
from kernos.contracts.routing import Router
from kernos.contracts.routing import Rule
from kernos.contracts.sessions import NullSession
from kernos.contracts.sessions import SessionInterface
from kernos.contracts.sessions import SessionMixin
from kernos.contracts.templating import Template
from kernos.contracts.templating import TemplateEngine
from kernos.contracts.templating import template_folders

__all__ = [
    "CommandLine",
    "JSONProvider",
    "NullSession",
    "Router",
    "Rule",
    "SessionInterface",
    "SessionMixin",
    "Template",
    "TemplateEngine",
    "template_folders",
]

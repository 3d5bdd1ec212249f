"""What a plugin must be: one module per slot, each complete in itself.

A contract imports nothing of the kernel but its errors, so that a component can
be built and tested without an application.
"""

import typing as t

from kernos.lazy import lazy_names

if t.TYPE_CHECKING:
    from kernos.contracts.cli import CommandLine
    from kernos.contracts.json import JSONProvider
    from kernos.contracts.routing import Router, Rule
    from kernos.contracts.sessions import (
        LostSession as LostSession,
        NullSession,
        SessionInterface,
        SessionMixin,
        is_lazy as is_lazy,
    )
    from kernos.contracts.templating import Template, TemplateEngine, template_folders

#: A slot that is not used needs no contract.
if not t.TYPE_CHECKING:
    __getattr__ = lazy_names(
        vars(),
        {
            "CommandLine": "kernos.contracts.cli",
            "JSONProvider": "kernos.contracts.json",
            "LostSession": "kernos.contracts.sessions",
            "NullSession": "kernos.contracts.sessions",
            "Router": "kernos.contracts.routing",
            "Rule": "kernos.contracts.routing",
            "SessionInterface": "kernos.contracts.sessions",
            "SessionMixin": "kernos.contracts.sessions",
            "Template": "kernos.contracts.templating",
            "TemplateEngine": "kernos.contracts.templating",
            "is_lazy": "kernos.contracts.sessions",
            "template_folders": "kernos.contracts.templating",
        },
    )

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

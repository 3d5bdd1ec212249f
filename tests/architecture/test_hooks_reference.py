"""Every hook has its entry in the reference, and the reference is what the code says."""

from __future__ import annotations

import importlib.util
import inspect
import re
from pathlib import Path

from kernos.hooks import hookspecs

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "reference" / "hooks.md").read_text(encoding="utf-8")

SPECS = {
    name: function
    for name, function in inspect.getmembers(hookspecs, inspect.isfunction)
    if name.startswith("kernos_")
}

#: The names that programs outside this repository are written against.
PROMISED = {
    "kernos_provide_json",
    "kernos_provide_sessions",
    "kernos_provide_routing",
    "kernos_provide_templating",
    "kernos_provide_cli",
    "kernos_register_config",
    "kernos_register_converters",
    "kernos_register_json_types",
    "kernos_register_session_tags",
    "kernos_register_blueprints",
    "kernos_register_template_names",
    "kernos_register_commands",
    "kernos_register_shell_context",
    "kernos_register_middleware",
    "kernos_register_checks",
    "kernos_register_hookspecs",
    "kernos_register_slots",
    "kernos_app_created",
    "kernos_app_ready",
    "kernos_metrics_ready",
    "kernos_plugin_registered",
    "kernos_request_started",
    "kernos_exception_raised",
    "kernos_teardown_request",
    "kernos_teardown_appcontext",
    "kernos_shutdown",
    "kernos_before_request",
    "kernos_make_response",
    "kernos_handle_exception",
    "kernos_after_request",
}


def test_every_promised_hook_is_specified_and_no_other() -> None:
    assert set(SPECS) == PROMISED


def test_every_hook_has_a_heading() -> None:
    assert set(re.findall(r"^### (kernos_\w+)$", PAGE, re.MULTILINE)) == PROMISED


def test_every_hook_takes_app_first_and_ctx_in_a_request() -> None:
    for name, function in SPECS.items():
        arguments = list(inspect.signature(function).parameters)
        assert arguments[0] == "app", name
        assert "ctx" not in arguments or arguments[1] == "ctx", name


def test_every_hook_says_when_it_is_called() -> None:
    silent = [
        name
        for name, function in SPECS.items()
        if not re.search(r"\bCalled\b|\bonce\b", inspect.getdoc(function) or "")
        and not name.startswith("kernos_handle")
        and name != "kernos_exception_raised"
    ]
    assert silent == []


def test_the_page_is_current() -> None:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    for name, make in generate.PAGES.items():
        current = (DOCS / name).read_text(encoding="utf-8")
        assert current == make(), f"docs/{name} is out of date; make docs"

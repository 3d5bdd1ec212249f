"""The public names: Flask's, and the snapshot of what this repository promises."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

SNAPSHOT = Path(__file__).with_name("public-names.txt")

#: The public names of the package ``flask`` 3.1.3, as its API page documents them.
FLASKS = {
    "Blueprint",
    "Config",
    "Flask",
    "Request",
    "Response",
    "abort",
    "after_this_request",
    "appcontext_popped",
    "appcontext_pushed",
    "appcontext_tearing_down",
    "before_render_template",
    "copy_current_request_context",
    "current_app",
    "flash",
    "g",
    "get_flashed_messages",
    "get_template_attribute",
    "got_request_exception",
    "has_app_context",
    "has_request_context",
    "json",
    "jsonify",
    "make_response",
    "message_flashed",
    "redirect",
    "render_template",
    "render_template_string",
    "request",
    "request_finished",
    "request_started",
    "request_tearing_down",
    "send_file",
    "send_from_directory",
    "session",
    "stream_template",
    "stream_template_string",
    "stream_with_context",
    "template_rendered",
    "url_for",
}


def promised() -> dict[str, list[str]]:
    """Read the snapshot: a module's name in a line, its public names indented below."""
    names: dict[str, list[str]] = {}
    module = ""
    for line in SNAPSHOT.read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            names[module].append(line.strip())
        elif line and not line.startswith("#"):
            module = line
            names[module] = []
    return names


def test_kernos_exports_every_public_name_of_flask_with_kernos_for_flask() -> None:
    exported = importlib.import_module("kernos").__all__
    assert set(exported) >= FLASKS - {"Flask"} | {"Kernos"}


@pytest.mark.parametrize("module", promised())
def test_a_module_exports_what_the_snapshot_says(module: str) -> None:
    exported = list(importlib.import_module(module).__all__)
    assert sorted(exported) == promised()[module], (
        f"{module} promises other names than before; when that is meant, change {SNAPSHOT.name}"
    )


@pytest.mark.parametrize("module", promised())
def test_every_exported_name_is_there_once(module: str) -> None:
    loaded = importlib.import_module(module)
    assert len(set(loaded.__all__)) == len(loaded.__all__)
    assert [name for name in loaded.__all__ if not hasattr(loaded, name)] == []


def test_the_kernels_names_are_sorted() -> None:
    exported = importlib.import_module("kernos").__all__
    assert list(exported) == sorted(exported)

"""How much one request may ask for."""

from __future__ import annotations

import os
import re
import threading
import typing as t

from kernos.hooks.checks import Finding, check

if t.TYPE_CHECKING:
    from kernos import Kernos

STACK_BYTES = 128 * 1024
DEPTH = 100_000


@check("K-030", "The size of a request is limited", deploy=True)
def bodies_are_limited(app: Kernos) -> t.Iterator[Finding]:
    """One request may fill memory or disk."""
    if app.config.get("MAX_CONTENT_LENGTH") is None:
        yield Finding("MAX_CONTENT_LENGTH is not set.", "MAX_CONTENT_LENGTH = 16 * 1024 * 1024")


@check("K-031", "The size of a form is limited", deploy=True)
def forms_are_limited(app: Kernos) -> t.Iterator[Finding]:
    """Many small fields cost far more memory and time than their bytes."""
    for name, least in (("MAX_FORM_MEMORY_SIZE", "500_000"), ("MAX_FORM_PARTS", "1_000")):
        if app.config.get(name) is None:
            yield Finding(f"{name} is not set.", f"{name} = {least}")


@check("K-032", "JSON that nests too deep is refused", level="error")
def json_is_not_deep(app: Kernos) -> t.Iterator[Finding]:
    """A body of brackets ends the request as a server error, or the whole process."""
    try:
        provider = app.json
    except Exception:
        return  # an empty or broken slot is told by another check
    try:
        provider.loads("[" * DEPTH + "]" * DEPTH)
    except ValueError:
        return
    except RecursionError:
        yield Finding(f"{type(provider).__name__} lets RecursionError out.", "raise a ValueError")
    except Exception as error:
        yield Finding(f"{type(provider).__name__} raises {type(error).__name__}.", "a ValueError")
    else:
        text = f"{type(provider).__name__} reads {DEPTH} levels."
        yield Finding(text, "refuse what is deeper than 256 levels")


@check("K-033", "Threads have room for a JSON reader in C", level="error")
def stacks_are_deep(app: Kernos) -> t.Iterator[Finding]:
    """A native reader that runs out of stack takes the process with it."""
    size = threading.stack_size()
    threading.stack_size(size)  # asking sets it to the default
    if 0 < size < STACK_BYTES:
        text = f"The stack of a thread has {size} bytes."
        yield Finding(text, f"threading.stack_size({STACK_BYTES * 2})")


@check("K-034", "A worker that hangs is ended", deploy=True)
def workers_time_out(app: Kernos) -> t.Iterator[Finding]:
    """A few requests that never end hold all workers."""
    said = os.environ.get("GUNICORN_CMD_ARGS", "")
    if re.search(r"(?:--timeout|-t)[= ]+0\b", said):
        yield Finding("GUNICORN_CMD_ARGS turns the workers' timeout off.", "--timeout 30")


CHECKS = (
    bodies_are_limited,
    forms_are_limited,
    json_is_not_deep,
    stacks_are_deep,
    workers_time_out,
)

"""The child process: run programs, each in a fork of its own, and print what they came to.

    python runner.py flask|kernos MODULE.py

What one program patches, another does not see.
"""

from __future__ import annotations

import importlib.util
import inspect
import json
import logging
import os
import sys
import time
import traceback
import warnings
from pathlib import Path

NOW = 1_790_000_000.0
OWN = {"flask", "kernos", "kernos_flask", "kernos_cli", "kernos_sessions", "kernos_json"}


def main() -> None:
    """Run the programs of one module, and print a JSON object of their outcomes."""
    kind, path = sys.argv[1], Path(sys.argv[2])
    if kind == "kernos":
        import kernos_flask

        kernos_flask.install()
    time.time = lambda: NOW  # so that dates are equal
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    programs = {
        name: value
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and value.__module__ == module.__name__
        and not name.startswith("_")
    }
    outcomes = {name: in_a_fork(program) for name, program in programs.items()}
    json.dump(outcomes, sys.stdout)


def in_a_fork(program):
    """Return what a program came to in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        os.dup2(2, 1)  # what a program prints is none of the outcome
        content = json.dumps(outcome(program)).encode()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(content)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        content = pipe.read()
    os.waitpid(child, 0)
    return json.loads(content) if content else {"died": True}


def outcome(program):
    """Return what a program returns, or the kind of error that it raises."""
    try:
        return {"returned": plain(program())}
    except Exception as error:
        where = "".join(traceback.format_exception(error)[-6:])
        return {"raised": kind_of(error), "traceback": where}


def plain(value):
    """Return a value that JSON can say, in which equal things are equal."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, BaseException):
        return kind_of(value)
    return repr(value)


def kind_of(error):
    """Return the name of the first class of an error that neither Flask nor Kernos made."""
    return next(kind.__name__ for kind in type(error).mro() if is_others(kind))


def is_others(kind):
    return kind.__module__.partition(".")[0] not in OWN


if __name__ == "__main__":
    main()

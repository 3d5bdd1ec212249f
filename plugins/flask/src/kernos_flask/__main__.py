"""Run a program that was written for Flask on Kernos.

python -m kernos_flask [--api 2.2] myapp.py [argument ...]
python -m kernos_flask [--api 2.2] -m pytest [argument ...]
"""

from __future__ import annotations

import os
import runpy
import sys

import kernos_flask


def main(arguments: list[str]) -> int:
    """Install, then run what ``arguments`` name as if Python had been given it."""
    api = None
    if len(arguments) >= 2 and arguments[0] == "--api":
        api, arguments = arguments[1], arguments[2:]
    if not arguments or arguments[0] in {"-h", "--help"}:
        out = sys.stdout if arguments else sys.stderr
        out.write((__doc__ or "").strip() + "\n")
        return 0 if arguments else 2
    try:
        kernos_flask.install(api)
    except ValueError as error:
        sys.stderr.write(f"kernos_flask: {error}\n")
        return 2
    if arguments[0] != "-m":
        script = arguments[0]
        sys.argv = arguments
        # Python puts a script's folder there; for -m it was the working directory.
        sys.path[0] = os.path.dirname(os.path.abspath(script))
        runpy.run_path(script, run_name="__main__")
        return 0
    if len(arguments) < 2:
        sys.stderr.write("kernos_flask: -m needs the name of a module\n")
        return 2
    sys.argv = arguments[1:]
    runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

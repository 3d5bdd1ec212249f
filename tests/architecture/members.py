"""Write the lists of distributions that settings need, from the folders that are there.

``make members`` rewrites each list below a line ``# members: kind`` in the files named here, so
that a new plugin is a new folder and nothing else. A test checks that the lists are current.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = (ROOT / "pyproject.toml", ROOT / "tests" / "architecture" / "strangers.toml")
LIST = re.compile(r"^(# members: (\w+)\n\w+ = \[\n).*?^\]", re.MULTILINE | re.DOTALL)


def lists() -> dict[str, list[str]]:
    """Return the members of each kind of list."""
    plugins = sorted(path.parent.name for path in ROOT.glob("plugins/*/pyproject.toml"))
    packages = [f"kernos_{name.replace('-', '_')}" for name in plugins]
    return {
        # What the workspace depends on.
        "paths": [
            "kernos @ {root:uri}/kernel",
            *(f"kernos-{name} @ {{root:uri}}/plugins/{name}" for name in plugins),
        ],
        "packages": ["kernos", *packages],
        # What the kernel must not know.
        "plugins": packages,
        # What knows the kernel by its public names, and no other plugin: all but kernos_flask.
        "guests": [name for name in packages if name != "kernos_flask"],
    }


def current(text: str) -> str:
    """Return a file's text with its lists made current."""
    return LIST.sub(_rewrite, text)


def _rewrite(found: re.Match[str]) -> str:
    names = "".join(f'    "{name}",\n' for name in lists()[found[2]])
    return f"{found[1]}{names}]"


def main() -> None:
    """Rewrite the lists."""
    for path in FILES:
        path.write_text(current(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()

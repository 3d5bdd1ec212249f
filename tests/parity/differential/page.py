"""Write docs/reference/differences.md from the table of differences.

python tests/parity/differential/page.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "reference" / "differences.md"

HEAD = """\
# Differences from Flask

<!-- Made by tests/parity/differential/page.py from differences.py beside it: change it there. -->

`flask.Flask`, as `kernos_flask.install()` answers it, behaves as that of Flask 3.1.3: status,
headers, their order, body, and the order of callbacks. A test sends 20,000 generated requests
to one application on both; an answer that differs is one of those below, or the test fails.

What is stricter in `kernos.Kernos` alone (JSON without `NaN`, limits on bodies, refused hosts,
security headers) is not in this list: `flask.Flask` has Flask's settings.
"""


def differences_page() -> str:
    """Return the text of the page."""
    from differential.differences import DIFFERENCES

    parts = [HEAD]
    for row in DIFFERENCES:
        title = row.name[0].upper() + row.name[1:]
        lines = [
            f"## {title}\n",
            f"{row.when}.\n" if not row.when.endswith(".") else f"{row.when}\n",
            f"| | {row.rows} |",
            "|---|---|",
            f"| Flask | {row.flask} |",
            f"| Kernos | {row.kernos} |",
            f"| why | {row.why} |",
        ]
        tests = list(row.tests)
        if row.shown is not None:
            own = "tests/parity/differential/test_documented_differences.py"
            tests.insert(0, f"{own}::test_a_request_shows_the_difference")
        for test in tests:
            file, _, name = test.partition("::")
            lines.append(f"| shown by | [{Path(file).name}](../../{file}) `{name}` |")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    PAGE.write_text(differences_page(), encoding="utf-8")

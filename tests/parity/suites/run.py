"""Run the suites, and write the table of docs/reference/parity.md.

python tests/parity/suites/run.py [--write] [NAME ...]
"""

from __future__ import annotations

import argparse
import sys
import typing as t
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from suites.catalogue import SUITES, Suite
from suites.environments import ROOT, environments, run, source
from suites.results import Comparison, run_suite

PAGE = ROOT / "docs" / "reference" / "parity.md"

HEAD = """\
# Parity with Flask

<!-- Made by tests/parity/suites/run.py --write: `nox -s parity` runs it. -->

Each suite below was written by others, for Flask. `nox -s parity` downloads its source
distribution, makes two environments that hold the same versions, deletes Flask's code from the
second and puts Kernos in its place, and runs the suite's own tests, unmodified, in both. The
tests are compared one by one: *lost* counts those that pass on Flask and not on Kernos.

"""


def main(arguments: t.Sequence[str] | None = None) -> int:
    """Run what was asked for; return 0 when no test was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="suites; all of them when none is named")
    parser.add_argument("--write", action="store_true", help="write docs/reference/parity.md")
    options = parser.parse_args(arguments)
    chosen = [one for one in SUITES if not options.names or one.name.lower() in options.names]
    if options.write and len(chosen) < len(SUITES):
        parser.error("--write needs all suites: the page is one table")
    compared = [compare(suite) for suite in chosen]
    if options.write:
        PAGE.write_text(page(compared), encoding="utf-8")
    return 1 if any(one.lost for one in compared) else 0


def compare(suite: Suite) -> Comparison:
    """Run one suite on both, and tell what came of it."""
    tree, pythons = source(suite), environments(suite)
    flask, kernos = (run_suite(suite, tree, pythons[name]) for name in ("flask", "kernos"))
    compared = Comparison(suite, flask, kernos)
    print(_row(compared), flush=True)
    for words, names in (("lost", compared.lost), ("gained", compared.gained)):
        for name in names:
            print(f"    {words}: {name}", flush=True)
    return compared


def page(compared: t.Sequence[Comparison]) -> str:
    """Return docs/reference/parity.md."""
    lines = ["| suite | version | what it uses | passed on Flask | passed on Kernos | lost |"]
    lines.append("|---|---|---|---:|---:|---:|")
    lines += [_row(one) for one in compared]
    total = [
        sum(len(one.flask.those("passed")) for one in compared),
        sum(len(one.kernos.those("passed")) for one in compared),
        sum(len(one.lost) for one in compared),
    ]
    lines.append(f"| **together** | | | {total[0]} | {total[1]} | {total[2]} |")
    parts = [HEAD + "\n".join(lines) + "\n"]
    parts += _named("Lost", [(one.suite.name, name) for one in compared for name in one.lost])
    parts += _named(
        "Failing on Flask too",
        [
            (one.suite.name, name)
            for one in compared
            for name in sorted(one.flask.those("failed") & one.kernos.those("failed"))
        ],
    )
    parts += _named("Gained", [(one.suite.name, name) for one in compared for name in one.gained])
    parts.append(f"## Versions\n\n{_versions()}\n")
    return "\n".join(parts)


def _row(one: Comparison) -> str:
    counts = [len(results.those("passed")) for results in (one.flask, one.kernos)]
    suite = one.suite
    return (
        f"| {suite.name} | {suite.version} | {suite.covers} |"
        f" {counts[0]} | {counts[1]} | {len(one.lost)} |"
    )


def _named(heading: str, tests: t.Sequence[tuple[str, str]]) -> list[str]:
    if not tests:
        return []
    return [f"## {heading}\n\n" + "".join(f"- {suite}: `{name}`\n" for suite, name in tests)]


def _versions() -> str:
    """Return the versions of what both share, from the first suite's environment."""
    ask = (
        "import sys; from importlib.metadata import version as v;"
        "print('Python %d.%d,' % sys.version_info[:2], ', '.join(n + ' ' + v(n.lower())"
        " for n in ('Flask', 'Werkzeug', 'Jinja2', 'itsdangerous', 'click', 'blinker')) + '.')"
    )
    return run(environments(SUITES[0])["flask"], "-c", ask).strip()


if __name__ == "__main__":
    sys.exit(main())

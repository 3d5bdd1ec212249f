"""Write the pages of docs/reference that are made from the code.

``make docs`` writes them; a test checks that they are current.
"""

from __future__ import annotations

import ast
import inspect
import re
import typing as t
from pathlib import Path

from kernos.hooks import hookspecs

HERE = Path(__file__).parent
PAGES = {
    "reference/hooks.md": lambda: hooks_page(),
    "reference/doctor.md": lambda: doctor_page(),
}

HOOKS_HEAD = """\
# Hooks

<!-- Made by docs/generate.py from kernos.hooks.hookspecs: change the docstring there. -->

A plugin is a module, or an object, with functions marked `@hookimpl`:

```python
from kernos.hooks import hookimpl


@hookimpl
def kernos_register_config(app):
    return {"GREETING": "hello"}
```

Arguments go by keyword: `app` is the application, `ctx` the request's context, and an
implementation names those that it wants. A misspelt hook is refused when the plugin is loaded.
`@hookimpl(before="other", after=["another"])` places an implementation among its peers by plugin
name; `@hookimpl(wrapper=True)` makes it a generator that yields once around all others.
"""

DOCTOR_HEAD = """\
# Doctor

<!-- Made by docs/generate.py from kernos_cli.doctor: change the checks' docstrings there. -->

`kernos doctor` looks for what is wrong with an application, and tells the line that cures it. It
runs no view, changes nothing and fetches nothing; K-091 alone asks an application's own backends
for an answer. `--deploy` asks too what only matters on the
open network. `--json` prints one object: `ok`, `complete`, `deploy`, `findings`, `silenced`.

| exit status | means |
|---|---|
| 0 | no finding of the level *error* |
| 1 | at least one, or the application cannot be loaded |
| 2 | wrongly used, such as an id that no check has |

A check is silenced by its id: `--ignore K-013` on the command line, `DOCTOR_IGNORE = ["K-013"]` in
the configuration, or `[doctor] ignore = ["K-013"]` in `kernos.toml`. `K013` and `k-013` are
understood too.

Without an application only the installation is looked at: the subjects *plugins*, *supply*,
*advisories* and *runtime*. Plugins add checks by `kernos_register_checks`; see
[Write a plugin](../how-to/write-a-plugin.md).

What is known of packages comes from files that you have fetched. `--advisories PATH` names records
in the [OSV format](https://ossf.github.io/osv-schema/): a file, a folder or a zip archive, such as
OSV's own of everything on PyPI. `--attestations PATH` names a folder of attestations. Both may
stand in the configuration (`DOCTOR_ADVISORIES`) or in `kernos.toml`:

    [doctor]
    advisories = "osv/all.zip"     # a relative path begins where the file lies
    attestations = "attestations"

A component is asked for its backend (K-091) where it has the method `probe_backend`, which is
`kernos.hooks.checks.BackedComponent`; sessions that are kept in a store have it.
"""


def main() -> None:
    """Write every page."""
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8")
        print(f"docs/{name}")


def hooks_page() -> str:
    """Return docs/reference/hooks.md: each hook's section, in the order of the module."""
    source = inspect.getsource(hookspecs)
    lines = source.splitlines()
    parts = [HOOKS_HEAD]
    group = ""
    for node in ast.parse(source).body:
        if not isinstance(node, ast.FunctionDef) or not _is_hookspec(node):
            continue
        heading = _group_above(lines, node)
        if heading and heading != group:
            group = heading
            parts.append(f"## {group}\n")
        parts.append(_section(node))
    return "\n".join(parts)


def doctor_page() -> str:
    """Return docs/reference/doctor.md: each check's section, by subject and id."""
    from kernos_cli.doctor.running import ODD, SUBJECTS, own_checks

    parts = [DOCTOR_HEAD]
    for subject in SUBJECTS:
        checks = [one for one in own_checks([subject]) if one is not ODD or subject == "plugins"]
        parts.append(f"## {subject.capitalize()}\n")
        for one in checks:
            when = "with `--deploy`" if one.deploy else "always"
            text = one.why.replace("``", "`")
            parts.append(
                f"### {one.id}: {one.title}\n\nLevel *{one.level}*, asked {when}. {text}".rstrip()
                + "\n"
            )
    return "\n".join(parts)


def _is_hookspec(node: ast.FunctionDef) -> bool:
    return any("hookspec" in ast.unparse(mark) for mark in node.decorator_list)


def _group_above(lines: t.Sequence[str], node: ast.FunctionDef) -> str:
    """Return the nearest ``# --- words ---`` above a function, as a heading."""
    for line in reversed(lines[: node.lineno]):
        found = re.match(r"# --- (.+?) -+$", line)
        if found:
            words = found[1]
            return words[0].upper() + words[1:]
    return ""


def _section(node: ast.FunctionDef) -> str:
    signature = ast.unparse(node.args)
    returns = ast.unparse(node.returns) if node.returns else "None"
    text = (ast.get_docstring(node) or "").replace("``", "`")
    text = re.sub(r":(?:class|meth|func|mod):`~?([^`]+)`", r"`\1`", text)
    kind = "\nThe first result that is not None ends the call.\n" if _is_first_result(node) else ""
    return (
        f"### {node.name}\n\n```python\n{node.name}({signature}) -> {returns}\n```\n\n"
        f"{text}\n{kind}"
    )


def _is_first_result(node: ast.FunctionDef) -> bool:
    return any("firstresult=True" in ast.unparse(mark) for mark in node.decorator_list)


if __name__ == "__main__":
    main()

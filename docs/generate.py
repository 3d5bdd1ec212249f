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
PAGES = {"reference/hooks.md": lambda: hooks_page()}

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

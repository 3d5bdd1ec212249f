"""The application that every environment of the wheel tests runs, never changed."""

from __future__ import annotations

import json
import typing as t

if t.TYPE_CHECKING:
    from pathlib import Path

    from fresh_environment import Environment

FILES = {
    "shop.py": """
from kernos import Kernos
from kernos import g
from kernos import jsonify
from kernos import render_template
from kernos import render_template_string
from kernos import request
from kernos import session
from kernos import url_for

app = Kernos(__name__)
app.config["SECRET_KEY"] = "a key for the tests of wheels, long enough"


@app.get("/")
def index():
    session["visits"] = session.get("visits", 0) + 1
    return render_template("page.html", visits=session["visits"], name="<Ada>")


@app.get("/item/<int:number>")
def item(number):
    return {"number": int(number), "url": url_for("item", number=7)}


@app.post("/sum")
def total():
    return jsonify(sum(request.get_json()))


@app.get("/note")
def note():
    return render_template("note.dollar", name="Ada")


@app.get("/line")
def line():
    return render_template_string("{{ name }} $name", name="Ada")


@app.cli.command("count")
def count():
    print(f"{len(app.view_functions)} views")
""",
    "templates/page.html": "<p>{{ name }} {{ visits }}</p>",
    "templates/note.dollar": "Dear $name",
    "visit.py": '''
"""Ask the shop everything once, and print the answers as JSON."""

import json
import sys

from shop import app

client = app.test_client()


def ask(method, path, **options):
    answer = client.open(path, method=method, **options)
    return [answer.status_code, answer.content_type, answer.get_data(as_text=True)]


answers = {}
for name, call in {
    "page": lambda: ask("GET", "/"),
    "page again": lambda: ask("GET", "/"),
    "cookie": lambda: sorted(c.key for c in client._cookies.values()),
    "item": lambda: ask("GET", "/item/3"),
    "sum": lambda: ask("POST", "/sum", data=sys.argv[1] if sys.argv[1:] else "[1, 2]",
                       content_type="application/json"),
    "nothing": lambda: ask("GET", "/nothing"),
    "wrong method": lambda: ask("POST", "/item/3"),
    "note": lambda: ask("GET", "/note"),
    "line": lambda: ask("GET", "/line"),
    "greeting": lambda: ask("GET", "/greetings/ada"),
    "headers": lambda: sorted(client.get("/item/3").headers.keys()),
    "command": lambda: app.test_cli_runner().invoke(args=["count"]).output,
}.items():
    try:
        answers[name] = call()
    except Exception as error:
        answers[name] = [type(error).__name__, str(error)]
print(json.dumps(answers))
''',
}


def write_shop(folder: Path) -> Path:
    """Write the application's files."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def visit(
    environment: Environment, shop: Path, *, sent: str = "[1, 2]", **settings: str
) -> dict[str, t.Any]:
    """Run the application in an environment and return all its answers."""
    ran = environment.run("visit.py", sent, cwd=shop, PYTHONPATH=str(shop), **settings)
    assert ran.status == 0, ran.output + ran.errors
    return t.cast("dict[str, t.Any]", json.loads(ran.output))

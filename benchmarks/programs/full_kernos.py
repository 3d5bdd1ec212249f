"""JSON, a session and a template on Kernos: every component of its standard set is used."""

from kernos import Kernos, render_template_string, session

app = Kernos(__name__)
app.secret_key = "0123456789abcdef" * 4


@app.get("/")
def hello() -> str:
    """Answer a text."""
    return "Hello, World!"


@app.get("/json")
def as_json() -> dict[str, str]:
    """Answer JSON."""
    return {"message": "Hello, World!"}


@app.get("/session")
def counter() -> str:
    """Write the session."""
    session["visits"] = session.get("visits", 0) + 1
    return "Hello, World!"


@app.get("/template")
def template() -> str:
    """Render a template."""
    return render_template_string("Hello, {{ name }}!", name="World")


@app.cli.command()
def greet() -> None:
    """Print a text: a command is on the command line."""
    print("Hello, World!")

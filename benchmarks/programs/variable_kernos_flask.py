"""The smallest application with a variable in a rule, on Kernos under Flask's name."""

from kernos_flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """Answer a text."""
    return "Hello, World!"


@app.get("/numbers/<int:number>")
def numbered(number: int) -> str:
    """Answer a number."""
    return str(number)

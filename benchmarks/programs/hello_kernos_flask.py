"""The smallest application on Kernos under Flask's name."""

from kernos_flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """Answer a text."""
    return "Hello, World!"

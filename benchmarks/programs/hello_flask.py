"""The smallest application on Flask."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """Answer a text."""
    return "Hello, World!"

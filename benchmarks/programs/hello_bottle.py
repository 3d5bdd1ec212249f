"""The smallest application on Bottle."""

from bottle import Bottle

app = Bottle()


@app.get("/")
def hello() -> str:
    """Answer a text."""
    return "Hello, World!"

"""The smallest application on Kernos."""

from kernos import Kernos

app = Kernos(__name__)


@app.get("/")
def hello() -> str:
    """Answer a text."""
    return "Hello, World!"

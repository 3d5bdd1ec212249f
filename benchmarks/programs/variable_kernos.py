"""The smallest application with a variable in a rule, on Kernos."""

from kernos import Kernos

app = Kernos(__name__)


@app.get("/")
def hello() -> str:
    """Answer a text."""
    return "Hello, World!"


@app.get("/numbers/<int:number>")
def numbered(number: int) -> str:
    """Answer a number."""
    return str(number)

"""What is asked, and the answer that every contestant must give before it is timed."""

from __future__ import annotations

import json
import typing as t

HTML = "text/html; charset=utf-8"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

#: How many routes the applications of the cases about routing have.
ROUTES = (10, 1_000, 10_000)


class Case(t.NamedTuple):
    """One request to one of a contestant's applications, and its answer.

    Attributes:
        name: What the tables call it.
        app: Which application of the contestant answers.
        path: Without the query.
        query: As in the URL.
        content_type: Of the body that is sent.
        body: What is sent; a request with a body is a POST.
        cookie_from: The path of a request whose cookie goes with this one.
        status: Of the answer.
        media: The answer's content type; None where each framework has a page of its own.
        answer: The whole body, or the value that its JSON holds; None as above.
        sets_cookie: The answer carries one.
    """

    name: str
    app: str
    path: str
    query: str = ""
    content_type: str = ""
    body: bytes = b""
    cookie_from: str = ""
    status: int = 200
    media: str | None = HTML
    answer: object = None
    sets_cookie: bool = False

    @property
    def method(self) -> str:
        """The request's method."""
        return "POST" if self.body else "GET"


GREETING = {"message": "Hello, World!"}
ORDER = {"name": "clay ring", "amount": 3}

CASES = [
    Case("hello", "plain", "/", answer="Hello, World!"),
    Case("json", "plain", "/json", media=JSON, answer=GREETING),
    Case("json, orjson", "orjson", "/json", media=JSON, answer=GREETING),
    Case("int parameter", "plain", "/user/42", answer="User 42"),
    Case("query argument", "plain", "/search", query="q=clay+ring&page=2", answer="clay ring"),
    Case(
        "form",
        "plain",
        "/form",
        content_type=FORM,
        body=b"name=clay+ring&amount=3",
        answer="clay ring",
    ),
    Case(
        "json body",
        "plain",
        "/order",
        content_type=JSON,
        body=json.dumps(ORDER).encode(),
        answer="clay ring",
    ),
    Case("404", "plain", "/nothing/here", status=404, media=None),
    Case("session read, no cookie", "session", "/visits", answer="0 visits"),
    Case("session read", "session", "/visits", cookie_from="/visit", answer="1 visits"),
    Case(
        "session read and write",
        "session",
        "/visit",
        cookie_from="/visit",
        answer="2 visits",
        sets_cookie=True,
    ),
    Case("template string", "template string", "/string", answer="<p>Hello, ring!</p>"),
    Case("template file", "template file", "/file", answer="<p>Hello, ring!</p>"),
    # What the framework takes to call the functions, and what they take that do something.
    Case("blueprint, functions", "blueprint", "/shop/", answer="All items"),
    Case("blueprint, g and headers", "busy blueprint", "/shop/7", answer="Item 7 for a guest"),
    *(
        Case(
            f"last of {number:,} routes", f"routes {number}", f"/part{number - 1}/42", answer="42"
        )
        for number in ROUTES
    ),
]

#: The name under which the making of an application with the most routes is timed.
BUILDING = f"building {ROUTES[-1]:,} routes"

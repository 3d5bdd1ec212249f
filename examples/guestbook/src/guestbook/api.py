"""The same entries for programs: JSON under ``/api``."""

from __future__ import annotations

import typing as t

from werkzeug.exceptions import HTTPException

from guestbook import store
from kernos import Blueprint, abort, request, url_for

blueprint = Blueprint("api", __name__, url_prefix="/api")

LIMIT = 100


@blueprint.get("/entries")
def entries() -> dict[str, t.Any]:
    """List the newest entries; ``?limit=`` takes 1 to 100, 20 where it says nothing."""
    limit = min(max(1, request.args.get("limit", 20, type=int)), LIMIT)
    return {"total": store.count(), "entries": [_plain(one) for one in store.latest(limit)]}


@blueprint.get("/entries/<int:number>")
def entry(number: int) -> dict[str, t.Any]:
    """Return one entry."""
    found = store.get(number)
    if found is None:
        abort(404, f"There is no entry number {number}.")
    return _plain(found)


@blueprint.post("/entries")
def add() -> tuple[dict[str, t.Any], int, dict[str, str]]:
    """Write an entry: ``{"name": …, "message": …}``."""
    sent = request.get_json()
    if not isinstance(sent, dict):
        abort(400, "An entry is an object with name and message.")
    made = store.add(sent.get("name"), sent.get("message"))
    return _plain(made), 201, {"Location": url_for("api.entry", number=made.number)}


@blueprint.errorhandler(store.InvalidEntry)
def invalid(error: store.InvalidEntry) -> tuple[dict[str, t.Any], int]:
    """Answer 422, field by field."""
    return {"error": str(error), "problems": error.problems}, 422


@blueprint.errorhandler(404)  # the pages' handler for this code would be the nearer one
@blueprint.errorhandler(HTTPException)
def refused(error: HTTPException) -> tuple[dict[str, t.Any], int]:
    """Answer a program in JSON where a visitor would get a page."""
    return {"error": error.description}, error.code or 500


def _plain(one: store.Entry) -> dict[str, t.Any]:
    return {
        "number": one.number,
        "name": one.name,
        "message": one.message,
        "written_at": one.written_at.isoformat(),
        "page": url_for("pages.entry", number=one.number),
    }

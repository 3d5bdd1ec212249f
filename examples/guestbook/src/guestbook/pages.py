"""What a visitor sees: the book, one entry, and the form to sign it."""

from __future__ import annotations

import typing as t

from guestbook import store
from kernos import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)

if t.TYPE_CHECKING:
    from werkzeug import Response

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def book() -> str:
    """Show the entries, the newest first, and the form."""
    return _book()


@blueprint.post("/")
def sign() -> Response | tuple[str, int]:
    """Write an entry, remember the visitor's name, and show the book again."""
    name = request.form.get("name", session.get("name"))
    message = request.form.get("message")
    try:
        entry = store.add(name, message)
    except store.InvalidEntry as error:
        return _book(name=name, message=message, problems=error.problems), 422
    if session.get("name") != entry.name:
        session["name"] = entry.name
    flash(f"Thank you, {entry.name}: your entry is number {entry.number}.")
    return redirect(url_for("pages.book"), 303)


@blueprint.get("/entries/<int:number>")
def entry(number: int) -> str:
    """Show one entry."""
    found = store.get(number)
    if found is None:
        abort(404, f"There is no entry number {number}.")
    return render_template("entry.html", entry=found)


@blueprint.post("/forget")
def forget() -> Response:
    """Forget the visitor's name."""
    session.pop("name", None)
    flash("Your name is forgotten.")
    return redirect(url_for("pages.book"), 303)


@blueprint.app_errorhandler(404)
def not_found(error: Exception) -> tuple[str, int]:
    """Say what is missing, in the guestbook's own dress."""
    return render_template("not_found.html", reason=getattr(error, "description", "")), 404


def _book(
    name: str | None = None,
    message: str | None = None,
    problems: t.Mapping[str, str] | None = None,
) -> str:
    size = current_app.config["ENTRIES_PER_PAGE"]
    total = store.count()
    last = max(1, -(-total // size))
    page = min(max(1, request.args.get("page", 1, type=int)), last)
    return render_template(
        "book.html",
        entries=store.latest(size, (page - 1) * size),
        total=total,
        page=page,
        last=last,
        name=session.get("name", "") if name is None else name,
        message=message or "",
        problems=problems or {},
        limits={"name": store.NAME_LIMIT, "message": store.MESSAGE_LIMIT},
    )

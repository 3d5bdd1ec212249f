"""The blueprint: the sheet of all stamps, and each one's picture."""

from __future__ import annotations

import typing as t

from guestbook_stamps.stamps import STAMPS
from kernos import Blueprint, Response, render_template

if t.TYPE_CHECKING:
    from guestbook_stamps.stamps import Stamp

blueprint = Blueprint("stamps", __name__, url_prefix="/stamps", template_folder="templates")


@blueprint.get("/")
def sheet() -> str:
    """Show every stamp."""
    return render_template("stamps/sheet.html", stamps=STAMPS.values())


@blueprint.get("/<stamp:stamp>.svg")
def picture(stamp: Stamp) -> Response:
    """Return a stamp's picture; browsers may keep it for a day."""
    response = Response(stamp.svg(), mimetype="image/svg+xml")
    response.cache_control.public = True
    response.cache_control.max_age = 24 * 60 * 60
    return response

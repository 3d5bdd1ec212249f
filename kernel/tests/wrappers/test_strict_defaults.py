"""What Kernos refuses or adds by default, each as data that an application may change."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from werkzeug.exceptions import ServiceUnavailable

from kernos import Kernos, request, session
from kernos.contracts import SessionInterface
from kernos.testing.doubles import doubles

URLENCODED = "application/x-www-form-urlencoded"
CUT_SHORT = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nxx'


def make_app(root: Path | None = None) -> Kernos:
    """Return an application with a form, a session, and static files below ``root``."""
    app = Kernos("strict", root_path=str(root or "."), components=doubles())

    @app.post("/form")
    def form() -> str:
        return ",".join(request.form)

    @app.get("/session")
    def write() -> str:
        session["a"] = 1
        return "written"

    return app


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"a=1", URLENCODED, 200),
        (b"a=" + b"x" * 600_000, URLENCODED, 413),
        (b"&".join(b"a%d=1" % number for number in range(1_001)), URLENCODED, 413),
        (b"a=\xff", URLENCODED, 400),
        (b"no boundary", "multipart/form-data", 400),
        (CUT_SHORT, "multipart/form-data; boundary=b", 400),
        (CUT_SHORT + b"\r\n--b--\r\n", "multipart/form-data; boundary=b", 200),
    ],
)
def test_a_form_is_read_whole_or_refused(body: bytes, content_type: str, status: int) -> None:
    client = make_app().test_client()
    answer = client.post("/form", data=body, content_type=content_type)
    assert answer.status_code == status


def test_an_application_may_read_what_it_can_of_a_form() -> None:
    app = make_app()
    app.refuses_bad_forms = False
    answer = app.test_client().post("/form", data=b"x", content_type="multipart/form-data")
    assert (answer.status_code, answer.data) == (200, b"")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Return a root whose static folder holds a file, a dotfile, and links."""
    static = tmp_path / "static"
    (static / ".well-known").mkdir(parents=True)
    (static / "plain.txt").write_text("plain")
    (static / ".env").write_text("secret")
    (static / ".well-known" / "security.txt").write_text("contact")
    (tmp_path / "outside.txt").write_text("outside")
    (static / "link.txt").symlink_to(tmp_path / "outside.txt")
    (static / "inner.txt").symlink_to(static / "plain.txt")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("plain.txt", 200),
        ("inner.txt", 200),
        (".well-known/security.txt", 200),
        (".env", 404),
        ("link.txt", 404),
        ("../outside.txt", 404),
        ("%00", 404),
        ("plain.txt/x", 404),
    ],
)
def test_a_static_file_is_served_from_its_folder_alone(
    files: Path, path: str, status: int
) -> None:
    with make_app(files).test_client().get(f"/static/{path}") as answer:
        assert answer.status_code == status


def test_an_application_may_serve_dotfiles_and_links(files: Path) -> None:
    app = make_app(files)
    app.serves_hidden_files = True
    for path in (".env", "link.txt"):
        with app.test_client().get(f"/static/{path}") as answer:
            assert answer.status_code == 200


def test_a_response_with_a_sessions_cookie_is_private() -> None:
    app = make_app()
    assert app.test_client().get("/session").headers["Cache-Control"] == "private"
    app.session_cache_control = None
    assert "Cache-Control" not in app.test_client().get("/session").headers


def test_a_session_store_that_is_down_says_when_to_come_again() -> None:
    class Down(SessionInterface):
        def open_session(self, app: t.Any, request: t.Any) -> t.NoReturn:
            raise ConnectionError("refused")

    app = make_app()
    app.session_interface = Down()
    answer = app.test_client().get("/session")
    assert answer.status_code == ServiceUnavailable.code
    assert answer.headers["Retry-After"] == "1"

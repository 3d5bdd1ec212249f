"""The guestbook in process: what its pages, its session, its API and its store promise."""

from __future__ import annotations

import os
import stat
import typing as t
from pathlib import Path

import pytest

import guestbook
from guestbook import secret, store

if t.TYPE_CHECKING:
    from kernos import Kernos
    from kernos.testing import KernosClient


@pytest.fixture
def app(tmp_path: Path) -> Kernos:
    return guestbook.create_app(
        {"TESTING": True, "SECRET_KEY": "for tests " * 4, "ENTRIES_PER_PAGE": 3},
        instance_path=str(tmp_path / "instance"),
        components="default",
        plugins=[],
    )


@pytest.fixture
def client(app: Kernos) -> KernosClient:
    return app.test_client()


def sign(client: KernosClient, name: str = "Ada", message: str = "Hello") -> t.Any:
    return client.post("/", data={"name": name, "message": message})


def test_an_empty_book_invites(client: KernosClient) -> None:
    page = client.get("/").text
    assert "Nobody has written yet" in page
    assert "0 entries" in page


def test_an_entry_is_shown_escaped(client: KernosClient) -> None:
    sign(client, message="<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in client.get("/").text


def test_signing_redirects_to_the_book(client: KernosClient) -> None:
    answer = sign(client)
    assert answer.status_code == 303
    assert answer.location == "/"


def test_the_name_stays_in_the_session_and_the_thanks_do_not(client: KernosClient) -> None:
    sign(client)
    assert "Thank you, Ada: your entry is number 1." in client.get("/").text
    page = client.get("/").text
    assert "Thank you" not in page
    assert "Welcome back, Ada" in page
    with client.session_transaction() as session:
        assert dict(session) == {"name": "Ada"}


def test_a_known_visitor_may_leave_the_name_out(client: KernosClient) -> None:
    sign(client)
    client.post("/", data={"message": "Again"})
    assert client.get("/api/entries?limit=1").json["entries"][0]["name"] == "Ada"


def test_forgetting_takes_the_name_out_of_the_session(client: KernosClient) -> None:
    sign(client)
    client.post("/forget")
    with client.session_transaction() as session:
        assert "name" not in session


@pytest.mark.parametrize(
    ("name", "message", "problem"),
    [
        ("", "Hello", "Please write a name."),
        ("Ada", " \n ", "Please write a message."),
        ("A" * 41, "Hello", "A name has at most 40 characters; this one has 41."),
        ("Ada", "x" * 501, "A message has at most 500 characters; this one has 501."),
    ],
)
def test_a_mistake_is_named_and_nothing_written(
    client: KernosClient, name: str, message: str, problem: str
) -> None:
    answer = sign(client, name, message)
    assert answer.status_code == 422
    assert problem in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert client.get("/api/entries").json["total"] == 0


def test_a_long_book_has_pages(client: KernosClient) -> None:
    for number in range(7):
        sign(client, message=f"Message {number}.")
    first, last = client.get("/").text, client.get("/?page=3").text
    assert "Message 6." in first
    assert "Message 3." not in first
    assert "Page 3 of 3" in last
    assert "Message 0." in last
    assert "Older" not in last


@pytest.mark.parametrize("page", ["0", "-1", "99", "two", ""])
def test_a_page_that_is_not_there_is_the_nearest_one(client: KernosClient, page: str) -> None:
    sign(client)
    assert "Hello" in client.get("/", query_string={"page": page}).text


def test_an_entry_has_a_page_of_its_own(client: KernosClient) -> None:
    sign(client)
    assert "Hello" in client.get("/entries/1").text
    missing = client.get("/entries/2")
    assert missing.status_code == 404
    assert "There is no entry number 2." in missing.text


def test_the_api_answers_what_it_wrote(client: KernosClient) -> None:
    made = client.post("/api/entries", json={"name": "Bob", "message": "hé"})
    assert made.status_code == 201
    assert client.get(made.location).json == made.json
    assert made.json["page"] == "/entries/1"


def test_the_api_names_every_problem(client: KernosClient) -> None:
    answer = client.post("/api/entries", json={"message": 5})
    assert answer.status_code == 422
    assert set(answer.json["problems"]) == {"name", "message"}


def test_a_missing_entry_is_json_in_the_api_and_a_page_elsewhere(client: KernosClient) -> None:
    assert client.get("/api/entries/5").json == {"error": "There is no entry number 5."}
    assert client.get("/entries/5").mimetype == "text/html"


@pytest.mark.parametrize(("asked", "given"), [("2", 2), ("0", 1), ("-5", 1), ("many", 5)])
def test_the_api_gives_as_many_as_are_asked_for(
    client: KernosClient, asked: str, given: int
) -> None:
    for _ in range(5):
        sign(client)
    assert len(client.get(f"/api/entries?limit={asked}").json["entries"]) == given


def test_each_context_closes_its_connection(app: Kernos) -> None:
    with app.app_context():
        connection = store._connection()
        store.count()
    with pytest.raises(store.sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_entries_outlive_the_application(app: Kernos, tmp_path: Path) -> None:
    sign(app.test_client())
    again = guestbook.create_app(
        {"SECRET_KEY": "for tests " * 4}, instance_path=app.instance_path, plugins=[]
    )
    assert again.test_client().get("/api/entries").json["total"] == 1


def test_settings_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUESTBOOK_ENTRIES_PER_PAGE", "5")
    app = guestbook.create_app(instance_path=str(tmp_path), plugins=[])
    assert app.config["ENTRIES_PER_PAGE"] == 5


def test_an_instance_without_a_key_makes_one_and_keeps_it(tmp_path: Path) -> None:
    first = guestbook.create_app(instance_path=str(tmp_path), plugins=[])
    second = guestbook.create_app(instance_path=str(tmp_path), plugins=[])
    assert first.secret_key == second.secret_key
    assert len(str(first.secret_key)) >= 32


def test_the_key_is_the_owners_alone(tmp_path: Path) -> None:
    secret.of_instance(str(tmp_path))
    mode = stat.S_IMODE(os.stat(tmp_path / "secret_key").st_mode)
    assert mode == 0o600
    assert os.listdir(tmp_path) == ["secret_key"]


def test_two_workers_that_start_together_get_one_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret_key").write_text("the other worker's")
    # This worker looked a moment before the other one wrote.
    monkeypatch.setattr(secret.os.path, "exists", lambda path: False)
    assert secret.of_instance(str(tmp_path)) == "the other worker's"

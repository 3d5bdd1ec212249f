"""The example answers over real HTTP, under gunicorn and under granian."""

from __future__ import annotations

import concurrent.futures
import re
import signal
import socket
import typing as t

import httpx
import pytest

if t.TYPE_CHECKING:
    from real_server import Server, Start

pytestmark = pytest.mark.server


def sign(client: httpx.Client, name: str, message: str = "Greetings") -> httpx.Response:
    return client.post("/", data={"name": name, "message": message})


def raw(server: Server, request: bytes) -> bytes:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(request)
        return connection.recv(65536)


def test_the_page_is_served(client: httpx.Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert "<h1>Welcome</h1>" in answer.text


def test_a_visitor_without_a_session_is_given_no_cookie(client: httpx.Client) -> None:
    assert "Set-Cookie" not in client.get("/entries/999999").headers


def test_signing_is_remembered_and_thanked_for_once(client: httpx.Client) -> None:
    signed = sign(client, "Ada <3", "Hello\nthere")
    assert (signed.status_code, signed.headers["Location"]) == (303, "/")
    assert "HttpOnly" in signed.headers["Set-Cookie"]
    assert "SameSite=Lax" in signed.headers["Set-Cookie"]

    thanked = client.get("/")
    assert "Thank you, Ada &lt;3: your entry is number" in thanked.text
    assert "<h1>Welcome back, Ada &lt;3</h1>" in thanked.text
    assert "Cookie" in thanked.headers["Vary"]

    again = client.get("/")
    assert "Thank you" not in again.text
    assert "Welcome back, Ada &lt;3" in again.text


def test_a_session_can_be_forgotten(client: httpx.Client) -> None:
    sign(client, "Bertha")
    assert client.post("/forget").status_code == 303
    assert "Welcome back" not in client.get("/").text


def test_a_session_cookie_that_was_changed_is_an_empty_session(client: httpx.Client) -> None:
    sign(client, "Cyril")
    (name, value), *_ = client.cookies.items()
    client.cookies.clear()
    answer = client.get("/", headers={"Cookie": f"{name}={value[:-2]}xx"})
    assert answer.status_code == 200
    assert "Welcome back" not in answer.text


def test_a_form_with_mistakes_comes_back_filled_in(client: httpx.Client) -> None:
    refused = sign(client, "D" * 41, "")
    assert refused.status_code == 422
    assert "has at most 40 characters; this one has 41" in refused.text
    assert "Please write a message." in refused.text
    assert f'value="{"D" * 41}"' in refused.text


def test_a_url_parameter_reaches_the_view(client: httpx.Client) -> None:
    made = client.post("/api/entries", json={"name": "Elsa", "message": "žluťoučký"}).json()
    page = client.get(made["page"])
    assert page.status_code == 200
    assert "žluťoučký" in page.text


@pytest.mark.parametrize(
    "path", ["/entries/999999", "/entries/one", f"/entries/{10**30}", "/nothing"]
)
def test_what_is_not_there_is_not_found(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "<h1>Not found</h1>" in answer.text


def test_the_api_writes_and_reads(client: httpx.Client) -> None:
    made = client.post("/api/entries", json={"name": "Fritz", "message": "From a program"})
    assert made.status_code == 201
    assert made.headers["Content-Type"] == "application/json"
    read = client.get(made.headers["Location"])
    assert read.json() == made.json()
    newest = client.get("/api/entries", params={"limit": 1}).json()
    assert newest["entries"] == [made.json()]
    assert newest["total"] >= 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ({"content": b"{}"}, 415),
        ({"json": ["not", "an", "object"]}, 400),
        ({"json": {"name": 1}}, 422),
        ({"content": b"x" * 70_000, "headers": {"Content-Type": "application/json"}}, 413),
    ],
)
def test_the_api_refuses_in_json(
    client: httpx.Client, sent: dict[str, t.Any], status: int
) -> None:
    answer = client.post("/api/entries", **sent)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_the_api_says_in_json_that_an_entry_is_missing(client: httpx.Client) -> None:
    answer = client.get("/api/entries/999999")
    assert (answer.status_code, answer.json()) == (
        404,
        {"error": "There is no entry number 999999."},
    )


def test_another_method_is_refused_and_the_right_ones_named(client: httpx.Client) -> None:
    answer = client.delete("/forget")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_head_has_the_headers_and_no_body(client: httpx.Client) -> None:
    answer = client.head("/")
    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["Content-Length"]) > 0


def test_a_static_file_is_served_and_revalidated(client: httpx.Client) -> None:
    page = client.get("/").text
    (path,) = re.findall(r'href="([^"]+\.css)"', page)
    sheet = client.get(path)
    assert sheet.status_code == 200
    assert sheet.headers["Content-Type"].startswith("text/css")
    again = client.get(path, headers={"If-None-Match": sheet.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"{path}/../../store.py").status_code == 404


def test_the_plugin_adds_its_pages_and_its_converter(client: httpx.Client) -> None:
    assert "<h1>Stamps</h1>" in client.get("/stamps/").text
    picture = client.get("/stamps/olive.svg")
    assert picture.headers["Content-Type"].startswith("image/svg+xml")
    assert picture.text.startswith("<svg")
    assert client.get("/stamps/dodo.svg").status_code == 404


def test_the_plugin_adds_to_the_guestbooks_own_page(client: httpx.Client) -> None:
    sign(client, "Gerda")
    stamps = re.findall(r'<img class="stamp" src="(/stamps/[a-z]+\.svg)"', client.get("/").text)
    assert stamps
    assert client.get(stamps[0]).status_code == 200


def test_without_its_plugin_the_guestbook_is_as_it_was(start: Start) -> None:
    with (
        start("gunicorn", KERNOS_DISABLE="stamps") as server,
        httpx.Client(base_url=server.url, timeout=20, trust_env=False) as client,
    ):
        sign(client, "Hugo")
        page = client.get("/")
        assert page.status_code == 200
        assert "Welcome back, Hugo" in page.text
        assert "stamp" not in page.text.replace("guestbook_stamps", "")
        assert client.get("/stamps/").status_code == 404


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /%ff%fe HTTP/1.1",
        b"GET /entries/%00 HTTP/1.1",
        b"GET //entries//1 HTTP/1.1",
        b"GET /../../etc/passwd HTTP/1.1",
        b"GET /?page=%F0%28 HTTP/1.1",
        b"GET /?page=99999999999999999999999 HTTP/1.1",
        b"GET /" + b"a" * 3000 + b" HTTP/1.1",
        b"BREW / HTTP/1.1",
        b"OPTIONS /entries/1 HTTP/1.1",
    ],
)
def test_a_malformed_request_is_never_a_500(server: Server, request_line: bytes) -> None:
    answer = raw(server, request_line + b"\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    status = int(answer.split(b" ", 2)[1])
    assert 200 <= status < 500, answer


@pytest.mark.parametrize(
    "host", [b"a b", b"a@b", b"[::1", b"xn--a", b"h:port", b"h\x00h", b"h:99999"]
)
def test_a_malformed_host_is_never_a_500(server: Server, host: bytes) -> None:
    answer = raw(server, b"GET / HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
    assert answer == b"" or int(answer.split(b" ", 2)[1]) < 500, answer


def test_visitors_at_the_same_time_do_not_meet(server: Server) -> None:
    def visit(number: int) -> list[str]:
        name = f"Visitor{number:02}"
        with httpx.Client(base_url=server.url, timeout=20, trust_env=False) as client:
            sign(client, name)
            return [client.get("/").text for _ in range(5)]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(visit, range(16)))
    for number, pages in enumerate(seen):
        for page in pages:
            assert f"<h1>Welcome back, Visitor{number:02}</h1>" in page


@pytest.mark.parametrize("name", ["granian", "gunicorn"])
def test_a_server_ends_when_it_is_told_to(start: Start, name: str) -> None:
    with start(name) as server:
        assert httpx.get(server.url, trust_env=False, timeout=20).status_code == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0, server.log.read_text()

"""httpbin as it is published, answered by Flask and by Kernos.

It runs in the environments that tests/parity/suites/run.py made: ``nox -s parity``.
"""

from __future__ import annotations

import re
import typing as t

import pytest
from differential.pair import Answer, Pair, Request, Worker
from differential.traffic import shown
from suites.environments import PLACE

ANY = ("GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "HEAD", "OPTIONS", "PROPFIND")

FORM = ("application/x-www-form-urlencoded", b"a=1&a=2&b=%C3%A4")
JSON = ("application/json", b'{"a": [1, null, "\\u00e4"]}')
FILE = (
    "multipart/form-data; boundary=x",
    b'--x\r\nContent-Disposition: form-data; name="f"; filename="f.bin"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n\x00\xff\r\n--x--\r\n",
)

DIGEST = (
    'Digest username="user", realm="me@kennethreitz.com", nonce="{0}", uri="/", response="{0}",'
    ' qop=auth, nc=00000001, cnonce="a", opaque="b"'
).format("0" * 32)

#: For each rule, URLs that reach it; headers that change its answer.
URLS: dict[str, list[str]] = {
    "/": ["/"],
    "/absolute-redirect/<int:n>": ["/absolute-redirect/1", "/absolute-redirect/3"],
    "/anything": ["/anything", "/anything?a=1&a=2"],
    "/anything/<path:anything>": ["/anything/a/b%20c"],
    "/apidocs/index.html": ["/apidocs/index.html"],
    "/base64/<value>": ["/base64/SFRUUEJJTg==", "/base64/nonsense"],
    "/basic-auth/<user>/<passwd>": ["/basic-auth/user/pass"],
    "/bearer": ["/bearer"],
    "/brotli": ["/brotli"],
    "/bytes/<int:n>": ["/bytes/20?seed=1", "/bytes/0", "/bytes/5"],
    "/cache": ["/cache"],
    "/cache/<int:value>": ["/cache/60"],
    "/cookies": ["/cookies"],
    "/cookies/delete": ["/cookies/delete?a", "/cookies/delete"],
    "/cookies/set": ["/cookies/set?a=1&b=2", "/cookies/set"],
    "/cookies/set/<name>/<value>": ["/cookies/set/a/1"],
    "/deflate": ["/deflate"],
    "/delay/<delay>": ["/delay/1", "/delay/0.5", "/delay/x"],
    "/delete": ["/delete"],
    "/deny": ["/deny"],
    "/digest-auth/<qop>/<user>/<passwd>": ["/digest-auth/auth/user/pass", "/digest-auth/x/u/p"],
    "/digest-auth/<qop>/<user>/<passwd>/<algorithm>": ["/digest-auth/auth/user/pass/SHA-256"],
    "/digest-auth/<qop>/<user>/<passwd>/<algorithm>/<stale_after>": [
        "/digest-auth/auth-int/user/pass/MD5/3"
    ],
    "/drip": ["/drip?numbytes=5&duration=1&code=206", "/drip?numbytes=0", "/drip"],
    "/encoding/utf8": ["/encoding/utf8"],
    "/etag/<etag>": ["/etag/abc"],
    "/flasgger_static/<path:filename>": ["/flasgger_static/swagger-ui.css", "/flasgger_static/x"],
    "/forms/post": ["/forms/post"],
    "/get": ["/get", "/get?show_env=1&x=%C3%A4"],
    "/gzip": ["/gzip"],
    "/headers": ["/headers"],
    "/hidden-basic-auth/<user>/<passwd>": ["/hidden-basic-auth/user/pass"],
    "/html": ["/html"],
    "/image": ["/image"],
    "/image/jpeg": ["/image/jpeg"],
    "/image/png": ["/image/png"],
    "/image/svg": ["/image/svg"],
    "/image/webp": ["/image/webp"],
    "/ip": ["/ip"],
    "/json": ["/json"],
    "/legacy": ["/legacy"],
    "/links/<int:n>": ["/links/3"],
    "/links/<int:n>/<int:offset>": ["/links/3/0", "/links/500/2"],
    "/oauth2-redirect.html": ["/oauth2-redirect.html"],
    "/patch": ["/patch"],
    "/post": ["/post"],
    "/put": ["/put"],
    "/range/<int:numbytes>": ["/range/26", "/range/30?chunk_size=7&duration=1", "/range/999999"],
    "/redirect-to": [
        "/redirect-to?url=/get",
        "/redirect-to?url=http://a.b/%C3%A4&status_code=307",
    ],
    "/redirect/<int:n>": ["/redirect/1", "/redirect/4?absolute=true", "/redirect/0"],
    "/relative-redirect/<int:n>": ["/relative-redirect/1", "/relative-redirect/3"],
    "/response-headers": ["/response-headers?X-A=1&X-A=2&Content-Type=text/x-own"],
    "/robots.txt": ["/robots.txt"],
    "/spec.json": ["/spec.json"],
    "/static/<path:filename>": ["/static/favicon.ico", "/static/absent"],
    "/status/<codes>": [f"/status/{code}" for code in (200, 204, 301, 304, 401, 402, 404, 406)]
    + ["/status/407", "/status/418", "/status/500", "/status/x", "/status/200:1,300:2"],
    "/stream-bytes/<int:n>": ["/stream-bytes/30?seed=1&chunk_size=7", "/stream-bytes/5"],
    "/stream/<int:n>": ["/stream/3", "/stream/200"],
    "/user-agent": ["/user-agent"],
    "/uuid": ["/uuid"],
    "/xml": ["/xml"],
}

HEADERS: list[tuple[tuple[str, str], ...]] = [
    (),
    (("Authorization", "Basic dXNlcjpwYXNz"), ("User-Agent", "a test/1"), ("X-Own", "ä")),
    (("Authorization", "Bearer token"), ("Accept", "image/webp, */*;q=0.1")),
    (
        ("Authorization", DIGEST),
        ("Accept", "application/json"),
        ("Cookie", "a=1; fake=fake_value"),
    ),
    (("If-None-Match", "<etag>"), ("Range", "bytes=2-9"), ("Accept", "image/svg+xml")),
    (("If-Modified-Since", "Mon, 01 Jan 2001 00:00:00 GMT"), ("Accept", "text/none")),
    (("If-Match", '"other"'), ("Range", "bytes=900-"), ("Accept-Encoding", "gzip, br")),
    (("Origin", "http://example.org"), ("Access-Control-Request-Headers", "X-A, X-B")),
]


@pytest.fixture(scope="module")
def side_by_side() -> t.Iterator[Pair]:
    """httpbin twice."""
    pythons = [
        PLACE / "environments" / f"httpbin-{kind}" / "bin" / "python"
        for kind in ("flask", "kernos")
    ]
    both = Pair(
        Worker("flask", python=pythons[0], application=("httpbin",)),
        Worker("kernos", python=pythons[1], application=("httpbin",)),
    )
    yield both
    both.close()


def test_one_is_flask_and_the_other_kernos(side_by_side: Pair) -> None:
    theirs, ours = side_by_side.flask.ask("identity"), side_by_side.kernos.ask("identity")
    assert "kernos.app" in ours["bases"]
    assert "kernos.app" not in theirs["bases"]


def test_both_have_the_same_rules_and_all_are_asked(side_by_side: Pair) -> None:
    theirs, ours = (
        worker.ask("rules", "httpbin") for worker in (side_by_side.flask, side_by_side.kernos)
    )
    assert ours == theirs
    assert {rule for rule, _ in theirs} - URLS.keys() == set()


def test_every_endpoint_answers_alike(
    side_by_side: Pair, capsys: pytest.CaptureFixture[str]
) -> None:
    talks = [("httpbin", requests_of(urls)) for urls in URLS.values()]
    different = []
    asked = 0
    for talk in side_by_side.talk(talks):
        for request, flask, kernos in talk:
            asked += 1
            if "static/" in request[1]:
                flask, kernos = without_file(flask), without_file(kernos)
            if flask != kernos:
                different.append(f"{shown(request)}\n  {flask}\n  {kernos}")
    with capsys.disabled():
        print(f"\nhttpbin: {asked} requests to {len(URLS)} rules, {len(different)} different")
    assert not different, "\n".join(different[:10])
    assert asked > 5000


def without_file(answer: Answer) -> Answer:
    """Return an answer without what tells its file's place and time."""
    kept = [
        (name, "<file>" if name in {"ETag", "Last-Modified"} else value)
        for name, value in answer.headers
    ]
    return answer._replace(headers=tuple(kept))


def requests_of(urls: t.Iterable[str]) -> list[Request]:
    """Return each URL with each method, headers and body."""
    requests: list[Request] = []
    for url in urls:
        path, _, query = url.partition("?")
        path = re.sub("%[0-9A-F]{2}", lambda found: chr(int(found[0][1:], 16)), path)
        for method in ANY:
            bodies = [FORM, JSON, FILE] if method in {"POST", "PUT", "PATCH"} else [("", b"")]
            for headers in HEADERS:
                for kind, body in bodies:
                    sent = (*headers, ("Content-Type", kind)) if kind else headers
                    requests.append((method, path, query, sent, body, {}))
    return requests

"""What is asked: requests made of well-known parts, odd parts, and random ones."""

from __future__ import annotations

import typing as t
from urllib.parse import quote

from hypothesis import strategies as st

from differential.differences import BAD_DATE, BAD_HOSTS, DEEP
from differential.pair import Conversation, Request

METHODS = ["GET"] * 12 + ["POST"] * 5 + ["HEAD"] * 3 + ["OPTIONS"] * 2
METHODS += ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get", "BREW"]

WORDS = ["a", "ab", "abc", "abcde", "abcdef", "a b", "ä", "日本", "0", "7", "42", "0042", "-3"]
WORDS += [
    "1.5",
    "-0.5",
    "1e3",
    "99999999999999999999",
    "left",
    "with space",
    "a+b",
    "a+",
    "..",
    ".",
]
WORDS += [
    "x/y",
    "x//y",
    "",
    " ",
    "%41",
    "a%2Fb",
    "\x00",
    "<b>",
    "'\"",
    "\N{PILE OF POO}",
    "٣",
    "1_0",
]
WORDS += [
    "12345678-1234-5678-1234-567812345678",
    "12345678-1234-5678-1234-56781234567Z",
    "x" * 300,
]

# A placeholder takes any word.
PATTERNS = """
/string/* /short/* /bounded/* /int/* /signed/* /digits/* /ranged/* /float/* /sfloat/* /any/*
/uuid/* /path/* /path/*/end /list/* /mixed/*-*.html /mixed/2026-*.* /slash /slash/ /slash/*
/slash/*/ /noslash /noslash/ /alias /über/* /catch/* /catch/fixed /many/*/*/* /pages /pages/
/pages/* /pages/1 /lax/* /lax/*/ /old/* /verbs /manual /nobody
""".split()
ERRORS = """
/abort/400 /abort/401 /abort/403 /abort/404 /abort/405 /abort/409 /abort/410 /abort/418 /abort/422
/abort/429 /abort/500 /abort/503 /abort/999 /abort/* /raise/failure /raise/later /raise/teapot
/raise/value /raise/key /raise/stop /raise/* /abort-with-response /missing-key /missing-field
/parent/fail/403 /parent/fail/404 /parent/fail/410 /parent/fail/failure /parent/fail/later
/parent/fail/zero /again/fail/403 /parent/child/5/fail/403 /parent/child/5/fail/404
/parent/child/5/fail/later /parent/child/5/fail/failure /again/child/*/fail/410
""".split()
PAGES = """
/ /parent /parent/ /parent/child/*/ /parent/child/3 /again/ /again/child/1/ /parent/nothing
/parent/data.json /again/sub/data.json /parent/sub/data.json /page/* /template/list
/template/string /template/absent /template/broken /template/undefined /template/deep
/template/macro /template/url /template/json /template/config /items/ /items /items/5 /items/*
/class /urls/* /urls/a%20b /redirect/301 /redirect/302 /redirect/303 /redirect/307 /redirect/308
/redirect/* /no-such-url /later /cached /async/3 /async/30 /cookies/set /cookies/delete /cookies/*
""".split()
ANSWERS = [
    f"/answer/{kind}"
    for kind in """
    text bytes bytearray dict list status reason headers pairs own-headers response replaced
    generator wsgi callable empty 204 304 none number short-tuple long-tuple tuple-none jsonify
    jsonify-names jsonify-none jsonify-wrong jsonify-object kinds made mixed-keys absent
    """.split()
]
FILES = """
/static/style.css /static/digits.txt /static/sub/data.json /static/empty.txt /static/ /static
/static/absent /static/../application.py /static/sub /static/sub/ /static/* /file/attachment
/file/memory /file/relative /file/nameless /file/digits.txt /file/absent /file/*
/download/digits.txt
/download/sub/data.json /download/../worker.py /download/* /stream/plain /stream/context
/stream/fails /stream/template
""".split()
READERS = ["/echo"] * 6
READERS += [
    "/json",
    "/json/forced",
    "/data",
    "/stream-in",
    "/upload",
    "/limited",
    "/login",
    "/items/",
]
SESSIONS = [
    f"/session{rest}"
    for rest in """
    /set/user/* /set/*/* /clear /pop /permanent /nested /touch /count /tagged /read /bad /untouched
    """.split()
] + ["/session", "/flashed", "/login"]
GROUPS = [PATTERNS, PATTERNS, ERRORS, PAGES, ANSWERS, FILES, READERS, READERS, SESSIONS, SESSIONS]

HOST_PATHS = [
    "/",
    "/fixed/3/",
    "/fixed/3",
    "/fixed/x/",
    "/in/",
    "/in",
    "/in/a/b",
    "/static/style.css",
    "/session",
    "/*",
]
HOSTS = ["example.org", "example.org:80", "a.example.org", "fixed.example.org", "area.example.org"]
HOSTS += [
    "localhost",
    "evil.org",
    "EXAMPLE.org",
    "a.b.example.org",
    "example.org:8080",
    "",
    "a_b",
    *BAD_HOSTS,
]
PLAIN_PATHS = [
    "/",
    "/fail",
    "/none",
    "/read",
    "/write",
    "/abort/404",
    "/abort/500",
    "/abort/418",
    "/*",
    "/values",
]
PLAIN_PATHS += ["/abort/301", "/abort/200", "/static/style.css"]

QUERIES = [""] * 6 + [
    "q=1",
    "q=%C3%A4&q=2",
    "a=b=c",
    "&&",
    "q",
    "=v",
    "to=/elsewhere",
    "why=because",
]
QUERIES += [
    "to=http://example.org/x%20y",
    "only=info",
    "as=1",
    "q=%FF",
    "q=<b>",
    "a;b=c",
    "q=+%2B",
]
QUERIES += ["to=//evil.org", "to=%C3%A4", "only=info&only=message", "%", "q=%zz", "to=http://["]

HEADERS = [
    (
        "Accept",
        ["*/*", "text/html", "application/json;q=0.9, text/html;q=0.1", "", ";;;", "a/b;q=x"],
    ),
    ("Accept-Language", ["de", "en-GB,en;q=0.5", "*", "xx;q=2"]),
    ("Accept-Encoding", ["gzip, br", "identity"]),
    (
        "Authorization",
        ["Basic dTpw", "Basic !!", "Bearer token", "Digest a=b", "Basic", "", "Basic \xff"],
    ),
    (
        "Cookie",
        ["a=1; b=2", "a=1; a=2", 'q="x y"', ";;=;", "a", "session=forged", 'e="\\303\\244"'],
    ),
    ("Content-Encoding", ["gzip"]),
    ("If-Match", ["*", '"a"', "<etag>"]),
    (
        "If-Modified-Since",
        [
            "<last-modified>",
            "Mon, 01 Jan 2001 00:00:00 GMT",
            "Fri, 01 Jan 2100 00:00:00 GMT",
            "never",
            BAD_DATE,
        ],
    ),
    ("If-None-Match", ["<etag>", "W/<etag>", "*", '"other", <etag>', '"other"', "unquoted"]),
    ("If-Range", ["<etag>", "<last-modified>", '"other"']),
    ("If-Unmodified-Since", ["<last-modified>", "Mon, 01 Jan 2001 00:00:00 GMT"]),
    ("Origin", ["http://example.org", "null"]),
    (
        "Range",
        [
            "bytes=0-3",
            "bytes=5-",
            "bytes=-4",
            "bytes=100-",
            "bytes=0-0,2-3",
            "bytes=x",
            "lines=1-2",
            "bytes=3-1",
        ],
    ),
    ("Referer", ["http://localhost/x"]),
    ("Transfer-Encoding", ["chunked"]),
    ("User-Agent", ["Mozilla/5.0 (ä)".encode().decode("latin-1"), ""]),
    ("X-Forwarded-Proto", ["https"]),
    ("X-Requested-With", ["XMLHttpRequest"]),
    ("X-Stop", ["app", "parent", "child"]),
]

MULTIPART = (
    b'--x\r\nContent-Disposition: form-data; name="user"\r\n\r\nm\xc3\xa4x\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a \xc3\xa4.txt"\r\n'
    b"Content-Type: text/plain\r\n\r\nhello\r\nworld\r\n--x--\r\n"
)
BODIES: list[tuple[str, bytes]] = [
    ("", b""),
    ("application/json", b'{"a": [1, 2.5, null, true, "\\u00e4"]}'),
    ("application/json", b"{"),
    ("application/json", b""),
    ("application/json; charset=latin-1", b'"\xe4"'),
    ("application/json", b"\xff"),
    ("application/json", DEEP),
    ("application/json", b"[NaN, Infinity, 1e999]"),
    ("application/json", b'{"a": 1, "a": 2}'),
    ("application/json", b"\xef\xbb\xbf1"),
    ("application/json", "\ufefftrue".encode("utf-16")),
    ("application/problem+json", b'"problem"'),
    ("text/json", b"1"),
    ("APPLICATION/JSON", b"[]"),
    ("text/plain", b'{"a": 1}'),
    ("application/x-www-form-urlencoded", b"user=max&absent=here&a=1&a=2"),
    ("application/x-www-form-urlencoded", b"user=%C3%A4&b=%FF&c=+"),
    ("application/x-www-form-urlencoded; charset=latin-1", b"user=%E4"),
    ("application/x-www-form-urlencoded", b"a=1&b=2&c=3&d=4&e=5"),
    ("application/x-www-form-urlencoded", b"a=" + b"x" * 300),
    ("multipart/form-data; boundary=x", MULTIPART),
    ("multipart/form-data; boundary=x", MULTIPART.replace(b"\r\n--x--\r\n", b"")),
    ("multipart/form-data; boundary=x", b"--x--\r\n"),
    ("multipart/form-data; boundary=y", MULTIPART),
    ("multipart/form-data", MULTIPART),
    ("application/octet-stream", bytes(range(256))),
    ("text/plain; charset=utf-16", b"abc"),
    ("nonsense", b"abc"),
    (";", b"abc"),
]
EXTRA: list[dict[str, str]] = [{}] * 12 + [
    {"SCRIPT_NAME": "/prefix"},
    {"wsgi.url_scheme": "https"},
    {"CONTENT_LENGTH": "3"},
    {"CONTENT_LENGTH": ""},
    {"CONTENT_LENGTH": "x"},
    {"HTTP_HOST": "example.org:8080"},
    {"HTTP_HOST": "bücher.example".encode().decode("latin-1")},
    {"SERVER_PORT": "8080", "HTTP_HOST": ""},
    {"SERVER_PROTOCOL": "HTTP/1.0"},
    {"wsgi.input_terminated": "yes"},
]  # fmt: skip


def _wsgi(path: str) -> str:
    """Return a path as PATH_INFO holds it."""
    return path.encode("utf-8", "surrogateescape").decode("latin-1")


# Each choice below is one number, for a drawn choice is what a generated request costs.


def _paths(groups: t.Sequence[t.Sequence[str]]) -> list[str]:
    """Return every path of every group, groups weighted as one, placeholders left in."""
    longest = max(len(group) for group in groups)
    return [path for group in groups for path in (list(group) * longest)[:longest]]


PATHS = _paths(GROUPS)
HEADER_VALUES = [(name, value) for name, values in HEADERS for value in values]
CONDITIONAL = [one for one in HEADER_VALUES if one[0].startswith(("If-", "Range"))]
FEW = (0, 0, 0, 1, 1, 2, 3)

# Beyond 2**24 Hypothesis prefers small numbers, which would be the first of each list.
_number = st.integers(0, 2**24 - 1)
_text = st.text(max_size=12)
ANY_WORDS: list[str | None] = [*WORDS, None, None, None, None, None]


@st.composite
def requests(
    draw: t.Any,
    paths: t.Sequence[str] = PATHS,
    known: t.Sequence[tuple[str, str]] = HEADER_VALUES,
    counts: t.Sequence[int] = FEW,
) -> Request:
    """Return one request; it shrinks to a plain GET of the first path."""
    number = 0

    def choose(options: t.Sequence[t.Any]) -> t.Any:
        nonlocal number
        number, index = divmod(number, len(options))
        return options[index]

    number = draw(_number)
    path = choose(paths)
    method = choose(METHODS)
    query = choose(QUERIES)
    if path in {"/login", "/json", "/data", "/upload"} and method == "GET":
        method = "POST"
    count = choose(counts)
    number = draw(_number)
    extra = choose(EXTRA)
    while "*" in path:
        word = choose(ANY_WORDS) if number else None
        path = path.replace("*", draw(_text).replace("*", "") if word is None else word, 1)
    headers: dict[str, str] = dict(draw(st.sampled_from(known)) for _ in range(count))
    body = b""
    if method in {"POST", "PUT", "PATCH", "DELETE"}:
        kind, body = draw(st.sampled_from(BODIES))
        if kind:
            headers["Content-Type"] = kind
    return (method, _wsgi(path), query, tuple(headers.items()), body, dict(extra))


@st.composite
def host_requests(draw: t.Any) -> Request:
    """Return one request to an application that looks at the host."""
    method, path, query, headers, body, extra = draw(requests(HOST_PATHS))
    host = draw(st.sampled_from(HOSTS))
    return (method, path, query, headers, body, {**extra, "HTTP_HOST": host})


def conversations(length: int) -> st.SearchStrategy[list[Conversation]]:
    """Return talks of ``length`` requests in all, with each application in turn."""
    some = length // 10

    def talk(app: str, kind: st.SearchStrategy[Request], count: int):
        return st.tuples(st.just(app), st.lists(kind, min_size=count, max_size=count))

    return st.tuples(
        talk("main", requests(), length - 9 * some),
        talk("main", requests([*FILES, "/cached"], CONDITIONAL, (0, 1, 2, 3)), some),
        talk("main", requests(SESSIONS), some),
        talk("main", requests(READERS), some),
        talk("strict", requests(), some),
        talk("debug", requests(), some),
        talk("testing", requests(), some),
        talk("hosts", host_requests(), some),
        talk("matched", host_requests(), some),
        talk("plain", requests(PLAIN_PATHS), some),
    ).map(list)


def shown(request: Request) -> str:
    """Return a request as one line."""
    method, path, query, headers, body, extra = request
    target = quote(path.encode("latin-1")) + (f"?{query}" if query else "")
    return " ".join(
        part for part in (method, target, *map(repr, headers), repr(body or ""), repr(extra or ""))
        if part not in {"''", '""'}
    )  # fmt: skip

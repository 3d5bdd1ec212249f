"""What takes a short way gives what the long way gives."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from werkzeug.exceptions import HTTPException, default_exceptions
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request as WerkzeugRequest

from kernos.lifecycle.responding import _own_page
from kernos.wrappers import Request, Response

QUERY = st.text(
    alphabet=st.one_of(st.sampled_from("ab=&+%;2?/ \u00e9"), st.characters(max_codepoint=255)),
    max_size=40,
)


@given(QUERY)
def test_arguments_of_any_query_are_those_of_werkzeug(query: str) -> None:
    environ = EnvironBuilder().get_environ()
    environ["QUERY_STRING"] = query
    try:
        expected = list(WerkzeugRequest(dict(environ)).args.items(multi=True))
    except UnicodeDecodeError:
        return  # where Werkzeug fails there is nothing to be equal to
    assert list(Request(environ).args.items(multi=True)) == expected


@pytest.mark.parametrize("kind", default_exceptions.values(), ids=lambda kind: kind.__name__)
def test_an_errors_own_page_is_what_the_error_would_send(kind: type[HTTPException]) -> None:
    error = kind()
    sent = error.get_response()
    page = _own_page(error)
    if page is None:  # it has more to say: its own headers
        assert sent.headers.to_wsgi_list()[0] != [] and len(sent.headers) >= 2
        return
    response = Response(page, kind.code, mimetype="text/html")
    assert response.get_data() == sent.get_data()
    assert response.status == sent.status
    assert response.headers.to_wsgi_list() == sent.headers.to_wsgi_list()


def test_an_error_with_words_of_its_own_takes_the_long_way() -> None:
    assert _own_page(default_exceptions[404]("gone fishing")) is None
    assert _own_page(default_exceptions[405](valid_methods=["PUT"])) is None


@given(
    st.one_of(st.text(max_size=20), st.binary(max_size=20)),
    st.one_of(st.none(), st.sampled_from([200, 201, 204, 301, 304, 404, 418, 500])),
    st.sampled_from([None, "text/plain", "application/json", "image/png"]),
)
def test_a_plain_response_is_what_the_ordinary_one_is(
    body: str | bytes, status: int | None, mimetype: str | None
) -> None:
    plain = Response(body, status, mimetype=mimetype)
    ordinary = Response(body, status, headers=[], mimetype=mimetype)
    parts = plain._plain_parts(())
    if parts is not None:
        headers = ordinary.headers.to_wsgi_list()
        assert parts == (ordinary.status, headers, [ordinary.get_data()])
    assert plain.headers.to_wsgi_list() == ordinary.headers.to_wsgi_list()
    assert plain.get_data() == ordinary.get_data()
    assert plain.status == ordinary.status

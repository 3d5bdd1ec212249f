"""What the contract of the ``json`` slot says, clause by clause.

Sources: :class:`kernos.contracts.json.JSONProvider`; Flask's page "API", JSON Support.
"""

from __future__ import annotations

import copy
import gc
import io
import typing as t
import weakref

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kernos.contracts import JSONProvider
from kernos.errors import PluginError
from kernos.globals import request
from kernos.json import jsonify
from kernos.testing.conformance.json.subject import Subject

_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)  # what every reader of JSON keeps whole
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)

#: How an engine escapes JSON that stands in a script of a page.
SCRIPT = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&'"})


class Clauses(Subject):
    """Values there and back; files; what cannot be written or read; responses."""

    # --- values ------------------------------------------------------------------------

    def test_it_is_a_provider(self) -> None:
        assert isinstance(self.make_provider(), JSONProvider)
        assert isinstance(self.make_app().json, JSONProvider)

    @pytest.mark.parametrize(
        "value",
        [None, True, 0, -1, 2**53 - 1, -1.5, 1e300, "", "žluť", "🎉", '"\\/\b\n\0', [], {}]
        + [[[]], {"": 0}, {"a": [{"b": None}]}],
    )
    def test_a_value_survives_the_round_trip(self, value: object) -> None:
        provider = self.make_provider()
        found = provider.loads(provider.dumps(value))
        assert found == value
        assert type(found) is type(value)

    @settings(
        deadline=None,
        # One kit is run by several classes, which is what it is for.
        suppress_health_check=[HealthCheck.differing_executors],
    )
    @given(_values)
    def test_any_value_survives_the_round_trip(self, value: object) -> None:
        provider = self.make_provider()
        text = provider.dumps(value)
        assert provider.loads(text) == value
        assert provider.loads(text.encode()) == value

    def test_tuples_become_lists(self) -> None:
        provider = self.make_provider()
        assert provider.loads(provider.dumps((1, (2,)))) == [1, [2]]

    @pytest.mark.parametrize("value", [None, 1, "a", [1], {"a": "ž"}])
    def test_dumps_returns_text(self, value: object) -> None:
        assert type(self.make_provider().dumps(value)) is str

    def test_writing_does_not_change_the_data(self) -> None:
        value = {"b": [1, {"d": 1, "c": (2,)}], "a": None}
        before = copy.deepcopy(value)
        self.make_provider().dumps(value)
        assert value == before
        assert list(value) == ["b", "a"]

    @pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-32"])
    def test_bytes_are_read(self, codec: str) -> None:
        assert self.make_provider().loads('["žluť 🎉"]'.encode(codec)) == ["žluť 🎉"]

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            (' \t\r\n{ "a" : [ 1 , 2 ] } ', {"a": [1, 2]}),
            ('"\\u017e\\ud83c\\udf89\\/\\b"', "ž🎉/\b"),
            ("[1.0, -0.0, 1E2, 1e-2]", [1.0, -0.0, 100.0, 0.01]),
            ('"\x7f"', "\x7f"),
        ],
    )
    def test_every_form_of_json_is_read(self, text: str, value: object) -> None:
        assert self.make_provider().loads(text) == value

    def test_files_are_written_and_read(self) -> None:
        provider = self.make_provider()
        file = io.StringIO()
        provider.dump({"a": ["ž"]}, file)
        assert provider.load(io.StringIO(file.getvalue())) == {"a": ["ž"]}
        assert provider.load(io.BytesIO(file.getvalue().encode())) == {"a": ["ž"]}

    # --- what is refused -----------------------------------------------------------------

    @pytest.mark.parametrize(
        "text",
        ["", " ", "{", "[1,]", '{"a"}', "nul", "'a'", '"\n"', '"\\x"', "1 2", "01", "+1", ".5"]
        + ["1.", "{1: 2}", "[1]]", "/**/1", "True", "\u00a01", '"\\u12"', '{"a":1,}', "[,1]"]
        + [b"\xff", b'"\xff"', b"\x00", b"\xef\xbb\xbf"],
    )
    def test_what_is_no_json_is_a_value_error(self, text: str | bytes) -> None:
        with pytest.raises(ValueError):  # noqa: PT011 - the text is the library's
            self.make_provider().loads(text)

    @pytest.mark.parametrize("text", ["NaN", "Infinity", "[-Infinity]", b'{"a": NaN}'])
    def test_a_number_that_json_lacks_is_not_read(self, text: str | bytes) -> None:
        with pytest.raises(ValueError):  # noqa: PT011 - the text is the library's
            self.make_provider().loads(text)

    @pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
    def test_a_number_that_json_lacks_is_not_written(self, number: str) -> None:
        for value in (float(number), [float(number)], {"a": float(number)}):
            with pytest.raises(ValueError):  # noqa: PT011 - the text is the library's
                self.make_provider().dumps(value)

    def test_data_that_holds_itself_is_an_ordinary_error(self) -> None:
        itself: list[t.Any] = []
        itself.append(itself)
        with pytest.raises((TypeError, ValueError)):
            self.make_provider().dumps(itself)

    @pytest.mark.parametrize(
        "value", [object(), object, {"a": object()}, [len], {("a", "b"): 1}, 1j, b"bytes"]
    )
    def test_an_object_without_a_form_is_a_type_error(self, value: object) -> None:
        with pytest.raises(TypeError):
            self.make_provider().dumps(value)

    # --- in an application ---------------------------------------------------------------

    @pytest.mark.parametrize(
        ("args", "kwargs", "value"),
        [
            ((), {}, None),
            (([1],), {}, [1]),
            ((1, 2), {}, [1, 2]),
            ((), {"a": 1}, {"a": 1}),
        ],
    )
    def test_a_response_holds_its_arguments(
        self, args: tuple[t.Any, ...], kwargs: dict[str, t.Any], value: object
    ) -> None:
        app = self.make_app()
        with app.app_context():
            response = jsonify(*args, **kwargs)
            assert isinstance(response, app.response_class)
            assert response.mimetype == app.json.mimetype
            assert app.json.loads(response.get_data()) == value

    def test_a_response_of_both_kinds_of_arguments_is_a_type_error(self) -> None:
        app = self.make_app()
        with app.app_context(), pytest.raises(TypeError):
            jsonify(1, a=2)

    def test_a_response_has_the_providers_type_of_content(self) -> None:
        app = self.make_app()
        app.json.mimetype = "application/vnd.kit+json"
        with app.app_context():
            assert jsonify(1).mimetype == "application/vnd.kit+json"

    def test_a_provider_without_an_application_answers_for_the_current_one(self) -> None:
        app = self.make_app()
        with app.app_context():
            response = self.make_provider().response({"a": "ž"})
        assert isinstance(response, app.response_class)
        assert self.make_provider().loads(response.get_data()) == {"a": "ž"}

    def test_an_application_is_not_kept_by_its_provider(self) -> None:
        app = self.make_app()
        provider, gone = app.json, weakref.ref(app)
        del app
        gc.collect()
        assert gone() is None
        assert isinstance(provider, JSONProvider)  # which is here all the while

    def test_views_answer_with_mappings_and_lists(self) -> None:
        app = self.make_app()
        app.add_url_rule("/dict", view_func=lambda: {"a": 1}, endpoint="dict")
        app.add_url_rule("/list", view_func=lambda: [1], endpoint="list")
        client = app.test_client()
        assert client.get("/dict").json == {"a": 1}
        assert client.get("/list").json == [1]

    def test_a_view_that_answers_what_has_no_form_is_an_error_of_the_server(self) -> None:
        app = self.make_app()
        app.add_url_rule("/", view_func=lambda: {"a": object()})
        assert app.test_client().get("/").status_code == 500
        app.testing = True
        with pytest.raises((TypeError, PluginError)):
            app.test_client().get("/")

    def test_a_body_is_read(self) -> None:
        app = self.make_app()
        app.add_url_rule("/", view_func=lambda: [request.get_json()], methods=["POST"])
        client = app.test_client()
        assert client.post("/", json={"a": "ž"}).json == [{"a": "ž"}]
        body = '{"a": "ž"}'.encode()
        assert client.post("/", data=body, mimetype="application/json").json == [{"a": "ž"}]

    def test_its_text_can_be_escaped_for_a_script(self) -> None:
        provider = self.make_provider()
        value = {"</script>": "<!--&'"}
        text = provider.dumps(value).translate(SCRIPT)
        assert not set("<>&'") & set(text)
        assert provider.loads(text) == value


__all__ = ["Clauses"]

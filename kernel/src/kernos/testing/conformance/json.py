"""The kit of the ``json`` slot."""

from __future__ import annotations

import io
import threading
import typing as t
from abc import abstractmethod

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from kernos.app import Kernos
from kernos.contracts import JSONProvider
from kernos.errors import MissingComponent
from kernos.globals import request
from kernos.globals import session
from kernos.json import jsonify
from kernos.templating import render_template_string
from kernos.testing.conformance.kit import Kit

#: Deeper than any stack: no provider may crash on it.
DEPTH = 100_000

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


class JSONProviderKit(Kit):
    """What an application relies on, whatever library writes its JSON."""

    @abstractmethod
    def make_provider(self, app: Kernos | None = None) -> JSONProvider:
        """Return a new provider, for ``app`` or for use without one."""

    def make_app(self) -> Kernos:
        """Return an application whose provider is this kit's, with all else standard."""
        app = Kernos(__name__, plugins=[], components={"json": self.make_provider})
        app.secret_key = "the kit's, of more than sixteen bytes"  # noqa: S105 - a double
        return app

    # --- values ------------------------------------------------------------------------

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

    @pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-32"])
    def test_bytes_are_read(self, codec: str) -> None:
        assert self.make_provider().loads('["žluť 🎉"]'.encode(codec)) == ["žluť 🎉"]

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
        + [b"\xff", b'"\xff"', b"\x00", b"\xef\xbb\xbf"],
    )
    def test_what_is_no_json_is_a_value_error(self, text: str | bytes) -> None:
        with pytest.raises(ValueError):  # noqa: PT011 - the text is the library's
            self.make_provider().loads(text)

    @pytest.mark.parametrize(
        "text",
        ["[" * DEPTH, "[" * DEPTH + "]" * DEPTH, '{"a":' * DEPTH],
        ids=["open", "closed", "{"],
    )
    def test_a_text_that_nests_too_deep_is_a_value_error(self, text: str) -> None:
        with pytest.raises(ValueError):  # noqa: PT011 - the text is the library's
            self.make_provider().loads(text)

    def test_data_that_nests_too_deep_is_an_ordinary_error(self) -> None:
        deep: list[t.Any] = []
        for _ in range(DEPTH):
            deep = [deep]
        with pytest.raises((TypeError, ValueError)):
            self.make_provider().dumps(deep)
        while deep:  # taken apart level by level, since that too needs a stack
            deep = deep[0]

    def test_data_that_holds_itself_is_an_ordinary_error(self) -> None:
        itself: list[t.Any] = []
        itself.append(itself)
        with pytest.raises((TypeError, ValueError)):
            self.make_provider().dumps(itself)

    def test_an_object_without_a_form_is_a_type_error(self) -> None:
        with pytest.raises(TypeError):
            self.make_provider().dumps({"a": object()})

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

    def test_views_answer_with_mappings_and_lists(self) -> None:
        app = self.make_app()
        app.add_url_rule("/dict", view_func=lambda: {"a": 1}, endpoint="dict")
        app.add_url_rule("/list", view_func=lambda: [1], endpoint="list")
        client = app.test_client()
        assert client.get("/dict").json == {"a": 1}
        assert client.get("/list").json == [1]

    def test_a_body_is_read_and_a_malformed_one_is_a_400(self) -> None:
        app = self.make_app()
        app.add_url_rule("/", view_func=lambda: [request.get_json()], methods=["POST"])
        client = app.test_client()
        assert client.post("/", json={"a": "ž"}).json == [{"a": "ž"}]
        for body in (b"", b"{", b"\xff", b"[" * DEPTH):
            response = client.post("/", data=body, content_type="application/json")
            assert response.status_code == 400

    def test_templates_may_hold_it_within_a_script(self) -> None:
        app = self.make_app()
        hostile = "</script><!--&'"
        with app.app_context():
            try:
                text = render_template_string("{{ value|tojson }}", value={"a": hostile})
            except MissingComponent:
                pytest.skip("no template engine is installed")
        assert not set("<>&'") & set(text)
        assert app.json.loads(text) == {"a": hostile}

    def test_sessions_are_kept(self) -> None:
        def count() -> str:
            session["count"] = session.get("count", 0) + 1
            return str(session["count"])

        app = self.make_app()
        app.add_url_rule("/", view_func=count)
        client = app.test_client()
        try:
            assert [client.get("/").text for _ in range(3)] == ["1", "2", "3"]
        except MissingComponent:
            pytest.skip("no session interface is installed")

    def test_one_provider_serves_many_threads(self) -> None:
        provider = self.make_provider()
        wrong: list[object] = []

        def work(number: int) -> None:
            value = {"number": number, "list": list(range(number))}
            for _ in range(200):
                found = provider.loads(provider.dumps(value))
                if found != value:
                    wrong.append(found)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong


__all__ = ["JSONProviderKit"]

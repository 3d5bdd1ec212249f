"""One interface serves all threads."""

from __future__ import annotations

from kernos.testing.conformance.sessions.subject import Subject, cookie_of
from kernos.testing.conformance.threads import in_threads


class Threads(Subject):
    """Many visitors at the same time, or one who asks for many pages."""

    def test_visitors_at_the_same_time_share_nothing(self) -> None:
        app = self.make_app()

        def visit(number: int) -> None:
            client = app.test_client()
            for step in range(20):
                client.get(f"/write/{number}-{step}")
                assert client.get("/read").json == {"value": f"{number}-{step}"}

        in_threads(visit, 6)

    def test_one_visitor_may_ask_for_many_pages_at_the_same_time(self) -> None:
        app = self.make_app()
        first = app.test_client()
        first.get("/write/first")
        cookie = cookie_of(first)

        def visit(number: int) -> None:
            client = app.test_client()
            client.set_cookie("session", cookie)
            for step in range(10):
                assert client.get(f"/write/{number}-{step}").status_code == 200
                found = client.get("/read").json
                assert found is not None
                assert set(found) == {"value"}

        in_threads(visit, 4)


__all__ = ["Threads"]

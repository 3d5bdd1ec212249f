"""One router serves all threads, also while it is given more rules."""

from __future__ import annotations

import threading

from kernos.testing.conformance.routing.subject import Subject
from kernos.testing.conformance.threads import in_threads


class Threads(Subject):
    """Matched, built and added to in many threads at once."""

    def test_rules_are_added_while_other_threads_match(self) -> None:
        app = self.make_app()
        app.router.add("/p/<int:x>", "page", {"GET"})
        done = threading.Event()

        def work(number: int) -> None:
            try:
                if number:
                    while not done.is_set():
                        assert self.match(app, "/p/7") == ("page", {"x": 7})
                for step in range(200 if number == 0 else 0):
                    app.router.add(f"/p/{step}/a/<x>", f"added{step}", {"GET"})
            finally:
                done.set()

        in_threads(work, 5)
        assert len(list(app.router.rules())) == 201

    def test_matches_of_many_threads_are_kept_apart(self) -> None:
        app = self.make_app()
        app.router.add("/p/<int:x>/<y>", "page", {"GET"})

        def work(number: int) -> None:
            for step in range(100):
                found = self.match(app, f"/p/{number}/{step}")
                assert found == ("page", {"x": number, "y": str(step)})

        in_threads(work)

    def test_urls_of_many_threads_are_kept_apart(self) -> None:
        app = self.make_app()
        app.router.add("/p/<int:x>", "page", {"GET"})

        def work(number: int) -> None:
            ctx = app.test_request_context(base_url=f"http://host{number}/root{number}")
            for step in range(50):
                url = app.router.build("page", {"x": step}, ctx=ctx, external=True)
                assert url == f"http://host{number}/root{number}/p/{step}"

        in_threads(work)


__all__ = ["Threads"]

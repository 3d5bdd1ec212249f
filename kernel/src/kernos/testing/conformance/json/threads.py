"""One provider serves all threads."""

from __future__ import annotations

from kernos.globals import request
from kernos.testing.conformance.json.subject import Subject
from kernos.testing.conformance.threads import in_threads


class Threads(Subject):
    """Written, read and refused in many threads at once."""

    def test_one_provider_serves_many_threads(self) -> None:
        provider = self.make_provider()

        def work(number: int) -> None:
            value = {"number": number, "list": list(range(number))}
            for _ in range(200):
                assert provider.loads(provider.dumps(value)) == value

        in_threads(work)

    def test_an_error_in_one_thread_is_not_anothers(self) -> None:
        provider = self.make_provider()

        def work(number: int) -> None:
            for _ in range(100):
                if number % 2:
                    assert provider.loads(provider.dumps([number])) == [number]
                    continue
                for wrong in (lambda: provider.dumps(object()), lambda: provider.loads("[")):
                    try:
                        wrong()
                    except (TypeError, ValueError):
                        continue
                    raise AssertionError("it was neither written nor read, nor refused")

        in_threads(work)

    def test_bodies_and_responses_of_many_threads_are_kept_apart(self) -> None:
        app = self.make_app()
        app.add_url_rule("/", view_func=lambda: {"got": request.get_json()}, methods=["POST"])

        def work(number: int) -> None:
            client = app.test_client()
            for step in range(20):
                sent = {"number": number, "step": step}
                assert client.post("/", json=sent).json == {"got": sent}

        in_threads(work)


__all__ = ["Threads"]

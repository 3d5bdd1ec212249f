"""One command line serves many threads. Its runner need not: it may catch what is printed."""

from __future__ import annotations

import time

from kernos.globals import current_app, g
from kernos.testing.conformance.cli.subject import Subject
from kernos.testing.conformance.threads import in_threads


class Threads(Subject):
    """Groups are made, filled and run in many threads at once."""

    def test_groups_made_at_once_share_nothing(self) -> None:
        line = self.make_command_line()

        def fill(number: int) -> list[str]:
            group = line.group(f"group{number}")
            for step in range(20):
                self.add(group, f"{number}-{step}", lambda: None)
            return [group.name, *group.commands]

        for number, names in enumerate(in_threads(fill)):
            assert names == [f"group{number}", *(f"{number}-{step}" for step in range(20))]

    def test_lines_run_at_once_each_for_its_own_application(self) -> None:
        line = self.make_command_line()

        def serve(number: int) -> list[object]:
            found: list[object] = []

            def look(word: str) -> None:
                g.word = word
                time.sleep(0)  # let the others run
                found.append((current_app.name, g.word, word))

            app = self.make_app(f"app{number}")
            self.add(app.cli, "look", look, "word")
            for _ in range(10):
                try:
                    line.main(app, ["look", f"word{number}"])
                except SystemExit as end:
                    assert not end.code  # noqa: PT017 - it is how a line may end
            return found

        for number, found in enumerate(in_threads(serve)):
            assert found == [(f"app{number}", f"word{number}", f"word{number}")] * 10

    def test_commands_are_added_while_others_run(self) -> None:
        app = self.make_app()
        ran: list[object] = []
        self.add(app.cli, "steady", lambda: ran.append(1))

        def work(number: int) -> list[int]:
            if number % 2:
                return [self.run(app, ["steady"]) for _ in range(10)]
            for step in range(50):
                self.add(app.cli, f"added{number}-{step}", lambda: None)
            return []

        assert {status for found in in_threads(work) for status in found} == {0}
        assert len(ran) == 40
        assert len(app.cli.commands) == 201


__all__ = ["Threads"]

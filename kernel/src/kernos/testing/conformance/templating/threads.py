"""One engine, and one template, serves all threads."""

from __future__ import annotations

from kernos.app import Kernos
from kernos.testing.conformance.templating.subject import Subject
from kernos.testing.conformance.threads import in_threads


class Threads(Subject):
    """Loaded, rendered and streamed in many threads at once."""

    def test_threads_render_each_their_own(self, app: Kernos) -> None:
        name = self.write(app, "page", self.printing("x"))
        engine = self.engine(app)

        def render(number: int) -> None:
            for step in range(50):
                for template in (
                    engine.get_template(name),
                    engine.from_string(self.printing("x") + str(step % 10)),
                ):
                    assert template.render({"x": f"{number}-"}).startswith(f"{number}-")

        in_threads(render, 6)

    def test_one_template_is_rendered_in_many_threads(self, app: Kernos) -> None:
        name = self.write(app, "page", self.printing("x") + self.printing("y"))
        template = self.engine(app).get_template(name)

        def render(number: int) -> None:
            context = {"x": f"{number}", "y": f"{number}"}
            expected = template.render(context)
            assert expected.split() in ([f"{number}"] * 2, [f"{number}{number}"])
            for _ in range(50):
                assert template.render(context) == expected
                assert "".join(template.stream(context)) == expected

        in_threads(render, 6)

    def test_two_streams_of_a_template_go_side_by_side(self, app: Kernos) -> None:
        template = self.engine(app).from_string(self.printing("x") + self.printing("y"))
        contexts = [{"x": f"{number}", "y": f"{number}"} for number in range(3)]
        pieces = [list[str]() for _ in contexts]
        streams = [iter(template.stream(context)) for context in contexts]
        left = set(range(len(streams)))
        while left:
            for number in sorted(left):
                piece = next(streams[number], None)
                if piece is None:
                    left.discard(number)
                else:
                    pieces[number].append(piece)
        assert ["".join(one) for one in pieces] == [template.render(one) for one in contexts]


__all__ = ["Threads"]

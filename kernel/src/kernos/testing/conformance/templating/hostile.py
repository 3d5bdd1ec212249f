"""What a visitor may bring into a template, or ask one by."""

from __future__ import annotations

from pathlib import Path

import pytest

from kernos.app import Kernos
from kernos.testing.conformance.templating.subject import Subject

#: What ends a script, opens a comment or leaves an attribute.
HOSTILE = "</script><!--&'\""

#: Names that lead to no template, whatever the folders hold.
NO_NAMES = (
    *("", ".", "..", "/", "./", "//", "\0", "a\0b", "\n", "*", "~", "%2e%2e/secret", "\udcff"),
    *("..\\secret", "C:\\secret", "C:secret", "file:///secret", "x" * 5000, "/".join("x" * 2000)),
)


class HostileInput(Subject):
    """Values that look like markup or like source; names that lead elsewhere."""

    # --- values --------------------------------------------------------------------------------

    def test_json_does_not_leave_its_script(self, app: Kernos) -> None:
        source = self.scripting("x")
        text = self.engine(app).from_string(source).render({"x": HOSTILE})
        assert not set("<>&'") & set(text)
        for char in "<>&'":
            assert f"\\u{ord(char):04x}" in text.lower()

    def test_a_value_is_not_read_as_source(self, app: Kernos) -> None:
        name = self.write(app, "page", self.printing("x"))
        engine = self.engine(app)
        context = {"x": self.printing("secret"), "secret": "the secret itself"}
        for template in (engine.get_template(name), engine.from_string(self.printing("x"))):
            assert "the secret itself" not in template.render(context)
            assert "the secret itself" not in "".join(template.stream(context))

    @pytest.mark.parametrize(
        "value", ["\0", "\x1b[31m", "\u202e", "\u2028", "{0}%s$x", "x" * 10**6]
    )
    def test_any_text_is_printed_as_it_is(self, app: Kernos, value: str) -> None:
        template = self.engine(app).from_string(f"({self.printing('x').strip()})")
        assert template.render({"x": value}).strip() == f"({value})"

    def test_an_endless_include_is_an_error(self, app: Kernos) -> None:
        name = "page" + self.suffix(app)
        self.write(app, "page", "once " + self.including(name))
        with pytest.raises(Exception, match=r"."):
            self.engine(app).get_template(name).render({})

    # --- names ---------------------------------------------------------------------------------

    @pytest.mark.parametrize("path", ["../secret", "../templates/../secret"])
    def test_a_name_does_not_lead_out_of_the_folders(
        self, app: Kernos, tmp_path: Path, path: str
    ) -> None:
        engine = self.engine(app)
        suffix = self.suffix(app)
        (tmp_path / f"secret{suffix}").write_text("secret")
        for name in (path + suffix, str(tmp_path / f"secret{suffix}")):
            with pytest.raises(LookupError):
                engine.get_template(name)

    @pytest.mark.parametrize("name", NO_NAMES, ids=range(len(NO_NAMES)))
    def test_what_is_no_name_of_a_template_is_a_lookup_error(
        self, app: Kernos, tmp_path: Path, name: str
    ) -> None:
        (tmp_path / "secret").write_text("secret")
        (tmp_path / "templates" / "folder").mkdir()
        engine = self.engine(app)
        for one in (name, f"folder/{name}", "folder"):
            with pytest.raises(LookupError):
                engine.get_template(one)


__all__ = ["HOSTILE", "HostileInput"]

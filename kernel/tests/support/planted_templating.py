"""Template engines with one fault each."""

from __future__ import annotations

import os
import string
import time
import typing as t

from markupsafe import Markup, escape
from planted_faults import PlantedFaults

import kernos
from kernos import Kernos
from kernos.contracts import TemplateEngine, template_folders
from kernos.testing.conformance.templating import TemplateEngineKit
from kernos.testing.doubles import MemoryTemplates, doubles
from kernos.testing.doubles.templating import MemoryTemplate, MissingTemplate

_SCRIPT = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&'"})


class Page(MemoryTemplate):
    """``{name}``, ``{name|filter}`` and ``{include name}``; all that is printed is escaped."""

    def stream(self, context: t.Mapping[str, t.Any], /) -> t.Iterator[str]:
        for text, field, _, _ in string.Formatter().parse(self.source):
            yield text
            if field is not None:
                yield self.printed(field, context)

    def printed(self, field: str, context: t.Mapping[str, t.Any]) -> str:
        if field.startswith("include "):
            return str(self._engine.get_template(field[8:]).render(context))
        names = self._engine.app.template_names
        name, *filters = field.split("|")
        value = {**names.globals, **context}[name]
        for one in filters:
            value = self.tojson(value) if one == "tojson" else names.filters[one](value)
        return self.escaped(value)

    def tojson(self, value: object) -> Markup:
        return Markup(self._engine.app.json.dumps(value).translate(_SCRIPT))

    def escaped(self, value: object) -> str:
        return str(escape(value))


class Pages(MemoryTemplates):
    """Finds pages, and makes each of the class ``page``."""

    page: type[MemoryTemplate] = Page

    def get_template(self, name: str) -> t.Any:
        return self.page(self, super().get_template(name).source, name)

    def from_string(self, source: str) -> t.Any:
        return self.page(self, source)


class Sound(TemplateEngineKit):
    others = doubles()
    component: type[t.Any] = Pages

    def make_engine(self, app: Kernos) -> TemplateEngine:
        return self.component(app)

    def printing(self, name: str) -> str:
        return f"{{{name}}} "

    def filtering(self, name: str, filter_name: str) -> str:
        return f"{{{name}|{filter_name}}}"

    def scripting(self, name: str) -> str:
        return f"{{{name}|tojson}}"

    def including(self, template: str) -> str:
        return f"{{include {template}}}"


FAULTS = PlantedFaults(Sound, "test_a_template_is_found_by_its_name")

# --- templates -------------------------------------------------------------------------------


@FAULTS.plant("test_it_is_an_engine")
class NamesOneSuffix(Pages):
    suffixes = ".txt"  # type: ignore[assignment]


@FAULTS.plant("test_it_is_an_engine")
class NamesSuffixesWithoutDots(Pages):
    suffixes = ("txt",)


@FAULTS.plant("test_a_template_is_found_by_its_name", "test_signals_carry_its_template")
class ForgetsNames(Pages):
    def get_template(self, name: str) -> t.Any:
        template = super().get_template(name)
        template.name = None
        return template


@FAULTS.plant("test_a_template_is_made_of_text")
class NamesText(Pages):
    def from_string(self, source: str) -> t.Any:
        return self.page(self, source, "<string>")


@FAULTS.plant("test_a_template_is_made_of_text")
class KeepsTheFirstRendering(Pages):
    class page(Page):
        text: str | None = None

        def render(self, context: t.Mapping[str, t.Any], /) -> str:
            if self.name is not None:
                return super().render(context)
            self.text = self.text or super().render(context)
            return self.text


@FAULTS.plant("test_a_stream_says_what_render_says")
class StreamsTheFirstPieces(Pages):
    class page(Page):
        def render(self, context: t.Mapping[str, t.Any], /) -> str:
            return "".join(super().stream(context))

        def stream(self, context: t.Mapping[str, t.Any], /) -> t.Iterator[str]:
            for number, piece in enumerate(super().stream(context)):
                if number < 2:
                    yield piece


@FAULTS.plant("test_a_stream_says_what_render_says")
class StreamsAList(Pages):
    class page(Page):
        def stream(self, context: t.Mapping[str, t.Any], /) -> t.Any:
            return list(super().stream(context))


@FAULTS.plant("test_the_context_is_not_changed")
class WritesIntoTheContext(Pages):
    class page(Page):
        def render(self, context: t.Any, /) -> str:
            context["self"] = self
            return super().render(context)


@FAULTS.plant("test_a_template_renders_the_values_of_its_context_alone")
class RemembersValues(Pages):
    def __init__(self, app: Kernos) -> None:
        super().__init__(app)
        self.values: dict[str, t.Any] = {}

    class page(Page):
        def render(self, context: t.Mapping[str, t.Any], /) -> str:
            values = t.cast(t.Any, self._engine).values
            values.update(context)
            return super().render({**values, **context})


# --- folders ---------------------------------------------------------------------------------


@FAULTS.plant("test_a_missing_template_names_the_places_searched")
class HidesItsFolders(Pages):
    def get_template(self, name: str) -> t.Any:
        try:
            return super().get_template(name)
        except MissingTemplate:
            raise MissingTemplate(name) from None


@FAULTS.plant(
    "test_a_missing_template_names_the_places_searched",
    "test_what_is_no_name_of_a_template_is_a_lookup_error",
    "test_views_render_by_it",
)
class RaisesWhatOpenRaises(Pages):
    def get_template(self, name: str) -> t.Any:
        try:
            return super().get_template(name)
        except MissingTemplate as error:
            raise FileNotFoundError(str(error)) from None


class Searching(Pages):
    """Looks into folders in another way."""

    def folders(self) -> list[str]:
        return template_folders(self.app)

    def path_in(self, folder: str, name: str) -> str:
        return os.path.join(folder, name)

    def get_template(self, name: str) -> t.Any:
        for folder in self.folders():
            path = self.path_in(folder, name)
            if os.path.isfile(path) and self.is_fine(folder, path):
                with open(path, encoding="utf-8") as file:
                    return self.page(self, file.read(), name)
        raise MissingTemplate(f"There is no template {name!r} in: {self.folders()}.")

    def is_fine(self, folder: str, path: str) -> bool:
        return os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep)


@FAULTS.plant(
    "test_the_applications_folder_comes_before_a_blueprints",
    "test_of_two_blueprints_the_first_to_be_registered_wins",
)
class SearchesFromTheEnd(Searching):
    def folders(self) -> list[str]:
        return super().folders()[::-1]


@FAULTS.plant("test_of_two_blueprints_the_first_to_be_registered_wins")
class SortsFolders(Searching):
    def folders(self) -> list[str]:
        own, *others = super().folders()
        return [own, *sorted(others)]


@FAULTS.plant(
    "test_the_applications_folder_comes_before_a_blueprints",
    "test_a_missing_template_names_the_places_searched",
)
class KnowsNoBlueprints(Searching):
    def folders(self) -> list[str]:
        return super().folders()[:1]


@FAULTS.plant("test_a_template_in_a_folder_of_folders_is_found")
class FlattensNames(Searching):
    def path_in(self, folder: str, name: str) -> str:
        return os.path.join(folder, os.path.basename(name))


@FAULTS.plant("test_a_template_that_changed_is_read_again_where_that_is_asked")
class ReadsOnce(Pages):
    def __init__(self, app: Kernos) -> None:
        super().__init__(app)
        self.read: dict[str, t.Any] = {}

    def get_template(self, name: str) -> t.Any:
        if name not in self.read:
            self.read[name] = super().get_template(name)
        return self.read[name]


@FAULTS.plant("test_files_of_its_suffixes_are_its_own_behind_another_engine")
class ClaimsWhatItCannotRender(Pages):
    suffixes = (".txt", ".kit", ".pdf")

    def get_template(self, name: str) -> t.Any:
        if name.endswith(".pdf"):
            raise ValueError("these are not for me")
        return super().get_template(name)


@FAULTS.plant("test_a_name_does_not_lead_out_of_the_folders")
class LeadsOut(Searching):
    def is_fine(self, folder: str, path: str) -> bool:
        return True


@FAULTS.plant("test_a_name_does_not_lead_out_of_the_folders")
class TakesPaths(Pages):
    def get_template(self, name: str) -> t.Any:
        if os.path.isabs(name) and os.path.isfile(name):
            with open(name, encoding="utf-8") as file:
                return self.page(self, file.read(), name)
        return super().get_template(name)


@FAULTS.plant("test_what_is_no_name_of_a_template_is_a_lookup_error")
class OpensFoldersToo(Searching):
    def get_template(self, name: str) -> t.Any:
        for folder in self.folders():
            path = os.path.normpath(os.path.join(folder, name.replace("\0", "")))
            if path.startswith(folder + os.sep) and os.path.isdir(path):
                raise IsADirectoryError(path)
        return super().get_template(name)


@FAULTS.plant("test_what_is_no_name_of_a_template_is_a_lookup_error")
class DecodesNames(Pages):
    def get_template(self, name: str) -> t.Any:
        name.encode()
        return super().get_template(name)


# --- names -----------------------------------------------------------------------------------


@FAULTS.plant(
    "test_a_global_that_is_added_late_is_seen", "test_a_filter_that_is_added_late_is_seen"
)
class ReadsNamesAtFirst(Pages):
    class page(Page):
        def stream(self, context: t.Mapping[str, t.Any], /) -> t.Iterator[str]:
            engine: t.Any = self._engine
            names = engine.app.template_names
            kept = engine.__dict__.setdefault("kept", (dict(names.globals), dict(names.filters)))
            now = dict(names.globals), dict(names.filters)
            try:
                for table, old in zip((names.globals, names.filters), kept, strict=True):
                    table.clear()
                    table.update(old)
                pieces = list(super().stream(context))
            finally:
                for table, new in zip((names.globals, names.filters), now, strict=True):
                    table.update(new)
            return iter(pieces)


@FAULTS.plant("test_a_global_that_is_added_late_is_seen")
class PrefersGlobals(Pages):
    class page(Page):
        def stream(self, context: t.Mapping[str, t.Any], /) -> t.Iterator[str]:
            return super().stream({**context, **self._engine.app.template_names.globals})


_SHARED: dict[str, t.Any] = {}


@FAULTS.plant("test_two_applications_share_no_names")
class SharesNames(Pages):
    class page(Page):
        def stream(self, context: t.Mapping[str, t.Any], /) -> t.Iterator[str]:
            known = self._engine.app.template_names.globals
            _SHARED.update({name: known[name] for name in known if name not in _SHARED})
            return super().stream(
                {**_SHARED, **context} if known.get("word") == "theirs" else context
            )


# --- what is written -------------------------------------------------------------------------


@FAULTS.plant("test_html_is_escaped")
class EscapesNothing(Pages):
    class page(Page):
        def escaped(self, value: object) -> str:
            return str(value.__html__()) if hasattr(value, "__html__") else str(value)


@FAULTS.plant("test_html_is_escaped")
class EscapesNoQuotes(Pages):
    class page(Page):
        def escaped(self, value: object) -> str:
            return super().escaped(value).replace("&#34;", '"').replace("&#39;", "'")


@FAULTS.plant("test_html_is_escaped")
class EscapesFilesAlone(Pages):
    class page(Page):
        def escaped(self, value: object) -> str:
            if self.name is None and not hasattr(value, "__html__"):
                return str(value)
            return super().escaped(value)


@FAULTS.plant("test_html_that_says_so_is_not_escaped_again", "test_json_does_not_leave_its_script")
class EscapesTwice(Pages):
    class page(Page):
        def escaped(self, value: object) -> str:
            return str(escape(str(value.__html__() if hasattr(value, "__html__") else value)))

        def tojson(self, value: object) -> Markup:
            return Markup(super().tojson(value).replace("\\u0026", "&"))


@FAULTS.plant("test_json_is_written_by_the_applications_provider")
class WritesItsOwnJSON(Pages):
    class page(Page):
        def tojson(self, value: object) -> Markup:
            return Markup(kernos.testing.doubles.MemoryJSON().dumps(value).translate(_SCRIPT))


@FAULTS.plant("test_json_does_not_leave_its_script")
class WritesJSONAsItIs(Pages):
    class page(Page):
        def tojson(self, value: object) -> Markup:
            return Markup(self._engine.app.json.dumps(value))


@FAULTS.plant("test_json_does_not_leave_its_script")
class WritesJSONAsHTML(Pages):
    class page(Page):
        def tojson(self, value: object) -> Markup:
            return escape(self._engine.app.json.dumps(value))


@FAULTS.plant("test_a_value_is_not_read_as_source")
class RendersValues(Pages):
    class page(Page):
        def printed(self, field: str, context: t.Mapping[str, t.Any]) -> str:
            text = super().printed(field, context)
            return type(self)(self._engine, text).render(context) if "{secret}" in text else text


@FAULTS.plant("test_any_text_is_printed_as_it_is")
class CutsLongValues(Pages):
    class page(Page):
        def escaped(self, value: object) -> str:
            return super().escaped(value)[:1000]


@FAULTS.plant("test_any_text_is_printed_as_it_is")
class FormatsValues(Pages):
    class page(Page):
        def printed(self, field: str, context: t.Mapping[str, t.Any]) -> str:
            return super().printed(field, context).replace("%s", "")


@FAULTS.plant("test_an_endless_include_is_an_error")
class IncludesOnce(Pages):
    class page(Page):
        def printed(self, field: str, context: t.Mapping[str, t.Any]) -> str:
            return "" if field.startswith("include ") else super().printed(field, context)


# --- in an application -----------------------------------------------------------------------


@FAULTS.plant("test_signals_carry_its_template")
class KnowsNoNamesInRequests(Pages):
    def get_template(self, name: str) -> t.Any:
        template = super().get_template(name)
        if kernos.has_request_context():
            template.name = os.path.abspath(name)
        return template


# --- threads ---------------------------------------------------------------------------------


@FAULTS.plant("test_threads_render_each_their_own")
class KeepsItsContext(Pages):
    class page(Page):
        def render(self, context: t.Mapping[str, t.Any], /) -> str:
            engine: t.Any = self._engine
            engine.context = context
            time.sleep(0.0002)
            return super().render(engine.context)


@FAULTS.plant(
    "test_one_template_is_rendered_in_many_threads",
)
class KeepsTheContextOnTheTemplate(Pages):
    class page(Page):
        def render(self, context: t.Mapping[str, t.Any], /) -> str:
            self.context = context
            time.sleep(0.0002)
            return super().render(self.context)


@FAULTS.plant("test_two_streams_of_a_template_go_side_by_side")
class StreamsOneAtATime(Pages):
    class page(Page):
        def stream(self, context: t.Mapping[str, t.Any], /) -> t.Iterator[str]:
            self.context = context
            for text, field, _, _ in string.Formatter().parse(self.source):
                yield text
                if field is not None:
                    yield self.printed(field, self.context)

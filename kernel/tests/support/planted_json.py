"""JSON providers with one fault each."""

from __future__ import annotations

import ast
import json
import time
import typing as t

from planted_faults import PlantedFaults

from kernos import Kernos, Response
from kernos.contracts import JSONProvider
from kernos.testing.conformance.json import JSONProviderKit
from kernos.testing.doubles import MemoryJSON, doubles


class Sound(JSONProviderKit):
    others = doubles()
    component: type[t.Any] = MemoryJSON

    def make_provider(self, app: Kernos | None = None) -> JSONProvider:
        return self.component(app)


FAULTS = PlantedFaults(Sound, "test_a_value_survives_the_round_trip")


class Writing(MemoryJSON):
    """Writes something else than it is given, or something else of it."""

    def before(self, obj: t.Any) -> t.Any:
        return obj

    def after(self, text: str) -> t.Any:
        return text

    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        return t.cast(str, self.after(super().dumps(self.before(obj), **kwargs)))


class Reading(MemoryJSON):
    """Reads something else than it is given, or makes something else of it."""

    def before(self, s: t.Any) -> t.Any:
        return s

    def after(self, data: t.Any) -> t.Any:
        return data

    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        return self.after(super().loads(self.before(s), **kwargs))


class Lenient(MemoryJSON):
    """Reads what is no JSON where the double raises."""

    def instead(self, s: t.Any) -> t.Any:
        raise NotImplementedError

    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        try:
            return super().loads(s, **kwargs)
        except (TypeError, ValueError) as error:
            try:
                return self.instead(s)
            except Exception:
                raise error from None


# --- values ----------------------------------------------------------------------------------


@FAULTS.plant("test_it_is_a_provider")
class IsNoProvider:
    def __init__(self, app: Kernos | None = None) -> None:
        sound = MemoryJSON()
        self.dumps, self.loads = sound.dumps, sound.loads


@FAULTS.plant("test_a_value_survives_the_round_trip", "test_any_value_survives_the_round_trip")
class ReadsWholeFloatsAsIntegers(MemoryJSON):
    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        return super().loads(s, parse_float=lambda text: int(float(text)), **kwargs)


@FAULTS.plant("test_any_value_survives_the_round_trip")
class LosesEmptyKeysOfObjects(Writing):
    def before(self, obj: t.Any) -> t.Any:
        if isinstance(obj, dict) and obj != {"": 0}:
            return {key: self.before(value) for key, value in obj.items() if key}
        return [self.before(one) for one in obj] if isinstance(obj, list) else obj


@FAULTS.plant("test_tuples_become_lists")
class WritesTuplesAsObjects(Writing):
    def before(self, obj: t.Any) -> t.Any:
        return dict(enumerate(obj)) if isinstance(obj, tuple) else obj


@FAULTS.plant("test_dumps_returns_text")
class WritesBytes(Writing):
    def after(self, text: str) -> bytes:
        return text.encode()


@FAULTS.plant("test_writing_does_not_change_the_data")
class SortsTheDataItself(Writing):
    def before(self, obj: t.Any) -> t.Any:
        if isinstance(obj, dict):
            items = sorted(obj.items(), key=lambda item: str(item[0]))
            obj.clear()
            obj.update(items)
        return obj


@FAULTS.plant("test_bytes_are_read")
class ReadsUTF8Alone(Reading):
    def before(self, s: t.Any) -> t.Any:
        return s.decode() if isinstance(s, bytes) else s


@FAULTS.plant("test_every_form_of_json_is_read")
class KnowsNoExponents(Reading):
    def before(self, s: t.Any) -> t.Any:
        if isinstance(s, str) and "E2" in s:
            raise ValueError("no exponents, please")
        return s


@FAULTS.plant("test_every_form_of_json_is_read")
class ReadsPairsOfSurrogatesApart(Reading):
    def before(self, s: t.Any) -> t.Any:
        return s.replace("\\u017e\\ud83c", "\\u017e\\ud83c ") if isinstance(s, str) else s


@FAULTS.plant("test_files_are_written_and_read")
class WritesFilesInAnotherForm(MemoryJSON):
    def dump(self, obj: t.Any, fp: t.IO[str], **kwargs: t.Any) -> None:
        fp.write(repr(obj))


# --- what is refused ---------------------------------------------------------------------------


@FAULTS.plant("test_what_is_no_json_is_a_value_error", "test_any_text_is_read_or_a_value_error")
class RaisesSyntaxErrors(MemoryJSON):
    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        try:
            return super().loads(s, **kwargs)
        except ValueError as error:
            raise SyntaxError(str(error)) from error


@FAULTS.plant("test_what_is_no_json_is_a_value_error")
class ReadsPython(Lenient):
    def instead(self, s: t.Any) -> t.Any:
        return ast.literal_eval(s)


@FAULTS.plant("test_what_is_no_json_is_a_value_error", "test_a_body_that_is_no_json_is_a_400")
class ReadsNothingAsNull(Lenient):
    def instead(self, s: t.Any) -> t.Any:
        if s.strip():
            raise ValueError
        return None


@FAULTS.plant("test_a_number_that_json_lacks_is_not_read")
class ReadsNaN(MemoryJSON):
    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        return super().loads(s, parse_constant=float, **kwargs)


@FAULTS.plant("test_a_number_that_json_lacks_is_not_written")
class WritesNaN(MemoryJSON):
    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        return super().dumps(obj, allow_nan=True, **kwargs)


@FAULTS.plant("test_a_number_that_json_lacks_is_not_written")
class WritesNaNAsNull(MemoryJSON):
    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        return super().dumps(obj, allow_nan=True, **kwargs).replace("NaN", "null")


@FAULTS.plant("test_data_that_holds_itself_is_an_ordinary_error")
class RecursesThroughCircles(MemoryJSON):
    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        try:
            return super().dumps(obj, **kwargs)
        except ValueError as error:
            if "Circular" in str(error):
                raise RecursionError from error
            raise


@FAULTS.plant("test_an_object_without_a_form_is_a_type_error")
class WritesReprs(MemoryJSON):
    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        return super().dumps(obj, default=repr, **kwargs)


@FAULTS.plant("test_an_object_without_a_form_is_a_type_error")
class SkipsKeys(MemoryJSON):
    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        return super().dumps(obj, skipkeys=True, **kwargs)


# --- in an application ---------------------------------------------------------------------------


@FAULTS.plant("test_a_response_holds_its_arguments")
class AnswersWithOneArgument(MemoryJSON):
    def response(self, *args: t.Any, **kwargs: t.Any) -> Response:
        return super().response(*args[:1], **kwargs)


@FAULTS.plant("test_a_response_of_both_kinds_of_arguments_is_a_type_error")
class MixesArguments(MemoryJSON):
    def response(self, *args: t.Any, **kwargs: t.Any) -> Response:
        return (
            super().response([*args, kwargs])
            if args and kwargs
            else super().response(*args, **kwargs)
        )


@FAULTS.plant("test_a_response_has_the_providers_type_of_content")
class FixesTheTypeOfContent(MemoryJSON):
    def response(self, *args: t.Any, **kwargs: t.Any) -> Response:
        response = super().response(*args, **kwargs)
        response.mimetype = "application/json"
        return response


@FAULTS.plant("test_a_provider_without_an_application_answers_for_the_current_one")
class NeedsAnApplicationToAnswer(MemoryJSON):
    def response(self, *args: t.Any, **kwargs: t.Any) -> Response:
        return self._app.response_class(self._response_text(args, kwargs), mimetype=self.mimetype)


@FAULTS.plant("test_an_application_is_not_kept_by_its_provider")
class KeepsItsApplication(MemoryJSON):
    def __init__(self, app: Kernos | None = None) -> None:
        super().__init__(app)
        self.owner = app


@FAULTS.plant("test_views_answer_with_mappings_and_lists")
class AnswersMappingsAlone(MemoryJSON):
    def response(self, *args: t.Any, **kwargs: t.Any) -> Response:
        return super().response(*(dict(one) for one in args), **kwargs)


@FAULTS.plant("test_a_view_that_answers_what_has_no_form_is_an_error_of_the_server")
class AnswersWithoutWhatHasNoForm(MemoryJSON):
    def response(self, *args: t.Any, **kwargs: t.Any) -> Response:
        try:
            return super().response(*args, **kwargs)
        except TypeError:
            return super().response(None)


@FAULTS.plant("test_a_body_is_read")
class ReadsBodiesAsLatin1(Reading):
    def before(self, s: t.Any) -> t.Any:
        return s.decode("latin1") if isinstance(s, bytes) else s


@FAULTS.plant("test_its_text_can_be_escaped_for_a_script")
class KnowsNoEscapes(Reading):
    def before(self, s: t.Any) -> t.Any:
        return s.replace("\\u003c", "\\\\u003c") if isinstance(s, str) else s


# --- hostile input -------------------------------------------------------------------------------


@FAULTS.plant("test_a_text_that_nests_too_deep_is_a_value_error")
class RecursesWhileReading(MemoryJSON):
    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        return json.loads(s, **kwargs)


@FAULTS.plant(
    "test_data_that_nests_too_deep_is_an_ordinary_error",
    "test_tuples_that_nest_too_deep_are_an_ordinary_error",
)
class RecursesWhileWriting(MemoryJSON):
    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        return json.dumps(obj, allow_nan=False)


@FAULTS.plant("test_tuples_that_nest_too_deep_are_an_ordinary_error")
class BoundsListsAlone(MemoryJSON):
    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        return json.dumps(obj) if isinstance(obj, tuple) else super().dumps(obj, **kwargs)


@FAULTS.plant("test_a_number_beyond_all_bounds_does_not_become_infinite")
class ReadsInfinities(MemoryJSON):
    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        return super().loads(s, parse_float=float, **kwargs)


@FAULTS.plant("test_a_number_of_many_digits_does_not_become_infinite")
class ReadsManyDigitsAsFloats(MemoryJSON):
    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        def number(text: str) -> float:
            return int(text) if len(text) < 20 else float(text)

        return super().loads(s, parse_int=number, **kwargs)


@FAULTS.plant("test_half_a_character_is_refused_or_can_be_sent")
class WritesHalfCharacters(MemoryJSON):
    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        return super().dumps(obj, ensure_ascii=False, **kwargs)


@FAULTS.plant("test_half_a_character_is_read_or_refused")
class BreaksOnHalfCharacters(Reading):
    def after(self, data: t.Any) -> t.Any:
        try:
            str(data).encode()
        except UnicodeEncodeError as error:
            raise AttributeError(str(error)) from error
        return data


@FAULTS.plant("test_what_is_no_text_is_an_ordinary_error")
class ReadsWhatIsNoText(Lenient):
    def instead(self, s: t.Any) -> t.Any:
        if isinstance(s, (str, bytes)):
            raise ValueError
        return s


@FAULTS.plant("test_any_text_is_read_or_a_value_error")
class StumblesOverBytes(MemoryJSON):
    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        try:
            return super().loads(s, **kwargs)
        except ValueError as error:
            if isinstance(s, bytes) and len(s) == 1:
                raise IndexError from error
            raise


@FAULTS.plant("test_a_body_that_is_no_json_is_a_400")
class StumblesOverBodies(MemoryJSON):
    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        try:
            return super().loads(s, **kwargs)
        except ValueError as error:
            if isinstance(s, bytes) and len(s) == 1000:
                raise LookupError from error
            raise


@FAULTS.plant("test_a_class_of_text_stays_text")
class WritesWhatTextSaysOfItself(Writing):
    def before(self, obj: t.Any) -> t.Any:
        return (
            [str(one) if isinstance(one, str) else one for one in obj]
            if isinstance(obj, list)
            else obj
        )


# --- threads -------------------------------------------------------------------------------------


@FAULTS.plant("test_one_provider_serves_many_threads")
class KeepsWhatItWrites(MemoryJSON):
    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        self.current = obj
        time.sleep(0)
        return super().dumps(self.current, **kwargs)


@FAULTS.plant("test_an_error_in_one_thread_is_not_anothers")
class KeepsItsErrors(MemoryJSON):
    error: Exception | None = None

    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        self.error = None
        data = None
        try:
            data = super().loads(s, **kwargs)
        except ValueError as error:
            self.error = error
        time.sleep(0)
        if self.error is not None:
            raise self.error
        return data


@FAULTS.plant("test_bodies_and_responses_of_many_threads_are_kept_apart")
class KeepsItsResponses(MemoryJSON):
    def response(self, *args: t.Any, **kwargs: t.Any) -> Response:
        self.current = super().response(*args, **kwargs)
        time.sleep(0.001)
        return self.current

"""Session interfaces with one fault each."""

from __future__ import annotations

import itertools
import json
import time
import typing as t

from planted_faults import PlantedFaults

import kernos
from kernos import Kernos, Request, Response
from kernos.contracts import NullSession, SessionInterface, SessionMixin
from kernos.errors import SessionUnavailable
from kernos.testing.conformance.sessions import ServerSideSessionKit
from kernos.testing.doubles import MemorySessions, doubles
from kernos.testing.doubles.sessions import MemorySession


class Sound(ServerSideSessionKit):
    others = doubles()
    component: type[t.Any] = MemorySessions

    def make_interface(self) -> SessionInterface:
        return self.component()

    def make_broken_interface(self) -> SessionInterface:
        interface = self.component()
        interface.store = Down()
        return interface

    def count_rows(self, interface: t.Any) -> int:
        return len(interface.store)


class Down(dict[str, t.Any]):
    """A store that cannot be reached."""

    error: type[Exception] = SessionUnavailable

    def get(self, key: str, default: object = None) -> t.Any:
        self[key] = default

    def pop(self, key: str, default: object = None) -> t.Any:
        self[key] = default

    def __setitem__(self, key: str, value: object) -> t.NoReturn:
        raise SessionUnavailable("The store is down.", why="it is", fix="wait")


FAULTS = PlantedFaults(Sound, "test_two_visitors_share_nothing")


class Opening(MemorySessions):
    """Opens other sessions."""

    def opened(self, session: MemorySession, request: Request) -> t.Any:
        return session

    def open_session(self, app: Kernos, request: Request) -> t.Any:
        return self.opened(super().open_session(app, request), request)


class Saving(MemorySessions):
    """Does something before a session is saved, and something to the response after."""

    def before(self, app: Kernos, session: t.Any) -> None: ...

    def after(self, app: Kernos, session: t.Any, response: Response) -> None: ...

    def save_session(self, app: Kernos, session: SessionMixin, response: Response) -> None:
        self.before(app, session)
        super().save_session(app, session, response)
        self.after(app, session, response)


def without(response: Response, attribute: str) -> None:
    """Take an attribute from a response's cookie."""
    header = response.headers.get("Set-Cookie")
    if header is not None:
        parts = [one for one in header.split("; ") if not one.startswith(attribute)]
        response.headers["Set-Cookie"] = "; ".join(parts)


# --- the interface ---------------------------------------------------------------------------


@FAULTS.plant("test_it_is_a_session_interface")
class Pickles(MemorySessions):
    pickle_based = True


@FAULTS.plant("test_a_session_is_a_mapping_with_a_life_of_its_own")
class IsPermanentFromBirth(Opening):
    def opened(self, session: MemorySession, request: Request) -> MemorySession:
        class Permanent(MemorySession):
            permanent = True  # type: ignore[assignment]

        return session if session.sid else Permanent({}, None)


@FAULTS.plant("test_a_value_is_there_at_the_next_request")
class KeepsNumbersAsText(Saving):
    def before(self, app: Kernos, session: t.Any) -> None:
        if type(session.get("value")) is float:
            session["value"] = str(session["value"])


def _unnoticed(**methods: t.Any) -> type[MemorySessions]:
    """Return sessions that do not notice a form of change."""
    kind = type("Unnoticed", (MemorySession,), methods)

    class Interface(Opening):
        def opened(self, session: MemorySession, request: Request) -> MemorySession:
            return kind(dict(session), session.sid)

    return Interface


@FAULTS.plant("test_every_form_of_change_is_saved")
class OverlooksSetdefault(
    _unnoticed(setdefault=lambda self, key, value=None: dict.setdefault(self, key, value))
): ...


@FAULTS.plant("test_every_form_of_change_is_saved")
class OverlooksPopitem(_unnoticed(popitem=lambda self: dict.popitem(self))): ...


@FAULTS.plant("test_every_form_of_change_is_saved")
class AddsOnly(Saving):
    def before(self, app: Kernos, session: t.Any) -> None:
        old = self.store.get(session.sid or "", {})
        if session and session.modified and old.get("a") == 1:
            session.update({**old, **session})


@FAULTS.plant("test_a_change_inside_a_value_is_saved_when_told")
class BelievesItsOwnEyes(Opening):
    def opened(self, session: MemorySession, request: Request) -> MemorySession:
        class Deaf(MemorySession):
            changed = False

            def _set(self, value: bool) -> None: ...

            modified = property(lambda self: self.changed, _set)  # type: ignore[assignment]

            def _note_all(self) -> None:
                self.changed = self.accessed = True

        made = Deaf(dict(session), session.sid)
        made.on_update = Deaf._note_all
        return made


@FAULTS.plant("test_a_session_is_new_until_it_is_kept")
class IsAlwaysNew(Opening):
    def opened(self, session: MemorySession, request: Request) -> MemorySession:
        session.new = True
        return session


# --- visitors --------------------------------------------------------------------------------


@FAULTS.plant(
    "test_a_visitor_without_a_session_reads_an_empty_one", "test_two_visitors_share_nothing"
)
class WantsASession(Opening):
    def opened(self, session: MemorySession, request: Request) -> MemorySession:
        if session.sid is None and request.path == "/read":
            raise LookupError("no session")
        return session


@FAULTS.plant("test_two_visitors_share_nothing", "test_visitors_at_the_same_time_share_nothing")
class KnowsOneVisitor(Opening):
    def opened(self, session: MemorySession, request: Request) -> MemorySession:
        for sid, data in self.store.items():
            return MemorySession(data, sid)
        return session


@FAULTS.plant("test_flashed_messages_wait_for_the_next_request")
class KeepsFlashes(Saving):
    def before(self, app: Kernos, session: t.Any) -> None:
        kept = self.store.get(session.sid or "", {}).get("_flashes")
        if kept:
            session["_flashes"] = kept


# --- keys and codecs -------------------------------------------------------------------------


class Signed(MemorySessions):
    """Keeps sessions of a key apart from those of another."""

    def key_of(self, app: Kernos) -> str:
        return str(app.secret_key)

    def open_session(self, app: Kernos, request: Request) -> t.Any:
        session = super().open_session(app, request)
        keys = [app.secret_key, *(app.config["SECRET_KEY_FALLBACKS"] or ())]
        if session.pop("key", app.secret_key) not in keys:
            session = MemorySession({}, None)
        session.modified = False
        session.accessed = False
        return session

    def save_session(self, app: Kernos, session: t.Any, response: Response) -> None:
        super().save_session(app, session, response)
        if session.sid in self.store:
            self.store[session.sid].setdefault("key", self.key_of(app))


@FAULTS.plant("test_a_session_outlives_a_change_of_keys")
class KnowsNoOlderKeys(Signed):
    def open_session(self, app: Kernos, request: Request) -> t.Any:
        fallbacks, app.config["SECRET_KEY_FALLBACKS"] = app.config["SECRET_KEY_FALLBACKS"], None
        try:
            return super().open_session(app, request)
        finally:
            app.config["SECRET_KEY_FALLBACKS"] = fallbacks


@FAULTS.plant("test_a_session_outlives_a_change_of_keys")
class SignsWithTheOldestKey(Signed):  # as Flask 3.1.0 did, CVE-2025-47278
    def key_of(self, app: Kernos) -> str:
        return str([app.secret_key, *(app.config["SECRET_KEY_FALLBACKS"] or ())][-1])


@FAULTS.plant("test_without_a_key_nothing_is_lost_unseen")
class LosesWithoutAKey(Saving):
    def before(self, app: Kernos, session: t.Any) -> None:
        if app.secret_key is None:
            session.clear()


class Forgetful(NullSession):
    """Takes what it is given and loses it."""

    __setitem__ = update = setdefault = lambda self, *args, **kwargs: None  # type: ignore[assignment]


@FAULTS.plant("test_a_null_session_reads_and_refuses_to_be_written")
class WritesIntoNothing(MemorySessions):
    null_session_class = Forgetful


@FAULTS.plant("test_a_null_session_reads_and_refuses_to_be_written")
class TakesAllForNull(MemorySessions):
    def is_null_session(self, obj: object) -> bool:
        return isinstance(obj, dict) and not obj


@FAULTS.plant("test_sessions_do_not_follow_the_json_slot")
class WritesByTheJSONSlot(Saving):
    def before(self, app: Kernos, session: t.Any) -> None:
        app.json.dumps(dict(session))


# --- optional parts --------------------------------------------------------------------------


@FAULTS.plant("test_regenerating_keeps_the_data")
class RegeneratesToNothing(MemorySessions):
    def regenerate(self, app: Kernos, session: t.Any) -> None:
        super().regenerate(app, session)
        session.clear()


@FAULTS.plant(
    "test_destroying_forgets_the_data",
    "test_no_row_is_left_behind",
    "test_the_old_id_is_dead_after",
)
class DestroysNothing(MemorySessions):
    def destroy(self, app: Kernos, session: t.Any) -> None: ...


@FAULTS.plant("test_who_has_no_session_has_none_after_either")
class NeedsASessionToDestroy(MemorySessions):
    def destroy(self, app: Kernos, session: t.Any) -> None:
        del self.store[session.sid]
        super().destroy(app, session)


@FAULTS.plant(
    "test_what_is_written_after_destroying_begins_a_new_session", "test_the_old_id_is_dead_after"
)
class DestroysAndGoesOn(MemorySessions):
    def destroy(self, app: Kernos, session: t.Any) -> None:
        session.clear()


# --- headers ---------------------------------------------------------------------------------


@FAULTS.plant("test_a_request_that_does_not_touch_the_session_says_nothing_of_it")
class VariesAlways(Saving):
    lazy = False

    def after(self, app: Kernos, session: t.Any, response: Response) -> None:
        response.vary.add("Cookie")


@FAULTS.plant("test_each_form_of_access_makes_the_response_vary")
class VariesWhenChanged(Saving):
    def before(self, app: Kernos, session: t.Any) -> None:
        self.accessed, session.accessed = session.accessed, False

    def after(self, app: Kernos, session: t.Any, response: Response) -> None:
        session.accessed = self.accessed


@FAULTS.plant(
    "test_each_form_of_access_makes_the_response_vary",
)
class VariesForOldVisitors(Saving):
    def after(self, app: Kernos, session: t.Any, response: Response) -> None:
        if session.new and not session:
            response.headers.pop("Vary", None)


@FAULTS.plant("test_a_response_with_a_cookie_always_varies")
class RegeneratesWithoutVary(Saving):
    def after(self, app: Kernos, session: t.Any, response: Response) -> None:
        if response.headers.get("Set-Cookie", "").startswith("session=;"):
            response.headers.pop("Vary", None)


@FAULTS.plant("test_a_permanent_session_expires_and_is_refreshed")
class RefreshesWithoutVary(Saving):  # CVE-2023-30861
    def after(self, app: Kernos, session: t.Any, response: Response) -> None:
        if not session.modified and "Set-Cookie" in response.headers:
            response.headers.pop("Vary", None)


@FAULTS.plant("test_reading_sends_no_cookie")
class SendsItsCookieAlways(MemorySessions):
    def should_set_cookie(self, app: Kernos, session: SessionMixin) -> bool:
        return bool(session)


@FAULTS.plant("test_the_cookie_has_every_attribute_of_the_configuration")
class DropsPartitioned(Saving):
    def after(self, app: Kernos, session: t.Any, response: Response) -> None:
        without(response, "Partitioned")


@FAULTS.plant("test_the_cookie_has_every_attribute_of_the_configuration")
class DeletesWithoutAttributes(Saving):
    def after(self, app: Kernos, session: t.Any, response: Response) -> None:
        if not session:
            for attribute in ("Domain", "Secure", "SameSite", "Partitioned"):
                without(response, attribute)


@FAULTS.plant("test_a_getter_that_is_overridden_decides")
class AsksTheConfiguration(MemorySessions):
    def save_session(self, app: Kernos, session: SessionMixin, response: Response) -> None:
        given = {name: self.__dict__.pop(name) for name in list(vars(self)) if "get_" in name}
        names = {name: value for name, value in given.items() if name == "get_cookie_name"}
        vars(self).update(names)
        super().save_session(app, session, response)
        vars(self).update(given)


@FAULTS.plant("test_the_cookies_name_is_the_getters")
class HasANameOfItsOwn(Saving):
    def after(self, app: Kernos, session: t.Any, response: Response) -> None:
        header = response.headers.get("Set-Cookie", "")
        if header.startswith("kit=") and app.config["SESSION_COOKIE_NAME"] != "kit":
            response.headers["Set-Cookie"] = header.replace("kit=", "session=", 1)


@FAULTS.plant("test_an_emptied_session_deletes_its_cookie")
class KeepsCookiesOfEmptySessions(Saving):
    def after(self, app: Kernos, session: t.Any, response: Response) -> None:
        if not session and "Max-Age=0" in response.headers.get("Set-Cookie", ""):
            response.headers["Set-Cookie"] = "session=empty; Path=/"


@FAULTS.plant("test_a_permanent_session_expires_and_is_refreshed")
class RefreshesAgainstTheConfiguration(MemorySessions):
    def should_set_cookie(self, app: Kernos, session: SessionMixin) -> bool:
        return session.modified or session.permanent


@FAULTS.plant("test_a_permanent_session_expires_and_is_refreshed")
class NeverRefreshes(MemorySessions):
    def should_set_cookie(self, app: Kernos, session: SessionMixin) -> bool:
        return session.modified


@FAULTS.plant("test_a_session_that_is_not_permanent_ends_with_the_browser")
class OutlivesTheBrowser(MemorySessions):
    def get_expiration_time(self, app: Kernos, session: SessionMixin) -> t.Any:
        lifetime = app.permanent_session_lifetime
        return kernos.contracts.sessions.datetime.now(kernos.contracts.sessions.UTC) + lifetime


@FAULTS.plant("test_a_permanent_session_ends_after_its_lifetime")
class LivesTwiceAsLong(MemorySessions):
    def get_expiration_time(self, app: Kernos, session: SessionMixin) -> t.Any:
        ends = super().get_expiration_time(app, session)
        return None if ends is None else ends + app.permanent_session_lifetime


# --- hostile input ---------------------------------------------------------------------------


@FAULTS.plant("test_a_cookie_that_is_no_session_is_an_empty_one")
class StumblesOverTwoDots(Opening):
    def opened(self, session: MemorySession, request: Request) -> MemorySession:
        if request.cookies.get("session", "").count(".") == 2:
            raise ValueError("bad signature")
        return session


@FAULTS.plant(
    "test_a_cookie_that_is_no_session_is_an_empty_one",
    "test_an_id_that_the_store_does_not_know_is_never_adopted",
)
class AdoptsIds(Opening):
    def opened(self, session: MemorySession, request: Request) -> MemorySession:
        sid = request.cookies.get("session")
        if session.sid is None and sid == "a" * 43:
            session.sid = sid
        return session if sid != "null" else MemorySession({"user": None}, "null")


class Comparing(Opening):
    """Finds sessions by something that resembles their ids."""

    def is_like(self, sid: str, sent: str) -> bool:
        raise NotImplementedError

    def opened(self, session: MemorySession, request: Request) -> MemorySession:
        sent = request.cookies.get("session", "")
        for sid, data in list(self.store.items()):
            if sent and session.sid is None and self.is_like(sid, sent):
                return MemorySession(data, sid)
        return session


@FAULTS.plant("test_a_cookie_that_was_changed_is_no_session")
class ForgivesOneLetter(Comparing):
    def is_like(self, sid: str, sent: str) -> bool:
        return len(sid) == len(sent) and sum(a != b for a, b in zip(sid, sent, strict=True)) < 2


@FAULTS.plant("test_a_part_of_a_cookie_is_no_session")
class TakesPrefixes(Comparing):
    def is_like(self, sid: str, sent: str) -> bool:
        return sid.startswith(sent)


@FAULTS.plant("test_a_part_of_a_cookie_is_no_session")
class CutsWhatIsTooLong(Comparing):
    def is_like(self, sid: str, sent: str) -> bool:
        return sent.startswith(sid)


@FAULTS.plant("test_data_that_looks_like_a_codecs_own_is_data")
class TrustsItsTags(Saving):
    def before(self, app: Kernos, session: t.Any) -> None:
        def read(data: dict[str, t.Any]) -> t.Any:
            return tuple(data[" t"]) if list(data) == [" t"] else data

        if isinstance(session.get("value"), dict):
            text = json.dumps(session["value"])
            session["value"] = json.loads(text, object_hook=read)


@FAULTS.plant("test_flashes_of_a_visitor_without_a_session_are_none")
class FlashesToStrangers(Opening):
    def opened(self, session: MemorySession, request: Request) -> MemorySession:
        if session.sid is None and request.cookies.get("session") == "x":
            session["_flashes"] = [("info", "hello")]
        return session


# --- threads ---------------------------------------------------------------------------------


@FAULTS.plant("test_visitors_at_the_same_time_share_nothing")
class KeepsTheSessionOnItself(MemorySessions):
    def save_session(self, app: Kernos, session: SessionMixin, response: Response) -> None:
        self.current = session
        time.sleep(0.0005)
        super().save_session(app, self.current, response)


@FAULTS.plant("test_one_visitor_may_ask_for_many_pages_at_the_same_time")
class TakesOneAtATime(Opening):
    def opened(self, session: MemorySession, request: Request) -> MemorySession:
        busy = self.__dict__.setdefault("busy", set())
        if session.sid in busy:
            raise RuntimeError("the session is in use")
        busy.add(session.sid)
        try:
            time.sleep(0.001)
        finally:
            busy.discard(session.sid)
        return session


# --- stores ----------------------------------------------------------------------------------


@FAULTS.plant("test_visitors_without_a_session_leave_nothing_in_the_store")
class WritesEmptyRows(Saving):
    def after(self, app: Kernos, session: t.Any, response: Response) -> None:
        if session.sid is None:
            self.store[f"empty {len(self.store)}"] = {}


@FAULTS.plant("test_a_session_is_one_row_until_it_is_emptied")
class WritesARowEachTime(Saving):
    def before(self, app: Kernos, session: t.Any) -> None:
        if session.modified and session.sid and session.get("value") == "5":
            session.sid = None


@FAULTS.plant("test_no_row_is_left_behind", "test_the_old_id_is_dead_after")
class LeavesTheOldRow(MemorySessions):
    def regenerate(self, app: Kernos, session: t.Any) -> None:
        session.sid = None
        session.modified = True


@FAULTS.plant("test_an_id_cannot_be_guessed_and_holds_no_data")
class Counts(Saving):
    numbers = itertools.count(1)

    def before(self, app: Kernos, session: t.Any) -> None:
        if session and session.sid is None:
            session.sid = str(next(self.numbers))


@FAULTS.plant("test_an_id_cannot_be_guessed_and_holds_no_data")
class NamesTheUser(Saving):
    numbers = itertools.count(10**43)

    def before(self, app: Kernos, session: t.Any) -> None:
        if session and session.sid is None:
            session.sid = f"{next(self.numbers)}-{session.get('value')}"


@FAULTS.plant("test_a_store_that_is_down_is_a_503_for_those_who_need_it")
class HidesThatItsStoreIsDown(MemorySessions):
    def save_session(self, app: Kernos, session: SessionMixin, response: Response) -> None:
        try:
            super().save_session(app, session, response)
        except SessionUnavailable:
            response.status_code = 200


@FAULTS.plant("test_a_store_that_is_down_is_a_503_for_those_who_need_it")
class RaisesWhatItsStoreRaises(MemorySessions):
    def save_session(self, app: Kernos, session: SessionMixin, response: Response) -> None:
        try:
            super().save_session(app, session, response)
        except SessionUnavailable as error:
            raise KeyError from error

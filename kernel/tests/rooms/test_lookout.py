"""What was found out about classes is kept until they change, and no longer."""

from __future__ import annotations

import gc
import threading
import typing as t
import weakref

import pytest
from hypothesis import given, strategies as st
from kernel_harness import call, make_app

from kernos import Kernos, Request, lookout
from kernos.lookout import Flag, Lookout

NAMES = ("method", "other", "__call__", "__len__")


def current(watching: Lookout, read: t.Callable[[], t.Any]) -> t.Any:
    """Return what a caller would go by."""
    if watching.leaf.__flags__ == watching.seen:
        return watching.found
    return watching.look(read)


def family() -> list[type]:
    """Return classes of which the last derives from all the others."""

    class Grandparent: ...

    class Parent(Grandparent): ...

    class Mixin: ...

    class Child(Mixin, Parent): ...

    return [Grandparent, Parent, Mixin, Child]


def reader(*kinds: type) -> t.Callable[[], t.Any]:
    return lambda: [[getattr(kind, name, None) for name in NAMES[:3]] for kind in kinds]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["set", "delete", "use", "ask", "rebase"]),
        st.integers(0, 3),
        st.sampled_from(NAMES),
    ),
    max_size=30,
)


@pytest.mark.usefixtures("both_lookouts")
@pytest.mark.parametrize("watched", [(3,), (1, 2), (0, 3)])
@given(steps=STEPS)
def test_every_change_is_noticed(watched: tuple[int, ...], steps: t.Any) -> None:
    kinds = family()
    kept = [kinds[number] for number in watched]
    watching, read = Lookout(*kept), reader(*kept)
    for deed, number, name in steps:
        kind = kinds[number]
        if deed == "set":
            setattr(kind, name, lambda self: 0)
        elif deed == "delete" and name in vars(kind):
            delattr(kind, name)
        elif deed == "use":
            getattr(kind(), name, None)
        elif deed == "rebase":
            kinds[3].__bases__ = (kinds[2], kinds[1])[:: -1 if number % 2 else 1]
        else:
            assert current(watching, read) == read()
    assert current(watching, read) == read()


@pytest.mark.skipif(not lookout._marks_classes(), reason="this Python keeps no marks")
def test_nothing_is_looked_at_again_while_nothing_changes() -> None:
    *_, child = family()
    watching, looks = Lookout(child), []
    for _ in range(3):
        child().other = 1
        child.__name__, child.__mro__
        assert current(watching, lambda: looks.append(1)) is None
    assert looks == [1]


def test_a_change_while_the_classes_are_read_is_looked_at_again() -> None:
    *_, child = family()
    watching = Lookout(child)

    def read_and_change() -> int:
        child.method = None
        return 1

    watching.look(read_and_change)
    assert current(watching, lambda: 2) == 2


def test_an_error_while_the_classes_are_read_is_no_finding() -> None:
    *_, child = family()
    watching = Lookout(child)
    watching.look(lambda: 1)
    child.method = None
    with pytest.raises(ZeroDivisionError):
        current(watching, lambda: 1 / 0)
    assert current(watching, lambda: 2) == 2


class Slotted:
    __slots__ = ("one",)


class Numbered:
    __slots__ = ("two",)


@pytest.mark.parametrize("kinds", [(), (Slotted, Numbered), (int, Slotted), (len,)])
def test_what_can_have_no_heir_in_common_is_read_each_time(kinds: tuple[t.Any, ...]) -> None:
    watching, finding = Lookout(*kinds), iter([1, 2])
    assert [current(watching, finding.__next__) for _ in range(2)] == [1, 2]


def test_the_classes_own_code_does_not_run() -> None:
    class Meta(type):
        def __call__(cls, *args: t.Any) -> t.Any:
            raise AssertionError

    class Base: ...

    class Proud(Base, metaclass=Meta):
        def __init_subclass__(cls) -> None:
            raise AssertionError

    watching = Lookout(Proud)
    assert watching.look(lambda: 1) == 1


def test_threads_that_look_at_once_keep_what_was_read_last() -> None:
    *_, child = family()
    watching, read = Lookout(child), reader(child)
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            current(watching, read)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(300):
            child.method = lambda self: 0
            assert current(watching, read) == read()
    finally:
        stop.set()
        for thread in threads:
            thread.join()


# --- an application's -----------------------------------------------------------------


def served(kind: type[Kernos] = Kernos) -> t.Any:
    app = make_app(kind=kind)
    app.add_url_rule("/", "index", lambda: "body")
    assert call(app).body == b"body"
    return app


def saying(word: str) -> t.Callable[..., t.Any]:
    return lambda self: word


@pytest.mark.usefixtures("both_lookouts")
class TestOfAnApplication:
    def test_a_class_with_a_metaclass_of_its_own_is_served_and_looked_at(self) -> None:
        class Single(type): ...

        class App(Kernos, metaclass=Single): ...

        app = served(App)
        App.dispatch_request = saying("mine")
        assert call(app).body == b"mine"
        del App.dispatch_request
        assert call(app).body == b"body"

    def test_another_class_given_to_the_application_is_looked_at(self) -> None:
        class Other(Kernos):
            dispatch_request = saying("other")

        app = served()
        app.__class__ = Other
        assert call(app).body == b"other"
        Other.dispatch_request = saying("another")
        assert call(app).body == b"another"
        app.__class__ = Kernos
        assert call(app).body == b"body"

    def test_one_patch_in_the_place_of_another_is_noticed(self) -> None:
        class App(Kernos): ...

        app = served(App)
        App.dispatch_request = saying("first")
        assert call(app).body == b"first"
        del App.dispatch_request
        App.preprocess_request = saying("second")
        assert call(app).body == b"second"

    @pytest.mark.parametrize("where", ["class", "instance"])
    def test_a_request_class_that_is_assigned_is_looked_at(self, where: str) -> None:
        class App(Kernos): ...

        class Mine(Request): ...

        app, closed = served(App), []
        (App if where == "class" else app).request_class = Mine
        assert call(app).body == b"body"
        Mine.close = lambda self: closed.append(self)
        assert call(app).body == b"body"
        assert [type(one) for one in closed] == [Mine]

    def test_each_application_looks_for_itself(self) -> None:
        class App(Kernos): ...

        apps = [served(App), served(App)]
        App.dispatch_request = saying("mine")
        assert [call(app).body for app in apps] == [b"mine", b"mine"]


class Holder:
    is_known = False


def test_a_flag_is_raised_on_one_and_taken_back_from_all() -> None:
    flag = Flag("is_known")
    some = [Holder() for _ in range(3)]
    for one in some[:2]:
        flag.raise_on(one, flag.times_taken_back)
    assert [one.is_known for one in some] == [True, True, False]
    flag.take_back()
    assert [one.is_known for one in some] == [False] * 3


def test_a_flag_that_was_taken_back_meanwhile_is_not_raised() -> None:
    flag, one = Flag("is_known"), Holder()
    since = flag.times_taken_back
    flag.take_back()
    flag.raise_on(one, since)
    assert not one.is_known


def test_a_flag_holds_nobody_alive() -> None:
    flag, one = Flag("is_known"), Holder()
    flag.raise_on(one, 0)
    ref = weakref.ref(one)
    del one
    gc.collect()
    assert ref() is None
    flag.take_back()


def test_threads_may_take_a_flag_back_at_once() -> None:
    flag, errors = Flag("is_known"), []
    some = [Holder() for _ in range(50)]

    def run() -> None:
        try:
            for _ in range(200):
                for one in some:
                    flag.raise_on(one, flag.times_taken_back)
                flag.take_back()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert errors == []
    flag.take_back()
    assert not any(one.is_known for one in some)

"""Command lines with one fault each."""

from __future__ import annotations

import sys
import time
import typing as t

from planted_faults import PlantedFaults

import kernos
from kernos import Kernos
from kernos.contracts import CommandLine
from kernos.testing.conformance.cli import CommandLineKit
from kernos.testing.doubles import MemoryCommandLine, doubles
from kernos.testing.doubles.cli import MemoryCommand, MemoryGroup, MemoryResult, MemoryRunner, run


class Sound(CommandLineKit):
    others = doubles()
    component: type = MemoryCommandLine

    def make_command_line(self, app: Kernos | None = None) -> CommandLine:
        return self.component(app)


FAULTS = PlantedFaults(Sound, "test_a_command_is_run_by_its_name")


class Grouping(MemoryCommandLine):
    """Makes groups of a kind of its own."""

    kind: type[MemoryGroup] = MemoryGroup

    def group(self, name: str | None) -> MemoryGroup:
        return self.kind(name)


class Running(MemoryCommandLine):
    """Has a runner of a kind of its own."""

    kind: type[MemoryRunner] = MemoryRunner

    def runner(self, app: Kernos, **kwargs: t.Any) -> MemoryRunner:
        return self.kind(app, **kwargs)


# --- groups ----------------------------------------------------------------------------------


@FAULTS.plant("test_it_is_a_command_line", "test_a_command_is_run_by_its_name")
class HasNoMain:
    def __init__(self, app: Kernos | None = None) -> None:
        self.group = MemoryCommandLine().group
        self.runner = MemoryCommandLine().runner


@FAULTS.plant("test_a_group_is_new_and_empty")
class KeepsItsGroups(MemoryCommandLine):
    def __init__(self, app: Kernos | None = None) -> None:
        self.groups: dict[t.Any, MemoryGroup] = {}

    def group(self, name: str | None) -> MemoryGroup:
        return self.groups.setdefault(name, MemoryGroup(name))


@FAULTS.plant("test_a_group_has_the_name_that_it_was_made_with")
class NamesTheNameless(MemoryCommandLine):
    def group(self, name: str | None) -> MemoryGroup:
        return MemoryGroup(name or "commands")


@FAULTS.plant(
    "test_a_group_is_made_without_an_application",
    "test_commands_of_plugins_are_the_applications_too",
)
class NeedsAnApplication(MemoryCommandLine):
    def __init__(self, app: Kernos | None = None) -> None:
        self.app_name = t.cast("Kernos", app).name


@FAULTS.plant("test_a_group_holds_groups")
class SearchesTheGroupsBelow(Grouping):
    class kind(MemoryGroup):
        def __call__(self, app: Kernos, args: t.Sequence[str]) -> object:
            if args and args[0] not in self.commands:
                for command in self.commands.values():
                    if args[0] in getattr(command, "commands", {}):
                        return command(app, args)
            return super().__call__(app, args)


@FAULTS.plant("test_groups_may_stand_deep_in_each_other")
class GoesTenLevelsDeep(Grouping):
    class kind(MemoryGroup):
        def __call__(self, app: Kernos, args: t.Sequence[str]) -> object:
            return super().__call__(app, args if len(args) < 11 else [])


@FAULTS.plant("test_a_command_is_added_under_another_name")
class ForgetsTheOtherName(Grouping):
    class kind(MemoryGroup):
        def add_command(self, command: t.Any, name: str | None = None) -> None:
            super().add_command(command)


# --- the runner and its lines ----------------------------------------------------------------


@FAULTS.plant("test_a_command_is_run_by_its_name")
class LosesWhatIsPrinted(Running):
    class kind(MemoryRunner):
        def invoke(self, args: t.Sequence[str] = ()) -> MemoryResult:
            return run(self.app, args)


@FAULTS.plant("test_one_runner_runs_many_lines")
class RemembersWhatWasPrinted(Running):
    class kind(MemoryRunner):
        printed = ""

        def invoke(self, args: t.Sequence[str] = ()) -> MemoryResult:
            result = super().invoke(args)
            self.printed += result.output
            return MemoryResult(self.printed, result.exception)


class Editing(Grouping):
    """Hands on other arguments than it was given."""

    edit: t.Callable[[list[str]], t.Sequence[object]] = list

    def group(self, name: str | None) -> MemoryGroup:
        edit = type(self).edit

        class Group(MemoryGroup):
            def __call__(self, app: Kernos, args: t.Sequence[str]) -> object:
                name, *rest = args or ("",)
                if isinstance(self.commands.get(name), MemoryCommand):
                    rest = t.cast(t.Any, edit(rest))
                return super().__call__(app, [name, *rest])

        return Group(name)


@FAULTS.plant("test_arguments_arrive_in_order")
class SortsArguments(Editing):
    edit = staticmethod(lambda args: sorted(args, reverse=True))


@FAULTS.plant("test_arguments_arrive_in_order")
class GuessesTypes(Editing):
    edit = staticmethod(lambda args: [int(one) if one.isdecimal() else one for one in args])


@FAULTS.plant("test_an_argument_arrives_as_it_was_given")
class StripsArguments(Editing):
    edit = staticmethod(lambda args: [one.strip() for one in args])


@FAULTS.plant("test_an_argument_arrives_as_it_was_given")
class ExpandsVariables(Editing):
    edit = staticmethod(lambda args: [one.replace("$HOME", "/root") for one in args])


@FAULTS.plant("test_an_argument_arrives_as_it_was_given")
class MendsBytes(Editing):
    edit = staticmethod(lambda args: [one.encode(errors="replace").decode() for one in args])


@FAULTS.plant("test_too_few_or_too_many_arguments_are_refused")
class FillsUpArguments(Grouping):
    class kind(MemoryGroup):
        def command(self, name: str | None = None) -> t.Any:
            def decorator(function: t.Callable[..., object]) -> MemoryCommand:
                count = function.__code__.co_argcount
                return super(type(self), self).command(name)(
                    lambda *args: function(*[*args, *[""] * count][:count])
                )

            return decorator


@FAULTS.plant("test_an_unknown_command_is_named_and_runs_nothing")
class SaysNothingOfTheUnknown(Running):
    class kind(MemoryRunner):
        def invoke(self, args: t.Sequence[str] = ()) -> MemoryResult:
            result = super().invoke(args)
            unknown = isinstance(result.exception, LookupError)
            return MemoryResult("", result.exception) if unknown else result


@FAULTS.plant("test_what_is_no_command_runs_nothing")
class TakesPrefixes(Grouping):
    class kind(MemoryGroup):
        def __call__(self, app: Kernos, args: t.Sequence[str]) -> object:
            first = args[0] if args else ""
            names = [name for name in self.commands if first and name.startswith(first)]
            return super().__call__(app, [names[0], *args[1:]] if names else args)


@FAULTS.plant("test_what_is_no_command_runs_nothing")
class IgnoresCase(Grouping):
    class kind(MemoryGroup):
        def __call__(self, app: Kernos, args: t.Sequence[str]) -> object:
            return super().__call__(app, [*(one.lower() for one in args[:1]), *args[1:]])


@FAULTS.plant("test_an_empty_line_runs_nothing")
class RunsTheFirstByDefault(Grouping):
    class kind(MemoryGroup):
        def __call__(self, app: Kernos, args: t.Sequence[str]) -> object:
            return super().__call__(app, args or list(self.commands)[:1])


@FAULTS.plant("test_a_line_of_many_words_is_refused")
class DropsWhatIsTooMuch(Editing):
    edit = staticmethod(lambda args: args if len(args) < 1000 else [])


@FAULTS.plant("test_what_is_printed_is_kept_as_it_is")
class KeepsPrintedASCII(Running):
    class kind(MemoryRunner):
        def invoke(self, args: t.Sequence[str] = ()) -> MemoryResult:
            result = super().invoke(args)
            text = result.output.encode("ascii", "replace").decode()
            return MemoryResult(text, result.exception)


@FAULTS.plant("test_an_error_is_kept_by_the_runner")
class WrapsErrors(Running):
    class kind(MemoryRunner):
        def invoke(self, args: t.Sequence[str] = ()) -> MemoryResult:
            result = super().invoke(args)
            error = result.exception
            return MemoryResult(result.output, error and RuntimeError(str(error)))


@FAULTS.plant("test_an_error_is_kept_by_the_runner")
class RaisesErrors(Running):
    class kind(MemoryRunner):
        def invoke(self, args: t.Sequence[str] = ()) -> MemoryResult:
            result = super().invoke(args)
            if type(result.exception) not in (type(None), LookupError, SystemExit, TypeError):
                raise result.exception
            return result


@FAULTS.plant("test_a_command_ends_with_a_status")
class KnowsTwoStatuses(Running):
    class kind(MemoryRunner):
        def invoke(self, args: t.Sequence[str] = ()) -> MemoryResult:
            result = super().invoke(args)
            ended = isinstance(result.exception, SystemExit) and result.exit_code
            return MemoryResult(result.output, LookupError()) if ended else result


@FAULTS.plant("test_a_command_that_is_interrupted_does_not_end_well")
class LetsInterruptsThrough(Running):
    class kind(MemoryRunner):
        def invoke(self, args: t.Sequence[str] = ()) -> MemoryResult:
            result = super().invoke(args)
            if isinstance(result.exception, KeyboardInterrupt):
                raise result.exception
            return result


@FAULTS.plant("test_a_command_that_is_added_late_is_found_at_once")
class ReadsCommandsOnce(Running):
    def runner(self, app: Kernos, **kwargs: t.Any) -> MemoryRunner:
        self.frozen = getattr(self, "frozen", None)
        if self.frozen is None:
            self.frozen = dict(app.cli.commands)
        app.cli.commands.clear()
        app.cli.commands.update(self.frozen)
        return MemoryRunner(app)


_SHARED: dict[str, t.Any] = {}


@FAULTS.plant("test_two_applications_share_no_commands")
class SharesCommands(Grouping):
    class kind(MemoryGroup):
        def add_command(self, command: t.Any, name: str | None = None) -> None:
            super().add_command(command, name)
            _SHARED[name or command.name] = command

        def __call__(self, app: Kernos, args: t.Sequence[str]) -> object:
            self.commands = {**_SHARED, **self.commands}
            return super().__call__(app, args)


# --- contexts --------------------------------------------------------------------------------


class Contexts(Grouping):
    """Makes commands that run in another way."""

    def group(self, name: str | None) -> MemoryGroup:
        call = type(self).call

        class Command(MemoryCommand):
            def __call__(self, app: Kernos, args: t.Sequence[str]) -> object:
                return call(self, app, args)

        class Group(MemoryGroup):
            def command(self, name: str | None = None) -> t.Any:
                def decorator(function: t.Callable[..., object]) -> MemoryCommand:
                    command = Command(name, function)
                    self.add_command(command)
                    return command

                return decorator

        return Group(name)

    @staticmethod
    def call(command: MemoryCommand, app: Kernos, args: t.Sequence[str]) -> object:
        raise NotImplementedError


@FAULTS.plant("test_a_command_runs_in_a_context_of_the_application")
class HasNoContext(Contexts):
    @staticmethod
    def call(command: MemoryCommand, app: Kernos, args: t.Sequence[str]) -> object:
        return command.callback(*args)


@FAULTS.plant("test_each_run_has_a_context_of_its_own", "test_the_context_ends_with_the_command")
class KeepsOneContext(Contexts):
    kept: t.ClassVar[dict[int, t.Any]] = {}

    @staticmethod
    def call(command: MemoryCommand, app: Kernos, args: t.Sequence[str]) -> object:
        g = KeepsOneContext.kept.setdefault(id(app), {})
        with app.app_context():
            vars(kernos.g._get_current_object()).update(g)
            try:
                return command.callback(*args)
            finally:
                g.update(vars(kernos.g._get_current_object()))
                app.do_teardown_appcontext()


@FAULTS.plant("test_the_context_ends_with_the_command")
class EndsTheContextTwice(Contexts):
    @staticmethod
    def call(command: MemoryCommand, app: Kernos, args: t.Sequence[str]) -> object:
        with app.app_context():
            answer = command.callback(*args)
            app.do_teardown_appcontext()
            return answer


# --- lines -----------------------------------------------------------------------------------


@FAULTS.plant("test_a_line_is_run_for_its_application")
class EatsTheLine(MemoryCommandLine):
    def main(self, app: Kernos | None, args: t.Any) -> MemoryResult:
        result = super().main(app, args)
        if isinstance(args, list):
            args.clear()
        return result


@FAULTS.plant("test_a_line_without_arguments_takes_the_processs")
class ReadsNoProcess(MemoryCommandLine):
    def main(self, app: Kernos | None, args: t.Sequence[str] | None) -> MemoryResult:
        return super().main(app, args or [])


@FAULTS.plant("test_a_line_without_arguments_takes_the_processs")
class TakesTheProgramForACommand(MemoryCommandLine):
    def main(self, app: Kernos | None, args: t.Sequence[str] | None) -> MemoryResult:
        return super().main(app, sys.argv if args is None else args)


@FAULTS.plant("test_a_line_that_fails_does_not_end_well", "test_a_command_ends_with_a_status")
class AlwaysEndsWell(MemoryCommandLine):
    def main(self, app: Kernos | None, args: t.Sequence[str] | None) -> t.Any:
        super().main(app, args)


@FAULTS.plant("test_a_line_that_finds_no_application_does_not_end_well")
class DoesWithoutAnApplication(MemoryCommandLine):
    def main(self, app: Kernos | None, args: t.Sequence[str] | None) -> t.Any:
        return None if app is None else super().main(app, args)


@FAULTS.plant("test_a_blueprints_commands_stand_in_its_group")
class MergesGroups(Grouping):
    class kind(MemoryGroup):
        def add_command(self, command: t.Any, name: str | None = None) -> None:
            super().add_command(command, name)
            self.commands.update(getattr(command, "commands", {}))


@FAULTS.plant("test_commands_of_plugins_are_the_applications_too")
class TakesNoGroups(Grouping):
    class kind(MemoryGroup):
        def add_command(self, command: t.Any, name: str | None = None) -> None:
            if getattr(command, "name", "") == "acme":
                raise TypeError("a command, please")
            super().add_command(command, name)


# --- threads ---------------------------------------------------------------------------------


@FAULTS.plant("test_groups_made_at_once_share_nothing")
class FillsOneGroupAtATime(MemoryCommandLine):
    def group(self, name: str | None) -> MemoryGroup:
        self.current = MemoryGroup(name)
        time.sleep(0.001)
        return self.current


@FAULTS.plant("test_lines_run_at_once_each_for_its_own_application")
class RunsTheLastApplication(MemoryCommandLine):
    def main(self, app: Kernos | None, args: t.Sequence[str] | None) -> MemoryResult:
        if app is None or args is None:
            return super().main(app, args)
        self.app, self.args = app, args
        time.sleep(0.001)
        return run(self.app, self.args)


@FAULTS.plant("test_commands_are_added_while_others_run")
class LooksThroughTheTable(Grouping):
    class kind(MemoryGroup):
        def __call__(self, app: Kernos, args: t.Sequence[str]) -> object:
            for name in self.commands:
                time.sleep(0.0001)
                if name == "no such command":
                    break
            return super().__call__(app, args)

"""The commands about scenario files: init, check, show, schema."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ccsim.cli import options, starter
from ccsim.cli.faults import SCHEMA_VERSION, ExitCode, answering, problems_of
from ccsim.cli.speaking import heading, note, tell, tell_object, warn
from ccsim.errors import InputError

if TYPE_CHECKING:
    from ccsim.plan.plan import Plan
    from ccsim.scenario.model import Scenario

Files = Annotated[list[Path], typer.Argument(metavar="FILE", help="Scenario files.")]


def init(
    name: Annotated[
        Path, typer.Argument(metavar="NAME", help="Name of the new scenario; a folder before it is made.")
    ] = Path("my-centre"),
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="SCENARIO", help="Start from this shipped scenario.", show_default=False),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the shipped scenarios and write nothing.")] = False,
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Write a commented scenario to start from, with its JSON Schema beside it.

    Nothing that exists is overwritten, but for the schema, which is always the current one.
    """
    with answering("init", json=json, debug=debug):
        if listed:
            _list_shipped(json=json)
            return
        written = starter.write_starter(name, source)
        if json:
            tell_object({"schema_version": SCHEMA_VERSION, "command": "init", "files": [str(path) for path in written]})
        else:
            tell("\n".join(f"written: {path}" for path in written))
            note(f"next: ccsim check {written[0]}; ccsim run {written[0]}")


def check(files: Files, sets: options.Sets = None, json: options.Json = False, debug: options.Debug = False) -> None:
    """Look for every mistake in scenario files, without running them.

    Exit code 3 if there is one.
    """
    with answering("check", json=json, debug=debug):
        from ccsim.cli.summary import in_short, load_words
        from ccsim.scenario.load import load_scenario
        from ccsim.scenario.warnings import warnings
        from ccsim.study.memory import refuse_what_does_not_fit

        fine: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        for file in files:
            try:
                scenario = load_scenario(file, sets=options.typed(sets))
                refuse_what_does_not_fit([scenario], scenario.study.replications)
                _refuse_never_judged(scenario)
            except InputError as error:
                errors += problems_of(error)
                note(str(error))
                continue
            found = warnings(scenario)
            for text in found:
                warn(f"{file}: {text}")
            fine.append({"file": str(file), **in_short(scenario), "warnings": found})
        if json:
            tell_object({"schema_version": SCHEMA_VERSION, "command": "check", "files": fine, "errors": errors})
        else:
            for one in fine:
                tell(f"fine: {one['file']}: {load_words(one)}")
        if errors:
            raise typer.Exit(ExitCode.INVALID)


def _refuse_never_judged(scenario: "Scenario") -> None:
    """Refuses targets on what neither the scenario nor an arm of it measures."""
    if not scenario.targets:
        return
    from ccsim.plan.compile import compile_plan
    from ccsim.scenario.load import load_arms
    from ccsim.study.targets import refuse_never_judged

    def plans() -> Iterator["Plan"]:
        yield compile_plan(scenario)
        yield from map(compile_plan, load_arms(scenario).values())

    refuse_never_judged(scenario, plans())


def show(
    file: options.Scenario,
    resolved: Annotated[
        bool, typer.Option("--resolved", help="Show it as one file: bases, arm and settings applied.")
    ] = False,
    origins: Annotated[
        bool, typer.Option("--origins", help="The same, with the place where each value was written.")
    ] = False,
    arm: Annotated[
        str | None, typer.Option("--arm", metavar="ARM", help="Show this arm of the file.", show_default=False)
    ] = None,
    sets: options.Sets = None,
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Show a scenario in short, or as the one file that it amounts to."""
    with answering("show", json=json, debug=debug):
        from ccsim.cli import summary
        from ccsim.scenario.load import load_scenario
        from ccsim.scenario.show import resolved as as_yaml

        scenario = load_scenario(file, sets=options.typed(sets), arm=arm)
        if json:
            shown = {"scenario": summary.in_short(scenario), "resolved": as_yaml(scenario, origins=origins)}
            tell_object({"schema_version": SCHEMA_VERSION, "command": "show", **shown})
        elif resolved or origins:
            tell(as_yaml(scenario, origins=origins).rstrip())
        else:
            tell("\n".join([heading(scenario.name), *summary.lines(scenario)]))


class Kind(StrEnum):
    """Files that have a schema."""

    SCENARIO = "scenario"
    STUDY = "study"


def schema(
    kind: Annotated[Kind, typer.Argument(metavar="[KIND]", help="scenario or study.")] = Kind.SCENARIO,
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Print the JSON Schema of scenario files or of study files, for editors."""
    with answering("schema", json=json, debug=debug):
        if kind is Kind.STUDY:
            from ccsim.scenario.study_file import study_schema

            tell_object(study_schema())
        else:
            from ccsim.scenario.schema import json_schema

            tell_object(json_schema())


def _list_shipped(*, json: bool) -> None:
    shipped = starter.shipped()
    if json:
        names = [{"name": one.name, "about": one.about} for one in shipped]
        tell_object({"schema_version": SCHEMA_VERSION, "command": "init", "scenarios": names})
        return
    width = max((len(one.name) for one in shipped), default=0)
    tell("\n".join(f"{one.name:<{width}}  {one.about}".rstrip() for one in shipped))

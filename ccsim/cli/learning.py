"""The command that explains one need: trace."""

from typing import Annotated

import typer

from ccsim.cli import options
from ccsim.cli.faults import answering
from ccsim.cli.running import compile_what_is_cold, read
from ccsim.cli.speaking import heading, tell, tell_object


def trace(
    scenario: options.Scenario,
    need: Annotated[
        str | None,
        typer.Option(
            "--need",
            metavar="NEED",
            help="Number in order of arrival from 0, label of a replayed need, or need id; left out: one with a story.",
            show_default=False,
        ),
    ] = None,
    arm: Annotated[
        str | None, typer.Option("--arm", metavar="ARM", help="Arm of the file that is played.", show_default=False)
    ] = None,
    replication: Annotated[
        int, typer.Option("--replication", metavar="N", min=0, help="Number of the replication, from 0.")
    ] = 0,
    seed: options.Seed = None,
    sets: options.Sets = None,
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Tell one need's story in plain words."""
    with answering("trace", json=json, debug=debug):
        compile_what_is_cold(read([scenario], sets))
        from ccsim.cli.contract import trace_object
        from ccsim.study.trace import trace as study

        story = study(scenario, need=need, seed=seed, replication=replication, arm=arm, sets=options.typed(sets))
        if json:
            tell_object(trace_object(story))
        else:
            tell("\n".join([heading(story.title), *story.lines]))

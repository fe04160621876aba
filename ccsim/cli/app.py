"""The list of commands, in the order of the help."""

import gc
import sys
from typing import Annotated

import typer

from ccsim.cli import formulas, learning, rendering, reproducing, running, sweeping, writing
from ccsim.cli.faults import ExitCode
from ccsim.cli.speaking import hush, note, tell

app = typer.Typer(
    name="ccsim",
    help="A contact-centre simulator: what a service strategy does to the same customers with the same needs.",
    epilog="Exit codes: 0 fine, 1 a fault of ours, 2 wrong usage, 3 invalid scenario or data, "
    "4 ran but a stated target is missed (by any arm or point; not where it is not known yet), "
    "5 some points of a study failed, 130 interrupted.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

WRITE, RUN, LEARN = "write", "run", "learn"
FLOOR = "scenarios/erlang-floor.yaml"
NET = "scenarios/cast-the-net.yaml"
DEPTH = "experiments/containment-depth.yaml"


def examples(*lines: str) -> str:
    """The examples below a command's help, a line each.

    Parameters
    ----------
    *lines : str

    Returns
    -------
    str
    """
    return "\n\n".join(["[bold]Examples[/bold]", *lines])


def _show_version(wanted: bool) -> None:
    if wanted:
        from ccsim.provenance import VERSION

        tell(f"ccsim {VERSION}")
        raise typer.Exit


@app.callback()
def ccsim(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """What a service strategy does to the same customers, simulated."""
    del version


def main() -> int:
    """Read the command line, do what it says.

    Returns
    -------
    int
        Exit code.
    """
    # what is loaded stays to the end; looking for garbage in it takes a tenth of a short command
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a name should not stop a run on a narrow terminal
    try:
        app(prog_name="ccsim")
    except KeyboardInterrupt:
        note("interrupted")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        hush(sys.stdout)
    except SystemExit as end:
        return _code(end)
    return ExitCode.FINE


def _code(end: SystemExit) -> int:
    """The exit code, with what is still to be written hushed where the reader has gone."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        hush(sys.stdout)
    return end.code if isinstance(end.code, int) else ExitCode.FINE if end.code is None else ExitCode.FAULT


app.command(
    "init",
    rich_help_panel=WRITE,
    epilog=examples("ccsim init", "ccsim init my-floor --from erlang-floor", "ccsim init --list"),
)(writing.init)
app.command(
    "check", rich_help_panel=WRITE, epilog=examples(f"ccsim check {FLOOR}", f"ccsim check {FLOOR} {NET} --json")
)(writing.check)
app.command(
    "show",
    rich_help_panel=WRITE,
    epilog=examples(
        f"ccsim show {FLOOR}", f"ccsim show {FLOOR} --resolved", f"ccsim show {NET} --origins --set shrinkage=30%"
    ),
)(writing.show)
app.command(
    "schema",
    rich_help_panel=WRITE,
    epilog=examples("ccsim schema > ccsim.schema.json", "ccsim schema study > study.schema.json"),
)(writing.schema)
app.command(
    "run",
    rich_help_panel=RUN,
    epilog=examples(
        f"ccsim run {FLOOR}",
        f"ccsim run {FLOOR} --replications 5 --set service_level.within=30s --json",
        f"ccsim run {FLOOR} --replications 2 --out results --log logs",
        f"ccsim run {FLOOR} --precision service_level=4pp --precision asa=20% --most 60",
    ),
)(running.run)
app.command(
    "compare",
    rich_help_panel=RUN,
    epilog=examples(
        f"ccsim compare {NET} --replications 2 --out results",
        f"ccsim compare {NET} --arms contain,open --baseline open --replications 2 --json",
        f'ccsim compare {FLOOR} --arm "twelve:agents.agents.staffing.agents=12" --levelling none --replications 2',
    ),
)(running.compare)
app.command(
    "sweep",
    rich_help_panel=RUN,
    epilog=examples(
        f"ccsim sweep {DEPTH} --dry-run",
        f"ccsim sweep {DEPTH} --out depth --jobs 2",
        f"ccsim sweep {DEPTH} --out part-1 --shard 1/3",
        f"ccsim sweep {DEPTH} --precision service_level=1pp --most 100 --dry-run",
        f"ccsim sweep {DEPTH} --out depth --cluster tcp://10.0.0.1:8786",
    ),
)(sweeping.sweep)
app.command(
    "merge",
    rich_help_panel=RUN,
    epilog=examples("ccsim merge part-1 part-2 part-3 --out depth"),
)(sweeping.merge)
app.command(
    "report",
    rich_help_panel=RUN,
    epilog=examples(
        "ccsim report results/result.json",
        "ccsim report results/result.json --out elsewhere",
        "ccsim report results/result.json --out results.xlsx",
        "ccsim report depth",
    ),
)(rendering.report)
app.command(
    "reproduce",
    rich_help_panel=RUN,
    epilog=examples("ccsim reproduce results/result.json", "ccsim reproduce depth --jobs 2"),
)(reproducing.reproduce)
app.command(
    "trace",
    rich_help_panel=LEARN,
    epilog=examples(f"ccsim trace {FLOOR}", f"ccsim trace {FLOOR} --need 7 --replication 2"),
)(learning.trace)
for command, name, example in (
    (formulas.erlang_a, "erlang-a", "--rate 120/h --handling 5min --agents 10 --patience 3min --within 20s"),
    (formulas.erlang_b, "erlang-b", "--rate 120/h --handling 5min --lines 20"),
    (formulas.erlang_c, "erlang-c", "--rate 120/h --handling 5min --agents 12 --within 20s"),
    (
        formulas.patience,
        "patience",
        "--rate 300/h --handling 4min --agents 20 --patience 2min --law constant --at-once 10%",
    ),
    (
        formulas.priorities,
        "priorities",
        "--rate 50/h --rate 60/h --handling 4min --agents 8 --patience 3min",
    ),
    (
        formulas.day,
        "day",
        "--rate 60/h --rate 120/h --rate 90/h --agents 6 --agents 10 --agents 7 --handling 5min --patience 3min",
    ),
    (
        formulas.chat,
        "chat",
        "--rate 60/h --work 5min --agents 4 --slow-down 1.6 --slow-down 2.1 --patience 2min",
    ),
    (
        formulas.gate,
        "gate",
        "--rate 200/h --lines 16 --gate-time 45s --to-agents 70% --handling 4min --agents 10 --patience 2min",
    ),
    (
        formulas.redials,
        "redials",
        "--rate 120/h --handling 5min --agents 10 --patience 3min --redial 50% --reconnect 10%",
    ),
    (formulas.repeats, "repeats", "--resolved 72% --returns 80%"),
    (formulas.detection, "detection", '--signals 5 --yield 5% --rate 10/day --life "90 days"'),
):
    formulas.theory.command(name, epilog=examples(f"ccsim theory {name} {example}"))(command)
app.add_typer(
    formulas.theory,
    name="theory",
    rich_help_panel=LEARN,
    epilog=examples("ccsim theory erlang-a --help", "ccsim theory --sources"),
)

"""The commands that simulate: run and compare."""

import gc
import shlex
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from ccsim.cli import options
from ccsim.cli.faults import ExitCode, answering
from ccsim.cli.progress import Progress, progress_on_stderr
from ccsim.cli.rendering import is_workbook, write_results
from ccsim.cli.speaking import as_json, note, tell, tell_object, warn

if TYPE_CHECKING:
    from ccsim.scenario.load import Typed
    from ccsim.scenario.model import Scenario
    from ccsim.study.results import CompareResult, RunResult

Result = TypeVar("Result")
WORKERS_NEED = ("ccsim.study.playing",)
FAST_ENGINE = "ccsim.engine.compiled.engine"


def run(
    scenario: options.Scenario,
    seed: options.Seed = None,
    replications: options.Replications = None,
    precision: options.Precision = None,
    least: options.Least = None,
    most: options.Most = None,
    engine: options.EngineName = options.Engine.AUTO,
    jobs: options.Jobs = 1,
    sets: options.Sets = None,
    by: options.By = None,
    out: options.Out = None,
    log: Annotated[
        Path | None,
        typer.Option(
            "--log",
            metavar="DIR",
            help="Write what happened there, as CSV, one folder for each replication.",
            show_default=False,
        ),
    ] = None,
    json: options.Json = False,
    reproducible: options.Reproducible = False,
    debug: options.Debug = False,
) -> None:
    """Simulate one scenario and estimate every measure.

    With --precision, replications are added until the intervals are narrow enough.
    Exit code 4: it ran, but a target that the scenario states is missed; one that is not known yet is said and exits 0.
    """
    with answering("run", json=json, debug=debug):
        widths = options.read_precision(precision, replications, least, most)
        kinds = options.read_by(by)
        with workers_begin(engine.value, jobs):
            (loaded,) = read([scenario], sets)
        _make_room(out)
        make_folder(log)
        compile_what_is_cold([loaded], engine=engine.value, replications=_foreseen(replications, widths, most))
        from ccsim.study import replicate

        result = _with_progress(
            lambda progress: replicate.run(
                loaded,
                seed=seed,
                replications=replications,
                precision=widths,
                least=least,
                most=most,
                jobs=jobs,
                engine=engine.value,
                log=log,
                progress=progress,
                reproducible=reproducible,
                command=_command(
                    "run", [scenario], sets, seed, replications, precision=precision, least=least, most=most
                ),
            )
        )
        _hand_over(result, out=out, json=json, by=kinds)


def compare(
    scenarios: Annotated[
        list[Path], typer.Argument(metavar="SCENARIO", help="One scenario file with arms, or several files.")
    ],
    arms: Annotated[
        str | None, typer.Option("--arms", metavar="A,B", help="Only these arms of the file.", show_default=False)
    ] = None,
    arm: Annotated[
        list[str] | None,
        typer.Option(
            "--arm",
            metavar="NAME:PATH=VALUE,...",
            help="One more arm; may be repeated. Beside a file without arms, the file itself is the first.",
            show_default=False,
        ),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline",
            metavar="ARM",
            help="Arm that the others are compared with; left out: the first.",
            show_default=False,
        ),
    ] = None,
    different_worlds: Annotated[
        bool,
        typer.Option(
            "--different-worlds",
            help="Allow arms that change needs or customers, such as more volume; they are then not paired.",
        ),
    ] = False,
    levelling: Annotated[
        options.Levelling | None,
        typer.Option(
            "--levelling",
            help="roster: refuse arms whose scheduled hours differ; none: each keeps its own. Left out: as the file "
            "says, else roster for the arms of one file and none for several files.",
            show_default=False,
        ),
    ] = None,
    seed: options.Seed = None,
    replications: options.Replications = None,
    precision: options.Precision = None,
    least: options.Least = None,
    most: options.Most = None,
    engine: options.EngineName = options.Engine.AUTO,
    jobs: options.Jobs = 1,
    sets: options.Sets = None,
    out: options.Out = None,
    json: options.Json = False,
    reproducible: options.Reproducible = False,
    debug: options.Debug = False,
) -> None:
    """Simulate several arms with the same customers, and estimate what differs.

    A difference is arm minus baseline, paired replication by replication.
    With --precision, replications are added until the intervals of every arm and of every difference are narrow enough.
    Exit code 4: it ran, but an arm misses a target that the scenario states, be it the baseline; one that is not known
    yet is said and exits 0.
    """
    with answering("compare", json=json, debug=debug):
        picked = None if arms is None else [name.strip() for name in arms.split(",") if name.strip()]
        added = [read_arm(text) for text in arm or ()]
        _refuse_twice([name for name, _ in added])
        widths = options.read_precision(precision, replications, least, most)
        with workers_begin(engine.value, jobs):
            loaded = read(scenarios, sets)
        _make_room(out)
        compile_what_is_cold(loaded, engine=engine.value, replications=_foreseen(replications, widths, most))
        from ccsim.study import compare as study

        result = _with_progress(
            lambda progress: study.compare(
                scenarios if len(scenarios) > 1 else scenarios[0],
                arms=picked,
                add_arms={name: _moves(moves) for name, moves in added} or None,
                baseline=baseline,
                seed=seed,
                replications=replications,
                precision=widths,
                least=least,
                most=most,
                jobs=jobs,
                engine=engine.value,
                sets=options.typed(sets),
                different_worlds=different_worlds,
                levelling=None if levelling is None else levelling.value,
                progress=progress,
                reproducible=reproducible,
                command=_command(
                    "compare",
                    scenarios,
                    sets,
                    seed,
                    replications,
                    precision=precision,
                    least=least,
                    most=most,
                    arms=arms,
                    arm=arm,
                    baseline=baseline,
                    worlds=different_worlds,
                    levelling=levelling,
                ),
            )
        )
        _hand_over(result, out=out, json=json)


def read_arm(text: str) -> tuple[str, dict[str, str]]:
    """An arm typed as an option: its name, and the levers it moves.

    Parameters
    ----------
    text : str
        NAME:path=value,path=value; commas inside brackets belong to the value. NAME: alone moves nothing.

    Returns
    -------
    str
    dict of str to str
        Value text by path.

    Raises
    ------
    typer.BadParameter
        If it is no such thing.

    Examples
    --------
    >>> read_arm("wide:channels.phone.gate=off,agents.all.staffing={shift: day, agents: 9}")
    ('wide', {'channels.phone.gate': 'off', 'agents.all.staffing': '{shift: day, agents: 9}'})
    """
    name, colon, settings = text.partition(":")
    pairs = [piece.partition("=") for piece in _outside_brackets(settings)] if settings.strip() else []
    if not (name.strip() and colon) or not all(path.strip() and equals for path, equals, _ in pairs):
        raise typer.BadParameter(f'--arm "{text}": write NAME:path=value,path=value')
    return name.strip(), {path.strip(): value.strip() for path, _, value in pairs}


def _refuse_twice(names: Sequence[str]) -> None:
    """Refuses two arms of one name."""
    for name in names:
        if names.count(name) > 1:
            raise typer.BadParameter(f'--arm "{name}" is given twice; give each arm a name of its own')


def _moves(moves: dict[str, str]) -> dict[str, "Typed"]:
    return dict(zip(moves, options.typed(list(moves.values()), "--arm"), strict=True))


def _outside_brackets(text: str) -> list[str]:
    """The pieces between commas that no bracket and no quotation mark encloses."""
    pieces, depth, quote = [""], 0, ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == "," and depth == 0:
            pieces.append("")
            continue
        else:
            depth += (letter in "[{(") - (letter in ")}]")
        pieces[-1] += letter
    return pieces


def _foreseen(replications: int | None, widths: dict[str, str] | None, most: int | None) -> int | None:
    """How many replications are likely at most; None for the scenario's."""
    if not widths:
        return replications
    from ccsim.estimation.sequential import bounds_of

    return bounds_of(None, most).most


def _make_room(out: Path | None) -> None:
    """Make the place for results before the work, and look for what a workbook needs."""
    if out is None or not is_workbook(out):
        make_folder(out)
        return
    from ccsim.report.workbook import check_extra

    check_extra()
    make_folder(out.parent)


def make_folder(folder: Path | None) -> None:
    """The folder for results, made first, so that no work is lost for it.

    Parameters
    ----------
    folder : Path or None

    Raises
    ------
    typer.BadParameter
        If it cannot be made.
    """
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise typer.BadParameter(f"{folder}: {fault.strerror}") from None


@contextmanager
def workers_begin(engine: str, jobs: int) -> Iterator[None]:
    """Workers load what they need while the caller reads.

    Parameters
    ----------
    engine : str
    jobs : int

    Notes
    -----
    There are none where something must be compiled first. A mistake in what is read doesn't wait for them: they are
    stopped at once.
    """
    from ccsim.cache import is_cold_for

    if jobs == 1 or is_cold_for(engine):
        yield
        return
    from ccsim.study.workers import start_workers, stop_workers

    start_workers(jobs, WORKERS_NEED if engine == "reference" else (*WORKERS_NEED, FAST_ENGINE))
    try:
        yield
    except BaseException:
        stop_workers(jobs)
        raise


def read(files: Sequence[Path], sets: Sequence[str] | None) -> list["Scenario"]:
    """The scenarios, before anything is compiled, loaded or written.

    Parameters
    ----------
    files : sequence of Path
    sets : sequence of str or None
        "path=value" changes.

    Returns
    -------
    list of Scenario

    Raises
    ------
    ScenarioError
        With all problems of a file.
    """
    from ccsim.scenario.load import load_scenario

    return [load_scenario(file, sets=options.typed(sets)) for file in files]


def compile_what_is_cold(
    scenarios: Sequence["Scenario"], *, engine: str = "reference", replications: int | None = None
) -> None:
    """Compiles what is not compiled yet, and says so.

    Parameters
    ----------
    scenarios : sequence of Scenario
    engine : str
    replications : int or None
        As the first scenario says where None.
    """
    from ccsim.cache import is_cold, is_cold_for

    if not is_cold_for(engine):
        return
    started = time.monotonic()
    if is_cold_for("reference"):
        note("compiling once, about half a minute ...")
    from ccsim.engine.run import choose_engine  # importing these compiles the draws and the passes of the measures
    from ccsim.metrics.measure import compile_passes
    from ccsim.plan.compile import compile_plan

    # an arm is about as much work as its scenario
    plans = [compile_plan(scenario) for scenario in scenarios for _ in range(max(1, len(scenario.arms)))]
    n = scenarios[0].study.replications if replications is None else replications
    compile_passes(plans[0])
    if choose_engine(engine, plans, n) == "compiled" and is_cold("compiled"):
        note("compiling the fast engine once, about as long again ...")
        from ccsim.engine.compiled.engine import compile_engine

        compile_engine(plans[0])
    if time.monotonic() - started > 2.0:
        note(f"compiled in {time.monotonic() - started:.0f} s")


def _with_progress(work: Callable[[Progress], Result]) -> Result:
    # from here on garbage is looked for again, though not in what has been loaded
    gc.freeze()
    gc.enable()
    with progress_on_stderr() as progress:
        return work(progress)


def _hand_over(
    result: "RunResult | CompareResult",
    *,
    out: Path | None,
    json: bool,
    by: Sequence[tuple[str, ...]] = (),
) -> None:
    """Print a result, and write it to the folder."""
    from ccsim.report.prose import warnings
    from ccsim.study.results import RunResult

    for text in warnings(result):
        warn(text)
    if json:
        tell_object(_as_object(result))
    else:
        from ccsim.cli.pages import compare_text, run_text

        tell(run_text(result, by) if isinstance(result, RunResult) else compare_text(result))
    if out is not None:
        (page, *_) = write_results(result, out)
        if not is_workbook(out):
            (out / "result.json").write_text(as_json(_as_object(result)) + "\n", encoding="utf-8")
        note(f"written: {page}")
    _tell_targets(result)


def _tell_targets(result: "RunResult | CompareResult") -> None:
    """Say which targets are missed or not known yet; a missed one is the exit code."""
    from ccsim.report.targets import in_one_line

    missed, unknown = (in_one_line(result, verdict) for verdict in ("missed", "unknown"))
    for text in filter(None, (unknown, missed)):
        note(text)
    if missed:
        raise typer.Exit(ExitCode.MISSED)


def _as_object(result: "RunResult | CompareResult") -> dict[str, Any]:
    """What the JSON contract says of a result."""
    from ccsim.cli.contract import compare_object, run_object
    from ccsim.study.results import RunResult

    return run_object(result) if isinstance(result, RunResult) else compare_object(result)


def _command(
    name: str,
    scenarios: Sequence[Path],
    sets: Sequence[str] | None,
    seed: int | None,
    replications: int | None,
    *,
    precision: Sequence[str] | None = None,
    least: int | None = None,
    most: int | None = None,
    arms: str | None = None,
    arm: Sequence[str] | None = None,
    baseline: str | None = None,
    worlds: bool = False,
    levelling: options.Levelling | None = None,
) -> str:
    """The command that gives the same numbers: without what only says how fast, where to or how they are shown."""
    words = ["ccsim", name, *map(str, scenarios)]
    words += ["--seed", str(seed)] * (seed is not None)
    for option, number in (("--replications", replications), ("--least", least), ("--most", most)):
        words += [option, str(number)] * (number is not None)
    for option, values in (("--precision", precision), ("--set", sets), ("--arm", arm)):
        words += [word for value in values or () for word in (option, value)]
    words += ["--arms", arms] if arms is not None else []
    words += ["--baseline", baseline] if baseline is not None else []
    words += ["--levelling", levelling.value] if levelling is not None else []
    words += ["--different-worlds"] * worlds
    return shlex.join(words)

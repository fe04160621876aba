"""The commands about studies: sweep and merge."""

import re
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccsim.cli import options
from ccsim.cli.faults import ExitCode, answering
from ccsim.cli.progress import Progress, progress_on_stderr
from ccsim.cli.rendering import write_results
from ccsim.cli.running import compile_what_is_cold, make_folder, workers_begin
from ccsim.cli.speaking import as_json, heading, note, tell, tell_object, warn
from ccsim.errors import ClusterLost

if TYPE_CHECKING:
    from ccsim.study.agenda import Agenda, Worlds
    from ccsim.study.sweep_results import Forecast, SweepResult

MOST_SHOWN = 60  # points
Folder = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="Keep the ledger there, and write results.csv, study.json and report.html.",
        show_default=False,
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what it would take, and write nothing.")]
ShardText = Annotated[
    str | None,
    typer.Option("--shard", metavar="I/N", help="Only part I of N of the points; see merge.", show_default=False),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Play on the workers of a dask scheduler, such as tcp://10.0.0.1:8786; with the extra \\[cluster].",
        show_default=False,
    ),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Delete what the folder's ledger holds, and begin anew.")]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask before deleting.")]


Parquet = Annotated[
    bool,
    typer.Option("--parquet", help="Write results.parquet beside results.csv too; with the extra \\[parquet]."),
]


def sweep(
    study: Annotated[Path, typer.Argument(metavar="STUDY", help="Study file.")],
    out: Folder = None,
    dry_run: DryRun = False,
    seed: options.Seed = None,
    replications: options.Replications = None,
    precision: options.Precision = None,
    least: options.Least = None,
    most: options.Most = None,
    engine: options.EngineName = options.Engine.AUTO,
    jobs: options.Jobs = 1,
    sets: options.Sets = None,
    cluster: Cluster = None,
    shard: ShardText = None,
    fresh: Fresh = False,
    yes: Yes = False,
    parquet: Parquet = False,
    json: options.Json = False,
    reproducible: options.Reproducible = False,
    debug: options.Debug = False,
) -> None:
    """Play every point of a study, and estimate its measures there.

    What the folder's ledger holds is not played again, so the same command continues what was stopped.
    With --precision, replications are added at each point until its intervals are narrow enough.
    Exit code 4: a point misses a target that the scenario states.
    Exit code 5: some points failed, or the cluster went away; the others are there.
    """
    with answering("sweep", json=json, debug=debug):
        part = None if shard is None else read_shard(shard)
        widths = options.read_precision(precision, replications, least, most, alone=True)
        _check_cluster(cluster, jobs)
        _check_parquet(out, parquet=parquet)
        if not dry_run:
            _ask(out, fresh=fresh, yes=yes)
        # one more than asked for, because the parent only keeps
        with workers_begin(engine.value, 1 if dry_run or jobs == 1 else jobs + 1):
            from ccsim.study.agenda import agenda_of

            agenda, worlds = agenda_of(
                study,
                sets=options.typed(sets),
                seed=seed,
                replications=replications,
                precision=widths,
                least=least,
                most=most,
            )
        if not dry_run:
            make_folder(out)
        _compile(agenda, worlds, engine.value)
        from ccsim.study import sweep as studies

        if dry_run:
            taken = studies.forecast(agenda, worlds, out=out, jobs=jobs, engine=engine.value, shard=part)
            _tell_forecast(taken, jobs, json=json)
            return
        command = _command(study, sets, seed, replications, precision=precision, least=least, most=most)
        further = command if cluster is None else f"{command} --cluster {shlex.quote(cluster)}"
        with _Stopping(further, out) as said, progress_on_stderr() as bar:
            result = studies.play_agenda(
                agenda,
                worlds,
                out=out,
                jobs=jobs,
                engine=engine.value,
                cluster=cluster,
                shard=part,
                fresh=fresh,
                progress=said.listening(bar),
                reproducible=reproducible,
                command=command,
            )
        _tell_kept(result)
        _hand_over(result, out=out, parquet=parquet, json=json)


def merge(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR", help="Folders of a study's shards.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for all of it.", show_default=False)],
    parquet: Parquet = False,
    json: options.Json = False,
    reproducible: options.Reproducible = False,
    debug: options.Debug = False,
) -> None:
    """Put the shards of a study together, and estimate its measures.

    Shards that are not of one study, and replications that disagree, are refused.
    Exit code 4: a point misses a target that the scenario states.
    Exit code 5: some points failed or are missing.
    """
    with answering("merge", json=json, debug=debug):
        from ccsim.study import sweep as studies

        _check_parquet(out, parquet=parquet)
        command = shlex.join(["ccsim", "merge", *map(str, folders)])
        result = studies.merge(folders, out=out, reproducible=reproducible, command=command)
        _hand_over(result, out=out, parquet=parquet, json=json)


def read_shard(text: str) -> tuple[int, int]:
    """A shard typed as an option.

    Parameters
    ----------
    text : str

    Returns
    -------
    int, int

    Raises
    ------
    typer.BadParameter
        If it is none.

    Examples
    --------
    >>> read_shard("2/3")
    (2, 3)
    """
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text.strip())
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise typer.BadParameter(f'--shard "{text}": write it like 1/3, 2/3, 3/3')
    return int(found[1]), int(found[2])


class _Stopping:
    """What is kept and how to continue, said when Ctrl-C stops a sweep, or its cluster goes away."""

    def __init__(self, command: str, out: Path | None) -> None:
        self._command = command
        self._out = out
        self._done = self._total = 0

    def __enter__(self) -> "_Stopping":
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: object) -> None:
        if not isinstance(fault, KeyboardInterrupt | ClusterLost):
            return
        is_lost = isinstance(fault, ClusterLost)
        what = str(fault) if is_lost else "interrupted"
        if self._out is None:
            note(f"{what}; without --out nothing is kept")
        else:
            further = f"{self._command} --out {shlex.quote(str(self._out))}"
            note(f"{what}: {self._done} of {self._total} replications are kept; go on with: {further}")
        raise typer.Exit(ExitCode.POINTS_FAILED if is_lost else ExitCode.INTERRUPTED)

    def listening(self, bar: Progress) -> Progress:
        """A progress that is also remembered."""

        def advance(done: int, total: int, points_done: int, points: int, standing: str) -> None:
            self._done, self._total = done, total
            bar(done, total, f"{points_done} of {points} points, ", standing)

        return advance


def _check_cluster(cluster: str | None, jobs: int) -> None:
    """Refuses what cannot be meant, before anything is done for it."""
    if cluster is None:
        return
    if jobs != 1:
        raise typer.BadParameter("--cluster plays on the cluster's workers, and --jobs here; name one of them")
    from ccsim.study.cluster import check_extra

    check_extra()


def _check_parquet(out: Path | None, *, parquet: bool) -> None:
    """Refuses where there is no place or no package for it."""
    if not parquet:
        return
    if out is None:
        raise typer.BadParameter("--parquet writes into the folder of --out; name one")
    from ccsim.report.parquet import check_extra

    check_extra()


def _ask(out: Path | None, *, fresh: bool, yes: bool) -> None:
    """Asks before a ledger is deleted."""
    if out is None or not fresh or yes or not (out / "ledger.sqlite").exists():
        return
    if not sys.stdin.isatty():
        raise typer.BadParameter(f"--fresh deletes {out / 'ledger.sqlite'}; add --yes if that is meant")
    typer.confirm(f"Delete {out / 'ledger.sqlite'} and begin anew?", abort=True, err=True)


def _compile(agenda: "Agenda", worlds: "Worlds", engine: str) -> None:
    """Compiles what is cold, for as much as is foreseen."""
    from ccsim.study.course import course_of

    n = course_of(agenda).looks[0] * len(agenda.points)
    compile_what_is_cold([worlds.scenario(agenda.points[0].number)], engine=engine, replications=n)


def _tell_forecast(taken: "Forecast", jobs: int, *, json: bool) -> None:
    if json:
        from ccsim.cli.contract import forecast_object

        tell_object(forecast_object(taken))
        return
    agenda = taken.agenda
    processes = "1 process" if jobs == 1 else f"{jobs} processes"
    lines = [
        *_title(agenda),
        f"points: {taken.n_points}" + (f" (shard {taken.shard} of {len(agenda.points)})" if taken.shard else ""),
        f"replications to play: {_between(taken, lambda share: f'{taken.n_replications * share:,.0f}')}",
        f"expected contacts: {_between(taken, lambda share: _roughly(taken.contacts * share))}",
        f"time: about {_between(taken, lambda share: _span(taken.seconds * share))} with {processes}",
        f"disk: about {_between(taken, lambda share: _size(taken.bytes * share))}",
    ]
    tell("\n".join(lines))


def _between(taken: "Forecast", text: Callable[[float], str]) -> str:
    """An amount, or both of its ends where replications are added."""
    least = text(taken.n_fewest / taken.n_replications) if taken.n_fewest < taken.n_replications else ""
    return f"{least} to {text(1.0)}" if least else text(1.0)


def _tell_kept(result: "SweepResult") -> None:
    """What the ledger spared, and what it holds of other versions."""
    if result.n_kept:
        note(f"{result.n_kept:,} replications were kept already, {result.n_played:,} played now")
    if result.n_left_alone:
        note(f"{result.n_left_alone:,} replications in the ledger are of another version of ccsim and were left alone")


def _hand_over(result: "SweepResult", *, out: Path | None, parquet: bool, json: bool) -> None:
    """Writes the results to the folder, prints them, and says which points failed."""
    from ccsim.cli.contract import sweep_object
    from ccsim.report.study_tables import warnings, write_text
    from ccsim.report.targets import point_sentences
    from ccsim.study.targets import overall

    for text in warnings(result):
        warn(text)
    told = sweep_object(result)
    if out is not None:
        write_results(result, out)
        write_text(out / "study.json", as_json(told) + "\n")
        if parquet:
            from ccsim.report.parquet import write_parquet

            write_parquet(result, out)
    if json:
        tell_object(told)
    else:
        tell(_as_text(result))
    if out is not None:
        note(f"written: {out / 'results.csv'}, {out / 'report.html'}")
    failed = [one for one in result.points if one.reason]
    for one in failed:
        note(f"point {one.point.number} ({_settings(result, one.point.settings)}) failed: {one.reason}")
    for text in point_sentences(result):
        note(text)
    if failed:
        raise typer.Exit(ExitCode.POINTS_FAILED)
    if any(overall(one.targets) == "missed" for one in result.points):
        raise typer.Exit(ExitCode.MISSED)


def _as_text(result: "SweepResult") -> str:
    from ccsim.cli.pages import sheet_text
    from ccsim.report.study_tables import added_words, differences_sheet, points_sheet, selection_sheet
    from ccsim.report.targets import point_targets_sheet

    n = len(result.points)
    if n > MOST_SHOWN:
        sheets = [f"{n} points; --out DIR writes them to results.csv."]
    else:
        tables = (points_sheet(result), point_targets_sheet(result), differences_sheet(result), selection_sheet(result))
        sheets = [sheet_text(sheet) for sheet in tables if sheet is not None]
    shard = f"shard {result.shard}" if result.shard else ""
    levelling = f"{heading('Levelling')}\n{result.levelling}"
    words = added_words(result)
    added = ["\n".join([heading("Replications"), *words])] if words else []
    return "\n\n".join(["\n".join([*_title(result.agenda), *filter(None, [shard])]), *sheets, *added, levelling])


def _title(agenda: "Agenda") -> list[str]:
    from ccsim.report.study_tables import replications_words

    customers = "common random numbers" if agenda.seeds == "common" else "a seed of its own for each point"
    made = f"{replications_words(agenda)} of each point, seed {agenda.seed}, {customers}"
    lines = (heading(agenda.name), agenda.question, agenda.design, made)
    return [line for line in lines if line]


def _settings(result: "SweepResult", settings: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(result.agenda.factors, settings, strict=True))


def _roughly(number: float) -> str:
    return f"{float(f'{number:.2g}'):,.0f}"


def _span(seconds: float) -> str:
    for limit, length, unit in ((120.0, 1.0, "s"), (7200.0, 60.0, "min"), (172800.0, 3600.0, "h")):
        if seconds < limit:
            return f"{max(seconds / length, 1.0):.0f} {unit}"
    return f"{seconds / 86400.0:.0f} days"


def _size(number: float) -> str:
    for limit, length, unit in ((1e6, 1e3, "kB"), (1e9, 1e6, "MB")):
        if number < limit:
            return f"{max(number / length, 1.0):.0f} {unit}"
    return f"{number / 1e9:.1f} GB"


def _command(
    study: Path,
    sets: Sequence[str] | None,
    seed: int | None,
    replications: int | None,
    *,
    precision: Sequence[str] | None,
    least: int | None,
    most: int | None,
) -> str:
    """The command that gives the same numbers."""
    words = ["ccsim", "sweep", str(study)]
    for option, number in (
        ("--seed", seed),
        ("--replications", replications),
        ("--least", least),
        ("--most", most),
    ):
        words += [option, str(number)] * (number is not None)
    for option, values in (("--precision", precision), ("--set", sets)):
        words += [word for value in values or () for word in (option, value)]
    return shlex.join(words)

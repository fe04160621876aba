"""A study played: every point's replications, kept as they arrive, and then estimated."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ccsim.engine.run import choose_engine
from ccsim.errors import CcsimError, InputError, LedgerError
from ccsim.estimation.estimate import Difference
from ccsim.estimation.tabulate import differences, estimates
from ccsim.metrics.cells import Key
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.measure import Sample
from ccsim.metrics.settle import open_layout_of, settled
from ccsim.plan.compile import compile_plan
from ccsim.plan.plan import Plan
from ccsim.plan.terms import without_terms
from ccsim.provenance import made_at, made_by
from ccsim.scenario.load import Sets
from ccsim.scenario.study_file import ARMS
from ccsim.study.agenda import Agenda, Point, Worlds, agenda_of, as_document, from_document
from ccsim.study.cluster import play_points_on_cluster
from ccsim.study.course import Course, UntilPrecise, UntilSelected, course_of
from ccsim.study.looking import asked, at_keys
from ccsim.study.playing import play_rows
from ccsim.study.replicate import compile_for_workers
from ccsim.study.store import FILE, PointKey, Row, Store, remove, version_of_numbers
from ccsim.study.sweep_results import Forecast, PointResult, SweepResult
from ccsim.study.targets import judged
from ccsim.study.workers import longest_stretch, play_points_side_by_side

Progress = Callable[[int, int, int, int, str], None]
Shard = tuple[int, int]

FORECAST_POINTS = 3


class Task(NamedTuple):
    """A stretch of a point's replications.

    Attributes
    ----------
    point : Point
    key : PointKey
    plan : Plan
        Without terms.
    keys : tuple of (measure, cell)
        What is measured of it, with its terms left open.
    replications : tuple of int
    engine : str
        "reference" or "compiled".
    limits : tuple of float, s
        Limits of a wait.
    """

    point: Point
    key: PointKey
    plan: Plan
    keys: tuple[Key, ...]
    replications: tuple[int, ...]
    engine: str
    limits: tuple[float, ...]

    @property
    def arguments(self) -> tuple[Plan, PointKey, tuple[int, ...], str, tuple[float, ...]]:
        """What a process needs of it."""
        return self.plan, self.key, self.replications, self.engine, self.limits


def sweep(
    study: str | Path,
    *,
    out: str | Path | None = None,
    seed: int | None = None,
    replications: int | None = None,
    precision: Mapping[str, object] | None = None,
    least: int | None = None,
    most: int | None = None,
    jobs: int = 1,
    engine: str = "auto",
    sets: Sets = (),
    cluster: str | None = None,
    shard: Shard | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
    reproducible: bool = False,
    command: str = "",
) -> SweepResult:
    """Estimates at every point of a study.

    Parameters
    ----------
    study : path
        Study file.
    out : path or None
        Folder of the ledger; what it holds already is not played again. None keeps nothing.
    seed, replications : int or None
        As the study says where None.
    precision, least, most
        As for `run`, at each point; as the study says where None.
    jobs : int
        Processes side by side; never changes a number.
    engine : str
        "reference", "compiled", or "auto" for the quicker one; never changes a number.
    sets : mapping of path to value, or sequence of "path=value"
        Changes of the scenario.
    cluster : str or None
        Address of a dask scheduler, whose workers play in place of processes here; never changes a number.
    shard : (int, int) or None
        (2, 3) plays the second of three parts of the points.
    fresh : bool
        Delete the ledger and begin anew.
    progress : callable or None
        Called with (replications done, replications in all as far as is known, points done, points that go on, what the
        last look found).
    reproducible : bool
        Leave out what differs between two runs of the same command.
    command : str
        What the user typed, for the provenance.

    Returns
    -------
    SweepResult
        A point that fails has its reason; the others are played.

    Raises
    ------
    ScenarioError
        With all problems of the study, its scenario and its points, before anything runs.
    LedgerError
        If the ledger cannot be used or written.
    ClusterError
        If the cluster cannot be used, or goes away.
    InputError
        If what is asked for contradicts itself.

    Examples
    --------
    >>> short = ["calendar={start: 2026-01-05, days: 1}"]
    >>> result = sweep("experiments/containment-depth.yaml", replications=1, shard=(1, 9), sets=short)
    >>> result.points[0].point.settings, result.points[0].estimates[0].measure
    (('contain', '1', '20%', '0%'), 'service_level')
    """
    agenda, worlds = agenda_of(
        study, sets=sets, seed=seed, replications=replications, precision=precision, least=least, most=most
    )
    return play_agenda(
        agenda,
        worlds,
        out=out,
        jobs=jobs,
        engine=engine,
        cluster=cluster,
        shard=shard,
        fresh=fresh,
        progress=progress,
        reproducible=reproducible,
        command=command,
    )


def play_agenda(
    agenda: Agenda,
    worlds: Worlds,
    *,
    out: str | Path | None,
    jobs: int = 1,
    engine: str = "auto",
    cluster: str | None = None,
    shard: Shard | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
    reproducible: bool = False,
    command: str = "",
) -> SweepResult:
    """Estimates at every point of an agenda.

    Parameters
    ----------
    agenda : Agenda
    worlds : Worlds
    out, jobs, engine, cluster, shard, fresh, progress, reproducible, command
        As for `sweep`.

    Returns
    -------
    SweepResult

    Raises
    ------
    LedgerError
        If the ledger cannot be used or written.
    ClusterError
        If the cluster cannot be used, or goes away.
    InputError
        If the best point is to be selected from a shard.
    """
    started = datetime.now(UTC)
    points = points_of(agenda, shard)
    if agenda.selection is not None and shard is not None:
        raise InputError("a selection compares all points with each other; play them without --shard")
    with closing(Store(_path(out, fresh=fresh))) as store:
        numbers = version_of_numbers()
        keys = {point: _key(agenda, point, numbers) for point in points}
        store.check(list(keys.values()))
        store.agree(as_document(agenda))

        def play(missing: dict[Point, tuple[int, ...]], before: int, standing: str) -> tuple[dict[Point, str], int]:
            def told(done: int, total: int, n_ready: int, n_points: int) -> None:
                if progress is not None:
                    progress(before + done, before + total, n_ready, n_points, standing)

            of_missing = {point: keys[point] for point in missing}
            return _play(
                store,
                of_missing,
                missing,
                worlds,
                agenda.limits,
                jobs=jobs,
                cluster=cluster,
                engine=engine,
                progress=told,
            )

        return _result(
            agenda, store, keys, _run_through(agenda, store, keys, {}, play), started,
            shard=shard, reproducible=reproducible, command=command, folder=worlds.folder,
        )  # fmt: skip


class _Run(NamedTuple):
    """How a study went: each point's replications, what was played and what was there, and what failed and why."""

    course: Course
    counts: dict[Point, int]
    n_played: int
    n_kept: int
    failed: dict[Point, str]


def _run_through(
    agenda: Agenda,
    store: Store,
    keys: dict[Point, PointKey],
    failed: dict[Point, str],
    play: Callable[[dict[Point, tuple[int, ...]], int, str], tuple[dict[Point, str], int]] | None = None,
) -> _Run:
    """Plays what is missing up to each look, and goes on with the points that the look leaves open."""
    course, counts = course_of(agenda), dict[Point, int]()
    n_played = n_kept = before = 0
    left = list(keys)
    for n in course.looks:
        missing = {point: _missing(store, keys[point], n) for point in left}
        counts |= dict.fromkeys(left, n)
        n_kept += _n_there({keys[point]: lacking for point, lacking in missing.items()}, range(before, n))
        if play is not None:
            reasons, played = play(missing, n_played, course.standing)
            failed, n_played = failed | reasons, n_played + played
        whole = [point for point in left if point not in failed and not _missing(store, keys[point], n)]
        # a sample of all measures is large; of each point only what is looked at is held
        looked_at = whole if course.measures else []
        samples = {point.number: asked(_sample(store, keys[point], point, n), course.measures) for point in looked_at}
        open_ = set(course.look(samples))
        left, before = [point for point in whole if point.number in open_], n
        if not left:
            break
    return _Run(course, counts, n_played, n_kept, failed)


def _n_there(missing: dict[PointKey, tuple[int, ...]], replications: range) -> int:
    """How many of these replications are there already; points with the same scenario and seed have the same ones."""
    return sum(len(replications) - sum(one in replications for one in lacking) for lacking in missing.values())


def forecast(
    agenda: Agenda,
    worlds: Worlds,
    *,
    out: str | Path | None = None,
    jobs: int = 1,
    engine: str = "auto",
    shard: Shard | None = None,
) -> Forecast:
    """What an agenda will take, measured on one replication of a few points.

    Parameters
    ----------
    agenda : Agenda
    worlds : Worlds
    out, jobs, engine, shard
        As for `sweep`; nothing is written.

    Returns
    -------
    Forecast

    Raises
    ------
    InputError
        If a point cannot be played.
    """
    points = points_of(agenda, shard)
    numbers = version_of_numbers()
    keys = {_key(agenda, point, numbers) for point in points}
    done = _done(None if out is None else Path(out) / FILE, keys)
    n_replications, n_fewest = (
        sum(max(n - done.get(key, 0), 0) for key in keys) for n in (agenda.replications, course_of(agenda).looks[0])
    )
    tried = [points[place] for place in np.linspace(0, len(points) - 1, min(FORECAST_POINTS, len(points))).astype(int)]
    limits = agenda.limits
    plans = [without_terms(compile_plan(worlds.scenario(point.number)), limits) for point in tried]
    chosen = choose_engine(engine, plans, max(n_replications // len(plans), 1))
    compile_for_workers(plans[0], chosen)
    play_rows(plans[0], _key(agenda, tried[0], numbers), (0,), chosen, limits)  # what is read once is not counted
    seconds, size, contacts = 0.0, 0, 0.0
    for point, plan in zip(tried, plans, strict=True):
        key, measured = _key(agenda, point, numbers), open_layout_of(plan, limits).kept
        began = time.perf_counter()
        rows, reason = play_rows(plan, key, (0,), chosen, limits)
        seconds += time.perf_counter() - began
        if reason:
            raise InputError(f"point {point.number} cannot be played: {reason}")
        with closing(Store(None)) as store:
            store.keep(key, measured, rows)
            sample = store.sample(key, 1)
        size += len(rows[0].content) + 100
        contacts += _whole(sample, "attempts_per_need") * _whole(sample, "needs")
    share = n_replications / len(tried)
    return Forecast(
        agenda=agenda,
        shard=_shard_words(shard),
        n_points=len(points),
        n_replications=n_replications,
        n_fewest=n_fewest,
        contacts=contacts * share,
        seconds=seconds * share / jobs,
        bytes=size * share,
    )


def merge(
    folders: Sequence[str | Path],
    *,
    out: str | Path,
    reproducible: bool = False,
    command: str = "",
) -> SweepResult:
    """The shards of a study put together.

    Parameters
    ----------
    folders : sequence of path
        Each holds the ledger of a shard; they are only read.
    out : path
        Folder of the ledger that holds all of them.
    reproducible, command
        As for `sweep`.

    Returns
    -------
    SweepResult
        A point with missing replications has that as its reason.

    Raises
    ------
    LedgerError
        If the ledgers are not of one study, one is damaged, or two hold one replication with different numbers.
    """
    started = datetime.now(UTC)
    numbers = version_of_numbers()
    agenda = _common_agenda([Path(folder) / FILE for folder in folders])
    keys = {point: _key(agenda, point, numbers) for point in agenda.points}
    path = _path(out, fresh=False)
    with closing(Store(path)) as store:
        store.check(list(keys.values()))
        store.agree(as_document(agenda))
        for folder in folders:
            with closing(Store(Path(folder) / FILE, only_read=True)) as shard:
                _refuse_other_numbers(shard, list(keys.values()), numbers)
                for key in keys.values():
                    store.copy(shard, key)
        failed = {point: reason for point, key in keys.items() if (reason := store.failure(key))}
        went = _run_through(agenda, store, keys, failed)
        return _result(agenda, store, keys, went, started, shard=None, reproducible=reproducible, command=command)


def _refuse_other_numbers(shard: Store, keys: Sequence[PointKey], numbers: str) -> None:
    """Refuses a shard that only another version of ccsim has played."""
    if shard.left_alone(numbers) and not any(shard.done(key) for key in keys):
        raise LedgerError(
            f"{shard.path}: its replications are of another version of ccsim, whose numbers may differ; "
            "play it again, or merge with that version"
        )


def _common_agenda(paths: Sequence[Path]) -> Agenda:
    """The agenda that all ledgers serve."""
    documents = []
    for path in paths:
        if not path.is_file():
            raise LedgerError(f"{path}: there is no such ledger; name the folders that were given to --out")
        with closing(Store(path, only_read=True)) as store:
            documents.append(store.agenda())
    first = documents[0]
    for path, document in zip(paths[1:], documents[1:], strict=True):
        other = [name for name in first if document.get(name) != first[name]]
        if other:
            raise LedgerError(f"{path} is no shard of the same study as {paths[0]}: they differ in {', '.join(other)}")
    return from_document(first)


def points_of(agenda: Agenda, shard: Shard | None) -> list[Point]:
    """The points of a shard, dealt round.

    Parameters
    ----------
    agenda : Agenda
    shard : (int, int) or None
        None for all.

    Returns
    -------
    list of Point

    Raises
    ------
    InputError
        If there is no such shard.
    """
    if shard is None:
        return list(agenda.points)
    number, n_shards = shard
    if not 1 <= number <= n_shards:
        raise InputError(f"shard {number}/{n_shards}: the number lies between 1 and {n_shards}")
    return list(agenda.points[number - 1 :: n_shards])


def _shard_words(shard: Shard | None) -> str:
    return "" if shard is None else f"{shard[0]}/{shard[1]}"


def _path(out: str | Path | None, *, fresh: bool) -> Path | None:
    """The ledger's place, empty where the study begins anew."""
    if out is None:
        return None
    path = Path(out) / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    if fresh:
        remove(path)
    return path


def _key(agenda: Agenda, point: Point, numbers: str) -> PointKey:
    """What a point's replications are found by: what happens in them, and the limits that their waits are held to."""
    played = hashlib.sha256(f"{point.played} {agenda.limits}".encode()).hexdigest()[:16]
    return PointKey(played, point.seed, numbers)


def _sample(store: Store, key: PointKey, point: Point, replications: int) -> Sample:
    """What a point's replications measured, on its terms."""
    return settled(store.sample(key, replications), point.terms)


def _missing(store: Store, key: PointKey, replications: int) -> tuple[int, ...]:
    done = store.done(key)
    return tuple(n for n in range(replications) if n not in done)


def _done(path: Path | None, keys: Iterable[PointKey]) -> dict[PointKey, int]:
    """How many replications a ledger holds."""
    if path is None or not path.is_file():
        return {}
    with closing(Store(path, only_read=True)) as store:
        return {key: len(store.done(key)) for key in keys}


def _play(
    store: Store,
    keys: dict[Point, PointKey],
    missing: dict[Point, tuple[int, ...]],
    worlds: Worlds,
    limits: tuple[float, ...],
    *,
    jobs: int,
    cluster: str | None,
    engine: str,
    progress: Callable[[int, int, int, int], None],
) -> tuple[dict[Point, str], int]:
    """Plays what is missing and keeps it; gives the reasons of points that failed, and how much was played."""
    failed: dict[Point, str] = {}
    shared: dict[PointKey, list[Point]] = {}
    for point, key in keys.items():
        shared.setdefault(key, []).append(point)
    # points in which the same happens with the same seed are played once
    own = {points[0]: missing[points[0]] for points in shared.values()}
    left = {point: len(replications) for point, replications in own.items()}
    total, done, n_ready = sum(left.values()), 0, sum(n == 0 for n in left.values())
    progress(0, total, n_ready, len(own))
    for task, rows, reason in _played(_tasks(store, own, keys, worlds, limits, failed, engine=engine), jobs, cluster):
        if rows:
            store.keep(task.key, task.keys, rows)
        if reason:
            failed[task.point] = reason
            store.fail(task.key, reason)
        done += len(rows)
        left[task.point] -= len(rows)
        n_ready += left[task.point] == 0
        progress(done, total, n_ready, len(own))
    return {point: failed[points[0]] for points in shared.values() for point in points if points[0] in failed}, done


def _tasks(
    store: Store,
    missing: dict[Point, tuple[int, ...]],
    keys: dict[Point, PointKey],
    worlds: Worlds,
    limits: tuple[float, ...],
    failed: dict[Point, str],
    *,
    engine: str,
) -> Iterator[Task]:
    """Stretches of what is missing; a point's plan is made when its turn comes, and forgotten after it."""
    n_missing, chosen = sum(map(len, missing.values())), ""
    for point, replications in missing.items():
        if not replications:
            continue
        try:
            plan = without_terms(compile_plan(worlds.scenario(point.number)), limits)
            keys_of_plan = open_layout_of(plan, limits).kept
        except CcsimError as fault:
            failed[point] = str(fault)
            store.fail(keys[point], str(fault))
            continue
        if not chosen:
            chosen = choose_engine(engine, [plan], n_missing)
            compile_for_workers(plan, chosen)
        length = longest_stretch([plan], chosen)
        for first in range(0, len(replications), length):
            if point not in failed:
                some = replications[first : first + length]
                yield Task(point, keys[point], plan, keys_of_plan, some, chosen, limits)


def _played(tasks: Iterable[Task], jobs: int, cluster: str | None) -> Iterator[tuple[Task, list[Row], str]]:
    if cluster is not None:
        return play_points_on_cluster(tasks, cluster)
    if jobs == 1:
        return ((task, *play_rows(*task.arguments)) for task in tasks)
    return play_points_side_by_side(tasks, jobs=jobs)


def _result(
    agenda: Agenda,
    store: Store,
    keys: dict[Point, PointKey],
    went: _Run,
    started: datetime,
    *,
    shard: Shard | None,
    reproducible: bool,
    command: str,
    folder: str = ".",
) -> SweepResult:
    """Everything estimated from the ledger, point by point."""
    course = went.course
    points = tuple(_estimated(agenda, store, point, key, went) for point, key in keys.items())
    digest = hashlib.sha256(json.dumps(as_document(agenda), sort_keys=True).encode()).hexdigest()[:16]
    version = next(iter(keys.values())).numbers if keys else version_of_numbers()
    return SweepResult(
        agenda=agenda,
        points=points,
        differences=tuple(
            _differences(agenda, store, keys, {one.point: one.replications for one in points if not one.reason}, course)
        ),
        levelling=_levelling(points),
        shard=_shard_words(shard),
        folder=folder,
        n_played=went.n_played,
        n_kept=went.n_kept,
        n_left_alone=store.left_alone(version),
        made_by=made_by(command, digest, agenda.seed) | {"numbers": version},
        made_at={} if reproducible else made_at(started),
        looks=course.looks if course.at_each_look is not None else (),
        level_at_each_look=course.at_each_look,
        selected=course.outcome() if isinstance(course, UntilSelected) else None,
    )


def _estimated(agenda: Agenda, store: Store, point: Point, key: PointKey, went: _Run) -> PointResult:
    """A point's estimates, if all of its replications are kept."""
    n, course, reason = went.counts[point], went.course, went.failed.get(point, "")
    n_missing = len(_missing(store, key, n))
    if reason or n_missing:
        return PointResult(point, (), None, reason or f"{n_missing} of {n} replications are missing")
    sample = _sample(store, key, point, n)
    found = estimates(
        asked(sample, agenda.measures, agenda.by), MEASURES, agenda.level, at_each_look=course.at_each_look
    )
    too_wide = course.too_wide.get(point.number, ()) if isinstance(course, UntilPrecise) else ()
    of_aims = estimates(
        at_keys(sample, [(aim.measure, aim.cell) for aim in agenda.targets]),
        MEASURES,
        agenda.level,
        at_each_look=course.at_each_look,
    )
    in_order = sorted(found, key=lambda one: agenda.measures.index(one.measure))
    return PointResult(
        point, tuple(in_order), _whole(sample, "scheduled_hours"), "", n, too_wide, judged(agenda.targets, of_aims)
    )


def _whole(sample: Sample, measure: str) -> float:
    """A measure of the whole centre, pooled over the replications."""
    place = sample.keys.index((measure, ()))
    return float(sample.numerators[:, place].sum() / sample.denominators[:, place].sum())


def _differences(
    agenda: Agenda, store: Store, keys: dict[Point, PointKey], complete: dict[Point, int], course: Course
) -> Iterator[tuple[tuple[str, ...], Difference]]:
    """Arm minus first arm at each combination of the other factors' values, over the replications that both have."""
    if ARMS not in agenda.factors or agenda.seeds != "common":
        return
    place = agenda.factors.index(ARMS)
    groups: dict[tuple[str, ...], dict[str, Point]] = {}
    for point in complete:
        others = point.settings[:place] + point.settings[place + 1 :]
        groups.setdefault(others, {})[point.settings[place]] = point
    for others, arms in groups.items():
        if len(arms) < 2:
            continue
        samples = {
            arm: asked(_sample(store, keys[point], point, complete[point]), agenda.measures)
            for arm, point in arms.items()
        }
        first = next(iter(arms))
        for arm in list(samples)[1:]:
            n = min(len(samples[arm].numerators), len(samples[first].numerators))
            pair = {name: _first(samples[name], n) for name in (first, arm)}
            for one in differences(pair, MEASURES, agenda.level, baseline=first, at_each_look=course.at_each_look):
                yield others, one


def _first(sample: Sample, n: int) -> Sample:
    """The first replications of a sample; their waits are not told apart."""
    parts = sample.numerators[:n], sample.denominators[:n], sample.waits
    return Sample(sample.keys, *parts, sample.spreads[:n])


def _levelling(points: Sequence[PointResult]) -> str:
    """What the levelling rule found, in words."""
    hours = [round(one.scheduled_hours, 6) for one in points if one.scheduled_hours is not None]
    if not hours:
        return "roster: no point was played"
    if min(hours) == max(hours):
        return f"roster: every point has {hours[0]:,.1f} scheduled hours in the window"
    return (
        "roster: each point has the agents that its own scenario names; scheduled hours in the window lie between "
        f"{min(hours):,.1f} and {max(hours):,.1f}"
    )

"""Worker processes: started while the asking process still loads what it needs, and fed stretch by stretch.

Nothing is imported here that takes long, so that they can be started first of all.
"""

import gc
import pickle
import signal
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ccsim.errors import InputError

if TYPE_CHECKING:
    from ccsim.metrics.measure import Sample
    from ccsim.plan.plan import Plan
    from ccsim.study.store import Row
    from ccsim.study.sweep import Task

# a stretch is such a part of a process's share of what is left: short ones at the end let all end together
PART = 4
# needs that an engine plays in a second or so; no stretch of several replications has more, for what it measured is
# kept together, sent and taken in at once, and told of as progress
NEEDS_OF_A_STRETCH = {"compiled": 600_000, "reference": 15_000}


def start_workers(jobs: int, rooms: Sequence[str]) -> None:
    """Workers that load what they need while the caller does the same.

    Parameters
    ----------
    jobs : int
        Processes side by side, the caller being one of them.
    rooms : sequence of str
        Modules to import.
    """
    executor = _executor(jobs - 1)
    for _ in range(jobs - 1):
        executor.submit(_load, tuple(rooms))


def stop_workers(jobs: int) -> None:
    """Stops them at once, whatever they do.

    Parameters
    ----------
    jobs : int
        As they were started.
    """
    _executor(jobs - 1).shutdown(kill_workers=True)


def longest_stretch(plans: Sequence["Plan"], engine: str) -> int:
    """How many replications make a stretch at most.

    Parameters
    ----------
    plans : sequence of Plan
        Those of which each replication is played.
    engine : str
        "reference" or "compiled".

    Returns
    -------
    int
    """
    from ccsim.engine.run import needs_of_one

    return max(int(NEEDS_OF_A_STRETCH[engine] / max(needs_of_one(plans), 1.0)), 1)


def play_side_by_side(
    plans: Sequence["Plan"],
    seeds: Sequence[int],
    replications: range,
    *,
    jobs: int,
    engine: str,
    **how: Any,
) -> Iterator[tuple[range, list["Sample"]]]:
    """Stretches of replications with what they measured, as they are done.

    Parameters
    ----------
    plans : sequence of Plan
    seeds : sequence of int
        One for each plan.
    replications : range
    jobs : int
        As for `start_workers`.
    engine : str
    **how : Any
        Log and baseline, as for `play_chunk`.

    Yields
    ------
    range, list of Sample
        The samples by plan.
    """
    from loky import as_completed

    from ccsim.study.playing import play_chunk, play_packed
    from ccsim.study.store import version_of_numbers

    executor, left = _executor(jobs - 1), _stretches(replications, jobs, longest_stretch(plans, engine))
    # of this protocol, because with an older one read-only arrays come out as others
    packed = pickle.dumps(plans, protocol=5)
    handed_out: dict[Any, range] = {}
    try:
        while True:
            # two for each worker, so that none waits while this process plays
            while len(handed_out) < 2 * (jobs - 1) and (stretch := next(left, None)):
                given = (packed, version_of_numbers(), seeds, stretch)
                handed_out[executor.submit(play_packed, *given, engine=engine, **how)] = stretch
            if not (stretch := next(left, None)):
                break
            # workers take a second to start; meanwhile, and from then on, this process does its share
            yield stretch, play_chunk(plans, seeds, stretch, engine=engine, **how)
            for future in [future for future in handed_out if future.done()]:
                yield handed_out.pop(future), future.result()
        for future in as_completed(handed_out):
            yield handed_out[future], future.result()
    except BaseException:
        stop_workers(jobs)
        raise


def play_points_side_by_side(tasks: Iterable["Task"], *, jobs: int) -> Iterator[tuple["Task", list["Row"], str]]:
    """Stretches of points with what they measured, as they are done.

    The caller only hands out and takes in, so that every row is kept the moment it arrives.
    A process that dies takes what was handed out with it: that is played once more, each stretch alone, and one whose
    process dies again is given up.

    Parameters
    ----------
    tasks : iterable of Task
        Made as they are needed.
    jobs : int
        Processes beside the caller.

    Yields
    ------
    Task, list of Row, str
        Why there are fewer rows than replications, or "".
    """
    from loky.process_executor import BrokenProcessPool

    left, handed_out = iter(tasks), dict[Any, "Task"]()
    while True:
        try:
            yield from _handed_out(left, handed_out, jobs)
            return
        except BrokenProcessPool:
            yield from [(task, *_alone(task, jobs)) for task in handed_out.values()]
            handed_out.clear()
        except BaseException:
            stop_workers(jobs + 1)
            raise


def _handed_out(
    left: Iterator["Task"], handed_out: dict[Any, "Task"], jobs: int
) -> Iterator[tuple["Task", list["Row"], str]]:
    """Keeps the workers busy, and gives what they did; what is not given yet stays among what was handed out."""
    from loky import FIRST_COMPLETED, wait

    from ccsim.study.playing import play_rows

    executor = _executor(jobs)
    while True:
        # two for each worker, so that none waits
        while len(handed_out) < 2 * jobs and (task := next(left, None)):
            # a pool whose process has died refuses it: then it is owed all the same
            handed_out[None] = task
            future = executor.submit(play_rows, *task.arguments)
            handed_out[future] = handed_out.pop(None)
        if not handed_out:
            return
        for future in wait(handed_out, return_when=FIRST_COMPLETED).done:
            rows, reason = future.result()
            yield handed_out[future], rows, reason
            del handed_out[future]


def _alone(task: "Task", jobs: int) -> tuple[list["Row"], str]:
    """A stretch played while no other is, so that a process that dies is its doing."""
    from loky.process_executor import BrokenProcessPool

    from ccsim.study.playing import play_rows

    try:
        rows, reason = _executor(jobs).submit(play_rows, *task.arguments).result()
    except BrokenProcessPool:
        return [], "its process died; perhaps it wants more memory than there is"
    return rows, reason


def _executor(n_workers: int) -> Any:
    """The workers beside this process; the same ones each time."""
    # only who wants workers loads it
    from loky import get_reusable_executor

    if n_workers < 1:
        raise InputError("jobs: at least 1 process.")
    # no idle worker goes by itself: one that goes as work comes makes loky warn, and hang where warnings are errors
    return get_reusable_executor(max_workers=n_workers, timeout=None)


def _load(rooms: Sequence[str]) -> None:
    """In a worker: imports, deaf to Ctrl-C, which goes to the whole group of processes; the parent says what to say."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for room in rooms:
        import_module(room)
    # what is loaded stays to the end: no garbage in it
    gc.freeze()


def _stretches(replications: range, n_processes: int, longest: int) -> Iterator[range]:
    """All replications in stretches that grow shorter."""
    first = replications.start
    while first < replications.stop:
        length = min(max((replications.stop - first) // (PART * n_processes), 1), longest)
        yield range(first, first + length)
        first += length

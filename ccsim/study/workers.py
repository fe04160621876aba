"""Worker processes: started while the asking process still loads what it needs, and fed stretch by stretch.

Nothing is imported here that takes long, so that they can be started first of all.
"""

import gc
import signal
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ccsim.metrics.measure import Sample
    from ccsim.plan.plan import Plan

# a stretch is such a part of a process's share of what is left: short ones at the end let all end together
PART = 4


def start_workers(jobs: int, rooms: Sequence[str]) -> None:
    """Workers that load what they need while the caller does the same.

    Parameters
    ----------
    jobs : int
        Processes side by side, the caller being one of them; as in joblib, negative counts from all cores.
    rooms : sequence of str
        Modules to import.
    """
    executor, n_workers = _executor(jobs)
    for _ in range(n_workers):
        executor.submit(_load, tuple(rooms))


def play_side_by_side(
    plans: Sequence["Plan"],
    seeds: Sequence[int],
    replications: int,
    *,
    jobs: int,
    engine: str,
    log: str | Path | None,
) -> Iterator[tuple[range, list["Sample"]]]:
    """Stretches of replications with what they measured, as they are done.

    Parameters
    ----------
    plans : sequence of Plan
    seeds : sequence of int
        One for each plan.
    replications : int
    jobs : int
        As for `start_workers`.
    engine : str
        "reference" or "compiled".
    log : path or None
        Folder for the logs.

    Yields
    ------
    range, list of Sample
        The samples by plan.
    """
    from joblib.externals.loky import as_completed

    from ccsim.study.playing import play_chunk

    executor, n_workers = _executor(jobs)
    left = _stretches(replications, n_workers + 1)
    handed_out: dict[Any, range] = {}
    try:
        while True:
            # two for each worker, so that none waits while this process plays
            while len(handed_out) < 2 * n_workers and (stretch := next(left, None)):
                handed_out[executor.submit(play_chunk, plans, seeds, stretch, engine=engine, log=log)] = stretch
            if not (stretch := next(left, None)):
                break
            # workers take a second to start; meanwhile, and from then on, this process does its share
            yield stretch, play_chunk(plans, seeds, stretch, engine=engine, log=log)
            for future in [future for future in handed_out if future.done()]:
                yield handed_out.pop(future), future.result()
        for future in as_completed(handed_out):
            yield handed_out[future], future.result()
    except BaseException:
        executor.shutdown(kill_workers=True)
        raise


def _executor(jobs: int) -> tuple[Any, int]:
    """The workers beside this process, and how many they are; the same ones each time."""
    # loading it takes longer than a short run
    from joblib import effective_n_jobs
    from joblib.externals.loky import get_reusable_executor

    n_workers = max(effective_n_jobs(jobs) - 1, 1)
    return get_reusable_executor(max_workers=n_workers), n_workers


def _load(rooms: Sequence[str]) -> None:
    """In a worker: imports, deaf to Ctrl-C, which goes to the whole group of processes; the parent says what to say."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for room in rooms:
        import_module(room)
    # what is loaded stays to the end: no garbage in it
    gc.freeze()


def _stretches(replications: int, n_processes: int) -> Iterator[range]:
    """All replications in stretches that grow shorter."""
    first = 0
    while first < replications:
        length = max((replications - first) // (PART * n_processes), 1)
        yield range(first, first + length)
        first += length

"""Replications played and measured; what a worker process needs, and nothing else."""

import ctypes
import pickle
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing import parent_process
from pathlib import Path
from threading import current_thread, main_thread
from typing import Any

from ccsim.engine.run import simulate
from ccsim.errors import InputError
from ccsim.logs.logs import Logs
from ccsim.metrics.beside import fates_of, with_beside
from ccsim.metrics.measure import Measured, Sample, measure, sample_of
from ccsim.metrics.settle import measure_open, open_layout_of
from ccsim.plan.plan import NONE, Plan
from ccsim.study.store import PointKey, Row, layout_digest, packed, version_of_numbers

# glibc's names for how much must lie free at the end before it is given back, and for how many arrays always are
M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4


def play(
    plans: Sequence[Plan],
    seeds: Sequence[int],
    replications: Sequence[int],
    *,
    engine: str,
    log: str | Path | None,
    baseline: int = NONE,
    limits: Sequence[float] = (),
) -> Iterator[tuple[Measured, ...]]:
    """What each replication measured, by plan, one replication after another.

    Parameters
    ----------
    plans : sequence of Plan
    seeds : sequence of int
        One for each plan.
    replications : sequence of int
    engine : str
        "reference" or "compiled".
    log : path or None
        Folder for the logs.
    baseline : int
        Place of the plan whose needs those of the others are held against; -1 for none.
    limits : sequence of float, s
        Where there are any, terms are left open, and these are the limits of a wait.

    Yields
    ------
    tuple of Measured
    """
    keep_memory()
    measures = [_measure(plan, limits) for plan in plans]
    with _ctrl_c_as_itself():
        for replication in replications:
            measured, fates = [], []
            for plan, of_plan, seed in zip(plans, measures, seeds, strict=True):
                logs = simulate(plan, seed, replication=replication, engine=engine)
                if log is not None:
                    from ccsim.logs.export import write

                    write(plan, logs, Path(log) / f"replication-{replication + 1:04d}")
                measured.append(of_plan(logs))
                if baseline != NONE:
                    fates.append(fates_of(plan, logs))
            if baseline != NONE:
                for arm in set(range(len(plans))) - {baseline}:
                    measured[arm] = with_beside(plans[arm], measured[arm], fates[arm], fates[baseline])
            yield tuple(measured)


@contextmanager
def _ctrl_c_as_itself() -> Iterator[None]:
    """Ctrl-C while compiled code hands over its arrays, which Python tells as a fault of the system."""
    try:
        yield
    except SystemError as fault:
        # one array after another may tell of it
        cause: BaseException | None = fault
        while isinstance(cause, SystemError):
            cause = cause.__cause__
        if isinstance(cause, KeyboardInterrupt):
            raise cause from None
        raise


def keep_memory() -> None:
    """Lets the C library keep memory for the next replication.

    Notes
    -----
    Where it is glibc; others are left as they are. It would hand large arrays back to the system and ask for them anew,
    page by page: from a sixth to a third of the time of a replication of fifty thousand needs or more.
    Source: mallopt(3), of the Linux manual pages.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(M_MMAP_MAX, 0)
    mallopt(M_TRIM_THRESHOLD, 1 << 30)


def _measure(plan: Plan, limits: Sequence[float]) -> Callable[[Logs], Measured]:
    """How a plan's replications are measured."""
    if limits:
        at_open = open_layout_of(plan, limits)
        return lambda logs: measure_open(plan, logs, at_open)
    return lambda logs: measure(plan, logs)


def play_chunk(
    plans: Sequence[Plan],
    seeds: Sequence[int],
    replications: Sequence[int],
    *,
    engine: str,
    log: str | Path | None,
    baseline: int = NONE,
) -> list[Sample]:
    """What a stretch of replications measured, in a process of its own.

    Parameters
    ----------
    plans, seeds, replications, engine, log, baseline
        As for `play`.

    Returns
    -------
    list of Sample
        By plan; without keys, which the asking process knows.
    """
    _leave_ctrl_c_to_the_parent()
    played = play(plans, seeds, replications, engine=engine, log=log, baseline=baseline)
    return [sample_of(measured)._replace(keys=()) for measured in zip(*played, strict=True)]


def play_packed(packed: bytes, numbers: str, *arguments: Any, **how: Any) -> list[Sample]:
    """What a stretch measured, in a process that is asked for several.

    Parameters
    ----------
    packed : bytes
        Pickled plans.
    numbers : str
        Version of the numbers that the asking process has loaded.
    *arguments, **how : Any
        As for `play_chunk`, after the plans.

    Returns
    -------
    list of Sample
        As `play_chunk` gives it.

    Raises
    ------
    InputError
        If this process has loaded another version.
    """
    refuse_other_sources(numbers)
    return play_chunk(_unpacked(packed), *arguments, **how)


@lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> tuple[Plan, ...]:
    """The plans, the same ones each time, so that what is known of them is known."""
    return tuple(pickle.loads(packed))


def play_rows(
    plan: Plan, key: PointKey, replications: Sequence[int], engine: str, limits: Sequence[float]
) -> tuple[list[Row], str]:
    """What a stretch of a point's replications measured, for the ledger.

    Parameters
    ----------
    plan : Plan
        Without terms.
    key : PointKey
    replications : sequence of int
    engine : str
        "reference" or "compiled".
    limits : sequence of float, s
        As for `open_layout_of`.

    Returns
    -------
    list of Row
        With terms left open.
    str
        Why there are fewer rows than replications, or "".
    """
    _leave_ctrl_c_to_the_parent()
    if parent_process() is not None:
        refuse_other_sources(key.numbers)
    rows: list[Row] = []
    layout = ""
    try:
        played = play([plan], [key.seed], replications, engine=engine, log=None, limits=limits)
        for replication, (measured,) in zip(replications, played, strict=True):
            layout = layout or layout_digest(measured.keys + measured.spread.atoms)
            rows.append(packed(key, layout, replication, measured))
    except Exception as fault:  # whatever it is, the other points go on
        return rows, f"replication {replications[len(rows)]}: {type(fault).__name__}: {' '.join(str(fault).split())}"
    return rows, ""


def refuse_other_sources(numbers: str) -> None:
    """Refuses to play where the asking process has loaded other sources.

    Parameters
    ----------
    numbers : str
        Its version of the numbers.

    Raises
    ------
    InputError
    """
    if version_of_numbers() != numbers:
        raise InputError(
            f"the sources of ccsim changed while it ran, from {numbers} to {version_of_numbers()}; run it again."
        )


def _leave_ctrl_c_to_the_parent() -> None:
    """Ctrl-C goes to the whole group of processes; the parent says what there is to say. A thread never gets it."""
    if parent_process() is not None and current_thread() is main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)

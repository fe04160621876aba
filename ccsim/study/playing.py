"""Replications played and measured; what a worker process needs, and nothing else."""

import signal
from collections.abc import Iterator, Sequence
from multiprocessing import parent_process
from pathlib import Path
from threading import current_thread, main_thread

from ccsim.engine.run import simulate
from ccsim.metrics.layout import layout_of
from ccsim.metrics.measure import Measured, Sample, measure, sample_of
from ccsim.plan.plan import Plan
from ccsim.study.store import PointKey, Row, packed


def play(
    plans: Sequence[Plan], seeds: Sequence[int], replications: Sequence[int], *, engine: str, log: str | Path | None
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

    Yields
    ------
    tuple of Measured
    """
    layouts = [layout_of(plan) for plan in plans]
    for replication in replications:
        measured = []
        for plan, layout, seed in zip(plans, layouts, seeds, strict=True):
            logs = simulate(plan, seed, replication=replication, engine=engine)
            if log is not None:
                from ccsim.logs.export import write

                write(plan, logs, Path(log) / f"replication-{replication + 1:04d}")
            measured.append(measure(plan, logs, layout))
        yield tuple(measured)


def play_chunk(
    plans: Sequence[Plan], seeds: Sequence[int], replications: Sequence[int], *, engine: str, log: str | Path | None
) -> list[Sample]:
    """What a stretch of replications measured, in a process of its own.

    Parameters
    ----------
    plans, seeds, replications, engine, log
        As for `play`.

    Returns
    -------
    list of Sample
        By plan; without keys, which the asking process knows.
    """
    _leave_ctrl_c_to_the_parent()
    by_plan = zip(*play(plans, seeds, replications, engine=engine, log=log), strict=True)
    return [sample_of(measured)._replace(keys=()) for measured in by_plan]


def play_rows(plan: Plan, key: PointKey, replications: Sequence[int], engine: str) -> tuple[list[Row], str]:
    """What a stretch of a point's replications measured, packed for the ledger.

    Parameters
    ----------
    plan : Plan
    key : PointKey
    replications : sequence of int
    engine : str
        "reference" or "compiled".

    Returns
    -------
    list of Row
    str
        Why there are fewer rows than replications, or "".
    """
    _leave_ctrl_c_to_the_parent()
    rows: list[Row] = []
    try:
        played = play([plan], [key.seed], replications, engine=engine, log=None)
        for replication, (measured,) in zip(replications, played, strict=True):
            rows.append(packed(key, replication, measured))
    except Exception as fault:  # whatever it is, the other points go on
        return rows, f"replication {replications[len(rows)]}: {type(fault).__name__}: {' '.join(str(fault).split())}"
    return rows, ""


def _leave_ctrl_c_to_the_parent() -> None:
    """Ctrl-C goes to the whole group of processes; the parent says what there is to say. A thread never gets it."""
    if parent_process() is not None and current_thread() is main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)

"""Replications played and measured; what a worker process needs, and nothing else."""

import signal
from collections.abc import Iterator, Sequence
from multiprocessing import parent_process
from pathlib import Path

from ccsim.engine.run import simulate
from ccsim.metrics.layout import layout_of
from ccsim.metrics.measure import Measured, Sample, measure, sample_of
from ccsim.plan.plan import Plan


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
    if parent_process() is not None:
        # Ctrl-C goes to the whole group of processes; the parent says what there is to say
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    by_plan = zip(*play(plans, seeds, replications, engine=engine, log=log), strict=True)
    return [sample_of(measured)._replace(keys=()) for measured in by_plan]

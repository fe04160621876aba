"""Worker processes on other machines, through the scheduler of dask.distributed.

The scheduler hands a worker's lost work to another; what has arrived here is the caller's to keep, at once.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ccsim.errors import ClusterError, ClusterLost, InputError

if TYPE_CHECKING:
    from distributed import Client, Future

    from ccsim.plan.plan import Plan
    from ccsim.study.store import PointKey, Row
    from ccsim.study.sweep import Task

    Outcome = tuple[list[Row], str] | None

MISSING_EXTRA = "--cluster needs dask.distributed, which is not installed: pip install 'ccsim[cluster]'"
KILLED = "its workers died, also when nothing else was played; perhaps it wants more memory than there is"
ANSWERS_WITHIN = 10.0  # s for a scheduler to answer
COME_WITHIN = 30.0  # s for its first worker to come
WORKERS_GONE = 60.0  # s without any worker before the cluster is given up
LOOK_EVERY = 5.0  # s between two looks at the workers while nothing arrives
# two stretches for each thread of a worker, so that none waits
AHEAD = 2


def check_extra() -> None:
    """Refuses where the optional package is not installed.

    Raises
    ------
    InputError
        With the command that installs it.
    """
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise InputError(MISSING_EXTRA) from None


def play_points_on_cluster(tasks: Iterable["Task"], address: str) -> Iterator[tuple["Task", list["Row"], str]]:
    """Stretches of points with what they measured, as they arrive.

    Parameters
    ----------
    tasks : iterable of Task
        Made as they are needed.
    address : str
        Of the scheduler, such as tcp://10.0.0.1:8786.

    Yields
    ------
    Task, list of Row, str
        Why there are fewer rows than replications, or "".

    Raises
    ------
    InputError
        If dask.distributed is not installed.
    ClusterError
        If no scheduler answers, it has no workers, or a worker's numbers are of another version.
    ClusterLost
        If the scheduler dies, or all workers leave.
    """
    check_extra()
    suspects: list[Task] = []
    with _connected(address) as client:
        yield from _handed_out(iter(tasks), suspects, client, address)
        # whoever was on a worker with the one that kills it is suspected too; alone, each shows what it does
        for task in suspects:
            again: list[Task] = []
            yield from _handed_out(iter([task]), again, client, address)
            yield from ((one, [], KILLED) for one in again)


def play_checked(
    plan: "Plan", key: "PointKey", replications: Sequence[int], engine: str, limits: Sequence[float]
) -> tuple[list["Row"], str]:
    """What a stretch measured, played in a worker whose numbers are the same.

    Parameters
    ----------
    plan : Plan
    key : PointKey
    replications : sequence of int
    engine : str
        "reference" or "compiled".
    limits : sequence of float, s
        As for `play_rows`.

    Returns
    -------
    list of Row
    str
        As for `play_rows`.

    Raises
    ------
    ClusterError
        If they are of another version.
    """
    from ccsim.study.playing import play_rows
    from ccsim.study.store import version_of_numbers

    if version_of_numbers() != key.numbers:
        raise ClusterError(_other_version({"a worker that came later": version_of_numbers()}, key.numbers))
    return play_rows(plan, key, replications, engine, limits)


@contextmanager
def _connected(address: str) -> Iterator["Client"]:
    """A client of the scheduler, once it has a worker."""
    from distributed import Client

    # what dask has to say of lost connections is said here, in a planner's words
    log = logging.getLogger("distributed")
    loggers = [log, *(logging.getLogger(name) for name in log.manager.loggerDict if name.startswith("distributed."))]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        try:
            client = Client(address, timeout=ANSWERS_WITHIN, name="ccsim")
        except (OSError, ValueError) as fault:
            raise ClusterError(
                f"no scheduler answers at {address} ({' '.join(str(fault).split())}); start one with: dask scheduler"
            ) from None
        with client:
            try:
                client.wait_for_workers(1, timeout=COME_WITHIN)
            except TimeoutError:
                raise ClusterError(
                    f"the scheduler at {address} has no workers; start some with: dask worker {address} --nthreads 1"
                ) from None
            yield client
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def _lost(address: str) -> Iterator[None]:
    """What a dead scheduler looks like, in a planner's words."""
    try:
        yield
    except (OSError, TimeoutError, CancelledError):
        raise ClusterLost(f"the scheduler at {address} is gone") from None


def _refuse_other_versions(client: "Client", numbers: str) -> None:
    """Refuses workers whose numbers may differ."""

    def version() -> str:
        # sent as it stands, so that a worker without ccsim can say so
        from ccsim.study.store import version_of_numbers

        return version_of_numbers()

    found: dict[str, Any] = client.run(version, on_error="return")
    others = {worker: one for worker, one in found.items() if one != numbers}
    if others:
        raise ClusterError(_other_version(others, numbers))


def _other_version(others: dict[str, Any], numbers: str) -> str:
    """In words: which workers have which version."""
    listed = ", ".join(
        f"{worker} {'has no ccsim that can play this' if isinstance(one, Exception) else f'has {one}'}"
        for worker, one in others.items()
    )
    return f"the cluster's workers need the version of the ccsim that asks, {numbers}, for the same numbers; {listed}"


def _handed_out(
    left: Iterator["Task"], suspects: list["Task"], client: "Client", address: str
) -> Iterator[tuple["Task", list["Row"], str]]:
    """Keeps the workers busy, and gives what they did; what they died of again and again is put aside."""
    handed_out, is_checked = dict["Future", "Task"](), False
    while True:
        for task in _as_many(left, client, address, len(handed_out)):
            with _lost(address):
                if not is_checked:
                    _refuse_other_versions(client, task.key.numbers)
                handed_out[client.submit(play_checked, *task.arguments, pure=False)] = task
            is_checked = True
        if not handed_out:
            return
        for future, done in _arrived(client, list(handed_out), address):
            task = handed_out.pop(future)
            if done is None:
                suspects.append(task)
            else:
                yield task, *done


def _as_many(left: Iterator["Task"], client: "Client", address: str, n_handed_out: int) -> Iterator["Task"]:
    """As many tasks as keep the workers busy."""
    with _lost(address):
        room = AHEAD * max(sum(client.nthreads().values()), 1)
    for _ in range(room - n_handed_out):
        task = next(left, None)
        if task is None:
            return
        yield task


def _arrived(client: "Client", futures: list["Future"], address: str) -> Iterator[tuple["Future", "Outcome"]]:
    """Those that are done, once some are; gives up when there has been no worker for long."""
    since, found = time.monotonic(), False
    while not found:
        for future in _done(futures, address):
            with _lost(address):
                try:
                    outcome = _outcome(future)
                except TimeoutError:  # lost with its worker before it was here: it is played once more
                    continue
            found = True
            yield future, outcome
        with _lost(address):
            if client.status != "running":
                raise TimeoutError
            if client.nthreads():
                since = time.monotonic()
        if time.monotonic() - since > WORKERS_GONE:
            raise ClusterLost(f"the scheduler at {address} has had no workers for {WORKERS_GONE:.0f} s")


def _done(futures: list["Future"], address: str) -> list["Future"]:
    from distributed import wait

    with _lost(address):
        try:
            return list(wait(futures, timeout=LOOK_EVERY, return_when="FIRST_COMPLETED").done)
        except TimeoutError:
            return []


def _outcome(future: "Future") -> "Outcome":
    """What a stretch measured, or why it could not be played; None where its workers died."""
    from distributed import KilledWorker

    try:
        rows, reason = future.result(timeout=LOOK_EVERY)
    except KilledWorker:
        return None
    except (ClusterError, OSError, CancelledError, TimeoutError):
        raise
    except Exception as fault:  # whatever it is, the other points go on
        return [], f"{type(fault).__name__}: {' '.join(str(fault).split())}"
    return rows, reason

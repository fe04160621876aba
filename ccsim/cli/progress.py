"""How far the work is: a bar on a terminal, a plain line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ccsim.cli.speaking import note

LINE_EVERY = 10.0  # s
Progress = Callable[..., None]


@contextmanager
def progress_on_stderr() -> Iterator[Progress]:
    """A stretch of work that tells how far it is.

    Yields
    ------
    callable
        To be called with (replications done, replications in all), and what is said before that, such as points done,
        and after it, such as how precise it is so far.
    """
    if sys.stderr.isatty():
        with _bar() as advance:
            yield advance
    else:
        yield _lines(time.monotonic)


def pace(done: int, total: int, elapsed: float) -> str:
    """How much is done, how fast, and how long it still takes.

    Parameters
    ----------
    done, total : int
    elapsed : float, s

    Returns
    -------
    str

    Examples
    --------
    >>> pace(5, 20, elapsed=10.0)
    '5 of 20 replications, 0.5 per s, about 30 s left'
    """
    so_far = f"{done} of {total} replications"
    if done == 0 or elapsed <= 0:
        return so_far
    rate = done / elapsed
    return f"{so_far}, {rate:.2g} per s, about {(total - done) / rate:.0f} s left"


def _lines(clock: Callable[[], float]) -> Progress:
    """Progress as one plain line every ten seconds."""
    started = clock()
    told = started

    def advance(done: int, total: int, before: str = "", after: str = "") -> None:
        nonlocal told
        now = clock()
        if now - told >= LINE_EVERY:
            told = now
            note(before + pace(done, total, now - started) + (after and f"; {after}"))

    return advance


@contextmanager
def _bar() -> Iterator[Progress]:
    """Progress as a bar that goes away when the work is done."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(bar_width=8), TextColumn("{task.description}"))
    started = time.monotonic()
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def advance(done: int, total: int, before: str = "", after: str = "") -> None:
            # on a line of its own, so that a narrow terminal cuts off neither
            words = before + pace(done, total, time.monotonic() - started) + (after and f"\n{after}")
            bar.update(task, completed=done, total=total, description=words)

        yield advance

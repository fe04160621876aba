"""Every measure of one replication."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ccsim.logs.logs import COLUMNS, Logs
from ccsim.metrics import passes as p
from ccsim.metrics.cells import Cell, Key
from ccsim.metrics.layout import WAIT_EDGES, Layout, layout_of
from ccsim.plan.plan import Plan

F8 = NDArray[np.float64]


class Value(NamedTuple):
    """One measure in one cell of one replication.

    For the kinds mean and count the numerator is the replication's value (nan where nothing was observed) and the
    denominator 1.
    """

    measure: str
    cell: Cell
    numerator: float
    denominator: float


@dataclass(frozen=True)
class Measured:
    """What one replication measured; iterating gives one `Value` after another.

    Attributes
    ----------
    keys : tuple of (measure, cell)
        The layout's.
    numerators, denominators : float64[n_keys]
    waits : float64[n]
        How many live contacts offered in the window waited at most so long, at `WAIT_EDGES`; the last counts everybody.
    """

    keys: tuple[Key, ...]
    numerators: F8
    denominators: F8
    waits: F8

    def __iter__(self) -> Iterator[Value]:
        """One value after another, in the order of the keys."""
        for key, above, below in zip(self.keys, self.numerators.tolist(), self.denominators.tolist(), strict=True):
            yield Value(*key, above, below)


class Sample(NamedTuple):
    """What every replication of a plan measured.

    Attributes
    ----------
    keys : tuple of (measure, cell)
    numerators, denominators : float64[n_replications, n_keys]
    waits : float64[n]
        As in `Measured`, added up over the replications.
    """

    keys: tuple[Key, ...]
    numerators: F8
    denominators: F8
    waits: F8


def of_one(measured: Measured) -> Sample:
    """The sample of one replication.

    Parameters
    ----------
    measured : Measured

    Returns
    -------
    Sample
        In the same memory.
    """
    return Sample(measured.keys, measured.numerators[None], measured.denominators[None], measured.waits)


def sample_of(measured: Sequence[Measured]) -> Sample:
    """Replications of one plan side by side.

    Parameters
    ----------
    measured : sequence of Measured
        At least one.

    Returns
    -------
    Sample
    """
    return Sample(
        measured[0].keys,
        np.array([one.numerators for one in measured]),
        np.array([one.denominators for one in measured]),
        np.sum([one.waits for one in measured], axis=0),
    )


def joined(one: Sample, other: Sample) -> Sample:
    """Replications of one plan, followed by more of them.

    Parameters
    ----------
    one, other : Sample

    Returns
    -------
    Sample
    """
    return Sample(
        one.keys,
        np.concatenate([one.numerators, other.numerators]),
        np.concatenate([one.denominators, other.denominators]),
        one.waits + other.waits,
    )


def empty_sample(keys: Sequence[Key], replications: int) -> Sample:
    """Room for the replications of a plan.

    Parameters
    ----------
    keys : sequence of (measure, cell)
    replications : int

    Returns
    -------
    Sample
        Of zeros.
    """
    shape = (replications, len(keys))
    return Sample(tuple(keys), np.zeros(shape), np.zeros(shape), np.zeros(len(WAIT_EDGES)))


def compile_passes(plan: Plan) -> None:
    """Compiles the passes, or reads them from the cache.

    A log in which nothing happened is measured to that end.

    Parameters
    ----------
    plan : Plan
    """
    measure(plan, Logs(**{name: np.zeros(0, dtype=dtype) for name, dtype in COLUMNS.items()}))


def measure(plan: Plan, logs: Logs) -> Measured:
    """Numerator and denominator of every measure in every cell.

    Parameters
    ----------
    plan : Plan
    logs : Logs
        Of one replication of that plan.

    Returns
    -------
    Measured
        The same measures and cells for every replication of a plan.

    Notes
    -----
    An attempt cut off by the horizon counts as offered; it is neither answered nor abandoned if still waiting, its
    wait so far counts in the waits of the offered, and its need is open.
    """
    at = layout_of(plan)
    sheet, waits = filled(plan, logs, at)
    flat = sheet.ravel()
    return Measured(at.keys, flat[at.above], flat[at.below], waits)


def filled(plan: Plan, logs: Logs, at: Layout) -> tuple[F8, F8]:
    """The sheet of a replication.

    Parameters
    ----------
    plan : Plan
    logs : Logs
    at : Layout
        The plan's.

    Returns
    -------
    float64[n_rows, N_COLUMNS]
    float64[n]
        The distribution of waits, as in `Measured`.
    """
    sheet, waits = at.blank.copy(), np.zeros(len(WAIT_EDGES))
    minutes, ends = np.empty(len(logs.needs)), np.zeros(1 + len(plan.need_types), np.int64)
    tables = logs.needs, logs.attempts, logs.agent_states, logs.signals, logs.causes, logs.ledger
    p.fill(*tables, at.grid, sheet, waits, minutes, ends)
    places, first = ends.tolist(), int(at.grid.ground["need_type"][0])
    for row, stretch in enumerate(pairwise(places), first):
        sheet[row, p.EFFORT_P90] = _quantile(minutes[slice(*stretch)], 0.9)
    sheet[p.WHOLE, p.EFFORT_P90] = _quantile(minutes[: places[-1]], 0.9)
    return sheet, waits


def _quantile(values: F8, share: float) -> float:
    """The smallest value that a share of the values doesn't exceed, put in its place; nan without values."""
    if len(values) == 0:
        return np.nan
    # without the small step, 0.95 * 20 could round up to 20 instead of 19
    rank = max(ceil(share * len(values) - 1e-9), 1) - 1
    values.partition(rank)
    return float(values[rank])

"""Every measure of one replication."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ccsim.logs.codes import AgentState
from ccsim.logs.ledger import overtime_seconds, paid_seconds
from ccsim.logs.logs import COLUMNS, Logs
from ccsim.logs.passes import in_order_of_time
from ccsim.metrics import passes as p
from ccsim.metrics.layout import Cell, Key, Layout, layout_of
from ccsim.plan.plan import Plan

F8 = NDArray[np.float64]

WAIT_EDGES = (
    *(0.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 240.0, 300.0, 420.0, 600.0),
    *(900.0, 1800.0, 3600.0, 86400.0),
)
WAIT_SHARES = (0.5, 0.9, 0.95)


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


def measure(plan: Plan, logs: Logs, layout: Layout | None = None) -> Measured:
    """Numerator and denominator of every measure in every cell.

    Parameters
    ----------
    plan : Plan
    logs : Logs
        Of one replication of that plan.
    layout : Layout or None
        The plan's, where it is at hand.

    Returns
    -------
    Measured
        The same measures and cells for every replication of a plan.

    Notes
    -----
    An attempt cut off by the horizon counts as offered; it is neither answered nor abandoned if still waiting, its
    wait so far counts in the waits of the offered, and its need is open.
    """
    at = layout_of(plan) if layout is None else layout
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
    sheet = at.blank.copy()
    waits, codes, histogram = add_visits(plan, logs, at, sheet)
    p.add_waits(waits, codes, in_order_of_time(waits)[0], at.visit_rows, np.array(WAIT_SHARES), sheet)
    _needs(plan, logs, at, sheet)
    if at.most.max(initial=1) > 1 or plan.channels["silent"].any():
        firsts = np.searchsorted(logs.agent_states["agent"], np.arange(len(plan.agent_group) + 1))
        p.add_shared(logs.attempts, logs.agent_states, firsts, at.most, at.ground, sheet)
    _duty(plan, logs, at, sheet)
    p.add_money(logs.ledger, at.ground, at.queue_channel, sheet)
    return sheet, np.cumsum(histogram)


def add_visits(plan: Plan, logs: Logs, at: Layout, sheet: F8) -> tuple[F8, NDArray[np.int32], F8]:
    """Waiting, answering and handling, added to a sheet.

    Parameters
    ----------
    plan : Plan
    logs : Logs
    at : Layout
        The plan's.
    sheet : float64[n_rows, N_COLUMNS]
        Added to.

    Returns
    -------
    float64[n], s
        Waits of first legs that are not nothing.
    int32[n]
        queue * n_types + need type of each.
    float64[n_edges]
        Live contacts by the first edge that their wait doesn't exceed.
    """
    attempts = logs.attempts
    waits, codes, histogram = np.empty(len(attempts)), np.empty(len(attempts), np.int32), np.zeros(len(WAIT_EDGES))
    n = p.add_visits(
        attempts,
        _segments(logs),
        at.ground,
        plan.bins,
        at.bin_rows,
        at.queue_channel,
        at.live,
        at.limited,
        at.deadlines,
        at.views,
        np.array(WAIT_EDGES),
        sheet,
        histogram,
        waits,
        codes,
    )
    return waits[:n], codes[:n], histogram


def _segments(logs: Logs) -> NDArray[np.int32]:
    """Segment of every leg's customer; empty where there are none."""
    segment = logs.needs["segment"]
    if len(segment) == 0 or segment[0] < 0:
        return np.zeros(0, np.int32)
    return np.ascontiguousarray(segment[np.searchsorted(logs.needs["need"], logs.attempts["need"])])


def _needs(plan: Plan, logs: Logs, at: Layout, sheet: F8) -> None:
    """Evidence, and what became of the needs that arose in the window, followed to the horizon."""
    needs = logs.needs
    until, heard = np.full(len(plan.causes), plan.window[1]), np.zeros(len(needs), np.int8)
    p.add_evidence(logs.signals, logs.causes, needs, at.ground, until, heard, sheet)
    minutes, ends = np.empty(len(needs)), np.zeros(1 + len(plan.need_types), np.int64)
    p.add_needs(needs, logs.attempts, at.ground, at.live, until, heard, sheet, at.weights, minutes, ends)
    places = ends.tolist()
    sheet[p.WHOLE, p.EFFORT_P90] = _quantile(minutes[: places[-1]], 0.9)
    for row, stretch in enumerate(pairwise(places), int(at.ground["need_type"][0])):
        sheet[row, p.EFFORT_P90] = _quantile(minutes[slice(*stretch)], 0.9)


def _quantile(values: F8, share: float) -> float:
    """The smallest value that a share of the values doesn't exceed; nan without values."""
    if len(values) == 0:
        return np.nan
    # without the small step, 0.95 * 20 could round up to 20 instead of 19
    rank = max(ceil(share * len(values) - 1e-9), 1) - 1
    return float(np.partition(values, rank)[rank])


def _duty(plan: Plan, logs: Logs, at: Layout, sheet: F8) -> None:
    """Agent time within the window; overtime is that of a group in a bin."""
    n_groups, n_states = len(plan.groups), len(AgentState)
    spent = np.zeros((n_groups * n_states, len(plan.bins) - 1))
    p.add_states(logs.agent_states, at.ground, plan.bins, spent, sheet)
    by_state = spent.reshape(n_groups, n_states, -1)
    there = by_state.sum(axis=1)
    overtime = overtime_seconds(plan, there)
    p.add_duty(by_state, paid_seconds(plan, overtime), plan.scheduled, overtime, at.ground, at.bin_rows, sheet)

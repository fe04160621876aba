"""Every measure of one replication."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ccsim.logs.logs import COLUMNS, Logs
from ccsim.metrics import passes as p
from ccsim.metrics.cells import Cell, Key
from ccsim.metrics.layout import WAIT_EDGES, Layout, add_met, layout_of
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


class Spread(NamedTuple):
    """How often which values were seen in one replication.

    Attributes
    ----------
    atoms : tuple of (what, cell)
        The layout's: what each code is of.
    table : SPREAD[n]
        Code, how often, and value. More than `FEW_VALUES` of a code are told apart to a 32nd of an octave only.
    """

    atoms: tuple[Key, ...]
    table: NDArray[Any]


NOTHING_SEEN = Spread((), np.zeros(0, p.SPREAD))


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
    spread : Spread
        What quantiles over all replications are taken of; the numerator of a quantile is nan.
    """

    keys: tuple[Key, ...]
    numerators: F8
    denominators: F8
    waits: F8
    spread: Spread = NOTHING_SEEN

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
    spreads : tuple of Spread
        By replication; empty where no quantile is asked for.
    """

    keys: tuple[Key, ...]
    numerators: F8
    denominators: F8
    waits: F8
    spreads: tuple[Spread, ...] = ()


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
    parts = measured.numerators[None], measured.denominators[None], measured.waits
    return Sample(measured.keys, *parts, (measured.spread,))


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
        tuple(one.spread for one in measured),
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
        one.spreads + other.spreads,
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
    sheet, waits, spread = filled(logs, at)
    flat = sheet.ravel()
    above, below = flat[at.above], flat[at.below]
    add_met(at.parts, plan.service_level_wanted, above[None], below[None])
    return Measured(at.keys, above, below, waits, spread)


def filled(logs: Logs, at: Layout) -> tuple[F8, F8, Spread]:
    """The sheet of a replication.

    Parameters
    ----------
    logs : Logs
    at : Layout
        Of its plan.

    Returns
    -------
    float64[n_rows, N_COLUMNS]
    float64[n]
        The distribution of waits, as in `Measured`.
    Spread
    """
    sheet, waits = at.blank.copy(), np.zeros(len(WAIT_EDGES))
    spread = np.empty(2 * (len(logs.attempts) + len(logs.needs)) + len(at.atoms), p.SPREAD)
    tables = logs.needs, logs.attempts, logs.agent_states, logs.signals, logs.causes, logs.ledger
    n = p.fill(*tables, at.grid, sheet, waits, spread)
    return sheet, waits, Spread(at.atoms, spread[:n].copy())

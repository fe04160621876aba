"""How rows of a log are split into cells, and added up by cell."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ccsim.logs.logs import Table
from ccsim.plan.plan import Plan

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
Marks = NDArray[np.bool_]
Cell = tuple[tuple[str, str | int], ...]
Columns = dict[str, NDArray[Any]]

DAY = 86400.0
# moments of millions of seconds carry errors of about a nanosecond; a wait of exactly the acceptable wait is within
A_MOMENT = 1e-6


class Value(NamedTuple):
    """One measure in one cell of one replication.

    For the kinds mean and count the numerator is the replication's value (nan where nothing was observed) and the
    denominator 1.
    """

    measure: str
    cell: Cell
    numerator: float
    denominator: float


class Split(NamedTuple):
    """Which cell each row falls into.

    `codes` is int64[n_rows]: 0 for a row in no cell, k for a row in `cells[k - 1]`.
    """

    cells: tuple[Cell, ...]
    codes: I8


def columns(table: Table) -> Columns:
    """The columns of a table, each contiguous.

    Parameters
    ----------
    table : structured[n_rows]

    Returns
    -------
    dict of array[n_rows]
        Reading one column of a wide table again and again costs ten times as much.
    """
    return {name: np.ascontiguousarray(table[name]) for name in table.dtype.names or ()}


def picked(table: Columns, marks: Marks) -> Columns:
    """The marked rows of every column.

    Parameters
    ----------
    table : dict of array[n_rows]
    marks : bool[n_rows]

    Returns
    -------
    dict of array[n_marked]
    """
    if marks.all():
        return table
    rows = np.flatnonzero(marks)
    return {name: column[rows] for name, column in table.items()}


def whole(kept: Marks) -> Split:
    """One cell, the whole centre.

    Parameters
    ----------
    kept : bool[n_rows]
        Rows that count.

    Returns
    -------
    Split
    """
    return Split(((),), kept.astype(np.int64))


def by_name(key: str, names: tuple[str, ...], ids: NDArray[np.integer], kept: Marks) -> Split:
    """One cell for each named thing.

    Parameters
    ----------
    key : str
        The cell's key: channel, need_type, queue, group or cause.
    names : tuple of str
        Position is the id.
    ids : int[n_rows]
        -1 is in no cell.
    kept : bool[n_rows]
        Rows that count.

    Returns
    -------
    Split

    Examples
    --------
    >>> split = by_name("queue", ("a", "b"), np.array([1, -1, 0]), np.array([True, True, True]))
    >>> split.codes.tolist(), split.cells[1]
    ([2, 0, 1], (('queue', 'b'),))
    """
    return Split(tuple(((key, name),) for name in names), np.where(kept, ids.astype(np.int64) + 1, 0))


def by_interval(plan: Plan, times: F8, kept: Marks) -> Split:
    """One cell for each clock interval that the window touches, days pooled.

    Parameters
    ----------
    plan : Plan
    times : float64[n_rows], s since the run's start
        Within the window wherever `kept`.
    kept : bool[n_rows]
        Rows that count.

    Returns
    -------
    Split
    """
    present = np.unique(_clock_interval(plan, window_bins(plan)[:-1]))
    place = np.zeros(int(np.ceil(DAY / plan.interval)), dtype=np.int64)
    place[present] = np.arange(1, len(present) + 1)
    cells = tuple((("interval", _clock_text(number * plan.interval)),) for number in present.tolist())
    return Split(cells, np.where(kept, place[_clock_interval(plan, np.where(kept, times, 0.0))], 0))


def by_day(plan: Plan, times: F8, kept: Marks) -> Split:
    """One cell for each calendar day of the window, counted from its first.

    Parameters
    ----------
    plan : Plan
    times : float64[n_rows], s since the run's start
        Within the window wherever `kept`.
    kept : bool[n_rows]
        Rows that count.

    Returns
    -------
    Split
    """
    first = int(plan.window[0] // DAY)
    n_days = max(int(np.ceil(plan.window[1] / DAY)) - first, 1)
    days = np.floor(np.where(kept, times, 0.0) / DAY).astype(np.int64) - first
    return Split(tuple((("day", day),) for day in range(n_days)), np.where(kept, days + 1, 0))


def crossed(first: Split, second: Split) -> Split:
    """Every pair of a cell of one split with a cell of another.

    Parameters
    ----------
    first, second : Split
        Of the same rows.

    Returns
    -------
    Split
    """
    codes = (first.codes - 1) * len(second.cells) + second.codes
    cells = tuple(one + other for one in first.cells for other in second.cells)
    return Split(cells, np.where((first.codes > 0) & (second.codes > 0), codes, 0))


def total(split: Split, quantity: NDArray[np.generic]) -> F8:
    """Sum of a quantity over the rows of each cell.

    Parameters
    ----------
    split : Split
    quantity : float64[n_rows] or bool[n_rows]

    Returns
    -------
    float64[n_cells]
    """
    return sums(split.codes, quantity, len(split.cells) + 1)[1:]


def sums(codes: NDArray[np.integer], quantity: NDArray[np.generic], n_codes: int) -> F8:
    """Sum of a quantity over the rows of each code.

    Parameters
    ----------
    codes : int[n_rows]
        From 0 up.
    quantity : float64[n_rows] or bool[n_rows]
    n_codes : int

    Returns
    -------
    float64[n_codes]
    """
    weights = quantity.astype(np.float64, copy=False)
    return np.bincount(codes, weights=weights, minlength=n_codes).astype(np.float64, copy=False)


def quantiles(split: Split, quantity: F8, probabilities: tuple[float, ...]) -> list[F8]:
    """Smallest values that given shares of each cell's rows don't exceed.

    Parameters
    ----------
    split : Split
        Of rows in ascending order of the quantity.
    quantity : float64[n_rows]
        Ascending.
    probabilities : tuple of float, shares

    Returns
    -------
    list of float64[n_cells], one for each probability
        nan in a cell without rows.

    Examples
    --------
    >>> quantiles(whole(np.full(4, True)), np.array([1.0, 2.0, 3.0, 4.0]), (0.5,))[0].tolist()
    [2.0]
    """
    # a stable sort of small codes is by radix, in linear time
    codes = split.codes.astype(np.int16 if len(split.cells) < 2**15 else np.int64)
    order = np.argsort(codes, kind="stable")
    counts = np.bincount(split.codes, minlength=len(split.cells) + 1)
    starts = np.cumsum(counts) - counts
    filled = counts > 0
    answers = []
    for probability in probabilities:
        # without the small step, 0.95 * 20 could round up to 20 instead of 19
        ranks = np.maximum(np.ceil(probability * counts - 1e-9).astype(np.int64), 1)
        answer = np.full(len(counts), np.nan)
        answer[filled] = quantity[order[(starts + ranks - 1)[filled]]]
        answers.append(answer[1:])
    return answers


def ordered(split: Split, order: I8) -> Split:
    """The same split of the rows in another order.

    Parameters
    ----------
    split : Split
    order : int64[n]
        Places of the rows; a row left out is gone.

    Returns
    -------
    Split
    """
    return Split(split.cells, split.codes[order])


def window_bins(plan: Plan) -> F8:
    """Borders of the plan's bins within the window, both ends included.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    float64[n + 1], s since the run's start
    """
    t0, t1 = plan.window
    return plan.bins[(plan.bins >= t0) & (plan.bins <= t1)]


def values(measure: str, cells: tuple[Cell, ...], numerators: F8, denominators: F8 | float = 1.0) -> list[Value]:
    """One value for each cell.

    Parameters
    ----------
    measure : str
    cells : tuple of Cell
    numerators : float64[n_cells]
    denominators : float64[n_cells] or float

    Returns
    -------
    list of Value
    """
    below = np.broadcast_to(denominators, numerators.shape)
    return [Value(measure, *row) for row in zip(cells, numerators.tolist(), below.tolist(), strict=True)]


def _clock_interval(plan: Plan, times: F8) -> I8:
    return ((times % DAY) // plan.interval).astype(np.int64)


def _clock_text(seconds: float) -> str:
    minutes = int(seconds // 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"

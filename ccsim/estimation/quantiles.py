"""Quantiles of what all replications saw together, with intervals from replication to replication."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ccsim.estimation.columns import Intervals, ratios
from ccsim.metrics.cells import Cell, Key
from ccsim.metrics.layout import ATOMS
from ccsim.metrics.measure import Sample, Spread

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

# all but the leading bits of a value, by which it is counted: 32 bins of an octave
BITS_IN_BIN = 47
# of the interval between whose ends the distribution is taken to be straight
LEVEL_OF_SLOPE = 0.95
ROUNDING = 1e-12


class Together(NamedTuple):
    """What all replications saw, by what it is of.

    Attributes
    ----------
    atoms : tuple of (what, cell)
        Of what each code is.
    values, weights : float64[n_seen]
        How much and how often, code by code.
    of : int64[n_seen]
        The replication.
    firsts : int64[n_atoms + 1]
        Where each code begins, and the last one's end.
    n : int, replications
    """

    atoms: tuple[Key, ...]
    values: F8
    weights: F8
    of: I8
    firsts: I8
    n: int


class Pooled(NamedTuple):
    """What all replications saw of a cell.

    Attributes
    ----------
    values, weights : float64[n_seen]
        How much and how often, bin by bin.
    firsts : int64[n_bins + 1]
        Where each bin's values begin, and the last one's end.
    lows, highs : float64[n_bins]
        The least and the most in each bin.
    at_most : float32[n_replications, n_bins]
        How many values of each replication stand in a bin or below it.
    """

    values: F8
    weights: F8
    firsts: I8
    lows: F8
    highs: F8
    at_most: NDArray[np.float32]


def together(spreads: Sequence[Spread]) -> Together:
    """What all replications saw, one after another.

    Parameters
    ----------
    spreads : sequence of Spread
        By replication.

    Returns
    -------
    Together

    Notes
    -----
    Source: none; the replications' values side by side.

    Examples
    --------
    >>> from ccsim.metrics.passes import SPREAD
    >>> together([Spread((("wait", ()),), np.array([(0, 2, 5.0)], SPREAD))]).weights.tolist()
    [2.0]
    """
    if not spreads:
        return Together((), np.zeros(0), np.zeros(0), np.zeros(0, np.int64), np.zeros(1, np.int64), 0)
    table = np.concatenate([one.table for one in spreads])
    of = np.repeat(np.arange(len(spreads)), [len(one.table) for one in spreads])
    atoms = spreads[0].atoms
    # sixteen bits are sorted by counting
    order = np.argsort(table["code"].astype(np.uint16), kind="stable")
    firsts = np.append(0, np.cumsum(np.bincount(table["code"], minlength=len(atoms)))).astype(np.int64)
    return Together(atoms, table["value"][order], table["count"][order].astype(float), of[order], firsts, len(spreads))


def pooled(seen: Together, what: str, cell: Cell) -> Pooled:
    """What all replications saw of a cell.

    Parameters
    ----------
    seen : Together
    what : str
        "wait" or "effort".
    cell : cell
        Atoms that lie in it are taken together.

    Returns
    -------
    Pooled

    Notes
    -----
    Source: the empirical distribution of all values, each replication's counts kept apart.

    Examples
    --------
    >>> from ccsim.metrics.passes import SPREAD
    >>> seen = together([Spread((("wait", ()),), np.array([(0, 2, 5.0)], SPREAD))])
    >>> pooled(seen, "wait", ()).at_most.tolist(), pooled(seen, "effort", ()).at_most.tolist()
    ([[2.0]], [[]])
    """
    codes = [code for code, (kind, own) in enumerate(seen.atoms) if kind == what and set(cell) <= set(own)]
    values, weights, of = (
        np.concatenate([column[seen.firsts[code] : seen.firsts[code + 1]] for code in codes] or [column[:0]])
        for column in (seen.values, seen.weights, seen.of)
    )
    leading = values.view(np.int64) >> BITS_IN_BIN
    is_there = np.zeros(int(leading.max(initial=-1)) + 1, dtype=np.bool_)
    is_there[leading] = True
    n_bins = int(is_there.sum())
    place = (np.cumsum(is_there) - 1)[leading]
    counts = np.bincount(of * n_bins + place, weights=weights, minlength=seen.n * n_bins).astype(np.float32)
    order = np.argsort(place.astype(np.uint16), kind="stable")
    firsts = np.append(0, np.cumsum(np.bincount(place, minlength=n_bins))).astype(np.int64)
    values, weights = values[order], weights[order]
    lows, highs = (one.reduceat(values, firsts[:-1]) if n_bins else values for one in (np.minimum, np.maximum))
    return Pooled(values, weights, firsts, lows, highs, np.cumsum(counts.reshape(seen.n, n_bins), axis=1))


def quantiles(seen: Pooled, probabilities: F8, level: float) -> Intervals:
    """Quantiles of what all replications saw together.

    Parameters
    ----------
    seen : Pooled
    probabilities : float64[n_columns]
        Strictly between 0 and 1.
    level : float, share

    Returns
    -------
    Intervals
        A column for each probability; low or high is nan where the replications don't reach that far.

    Notes
    -----
    The share of values up to x is a ratio of sums over replications, with the interval of `ratios`. The interval of the
    quantile holds every x at which that interval covers the probability. The value is the smallest that at least the
    share of all values doesn't exceed.
    Source: Woodruff (1952), Confidence intervals for medians and other position measures, JASA 47, 635-646; Francisco &
    Fuller (1991), Quantile estimation with a complex survey design, Annals of Statistics 19, 454-469.

    Examples
    --------
    >>> from ccsim.metrics.passes import SPREAD
    >>> spreads = [Spread((("wait", ()),), np.array([(0, 1, 5.0), (0, 1, wait)], SPREAD)) for wait in (7.0, 8.0, 9.0)]
    >>> quantiles(pooled(together(spreads), "wait", ()), np.array([0.9]), 0.95).value.tolist()
    [9.0]
    """
    n, n_bins = seen.at_most.shape
    nothing = np.full(len(probabilities), np.nan)
    if n_bins == 0:
        return Intervals(nothing, nothing, nothing, np.full(len(probabilities), n), nothing)
    value = np.array([_value(seen, share) for share in probabilities.tolist()])
    if n < 2:
        return Intervals(value, nothing, nothing, np.full(len(probabilities), n), nothing)
    total, wanted, is_low = (
        seen.at_most[:, -1:].astype(float),
        np.tile(probabilities, 2),
        np.repeat([True, False], len(value)),
    )

    def bounds(ends: I8) -> F8:
        found = ratios(seen.at_most[:, ends].astype(float), np.broadcast_to(total, (n, len(ends))), level)
        return np.where(is_low, found.high, found.low)

    places = np.tile([_bin_of(seen, one) for one in value.tolist()], 2)
    ends = _first(n_bins, places, lambda bins: np.asarray(bounds(bins) >= wanted))
    bins = np.minimum(ends, n_bins - 1)
    before, until = np.where(bins > 0, bounds(np.maximum(bins - 1, 0)), 0.0), bounds(bins)
    # within its bin the bound is taken to rise evenly
    rise = until - before
    part = np.clip(np.divide(wanted - before, rise, out=np.ones(len(rise)), where=rise > 0.0), 0.0, 1.0)
    low, high = np.split(seen.lows[bins] + part * (seen.highs[bins] - seen.lows[bins]), 2)
    high = np.where(ends[len(value) :] < n_bins, np.maximum(high, value), np.nan)
    return Intervals(value, np.minimum(low, value), high, np.full(len(value), n), nothing)


def differences_of_quantiles(arm: Pooled, baseline: Pooled, probabilities: F8, level: float) -> Intervals:
    """Differences of quantiles, arm minus baseline, paired.

    Parameters
    ----------
    arm, baseline : Pooled
        Replication i of both met the same needs.
    probabilities : float64[n_columns]
    level : float, share

    Returns
    -------
    Intervals

    Notes
    -----
    Half the length of a quantile's interval stands for its error, that of a ratio turned round by the slope of the
    distribution; the errors are as much alike as the replications' shares up to the two quantiles.
    Source: Francisco & Fuller (1991), section 3 (standard errors from Woodruff's interval).

    Examples
    --------
    >>> from ccsim.metrics.passes import SPREAD
    >>> spreads = [Spread((("wait", ()),), np.array([(0, 2, wait)], SPREAD)) for wait in (7.0, 8.0, 9.0)]
    >>> seen = pooled(together(spreads), "wait", ())
    >>> differences_of_quantiles(seen, seen, np.array([0.5]), 0.95).high.tolist()
    [0.0]
    """
    one, other = quantiles(arm, probabilities, level), quantiles(baseline, probabilities, level)
    if not (len(arm.values) and len(baseline.values)):
        nothing = np.full(len(probabilities), np.nan)
        return Intervals(nothing, nothing, nothing, one.n, nothing)
    alike = _correlations(_residuals(arm, one, probabilities), _residuals(baseline, other, probabilities))
    value = one.value - other.value
    mine, others = (one.high - one.low) / 2.0, (other.high - other.low) / 2.0
    reach = _reach(mine, others, alike)
    alone, paired = mine**2 + others**2, reach**2
    gained = np.divide(alone, paired, out=np.full(len(value), np.nan), where=paired > 0.0)
    return Intervals(value, value - reach, value + reach, one.n, gained)


def pseudo_values(seen: Pooled, probability: float) -> F8 | None:
    """Replications' values whose mean is a quantile of what they saw together.

    Parameters
    ----------
    seen : Pooled
    probability : float, share

    Returns
    -------
    float64[n_replications] or None
        None where the quantile has no interval.

    Notes
    -----
    The quantile and each replication's influence on it; the density is that between the ends of the interval.
    Source: Francisco & Fuller (1991), equation 2.9.

    Examples
    --------
    >>> from ccsim.metrics.passes import SPREAD
    >>> spreads = [Spread((("wait", ()),), np.array([(0, 2, wait)], SPREAD)) for wait in (7.0, 8.0, 9.0)]
    >>> pseudo_values(pooled(together(spreads[:1]), "wait", ()), 0.5) is None
    True
    """
    found = quantiles(seen, np.array([probability]), LEVEL_OF_SLOPE)
    value, low, high = float(found.value[0]), float(found.low[0]), float(found.high[0])
    if not np.isfinite([value, low, high]).all():
        return None
    first, last, n = _bin_of(seen, low), _bin_of(seen, high), len(seen.at_most)
    below = seen.at_most.sum(axis=0, dtype=np.float64)
    share = float((below[last] - (below[first - 1] if first > 0 else 0.0)) / below[-1])
    residuals = _residuals(seen, found, np.array([probability]))[:, 0] * n / below[-1]
    slope = float(seen.highs[last] - seen.lows[first]) / share
    # the value's bin reaches a little beyond it
    return np.asarray(value + slope * (residuals - residuals.mean()))


def quantiles_of(sample: Sample, keys: Sequence[Key], level: float) -> Intervals:
    """The quantiles that keys of a sample stand for.

    Parameters
    ----------
    sample : Sample
    keys : sequence of (measure, cell)
        Measures are called "wait_p90" and so on.
    level : float, share

    Returns
    -------
    Intervals
        A column for each key.

    Notes
    -----
    Source: as `quantiles`.
    """
    seen = together(sample.spreads)
    return _by_cell(keys, seen.atoms, lambda what, cell, shares: quantiles(pooled(seen, what, cell), shares, level))


def differences_of_quantiles_of(sample: Sample, base: Sample, keys: Sequence[Key], level: float) -> Intervals:
    """The differences of the quantiles that keys of two samples stand for.

    Parameters
    ----------
    sample, base : Sample
        Replication i of both met the same needs.
    keys : sequence of (measure, cell)
    level : float, share

    Returns
    -------
    Intervals
        A column for each key.

    Notes
    -----
    Source: as `differences_of_quantiles`.
    """
    here, there = together(sample.spreads), together(base.spreads)

    def apart(what: str, cell: Cell, shares: F8) -> Intervals:
        return differences_of_quantiles(pooled(here, what, cell), pooled(there, what, cell), shares, level)

    return _by_cell(keys, here.atoms, apart)


def pseudo_values_of(sample: Sample, key: Key) -> F8 | None:
    """What `pseudo_values` says of the quantile of a sample's key.

    Parameters
    ----------
    sample : Sample
    key : (measure, cell)

    Returns
    -------
    float64[n_replications] or None

    Notes
    -----
    Source: as `pseudo_values`.
    """
    what, share = _named(key[0])
    return pseudo_values(pooled(together(sample.spreads), what, key[1]), share)


def _named(measure: str) -> tuple[str, float]:
    """What a quantile is of, and its share: "wait_p90" is of waits."""
    name, share = measure.rsplit("_p", 1)
    return ATOMS[name], float(share) / 100.0


def _by_cell(keys: Sequence[Key], atoms: Sequence[Key], intervals: Callable[[str, Cell, F8], Intervals]) -> Intervals:
    """A column for each key; keys whose cells take in the same atoms are worked out together."""
    places: dict[tuple[str, tuple[bool, ...]], list[int]] = {}
    shares = np.empty(len(keys))
    for place, (measure, cell) in enumerate(keys):
        what, shares[place] = _named(measure)
        inside = tuple(kind == what and set(cell) <= set(own) for kind, own in atoms)
        places.setdefault((what, inside), []).append(place)
    table = np.empty((5, len(keys)))
    for (what, _), own in places.items():
        each, column = np.unique(shares[own], return_inverse=True)
        table[:, own] = np.array(intervals(what, keys[own[0]][1], each))[:, column]
    value, low, high, n, gained = table
    return Intervals(value, low, high, n.astype(np.int64), gained)


def _value(seen: Pooled, share: float) -> float:
    """The smallest value that at least a share of all values doesn't exceed."""
    below = seen.at_most.sum(axis=0, dtype=np.float64)
    # without the small step, 0.95 * 20 could round up to 20 instead of 19
    rank = max(float(np.ceil(share * below[-1] - 1e-9)), 1.0)
    at = int(np.searchsorted(below, rank))
    within = slice(seen.firsts[at], seen.firsts[at + 1])
    order = np.argsort(seen.values[within])
    before = below[at - 1] if at > 0 else 0.0
    place = int(np.searchsorted(before + np.cumsum(seen.weights[within][order]), rank))
    return float(seen.values[within][order][min(place, len(order) - 1)])


def _first(n_bins: int, near: I8, holds: Callable[[I8], NDArray[np.bool_]]) -> I8:
    """The first bin of each column from which on something holds, sought from a bin nearby; n_bins where it never does.

    In strides that double until it lies between two bins, then by halves.
    """
    low, high, at, stride = np.full(len(near), -1), np.full(len(near), n_bins), near.copy(), 1
    while (high - low > 1).any():
        there, unsure = holds(at), high - low > 1
        high, low = np.where(unsure & there, at, high), np.where(unsure & ~there, at, low)
        further = np.where(there, at - stride, at + stride)
        between = (low >= 0) & (high < n_bins)
        at = np.clip(np.where(between, (low + high) // 2, further), np.maximum(low, 0), np.minimum(high, n_bins - 1))
        # the last step to either edge
        at = np.where((low == -1) & (at >= high), np.maximum(high - 1, 0), at)
        at = np.where((high == n_bins) & (at <= low), np.minimum(low + 1, n_bins - 1), at)
        stride *= 2
    return high


def _residuals(seen: Pooled, found: Intervals, probabilities: F8) -> F8:
    """By how much each replication has fewer values up to the quantile than its share."""
    places = [_bin_of(seen, value) for value in found.value.tolist()]
    return np.asarray(probabilities * seen.at_most[:, -1:] - seen.at_most[:, places])


def _bin_of(seen: Pooled, value: float) -> int:
    """The last bin that begins with no more than a value."""
    return max(int(np.searchsorted(seen.lows, value, side="right")) - 1, 0)


def _correlations(one: F8, other: F8) -> F8:
    """Of each column with the other's; 1 where both are the same, else 0 where one doesn't vary."""
    mine, others = one - one.mean(axis=0), other - other.mean(axis=0)
    spread = np.sqrt((mine**2).sum(axis=0) * (others**2).sum(axis=0))
    alike = np.divide((mine * others).sum(axis=0), spread, out=np.zeros(len(spread)), where=spread > 0.0)
    return np.where((one == other).all(axis=0), 1.0, alike)


def _reach(one: F8, other: F8, alike: F8) -> F8:
    """How far a difference reaches whose two sides reach so far; nothing where that is a rounding."""
    squares = one**2 + other**2
    left = squares - 2.0 * alike * one * other
    return np.asarray(np.sqrt(np.where(left > ROUNDING * squares, left, 0.0 * left)))

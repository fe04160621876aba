"""The intervals of many measures at once: the methods of estimate.py, one measure a column."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, gammaincinv, stdtrit

from ccsim.errors import EstimateError

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
Pair = tuple[F8, F8]
Counts = tuple[F8, F8]
Marks = NDArray[np.bool_]
FEW = 20.0  # events
ROUNDING = 1e-20


class Intervals(NamedTuple):
    """An interval for each column.

    Attributes
    ----------
    value, low, high : float64[n_columns]
        nan where `Interval` and `Contrast` say None.
    n : int64[n_columns]
        Replications or pairs.
    variance_ratio : float64[n_columns]
        As in `Contrast`; nan for what is no difference.
    """

    value: F8
    low: F8
    high: F8
    n: I8
    variance_ratio: F8


def means(values: F8, level: float) -> Intervals:
    """What `estimate_mean` says of each column.

    Parameters
    ----------
    values : float64[n_replications, n_columns]
        nan is left out.
    level : float, share

    Returns
    -------
    Intervals

    Raises
    ------
    EstimateError
        If a value is infinite.

    Notes
    -----
    Source: as `estimate_mean`.

    Examples
    --------
    >>> means(np.array([[1.0], [2.0], [3.0]]), 0.95).value.tolist()
    [2.0]
    """
    _refuse_infinite(values)
    value, n = _mean(values)
    return _around(value, values, n, level)


def ratios(above: F8, below: F8, level: float) -> Intervals:
    """What `estimate_ratio` says of each column.

    Parameters
    ----------
    above, below : float64[n_replications, n_columns]
        Numerators and denominators.
    level : float, share

    Returns
    -------
    Intervals

    Raises
    ------
    EstimateError
        If a number is not finite or a denominator is negative.

    Notes
    -----
    Source: as `estimate_ratio`.

    Examples
    --------
    >>> ratios(np.array([[1.0], [3.0]]), np.array([[2.0], [2.0]]), 0.95).value.tolist()
    [1.0]
    """
    ratio, influence = _linearised(above, below)
    return _around(ratio, influence, np.full(len(ratio), len(below)), level)


def differences_of_means(arm: F8, baseline: F8, level: float) -> Intervals:
    """What `difference_of_means` says of each column.

    Parameters
    ----------
    arm, baseline : float64[n_replications, n_columns]
    level : float, share

    Returns
    -------
    Intervals

    Raises
    ------
    EstimateError
        If a value is infinite.

    Notes
    -----
    Source: as `difference_of_means`.

    Examples
    --------
    >>> differences_of_means(np.array([[2.0], [4.0]]), np.array([[1.0], [2.0]]), 0.95).value.tolist()
    [1.5]
    """
    _refuse_infinite(arm)
    _refuse_infinite(baseline)
    apart = arm - baseline
    missing = np.isnan(apart)
    one, other = np.where(missing, np.nan, arm), np.where(missing, np.nan, baseline)
    value, n = _mean(apart)
    return _contrasts(value, apart, one, other, n, level)


def differences_of_ratios(arm: Pair, baseline: Pair, level: float) -> Intervals:
    """What `difference_of_ratios` says of each column.

    Parameters
    ----------
    arm, baseline : pair of float64[n_replications, n_columns]
        Numerators and denominators.
    level : float, share

    Returns
    -------
    Intervals

    Raises
    ------
    EstimateError
        If a number is not finite or a denominator is negative.

    Notes
    -----
    Source: as `difference_of_ratios`.

    Examples
    --------
    >>> below = np.array([[4.0], [4.0]])
    >>> arm, baseline = (np.array([[3.0], [1.0]]), below), (np.array([[2.0], [1.0]]), below)
    >>> differences_of_ratios(arm, baseline, 0.95).value.tolist()
    [0.125]
    """
    (ratio, one), (other_ratio, other) = _linearised(*arm), _linearised(*baseline)
    n = np.full(len(ratio), len(one))
    return _contrasts(ratio - other_ratio, one - other, one, other, n, level)


def with_few(found: Intervals, events: F8, trials: F8, counted: Marks, level: float) -> Intervals:
    """Intervals of shares of counted things, no narrower than few events allow.

    Parameters
    ----------
    found : Intervals
        From replication to replication.
    events, trials : float64[n_columns]
        Counts in all replications.
    counted : bool[n_columns]
        Which columns are such shares.
    level : float, share

    Returns
    -------
    Intervals

    Notes
    -----
    Where fewer than `FEW` events, or others, were seen, replications differ too little to say how rare they are.
    Source: as `share_of_few`.

    Examples
    --------
    >>> none, all_ = np.zeros((2, 1)), np.full((2, 1), 16.0)
    >>> found = with_few(ratios(none, all_, 0.95), none.sum(0), all_.sum(0), np.array([True]), 0.95)
    >>> found.high.round(3).tolist()
    [0.089]
    """
    few = counted & _are_few(events, trials) & ~np.isnan(found.low)
    return _no_narrower(found, few, *_ends_of_few(events[few], trials[few], level))


def with_few_counts(found: Intervals, events: F8, counted: Marks, level: float) -> Intervals:
    """Intervals of mean counts, no narrower than few of them allow.

    Parameters
    ----------
    found : Intervals
    events : float64[n_columns]
        In all replications.
    counted : bool[n_columns]
        Which columns are numbers of things that come by chance.
    level : float, share

    Returns
    -------
    Intervals

    Notes
    -----
    Source: as `rate_of_few`.

    Examples
    --------
    >>> nothing = np.zeros((10, 1))
    >>> with_few_counts(means(nothing, 0.95), nothing.sum(0), np.array([True]), 0.95).high.round(2).tolist()
    [0.3]
    """
    few = counted & (events < FEW) & ~np.isnan(found.low)
    some, n, outside = events[few], found.n[few], 1.0 - level
    tail = np.where(some == 0.0, outside, outside / 2.0)
    lowest = np.where(some == 0.0, 0.0, gammaincinv(np.maximum(some, 1.0), tail) / n)
    return _no_narrower(found, few, lowest, gammaincinv(some + 1.0, 1.0 - tail) / n)


def apart_with_few(found: Intervals, arm: Counts, baseline: Counts, counted: Marks, level: float) -> Intervals:
    """Differences of counted shares, no narrower than few events allow.

    Parameters
    ----------
    found : Intervals
        From pair to pair.
    arm, baseline : pair of float64[n_columns]
        Events and trials in all replications.
    counted : bool[n_columns]
        Which columns are such shares, and not the same in every replication.
    level : float, share

    Returns
    -------
    Intervals

    Notes
    -----
    As if the arms were not paired, which makes them no narrower.
    Source: Newcombe (1998), Interval estimation for the difference between independent proportions, Statistics in
    Medicine 17, 873-890, method 11's form with the limits of Clopper & Pearson.

    Examples
    --------
    >>> nothing, trials = np.zeros((2, 1)), np.full((2, 1), 16.0)
    >>> seen = (nothing.sum(0), trials.sum(0))
    >>> zero = differences_of_ratios((nothing, trials), (nothing, trials), 0.95)
    >>> apart_with_few(zero, seen, seen, np.array([True]), 0.95).high.round(3).tolist()
    [0.089]
    """
    few = counted & (_are_few(*arm) | _are_few(*baseline)) & ~np.isnan(found.low)
    (events, trials), (others, of) = ((one[few], all_[few]) for one, all_ in (arm, baseline))
    (low, high), (lowest, highest) = _ends_of_few(events, trials, level), _ends_of_few(others, of, level)
    share, other = events / trials, others / of
    down, up = np.hypot(share - low, highest - other), np.hypot(high - share, other - lowest)
    # where neither saw any, the most that either can be is the most that they can be apart
    both_none = (events == 0.0) & (others == 0.0)
    down, up = np.where(both_none, highest, down), np.where(both_none, high, up)
    return _no_narrower(found, few, share - other - down, share - other + up)


def bounded(found: Intervals, lowest: F8, highest: F8) -> Intervals:
    """Intervals that end where what is measured does.

    Parameters
    ----------
    found : Intervals
    lowest, highest : float64[n_columns]

    Returns
    -------
    Intervals

    Notes
    -----
    Source: an interval of what can be covers what is as often as the whole one does.

    Examples
    --------
    >>> found = means(np.array([[0.9], [1.0]]), 0.95)
    >>> bounded(found, np.zeros(1), np.ones(1)).high.tolist()
    [1.0]
    """
    return found._replace(low=np.clip(found.low, lowest, highest), high=np.clip(found.high, lowest, highest))


def unseen(found: Intervals, total: F8, counted: Marks) -> Intervals:
    """No interval where nothing was seen of what is not counted.

    Parameters
    ----------
    found : Intervals
    total : float64[n_columns]
        Of the numerators.
    counted : bool[n_columns]
        Which columns are shares of counted things, whose intervals know how few were seen.

    Returns
    -------
    Intervals

    Notes
    -----
    Source: a sample that is 0 throughout says nothing of the scale of what it did not see.

    Examples
    --------
    >>> found = means(np.zeros((3, 1)), 0.95)
    >>> unseen(found, np.zeros(1), np.array([False])).low.tolist()
    [nan]
    """
    blank = (total == 0.0) & ~counted
    return found._replace(low=np.where(blank, np.nan, found.low), high=np.where(blank, np.nan, found.high))


def _linearised(above: F8, below: F8) -> Pair:
    """The ratio of each column's sums, and each replication's influence on it; nan where the denominators add to 0."""
    if not (np.isfinite(above).all() and np.isfinite(below).all()):
        raise EstimateError("A ratio needs finite numerators and denominators.", numerators=above, denominators=below)
    if (below < 0.0).any():
        raise EstimateError("A ratio's denominators are not negative.", denominators=below)
    total = below.sum(axis=0)
    ratio = _over(above.sum(axis=0), total)
    return ratio, (above - ratio * below) / _over(total, np.full(len(total), float(len(below))))


def _contrasts(value: F8, apart: F8, arm: F8, baseline: F8, n: I8, level: float) -> Intervals:
    """Intervals of differences, and what common random numbers gained."""
    alone, paired = _variance(arm) + _variance(baseline), _variance(apart)
    # what is left of a difference that does not vary is a rounding
    gained = _over(alone, np.where(paired > ROUNDING * alone, paired, 0.0))
    return _around(value, apart, n, level)._replace(variance_ratio=gained)


def _around(value: F8, sample: F8, n: I8, level: float) -> Intervals:
    """The interval of values whose errors are the means of a sample's columns."""
    quantile = stdtrit(np.maximum(n - 1, 1), (1.0 + level) / 2.0)
    variance, skewness = _variance_and_skewness(sample)
    root = np.sqrt(np.maximum(n, 1))
    error, bend = np.sqrt(variance) / root, skewness / (3.0 * root)
    low, high = value - error * _turned(quantile, bend), value - error * _turned(-quantile, bend)
    return Intervals(value, low, high, n, np.full(len(value), np.nan))


def _turned(quantile: F8, bend: F8) -> F8:
    """What `turned_by_skewness` says of each column."""
    straight = bend == 0.0
    divisor = np.where(straight, 1.0, bend)
    by = 3.0 * bend * (quantile - bend / 2.0)
    near = by > -0.5
    root = np.where(near, np.expm1(np.log1p(np.where(near, by, 0.0)) / 3.0), np.cbrt(1.0 + by) - 1.0)
    return np.where(straight, quantile, root / divisor)


def _mean(values: F8) -> tuple[F8, I8]:
    """Mean and number of the values that are there."""
    seen = ~np.isnan(values)
    n = np.count_nonzero(seen, axis=0)
    return _over(np.where(seen, values, 0.0).sum(axis=0), n.astype(np.float64)), n


def _variance(sample: F8) -> F8:
    """Variance of the values that are there; nan with fewer than two."""
    return _variance_and_skewness(sample)[0]


def _variance_and_skewness(sample: F8) -> Pair:
    """Variance of the values that are there, nan with fewer than two, and their skewness, 0 where it says nothing."""
    apart, n = _from_their_mean(sample)
    squares = apart * apart
    spread = squares.sum(axis=0)
    variance = _over(spread, np.maximum(n - 1.0, 0.0))
    enough = (n > 2) & (spread > 0.0)
    number = np.where(enough, n, 3).astype(np.float64)
    biased = (squares * apart).sum(axis=0) / number / (np.where(enough, spread, 1.0) / number) ** 1.5
    return variance, np.where(enough, biased * np.sqrt(number * (number - 1.0)) / (number - 2.0), 0.0)


def _from_their_mean(sample: F8) -> tuple[F8, I8]:
    """The values less the mean of those that are there, 0 for the others; and how many are there."""
    # from the first value on, so that what doesn't vary has no variance at all
    if not np.isnan(sample.sum()):
        moved = sample - sample[0]
        moved -= moved.mean(axis=0)
        return moved, np.full(sample.shape[1], len(sample))
    seen = ~np.isnan(sample)
    first = np.take_along_axis(sample, seen.argmax(axis=0)[None, :], axis=0)
    moved = np.where(seen, sample - first, 0.0)
    mean, n = _mean(np.where(seen, moved, np.nan))
    return np.where(seen, moved - mean, 0.0), n


def _are_few(events: F8, trials: F8) -> Marks:
    return (trials > 0.0) & (np.minimum(events, trials - events) < FEW)


def _ends_of_few(events: F8, trials: F8, level: float) -> Pair:
    """What `share_of_few` says of each column."""
    outside, others = 1.0 - level, trials - events
    tail = np.where((events == 0.0) | (others == 0.0), outside, outside / 2.0)
    low = np.where(events == 0.0, 0.0, betaincinv(np.maximum(events, 1.0), others + 1.0, tail))
    return low, np.where(others == 0.0, 1.0, betaincinv(events + 1.0, np.maximum(others, 1.0), 1.0 - tail))


def _no_narrower(found: Intervals, some: Marks, lowest: F8, highest: F8) -> Intervals:
    """Some intervals reaching at least so far."""
    low, high = found.low.copy(), found.high.copy()
    low[some], high[some] = np.minimum(low[some], lowest), np.maximum(high[some], highest)
    return found._replace(low=low, high=high)


def _over(above: F8, below: F8) -> F8:
    """Quotients, nan where there is nothing to divide by."""
    return np.asarray(np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0.0))


def _refuse_infinite(values: F8) -> None:
    if np.isinf(values).any():
        raise EstimateError("An infinite value has no mean.", values=values)

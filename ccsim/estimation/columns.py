"""The intervals of many measures at once: the methods of estimate.py, one measure a column."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from ccsim.errors import EstimateError

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
Pair = tuple[F8, F8]


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
    gained = _over(_variance(arm) + _variance(baseline), _variance(apart))
    return _around(value, apart, n, level)._replace(variance_ratio=gained)


def _around(value: F8, sample: F8, n: I8, level: float) -> Intervals:
    """The Student interval of values whose errors are the means of a sample's columns."""
    quantile = stdtrit(np.maximum(n - 1, 1), (1.0 + level) / 2.0)
    reach = quantile * np.sqrt(_variance(sample)) / np.sqrt(np.maximum(n, 1))
    return Intervals(value, value - reach, value + reach, n, np.full(len(value), np.nan))


def _mean(values: F8) -> tuple[F8, I8]:
    """Mean and number of the values that are there."""
    seen = ~np.isnan(values)
    n = np.count_nonzero(seen, axis=0)
    return _over(np.where(seen, values, 0.0).sum(axis=0), n.astype(np.float64)), n


def _variance(sample: F8) -> F8:
    """Variance of the values that are there; nan with fewer than two."""
    seen = ~np.isnan(sample)
    first = np.take_along_axis(sample, seen.argmax(axis=0)[None, :], axis=0)
    # from the first value on, so that what doesn't vary has no variance at all
    moved = np.where(seen, sample - first, 0.0)
    mean, n = _mean(np.where(seen, moved, np.nan))
    return _over((np.where(seen, moved - mean, 0.0) ** 2).sum(axis=0), np.maximum(n - 1.0, 0.0))


def _over(above: F8, below: F8) -> F8:
    """Quotients, nan where there is nothing to divide by."""
    return np.asarray(np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0.0))


def _refuse_infinite(values: F8) -> None:
    if np.isinf(values).any():
        raise EstimateError("An infinite value has no mean.", values=values)

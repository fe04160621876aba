"""Intervals from independent replications: means, ratios, paired differences, quantiles."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, betaincinv, gammaincinv, stdtrit

from ccsim.errors import EstimateError

F8 = NDArray[np.float64]
Cell = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Interval:
    """A number with its confidence interval.

    Attributes
    ----------
    value : float or None
        None where nothing was observed.
    low, high : float or None
        None with fewer than two replications.
    n : int, replications
    """

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Contrast:
    """A paired difference, arm minus baseline, with its confidence interval.

    Attributes
    ----------
    value, low, high : float or None
        As in `Interval`.
    n : int, pairs
    variance_ratio : float or None
        (Variance of the arm + variance of the baseline) / variance of the difference: what common random numbers
        gained. None if the difference doesn't vary.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    variance_ratio: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """One measure in one cell, over all replications.

    Attributes
    ----------
    measure : str
    cell : dict
        {} is the whole centre.
    value, low, high, half_width : float or None
        `half_width` is half the distance of low and high.
    level : float, share
        Confidence of the interval.
    n : int, replications
    unit, kind : str
        As the measure's definition says.
    """

    measure: str
    cell: Cell
    value: float | None
    low: float | None
    high: float | None
    half_width: float | None
    level: float
    n: int
    unit: str
    kind: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure in one cell, arm minus baseline on the same needs.

    Attributes
    ----------
    measure : str
    cell : dict
    arm, baseline : str
    value, low, high, half_width : float or None
    level : float, share
    n : int, pairs
    variance_ratio : float or None
        As in `Contrast`.
    """

    measure: str
    cell: Cell
    arm: str
    baseline: str
    value: float | None
    low: float | None
    high: float | None
    half_width: float | None
    level: float
    n: int
    variance_ratio: float | None


def estimate_mean(values: Sequence[float] | F8, level: float) -> Interval:
    """Mean over replications with its interval.

    Parameters
    ----------
    values : float64[n]
        One per replication; nan where nothing was observed, and left out.
    level : float, share

    Returns
    -------
    Interval

    Raises
    ------
    EstimateError
        If the level is no share or a value is infinite.

    Notes
    -----
    Source: Law (2015), Simulation Modeling and Analysis, 5th edition, equation 4.12; skewness removed as in
    `turned_by_skewness`.

    Examples
    --------
    >>> answer = estimate_mean([1.0, 2.0, 3.0], 0.95)
    >>> answer.value, round(answer.low, 3), round(answer.high, 3)
    (2.0, -0.484, 4.484)
    """
    check_level(level)
    seen = _observed(values)
    return _around(_mean(seen), seen, level)


def estimate_ratio(numerators: Sequence[float] | F8, denominators: Sequence[float] | F8, level: float) -> Interval:
    """Ratio of sums over replications with its linearised interval.

    Parameters
    ----------
    numerators, denominators : float64[n]
        One pair per replication.
    level : float, share

    Returns
    -------
    Interval
        No value where the denominators add up to zero.

    Raises
    ------
    EstimateError
        If the level is no share, the lengths differ, a number is not finite, or a denominator is negative.

    Notes
    -----
    Variance and skewness are those of the residuals numerator - ratio * denominator, over the mean denominator.
    Source: Law (2015), section 9.5.3 (regenerative ratios); Cochran (1977), Sampling Techniques, equation 2.39;
    skewness removed as in `turned_by_skewness`.

    Examples
    --------
    >>> answer = estimate_ratio([1.0, 3.0], [2.0, 2.0], 0.95)
    >>> answer.value, round(answer.high - answer.value, 3)
    (1.0, 6.353)
    """
    check_level(level)
    above, below = _pairs(numerators, denominators)
    if below.sum() == 0.0:
        return Interval(None, None, None, len(below))
    ratio, influence = _linearised(above, below)
    return _around(ratio, influence, level)


def difference_of_means(arm: Sequence[float] | F8, baseline: Sequence[float] | F8, level: float) -> Contrast:
    """Mean of paired differences with its interval.

    Parameters
    ----------
    arm, baseline : float64[n]
        Replication i of both met the same needs; a pair with a nan is left out.
    level : float, share

    Returns
    -------
    Contrast

    Raises
    ------
    EstimateError
        If the level is no share, the lengths differ, or a value is infinite.

    Notes
    -----
    Source: Law (2015), section 10.2.1 (paired-t interval); skewness removed as in `turned_by_skewness`.

    Examples
    --------
    >>> difference_of_means([2.0, 3.0, 4.0], [1.0, 2.0, 3.0], 0.95)
    Contrast(value=1.0, low=1.0, high=1.0, n=3, variance_ratio=None)
    """
    check_level(level)
    one, other = _same_length(arm, baseline)
    both = ~(np.isnan(one) | np.isnan(other))
    one, other = _observed(one[both]), _observed(other[both])
    value = _mean(one - other)
    return _contrast(value, one, other, level)


def difference_of_ratios(
    arm: tuple[Sequence[float] | F8, Sequence[float] | F8],
    baseline: tuple[Sequence[float] | F8, Sequence[float] | F8],
    level: float,
) -> Contrast:
    """Difference of two ratios of sums, paired, with its interval.

    Parameters
    ----------
    arm, baseline : pair of float64[n]
        Numerators and denominators; replication i of both met the same needs.
    level : float, share

    Returns
    -------
    Contrast
        No value where either arm's denominators add up to zero.

    Raises
    ------
    EstimateError
        If the level is no share, the lengths differ, a number is not finite, or a denominator is negative.

    Notes
    -----
    Each ratio is linearised at its own value; the paired differences of the residuals then behave like those of means.
    Source: Law (2015), sections 9.5.3 and 10.2.1; delta method as in Asmussen & Glynn (2007), Stochastic Simulation,
    section III.3; skewness removed as in `turned_by_skewness`.

    Examples
    --------
    >>> answer = difference_of_ratios(([3.0, 1.0], [4.0, 4.0]), ([2.0, 1.0], [4.0, 4.0]), 0.95)
    >>> answer.value, answer.n, answer.variance_ratio
    (0.125, 2, 5.0)
    """
    check_level(level)
    arm_above, arm_below = _pairs(*arm)
    base_above, base_below = _pairs(*baseline)
    if len(arm_below) != len(base_below):
        raise EstimateError(
            "The two arms have different numbers of replications.", arm=len(arm_below), baseline=len(base_below)
        )
    if arm_below.sum() == 0.0 or base_below.sum() == 0.0:
        return Contrast(None, None, None, len(arm_below), None)
    ratio, influence = _linearised(arm_above, arm_below)
    base_ratio, base_influence = _linearised(base_above, base_below)
    return _contrast(ratio - base_ratio, influence, base_influence, level)


def quantile_interval(values: Sequence[float] | F8, probability: float, level: float) -> Interval:
    """Quantile of replications with its distribution-free interval.

    Parameters
    ----------
    values : float64[n]
        One per replication; nan is left out.
    probability : float, share
        Strictly between 0 and 1.
    level : float, share
        The interval covers at least so often; low or high is None where too few replications reach that far.

    Returns
    -------
    Interval

    Raises
    ------
    EstimateError
        If the level or the probability is no share or a value is infinite.

    Notes
    -----
    Order statistics whose ranks leave at most (1 - level) / 2 outside on either side.
    Source: Conover (1999), Practical Nonparametric Statistics, 3rd edition, section 3.2.

    Examples
    --------
    >>> answer = quantile_interval(list(range(1, 21)), 0.5, 0.95)
    >>> answer.value, answer.low, answer.high
    (10.0, 6.0, 15.0)
    """
    check_level(level)
    if not 0.0 < probability < 1.0:
        raise EstimateError(
            f"A quantile's probability lies between 0 and 1, not {probability}.", probability=probability
        )
    seen = np.sort(_observed(values))
    n = len(seen)
    if n == 0:
        return Interval(None, None, None, 0)
    value = float(seen[max(int(np.ceil(probability * n - 1e-9)), 1) - 1])
    # below[k] is the chance that at most k replications lie below the true quantile
    below, tail = bdtr(np.arange(n, dtype=np.float64), n, probability), (1.0 - level) / 2.0
    n_low = int(np.count_nonzero(below <= tail))
    n_high = int(np.argmax(below >= 1.0 - tail)) if np.any(below[: n - 1] >= 1.0 - tail) else n
    low = float(seen[n_low - 1]) if n_low > 0 else None
    high = float(seen[n_high]) if n_high < n else None
    return Interval(value, low, high, n)


def turned_by_skewness(quantile: float, skewness: float, n: int) -> float:
    """The standard errors that an interval reaches, where the sample is skewed.

    Parameters
    ----------
    quantile : float
        Of Student's law; the upper one for the lower end, the lower one for the upper end.
    skewness : float
        Of the sample.
    n : int, replications

    Returns
    -------
    float
        The quantile itself without skewness.

    Notes
    -----
    Busy days lengthen waits more than quiet days shorten them, so that means of few days lie below the truth more often
    than above it, with too small a variance when they do. A cubic transformation of Student's ratio removes its
    skewness and is inverted here.
    Source: Hall (1992), On the removal of skewness by transformation, JRSS B 54, 221-228, equation 2.4; after Johnson
    (1978), Modified t tests and confidence intervals for asymmetrical populations, JASA 73, 536-544.

    Examples
    --------
    >>> turned_by_skewness(2.0, 0.0, 20)
    2.0
    >>> round(turned_by_skewness(2.0, 2.0, 20), 2), round(turned_by_skewness(-2.0, 2.0, 20), 2)
    (1.54, -3.91)
    """
    bend = skewness / (3.0 * np.sqrt(n))
    if bend == 0.0:
        return quantile
    by = 3.0 * bend * (quantile - bend / 2.0)
    # without the loss of digits that a root near 1 has
    root = np.expm1(np.log1p(by) / 3.0) if by > -0.5 else np.cbrt(1.0 + by) - 1.0
    return float(root / bend)


def share_of_few(events: float, trials: float, level: float) -> tuple[float, float]:
    """The interval of a share of which few events, or few others, were seen.

    Parameters
    ----------
    events, trials : float
        Counts in all replications; at least one trial.
    level : float, share

    Returns
    -------
    low, high : float, share
        Where none or all were seen, what is left over on that side goes to the other: 0 of 32 is at most 9 %.

    Notes
    -----
    Source: Clopper & Pearson (1934), The use of confidence or fiducial limits, Biometrika 26, 404-413.

    Examples
    --------
    >>> [round(end, 3) for end in share_of_few(0, 32, 0.95)], [round(end, 3) for end in share_of_few(3, 32, 0.95)]
    ([0.0, 0.089], [0.02, 0.25])
    """
    outside = 1.0 - level
    tail = outside if events in (0.0, trials) else outside / 2.0
    low = 0.0 if events == 0.0 else float(betaincinv(events, trials - events + 1.0, tail))
    high = 1.0 if events == trials else float(betaincinv(events + 1.0, trials - events, 1.0 - tail))
    return low, high


def rate_of_few(events: float, n: int, level: float) -> tuple[float, float]:
    """The interval of a mean count of which few were seen.

    Parameters
    ----------
    events : float
        In all replications.
    n : int, replications
    level : float, share

    Returns
    -------
    low, high : float
        Per replication; where none were seen, low is 0 and high holds with the whole level.

    Notes
    -----
    Source: Garwood (1936), Fiducial limits for the Poisson distribution, Biometrika 28, 437-442.

    Examples
    --------
    >>> [round(end, 3) for end in rate_of_few(0, 10, 0.95)]
    [0.0, 0.3]
    """
    outside = 1.0 - level
    tail = outside if events == 0.0 else outside / 2.0
    low = 0.0 if events == 0.0 else float(gammaincinv(events, tail)) / n
    return low, float(gammaincinv(events + 1.0, 1.0 - tail)) / n


def half_width(low: float | None, high: float | None) -> float | None:
    """Half the distance of an interval's ends.

    Parameters
    ----------
    low, high : float or None

    Returns
    -------
    float or None

    Notes
    -----
    Source: README of the JSON contract; low and high are authoritative.

    Examples
    --------
    >>> half_width(1.0, 2.0)
    0.5
    """
    return None if low is None or high is None else (high - low) / 2.0


def check_level(level: float) -> None:
    """Refuses what is no confidence level.

    Parameters
    ----------
    level : float, share

    Raises
    ------
    EstimateError
        If it doesn't lie between 0 and 1.

    Notes
    -----
    Source: Law (2015), section 4.5.
    """
    if not 0.0 < level < 1.0:
        raise EstimateError(f"A confidence level lies between 0 and 1, not {level}.", level=level)


def _around(value: float | None, sample: F8, level: float) -> Interval:
    """The Student interval of a value whose error is the mean of a sample's."""
    n = len(sample)
    if value is None or n < 2:
        return Interval(value, None, None, n)
    quantile = float(stdtrit(n - 1, (1.0 + level) / 2.0))
    error = float(np.std(sample, ddof=1) / np.sqrt(n))
    skewness = _skewness(sample)
    return Interval(
        value,
        value - error * turned_by_skewness(quantile, skewness, n),
        value - error * turned_by_skewness(-quantile, skewness, n),
        n,
    )


def _contrast(value: float | None, arm: F8, baseline: F8, level: float) -> Contrast:
    around = _around(value, arm - baseline, level)
    ratio = None
    if around.n >= 2:
        spread = float(np.var(arm - baseline, ddof=1))
        apart = float(np.var(arm, ddof=1) + np.var(baseline, ddof=1))
        ratio = apart / spread if spread > 0.0 else None
    return Contrast(around.value, around.low, around.high, around.n, ratio)


def _skewness(sample: F8) -> float:
    """The bias-corrected skewness; 0 where it says nothing."""
    n = len(sample)
    moved = sample - sample[0]
    moved = moved - moved.mean()
    spread = float((moved**2).mean())
    if n < 3 or spread == 0.0:
        return 0.0
    return float((moved**3).mean() / spread**1.5 * np.sqrt(n * (n - 1.0)) / (n - 2.0))


def _linearised(above: F8, below: F8) -> tuple[float, F8]:
    """A ratio of sums, and each replication's influence on it."""
    ratio = float(above.sum() / below.sum())
    return ratio, (above - ratio * below) / below.mean()


def _mean(seen: F8) -> float | None:
    return float(seen.mean()) if len(seen) else None


def _observed(values: Sequence[float] | F8) -> F8:
    numbers = np.asarray(values, dtype=np.float64)
    if np.isinf(numbers).any():
        raise EstimateError("An infinite value has no mean.", values=numbers)
    return numbers[~np.isnan(numbers)]


def _pairs(numerators: Sequence[float] | F8, denominators: Sequence[float] | F8) -> tuple[F8, F8]:
    above, below = _same_length(numerators, denominators)
    if not (np.isfinite(above).all() and np.isfinite(below).all()):
        raise EstimateError("A ratio needs finite numerators and denominators.", numerators=above, denominators=below)
    if (below < 0.0).any():
        raise EstimateError("A ratio's denominators are not negative.", denominators=below)
    return above, below


def _same_length(one: Sequence[float] | F8, other: Sequence[float] | F8) -> tuple[F8, F8]:
    first, second = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    if first.shape != second.shape or first.ndim != 1:
        raise EstimateError("Replications come in pairs; the lengths differ.", first=first.shape, second=second.shape)
    return first, second

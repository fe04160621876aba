"""From a uniform to a value, by inversion: every law the plan can write."""

import math

import numpy as np
from numpy.typing import NDArray

from ccsim.compiling import BOOLEAN, F8, F8_ROW, I8, compiled
from ccsim.draws.elementary import exp, ln, logit, normal_quantile, power
from ccsim.draws.streams import need_uniform
from ccsim.plan.law import LOGIT_LIMIT, Law

# the nearest to 0 and to 1 that a uniform comes
_LEAST_U = 2.0**-53
_MOST_U = 1.0 - 2.0**-53

_CONSTANT = int(Law.CONSTANT)
_EXPONENTIAL = int(Law.EXPONENTIAL)
_LOGNORMAL = int(Law.LOGNORMAL)
_WEIBULL = int(Law.WEIBULL)
_LOG_LOGISTIC = int(Law.LOG_LOGISTIC)
_UNIFORM = int(Law.UNIFORM)
_TABLE = int(Law.TABLE)
_SAMPLE = int(Law.SAMPLE)


@compiled(F8(F8, F8, F8, F8))
def _triangular_quantile(low: float, mode: float, high: float, u: float) -> float:
    """Quantile of the triangular law; a span of 0 is allowed."""
    span = high - low
    if u * span < mode - low:
        return low + math.sqrt(u * span * (mode - low))
    return high - math.sqrt((1.0 - u) * span * (high - mode))


@compiled(F8(I8, I8, F8_ROW, F8))
def _table_quantile(offset: int, n: int, tables: NDArray[np.float64], u: float) -> float:
    """Quantile between the two knots around logit(u)."""
    place = (logit(u) + LOGIT_LIMIT) * ((n - 1) / (2.0 * LOGIT_LIMIT))
    knot = int(place)
    lower = float(tables[offset + knot])
    return lower + (place - knot) * (float(tables[offset + knot + 1]) - lower)


@compiled(BOOLEAN(I8, F8), forceinline=True)
def is_exponential(kind: int, atom: float) -> bool:
    """Whether a law is a mean times an exponential of mean 1.

    Parameters
    ----------
    kind : int
        A `Law`.
    atom : float, probability

    Returns
    -------
    bool

    Examples
    --------
    >>> is_exponential(1, 0.0), is_exponential(1, 0.15)
    (True, False)
    """
    return kind == _EXPONENTIAL and atom == 0.0


@compiled(F8(I8, F8, F8, F8, F8), forceinline=True)
def closed_form(kind: int, first: float, second: float, third: float, u: float) -> float:
    """The value at a uniform of a law without table or atom.

    Parameters
    ----------
    kind : int
        A `Law` other than TABLE and SAMPLE.
    first, second, third : float
        As the `Law` says.
    u : float, strictly between 0 and 1

    Returns
    -------
    float64

    Examples
    --------
    >>> closed_form(5, 10.0, 20.0, 0.0, 0.25)
    12.5
    """
    if kind == _CONSTANT:
        return first
    if kind == _EXPONENTIAL:
        return -first * ln(1.0 - u)
    if kind == _LOGNORMAL:
        return exp(first + second * normal_quantile(u))
    if kind == _WEIBULL:
        return first * power(-ln(1.0 - u), 1.0 / second)
    if kind == _LOG_LOGISTIC:
        return first * exp(logit(u) / second)
    if kind == _UNIFORM:
        return first + (second - first) * u
    return _triangular_quantile(first, second, third, u)


@compiled(F8(I8, F8, F8, F8, F8, F8, I8, I8, F8_ROW, F8))
def quantile(
    kind: int,
    first: float,
    second: float,
    third: float,
    atom: float,
    atom_at: float,
    offset: int,
    n: int,
    tables: NDArray[np.float64],
    u: float,
) -> float:
    """The value of a law at a uniform.

    Parameters
    ----------
    kind : int
        A `Law`.
    first, second, third : float
        As the `Law` says.
    atom : float, probability
        With it the value is `atom_at`, otherwise the law's; 0 for a law without atom.
    atom_at : float
        Finite: takes the lowest uniforms. Infinity ("never"): takes the highest, so the quantile stays monotone.
    offset, n : int
        Where the law's numbers stand in `tables`, and how many; only for TABLE and SAMPLE.
    tables : float64[:]
        All tables and samples of the plan, one after another.
    u : float, strictly between 0 and 1

    Returns
    -------
    float64
        Monotone in `u` for a law whose finite atom is at its lowest value.

    Examples
    --------
    >>> quantile(5, 10.0, 20.0, 0.0, 0.0, 0.0, 0, 0, np.empty(0), 0.25)
    12.5
    """
    if atom > 0.0:
        if atom_at < math.inf:
            if u < atom:
                return atom_at
            u = (u - atom) / (1.0 - atom)
        else:
            if u >= 1.0 - atom:
                return atom_at
            u = u / (1.0 - atom)
        u = min(max(u, _LEAST_U), _MOST_U)
    if kind == _TABLE:
        return _table_quantile(offset, n, tables, u)
    if kind == _SAMPLE:
        return float(tables[offset + int(u * n)])
    return closed_form(kind, first, second, third, u)


@compiled(F8(I8, I8, I8, I8, I8, I8, I8, I8, F8, F8, F8, F8, F8, I8, I8, F8_ROW))
def deal(
    seed: int,
    replication: int,
    need: int,
    purpose: int,
    attempt: int,
    leg: int,
    alternative: int,
    kind: int,
    first: float,
    second: float,
    third: float,
    atom: float,
    atom_at: float,
    offset: int,
    n: int,
    tables: NDArray[np.float64],
) -> float:
    """The value that chance deals to a need: `quantile` at `need_uniform`.

    Parameters
    ----------
    seed, replication, need, purpose, attempt, leg, alternative : int
        The key; see `need_uniform`.
    kind, first, second, third, atom, atom_at, offset, n, tables
        The law; see `quantile`.

    Returns
    -------
    float64

    Examples
    --------
    >>> deal(1, 0, 16, 20, 0, 0, 0, 0, 30.0, 0.0, 0.0, 0.0, 0.0, 0, 0, np.empty(0))
    30.0
    """
    u = need_uniform(seed, replication, need, purpose, attempt, leg, alternative)
    return quantile(kind, first, second, third, atom, atom_at, offset, n, tables, u)


@compiled(F8(I8, I8, I8, I8, I8, I8, I8, F8, F8, F8))
def deal_closed(
    seed: int,
    replication: int,
    need: int,
    purpose: int,
    attempt: int,
    leg: int,
    kind: int,
    first: float,
    second: float,
    third: float,
) -> float:
    """The value that chance deals to a need from a law without table or atom.

    Parameters
    ----------
    seed, replication, need, purpose, attempt, leg : int
        The key; see `need_uniform`.
    kind, first, second, third
        The law; see `quantile`.

    Returns
    -------
    float64
        As `deal` gives it, in half the time for a caller from Python.

    Examples
    --------
    >>> deal_closed(1, 0, 16, 20, 0, 0, 0, 30.0, 0.0, 0.0)
    30.0
    """
    return closed_form(kind, first, second, third, need_uniform(seed, replication, need, purpose, attempt, leg, 0))


@compiled(I8(F8, F8))
def poisson_quantile(mean: float, u: float) -> int:
    """Smallest count whose Poisson distribution function reaches a uniform.

    Parameters
    ----------
    mean : float
        At least 0, at most about 1e7.
    u : float, strictly between 0 and 1

    Returns
    -------
    int64
        Monotone in `u`.

    Notes
    -----
    Sums the probabilities, up to a common factor, from ten standard deviations below the mean until they no longer
    count, and finds the first sum that reaches the share u of the last: about 20 sqrt(mean) steps, all terms positive.

    Examples
    --------
    >>> poisson_quantile(0.0, 0.9), poisson_quantile(2.0, 0.5)
    (0, 2)
    """
    lowest = max(0, int(mean - 10.0 * math.sqrt(mean)))
    # the terms no longer count twelve standard deviations above a large mean, or 30 above one below 1
    sums = np.empty(int(22.0 * math.sqrt(mean)) + 60)
    term = 1.0
    total = 1.0
    n = 0
    sums[0] = total
    while term > 1e-20 * total:
        n += 1
        term = term * mean / (lowest + n)
        total += term
        sums[n] = total
    low = 0
    while low < n:
        middle = (low + n) // 2
        if sums[middle] < u * total:
            low = middle + 1
        else:
            n = middle
    return lowest + low

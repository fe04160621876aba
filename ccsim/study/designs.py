"""Designs: which combinations of the factors' values are played, as places between 0 and 1."""

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from ccsim.errors import InputError

F8 = NDArray[np.float64]
MOST_POINTS = 100_000
# how a design that moves one factor at a time is called in words
AROUND_THE_FIRST = "around the first values"


def grid(counts: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Every combination of levels, the last factor moving fastest.

    Parameters
    ----------
    counts : tuple of int
        Levels of each factor.

    Returns
    -------
    list of tuple of int
        Levels from 0.

    Raises
    ------
    InputError
        If there are too many.

    Examples
    --------
    >>> grid((2, 2))
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    _not_too_many(int(np.prod(np.array(counts, dtype=np.float64))))
    return list(product(*map(range, counts)))


def one_at_a_time(counts: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The first levels together, then each other level alone.

    Parameters
    ----------
    counts : tuple of int
        Levels of each factor.

    Returns
    -------
    list of tuple of int

    Examples
    --------
    >>> one_at_a_time((2, 3))
    [(0, 0), (1, 0), (0, 1), (0, 2)]
    """
    _not_too_many(1 + sum(counts) - len(counts))
    moved = [(factor, level) for factor, n in enumerate(counts) for level in range(1, n)]
    return [(0,) * len(counts), *(tuple(level * (k == factor) for k in range(len(counts))) for factor, level in moved)]


def factorial(n_factors: int, resolution: int | None) -> list[tuple[int, ...]]:
    """Two levels for each factor: all combinations, or a regular fraction.

    Parameters
    ----------
    n_factors : int
    resolution : int or None
        Least resolution of the fraction; None for all combinations.

    Returns
    -------
    list of tuple of int
        Levels 0 and 1.

    Notes
    -----
    A regular fraction has resolution R or more if and only if any R - 1 columns are independent over the field of two
    elements; so its columns are those of a parity check of a code of distance R, taken greedily, in the fewest runs.
    Source: Box & Hunter (1961), The 2^(k-p) fractional factorial designs, Technometrics 3; Bose (1947) for the code.

    Examples
    --------
    >>> factorial(3, 3)
    [(0, 0, 0), (1, 0, 1), (0, 1, 1), (1, 1, 0)]
    """
    columns = _columns(n_factors, resolution)
    n_base = max(columns).bit_length()
    _not_too_many(2**n_base)
    runs = range(2**n_base)
    return [tuple((run & column).bit_count() % 2 for column in columns) for run in runs]


def latin_hypercube(n_factors: int, n_points: int, seed: int) -> F8:
    """A Latin hypercube sample.

    Parameters
    ----------
    n_factors, n_points : int
    seed : int

    Returns
    -------
    float64[n_points, n_factors], between 0 and 1

    Notes
    -----
    Source: McKay, Beckman & Conover (1979), Technometrics 21.

    Examples
    --------
    >>> (np.sort(latin_hypercube(2, 4, 1) * 4, axis=0) // 1).tolist()
    [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]
    """
    from scipy.stats import qmc  # takes a second to load

    _not_too_many(n_points)
    return np.asarray(qmc.LatinHypercube(n_factors, seed=seed).random(n_points))


def sobol(n_factors: int, n_points: int, seed: int) -> F8:
    """A scrambled Sobol' sequence.

    Parameters
    ----------
    n_factors : int
    n_points : int
        A power of two.
    seed : int

    Returns
    -------
    float64[n_points, n_factors], between 0 and 1

    Notes
    -----
    Source: Sobol' (1967); scrambling as in Matousek (1998), directions of Joe & Kuo (2008).

    Examples
    --------
    >>> (np.sort(sobol(2, 4, 1) * 4, axis=0) // 1).tolist()
    [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]
    """
    from scipy.stats import qmc  # takes a second to load

    _not_too_many(n_points)
    return np.asarray(qmc.Sobol(n_factors, seed=seed).random_base2(n_points.bit_length() - 1))


def _columns(n_factors: int, resolution: int | None) -> list[int]:
    """For each factor the base factors whose levels it adds up, as bits."""
    if resolution is None or resolution > n_factors:
        return [1 << k for k in range(n_factors)]
    for n_base in range(resolution - 1, n_factors + 1):
        columns = [1 << k for k in range(n_base)]
        columns += _further(columns, n_base, n_factors - n_base, resolution)
        if len(columns) >= n_factors:
            return columns[:n_factors]
    raise AssertionError("all factors are independent of each other in a full design")


def _further(base: list[int], n_base: int, wanted: int, resolution: int) -> Iterator[int]:
    """Columns that no sum of up to resolution - 2 others equals."""
    chosen = list(base)
    for column in range(3, 2**n_base):
        if len(chosen) == len(base) + wanted:
            return
        if column not in _sums(chosen, resolution - 2):
            chosen.append(column)
            yield column


def _sums(columns: list[int], most: int) -> set[int]:
    """What up to so many columns add up to."""
    sums = {0}
    for size in range(1, most + 1):
        for some in combinations(columns, size):
            total = 0
            for column in some:
                total ^= column
            sums.add(total)
    return sums


def _not_too_many(n_points: int) -> None:
    if n_points > MOST_POINTS:
        raise InputError(f"the design has {n_points:,} points; a study has at most {MOST_POINTS:,}")

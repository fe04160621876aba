"""Time cut into bins: interval borders, the window's borders, and what falls between them."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

F8 = NDArray[np.float64]


def borders(interval: float, window: tuple[float, float], horizon: float) -> F8:
    """Interval borders up to the horizon, the window's two among them.

    Parameters
    ----------
    interval : float, s
    window : tuple of float, s
    horizon : float, s

    Returns
    -------
    float64[n_bins + 1], s

    Examples
    --------
    >>> borders(30.0, (10.0, 70.0), 90.0).tolist()
    [0.0, 10.0, 30.0, 60.0, 70.0, 90.0]
    """
    regular = np.arange(int(horizon // interval) + 1) * interval
    return np.unique(np.concatenate([regular, [window[0], window[1], horizon]]))


def seconds_by_bin(bins: F8, starts: F8, ends: F8, entity: NDArray[np.integer], n_entities: int) -> F8:
    """Time that stretches spend in each bin, summed by entity.

    Parameters
    ----------
    bins : float64[n_bins + 1], s
        Borders; what lies outside is left out.
    starts, ends : float64[n], s
    entity : int[n]
        Which entity a stretch belongs to.
    n_entities : int

    Returns
    -------
    float64[n_entities, n_bins], s

    Examples
    --------
    >>> seconds_by_bin(np.array([0.0, 10.0, 20.0]), np.array([4.0]), np.array([13.0]), np.array([0]), 1).tolist()
    [[6.0, 3.0]]
    """
    n_bins = len(bins) - 1
    starts = np.clip(starts, bins[0], bins[-1])
    ends = np.clip(ends, bins[0], bins[-1])
    first = np.clip(np.searchsorted(bins, starts, side="right") - 1, 0, n_bins - 1)
    last = np.clip(np.searchsorted(bins, ends, side="left") - 1, first, n_bins - 1)
    total = np.zeros(n_entities * n_bins)
    place = entity.astype(np.int64) * n_bins
    inside = last == first
    _add(total, place[inside] + first[inside], (ends - starts)[inside])
    crossing = ~inside
    _add(total, place[crossing] + first[crossing], bins[first[crossing] + 1] - starts[crossing])
    _add(total, place[crossing] + last[crossing], ends[crossing] - bins[last[crossing]])
    # the bins between first and last are covered whole: +1 where they begin, -1 where they end, summed up
    steps = np.zeros((n_entities, n_bins + 1))
    np.add.at(steps, (entity[crossing], first[crossing] + 1), 1.0)
    np.add.at(steps, (entity[crossing], last[crossing]), -1.0)
    covered = np.cumsum(steps, axis=1)[:, :n_bins] * np.diff(bins)
    return np.asarray(total.reshape(n_entities, n_bins) + covered)


def _add(total: F8, place: NDArray[np.int64], amount: F8) -> None:
    """Adds amounts at places, in place."""
    total += np.bincount(place, weights=amount, minlength=len(total))


def joined(stretches: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Stretches of time in order, touching and overlapping ones made one.

    Parameters
    ----------
    stretches : iterable of (start, end), s

    Returns
    -------
    list of (start, end), s

    Examples
    --------
    >>> joined([(3.0, 5.0), (0.0, 1.0), (5.0, 6.0)])
    [(0.0, 1.0), (3.0, 6.0)]
    """
    result: list[tuple[float, float]] = []
    for start, end in sorted(stretches):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result

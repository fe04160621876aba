"""The offered wait in M/M/n+M: its law, and integrals over it that lose no digits.

Measured in mean patiences, the offered wait of those who have to wait has the density
``exp(h(z))`` up to a factor, with ``h(z) = demand * (1 - exp(-z)) - capacity * z``, a concave function.
Every answer is an integral of something positive over it, so nothing is ever subtracted, and the
work does not depend on the number of agents, the length of the queue or the length of patience.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, expm1, inf, log1p, sqrt

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import NDArray

F8 = NDArray[np.float64]

_NODES, _WEIGHTS = leggauss(24)
# exp(-80) = 2e-35: what is left out lies far below the last bit of what is kept
_DROP = 80.0


@dataclass(frozen=True)
class OfferedWait:
    """The offered wait of the waiting, in units of the mean patience.

    Attributes
    ----------
    demand : float
        Arrivals per mean patience.
    capacity : float
        Service completions per mean patience while all agents are busy.
    mode : float, mean patiences
        Where the density is highest.
    slope : float
        How steeply the log density falls at the mode: 0 unless the mode is 0.
    curvature : float
        Minus the second derivative of the log density at the mode.
    log_top : float
        Log density at the mode, less its value at 0.

    Notes
    -----
    Source: Baccelli & Hebuterne (1981), On queues with impatient customers, Performance '81, 159-179; Zeltyn &
    Mandelbaum (2005), Queueing Systems 51, 361-402, offered wait of M/M/n+G.
    """

    demand: float
    capacity: float
    mode: float
    slope: float
    curvature: float
    log_top: float


def offered_wait(demand: float, capacity: float) -> OfferedWait:
    """The law of the offered wait for a demand and a capacity per patience.

    Parameters
    ----------
    demand : float, contacts per mean patience
        At least 0.
    capacity : float, contacts per mean patience
        Above 0.

    Returns
    -------
    OfferedWait

    Notes
    -----
    Source: Zeltyn & Mandelbaum (2005), Queueing Systems 51, 361-402, offered wait of M/M/n+G; in seconds the density is
    proportional to exp(lambda / theta * (1 - exp(-theta v)) - n mu v).

    Examples
    --------
    >>> round(offered_wait(demand=8.0, capacity=4.0).mode, 4)
    0.6931
    """
    if demand <= capacity:
        return OfferedWait(demand, capacity, 0.0, capacity - demand, demand, 0.0)
    # log1p, because just above capacity log(demand / capacity) has few digits
    mode = log1p((demand - capacity) / capacity)
    return OfferedWait(demand, capacity, mode, 0.0, capacity, capacity * float(_bend(np.array([-mode]))[0]))


@dataclass(frozen=True)
class Quadrature:
    """Points of the offered wait, and what each counts in an integral over the density, which is 1 at its mode.

    Attributes
    ----------
    waits : float64[n], mean patiences
    counts : float64[n]

    Notes
    -----
    Source: as `quadrature`.
    """

    waits: F8
    counts: F8

    def integral(self, weight: Callable[[F8], F8]) -> float:
        """The integral of a weight times the density.

        Parameters
        ----------
        weight : callable, float64[n] in mean patiences -> float64[n]
            Smooth, not negative, growing no faster than a power.

        Returns
        -------
        float

        Notes
        -----
        Source: as `quadrature`.
        """
        return float(self.counts @ weight(self.waits))


def quadrature(law: OfferedWait, *, low: float = 0.0, high: float = inf) -> Quadrature:
    """Where to look at the offered wait between two limits.

    Parameters
    ----------
    law : OfferedWait
        From `offered_wait`.
    low, high : float, mean patiences
        The limits; `high` may be infinite.

    Returns
    -------
    Quadrature

    Notes
    -----
    Composite Gauss-Legendre quadrature, 24 points a panel; the panels grow geometrically away from the highest point,
    the first as long as the shortest scale on which the density changes there.
    Source: Davis & Rabinowitz (1984), Methods of Numerical Integration, chapters 2 (composite Gauss rules) and 3
    (cutting off an infinite range).

    Examples
    --------
    Without arrivals the density is exp(-capacity * z).

    >>> round(quadrature(offered_wait(demand=0.0, capacity=4.0)).integral(np.ones_like), 12)
    0.25
    """
    start, end = low - law.mode, high - law.mode
    pivot = min(max(0.0, start), end)
    curvature = law.curvature * exp(-pivot)
    fall = law.slope - law.curvature * expm1(-pivot)
    right = _breaks(min(end - pivot, _reach_right(fall, curvature)), _scale(fall, curvature), longest=inf)
    left = _breaks(min(pivot - start, _reach_left(-fall, curvature)), _scale(fall, curvature), longest=1.0)
    edges = pivot + np.array([-edge for edge in reversed(left)] + right)
    half = (edges[1:] - edges[:-1]) / 2
    # measured from the mode
    away = ((edges[:-1] + half)[:, np.newaxis] + half[:, np.newaxis] * _NODES).ravel()
    density = np.exp(-law.slope * away - law.curvature * _bend(away))
    # a point next to 0 can round to -1e-17
    return Quadrature(np.maximum(law.mode + away, 0.0), density * (half[:, np.newaxis] * _WEIGHTS).ravel())


def _bend(away: F8) -> F8:
    """exp(-x) - 1 + x, to the last digits also where x is small."""
    near = np.abs(away) < 0.5
    x = np.where(near, away, 0.0)
    series = np.ones_like(x)
    for k in range(16, 2, -1):
        series = 1 - x / k * series
    far = np.where(near, 1.0, away)
    return np.where(near, x * x / 2 * series, np.expm1(-far) + far)


def _scale(fall: float, curvature: float) -> float:
    """The shortest distance over which the density or a weight changes shape."""
    return 1 / max(1.0, abs(fall), sqrt(curvature))


def _reach_right(fall: float, curvature: float) -> float:
    """How far right the log density can fall by less than _DROP, from x - 1 + exp(-x) >= x^2 / (2 + x)."""
    by_slope = _DROP / fall if fall > 0 else inf
    by_curvature = (_DROP + sqrt(_DROP**2 + 8 * _DROP * curvature)) / (2 * curvature) if curvature > 0 else inf
    return min(by_slope, by_curvature)


def _reach_left(rise: float, curvature: float) -> float:
    """How far left the log density can fall by less than _DROP, from exp(x) - 1 - x >= x^2 / 2."""
    by_slope = _DROP / rise if rise > 0 else inf
    return min(by_slope, sqrt(2 * _DROP / curvature) if curvature > 0 else inf)


def _breaks(length: float, scale: float, *, longest: float) -> list[float]:
    """Panel edges from 0 to `length`: the first panel one scale long, each next one twice as long up to `longest`."""
    edges = [0.0]
    step = scale
    while edges[-1] + step < length:
        edges.append(edges[-1] + step)
        step = min(edges[-1], longest)
    return [*edges, length]

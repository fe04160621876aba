"""M(t)/G/infinity: demand that varies, and an agent for everybody; the offered load of a day, hour by hour."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, inf, log, log1p, sin, sqrt, tau

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from ccsim.errors import InputError
from ccsim.theory import _checks

F8 = NDArray[np.float64]


@dataclass(frozen=True)
class HandlingLaw:
    """A law of handling time, by its mean up to a limit.

    Attributes
    ----------
    mean : float, s
        Above 0.
    cut : callable, float64[n] s -> float64[n] s
        Mean of min(handling time, limit), for limits of at least 0.

    Notes
    -----
    Source: Eick, Massey & Whitt (1993), The physics of the M(t)/G/infinity queue, Operations Research 41, 731-742 (the
    law acts through its integrated tail).
    """

    mean: float
    cut: Callable[[F8], F8]


def exponential_handling(mean: float) -> HandlingLaw:
    """Exponential handling time.

    Parameters
    ----------
    mean : float, s
        Above 0.

    Returns
    -------
    HandlingLaw

    Raises
    ------
    InputError
        If the mean is no such number.

    Notes
    -----
    Source: Eick, Massey & Whitt (1993), Operations Research 41, 731-742.

    Examples
    --------
    >>> exponential_handling(100.0).cut(np.array([0.0, 100.0])).round(2)
    array([ 0.  , 63.21])
    """
    _checks.positive("mean", mean)
    return HandlingLaw(mean, lambda limit: -mean * np.expm1(-limit / mean))


def constant_handling(time: float) -> HandlingLaw:
    """Handling time that is always the same.

    Parameters
    ----------
    time : float, s
        Above 0.

    Returns
    -------
    HandlingLaw

    Raises
    ------
    InputError
        If the time is no such number.

    Notes
    -----
    Source: Eick, Massey & Whitt (1993), Operations Research 41, 731-742.

    Examples
    --------
    >>> constant_handling(100.0).cut(np.array([60.0, 200.0]))
    array([ 60., 100.])
    """
    _checks.positive("time", time)
    return HandlingLaw(time, lambda limit: np.minimum(limit, time))


def lognormal_handling(mean: float, cv: float) -> HandlingLaw:
    """Handling time whose logarithm is normal.

    Parameters
    ----------
    mean : float, s
        Above 0.
    cv : float
        Standard deviation / mean, above 0.

    Returns
    -------
    HandlingLaw

    Raises
    ------
    InputError
        If an argument is no such number.

    Notes
    -----
    Source: Johnson, Kotz & Balakrishnan (1994), Continuous Univariate Distributions, volume 1, chapter 14 (partial
    moments of the lognormal law).

    Examples
    --------
    >>> lognormal_handling(100.0, 0.75).cut(np.array([0.0, 80.0, 1e6])).round(2)
    array([  0.  ,  65.21, 100.  ])
    """
    _checks.positive("mean", mean)
    _checks.positive("cv", cv)
    variance = log1p(cv * cv)
    spread, centre = sqrt(variance), log(mean) - variance / 2

    def cut(limit: F8) -> F8:
        with np.errstate(divide="ignore"):
            away = (np.log(limit) - centre) / spread
        return np.asarray(mean * ndtr(away - spread) + limit * ndtr(-away))

    return HandlingLaw(mean, cut)


def handling_by_survival(mean: float, survival: Callable[[float], float]) -> HandlingLaw:
    """Handling time of any law.

    Parameters
    ----------
    mean : float, s
        Above 0.
    survival : callable, s -> probability
        P(handling time > time), continuous.

    Returns
    -------
    HandlingLaw

    Raises
    ------
    InputError
        If the mean is no such number.

    Notes
    -----
    Adaptive quadrature of the survival function.
    Source: Piessens and others (1983), QUADPACK.

    Examples
    --------
    Evenly between 0 and 200 s.

    >>> handling_by_survival(100.0, lambda time: max(0.0, 1 - time / 200)).cut(np.array([100.0])).round(6)
    array([75.])
    """
    from scipy.integrate import quad

    _checks.positive("mean", mean)

    def up_to(limit: float) -> float:
        return float(quad(survival, 0.0, limit, limit=200)[0]) if limit < inf else mean

    return HandlingLaw(mean, lambda limit: np.array([up_to(one) for one in np.atleast_1d(limit)]))


def mean_busy(
    edges: Sequence[float], arrival_rates: Sequence[float], handling: HandlingLaw, times: Sequence[float] | F8
) -> F8:
    """Mean number busy over time, with an agent for everybody.

    Parameters
    ----------
    edges : sequence of float, s
        Where the arrival rate changes: one more than there are rates, increasing. Before the first, nobody comes.
    arrival_rates : sequence of float, contacts per s
        Between the edges, at least 0.
    handling : HandlingLaw
        Such as `exponential_handling(300.0)`.
    times : sequence of float, s
        When to look.

    Returns
    -------
    float64[n], agents
        The number busy is a Poisson variable of this mean.

    Raises
    ------
    InputError
        If an argument is no such number.

    Notes
    -----
    The integral of arrival rate times P(handling time > time since then).
    Source: Eick, Massey & Whitt (1993), Operations Research 41, 731-742, theorem 1.

    Examples
    --------
    One hour of demand; after it the number busy decays.

    >>> law = exponential_handling(300.0)
    >>> mean_busy([0.0, 3600.0], [0.1], law, [300.0, 3600.0, 3900.0]).round(3)
    array([18.964, 30.   , 11.036])
    """
    marks = np.asarray(edges, dtype=np.float64)
    if len(marks) != len(arrival_rates) + 1 or not np.all(np.diff(marks) > 0):
        raise InputError("edges must increase, and be one more than the arrival rates.")
    for rate in arrival_rates:
        _checks.not_negative("arrival_rate", rate)
    since = np.maximum(np.asarray(times, dtype=np.float64)[:, np.newaxis] - marks, 0.0)
    met = handling.cut(since.ravel()).reshape(since.shape)
    return np.asarray((met[:, :-1] - met[:, 1:]) @ np.array(arrival_rates))


def peak_lag(period: float, handling: HandlingLaw) -> float:
    """How long after the peak of a sine-shaped demand most are busy.

    Parameters
    ----------
    period : float, s
        Of the demand, such as a day; above 0.
    handling : HandlingLaw
        Such as `constant_handling(300.0)`.

    Returns
    -------
    float, s
        Between 0 and the period.

    Raises
    ------
    InputError
        If the period is no such number.

    Notes
    -----
    With S_e the handling time's stationary excess and w = 2 pi / period: arctan(E[sin w S_e] / E[cos w S_e]) / w. For
    long periods that is E[S_e] = (1 + cv^2) mean / 2. Handling beyond 256 times its mean is left out.
    Source: Eick, Massey & Whitt (1993), M(t)/G/infinity queues with sinusoidal arrival rates, Management Science 39,
    241-252.

    Examples
    --------
    Constant handling lags by half of itself.

    >>> round(peak_lag(86400.0, constant_handling(600.0)), 6)
    300.0
    """
    from scipy.integrate import quad

    _checks.positive("period", period)
    pace = tau / period

    def left(time: float) -> float:
        """The part of the mean excess that lies beyond a time."""
        return handling.mean - float(handling.cut(np.array([time]))[0])

    # by parts, so that a law with jumps is integrated where it has none
    reach = [0.0, handling.mean / 4, handling.mean, 4 * handling.mean, 16 * handling.mean, 256 * handling.mean]
    pieces = list(pairwise(reach))
    sine = sum(quad(lambda u: pace * cos(pace * u) * left(u), *piece, limit=400)[0] for piece in pieces)
    lost = sum(quad(lambda u: pace * sin(pace * u) * left(u), *piece, limit=400)[0] for piece in pieces)
    return atan2(sine, handling.mean - lost) % tau / pace

"""The window folded onto one day: what falls in each interval from midnight."""

import numpy as np
from numpy.typing import NDArray

from ccsim.plan.plan import Plan

F8 = NDArray[np.float64]


def folded(plan: Plan, seconds: F8) -> F8:
    """Seconds by bin, summed by interval of the day over the window.

    Parameters
    ----------
    plan : Plan
    seconds : float64[n_bins], s

    Returns
    -------
    float64[n_intervals], s
    """
    middle = 0.5 * (plan.bins[:-1] + plan.bins[1:])
    inside = (middle >= plan.window[0]) & (middle < plan.window[1])
    place = (middle[inside] % 86400.0 // plan.interval).astype(int)
    n_intervals = round(86400.0 / plan.interval)
    return np.bincount(place, weights=seconds[inside], minlength=n_intervals).astype(np.float64)


def present(plan: Plan, seconds: F8) -> F8:
    """Mean number present in each interval of the day.

    Parameters
    ----------
    plan : Plan
    seconds : float64[n_bins], s

    Returns
    -------
    float64[n_intervals], agents
        0 in intervals that the window does not touch.
    """
    length = folded(plan, np.diff(plan.bins))
    return np.divide(folded(plan, seconds), length, out=np.zeros(len(length)), where=length > 0.0)


def on_working_days(plan: Plan, seconds: F8) -> F8:
    """Mean number present in each interval of days on which anybody works.

    Parameters
    ----------
    plan : Plan
    seconds : float64[n_bins], s

    Returns
    -------
    float64[n_intervals], agents
        0 in intervals that no such day in the window touches.
    """
    day = (plan.bins[:-1] // 86400.0).astype(int)
    works = np.bincount(day, weights=plan.scheduled.sum(axis=0)) > 0.0
    length = folded(plan, np.where(works[day], np.diff(plan.bins), 0.0))
    return np.divide(folded(plan, seconds), length, out=np.zeros(len(length)), where=length > 0.0)

"""An arm beside the baseline: what became of the very same needs in the same replication."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ccsim.logs.codes import Outcome
from ccsim.logs.logs import Logs, Table
from ccsim.metrics.cells import Key
from ccsim.metrics.definitions import BESIDE
from ccsim.metrics.measure import Measured
from ccsim.metrics.passes import minutes_of
from ccsim.plan.plan import Plan

F8 = NDArray[np.float64]

OF_BOTH = ("effort_of_both", "time_to_resolution_of_both")


class Fates(NamedTuple):
    """What became of each need of a replication.

    Attributes
    ----------
    needs : structured[n_needs]
        By need id.
    minutes : float64[n_needs], min
        What each cost its customer by the clock.
    """

    needs: Table
    minutes: F8


def fates_of(plan: Plan, logs: Logs) -> Fates:
    """What became of each need of a replication.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    Fates
    """
    live = plan.channels["live"].astype(np.int64)
    return Fates(logs.needs, minutes_of(logs.needs, logs.attempts, live))


def keys_beside(plan: Plan) -> tuple[Key, ...]:
    """What is measured of an arm beside the baseline.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    tuple of (measure, cell)
        In the order of `BESIDE`, the whole centre before each need type.
    """
    cells = [(), *((("need_type", name),) for name in plan.names.need_types)]
    return tuple((measure, cell) for measure in BESIDE for cell in cells)


def with_beside(plan: Plan, measured: Measured, here: Fates, there: Fates) -> Measured:
    """What a replication measured, and how its needs fared beside the baseline's.

    Parameters
    ----------
    plan : Plan
    measured : Measured
        Of the arm.
    here, there : Fates
        Of the arm and of the baseline.

    Returns
    -------
    Measured
        With the keys of `keys_beside` after its own.

    Notes
    -----
    Needs that arise in the window under both arms count. Source: docs/model.md, measures beside the baseline.
    """
    _, at, beside = np.intersect1d(here.needs["need"], there.needs["need"], assume_unique=True, return_indices=True)
    arises = here.needs["arises"][at]
    inside = (arises >= plan.window[0]) & (arises < plan.window[1])
    at, beside = at[inside], beside[inside]
    one, other = here.needs[at], there.needs[beside]
    resolved, was_resolved = one["outcome"] == Outcome.RESOLVED, other["outcome"] == Outcome.RESOLVED
    tried, had_tried = one["n_attempts"] > 0, other["n_attempts"] > 0
    both = resolved & was_resolved
    lasted, had_lasted = one["ended"] - one["arises"], other["ended"] - other["arises"]
    counted = {
        "resolved_only_here": resolved & ~was_resolved,
        "resolved_only_there": was_resolved & ~resolved,
        "resolved_sooner": both & (one["ended"] < other["ended"]),
        "resolved_later": both & (one["ended"] > other["ended"]),
        "resolved_by_both": both,
        "effort_of_both": np.where(both, here.minutes[at] - there.minutes[beside], 0.0),
        "time_to_resolution_of_both": np.where(both, lasted - had_lasted, 0.0),
        "suppressed": had_tried & ~tried,
        "revealed": tried & ~had_tried,
    }
    kinds = one["need_type"].astype(np.int64)
    above = [_by_type(plan, kinds, counted[measure]) for measure in BESIDE]
    below = [_by_type(plan, kinds, both if measure in OF_BOTH else np.ones(len(kinds))) for measure in BESIDE]
    return Measured(
        measured.keys + keys_beside(plan),
        np.concatenate([measured.numerators, *above]),
        np.concatenate([measured.denominators, *below]),
        measured.waits,
        measured.spread,
    )


def _by_type(plan: Plan, kinds: NDArray[np.int64], amounts: NDArray[np.generic]) -> F8:
    """What needs amount to, in all and of each type."""
    by_type = np.bincount(kinds, amounts, minlength=len(plan.need_types))
    return np.append(amounts.sum(dtype=np.float64), by_type)

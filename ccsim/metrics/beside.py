"""An arm beside the baseline: what became of the very same needs in the same replication."""

import numpy as np
from numpy.typing import NDArray

from ccsim.logs.codes import Outcome
from ccsim.logs.logs import Table
from ccsim.metrics.cells import Key
from ccsim.metrics.definitions import BESIDE
from ccsim.metrics.measure import Measured
from ccsim.plan.plan import Plan

F8 = NDArray[np.float64]


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


def with_beside(plan: Plan, measured: Measured, needs: Table, baseline: Table) -> Measured:
    """What a replication measured, and how its needs fared beside the baseline's.

    Parameters
    ----------
    plan : Plan
    measured : Measured
        Of the arm.
    needs, baseline : structured[n_needs]
        The needs of the arm's log and of the baseline's, by need id.

    Returns
    -------
    Measured
        With the keys of `keys_beside` after its own.

    Notes
    -----
    Needs that arise in the window under both arms count. Source: docs/model.md, measures beside the baseline.
    """
    _, here, there = np.intersect1d(needs["need"], baseline["need"], assume_unique=True, return_indices=True)
    one, other = needs[here], baseline[there]
    inside = (one["arises"] >= plan.window[0]) & (one["arises"] < plan.window[1])
    one, other = one[inside], other[inside]
    resolved, was_resolved = one["outcome"] == Outcome.RESOLVED, other["outcome"] == Outcome.RESOLVED
    tried, had_tried = one["n_attempts"] > 0, other["n_attempts"] > 0
    flags = {
        "resolved_only_here": resolved & ~was_resolved,
        "resolved_only_there": was_resolved & ~resolved,
        "resolved_sooner": resolved & was_resolved & (one["ended"] < other["ended"]),
        "resolved_later": resolved & was_resolved & (one["ended"] > other["ended"]),
        "suppressed": had_tried & ~tried,
        "revealed": tried & ~had_tried,
    }
    kinds = one["need_type"].astype(np.int64)
    above = [_by_type(plan, kinds[flags[measure]]) for measure in BESIDE]
    below = [_by_type(plan, kinds)] * len(BESIDE)
    return Measured(
        measured.keys + keys_beside(plan),
        np.concatenate([measured.numerators, *above]),
        np.concatenate([measured.denominators, *below]),
        measured.waits,
    )


def _by_type(plan: Plan, kinds: NDArray[np.int64]) -> F8:
    """How many needs there are, in all and of each type."""
    return np.append(float(len(kinds)), np.bincount(kinds, minlength=len(plan.need_types)).astype(float))

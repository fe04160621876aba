"""The needs of one replication, the same for every strategy and every engine."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ccsim.draws import arrivals
from ccsim.draws.streams import Purpose, signed
from ccsim.logs.codes import Outcome
from ccsim.logs.logs import NEED, Table
from ccsim.plan.plan import NONE, Plan

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
PREFER = int(Purpose.PREFER)


def potential_needs(plan: Plan, seed: int, replication: int) -> tuple[Table, F8]:
    """The needs that customers have, before any strategy acts on them.

    Parameters
    ----------
    plan : Plan
    seed, replication : int

    Returns
    -------
    structured[n_needs]
        The log's needs by need id, open, without any attempt yet.
    float64[n_causes]
        Each cause's share of its type.
    """
    key = signed(seed)
    if len(plan.replay):
        first = plan.replay[plan.replay["attempt"] == 0]
        first = first[first["arrives"] < plan.horizon]
        first = first[np.argsort(first["need"])]
        need, need_type, arises = (np.ascontiguousarray(first[name]) for name in ("need", "need_type", "arrives"))
    else:
        need, need_type, arises = arrivals.potential_needs(
            key,
            replication,
            np.ascontiguousarray(plan.need_types["stream"]),
            plan.expected,
            plan.shape_edges,
            plan.shape_cumulative,
            *_busyness(plan),
            plan.law_tables,
            plan.horizon,
        )
    n_of_type = np.bincount(need_type, minlength=len(plan.need_types)).tolist()
    # one type's needs stand together, because a need's id begins with its type's stream
    by_stream = np.argsort(plan.need_types["stream"]).tolist()
    needs = np.repeat(_typical_needs(plan)[by_stream], [n_of_type[i] for i in by_stream])
    needs["need"], needs["arises"] = need, arises
    weights = np.zeros(len(plan.causes))
    end = 0
    for i in by_stream:
        start, end = end, end + n_of_type[i]
        _deal_attributes(plan.need_types[i], key, replication, needs[start:end], need[start:end])
        _deal_causes(plan.need_types[i], key, replication, needs[start:end], need[start:end], weights)
        _deal_preferred(plan.preferred[i], key, replication, needs[start:end], need[start:end])
    if len(plan.replay):
        given = first["channel"] != NONE
        needs["preferred"][given] = first["channel"][given]
    return needs, weights


def in_order_of_arrival(needs: Table) -> I8:
    """Places of the needs by the time at which they arise, then need id.

    Parameters
    ----------
    needs : structured[n_needs]
        By need id.

    Returns
    -------
    int64[n_needs]
    """
    arises = np.ascontiguousarray(needs["arises"])
    # the plain sort takes a third of the stable one's time, and two needs hardly ever arise in the same instant
    order = np.argsort(arises)
    times = arises[order]
    return np.argsort(arises, kind="stable") if (times[1:] == times[:-1]).any() else order


def _busyness(plan: Plan) -> tuple[int, float, float, float, float, float, int, int]:
    """The day factor's law as scalars; kind -1 where there is none."""
    if plan.busyness == NONE:
        return (NONE, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0)
    kind, first, second, third, atom, atom_at, offset, n = plan.laws[plan.busyness].tolist()
    return kind, first, second, third, atom, atom_at, offset, n


def _typical_needs(plan: Plan) -> Table:
    """A need of each type as it is where chance decides nothing: open, without a cause."""
    rows = np.zeros(len(plan.need_types), dtype=NEED)
    rows["need_type"], rows["cause"], rows["stake"] = np.arange(len(rows)), NONE, 1.0
    rows["complexity"] = plan.need_types["typical"]
    rows["outcome"], rows["ended"] = Outcome.OPEN, np.nan
    return rows


def _deal_attributes(need_type: Any, key: int, replication: int, needs: Table, ids: I8) -> None:
    """Complexity and stake of the needs of a type that has a spread of them."""
    if need_type["complexity_spread"] > 0.0:
        location, spread = need_type["complexity_location"], need_type["complexity_spread"]
        needs["complexity"] = arrivals.complexity(key, replication, ids, location, spread)
    if need_type["stake_spread"] > 0.0:
        needs["stake"] = arrivals.stake(key, replication, ids, need_type["stake_spread"])


def _deal_causes(need_type: Any, key: int, replication: int, needs: Table, ids: I8, weights: F8) -> None:
    """Cause of every need of a type that has causes, and each cause's share of the type."""
    first, n_causes = int(need_type["first_cause"]), int(need_type["n_causes"])
    if n_causes > 0:
        cumulative = arrivals.incidence(key, replication, int(need_type["stream"]), n_causes, need_type["cause_spread"])
        needs["cause"] = first + arrivals.cause_of(key, replication, ids, cumulative)
        weights[first : first + n_causes] = np.diff(cumulative, prepend=0.0)


def _deal_preferred(cumulative: F8, key: int, replication: int, needs: Table, ids: I8) -> None:
    """Channel that the customer of every need of a type wants first; -1 for none, the last place of the shares."""
    nowhere = len(cumulative) - 1
    certain = int(np.argmax(cumulative >= 1.0))
    if certain == 0 or cumulative[certain - 1] <= 0.0:
        needs["preferred"] = certain if certain < nowhere else NONE
    else:
        preferred = np.searchsorted(cumulative, arrivals.uniforms(key, replication, ids, PREFER), side="right")
        needs["preferred"] = np.where(preferred < nowhere, preferred, NONE)

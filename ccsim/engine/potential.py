"""The needs of one replication, the same for every strategy and every engine."""

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
    needs = np.empty(len(need), dtype=NEED)
    needs["need"], needs["need_type"], needs["arises"] = need, need_type, arises
    needs["outcome"], needs["ended"], needs["n_attempts"], needs["looked"] = Outcome.OPEN, np.nan, 0, 0.0
    rows = _rows_of_types(plan, need_type)
    needs["complexity"], needs["stake"] = _attributes(plan, key, replication, need, rows)
    needs["cause"], weights = _causes(plan, key, replication, need, rows)
    needs["preferred"] = _preferred(plan, key, replication, need, rows)
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


def _rows_of_types(plan: Plan, need_type: NDArray[np.int32]) -> list[slice]:
    """Where each type's needs stand: one after another, because a need's id begins with its type's stream."""
    n_of_type = np.bincount(need_type, minlength=len(plan.need_types))
    slices, first = {}, 0
    for i in np.argsort(plan.need_types["stream"]).tolist():
        slices[i] = slice(first, first + int(n_of_type[i]))
        first = slices[i].stop
    return [slices[i] for i in range(len(slices))]


def _attributes(plan: Plan, key: int, replication: int, need: I8, rows: list[slice]) -> tuple[F8, F8]:
    """Complexity and stake of every need; those of a type without spread are all alike."""
    complexity, stake = np.empty(len(need)), np.ones(len(need))
    for kind, of_type in zip(plan.need_types, rows, strict=True):
        location, spread = kind["complexity_location"], kind["complexity_spread"]
        complexity[of_type] = (
            arrivals.complexity(key, replication, need[of_type], location, spread) if spread > 0.0 else kind["typical"]
        )
        if kind["stake_spread"] > 0.0:
            stake[of_type] = arrivals.stake(key, replication, need[of_type], kind["stake_spread"])
    return complexity, stake


def _causes(plan: Plan, key: int, replication: int, need: I8, rows: list[slice]) -> tuple[I8, F8]:
    """Cause of every need (-1 none), and each cause's share of its type."""
    cause = np.full(len(need), NONE, dtype=np.int64)
    weights = np.zeros(len(plan.causes))
    for kind, of_type in zip(plan.need_types, rows, strict=True):
        first, n_causes = int(kind["first_cause"]), int(kind["n_causes"])
        if n_causes > 0:
            cumulative = arrivals.incidence(key, replication, int(kind["stream"]), n_causes, kind["cause_spread"])
            cause[of_type] = first + arrivals.cause_of(key, replication, need[of_type], cumulative)
            weights[first : first + n_causes] = np.diff(cumulative, prepend=0.0)
    return cause, weights


def _preferred(plan: Plan, key: int, replication: int, need: I8, rows: list[slice]) -> I8:
    """Channel that every need's customer wants first; -1 for none."""
    preferred = np.empty(len(need), dtype=np.int64)
    for cumulative, of_type in zip(plan.preferred, rows, strict=True):
        first = int(np.argmax(cumulative >= 1.0))
        if first == 0 or cumulative[first - 1] <= 0.0:
            preferred[of_type] = first
        else:
            u = arrivals.uniforms(key, replication, need[of_type], PREFER)
            preferred[of_type] = np.searchsorted(cumulative, u, side="right")
    preferred[preferred >= len(plan.channels)] = NONE
    return preferred

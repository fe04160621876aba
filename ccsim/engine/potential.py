"""The needs of one replication, the same for every strategy and every engine."""

import numpy as np
from numpy.typing import NDArray

from ccsim.draws import arrivals
from ccsim.draws.streams import Purpose, signed
from ccsim.plan.plan import NONE, Plan, Records

F8 = NDArray[np.float64]
PREFER = int(Purpose.PREFER)
POTENTIAL = np.dtype(
    [
        ("need", "i8"),
        ("need_type", "i8"),
        ("cause", "i8"),
        ("complexity", "f8"),
        ("stake", "f8"),
        ("arises", "f8"),
        ("preferred", "i8"),
    ]
)


def potential_needs(plan: Plan, seed: int, replication: int) -> tuple[Records, F8]:
    """The needs that customers have, before any strategy acts on them.

    Parameters
    ----------
    plan : Plan
    seed, replication : int

    Returns
    -------
    structured[n_needs]
        In order of arrival (then need id).
    float64[n_causes]
        Each cause's share of its type.
    """
    key = signed(seed)
    if len(plan.replay):
        first = plan.replay[plan.replay["attempt"] == 0]
        first = first[np.lexsort((first["need"], first["arrives"]))]
        first = first[first["arrives"] < plan.horizon]
        need, need_type, arises = first["need"], first["need_type"], first["arrives"]
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
    needs = np.empty(len(need), dtype=POTENTIAL)
    needs["need"], needs["need_type"], needs["arises"] = need, need_type, arises
    needs["complexity"], needs["stake"] = _attributes(plan, key, replication, needs)
    needs["cause"], weights = _causes(plan, key, replication, needs)
    needs["preferred"] = _preferred(plan, key, replication, needs)
    if len(plan.replay):
        given = first["channel"] != NONE
        needs["preferred"][given] = first["channel"][given]
    return needs, weights


def _busyness(plan: Plan) -> tuple[int, float, float, float, float, float, int, int]:
    """The day factor's law as scalars; kind -1 where there is none."""
    if plan.busyness == NONE:
        return (NONE, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0)
    kind, first, second, third, atom, atom_at, offset, n = plan.laws[plan.busyness].tolist()
    return kind, first, second, third, atom, atom_at, offset, n


def _attributes(plan: Plan, key: int, replication: int, needs: Records) -> tuple[F8, F8]:
    """Complexity and stake of every need; those of a type without spread are all alike."""
    complexity = plan.need_types["typical"][needs["need_type"]]
    stake = np.ones(len(needs))
    for i, need_type in enumerate(plan.need_types):
        rows = np.flatnonzero(needs["need_type"] == i)
        ids = np.ascontiguousarray(needs["need"][rows])
        if need_type["complexity_spread"] > 0.0:
            location, spread = need_type["complexity_location"], need_type["complexity_spread"]
            complexity[rows] = arrivals.complexity(key, replication, ids, location, spread)
        if need_type["stake_spread"] > 0.0:
            stake[rows] = arrivals.stake(key, replication, ids, need_type["stake_spread"])
    return complexity, stake


def _causes(plan: Plan, key: int, replication: int, needs: Records) -> tuple[NDArray[np.int64], F8]:
    """Cause of every need (-1 none), and each cause's share of its type."""
    cause = np.full(len(needs), NONE, dtype=np.int64)
    weights = np.zeros(len(plan.causes))
    for i, need_type in enumerate(plan.need_types):
        first, n_causes = need_type["first_cause"], need_type["n_causes"]
        if n_causes == 0:
            continue
        stream, spread = int(need_type["stream"]), need_type["cause_spread"]
        cumulative = arrivals.incidence(key, replication, stream, int(n_causes), spread)
        rows = np.flatnonzero(needs["need_type"] == i)
        ids = np.ascontiguousarray(needs["need"][rows])
        cause[rows] = first + arrivals.cause_of(key, replication, ids, cumulative)
        weights[first : first + n_causes] = np.diff(cumulative, prepend=0.0)
    return cause, weights


def _preferred(plan: Plan, key: int, replication: int, needs: Records) -> NDArray[np.int64]:
    """Channel that every need's customer wants first; -1 for none."""
    n_channels = len(plan.channels)
    preferred = np.empty(len(needs), dtype=np.int64)
    for i, cumulative in enumerate(plan.preferred):
        rows = np.flatnonzero(needs["need_type"] == i)
        first = int(np.argmax(cumulative >= 1.0))
        if first == 0 or cumulative[first - 1] <= 0.0:
            preferred[rows] = first
            continue
        u = arrivals.uniforms(key, replication, np.ascontiguousarray(needs["need"][rows]), PREFER)
        preferred[rows] = np.searchsorted(cumulative, u, side="right")
    preferred[preferred >= n_channels] = NONE
    return preferred

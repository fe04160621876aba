"""The needs of one replication, the same for every strategy and every engine."""

import numba
import numpy as np
from numpy.typing import NDArray

from ccsim.compiling import F8, F8_ROW, F8_TABLE, I8, I8_ROW, array_of, compiled
from ccsim.draws import arrivals
from ccsim.draws.streams import Kind, Purpose, entity, need_uniform, signed, slot, uniform
from ccsim.logs.codes import Evidence, Outcome
from ccsim.logs.logs import NEED, Table
from ccsim.logs.passes import in_order_of_time
from ccsim.plan.plan import NEED_TYPE, NONE, Plan, Records

F8s = NDArray[np.float64]
I4s = NDArray[np.int32]
I8s = NDArray[np.int64]
PREFER = int(Purpose.PREFER)
CUSTOMER = int(Purpose.CUSTOMER)
SEGMENT = int(Purpose.SEGMENT)
OF_SEGMENT = slot(SEGMENT, 0, 0, 0, 0)
RAISES = int(Purpose.RAISES)
FIRST_CUSTOMER = entity(int(Kind.CUSTOMER), 0, 0, 0)
LAST_GENERATION = 15
OPEN = int(Outcome.OPEN)
NOT_REACHED = int(Evidence.NOT_REACHED)
UNDECIDED = -2

_NEED_TYPES, _TYPES, _NEEDS = array_of(NEED_TYPE, frozen=True), array_of("i4", frozen=True), array_of(NEED)
_NONE = numba.types.none


def potential_needs(plan: Plan, seed: int, replication: int) -> tuple[Table, F8s]:
    """The needs that customers have, before any strategy acts on them.

    Parameters
    ----------
    plan : Plan
    seed, replication : int

    Returns
    -------
    structured[n_needs]
        The log's needs by need id, open, without any attempt yet; those that others may raise have no time yet.
    float64[n_causes]
        Each cause's share of its type.
    """
    key = signed(seed)
    if len(plan.replay):
        first = plan.replay[plan.replay["attempt"] == 0]
        first = first[first["arrives"] < plan.horizon]
        first = first[np.argsort(first["need"])]
        need, arises = np.ascontiguousarray(first["need"]), np.ascontiguousarray(first["arrives"])
        need_type = first["need_type"].astype(np.int32)
    else:
        need, need_type, arises = arrivals.potential_needs(
            key,
            replication,
            np.ascontiguousarray(plan.need_types["stream"]),
            plan.expected,
            plan.shape_of,
            plan.shape_edges,
            plan.shape_cumulative,
            plan.busyness,
            plan.laws,
            plan.law_tables,
            plan.horizon,
        )
    need, need_type, arises = _with_further_needs(plan, key, replication, need, need_type, arises)
    needs, shares, weights = np.empty(len(need), dtype=NEED), np.zeros(len(plan.causes)), np.zeros(len(plan.causes))
    for kind in plan.need_types[plan.need_types["n_causes"] > 0] if len(plan.causes) > 0 else ():
        own = slice(kind["first_cause"], kind["first_cause"] + kind["n_causes"])
        shares[own] = arrivals.incidence(key, replication, kind["stream"], kind["n_causes"], kind["cause_spread"])
        weights[own] = np.diff(shares[own], prepend=0.0)
    stakes = np.ascontiguousarray(plan.settings["stake"])
    who = (plan.need_types, plan.preferred, shares, plan.segments, stakes, plan.n_customers)
    write_needs(key, replication, *who, need, need_type, arises, needs)
    needs["evidence"] = NOT_REACHED if plan.settings["listens"][0] else NONE
    if len(plan.replay):
        given = first["channel"] != NONE
        needs["preferred"][np.searchsorted(need, first["need"][given])] = first["channel"][given]
    return needs, weights


def that_arose(plan: Plan, needs: Table) -> Table:
    """The needs that did arise: all but those that none raised.

    Parameters
    ----------
    plan : Plan
    needs : structured[n_needs]

    Returns
    -------
    structured[n]
    """
    if not plan.raises:
        return needs
    return np.take(needs, np.flatnonzero(~np.isnan(needs["arises"])))


def _with_further_needs(
    plan: Plan, key: int, replication: int, need: I8s, need_type: I4s, arises: F8s
) -> tuple[I8s, I4s, F8s]:
    """The same with all needs that these may raise, whatever becomes of them, and these in turn."""
    if not plan.raises:
        return need, need_type, arises
    kinds = plan.need_types
    most = np.maximum(kinds["raises_resolved"], kinds["raises_not"])
    needs, types, times = [need], [need_type], [arises]
    while len(needs[-1]) > 0:
        u = arrivals.uniforms(key, replication, needs[-1], RAISES)
        raising = (u < most[types[-1]]) & (needs[-1] & LAST_GENERATION < LAST_GENERATION)
        needs.append(needs[-1][raising] + 1)
        types.append(kinds["raises"][types[-1][raising]].astype(np.int32))
        times.append(np.full(len(needs[-1]), np.nan))
    order = np.argsort(np.concatenate(needs))
    return np.concatenate(needs)[order], np.concatenate(types)[order], np.concatenate(times)[order]


@compiled(I8(F8_ROW), forceinline=True)
def certain_channel(cumulative: F8s) -> int:
    """The channel that a type prefers without chance.

    Parameters
    ----------
    cumulative : float64[n_channels + 1]
        Shares up to each channel; the last place is none.

    Returns
    -------
    int
        -1 for none, `UNDECIDED` where chance decides.

    Examples
    --------
    >>> certain_channel(np.array([0.0, 1.0, 1.0])), certain_channel(np.array([0.0, 0.0, 1.0]))
    (1, -1)
    """
    place = 0
    while cumulative[place] <= 0.0:
        place += 1
    if cumulative[place] < 1.0:
        return UNDECIDED
    return place if place < len(cumulative) - 1 else NONE


@compiled(I8(F8_ROW, F8), forceinline=True)
def _place(cumulative: F8s, u: float) -> int:
    """How many shares, added up, are at most u."""
    place = 0
    while place < len(cumulative) and cumulative[place] <= u:
        place += 1
    return place


@compiled(numba.types.Tuple([array_of("i8"), array_of("f8")])(_NEEDS))  # type: ignore[no-untyped-call]
def in_order_of_arrival(needs: Table) -> tuple[I8s, F8s]:
    """Places of the needs by the time at which they arise, then need id.

    Parameters
    ----------
    needs : structured[n_needs]
        By need id.

    Returns
    -------
    int64[n]
        Without those that are only raised by others.
    float64[n], s
        The times themselves, in that order.
    """
    rows, times, n = np.empty(len(needs), np.int64), np.empty(len(needs)), 0
    for row in range(len(needs)):
        if needs[row]["arises"] == needs[row]["arises"]:
            rows[n] = row
            times[n] = needs[row]["arises"]
            n += 1
    places, times = in_order_of_time(times[:n])
    for place in range(n):
        places[place] = rows[places[place]]
    return places, times


@compiled(_NONE(I8, I8, _NEED_TYPES, F8_TABLE, F8_ROW, F8_ROW, F8_ROW, I8, I8_ROW, _TYPES, F8_ROW, _NEEDS))
def write_needs(
    seed: int,
    replication: int,
    need_types: Records,
    preferred: F8s,
    shares: F8s,
    segments: F8s,
    stakes: F8s,
    n_customers: int,
    need: I8s,
    need_type: I4s,
    arises: F8s,
    needs: Table,
) -> None:
    """Needs as they arise: whose and what they are; open, not tried yet.

    Parameters
    ----------
    seed, replication : int
    need_types : NEED_TYPE[n_types]
    preferred : float64[n_types * n_segments, n_channels + 1]
        As the plan has them.
    shares : float64[n_causes]
        Cumulative shares of each type's causes, one type after another.
    segments : float64[n_segments]
        Cumulative shares; empty where there are none.
    stakes : float64[n_segments], or of one place
        Factor on the stake.
    n_customers : int
        0 where each need has a customer of its own.
    need : int64[n_needs]
    need_type : int32[n_needs]
    arises : float64[n_needs], s
    needs : NEED[n_needs]
        The rows to write.
    """
    channels = np.empty(len(preferred), np.int64)
    for place in range(len(preferred)):
        channels[place] = certain_channel(preferred[place])
    for row in range(len(need)):
        n, t, id_ = needs[row], need_types[need_type[row]], need[row]
        # a need that another raises is the same customer's
        first = id_ & ~LAST_GENERATION
        customer = segment = NONE
        if n_customers > 0:
            customer = min(
                int(need_uniform(seed, replication, first, CUSTOMER, 0, 0, 0) * n_customers), n_customers - 1
            )
        if len(segments) > 0 and n_customers > 0:
            segment = _place(segments, uniform(seed, replication, FIRST_CUSTOMER + customer, OF_SEGMENT))
        elif len(segments) > 0:
            segment = _place(segments, need_uniform(seed, replication, first, SEGMENT, 0, 0, 0))
        kind = need_type[row] * len(stakes) + max(segment, 0)
        channel, cause, complexity, stake = channels[kind], NONE, t["typical"], 1.0
        if channel == UNDECIDED:
            place = _place(preferred[kind], need_uniform(seed, replication, id_, PREFER, 0, 0, 0))
            channel = place if place < preferred.shape[1] - 1 else NONE
        if t["n_causes"] > 0:
            own = shares[t["first_cause"] : t["first_cause"] + t["n_causes"]]
            cause = t["first_cause"] + arrivals.cause_of(seed, replication, id_, own)
        if t["complexity_spread"] > 0.0:
            complexity = arrivals.complexity(seed, replication, id_, t["complexity_location"], t["complexity_spread"])
        if t["stake_spread"] > 0.0:
            stake = arrivals.stake(seed, replication, id_, t["stake_spread"])
        n["need"] = id_
        n["need_type"] = need_type[row]
        n["cause"] = cause
        n["complexity"] = complexity
        n["stake"] = stake * stakes[max(segment, 0)]
        n["arises"] = arises[row]
        n["preferred"] = channel
        n["outcome"] = OPEN
        n["ended"] = np.nan
        n["n_attempts"] = 0
        n["looked"] = 0.0
        n["customer"] = customer
        n["segment"] = segment

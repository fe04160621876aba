"""The needs of one replication, the same for every strategy and every engine."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ccsim.draws import arrivals, compiling
from ccsim.draws.compiling import F8_ROW, F8_TABLE, I8_ROW, array_of, compiled
from ccsim.draws.streams import Purpose, need_id, signed
from ccsim.logs.codes import Outcome
from ccsim.logs.logs import NEED, Table
from ccsim.plan.plan import NEED_TYPE, NONE, Plan, Records

F8 = NDArray[np.float64]
I4 = NDArray[np.int32]
I8 = NDArray[np.int64]
PREFER = int(Purpose.PREFER)
CUSTOMER = int(Purpose.CUSTOMER)
SEGMENT = int(Purpose.SEGMENT)
RAISES = int(Purpose.RAISES)
LAST_GENERATION = 15
OPEN = int(Outcome.OPEN)
UNDECIDED = -2


def potential_needs(plan: Plan, seed: int, replication: int) -> tuple[Table, F8]:
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
    n_arising = len(need)
    need, need_type, arises = _with_further_needs(plan, key, replication, need, need_type, arises)
    needs = np.empty(len(need), dtype=NEED)
    n_segments = len(plan.settings)
    preferred = plan.preferred if n_segments == 1 else plan.preferred[::n_segments].copy()
    undecided = write_needs(plan.need_types, preferred, need, need_type, arises, needs)
    if plan.n_customers > 0 or len(plan.segments) > 0:
        _deal_customers(plan, key, replication, needs)
    weights = np.zeros(len(plan.causes))
    # one type's needs stand together, because a need's id begins with its type's stream, unless others raise them
    together = len(need) == n_arising
    for i in np.flatnonzero(undecided) if n_segments == 1 else range(len(plan.need_types)):
        start = np.searchsorted(need, need_id(int(plan.need_types["stream"][i]), 0, 0, 0))
        of_type = slice(start, start + np.count_nonzero(need_type == i)) if together else need_type == i
        rows, ids = needs[of_type], need[of_type]
        _deal_attributes(plan.need_types[i], key, replication, rows, ids)
        _deal_causes(plan.need_types[i], key, replication, rows, ids, weights)
        for segment, cumulative in enumerate(plan.preferred[i * n_segments : (i + 1) * n_segments]):
            theirs = slice(None) if n_segments == 1 else rows["segment"] == segment
            _deal_preferred(cumulative, key, replication, rows["preferred"], ids, theirs)
            rows["stake"][theirs] *= plan.settings["stake"][segment]
        if not together:
            needs[of_type] = rows
    if len(plan.replay):
        given = first["channel"] != NONE
        needs["preferred"][np.searchsorted(need, first["need"][given])] = first["channel"][given]
    return needs, weights


def in_order_of_arrival(needs: Table) -> tuple[I8, F8]:
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
    arises = np.ascontiguousarray(needs["arises"])
    # the plain sort takes a third of the stable one's time, and two needs hardly ever arise in the same instant
    order = np.argsort(arises)
    times = arises[order]
    if (times[1:] == times[:-1]).any():
        order = np.argsort(arises, kind="stable")
    # what has no time yet stands at the end
    n = int(np.searchsorted(times, np.inf))
    return order[:n], times[:n]


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
    if (plan.need_types["raises"] == NONE).all():
        return needs
    return np.take(needs, np.flatnonzero(~np.isnan(needs["arises"])))


def _with_further_needs(
    plan: Plan, key: int, replication: int, need: I8, need_type: I4, arises: F8
) -> tuple[I8, I4, F8]:
    """The same with all needs that these may raise, whatever becomes of them, and these in turn."""
    kinds = plan.need_types
    most = np.maximum(kinds["raises_resolved"], kinds["raises_not"])
    if not np.count_nonzero(most):
        return need, need_type, arises
    needs, types, times = [need], [need_type], [arises]
    while len(needs[-1]) > 0:
        u = arrivals.uniforms(key, replication, needs[-1], RAISES)
        raising = (u < most[types[-1]]) & (needs[-1] & LAST_GENERATION < LAST_GENERATION)
        needs.append(needs[-1][raising] + 1)
        types.append(kinds["raises"][types[-1][raising]].astype(np.int32))
        times.append(np.full(len(needs[-1]), np.nan))
    order = np.argsort(np.concatenate(needs))
    return np.concatenate(needs)[order], np.concatenate(types)[order], np.concatenate(times)[order]


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


def _deal_preferred(cumulative: F8, key: int, replication: int, preferred: I4, ids: I8, theirs: Any) -> None:
    """Channel that customers want first for their needs of a type; -1 for none, the last place of the shares."""
    certain = certain_channel(cumulative)
    if certain != UNDECIDED:
        preferred[theirs] = certain
        return
    chosen = np.searchsorted(cumulative, arrivals.uniforms(key, replication, ids[theirs], PREFER), side="right")
    preferred[theirs] = np.where(chosen < len(cumulative) - 1, chosen, NONE)


def _deal_customers(plan: Plan, key: int, replication: int, needs: Table) -> None:
    """Whose need each is, and what kind of customer that is; without customers each need has one of its own."""
    # a need that another raises is the same customer's
    ids = needs["need"] & ~np.int64(LAST_GENERATION)
    if plan.n_customers > 0:
        u = arrivals.uniforms(key, replication, ids, CUSTOMER)
        needs["customer"] = np.minimum((u * plan.n_customers).astype(np.int64), plan.n_customers - 1)
    if len(plan.segments) > 0:
        if plan.n_customers > 0:
            u = arrivals.uniforms_of_customers(key, replication, needs["customer"].astype(np.int64), SEGMENT)
        else:
            u = arrivals.uniforms(key, replication, ids, SEGMENT)
        needs["segment"] = np.searchsorted(plan.segments, u, side="right")


@compiled(compiling.I8(F8_ROW), forceinline=True)
def certain_channel(cumulative: F8) -> int:
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


_NEED_TYPES, _TYPES, _NEEDS = array_of(NEED_TYPE, frozen=True), array_of("i4", frozen=True), array_of(NEED)


@compiled(array_of("i8")(_NEED_TYPES, F8_TABLE, I8_ROW, _TYPES, F8_ROW, _NEEDS))
def write_needs(need_types: Records, preferred: F8, need: I8, need_type: I4, arises: F8, needs: Table) -> I8:
    """Needs as they are where chance decides nothing: open, not tried yet.

    Parameters
    ----------
    need_types : NEED_TYPE[n_types]
    preferred : float64[n_types, n_channels + 1]
        As the plan has them, of the first segment where there are several.
    need : int64[n_needs]
    need_type : int32[n_needs]
    arises : float64[n_needs], s
    needs : NEED[n_needs]
        The rows to write.

    Returns
    -------
    int64[n_types]
        1 where chance has something to decide about a type's needs, 0 elsewhere.
    """
    undecided = np.zeros(len(need_types), np.int64)
    channels = np.empty(len(need_types), np.int64)
    for i in range(len(need_types)):
        t = need_types[i]
        channels[i] = certain_channel(preferred[i])
        if channels[i] == UNDECIDED or t["complexity_spread"] > 0.0 or t["stake_spread"] > 0.0 or t["n_causes"] > 0:
            undecided[i] = 1
    for row in range(len(need)):
        n = needs[row]
        n["need"] = need[row]
        n["need_type"] = need_type[row]
        n["cause"] = NONE
        n["complexity"] = need_types[need_type[row]]["typical"]
        n["stake"] = 1.0
        n["arises"] = arises[row]
        n["preferred"] = channels[need_type[row]]
        n["outcome"] = OPEN
        n["ended"] = np.nan
        n["n_attempts"] = 0
        n["looked"] = 0.0
        n["customer"] = NONE
        n["segment"] = NONE
    return undecided

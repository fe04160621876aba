"""The compiled passes that put moments in order and cut a log into bins."""

import math
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from ccsim.compiling import F8, F8_ROW, F8_TABLE, I8, I8_ROW, INSIDE, OWNING_NOTHING, array_of, compiled
from ccsim.logs import logs
from ccsim.logs.codes import Account, EndReason, Route

F8s = NDArray[np.float64]
I8s = NDArray[np.int64]
Table = NDArray[Any]

CONTACTS, GATE, TELEPHONY = int(Account.CONTACTS), int(Account.GATE), int(Account.TELEPHONY)
SPEECH_ANALYTICS, TEXT_ANALYTICS = int(Account.SPEECH_ANALYTICS), int(Account.TEXT_ANALYTICS)
BY_SPEECH_ANALYTICS, BY_TEXT_ANALYTICS = int(Route.SPEECH_ANALYTICS), int(Route.TEXT_ANALYTICS)
MANUAL_REVIEW, BY_MANUAL_SAMPLE = int(Account.MANUAL_REVIEW), int(Route.MANUAL_SAMPLE)
SERVED = int(EndReason.SERVED)
# moments of millions of seconds carry errors of about a nanosecond
A_MOMENT = 1e-6
# of times in one stretch; many at one moment are many steps to put in order
MOST_TOGETHER = 32

_NONE = numba.types.none
_LEGS, _STATES = array_of(logs.ATTEMPT, frozen=True), array_of(logs.AGENT_STATE, frozen=True)
_SHEET, _QUANTITIES = array_of("f8", 2), array_of("f8", 3)
_PLACES, _TIMES = array_of("i8"), array_of("f8")


@compiled(I8(F8_ROW, F8, F8), **OWNING_NOTHING)
def bin_of(bins: F8s, interval: float, time: float) -> int:
    """The bin that a moment falls in.

    Parameters
    ----------
    bins : float64[n_bins + 1], s
        Borders of intervals; those of the window are at most two more.
    interval : float, s
    time : float, s

    Returns
    -------
    int
        The last one for the last border itself.
    """
    last = len(bins) - 2
    place = min(int(time / interval), last)
    while place < last and bins[place + 1] <= time:
        place += 1
    while bins[place] > time:
        place -= 1
    return place


@compiled(_NONE(_SHEET, I8, F8_ROW, I8, F8, F8), **OWNING_NOTHING)
def spend(spent: F8s, entity: int, bins: F8s, place: int, starts: float, ends: float) -> None:
    """Adds a stretch of time to the bins that it touches.

    Parameters
    ----------
    spent : float64[n_entities, n_bins], s
        Added to.
    entity : int
    bins : float64[n_bins + 1], s
    place : int
        The bin in which it starts.
    starts, ends : float, s
        Not beyond the last border.
    """
    while ends > bins[place + 1]:
        spent[entity, place] += bins[place + 1] - starts
        starts = bins[place + 1]
        place += 1
    spent[entity, place] += ends - starts


@compiled(numba.types.boolean(F8_ROW, _PLACES, _TIMES))
def spread_out(times: F8s, places: I8s, sorted_times: F8s) -> bool:
    """Whether times lie apart from each other; if so, they are put in order.

    Parameters
    ----------
    times : float64[n], s
    places : int64[n]
        Filled as `in_order_of_time` gives it.
    sorted_times : float64[n], s
        Filled.

    Returns
    -------
    bool
        If not, nothing is to be made of what is filled.

    Notes
    -----
    As many stretches as there are times, each with the few that fall in it, then every time is moved past the few
    before it: less than half the time of a sort that knows nothing of its numbers. Arrivals and waits are such times.
    """
    n = len(times)
    low, high = (times[0], times[0]) if n > 0 else (0.0, 0.0)
    for time in times:
        if not math.isfinite(time):
            return False
        low, high = min(low, time), max(high, time)
    span = high - low
    per_second = (n - 1) / span if span > 0.0 else 0.0
    if not math.isfinite(span) or not math.isfinite(per_second):
        return False
    ends = np.zeros(n + 1, np.int64)
    for time in times:
        ends[int((time - low) * per_second) + 1] += 1
    for stretch in range(n):
        if ends[stretch + 1] > MOST_TOGETHER:
            return False
        ends[stretch + 1] += ends[stretch]
    for row in range(n):
        stretch = int((times[row] - low) * per_second)
        places[ends[stretch]] = row
        sorted_times[ends[stretch]] = times[row]
        ends[stretch] += 1
    for row in range(1, n):
        time, which, place = sorted_times[row], places[row], row
        while place > 0 and sorted_times[place - 1] > time:
            sorted_times[place] = sorted_times[place - 1]
            places[place] = places[place - 1]
            place -= 1
        sorted_times[place] = time
        places[place] = which
    return True


@compiled(numba.types.none(F8_ROW, _PLACES, _TIMES), **INSIDE)
def merge_sort(times: F8s, places: I8s, sorted_times: F8s) -> None:
    """Puts any times in order.

    Parameters
    ----------
    times : float64[n], s
    places, sorted_times : int64[n], float64[n], s
        Filled as `in_order_of_time` gives them.

    Notes
    -----
    Merges runs of one, two, four and so on. numpy's own sort of places, which numba has too, takes a second to compile.
    """
    n, run = len(times), 1
    for row in range(n):
        places[row] = row
    merged = np.empty(n, np.int64)
    while run < n:
        for begin in range(0, n, 2 * run):
            left, middle = begin, min(begin + run, n)
            right, end = middle, min(begin + 2 * run, n)
            for place in range(begin, end):
                # nan comes last
                goes_right = left == middle or (
                    right < end
                    and (
                        times[places[right]] < times[places[left]]
                        or (times[places[left]] != times[places[left]] and times[places[right]] == times[places[right]])
                    )
                )
                if goes_right:
                    merged[place] = places[right]
                    right += 1
                else:
                    merged[place] = places[left]
                    left += 1
        places[:] = merged
        run *= 2
    for row in range(n):
        sorted_times[row] = times[places[row]]


@compiled(numba.types.Tuple([_PLACES, _TIMES])(F8_ROW))  # type: ignore[no-untyped-call]
def in_order_of_time(times: F8s) -> tuple[I8s, F8s]:
    """Places of moments or durations, the earliest or shortest first.

    Parameters
    ----------
    times : float64[n], s
        nan comes last.

    Returns
    -------
    int64[n]
        Among equals the first place stands first.
    float64[n], s
        The times themselves, in that order.

    Examples
    --------
    >>> places, times = in_order_of_time(np.array([5.0, 1.0, 5.0, 3.0]))
    >>> places.tolist(), times.tolist()
    ([1, 3, 0, 2], [1.0, 3.0, 5.0, 5.0])
    """
    places, sorted_times = np.empty(len(times), np.int64), np.empty(len(times))
    if not spread_out(times, places, sorted_times):
        merge_sort(times, places, sorted_times)
    return places, sorted_times


@compiled(_PLACES(_STATES, I8), **INSIDE)
def firsts_of(states: Table, n_agents: int) -> I8s:
    """Where each agent's stretches begin, one agent after another.

    Parameters
    ----------
    states : structured[n_stretches]
        In any order.
    n_agents : int

    Returns
    -------
    int64[n_agents + 1]
        The last one's end too.
    """
    firsts = np.zeros(n_agents + 1, np.int64)
    for state in states:
        firsts[state["agent"] + 1] += 1
    for agent in range(n_agents):
        firsts[agent + 1] += firsts[agent]
    return firsts


@compiled(_SHEET(_STATES, F8_ROW, F8, I8))
def on_floor(states: Table, bins: F8s, interval: float, n_groups: int) -> F8s:
    """Agents' time, whatever they do, by group and bin.

    Parameters
    ----------
    states : structured[n_stretches]
        None beyond the last border.
    bins : float64[n_bins + 1], s
    interval : float, s
    n_groups : int

    Returns
    -------
    float64[n_groups, n_bins], s
    """
    spent = np.zeros((n_groups, len(bins) - 1))
    place = 0
    for state in states:
        # an agent's stretches follow each other; the next agent begins anew
        if state["starts"] < bins[place] or state["starts"] > bins[place + 1]:
            place = bin_of(bins, interval, state["starts"])
        spend(spent, state["group"], bins, place, state["starts"], state["ends"])
    return spent


@compiled(_SHEET(F8_TABLE, F8_TABLE))
def overtime_of(there: F8s, scheduled: F8s) -> F8s:
    """Time on the floor beyond the schedule.

    Parameters
    ----------
    there, scheduled : float64[n_groups, n_bins], s

    Returns
    -------
    float64[n_groups, n_bins], s
        Rounding of a millionth of a second is cut off.
    """
    overtime = np.zeros(there.shape)
    for group in range(len(there)):
        for place in range(there.shape[1]):
            extra = there[group, place] - scheduled[group, place]
            overtime[group, place] = extra if abs(extra) >= A_MOMENT else 0.0
    return overtime


@compiled(_SHEET(F8_TABLE, F8_ROW, F8_TABLE))
def paid_of(scheduled: F8s, rostered: F8s, overtime: F8s) -> F8s:
    """Paid time: scheduled time over the rostered share of it, plus overtime.

    Parameters
    ----------
    scheduled : float64[n_groups, n_bins], s
    rostered : float64[n_groups], share
    overtime : float64[n_groups, n_bins], s

    Returns
    -------
    float64[n_groups, n_bins], s
    """
    paid = np.empty(scheduled.shape)
    for group in range(len(scheduled)):
        for place in range(scheduled.shape[1]):
            paid[group, place] = scheduled[group, place] / rostered[group] + overtime[group, place]
    return paid


@compiled(_NONE(_LEGS, I8_ROW, F8_ROW, F8, _QUANTITIES))
def count_priced(attempts: Table, live: I8s, bins: F8s, interval: float, quantities: F8s) -> None:
    """Adds up what has a price of its own, by account, channel and bin.

    Parameters
    ----------
    attempts : structured[n_legs]
    live : int64[n_channels]
    bins : float64[n_bins + 1], s
    interval : float, s
    quantities : float64[n_accounts, n_channels, n_bins]
        Added to: seconds of telephony, and numbers of contacts served, gate entries, recordings analysed and reviewed.

    Notes
    -----
    Telephony runs from the moment a live contact enters until it ends, or takes a callback; and for as long as a
    customer talks whom the centre called. Source: docs/model.md, M17.
    """
    for leg in attempts:
        channel, called = leg["channel"], leg["dials"] >= 0
        if live[channel] and leg["enters"] == leg["enters"]:
            until = leg["joins"] if called and leg["joins"] == leg["joins"] else leg["ends"]
            place = bin_of(bins, interval, leg["enters"])
            spend(quantities[TELEPHONY], channel, bins, place, leg["enters"], until)
        if called and leg["starts"] == leg["starts"]:
            place = bin_of(bins, interval, leg["starts"])
            spend(quantities[TELEPHONY], channel, bins, place, leg["starts"], leg["ends"])
        if leg["gated"] == 1:
            quantities[GATE, channel, bin_of(bins, interval, leg["enters"])] += 1.0
        if leg["end_reason"] == SERVED or leg["analysed"] > 0:
            place = bin_of(bins, interval, leg["ends"])
            quantities[CONTACTS, channel, place] += 1.0 if leg["end_reason"] == SERVED else 0.0
            quantities[SPEECH_ANALYTICS, channel, place] += (leg["analysed"] >> BY_SPEECH_ANALYTICS) & 1
            quantities[TEXT_ANALYTICS, channel, place] += (leg["analysed"] >> BY_TEXT_ANALYTICS) & 1
            quantities[MANUAL_REVIEW, channel, place] += (leg["analysed"] >> BY_MANUAL_SAMPLE) & 1

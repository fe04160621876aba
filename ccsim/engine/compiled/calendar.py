"""The event calendar: a binary heap of records on the contract's key."""

from ccsim.engine.compiled.stepping import inlined
from ccsim.engine.compiled.world import World


@inlined
def _copy(w: World, source: int, target: int) -> None:
    """Copies an event from one place to another."""
    w.events[target] = w.events[source]


@inlined
def push(w: World, time: float, rank: int, need: int, step: int, kind: int, at: int, more: int) -> None:
    """Puts an event on the calendar, unless it would be at or after the horizon.

    Parameters
    ----------
    w : World
    time : float, s
    rank, need, step : int
        The rest of the key; step packs attempt and leg.
    kind : int
        What happens.
    at, more : int
        To whom, and a second number where one is needed.
    """
    if not time < w.counters[0].horizon:
        return
    e = w.events
    place = w.counters[0].n_events
    w.counters[0].n_events = place + 1
    while place > 0:
        parent = (place - 1) >> 1
        p = e[parent]
        if p.time < time or (
            p.time == time
            and (p.rank < rank or (p.rank == rank and (p.need < need or (p.need == need and p.step < step))))
        ):
            break
        _copy(w, parent, place)
        place = parent
    e[place].time = time
    e[place].rank = rank
    e[place].need = need
    e[place].step = step
    e[place].kind = kind
    e[place].at = at
    e[place].more = more


@inlined
def before(w: World, one: int, other: int) -> bool:
    """Whether the event in one place comes before the one in another.

    Parameters
    ----------
    w : World
    one, other : int

    Returns
    -------
    bool
    """
    a = w.events[one]
    b = w.events[other]
    if a.time != b.time:
        return a.time < b.time
    if a.rank != b.rank:
        return a.rank < b.rank
    if a.need != b.need:
        return a.need < b.need
    return a.step < b.step


@inlined
def drop_first(w: World) -> None:
    """Takes the first event off the calendar.

    Parameters
    ----------
    w : World

    Notes
    -----
    The gap is filled with the smaller child down to the bottom, and the last event put in from there: it is late, so it
    hardly rises. Which child is smaller is anybody's guess, also the processor's: it is computed, not branched on.
    Source: Wegener (1993), bottom-up heapsort.
    """
    n = w.counters[0].n_events - 1
    w.counters[0].n_events = n
    place = 0
    child = 1
    while child + 1 < n:
        left = w.events[child].time
        right = w.events[child + 1].time
        if left == right:
            child += int(before(w, child + 1, child))
        else:
            child += int(right < left)
        _copy(w, child, place)
        place = child
        child = 2 * place + 1
    if child < n:
        _copy(w, child, place)
        place = child
    while place > 0 and before(w, n, (place - 1) >> 1):
        _copy(w, (place - 1) >> 1, place)
        place = (place - 1) >> 1
    _copy(w, n, place)

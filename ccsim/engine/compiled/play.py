"""The loop: the next event, then all its consequences, until the horizon."""

from ccsim.engine.compiled.ahead import fetch
from ccsim.engine.compiled.attempts import outlast, settle
from ccsim.engine.compiled.calendar import drop_first
from ccsim.engine.compiled.closing import close
from ccsim.engine.compiled.codes import GIVEN_UP, NONE
from ccsim.engine.compiled.dialling import call_is_due, end_dialling
from ccsim.engine.compiled.evidence import found_anyway
from ccsim.engine.compiled.horizon import begin, end_at_horizon, ends_now
from ccsim.engine.compiled.joining import overflow
from ccsim.engine.compiled.leaving import found_out, leave
from ccsim.engine.compiled.next_work import end_consult, end_in_hand, end_service, end_wrap_up
from ccsim.engine.compiled.shifts import begin_shift, break_is_due, change_count, end_break, end_shift
from ccsim.engine.compiled.stepping import inlined, step
from ccsim.engine.compiled.way_in import arise, end_search, leave_gate, try_to_reach, walk_in
from ccsim.engine.compiled.world import (
    ARISES,
    BREAK_IS_DUE,
    BREAK_IS_OVER,
    CALL_IS_DUE,
    CHANNEL_CLOSES,
    CONSULT_ENDS,
    COUNT_CHANGES,
    ENDS_IN_HAND,
    FOUND,
    GATE_ENDS,
    HAS_DIALLED,
    IS_THERE,
    LEAVES,
    LOOKED_IN_VAIN,
    OUTLASTS,
    OVERFLOWS,
    SEARCH_ENDS,
    SHIFT_BEGINS,
    SHIFT_IS_OVER,
    TALK_ENDS,
    TRIES_AGAIN,
    WRAP_UP_ENDS,
    World,
)

COMPLETE, LOG_FULL = 0, 1
AHEAD = 2
CHANNEL_BITS = (1 << 16) - 1


@step
def arrives_first(w: World) -> bool:
    """Whether the next need arises before the first event; at a tie it waits."""
    c = w.counters[0]
    return c.n_events == 0 or w.arises[c.next_need] < w.events[0].time


@step
def handle_others(w: World, now: float, kind: int, at: int, more: int) -> None:
    """An event of a kind that not every contact has.

    Parameters
    ----------
    w : World
    now : float, s
    kind, at, more : int
        As for `handle`.
    """
    if kind == TRIES_AGAIN:
        try_to_reach(w, at, more >> 16, more & CHANNEL_BITS, now)
    elif kind == GATE_ENDS:
        leave_gate(w, at, more, now)
    elif kind == SEARCH_ENDS:
        end_search(w, at, now)
    elif kind == IS_THERE:
        walk_in(w, at, now)
    elif kind == LOOKED_IN_VAIN:
        if more == NONE:
            settle(w, at, GIVEN_UP, now)
        else:
            try_to_reach(w, at, 0, more, now)
    elif kind == OVERFLOWS:
        overflow(w, at, more, now)
    elif kind == SHIFT_BEGINS:
        begin_shift(w, at, more, now)
    elif kind == SHIFT_IS_OVER:
        end_shift(w, at, now)
    elif kind == COUNT_CHANGES:
        change_count(w, at, more, now)
    elif kind == BREAK_IS_DUE:
        break_is_due(w, at, more, now)
    elif kind == BREAK_IS_OVER:
        end_break(w, at, now)
    elif kind == FOUND:
        found_anyway(w, at, now)
    elif kind == ENDS_IN_HAND:
        end_in_hand(w, at, more, now)
    elif kind == HAS_DIALLED:
        end_dialling(w, at, more, now)
    elif kind == CALL_IS_DUE:
        call_is_due(w, at, now)
    elif kind == ARISES:
        arise(w, at, now)
    elif kind == OUTLASTS:
        outlast(w, at, now)
    elif kind == CONSULT_ENDS:
        end_consult(w, at, now)
    elif kind == CHANNEL_CLOSES:
        close(w, at, now)


@inlined
def handle(w: World, now: float, kind: int, at: int, more: int) -> None:
    """One event of the calendar.

    Parameters
    ----------
    w : World
    now : float, s
    kind, at, more : int
        What happens, to whom, and a second number.

    Notes
    -----
    Each call that stands here has a place on the stack that every event clears, so there are few.
    """
    if kind == TALK_ENDS:
        if ends_now(w, at, now):
            end_service(w, at, now)
        elif w.attempts[at].silent:
            found_out(w, at, now)
    elif kind == LEAVES:
        leave(w, at, now)
    elif kind == WRAP_UP_ENDS:
        end_wrap_up(w, at, now)
    else:
        handle_others(w, now, kind, at, more)


@inlined
def fetch_ahead(w: World, place: int) -> None:
    """Asks for the rows of a need that will soon arise.

    Parameters
    ----------
    w : World
    place : int
        In the order of arrival; beyond the last nothing is asked for.
    """
    if place < len(w.arrivals):
        row = w.arrivals[place]
        fetch(w.needs, row)
        fetch(w.need_states, row)
        fetch(w.attempts, row)
        fetch(w.visits, row)


@step
def run(w: World) -> int:
    """Events until the horizon, or until a buffer may be too small.

    Parameters
    ----------
    w : World

    Returns
    -------
    int
        COMPLETE, or LOG_FULL: grow the buffers and call again.
    """
    c = w.counters[0]
    if not c.begun:
        begin(w)
    # the most rows that one event can write: every agent of a group changes state, and hands over or takes a visit; and
    # the most events that it can set: as many, and a closing for each queue
    room = len(w.agents) + len(w.queues) + 4
    n_needs = len(w.arrivals)
    visits_end, states_end = len(w.attempts) - room, len(w.states) - 2 * room
    signals_end, events_end = len(w.signals) - room, len(w.events) - 2 * room
    while True:
        if c.n_visits > visits_end or c.n_states > states_end or c.n_signals > signals_end or c.n_events > events_end:
            return LOG_FULL
        if c.next_need < n_needs and arrives_first(w):
            place = c.next_need
            c.next_need = place + 1
            fetch_ahead(w, place + AHEAD)
            arise(w, w.arrivals[place], w.arises[place])
        elif c.n_events > 0:
            e = w.events[0]
            now, kind, at, more = e.time, e.kind, e.at, e.more
            drop_first(w)
            handle(w, now, kind, at, more)
        else:
            end_at_horizon(w)
            return COMPLETE

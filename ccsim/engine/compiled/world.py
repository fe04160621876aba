"""The compiled engine's state: a few record arrays, and buffers that can grow between two events."""

from typing import NamedTuple, NewType

import numpy as np
from numpy.typing import NDArray

from ccsim.logs.logs import AGENT_STATE, ATTEMPT, NEED, SIGNAL
from ccsim.plan.plan import Plan, Records

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

SEARCH_ENDS, LOOKED_IN_VAIN, GATE_ENDS, TALK_ENDS, WRAP_UP_ENDS, LEAVES, TRIES_AGAIN = 0, 1, 2, 3, 4, 5, 6
SHIFT_BEGINS, SHIFT_IS_OVER, COUNT_CHANGES, FOUND, OVERFLOWS, BREAK_IS_DUE, BREAK_IS_OVER, ENDS_IN_HAND = range(7, 15)
HAS_DIALLED, CALL_IS_DUE, ARISES, OUTLASTS, IS_THERE, CONSULT_ENDS, CHANNEL_CLOSES = range(15, 22)

# what the loop must know of a leg, and of a need, besides its row in the log; whether it waits in line is 0 for no, or
# its place there: by when it joined, or before the others; from leg 1 on it is held by the agent of a leg before, who
# stays with the customer until the wait is over, or by none, and has the rest of a talk handed over to do, or nan
IN_ORDER, FIRST = 1, 2
VISIT = np.dtype(
    [
        ("row", "i4"),
        ("kind", "i4"),
        ("passed_to", "i4"),
        ("waits", "i1"),
        ("off_line", "i1"),
        ("held_by", "i4"),
        ("put_down", "f8"),
        ("rest", "f8"),
    ]
)
NEED_STATE = np.dtype(
    [
        # drawn ahead: exponentials of mean 1 for the laws of handling at the first leg of the first attempt
        ("patience", "f8"),
        ("talk", "f8"),
        ("first_replay", "i4"),
        ("n_replay", "i4"),
        ("beside", "i4"),
        ("heard", "i1"),
        ("met", "i1"),
        ("told", "i1"),
    ]
)
# 32 bytes, because a calendar of many agents is mostly copied
EVENT = np.dtype(
    [("time", "f8"), ("need", "i8"), ("step", "i4"), ("rank", "i2"), ("kind", "i2"), ("at", "i4"), ("more", "i4")]
)
AGENT = np.dtype(
    [
        ("group", "i8"),
        ("on_floor", "i1"),
        ("is_idle", "i1"),
        ("since", "f8"),
        ("until", "f8"),
        ("visit", "i8"),
        ("shift_ends", "f8"),
        ("next_break", "i8"),
        ("on_break", "i1"),
        ("open", "i8"),
        ("shares", "i8"),
        ("talking", "i8"),
        ("attained", "f8"),
        ("turn", "i8"),
        ("in_line", "i1"),
        ("busy_for", "f8"),
        ("idle_for", "f8"),
    ]
)
# a visit in the hands of an agent who shares himself, done when they have attained so much work
HAND = np.dtype([("visit", "i8"), ("done_at", "f8")])
GROUP = np.dtype(
    [
        ("counted", "i1"),
        ("busy", "i8"),
        ("n_idle", "i8"),
        ("count", "i8"),
        ("next_count", "i8"),
        ("changes_at", "f8"),
    ]
)
LINE = np.dtype([("first", "i8"), ("last", "i8")])
LINK = np.dtype([("next", "i4"), ("previous", "i4")])
CAUSE = np.dtype([("detected", "f8"), ("detected_by", "i8"), ("n_evidence", "i8")])
COUNTERS = np.dtype(
    [
        ("seed", "i8"),
        ("replication", "i8"),
        ("begun", "i1"),
        ("next_need", "i8"),
        ("n_visits", "i8"),
        ("n_states", "i8"),
        ("n_signals", "i8"),
        ("n_events", "i8"),
        ("horizon", "f8"),
        ("measured_from", "f8"),
    ]
)


Lines = NewType("Lines", Records)
Links = NewType("Links", Records)


class World(NamedTuple):
    """What the loop reads and writes: the plan's arrays, then the state, then the buffers that can grow."""

    need_types: Records
    handling: Records
    channels: Records
    paces: F8
    diverted: F8
    closed_diverted: F8
    outlasted: F8
    openings: Records
    queues: Records
    plan_groups: Records
    skills: Records
    work_order: I8
    ask_order: I8
    shifts: Records
    breaks: Records
    counts: Records
    plan_causes: Records
    laws: Records
    tables: F8
    replay: Records
    settings: Records
    agent_speed: F8
    day_factors: F8
    overflows: F8
    switches: F8
    needs: Records
    arrivals: I8
    arises: NDArray[np.float64]
    need_states: Records
    agents: Records
    idle: Links
    groups: Records
    idle_lines: Lines
    hands: Records
    sharer_lines: Lines
    lines: Lines
    n_waiting: I8
    lines_taken: I8
    causes: Records
    evidence: F8
    passages: I8
    counters: Records
    attempts: Records
    visits: Records
    waiting: Links
    states: Records
    signals: Records
    events: Records


# where the state begins, and where the buffers that can grow
STATE, BUFFERS = World._fields.index("needs"), World._fields.index("attempts")

_NO_STATE = (
    *(np.empty(0, NEED), np.empty(0, "i8"), np.empty(0), np.empty(0, NEED_STATE), np.empty(0, AGENT)),
    *(np.empty(0, LINK), np.empty(0, GROUP), np.empty(0, LINE), np.empty((0, 0), HAND), np.empty(0, LINE)),
    *(np.empty((0, 0), LINE), np.empty(0, "i8"), np.empty(0, "i8"), np.empty(0, CAUSE), np.empty(0)),
    *(np.empty(0, "i8"), np.empty(0, COUNTERS)),
    *(np.empty(0, dtype) for dtype in (ATTEMPT, VISIT, LINK, AGENT_STATE, SIGNAL, EVENT)),
)


def world_of(plan: Plan) -> World:
    """A world with the plan's arrays and nothing else in it.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    World
    """
    given = (
        *(plan.need_types, plan.handling, plan.channels, plan.paces, plan.diverted, plan.closed_diverted),
        *(plan.outlasted, plan.openings, plan.queues, plan.groups, plan.skills, plan.work_order, plan.ask_order),
        *(plan.shifts, plan.breaks, plan.counts, plan.causes, plan.laws, plan.law_tables, plan.replay, plan.settings),
        *(plan.agent_speed, plan.day_factors, plan.overflows, plan.switches),
    )
    return World(*given, *_NO_STATE)  # type: ignore[arg-type]

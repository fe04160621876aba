"""The compiled engine's state: a few record arrays, and buffers that can grow between two events."""

from typing import NamedTuple, NewType

import numpy as np
from numpy.typing import NDArray

from ccsim.draws.streams import signed
from ccsim.engine.potential import in_order_of_arrival
from ccsim.logs.logs import AGENT_STATE, ATTEMPT, SIGNAL
from ccsim.plan.plan import Plan, Records

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

SEARCH_ENDS, LOOKED_IN_VAIN, GATE_ENDS, TALK_ENDS, WRAP_UP_ENDS, LEAVES, TRIES_AGAIN = 0, 1, 2, 3, 4, 5, 6
SHIFT_BEGINS, SHIFT_IS_OVER, COUNT_CHANGES, FOUND, OVERFLOWS, BREAK_IS_DUE, BREAK_IS_OVER, ENDS_IN_HAND = range(7, 15)
HAS_DIALLED, CALL_IS_DUE, ARISES, OUTLASTS, IS_THERE, CONSULT_ENDS = range(15, 21)

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
NEED_STATE = np.dtype([("first_replay", "i4"), ("n_replay", "i4"), ("beside", "i4"), ("heard", "i1"), ("told", "i1")])
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
    """What the loop reads and writes; the plan's arrays first, then the state, then the growing buffers."""

    need_types: Records
    handling: Records
    channels: Records
    paces: F8
    diverted: F8
    closed_diverted: F8
    outlasted: F8
    openings: Records
    queues: Records
    lines_taken: I8
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
    arrivals: I8
    arises: NDArray[np.float64]
    needs: Records
    need_states: Records
    agents: Records
    idle: Links
    groups: Records
    idle_lines: Lines
    hands: Records
    sharer_lines: Lines
    lines: Lines
    n_waiting: I8
    overflows: F8
    causes: Records
    evidence: F8
    counters: Records
    attempts: Records
    visits: Records
    waiting: Links
    states: Records
    signals: Records
    events: Records
    switches: F8
    passages: I8


def build_world(plan: Plan, needs: Records, seed: int, replication: int) -> World:
    """A world before its first instant; `begin` puts everything in its place.

    Parameters
    ----------
    plan : Plan
    needs : structured[n_needs]
        Potential needs by need id; the loop writes what becomes of them.
    seed, replication : int

    Returns
    -------
    World
    """
    counters = np.zeros(1, dtype=COUNTERS)
    counters["seed"], counters["replication"] = signed(seed), replication
    counters["horizon"], counters["measured_from"] = plan.horizon, plan.window[0]
    counters["n_visits"] = len(needs)
    n_rows, n_agents = len(needs) + len(needs) // 4 + 64, len(plan.agent_group)
    n_known = len(plan.shifts) + len(plan.breaks) + len(plan.counts) + len(plan.causes)
    n_evidence = max(1, len(plan.causes) * int(plan.settings["detection_count"][0]))
    arrivals, arises = in_order_of_arrival(needs)
    n_priorities = int(plan.handling["place"].max(initial=0)) + 1
    return World(
        need_types=plan.need_types,
        handling=plan.handling,
        channels=plan.channels,
        paces=plan.paces,
        diverted=plan.diverted,
        closed_diverted=plan.closed_diverted,
        outlasted=plan.outlasted,
        openings=plan.openings,
        queues=plan.queues,
        lines_taken=np.zeros(len(plan.channels), dtype="i8"),
        plan_groups=plan.groups,
        skills=plan.skills,
        work_order=plan.work_order,
        ask_order=plan.ask_order,
        shifts=plan.shifts,
        breaks=plan.breaks,
        counts=plan.counts,
        plan_causes=plan.causes,
        laws=plan.laws,
        tables=plan.law_tables,
        replay=plan.replay,
        settings=plan.settings,
        agent_speed=plan.agent_speed,
        day_factors=plan.day_factors,
        arrivals=arrivals,
        arises=arises,
        needs=needs,
        need_states=_need_states(plan, needs),
        agents=np.empty(n_agents, dtype=AGENT),
        idle=Links(np.empty(n_agents, dtype=LINK)),
        groups=np.empty(len(plan.groups), dtype=GROUP),
        idle_lines=Lines(np.empty(len(plan.groups), dtype=LINE)),
        hands=np.empty((n_agents, plan.paces.shape[1]), dtype=HAND),
        sharer_lines=Lines(np.empty(len(plan.groups) * plan.paces.size, dtype=LINE)),
        lines=Lines(np.empty((len(plan.queues), n_priorities), dtype=LINE)),
        n_waiting=np.zeros(len(plan.queues), dtype="i8"),
        overflows=plan.overflows,
        causes=np.empty(len(plan.causes), dtype=CAUSE),
        evidence=np.zeros(n_evidence),
        counters=counters,
        attempts=np.empty(n_rows, dtype=ATTEMPT),
        visits=np.empty(n_rows, dtype=VISIT),
        waiting=Links(np.empty(n_rows, dtype=LINK)),
        states=np.empty(3 * len(needs) + 2 * n_agents + 64, dtype=AGENT_STATE),
        signals=np.empty(len(needs) // 8 + 64, dtype=SIGNAL),
        events=np.empty(4 * n_known + 1024, dtype=EVENT),
        switches=plan.switches,
        passages=np.zeros(plan.n_customers if plan.settings["learns"][0] > 0.0 else 0, dtype="i8"),
    )


def _need_states(plan: Plan, needs: Records) -> Records:
    """Nobody heard yet, and where each need's replayed attempts stand."""
    rows = np.zeros(len(needs), dtype=NEED_STATE)
    if len(plan.replay):
        rows["first_replay"] = np.searchsorted(plan.replay["need"], needs["need"], side="left")
        rows["n_replay"] = np.searchsorted(plan.replay["need"], needs["need"], side="right") - rows["first_replay"]
    return rows

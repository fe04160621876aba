"""The compiled engine's state: a few record arrays, and buffers that can grow between two events."""

from math import inf, nan
from typing import Any, NamedTuple, NewType

import numpy as np
from numpy.typing import NDArray

from ccsim.draws.streams import Kind, Purpose, entity, signed, slot, uniform
from ccsim.draws.variates import quantile
from ccsim.engine.contract import DETECTION, SHIFT_ENDS, SHIFT_STARTS
from ccsim.engine.potential import in_order_of_arrival
from ccsim.logs.logs import AGENT_STATE, ATTEMPT, SIGNAL
from ccsim.plan.plan import NONE, Plan, Records

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

SEARCH_ENDS, LOOKED_IN_VAIN, GATE_ENDS, TALK_ENDS, WRAP_UP_ENDS, LEAVES, TRIES_AGAIN = 0, 1, 2, 3, 4, 5, 6
SHIFT_BEGINS, SHIFT_IS_OVER, COUNT_CHANGES, FOUND, BREAK_IS_DUE, BREAK_IS_OVER = 7, 8, 9, 10, 11, 12
FOUND_ANYWAY = slot(int(Purpose.FOUND_ANYWAY), 0, 0, 0, 0)

# what the loop must know of a leg, and of a need, besides its row in the log
VISIT = np.dtype([("row", "i8"), ("waits", "i1"), ("misrouted", "i1"), ("put_down", "f8")])
NEED_STATE = np.dtype([("first_replay", "i8"), ("n_replay", "i8"), ("heard", "i1")])
EVENT = np.dtype(
    [("time", "f8"), ("rank", "i8"), ("need", "i8"), ("step", "i8"), ("kind", "i8"), ("at", "i8"), ("more", "i8")]
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
    ]
)
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
LINK = np.dtype([("next", "i8"), ("previous", "i8")])
CAUSE = np.dtype([("detected", "f8"), ("detected_by", "i8"), ("n_evidence", "i8")])
COUNTERS = np.dtype(
    [
        ("seed", "i8"),
        ("replication", "i8"),
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
    places: I8
    handling: Records
    channels: Records
    diverted: F8
    closed_diverted: F8
    openings: Records
    queue_channel: I8
    plan_groups: Records
    skills: Records
    work_order: I8
    ask_order: I8
    shifts: Records
    breaks: Records
    counts: Records
    laws: Records
    tables: F8
    replay: Records
    settings: Records
    arrivals: I8
    needs: Records
    need_states: Records
    agents: Records
    idle: Links
    groups: Records
    idle_lines: Lines
    lines: Lines
    causes: Records
    evidence: F8
    counters: Records
    attempts: Records
    visits: Records
    waiting: Links
    states: Records
    signals: Records
    events: Records


def build_world(plan: Plan, needs: Records, seed: int, replication: int) -> World:
    """A world at time 0: empty queues, nobody on the floor yet.

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
    priorities = sorted(set(plan.need_types["priority"].tolist()))
    n_priorities = len(priorities)
    counters = np.zeros(1, dtype=COUNTERS)
    counters["seed"], counters["replication"] = signed(seed), replication
    counters["horizon"], counters["measured_from"] = plan.horizon, plan.window[0]
    causes = np.zeros(len(plan.causes), dtype=CAUSE)
    causes["detected"], causes["detected_by"] = nan, NONE
    timers = _timers(plan, signed(seed), replication)
    counters["n_events"] = len(timers)
    events = np.empty(2 * len(timers) + 1024, dtype=EVENT)
    events[: len(timers)] = timers
    n_rows = len(needs) + len(needs) // 4 + 64
    n_evidence = max(1, len(causes) * int(plan.settings["detection_count"][0]))
    return World(
        need_types=plan.need_types,
        places=np.array([priorities.index(p) for p in plan.need_types["priority"].tolist()], dtype="i8"),
        handling=plan.handling,
        channels=plan.channels,
        diverted=plan.diverted,
        closed_diverted=plan.closed_diverted,
        openings=plan.openings,
        queue_channel=np.array(plan.queues["channel"], dtype="i8"),
        plan_groups=plan.groups,
        skills=plan.skills,
        work_order=_work_order(plan),
        ask_order=_ask_order(plan),
        shifts=plan.shifts,
        breaks=plan.breaks,
        counts=plan.counts,
        laws=plan.laws,
        tables=plan.law_tables,
        replay=plan.replay,
        settings=plan.settings,
        arrivals=in_order_of_arrival(needs),
        needs=needs,
        need_states=_need_states(plan, needs),
        agents=_agents(plan),
        idle=Links(np.empty(len(plan.agent_group), dtype=LINK)),
        groups=_groups(plan),
        idle_lines=_empty_lines(len(plan.groups)),
        lines=_empty_lines(len(plan.queues), n_priorities),
        causes=causes,
        evidence=np.zeros(n_evidence),
        counters=counters,
        attempts=np.empty(n_rows, dtype=ATTEMPT),
        visits=np.empty(n_rows, dtype=VISIT),
        waiting=Links(np.empty(n_rows, dtype=LINK)),
        states=np.empty(3 * len(needs) + 2 * len(plan.agent_group) + 64, dtype=AGENT_STATE),
        signals=np.empty(len(needs) // 8 + 64, dtype=SIGNAL),
        events=events,
    )


def _need_states(plan: Plan, needs: Records) -> Records:
    """Nobody heard yet, and where each need's replayed attempts stand."""
    rows = np.zeros(len(needs), dtype=NEED_STATE)
    if len(plan.replay):
        rows["first_replay"] = np.searchsorted(plan.replay["need"], needs["need"], side="left")
        rows["n_replay"] = np.searchsorted(plan.replay["need"], needs["need"], side="right") - rows["first_replay"]
    return rows


def _empty_lines(*shape: int) -> Lines:
    """Lines with nobody in them."""
    lines = np.empty(shape, dtype=LINE)
    lines["first"] = lines["last"] = NONE
    return Lines(lines)


def _agents(plan: Plan) -> Records:
    """Every agent, off the floor."""
    agents = np.zeros(len(plan.agent_group), dtype=AGENT)
    agents["group"] = plan.agent_group
    agents["since"], agents["until"] = nan, inf
    agents["visit"] = NONE
    agents["next_break"] = np.searchsorted(plan.breaks["agent"], np.arange(len(agents)))
    return agents


def _groups(plan: Plan) -> Records:
    """Every group with nobody on the floor."""
    groups = np.zeros(len(plan.groups), dtype=GROUP)
    groups["counted"] = plan.groups["counted"]
    groups["changes_at"] = inf
    for g in range(len(groups)):
        changes = plan.counts[plan.counts["group"] == g]
        if len(changes):
            groups[g]["changes_at"], groups[g]["next_count"] = changes[0]["time"], changes[0]["agents"]
    return groups


def _timers(plan: Plan, seed: int, replication: int) -> Records:
    """Shifts, changes of counts and causes found anyway, in the contract's order: sorted, they are a heap."""
    rows: list[tuple[float, int, int, int, int, int, int]] = []
    for row, (agent, starts, ends) in enumerate(plan.shifts.tolist()):
        rows.append((starts, SHIFT_STARTS, agent, 0, SHIFT_BEGINS, agent, row))
        rows.append((ends, SHIFT_ENDS, agent, 0, SHIFT_IS_OVER, agent, row))
    for row, (agent, starts, _) in enumerate(plan.breaks.tolist()):
        rows.append((starts, SHIFT_ENDS, agent, 0, BREAK_IS_DUE, agent, row))
    before = dict.fromkeys(range(len(plan.groups)), 0)
    for row, (g, time, count) in enumerate(plan.counts.tolist()):
        rank = SHIFT_ENDS if count < before[g] else SHIFT_STARTS
        rows.append((time, rank, len(plan.agent_group) + g, 0, COUNT_CHANGES, g, row))
        before[g] = count
    law = int(plan.settings["found_anyway"][0])
    if law != NONE:
        kind, first, second, third, atom, atom_at, offset, n = plan.laws[law].tolist()
        for cause, (stream, _, number) in enumerate(plan.causes.tolist()):
            u = uniform(seed, replication, entity(int(Kind.CAUSE), stream, 0, number), FOUND_ANYWAY)
            delay = quantile(kind, first, second, third, atom, atom_at, offset, n, plan.law_tables, u)
            rows.append((plan.window[0] + delay, DETECTION, cause, 0, FOUND, cause, 0))
    return np.array(sorted(row for row in rows if row[0] < plan.horizon), dtype=EVENT)


def _work_order(plan: Plan) -> I8:
    """For each group its queues by preference, then -1."""
    order = np.full((len(plan.groups), len(plan.queues) + 1), NONE, dtype="i8")
    for g, row in enumerate(plan.skills["preference"].tolist()):
        allowed = sorted((preference, q) for q, preference in enumerate(row) if preference != NONE)
        order[g, : len(allowed)] = [q for _, q in allowed]
    return order


def _ask_order(plan: Plan) -> I8:
    """For each queue the groups that may serve it by turn, then -1."""
    order = np.full((len(plan.queues), len(plan.groups) + 1), NONE, dtype="i8")
    for q in range(len(plan.queues)):
        column: Any = plan.skills[:, q]
        allowed = sorted((int(skill["turn"]), g) for g, skill in enumerate(column) if skill["preference"] != NONE)
        order[q, : len(allowed)] = [g for _, g in allowed]
    return order

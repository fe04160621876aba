"""One replication on SimPy: set the stories going, run to the horizon, hand over the rows."""

import gc
from math import nan
from operator import attrgetter
from typing import Any

import numpy as np

from ccsim.draws.streams import Kind, Purpose, entity, slot, uniform
from ccsim.draws.variates import quantile
from ccsim.engine.contract import DETECTION
from ccsim.engine.potential import that_arose
from ccsim.engine.reference.closing import close_at
from ccsim.engine.reference.evidence import found_anyway
from ccsim.engine.reference.floor import unfinished_states
from ccsim.engine.reference.stories import agent_on_shifts, group_by_count, next_need
from ccsim.engine.reference.waiting import end_at_horizon
from ccsim.engine.reference.world import World, build_world
from ccsim.logs.codes import Outcome
from ccsim.logs.logs import ATTEMPT, NEED, Table, in_order, table
from ccsim.plan.plan import NONE, WAITS, Plan, Records

OPEN = int(Outcome.OPEN)
FOUND_ANYWAY = slot(int(Purpose.FOUND_ANYWAY), 0, 0, 0, 0)


def play(plan: Plan, needs: Records, seed: int, replication: int) -> dict[str, Table]:
    """The tables that one replication writes.

    Parameters
    ----------
    plan : Plan
    needs : structured[n_needs]
        Potential needs by need id.
    seed, replication : int

    Returns
    -------
    dict of str to structured array
        `needs`, `attempts`, `agent_states`, `signals`, `causes`.
    """
    collects = gc.isenabled()
    # every row lives to the end, so passes of the garbage collector over them find nothing
    gc.disable()
    try:
        return _play(build_world(plan, needs, seed, replication))
    finally:
        if collects:
            gc.enable()


def _play(world: World) -> dict[str, Table]:
    """Runs a world to its horizon and reads off its tables."""
    plan = world.plan
    _start_stories(world)
    world.clock.run_to(plan.horizon)
    unfinished_states(world, plan.horizon)
    for visit in world.visits:
        if visit.end_reason == NONE:
            end_at_horizon(visit, plan.horizon)
    return {
        "needs": _needs(world),
        "attempts": _attempts(world),
        "agent_states": table("agent_states", world.states),
        "signals": table("signals", world.signals),
        "causes": table("causes", _cause_rows(world)),
    }


def _start_stories(world: World) -> None:
    """Needs, agents on shifts, groups by count, closings, and causes found anyway."""
    plan, clock = world.plan, world.clock
    next_need(world)
    shifts: dict[int, list[tuple[float, float]]] = {}
    for agent, starts, ends in plan.shifts.tolist():
        shifts.setdefault(agent, []).append((starts, ends))
    breaks: dict[int, list[tuple[float, float]]] = {}
    for agent, starts, lasts in plan.breaks.tolist():
        breaks.setdefault(agent, []).append((starts, lasts))
    for agent, stretches in shifts.items():
        clock.process(agent_on_shifts(world, agent, stretches, breaks.get(agent, [])))
    counts: dict[int, list[tuple[float, int]]] = {}
    for group, time, agents in plan.counts.tolist():
        counts.setdefault(group, []).append((time, agents))
    for group, table_of_counts in counts.items():
        clock.process(group_by_count(world, group, table_of_counts))
    for channel, (_, closes) in enumerate(world.openings):
        if world.channels[channel]["at_closing"] != WAITS:
            for time in closes:
                if time > 0.0:
                    close_at(world, channel, time)
    law = world.settings["found_anyway"]
    if law != NONE:
        for cause, (stream, _, number) in enumerate(plan.causes.tolist()):
            u = uniform(world.seed, world.replication, entity(int(Kind.CAUSE), stream, 0, number), FOUND_ANYWAY)
            kind, first, second, third, atom, atom_at, offset, n = world.laws[law]
            delay = quantile(kind, first, second, third, atom, atom_at, offset, n, plan.law_tables, u)
            _find_later(world, plan.window[0] + delay, cause)


def _find_later(world: World, time: float, cause: int) -> None:
    """Sets the timer by which a cause comes to light without listening."""
    world.clock.call_at(time, DETECTION, cause, 0, 0, lambda _: found_anyway(world, cause))


def _needs(world: World) -> Table:
    """The needs table, column by column."""
    rows = np.empty(len(world.outcomes), dtype=NEED)
    for name in ("need", "need_type", "cause", "complexity", "stake", "arises", "preferred", "customer", "segment"):
        rows[name] = world.needs[name]
    rows["outcome"], rows["ended"], rows["n_attempts"] = world.outcomes, world.ended, world.n_attempts
    rows["ended"][rows["outcome"] == OPEN] = nan
    rows["evidence"] = world.evidence
    rows["looked"] = np.minimum(world.looked, world.plan.horizon - rows["arises"])
    return in_order("needs", that_arose(world.plan, rows))


def _attempts(world: World) -> Table:
    """The attempts table, column by column."""
    visits, plan = world.visits, world.plan
    rows = np.zeros(len(visits), dtype=ATTEMPT)
    rows["channel"] = [visit.channel for visit in visits]
    rows["typing"] = plan.channels["typing"][rows["channel"]]
    known = {"channel", "typing"}
    if not plan.channels["gate"].any():
        known |= {"gated", "bypassed"}
    if not plan.settings["listens"][0]:
        known.add("analysed")
    if not plan.settings["pauses"][0] and not plan.settings["interrupts"][0]:
        known.add("paused")
        rows["paused"] = nan
    if not plan.channels["callback"].any() and (plan.channels["dials_from"] == NONE).all():
        known.add("dials")
        rows["dials"] = NONE
    if not plan.channels["silent"].any():
        known.add("silent")
    for name in ATTEMPT.names or ():
        if name not in known:
            rows[name] = list(map(attrgetter(name), visits))
    return in_order("attempts", rows)


def _cause_rows(world: World) -> list[tuple[Any, ...]]:
    """Rows of the causes table; the weights are put in by `simulate`."""
    types = world.plan.causes["need_type"].tolist()
    return [
        (cause, need_type, nan, world.detected[cause], world.detected_by[cause])
        for cause, need_type in enumerate(types)
    ]

"""One replication on SimPy: set the stories going, run to the horizon, hand over the rows."""

from math import nan
from typing import Any

from ccsim.draws.streams import Kind, Purpose, entity, slot, uniform
from ccsim.draws.variates import quantile
from ccsim.engine.contract import DETECTION
from ccsim.engine.reference.decisions import end_at_horizon, unfinished_states
from ccsim.engine.reference.evidence import found_anyway
from ccsim.engine.reference.stories import agent_on_shifts, group_by_count, needs_arise
from ccsim.engine.reference.world import Visit, World, build_world
from ccsim.logs.codes import Outcome
from ccsim.logs.logs import Table, table
from ccsim.plan.plan import NONE, Plan, Records

OPEN = int(Outcome.OPEN)
FOUND_ANYWAY = slot(int(Purpose.FOUND_ANYWAY), 0, 0, 0, 0)


def play(plan: Plan, needs: Records, seed: int, replication: int) -> dict[str, Table]:
    """The tables that one replication writes.

    Parameters
    ----------
    plan : Plan
    needs : structured[n_needs]
        Potential needs in order of arrival.
    seed, replication : int

    Returns
    -------
    dict of str to structured array
        `needs`, `attempts`, `agent_states`, `signals`, `causes`.
    """
    world = build_world(plan, needs, seed, replication)
    _start_stories(world)
    world.clock.run(until=plan.horizon)
    for visit in world.visits:
        if visit.end_reason == NONE:
            end_at_horizon(visit, plan.horizon)
    unfinished_states(world, plan.horizon)
    return {
        "needs": table("needs", _need_rows(world)),
        "attempts": table("attempts", [_attempt_row(world, visit) for visit in world.visits]),
        "agent_states": table("agent_states", world.states),
        "signals": table("signals", world.signals),
        "causes": table("causes", _cause_rows(world)),
    }


def _start_stories(world: World) -> None:
    """Needs, agents on shifts, groups by count, and causes found anyway."""
    plan, clock = world.plan, world.clock
    clock.process(needs_arise(world))
    shifts: dict[int, list[tuple[float, float]]] = {}
    for agent, starts, ends in plan.shifts.tolist():
        shifts.setdefault(agent, []).append((starts, ends))
    for agent, stretches in shifts.items():
        clock.process(agent_on_shifts(world, agent, stretches))
    counts: dict[int, list[tuple[float, int]]] = {}
    for group, time, agents in plan.counts.tolist():
        counts.setdefault(group, []).append((time, agents))
    for group, table_of_counts in counts.items():
        clock.process(group_by_count(world, group, table_of_counts))
    law = world.settings["found_anyway"]
    if law != NONE:
        for cause, (stream, _, number) in enumerate(plan.causes.tolist()):
            u = uniform(world.seed, world.replication, entity(int(Kind.CAUSE), stream, 0, number), FOUND_ANYWAY)
            delay = quantile(*world.laws[law], plan.law_tables, u)
            _find_later(world, plan.window[0] + delay, cause)


def _find_later(world: World, time: float, cause: int) -> None:
    """Sets the timer by which a cause comes to light without listening."""
    world.clock.call_at(time, DETECTION, cause, 0, 0, lambda _: found_anyway(world, cause))


def _need_rows(world: World) -> list[tuple[Any, ...]]:
    """Rows of the needs table."""
    needs = world.needs
    ended = [nan if outcome == OPEN else time for outcome, time in zip(world.outcomes, world.ended, strict=True)]
    columns = ("need", "need_type", "cause", "complexity", "stake", "arises", "preferred")
    return list(zip(*(needs[name] for name in columns), world.outcomes, ended, world.n_attempts, strict=True))


def _attempt_row(world: World, visit: Visit) -> tuple[Any, ...]:
    """One row of the attempts table."""
    return (
        visit.need,
        visit.attempt,
        visit.leg,
        world.needs["need_type"][visit.row],
        visit.channel,
        visit.queue,
        visit.group,
        visit.agent,
        visit.arrives,
        visit.enters,
        visit.joins,
        visit.starts,
        visit.talk_ends,
        visit.ends,
        visit.wrap_up_ends,
        visit.patience,
        visit.end_reason,
        visit.gated,
        visit.bypassed,
        visit.resolved,
        visit.coded,
        world.channels[visit.channel]["typing"],
        visit.analysed,
    )


def _cause_rows(world: World) -> list[tuple[Any, ...]]:
    """Rows of the causes table; the weights are put in by `simulate`."""
    types = world.plan.causes["need_type"].tolist()
    return [
        (cause, need_type, nan, world.detected[cause], world.detected_by[cause])
        for cause, need_type in enumerate(types)
    ]

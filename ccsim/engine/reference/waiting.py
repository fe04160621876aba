"""Visits that wait: their order in a line, who of them is next, and who may help."""

from heapq import heappop, heappush
from math import nan
from typing import Any

from ccsim.engine import laws
from ccsim.engine.contract import BEYOND_HOURS, STAGE_ENDS
from ccsim.engine.reference.floor import first_idle
from ccsim.engine.reference.world import Agent, Group, Visit, World, is_finished
from ccsim.logs.codes import EndReason
from ccsim.plan.plan import NONE

ABANDONED = int(EndReason.ABANDONED)


def announced_wait(world: World, visit: Visit) -> float:
    """The wait that a channel announces to a visit that finds no agent free.

    Parameters
    ----------
    world : World
    visit : Visit

    Returns
    -------
    float, s
    """
    agents = 0
    for _, g in world.askable[visit.queue]:
        agents += world.groups[g].busy + world.groups[g].n_idle
    handling = world.channels[visit.channel]["announced_handling"]
    return laws.expected_wait(handling, world.n_waiting[visit.queue], agents)


def find_contact(world: World, group: Group, channel: int, himself: int, now: float) -> Visit | None:
    """The waiting visit that a free agent takes, removed from its queue.

    Parameters
    ----------
    world : World
    group : Group
    channel : int
        The only one that is looked at; -1 for all, `BEYOND_HOURS` for those that are closed and finish.
    himself : int
        1 for an agent who is among the idle, 0 for one who has just finished.
    now : float, s

    Returns
    -------
    Visit or None
    """
    best: tuple[Any, ...] | None = None
    kept_back = group.n_idle - himself < group.reserve
    for preference, queue, after in group.queues:
        if best is not None and preference > best[0]:
            break
        if not _is_looked_at(world, world.queue_channels[queue], channel, now):
            continue
        if kept_back and not world.on_line[queue]:
            continue
        first = _first_in_line(world, queue, after, now)
        if first is not None and (best is None or (preference, *first) < best):
            best = (preference, *first)
    if best is None:
        return None
    visit: Visit = best[-1]
    visit.waiting = False
    world.n_waiting[visit.queue] -= 1
    return visit


def let_go_who_holds(world: World, visit: Visit) -> None:
    """A leg's wait is over: the agent who stayed with the customer is free next.

    Parameters
    ----------
    world : World
    visit : Visit
    """
    if visit.lets_go is not None:
        world.clock.call_at(world.clock.now, STAGE_ENDS, visit.need, visit.attempt, visit.leg - 1, visit.lets_go)
        visit.lets_go = None


def line_up(world: World, visit: Visit, *, first: bool = False) -> None:
    """A visit's place in its queue: by when it joined.

    Parameters
    ----------
    world : World
    visit : Visit
    first : bool
        Before the others of its priority, for work that was put down and callbacks that are due.
    """
    visit.waiting = True
    place = (not first, visit.joins, visit.need, visit.attempt, visit.leg, visit)
    heappush(world.queues[visit.queue][visit.met["place"]], place)
    world.n_waiting[visit.queue] += 1


def helper(world: World, visit: Visit, now: float) -> Agent | None:
    """The idle agent whose turn it is, of groups that may take a visit by now.

    Parameters
    ----------
    world : World
    visit : Visit
        Waiting in line; or put down or due for a call, when all groups of its queue may take it.
    now : float, s

    Returns
    -------
    Agent or None
    """
    found = []
    for g, group in enumerate(world.groups):
        skill = world.skills[g][visit.queue]
        if skill["preference"] != NONE and (not visit.waiting or visit.joins + skill["after"] <= now):
            head = first_idle(world, group, visit.queue, now)
            if head is not None:
                found.append((skill["turn"], *head))
    return world.agents[min(found)[-1]] if found else None


def end_at_horizon(visit: Visit, horizon: float) -> None:
    """Ends a leg that the horizon cut off.

    Parameters
    ----------
    visit : Visit
    horizon : float, s
    """
    visit.end_reason = int(EndReason.HORIZON)
    visit.ends = horizon
    visit.talk_ends = nan
    if visit.waiting and visit.starts == visit.starts:
        visit.paused += laws.elapsed(visit.put_down, horizon)


def _is_looked_at(world: World, one: int, channel: int, now: float) -> bool:
    """Whether one channel is among those from which an agent takes work."""
    return channel == NONE or one == channel or (channel == BEYOND_HOURS and is_finished(world, one, now))


def _first_in_line(world: World, queue: int, after: float, now: float) -> tuple[Any, ...] | None:
    """Who comes first in a queue, of those who have waited so long: the first of each line by its aged priority."""
    best: tuple[Any, ...] | None = None
    for line in world.queues[queue]:
        first = _first_of_line(line, after, now)
        if first is not None:
            aged = (_aged(first[-1], now), *first)
            best = aged if best is None or aged < best else best
    return best


def _first_of_line(line: list[tuple[Any, ...]], after: float, now: float) -> tuple[Any, ...] | None:
    """Who comes first in a line, of those who have waited so long; those who left are skipped."""
    while line and not line[0][-1].waiting:
        heappop(line)
    if after == 0.0:
        return line[0] if line else None
    old_enough = (place for place in line if place[-1].waiting and (not place[0] or place[1] + after <= now))
    return min(old_enough, default=None)


def _aged(visit: Visit, now: float) -> float:
    """The priority of a visit after its wait."""
    kind = visit.met
    if kind["rises"] == 0.0:
        return float(kind["priority"])
    return laws.aged_priority(kind["priority"], kind["rises"], visit.joins, now)

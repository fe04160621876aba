"""The agents on the floor: their states, who may work, and which of them is asked first."""

from heapq import heappop
from math import nan
from typing import Any

from ccsim.engine import laws
from ccsim.engine.reference.world import Agent, Group, World
from ccsim.logs.codes import AgentState, EndReason
from ccsim.plan.plan import NONE

IDLE = int(AgentState.IDLE)
TALK = int(AgentState.TALK)
WRAP_UP = int(AgentState.WRAP_UP)
BREAK = int(AgentState.BREAK)
DIALLING = int(AgentState.DIALLING)
CONSULT = int(AgentState.CONSULT)
TRANSFERRED = int(EndReason.TRANSFERRED)


def find_agent(world: World, queue: int, now: float) -> Agent | None:
    """The idle agent who takes a visit that has just joined.

    Parameters
    ----------
    world : World
    queue : int
    now : float, s

    Returns
    -------
    Agent or None
    """
    askable = world.askable[queue]
    if len(askable) == 1:
        only = first_idle(world, world.groups[askable[0][1]], queue, now)
        return None if only is None else world.agents[only[-1]]
    best: tuple[Any, ...] | None = None
    for turn, g in askable:
        if best is not None and turn > best[0]:
            break
        head = first_idle(world, world.groups[g], queue, now)
        if head is not None and (best is None or (turn, *head) < best):
            best = (turn, *head)
    return None if best is None else world.agents[best[-1]]


def find_sharer(world: World, queue: int, now: float) -> Agent | None:
    """The agent with a free slot who takes a visit that has just joined.

    Parameters
    ----------
    world : World
    queue : int
        Of a channel whose contacts share an agent.
    now : float, s

    Returns
    -------
    Agent or None
    """
    channel = world.queue_channels[queue]
    step = -1 if world.channels[channel]["to_most_loaded"] else 1
    best: tuple[Any, ...] | None = None
    for turn, g in world.askable[queue]:
        if best is not None and turn > best[0]:
            break
        group = world.groups[g]
        idle = first_idle(world, group, queue, now)
        if idle is not None:
            best = min(best or (turn, 0, *idle), (turn, 0, *idle))
        for agent in group.sharers.values():
            if agent.hand[0].channel == channel and has_room(world, agent, now):
                place: tuple[Any, ...] = (turn, step * len(agent.hand), agent.since, agent.agent)
                best = min(best or place, place)
    return None if best is None else world.agents[best[-1]]


def stays(group: Group, agent: Agent, now: float) -> bool:
    """Whether an agent who has just finished may take more work, by the clock.

    Parameters
    ----------
    group : Group
    agent : Agent
    now : float, s

    Returns
    -------
    bool
    """
    if group.counted:
        return group.busy < valid_count(group, now)
    return now < agent.until


def has_room(world: World, agent: Agent, now: float) -> bool:
    """Whether an agent who shares himself may take one more, by the clock.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s

    Returns
    -------
    bool
    """
    group = world.groups[agent.group]
    if not before_the_most(world, agent):
        return False
    return group.busy <= valid_count(group, now) if group.counted else now < agent.until


def before_the_most(world: World, agent: Agent) -> bool:
    """Whether an agent who shares himself has a free slot, whatever the clock.

    Parameters
    ----------
    world : World
    agent : Agent

    Returns
    -------
    bool
    """
    return len(agent.hand) < int(world.channels[agent.hand[0].channel]["most"])


def first_idle(world: World, group: Group, queue: int, now: float) -> tuple[Any, ...] | None:
    """Who of a group's idle agents is asked first and may take a visit.

    Parameters
    ----------
    world : World
    group : Group
    queue : int
    now : float, s

    Returns
    -------
    tuple or None
        What he is compared by with others of the same turn: his occupancy if it counts, since when he is idle, and his
        number.
    """
    heap = group.idle
    if group.n_idle == 0:
        heap.clear()
        return None
    if group.n_idle <= group.reserve and not world.on_line[queue]:
        return None
    if group.counted and group.busy >= valid_count(group, now):
        return None
    if world.settings["least_occupied"]:
        return _least_occupied(world, group, now)
    while heap:
        since, number = heap[0]
        agent = world.agents[number]
        # one whose shift ends in this very instant is on his way out and may be forgotten here
        if agent.idle and agent.since == since and now < agent.until:
            return since, number
        heappop(heap)
    return None


def valid_count(group: Group, now: float) -> int:
    """How many may be at work; as it changes, the lower of two counts.

    Parameters
    ----------
    group : Group
    now : float, s

    Returns
    -------
    int
    """
    if now >= group.changes_at:
        return min(group.count, group.next_count)
    return group.count


def write_state(world: World, agent: Agent, state: int, now: float) -> None:
    """Logs the stretch that ends now; a stretch has some length.

    Parameters
    ----------
    world : World
    agent : Agent
    state : int
        From `AgentState`.
    now : float, s
    """
    if now > agent.since:
        visit = agent.visit
        queue, need, n_open = (NONE, NONE, 0) if state == IDLE or visit is None else (visit.queue, visit.need, 1)
        world.states.append((agent.agent, agent.group, state, agent.since, now, queue, need, n_open))
        if world.settings["least_occupied"]:
            _count_time(agent, state, now)
    agent.since = now


def write_shared(world: World, agent: Agent, now: float) -> None:
    """Logs the stretch that ends now of an agent who shares himself.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s
    """
    if now > agent.since:
        hand = agent.hand
        state = TALK if any(visit.talk_ends != visit.talk_ends for visit in hand) else WRAP_UP
        queue = hand[0].queue if all(visit.queue == hand[0].queue for visit in hand) else NONE
        need = hand[0].need if len(hand) == 1 else NONE
        world.states.append((agent.agent, agent.group, state, agent.since, now, queue, need, len(hand)))
        if world.settings["least_occupied"]:
            _count_time(agent, state, now)
    agent.since = now


def come_on(agent: Agent) -> None:
    """An agent who was not on the floor comes onto it; his time begins anew.

    Parameters
    ----------
    agent : Agent
    """
    agent.busy_for = agent.idle_for = 0.0


def unfinished_states(world: World, horizon: float) -> None:
    """Logs what every agent on the floor was doing when the horizon cut in.

    Parameters
    ----------
    world : World
    horizon : float, s
    """
    for agent in world.agents:
        if agent.hand:
            write_shared(world, agent, horizon)
        elif agent.visit is not None:
            state = WRAP_UP if agent.visit.ends == agent.visit.ends else TALK
            if agent.visit.silent:
                state, agent.visit.talk_ends = TALK, nan
            if agent.visit.starts != agent.visit.starts:
                state = DIALLING
            if agent.visit.end_reason == TRANSFERRED:
                state = CONSULT
            write_state(world, agent, state, horizon)
        elif agent.on_floor:
            write_state(world, agent, BREAK if agent.on_break else IDLE, horizon)


def _least_occupied(world: World, group: Group, now: float) -> tuple[Any, ...] | None:
    """Who of a group's idle agents has been busy least and may take work."""
    return min(
        (
            (laws.occupancy(agent.busy_for, agent.idle_for, agent.since, now), agent.since, agent.agent)
            for agent in world.agents[group.members]
            if agent.idle and now < agent.until
        ),
        default=None,
    )


def _count_time(agent: Agent, state: int, now: float) -> None:
    """Adds the stretch that ends now to an agent's busy or idle time."""
    if state == IDLE:
        agent.idle_for += laws.elapsed(agent.since, now)
    elif state != BREAK:
        agent.busy_for += laws.elapsed(agent.since, now)

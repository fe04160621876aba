"""Leaving a queue as patience ends: seen by the centre, or without a word."""

import simpy

from ccsim.draws.streams import Purpose
from ccsim.engine.reference.floor import write_state
from ccsim.engine.reference.next_work import free_agent, wrap_up_in_hand
from ccsim.engine.reference.waiting import let_go_who_holds
from ccsim.engine.reference.world import Visit, World, chance
from ccsim.logs.codes import AgentState, EndReason

ABANDONED = int(EndReason.ABANDONED)
TALK = int(AgentState.TALK)
SILENT = int(Purpose.SILENT)


def leave(world: World, visit: Visit) -> None:
    """Patience is over: the customer leaves, if he still waits.

    Parameters
    ----------
    world : World
    visit : Visit
        Keeps its place in line where the customer leaves without a word.
    """
    if not visit.waiting:
        return
    visit.ends = world.clock.now
    visit.end_reason = ABANDONED
    left = visit.over
    share = world.channels[visit.channel]["silent"]
    if share > 0.0 and visit.lets_go is None and chance(world, visit, SILENT) < share:
        visit.silent = 1
        visit.over = simpy.Event(world.clock)
        visit.over.callbacks.append(lambda _: found_out(world, visit))
    else:
        visit.waiting = False
        world.n_waiting[visit.queue] -= 1
        let_go_who_holds(world, visit)
    world.clock.wake(left)


def found_out(world: World, visit: Visit) -> None:
    """The agent knows that nobody is there, and goes on.

    Parameters
    ----------
    world : World
    visit : Visit
    """
    now = world.clock.now
    agent = world.agents[visit.agent]
    write_state(world, agent, TALK, now)
    if agent.hand:
        wrap_up_in_hand(world, agent, visit, 0.0, now)
    else:
        visit.wrap_up_ends = now
        free_agent(world, agent, now)

"""Calls that the centre makes: callbacks, and the calls of an outbound channel."""

from collections.abc import Generator

import simpy

from ccsim.draws.streams import Purpose
from ccsim.engine.contract import RE_ATTEMPT, STAGE_ENDS
from ccsim.engine.reference.floor import write_state
from ccsim.engine.reference.next_work import free_agent
from ccsim.engine.reference.serving import begin_service, talk_time
from ccsim.engine.reference.waiting import helper, line_up
from ccsim.engine.reference.world import Visit, World, chance, deal
from ccsim.logs.codes import AgentState, EndReason

DIALLING = int(AgentState.DIALLING)
CALLBACK_FAILED = int(EndReason.CALLBACK_FAILED)
CALLBACK = int(Purpose.CALLBACK)
REACHED = int(Purpose.REACHED)
CALL_DUE = int(Purpose.CALL_DUE)


def takes_callback(world: World, visit: Visit, told: float) -> bool:
    """Whether a customer who must wait is offered a callback, and takes it.

    Parameters
    ----------
    world : World
    visit : Visit
    told : float, s
        The announced wait; 0 without an announcement.

    Returns
    -------
    bool
    """
    channel = world.channels[visit.channel]
    if world.n_waiting[visit.queue] < channel["callback_waiting"] and told < channel["callback_wait"]:
        return False
    accepts: float = channel["callback_accepts"]
    return accepts >= 1.0 or chance(world, visit, CALLBACK) < accepts


def until_reached(world: World, visit: Visit) -> Generator[simpy.Event, None, None]:
    """From the end of the first call to the end of talk, or of the last call.

    Parameters
    ----------
    world : World
    visit : Visit

    Yields
    ------
    simpy.Event
    """
    clock = world.clock
    channel = world.channels[visit.channel]
    while not _answers(world, visit):
        if visit.dials >= channel["dialling_tries"]:
            visit.ends = clock.now
            visit.end_reason = CALLBACK_FAILED
            return
        again = clock.now + deal(world, channel["dialling_again"], visit, CALL_DUE, visit.dials)
        yield clock.at(again, RE_ATTEMPT, visit.need, visit.attempt, visit.leg)
        visit.over = simpy.Event(clock)
        call_is_due(world, visit)
        yield visit.over
    yield visit.over


def call_is_due(world: World, visit: Visit) -> None:
    """A customer is to be called now: by an idle agent, or first in line.

    Parameters
    ----------
    world : World
    visit : Visit
    """
    now = world.clock.now
    agent = helper(world, visit, now)
    if agent is not None:
        begin_service(world, agent, visit, now)
    else:
        line_up(world, visit, first=True)


def _answers(world: World, visit: Visit) -> bool:
    """The customer answers and talk begins; or not, and the agent is free."""
    now = world.clock.now
    agent = visit.caller
    write_state(world, agent, DIALLING, now)
    reached = world.channels[visit.channel]["dialling_reached"]
    if reached < 1.0 and chance(world, visit, REACHED, visit.dials) >= reached:
        free_agent(world, agent, now)
        return False
    visit.agent, visit.group = agent.agent, agent.group
    visit.starts = now
    visit.talk_ends = now + talk_time(world, visit)
    visit.over = world.clock.at(visit.talk_ends, STAGE_ENDS, visit.need, visit.attempt, visit.leg)
    return True

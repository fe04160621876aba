"""Joining a queue: hear the wait, be served at once, interrupt, or stand in line."""

from math import inf

import simpy

from ccsim.draws.streams import Purpose
from ccsim.engine import laws
from ccsim.engine.contract import OVERFLOW, PATIENCE_ENDS, RE_ATTEMPT
from ccsim.engine.reference.closing import close_to
from ccsim.engine.reference.dialling import call_is_due, takes_callback
from ccsim.engine.reference.evidence import raise_signal
from ccsim.engine.reference.floor import find_agent, find_sharer, write_state
from ccsim.engine.reference.leaving import leave
from ccsim.engine.reference.next_work import set_next_end
from ccsim.engine.reference.serving import begin_service, hands_over, interrupt, put_down, puts_down
from ccsim.engine.reference.waiting import announced_wait, find_contact, helper, let_go_who_holds, line_up
from ccsim.engine.reference.world import Agent, Visit, World, behaviour_of, chance, deal, next_leg, replayed
from ccsim.logs.codes import AgentState, EndReason
from ccsim.plan.plan import NONE

BALKED = int(EndReason.BALKED)
TRANSFERRED = int(EndReason.TRANSFERRED)
TALK = int(AgentState.TALK)
BALK = int(Purpose.BALK)
PATIENCE_DRAW = int(Purpose.PATIENCE)
CALL_DUE = int(Purpose.CALL_DUE)


def join_queue(world: World, visit: Visit, queue: int) -> None:
    """An agent at once, or a place in the queue and a patience timer, or neither.

    The visit is over when its talk ends, when patience does, or at once; or when the agent who calls has dialled.

    Parameters
    ----------
    world : World
    visit : Visit
    queue : int
    """
    now = world.clock.now
    visit.queue = queue
    visit.joins = now
    visit.over = simpy.Event(world.clock)
    shared = world.channels[visit.channel]["most"] > 1
    agent = find_sharer(world, queue, now) if shared else find_agent(world, queue, now)
    if agent is None and world.settings["interrupts"] and world.channels[visit.channel]["live"]:
        agent = interrupt(world, queue, now)
    if agent is not None:
        begin_service(world, agent, visit, now)
        if shared:
            set_next_end(world, agent, now)
        return
    channel = world.channels[visit.channel]
    live = channel["live"]
    told = announced_wait(world, visit) if channel["announced_handling"] > 0.0 else 0.0
    if channel["callback"] and visit.leg == 0 and takes_callback(world, visit, told):
        expect_callback(world, visit, now)
        return
    behaviour = behaviour_of(world, visit.row)
    if live and behaviour["balks"] and balks(world, visit, told):
        visit.ends = now
        visit.end_reason = BALKED
        let_go_who_holds(world, visit)
        return
    law = visit.met["patience"]
    given = replayed(world, visit, "patience") if world.replayed and live else None
    if given is not None:
        visit.patience = given
    elif law != NONE:
        visit.patience = deal(world, law, visit, PATIENCE_DRAW)
        if told > 0.0:
            before, over = behaviour["announced_before"], behaviour["announced_over"]
            visit.patience = laws.announced_patience(visit.patience, told, before, over)
    line_up(world, visit)
    close_to(world, visit, now)
    if visit.patience < inf:
        _lose_patience_at(world, visit, now + visit.patience)
    if world.overflows[queue]:
        _overflow_at(world, visit, 0)


def expect_callback(world: World, visit: Visit, now: float) -> None:
    """A customer rings off and keeps the place in line, or is called later.

    Parameters
    ----------
    world : World
    visit : Visit
    now : float, s
    """
    visit.dials = 0
    visit.off_line = True
    world.lines_taken[visit.channel] -= 1
    delay = world.channels[visit.channel]["callback_after"]
    if delay == NONE:
        line_up(world, visit)
        if world.overflows[visit.queue]:
            _overflow_at(world, visit, 0)
        return
    due = now + deal(world, delay, visit, CALL_DUE)
    world.clock.call_at(due, RE_ATTEMPT, visit.need, visit.attempt, visit.leg, lambda _: call_is_due(world, visit))


def balks(world: World, visit: Visit, told: float) -> bool:
    """Whether a customer hears of the queue and leaves at once.

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
    settings, waiting = behaviour_of(world, visit.row), world.n_waiting[visit.queue]
    joins = laws.joining_probability(settings["balks_per_waiting"], waiting, settings["balks_at_wait"], told)
    return chance(world, visit, BALK) >= joins


def hand_over(world: World, agent: Agent, now: float) -> None:
    """An agent goes; the rest of the talk is another one's, or first in line.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s
    """
    visit = agent.visit
    assert visit is not None
    write_state(world, agent, TALK, now)
    world.groups[agent.group].busy -= 1
    agent.visit = None
    agent.on_floor = False
    leg = visit.handed_over = next_leg(world, visit)
    leg.rest, leg.passed_to = laws.elapsed(now, visit.talk_ends), visit.passed_to
    leg.queue, leg.joins = visit.queue, now
    leg.over = world.clock.replaced(visit.over)
    visit.talk_ends = visit.ends = visit.wrap_up_ends = now
    visit.end_reason = TRANSFERRED
    if world.settings["listens"]:
        raise_signal(world, visit)
    other = helper(world, leg, now)
    if other is None and world.settings["interrupts"]:
        other = interrupt(world, leg.queue, now)
    if other is not None:
        begin_service(world, other, leg, now)
        return
    law = leg.met["patience"]
    if law != NONE:
        leg.patience = deal(world, law, leg, PATIENCE_DRAW)
    line_up(world, leg, first=True)
    close_to(world, leg, now)
    if leg.patience < inf:
        _lose_patience_at(world, leg, now + leg.patience)


def gives_back(world: World, agent: Agent, now: float) -> bool:
    """Whether an agent who is to go puts down, or hands over, what is in hand.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s

    Returns
    -------
    bool
    """
    return puts_down(world, agent) or hands_over(world, agent, now)


def give_back(world: World, agent: Agent, now: float) -> None:
    """An agent goes; what is in hand is put down, or handed over.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s
    """
    if puts_down(world, agent):
        put_down(world, agent, now)
    else:
        hand_over(world, agent, now)


def overflow(world: World, visit: Visit, number: int) -> None:
    """A visit may be taken by other groups from now on; idle agents come in.

    Parameters
    ----------
    world : World
    visit : Visit
    number : int
        Which of the queue's delays is over.
    """
    now = world.clock.now
    while visit.waiting:
        agent = helper(world, visit, now)
        if agent is None:
            if number + 1 < len(world.overflows[visit.queue]):
                _overflow_at(world, visit, number + 1)
            return
        taken = find_contact(world, world.groups[agent.group], NONE, 1, now)
        assert taken is not None
        begin_service(world, agent, taken, now)


def _lose_patience_at(world: World, visit: Visit, time: float) -> None:
    """Sets the timer of a visit's patience."""
    world.clock.call_at(time, PATIENCE_ENDS, visit.need, visit.attempt, visit.leg, lambda _: leave(world, visit))


def _overflow_at(world: World, visit: Visit, number: int) -> None:
    """Sets the timer of the next delay after which other groups may take a visit."""
    world.clock.call_at(
        visit.joins + world.overflows[visit.queue][number],
        OVERFLOW,
        visit.need,
        visit.attempt,
        visit.leg,
        lambda _: overflow(world, visit, number),
    )

"""What an agent does next, after work, after a break, as new work comes."""

from heapq import heappush

from ccsim.draws.streams import Purpose
from ccsim.engine import laws
from ccsim.engine.contract import BEYOND_HOURS, SHIFT_STARTS, STAGE_ENDS
from ccsim.engine.reference.closing import close_again
from ccsim.engine.reference.evidence import raise_signal
from ccsim.engine.reference.floor import before_the_most, has_room, stays, write_state
from ccsim.engine.reference.serving import begin_service, catch_up, resolve, wrap_up_time
from ccsim.engine.reference.waiting import find_contact
from ccsim.engine.reference.world import Agent, Group, Visit, World, deal, is_finished
from ccsim.logs.codes import AgentState, EndReason
from ccsim.plan.plan import NONE

SERVED = int(EndReason.SERVED)
TRANSFERRED = int(EndReason.TRANSFERRED)
IDLE = int(AgentState.IDLE)
TALK = int(AgentState.TALK)
WRAP_UP = int(AgentState.WRAP_UP)
BREAK = int(AgentState.BREAK)
CONSULT = int(AgentState.CONSULT)
CONSULT_DRAW = int(Purpose.CONSULT)


def end_service(world: World, visit: Visit) -> None:
    """Talk is over: resolved or not, coded or not, evidence; the agent wraps up.

    Parameters
    ----------
    world : World
    visit : Visit
    """
    now = world.clock.now
    agent = world.agents[visit.agent]
    write_state(world, agent, TALK, now)
    visit.ends = now
    if world.settings["told_again"] != NONE:
        world.told[visit.row] = True
    if visit.passed_to != NONE:
        visit.end_reason = TRANSFERRED
        wrap_up = 0.0
    else:
        visit.end_reason = SERVED
        resolve(world, visit)
        wrap_up = wrap_up_time(world, visit)
    if world.settings["listens"]:
        raise_signal(world, visit)
    if visit.passed_to == visit.met["transfers_to"] and visit.met["transfer_warm"] != NONE:
        _consult(world, visit, now)
    elif agent.hand:
        wrap_up_in_hand(world, agent, visit, wrap_up, now)
    elif wrap_up > 0.0:
        ends = now + wrap_up
        world.clock.call_at(
            ends, STAGE_ENDS, visit.need, visit.attempt, visit.leg, lambda _: _end_wrap_up(world, agent)
        )
    else:
        visit.wrap_up_ends = now
        free_agent(world, agent, now)


def free_agent(world: World, agent: Agent, now: float) -> None:
    """The agent's work is done: next contact, idle, a break, or off the floor.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s
    """
    group = world.groups[agent.group]
    group.busy -= 1
    agent.visit = None
    if stays(group, agent, now):
        take_work(world, agent, now)
    elif agent.breaks and now < agent.shift_ends:
        begin_break(world, agent, now)
    elif not stay_on(world, agent, now):
        agent.on_floor = False
        fill_hands(world, group, now)
        close_again(world, now)


def stay_on(world: World, agent: Agent, now: float) -> bool:
    """Whether an agent who would go takes who waits beyond a channel's hours.

    Parameters
    ----------
    world : World
    agent : Agent
        With nothing in hand.
    now : float, s

    Returns
    -------
    bool
    """
    if not world.settings["finishes"]:
        return False
    visit = find_contact(world, world.groups[agent.group], BEYOND_HOURS, 0, now)
    if visit is None:
        return False
    agent.on_floor = True
    agent.since = now
    _take(world, agent, visit, now)
    return True


def begin_break(world: World, agent: Agent, now: float) -> None:
    """A break that is due begins; it keeps its length but ends with the shift.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s
    """
    _, lasts = agent.breaks.pop(0)
    agent.on_floor = agent.on_break = True
    if now + lasts < agent.shift_ends:
        world.clock.call_at(now + lasts, SHIFT_STARTS, agent.agent, 0, 0, lambda _: end_break(world, agent))


def end_break(world: World, agent: Agent) -> None:
    """A break is over: the next one if it is due, or work.

    Parameters
    ----------
    world : World
    agent : Agent
    """
    now = world.clock.now
    write_state(world, agent, BREAK, now)
    agent.on_break = False
    go_on(world, agent, now)


def take_work(world: World, agent: Agent, now: float) -> None:
    """An agent who may take work does so, or is idle from now on.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s
    """
    agent.on_floor = True
    agent.since = now
    visit = find_contact(world, world.groups[agent.group], NONE, 0, now)
    if visit is not None:
        _take(world, agent, visit, now)
        return
    agent.idle = True
    group = world.groups[agent.group]
    group.n_idle += 1
    heappush(group.idle, (now, agent.agent))


def fill_hands(world: World, group: Group, now: float) -> None:
    """Agents who could take no more and now may do so, lowest id first.

    Parameters
    ----------
    world : World
    group : Group
    now : float, s
    """
    for number in sorted(group.sharers):
        offer_more(world, world.agents[number], now)


def offer_more(world: World, agent: Agent, now: float) -> None:
    """An agent who shares himself takes what waits for his free slots.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s
    """
    if _take_more(world, agent, now):
        set_next_end(world, agent, now)


def send_home(world: World, agent: Agent, now: float) -> None:
    """An idle agent leaves the floor.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s
    """
    write_state(world, agent, IDLE, now)
    agent.idle = agent.on_floor = False
    world.groups[agent.group].n_idle -= 1


def set_until(agent: Agent) -> None:
    """Until when an agent may take work: the next break, or the end of the shift.

    Parameters
    ----------
    agent : Agent
    """
    agent.until = agent.breaks[0][0] if agent.breaks else agent.shift_ends


def go_on(world: World, agent: Agent, now: float) -> None:
    """Work until the next break or the end of the shift, or a break that is due.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s
    """
    set_until(agent)
    if now < agent.until:
        take_work(world, agent, now)
    else:
        agent.since = now
        begin_break(world, agent, now)


def set_next_end(world: World, agent: Agent, now: float) -> None:
    """The end of the visit in hand that is done next, as the hands change.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s
    """
    agent.turn += 1
    turn = agent.turn
    visit = min(agent.hand, key=lambda one: (one.done_at, one.need, one.attempt, one.leg))
    ends = laws.reached(now, visit.done_at, agent.attained, world.paces[visit.channel][len(agent.hand)])
    world.clock.call_at(
        ends, STAGE_ENDS, visit.need, visit.attempt, visit.leg, lambda _: _end_in_hand(world, agent, visit, turn)
    )


def wrap_up_in_hand(world: World, agent: Agent, visit: Visit, wrap_up: float, now: float) -> None:
    """The customer has left; the wrap-up keeps its slot until it is done.

    Parameters
    ----------
    world : World
    agent : Agent
    visit : Visit
    wrap_up, now : float, s
    """
    if wrap_up > 0.0:
        visit.done_at += wrap_up
        set_next_end(world, agent, now)
    else:
        _let_go(world, agent, visit, now)


def _take(world: World, agent: Agent, visit: Visit, now: float) -> None:
    """An agent with nothing in hand takes a waiting visit, and more where they share him."""
    begin_service(world, agent, visit, now)
    if agent.hand:
        _take_more(world, agent, now)
        set_next_end(world, agent, now)


def _take_more(world: World, agent: Agent, now: float) -> bool:
    """Whether an agent took waiting visits of the channel that he has in hand; he does so while he has room."""
    before = len(agent.hand)
    channel = agent.hand[0].channel
    while has_room(world, agent, now) or (before_the_most(world, agent) and is_finished(world, channel, now)):
        visit = find_contact(world, world.groups[agent.group], channel, 0, now)
        if visit is None:
            break
        begin_service(world, agent, visit, now)
    return len(agent.hand) > before


def _end_in_hand(world: World, agent: Agent, visit: Visit, turn: int) -> None:
    """Talk or wrap-up of a visit in hand is over, unless the hands have changed since its end was set."""
    if turn != agent.turn:
        return
    now = world.clock.now
    catch_up(world, agent, now)
    # exactly, whatever the rounding on the way
    agent.attained = visit.done_at
    if visit.talk_ends != visit.talk_ends:
        visit.talk_ends = now
        world.clock.wake(visit.over)
    else:
        _let_go(world, agent, visit, now)


def _let_go(world: World, agent: Agent, visit: Visit, now: float) -> None:
    """A slot is free: more of the channel, or anything once the hands are empty."""
    visit.wrap_up_ends = now
    agent.hand.remove(visit)
    if agent.hand:
        _take_more(world, agent, now)
        set_next_end(world, agent, now)
    else:
        del world.groups[agent.group].sharers[agent.agent]
        free_agent(world, agent, now)


def _consult(world: World, visit: Visit, now: float) -> None:
    """The agent stays with the customer whom he passes on, until the next leg's wait is over or this time is."""
    until = now + deal(world, visit.met["transfer_warm"], visit, CONSULT_DRAW)
    visit.lets_go = lambda _: _end_consult(world, visit)
    world.clock.call_at(until, STAGE_ENDS, visit.need, visit.attempt, visit.leg, visit.lets_go)


def _end_consult(world: World, visit: Visit) -> None:
    """The agent no longer stays with the customer whom he passed on; he may have gone before."""
    if visit.wrap_up_ends != visit.wrap_up_ends:
        now = world.clock.now
        agent = world.agents[visit.agent]
        write_state(world, agent, CONSULT, now)
        visit.wrap_up_ends = now
        free_agent(world, agent, now)


def _end_wrap_up(world: World, agent: Agent) -> None:
    """The wrap-up timer has run out."""
    now = world.clock.now
    write_state(world, agent, WRAP_UP, now)
    assert agent.visit is not None
    agent.visit.wrap_up_ends = now
    free_agent(world, agent, now)

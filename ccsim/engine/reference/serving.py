"""A contact in an agent's hands: begun, put down, interrupted, resolved or not."""

from math import inf

from ccsim.draws.streams import Purpose
from ccsim.engine import laws
from ccsim.engine.contract import LAST_HANDED_OVER, STAGE_ENDS
from ccsim.engine.reference.floor import valid_count, write_shared, write_state
from ccsim.engine.reference.waiting import helper, let_go_who_holds, line_up
from ccsim.engine.reference.world import Agent, Visit, World, chance, deal, is_finished, replayed
from ccsim.logs.codes import AgentState
from ccsim.plan.plan import NONE

IDLE = int(AgentState.IDLE)
TALK = int(AgentState.TALK)
TALK_DRAW = int(Purpose.TALK)
WRAP_UP_DRAW = int(Purpose.WRAP_UP)
RESOLVED_DRAW = int(Purpose.RESOLVED)
CODED_DRAW = int(Purpose.CODED)
TRANSFER = int(Purpose.TRANSFER)
DIALLING_DRAW = int(Purpose.DIALLING)
FINDING_OUT = int(Purpose.FINDING_OUT)
AT_HAND = int(Purpose.AT_HAND)
TOLD_AGAIN = int(Purpose.TOLD_AGAIN)


def interrupt(world: World, queue: int, now: float) -> Agent | None:
    """The agent who puts down interruptible work for a live visit.

    Parameters
    ----------
    world : World
    queue : int
        That the visit has just joined, finding nobody idle.
    now : float, s

    Returns
    -------
    Agent or None
    """
    best: tuple[int, float, int] | None = None
    for turn, g in world.askable[queue]:
        group = world.groups[g]
        if group.counted and group.busy > valid_count(group, now):
            continue
        first, n_agents = world.group_terms[g]["first_agent"], world.group_terms[g]["n_agents"]
        for agent in world.agents[first : first + n_agents]:
            if _interruptible(world, agent) and now < agent.until:
                best = min(best or (turn, inf, 0), (turn, -agent.since, -agent.agent))
    if best is None:
        return None
    agent = world.agents[-best[2]]
    put_down(world, agent, now)
    agent.on_floor = True
    return agent


def begin_service(world: World, agent: Agent, visit: Visit, now: float) -> None:
    """The agent answers, calls, or takes up again; how long that will last.

    Parameters
    ----------
    world : World
    agent : Agent
    visit : Visit
    now : float, s
    """
    group = world.groups[agent.group]
    if agent.idle:
        write_state(world, agent, IDLE, now)
        agent.idle = False
        group.n_idle -= 1
    if visit.dials != NONE:
        dial(world, agent, visit, now)
        return
    visit.agent, visit.group = agent.agent, agent.group
    if world.channels[visit.channel]["most"] > 1:
        _put_in_hand(world, agent, visit, now)
        return
    group.busy += 1
    agent.visit = visit
    if visit.starts != visit.starts:
        visit.starts = now
        visit.talk_ends = now + talk_time(world, visit)
        let_go_who_holds(world, visit)
    else:
        visit.paused += laws.elapsed(visit.put_down, now)
        visit.talk_ends = now + laws.elapsed(visit.put_down, visit.talk_ends)
    world.clock.put(visit.over, visit.talk_ends, STAGE_ENDS, visit.need, visit.attempt, visit.leg)


def dial(world: World, agent: Agent, visit: Visit, now: float) -> None:
    """The agent calls the customer, who will answer or not.

    Parameters
    ----------
    world : World
    agent : Agent
    visit : Visit
    now : float, s
    """
    world.groups[agent.group].busy += 1
    agent.visit = visit
    visit.caller = agent
    visit.dials += 1
    time = deal(world, world.channels[visit.channel]["dialling_time"], visit, DIALLING_DRAW, visit.dials)
    world.clock.put(visit.over, now + time, STAGE_ENDS, visit.need, visit.attempt, visit.leg)


def puts_down(world: World, agent: Agent) -> bool:
    """Whether an agent who is to go puts down the work in hand.

    Parameters
    ----------
    world : World
    agent : Agent

    Returns
    -------
    bool
    """
    visit = agent.visit
    if not world.settings["pauses"] or visit is None or visit.ends == visit.ends:
        return False
    return visit.dials == NONE and not world.channels[visit.channel]["live"]


def hands_over(world: World, agent: Agent, now: float) -> bool:
    """Whether an agent who is to go hands over the talk in hand.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s

    Returns
    -------
    bool
    """
    visit = agent.visit
    if not world.settings["hands_over"] or visit is None or visit.ends == visit.ends:
        return False
    if not world.channels[visit.channel]["live"] or is_finished(world, visit.channel, now):
        return False
    return visit.starts == visit.starts and visit.leg < LAST_HANDED_OVER


def put_down(world: World, agent: Agent, now: float) -> None:
    """An agent goes; the work in hand is another one's, or first in line.

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
    visit.put_down = now
    if visit.paused != visit.paused:
        visit.paused = 0.0
    visit.over = world.clock.replaced(visit.over)
    other = helper(world, visit, now)
    if other is not None:
        begin_service(world, other, visit, now)
    else:
        line_up(world, visit, first=True)


def catch_up(world: World, agent: Agent, now: float) -> None:
    """What an agent's hands have attained by now, before they change.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s
    """
    pace = world.paces[agent.hand[0].channel][len(agent.hand)]
    agent.attained = laws.attained(agent.attained, agent.since, now, pace)
    write_shared(world, agent, now)


def wrap_up_time(world: World, visit: Visit) -> float:
    """How long the agent will wrap up.

    Parameters
    ----------
    world : World
    visit : Visit

    Returns
    -------
    float, s
    """
    given = replayed(world, visit, "wrap_up") if world.replayed else None
    if given is not None:
        return float(given)
    law = visit.met["wrap_up"]
    return 0.0 if law == NONE else deal(world, law, visit, WRAP_UP_DRAW)


def resolve(world: World, visit: Visit) -> None:
    """Whether the need is truly resolved, and what the agent's code says.

    Parameters
    ----------
    world : World
    visit : Visit
    """
    probability = visit.met["resolution"]
    if 0.0 < probability < 1.0:
        kind = world.types[visit.need_type]
        shift = world.group_terms[visit.group]["rushing"] + world.skills[visit.group][visit.queue]["resolves"]
        probability = laws.resolution_probability(
            probability, world.needs["complexity"][visit.row], kind["typical"], kind["resolution_falls"], shift
        )
    visit.resolved = int(probability >= 1.0 or chance(world, visit, RESOLVED_DRAW) < probability)
    settings = world.settings
    coded = settings["coded_when_resolved"] if visit.resolved else settings["coded_when_not"]
    visit.coded = int(coded >= 1.0 or (coded > 0.0 and chance(world, visit, CODED_DRAW) < coded))


def _interruptible(world: World, agent: Agent) -> bool:
    """Whether an agent is at work that a live visit may interrupt."""
    visit = agent.visit
    return visit is not None and visit.ends != visit.ends and bool(world.channels[visit.channel]["interruptible"])


def _put_in_hand(world: World, agent: Agent, visit: Visit, now: float) -> None:
    """One visit more for an agent who shares himself; its work ends so much further on."""
    if agent.hand:
        catch_up(world, agent, now)
    else:
        group = world.groups[agent.group]
        group.busy += 1
        group.sharers[agent.agent] = agent
        agent.attained = 0.0
    agent.hand.append(visit)
    visit.starts = now
    visit.done_at = agent.attained + talk_time(world, visit)


def talk_time(world: World, visit: Visit) -> float:
    """How long the agent talks to, works for, or looks for, the customer.

    Parameters
    ----------
    world : World
    visit : Visit

    Returns
    -------
    float, s
    """
    if visit.silent:
        return deal(world, world.channels[visit.channel]["finding_out"], visit, FINDING_OUT)
    if visit.rest is not None:
        return visit.rest
    law = _talk_before_transfer(world, visit)
    given = replayed(world, visit, "talk") if world.replayed else None
    if given is not None:
        return float(given)
    if law != NONE:
        return deal(world, law, visit, TALK_DRAW)
    drawn = deal(world, visit.met["talk"], visit, TALK_DRAW)
    again = _told_again(world, visit) if world.told[visit.row] else 0.0
    kind = world.types[visit.need_type]
    skill = world.skills[visit.group][visit.queue]
    if skill["plain"] and kind["handling_grows"] == 0.0 and again == 0.0:
        # every factor is 1 and nothing is added: the law would give the same bits
        return drawn
    return laws.talk_duration(
        drawn,
        world.needs["complexity"][visit.row],
        kind["typical"],
        kind["handling_grows"],
        skill["handles"],
        world.agent_speed[visit.agent],
        _factor_of_day(world, visit.starts) if world.day_factors else 1.0,
        world.settings["listening"] if world.channels[visit.channel]["live"] else 0.0,
        again,
    )


def _told_again(world: World, visit: Visit) -> float:
    """How long a customer tells again what an agent was told before, unless it is at hand."""
    at_hand = world.settings["at_hand"]
    if not world.channels[visit.channel]["live"] or (at_hand > 0.0 and chance(world, visit, AT_HAND) < at_hand):
        return 0.0
    return deal(world, world.settings["told_again"], visit, TOLD_AGAIN)


def _talk_before_transfer(world: World, visit: Visit) -> int:
    """The law of talk with who is misrouted, or passed on from the right queue; -1 for who stays."""
    met = visit.met
    if visit.passed_to != NONE:
        return int(world.channels[visit.channel]["misroute_talk"])
    if met["transfers"] > 0.0 and visit.queue == met["queue"] and chance(world, visit, TRANSFER) < met["transfers"]:
        visit.passed_to = met["transfers_to"]
        return int(met["transfer_talk"])
    return NONE


def _factor_of_day(world: World, now: float) -> float:
    """The factor on talk that begins now."""
    place = laws.stretch_of_day(now, world.settings["factors_from"], world.settings["factors_every"])
    return world.day_factors[place] if 0 <= place < len(world.day_factors) else 1.0

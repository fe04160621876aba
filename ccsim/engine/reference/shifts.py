"""Agents come and go, and take their breaks."""

from ccsim.engine.contract import SHIFT_ENDS
from ccsim.engine.reference.closing import close_again
from ccsim.engine.reference.floor import come_on, write_state
from ccsim.engine.reference.joining import give_back, gives_back
from ccsim.engine.reference.next_work import begin_break, go_on, offer_more, send_home, set_until, stay_on
from ccsim.engine.reference.serving import put_down, puts_down
from ccsim.engine.reference.world import Agent, World
from ccsim.logs.codes import AgentState

BREAK = int(AgentState.BREAK)


def begin_shift(world: World, agent: Agent, now: float) -> None:
    """An agent's shift starts: how long he may take work is known.

    Parameters
    ----------
    world : World
    agent : Agent
        With the end and the breaks of this shift.
    now : float, s
    """
    for starts, _ in agent.breaks:
        world.clock.call_at(starts, SHIFT_ENDS, agent.agent, 0, 0, lambda _: break_is_due(world, agent))
    if not agent.on_floor:
        come_on(agent)
        go_on(world, agent, now)
        return
    set_until(agent)
    if agent.hand:
        offer_more(world, agent, now)


def end_shift(world: World, agent: Agent, now: float) -> None:
    """An agent's shift ends: who is idle, on a break or gives back his work goes.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s
    """
    if agent.idle:
        send_home(world, agent, now)
    elif agent.on_break:
        write_state(world, agent, BREAK, now)
        agent.on_break = agent.on_floor = False
    elif gives_back(world, agent, now):
        give_back(world, agent, now)
        stay_on(world, agent, now)
    close_again(world, now)


def break_is_due(world: World, agent: Agent) -> None:
    """The time of a break has come; who is busy or on another has it later.

    Parameters
    ----------
    world : World
    agent : Agent
    """
    now = world.clock.now
    if not agent.breaks or now < agent.breaks[0][0]:
        # it began in this very instant, as a contact ended
        return
    if agent.idle:
        send_home(world, agent, now)
    elif puts_down(world, agent):
        put_down(world, agent, now)
    else:
        return
    begin_break(world, agent, now)

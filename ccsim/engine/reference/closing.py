"""A channel closes: who is in line there is sent away, or only who is left alone."""

from ccsim.engine.contract import CLOSES
from ccsim.engine.reference.waiting import let_go_who_holds
from ccsim.engine.reference.world import Visit, World, is_finished, is_open
from ccsim.logs.codes import EndReason
from ccsim.plan.plan import CUTS_OFF, NONE, WAITS

CUT_OFF = int(EndReason.CUT_OFF)


def close_at(world: World, channel: int, time: float) -> None:
    """Sets a channel's closing.

    Parameters
    ----------
    world : World
    channel : int
    time : float, s
        Its closing, or a moment within the hours in which it is closed.
    """
    world.clock.call_at(time, CLOSES, channel, 0, 0, lambda _: close(world, channel))


def close(world: World, channel: int) -> None:
    """Sends away the first who may not wait on a closed channel, then the next.

    One at a time, so that an agent who stayed with somebody is free before the next goes.

    Parameters
    ----------
    world : World
    channel : int
    """
    now = world.clock.now
    for queue, own in enumerate(world.queue_channels):
        if own == channel and (world.channels[channel]["at_closing"] == CUTS_OFF or _nobody_is_there(world, queue)):
            visit = _first_on_the_line(world, queue)
            if visit is not None:
                _send_away(world, visit, now)
                close_at(world, channel, now)
                return


def close_again(world: World, now: float) -> None:
    """An agent has gone, and some may be left alone in line beyond the hours.

    Parameters
    ----------
    world : World
    now : float, s
    """
    if world.settings["finishes"]:
        for queue, channel in enumerate(world.queue_channels):
            if world.n_waiting[queue] > 0 and is_finished(world, channel, now):
                close_at(world, channel, now)


def close_to(world: World, visit: Visit, now: float) -> None:
    """A visit begins to wait, maybe where nobody may any more.

    Parameters
    ----------
    world : World
    visit : Visit
    now : float, s
    """
    if world.channels[visit.channel]["at_closing"] != WAITS and not is_open(world, visit.channel, now):
        close_at(world, visit.channel, now)


def _nobody_is_there(world: World, queue: int) -> bool:
    """Whether nobody on the floor, or on a break, may ever serve a queue."""
    return not any(
        agent.on_floor
        for g, group in enumerate(world.groups)
        # a delay that outlasts the run is no skill
        if world.skills[g][queue]["preference"] != NONE and world.skills[g][queue]["after"] < world.plan.horizon
        for agent in world.agents[group.members]
    )


def _first_on_the_line(world: World, queue: int) -> Visit | None:
    """Who comes first in a queue of those who are on the line: nobody who is to be called back."""
    for line in world.queues[queue]:
        first = min((place for place in line if place[-1].waiting and place[-1].dials == NONE), default=None)
        if first is not None:
            visit: Visit = first[-1]
            return visit
    return None


def _send_away(world: World, visit: Visit, now: float) -> None:
    """A visit's wait is over unserved; who has left without a word has abandoned before."""
    visit.waiting = False
    world.n_waiting[visit.queue] -= 1
    if visit.silent:
        return
    visit.ends = now
    visit.end_reason = CUT_OFF
    let_go_who_holds(world, visit)
    world.clock.wake(visit.over)

"""A channel closes: who is in line there is sent away, or only who is left alone."""

from ccsim.engine.compiled.attempts import end_attempt, is_finished, is_open
from ccsim.engine.compiled.calendar import push
from ccsim.engine.compiled.codes import CUT_OFF, NONE
from ccsim.engine.compiled.stepping import step
from ccsim.engine.compiled.waiting import let_go_who_holds, step_out
from ccsim.engine.compiled.world import CHANNEL_CLOSES, World
from ccsim.engine.contract import CLOSES
from ccsim.plan.plan import CUTS_OFF


@step
def close_at(w: World, channel: int, time: float) -> None:
    """Sets a channel's closing."""
    push(w, time, CLOSES, channel, 0, CHANNEL_CLOSES, channel, 0)


@step
def nobody_is_there(w: World, queue: int) -> bool:
    """Whether nobody on the floor, or on a break, may ever serve a queue."""
    for g in range(len(w.groups)):
        # a delay that outlasts the run is no skill
        if w.skills[g, queue].preference != NONE and w.skills[g, queue].after < w.counters[0].horizon:
            first = w.plan_groups[g].first_agent
            for agent in range(first, first + w.plan_groups[g].n_agents):
                if w.agents[agent].on_floor:
                    return False
    return True


@step
def first_on_the_line(w: World, queue: int) -> int:
    """Who comes first in a queue of those who are on the line, or -1."""
    for place in range(w.lines.shape[1]):
        visit = w.lines[queue, place].first
        while visit != NONE:
            if w.attempts[visit].dials == NONE:
                return visit
            visit = w.waiting[visit].next
    return NONE


@step
def send_away(w: World, visit: int, now: float) -> None:
    """A visit's wait is over unserved; who left without a word has abandoned."""
    v = w.attempts[visit]
    step_out(w, visit)
    if v.silent:
        return
    v.ends = now
    v.end_reason = CUT_OFF
    if v.leg > 0:
        let_go_who_holds(w, visit, now)
    end_attempt(w, visit, now)


@step
def close(w: World, channel: int, now: float) -> None:
    """Sends away the first who may not wait on a closed channel, then the next."""
    for queue in range(len(w.queues)):
        if w.queues[queue].channel != channel or w.n_waiting[queue] == 0:
            continue
        if w.channels[channel].at_closing == CUTS_OFF or nobody_is_there(w, queue):
            visit = first_on_the_line(w, queue)
            if visit != NONE:
                send_away(w, visit, now)
                close_at(w, channel, now)
                return


@step
def close_again(w: World, now: float) -> None:
    """An agent has gone, and some may be left alone in line beyond the hours."""
    for queue in range(len(w.queues)):
        if w.n_waiting[queue] > 0 and is_finished(w, w.queues[queue].channel, now):
            close_at(w, w.queues[queue].channel, now)


@step
def close_to(w: World, visit: int, now: float) -> None:
    """A visit begins to wait, maybe where nobody may any more."""
    if not is_open(w, w.attempts[visit].channel, now):
        close_at(w, w.attempts[visit].channel, now)

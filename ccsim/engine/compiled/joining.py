"""Joining a queue: hear the wait, be served at once, interrupt, or stand in line."""

from math import inf

from ccsim.engine.compiled.attempts import behaviour_of, end_attempt, next_leg
from ccsim.engine.compiled.calendar import push
from ccsim.engine.compiled.closing import close_to
from ccsim.engine.compiled.codes import (
    BALKED,
    FOR_BALK,
    FOR_CALL_DUE,
    FOR_CALLBACK,
    FOR_PATIENCE,
    NONE,
    TALK,
    TRANSFERRED,
)
from ccsim.engine.compiled.dealing import chance, deal, deal_drawn, replayed
from ccsim.engine.compiled.evidence import raise_signal
from ccsim.engine.compiled.floor import find_agent, write_state
from ccsim.engine.compiled.serving import begin_service, interrupt
from ccsim.engine.compiled.sharing import find_sharer, set_next_end
from ccsim.engine.compiled.stepping import inlined, step
from ccsim.engine.compiled.waiting import announced_wait, find_contact, helper, let_go_who_holds, line_up, line_up_first
from ccsim.engine.compiled.world import CALL_IS_DUE, LEAVES, OVERFLOWS, World
from ccsim.engine.contract import OVERFLOW, PATIENCE_ENDS, RE_ATTEMPT
from ccsim.engine.laws import announced_patience, elapsed, joining_probability
from ccsim.plan.plan import WAITS


@step
def balks(w: World, visit: int, told: float, now: float) -> bool:
    """Whether a customer hears of the queue and leaves at once; then does."""
    v = w.attempts[visit]
    s = w.settings[behaviour_of(w, w.visits[visit].row)]
    joins = joining_probability(s.balks_per_waiting, w.n_waiting[v.queue], s.balks_at_wait, told)
    if chance(w, visit, FOR_BALK, 0) < joins:
        return False
    v.ends = now
    v.end_reason = BALKED
    if v.leg > 0:
        let_go_who_holds(w, visit, now)
    end_attempt(w, visit, now)
    return True


@step
def takes_callback(w: World, visit: int, told: float) -> bool:
    """Whether a customer who must wait is offered a callback, and takes it."""
    c = w.channels[w.attempts[visit].channel]
    if w.n_waiting[w.attempts[visit].queue] < c.callback_waiting and told < c.callback_wait:
        return False
    return c.callback_accepts >= 1.0 or chance(w, visit, FOR_CALLBACK, 0) < c.callback_accepts


@step
def expect_callback(w: World, visit: int, now: float) -> None:
    """A customer rings off and keeps the place in line, or is called later."""
    v = w.attempts[visit]
    v.dials = 0
    w.visits[visit].off_line = 1
    w.lines_taken[v.channel] -= 1
    delay = w.channels[v.channel].callback_after
    if delay == NONE:
        line_up(w, visit)
        if w.overflows[v.queue, 0] < inf:
            push(w, now + w.overflows[v.queue, 0], OVERFLOW, v.need, v.attempt << 4 | v.leg, OVERFLOWS, visit, 0)
        return
    due = now + deal(w, delay, visit, FOR_CALL_DUE)
    push(w, due, RE_ATTEMPT, v.need, v.attempt << 4 | v.leg, CALL_IS_DUE, visit, 0)


@inlined
def join_queue(w: World, visit: int, queue: int, now: float) -> None:
    """An agent at once, or a place in the queue and a patience timer, or neither."""
    v = w.attempts[visit]
    v.queue = queue
    v.joins = now
    shared = w.channels[v.channel].most > 1
    agent = find_sharer(w, queue, now) if shared else find_agent(w, queue, now)
    if agent == NONE and w.settings[0].interrupts and w.channels[v.channel].live:
        agent = interrupt(w, queue, now)
    if agent != NONE:
        begin_service(w, agent, visit, now)
        if shared:
            set_next_end(w, agent, now)
        return
    live = w.channels[v.channel].live
    s = w.settings[behaviour_of(w, w.visits[visit].row)]
    told = 0.0
    if w.channels[v.channel].announced_handling > 0.0:
        told = announced_wait(w, visit)
    if w.channels[v.channel].callback and v.leg == 0 and takes_callback(w, visit, told):
        expect_callback(w, visit, now)
        return
    if live and s.balks and balks(w, visit, told, now):
        return
    law = w.handling[w.visits[visit].kind, v.channel].patience
    place = replayed(w, w.visits[visit].row, v.attempt) if live and v.leg == 0 else NONE
    if place != NONE and w.replay[place].patience == w.replay[place].patience:
        v.patience = w.replay[place].patience
    elif law != NONE:
        v.patience = deal_drawn(w, law, visit, FOR_PATIENCE, w.need_states[w.visits[visit].row].patience)
        if told > 0.0:
            v.patience = announced_patience(v.patience, told, s.announced_before, s.announced_over)
    line_up(w, visit)
    if w.channels[v.channel].at_closing != WAITS:
        close_to(w, visit, now)
    if v.patience < inf:
        push(w, now + v.patience, PATIENCE_ENDS, v.need, v.attempt << 4 | v.leg, LEAVES, visit, 0)
    if w.overflows[queue, 0] < inf:
        push(w, now + w.overflows[queue, 0], OVERFLOW, v.need, v.attempt << 4 | v.leg, OVERFLOWS, visit, 0)


@step
def hand_over(w: World, agent: int, now: float) -> None:
    """An agent goes; the rest of the talk is another one's, or first in line."""
    a = w.agents[agent]
    visit = a.visit
    v = w.attempts[visit]
    rest = elapsed(now, v.talk_ends)
    write_state(w, agent, TALK, now)
    w.groups[a.group].busy -= 1
    a.visit = NONE
    a.open = 0
    a.on_floor = 0
    v.talk_ends = now
    v.ends = now
    v.wrap_up_ends = now
    v.end_reason = TRANSFERRED
    if w.settings[0].listens:
        raise_signal(w, visit, now)
    leg = next_leg(w, visit, now)
    w.visits[leg].rest = rest
    w.visits[leg].passed_to = w.visits[visit].passed_to
    n = w.attempts[leg]
    n.queue = v.queue
    n.joins = now
    other = helper(w, leg, now)
    if other == NONE and w.settings[0].interrupts:
        other = interrupt(w, n.queue, now)
    if other != NONE:
        begin_service(w, other, leg, now)
        return
    law = w.handling[w.visits[leg].kind, n.channel].patience
    if law != NONE:
        n.patience = deal(w, law, leg, FOR_PATIENCE)
    line_up_first(w, leg)
    if w.channels[n.channel].at_closing != WAITS:
        close_to(w, leg, now)
    if n.patience < inf:
        push(w, now + n.patience, PATIENCE_ENDS, n.need, n.attempt << 4 | n.leg, LEAVES, leg, 0)


@step
def overflow(w: World, visit: int, number: int, now: float) -> None:
    """A visit may be taken by other groups from now on; idle agents come in."""
    v = w.attempts[visit]
    while w.visits[visit].waits:
        agent = helper(w, visit, now)
        if agent == NONE:
            due = v.joins + w.overflows[v.queue, number + 1]
            push(w, due, OVERFLOW, v.need, v.attempt << 4 | v.leg, OVERFLOWS, visit, number + 1)
            return
        begin_service(w, agent, find_contact(w, w.agents[agent].group, NONE, 1, now), now)

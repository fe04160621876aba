"""What an agent does next, after work, after a break, as new work comes."""

from math import inf

from ccsim.engine.compiled.attempts import end_attempt, is_finished, next_leg
from ccsim.engine.compiled.calendar import push
from ccsim.engine.compiled.closing import close_again
from ccsim.engine.compiled.codes import CONSULT, IDLE, NONE, SERVED, TALK, TRANSFERRED, WRAP_UP
from ccsim.engine.compiled.evidence import raise_signal
from ccsim.engine.compiled.floor import idle_before, no_longer_idle, valid_count, write_state
from ccsim.engine.compiled.joining import join_queue
from ccsim.engine.compiled.lines import put_behind
from ccsim.engine.compiled.serving import begin_service, consults, put_in_hand, resolve, wrap_up_time
from ccsim.engine.compiled.sharing import catch_up, done_next, place_in_hand, set_next_end, some_share
from ccsim.engine.compiled.stepping import inlined, step
from ccsim.engine.compiled.waiting import find_contact
from ccsim.engine.compiled.world import BREAK_IS_OVER, TALK_ENDS, WRAP_UP_ENDS, World
from ccsim.engine.contract import BEYOND_HOURS, SHIFT_STARTS, STAGE_ENDS


@inlined
def stays(w: World, agent: int, now: float) -> bool:
    """Whether an agent who has just finished may take more work, by the clock."""
    g = w.agents[agent].group
    if w.groups[g].counted:
        return w.groups[g].busy < valid_count(w, g, now)
    return now < w.agents[agent].until


@inlined
def has_room(w: World, agent: int, now: float) -> bool:
    """Whether an agent who shares himself may take more, by the clock.

    From a channel that is closed and finishes he takes more beyond his hours.
    """
    a = w.agents[agent]
    if a.open >= w.channels[a.shares].most:
        return False
    if w.settings[0].finishes and is_finished(w, a.shares, now):
        return True
    if w.groups[a.group].counted:
        return w.groups[a.group].busy <= valid_count(w, a.group, now)
    return now < a.until


@step
def take_more(w: World, agent: int, now: float) -> bool:
    """Whether more of the channel in hand was taken, for which there was room."""
    a = w.agents[agent]
    before = a.open
    while has_room(w, agent, now):
        visit = find_contact(w, a.group, a.shares, 0, now)
        if visit == NONE:
            break
        put_in_hand(w, agent, visit, now)
    return a.open > before


@step
def fill_hands(w: World, g: int, now: float) -> None:
    """Agents who could take no more and now may do so, lowest id first."""
    first = w.plan_groups[g].first_agent
    for agent in range(first, first + w.plan_groups[g].n_agents):
        if w.agents[agent].shares != NONE and take_more(w, agent, now):
            set_next_end(w, agent, now)


@inlined
def take_work(w: World, agent: int, now: float) -> None:
    """An agent who may take work does so, or is idle from now on."""
    a = w.agents[agent]
    a.on_floor = 1
    a.since = now
    visit = find_contact(w, a.group, NONE, 0, now)
    if visit != NONE:
        begin_service(w, agent, visit, now)
        if a.shares != NONE:
            take_more(w, agent, now)
            set_next_end(w, agent, now)
        return
    a.is_idle = 1
    w.groups[a.group].n_idle += 1
    ahead = w.idle_lines[a.group].last
    while ahead != NONE and idle_before(w, agent, ahead):
        ahead = w.idle[ahead].previous
    put_behind(w.idle, w.idle_lines, a.group, ahead, agent)


@inlined
def next_break(w: World, agent: int) -> float:
    """When an agent's next break is due, inf without one."""
    row = w.agents[agent].next_break
    if row < len(w.breaks) and w.breaks[row].agent == agent:
        return w.breaks[row].starts
    return inf


@step
def begin_break(w: World, agent: int, now: float) -> None:
    """A break begins; it keeps its length but ends with the shift."""
    a = w.agents[agent]
    ends = now + w.breaks[a.next_break].lasts
    a.next_break += 1
    a.on_floor = 1
    a.on_break = 1
    if ends < a.shift_ends:
        push(w, ends, SHIFT_STARTS, agent, 0, BREAK_IS_OVER, agent, 0)


@step
def stay_on(w: World, agent: int, now: float) -> bool:
    """Whether an agent who would go takes who waits beyond a channel's hours."""
    a = w.agents[agent]
    visit = find_contact(w, a.group, BEYOND_HOURS, 0, now)
    if visit == NONE:
        return False
    a.on_floor = 1
    a.since = now
    begin_service(w, agent, visit, now)
    if a.shares != NONE:
        take_more(w, agent, now)
        set_next_end(w, agent, now)
    return True


@inlined
def free_agent(w: World, agent: int, now: float) -> None:
    """The agent's work is done: next contact, idle, a break, or off."""
    a = w.agents[agent]
    group = w.groups[a.group]
    group.busy -= 1
    a.visit = NONE
    a.open = 0
    if stays(w, agent, now):
        take_work(w, agent, now)
    elif next_break(w, agent) <= now < a.shift_ends:
        begin_break(w, agent, now)
    elif not w.settings[0].finishes or not stay_on(w, agent, now):
        a.on_floor = 0
        if some_share(w):
            fill_hands(w, a.group, now)
        if w.settings[0].finishes:
            close_again(w, now)


@step
def end_wrap_up(w: World, agent: int, now: float) -> None:
    """The wrap-up timer has run out."""
    write_state(w, agent, WRAP_UP, now)
    w.attempts[w.agents[agent].visit].wrap_up_ends = now
    free_agent(w, agent, now)


@step
def let_go(w: World, agent: int, visit: int, now: float) -> None:
    """A slot is free: more of the channel, or anything once the hands are empty."""
    a = w.agents[agent]
    place = place_in_hand(w, agent, visit)
    last = a.open - 1
    w.hands[agent, place].visit = w.hands[agent, last].visit
    w.hands[agent, place].done_at = w.hands[agent, last].done_at
    if last > 0:
        w.attempts[visit].wrap_up_ends = now
        a.open = last
        take_more(w, agent, now)
        set_next_end(w, agent, now)
    else:
        a.shares = NONE
        a.visit = visit
        end_wrap_up(w, agent, now)


@step
def wrap_up_in_hand(w: World, agent: int, visit: int, wrap_up: float, now: float) -> None:
    """The customer has left; the wrap-up keeps its slot until it is done."""
    w.agents[agent].talking -= 1
    if wrap_up > 0.0:
        w.hands[agent, place_in_hand(w, agent, visit)].done_at += wrap_up
        set_next_end(w, agent, now)
    else:
        let_go(w, agent, visit, now)


@step
def end_in_hand(w: World, agent: int, turn: int, now: float) -> None:
    """Talk or wrap-up of a visit in hand is over, if its end still counts."""
    a = w.agents[agent]
    if turn != a.turn:
        return
    h = w.hands[agent, done_next(w, agent)]
    v = w.attempts[h.visit]
    catch_up(w, agent, now)
    a.attained = h.done_at
    if v.talk_ends != v.talk_ends:
        v.talk_ends = now
        push(w, now, STAGE_ENDS, v.need, v.attempt << 4 | v.leg, TALK_ENDS, h.visit, 0)
    else:
        let_go(w, agent, h.visit, now)


@step
def end_consult(w: World, visit: int, now: float) -> None:
    """The agent no longer stays with whom he passed on, if he still does."""
    v = w.attempts[visit]
    if v.wrap_up_ends != v.wrap_up_ends:
        write_state(w, v.agent, CONSULT, now)
        v.wrap_up_ends = now
        free_agent(w, v.agent, now)


@inlined
def end_service(w: World, visit: int, now: float) -> None:
    """Talk is over: resolved or not, coded or not, evidence, wrap-up."""
    v = w.attempts[visit]
    agent = v.agent
    write_state(w, agent, TALK, now)
    v.ends = now
    wrap_up = 0.0
    if w.settings[0].told_again != NONE:
        w.need_states[w.visits[visit].row].told = 1
    if w.visits[visit].passed_to != NONE:
        v.end_reason = TRANSFERRED
    else:
        v.end_reason = SERVED
        resolve(w, visit)
        wrap_up = wrap_up_time(w, visit)
    if w.settings[0].listens:
        raise_signal(w, visit, now)
    held_by = NONE
    if v.end_reason == TRANSFERRED and consults(w, visit, now):
        held_by = visit
    elif w.agents[agent].shares != NONE:
        wrap_up_in_hand(w, agent, visit, wrap_up, now)
    elif wrap_up > 0.0:
        push(w, now + wrap_up, STAGE_ENDS, v.need, v.attempt << 4 | v.leg, WRAP_UP_ENDS, agent, 0)
    else:
        v.wrap_up_ends = now
        free_agent(w, agent, now)
    if v.end_reason == TRANSFERRED:
        leg = next_leg(w, visit, now)
        w.visits[leg].held_by = held_by
        join_queue(w, leg, w.visits[visit].passed_to, now)
    else:
        end_attempt(w, visit, now)


@step
def send_home(w: World, agent: int, now: float) -> None:
    """An idle agent leaves the floor."""
    write_state(w, agent, IDLE, now)
    no_longer_idle(w, agent)
    w.agents[agent].on_floor = 0


@step
def go_on(w: World, agent: int, now: float) -> None:
    """Work until the next break or the end of the shift, or a break that is due."""
    a = w.agents[agent]
    a.until = min(next_break(w, agent), a.shift_ends)
    if now < a.until:
        take_work(w, agent, now)
    else:
        a.since = now
        begin_break(w, agent, now)

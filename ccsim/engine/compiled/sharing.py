"""Agents who hold several contacts at a time: whose turn it is, and which contact is done next."""

from ccsim.engine.compiled.calendar import push
from ccsim.engine.compiled.codes import NONE, TALK, WRAP_UP
from ccsim.engine.compiled.floor import asked_before, first_idle, idle_before, valid_count, write_state
from ccsim.engine.compiled.lines import put_behind, take_out
from ccsim.engine.compiled.stepping import inlined, step
from ccsim.engine.compiled.waiting import is_numbered_before
from ccsim.engine.compiled.world import ENDS_IN_HAND, World
from ccsim.engine.contract import STAGE_ENDS
from ccsim.engine.laws import attained, reached


@inlined
def sharer_line(w: World, g: int, channel: int, n_open: int) -> int:
    """The line of a group's agents with so many of a channel in hand."""
    return (g * w.paces.shape[0] + channel) * w.paces.shape[1] + n_open


@step
def first_sharer(w: World, g: int, channel: int, now: float) -> int:
    """Who of a group is asked first to take one more of a channel, or -1."""
    group = w.groups[g]
    c = w.channels[channel]
    barred = group.counted and group.busy > valid_count(w, g, now)
    for k in range(c.most):
        n_open = c.most - 1 - k if c.to_most_loaded else k
        agent = NONE
        if n_open == 0:
            agent = first_idle(w, g, now)
        elif not barred:
            agent = w.sharer_lines[sharer_line(w, g, channel, n_open)].first
            while agent != NONE and not now < w.agents[agent].until:
                agent = w.idle[agent].next
        if agent != NONE:
            return agent
    return NONE


@step
def find_sharer(w: World, queue: int, now: float) -> int:
    """The agent with a free slot who takes a visit that has just joined."""
    channel = w.queues[queue].channel
    best = NONE
    best_turn = 0
    for k in range(w.ask_order.shape[1]):
        g = w.ask_order[queue, k]
        if g == NONE:
            break
        turn = w.skills[g, queue].turn
        if best != NONE and turn > best_turn:
            break
        agent = first_sharer(w, g, channel, now)
        if agent == NONE:
            continue
        n_open = w.agents[agent].open
        before = best == NONE
        if not before and n_open != w.agents[best].open:
            before = (n_open > w.agents[best].open) == (w.channels[channel].to_most_loaded == 1)
        elif not before:
            before = asked_before(w, agent, best, now) if n_open == 0 else idle_before(w, agent, best)
        if before:
            best = agent
            best_turn = turn
    return best


@step
def stand_in_line(w: World, agent: int) -> None:
    """Puts an agent with a free slot among those with as many in hand."""
    a = w.agents[agent]
    at = sharer_line(w, a.group, a.shares, a.open)
    ahead = w.sharer_lines[at].last
    while ahead != NONE and idle_before(w, agent, ahead):
        ahead = w.idle[ahead].previous
    put_behind(w.idle, w.sharer_lines, at, ahead, agent)
    a.in_line = 1


@step
def stand_aside(w: World, agent: int) -> None:
    """Takes an agent out of the line of those with as many in hand."""
    a = w.agents[agent]
    a.in_line = 0
    take_out(w.idle, w.sharer_lines, sharer_line(w, a.group, a.shares, a.open), agent)


@step
def write_shared(w: World, agent: int, now: float) -> None:
    """Logs the stretch that ends now of an agent who shares himself."""
    a = w.agents[agent]
    if now > a.since:
        v = w.attempts[w.hands[agent, 0].visit]
        queue = v.queue
        for place in range(1, a.open):
            if w.attempts[w.hands[agent, place].visit].queue != queue:
                queue = NONE
        write_state(w, agent, TALK if a.talking > 0 else WRAP_UP, now)
        s = w.states[w.counters[0].n_states - 1]
        s.queue = queue
        s.need = v.need if a.open == 1 else NONE


@step
def catch_up(w: World, agent: int, now: float) -> None:
    """What an agent's hands have attained by now, before they change."""
    a = w.agents[agent]
    if a.in_line:
        stand_aside(w, agent)
    a.attained = attained(a.attained, a.since, now, w.paces[a.shares, a.open])
    write_shared(w, agent, now)


@step
def done_next(w: World, agent: int) -> int:
    """The place in an agent's hands of the visit that is done next."""
    best = 0
    for place in range(1, w.agents[agent].open):
        one = w.hands[agent, place]
        other = w.hands[agent, best]
        if one.done_at < other.done_at or (
            one.done_at == other.done_at and is_numbered_before(w, one.visit, other.visit)
        ):
            best = place
    return best


@step
def set_next_end(w: World, agent: int, now: float) -> None:
    """Sets the end of the visit in hand that is done next."""
    a = w.agents[agent]
    a.turn += 1
    h = w.hands[agent, done_next(w, agent)]
    v = w.attempts[h.visit]
    ends = reached(now, h.done_at, a.attained, w.paces[a.shares, a.open])
    push(w, ends, STAGE_ENDS, v.need, v.attempt << 4 | v.leg, ENDS_IN_HAND, agent, a.turn)
    if a.open < w.channels[a.shares].most and now < a.until:
        stand_in_line(w, agent)


@inlined
def some_share(w: World) -> bool:
    """Whether there is a channel whose contacts share an agent."""
    return w.paces.shape[1] > 2


@step
def place_in_hand(w: World, agent: int, visit: int) -> int:
    """Where a visit is in its agent's hands."""
    place = 0
    while w.hands[agent, place].visit != visit:
        place += 1
    return place

"""The agents on the floor: their states, who is idle, and which of them is asked first."""

from ccsim.engine.compiled.codes import BREAK, IDLE, NONE
from ccsim.engine.compiled.lines import take_out
from ccsim.engine.compiled.stepping import inlined, step
from ccsim.engine.compiled.world import World
from ccsim.engine.laws import elapsed, occupancy


@step
def count_time(w: World, agent: int, state: int, now: float) -> None:
    """Adds the stretch that ends now to an agent's busy or idle time."""
    a = w.agents[agent]
    if state == IDLE:
        a.idle_for += elapsed(a.since, now)
    elif state != BREAK:
        a.busy_for += elapsed(a.since, now)


@step
def come_on(w: World, agent: int) -> None:
    """An agent who was not on the floor comes onto it; his time begins anew."""
    w.agents[agent].busy_for = 0.0
    w.agents[agent].idle_for = 0.0


@inlined
def write_state(w: World, agent: int, state: int, now: float) -> None:
    """Logs the stretch that ends now; a stretch has some length."""
    a = w.agents[agent]
    if now > a.since:
        place = w.counters[0].n_states
        w.counters[0].n_states = place + 1
        s = w.states[place]
        s.agent = agent
        s.group = a.group
        s.state = state
        s.starts = a.since
        s.ends = now
        s.queue = NONE
        s.need = NONE
        s.open = a.open
        if state != IDLE and a.visit != NONE:
            s.queue = w.attempts[a.visit].queue
            s.need = w.attempts[a.visit].need
        if w.settings[0].least_occupied:
            count_time(w, agent, state, now)
    a.since = now


@inlined
def valid_count(w: World, g: int, now: float) -> int:
    """How many may be at work now; at a change the lower of two counts."""
    group = w.groups[g]
    if now >= group.changes_at:
        return min(group.count, group.next_count)
    return group.count


@step
def idle_before(w: World, one: int, other: int) -> bool:
    """Whether one agent is as he is for longer than another."""
    if w.agents[one].since != w.agents[other].since:
        return w.agents[one].since < w.agents[other].since
    return one < other


@step
def asked_before(w: World, one: int, other: int, now: float) -> bool:
    """Whether one idle agent is asked before another of the same turn."""
    if w.settings[0].least_occupied:
        a = w.agents[one]
        b = w.agents[other]
        mine = occupancy(a.busy_for, a.idle_for, a.since, now)
        theirs = occupancy(b.busy_for, b.idle_for, b.since, now)
        if mine != theirs:
            return mine < theirs
    return idle_before(w, one, other)


@step
def least_occupied(w: World, g: int, now: float) -> int:
    """Who of a group's idle agents has been busy least and may take work, or -1."""
    best = NONE
    agent = w.idle_lines[g].first
    while agent != NONE:
        if now < w.agents[agent].until and (best == NONE or asked_before(w, agent, best, now)):
            best = agent
        agent = w.idle[agent].next
    return best


@inlined
def first_idle(w: World, g: int, now: float) -> int:
    """Who of a group's idle agents is asked first and may take work, or -1."""
    group = w.groups[g]
    if group.n_idle == 0 or (group.counted and group.busy >= valid_count(w, g, now)):
        return NONE
    if w.settings[0].least_occupied:
        return least_occupied(w, g, now)
    agent = w.idle_lines[g].first
    while agent != NONE and not now < w.agents[agent].until:
        agent = w.idle[agent].next
    return agent


@inlined
def keeps_back(w: World, g: int, queue: int, himself: int) -> bool:
    """Whether a group keeps its idle agents from deferrable work.

    Himself is 1 for an agent who is among the idle, else 0.
    """
    return w.groups[g].n_idle - himself < w.plan_groups[g].reserve and not w.channels[w.queues[queue].channel].live


@inlined
def find_agent(w: World, queue: int, now: float) -> int:
    """The idle agent who takes a visit that has just joined, or -1."""
    best = NONE
    best_turn = 0
    for k in range(w.ask_order.shape[1]):
        g = w.ask_order[queue, k]
        if g == NONE:
            break
        turn = w.skills[g, queue].turn
        if best != NONE and turn > best_turn:
            break
        if keeps_back(w, g, queue, 1):
            continue
        agent = first_idle(w, g, now)
        if agent != NONE and (best == NONE or asked_before(w, agent, best, now)):
            best = agent
            best_turn = turn
    return best


@inlined
def no_longer_idle(w: World, agent: int) -> None:
    """Takes an agent out of the line of the idle."""
    g = w.agents[agent].group
    w.agents[agent].is_idle = 0
    w.groups[g].n_idle -= 1
    take_out(w.idle, w.idle_lines, g, agent)

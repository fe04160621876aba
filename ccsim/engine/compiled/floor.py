"""The agents on the floor: their states, who is idle, and which of them is asked first."""

from ccsim.engine.compiled.codes import IDLE, NONE
from ccsim.engine.compiled.lines import take_out
from ccsim.engine.compiled.stepping import inlined, step
from ccsim.engine.compiled.world import World


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
    a.since = now


@inlined
def valid_count(w: World, g: int, now: float) -> int:
    """How many may be at work now; at a change the lower of two counts."""
    group = w.groups[g]
    if now >= group.changes_at:
        return min(group.count, group.next_count)
    return group.count


@inlined
def longest_idle(w: World, g: int, now: float) -> int:
    """Who of a group has been idle longest and may take work, or -1."""
    group = w.groups[g]
    if group.n_idle == 0 or (group.counted and group.busy >= valid_count(w, g, now)):
        return NONE
    agent = w.idle_lines[g].first
    while agent != NONE and not now < w.agents[agent].until:
        agent = w.idle[agent].next
    return agent


@step
def idle_before(w: World, one: int, other: int) -> bool:
    """Whether one agent is asked before another of the same turn."""
    if w.agents[one].since != w.agents[other].since:
        return w.agents[one].since < w.agents[other].since
    return one < other


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
        agent = longest_idle(w, g, now)
        if agent != NONE and (best == NONE or idle_before(w, agent, best)):
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

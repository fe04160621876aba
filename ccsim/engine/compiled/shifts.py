"""Agents come and go: shifts, breaks and numbers by the clock."""

from math import inf

from ccsim.engine.compiled.closing import close_again
from ccsim.engine.compiled.codes import BREAK, NONE
from ccsim.engine.compiled.floor import come_on, idle_before, write_state
from ccsim.engine.compiled.joining import hand_over
from ccsim.engine.compiled.next_work import (
    begin_break,
    fill_hands,
    go_on,
    next_break,
    send_home,
    stay_on,
    take_more,
    take_work,
)
from ccsim.engine.compiled.serving import hands_over, put_down, puts_down
from ccsim.engine.compiled.sharing import set_next_end, some_share, stand_aside, stand_in_line
from ccsim.engine.compiled.stepping import step
from ccsim.engine.compiled.world import World


@step
def gives_back(w: World, agent: int, now: float) -> bool:
    """Whether an agent who is to go puts down, or hands over, what is in hand."""
    return puts_down(w, agent) or hands_over(w, agent, now)


@step
def give_back(w: World, agent: int, now: float) -> None:
    """An agent goes; what is in hand is put down, or handed over."""
    if puts_down(w, agent):
        put_down(w, agent, now)
    else:
        hand_over(w, agent, now)


@step
def begin_shift(w: World, agent: int, shift: int, now: float) -> None:
    """An agent's shift starts."""
    a = w.agents[agent]
    a.shift_ends = w.shifts[shift].ends
    # a break that the last shift ended before it could begin
    while next_break(w, agent) < now:
        a.next_break += 1
    if not a.on_floor:
        come_on(w, agent)
        go_on(w, agent, now)
        return
    a.until = min(next_break(w, agent), a.shift_ends)
    if a.shares != NONE:
        if take_more(w, agent, now):
            set_next_end(w, agent, now)
        elif a.open < w.channels[a.shares].most and not a.in_line:
            stand_in_line(w, agent)


@step
def end_shift(w: World, agent: int, now: float) -> None:
    """An agent's shift ends: idle, on a break or giving back, he goes."""
    a = w.agents[agent]
    if a.is_idle:
        send_home(w, agent, now)
    elif a.on_break:
        write_state(w, agent, BREAK, now)
        a.on_break = 0
        a.on_floor = 0
    elif a.in_line:
        stand_aside(w, agent)
    elif gives_back(w, agent, now):
        give_back(w, agent, now)
        if w.settings[0].finishes:
            stay_on(w, agent, now)
    if w.settings[0].finishes:
        close_again(w, now)


@step
def break_is_due(w: World, agent: int, row: int, now: float) -> None:
    """The time of a break has come; who is busy or on another has it later."""
    if w.agents[agent].next_break != row:
        return
    if w.agents[agent].is_idle:
        send_home(w, agent, now)
        begin_break(w, agent, now)
    elif puts_down(w, agent):
        put_down(w, agent, now)
        begin_break(w, agent, now)


@step
def end_break(w: World, agent: int, now: float) -> None:
    """A break is over: the next one if it is due, or work."""
    a = w.agents[agent]
    write_state(w, agent, BREAK, now)
    a.on_break = 0
    go_on(w, agent, now)


@step
def last_to_begin(w: World, g: int, now: float) -> int:
    """Who of a group began last what he would give back, or -1."""
    last = NONE
    first = w.plan_groups[g].first_agent
    for agent in range(first, first + w.plan_groups[g].n_agents):
        if gives_back(w, agent, now) and (last == NONE or idle_before(w, last, agent)):
            last = agent
    return last


@step
def change_count(w: World, g: int, row: int, now: float) -> None:
    """A group's count changes: lowest ids come on, or the shortest idle go."""
    group = w.groups[g]
    group.count = w.counts[row].agents
    group.changes_at = inf
    if row + 1 < len(w.counts) and w.counts[row + 1].group == g:
        group.changes_at = w.counts[row + 1].time
        group.next_count = w.counts[row + 1].agents
    first = w.plan_groups[g].first_agent
    for agent in range(first, first + w.plan_groups[g].n_agents):
        if group.busy + group.n_idle >= group.count:
            break
        if not w.agents[agent].on_floor:
            come_on(w, agent)
            take_work(w, agent, now)
    while group.busy + group.n_idle > group.count and group.n_idle > 0:
        send_home(w, w.idle_lines[g].last, now)
    while group.busy + group.n_idle > group.count:
        last = last_to_begin(w, g, now)
        if last == NONE:
            break
        give_back(w, last, now)
        if w.settings[0].finishes:
            stay_on(w, last, now)
    if some_share(w):
        fill_hands(w, g, now)
    if w.settings[0].finishes:
        close_again(w, now)

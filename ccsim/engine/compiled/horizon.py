"""The first and the last instant of a replication."""

from math import inf, nan

from ccsim.draws.streams import entity, uniform
from ccsim.draws.variates import quantile
from ccsim.engine.compiled.calendar import push
from ccsim.engine.compiled.closing import close_at
from ccsim.engine.compiled.codes import (
    ANYWAY,
    BREAK,
    CONSULT,
    DIALLING,
    HORIZON,
    IDLE,
    NONE,
    OF_CAUSE,
    TALK,
    TRANSFERRED,
    WRAP_UP,
)
from ccsim.engine.compiled.floor import write_state
from ccsim.engine.compiled.lines import clear
from ccsim.engine.compiled.sharing import write_shared
from ccsim.engine.compiled.stepping import inlined, step
from ccsim.engine.compiled.world import BREAK_IS_DUE, COUNT_CHANGES, FOUND, SHIFT_BEGINS, SHIFT_IS_OVER, World
from ccsim.engine.contract import DETECTION, SHIFT_ENDS, SHIFT_STARTS
from ccsim.engine.laws import elapsed
from ccsim.plan.plan import WAITS


@inlined
def ends_now(w: World, visit: int, now: float) -> bool:
    """Whether talk is over, and not put down since its end was set."""
    v = w.attempts[visit]
    return v.talk_ends == now and v.end_reason == HORIZON and not w.visits[visit].waits


@step
def end_at_horizon(w: World) -> None:
    """Logs what the horizon cut off; talk that it cut has no end."""
    horizon = w.counters[0].horizon
    for agent in range(len(w.agents)):
        a = w.agents[agent]
        if a.shares != NONE:
            write_shared(w, agent, horizon)
        elif a.visit == NONE:
            if a.on_floor:
                write_state(w, agent, BREAK if a.on_break else IDLE, horizon)
        elif w.attempts[a.visit].end_reason == HORIZON or w.attempts[a.visit].silent:
            w.attempts[a.visit].talk_ends = nan
            begun = w.attempts[a.visit].starts == w.attempts[a.visit].starts
            write_state(w, agent, TALK if begun else DIALLING, horizon)
        else:
            passed_on = w.attempts[a.visit].end_reason == TRANSFERRED
            write_state(w, agent, CONSULT if passed_on else WRAP_UP, horizon)
    for q in range(w.lines.shape[0]):
        for place in range(w.lines.shape[1]):
            visit = w.lines[q, place].first
            while visit != NONE and w.attempts[visit].starts == w.attempts[visit].starts:
                w.attempts[visit].talk_ends = nan
                w.attempts[visit].paused += elapsed(w.visits[visit].put_down, horizon)
                visit = w.waiting[visit].next


@step
def put_on_calendar(w: World) -> None:
    """Shifts and their breaks, changes of counts, closings, causes found anyway."""
    c = w.counters[0]
    for row in range(len(w.shifts)):
        s = w.shifts[row]
        push(w, s.starts, SHIFT_STARTS, s.agent, 0, SHIFT_BEGINS, s.agent, row)
        push(w, s.ends, SHIFT_ENDS, s.agent, 0, SHIFT_IS_OVER, s.agent, row)
    for row in range(len(w.breaks)):
        push(w, w.breaks[row].starts, SHIFT_ENDS, w.breaks[row].agent, 0, BREAK_IS_DUE, w.breaks[row].agent, row)
    for row in range(len(w.counts)):
        g = w.counts[row].group
        before = w.counts[row - 1].agents if row > 0 and w.counts[row - 1].group == g else 0
        rank = SHIFT_ENDS if w.counts[row].agents < before else SHIFT_STARTS
        push(w, w.counts[row].time, rank, len(w.agents) + g, 0, COUNT_CHANGES, g, row)
    for channel in range(len(w.channels)):
        if w.channels[channel].at_closing != WAITS:
            first = w.channels[channel].first_opening
            for place in range(first, first + w.channels[channel].n_openings):
                if w.openings[place].closes > 0.0:
                    close_at(w, channel, w.openings[place].closes)
    law = w.settings[0].found_anyway
    if law != NONE:
        x = w.laws[law]
        for cause in range(len(w.causes)):
            k = w.plan_causes[cause]
            u = uniform(c.seed, c.replication, entity(OF_CAUSE, k.stream, 0, k.number), ANYWAY)
            delay = quantile(x.kind, x.first, x.second, x.third, x.atom, x.atom_at, x.offset, x.n, w.tables, u)
            push(w, c.measured_from + delay, DETECTION, cause, 0, FOUND, cause, 0)


@step
def begin(w: World) -> None:
    """Empty queues, nobody on the floor, and what is known on the calendar."""
    w.counters[0].begun = 1
    for g in range(len(w.groups)):
        group = w.groups[g]
        group.counted = w.plan_groups[g].counted
        group.busy = 0
        group.n_idle = 0
        group.count = 0
        group.next_count = 0
        group.changes_at = inf
        clear(w.idle_lines, g)
        first = w.plan_groups[g].first_agent
        for agent in range(first, first + w.plan_groups[g].n_agents):
            a = w.agents[agent]
            a.group = g
            a.on_floor = 0
            a.is_idle = 0
            a.since = nan
            a.until = inf
            a.visit = NONE
            a.open = 0
            a.shares = NONE
            a.talking = 0
            a.turn = 0
            a.in_line = 0
            a.busy_for = 0.0
            a.idle_for = 0.0
            a.shift_ends = inf
            a.next_break = len(w.breaks)
            a.on_break = 0
    for row in range(len(w.breaks) - 1, -1, -1):
        w.agents[w.breaks[row].agent].next_break = row
    for line in range(len(w.sharer_lines)):
        clear(w.sharer_lines, line)
    for row in range(len(w.counts) - 1, -1, -1):
        group = w.groups[w.counts[row].group]
        group.changes_at = w.counts[row].time
        group.next_count = w.counts[row].agents
    for queue in range(w.lines.shape[0]):
        for place in range(w.lines.shape[1]):
            clear(w.lines[queue], place)
    for cause in range(len(w.causes)):
        k = w.causes[cause]
        k.detected = nan
        k.detected_by = NONE
        k.n_evidence = 0
    put_on_calendar(w)

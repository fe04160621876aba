"""Visits that wait: their order in a line, who of them is next, and who may help."""

from ccsim.engine.compiled.attempts import is_finished
from ccsim.engine.compiled.calendar import push
from ccsim.engine.compiled.codes import NONE
from ccsim.engine.compiled.floor import asked_before, first_idle, keeps_back
from ccsim.engine.compiled.lines import put_behind, take_out
from ccsim.engine.compiled.stepping import inlined, step
from ccsim.engine.compiled.world import CONSULT_ENDS, FIRST, IN_ORDER, World
from ccsim.engine.contract import BEYOND_HOURS, STAGE_ENDS
from ccsim.engine.laws import aged_priority, expected_wait


@step
def is_numbered_before(w: World, one: int, other: int) -> bool:
    """Whether a visit's need and attempt come before another's."""
    a = w.attempts[one]
    b = w.attempts[other]
    return a.need < b.need or (a.need == b.need and a.attempt < b.attempt)


@step
def goes_before(w: World, one: int, other: int) -> bool:
    """Whether one waiting visit goes before another of its line.

    What was put down or is due for a call goes first, then who joined first. Among those who joined in the same
    instant the need's id decides; a need waits twice only where a message lies for too long, or a customer has left
    without a word.
    """
    a = w.attempts[one]
    b = w.attempts[other]
    first = w.visits[one].waits == FIRST
    if first != (w.visits[other].waits == FIRST):
        return first
    if a.joins != b.joins:
        return a.joins < b.joins
    return is_numbered_before(w, one, other)


@inlined
def line_up(w: World, visit: int) -> None:
    """Puts a visit at its place in the line of its queue and priority.

    Only those who joined in this very instant can be behind it.
    """
    v = w.attempts[visit]
    w.visits[visit].waits = IN_ORDER
    w.n_waiting[v.queue] += 1
    lines = w.lines[v.queue]
    place = w.handling[w.visits[visit].kind, v.channel].place
    ahead = lines[place].last
    while ahead != NONE and goes_before(w, visit, ahead):
        ahead = w.waiting[ahead].previous
    put_behind(w.waiting, lines, place, ahead, visit)


@step
def line_up_first(w: World, visit: int) -> None:
    """Puts a visit that was put down, or is due for a call, into its line.

    Only such visits can be ahead of it.
    """
    v = w.attempts[visit]
    w.visits[visit].waits = FIRST
    w.n_waiting[v.queue] += 1
    lines = w.lines[v.queue]
    place = w.handling[w.visits[visit].kind, v.channel].place
    ahead = NONE
    behind = lines[place].first
    while behind != NONE and goes_before(w, behind, visit):
        ahead = behind
        behind = w.waiting[behind].next
    put_behind(w.waiting, lines, place, ahead, visit)


@inlined
def may_be_taken(w: World, visit: int, after: float, now: float) -> bool:
    """Whether a visit has waited long enough for a skill, or goes before others."""
    return w.attempts[visit].joins + after <= now or w.visits[visit].waits != IN_ORDER


@step
def helper(w: World, visit: int, now: float) -> int:
    """The idle agent whose turn it is, of groups that may take a visit by now."""
    v = w.attempts[visit]
    best = NONE
    best_turn = 0
    for g in range(len(w.groups)):
        skill = w.skills[g, v.queue]
        if skill.preference != NONE and may_be_taken(w, visit, skill.after, now) and not keeps_back(w, g, v.queue, 1):
            agent = first_idle(w, g, now)
            if agent != NONE and (
                best == NONE
                or skill.turn < best_turn
                or (skill.turn == best_turn and asked_before(w, agent, best, now))
            ):
                best = agent
                best_turn = skill.turn
    return best


@step
def announced_wait(w: World, visit: int) -> float:
    """The wait that a channel announces to a visit that finds no agent free."""
    v = w.attempts[visit]
    agents = 0
    for k in range(w.ask_order.shape[1]):
        g = w.ask_order[v.queue, k]
        if g == NONE:
            break
        agents += w.groups[g].busy + w.groups[g].n_idle
    return expected_wait(w.channels[v.channel].announced_handling, w.n_waiting[v.queue], agents)


@inlined
def step_out(w: World, visit: int) -> None:
    """Takes a visit out of its line."""
    v = w.attempts[visit]
    w.visits[visit].waits = 0
    w.n_waiting[v.queue] -= 1
    take_out(w.waiting, w.lines[v.queue], w.handling[w.visits[visit].kind, v.channel].place, visit)


@step
def comes_first(w: World, one: int, other: int, now: float) -> bool:
    """Whether the first of one line is taken before the first of another."""
    a = w.handling[w.visits[one].kind, w.attempts[one].channel]
    b = w.handling[w.visits[other].kind, w.attempts[other].channel]
    mine = aged_priority(a.priority, a.rises, w.attempts[one].joins, now)
    theirs = aged_priority(b.priority, b.rises, w.attempts[other].joins, now)
    if mine != theirs:
        return mine < theirs
    return goes_before(w, one, other)


@step
def is_looked_at(w: World, one: int, channel: int, now: float) -> bool:
    """Whether one channel is among those from which an agent takes work."""
    return one == channel or (channel == BEYOND_HOURS and is_finished(w, one, now))


@inlined
def find_contact(w: World, g: int, channel: int, himself: int, now: float) -> int:
    """The waiting visit that a free agent takes, removed from its queue; or -1.

    Only one channel is looked at, or with -1 every one, or with `BEYOND_HOURS` those that are closed and finish.
    Himself is 1 for an agent who is among the idle, else 0.
    """
    best = NONE
    best_preference = 0
    for k in range(w.work_order.shape[1]):
        q = w.work_order[g, k]
        if q == NONE:
            break
        preference = w.skills[g, q].preference
        if best != NONE and preference > best_preference:
            break
        if channel != NONE and not is_looked_at(w, w.queues[q].channel, channel, now):
            continue
        if keeps_back(w, g, q, himself):
            continue
        for place in range(w.lines.shape[1]):
            head = w.lines[q, place].first
            # who heads a line has waited longest in it, or goes before the others
            if head != NONE and may_be_taken(w, head, w.skills[g, q].after, now):
                if best == NONE or comes_first(w, head, best, now):
                    best = head
                    best_preference = preference
                if not w.settings[0].ages:
                    break
    if best != NONE:
        step_out(w, best)
    return best


@step
def let_go_who_holds(w: World, visit: int, now: float) -> None:
    """A leg's wait is over: the agent who stayed with the customer is free next."""
    v = w.attempts[visit]
    if w.visits[visit].held_by != NONE:
        before = w.visits[visit].held_by
        push(w, now, STAGE_ENDS, v.need, v.attempt << 4 | (v.leg - 1), CONSULT_ENDS, before, 0)

"""The decisions and steps of the contract's table on record arrays, by their names.

Everywhere w is the world, now the time (s since the run's start), and visit, row, agent, g, queue, channel, cause, law
the place of a leg, need, agent, group, queue, channel, cause or law in its array; -1 is none. What each step does and
why is told once, in the reference engine. A step stands below the steps that it calls, because each is compiled as it
is met.
"""

from math import inf, nan

from ccsim.draws.streams import Kind, Purpose, entity, need_uniform, slot, uniform
from ccsim.draws.variates import quantile
from ccsim.engine.compiled.calendar import push
from ccsim.engine.compiled.lines import clear, put_behind, take_out
from ccsim.engine.compiled.stepping import inlined, step
from ccsim.engine.compiled.world import (
    BREAK_IS_DUE,
    BREAK_IS_OVER,
    COUNT_CHANGES,
    ENDS_IN_HAND,
    F8,
    FOUND,
    GATE_ENDS,
    LEAVES,
    LOOKED_IN_VAIN,
    OVERFLOWS,
    SEARCH_ENDS,
    SHIFT_BEGINS,
    SHIFT_IS_OVER,
    TALK_ENDS,
    TRIES_AGAIN,
    WRAP_UP_ENDS,
    World,
)
from ccsim.engine.contract import (
    DETECTION,
    OVERFLOW,
    PATIENCE_ENDS,
    RE_ATTEMPT,
    SHIFT_ENDS,
    SHIFT_STARTS,
    STAGE_ENDS,
)
from ccsim.engine.laws import (
    announced_patience,
    attained,
    elapsed,
    expected_wait,
    gate_probability,
    joining_probability,
    pick,
    reached,
    resolution_probability,
    talk_duration,
    within,
)
from ccsim.logs.codes import AgentState, EndReason, Outcome, Route
from ccsim.plan.plan import GATE_AGENT, GATE_BLOCKED, GATE_HUNG_UP, GATE_RESOLVED, GATE_WRONG

NONE = -1
SERVED = int(EndReason.SERVED)
ABANDONED = int(EndReason.ABANDONED)
CLOSED = int(EndReason.CLOSED)
BLOCKED = int(EndReason.BLOCKED)
BALKED = int(EndReason.BALKED)
HORIZON = int(EndReason.HORIZON)
TRANSFERRED = int(EndReason.TRANSFERRED)
END_GATE_RESOLVED = int(EndReason.GATE_RESOLVED)
END_GATE_WRONG = int(EndReason.GATE_WRONG)
END_GATE_HUNG_UP = int(EndReason.GATE_HUNG_UP)
END_GATE_BLOCKED = int(EndReason.GATE_BLOCKED)
OPEN = int(Outcome.OPEN)
RESOLVED = int(Outcome.RESOLVED)
GIVEN_UP = int(Outcome.GIVEN_UP)
ASKED_ELSEWHERE = int(Outcome.ASKED_ELSEWHERE)
LOST = int(Outcome.LOST)
IDLE = int(AgentState.IDLE)
TALK = int(AgentState.TALK)
WRAP_UP = int(AgentState.WRAP_UP)
BREAK = int(AgentState.BREAK)
MANUAL_SAMPLE = int(Route.MANUAL_SAMPLE)
SPEECH_ANALYTICS = int(Route.SPEECH_ANALYTICS)
AGENT_FLAG = int(Route.AGENT_FLAG)
LOG_ANALYSIS = int(Route.LOG_ANALYSIS)
FOUND_ANYWAY = int(Route.FOUND_ANYWAY)
FOR_FIND = int(Purpose.FIND)
FOR_PUT_OFF = int(Purpose.PUT_OFF)
FOR_DIVERT = int(Purpose.DIVERT)
FOR_BYPASS = int(Purpose.BYPASS)
FOR_GATE_TIME = int(Purpose.GATE_TIME)
FOR_GATE_HANG_UP = int(Purpose.GATE_HANG_UP)
FOR_GATE_SOLVES = int(Purpose.GATE_SOLVES)
FOR_GATE_WRONG = int(Purpose.GATE_WRONG)
FOR_GATE_BLOCKED = int(Purpose.GATE_BLOCKED)
FOR_MISROUTE = int(Purpose.MISROUTE)
FOR_WRONG_QUEUE = int(Purpose.WRONG_QUEUE)
FOR_PATIENCE = int(Purpose.PATIENCE)
FOR_BALK = int(Purpose.BALK)
FOR_TALK = int(Purpose.TALK)
FOR_WRAP_UP = int(Purpose.WRAP_UP)
FOR_RESOLVED = int(Purpose.RESOLVED)
FOR_CODED = int(Purpose.CODED)
FOR_NOTICED = int(Purpose.NOTICED)
FOR_RETRY = int(Purpose.RETRY)
FOR_RETRY_DELAY = int(Purpose.RETRY_DELAY)
FOR_DISCOVERY = int(Purpose.DISCOVERY)
FOR_CLOSED_NEXT = int(Purpose.CLOSED_NEXT)
FOR_CLOSED_DELAY = int(Purpose.CLOSED_DELAY)
FOR_RECORDED = int(Purpose.RECORDED)
FOR_ACCESSIBLE = int(Purpose.ACCESSIBLE)
FOR_CONTENT = int(Purpose.CONTENT)
FOR_ANALYSED = int(Purpose.ANALYSED)
ANYWAY = slot(int(Purpose.FOUND_ANYWAY), 0, 0, 0, 0)
OF_CAUSE = int(Kind.CAUSE)


@inlined
def chance(w: World, visit: int, purpose: int, alternative: int) -> float:
    """The uniform number that this leg of an attempt was dealt for a purpose."""
    v = w.attempts[visit]
    c = w.counters[0]
    return need_uniform(c.seed, c.replication, v.need, purpose, v.attempt, v.leg, alternative)


@step
def first_chance(w: World, need: int, purpose: int) -> float:
    """The uniform number that a need was dealt before its first attempt."""
    c = w.counters[0]
    return need_uniform(c.seed, c.replication, need, purpose, 0, 0, 0)


@inlined
def deal(w: World, law: int, visit: int, purpose: int) -> float:
    """The value that this leg of an attempt was dealt from a law."""
    x = w.laws[law]
    u = chance(w, visit, purpose, 0)
    return quantile(x.kind, x.first, x.second, x.third, x.atom, x.atom_at, x.offset, x.n, w.tables, u)


@step
def replayed(w: World, row: int, attempt: int) -> int:
    """The place of the replayed row of a need's attempt, or -1."""
    if len(w.replay) == 0:
        return NONE
    n = w.need_states[row]
    for place in range(n.first_replay, n.first_replay + n.n_replay):
        if w.replay[place].attempt == attempt:
            return place
    return NONE


@step
def other_channel(cumulative: F8, row: int, u: float) -> int:
    """The channel in whose stretch of cumulative probabilities u falls."""
    for channel in range(cumulative.shape[1]):
        if u < cumulative[row, channel]:
            return channel
    return NONE


@inlined
def openings_before(w: World, channel: int, now: float) -> int:
    """How many of a channel's openings have begun."""
    first = w.channels[channel].first_opening
    low, high = 0, w.channels[channel].n_openings
    while low < high:
        middle = (low + high) // 2
        if w.openings[first + middle].opens <= now:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def is_open(w: World, channel: int, now: float) -> bool:
    """Whether a channel is open: on [opens, closes)."""
    first = w.channels[channel].first_opening
    place = openings_before(w, channel, now) - 1
    return place >= 0 and now < w.openings[first + place].closes


@step
def next_opening(w: World, channel: int, now: float) -> float:
    """When a closed channel opens next, inf if not again."""
    place = openings_before(w, channel, now)
    if place < w.channels[channel].n_openings:
        return w.openings[w.channels[channel].first_opening + place].opens
    return inf


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
def set_out(w: World, row: int, attempt: int, leg: int, channel: int, now: float) -> int:
    """A new leg of an attempt, unfinished until it ends; the place of its row."""
    visit = w.counters[0].n_visits
    w.counters[0].n_visits = visit + 1
    v = w.attempts[visit]
    v.need = w.needs[row].need
    v.attempt = attempt
    v.leg = leg
    v.need_type = w.needs[row].need_type
    v.channel = channel
    v.queue = NONE
    v.group = NONE
    v.agent = NONE
    v.arrives = now
    v.enters = nan
    v.joins = nan
    v.starts = nan
    v.talk_ends = nan
    v.ends = w.counters[0].horizon
    v.wrap_up_ends = nan
    v.patience = nan
    v.end_reason = HORIZON
    v.gated = 0
    v.bypassed = 0
    v.resolved = NONE
    v.coded = NONE
    v.typing = w.channels[channel].typing
    v.analysed = 0
    v.paused = nan
    k = w.visits[visit]
    k.row = row
    k.waits = 0
    k.misrouted = 0
    return visit


@step
def choose_channel(w: World, row: int) -> int:
    """The channel of the first attempt, after hiding, friction, diversion."""
    preferred = w.needs[row].preferred
    c = w.channels[preferred]
    need = w.needs[row].need
    found = c.prominence >= 1.0 or first_chance(w, need, FOR_FIND) < c.prominence
    if found and (c.friction <= 0.0 or first_chance(w, need, FOR_PUT_OFF) >= c.friction):
        return preferred
    return other_channel(w.diverted, preferred, first_chance(w, need, FOR_DIVERT))


@step
def settle(w: World, row: int, outcome: int, now: float) -> None:
    """The need's life is over."""
    w.needs[row].outcome = outcome
    w.needs[row].ended = now


@step
def retry(w: World, visit: int, now: float) -> None:
    """Whether, when and where the customer tries again."""
    v = w.attempts[visit]
    row = w.visits[visit].row
    s = w.settings[0]
    when = inf
    channel = NONE
    if v.end_reason == CLOSED:
        u = chance(w, visit, FOR_CLOSED_NEXT, 0)
        c = w.channels[v.channel]
        if u < c.returns:
            when = next_opening(w, v.channel, now) + deal(w, c.returns_after, visit, FOR_CLOSED_DELAY)
            channel = v.channel
        else:
            when = now
            channel = other_channel(w.closed_diverted, v.channel, u)
    else:
        purpose = FOR_RETRY_DELAY
        if v.end_reason == ABANDONED or v.end_reason == BALKED:
            probability, law = s.redial, s.redial_after
        elif v.end_reason == BLOCKED:
            probability, law = s.blocked_retry, s.blocked_retry_after
        elif v.end_reason == SERVED or v.end_reason == END_GATE_WRONG:
            probability, law = s.reconnect, s.reconnect_after
            if v.end_reason == END_GATE_WRONG or chance(w, visit, FOR_NOTICED, 0) >= s.noticed:
                law = s.discovered_after
                purpose = FOR_DISCOVERY
        else:
            probability, law = s.gate_retry, s.gate_retry_after
        place = replayed(w, row, v.attempt + 1)
        same = v.channel
        if place != NONE and w.replay[place].channel != NONE:
            same = w.replay[place].channel
        if place != NONE and w.replay[place].redial_after == w.replay[place].redial_after:
            when = now + w.replay[place].redial_after
            channel = same
        elif probability > 0.0 and chance(w, visit, FOR_RETRY, 0) < probability:
            when = now + deal(w, law, visit, purpose)
            channel = same
    if channel == NONE:
        settle(w, row, GIVEN_UP, now)
    elif v.attempt + 1 >= s.most_attempts:
        settle(w, row, LOST, now)
    else:
        push(w, when, RE_ATTEMPT, v.need, (v.attempt + 1) << 4, TRIES_AGAIN, row, (v.attempt + 1) << 32 | channel)


@inlined
def end_attempt(w: World, visit: int, now: float) -> None:
    """Off the line: the need is resolved, or the customer may try again."""
    v = w.attempts[visit]
    w.lines_taken[v.channel] -= 1
    if v.resolved == 1:
        settle(w, w.visits[visit].row, RESOLVED, now)
    else:
        retry(w, visit, now)


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
            agent = longest_idle(w, g, now)
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
            before = idle_before(w, agent, best)
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
            one.done_at == other.done_at and w.attempts[one.visit].need < w.attempts[other.visit].need
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


@step
def goes_before(w: World, one: int, other: int) -> bool:
    """Whether one waiting visit goes before another of its line.

    What was put down goes first, then who joined first. A need waits in one place only, so its id decides between
    visits that joined in the same instant.
    """
    a = w.attempts[one]
    b = w.attempts[other]
    begun = a.starts == a.starts
    if begun != (b.starts == b.starts):
        return begun
    if a.joins != b.joins:
        return a.joins < b.joins
    return a.need < b.need


@inlined
def line_up(w: World, visit: int) -> None:
    """Puts a visit at its place in the line of its queue and priority.

    Only those who joined in this very instant can be behind it.
    """
    v = w.attempts[visit]
    w.visits[visit].waits = 1
    w.n_waiting[v.queue] += 1
    lines = w.lines[v.queue]
    place = w.need_types[v.need_type].place
    ahead = lines[place].last
    while ahead != NONE and goes_before(w, visit, ahead):
        ahead = w.waiting[ahead].previous
    put_behind(w.waiting, lines, place, ahead, visit)


@step
def line_up_first(w: World, visit: int) -> None:
    """Puts a visit that was put down back into its line.

    Only such visits can be ahead of it.
    """
    v = w.attempts[visit]
    w.visits[visit].waits = 1
    w.n_waiting[v.queue] += 1
    lines = w.lines[v.queue]
    place = w.need_types[v.need_type].place
    ahead = NONE
    behind = lines[place].first
    while behind != NONE and goes_before(w, behind, visit):
        ahead = behind
        behind = w.waiting[behind].next
    put_behind(w.waiting, lines, place, ahead, visit)


@inlined
def no_longer_idle(w: World, agent: int) -> None:
    """Takes an agent out of the line of the idle."""
    g = w.agents[agent].group
    w.agents[agent].is_idle = 0
    w.groups[g].n_idle -= 1
    take_out(w.idle, w.idle_lines, g, agent)


@inlined
def talk_time(w: World, visit: int) -> float:
    """How long the agent will talk to, or work for, the customer."""
    v = w.attempts[visit]
    row = w.visits[visit].row
    place = NONE if v.leg > 0 else replayed(w, row, v.attempt)
    if place != NONE and w.replay[place].talk == w.replay[place].talk:
        return w.replay[place].talk
    c = w.channels[v.channel]
    if w.visits[visit].misrouted:
        return deal(w, c.misroute_talk, visit, FOR_TALK)
    kind = w.need_types[v.need_type]
    return talk_duration(
        deal(w, w.handling[v.need_type, v.channel].talk, visit, FOR_TALK),
        w.needs[row].complexity,
        kind.typical,
        kind.handling_grows,
        w.skills[v.group, v.queue].handles,
        w.plan_groups[v.group].speed,
        w.settings[0].listening if c.live else 0.0,
    )


@step
def take_up_again(w: World, visit: int, now: float) -> None:
    """Work that was put down goes on; the rest of it is as long as it was."""
    v = w.attempts[visit]
    v.paused += elapsed(w.visits[visit].put_down, now)
    v.talk_ends = now + elapsed(w.visits[visit].put_down, v.talk_ends)


@step
def put_in_hand(w: World, agent: int, visit: int, now: float) -> None:
    """One visit more for an agent who shares himself."""
    a = w.agents[agent]
    v = w.attempts[visit]
    v.agent = agent
    v.group = a.group
    v.starts = now
    if a.open == 0:
        a.shares = v.channel
        a.attained = 0.0
    else:
        catch_up(w, agent, now)
    w.hands[agent, a.open].visit = visit
    w.hands[agent, a.open].done_at = a.attained + talk_time(w, visit)
    a.open += 1
    a.talking += 1


@inlined
def begin_service(w: World, agent: int, visit: int, now: float) -> None:
    """The agent answers, or takes up again; how long talk will last."""
    a = w.agents[agent]
    v = w.attempts[visit]
    if a.open == 0:
        write_state(w, agent, IDLE, now)
        if a.is_idle:
            no_longer_idle(w, agent)
        w.groups[a.group].busy += 1
    if w.channels[v.channel].most > 1:
        put_in_hand(w, agent, visit, now)
        return
    v.agent = agent
    v.group = a.group
    if v.starts == v.starts:
        take_up_again(w, visit, now)
    else:
        v.starts = now
        v.talk_ends = now + talk_time(w, visit)
    a.open = 1
    a.visit = visit
    push(w, v.talk_ends, STAGE_ENDS, v.need, v.attempt << 4 | v.leg, TALK_ENDS, visit, 0)


@inlined
def may_be_taken(w: World, visit: int, after: float, now: float) -> bool:
    """Whether a visit has waited long enough for a skill, or was put down."""
    v = w.attempts[visit]
    return v.joins + after <= now or v.starts == v.starts


@step
def helper(w: World, visit: int, now: float) -> int:
    """The idle agent whose turn it is, of groups that may take a visit by now."""
    v = w.attempts[visit]
    best = NONE
    best_turn = 0
    for g in range(len(w.groups)):
        skill = w.skills[g, v.queue]
        if skill.preference != NONE and may_be_taken(w, visit, skill.after, now) and not keeps_back(w, g, v.queue, 1):
            agent = longest_idle(w, g, now)
            if agent != NONE and (
                best == NONE or skill.turn < best_turn or (skill.turn == best_turn and idle_before(w, agent, best))
            ):
                best = agent
                best_turn = skill.turn
    return best


@step
def put_down(w: World, agent: int, now: float) -> None:
    """An agent goes; the work in hand is another one's, or first in line."""
    a = w.agents[agent]
    visit = a.visit
    v = w.attempts[visit]
    write_state(w, agent, TALK, now)
    w.groups[a.group].busy -= 1
    a.visit = NONE
    a.open = 0
    a.on_floor = 0
    w.visits[visit].put_down = now
    if v.paused != v.paused:
        v.paused = 0.0
    other = helper(w, visit, now)
    if other != NONE:
        begin_service(w, other, visit, now)
    else:
        line_up_first(w, visit)


@step
def interrupt(w: World, queue: int, now: float) -> int:
    """The agent who puts down interruptible work for a live visit, or -1."""
    best = NONE
    best_turn = 0
    for k in range(w.ask_order.shape[1]):
        g = w.ask_order[queue, k]
        if g == NONE:
            break
        turn = w.skills[g, queue].turn
        if best != NONE and turn > best_turn:
            break
        if w.groups[g].counted and w.groups[g].busy > valid_count(w, g, now):
            continue
        first = w.plan_groups[g].first_agent
        for agent in range(first, first + w.plan_groups[g].n_agents):
            visit = w.agents[agent].visit
            if visit == NONE or w.attempts[visit].end_reason != HORIZON or not now < w.agents[agent].until:
                continue
            if w.channels[w.attempts[visit].channel].interruptible and (best == NONE or idle_before(w, best, agent)):
                best = agent
                best_turn = turn
    if best != NONE:
        put_down(w, best, now)
        w.agents[best].on_floor = 1
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


@step
def balks(w: World, visit: int, told: float, now: float) -> bool:
    """Whether a customer hears of the queue and leaves at once; then does."""
    v = w.attempts[visit]
    s = w.settings[0]
    joins = joining_probability(s.balks_per_waiting, w.n_waiting[v.queue], s.balks_at_wait, told)
    if chance(w, visit, FOR_BALK, 0) < joins:
        return False
    v.ends = now
    v.end_reason = BALKED
    end_attempt(w, visit, now)
    return True


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
    s = w.settings[0]
    told = 0.0
    if w.channels[v.channel].announced_handling > 0.0:
        told = announced_wait(w, visit)
    if live and s.balks and balks(w, visit, told, now):
        return
    law = w.handling[v.need_type, v.channel].patience
    place = replayed(w, w.visits[visit].row, v.attempt) if live and v.leg == 0 else NONE
    if place != NONE and w.replay[place].patience == w.replay[place].patience:
        v.patience = w.replay[place].patience
    elif law != NONE:
        v.patience = deal(w, law, visit, FOR_PATIENCE)
        if told > 0.0:
            v.patience = announced_patience(v.patience, told, s.announced_before, s.announced_over)
    line_up(w, visit)
    if v.patience < inf:
        push(w, now + v.patience, PATIENCE_ENDS, v.need, v.attempt << 4 | v.leg, LEAVES, visit, 0)
    if w.overflows[queue, 0] < inf:
        push(w, now + w.overflows[queue, 0], OVERFLOW, v.need, v.attempt << 4 | v.leg, OVERFLOWS, visit, 0)


@step
def enter_gate(w: World, visit: int, now: float) -> None:
    """How long the gate takes, and whether the customer hangs up in it."""
    v = w.attempts[visit]
    c = w.channels[v.channel]
    given = NONE
    place = replayed(w, w.visits[visit].row, v.attempt)
    if place != NONE:
        given = w.replay[place].gate
    if given == NONE and c.gate_bypass > 0.0 and chance(w, visit, FOR_BYPASS, 0) < c.gate_bypass:
        v.bypassed = 1
        join_queue(w, visit, w.handling[v.need_type, v.channel].queue, now)
        return
    v.gated = 1
    time = deal(w, c.gate_time, visit, FOR_GATE_TIME)
    patience = inf
    if c.gate_patience != NONE:
        patience = deal(w, c.gate_patience, visit, FOR_GATE_HANG_UP)
    step = v.attempt << 4
    if (patience < time and given == NONE) or given == GATE_HUNG_UP:
        push(w, now + min(patience, time), STAGE_ENDS, v.need, step, GATE_ENDS, visit, GATE_HUNG_UP)
    else:
        push(w, now + time, STAGE_ENDS, v.need, step, GATE_ENDS, visit, given)


@step
def walk_in(w: World, visit: int, now: float) -> None:
    """At the door: closed, all lines taken, into the gate, or into the queue."""
    v = w.attempts[visit]
    v.enters = now
    lines = w.channels[v.channel].lines
    if not is_open(w, v.channel, now):
        v.ends = now
        v.end_reason = CLOSED
        retry(w, visit, now)
        return
    if lines != NONE and w.lines_taken[v.channel] >= lines:
        v.ends = now
        v.end_reason = BLOCKED
        retry(w, visit, now)
        return
    w.lines_taken[v.channel] += 1
    if w.channels[v.channel].gate:
        enter_gate(w, visit, now)
    else:
        join_queue(w, visit, w.handling[v.need_type, v.channel].queue, now)


@step
def try_to_reach(w: World, row: int, attempt: int, channel: int, now: float) -> None:
    """One attempt: search comes first, the door after it."""
    w.needs[row].n_attempts = attempt + 1
    visit = set_out(w, row, attempt, 0, channel, now)
    search = w.channels[channel].search
    if search > 0.0 and attempt == 0:
        push(w, now + search, STAGE_ENDS, w.attempts[visit].need, 0, SEARCH_ENDS, visit, 0)
    else:
        walk_in(w, visit, now)


@step
def arise(w: World, row: int, now: float) -> None:
    """A need arises: where to, and whether the way there is found."""
    preferred = w.needs[row].preferred
    if preferred == NONE:
        settle(w, row, ASKED_ELSEWHERE, now)
        return
    channel = choose_channel(w, row)
    search = w.channels[preferred].search
    if channel != preferred and search > 0.0:
        w.needs[row].looked = search
        push(w, now + search, STAGE_ENDS, w.needs[row].need, 0, LOOKED_IN_VAIN, row, channel)
    elif channel == NONE:
        settle(w, row, GIVEN_UP, now)
    else:
        try_to_reach(w, row, 0, channel, now)


@step
def gate_result(w: World, visit: int) -> int:
    """What the gate does with a customer who stayed to its end."""
    v = w.attempts[visit]
    c = w.channels[v.channel]
    solves = gate_probability(
        w.handling[v.need_type, v.channel].gate_solves,
        w.needs[w.visits[visit].row].complexity,
        w.need_types[v.need_type].typical,
        c.gate_effect,
    )
    if chance(w, visit, FOR_GATE_SOLVES, 0) < solves:
        return GATE_RESOLVED
    if c.gate_wrong > 0.0 and chance(w, visit, FOR_GATE_WRONG, 0) < c.gate_wrong:
        return GATE_WRONG
    if c.gate_blocked > 0.0 and chance(w, visit, FOR_GATE_BLOCKED, 0) < c.gate_blocked:
        return GATE_BLOCKED
    return GATE_AGENT


@step
def look(w: World, visit: int, route: int, covers: float, finds: float, found_by: int) -> int:
    """One route's look at a leg; the first route so far that would find a cause."""
    if covers > 0.0:
        u = chance(w, visit, FOR_ANALYSED, route)
        if u < covers:
            w.attempts[visit].analysed |= 1 << route
        if u < finds and found_by == NONE:
            return route
    return found_by


@step
def analyse(w: World, visit: int) -> int:
    """Marks the routes that look at this leg; the first to find a cause."""
    s = w.settings[0]
    if w.attempts[visit].end_reason != SERVED:
        return look(w, visit, LOG_ANALYSIS, s.log_analysis, s.log_analysis, NONE)
    found_by = look(w, visit, MANUAL_SAMPLE, s.manual_sample, s.manual_sample, NONE)
    found_by = look(w, visit, SPEECH_ANALYTICS, s.speech_coverage, s.speech_finds, found_by)
    return look(w, visit, AGENT_FLAG, s.agent_flags, s.agent_flags, found_by)


@step
def detect(w: World, cause: int, route: int, now: float) -> None:
    """Applies the count rule: so many distinct needs within the time window."""
    k = w.causes[cause]
    needed = w.settings[0].detection_count
    w.evidence[cause * needed + k.n_evidence % needed] = now
    k.n_evidence += 1
    if k.detected_by == NONE and k.n_evidence >= needed:
        first = w.evidence[cause * needed + k.n_evidence % needed]
        if within(first, now, w.settings[0].detection_within):
            k.detected = now
            k.detected_by = route


@step
def raise_signal(w: World, visit: int, now: float) -> None:
    """Which routes look at a leg that has ended, and does one find a cause."""
    v = w.attempts[visit]
    row = w.visits[visit].row
    c = w.channels[v.channel]
    if c.recorded < 1.0 and chance(w, visit, FOR_RECORDED, 0) >= c.recorded:
        return
    if c.accessible < 1.0 and chance(w, visit, FOR_ACCESSIBLE, 0) >= c.accessible:
        return
    found_by = analyse(w, visit)
    cause = w.needs[row].cause
    if found_by == NONE or cause == NONE:
        return
    content = c.content if v.end_reason == SERVED else w.settings[0].gate_content
    if chance(w, visit, FOR_CONTENT, 0) < content:
        place = w.counters[0].n_signals
        w.counters[0].n_signals = place + 1
        s = w.signals[place]
        s.time = now
        s.need = v.need
        s.attempt = v.attempt
        s.leg = v.leg
        s.route = found_by
        s.cause = cause
        if now >= w.counters[0].measured_from and not w.need_states[row].heard:
            w.need_states[row].heard = 1
            detect(w, cause, found_by, now)


@step
def queue_after_gate(w: World, visit: int) -> int:
    """The right queue, or a wrong one of the same channel for the misrouted."""
    v = w.attempts[visit]
    queue = w.handling[v.need_type, v.channel].queue
    misroutes = w.channels[v.channel].gate_misroutes
    if misroutes <= 0.0 or chance(w, visit, FOR_MISROUTE, 0) >= misroutes:
        return queue
    w.visits[visit].misrouted = 1
    n_wrong = 0
    for q in range(len(w.queues)):
        if w.queues[q].channel == v.channel and q != queue:
            n_wrong += 1
    chosen = queue
    if n_wrong > 0:
        left = pick(chance(w, visit, FOR_WRONG_QUEUE, 0), n_wrong)
        for q in range(len(w.queues)):
            if w.queues[q].channel == v.channel and q != queue:
                if left == 0:
                    chosen = q
                left -= 1
    return chosen


@step
def leave_gate(w: World, visit: int, given: int, now: float) -> None:
    """The gate's time is over: the attempt ends, or goes on to the queue."""
    v = w.attempts[visit]
    result = given
    if given == NONE:
        result = gate_result(w, visit)
    if result == GATE_AGENT:
        join_queue(w, visit, queue_after_gate(w, visit), now)
        return
    v.ends = now
    if result == GATE_RESOLVED:
        v.end_reason = END_GATE_RESOLVED
        v.resolved = 1
    elif result == GATE_WRONG:
        v.end_reason = END_GATE_WRONG
    elif result == GATE_HUNG_UP:
        v.end_reason = END_GATE_HUNG_UP
    else:
        v.end_reason = END_GATE_BLOCKED
    if w.settings[0].listens:
        raise_signal(w, visit, now)
    end_attempt(w, visit, now)


@inlined
def step_out(w: World, visit: int) -> None:
    """Takes a visit out of its line."""
    v = w.attempts[visit]
    w.visits[visit].waits = 0
    w.n_waiting[v.queue] -= 1
    take_out(w.waiting, w.lines[v.queue], w.need_types[v.need_type].place, visit)


@inlined
def find_contact(w: World, g: int, channel: int, himself: int, now: float) -> int:
    """The waiting visit that a free agent takes, removed from its queue; or -1.

    Only one channel is looked at, or with -1 every one. Himself is 1 for an agent who is among the idle, else 0.
    """
    best = NONE
    best_preference = 0
    best_place = 0
    for k in range(w.work_order.shape[1]):
        q = w.work_order[g, k]
        if q == NONE:
            break
        preference = w.skills[g, q].preference
        if best != NONE and preference > best_preference:
            break
        if channel != NONE and w.queues[q].channel != channel:
            continue
        if keeps_back(w, g, q, himself):
            continue
        for place in range(w.lines.shape[1]):
            head = w.lines[q, place].first
            # who heads a line has waited longest in it, or was put down
            if head != NONE and may_be_taken(w, head, w.skills[g, q].after, now):
                if best == NONE or place < best_place or (place == best_place and goes_before(w, head, best)):
                    best = head
                    best_preference = preference
                    best_place = place
                break
    if best != NONE:
        step_out(w, best)
    return best


@step
def wrap_up_time(w: World, visit: int) -> float:
    """How long the agent will wrap up."""
    v = w.attempts[visit]
    place = NONE if v.leg > 0 else replayed(w, w.visits[visit].row, v.attempt)
    if place != NONE and w.replay[place].wrap_up == w.replay[place].wrap_up:
        return w.replay[place].wrap_up
    law = w.handling[v.need_type, v.channel].wrap_up
    return 0.0 if law == NONE else deal(w, law, visit, FOR_WRAP_UP)


@step
def resolve(w: World, visit: int) -> None:
    """Whether the need is truly resolved, and what the agent's code says."""
    v = w.attempts[visit]
    probability = w.handling[v.need_type, v.channel].resolution
    if 0.0 < probability < 1.0:
        kind = w.need_types[v.need_type]
        shift = w.plan_groups[v.group].rushing + w.skills[v.group, v.queue].resolves
        probability = resolution_probability(
            probability, w.needs[w.visits[visit].row].complexity, kind.typical, kind.resolution_falls, shift
        )
    v.resolved = 1 if probability >= 1.0 or chance(w, visit, FOR_RESOLVED, 0) < probability else 0
    s = w.settings[0]
    coded = s.coded_when_resolved if v.resolved == 1 else s.coded_when_not
    v.coded = 1 if coded >= 1.0 or (coded > 0.0 and chance(w, visit, FOR_CODED, 0) < coded) else 0


@inlined
def stays(w: World, agent: int, now: float) -> bool:
    """Whether an agent who has just finished may take more work, by the clock."""
    g = w.agents[agent].group
    if w.groups[g].counted:
        return w.groups[g].busy < valid_count(w, g, now)
    return now < w.agents[agent].until


@inlined
def has_room(w: World, agent: int, now: float) -> bool:
    """Whether an agent who shares himself may take more, by the clock."""
    a = w.agents[agent]
    if a.open >= w.channels[a.shares].most:
        return False
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
    else:
        a.on_floor = 0
        if group.counted and some_share(w):
            fill_hands(w, a.group, now)


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


@inlined
def end_service(w: World, visit: int, now: float) -> None:
    """Talk is over: resolved or not, coded or not, evidence, wrap-up."""
    v = w.attempts[visit]
    row = w.visits[visit].row
    agent = v.agent
    write_state(w, agent, TALK, now)
    v.ends = now
    wrap_up = 0.0
    if w.visits[visit].misrouted:
        v.end_reason = TRANSFERRED
    else:
        v.end_reason = SERVED
        resolve(w, visit)
        wrap_up = wrap_up_time(w, visit)
        if w.settings[0].listens:
            raise_signal(w, visit, now)
    if w.agents[agent].shares != NONE:
        wrap_up_in_hand(w, agent, visit, wrap_up, now)
    elif wrap_up > 0.0:
        push(w, now + wrap_up, STAGE_ENDS, v.need, v.attempt << 4 | v.leg, WRAP_UP_ENDS, agent, 0)
    else:
        v.wrap_up_ends = now
        free_agent(w, agent, now)
    if v.end_reason == TRANSFERRED:
        leg = set_out(w, row, v.attempt, v.leg + 1, v.channel, now)
        w.attempts[leg].enters = now
        join_queue(w, leg, w.handling[v.need_type, v.channel].queue, now)
    else:
        end_attempt(w, visit, now)


@step
def send_home(w: World, agent: int, now: float) -> None:
    """An idle agent leaves the floor."""
    write_state(w, agent, IDLE, now)
    no_longer_idle(w, agent)
    w.agents[agent].on_floor = 0


@step
def puts_down(w: World, agent: int) -> bool:
    """Whether an agent who is to go puts down the work in hand."""
    visit = w.agents[agent].visit
    if not w.settings[0].pauses or visit == NONE or w.attempts[visit].end_reason != HORIZON:
        return False
    return not w.channels[w.attempts[visit].channel].live


@inlined
def ends_now(w: World, visit: int, now: float) -> bool:
    """Whether talk is over, and not put down since its end was set."""
    v = w.attempts[visit]
    return v.talk_ends == now and v.end_reason == HORIZON and not w.visits[visit].waits


@inlined
def leave(w: World, visit: int, now: float) -> None:
    """Patience is over: the visit leaves the queue, if it still waits."""
    v = w.attempts[visit]
    if w.visits[visit].waits:
        step_out(w, visit)
        v.ends = now
        v.end_reason = ABANDONED
        end_attempt(w, visit, now)


@step
def found_anyway(w: World, cause: int, now: float) -> None:
    """A cause comes to light without any listening, unless it already has."""
    if w.causes[cause].detected_by == NONE:
        w.causes[cause].detected = now
        w.causes[cause].detected_by = FOUND_ANYWAY


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


@step
def begin_shift(w: World, agent: int, shift: int, now: float) -> None:
    """An agent's shift starts."""
    a = w.agents[agent]
    a.shift_ends = w.shifts[shift].ends
    # a break that the last shift ended before it could begin
    while next_break(w, agent) < now:
        a.next_break += 1
    if not a.on_floor:
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
    """An agent's shift ends: idle, on a break or putting down, he goes."""
    a = w.agents[agent]
    if a.is_idle:
        send_home(w, agent, now)
    elif a.on_break:
        write_state(w, agent, BREAK, now)
        a.on_break = 0
        a.on_floor = 0
    elif a.in_line:
        stand_aside(w, agent)
    elif puts_down(w, agent):
        put_down(w, agent, now)


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
def last_to_begin(w: World, g: int) -> int:
    """Who of a group began last what he would put down, or -1."""
    last = NONE
    first = w.plan_groups[g].first_agent
    for agent in range(first, first + w.plan_groups[g].n_agents):
        if puts_down(w, agent) and (last == NONE or idle_before(w, last, agent)):
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
            take_work(w, agent, now)
    while group.busy + group.n_idle > group.count and group.n_idle > 0:
        send_home(w, w.idle_lines[g].last, now)
    while group.busy + group.n_idle > group.count:
        last = last_to_begin(w, g)
        if last == NONE:
            break
        put_down(w, last, now)
    if some_share(w):
        fill_hands(w, g, now)


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
        elif w.attempts[a.visit].end_reason == HORIZON:
            w.attempts[a.visit].talk_ends = nan
            write_state(w, agent, TALK, horizon)
        else:
            write_state(w, agent, WRAP_UP, horizon)
    for q in range(w.lines.shape[0]):
        for place in range(w.lines.shape[1]):
            visit = w.lines[q, place].first
            while visit != NONE and w.attempts[visit].starts == w.attempts[visit].starts:
                w.attempts[visit].talk_ends = nan
                w.attempts[visit].paused += elapsed(w.visits[visit].put_down, horizon)
                visit = w.waiting[visit].next


@step
def put_on_calendar(w: World) -> None:
    """Shifts and their breaks, changes of counts, causes that are found anyway."""
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

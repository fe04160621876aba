"""The way in: a need arises, finds a channel, walks in, and passes the gate."""

from math import inf

from ccsim.engine.compiled.attempts import choose_channel, end_attempt, is_open, retry, set_out, settle
from ccsim.engine.compiled.calendar import push
from ccsim.engine.compiled.codes import (
    ASKED_ELSEWHERE,
    BLOCKED,
    CLOSED,
    END_GATE_BLOCKED,
    END_GATE_HUNG_UP,
    END_GATE_RESOLVED,
    END_GATE_WRONG,
    FOR_BYPASS,
    FOR_GATE_BLOCKED,
    FOR_GATE_HANG_UP,
    FOR_GATE_SOLVES,
    FOR_GATE_TIME,
    FOR_GATE_WRONG,
    FOR_MERGE,
    FOR_MISROUTE,
    FOR_TOLERANCE,
    FOR_TRAVEL,
    FOR_WRONG_QUEUE,
    GIVEN_UP,
    MERGED,
    NONE,
    OPEN,
)
from ccsim.engine.compiled.dealing import chance, deal, replayed
from ccsim.engine.compiled.evidence import raise_signal
from ccsim.engine.compiled.joining import join_queue
from ccsim.engine.compiled.stepping import inlined, step
from ccsim.engine.compiled.world import GATE_ENDS, IS_THERE, LOOKED_IN_VAIN, OUTLASTS, SEARCH_ENDS, World
from ccsim.engine.contract import PATIENCE_ENDS, STAGE_ENDS
from ccsim.engine.laws import bypass_probability, gate_probability, pick
from ccsim.plan.plan import GATE_AGENT, GATE_BLOCKED, GATE_HUNG_UP, GATE_RESOLVED, GATE_WRONG


@step
def enter_gate(w: World, visit: int, now: float) -> None:
    """How long the gate takes, and whether the customer hangs up in it."""
    v = w.attempts[visit]
    c = w.channels[v.channel]
    given = NONE
    place = replayed(w, w.visits[visit].row, v.attempt)
    if place != NONE:
        given = w.replay[place].gate
    learns = w.settings[0].learns > 0.0
    bypass = c.gate_bypass
    if learns and c.gate_opt_out:
        customer = w.needs[w.visits[visit].row].customer
        bypass = bypass_probability(bypass, w.settings[0].learns, w.passages[customer])
    if given == NONE and bypass > 0.0 and chance(w, visit, FOR_BYPASS, 0) < bypass:
        v.bypassed = 1
        join_queue(w, visit, w.handling[w.visits[visit].kind, v.channel].queue, now)
        return
    v.gated = 1
    if learns:
        w.passages[w.needs[w.visits[visit].row].customer] += 1
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
def merges(w: World, visit: int) -> bool:
    """Whether a further message is found to belong to one that lies."""
    share = w.channels[w.attempts[visit].channel].merges
    beside = w.need_states[w.visits[visit].row].beside
    return beside > 0 and share > 0.0 and chance(w, visit, FOR_MERGE, 0) < share


@step
def walk_in(w: World, visit: int, now: float) -> None:
    """At the door: closed, merged, all lines taken, into the gate, or the queue."""
    v = w.attempts[visit]
    v.enters = now
    lines = w.channels[v.channel].lines
    if not is_open(w, v.channel, now):
        v.ends = now
        v.end_reason = CLOSED
        retry(w, visit, now)
        return
    if v.attempt > 0 and w.settings[0].tolerates and merges(w, visit):
        v.ends = now
        v.end_reason = MERGED
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
        return
    tolerance = w.channels[v.channel].tolerance
    if tolerance != NONE:
        until = now + deal(w, tolerance, visit, FOR_TOLERANCE)
        push(w, until, PATIENCE_ENDS, v.need, v.attempt << 4, OUTLASTS, visit, 0)
    join_queue(w, visit, w.handling[w.visits[visit].kind, v.channel].queue, now)


@inlined
def set_off(w: World, visit: int, now: float) -> None:
    """The way to the door, which takes time where customers travel."""
    v = w.attempts[visit]
    travel = w.channels[v.channel].travel
    if travel == NONE:
        walk_in(w, visit, now)
        return
    arrives = now + deal(w, travel, visit, FOR_TRAVEL)
    push(w, arrives, STAGE_ENDS, v.need, v.attempt << 4, IS_THERE, visit, 0)


@step
def end_search(w: World, visit: int, now: float) -> None:
    """The way in is found."""
    set_off(w, visit, now)


@step
def try_to_reach(w: World, row: int, attempt: int, channel: int, now: float) -> None:
    """One attempt: search comes first, then the way, then the door."""
    if w.settings[0].tolerates and w.needs[row].outcome != OPEN:
        # settled in the very instant in which the customer lost patience with a message
        return
    w.needs[row].n_attempts = attempt + 1
    visit = set_out(w, row, attempt, 0, channel, now)
    search = w.channels[channel].search
    if search > 0.0 and attempt == 0:
        push(w, now + search, STAGE_ENDS, w.attempts[visit].need, 0, SEARCH_ENDS, visit, 0)
    else:
        set_off(w, visit, now)


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
        w.handling[w.visits[visit].kind, v.channel].gate_solves,
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
def queue_after_gate(w: World, visit: int) -> int:
    """The right queue, or a wrong one of the same channel for the misrouted."""
    v = w.attempts[visit]
    queue = w.handling[w.visits[visit].kind, v.channel].queue
    misroutes = w.channels[v.channel].gate_misroutes
    if misroutes <= 0.0 or chance(w, visit, FOR_MISROUTE, 0) >= misroutes:
        return queue
    w.visits[visit].passed_to = queue
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

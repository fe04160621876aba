"""An attempt's beginning and end: its channel, its row, and what its need tries next."""

from math import inf, nan

from ccsim.draws.variates import quantile
from ccsim.engine.compiled.calendar import push
from ccsim.engine.compiled.codes import (
    ABANDONED,
    BALKED,
    BLOCKED,
    CALLBACK_FAILED,
    CLOSED,
    CUT_OFF,
    END_GATE_WRONG,
    FOR_CLOSED_DELAY,
    FOR_CLOSED_NEXT,
    FOR_DISCOVERY,
    FOR_DIVERT,
    FOR_FIND,
    FOR_NOTICED,
    FOR_PUT_OFF,
    FOR_RAISES,
    FOR_RAISES_DELAY,
    FOR_RETRY,
    FOR_RETRY_DELAY,
    FOR_SWITCH,
    FOR_TOLERANCE_NEXT,
    GIVEN_UP,
    HORIZON,
    LOST,
    NONE,
    OPEN,
    RESOLVED,
    SERVED,
)
from ccsim.engine.compiled.dealing import chance, deal, first_chance, replayed
from ccsim.engine.compiled.stepping import inlined, step
from ccsim.engine.compiled.world import ARISES, F8, TRIES_AGAIN, World
from ccsim.engine.contract import RE_ATTEMPT
from ccsim.engine.laws import put_off_probability
from ccsim.engine.potential import LAST_GENERATION
from ccsim.plan.plan import AFTER_BLOCKED, AFTER_GATE, AFTER_RECONNECT, AFTER_REDIAL, FINISHES, N_WAYS


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
def is_finished(w: World, channel: int, now: float) -> bool:
    """Whether a channel is closed and who is in line there is still served."""
    return w.channels[channel].at_closing == FINISHES and not is_open(w, channel, now)


@step
def next_opening(w: World, channel: int, now: float) -> float:
    """When a closed channel opens next, inf if not again."""
    place = openings_before(w, channel, now)
    if place < w.channels[channel].n_openings:
        return w.openings[w.channels[channel].first_opening + place].opens
    return inf


@inlined
def set_out(w: World, row: int, attempt: int, leg: int, channel: int, now: float) -> int:
    """A new leg of an attempt, unfinished until it ends; the place of its row.

    A need's first leg stands at the need's own place, what follows behind all of these, as it comes.
    """
    visit = row
    if attempt > 0 or leg > 0:
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
    v.dials = w.channels[channel].dials_from
    v.silent = 0
    k = w.visits[visit]
    k.row = row
    k.waits = 0
    k.passed_to = NONE
    k.kind = v.need_type
    if len(w.settings) > 1:
        k.kind = v.need_type * len(w.settings) + w.needs[row].segment
    k.off_line = 0
    return visit


@step
def next_leg(w: World, visit: int, now: float) -> int:
    """The leg that follows as a customer is passed on; the place of its row."""
    v = w.attempts[visit]
    leg = set_out(w, w.visits[visit].row, v.attempt, v.leg + 1, v.channel, now)
    w.attempts[leg].enters = now
    w.visits[leg].off_line = w.visits[visit].off_line
    w.visits[leg].held_by = NONE
    w.visits[leg].rest = nan
    return leg


@inlined
def behaviour_of(w: World, row: int) -> int:
    """The row of the settings that says what the customer of a need does."""
    return max(w.needs[row].segment, 0)


@step
def choose_channel(w: World, row: int) -> int:
    """The channel of the first attempt, after hiding, friction, diversion."""
    preferred = w.needs[row].preferred
    c = w.channels[preferred]
    need = w.needs[row].need
    found = c.prominence >= 1.0 or first_chance(w, need, FOR_FIND) < c.prominence
    factor = w.settings[behaviour_of(w, row)].friction
    if found and (c.friction <= 0.0 or first_chance(w, need, FOR_PUT_OFF) >= put_off_probability(c.friction, factor)):
        return preferred
    return other_channel(w.diverted, preferred, first_chance(w, need, FOR_DIVERT))


@step
def raise_need(w: World, row: int, now: float) -> None:
    """The further need that follows from one that is over, if one does."""
    n = w.needs[row]
    kind = w.need_types[n.need_type]
    share = 0.0
    if n.outcome == RESOLVED:
        share = kind.raises_resolved
    elif n.outcome == GIVEN_UP or n.outcome == LOST:
        share = kind.raises_not
    if n.need & LAST_GENERATION == LAST_GENERATION or first_chance(w, n.need, FOR_RAISES) >= share:
        return
    x = w.laws[kind.raises_after]
    u = first_chance(w, n.need, FOR_RAISES_DELAY)
    when = now + quantile(x.kind, x.first, x.second, x.third, x.atom, x.atom_at, x.offset, x.n, w.tables, u)
    if when < w.counters[0].horizon:
        # it stands behind the one that raises it, whose id is one less
        w.needs[row + 1].arises = when
        push(w, when, RE_ATTEMPT, n.need + 1, 0, ARISES, row + 1, 0)


@step
def settle(w: World, row: int, outcome: int, now: float) -> None:
    """The need's life is over, unless it was already."""
    if w.settings[0].tolerates:
        if w.need_states[row].beside > 0:
            w.need_states[row].beside -= 1
        if w.needs[row].outcome != OPEN:
            return
    w.needs[row].outcome = outcome
    w.needs[row].ended = now
    if w.need_types[w.needs[row].need_type].raises != NONE:
        raise_need(w, row, now)


@step
def switch(w: World, visit: int, way: int) -> int:
    """The channel of the next attempt: another one for some, else the same."""
    row = behaviour_of(w, w.visits[visit].row) * N_WAYS + way
    channel = other_channel(w.switches, row, chance(w, visit, FOR_SWITCH, 0))
    return w.attempts[visit].channel if channel == NONE else channel


@step
def waits_for_another(w: World, row: int) -> bool:
    """Whether nothing follows from an end: another goes on, or settled the need."""
    if w.need_states[row].beside > 0:
        w.need_states[row].beside -= 1
        return True
    return w.needs[row].outcome != OPEN


@step
def outlast(w: World, visit: int, now: float) -> None:
    """A customer who has had no reply for too long tries again beside it."""
    v = w.attempts[visit]
    row = w.visits[visit].row
    tried = w.needs[row].n_attempts
    if v.end_reason != HORIZON or w.needs[row].outcome != OPEN or tried >= w.settings[0].most_attempts:
        return
    channel = other_channel(w.outlasted, v.channel, chance(w, visit, FOR_TOLERANCE_NEXT, 0))
    if channel != NONE:
        w.need_states[row].beside += 1
        push(w, now, RE_ATTEMPT, v.need, tried << 4, TRIES_AGAIN, row, tried << 16 | channel)


@step
def retry(w: World, visit: int, now: float) -> None:
    """Whether, when and where the customer tries again."""
    v = w.attempts[visit]
    row = w.visits[visit].row
    s = w.settings[behaviour_of(w, row)]
    if s.tolerates and waits_for_another(w, row):
        return
    tried = w.needs[row].n_attempts
    when = inf
    channel = NONE
    if v.end_reason == CLOSED or v.end_reason == CUT_OFF:
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
        way = AFTER_REDIAL
        if v.end_reason == ABANDONED or v.end_reason == BALKED or v.end_reason == CALLBACK_FAILED:
            # whom the centre called of its own accord has nothing to try again
            probability, law = s.redial if w.channels[v.channel].live else 0.0, s.redial_after
        elif v.end_reason == BLOCKED:
            probability, law = s.blocked_retry, s.blocked_retry_after
            way = AFTER_BLOCKED
        elif v.end_reason == SERVED or v.end_reason == END_GATE_WRONG:
            probability, law = s.reconnect, s.reconnect_after
            way = AFTER_RECONNECT
            if v.end_reason == END_GATE_WRONG or chance(w, visit, FOR_NOTICED, 0) >= s.noticed:
                law = s.discovered_after
                purpose = FOR_DISCOVERY
        else:
            probability, law = s.gate_retry, s.gate_retry_after
            way = AFTER_GATE
        place = replayed(w, row, tried)
        same = v.channel
        if place != NONE and w.replay[place].channel != NONE:
            same = w.replay[place].channel
        if place != NONE and w.replay[place].redial_after == w.replay[place].redial_after:
            when = now + w.replay[place].redial_after
            channel = same
        elif probability > 0.0 and chance(w, visit, FOR_RETRY, 0) < probability:
            when = now + deal(w, law, visit, purpose)
            channel = same
            if s.switches and (place == NONE or w.replay[place].channel == NONE):
                channel = switch(w, visit, way)
    if channel == NONE:
        settle(w, row, GIVEN_UP, now)
    elif tried >= s.most_attempts:
        settle(w, row, LOST, now)
    else:
        push(w, when, RE_ATTEMPT, v.need, tried << 4, TRIES_AGAIN, row, tried << 16 | channel)


@inlined
def end_attempt(w: World, visit: int, now: float) -> None:
    """Off the line: the need is resolved, or the customer may try again."""
    v = w.attempts[visit]
    if not w.visits[visit].off_line:
        w.lines_taken[v.channel] -= 1
    if v.resolved == 1:
        settle(w, w.visits[visit].row, RESOLVED, now)
    else:
        retry(w, visit, now)

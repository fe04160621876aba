"""What a contact tells about its cause, and what the listening makes of it."""

from ccsim.engine.compiled.codes import (
    AGENT_FLAG,
    FOR_ACCESSIBLE,
    FOR_ANALYSED,
    FOR_CONTENT,
    FOR_RECORDED,
    FOUND_ANYWAY,
    LOG_ANALYSIS,
    MANUAL_SAMPLE,
    NONE,
    SERVED,
    SPEECH_ANALYTICS,
)
from ccsim.engine.compiled.dealing import chance
from ccsim.engine.compiled.stepping import step
from ccsim.engine.compiled.world import World
from ccsim.engine.laws import within


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
def found_anyway(w: World, cause: int, now: float) -> None:
    """A cause comes to light without any listening, unless it already has."""
    if w.causes[cause].detected_by == NONE:
        w.causes[cause].detected = now
        w.causes[cause].detected_by = FOUND_ANYWAY

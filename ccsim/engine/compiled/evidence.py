"""What a contact tells about its cause, and what the listening makes of it."""

from ccsim.draws.streams import need_uniform
from ccsim.engine.compiled.codes import (
    AGENT_FLAG,
    FOR_ACCESSIBLE,
    FOR_ANALYSED,
    FOR_CONTENT,
    FOR_RECORDED,
    FOUND_ANYWAY,
    HEARD,
    LOG_ANALYSIS,
    MANUAL_SAMPLE,
    NONE,
    NOT_ACCESSIBLE,
    NOT_FOUND,
    NOT_RECORDED,
    NOT_SHOWN,
    SPEECH_ANALYTICS,
    TEXT_ANALYTICS,
    TRANSFERRED,
)
from ccsim.engine.compiled.stepping import step
from ccsim.engine.compiled.world import World
from ccsim.engine.laws import shifted, within


@step
def chance_of_evidence(w: World, visit: int, purpose: int, alternative: int) -> float:
    """The uniform number dealt to the need, or to this leg alone."""
    v = w.attempts[visit]
    c = w.counters[0]
    if w.settings[0].fresh:
        return need_uniform(c.seed, c.replication, v.need, purpose, v.attempt, v.leg, alternative)
    return need_uniform(c.seed, c.replication, v.need, purpose, 0, 0, alternative)


@step
def look(w: World, visit: int, route: int, dealt_as: int, covers: float, finds: float, found_by: int) -> int:
    """One route's look at a leg; the first route so far that would find a cause."""
    if covers > 0.0:
        u = chance_of_evidence(w, visit, FOR_ANALYSED, dealt_as)
        if u < covers:
            w.attempts[visit].analysed |= 1 << route
        if u < finds and found_by == NONE:
            return route
    return found_by


@step
def analyse(w: World, visit: int) -> int:
    """Marks the routes that look at this leg; the first to find a cause."""
    s = w.settings[0]
    v = w.attempts[visit]
    if v.agent == NONE:
        return look(w, visit, LOG_ANALYSIS, LOG_ANALYSIS, s.log_analysis, s.log_analysis, NONE)
    found_by = look(w, visit, MANUAL_SAMPLE, MANUAL_SAMPLE, s.manual_sample, s.manual_sample, NONE)
    # what a machine hears of a need it would read of it too
    if w.channels[v.channel].written:
        found_by = look(w, visit, TEXT_ANALYTICS, SPEECH_ANALYTICS, s.text_coverage, s.text_finds, found_by)
    else:
        found_by = look(w, visit, SPEECH_ANALYTICS, SPEECH_ANALYTICS, s.speech_coverage, s.speech_finds, found_by)
    return look(w, visit, AGENT_FLAG, AGENT_FLAG, s.agent_flags, s.agent_flags, found_by)


@step
def shows(w: World, visit: int) -> bool:
    """Whether what was said or written shows the cause of the need."""
    v = w.attempts[visit]
    if w.needs[w.visits[visit].row].cause == NONE:
        return False
    content = w.settings[0].gate_content
    if v.agent != NONE:
        c = w.channels[v.channel]
        content = c.content_passed_on if v.end_reason == TRANSFERRED else c.content
        content = shifted(content, w.plan_groups[v.group].rushed_content)
    return chance_of_evidence(w, visit, FOR_CONTENT, 0) < content


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
def write_signal(w: World, visit: int, route: int, now: float) -> None:
    """A signal; a need's first one since the window began counts to detection."""
    v = w.attempts[visit]
    row = w.visits[visit].row
    place = w.counters[0].n_signals
    w.counters[0].n_signals = place + 1
    s = w.signals[place]
    s.time = now
    s.need = v.need
    s.attempt = v.attempt
    s.leg = v.leg
    s.route = route
    s.cause = w.needs[row].cause
    if now >= w.counters[0].measured_from and not w.need_states[row].heard:
        w.need_states[row].heard = 1
        detect(w, w.needs[row].cause, route, now)


@step
def is_no_news(w: World, visit: int) -> bool:
    """Whether nobody looks: at a log after an agent, at a leg passed on."""
    v = w.attempts[visit]
    if w.settings[0].fresh:
        return v.end_reason == TRANSFERRED
    n = w.need_states[w.visits[visit].row]
    if v.agent == NONE:
        return n.met == 1
    n.met = 1
    return False


@step
def raise_signal(w: World, visit: int, now: float) -> None:
    """How far the evidence of a leg comes, and whether it is a signal."""
    if is_no_news(w, visit):
        return
    c = w.channels[w.attempts[visit].channel]
    n = w.needs[w.visits[visit].row]
    found_by = NONE
    if c.recorded < 1.0 and chance_of_evidence(w, visit, FOR_RECORDED, 0) >= c.recorded:
        came = NOT_RECORDED
    elif c.accessible < 1.0 and chance_of_evidence(w, visit, FOR_ACCESSIBLE, 0) >= c.accessible:
        came = NOT_ACCESSIBLE
    else:
        found_by = analyse(w, visit)
        came = NOT_FOUND if found_by == NONE else HEARD
        if not shows(w, visit):
            came = NOT_SHOWN
    before = n.evidence
    n.evidence = max(before, came)
    if came == HEARD and (before < HEARD or w.settings[0].fresh):
        write_signal(w, visit, found_by, now)


@step
def found_anyway(w: World, cause: int, now: float) -> None:
    """A cause comes to light without any listening, unless it already has."""
    if w.causes[cause].detected_by == NONE:
        w.causes[cause].detected = now
        w.causes[cause].detected_by = FOUND_ANYWAY

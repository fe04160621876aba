"""What the centre hears: from a served contact or a gate's log to a signal, and from signals to a detection."""

from ccsim.draws.streams import Purpose
from ccsim.engine import laws
from ccsim.engine.reference.world import Visit, World, chance
from ccsim.logs.codes import EndReason, Route
from ccsim.plan.plan import NONE

RECORDED, ACCESSIBLE, CONTENT, ANALYSED = (
    int(Purpose.RECORDED),
    int(Purpose.ACCESSIBLE),
    int(Purpose.CONTENT),
    int(Purpose.ANALYSED),
)
SERVED = int(EndReason.SERVED)


def raise_signal(world: World, visit: Visit) -> None:
    """Which routes look at a leg that has ended, and does one find a cause.

    Parameters
    ----------
    world : World
    visit : Visit
    """
    channel = world.channels[visit.channel]
    if channel["recorded"] < 1.0 and chance(world, visit, RECORDED) >= channel["recorded"]:
        return
    if channel["accessible"] < 1.0 and chance(world, visit, ACCESSIBLE) >= channel["accessible"]:
        return
    found_by = _analyse(world, visit)
    cause = world.needs["cause"][visit.row]
    if found_by == NONE or cause == NONE:
        return
    content = channel["content"] if visit.end_reason == SERVED else world.settings["gate_content"]
    if chance(world, visit, CONTENT) < content:
        now = world.clock.now
        world.signals.append((now, visit.need, visit.attempt, visit.leg, found_by, cause))
        if now >= world.plan.window[0] and visit.need not in world.heard[cause]:
            world.heard[cause][visit.need] = None
            world.evidence[cause].append(now)
            _detect(world, cause, found_by)


def found_anyway(world: World, cause: int) -> None:
    """A cause comes to light without any listening, unless it already has.

    Parameters
    ----------
    world : World
    cause : int
    """
    if world.detected_by[cause] == NONE:
        world.detected[cause] = world.clock.now
        world.detected_by[cause] = int(Route.FOUND_ANYWAY)


def _analyse(world: World, visit: Visit) -> int:
    """Marks the routes that look at this leg; the first that would find a cause, or -1."""
    settings = world.settings
    routes: tuple[tuple[int, float, float], ...]
    if visit.end_reason == SERVED:
        routes = (
            (int(Route.MANUAL_SAMPLE), settings["manual_sample"], settings["manual_sample"]),
            (int(Route.SPEECH_ANALYTICS), settings["speech_coverage"], settings["speech_finds"]),
            (int(Route.AGENT_FLAG), settings["agent_flags"], settings["agent_flags"]),
        )
    else:
        routes = ((int(Route.LOG_ANALYSIS), settings["log_analysis"], settings["log_analysis"]),)
    found_by = NONE
    for route, covers, finds in routes:
        if covers > 0.0:
            u = chance(world, visit, ANALYSED, route)
            if u < covers:
                visit.analysed |= 1 << route
            if u < finds and found_by == NONE:
                found_by = route
    return found_by


def _detect(world: World, cause: int, route: int) -> None:
    """Applies the count rule: so many distinct needs within the time window."""
    evidence = world.evidence[cause]
    needed = world.settings["detection_count"]
    if world.detected_by[cause] == NONE and len(evidence) >= needed:
        first = evidence[len(evidence) - needed]
        if laws.within(first, evidence[-1], world.settings["detection_within"]):
            world.detected[cause] = evidence[-1]
            world.detected_by[cause] = route

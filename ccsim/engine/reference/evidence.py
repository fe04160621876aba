"""What the centre hears: from a leg with an agent or a gate's log to a signal, and from signals to a detection."""

from ccsim.draws.streams import Purpose, need_uniform
from ccsim.engine import laws
from ccsim.engine.reference.world import Visit, World
from ccsim.logs.codes import EndReason, Evidence, Route
from ccsim.plan.plan import NONE

RECORDED, ACCESSIBLE, CONTENT, ANALYSED = (
    int(Purpose.RECORDED),
    int(Purpose.ACCESSIBLE),
    int(Purpose.CONTENT),
    int(Purpose.ANALYSED),
)
TRANSFERRED = int(EndReason.TRANSFERRED)
NOT_RECORDED, NOT_ACCESSIBLE, NOT_SHOWN, NOT_FOUND, HEARD = (
    int(Evidence.NOT_RECORDED),
    int(Evidence.NOT_ACCESSIBLE),
    int(Evidence.NOT_SHOWN),
    int(Evidence.NOT_FOUND),
    int(Evidence.HEARD),
)


def raise_signal(world: World, visit: Visit) -> None:
    """How far the evidence of a leg comes, and whether it is a signal.

    Parameters
    ----------
    world : World
    visit : Visit
    """
    if _is_no_news(world, visit):
        return
    channel = world.channels[visit.channel]
    found_by = NONE
    if channel["recorded"] < 1.0 and _chance(world, visit, RECORDED) >= channel["recorded"]:
        came = NOT_RECORDED
    elif channel["accessible"] < 1.0 and _chance(world, visit, ACCESSIBLE) >= channel["accessible"]:
        came = NOT_ACCESSIBLE
    else:
        found_by = _analyse(world, visit)
        came = NOT_SHOWN if not _shows(world, visit) else NOT_FOUND if found_by == NONE else HEARD
    before = world.evidence[visit.row]
    world.evidence[visit.row] = max(before, came)
    if came == HEARD and (before < HEARD or world.settings["fresh"]):
        _signal(world, visit, found_by)


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


def _is_no_news(world: World, visit: Visit) -> bool:
    """Whether nobody looks: at a gate's log after an agent had the need; with fresh chances, at a leg passed on."""
    if world.settings["fresh"]:
        return visit.end_reason == TRANSFERRED
    if visit.agent == NONE:
        return visit.need in world.met
    world.met.add(visit.need)
    return False


def _chance(world: World, visit: Visit, purpose: int, alternative: int = 0) -> float:
    """The uniform number that evidence was dealt: to the need, or to this leg alone."""
    attempt, leg = (visit.attempt, visit.leg) if world.settings["fresh"] else (0, 0)
    return need_uniform(world.seed, world.replication, visit.need, purpose, attempt, leg, alternative)


def _analyse(world: World, visit: Visit) -> int:
    """Marks the routes that look at this leg; the first that would find a cause, or -1."""
    settings = world.settings
    routes: tuple[tuple[int, float, float], ...]
    if visit.agent == NONE:
        routes = ((int(Route.LOG_ANALYSIS), settings["log_analysis"], settings["log_analysis"]),)
    else:
        written = world.channels[visit.channel]["written"]
        machine, name = (Route.TEXT_ANALYTICS, "text") if written else (Route.SPEECH_ANALYTICS, "speech")
        routes = (
            (int(Route.MANUAL_SAMPLE), settings["manual_sample"], settings["manual_sample"]),
            (int(machine), settings[f"{name}_coverage"], settings[f"{name}_finds"]),
            (int(Route.AGENT_FLAG), settings["agent_flags"], settings["agent_flags"]),
        )
    found_by = NONE
    for route, covers, finds in routes:
        if covers > 0.0:
            # what a machine hears of a need it would read of it too
            u = _chance(world, visit, ANALYSED, Route.SPEECH_ANALYTICS if route == Route.TEXT_ANALYTICS else route)
            if u < covers:
                visit.analysed |= 1 << route
            if u < finds and found_by == NONE:
                found_by = route
    return found_by


def _shows(world: World, visit: Visit) -> bool:
    """Whether what was said or written shows the cause of the need, if it has one."""
    if world.needs["cause"][visit.row] == NONE:
        return False
    if visit.agent == NONE:
        content = world.settings["gate_content"]
    else:
        channel = world.channels[visit.channel]
        content = channel["content_passed_on" if visit.end_reason == TRANSFERRED else "content"]
        content = laws.shifted(content, world.group_terms[visit.group]["rushed_content"])
    return bool(_chance(world, visit, CONTENT) < content)


def _signal(world: World, visit: Visit, route: int) -> None:
    """Writes a signal; a need's first one since the window began counts towards detection."""
    now, cause = world.clock.now, world.needs["cause"][visit.row]
    world.signals.append((now, visit.need, visit.attempt, visit.leg, route, cause))
    if now >= world.plan.window[0] and visit.need not in world.counted:
        world.counted.add(visit.need)
        world.heard[cause].append(now)
        _detect(world, cause, route)


def _detect(world: World, cause: int, route: int) -> None:
    """Applies the count rule: so many distinct needs within the time window."""
    heard = world.heard[cause]
    needed = world.settings["detection_count"]
    if world.detected_by[cause] == NONE and len(heard) >= needed:
        first = heard[len(heard) - needed]
        if laws.within(first, heard[-1], world.settings["detection_within"]):
            world.detected[cause] = heard[-1]
            world.detected_by[cause] = route

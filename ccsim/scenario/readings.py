"""What shorthand means: plain readings of a scenario, for whoever compiles it."""

from ccsim import units
from ccsim.scenario.channels import Channel, Gate
from ccsim.scenario.customers import NO_CHANNEL, Customers, Segment
from ccsim.scenario.demand import NeedType
from ccsim.scenario.distributions import Law
from ccsim.scenario.insight import Content
from ccsim.scenario.model import Scenario
from ccsim.scenario.workforce import AlwaysOn, ByShift, Group, Handling, Shrinkage, Transfers

NO_LIVE_CONTENT = Content(base=0.60)
NO_GATE_CONTENT = Content(base=0.05)


def length_of(scenario: Scenario) -> float:
    """Length of the measured window.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    float, s
    """
    calendar = scenario.calendar
    return calendar.length if calendar.length is not None else (calendar.days or 1) * units.DAY


def agents_of_group(group: Group) -> int:
    """How many agents a group has at most.

    Parameters
    ----------
    group : Group

    Returns
    -------
    int
    """
    staffing = group.staffing
    if isinstance(staffing, AlwaysOn):
        return staffing.agents
    return sum(staffing.agents) if isinstance(staffing, ByShift) else max(staffing.agents)


def need_type_named(scenario: Scenario, name: str) -> NeedType:
    """The need type of that name.

    Parameters
    ----------
    scenario : Scenario
    name : str

    Returns
    -------
    NeedType
    """
    return next(need_type for need_type in scenario.needs.types if need_type.name == name)


def channel_named(scenario: Scenario, name: str) -> Channel:
    """The channel of that name.

    Parameters
    ----------
    scenario : Scenario
    name : str

    Returns
    -------
    Channel
    """
    return next(channel for channel in scenario.channels if channel.name == name)


def share_of_type(scenario: Scenario, need_type: str) -> float:
    """Share of the volume that is of this type.

    Parameters
    ----------
    scenario : Scenario
    need_type : str

    Returns
    -------
    float
        One type alone is everything.
    """
    share = need_type_named(scenario, need_type).share
    return 1.0 if share is None else share


def preferred_channels_of(scenario: Scenario, need_type: str) -> dict[str, float]:
    """Share of each channel wanted first; `none` asks elsewhere.

    Parameters
    ----------
    scenario : Scenario
    need_type : str

    Returns
    -------
    dict, channel name (or `none`) to share
        Of all segments together.
    """
    shares: dict[str, float] = {}
    for segment in segments_of(scenario):
        weight = 1.0 if segment is None else segment.share
        for name, share in preferred_by_segment(scenario, need_type, segment).items():
            shares[name] = shares.get(name, 0.0) + weight * share
    return shares


def preferred_by_segment(scenario: Scenario, need_type: str, segment: Segment | None) -> dict[str, float]:
    """Share of each channel wanted first by the customers of a segment.

    Parameters
    ----------
    scenario : Scenario
    need_type : str
    segment : Segment or None
        None for everybody, where there are no segments.

    Returns
    -------
    dict, channel name (or `none`) to share
        The segment's, else the type's, else everybody's.
    """
    chosen = None if segment is None else segment.channels_preferred
    if chosen is None:
        chosen = need_type_named(scenario, need_type).channels_preferred
    return dict(chosen) if chosen is not None else preferred_by_everybody(scenario)


def preferred_by_everybody(scenario: Scenario) -> dict[str, float]:
    """Share of each channel wanted first, but for types and segments apart.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    dict, channel name (or `none`) to share
        Of the file's first channel all, where nothing is said.
    """
    chosen = scenario.customers.channels_preferred
    return dict(chosen) if chosen is not None else {scenario.channels[0].name: 1.0}


def segments_of(scenario: Scenario) -> tuple[Segment | None, ...]:
    """The segments of customers; None alone where all are alike.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    tuple of Segment or None
    """
    return scenario.customers.segments or (None,)


def behaviour_of(scenario: Scenario, segment: Segment | None) -> Customers:
    """How the customers of a segment behave.

    Parameters
    ----------
    scenario : Scenario
    segment : Segment or None
        None for everybody, where there are no segments.

    Returns
    -------
    Customers
        The scenario's, with what the segment says of itself in its place.
    """
    ways = ("balking", "announced", "redial", "gate_failure", "blocked", "reconnect")
    own = {way: getattr(segment, way, None) for way in ways}
    return scenario.customers.model_copy(update={way: says for way, says in own.items() if says is not None})


def usable_channels_of(scenario: Scenario, need_type: str) -> tuple[str, ...]:
    """Channels that needs of this type can come to, in the scenario's order.

    Parameters
    ----------
    scenario : Scenario
    need_type : str

    Returns
    -------
    tuple of str
        Preferred channels, those reached from them by diversion, and those where customers try again.
    """
    reached = {
        name for name, share in preferred_channels_of(scenario, need_type).items() if share and name != NO_CHANNEL
    }
    told = [behaviour_of(scenario, segment) for segment in segments_of(scenario)]
    ways = [way for one in told for way in (one.redial, one.gate_failure, one.blocked, one.reconnect)]
    if reached:
        reached |= {name for way in ways if way is not None for name, share in way.to.items() if share}
    diverted = {
        channel.name: {
            name
            for way in (
                channel.diverted,
                channel.when_closed.diverted,
                {} if channel.tolerance is None else channel.tolerance.instead,
            )
            for name, share in way.items()
            if share
        }
        for channel in scenario.channels
    }
    while True:
        further = {name for channel in reached for name in diverted.get(channel, ())} - reached
        if not further:
            return tuple(channel.name for channel in scenario.channels if channel.name in reached)
        reached |= further


def patience_of(scenario: Scenario, need_type: str, channel: str, segment: Segment | None = None) -> Law | None:
    """How long an attempt would wait; None never gives up.

    Parameters
    ----------
    scenario : Scenario
    need_type : str
    channel : str
    segment : Segment or None
        None for everybody, where there are no segments.

    Returns
    -------
    Law or None
        None too on a deferrable channel.
    """
    if channel_named(scenario, channel).kind != "live":
        return None
    patience = None if segment is None else segment.patience
    if patience is None:
        patience = need_type_named(scenario, need_type).patience
    if patience is None:
        patience = scenario.customers.patience
    return patience.get(channel) if isinstance(patience, dict) else patience


def handling_of(scenario: Scenario, need_type: str, channel: str) -> tuple[Law, Law | None] | None:
    """Talk (or work) and wrap-up of a contact; None where nothing is said.

    Parameters
    ----------
    scenario : Scenario
    need_type : str
    channel : str

    Returns
    -------
    tuple of Law and (Law or None), or None
        Work on a deferrable channel has no wrap-up.
    """
    handling = _handling_written(scenario, need_type, channel)
    if handling is None:
        return None
    if channel_named(scenario, channel).kind == "live":
        return None if handling.talk is None else (handling.talk, handling.wrap_up)
    return None if handling.work is None else (handling.work, None)


def transfers_of(scenario: Scenario, need_type: str, channel: str) -> Transfers | None:
    """How contacts are passed on to another skill; None where they are not.

    Parameters
    ----------
    scenario : Scenario
    need_type : str
    channel : str

    Returns
    -------
    Transfers or None
        None too on a deferrable channel.
    """
    handling = _handling_written(scenario, need_type, channel)
    if handling is None or channel_named(scenario, channel).kind != "live":
        return None
    return handling.transfers


def shrinkage_of(scenario: Scenario) -> Shrinkage:
    """The shrinkage, with what it includes.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    Shrinkage
    """
    given = scenario.shrinkage
    return given if isinstance(given, Shrinkage) else Shrinkage(share=given)


def taken_of(scenario: Scenario, group: Group) -> float:
    """What breaks and absence that shrinkage includes take of a schedule.

    Parameters
    ----------
    scenario : Scenario
    group : Group

    Returns
    -------
    float, share
        Planned: breaks as the shifts have them, absence at its mean; who is absent has no breaks.
    """
    if not isinstance(group.staffing, ByShift):
        return 0.0
    includes = shrinkage_of(scenario).includes
    breaks = scheduled = 0.0
    for name, agents in zip(group.staffing.shift, group.staffing.agents, strict=True):
        shift = scenario.shifts[name]
        shifts_a_week = agents * len(shift.days)
        scheduled += shifts_a_week * (shift.to - shift.from_)
        breaks += shifts_a_week * sum(one.for_ for one in shift.breaks)
    on_break = breaks / scheduled if "breaks" in includes and scheduled > 0.0 else 0.0
    absent = group.absence if "absence" in includes else 0.0
    return 1.0 - (1.0 - absent) * (1.0 - on_break)


def rostered_of(scenario: Scenario, group: Group) -> float:
    """Share of a group's paid time that is scheduled: worked or not.

    Parameters
    ----------
    scenario : Scenario
    group : Group

    Returns
    -------
    float, above 0, to 1
        (1 - shrinkage) / (1 - what breaks and absence take of the schedule), or 1 where they take more than shrinkage:
        what is scheduled is paid.
    """
    available, left = 1.0 - shrinkage_of(scenario).share, 1.0 - taken_of(scenario, group)
    return available / left if left > available else 1.0


def resolution_of(scenario: Scenario, need_type: str, channel: str) -> float:
    """Share of contacts that settle the need.

    Parameters
    ----------
    scenario : Scenario
    need_type : str
    channel : str

    Returns
    -------
    float
        1 where nothing is said.
    """
    resolution = scenario.resolution
    by_type = resolution.get(need_type, 1.0) if isinstance(resolution, dict) else resolution
    return by_type.get(channel, 1.0) if isinstance(by_type, dict) else by_type


def solves_of(gate: Gate, need_type: str) -> float:
    """Share of needs of a type that the gate settles.

    Parameters
    ----------
    gate : Gate
    need_type : str

    Returns
    -------
    float
        0 where nothing is said.
    """
    return gate.solves.get(need_type, 0.0) if isinstance(gate.solves, dict) else gate.solves


def recorded_of(scenario: Scenario, channel: str) -> float:
    """Share of contacts recorded; 0 without an insight section.

    Parameters
    ----------
    scenario : Scenario
    channel : str

    Returns
    -------
    float
    """
    return _share_by_channel(scenario.insight.recorded, channel) if scenario.insight else 0.0


def accessible_of(scenario: Scenario, channel: str) -> float:
    """Share of recordings that can be analysed; 0 without an insight section.

    Parameters
    ----------
    scenario : Scenario
    channel : str

    Returns
    -------
    float
    """
    return _share_by_channel(scenario.insight.accessible, channel) if scenario.insight else 0.0


def is_written(channel: Channel) -> bool:
    """Whether contacts of a channel are written.

    Parameters
    ----------
    channel : Channel

    Returns
    -------
    bool
        Where nothing is said: of messages, and of live contacts that share an agent.
    """
    if channel.medium is not None:
        return channel.medium == "written"
    if channel.kind == "live":
        return channel.concurrency is not None and channel.concurrency.most > 1
    return channel.dialling is None


def content_of(scenario: Scenario, channel: str) -> tuple[float, float]:
    """Share of contacts with a recognisable cause: at base, and at most.

    Parameters
    ----------
    scenario : Scenario
    channel : str
        A channel's name, or `gate`.

    Returns
    -------
    tuple of two floats: base, most
        Both 0 without an insight section.
    """
    if scenario.insight is None:
        return 0.0, 0.0
    default = NO_GATE_CONTENT if channel == "gate" else NO_LIVE_CONTENT
    content = scenario.insight.content.get(channel, default)
    return content.base, content.base if content.most is None else content.most


def channels_of_group(scenario: Scenario, group: Group) -> tuple[str, ...]:
    """Channels that a group works, in the scenario's order.

    Parameters
    ----------
    scenario : Scenario
    group : Group

    Returns
    -------
    tuple of str
    """
    return tuple(
        channel.name for channel in scenario.channels if group.channels is None or channel.name in group.channels
    )


def group_order_of(scenario: Scenario) -> tuple[str, ...]:
    """Groups in the order that settles ties; by default the order of the file.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    tuple of str
    """
    return scenario.routing.group_order or tuple(group.name for group in scenario.agents)


def _share_by_channel(shares: float | dict[str, float], channel: str) -> float:
    return shares.get(channel, 1.0) if isinstance(shares, dict) else shares


def _handling_written(scenario: Scenario, need_type: str, channel: str) -> Handling | None:
    handling = scenario.handling
    by_type = handling.get(need_type) if isinstance(handling, dict) else handling
    return by_type.get(channel) if isinstance(by_type, dict) else by_type

"""Scenario to plan: names become numbers, words become arrays, days become seconds."""

from collections.abc import Iterable
from math import ceil, inf, log, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtri

from ccsim.plan import workforce
from ccsim.plan.bins import borders, joined
from ccsim.plan.demand import demand
from ccsim.plan.law import LAW
from ccsim.plan.law_table import LawTable, round_to_12, upper_point
from ccsim.plan.plan import (
    BUSYNESS,
    CAUSE,
    CHANNEL,
    CUTS_OFF,
    EFFORT,
    FINISHES,
    GATE_AGENT,
    GATE_BLOCKED,
    GATE_HUNG_UP,
    GATE_RESOLVED,
    GATE_WRONG,
    HANDLING,
    MONEY,
    NEED_TYPE,
    NONE,
    OPENING,
    QUEUE,
    REPLAY,
    SETTINGS,
    WAITS,
    Names,
    Plan,
    Records,
)
from ccsim.plan.terms import Terms
from ccsim.scenario import distributions, readings
from ccsim.scenario.channels import Callback, Channel, Dialling, Gate
from ccsim.scenario.customers import Balking, Customers, Reconnect, Redial, Segment
from ccsim.scenario.demand import NeedType
from ccsim.scenario.model import Scenario
from ccsim.scenario.show import digest
from ccsim.scenario.streams import stream_of

F8 = NDArray[np.float64]
DAY = 86400.0
YEAR = 365.0 * DAY
NOBODY_REACHES = 2**62
CLOSING_CODES = {"wait": WAITS, "finish": FINISHES, "cut_off": CUTS_OFF}
GATE_CODES = {
    "agent": GATE_AGENT,
    "resolved": GATE_RESOLVED,
    "wrong": GATE_WRONG,
    "hung_up": GATE_HUNG_UP,
    "blocked": GATE_BLOCKED,
    "": NONE,
}


def compile_plan(scenario: Scenario) -> Plan:
    """The plan of a scenario.

    Parameters
    ----------
    scenario : Scenario
        Loaded and valid.

    Returns
    -------
    Plan
        Every array read-only.
    """
    written, scenario = scenario, _in_order_of_names(scenario)
    laws = LawTable()
    window, horizon = _times(scenario)
    n_days = max(1, ceil(horizon / DAY))
    queues = _queues(scenario)
    bins = borders(scenario.calendar.interval, window, horizon)
    groups = workforce.groups(scenario)
    shifts = workforce.shifts(scenario, horizon, n_days, overtime=True)
    planned = workforce.shifts(scenario, horizon, n_days, overtime=False)
    counts = workforce.counts(scenario, horizon, n_days)
    skills = workforce.skills(scenario, queues)
    expected, shape_of, edges, cumulative = demand(scenario, n_days)
    replay, labels = _replay(scenario)
    channels = _channels(scenario, laws)
    over_day = scenario.handling_over_day
    openings = _openings(scenario, channels, n_days, horizon)
    fields: dict[str, Any] = {
        "need_types": _need_types(scenario),
        "handling": _handling(scenario, laws, queues),
        "preferred": _preferred(scenario),
        "channels": channels,
        "paces": _paces(scenario),
        "diverted": _cumulative(scenario, [channel.diverted for channel in scenario.channels]),
        "closed_diverted": _closed_diverted(scenario),
        "outlasted": _outlasted(scenario),
        "openings": openings,
        "queues": np.array([(channel, _skills(scenario).index(skill)) for channel, skill in queues], dtype=QUEUE),
        "groups": groups,
        "skills": skills,
        "work_order": workforce.in_order(skills["preference"], skills["preference"]),
        "ask_order": workforce.in_order(skills["turn"].T, workforce.at_once(skills).T),
        "overflows": workforce.overflows(skills),
        "agent_group": np.repeat(np.arange(len(groups)), groups["n_agents"]).astype(np.int32),
        "shifts": shifts,
        "agent_days": workforce.agent_days(scenario, horizon, n_days),
        "breaks": workforce.breaks(scenario, horizon, n_days),
        "counts": counts,
        "day_factors": np.array([] if over_day is None else over_day.factors),
        "rostered": np.array([readings.rostered_of(scenario, group) for group in scenario.agents]),
        "scheduled": workforce.scheduled(bins, groups, planned, counts, horizon),
        "expected": expected,
        "shape_of": shape_of,
        "shape_edges": edges,
        "shape_cumulative": cumulative,
        "replay": replay,
        "causes": _causes(scenario),
        "settings": _settings(scenario, laws, channels),
        "switches": _cumulative(
            scenario, [{} if way is None else way.to for one in _behaviours(scenario) for way in _ways(one)]
        ),
        "segments": _cumulated([segment.share for segment in scenario.customers.segments]),
        "effort": np.array([terms_of(scenario).effort], dtype=EFFORT),
        "money": _money(scenario),
        "bins": bins,
    }
    fields["busyness"] = _busyness(scenario, laws)
    fields["agent_speed"], fields["agent_spread"] = workforce.speeds(scenario, laws)
    _put_raises(fields["need_types"], scenario, laws)
    fields["laws"] = np.array(laws.rows, dtype=LAW)
    fields["law_tables"] = np.concatenate([*laws.tables, np.zeros(1)])
    return Plan(
        names=_names(scenario, queues, labels),
        digest=digest(written),
        window=window,
        horizon=horizon,
        interval=scenario.calendar.interval,
        n_days=n_days,
        n_customers=scenario.customers.count or 0,
        full_time_week=scenario.money.full_time_week,
        acceptable_wait=scenario.service_level.within,
        short_wait=scenario.service_level.short,
        service_level_wanted=np.nan if (wanted := _service_level_wanted(scenario)) is None else wanted,
        service_level_base=scenario.service_level.base,
        **{name: _frozen(array) for name, array in fields.items()},
    )


def _service_level_wanted(scenario: Scenario) -> float | None:
    """The service level that a target wants of the whole centre."""
    wanted = [
        one.at_least
        for one in scenario.targets
        if one.measure == "service_level" and one.at_least is not None and not one.cell
    ]
    return float(wanted[0]) if wanted else None


def terms_of(scenario: Scenario) -> Terms:
    """The terms of a scenario.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    Terms
    """
    level, effort = scenario.service_level, scenario.customers.effort
    groups = _by_name(scenario.agents)
    weights, penalties = effort.weights, effort.penalties
    return Terms(
        acceptable_wait=level.within,
        wanted=_service_level_wanted(scenario),
        short_wait=level.short,
        base=level.base,
        wages=tuple(group.wage * (1.0 + scenario.money.on_cost) for group in groups),
        overtime=round_to_12(scenario.money.overtime - 1.0),
        effort=(
            *(weights.search, weights.gate, weights.queue, weights.talk, weights.typing),
            *(penalties.recontact, penalties.switch, penalties.transfer),
        ),
    )


def follow_up_of(scenario: Scenario) -> float:
    """Time simulated after the window, so that needs can end.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    float, s
        As written; else 0 where warm-up and window lie within one day or nobody repeats, else the 99 % point of the
        longest repeat-delay law.
    """
    calendar, customers = scenario.calendar, scenario.customers
    if calendar.follow_up is not None:
        return calendar.follow_up
    told: list[Customers | Segment] = [customers, *customers.segments]
    ways = [way for one in told for way in (one.redial, one.gate_failure, one.blocked, one.reconnect)]
    laws = [way.after for way in ways if way is not None]
    laws += [one.reconnect.discovered_after for one in told if one.reconnect and one.reconnect.discovered_after]
    if calendar.warm_up + readings.length_of(scenario) <= DAY or not laws:
        return 0.0
    return float(ceil(max(upper_point(law, 0.99) for law in laws)))


def _in_order_of_names(scenario: Scenario) -> Scenario:
    """The same centre, whatever the order it was written in: chance is cut, and ties end, by name and not by place."""
    needs = scenario.needs.model_copy(update={"types": _by_name(scenario.needs.types)})
    customers = scenario.customers.model_copy(
        update={
            "segments": _by_name(scenario.customers.segments),
            # the one thing that the order of a file says
            "channels_preferred": readings.preferred_by_everybody(scenario),
        }
    )
    return scenario.model_copy(
        update={
            "needs": needs,
            "customers": customers,
            "channels": _by_name(scenario.channels),
            "agents": _by_name(scenario.agents),
        }
    )


def _by_name(parts: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(parts, key=lambda one: one.name))


def _times(scenario: Scenario) -> tuple[tuple[float, float], float]:
    """Window and horizon."""
    start = scenario.calendar.warm_up
    end = start + readings.length_of(scenario)
    return (start, end), end + follow_up_of(scenario)


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    """A contiguous copy that nobody can write to."""
    copy = np.array(array, order="C")
    copy.flags.writeable = False
    return copy


def _skills(scenario: Scenario) -> list[str]:
    """Skills in the order in which need types ask for them; then those to which customers are only passed on."""
    asked = [need_type.skill for need_type in scenario.needs.types]
    return list(dict.fromkeys(asked + [skill for _, skill in _passed_on(scenario)]))


def _passed_on(scenario: Scenario) -> list[tuple[int, str]]:
    """Channels and skills to which some need type is passed on there."""
    return [
        (c, transfers.to)
        for need_type in scenario.needs.types
        for c, channel in enumerate(scenario.channels)
        if (transfers := readings.transfers_of(scenario, need_type.name, channel.name)) is not None
    ]


def _queues(scenario: Scenario) -> list[tuple[int, str]]:
    """One queue for each channel and skill that some need type uses there."""
    passed_on = _passed_on(scenario)
    return [
        (c, skill)
        for c, channel in enumerate(scenario.channels)
        for skill in _skills(scenario)
        if (c, skill) in passed_on
        or any(
            need_type.skill == skill and readings.handling_of(scenario, need_type.name, channel.name) is not None
            for need_type in scenario.needs.types
        )
    ]


def _names(scenario: Scenario, queues: list[tuple[int, str]], labels: tuple[str, ...]) -> Names:
    """What everything is called."""
    return Names(
        need_types=tuple(need_type.name for need_type in scenario.needs.types),
        channels=tuple(channel.name for channel in scenario.channels),
        queues=tuple(f"{scenario.channels[channel].name}.{skill}" for channel, skill in queues),
        groups=tuple(group.name for group in scenario.agents),
        agents=workforce.agent_names(scenario),
        causes=tuple(
            f"{need_type.name}-{number + 1}"
            for need_type in scenario.needs.types
            for number in range(_n_causes(need_type))
        ),
        needs=labels,
        segments=tuple(segment.name for segment in scenario.customers.segments),
    )


def _n_causes(need_type: NeedType) -> int:
    """Number of standing causes of a type."""
    return 0 if need_type.causes is None else need_type.causes.standing


def _need_types(scenario: Scenario) -> Records:
    """One record per need type."""
    rows = []
    first_cause = 0
    for need_type in scenario.needs.types:
        typical, spread = 0.5, 0.0
        if need_type.complexity is not None:
            typical, spread = need_type.complexity.typical, need_type.complexity.spread
        rows.append(
            (
                stream_of(need_type.name),
                need_type.kind == "failure",
                round_to_12(log(typical / (1.0 - typical))),
                spread,
                typical,
                0.0 if need_type.stake is None else need_type.stake.spread,
                need_type.handling_grows,
                need_type.resolution_falls,
                first_cause,
                _n_causes(need_type),
                0.0 if need_type.causes is None else need_type.causes.incidence_spread,
                *(NONE, 0.0, 0.0, NONE),
            )
        )
        first_cause += _n_causes(need_type)
    return np.array(rows, dtype=NEED_TYPE)


def _put_raises(rows: Records, scenario: Scenario, laws: LawTable) -> None:
    """Fills in which needs follow from others; added late, so that other laws keep their places."""
    names = [need_type.name for need_type in scenario.needs.types]
    for row, need_type in zip(rows, scenario.needs.types, strict=True):
        if need_type.raises is not None:
            row["raises"] = names.index(need_type.raises.type)
            row["raises_resolved"], row["raises_not"] = need_type.raises.when_resolved, need_type.raises.when_not
            row["raises_after"] = laws.add(need_type.raises.after)


def _handling(scenario: Scenario, laws: LawTable, queues: list[tuple[int, str]]) -> Records:
    """What a need type meets on a channel, segment by segment."""
    kinds = _kinds(scenario)
    priorities = [_priority(*kind) for kind in kinds]
    places = sorted(set(priorities))
    table = np.zeros((len(kinds), len(scenario.channels)), dtype=HANDLING)
    for row, (need_type, segment), priority in zip(table, kinds, priorities, strict=True):
        row["priority"], row["rises"] = priority
        row["place"] = places.index(priority)
        for c, channel in enumerate(scenario.channels):
            handling = readings.handling_of(scenario, need_type.name, channel.name)
            if handling is None:
                for name in ("queue", "talk", "wrap_up", "patience", "transfers_to", "transfer_talk", "transfer_warm"):
                    row[c][name] = NONE
                continue
            talk, wrap_up = handling
            patience = readings.patience_of(scenario, need_type.name, channel.name, segment)
            meets = row[c]
            meets["queue"] = queues.index((c, need_type.skill))
            meets["talk"] = laws.add(talk)
            meets["wrap_up"] = NONE if wrap_up is None else laws.add(wrap_up)
            meets["patience"] = NONE if patience is None else laws.add(patience)
            meets["resolution"] = readings.resolution_of(scenario, need_type.name, channel.name)
            meets["gate_solves"] = 0.0 if channel.gate is None else _solves(channel.gate, need_type)
            transfers = readings.transfers_of(scenario, need_type.name, channel.name)
            meets["transfers_to"] = meets["transfer_talk"] = meets["transfer_warm"] = NONE
            if transfers is not None:
                meets["transfers"] = transfers.share
                meets["transfers_to"] = queues.index((c, transfers.to))
                meets["transfer_talk"] = laws.add(transfers.talk)
                meets["transfer_warm"] = NONE if transfers.warm is None else laws.add(transfers.warm)
    return table


def _kinds(scenario: Scenario) -> list[tuple[NeedType, Segment | None]]:
    """Every need type with every segment, one segment after another within a type."""
    return [(need_type, segment) for need_type in scenario.needs.types for segment in readings.segments_of(scenario)]


def _priority(need_type: NeedType, segment: Segment | None) -> tuple[int, float]:
    """The segment's priority, else the need type's, and by how many it rises in a second of waiting."""
    priority = need_type.priority if segment is None or segment.priority is None else segment.priority
    return priority, 0.0 if need_type.rises_every is None else round_to_12(1.0 / need_type.rises_every)


def _solves(gate: Gate, need_type: NeedType) -> float:
    """Scale r with which the mean over complexity of min(1, r ((1-x)/(1-typical))^effect) is the planner's share."""
    share = readings.solves_of(gate, need_type.name)
    complexity = need_type.complexity
    if gate.complexity_effect == 0.0 or complexity is None or share == 0.0:
        return share
    u = (np.arange(20_000) + 0.5) / 20_000
    x = expit(log(complexity.typical / (1.0 - complexity.typical)) + complexity.spread * ndtri(u))
    simplicity = ((1.0 - x) / (1.0 - complexity.typical)) ** gate.complexity_effect
    low, high = 0.0, 1.0
    while np.minimum(1.0, high * simplicity).mean() < share and high < 1e12:
        high *= 2.0
    for _ in range(100):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if np.minimum(1.0, middle * simplicity).mean() < share else (low, middle)
    return round_to_12(0.5 * (low + high))


def _preferred(scenario: Scenario) -> F8:
    """Cumulative shares of the preferred channel by need type and segment; the last place is none."""
    rows = []
    for need_type, segment in _kinds(scenario):
        shares = readings.preferred_by_segment(scenario, need_type.name, segment)
        rows.append(
            _cumulated([shares.get(channel.name, 0.0) for channel in scenario.channels] + [shares.get("none", 0.0)])
        )
    return np.array(rows)


def _cumulated(shares: list[float]) -> F8:
    """Shares up to each place; what rounding leaves beyond the last that is not zero belongs to that one."""
    cumulative = np.cumsum(shares)
    cumulative[cumulative >= cumulative[-1:].sum() - 1e-12] = 1.0
    return np.asarray(cumulative)


def _cumulative(scenario: Scenario, shares: list[dict[str, float]]) -> F8:
    """Cumulative probabilities of other channels, one row for each channel."""
    return np.cumsum([[row.get(channel.name, 0.0) for channel in scenario.channels] for row in shares], axis=1)


def _closed_diverted(scenario: Scenario) -> F8:
    """Cumulative probabilities of other channels when closed, above the probability of coming back."""
    shares = [channel.when_closed.diverted for channel in scenario.channels]
    returns = np.array([[channel.when_closed.returns] for channel in scenario.channels])
    return np.asarray(_cumulative(scenario, shares) + returns)


def _outlasted(scenario: Scenario) -> F8:
    """Cumulative probabilities of trying again on each channel while a message lies."""
    return _cumulative(
        scenario,
        [
            {} if one.tolerance is None else {**one.tolerance.instead, one.name: one.tolerance.again}
            for one in scenario.channels
        ],
    )


def _channels(scenario: Scenario, laws: LawTable) -> Records:
    """One record per channel; the openings are filled in by `_openings`."""
    rows = np.zeros(len(scenario.channels), dtype=CHANNEL)
    for row, channel in zip(rows, scenario.channels, strict=True):
        row["live"] = channel.kind == "live"
        row["prominence"] = channel.prominence
        row["friction"] = channel.friction
        row["search"] = round_to_12(channel.search_time * (1.0 - channel.prominence))
        row["answer_within"] = nan if channel.answer_within is None else channel.answer_within
        row["typing"] = channel.customer_time
        row["views"] = round_to_12(channel.views_per_hour / 3600.0)
        row["interruptible"] = channel.interruptible
        row["returns"] = channel.when_closed.returns
        row["returns_after"] = laws.add(channel.when_closed.after)
        row["cost"] = scenario.money.contacts.get(channel.name, 0.0)
        row["recorded"] = readings.recorded_of(scenario, channel.name)
        row["accessible"] = readings.accessible_of(scenario, channel.name)
        row["written"] = readings.is_written(channel)
        row["content"] = _content(scenario, channel)
        row["content_passed_on"] = readings.content_of(scenario, channel.name)[0]
        row["lines"] = NONE if channel.lines is None else channel.lines
        row["announced_handling"] = 0.0 if channel.announces is None else channel.announces.handling
        row["most"] = 1
        if channel.concurrency is not None:
            row["most"] = channel.concurrency.most
            row["to_most_loaded"] = channel.concurrency.new_to == "most_loaded"
        row["dials_from"] = NONE if channel.dialling is None else 0
        row["callback_after"] = row["dialling_time"] = row["dialling_again"] = NONE
        if channel.callback is not None:
            _put_callback(row, channel.callback, laws)
        if channel.dialling is not None:
            _put_dialling(row, channel.dialling, laws)
        row["travel"] = NONE if channel.travel is None else laws.add(channel.travel)
        row["finding_out"] = NONE
        if channel.silent is not None:
            row["silent"] = channel.silent.share
            row["finding_out"] = laws.add(channel.silent.found_out)
        row["tolerance"] = NONE
        if channel.tolerance is not None:
            row["tolerance"] = laws.add(channel.tolerance.lasts)
            row["merges"] = channel.tolerance.merges
        row["gate_time"] = row["gate_patience"] = row["misroute_talk"] = NONE
        if channel.gate is not None:
            _put_gate(row, channel.gate, laws)
    return rows


def _paces(scenario: Scenario) -> F8:
    """Pace of each contact's work by channel and number in hand: as written, or attention divided evenly."""
    shared = [channel.concurrency for channel in scenario.channels]
    in_hand = np.arange(1 + max(1 if one is None else one.most for one in shared))
    table = np.tile(1.0 / np.maximum(in_hand, 1), (len(shared), 1))
    for row, one in zip(table, shared, strict=True):
        if one is not None and one.pace is not None:
            row[1 : one.most + 1] = one.pace[: one.most]
    return table


def _put_gate(row: Any, gate: Gate, laws: LawTable) -> None:
    """Fills in the gate's part of a channel's record."""
    mean = gate.levels * gate.level_time
    time: Any = gate.time
    if time is None:
        time = distributions.Lognormal(mean=mean, cv=0.5) if mean > 0.0 else distributions.Constant(value=0.0)
    row["gate"] = 1
    row["gate_time"] = laws.add(time)
    if gate.hangs_up_after is not None:
        row["gate_patience"] = laws.add(distributions.Exponential(mean=gate.hangs_up_after))
    row["gate_effect"] = gate.complexity_effect
    row["gate_wrong"] = gate.wrong_answer
    row["gate_blocked"] = gate.blocked
    row["gate_opt_out"] = gate.opt_out
    row["gate_bypass"] = gate.bypass if gate.opt_out else 0.0
    if gate.misroutes is not None:
        row["gate_misroutes"] = min(1.0, gate.misroutes.base + gate.misroutes.per_level * max(0, gate.levels - 1))
        row["misroute_talk"] = laws.add(gate.misroutes.talk)


def _put_callback(row: Any, callback: Callback, laws: LawTable) -> None:
    """Fills in a channel's callback; a limit that is left out is never reached, unless both are."""
    always = callback.waiting is None and callback.wait is None
    row["callback"] = callback.accepts > 0.0
    row["callback_waiting"] = (0 if always else NOBODY_REACHES) if callback.waiting is None else callback.waiting
    row["callback_wait"] = inf if callback.wait is None else callback.wait
    row["callback_accepts"] = callback.accepts
    if callback.after is not None:
        row["callback_after"] = laws.add(callback.after)
    _put_dialling(row, callback.dialling, laws)


def _put_dialling(row: Any, dialling: Dialling, laws: LawTable) -> None:
    """Fills in how a channel's customers are called."""
    row["dialling_time"] = laws.add(dialling.time)
    row["dialling_reached"] = dialling.reached
    row["dialling_tries"] = dialling.tries
    row["dialling_again"] = laws.add(dialling.again_after)


def _content(scenario: Scenario, channel: Channel) -> float:
    """Share of a channel's contacts that show the cause: base + (most - base) (1 - exp(-l/scale))."""
    base, most = readings.content_of(scenario, channel.name)
    if scenario.insight is None or channel.kind != "live":
        return base
    listening = scenario.insight.listening
    gained = -np.expm1(-listening.minutes_per_contact / listening.scale)
    return round_to_12(base + (most - base) * float(gained))


def _openings(scenario: Scenario, channels: Records, n_days: int, horizon: float) -> Records:
    """Stretches of opening over the horizon, touching ones joined; fills in the channels' places, and their closing."""
    stretches: list[tuple[float, float]] = []
    for row, channel in zip(channels, scenario.channels, strict=True):
        row["first_opening"] = len(stretches)
        stretches += joined(
            (day * DAY + opening.from_, day * DAY + opening.to)
            for day in range(-1, n_days + 1)
            for opening in channel.open
            if workforce.weekday(scenario, day) in opening.days
        )
        row["n_openings"] = len(stretches) - row["first_opening"]
        if channel.kind == "live" and any(0.0 < closes < horizon for _, closes in stretches[row["first_opening"] :]):
            row["at_closing"] = CLOSING_CODES[channel.at_closing]
    return np.array(stretches, dtype=OPENING)


def _busyness(scenario: Scenario, laws: LawTable) -> Records:
    """The laws of what makes days, and stretches of a day, busy; added last, so that other laws keep their places."""
    row = np.array([(NONE, 0.0, NONE, 0.0, DAY)], dtype=BUSYNESS)
    volume = scenario.needs.volume
    if volume is not None and volume.busyness is not None:
        busy, within = volume.busyness, volume.busyness.within_day
        if busy.cv > 0.0:
            row["day_law"] = laws.add(distributions.Gamma(mean=1.0, cv=busy.cv))
            row["day_to_day"] = busy.day_to_day
        if within is not None and within.cv > 0.0:
            row["stretch_law"] = laws.add(distributions.Gamma(mean=1.0, cv=within.cv))
            row["stretch_to_stretch"], row["stretch"] = within.to_next, within.every
    return row


def _causes(scenario: Scenario) -> Records:
    """One record per standing cause."""
    rows = [
        (stream_of(need_type.name), i, number)
        for i, need_type in enumerate(scenario.needs.types)
        for number in range(_n_causes(need_type))
    ]
    return np.array(rows, dtype=CAUSE)


def _settings(scenario: Scenario, laws: LawTable, channels: Records) -> Records:
    """Everything that is one number for the whole centre, or for a segment of its customers."""
    rows = np.zeros(len(readings.segments_of(scenario)), dtype=SETTINGS)
    for row, segment in zip(rows, readings.segments_of(scenario), strict=True):
        customers = readings.behaviour_of(scenario, segment)
        _put_behaviour(row, customers, laws)
        row["switches"] = any(way is not None and way.to for way in _ways(customers))
        row["friction"] = 1.0 if segment is None else segment.friction
        row["stake"] = 1.0 if segment is None else segment.stake
    _put_centre(rows, scenario, laws)
    rows["finishes"] = (channels["at_closing"] == FINISHES).any()
    return rows


def _behaviours(scenario: Scenario) -> list[Customers]:
    """What customers do, by row of the settings."""
    return [readings.behaviour_of(scenario, segment) for segment in readings.segments_of(scenario)]


def _ways(customers: Customers) -> tuple[Redial | Reconnect | None, ...]:
    """How customers come back, in the order of the plan's ways."""
    redial = customers.redial
    return redial, customers.gate_failure or redial, customers.blocked or redial, customers.reconnect


def _put_behaviour(row: Any, customers: Customers, laws: LawTable) -> None:
    """Fills in what customers do: come back, balk, heed announcements."""
    for name, way in zip(("redial", "gate_retry", "blocked_retry", "reconnect"), _ways(customers), strict=True):
        row[name] = 0.0 if way is None else way.probability
        row[f"{name}_after"] = NONE if way is None else laws.add(way.after)
    reconnect = customers.reconnect
    row["noticed"] = 1.0 if reconnect is None else reconnect.noticed
    row["discovered_after"] = row["reconnect_after"]
    if reconnect is not None and reconnect.discovered_after is not None:
        row["discovered_after"] = laws.add(reconnect.discovered_after)
    balking = customers.balking or Balking()
    row["balks_per_waiting"] = balking.per_waiting
    row["balks_at_wait"] = inf if balking.announced_wait is None else balking.announced_wait
    row["balks"] = balking.per_waiting > 0.0 or balking.announced_wait is not None
    row["announced_before"] = customers.announced.before
    row["announced_over"] = customers.announced.per_minute_over


def _put_centre(row: Records, scenario: Scenario, laws: LawTable) -> None:
    """Fills in what is the same for all customers."""
    insight = scenario.insight
    row["most_attempts"] = scenario.customers.most_attempts
    row["learns"] = scenario.customers.bypass_learned
    row["pauses"] = scenario.shift_end != "finish"
    row["hands_over"] = scenario.shift_end == "hand_over"
    row["least_occupied"] = scenario.routing.among_equals == "least_occupied"
    row["ages"] = any(need_type.rises_every is not None for need_type in scenario.needs.types)
    if scenario.handling_over_day is not None:
        row["factors_from"] = scenario.handling_over_day.from_
        row["factors_every"] = scenario.handling_over_day.every
    row["interrupts"] = any(channel.interruptible for channel in scenario.channels)
    row["tolerates"] = any(channel.tolerance is not None for channel in scenario.channels)
    row["told_again"] = NONE
    if scenario.context is not None:
        row["told_again"] = laws.add(scenario.context.told_again)
        row["at_hand"] = scenario.context.at_hand
    row["coded_when_resolved"] = scenario.coding.when_resolved
    row["coded_when_not"] = scenario.coding.when_not
    row["found_anyway"] = NONE
    row["detection_within"] = inf
    if insight is not None:
        listening = insight.listening
        row["fresh"] = insight.repeats == "fresh"
        row["listening"] = listening.minutes_per_contact
        row["gate_content"] = readings.content_of(scenario, "gate")[0]
        row["manual_sample"] = listening.manual_sample
        for name, analytics in (("speech", listening.speech_analytics), ("text", listening.text_analytics)):
            row[f"{name}_coverage"] = analytics.coverage
            row[f"{name}_finds"] = analytics.coverage * analytics.recall
        row["agent_flags"] = listening.agent_flags
        row["log_analysis"] = listening.log_analysis
        routes = ("manual_sample", "speech_coverage", "text_coverage", "agent_flags", "log_analysis")
        row["listens"] = np.any([row[route] > 0.0 for route in routes], axis=0)
        row["detection_count"] = insight.detection.count
        if insight.detection.within is not None:
            row["detection_within"] = insight.detection.within
        if insight.found_anyway.per_year > 0.0:
            row["found_anyway"] = laws.add(distributions.Exponential(mean=YEAR / insight.found_anyway.per_year))


def _money(scenario: Scenario) -> Records:
    """Prices that belong to no group and no channel."""
    money = scenario.money
    row = (
        money.telephony,
        money.gate,
        money.speech_analytics,
        money.text_analytics,
        money.manual_review,
        money.fixed,
        terms_of(scenario).overtime,
    )
    return np.array([row], dtype=MONEY)


def _replay(scenario: Scenario) -> tuple[Records, tuple[str, ...]]:
    """Replayed rows by (need, attempt), and the needs' labels by need id."""
    replayed = scenario.replayed
    if replayed is None:
        return np.zeros(0, dtype=REPLAY), ()
    types = [need_type.name for need_type in scenario.needs.types]
    channels = [channel.name for channel in scenario.channels]
    ids: dict[str, int] = {}
    so_far: dict[tuple[int, int], int] = {}
    for label, need_type, attempt, arrives in zip(
        replayed.need, replayed.type, replayed.attempt, replayed.arrives, strict=True
    ):
        if attempt == 0:
            place = (stream_of(need_type), int(arrives // DAY))
            number = so_far[place] = so_far.get(place, -1) + 1
            ids[label] = ((place[0] << 12 | place[1]) << 24 | number) << 4
    rows = np.zeros(len(replayed.need), dtype=REPLAY)
    rows["need"] = [ids[label] for label in replayed.need]
    rows["need_type"] = [types.index(need_type) for need_type in replayed.type]
    rows["channel"] = [channels.index(channel) if channel else NONE for channel in replayed.channel]
    rows["gate"] = [GATE_CODES[gate] for gate in replayed.gate]
    for name in ("attempt", "arrives", "talk", "wrap_up", "patience", "redial_after"):
        rows[name] = getattr(replayed, name)
    rows = rows[np.lexsort((rows["attempt"], rows["need"]))]
    return rows, tuple(label for _, label in sorted((need, label) for label, need in ids.items()))

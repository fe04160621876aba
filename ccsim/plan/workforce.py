"""Agents on the floor: groups, skills, shifts, counts, and the time that they are scheduled."""

from collections.abc import Iterable, Iterator
from math import log

import numpy as np
from numpy.typing import NDArray

from ccsim.plan.bins import joined, seconds_by_bin
from ccsim.plan.law_table import LawTable, round_to_12
from ccsim.plan.plan import AGENT_DAY, BREAK, COUNT, GROUP, NONE, SHIFT, SKILL, Records
from ccsim.scenario import distributions, readings
from ccsim.scenario.model import Scenario
from ccsim.scenario.streams import stream_of
from ccsim.scenario.workforce import AlwaysOn, ByInterval, ByShift, Group, Shift

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
DAY = 86400.0


def weekday(scenario: Scenario, day: int) -> int:
    """Weekday of a day of the run, Monday 0.

    Parameters
    ----------
    scenario : Scenario
    day : int
        0 is the run's first day; -1 the day before, whose night shift may reach into it.

    Returns
    -------
    int, 0 to 6
    """
    return (scenario.calendar.start.weekday() + day) % 7


def groups(scenario: Scenario) -> Records:
    """One record per agent group.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    GROUP[n_groups]
    """
    rows = []
    first_agent = 0
    for group in scenario.agents:
        n_agents = readings.agents_of_group(group)
        pressure = scenario.pressure
        rushed = (
            max(0.0, log((1.0 - pressure.free_slack) / (1.0 - group.speed_cut))) if pressure.free_slack < 1.0 else 0.0
        )
        rows.append(
            (
                stream_of(group.name),
                first_agent,
                n_agents,
                not isinstance(group.staffing, ByShift),
                round_to_12(-pressure.resolution_cost * rushed),
                round_to_12(-pressure.content_cost * rushed),
                group.wage * (1.0 + scenario.money.on_cost),
                group.reserve,
                group.absence,
                group.overtime,
                *_spells(group),
            )
        )
        first_agent += n_agents
    return np.array(rows, dtype=GROUP)


def agent_names(scenario: Scenario) -> tuple[str, ...]:
    """What every agent is called: the named ones, then by group and number.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    tuple of str, n_agents
    """
    return tuple(
        name
        for group in scenario.agents
        for name in (
            *group.people,
            *(f"{group.name}-{place + 1}" for place in range(len(group.people), readings.agents_of_group(group))),
        )
    )


def speeds(scenario: Scenario, laws: LawTable) -> tuple[F8, I8]:
    """Every agent's factor on talk, and the law of what chance adds to it.

    Parameters
    ----------
    scenario : Scenario
    laws : LawTable
        That the laws are added to.

    Returns
    -------
    float64[n_agents]
        1 - speed cut, times the named agent's own factor.
    int64[n_agents]
        Id of a law of mean 1; -1 for an agent with a factor of his own, or in a group without spread.
    """
    speed: list[float] = []
    spread: list[int] = []
    for group in scenario.agents:
        law = NONE
        if group.handles_spread > 0.0:
            law = laws.add(distributions.Lognormal(mean=1.0, cv=group.handles_spread))
        own = [person.handles for person in group.people.values()]
        own += [None] * (readings.agents_of_group(group) - len(own))
        speed += [(1.0 - group.speed_cut) * (1.0 if each is None else each) for each in own]
        spread += [law if each is None else NONE for each in own]
    return np.array(speed), np.array(spread, dtype=np.int64)


def skills(scenario: Scenario, queues: list[tuple[int, str]]) -> Records:
    """What each group may do in each queue, and in which order.

    Parameters
    ----------
    scenario : Scenario
    queues : list of (channel, skill)

    Returns
    -------
    SKILL[n_groups, n_queues]
    """
    table = np.zeros((len(scenario.agents), len(queues)), dtype=SKILL)
    order = readings.group_order_of(scenario)
    for g, group in enumerate(scenario.agents):
        worked = readings.channels_of_group(scenario, group)
        wanted = {}
        for q, (c, skill) in enumerate(queues):
            channel = scenario.channels[c]
            use = group.skills.get(skill)
            if use is None or channel.name not in worked:
                table[g, q] = (NONE, NONE, 1.0, 0.0, 0.0)
                continue
            rank = use.rank if scenario.routing.contact == "skill_priority" else 0
            wanted[q] = (channel.priority, rank)
            turns = {"skill_priority": use.rank, "longest_idle": 0, "group_order": _place(order, group.name)}
            table[g, q] = (0, turns[scenario.routing.agent], use.handles, use.resolves, use.after)
        ranking = sorted(set(wanted.values()))
        for q, wish in wanted.items():
            table[g, q]["preference"] = ranking.index(wish)
    return table


def in_order(rank: I8, preference: I8) -> I8:
    """What each row may be paired with, by rank and then place.

    Parameters
    ----------
    rank, preference : int64[n, m]
        Lower ranks come first; a preference of -1 is not allowed.

    Returns
    -------
    int64[n, m + 1]
        Places in the row, then -1 up to its end.

    Examples
    --------
    >>> in_order(np.array([[2, 0, 1]]), np.array([[2, -1, 1]])).tolist()
    [[2, 0, -1, -1]]
    """
    order = np.full((rank.shape[0], rank.shape[1] + 1), NONE, dtype=np.int64)
    for row, (ranks, preferences) in enumerate(zip(rank.tolist(), preference.tolist(), strict=True)):
        allowed = sorted((ranks[place], place) for place, given in enumerate(preferences) if given != NONE)
        order[row, : len(allowed)] = [place for _, place in allowed]
    return order


def at_once(skills: Records) -> I8:
    """Preferences of the skills that are used without delay.

    Parameters
    ----------
    skills : SKILL[n_groups, n_queues]

    Returns
    -------
    int64[n_groups, n_queues]
        -1 for the others too.
    """
    return np.where(skills["after"] > 0.0, NONE, skills["preference"])


def overflows(skills: Records) -> F8:
    """The waits after which further groups may serve a queue.

    Parameters
    ----------
    skills : SKILL[n_groups, n_queues]

    Returns
    -------
    float64[n_queues, n_groups + 1], s
        Ascending, then infinity.
    """
    waits = np.full((skills.shape[1], skills.shape[0] + 1), np.inf)
    for queue, after in enumerate(skills["after"].T.tolist()):
        later = sorted({wait for wait in after if wait > 0.0})
        waits[queue, : len(later)] = later
    return waits


def shifts(scenario: Scenario, horizon: float, n_days: int, *, overtime: bool) -> Records:
    """Stretches on the floor of agents on named shifts.

    Parameters
    ----------
    scenario : Scenario
    horizon : float, s
    n_days : int
    overtime : bool
        Whether it is part of them.

    Returns
    -------
    SHIFT[n], by (agent, start)
    """
    rows = []
    for group, agents, shift in _on_shifts(scenario):
        to = shift.to + (group.overtime if overtime else 0.0)
        stretches = joined(
            (max(0.0, day * DAY + shift.from_), day * DAY + to)
            for day in _days_of(scenario, shift, n_days)
            # the overtime of a shift that has ended before the run is left out
            if day * DAY + shift.to > 0.0
        )
        for agent in agents:
            rows += [(agent, start, end) for start, end in stretches if start < horizon]
    return np.array(rows, dtype=SHIFT)


def agent_days(scenario: Scenario, horizon: float, n_days: int) -> Records:
    """The shifts that agents may miss, one by one.

    Parameters
    ----------
    scenario : Scenario
    horizon : float, s
    n_days : int

    Returns
    -------
    AGENT_DAY[n], by (agent, start)
        Of groups with absence only.
    """
    rows = [
        (agent, day + 1, max(0.0, day * DAY + shift.from_), day * DAY + shift.to)
        for group, agents, shift in _on_shifts(scenario)
        for agent in (agents if group.absence > 0.0 else ())
        for day in _days_of(scenario, shift, n_days)
        if day * DAY + shift.to > 0.0 and day * DAY + shift.from_ < horizon
    ]
    return np.array(rows, dtype=AGENT_DAY)


def breaks(scenario: Scenario, horizon: float, n_days: int) -> Records:
    """When the breaks of agents on named shifts are due.

    Parameters
    ----------
    scenario : Scenario
    horizon : float, s
    n_days : int

    Returns
    -------
    BREAK[n], by (agent, start)

    Notes
    -----
    In a window the agents of a group follow each other at equal distances by their numbers, in whole seconds: the
    first begins as the window does, the last comes back as it ends. A break that begins before the run is left out.
    """
    rows = []
    for _, agents, shift in _on_shifts(scenario):
        for place, agent in enumerate(agents):
            for each in shift.breaks:
                start, end = each.window
                start += (end - start - each.for_) * place // max(1, len(agents) - 1)
                rows += [(agent, day * DAY + start, each.for_) for day in _days_of(scenario, shift, n_days)]
    return np.array(sorted(row for row in rows if 0.0 <= row[1] < horizon), dtype=BREAK)


def counts(scenario: Scenario, horizon: float, n_days: int) -> Records:
    """Changes of the number on the floor of groups staffed by count.

    Parameters
    ----------
    scenario : Scenario
    horizon : float, s
    n_days : int

    Returns
    -------
    COUNT[n], by (group, time)
    """
    rows: list[tuple[int, float, int]] = []
    for g, group in enumerate(scenario.agents):
        staffing = group.staffing
        if isinstance(staffing, AlwaysOn):
            rows.append((g, 0.0, staffing.agents))
        elif isinstance(staffing, ByInterval):
            rows += [(g, time, number) for time, number in _changes(scenario, staffing, n_days) if time < horizon]
    return np.array(rows, dtype=COUNT)


def scheduled(bins: F8, of_groups: Records, of_shifts: Records, of_counts: Records, horizon: float) -> F8:
    """Scheduled time on the floor, by group and bin.

    Parameters
    ----------
    bins : float64[n_bins + 1], s
    of_groups : GROUP[n_groups]
    of_shifts : SHIFT[n]
    of_counts : COUNT[n]
    horizon : float, s

    Returns
    -------
    float64[n_groups, n_bins], s
    """
    group_of = np.repeat(np.arange(len(of_groups)), of_groups["n_agents"])
    on_shift = group_of[of_shifts["agent"]].astype(np.int64)
    total = seconds_by_bin(bins, of_shifts["starts"], of_shifts["ends"], on_shift, len(of_groups))
    for g in range(len(of_groups)):
        steps = of_counts[of_counts["group"] == g]
        ends = np.append(steps["time"][1:], horizon)
        for step, end in zip(steps, ends[: len(steps)], strict=True):
            stretch = seconds_by_bin(bins, step["time"].reshape(1), np.array([end]), np.zeros(1, dtype=np.int64), 1)
            total[g] += step["agents"] * stretch[0]
    return total


def _spells(group: Group) -> tuple[float, float]:
    """Probabilities that absence begins with a shift, and that it goes on with one."""
    if group.absence_lasts is None:
        return group.absence, group.absence
    if group.absence == 0.0:
        return 0.0, 0.0
    return group.absence / (group.absence_lasts * (1.0 - group.absence)), 1.0 - 1.0 / group.absence_lasts


def _on_shifts(scenario: Scenario) -> Iterator[tuple[Group, range, Shift]]:
    """The agents of each group on each of its shifts."""
    agent = 0
    for group in scenario.agents:
        if isinstance(group.staffing, ByShift):
            for name, number in zip(group.staffing.shift, group.staffing.agents, strict=True):
                yield group, range(agent, agent + number), scenario.shifts[name]
                agent += number
        else:
            agent += readings.agents_of_group(group)


def _days_of(scenario: Scenario, shift: Shift, n_days: int) -> list[int]:
    """The days on which a shift begins, the day before the run among them."""
    return [day for day in range(-1, n_days) if weekday(scenario, day) in shift.days]


def _changes(scenario: Scenario, staffing: ByInterval, n_days: int) -> list[tuple[float, int]]:
    """The moments at which the number changes, from the run's start on."""
    changes: list[tuple[float, int]] = []
    for time, number in _steps(scenario, staffing, n_days):
        if time <= 0.0:
            changes = [(0.0, number)] if number else []
        elif number != (changes[-1][1] if changes else 0):
            changes.append((time, number))
    return changes


def _steps(scenario: Scenario, staffing: ByInterval, n_days: int) -> Iterable[tuple[float, int]]:
    """Every stretch of a count table over the run, with nobody outside its days and hours."""
    # a table that begins on the evening before the run reaches into its first morning
    for day in range(-1, n_days):
        if weekday(scenario, day) in staffing.days:
            start = day * DAY + staffing.from_
            for place, number in enumerate(staffing.agents):
                yield start + place * staffing.every, number
            end = start + len(staffing.agents) * staffing.every
            # a table that fills the day runs on into the next
            if end < start + DAY or weekday(scenario, day + 1) not in staffing.days:
                yield end, 0


def _place(order: tuple[str, ...], name: str) -> int:
    """Place of a group in the order, those not named last."""
    return order.index(name) if name in order else len(order)

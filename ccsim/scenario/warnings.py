"""Warnings: what is legal but probably not meant."""

import datetime as dt
import math
from collections.abc import Callable, Iterator

from ccsim import units
from ccsim.scenario.channels import WEEKDAYS
from ccsim.scenario.customers import NO_CHANNEL
from ccsim.scenario.distributions import mean_of
from ccsim.scenario.model import Scenario
from ccsim.scenario.readings import (
    channel_named,
    channels_of_group,
    handling_of,
    is_written,
    length_of,
    need_type_named,
    preferred_channels_of,
    share_of_type,
    shrinkage_of,
    solves_of,
    taken_of,
    transfers_of,
    usable_channels_of,
)
from ccsim.scenario.sources import values_outside_their_range
from ccsim.scenario.workforce import AlwaysOn, ByInterval, ByShift, Group, Shrinkage

WEEK = 7 * units.DAY


def warnings(scenario: Scenario) -> list[str]:
    """What is legal but probably not meant.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    list of str
        One sentence each.
    """
    return [warning for rule in _WARNINGS for warning in rule(scenario)]


def one_channel_is_wanted(scenario: Scenario) -> Iterator[str]:
    """A warning where all go to the first channel because nothing is said.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    str
    """
    silent = [each.name for each in scenario.needs.types if each.channels_preferred is None]
    told = all(segment.channels_preferred is not None for segment in scenario.customers.segments)
    if (scenario.customers.segments and told) or scenario.customers.channels_preferred is not None or not silent:
        return
    if len(scenario.channels) > 1 and scenario.replayed is None:
        first = scenario.channels[0].name
        yield (
            f'Nothing says which channel is wanted, so every need of {", ".join(silent)} goes to "{first}", the first '
            "of the file: write customers.channels_preferred."
        )


def skills_are_held(scenario: Scenario) -> Iterator[str]:
    """A warning for every queue that no group can serve.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    str
    """
    for each in scenario.needs.types:
        for channel in usable_channels_of(scenario, each.name):
            if not _groups_for(scenario, each.skill, channel):
                yield f'No group serves "{each.name}" on "{channel}": skill "{each.skill}" is held by nobody there.'
            transfers = transfers_of(scenario, each.name, channel)
            if transfers is not None and transfers.share > 0.0 and not _groups_for(scenario, transfers.to, channel):
                yield (
                    f'"{each.name}" on "{channel}" is passed on to nobody: '
                    f'skill "{transfers.to}" is held by nobody there.'
                )


def channels_open_at_some_time(scenario: Scenario) -> Iterator[str]:
    """A warning for every channel that is closed on all days of the calendar.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    str
    """
    n_days = math.ceil(length_of(scenario) / units.DAY)
    days = {(scenario.calendar.start.weekday() + day) % 7 for day in range(min(n_days, 7))}
    for channel in scenario.channels:
        if not any(days & set(opening.days) for opening in channel.open):
            yield f'Channel "{channel.name}" is never open on the days of the calendar.'


def weekday_factors_average_one(scenario: Scenario) -> Iterator[str]:
    """A warning where the weekday factors change the volume.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    str
    """
    volume = scenario.needs.volume
    mean = math.fsum(volume.weekdays) / 7 if volume is not None else 1.0
    if abs(mean - 1) > 0.02:
        yield f"The weekday factors average {mean:.3g}, so the mean day is {mean:.3g} times the volume given."


def events_fall_on_simulated_days(scenario: Scenario) -> Iterator[str]:
    """A warning for every event that is over before the run, or begins after it.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    str
    """
    calendar = scenario.calendar
    last = calendar.start + dt.timedelta(
        seconds=calendar.warm_up + length_of(scenario) + (calendar.follow_up or 0.0) - 1
    )
    for event in scenario.needs.events:
        over = event.on + dt.timedelta(days=event.days - 1, seconds=event.fading_over)
        if event.on > last or over < calendar.start:
            yield (
                f'Event "{event.name}" on {event.on} lies outside the run, which lasts from {calendar.start} to {last}.'
            )


def replayed_needs_arise_in_the_window(scenario: Scenario) -> Iterator[str]:
    """A warning where replayed needs arise after the measured window.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    str
    """
    if scenario.replayed is None:
        return
    calendar = scenario.calendar
    midnight = dt.datetime.combine(calendar.start, dt.time())
    end = calendar.warm_up + length_of(scenario)
    first = [
        (arrives, need)
        for need, arrives, attempt in zip(
            scenario.replayed.need, scenario.replayed.arrives, scenario.replayed.attempt, strict=True
        )
        if attempt == 0
    ]
    late = [each for each in first if each[0] >= end]
    if late:
        arrives, need = min(late)
        yield (
            f"{len(late):,} of the {len(first):,} needs of {scenario.needs.replay} arise after the measured window, "
            f"which ends at {midnight + dt.timedelta(seconds=end)}, and are left out of the results; "
            f"the first is {need} at "
            f"{midnight + dt.timedelta(seconds=arrives)}. Move calendar.start, or give more days."
        )


def somebody_is_there_for_who_is_in_line(scenario: Scenario) -> Iterator[str]:
    """A warning where everybody leaves with customers who may be in line.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    str

    Notes
    -----
    Agents go while a channel is open, or are not there at a closing at which who is in line waits.
    """
    for channel in scenario.channels:
        groups = [group for group in scenario.agents if channel.name in channels_of_group(scenario, group)]
        present = [stretch for group in groups for stretch in _presence(scenario, group)]
        if channel.kind != "live" or not present:
            continue
        hours = sorted(
            ((day * units.DAY + one.from_) % WEEK, one.to - one.from_) for one in channel.open for day in one.days
        )
        gaps = sorted({end % WEEK for _, end in present if not _covers(present, end % WEEK)})
        left = next((gap for gap in gaps if _covers([(start, start + lasts) for start, lasts in hours], gap)), None)
        if left is not None:
            yield (
                f'The last agents for "{channel.name}" go at {_weekly(left)} while it is open: who is in line then is '
                "served by nobody until others come. Shorten its hours (open) or staff them."
            )
        elif channel.at_closing == "wait":
            closings = sorted((start + lasts) % WEEK for start, lasts in hours)
            at = next((end for end in closings if not _covers(present, end)), None)
            if at is not None and not _always_open(hours):
                yield (
                    f'"{channel.name}" closes at {_weekly(at)} and nobody is there from then on: who is in line waits '
                    "until somebody comes. Write at_closing: finish, or cut_off."
                )


def shrinkage_is_not_paid_twice(scenario: Scenario) -> Iterator[str]:
    """A warning where shrinkage stands beside breaks or absence of the roster.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    str
    """
    shrinkage = shrinkage_of(scenario)
    if shrinkage.share == 0.0 or (isinstance(scenario.shrinkage, Shrinkage) and not shrinkage.includes):
        return
    taken = max((taken_of(scenario, group) for group in scenario.agents), default=0.0)
    if taken <= 0.0:
        return
    share, most = units.format_share(shrinkage.share), f"{100 * taken:.3g}%"
    if taken > shrinkage.share:
        yield (
            f"Breaks and absence of the roster take up to {most} of it, more than the shrinkage of {share} that "
            "includes them: nothing is paid beyond the schedule there."
        )
    elif not isinstance(scenario.shrinkage, Shrinkage):
        yield (
            f"The shrinkage of {share} includes breaks and absence of the roster (up to {most} of it), which are not "
            f"paid twice. Where it comes on top of them write shrinkage: {{share: {share}, includes: []}}."
        )


def agents_work_when_channels_are_open(scenario: Scenario) -> Iterator[str]:
    """A warning for every group that has no agents.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    str
    """
    for group in scenario.agents:
        if not any(_agents_by_hour(scenario, group)):
            yield f'Group "{group.name}" has no agents at any time.'


def load_is_below_capacity(scenario: Scenario) -> Iterator[str]:
    """A warning where live work of the busiest hour exceeds the agents.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    str

    Notes
    -----
    Rough: first attempts only, every need on its preferred channel, the gate solving what it solves.
    """
    if scenario.needs.replay is not None:
        return
    rates = {each.name: _needs_per_hour(scenario, each.name) for each in scenario.needs.types}
    erlangs = {each.name: _hours_of_talk(scenario, each.name) for each in scenario.needs.types}
    skills = {skill for by_skill in erlangs.values() for skill in by_skill}
    for chosen in [{skill} for skill in sorted(skills)] + ([skills] if len(skills) > 1 else []):
        groups = [group for group in scenario.agents if chosen & set(group.skills)]
        if not groups:
            continue
        load = [
            sum(
                rates[name][hour] * hours
                for name, by_skill in erlangs.items()
                for skill, hours in by_skill.items()
                if skill in chosen
            )
            for hour in range(168)
        ]
        agents = [sum(of_hour) for of_hour in zip(*(_agents_by_hour(scenario, group) for group in groups), strict=True)]
        busiest = max(range(168), key=lambda hour: load[hour])
        if load[busiest] > agents[busiest]:
            what = f'Skill "{next(iter(chosen))}"' if len(chosen) == 1 else "The whole centre"
            yield (
                f"{what} is offered {load[busiest]:.3g} Erlangs in its busiest hour ({WEEKDAYS[busiest // 24]} "
                f"{busiest % 24:02d}:00) and has {agents[busiest]:.3g} agents then: load above capacity."
            )


def _groups_for(scenario: Scenario, skill: str, channel: str) -> list[Group]:
    return [
        group for group in scenario.agents if skill in group.skills and channel in channels_of_group(scenario, group)
    ]


def _presence(scenario: Scenario, group: Group) -> list[tuple[float, float]]:
    """Stretches of the week in which somebody of a group is on the floor, s since Monday's midnight."""
    staffing = group.staffing
    if isinstance(staffing, AlwaysOn):
        return [(0.0, WEEK)] if staffing.agents else []
    if isinstance(staffing, ByShift):
        shifts = [scenario.shifts[name] for name, n in zip(staffing.shift, staffing.agents, strict=True) if n]
        return [
            (day * units.DAY + shift.from_, day * units.DAY + shift.to + group.overtime)
            for shift in shifts
            for day in shift.days
        ]
    starts = [staffing.from_ + place * staffing.every for place, agents in enumerate(staffing.agents) if agents]
    return [
        (day * units.DAY + start, day * units.DAY + start + staffing.every) for start in starts for day in staffing.days
    ]


def _covers(stretches: list[tuple[float, float]], moment: float) -> bool:
    """Whether a moment of the week lies in a stretch, which may reach into the next week."""
    return any(start <= time < end for start, end in stretches for time in (moment, moment + WEEK))


def _always_open(hours: list[tuple[float, float]]) -> bool:
    """Whether opening hours, (start, length), fill the week."""
    return sum(lasts for _, lasts in hours) >= WEEK - 1.0


def _weekly(moment: float) -> str:
    """A moment of the week as it is read: Fri 18:00."""
    return f"{WEEKDAYS[int(moment // units.DAY)]} {units.format_clock(moment % units.DAY)}"


def _agents_by_hour(scenario: Scenario, group: Group) -> list[float]:
    """Mean number of agents in each hour of the week, Monday first."""
    staffing = group.staffing
    if isinstance(staffing, AlwaysOn):
        return [float(staffing.agents)] * 168
    stretches: list[tuple[float, float, tuple[int, ...], int]] = []
    if isinstance(staffing, ByShift):
        for name, agents in zip(staffing.shift, staffing.agents):
            shift = scenario.shifts[name]
            stretches.append((shift.from_, shift.to, shift.days, agents))
    if isinstance(staffing, ByInterval):
        for number, agents in enumerate(staffing.agents):
            start = staffing.from_ + number * staffing.every
            stretches.append((start, start + staffing.every, staffing.days, agents))
    hours = [0.0] * 168
    for start, end, days, agents in stretches:
        for hour in range(int(start // units.HOUR), math.ceil(end / units.HOUR)):
            overlap = min(end, (hour + 1) * units.HOUR) - max(start, hour * units.HOUR)
            for day in days:
                hours[(day * 24 + hour) % 168] += agents * overlap / units.HOUR
    return hours


def _needs_per_hour(scenario: Scenario, need_type: str) -> list[float]:
    """Expected needs of a type in each hour of the week, Monday first."""
    needs, each = scenario.needs, need_type_named(scenario, need_type)
    intraday, volume = each.intraday or needs.intraday, needs.volume
    absolute = needs.intraday is not None and needs.intraday.per_hour is not None
    share = share_of_type(scenario, need_type)
    weekdays = volume.weekdays if volume is not None else (1.0,) * 7
    per_day = 0.0
    if volume is not None:
        per_day = volume.per_day if volume.per_day is not None else 24 * (volume.per_hour or 0.0)
    if absolute and needs.intraday is not None and needs.intraday.per_hour is not None:
        per_day = math.fsum(needs.intraday.per_hour) * needs.intraday.every / units.HOUR
    weights = [1.0 / 24] * 24
    if intraday is not None:
        values = intraday.shape or intraday.per_hour or ()
        weights = [0.0] * 24
        for number, value in enumerate(values):
            start = intraday.from_ + number * intraday.every
            end = start + intraday.every
            for hour in range(int(start // units.HOUR), min(24, math.ceil(end / units.HOUR))):
                overlap = min(end, (hour + 1) * units.HOUR) - max(start, hour * units.HOUR)
                weights[hour] += value * overlap / (math.fsum(values) * intraday.every)
    return [per_day * share * weekdays[hour // 24] * weights[hour % 24] for hour in range(168)]


def _hours_of_talk(scenario: Scenario, need_type: str) -> dict[str, float]:
    """Mean hours of live handling that a need of a type brings at its first attempt, by skill."""
    skill = need_type_named(scenario, need_type).skill
    hours = {skill: 0.0}
    for name, share in preferred_channels_of(scenario, need_type).items():
        handling = handling_of(scenario, need_type, name) if name != NO_CHANNEL else None
        if handling is None or channel_named(scenario, name).kind != "live":
            continue
        channel = channel_named(scenario, name)
        reach = channel.prominence * (1 - channel.friction)
        if channel.gate is not None:
            reach *= 1 - solves_of(channel.gate, need_type)
        whole = share * reach * sum(mean_of(law) for law in handling if law is not None) / units.HOUR
        transfers = transfers_of(scenario, need_type, name)
        if transfers is None:
            hours[skill] += whole
        else:
            passed_on = share * reach * transfers.share
            hours[skill] += (1 - transfers.share) * whole + passed_on * mean_of(transfers.talk) / units.HOUR
            hours[transfers.to] = hours.get(transfers.to, 0.0) + transfers.share * whole
    return hours


def machines_have_something_to_analyse(scenario: Scenario) -> Iterator[str]:
    """A warning for a machine that no channel gives anything to.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    str
    """
    if scenario.insight is None:
        return
    listening = scenario.insight.listening
    for name, analytics, other, medium in (
        ("Speech", listening.speech_analytics, "text_analytics", "spoken"),
        ("Text", listening.text_analytics, "speech_analytics", "written"),
    ):
        if analytics.coverage > 0.0 and not any(
            is_written(channel) == (medium == "written") for channel in scenario.channels
        ):
            yield (
                f"{name} analytics has nothing to analyse, as no channel is {medium}: "
                f"write insight.listening.{other}, or the medium of a channel."
            )


_WARNINGS: tuple[Callable[[Scenario], Iterator[str]], ...] = (
    one_channel_is_wanted,
    skills_are_held,
    channels_open_at_some_time,
    weekday_factors_average_one,
    agents_work_when_channels_are_open,
    somebody_is_there_for_who_is_in_line,
    shrinkage_is_not_paid_twice,
    load_is_below_capacity,
    events_fall_on_simulated_days,
    values_outside_their_range,
    replayed_needs_arise_in_the_window,
    machines_have_something_to_analyse,
)

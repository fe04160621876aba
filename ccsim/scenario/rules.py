"""Rules between sections: each a small function named after what it demands."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ccsim import units
from ccsim.errors import Problem
from ccsim.scenario.customers import NO_CHANNEL, Customers, Reconnect, Segment
from ccsim.scenario.distributions import LAWS
from ccsim.scenario.model import Scenario
from ccsim.scenario.readings import (
    agents_of_group,
    channels_of_group,
    handling_of,
    transfers_of,
    usable_channels_of,
)
from ccsim.scenario.sources import field_at, width_of
from ccsim.scenario.streams import stream_of
from ccsim.scenario.tree import Loc, Node, PathError, problem_at, rule_and_way_out, walk
from ccsim.scenario.workforce import ByShift

_SUM_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is broken.

    Attributes
    ----------
    loc : tuple of str and int
        Where, in the data.
    rule, hint : str
        What is wrong, and the way out.
    at_key : bool
        Whether it is the key that is wrong.
    """

    loc: Loc
    rule: str
    hint: str | None = None
    at_key: bool = False


def broken_rules(scenario: Scenario, tree: Node) -> list[Problem]:
    """Rules between sections that a scenario breaks.

    Parameters
    ----------
    scenario : Scenario
    tree : Node
        What it was read from.

    Returns
    -------
    list of Problem
    """
    problems = []
    for rule in _RULES:
        for breach in rule(scenario):
            node, path, rest = walk(tree, breach.loc)
            shown = ".".join([*path, *(str(part) for part in rest)])
            problems.append(problem_at(node, shown, breach.rule, breach.hint, at_key=breach.at_key))
    return problems


def shares_of_types_add_up(scenario: Scenario) -> Iterator[Breach]:
    """Shares of the need types add up to 100 %.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    types = scenario.needs.types
    if scenario.needs.replay is not None:
        return
    if len(types) > 1:
        without = [(number, each) for number, each in enumerate(types) if each.share is None]
        for number, each in without:
            yield Breach(
                ("needs", "types", number, "share"),
                "missing; with several need types each has its share",
                f'Give "{each.name}" a share.',
            )
        if without:
            return
    total = math.fsum(1.0 if each.share is None else each.share for each in types)
    if abs(total - 1) > _SUM_TOLERANCE:
        yield Breach(
            ("needs", "types"),
            f"the shares of the need types add up to {_percent(total)}",
            "Make them add up to 100%.",
            at_key=True,
        )


def preferred_channels_add_up(scenario: Scenario) -> Iterator[Breach]:
    """Shares of preferred channels add up to 100 %.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    places: list[tuple[Loc, dict[str, float] | None]] = [
        (("customers", "channels_preferred"), scenario.customers.channels_preferred)
    ]
    places += [
        (("needs", "types", number, "channels_preferred"), each.channels_preferred)
        for number, each in enumerate(scenario.needs.types)
    ]
    places += [
        (("customers", "segments", number, "channels_preferred"), each.channels_preferred)
        for number, each in enumerate(scenario.customers.segments)
    ]
    for loc, shares in places:
        total = math.fsum((shares or {"": 1.0}).values())
        if abs(total - 1) > _SUM_TOLERANCE:
            yield Breach(
                loc,
                f"the shares add up to {_percent(total)}",
                f"Make them add up to 100%; those who ask elsewhere are `{NO_CHANNEL}`.",
            )


def diversions_do_not_exceed_the_whole(scenario: Scenario) -> Iterator[Breach]:
    """Those who are diverted, and those who return, are at most everybody.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    for number, channel in enumerate(scenario.channels):
        diverted = math.fsum(channel.diverted.values())
        if diverted > 1 + _SUM_TOLERANCE:
            yield Breach(
                ("channels", number, "diverted"),
                f"the shares add up to {_percent(diverted)}",
                "At most 100%; the rest gives up.",
            )
        if channel.tolerance is not None:
            tried = channel.tolerance.again + math.fsum(channel.tolerance.instead.values())
            if tried > 1 + _SUM_TOLERANCE:
                yield Breach(
                    ("channels", number, "tolerance"),
                    f"again and instead add up to {_percent(tried)}",
                    "At most 100%; the rest waits on.",
                )
        closed = channel.when_closed
        total = closed.returns + math.fsum(closed.diverted.values())
        if total > 1 + _SUM_TOLERANCE:
            yield Breach(
                ("channels", number, "when_closed"),
                f"returns and diverted add up to {_percent(total)}",
                "At most 100%; returns is 100% where it is left out.",
            )


def no_channel_diverts_to_itself(scenario: Scenario) -> Iterator[Breach]:
    """A diversion leads to another channel.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    for number, channel in enumerate(scenario.channels):
        ways: tuple[tuple[Loc, dict[str, float]], ...] = (
            (("diverted",), channel.diverted),
            (("when_closed", "diverted"), channel.when_closed.diverted),
            (("tolerance", "instead"), {} if channel.tolerance is None else channel.tolerance.instead),
        )
        for way, diverted in ways:
            if channel.name in diverted:
                yield Breach(
                    ("channels", number, *way, channel.name),
                    "a channel diverts to itself",
                    "Name another channel.",
                    at_key=True,
                )


def no_channel_is_named_like_a_law(scenario: Scenario) -> Iterator[Breach]:
    """Channel names are neither `none`, nor `gate`, nor the name of a law.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    for number, channel in enumerate(scenario.channels):
        if channel.name in (NO_CHANNEL, "gate", *LAWS, "talk", "wrap_up", "work"):
            yield Breach(
                ("channels", number, "name"),
                f'"{channel.name}" means something else in this file',
                "Choose another name.",
            )


def every_type_has_handling_for_its_channels(scenario: Scenario) -> Iterator[Breach]:
    """Every need type has a handling time for each channel it can come to.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    kinds = {channel.name: channel.kind for channel in scenario.channels}
    for each in scenario.needs.types:
        for channel in usable_channels_of(scenario, each.name):
            if handling_of(scenario, each.name, channel) is None:
                kind = kinds[channel]
                lacking, example = (
                    ("talk", "{talk: 5min, wrap_up: 20s}") if kind == "live" else ("work", "{work: 5min}")
                )
                yield Breach(
                    ("handling", each.name),
                    f'"{each.name}" can come to "{channel}" ({kind}) and has no {lacking} there',
                    f"Write handling: {{{each.name}: {{{channel}: {example}}}}}.",
                    at_key=True,
                )


def handling_fits_the_channel(scenario: Scenario) -> Iterator[Breach]:
    """Live channels have talk and wrap-up, deferrable channels have work.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    if not isinstance(scenario.handling, dict):
        return
    kinds = {channel.name: channel.kind for channel in scenario.channels}
    for need_type, by_channel in scenario.handling.items():
        for channel, handling in by_channel.items() if isinstance(by_channel, dict) else ():
            loc: Loc = ("handling", need_type, channel)
            if kinds[channel] == "live" and handling.work is not None:
                yield Breach(
                    (*loc, "work"),
                    f'"{channel}" is live and has work',
                    "Write {talk: 5min, wrap_up: 20s}.",
                    at_key=True,
                )
            if kinds[channel] == "deferrable" and handling.talk is not None:
                yield Breach(
                    (*loc, "talk"), f'"{channel}" is deferrable and has talk', "Write {work: 5min}.", at_key=True
                )


def deferrable_settings_stand_on_deferrable_channels(scenario: Scenario) -> Iterator[Breach]:
    """Deadline, typing time, interruption, outbound calls: deferrable only.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    for number, channel in enumerate(scenario.channels):
        if channel.kind != "live":
            continue
        for field, given in (
            ("answer_within", channel.answer_within is not None),
            ("customer_time", channel.customer_time > 0),
            ("views_per_hour", channel.views_per_hour > 0),
            ("interruptible", channel.interruptible),
            ("dialling", channel.dialling is not None),
            ("tolerance", channel.tolerance is not None),
        ):
            if given:
                yield Breach(
                    ("channels", number, field),
                    f'"{channel.name}" is live',
                    f"{field} counts only for kind: deferrable.",
                    at_key=True,
                )


def live_settings_stand_on_live_channels(scenario: Scenario) -> Iterator[Breach]:
    """Lines, announcements, callbacks, silence, closing belong to live channels.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    for number, channel in enumerate(scenario.channels):
        if channel.kind != "deferrable":
            continue
        for field, given in (
            *((field, getattr(channel, field) is not None) for field in ("lines", "announces", "callback", "silent")),
            # its default counts for live channels only
            ("at_closing", "at_closing" in channel.model_fields_set),
        ):
            if given:
                yield Breach(
                    ("channels", number, field),
                    f'"{channel.name}" is deferrable',
                    f"{field} counts only for kind: live.",
                    at_key=True,
                )


def sources_speak_of_what_there_is(scenario: Scenario) -> Iterator[Breach]:
    """A source's path leads somewhere, and its range could stand there.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    for path, said in scenario.sources.items():
        try:
            at = field_at(scenario, path)
        except PathError as error:
            yield Breach(("sources", path), error.rule, error.hint, at_key=True)
            continue
        try:
            if said.low is not None:
                width_of(said.low, said.high, at.annotation)
        except ValueError as error:
            yield Breach(("sources", path, "low"), *rule_and_way_out(error))


def volume_is_given_once(scenario: Scenario) -> Iterator[Breach]:
    """The volume comes from one place: itself, absolute rates, or a replay.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    needs = scenario.needs
    amount = needs.volume is not None and (needs.volume.per_day is not None or needs.volume.per_hour is not None)
    rates = needs.intraday is not None and needs.intraday.per_hour is not None
    if needs.replay is not None:
        for field in ("volume", "intraday", "events"):
            if getattr(needs, field):
                yield Breach(
                    ("needs", field), f"{field} beside a replay", "Take it out, or take out replay.", at_key=True
                )
    elif amount and rates:
        yield Breach(
            ("needs", "volume"),
            "a volume beside absolute rates per hour",
            "Keep per_day with a shape, or per_hour alone.",
            at_key=True,
        )
    elif not amount and not rates:
        yield Breach(
            ("needs",), "no volume", "Write volume: {per_day: 1200}, intraday with per_hour, or replay.", at_key=True
        )


def a_types_own_day_has_a_shape(scenario: Scenario) -> Iterator[Breach]:
    """A need type's own day is a shape: its volume is a share of the whole.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    for number, each in enumerate(scenario.needs.types):
        if each.intraday is not None and each.intraday.per_hour is not None:
            yield Breach(
                ("needs", "types", number, "intraday", "per_hour"),
                "absolute rates for one need type",
                "Write shape: here; the volume follows from the share.",
                at_key=True,
            )


def later_discovery_has_a_delay(scenario: Scenario) -> Iterator[Breach]:
    """Customers who do not notice at once discover it after some delay.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    places: list[tuple[Loc, Reconnect | None]] = [(("customers", "reconnect"), scenario.customers.reconnect)]
    places += [
        (("customers", "segments", number, "reconnect"), each.reconnect)
        for number, each in enumerate(scenario.customers.segments)
    ]
    for loc, reconnect in places:
        if reconnect is not None and reconnect.noticed < 1 and reconnect.discovered_after is None:
            yield Breach(
                (*loc, "noticed"),
                f"{_percent(1 - reconnect.noticed)} discover later, and no delay is given",
                "Write discovered_after: {lognormal: {median: 2 days, cv: 1}}.",
            )


def group_order_names_every_group(scenario: Scenario) -> Iterator[Breach]:
    """The group order names every group once.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    order, groups = scenario.routing.group_order, [group.name for group in scenario.agents]
    if order is not None and sorted(order) != sorted(groups):
        yield Breach(
            ("routing", "group_order"), "does not name every group once", f"Write [{', '.join(groups)}] in your order."
        )


def names_have_different_streams(scenario: Scenario) -> Iterator[Breach]:
    """Names of types, and of groups, have different 23-bit hashes.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    named: tuple[tuple[Loc, list[str]], ...] = (
        (("needs", "types"), [each.name for each in scenario.needs.types]),
        (("agents",), [group.name for group in scenario.agents]),
    )
    for loc, names in named:
        seen: dict[int, str] = {}
        for number, name in enumerate(names):
            first = seen.setdefault(stream_of(name), name)
            if first != name:
                yield Breach(
                    (*loc, number, "name"), f'"{name}" and "{first}" would share their draws', "Rename one of them."
                )


def _percent(share: float) -> str:
    return units.format_share(round(share, 6))


def who_shares_himself_uses_his_skills_at_once(scenario: Scenario) -> Iterator[Breach]:
    """A skill with a delay serves no channel whose contacts share an agent.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    several = {each.name: each.concurrency is not None and each.concurrency.most > 1 for each in scenario.channels}
    for number, group in enumerate(scenario.agents):
        served = [name for name in channels_of_group(scenario, group) if several[name]]
        for skill, use in group.skills.items():
            if use.after > 0.0 and served:
                yield Breach(
                    ("agents", number, "skills", skill, "after"),
                    f'a delay of a skill that also serves "{served[0]}", whose contacts share an agent',
                    "Take the delay out, or name the group's other channels in its channels.",
                )


def people_are_agents_of_one_group(scenario: Scenario) -> Iterator[Breach]:
    """A group names no more people than it has agents, and nobody twice.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    seen = {f"{group.name}-{n + 1}" for group in scenario.agents for n in range(agents_of_group(group))}
    for number, group in enumerate(scenario.agents):
        n_agents = agents_of_group(group)
        if len(group.people) > n_agents:
            yield Breach(
                ("agents", number, "people"),
                f'{len(group.people)} people are named, and "{group.name}" has {n_agents} agents',
                "Name at most as many as there are.",
                at_key=True,
            )
        for name in group.people:
            if name in seen:
                yield Breach(
                    ("agents", number, "people", name),
                    f'"{name}" is the name of another agent',
                    "Give every agent a name of his own.",
                    at_key=True,
                )
            seen.add(name)


def shares_of_segments_add_up(scenario: Scenario) -> Iterator[Breach]:
    """Shares of the segments of customers add up to 100 %.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    segments = scenario.customers.segments
    total = math.fsum(each.share for each in segments)
    if segments and abs(total - 1) > _SUM_TOLERANCE:
        yield Breach(
            ("customers", "segments"),
            f"the shares of the segments add up to {_percent(total)}",
            "Make them add up to 100%.",
            at_key=True,
        )


def only_who_has_shifts_misses_or_prolongs_them(scenario: Scenario) -> Iterator[Breach]:
    """Absence and overtime belong to groups on named shifts.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    for number, group in enumerate(scenario.agents):
        for field in ("absence", "overtime"):
            if getattr(group, field) > 0.0 and not isinstance(group.staffing, ByShift):
                yield Breach(
                    ("agents", number, field),
                    f'"{group.name}" is staffed by numbers, which say who is there',
                    f"Write staffing: {{shift: day, agents: 24}}, or take {field} out.",
                    at_key=True,
                )


def spells_of_absence_are_no_shorter_than_by_chance(scenario: Scenario) -> Iterator[Breach]:
    """Who misses each shift by itself misses 1 / (1 - share) in a row.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    for number, group in enumerate(scenario.agents):
        lasts = group.absence_lasts
        if lasts is not None and lasts * (1.0 - group.absence) < 1.0 - _SUM_TOLERANCE:
            by_chance = f"last {1 / (1 - group.absence):.3g} shifts by chance" if group.absence < 1.0 else "never end"
            yield Breach(
                ("agents", number, "absence_lasts"),
                f"absences of {_percent(group.absence)} {by_chance}",
                "Write no less, or leave absence_lasts out.",
                at_key=True,
            )


def switches_do_not_exceed_the_whole(scenario: Scenario) -> Iterator[Breach]:
    """Those who try again on another channel are at most everybody.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    told: list[tuple[Loc, Customers | Segment]] = [(("customers",), scenario.customers)]
    told += [(("customers", "segments", number), each) for number, each in enumerate(scenario.customers.segments)]
    for loc, each in told:
        for name in ("redial", "gate_failure", "blocked", "reconnect"):
            way = getattr(each, name)
            total = 0.0 if way is None else math.fsum(way.to.values())
            if total > 1 + _SUM_TOLERANCE:
                rule = f"the shares add up to {_percent(total)}"
                yield Breach((*loc, name, "to"), rule, "At most 100%; the rest stays on its channel.")


def who_learns_is_a_customer(scenario: Scenario) -> Iterator[Breach]:
    """Learning the way round a gate takes customers who come more than once.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    if scenario.customers.bypass_learned > 0.0 and scenario.customers.count is None:
        yield Breach(
            ("customers", "bypass_learned"), "nobody is there to learn: no `count` of customers", "Write count: 20000."
        )


def transfers_go_to_another_skill(scenario: Scenario) -> Iterator[Breach]:
    """Nobody is passed on to the skill that he has reached already.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    for each in scenario.needs.types:
        for channel in scenario.channels:
            transfers = transfers_of(scenario, each.name, channel.name)
            if transfers is not None and transfers.to == each.skill:
                yield Breach(
                    (*_place_of_handling(scenario, each.name, channel.name), "transfers", "to"),
                    f'"{each.name}" asks for "{each.skill}" already',
                    f"Name another skill, or write the handling of {each.name} without transfers.",
                )
                break


def who_shares_himself_passes_on_cold(scenario: Scenario) -> Iterator[Breach]:
    """Who stays with a customer whom he passes on does nothing beside it.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    for each in scenario.needs.types:
        for channel in scenario.channels:
            transfers = transfers_of(scenario, each.name, channel.name)
            shared = channel.concurrency is not None and channel.concurrency.most > 1
            if shared and transfers is not None and transfers.warm is not None:
                yield Breach(
                    (*_place_of_handling(scenario, each.name, channel.name), "transfers", "warm"),
                    f'contacts of "{channel.name}" share an agent',
                    "Leave warm out, or set most to 1 there.",
                    at_key=True,
                )
                break


def targets_name_intervals_that_are_reported(scenario: Scenario) -> Iterator[Breach]:
    """An interval is named by the time at which it begins.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    Breach
    """
    length = scenario.calendar.interval
    for number, target in enumerate(scenario.targets):
        begins = target.interval
        if begins is not None and (begins >= units.DAY or begins % length):
            before = units.format_clock(begins % units.DAY // length * length)
            after = units.format_clock((begins % units.DAY // length + 1) * length % units.DAY)
            yield Breach(
                ("targets", number, "interval"),
                f"no interval begins at {units.format_clock(begins)}",
                f"An interval lasts {units.format_duration(length)}; write {before} or {after}.",
            )


def _place_of_handling(scenario: Scenario, need_type: str, channel: str) -> Loc:
    """Where the handling of a contact is written."""
    if not isinstance(scenario.handling, dict):
        return ("handling",)
    by_channel = isinstance(scenario.handling[need_type], dict)
    return ("handling", need_type, channel) if by_channel else ("handling", need_type)


_RULES: tuple[Callable[[Scenario], Iterator[Breach]], ...] = (
    shares_of_types_add_up,
    preferred_channels_add_up,
    diversions_do_not_exceed_the_whole,
    no_channel_diverts_to_itself,
    no_channel_is_named_like_a_law,
    every_type_has_handling_for_its_channels,
    handling_fits_the_channel,
    deferrable_settings_stand_on_deferrable_channels,
    live_settings_stand_on_live_channels,
    volume_is_given_once,
    sources_speak_of_what_there_is,
    a_types_own_day_has_a_shape,
    later_discovery_has_a_delay,
    group_order_names_every_group,
    names_have_different_streams,
    who_shares_himself_uses_his_skills_at_once,
    people_are_agents_of_one_group,
    shares_of_segments_add_up,
    only_who_has_shifts_misses_or_prolongs_them,
    switches_do_not_exceed_the_whole,
    who_learns_is_a_customer,
    transfers_go_to_another_skill,
    who_shares_himself_passes_on_cold,
    spells_of_absence_are_no_shorter_than_by_chance,
    targets_name_intervals_that_are_reported,
)

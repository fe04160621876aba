"""The dumbest correct metric: one loop over rows, one sum per cell, nothing clever."""

import math
from collections import defaultdict
from functools import cache
from itertools import pairwise
from types import SimpleNamespace

from ccsim.estimation.quantiles import quantiles_of
from ccsim.logs.codes import Account, AgentState, EndReason, Evidence, Outcome, Route
from ccsim.metrics.definitions import BESIDE, MEASURES
from ccsim.metrics.measure import of_one

MOMENT = 1e-6


def rows_of(table):
    return [SimpleNamespace(**dict(zip(table.dtype.names, row))) for row in table.tolist()]


def known(value):
    return not math.isnan(value)


def is_answered(visit):
    """Whether an agent came while the customer was there."""
    return known(visit.starts) and not visit.silent


class Sums:
    """Numerators and denominators by measure and cell, and samples for quantiles."""

    def __init__(self):
        self.above, self.below = defaultdict(float), defaultdict(float)
        self.samples = defaultdict(list)

    def ratio(self, measure, cells, above, below):
        for cell in cells:
            self.above[measure, cell] += above
            self.below[measure, cell] += below

    def count(self, measure, cells, amount):
        for cell in cells:
            self.above[measure, cell] += amount
            self.below[measure, cell] = 1.0

    def sample(self, measure, cells, amount):
        for cell in cells:
            self.samples[measure, cell].append(amount)


def naive(plan, logs):
    """Every measure: (measure, cell) -> (numerator, denominator), or a quantile; what nothing touched is left out."""
    sums = Sums()
    attempts, needs = rows_of(logs.attempts), rows_of(logs.needs)
    segments = {need.need: need.segment for need in needs}
    for leg in attempts:
        leg.segment = segments[leg.need]
    contacts(plan, attempts, sums)
    states = rows_of(logs.agent_states)
    agents(plan, attempts, states, sums)
    shared(plan, attempts, states, sums)
    backlog(plan, attempts, sums)
    beside(plan, attempts, sums)
    exposure(plan, attempts, sums)
    cohort(plan, needs, attempts, sums)
    evidence(plan, needs, rows_of(logs.signals), rows_of(logs.causes), sums)
    money(plan, needs, attempts, states, rows_of(logs.ledger), sums)
    answers = {key: (sums.above[key], sums.below[key]) for key in sums.above}
    for key, sample in sums.samples.items():
        share = int(key[0].rpartition("_p")[2])
        # the smallest value that at least so many per cent don't exceed, in whole numbers
        answers[key] = sorted(sample)[max(-(-share * len(sample) // 100), 1) - 1]
    return answers


def quantiles_in(measured):
    """The quantiles of what one replication saw, by measure and cell; the pooled ones of a single replication."""
    keys = [key for key in measured.keys if (MEASURES | BESIDE)[key[0]].kind == "quantile"]
    found = quantiles_of(of_one(measured), keys, 0.95).value.tolist()
    return {key: value for key, value in zip(keys, found) if known(value)}


def clock(plan, time):
    start = int(time % 86400 // plan.interval * plan.interval)
    return f"{start // 3600:02d}:{start // 60 % 60:02d}"


def day(plan, time):
    return int(time // 86400) - int(plan.window[0] // 86400)


@cache
def has_live(plan, need_type=None, group=None):
    """Whether anybody may wait on the line: of all needs, of a type's, or for a group."""
    live = [bool(one) for one in plan.channels["live"]]
    if group is not None:
        serves = plan.skills["preference"][group] >= 0
        return any(able and live[channel] for able, channel in zip(serves, plan.queues["channel"]))
    types = range(len(plan.need_types)) if need_type is None else [need_type]
    return any(live[channel] for kind in types for channel in channels_of(plan, kind))


def channels_of(plan, need_type):
    """The channels on which a type's needs may come: preferred, or reached from one of these."""
    n_segments = len(plan.handling) // len(plan.need_types)
    rows = range(need_type * n_segments, (need_type + 1) * n_segments)
    served = {c for row in rows for c in range(len(plan.channels)) if plan.handling["queue"][row, c] >= 0}
    if len(plan.replay):
        return served

    def grows(row):
        return {c for c, before in enumerate([0.0, *row[:-1]]) if row[c] > before}

    found = set().union(*(grows(plan.preferred[row][:-1].tolist()) for row in rows))
    while True:
        further = set(found)
        for channel in found:
            for ways in (plan.diverted, plan.closed_diverted, plan.outlasted):
                further |= grows(ways[channel].tolist())
        for row in plan.switches:
            further |= grows(row.tolist()) if found else set()
        if further == found:
            return found & served
        found = further


def places(plan, visit, keys, time=None, *, mixed=False):
    """The cells that a visit belongs to; a deferrable channel's is not mixed with live contacts."""
    time = visit.joins if time is None else time
    mixed = mixed or plan.channels["live"][visit.channel] == 1
    names = plan.names
    anywhere = mixed or not has_live(plan)
    of_type = mixed or not has_live(plan, need_type=visit.need_type)
    of_group = visit.group >= 0 and (mixed or not has_live(plan, group=visit.group))
    at = ("interval", clock(plan, time))
    of_channel = ("channel", names.channels[visit.channel])
    of_queue = ("queue", names.queues[visit.queue]) if visit.queue >= 0 else None
    cells = {
        "channel": (of_channel,),
        "queue": (of_queue,) if of_queue else None,
        "group": (("group", names.groups[visit.group]),) if of_group else None,
        "pair": (("group", names.groups[visit.group]), of_queue) if visit.group >= 0 and of_queue else None,
        "whole": () if anywhere else None,
        "need_type": (("need_type", names.need_types[visit.need_type]),) if of_type else None,
        "segment": of_segment(plan, visit) if anywhere else None,
        "interval": (at,) if anywhere else None,
        "day": (("day", day(plan, time)),) if anywhere else None,
        "channel*": (of_channel, at) if len(names.channels) > 1 else None,
        "queue*": (of_queue, at) if of_queue and len(names.queues) > 1 else None,
        "day*": (("day", day(plan, time)), at) if anywhere and day(plan, plan.window[1] - 1e-9) > 0 else None,
    }
    return [cells[key] for key in keys.split() if cells[key] is not None]


def of_segment(plan, row):
    """The cell of a need's, or a leg's, segment; None without segments."""
    return (("segment", plan.names.segments[row.segment]),) if row.segment >= 0 else None


EVERY = "whole channel need_type queue segment interval day"
BY_INTERVAL = "channel* queue* day*"


def contacts(plan, attempts, sums):
    t0, t1 = plan.window
    for visit in attempts:
        waiting(plan, visit, sums)
        at_the_lines(plan, visit, sums)
        live = plan.channels["live"][visit.channel] == 1
        if live and visit.end_reason == EndReason.ABANDONED and visit.leg == 0 and t0 <= visit.ends < t1:
            sums.count("abandoned_when_leaving", places(plan, visit, "whole interval day", visit.ends), 1)
        if not t0 <= visit.joins < t1:
            continue
        cells, by_group, by_interval = (places(plan, visit, keys) for keys in (EVERY, "group", BY_INTERVAL))
        silence(plan, visit, cells, sums)
        answered = is_answered(visit)
        wait = (visit.starts if answered else visit.ends) - visit.joins
        if answered and known(visit.wrap_up_ends):
            talk, after = visit.talk_ends - visit.starts, visit.wrap_up_ends - visit.talk_ends
            talk -= visit.paused if known(visit.paused) else 0.0
            passed_on = visit.end_reason == EndReason.TRANSFERRED
            sums.ratio("talk", cells + by_group, talk, 1)
            sums.ratio("wrap_up", cells + by_group, 0 if passed_on else after, 1)
            if warm(plan):
                sums.ratio("consult", cells + by_group, after if passed_on else 0, 1)
            everywhere = [*cells, *by_group, *by_interval, *places(plan, visit, "pair")]
            sums.ratio("aht", everywhere, talk + after, 1)
            if live or not (plan.channels["live"] == 1).any():
                for name in ("aht_p50", "aht_p90"):
                    sums.sample(name, places(plan, visit, "whole channel need_type queue segment"), talk + after)
        calls_out(plan, visit, wait, sums)
        if visit.leg > 0:
            sums.count("transfers", cells, 1)
            if answered and live:
                sums.ratio("transfer_wait", cells, wait, 1)
        elif visit.dials < 0:
            offered(plan, visit, cells, by_group, wait, sums)
        if not live:
            own = places(plan, visit, "whole channel queue need_type interval day", mixed=True)
            deadline = plan.channels["answer_within"][visit.channel]
            if known(visit.talk_ends):
                response = visit.talk_ends - visit.joins
                sums.ratio("response_time", own + places(plan, visit, "group", mixed=True), response, 1)
                if known(deadline):
                    sums.ratio("answered_within_deadline", own, response <= deadline + MOMENT, 1)
            elif plan.horizon - visit.joins > deadline + MOMENT:
                sums.ratio("answered_within_deadline", own, 0, 1)


def warm(plan):
    """Whether agents stay with some of the customers whom they pass on."""
    return ((plan.handling["transfers"] > 0) & (plan.handling["transfer_warm"] >= 0)).any()


def silence(plan, visit, cells, sums):
    """Those of the offered who left without a word; cells of channels where nobody does are left out."""
    silent = plan.channels["silent"] > 0
    if silent.any() and visit.leg == 0 and visit.dials < 0:
        if not silent[visit.channel]:
            cells = places(plan, visit, "whole need_type segment interval day")
        sums.ratio("abandonment_silent", cells, visit.silent, 1)


def calls_out(plan, visit, wait, sums):
    """Whom the centre calls; cells of channels that never call are left out."""
    channels = plan.channels
    calls = (channels["callback"] == 1) | (channels["dials_from"] == 0)
    if visit.leg > 0 or not calls.any():
        return
    called, reached = visit.dials >= 0, known(visit.starts)
    cells = places(plan, visit, EVERY if calls[visit.channel] else "whole need_type segment interval day", mixed=True)
    sums.count("calls_out", cells, called)
    sums.count("calls_out", places(plan, visit, BY_INTERVAL if calls[visit.channel] else "day*", mixed=True), called)
    sums.count("customers_reached", cells + places(plan, visit, "group", mixed=True), called and reached)
    sums.ratio("calls_out_reached", cells, called and reached, called)
    sums.ratio("calls_out_failed", cells, called and visit.end_reason == EndReason.CALLBACK_FAILED, called)
    if channels["dials_from"][visit.channel] == 0:
        sums.ratio("calls_out_time", places(plan, visit, "channel queue"), 0, called)
    if called and reached:
        sums.ratio("calls_out_wait", cells + places(plan, visit, "group", mixed=True), wait, 1)


def offered(plan, visit, cells, by_group, wait, sums):
    live = plan.channels["live"][visit.channel] == 1
    answered, gone = is_answered(visit), visit.end_reason == EndReason.ABANDONED
    within = wait <= plan.acceptable_wait + MOMENT
    short = wait <= plan.short_wait + MOMENT
    at_once = answered and visit.starts == visit.joins
    cut = not answered and visit.end_reason == EndReason.HORIZON
    balked, cut_off = (visit.end_reason == one for one in (EndReason.BALKED, EndReason.CUT_OFF))
    waited = not at_once and not balked
    by_interval, pair = places(plan, visit, BY_INTERVAL), places(plan, visit, "pair")
    sums.count("offered", cells + by_interval, 1)
    sums.count("answered", cells + by_group + by_interval + pair, answered)
    sums.ratio("unfinished_share", cells, cut, 1)
    if answered:
        sums.ratio("transferred_share", cells, visit.end_reason == EndReason.TRANSFERRED, 1)
    if not live:
        return
    sums.count("abandoned", cells, gone)
    sums.count("answered_at_once", cells, at_once)
    sums.count("answered_within", cells, answered and within)
    sums.ratio("abandonment", cells + by_interval, gone, 1)
    sums.ratio("waited_share", cells, waited, 1)
    sums.ratio("wait_offered", cells, wait, 1)
    sums.ratio("wait_given_wait", cells, wait, waited)
    if answered:
        sums.ratio("asa", cells + by_group + by_interval + pair, wait, 1)
    if gone:
        sums.ratio("wait_abandoned", cells, wait, 1)
    for name in ("wait_p50", "wait_p90", "wait_p95"):
        sums.sample(name, places(plan, visit, "whole channel need_type queue segment"), wait)
    sums.ratio("balked", cells, balked, 1)
    closes = plan.channels["at_closing"] > 0
    if closes.any():
        everywhere = cells if closes[visit.channel] else places(plan, visit, "whole need_type segment interval day")
        sums.ratio("cut_off", everywhere, cut_off, 1)
    met, gone = answered and within, gone or balked
    levels = {
        "offered": (met, 1),
        "answered": (met, answered),
        "met_or_gone": (met or (gone and within), 1),
        "early_gone_left_out": (met, not (gone and within)),
        "met_or_short_gone": (met or (gone and short), 1),
        "short_gone_left_out": (met, not (gone and short)),
    }
    for base, (above, below) in levels.items():
        sums.ratio(f"service_level_{base}", cells, above, below)
    sums.ratio("service_level", cells + by_interval, *levels[plan.service_level_base])


def at_the_lines(plan, visit, sums):
    """Who finds a channel with limited lines open, and all of them taken."""
    t0, t1 = plan.window
    if visit.end_reason == EndReason.CLOSED and not known(visit.joins) and t0 <= visit.ends < t1:
        where = {"channel": plan.names.channels[visit.channel], "need_type": plan.names.need_types[visit.need_type]}
        where |= {"interval": clock(plan, visit.ends), "day": day(plan, visit.ends)}
        sums.count("closed", [(), *(((key, value),) for key, value in where.items())], 1)
    if plan.channels["lines"][visit.channel] < 0 or visit.leg > 0 or visit.end_reason == EndReason.CLOSED:
        return
    if t0 <= visit.enters < t1:
        cells = places(plan, visit, "whole channel need_type interval day", visit.enters)
        sums.ratio("blocked", cells, visit.end_reason == EndReason.BLOCKED, 1)


def waiting(plan, visit, sums):
    """Time in the queue, bin by bin."""
    t0, t1 = plan.window
    if not known(visit.joins) or visit.dials >= 0:
        return
    leaves = visit.starts if is_answered(visit) else visit.ends
    for b0, b1 in zip(plan.bins[:-1], plan.bins[1:]):
        inside = min(leaves, b1) - max(visit.joins, b0)
        if inside > 0 and t0 <= b0 < t1:
            for cell in places(plan, visit, EVERY, b0):
                sums.above["queue_length", cell] += inside
                sums.below["queue_length", cell] = length_of(plan, cell)


def backlog(plan, attempts, sums):
    """Messages joined and not done, whenever a bin of the window begins."""
    t0, t1 = plan.window
    live = plan.channels["live"] == 1
    messages = [visit for visit in attempts if known(visit.joins) and not live[visit.channel]]
    owners = [(("channel", name),) for name, on_line in zip(plan.names.channels, live) if not on_line]
    owners += [(("queue", name),) for name, c in zip(plan.names.queues, plan.queues["channel"]) if not live[c]]
    for b0 in plan.bins[:-1]:
        if not t0 <= b0 < t1:
            continue
        at, of_day = ("interval", clock(plan, b0)), ("day", day(plan, b0))
        cells = [(), (at,), (of_day,)]
        cells += [(of_day, at)] if day(plan, t1 - 1e-9) > 0 else []
        channels = [(*owner, at) for owner in owners if owner[0][0] == "channel"] if len(live) > 1 else []
        queues = [(*owner, at) for owner in owners if owner[0][0] == "queue"] if len(plan.queues) > 1 else []
        sums.ratio("backlog", cells + owners + channels + queues, 0, 1)
        for visit in messages:
            if visit.joins <= b0 < visit.ends:
                sums.ratio("backlog", [*cells, *places(plan, visit, "queue channel channel* queue*", b0)], 1, 0)


def exposure(plan, attempts, sums):
    """Views of public messages, from joining to the end of the reply, within the window."""
    t0, t1 = plan.window
    views, names = plan.channels["views"], plan.names
    cells = [(("channel", name),) for name, n in zip(names.channels, views) if n > 0]
    cells += [(("queue", name),) for name, c in zip(names.queues, plan.queues["channel"]) if views[c] > 0]
    sums.count("exposure", [(), *cells] if cells else [], 0)
    for visit in attempts:
        if views[visit.channel] > 0 and known(visit.joins):
            seen = max(min(visit.ends, t1) - max(visit.joins, t0), 0.0) * views[visit.channel]
            sums.count("exposure", [(), *places(plan, visit, "channel queue")], seen)


def beside(plan, attempts, sums):
    """Attempts that begin while a message of their need lies; by the message's channel."""
    t0, t1 = plan.window
    tolerates = plan.channels["tolerance"] >= 0
    for name, measured in zip(plan.names.channels, tolerates):
        if measured:
            sums.count("duplicates", [(("channel", name),), ()], 0)
    for visit, before in zip(attempts[1:], attempts):
        if visit.need == before.need and visit.leg == 0 and visit.arrives < before.ends and t0 <= visit.arrives < t1:
            cells = [(("channel", plan.names.channels[before.channel]),), ()]
            sums.count("duplicates", cells, 1)
            sums.ratio("merged", cells, visit.end_reason == EndReason.MERGED, 1)


def length_of(plan, cell):
    t0, t1 = plan.window
    length = 0.0
    for b0, b1 in zip(plan.bins[:-1], plan.bins[1:]):
        key, value = cell[0] if cell else ("", "")
        matches = (key == "interval" and clock(plan, b0) == value) or (key == "day" and day(plan, b0) == value)
        if t0 <= b0 < t1 and (matches or key not in ("interval", "day")):
            length += b1 - b0
    return length


def queues_in_hand(plan, attempts, state):
    """The queues of the contacts in an agent's hands during a stretch, one for each contact."""
    if state.queue >= 0:
        return [state.queue]
    return [
        leg.queue
        for leg in attempts
        if leg.agent == state.agent and leg.starts <= state.starts and state.ends <= in_hand_until(plan, leg)
    ]


def in_hand_until(plan, leg):
    return leg.wrap_up_ends if known(leg.wrap_up_ends) else plan.horizon


def shared(plan, attempts, states, sums):
    """Contacts that share an agent: each second in hand is so much of the agent's time."""
    t0, t1 = plan.window
    most = plan.channels["most"]
    names = plan.names
    cells = [()]
    cells += [(("need_type", name),) for name in names.need_types] + [(("group", name),) for name in names.groups]
    cells += [(("channel", name),) for name, n in zip(names.channels, most) if n > 1]
    cells += [(("queue", name),) for name, c in zip(names.queues, plan.queues["channel"]) if most[c] > 1]
    for name in ("agent_time", "concurrency") if most.max() > 1 else ():
        sums.ratio(name, cells, 0, 0)
    sums.ratio("contacts_open", cells if most.max() > 1 else [], 0, t1 - t0)
    silent = plan.channels["silent"] > 0
    quiet = cells[: 1 + len(names.need_types) + len(names.groups)]
    quiet += [(("channel", name),) for name, is_so in zip(names.channels, silent) if is_so]
    quiet += [(("queue", name),) for name, c in zip(names.queues, plan.queues["channel"]) if silent[c]]
    sums.count("silent_hours", quiet if silent.any() else [], 0)
    for leg in attempts:
        if not (most[leg.channel] > 1 or leg.silent) or not known(leg.starts):
            continue
        own = [()]
        own += [(("need_type", names.need_types[leg.need_type]),), (("group", names.groups[leg.group]),)]
        own += [(("channel", names.channels[leg.channel]),), (("queue", names.queues[leg.queue]),)]
        over = in_hand_until(plan, leg)
        beside = [one for one in states if one.agent == leg.agent and leg.starts <= one.starts and one.ends <= over]
        for state in beside:
            inside = max(min(state.ends, t1) - max(state.starts, t0), 0.0)
            if leg.silent:
                sums.count("silent_hours", own, inside / state.open / 3600)
            if most[leg.channel] > 1:
                sums.ratio("concurrency", own, inside, inside / state.open)
                sums.ratio("contacts_open", own, inside, 0)
        if known(leg.wrap_up_ends) and not leg.silent and t0 <= leg.joins < t1:
            sums.ratio("agent_time", own, sum((one.ends - one.starts) / one.open for one in beside), 1)


def agents(plan, attempts, states, sums):
    t0, t1 = plan.window
    for state in states:
        inside = min(state.ends, t1) - max(state.starts, t0)
        if inside > 0 and state.state not in (AgentState.IDLE, AgentState.BREAK, AgentState.ABSENT):
            in_hand = queues_in_hand(plan, attempts, state)
            for q in in_hand:
                group, queue = ("group", plan.names.groups[state.group]), ("queue", plan.names.queues[q])
                number = plan.queues["channel"][q]
                channel = ("channel", plan.names.channels[number])
                sums.count("busy_hours", [(channel,), (queue,), (group, queue)], inside / len(in_hand) / 3600)
                if plan.channels["dials_from"][number] == 0:
                    sums.ratio("calls_out_time", [(channel,), (queue,)], inside / len(in_hand), 0)
    roster(plan, sums)
    for number, b0 in enumerate(plan.bins[:-1].tolist()):
        b1 = plan.bins[number + 1]
        if not t0 <= b0 < t1:
            continue
        for group, name in enumerate(plan.names.groups):
            spent = defaultdict(float)
            for state in states:
                if state.group == group:
                    spent[state.state] += max(min(state.ends, b1) - max(state.starts, b0), 0.0)
            cells = [(), (("group", name),), (("interval", clock(plan, b0)),), (("day", day(plan, b0)),)]
            dialling, consult = spent[AgentState.DIALLING], spent[AgentState.CONSULT]
            on_duty, talk, wrap_up = sum(spent.values()), spent[AgentState.TALK], spent[AgentState.WRAP_UP]
            scheduled = plan.scheduled[group, number]
            overtime = on_duty - scheduled
            on_duty -= spent[AgentState.BREAK] + spent[AgentState.ABSENT]
            sums.count("absent_hours", cells, spent[AgentState.ABSENT] / 3600)
            sums.count("break_hours", cells, spent[AgentState.BREAK] / 3600)
            paid = scheduled / plan.rostered[group] + overtime
            busy = talk + wrap_up + dialling + consult
            crossed = [cells[3] + cells[2]] if day(plan, t1 - 1e-9) > 0 else []
            sums.ratio("occupancy", cells + crossed, busy, on_duty)
            if ((plan.channels["callback"] == 1) | (plan.channels["dials_from"] == 0)).any():
                sums.ratio("dialling_occupancy", cells, dialling, on_duty)
            if warm(plan):
                sums.ratio("consult_occupancy", cells, consult, on_duty)
            sums.ratio("talk_occupancy", cells, talk, on_duty)
            sums.ratio("wrap_up_occupancy", cells, wrap_up, on_duty)
            sums.ratio("utilisation", cells, busy, paid)
            sums.count("busy_hours", cells, busy / 3600)
            sums.count("agent_hours", cells, paid / 3600)
            sums.ratio("agent_minutes_per_resolution", [()], paid / 60, 0)
            sums.ratio("resolutions_per_hour", [()], 0, paid / 3600)
            sums.ratio("fte", cells[:2] if t1 - t0 >= 7 * 86400 else [], paid, 0.0)
            sums.count("scheduled_hours", cells + crossed, scheduled / 3600)
            sums.count("overtime_hours", cells, overtime / 3600)


def roster(plan, sums):
    """Heads, seats, and the full-time weeks of the window."""
    t0, t1 = plan.window
    groups = range(len(plan.names.groups))
    owner = plan.agent_group.tolist()
    steps = rows_of(plan.counts)
    moments = [t0, *(one.starts for one in rows_of(plan.shifts)), *(one.time for one in steps)]
    there = {
        moment: [
            sum(one.starts <= moment < one.ends and owner[one.agent] == g for one in rows_of(plan.shifts))
            + next((one.agents for one in reversed(steps) if one.group == g and one.time <= moment), 0)
            for g in groups
        ]
        for moment in moments
        if t0 <= moment < t1
    }
    cells = [(), *((("group", name),) for name in plan.names.groups)]
    for cell, mine in zip(cells, [list(groups), *([g] for g in groups)]):
        sums.count("heads", [cell], sum(owner.count(g) for g in mine))
        sums.count("seats", [cell], max(sum(numbers[g] for g in mine) for numbers in there.values()))
        sums.ratio("fte", [cell] if t1 - t0 >= 7 * 86400 else [], 0.0, (t1 - t0) / (7 * 86400) * plan.full_time_week)


def cohort(plan, needs, attempts, sums):
    t0, t1 = plan.window
    for need in needs:
        if not t0 <= need.arises < t1:
            continue
        legs = [leg for leg in attempts if leg.need == need.need]
        cells = with_segment(plan, need)
        of_need(plan, need, legs, cells, sums)
        if (plan.need_types["raises"] >= 0).any():
            of_chain(need, legs, {other.need for other in needs}, cells, sums)
        of_effort(plan, need, legs, cells, sums)
        for leg in legs:
            if leg.gated == 1:
                of_gate(leg, need, [*cells, (("channel", plan.names.channels[leg.channel]),)], sums)


def with_segment(plan, need):
    """The cells that a need belongs to."""
    segment = of_segment(plan, need)
    return [(), (("need_type", plan.names.need_types[need.need_type]),), *([segment] if segment else [])]


def of_need(plan, need, legs, cells, sums):
    sums.count("needs", cells, 1)
    for name, outcome in (
        ("resolved_share", Outcome.RESOLVED),
        ("given_up_share", Outcome.GIVEN_UP),
        ("asked_elsewhere_share", Outcome.ASKED_ELSEWHERE),
        ("lost_share", Outcome.LOST),
        ("open_share", Outcome.OPEN),
    ):
        sums.ratio(name, cells, need.outcome == outcome, 1)
    resolved = need.outcome == Outcome.RESOLVED
    failure_demand(plan, need, legs, cells, sums)
    sums.ratio("unresolved_share", cells, not resolved, 1)
    sums.ratio("time_to_resolution", cells, need.ended - need.arises if resolved else 0.0, resolved)
    for name in ("time_to_resolution_p50", "time_to_resolution_p90") if resolved else ():
        sums.sample(name, cells[:2], need.ended - need.arises)
    handled = [leg for leg in legs if is_answered(leg) and known(leg.wrap_up_ends)]
    handling = sum(leg.wrap_up_ends - leg.starts - (leg.paused if known(leg.paused) else 0.0) for leg in handled)
    sums.ratio("handling_per_resolution", cells, handling, resolved)
    first_legs = [leg for leg in legs if leg.leg == 0]
    n_contacts = sum(is_answered(leg) for leg in legs)
    sums.ratio("attempts_per_need", cells, len(first_legs), 1)
    sums.ratio("channels_per_need", cells, len({leg.channel for leg in first_legs}), need.n_attempts > 0)
    sums.ratio("contacts_per_need", cells, n_contacts, 1)
    sums.ratio("contacts_per_resolution", cells, n_contacts, resolved)
    sums.ratio("reattempt_share", cells, sum(leg.attempt > 0 for leg in first_legs), len(first_legs))
    if plan.settings["switches"].any():
        changes = sum(one.channel != other.channel for one, other in pairwise(first_legs))
        sums.ratio("switch_share", cells, changes, max(len(first_legs) - 1, 0))
    if need.n_attempts > 0:
        sums.ratio("bypass_rate", cells, any(leg.bypassed == 1 for leg in legs), 1)
        at_once = any(leg.attempt == 0 and leg.resolved == 1 for leg in legs)
        sums.ratio("fcr_true", cells, at_once, 1)
        first = [leg for leg in legs if leg.attempt == 0]
        ended = [leg for leg in first if leg.end_reason == EndReason.SERVED][-1:]
        own = [(("channel", plan.names.channels[leg.channel]),) for leg in first[:1]]
        own += [(("group", plan.names.groups[leg.group]),) for leg in ended if leg.group >= 0]
        sums.ratio("fcr_true", own, at_once, 1)
    judged = [leg for leg in legs if leg.end_reason == EndReason.SERVED]
    if judged:
        cells = [*cells, (("channel", plan.names.channels[judged[0].channel]),)]
        cells += [(("group", plan.names.groups[judged[0].group]),)] if judged[0].group >= 0 else []
        sums.ratio("fcr_agent", cells, judged[0].resolved == 1, 1)
        sums.ratio("fcr_reported", cells, judged[0].coded == 1, 1)


def failure_demand(plan, need, legs, cells, sums):
    """Contacts that would not have come about had something been done, or done right the first time."""
    reached = [leg for leg in legs if is_answered(leg)]
    for leg in reached:
        before = [other for other in reached if other.attempt < leg.attempt]
        failing = plan.need_types["failure"][need.need_type] == 1 or len(before) > 0
        handling = 0.0
        if known(leg.wrap_up_ends):
            handling = leg.wrap_up_ends - leg.starts - (leg.paused if known(leg.paused) else 0.0)
        where = [*cells, (("channel", plan.names.channels[leg.channel]),)]
        sums.ratio("failure_contacts_share", where, failing, 1)
        sums.ratio("failure_minutes_share", where, failing * handling, handling)


def of_chain(need, legs, ids, cells, sums):
    """Whether another need led to this one, and this one to another."""
    sums.ratio("raised_share", cells, need.need % 16 > 0, 1)
    if need.n_attempts > 0:
        at_once = any(leg.attempt == 0 and leg.resolved == 1 for leg in legs)
        sums.ratio("next_issue_avoidance", cells, at_once and need.need + 1 not in ids, 1)


def of_effort(plan, need, legs, cells, sums):
    weights, resolved = plan.effort[0], need.outcome == Outcome.RESOLVED
    spent = {"search": need.looked, "gate": 0.0, "queue": 0.0, "talk": 0.0, "typing": 0.0}
    penalties, channel_before = 0.0, None
    for leg in legs:
        live = plan.channels["live"][leg.channel] == 1
        enters = leg.enters if known(leg.enters) else leg.ends
        spent["search"] += enters - leg.arrives
        if leg.gated == 1:
            spent["gate"] += (leg.joins if known(leg.joins) else leg.ends) - enters
        if live and known(leg.joins) and leg.dials < 0:
            spent["queue"] += (leg.starts if is_answered(leg) else leg.ends) - leg.joins
        if (live or leg.dials >= 0) and is_answered(leg):
            spent["talk"] += (leg.talk_ends if known(leg.talk_ends) else leg.ends) - leg.starts
        spent["typing"] += leg.typing
        if leg.leg > 0:
            penalties += weights["transfer"]
        else:
            penalties += weights["recontact"] if leg.attempt > 0 else 0.0
            penalties += weights["switch"] if leg.attempt > 0 and leg.channel != channel_before else 0.0
            channel_before = leg.channel
    clock_minutes = sum(spent.values()) / 60
    sums.ratio("effort_minutes", cells, clock_minutes, 1)
    sums.ratio("effort_per_resolution", cells, clock_minutes, resolved)
    sums.ratio("effort_resolved", cells, clock_minutes if resolved else 0.0, resolved)
    for share in (50, 90, 95):
        sums.sample(f"effort_p{share}", cells[:2], clock_minutes)
    weighted = penalties / 60
    sums.ratio("effort_penalties", cells, penalties / 60, 1)
    for stage, seconds in spent.items():
        sums.ratio(f"effort_{stage}", cells, weights[stage] * seconds / 60, 1)
        weighted += weights[stage] * seconds / 60
    sums.ratio("effort_weighted_minutes", cells, weighted, 1)
    sums.ratio("effort_weighted_per_resolution", cells, weighted, resolved)


def of_gate(leg, need, cells, sums):
    resolved = leg.end_reason == EndReason.GATE_RESOLVED
    failed = leg.end_reason in (EndReason.GATE_WRONG, EndReason.GATE_HUNG_UP, EndReason.GATE_BLOCKED)
    sums.count("gate_entries", cells, 1)
    sums.ratio("reported_containment", cells, resolved or failed, 1)
    sums.ratio("true_containment", cells, resolved, 1)
    sums.ratio("false_containment", cells, failed, 1)
    again = leg.attempt < need.n_attempts - 1
    sums.ratio("net_containment", cells, (resolved or failed) and not again, 1)
    sums.ratio("come_back_share", cells, (resolved or failed) and again, resolved or failed)
    sums.ratio("gate_minutes", cells, ((leg.joins if known(leg.joins) else leg.ends) - leg.enters) / 60, 1)


def evidence(plan, needs, signals, causes, sums):
    t0, t1 = plan.window
    counted, first = set(), set()
    looks = ("manual_sample", "speech_coverage", "agent_flags", "log_analysis", None, "text_coverage")
    for signal in signals:
        if t0 <= signal.time < t1:
            cells = [(), (("need_type", plan.names.need_types[causes[signal.cause].need_type]),)]
            sums.count("signals", cells, 1)
            sums.count("distinct_signals", cells, signal.need not in counted)
            counted.add(signal.need)
            sums.count("distinct_signals_first", cells, signal.attempt == 0 and signal.need not in first)
            first |= {signal.need} if signal.attempt == 0 else set()
            if plan.settings[looks[signal.route]].any():
                sums.count("signals", [(("route", Route(signal.route).name.lower()),)], 1)
    for need in needs:
        if t0 <= need.arises < t1 and need.cause >= 0:
            cells = with_segment(plan, need)
            sums.ratio("signals_per_need", cells, any(signal.need == need.need for signal in signals), 1)
            if plan.settings["listens"].any():
                sums.ratio("signals_missed", cells, 0 <= need.evidence < Evidence.HEARD, 1)
                for gate in [gate for gate in Evidence if gate != Evidence.HEARD]:
                    sums.ratio("signals_missed", [(("gate", gate.name.lower()),)], need.evidence == gate, 1)
    found_after = defaultdict(list)
    for cause in causes:
        found = cause.detected < t1
        until = max(cause.detected, t0) if found else t1
        names = plan.names
        cells = [(), (("need_type", names.need_types[cause.need_type]),), (("cause", names.causes[cause.cause]),)]
        sums.count("causes_detected", cells, found)
        before = [need for need in needs if need.cause == cause.cause and t0 <= need.arises < t1]
        sums.ratio("needs_before_detection", cells, sum(need.arises <= until for need in before), 1)
        for cell in cells:
            found_after[cell].append((until - t0) / 86400)
    for cell, days in found_after.items():
        sums.count("time_to_detect", [cell], sum(days) / len(days))


def money(plan, needs, attempts, states, ledger, sums):
    t0, t1 = plan.window
    channels = [(("channel", name),) for name in plan.names.channels]
    handled = defaultdict(float)
    for leg in attempts:
        if is_answered(leg) and t0 <= leg.joins < t1:
            sums.ratio("cost_per_contact", [(), channels[leg.channel]], 0.0, 1)
    for state in states:
        if state.queue >= 0:
            spent = max(min(state.ends, t1) - max(state.starts, t0), 0.0)
            in_hand = queues_in_hand(plan, attempts, state)
            for q in in_hand:
                handled[state.group, plan.queues["channel"][q]] += spent / len(in_hand)
    for need in needs:
        sums.ratio("cost_per_need", [()], 0.0, t0 <= need.arises < t1)
        settled = need.outcome == Outcome.RESOLVED and t0 <= need.ended < t1
        sums.ratio("cost_per_resolution", [()], 0.0, settled)
        sums.ratio("agent_minutes_per_resolution", [()], 0.0, settled)
        sums.ratio("resolutions_per_hour", [()], settled, 0.0)
    for row in ledger:
        if not t0 < row.time <= t1:
            continue
        sums.count("cost_total", [()], row.amount)
        sums.count(f"cost_{Account(row.account).name.lower()}", [()], row.amount)
        for name in ("cost_per_contact", "cost_per_need", "cost_per_resolution"):
            sums.ratio(name, [()], row.amount, 0)
        for channel, cell in enumerate(channels):
            share = float(row.entity == channel)
            if row.account == Account.FIXED:
                share = 0.0
            if row.account in (Account.WAGES, Account.OVERTIME):
                of_group = sum(handled[row.entity, other] for other in range(len(channels)))
                share = handled[row.entity, channel] / of_group if of_group > 0 else 0.0
            sums.count("cost_total", [cell], share * row.amount)
            sums.ratio("cost_per_contact", [cell], share * row.amount, 0)
    for cell in channels:
        of_failure, of_all = (part.get(("failure_minutes_share", cell), 0.0) for part in (sums.above, sums.below))
        if of_all > 0:
            cost = sums.above.get(("cost_total", cell), 0.0)
            sums.ratio("failure_cost_share", [(), cell], cost * of_failure / of_all, cost)

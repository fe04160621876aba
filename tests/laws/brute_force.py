"""What must hold in every log, worked out again from the rows and the scenario, the dumb way.

Nothing here asks the engine, and of the plan it reads little but names, window, horizon and the agents' groups: who may
take what, when somebody is on duty and when a channel is open comes from the scenario. Each law gives the cases that
break it, in words; an empty list means that it holds. Moments are compared exactly: the contract promises exactness.
"""

from itertools import pairwise
from math import exp, log
from types import SimpleNamespace

import numpy as np

from ccsim.draws.streams import Purpose, need_uniform
from ccsim.logs.codes import Account, AgentState, EndReason, Outcome, Route
from ccsim.scenario.distributions import Constant
from ccsim.scenario.workforce import AlwaysOn, ByInterval, ByShift

DAY = 86400.0
TURNED_AWAY = (EndReason.CLOSED, EndReason.BLOCKED)
GATE_ENDS = (EndReason.GATE_RESOLVED, EndReason.GATE_WRONG, EndReason.GATE_HUNG_UP, EndReason.GATE_BLOCKED)
LIVE_LEG_OVER = (EndReason.SERVED, EndReason.TRANSFERRED)


def rows_of(table):
    """One namespace per row."""
    return [SimpleNamespace(**dict(zip(table.dtype.names, row, strict=True))) for row in table.tolist()]


def known(moment):
    return moment == moment


class Day:
    """A replication, with what the scenario says about each row."""

    def __init__(self, scenario, plan, logs, seed):
        self.scenario, self.plan, self.logs, self.seed = scenario, plan, logs, seed
        self.legs, self.needs = rows_of(logs.attempts), rows_of(logs.needs)
        self.states = rows_of(logs.agent_states)
        self.absences = {(state.agent, state.ends) for state in self.states if state.state == AgentState.ABSENT}
        self.types = {one.name: one for one in scenario.needs.types}
        self.segments = dict(enumerate(scenario.customers.segments))
        self.segment_of = {need.need: need.segment for need in self.needs}
        self.channels = {one.name: one for one in scenario.channels}
        self.groups = {one.name: one for one in scenario.agents}
        self.monday = scenario.calendar.start.weekday()
        for leg in self.legs:
            leg.type = self.types[plan.names.need_types[leg.need_type]]
            leg.segment = self.segments.get(self.segment_of[leg.need])
            own = getattr(leg.segment, "priority", None)
            leg.priority = leg.type.priority if own is None else own
            leg.way = self.channels[plan.names.channels[leg.channel]]
            leg.team = None if leg.group < 0 else self.groups[plan.names.groups[leg.group]]
            leg.desk = None if leg.queue < 0 else tuple(plan.names.queues[leg.queue].split("."))
            leg.order = (leg.joins, leg.need, leg.attempt, leg.leg)
            leg.gone = leg.starts if known(leg.starts) else self.turn_is_over(leg) if leg.silent else leg.ends
            leg.free = leg.wrap_up_ends if known(leg.wrap_up_ends) else plan.horizon
            leg.where = f"need {leg.need} attempt {leg.attempt} leg {leg.leg}"
        for before, leg in pairwise([None, *self.legs]):
            # the rest of a talk that was handed over, in the same queue; where gates misroute, that is no sign of it
            leg.taken_over = self.scenario.shift_end == "hand_over" and leg.leg > 0 and before.desk == leg.desk
            leg.handed_over = False
            leg.origin = leg
            if leg.taken_over:
                leg.origin, before.handed_over = before.origin, True
        self.joined = [leg for leg in self.legs if known(leg.joins)]
        self.served = [leg for leg in self.legs if known(leg.starts)]
        self.work = [piece for leg in self.served if leg.dials < 0 for piece in self.pieces_of(leg)]
        self.work += [piece for leg in self.joined if leg.dials >= 0 for piece in self.calls_of(leg)]
        self.waits = [wait for leg in self.joined for wait in self.waits_of(leg)]
        self.joins = np.array([wait.joins for wait in self.waits])
        self.gone = np.array([wait.gone for wait in self.waits])
        self.starts = np.array([piece.starts for piece in self.work])
        self.free = np.array([piece.free for piece in self.work])

    def turn_is_over(self, leg):
        """Until when who left without a word stands in line: the horizon, or the first moment on a closed channel."""
        closes = [leg.joins] + [
            each * DAY + hours.to for each in range(-1, int(self.plan.horizon // DAY) + 1) for hours in leg.way.open
        ]
        if leg.way.at_closing == "wait":
            return self.plan.horizon
        closed = [moment for moment in closes if moment >= leg.joins and not self.is_open(leg.way, moment)]
        return max(leg.ends, min([*closed, self.plan.horizon]))

    def pieces_of(self, leg):
        """A contact's stretches with agents; one, unless its work was put down or the customer was called."""
        if not known(leg.paused):
            whole = {"agent": leg.agent, "team": leg.team, "starts": leg.starts, "free": leg.free}
            return [SimpleNamespace(leg=leg, **whole, first=not leg.taken_over)]
        return [
            SimpleNamespace(
                leg=leg,
                agent=state.agent,
                team=self.groups[self.plan.names.groups[state.group]],
                starts=state.starts,
                # a wrap-up, which a call table may give a message too, belongs to the last of them
                free=leg.free if state.ends == leg.ends else state.ends,
                first=state.starts == leg.starts,
            )
            for state in sorted(self.states, key=lambda state: state.starts)
            if state.need == leg.need and leg.starts <= state.starts and state.ends <= leg.ends
        ]

    def calls_of(self, leg):
        """Agents' time with a customer whom they call, talk together with the call that reached him."""
        calls = [
            (state.agent, state.group, state.starts, leg.free if state.ends == leg.starts else state.ends)
            for state in self.states
            if state.need == leg.need and state.state == AgentState.DIALLING
            if leg.joins <= state.starts and state.ends <= leg.ends
        ]
        if known(leg.starts) and not any(free == leg.free for *_, free in calls):
            calls.append((leg.agent, leg.group, leg.starts, leg.free))
        return [
            SimpleNamespace(
                leg=leg,
                agent=agent,
                team=self.groups[self.plan.names.groups[group]],
                starts=starts,
                free=free,
                first=False,
            )
            for agent, group, starts, free in calls
        ]

    def chance_of(self, leg, purpose, alternative=0):
        """The uniform number with which chance decides about a leg's evidence."""
        occasion = (leg.attempt, leg.leg) if self.scenario.insight.repeats == "fresh" else (0, 0)
        return need_uniform(self.seed, 0, leg.need, int(purpose), *occasion, int(alternative))

    def looks_at(self, leg):
        """The routes that look at a leg, as bits, and the first that would find a cause."""
        insight, way, looked, found_by = self.scenario.insight, leg.way, 0, None
        for purpose, written in ((Purpose.RECORDED, insight.recorded), (Purpose.ACCESSIBLE, insight.accessible)):
            share = written.get(way.name, 1.0) if isinstance(written, dict) else written
            if self.chance_of(leg, purpose) >= share:
                return 0, None
        listening, routes = insight.listening, {}
        if leg.end_reason in GATE_ENDS:
            routes[Route.LOG_ANALYSIS] = (listening.log_analysis, 1.0)
        else:
            chats = way.kind == "live" and way.concurrency is not None and way.concurrency.most > 1
            writes = chats or (way.kind == "deferrable" and way.dialling is None)
            if (way.medium or ("written" if writes else "spoken")) == "written":
                machine, analytics = Route.TEXT_ANALYTICS, listening.text_analytics
            else:
                machine, analytics = Route.SPEECH_ANALYTICS, listening.speech_analytics
            routes[Route.MANUAL_SAMPLE] = (listening.manual_sample, 1.0)
            routes[machine] = (analytics.coverage, analytics.recall)
            routes[Route.AGENT_FLAG] = (listening.agent_flags, 1.0)
        for route, (coverage, recall) in routes.items():
            dealt_as = Route.SPEECH_ANALYTICS if route == Route.TEXT_ANALYTICS else route
            u = self.chance_of(leg, Purpose.ANALYSED, dealt_as)
            looked |= (u < coverage) << route
            found_by = route if found_by is None and u < coverage * recall else found_by
        return looked, found_by

    def content_of(self, leg):
        """Share of such legs that show their cause."""
        content = self.scenario.insight.content
        if leg.end_reason in GATE_ENDS:
            return content["gate"].base if "gate" in content else 0.05
        written = content.get(leg.way.name)
        base, most = (0.6, None) if written is None else (written.base, written.most)
        share, listening = base, self.scenario.insight.listening
        if leg.way.kind == "live" and leg.end_reason == EndReason.SERVED and most is not None:
            share += (most - base) * (1.0 - exp(-listening.minutes_per_contact / listening.scale))
        pressure = self.scenario.pressure
        hurry = max(0.0, log((1.0 - pressure.free_slack) / (1.0 - leg.team.speed_cut)))
        if hurry * pressure.content_cost == 0.0 or share in (0.0, 1.0):
            return share
        return 1.0 / (1.0 + (1.0 - share) / share * exp(hurry * pressure.content_cost))

    def waits_of(self, leg):
        """A visit's stretches in its queue; more than one, if its work was put down; who expects a call is left out."""
        if leg.dials >= 0:
            return []
        found = [SimpleNamespace(leg=leg, joins=leg.joins, gone=leg.gone, begun=leg.taken_over)]
        if known(leg.paused):
            pieces = [
                (leg.starts, leg.starts),
                *((piece.starts, min(piece.free, leg.ends)) for piece in self.pieces_of(leg)),
            ]
            for (_, put_down), (taken_up, _) in pairwise([*pieces, (leg.ends, leg.ends)]):
                found.append(SimpleNamespace(leg=leg, joins=put_down, gone=taken_up, begun=True))
        return found

    def waiting(self, moment):
        """Stretches in the queues that go on just after a moment."""
        return [self.waits[i] for i in np.flatnonzero((self.joins <= moment) & (moment < self.gone))]

    def busy(self, group, moment):
        """Agents of a group with a contact just after a moment."""
        contacts = [self.work[i] for i in np.flatnonzero((self.starts <= moment) & (moment < self.free))]
        return {piece.agent for piece in contacts if piece.team is group}

    def may_take(self, group, desk):
        """Whether a group works a queue: (channel, skill)."""
        channel, skill = desk
        return skill in group.skills and (group.channels is None or channel in group.channels)

    def least_wait(self, group, desk):
        """How long a visit must have waited before a group may take it."""
        return group.skills[desk[1]].after

    def transfers_of(self, leg):
        """How customers of a leg's type are passed on in its channel, if at all."""
        found = self.scenario.handling
        for name in (leg.type.name, leg.way.name):
            found = found[name] if isinstance(found, dict) else found
        return found.transfers if leg.way.kind == "live" else None

    def says(self, leg, name):
        """What holds for the customer of a leg: what the segment says of it, or else what is said of everybody."""
        own = getattr(leg.segment, name, None)
        return getattr(self.scenario.customers, name) if own is None else own

    def kept_back(self, group, leg):
        """Whether a group may keep idle agents from a message."""
        return group.reserve > 0 and leg.way.kind == "deferrable"

    def interrupts(self, piece):
        """Whether a live visit may have taken its agent from a message."""
        found = self.scenario.channels if piece.leg.way.kind == "live" and piece.starts == piece.leg.joins else ()
        return any(channel.interruptible for channel in found)

    def comes_anew(self, row, later, begins):
        """Whether an agent came onto the floor between two stretches, be it in the instant in which he went."""
        return row.ends != later.starts or (later.starts in begins and row.need != later.need)

    def busy_so_far(self, agent, now):
        """Share of time at work since the agent came onto the floor, if that counts; rounded, for it is a sum."""
        if self.scenario.routing.among_equals == "longest_idle":
            return 0.0
        rota = (self.shifts_of(self.groups[self.plan.names.groups[self.plan.agent_group[agent]]]) or {}).get(agent, [])
        begins = {start for start, _ in rota} - {end for _, end in rota}
        spent = {True: 0.0, False: 0.0}
        before = None
        for row in (state for state in self.states if state.agent == agent and state.starts < now):
            if before is not None and self.comes_anew(before, row, begins):
                spent = {True: 0.0, False: 0.0}
            if row.state != AgentState.BREAK:
                spent[row.state == AgentState.IDLE] += min(row.ends, now) - row.starts
            before = row
        return round(spent[False] / (spent[True] + spent[False] or 1.0), 9)

    def weekday(self, day):
        return (self.monday + day) % 7

    def agents_of(self, group):
        name = self.plan.names.groups.index(group.name)
        return np.flatnonzero(self.plan.agent_group == name).tolist()

    def missed(self, agent, end):
        """Whether an agent is absent from the shift that ends at a moment."""
        return (agent, min(end, self.plan.horizon)) in self.absences

    def shifts_of(self, group):
        """Agent to stretches on duty, for groups whose agents are named; None for those staffed by count."""
        agents, rota = self.agents_of(group), group.staffing
        days = range(-1, int(np.ceil(self.plan.horizon / DAY)))
        if isinstance(rota, AlwaysOn):
            return {agent: [(0.0, np.inf)] for agent in agents}
        if isinstance(rota, ByShift):
            names = [name for name, n in zip(rota.shift, rota.agents, strict=True) for _ in range(n)]
            assert len(names) == len(agents)
            return {
                agent: [
                    (
                        max(day * DAY + self.scenario.shifts[name].from_, 0.0),
                        day * DAY + self.scenario.shifts[name].to + group.overtime,
                    )
                    for day in days
                    if self.weekday(day) in self.scenario.shifts[name].days
                    and day * DAY + self.scenario.shifts[name].to > 0.0
                    and not self.missed(agent, day * DAY + self.scenario.shifts[name].to)
                ]
                for agent, name in zip(agents, names, strict=True)
            }
        return None

    def breaks_of(self, group):
        """Agent to (due, length, end of the shift) of the breaks that the run may see."""
        if not isinstance(group.staffing, ByShift):
            return {agent: [] for agent in self.agents_of(group)}
        names = [(name, k, n) for name, n in zip(group.staffing.shift, group.staffing.agents) for k in range(n)]
        found = {}
        for agent, (name, k, n) in zip(self.agents_of(group), names, strict=True):
            shift = self.scenario.shifts[name]
            found[agent] = [
                (day * DAY + one.at, one.for_, day * DAY + shift.to + group.overtime)
                if one.between is None
                else (
                    day * DAY + one.between[0] + (one.between[1] - one.between[0] - one.for_) * k // max(1, n - 1),
                    one.for_,
                    day * DAY + shift.to + group.overtime,
                )
                for day in range(-1, int(np.ceil(self.plan.horizon / DAY)))
                if self.weekday(day) in shift.days and not self.missed(agent, day * DAY + shift.to)
                for one in shift.breaks
            ]
            found[agent] = [one for one in found[agent] if 0.0 <= one[0] < self.plan.horizon]
        return found

    def count_of(self, group, moment):
        """How many a group staffed by count has on the floor at a moment."""
        rota = group.staffing
        assert isinstance(rota, ByInterval)
        for day in (int(moment // DAY), int(moment // DAY) - 1):
            place = (moment - day * DAY - rota.from_) // rota.every
            if day >= -1 and self.weekday(day) in rota.days and 0 <= place < len(rota.agents):
                return rota.agents[int(place)]
        return 0

    def changes_of(self, group):
        """When the count of a group may change; nothing for groups whose agents are named."""
        rota = group.staffing
        if not isinstance(rota, ByInterval):
            return []
        days = range(-1, int(np.ceil(self.plan.horizon / DAY)))
        places = range(len(rota.agents) + 1)
        return [day * DAY + rota.from_ + place * rota.every for day in days for place in places]

    def in_hand(self, agent, moment):
        """What an agent has in hand just after a moment."""
        return [
            self.work[i]
            for i in np.flatnonzero((self.starts <= moment) & (moment < self.free))
            if self.work[i].agent == agent
        ]

    def has_room(self, group, desk, moment):
        """Whether somebody has contacts of a channel in hand just after a moment and could take one more."""
        busy, shifts = self.busy(group, moment), self.shifts_of(group)
        if shifts is None and len(busy) > self.count_of(group, moment):
            return False
        return any(
            hand[0].leg.desk[0] == desk[0]
            and len(hand) < at_once(hand[0].leg.way)
            and (shifts is None or any(start <= moment < end for start, end in shifts[agent]))
            and not self.due(group, agent, moment)
            for agent in busy
            for hand in [self.in_hand(agent, moment)]
        )

    def due(self, group, agent, moment):
        """Whether a break has become due since an agent was last idle or on one."""
        free = (AgentState.IDLE, AgentState.BREAK)
        rested = [s.ends for s in self.states if s.agent == agent and s.state in free and s.ends <= moment]
        return any(max(rested, default=-np.inf) < one[0] <= moment for one in self.breaks_of(group)[agent])

    def able(self, group, moment):
        """How many agents of a group could take work just after a moment: on duty and without a contact."""
        busy = self.busy(group, moment)
        shifts = self.shifts_of(group)
        if shifts is None:
            return self.count_of(group, moment) - len(busy)
        on_duty = {agent for agent, rota in shifts.items() if any(start <= moment < end for start, end in rota)}
        resting = {
            state.agent
            for state in self.states
            if state.state == AgentState.BREAK and state.starts <= moment < state.ends
        }
        return len(on_duty - busy - resting)

    def is_open(self, channel, moment):
        day = int(moment // DAY)
        return any(
            hours.from_ <= moment - each * DAY < hours.to and self.weekday(each) in hours.days
            for each in (day, day - 1)
            for hours in channel.open
        )

    def is_finished(self, leg, moment):
        """Whether a leg's channel is closed and agents stay for who is in line there."""
        live = leg.way.kind == "live" and leg.way.at_closing == "finish"
        return live and not self.is_open(leg.way, moment)

    def stays_on(self, piece):
        """Whether an agent takes a contact when his hours are over, or he is too many."""
        shifts = self.shifts_of(piece.team)
        if shifts is not None:
            return not any(start <= piece.starts < end for start, end in shifts[piece.agent])
        return len(self.busy(piece.team, piece.starts) | {piece.agent}) > self.count_of(piece.team, piece.starts)

    def moments(self):
        """Every moment at which something happened before the horizon."""
        seen = {wait.joins for wait in self.waits} | {wait.gone for wait in self.waits}
        seen |= {piece.free for piece in self.work}
        seen |= {moment for state in self.states for moment in (state.starts, state.ends)}
        return sorted(moment for moment in seen if moment < self.plan.horizon)


def at_once(way):
    """How many contacts of a channel an agent may have in hand."""
    return 1 if way.concurrency is None else way.concurrency.most


def nobody_is_free_while_somebody_waits_whom_he_may_take(day):
    """Work conservation, at every moment at which something happened."""
    broken = []
    for moment in day.moments():
        since: dict = {}
        for wait in day.waiting(moment):
            # work that was put down may be taken up at once
            joins = -np.inf if wait.begun else wait.leg.joins
            since[wait.leg.desk] = min(since.get(wait.leg.desk, joins), joins)
        for group in day.groups.values() if since else ():
            desks = [
                desk
                for desk, joins in since.items()
                if day.may_take(group, desk) and joins + day.least_wait(group, desk) <= moment
            ]
            live = [desk for desk in desks if day.channels[desk[0]].kind == "live"]
            able = day.able(group, moment)
            if (live and able > 0) or (desks and able > group.reserve):
                broken.append(f"at {moment} an agent of {group.name} is free and somebody waits in {desks}")
            for desk in desks:
                if day.has_room(group, desk, moment):
                    broken.append(f"at {moment} an agent of {group.name} has a free slot and somebody waits in {desk}")
    return broken


def aged(leg, moment):
    """The segment's priority, or else the need type's, after the wait."""
    every = leg.type.rises_every
    return leg.priority if every is None else leg.priority - (moment - leg.joins) * float(f"{1 / every:.12g}")


def stands_behind(day, other, moment):
    """Whether a waiting visit has one of its own line before it, where lines age and only their heads are compared."""
    if all(one.rises_every is None for one in day.types.values()):
        return False

    def line(wait):
        return (wait.leg.desk, wait.leg.priority, wait.leg.type.rises_every)

    place = (not other.begun, *other.leg.order)
    return any(line(one) == line(other) and (not one.begun, *one.leg.order) < place for one in day.waiting(moment))


def preference(day, group, leg, begun, moment):
    """What a freed agent goes by: channel, rank if ranks count, need type, what was put down, then who joined first."""
    ranked = day.scenario.routing.contact == "skill_priority"
    rank = group.skills[leg.desk[1]].rank if ranked else 0
    return (day.channels[leg.desk[0]].priority, rank, aged(leg, moment), not begun, *leg.order)


def freed_agents_take_whom_they_prefer(day):
    """First come, first served in a queue; priorities and ranks between them; one channel once it is in hand."""
    broken = []
    for taken in day.work:
        shares = any(
            other is not taken and other.agent == taken.agent and other.starts <= taken.starts <= other.free
            for other in (day.work if at_once(taken.leg.way) > 1 else ())
        )
        for other in day.waiting(taken.starts):
            if shares and other.leg.way is not taken.leg.way:
                continue
            # who joined in that very instant may have come a step later; so may the timer of who has waited just enough
            if not day.may_take(taken.team, other.leg.desk):
                continue
            if not day.is_finished(other.leg, taken.starts) and day.stays_on(taken):
                continue
            least = 0.0 if other.begun else day.least_wait(taken.team, other.leg.desk)
            if other.joins < taken.starts and (least == 0.0 or other.joins + least < taken.starts):
                if day.kept_back(taken.team, other.leg) or day.interrupts(taken):
                    continue
                wish = preference(day, taken.team, taken.leg, not taken.first, taken.starts)
                if stands_behind(day, other, taken.starts):
                    continue
                if preference(day, taken.team, other.leg, other.begun, taken.starts) < wish:
                    broken.append(f"{taken.leg.where} is taken at {taken.starts} before {other.leg.where}")
    return broken


def arriving_contacts_go_to_the_agent_whose_turn_it_is(day):
    """Rank or order of groups, then longest idle, then lowest id; among agents idle for longer than this instant."""
    names, broken = day.plan.names, []
    order = list(day.scenario.routing.group_order or names.groups)

    def turn(group, skill):
        return {
            "skill_priority": group.skills[skill].rank,
            "longest_idle": 0,
            "group_order": order.index(group.name),
        }[day.scenario.routing.agent]

    idle = [state for state in day.states if state.state == AgentState.IDLE]

    for piece in day.work:
        leg, starts = piece.leg, piece.starts
        if not piece.first or starts != leg.joins or at_once(leg.way) > 1:
            continue
        since = {state.agent: state.starts for state in idle if state.ends == starts}
        chosen = (
            turn(piece.team, leg.desk[1]),
            day.busy_so_far(piece.agent, starts),
            since.get(piece.agent, starts),
            piece.agent,
        )
        for state in idle:
            group = day.groups[names.groups[state.group]]
            if not day.may_take(group, leg.desk) or day.least_wait(group, leg.desk) > 0.0 or day.kept_back(group, leg):
                continue
            if state.starts < starts < state.ends:
                place = (turn(group, leg.desk[1]), day.busy_so_far(state.agent, starts), state.starts, state.agent)
                # shares that agree to rounding may be apart in the last bit
                even = place[:2] == chosen[:2] and place[1] > 0.0
                if place < chosen and not even:
                    broken.append(f"{leg.where} goes to {names.agents[piece.agent]}, not {names.agents[state.agent]}")
    return broken


def arriving_contacts_go_to_the_agent_with_fewest_or_most_in_hand(day):
    """Group's turn, then how many are in hand, then since when, then lowest id; agents undisturbed in that instant."""
    names, broken = day.plan.names, []
    order = list(day.scenario.routing.group_order or names.groups)
    policy = day.scenario.routing.agent
    for piece in day.work:
        leg, starts = piece.leg, piece.starts
        if starts != leg.joins or at_once(leg.way) == 1:
            continue
        step = -1 if leg.way.concurrency.new_to == "most_loaded" else 1

        def place(state, leg=leg, step=step, starts=starts):
            group = day.groups[names.groups[state.group]]
            turns = {
                "skill_priority": group.skills[leg.desk[1]].rank,
                "longest_idle": 0,
                "group_order": order.index(group.name),
            }
            share = 0.0 if state.open else day.busy_so_far(state.agent, starts)
            return (turns[policy], step * state.open, share, state.starts, state.agent)

        others = [one for one in day.work if one.agent == piece.agent and one is not piece]
        before = [one for one in day.states if one.agent == piece.agent and one.ends == starts]
        if not before or any(starts in (one.starts, one.leg.ends, one.free) for one in others):
            continue
        for state in day.states:
            group = day.groups[names.groups[state.group]]
            if not state.starts < starts < state.ends or not day.may_take(group, leg.desk):
                continue
            if state.state in (AgentState.BREAK, AgentState.ABSENT):
                continue
            hand = day.in_hand(state.agent, starts)
            if hand and (hand[0].leg.way is not leg.way or len(hand) >= at_once(leg.way)):
                continue
            shifts = day.shifts_of(group)
            if shifts is None:
                on_duty = not hand or len(day.busy(group, starts)) <= day.count_of(group, starts)
            else:
                on_duty = any(start <= starts < end for start, end in shifts[state.agent])
                on_duty = on_duty and not (hand and day.due(group, state.agent, starts))
            if on_duty and place(state) < place(before[0]):
                broken.append(f"{leg.where} goes to {names.agents[piece.agent]}, not {names.agents[state.agent]}")
    return broken


def agents_have_one_contact_at_a_time(day):
    """Unless they are of a channel that shares agents, and then as many as it says."""
    broken = []
    for agent in {piece.agent for piece in day.work}:
        mine = sorted((piece.starts, piece.free) for piece in day.work if piece.agent == agent)
        for one, other in pairwise(mine):
            hand = day.in_hand(agent, other[0])
            if other[0] < one[1] and len(hand) > at_once(hand[0].leg.way):
                broken.append(f"agent {agent}: {one} and {other}")
            if len({piece.leg.way.name for piece in hand}) > 1:
                broken.append(f"agent {agent}: two channels at {other[0]}")
    return broken


def shared_work_is_done_at_the_pace_of_the_hands(day):
    """Of a replayed contact that shares an agent: what is done while it is in hand, each stretch at its pace."""
    broken = []
    given = {(row["need"], row["attempt"]): row["talk"] for row in day.plan.replay}
    for leg in day.legs:
        talk = given.get((leg.need, leg.attempt), np.nan)
        if at_once(leg.way) == 1 or leg.leg > 0 or not known(leg.talk_ends) or not known(talk) or leg.silent:
            continue
        paces = leg.way.concurrency.pace or [1.0 / n for n in range(1, 100)]
        beside = [
            state
            for state in day.states
            if state.agent == leg.agent and leg.starts <= state.starts and state.ends <= leg.talk_ends
        ]
        done = sum((state.ends - state.starts) * paces[state.open - 1] for state in beside)
        if abs(done - talk) > 1e-6:
            broken.append(f"{leg.where}: {done} s of work done, {talk} s to do")
    return broken


def agents_take_work_only_on_duty(day):
    """From the start of the shift and before its end; of those staffed by count no more than the count."""
    broken = []
    for group in day.groups.values():
        shifts = day.shifts_of(group)
        mine = [piece for piece in day.work if piece.team is group]
        for piece in mine:
            where, starts = piece.leg.where, piece.starts
            if day.is_finished(piece.leg, starts):
                continue
            if shifts is not None:
                if not any(start <= starts < end for start, end in shifts[piece.agent]):
                    broken.append(f"{where} starts at {starts}, outside the shift of agent {piece.agent}")
            elif len({other.agent for other in mine if other.starts <= starts < other.free}) > day.count_of(
                group, starts
            ):
                broken.append(f"{where} starts at {starts} beyond the count of {group.name}")
    return broken


def nobody_waits_whom_an_agent_would_have_put_work_down_for(day):
    """A live visit finds no agent at interruptible work as it joins; agents of a count or due for a break aside."""
    broken = []
    for wait in day.waits:
        if wait.leg.way.kind != "live" or wait.joins == wait.gone:
            continue
        for i in np.flatnonzero((day.starts < wait.joins) & (wait.joins < day.free)):
            piece = day.work[i]
            shifts = day.shifts_of(piece.team)
            at_once = day.may_take(piece.team, wait.leg.desk) and day.least_wait(piece.team, wait.leg.desk) == 0.0
            if shifts is None or not piece.leg.way.interruptible or not at_once:
                continue
            due = [one[0] for one in day.breaks_of(piece.team)[piece.agent]]
            if any(start <= wait.joins < end for start, end in shifts[piece.agent]):
                if not any(piece.starts < moment <= wait.joins for moment in due):
                    broken.append(f"{wait.leg.where} waits while agent {piece.agent} is at {piece.leg.where}")
    return broken


def breaks_are_had_when_they_are_due(day):
    """At their time, or once the contact is over, at full length, but never after the shift."""
    broken = []
    for group in day.groups.values():
        for agent, planned in day.breaks_of(group).items():
            mine = sorted((piece.starts, piece.free) for piece in day.work if piece.agent == agent)
            had, now = [], 0.0
            for due, lasts, shift_ends in sorted(planned):
                now = max([now, due, *(free for starts, free in mine if starts < max(now, due) < free)])
                if now < min(shift_ends, day.plan.horizon):
                    had.append((now, min(now + lasts, shift_ends, day.plan.horizon)))
                    now = had[-1][1]
            seen = [(s.starts, s.ends) for s in day.states if s.agent == agent and s.state == AgentState.BREAK]
            if seen != had:
                broken.append(f"agent {agent} has breaks {seen}, by hand {had}")
    return broken


def without_a_gap(rota, first, last):
    """Whether two moments lie in one stretch on duty, shifts that touch made one."""
    ends = [end for start, end in rota if start <= first < end]
    return bool(ends) and (last <= max(ends) or without_a_gap(rota, max(ends), last))


def work_stops_when_the_shift_does(day):
    """Where work is paused, nobody works on a message after hours, or talks where talk is handed over.

    A count lets the other contacts finish.
    """
    broken = []
    if day.scenario.shift_end == "finish":
        return [f"{leg.where} is put down" for leg in day.legs if known(leg.paused) and not leg.way.interruptible]
    changes = {name: day.changes_of(group) for name, group in day.groups.items()}
    for piece in day.work:
        live = piece.leg.way.kind == "live"
        finishes = day.scenario.shift_end != "hand_over" or at_once(piece.leg.way) > 1 or piece.leg.leg >= 12
        if piece.leg.dials >= 0 or (live and finishes):
            continue
        over = min(piece.free, piece.leg.ends)
        shifts = day.shifts_of(piece.team)
        if shifts is not None:
            ends = [end for _, end in shifts[piece.agent] if piece.starts <= end <= over] or [piece.starts]
            if any(day.is_finished(piece.leg, end) for end in ends):
                continue
            if not without_a_gap(shifts[piece.agent], piece.starts, over):
                broken.append(f"{piece.leg.where} is worked on until {over}, after the shift")
            continue
        later = [moment for moment in changes[piece.team.name] if piece.starts < moment < over]
        if any(day.is_finished(piece.leg, moment) for moment in later):
            continue
        if any(len(day.busy(piece.team, moment)) > day.count_of(piece.team, moment) for moment in later):
            broken.append(f"{piece.leg.where} is worked on until {over}, beyond the count of {piece.team.name}")
    return broken


def agents_work_only_what_they_can(day):
    return [
        piece.leg.where
        for piece in day.work
        if not day.may_take(piece.team, piece.leg.desk)
        or (piece.first and piece.starts < piece.leg.joins + day.least_wait(piece.team, piece.leg.desk))
    ]


def visits_join_the_queue_of_their_channel_and_skill(day):
    """Unless misrouted, where another skill is asked first and the next leg goes to the right one; or passed on.

    A misrouted visit of a channel with one queue has no wrong queue to go to and takes an agent's time in its own.
    From the right queue customers are passed on to the skill that their handling names, and from there no further.
    """
    broken = []
    before = {(leg.need, leg.attempt, leg.leg + 1): leg for leg in day.joined}
    only = {way for way in day.channels if sum(name.startswith(f"{way}.") for name in day.plan.names.queues) == 1}
    for leg in day.joined:
        right = (leg.way.name, leg.type.skill)
        transfers = day.transfers_of(leg)
        further = None if transfers is None or transfers.share == 0 else (leg.way.name, transfers.to)
        first = leg.origin
        passed_on = first.leg > 0 and further is not None and before[leg.need, leg.attempt, first.leg].desk == right
        if leg.desk[0] != leg.way.name or (first.leg > 0 and leg.desk != (further if passed_on else right)):
            broken.append(f"{leg.where} joins {leg.desk}")
        if leg.leg == 0 and leg.desk != right and (leg.way.gate is None or leg.way.gate.misroutes is None):
            broken.append(f"{leg.where} joins {leg.desk} though nobody is misrouted")
        if (leg.end_reason == EndReason.TRANSFERRED and not leg.handed_over) and (
            passed_on or (leg.desk == right and further is None and leg.way.name not in only)
        ):
            broken.append(f"{leg.where} is passed on from {leg.desk}")
    return broken


def agents_stay_with_whom_they_pass_on(day):
    """Until the customer's next wait is over, or for as long as the scenario says; without it not at all."""
    broken = []
    for leg, later in pairwise(day.legs):
        if leg.end_reason != EndReason.TRANSFERRED:
            continue
        transfers = day.transfers_of(leg)
        cold = transfers is None or leg.handed_over or later.desk[1] != transfers.to
        law = None if cold else transfers.warm
        gone = max(leg.ends, min(later.gone, day.plan.horizon))
        if law is None:
            gone = leg.ends
        elif isinstance(law, Constant):
            gone = min(gone, leg.ends + law.value)
        if leg.free > gone or (leg.free < gone and (law is None or isinstance(law, Constant))):
            broken.append(f"{leg.where} keeps its agent until {leg.free}, by hand {gone}")
    return broken


def a_closed_channel_takes_nobody(day):
    broken = []
    for leg in day.legs:
        if leg.leg > 0 or (leg.end_reason == EndReason.HORIZON and not known(leg.enters)):
            continue
        closed = leg.end_reason == EndReason.CLOSED
        if known(leg.enters) and day.is_open(leg.way, leg.enters) == closed:
            broken.append(f"{leg.where}: {leg.way.name} at {leg.enters}, {EndReason(leg.end_reason).name}")
        if closed and (known(leg.joins) or leg.gated):
            broken.append(f"{leg.where} is turned away and yet inside")
    return broken


def nobody_waits_alone_beyond_the_hours(day):
    """Nobody at all where a channel cuts off; where it finishes, only beside somebody who may serve him some time."""
    broken, groups = [], day.plan.names.groups
    for moment in day.moments():
        for wait in day.waiting(moment):
            way = wait.leg.way
            if way.kind != "live" or wait.leg.dials >= 0 or way.at_closing == "wait" or day.is_open(way, moment):
                continue
            there = (
                way.at_closing == "finish"
                and state.starts <= moment < state.ends
                and state.state != AgentState.ABSENT
                and day.may_take(day.groups[groups[state.group]], wait.leg.desk)
                for state in day.states
            )
            if not any(there):
                broken.append(f"{wait.leg.where} waits at {moment} on {way.name}, which is closed")
    return broken


def who_is_cut_off_is_on_a_closed_line(day):
    """Live, in line and not to be called back, where the channel is closed and does not let them wait."""
    broken = []
    for leg in day.legs:
        if leg.end_reason == EndReason.CUT_OFF:
            waits = leg.way.kind == "live" and leg.dials < 0 and known(leg.joins) and not known(leg.starts)
            if not waits or leg.way.at_closing == "wait" or day.is_open(leg.way, leg.ends):
                broken.append(f"{leg.where} is cut off at {leg.ends}")
    return broken


def who_balks_hears_of_others_who_wait(day):
    """In his queue, himself not among them; ends at once and only where customers balk."""
    broken = []
    for leg in day.joined:
        if leg.end_reason == EndReason.BALKED:
            balking = day.says(leg, "balking")
            there = (day.joins <= leg.joins) & (leg.joins <= day.gone)
            others = [day.waits[i].leg for i in np.flatnonzero(there)]
            n = sum(other.desk == leg.desk and other is not leg for other in others)
            told = balking is not None and balking.announced_wait is not None and leg.way.announces is not None
            reluctant = told or (balking is not None and balking.per_waiting > 0.0 and n > 0)
            unseen = leg.way.callback is not None
            if not (reluctant or unseen) or leg.way.kind != "live" or leg.ends != leg.joins or known(leg.patience):
                broken.append(f"{leg.where} balks at {n} who wait")
    return broken


def lines_are_taken_by_those_on_them(day):
    """At most so many customers, from the door to the end of the last talk, and nobody blocked beside a free line."""
    broken = []
    for name, way in day.channels.items():
        legs = [leg for leg in day.legs if leg.way.name == name and known(leg.enters)]
        rung_off = {(leg.need, leg.attempt) for leg in legs if leg.dials >= 0}
        legs = [leg for leg in legs if leg.leg == 0 or (leg.need, leg.attempt) not in rung_off]
        inside = [leg for leg in legs if leg.end_reason not in TURNED_AWAY]
        off = [leg.joins if leg.dials >= 0 and known(leg.joins) else leg.ends for leg in inside]
        enters, ends = np.array([leg.enters for leg in inside]), np.array(off)
        for leg in legs:
            if leg.end_reason == EndReason.BLOCKED:
                n = int(((enters <= leg.enters) & (leg.enters <= ends)).sum())
                if way.lines is None or n < way.lines or known(leg.joins) or leg.gated or leg.leg:
                    broken.append(f"{leg.where} is blocked beside {n} on {name}")
            elif way.lines is not None:
                n = int(((enters <= leg.enters) & (leg.enters < ends)).sum())
                if n > way.lines:
                    broken.append(f"{leg.where} is one of {n} on {name}")
    return broken


def nobody_tries_more_often_than_the_cap(day):
    cap, broken = day.scenario.customers.most_attempts, []
    tries = {}
    for leg in day.legs:
        tries.setdefault(leg.need, set()).add(leg.attempt)
    for need in day.needs:
        n = len(tries.get(need.need, ()))
        if n > cap or n != need.n_attempts:
            broken.append(f"need {need.need}: {n} attempts, {need.n_attempts} said, cap {cap}")
        if need.outcome == Outcome.LOST and n != cap:
            broken.append(f"need {need.need} is lost after {n} attempts, cap {cap}")
    return broken


def waits_are_the_area_under_the_queue(day):
    """Little's law, by walking from moment to moment."""
    moments = [*day.moments(), day.plan.horizon]
    area = sum((later - moment) * len(day.waiting(moment)) for moment, later in pairwise(moments))
    waits = sum(wait.gone - wait.joins for wait in day.waits)
    return [] if abs(area - waits) <= 1e-6 * max(1.0, area) else [f"{area} under the queue, {waits} waited"]


def nobody_waits_longer_than_patience(day):
    """Who gives up does so when patience ends, who is served at that very instant is served."""
    broken = []
    for leg in day.joined:
        until = leg.joins + leg.patience
        if leg.end_reason == EndReason.ABANDONED:
            if leg.ends != until or (known(leg.starts) and not leg.silent) or leg.starts < until:
                broken.append(f"{leg.where} leaves at {leg.ends}, patience ends at {until}")
        elif known(leg.patience) and leg.gone > until:
            broken.append(f"{leg.where} waits until {leg.gone}, patience ends at {until}")
    return broken


def nobody_abandons_without_patience(day):
    """Messages don't leave; where no patience is written nobody abandons. A call table may say otherwise."""
    broken = []
    if day.scenario.needs.replay is not None:
        return []
    for leg in day.joined:
        if leg.end_reason == EndReason.ABANDONED and leg.way.kind == "deferrable":
            broken.append(f"{leg.where}: a message leaves")
        if leg.end_reason == EndReason.ABANDONED and not day.says(leg, "patience") and not leg.type.patience:
            broken.append(f"{leg.where} abandons")
    return broken


def a_leg_is_whole(day):
    """Moments in order and without gaps between leaving one stage and entering the next."""
    broken = []
    for leg in day.legs:
        path = [leg.arrives, leg.enters, leg.joins, leg.starts, leg.talk_ends, leg.wrap_up_ends]
        seen = [moment for moment in path if known(moment)]
        if seen != sorted(seen):
            broken.append(f"{leg.where}: {path}")
        if leg.end_reason in LIVE_LEG_OVER and leg.ends != leg.talk_ends:
            broken.append(f"{leg.where} ends at {leg.ends}, talk at {leg.talk_ends}")
        if known(leg.joins) and not leg.gated and leg.leg == 0 and leg.joins != leg.enters:
            broken.append(f"{leg.where} loses time between {leg.enters} and {leg.joins} without a gate")
        if leg.gated and leg.way.gate is None:
            broken.append(f"{leg.where} is in a gate that does not exist")
        if leg.gated and leg.bypassed:
            broken.append(f"{leg.where} is in the gate and round it")
    return broken


def a_need_ends_as_its_attempts_say(day):
    by_need, broken = {}, []
    for leg in day.legs:
        by_need.setdefault(leg.need, []).append(leg)
    for need in day.needs:
        legs = by_need.get(need.need, [])
        if (need.outcome == Outcome.RESOLVED) != any(leg.resolved == 1 for leg in legs):
            broken.append(f"need {need.need}: {Outcome(need.outcome).name} though {[leg.resolved for leg in legs]}")
        if any(leg.resolved == 1 and later.arrives >= leg.ends for leg, later in pairwise(legs)):
            broken.append(f"need {need.need} goes on after it was resolved")
        if any(later.arrives < leg.ends and leg.way.tolerance is None for leg, later in pairwise(legs)):
            broken.append(f"need {need.need} is in two places")
        if need.outcome == Outcome.ASKED_ELSEWHERE and (legs or need.preferred >= 0):
            broken.append(f"need {need.need} asks elsewhere after an attempt")
    return broken


WAYS_BACK = {
    EndReason.ABANDONED: ("redial",),
    EndReason.BALKED: ("redial",),
    EndReason.CALLBACK_FAILED: ("redial",),
    EndReason.BLOCKED: ("blocked", "redial"),
    EndReason.GATE_HUNG_UP: ("gate_failure", "redial"),
    EndReason.GATE_BLOCKED: ("gate_failure", "redial"),
    EndReason.GATE_WRONG: ("reconnect",),
    EndReason.SERVED: ("reconnect",),
}


def who_may_not_come_back_does_not(day):
    """No attempt follows an end for which the scenario knows no return."""
    broken = []
    # of several attempts that go on beside each other the last to end decides
    if day.scenario.needs.replay is not None or any(way.tolerance for way in day.channels.values()):
        return []
    for leg, later in pairwise(day.legs):
        if later.need != leg.need or leg.end_reason in (EndReason.CLOSED, EndReason.CUT_OFF, EndReason.TRANSFERRED):
            continue
        ways = [day.says(leg, name) for name in WAYS_BACK.get(leg.end_reason, ())]
        way = next((way for way in ways if way is not None), None)
        if way is None or way.probability == 0:
            broken.append(f"{leg.where} ended as {EndReason(leg.end_reason).name} and comes back")
    return broken


def money_is_what_the_prices_say(day):
    """Wages, contacts, gate entries, reviews and fixed cost, added up over the whole run."""
    prices, ledger = day.scenario.money, day.logs.ledger
    booked = {account: float(ledger["amount"][ledger["account"] == account].sum()) for account in Account}
    on_duty = sum(
        (state.ends - state.starts) * day.groups[day.plan.names.groups[state.group]].wage for state in day.states
    )
    absent = sum(
        float(seconds.sum()) * day.groups[name].wage * _beyond_the_roster(day, day.groups[name])
        for name, seconds in zip(day.plan.names.groups, day.plan.scheduled, strict=True)
    )
    hour = _wage_unit(day)
    expected = {
        Account.WAGES: (on_duty + absent) * hour * (1.0 + prices.on_cost),
        Account.CONTACTS: sum(
            prices.contacts.get(leg.way.name, 0.0) for leg in day.legs if leg.end_reason == EndReason.SERVED
        ),
        Account.GATE: prices.gate * sum(leg.gated for leg in day.legs),
    }
    return [
        f"{account.name.lower()}: {booked[account]} booked, {amount} by hand"
        for account, amount in expected.items()
        if abs(booked[account] - amount) > 1e-6 * max(1.0, abs(amount))
    ]


def _beyond_the_roster(day, group):
    """Paid hours that shrinkage adds to each scheduled one, of which breaks and absence take their part."""
    told = day.scenario.shrinkage
    share, includes = (told, ("breaks", "absence")) if isinstance(told, float) else (told.share, told.includes)
    there = 1.0
    if isinstance(group.staffing, ByShift):
        shifts = [day.scenario.shifts[name] for name in group.staffing.shift]
        weeks = [n * len(shift.days) for n, shift in zip(group.staffing.agents, shifts)]
        hours = sum(n * (shift.to - shift.from_) for n, shift in zip(weeks, shifts))
        rest = sum(n * one.for_ for n, shift in zip(weeks, shifts) for one in shift.breaks)
        there -= rest / hours if "breaks" in includes and hours else 0.0
        there *= 1.0 - group.absence * ("absence" in includes)
    return max(there / (1.0 - share) - 1.0, 0.0)


def _wage_unit(day):
    """Wages are kept per second or per hour; the plan has them per second, on-cost included."""
    for name, group in day.groups.items():
        if group.wage > 0:
            paid = float(day.plan.groups["wage"][day.plan.names.groups.index(name)])
            return paid / (group.wage * (1.0 + day.scenario.money.on_cost))
    return 1.0


def causes_are_found_at_the_counted_signal(day):
    """The count-th need with a signal of a cause, inside the time allowed, from the window's start; or found anyway."""
    if day.scenario.insight is None:
        return [f"{len(day.logs.signals)} signals without insight"] if len(day.logs.signals) else []
    rule, broken = day.scenario.insight.detection, []
    heard = [signal.need for signal in rows_of(day.logs.signals)]
    if day.scenario.insight.repeats == "once" and len(set(heard)) < len(heard):
        broken.append("a need gave two signals")
    first_of_need = {}
    for signal in rows_of(day.logs.signals):
        if signal.time >= day.plan.window[0]:
            first_of_need.setdefault((signal.cause, signal.need), signal.time)
    for cause in rows_of(day.logs.causes):
        times = sorted(time for (which, _), time in first_of_need.items() if which == cause.cause)
        spans = zip(times, times[rule.count - 1 :], strict=False)
        found = [last for first, last in spans if rule.within is None or last - first <= rule.within]
        if day.scenario.insight.found_anyway.per_year == 0:
            if not (cause.detected == found[0] if found else not known(cause.detected)):
                broken.append(f"cause {cause.cause} found at {cause.detected}, by hand at {found[:1]}")
        elif found and not cause.detected <= found[0]:
            broken.append(f"cause {cause.cause} found at {cause.detected}, its signals say {found[0]}")
    return broken


def evidence_is_what_the_shares_say(day):
    """Who looked at each leg, and whether it shows its cause, from uniform numbers and shares alone."""
    insight = day.scenario.insight
    if insight is None:
        return [f"{leg.where} is looked at" for leg in day.legs if leg.analysed]
    once, cause_of = insight.repeats == "once", {need.need: need.cause for need in day.needs}
    signals, broken, heard, met = [], [], set(), set()
    ends = (EndReason.SERVED, *([EndReason.TRANSFERRED] if once else []), *GATE_ENDS)
    for leg in sorted(day.legs, key=lambda leg: (leg.ends, leg.need, leg.attempt, leg.leg)):
        if leg.end_reason not in ends or (once and leg.end_reason in GATE_ENDS and leg.need in met):
            continue
        met |= set() if leg.end_reason in GATE_ENDS else {leg.need}
        looked, found_by = day.looks_at(leg)
        if looked != leg.analysed:
            broken.append(f"{leg.where} is looked at by {leg.analysed:b}, by hand {looked:b}")
        shows = cause_of[leg.need] >= 0 and day.chance_of(leg, Purpose.CONTENT) < day.content_of(leg)
        if shows and found_by is not None and not (once and leg.need in heard):
            heard.add(leg.need)
            signals.append((leg.ends, leg.need, leg.attempt, leg.leg, found_by, cause_of[leg.need]))
    if signals != day.logs.signals.tolist():
        broken.append(f"signals are {day.logs.signals.tolist()}, by hand {signals}")
    return broken


LAWS = (
    nobody_is_free_while_somebody_waits_whom_he_may_take,
    freed_agents_take_whom_they_prefer,
    arriving_contacts_go_to_the_agent_whose_turn_it_is,
    arriving_contacts_go_to_the_agent_with_fewest_or_most_in_hand,
    agents_have_one_contact_at_a_time,
    shared_work_is_done_at_the_pace_of_the_hands,
    agents_take_work_only_on_duty,
    nobody_waits_whom_an_agent_would_have_put_work_down_for,
    breaks_are_had_when_they_are_due,
    work_stops_when_the_shift_does,
    agents_work_only_what_they_can,
    visits_join_the_queue_of_their_channel_and_skill,
    agents_stay_with_whom_they_pass_on,
    a_closed_channel_takes_nobody,
    nobody_waits_alone_beyond_the_hours,
    who_is_cut_off_is_on_a_closed_line,
    lines_are_taken_by_those_on_them,
    who_balks_hears_of_others_who_wait,
    nobody_tries_more_often_than_the_cap,
    waits_are_the_area_under_the_queue,
    nobody_waits_longer_than_patience,
    nobody_abandons_without_patience,
    a_leg_is_whole,
    a_need_ends_as_its_attempts_say,
    who_may_not_come_back_does_not,
    money_is_what_the_prices_say,
    causes_are_found_at_the_counted_signal,
    evidence_is_what_the_shares_say,
)


def broken_laws(scenario, plan, logs, seed=1):
    """Every law that a log breaks, with the first few cases."""
    day = Day(scenario, plan, logs, seed)
    return [f"{law.__name__}: {case}" for law in LAWS for case in law(day)[:3]]

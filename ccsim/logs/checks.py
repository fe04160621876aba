"""Conservation laws: what holds for every log of every replication."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ccsim.errors import InvariantBroken
from ccsim.logs.codes import AgentState, EndReason, Evidence, Outcome
from ccsim.logs.logs import Logs, Table
from ccsim.plan.bins import seconds_by_bin
from ccsim.plan.plan import CUTS_OFF, NONE, WAITS, Plan

F8 = NDArray[np.float64]
Marks = NDArray[np.bool_]

# sums of a million stretches carry rounding; single moments are compared exactly
ROUNDING = 1e-6
# the low bits of a need's id count how many needs led to it
LAST_GENERATION = 15
GIVES_EVIDENCE = (
    EndReason.SERVED,
    EndReason.GATE_RESOLVED,
    EndReason.GATE_WRONG,
    EndReason.GATE_HUNG_UP,
    EndReason.GATE_BLOCKED,
)


def check(plan: Plan, logs: Logs) -> None:
    """Nothing, if every conservation law holds.

    Parameters
    ----------
    plan : Plan
    logs : Logs
        Of one replication of that plan.

    Raises
    ------
    InvariantBroken
        With every law that the log breaks, and the first row that breaks it; `broken` is a tuple of str.
    """
    broken = (
        *attempts_are_numbered(logs),
        *every_attempt_ends_once(plan, logs),
        *times_are_ordered(plan, logs),
        *attempts_follow_one_another(plan, logs),
        *needs_add_up(plan, logs),
        *nobody_is_served_after_patience_ended(plan, logs),
        *nobody_enters_beyond_the_lines(plan, logs),
        *waits_add_up_to_the_area_under_the_queue(plan, logs),
        *agents_do_one_thing_at_a_time(plan, logs),
        *agents_have_one_contact_at_a_time(plan, logs),
        *agents_keep_to_the_schedule(plan, logs),
        *agent_time_adds_up(plan, logs),
        *shared_slots_add_up(plan, logs),
        *work_put_down_is_conserved(plan, logs),
        *calls_out_are_conserved(plan, logs),
        *who_leaves_silently_keeps_his_turn(plan, logs),
        *who_is_cut_off_finds_the_channel_closed(plan, logs),
        *signals_come_from_contacts(logs),
        *evidence_is_as_the_contacts_were(plan, logs),
        *customers_are_of_one_segment(plan, logs),
        *further_needs_follow_from_others(plan, logs),
        *agents_stay_until_a_colleague_answers(plan, logs),
    )
    if broken:
        raise InvariantBroken("The log breaks its own laws:\n" + "\n".join(broken), broken=broken)


def attempts_are_numbered(logs: Logs) -> list[str]:
    """Attempts of a need count from 0 to its number of attempts.

    Parameters
    ----------
    logs : Logs

    Returns
    -------
    list of str
        What is broken; empty if the law holds.
    """
    needs, legs = logs.needs, logs.attempts
    known = np.isin(legs["need"], needs["need"])
    first = _starts_need(legs)
    same_attempt = ~first & (legs["attempt"] == _previous(legs["attempt"]))
    expected_attempt = np.where(first, 0, np.where(same_attempt, legs["attempt"], _previous(legs["attempt"]) + 1))
    expected_leg = np.where(same_attempt, _previous(legs["leg"]) + 1, 0)
    counted = np.zeros(len(needs), dtype=np.int64)
    heads = legs[(legs["leg"] == 0) & known]
    np.add.at(counted, np.searchsorted(needs["need"], heads["need"]), 1)
    return [
        *_where(np.append(False, needs["need"][1:] == needs["need"][:-1])[: len(needs)], needs, "need ids are unique"),
        *_where(~known, legs, "every attempt belongs to a need"),
        *_where(legs["attempt"] != expected_attempt, legs, "attempts of a need count 0, 1, 2 ..."),
        *_where(legs["leg"] != expected_leg, legs, "legs of an attempt count 0, 1, 2 ..."),
        *_where(counted != needs["n_attempts"], needs, "n_attempts is the number of attempts"),
    ]


def every_attempt_ends_once(plan: Plan, logs: Logs) -> list[str]:
    """The last leg of an attempt ends it; the legs before it are transfers.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str
    """
    legs = logs.attempts
    goes_on = np.append(legs["leg"][1:] > 0, False)[: len(legs)]
    reason, taken = legs["end_reason"], ~np.isnan(legs["starts"])
    served = taken & (legs["silent"] == 0)
    by_agent = np.isin(reason, (EndReason.SERVED, EndReason.TRANSFERRED))
    return [
        *_where(~np.isin(reason, tuple(EndReason)), legs, "an end reason is one of the list"),
        *_where(goes_on != (reason == EndReason.TRANSFERRED), legs, "all legs but the last are transfers"),
        *_where(by_agent & (~served | np.isnan(legs["talk_ends"])), legs, "who is served has talked"),
        *_where(served & ~by_agent & (reason != EndReason.HORIZON), legs, "who has talked is served"),
        *_where(taken != (legs["agent"] >= 0), legs, "a contact has an agent"),
        *_where((reason == EndReason.BALKED) & (legs["ends"] != legs["joins"]), legs, "who balks leaves at once"),
        *_where(
            (reason == EndReason.HORIZON) & (legs["ends"] != plan.horizon), legs, "the horizon cuts at the horizon"
        ),
    ]


def times_are_ordered(plan: Plan, logs: Logs) -> list[str]:
    """The moments of a leg come one after the other, within the run.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str
    """
    legs = logs.attempts
    broken: list[str] = []
    latest = legs["arrives"].astype(np.float64)
    for moment in ("enters", "joins", "starts", "talk_ends", "wrap_up_ends"):
        broken += _where(legs[moment] < latest, legs, f"{moment} is not before the moments that lead to it")
        latest = np.fmax(latest, legs[moment])
    # who leaves silently has gone before the agent's moments
    with_agent = (np.where(legs["silent"] == 1, np.nan, legs[moment]) for moment in ("starts", "talk_ends"))
    before_leaving = np.fmax.reduce([legs["arrives"], legs["enters"], legs["joins"], *with_agent])
    return [
        *broken,
        *_where(np.isnan(legs["joins"]) & ~np.isnan(legs["starts"]), legs, "who is answered has joined a queue"),
        *_where(~(legs["ends"] >= before_leaving), legs, "a leg ends after its other moments"),
        *_where(~(latest <= plan.horizon) | ~(legs["ends"] <= plan.horizon), legs, "nothing happens after the horizon"),
    ]


def attempts_follow_one_another(plan: Plan, logs: Logs) -> list[str]:
    """A need's next leg begins when the one before is over, or has lain too long.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str
    """
    needs, legs = logs.needs, logs.attempts
    first = _starts_need(legs)
    resolved = legs["resolved"] == 1
    owner = np.minimum(np.searchsorted(needs["need"], legs["need"]), max(len(needs) - 1, 0))
    arises = needs["arises"][owner] if len(needs) else legs["arrives"]
    beside = ~first & (legs["arrives"] < _previous(legs["ends"]))
    may_lie = _previous(plan.channels["tolerance"][legs["channel"]] != NONE)
    merged = legs["end_reason"] == EndReason.MERGED
    return [
        *_where(beside & ~may_lie, legs, "an attempt follows the one before"),
        *_where(~first & ~beside & _previous(resolved), legs, "nobody whose need is resolved tries again"),
        *_where(merged & (legs["attempt"] == 0), legs, "a first message is merged into none"),
        *_where(merged & ~np.isnan(legs["joins"]), legs, "a merged message joins no queue"),
        *_where(legs["arrives"] < arises, legs, "nobody tries before the need arises"),
    ]


def needs_add_up(plan: Plan, logs: Logs) -> list[str]:
    """Every need has one outcome, and it is what its attempts say.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str
    """
    needs, legs, cap = logs.needs, logs.attempts, int(plan.settings["most_attempts"][0])
    outcome = needs["outcome"]
    by_attempts = np.isin(needs["need"], legs["need"][legs["resolved"] == 1])
    cut = np.isin(needs["need"], legs["need"][legs["end_reason"] == EndReason.HORIZON])
    inside = (needs["arises"] >= 0.0) & (needs["arises"] < plan.horizon)
    # a message may lie on when another attempt has settled its need
    cut &= ~(by_attempts & bool(plan.settings["tolerates"][0]))
    return [
        *_where(~np.isin(outcome, tuple(Outcome)), needs, "an outcome is one of the list"),
        *_where(
            (outcome == Outcome.RESOLVED) != by_attempts, needs, "resolved needs are those that an attempt resolved"
        ),
        *_where((outcome == Outcome.OPEN) != np.isnan(needs["ended"]), needs, "needs have ended unless they are open"),
        *_where(cut & (outcome != Outcome.OPEN), needs, "a need is open if the horizon cut its attempt"),
        *_where(needs["ended"] < needs["arises"], needs, "a need ends after it arises"),
        *_where(~inside, needs, "needs arise between the start and the horizon"),
        *_where(needs["n_attempts"] > cap, needs, "nobody tries more often than the cap"),
        *_where((outcome == Outcome.LOST) & (needs["n_attempts"] != cap), needs, "a need is lost at the cap"),
    ]


def customers_are_of_one_segment(plan: Plan, logs: Logs) -> list[str]:
    """Customers and segments are those there are; a customer has one.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str
    """
    needs = logs.needs
    customer, segment = needs["customer"], needs["segment"]
    n_segments = len(plan.names.segments)
    by_customer = np.argsort(customer, kind="stable")
    same = customer[by_customer] == _previous(customer[by_customer])
    same[:1] = False
    changed = same & (customer[by_customer] >= 0) & (segment[by_customer] != _previous(segment[by_customer]))
    return [
        *_where(_beyond_list(customer, plan.n_customers), needs, "a need's customer is one of those there are"),
        *_where(_beyond_list(segment, n_segments), needs, "a customer's segment is one of those there are"),
        *_where(changed, needs[by_customer], "a customer is of one segment"),
    ]


def further_needs_follow_from_others(plan: Plan, logs: Logs) -> list[str]:
    """Whoever's need raises another has that too, later, of the type named.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str
    """
    needs = logs.needs
    further = (needs["need"] & LAST_GENERATION) > 0
    known = _previous(needs["need"]) == needs["need"] - 1
    outcome, raises = _previous(needs["outcome"]), _previous(plan.need_types["raises"][needs["need_type"]])
    over = (Outcome.RESOLVED, Outcome.GIVEN_UP, Outcome.LOST)
    other = (_previous(needs["customer"]) != needs["customer"]) | (_previous(needs["segment"]) != needs["segment"])
    return [
        *_where(further & ~known, needs, "a further need follows from one that there is"),
        *_where(further & known & ~np.isin(outcome, over), needs, "a further need follows from one that is over"),
        *_where(further & known & ~(needs["arises"] >= _previous(needs["ended"])), needs, "a further need comes after"),
        *_where(further & known & (raises != needs["need_type"]), needs, "a further need is of the type named"),
        *_where(further & known & other, needs, "a further need is the same customer's"),
    ]


def _beyond_list(numbers: NDArray[np.integer[Any]], n: int) -> Marks:
    """Marks what is none of n numbers from 0; where there are none, what is not -1."""
    return np.asarray((numbers < 0) | (numbers >= n)) if n > 0 else np.asarray(numbers != NONE)


def nobody_is_served_after_patience_ended(plan: Plan, logs: Logs) -> list[str]:
    """A wait is at most the patience, and at least what the skill asks for.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str
    """
    legs = logs.attempts
    until = legs["joins"] + legs["patience"]
    gone = legs["end_reason"] == EndReason.ABANDONED
    # who is not served has no group; the last one's delay is added to a start that is nan
    may_start = legs["joins"] + plan.skills["after"][legs["group"], legs["queue"]]
    # of work that was put down only the last group is known; the rest of a talk may be had at once
    early = (legs["starts"] < may_start) & ~_put_down(legs) & ~_taken_over(plan, legs)
    return [
        *_where((legs["starts"] > until) & (legs["silent"] == 0), legs, "nobody is served after patience ended"),
        *_where(early, legs, "no group takes a visit before its skill says so"),
        *_where(gone & (legs["ends"] != until), legs, "who abandons leaves when patience ends"),
        *_where((legs["end_reason"] == EndReason.HORIZON) & (until < plan.horizon) & np.isnan(legs["starts"]), legs,
                "nobody waits longer than patience"),
    ]  # fmt: skip


def nobody_enters_beyond_the_lines(plan: Plan, logs: Logs) -> list[str]:
    """A channel has at most as many customers as lines, and blocks none else.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str
    """
    legs = logs.attempts
    # who takes a callback rings off, and has no line either when passed on
    called = legs["dials"] >= 0
    passed_on = (legs["leg"] > 0) & _previous(called)
    rings_off = called & ~np.isnan(legs["joins"])
    came = ~np.isnan(legs["enters"]) & (legs["end_reason"] != EndReason.CLOSED) & ~passed_on
    legs = legs.copy()
    legs["ends"][rings_off] = legs["joins"][rings_off]
    legs = legs[came]
    return [
        broken
        for channel, lines in enumerate(plan.channels["lines"].tolist())
        for broken in _beyond(legs[legs["channel"] == channel], lines)
    ]


def waits_add_up_to_the_area_under_the_queue(plan: Plan, logs: Logs) -> list[str]:
    """Little's law, queue by queue: no wait is lost, none is counted twice.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str
    """
    legs = logs.attempts[~np.isnan(logs.attempts["joins"])]
    leaves = np.where(np.isnan(legs["starts"]) | (legs["silent"] == 1), legs["ends"], legs["starts"])
    broken = _where((legs["queue"] < 0) | (legs["queue"] >= len(plan.queues)), legs, "who joins is in a queue")
    for queue, name in enumerate(plan.names.queues):
        rows = legs["queue"] == queue
        waits, area = float((leaves - legs["joins"])[rows].sum()), _area(legs["joins"][rows], leaves[rows])
        if abs(waits - area) > ROUNDING * max(1.0, area):
            broken.append(f"Little's law: waits of {waits} s against an area of {area} s in {name}")
    return broken


def agents_do_one_thing_at_a_time(plan: Plan, logs: Logs) -> list[str]:
    """Stretches of an agent's time have some length and don't overlap.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str
    """
    states = logs.agent_states
    same = states["agent"] == _previous(states["agent"])
    same[:1] = False
    alone = np.isin(states["state"], (AgentState.IDLE, AgentState.BREAK, AgentState.ABSENT))
    return [
        *_where(~(states["ends"] > states["starts"]), states, "a stretch has some length"),
        *_where(same & (states["starts"] < _previous(states["ends"])), states, "stretches of an agent don't overlap"),
        *_where((states["starts"] < 0.0) | (states["ends"] > plan.horizon), states, "stretches lie within the run"),
        *_where(
            alone != (states["open"] == 0), states, "an agent is idle, on a break, absent, or has a contact in hand"
        ),
        *_where((states["open"] == 1) != (states["need"] >= 0), states, "a stretch with one contact names its need"),
    ]


def agents_have_one_contact_at_a_time(plan: Plan, logs: Logs) -> list[str]:
    """An agent answers only when all before is done, or shared with him.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str

    Notes
    -----
    Work that was put down is done in several stretches, for which `agents_do_one_thing_at_a_time` holds. Contacts that
    share an agent are of one channel; how many they are is for `shared_slots_add_up`.
    """
    legs = logs.attempts[~np.isnan(logs.attempts["starts"]) & ~_put_down(logs.attempts)]
    over = _over(plan, legs)
    order = np.lexsort((over, legs["starts"], legs["agent"]))
    legs, over = legs[order], over[order]
    firsts = np.flatnonzero(legs["agent"] != _previous(legs["agent"]))
    # the end of whoever of the agent's contacts so far is longest in hand
    until = np.concatenate([np.maximum.accumulate(stretch) for stretch in np.split(over, firsts)])
    same = legs["agent"] == _previous(legs["agent"])
    same[:1] = False
    beside = same & (legs["starts"] < _previous(until))
    one = legs["channel"] == _previous(legs["channel"])
    return [
        *_where(beside & ~_shared(plan, legs), legs, "an agent has one contact at a time"),
        *_where(beside & ~one, legs, "contacts that share an agent are of one channel"),
    ]


def agents_keep_to_the_schedule(plan: Plan, logs: Logs) -> list[str]:
    """On duty as long as scheduled, longer only in overtime or while busy.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str
    """
    states, n_groups = logs.agent_states, len(plan.groups)
    idle = states["state"] == AgentState.IDLE
    entity = states["group"].astype(np.int64) * 2 + idle
    spent = seconds_by_bin(plan.bins, states["starts"], states["ends"], entity, 2 * n_groups)
    spent = spent.reshape(n_groups, 2, -1)
    shifts = plan.shifts
    on_shift = plan.agent_group[shifts["agent"]].astype(np.int64)
    rostered = seconds_by_bin(plan.bins, shifts["starts"], shifts["ends"], on_shift, n_groups)
    broken = []
    for law, wrong in (
        ("on duty less than scheduled", spent.sum(axis=1) < plan.scheduled - ROUNDING),
        ("idle beyond the schedule", spent[:, 1] > np.maximum(plan.scheduled, rostered) + ROUNDING),
    ):
        for group, place in np.argwhere(wrong)[:1].tolist():
            broken.append(f"{law}: {plan.names.groups[group]} in the bin from {plan.bins[place]} s")
    return broken


def agent_time_adds_up(plan: Plan, logs: Logs) -> list[str]:
    """Talk, wrap-up and consulting of the agents are those of the attempts.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str

    Notes
    -----
    Needs whose work was put down are left to `work_put_down_is_conserved`: it may be of several agents. Contacts that
    share an agent are left to `shared_slots_add_up`.
    """
    in_pieces = logs.attempts["need"][_put_down(logs.attempts)]
    states = logs.agent_states[~np.isin(logs.agent_states["need"], in_pieces)]
    states = states[~_of_sharers(plan, states)]
    legs = logs.attempts[~np.isnan(logs.attempts["starts"]) & (logs.attempts["agent"] >= 0)]
    legs = legs[~np.isin(legs["need"], in_pieces) & ~_shared(plan, legs)]
    talked = _talked(plan, legs)
    after, passed_on = _over(plan, legs) - talked, legs["end_reason"] == EndReason.TRANSFERRED
    n_agents = len(plan.names.agents)
    broken = []
    for state, of_legs in (
        (AgentState.TALK, talked - legs["starts"]),
        (AgentState.WRAP_UP, np.where(passed_on, 0.0, after)),
        (AgentState.CONSULT, np.where(passed_on, after, 0.0)),
    ):
        rows = states["state"] == state
        of_states = (states["ends"] - states["starts"])[rows]
        by_states = np.bincount(states["agent"][rows], weights=of_states, minlength=n_agents)
        by_legs = np.bincount(legs["agent"], weights=of_legs, minlength=n_agents)
        for agent in np.flatnonzero(np.abs(by_states - by_legs) > ROUNDING * np.maximum(1.0, by_legs))[:1].tolist():
            broken.append(
                f"{state.name.lower()} of {plan.names.agents[agent]}: {by_states[agent]} s against {by_legs[agent]} s"
            )
    return broken


def shared_slots_add_up(plan: Plan, logs: Logs) -> list[str]:
    """Contacts that share an agent fill as many slots as the agent has in hand.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str
    """
    states = logs.agent_states[_of_sharers(plan, logs.agent_states)]
    legs = logs.attempts[~np.isnan(logs.attempts["starts"]) & _shared(plan, logs.attempts)]
    n_agents = len(plan.names.agents)
    in_hand = (states["ends"] - states["starts"]) * states["open"]
    by_states = np.bincount(states["agent"], weights=in_hand, minlength=n_agents)
    by_legs = np.bincount(legs["agent"], weights=_over(plan, legs) - legs["starts"], minlength=n_agents)
    wrong = np.flatnonzero(np.abs(by_states - by_legs) > ROUNDING * np.maximum(1.0, by_legs))[:1]
    return [
        *(f"in hand of {plan.names.agents[k]}: {by_states[k]} s against {by_legs[k]} s of contacts" for k in wrong),
        *_where(states["open"] > plan.channels["most"].max(initial=1), states, "nobody has more in hand than the most"),
    ]


def work_put_down_is_conserved(plan: Plan, logs: Logs) -> list[str]:
    """Work that was put down is done in pieces, and no second is lost.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str
    """
    legs = logs.attempts[_put_down(logs.attempts)]
    needs = np.unique(legs["need"])
    legs = logs.attempts[np.isin(logs.attempts["need"], needs) & ~np.isnan(logs.attempts["starts"])]
    legs = legs[~_shared(plan, legs)]
    states = logs.agent_states[logs.agent_states["state"] == AgentState.TALK]
    states = states[np.isin(states["need"], needs) & ~_of_sharers(plan, states)]
    worked = _talked(plan, legs) - legs["starts"] - np.nan_to_num(legs["paused"])
    by_legs = np.bincount(np.searchsorted(needs, legs["need"]), weights=worked, minlength=len(needs))
    length = states["ends"] - states["starts"]
    by_states = np.bincount(np.searchsorted(needs, states["need"]), weights=length, minlength=len(needs))
    wrong = np.flatnonzero(np.abs(by_states - by_legs) > ROUNDING * np.maximum(1.0, by_legs))[:1]
    return [
        *(f"work on need {needs[k]}: {by_states[k]} s of agents, {by_legs[k]} s of the message" for k in wrong),
        *_where(legs["paused"] < 0.0, legs, "nothing is put down for less than no time"),
        *_where(
            _put_down(legs) & (plan.channels["live"][legs["channel"]] == 1), legs, "only deferrable work is put down"
        ),
    ]


def calls_out_are_conserved(plan: Plan, logs: Logs) -> list[str]:
    """Whom the centre calls is reached, or not by the last try, or still open.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str
    """
    legs, states = logs.attempts, logs.agent_states
    channels = plan.channels[legs["channel"]]
    reason, called = legs["end_reason"], legs["dials"] >= 0
    dialled = legs[legs["dials"] > 0]
    may_be = (channels["dials_from"] == 0) | (channels["callback"] == 1)
    ended = (EndReason.SERVED, EndReason.TRANSFERRED, EndReason.CALLBACK_FAILED, EndReason.HORIZON, EndReason.CLOSED)
    failed, served = reason == EndReason.CALLBACK_FAILED, ~np.isnan(legs["starts"])
    dialling = states[states["state"] == AgentState.DIALLING]
    return [
        *_where(called & ~may_be, legs, "the centre calls where it offers to"),
        *_where((channels["dials_from"] == 0) & ~called, legs, "customers of an outbound channel are called"),
        *_where(called & ~np.isin(reason, ended), legs, "who expects a call is reached, missed or open"),
        *_where(failed & (legs["dials"] != channels["dialling_tries"]), legs, "the last try misses the customer"),
        *_where(
            called & (legs["dials"] > channels["dialling_tries"]), legs, "nobody is called more often than the tries"
        ),
        *_where(called & served & (legs["dials"] < 1), legs, "who is reached was called"),
        *_where(called & ~np.isnan(legs["patience"]), legs, "who expects a call has no patience to lose"),
        *_where(~np.isin(dialling["need"], dialled["need"]), dialling, "agents call those who are called"),
    ]


def agents_stay_until_a_colleague_answers(plan: Plan, logs: Logs) -> list[str]:
    """Who passes a customer on is free by the end of the customer's next wait.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str
    """
    legs = logs.attempts
    passed_on = np.flatnonzero(legs["end_reason"] == EndReason.TRANSFERRED)
    warm = plan.handling["transfer_warm"].reshape(len(plan.need_types), -1, len(plan.channels))[:, 0]
    to = plan.handling["transfers_to"].reshape(warm.shape[0], -1, warm.shape[1])[:, 0]
    # the last leg of a log is never a transfer
    before, after = legs[passed_on], legs[np.minimum(passed_on + 1, len(legs) - 1)]
    gone = np.where(np.isnan(after["starts"]), after["ends"], after["starts"])
    kind = before["need_type"], before["channel"]
    may_stay = (warm[kind] != NONE) & (after["queue"] == to[kind])
    over = _over(plan, before)
    return [
        *_where(over > gone, before, "nobody stays with a customer whom a colleague has taken, or who has left"),
        *_where(~may_stay & (over != before["talk_ends"]), before, "who passes a customer on cold does not stay"),
    ]


def who_leaves_silently_keeps_his_turn(plan: Plan, logs: Logs) -> list[str]:
    """Who leaves without a word has abandoned; an agent who is led on finds out.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str
    """
    legs = logs.attempts
    first, silent = legs["leg"] == 0, legs["silent"] == 1
    gone = legs["end_reason"] == EndReason.ABANDONED
    share = plan.channels["silent"][legs["channel"]]
    coded = (legs["resolved"] != NONE) | (legs["coded"] != NONE)
    return [
        *_where(silent & (share == 0.0), legs, "nobody leaves silently where all are seen to leave"),
        *_where(first & gone & ~silent & (share == 1.0), legs, "nobody is seen to leave where all leave silently"),
        *_where(silent & ~gone, legs, "who leaves silently abandons"),
        *_where(silent & (legs["starts"] < legs["ends"]), legs, "who leaves silently has gone when an agent comes"),
        *_where(silent & coded, legs, "nothing is resolved for who has gone"),
        *_where(
            silent & ~np.isnan(legs["talk_ends"]) & (legs["talk_ends"] != legs["wrap_up_ends"]),
            legs,
            "an agent goes on who finds nobody there",
        ),
    ]


def who_is_cut_off_finds_the_channel_closed(plan: Plan, logs: Logs) -> list[str]:
    """Nobody is cut off in opening hours, nor waits on where a channel cuts off.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str
    """
    legs = logs.attempts[~np.isnan(logs.attempts["joins"])]
    cut = legs["end_reason"] == EndReason.CUT_OFF
    waits = np.where(np.isnan(legs["starts"]) | (legs["silent"] == 1), legs["ends"], legs["starts"])
    at_closing = plan.channels["at_closing"][legs["channel"]]
    on_line = legs["dials"] == NONE
    is_open, closes = _hours(plan, legs, waits)
    return [
        *_where(cut & (at_closing == WAITS), legs, "nobody is cut off where who is in line waits"),
        *_where(cut & ~on_line, legs, "who expects a call is not cut off"),
        *_where(cut & is_open, legs, "nobody is cut off while the channel is open"),
        *_where(
            (at_closing == CUTS_OFF) & on_line & (waits > np.maximum(closes, legs["joins"])),
            legs,
            "nobody waits beyond the hours where who is in line is cut off",
        ),
    ]


def _hours(plan: Plan, legs: Table, moments: F8) -> tuple[Marks, F8]:
    """Whether each leg's channel is open at a moment, and when it closes after, or has before, the leg joined."""
    is_open, closes = np.zeros(len(legs), dtype=bool), np.full(len(legs), -np.inf)
    for channel, terms in enumerate(plan.channels):
        rows = legs["channel"] == channel
        hours = plan.openings[terms["first_opening"] : terms["first_opening"] + terms["n_openings"]]
        ends = np.append(hours["closes"], -np.inf)
        is_open[rows] = moments[rows] < ends[np.searchsorted(hours["opens"], moments[rows], side="right") - 1]
        closes[rows] = ends[np.searchsorted(hours["opens"], legs["joins"][rows], side="right") - 1]
    return is_open, closes


def signals_come_from_contacts(logs: Logs) -> list[str]:
    """A signal is raised when its leg ends and names the cause of its need.

    Parameters
    ----------
    logs : Logs

    Returns
    -------
    list of str
    """
    signals, legs, needs = logs.signals, logs.attempts, logs.needs
    if len(signals) == 0:
        return []
    spoken = {
        (need, attempt, leg): ends for need, attempt, leg, ends in legs[["need", "attempt", "leg", "ends"]].tolist()
    }
    causes = dict(zip(needs["need"].tolist(), needs["cause"].tolist()))
    keys = signals[["need", "attempt", "leg"]].tolist()
    on_time = np.array([spoken.get(key) for key in keys], dtype=np.float64) == signals["time"]
    caused = np.array([causes.get(key[0], -1) for key in keys]) == signals["cause"]
    return [
        *_where(~on_time, signals, "a signal is raised when its leg ends"),
        *_where(~caused, signals, "a signal names the cause of its need"),
    ]


def evidence_is_as_the_contacts_were(plan: Plan, logs: Logs) -> list[str]:
    """Evidence came as far as legs and signals say, and a need is heard once.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of str
    """
    needs, legs, signals = logs.needs, logs.attempts, logs.signals
    settings = plan.settings[0]
    if not settings["listens"]:
        return _where(needs["evidence"] != NONE, needs, "where nothing listens nothing is said of evidence")
    gives = np.isin(legs["end_reason"], GIVES_EVIDENCE)
    if not settings["fresh"]:
        gives |= legs["end_reason"] == EndReason.TRANSFERRED
    reached = np.isin(needs["need"], legs["need"][gives])
    heard = np.isin(needs["need"], signals["need"])
    first = np.zeros(len(signals), dtype=bool)
    first[np.unique(signals["need"], return_index=True)[1]] = True
    return [
        *_where((needs["evidence"] > Evidence.NOT_REACHED) != reached, needs, "evidence comes from agents and gates"),
        *_where((needs["evidence"] == Evidence.HEARD) != heard, needs, "a need is heard that has a signal"),
        *_where((needs["cause"] == NONE) & (needs["evidence"] > Evidence.NOT_SHOWN), needs, "no cause is shown"),
        *_where(~first & (settings["fresh"] == 0), signals, "a need is heard once"),
    ]


def _over(plan: Plan, legs: Table) -> F8:
    """When the agent was done with each contact; the horizon if it cut in."""
    return np.where(np.isnan(legs["wrap_up_ends"]), plan.horizon, legs["wrap_up_ends"])


def _beyond(legs: Table, lines: int) -> list[str]:
    """What breaks the limit of one channel, of those who found it open."""
    blocked = legs["end_reason"] == EndReason.BLOCKED
    if lines == NONE:
        return _where(blocked, legs, "nobody is blocked where lines have no limit")
    enters, ends = np.sort(legs["enters"][~blocked]), np.sort(legs["ends"][~blocked])
    entered = np.searchsorted(enters, legs["enters"], side="right")
    # who leaves in that very instant may do so a step later
    most = entered - np.searchsorted(ends, legs["enters"], side="left")
    least = entered - np.searchsorted(ends, legs["enters"], side="right")
    return [
        *_where(~blocked & (least > lines), legs, "nobody enters beyond the lines"),
        *_where(blocked & (most < lines), legs, "nobody is blocked while a line is free"),
    ]


def _talked(plan: Plan, legs: Table) -> F8:
    """When talk was over; the horizon if it cut in."""
    return np.where(np.isnan(legs["talk_ends"]), plan.horizon, legs["talk_ends"])


def _put_down(legs: Table) -> Marks:
    """Marks the legs whose work was put down."""
    return np.asarray(~np.isnan(legs["paused"]))


def _taken_over(plan: Plan, legs: Table) -> Marks:
    """Marks the legs that go on with a talk in the queue in which it was handed over."""
    if not plan.settings["hands_over"][0]:
        return np.zeros(len(legs), dtype=bool)
    same = (legs["leg"] > 0) & (legs["queue"] == _previous(legs["queue"]))
    return np.asarray(same & (_previous(legs["end_reason"]) == EndReason.TRANSFERRED))


def _shared(plan: Plan, legs: Table) -> Marks:
    """Marks the legs on channels whose contacts share an agent."""
    return np.asarray(plan.channels["most"][legs["channel"]] > 1)


def _of_sharers(plan: Plan, states: Table) -> Marks:
    """Marks the stretches of agents with such contacts in hand."""
    several = np.append(plan.channels["most"][plan.queues["channel"]] > 1, False)
    return np.asarray(several[states["queue"]] | (states["open"] > 1))


def _area(joins: F8, leaves: F8) -> float:
    """Area under the number waiting, by walking through joins and leaves in order of time."""
    times = np.concatenate([joins, leaves])
    steps = np.concatenate([np.ones(len(joins)), -np.ones(len(leaves))])
    order = np.argsort(times)
    # nobody can wait a negative time: fewer than none in the queue would hide in the sum of the waits
    waiting = np.maximum(np.cumsum(steps[order])[:-1], 0.0)
    return float((waiting * np.diff(times[order])).sum())


def _starts_need(legs: Table) -> Marks:
    """Marks the first row of each need."""
    return np.append(True, legs["need"][1:] != legs["need"][:-1])[: len(legs)]


def _previous(column: NDArray[Any]) -> NDArray[Any]:
    """The row before, for each row; the first has itself."""
    return np.concatenate([column[:1], column[:-1]])


def _where(wrong: Marks, rows: Table, law: str) -> list[str]:
    """The law and the first row that breaks it, if one does."""
    if not wrong.any():
        return []
    return [f"{law}: {int(wrong.sum())} rows do not, the first is {rows[int(np.argmax(wrong))]}"]

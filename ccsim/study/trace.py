"""One need's story in plain words."""

from math import isnan
from pathlib import Path
from typing import Any

import numpy as np

from ccsim.draws.streams import Purpose, need_uniform, signed
from ccsim.engine.potential import LAST_GENERATION
from ccsim.engine.run import simulate
from ccsim.errors import InputError
from ccsim.logs.codes import AgentState, EndReason, Outcome, Route
from ccsim.logs.logs import Logs, Table
from ccsim.plan.compile import compile_plan
from ccsim.plan.plan import NONE, Plan
from ccsim.scenario.load import Sets, load_arms, load_scenario, named
from ccsim.scenario.model import Scenario
from ccsim.study.memory import refuse_what_does_not_fit
from ccsim.study.results import Story
from ccsim.units import format_duration

ENDINGS = {
    EndReason.ABANDONED: "hangs up after waiting {passed}",
    EndReason.CLOSED: "finds {channel} closed",
    EndReason.GATE_RESOLVED: "is served by the gate after {passed}: the need is truly resolved",
    EndReason.GATE_WRONG: "leaves the gate after {passed} with a wrong answer, believing it right",
    EndReason.GATE_HUNG_UP: "hangs up in the gate after {passed}",
    EndReason.GATE_BLOCKED: "reaches the gate's end after {passed} and finds no way to a person",
    EndReason.BLOCKED: "finds all lines of {channel} taken",
    EndReason.BALKED: "hears of the wait for {queue} and hangs up at once",
    EndReason.CALLBACK_FAILED: "is not reached",
    EndReason.MERGED: "is found to belong to the message that lies, and is merged into it",
    EndReason.CUT_OFF: "is sent away after waiting {passed}, as {channel} is closed",
    EndReason.HORIZON: "is cut off by the end of the run",
}
OUTCOMES = {
    Outcome.OPEN: "the need is still open when the run ends",
    Outcome.RESOLVED: "the need is resolved",
    Outcome.GIVEN_UP: "the customer gives up",
    Outcome.ASKED_ELSEWHERE: "the customer asks elsewhere and never contacts the centre",
    Outcome.LOST: "the customer has used up all attempts; the need is lost",
}


def trace(
    scenario: Scenario | str | Path,
    *,
    need: int | str | None = None,
    seed: int | None = None,
    replication: int = 0,
    arm: str | None = None,
    sets: Sets = (),
) -> Story:
    """The story of one need.

    Parameters
    ----------
    scenario : Scenario or path
    need : int, str or None
        Place in the order of arrival from 0, a need id, or the label of a replayed need; None picks the need with the
        most attempts, the earliest of those.
    seed : int or None
    replication : int
    arm : str or None
        Name of an arm; the scenario itself where None.
    sets : mapping of path to value, or sequence of "path=value"

    Returns
    -------
    Story

    Raises
    ------
    InputError
        If there is no such need or arm.
    """
    loaded = _loaded(scenario, arm, sets)
    refuse_what_does_not_fit([loaded], 1)
    plan = compile_plan(loaded)
    seed = loaded.study.seed if seed is None else seed
    logs = simulate(plan, seed, replication=replication)
    if len(logs.needs) == 0:
        raise InputError("no need arises in this replication; try another with --replication")
    row = _row(plan, logs, need)
    return _story(plan, logs, row, seed, replication)


def _loaded(scenario: Scenario | str | Path, arm: str | None, sets: Sets) -> Scenario:
    """The scenario, or one of its arms."""
    if arm is None:
        return load_scenario(scenario, sets=sets)
    arms = load_arms(scenario, sets)
    if arm not in arms:
        raise InputError(f'"{arm}" is no arm of {named(scenario)}; the arms are {", ".join(arms) or "none"}')
    return arms[arm]


def _row(plan: Plan, logs: Logs, need: int | str | None) -> int:
    """The row of the need that is asked for."""
    needs = logs.needs
    if need is None:
        best = needs["n_attempts"].max()
        candidates = np.flatnonzero(needs["n_attempts"] == best)
        return int(candidates[np.argmin(needs["arises"][candidates])])
    ids = needs["need"].tolist()
    labels = dict(zip(plan.names.needs, sorted(set(plan.replay["need"].tolist())), strict=True))
    if str(need) in labels:
        need = labels[str(need)]
    elif not str(need).isdecimal():
        raise InputError(f'need "{need}" is neither a number nor the label of a replayed need')
    if int(need) in ids:
        return int(ids.index(int(need)))
    if int(need) >= len(ids):
        raise InputError(f"need {need}: this replication has needs 0 to {len(ids) - 1} in order of arrival")
    return int(np.lexsort((needs["need"], needs["arises"]))[int(need)])


def _story(plan: Plan, logs: Logs, row: int, seed: int, replication: int) -> Story:
    """Title and lines of one need."""
    need = logs.needs[row]
    kind = plan.names.need_types[need["need_type"]]
    label = dict(zip(sorted(set(plan.replay["need"].tolist())), plan.names.needs, strict=True)).get(int(need["need"]))
    lines = [f"{_clock(need['arises'])}  a need arises: {kind}{_character(plan, need)}"]
    attempts = logs.attempts[logs.attempts["need"] == need["need"]]
    if len(attempts) == 0 and need["preferred"] != NONE:
        channel = plan.names.channels[need["preferred"]]
        words = f"the customer does not find {channel}, or is put off, and makes no attempt"
        lines.append(f"{_clock(need['arises'])}  {words}")
    for attempt in attempts:
        lines += _attempt_lines(plan, logs, attempt)
        if plan.settings["told_again"][0] != NONE and _knows_more(plan, attempts, attempt):
            lines.append(_told_again(plan, attempt, seed, replication))
    for other in logs.needs[logs.needs["need"] == need["need"] + 1]:
        further = plan.names.need_types[other["need_type"]]
        lines.append(f"{_clock(other['arises'])}  a further need follows from it: {further}, need {other['need']}")
    for signal in logs.signals[logs.signals["need"] == need["need"]]:
        route = Route(signal["route"]).name.lower().replace("_", " ")
        lines.append(f"{_clock(signal['time'])}  evidence for {plan.names.causes[signal['cause']]} is found by {route}")
    ended = plan.horizon if isnan(need["ended"]) else need["ended"]
    lines.append(f"{_clock(ended)}  {OUTCOMES[Outcome(need['outcome'])]}")
    title = f"{label or need['need']}: {kind}, replication {replication}"
    return Story(title, tuple(sorted(lines, key=_time_of)), int(need["need"]), replication)


def _character(plan: Plan, need: Any) -> str:
    """Whose need it is and what it is like, where needs differ in it."""
    parts = [] if need["customer"] == NONE else [f"customer {need['customer']}"]
    parts += [] if need["segment"] == NONE else [plan.names.segments[need["segment"]]]
    parts += [f"following from need {need['need'] - 1}"] if need["need"] & LAST_GENERATION else []
    parts += [] if need["cause"] == NONE else [f"caused by {plan.names.causes[need['cause']]}"]
    if plan.need_types["complexity_spread"][need["need_type"]] > 0.0:
        parts.append(f"complexity {need['complexity']:.0%}")
    if plan.need_types["stake_spread"][need["need_type"]] > 0.0:
        parts.append(f"stake {need['stake']:.2f}")
    return f" ({', '.join(parts)})" if parts else ""


def _attempt_lines(plan: Plan, logs: Logs, attempt: Any) -> list[str]:
    """What happens in one leg of an attempt."""
    channel = plan.names.channels[attempt["channel"]]
    name = f"attempt {attempt['attempt'] + 1}"
    lines = []
    if attempt["leg"] == 0:
        searched = attempt["enters"] - attempt["arrives"]
        way = "finds the way in" if plan.channels["travel"][attempt["channel"]] == NONE else "is there"
        found = f" and {way} after {_span(searched)}" if searched > 0.0 else ""
        waits = attempt["attempt"] > 0 and _lies(logs, attempt)
        beside = ", for the message before has had no reply" if waits else ""
        begins = "sets out for" if plan.channels["dials_from"][attempt["channel"]] == NONE else "is on the list of"
        lines.append(f"{_clock(attempt['arrives'])}  {name}: {begins} {channel}{found}{beside}")
    if attempt["joins"] == attempt["joins"] and attempt["end_reason"] != EndReason.BALKED:
        queue = plan.names.queues[attempt["queue"]]
        passed = f" after {_span(attempt['joins'] - attempt['enters'])} in the gate" if attempt["gated"] else ""
        lines.append(f"{_clock(attempt['joins'])}  {name}: joins {queue}{passed}")
    if attempt["silent"]:
        lines += _nobody_there(plan, attempt, name)
    elif attempt["dials"] >= 0:
        lines += _calls(plan, logs, attempt, name)
    elif attempt["starts"] == attempt["starts"]:
        wait = attempt["starts"] - attempt["joins"]
        waited = "at once" if wait == 0.0 else f"after waiting {_span(wait)}"
        first, *more = _work_lines(plan, logs, attempt, name)
        beside = _beside(plan, logs, attempt)
        lines += [f"{_clock(attempt['starts'])}  {name}: answered by {first} {waited}{beside}", *more]
    lines.append(f"{_clock(attempt['ends'])}  {name}: {_ending(plan, logs, attempt)}")
    if attempt["end_reason"] == EndReason.TRANSFERRED and attempt["wrap_up_ends"] > attempt["ends"]:
        agent, stayed = plan.names.agents[attempt["agent"]], _span(attempt["wrap_up_ends"] - attempt["ends"])
        lines.append(f"{_clock(attempt['wrap_up_ends'])}  {name}: {agent} leaves, who has stayed for {stayed}")
    return lines


def _knows_more(plan: Plan, attempts: Table, attempt: Any) -> bool:
    """Whether a customer is served by talk, in full, to whom an agent has listened before."""
    heard = (attempts["silent"] == 0) & (attempts["talk_ends"] <= attempt["starts"])
    given = plan.replay[(plan.replay["need"] == attempt["need"]) & (plan.replay["attempt"] == attempt["attempt"])]
    drawn = attempt["leg"] > 0 or np.isnan(given["talk"]).all()
    live = plan.channels["live"][attempt["channel"]] == 1
    return bool(attempt["end_reason"] == EndReason.SERVED and live and drawn and heard.any())


def _told_again(plan: Plan, attempt: Any, seed: int, replication: int) -> str:
    """Whether the customer tells again what was told before; no column says so, but the draw does."""
    key = (int(attempt["need"]), int(Purpose.AT_HAND), int(attempt["attempt"]), int(attempt["leg"]), 0)
    at_hand = need_uniform(signed(seed), replication, *key) < plan.settings["at_hand"][0]
    words = "the agent has at hand what was told before" if at_hand else "tells again what an agent was told before"
    return f"{_clock(attempt['starts'])}  attempt {attempt['attempt'] + 1}: {words}"


def _nobody_there(plan: Plan, attempt: Any, name: str) -> list[str]:
    """The agent who takes the turn of a customer who has left without a word."""
    if isnan(attempt["starts"]):
        return []
    lasts = attempt["talk_ends"] - attempt["starts"]
    found = "is still looking for him at the end of the run" if isnan(lasts) else f"finds out after {_span(lasts)}"
    return [f"{_clock(attempt['starts'])}  {name}: taken by {plan.names.agents[attempt['agent']]}, who {found}"]


def _lies(logs: Logs, attempt: Any) -> bool:
    """Whether the attempt before still goes on when one begins."""
    legs = logs.attempts[logs.attempts["need"] == attempt["need"]]
    before = legs[legs["attempt"] == attempt["attempt"] - 1][-1]
    return bool(attempt["arrives"] < before["ends"])


def _calls(plan: Plan, logs: Logs, attempt: Any, name: str) -> list[str]:
    """The callback that is taken, each call that takes time, and the one that reaches the customer."""
    lines = []
    if plan.channels["live"][attempt["channel"]]:
        lines.append(f"{_clock(attempt['joins'])}  {name}: takes a callback and rings off")
    states = logs.agent_states[logs.agent_states["need"] == attempt["need"]]
    inside = (states["starts"] >= attempt["joins"]) & (states["ends"] <= attempt["ends"])
    for call in np.sort(states[inside & (states["state"] == AgentState.DIALLING)], order="starts"):
        vain = "" if call["ends"] in (attempt["starts"], plan.horizon) else ", in vain"
        lines.append(f"{_clock(call['starts'])}  {name}: called by {plan.names.agents[call['agent']]}{vain}")
    if attempt["starts"] == attempt["starts"]:
        agent, after = plan.names.agents[attempt["agent"]], _span(attempt["starts"] - attempt["joins"])
        nth = f", at call {attempt['dials']}" if attempt["dials"] > 1 else ""
        lines.append(f"{_clock(attempt['starts'])}  {name}: reached by {agent} after {after}{nth}")
    return lines


def _work_lines(plan: Plan, logs: Logs, attempt: Any, name: str) -> list[str]:
    """Who began the work, and how it was put down and taken up again."""
    if isnan(attempt["paused"]):
        return [plan.names.agents[attempt["agent"]]]
    states = logs.agent_states[logs.agent_states["need"] == attempt["need"]]
    inside = (states["starts"] >= attempt["starts"]) & (states["ends"] <= attempt["ends"])
    pieces = np.sort(states[inside], order="starts")
    agents = [plan.names.agents[agent] for agent in pieces["agent"]]
    lines = agents[:1]
    for place, (piece, agent) in enumerate(zip(pieces, agents, strict=True)):
        if place > 0:
            lines.append(f"{_clock(piece['starts'])}  {name}: taken up again by {agent}")
        if piece["ends"] < attempt["ends"]:
            lines.append(f"{_clock(piece['ends'])}  {name}: put down by {agent}")
    return lines


def _beside(plan: Plan, logs: Logs, attempt: Any) -> str:
    """How many other contacts shared the agent when one was answered, where they do."""
    if plan.channels["most"][attempt["channel"]] < 2:
        return ""
    states = logs.agent_states
    (now,) = np.nonzero((states["agent"] == attempt["agent"]) & (states["starts"] == attempt["starts"]))
    others = int(states["open"][now[0]]) - 1 if len(now) else 0
    return f", beside {others} other{'s' if others > 1 else ''}" if others else ", alone"


def _ending(plan: Plan, logs: Logs, attempt: Any) -> str:
    """How one leg of an attempt ends."""
    reason = EndReason(attempt["end_reason"])
    if _is_handed_over(plan, logs, attempt):
        agent = plan.names.agents[attempt["agent"]]
        return f"handed over after {_span(attempt['ends'] - attempt['starts'])}, for {agent} goes"
    if reason == EndReason.TRANSFERRED:
        return f"transferred to {_next_queue(plan, attempt)} after {_span(attempt['ends'] - attempt['starts'])}"
    if reason == EndReason.SERVED:
        talk = _span(attempt["ends"] - attempt["starts"] - np.nan_to_num(attempt["paused"]))
        truth, coded = (("not resolved", "resolved")[value] for value in (attempt["resolved"], attempt["coded"]))
        return f"ends after {talk} of work, {truth}" + ("" if truth == coded else f", though coded {coded}")
    if attempt["silent"]:
        return f"leaves without a word after waiting {_span(attempt['ends'] - attempt['joins'])}"
    since = attempt["joins"] if reason in (EndReason.ABANDONED, EndReason.CUT_OFF) else attempt["enters"]
    passed = "" if isnan(since) else _span(attempt["ends"] - since)
    channel, queue = plan.names.channels[attempt["channel"]], plan.names.queues[attempt["queue"]]
    return ENDINGS[reason].format(passed=passed, channel=channel, queue=queue)


def _is_handed_over(plan: Plan, logs: Logs, attempt: Any) -> bool:
    """Whether the rest of a talk is left to a colleague of the same queue."""
    if not plan.settings["hands_over"][0] or attempt["end_reason"] != EndReason.TRANSFERRED:
        return False
    legs = logs.attempts[logs.attempts["need"] == attempt["need"]]
    (later,) = legs[(legs["attempt"] == attempt["attempt"]) & (legs["leg"] == attempt["leg"] + 1)]
    return bool(later["queue"] == attempt["queue"])


def _next_queue(plan: Plan, attempt: Any) -> str:
    """Where a leg that is passed on goes: the right queue after a wrong one, or the next skill's."""
    met = plan.handling[attempt["need_type"] * (len(plan.handling) // len(plan.need_types)), attempt["channel"]]
    passed_on = met["transfers"] > 0.0 and attempt["queue"] == met["queue"]
    return plan.names.queues[met["transfers_to"]] if passed_on else "the right queue"


def _clock(time: float) -> str:
    """A moment as day and clock time, day 1 being the run's first."""
    day, seconds = divmod(round(float(time), 3), 86400.0)
    hours, rest = divmod(seconds, 3600.0)
    minutes, seconds = divmod(rest, 60.0)
    return f"day {int(day) + 1:>4}  {int(hours):02d}:{int(minutes):02d}:{seconds:06.3f}"


def _span(seconds: float) -> str:
    """A length of time the planner's way: whole seconds from a minute on, tenths below."""
    return format_duration(round(float(seconds)) if seconds >= 60.0 else round(float(seconds), 1))


def _time_of(line: str) -> str:
    """The part of a line that sorts by time."""
    return line[:22]

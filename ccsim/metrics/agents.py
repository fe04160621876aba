"""Agent time, cut at interval borders within the window."""

import numpy as np

from ccsim.logs.codes import AgentState
from ccsim.logs.ledger import overtime_seconds, paid_seconds
from ccsim.logs.logs import Logs
from ccsim.metrics.cells import (
    F8,
    Split,
    Value,
    by_day,
    by_interval,
    by_name,
    crossed,
    total,
    values,
    whole,
    window_bins,
)
from ccsim.plan.bins import seconds_by_bin
from ccsim.plan.plan import Plan

HOUR = 3600.0


def agent_values(plan: Plan, logs: Logs) -> list[Value]:
    """Every measure of agent time.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of Value
    """
    bins, n_groups = window_bins(plan), len(plan.groups)
    parts = _parts(plan, logs)
    groups = np.repeat(np.arange(n_groups), len(bins) - 1)
    starts = np.tile(bins[:-1], n_groups)
    every = np.full(len(groups), True)
    answers: list[Value] = []
    for split in (
        whole(every),
        by_name("group", plan.names.groups, groups, every),
        by_interval(plan, starts, every),
        by_day(plan, starts, every),
    ):
        answers += _shares_and_hours(split, parts)
    return answers + _busy_by_queue(plan, logs)


def _parts(plan: Plan, logs: Logs) -> dict[str, F8]:
    """On-duty, handled and paid time by group and bin of the window, flattened."""
    states, (t0, t1) = logs.agent_states, plan.window
    n_groups, n_states = len(plan.groups), len(AgentState)
    entity = states["group"].astype(np.int64) * n_states + states["state"]
    spent = seconds_by_bin(plan.bins, states["starts"], states["ends"], entity, n_groups * n_states)
    spent = spent.reshape(n_groups, n_states, -1)
    talk, wrap_up = spent[:, AgentState.TALK], spent[:, AgentState.WRAP_UP]
    on_duty = spent.sum(axis=1)
    parts = {
        "on_duty": on_duty,
        "busy": talk + wrap_up,
        "talk": talk,
        "wrap_up": wrap_up,
        "scheduled": plan.scheduled,
        "overtime": overtime_seconds(plan, on_duty),
        "paid": paid_seconds(plan, on_duty),
    }
    inside = (plan.bins[:-1] >= t0) & (plan.bins[:-1] < t1)
    return {name: part[:, inside].ravel() for name, part in parts.items()}


def _shares_and_hours(split: Split, parts: dict[str, F8]) -> list[Value]:
    time = {name: total(split, part) for name, part in parts.items()}
    answers = values("occupancy", split.cells, time["busy"], time["on_duty"])
    answers += values("talk_occupancy", split.cells, time["talk"], time["on_duty"])
    answers += values("wrap_up_occupancy", split.cells, time["wrap_up"], time["on_duty"])
    answers += values("utilisation", split.cells, time["busy"], time["paid"])
    answers += values("busy_hours", split.cells, time["busy"] / HOUR)
    answers += values("agent_hours", split.cells, time["paid"] / HOUR)
    answers += values("scheduled_hours", split.cells, time["scheduled"] / HOUR)
    answers += values("overtime_hours", split.cells, time["overtime"] / HOUR)
    return answers


def _busy_by_queue(plan: Plan, logs: Logs) -> list[Value]:
    """Handling time by queue, and by group and queue."""
    states, (t0, t1) = logs.agent_states, plan.window
    busy = states["state"] != AgentState.IDLE
    inside = np.maximum(np.minimum(states["ends"], t1) - np.maximum(states["starts"], t0), 0.0)
    by_queue = by_name("queue", plan.names.queues, states["queue"], busy)
    pairs = crossed(by_name("group", plan.names.groups, states["group"], busy), by_queue)
    answers: list[Value] = []
    for split in (by_queue, pairs):
        answers += values("busy_hours", split.cells, total(split, inside) / HOUR)
    return answers

"""Figures of the cases that are no measure of the program: worked out from the rows, the dumb way."""

import numpy as np

from ccsim.logs.codes import EndReason, Outcome


def in_system(plan, logs, at):
    """How many are waiting or being served at a moment."""
    legs = logs.attempts
    return int(((legs["joins"] <= at) & (at < legs["ends"])).sum())


def backlog_at(plan, logs, at):
    """Mean number not done at a time of day, just before anything happens at it."""
    return float(_backlogs(plan, logs, at).mean())


def backlog_squared_at(plan, logs, at):
    """Mean square of that number; with the mean it gives the spread without bias, however few the days."""
    return float((_backlogs(plan, logs, at) ** 2.0).mean())


def all_done_at(plan, logs, at):
    """Share of days on which nothing is left at a time of day."""
    return float((_backlogs(plan, logs, at) == 0).mean())


def level_share(plan, logs, at):
    """Share of agents with so many contacts in hand, over the window."""
    states = logs.agent_states[logs.agent_states["open"] == at]
    return _seconds_in_window(plan, states["starts"], states["ends"]) / _length(plan) / len(plan.agent_group)


def mean_in_gate(plan, logs, at=None):
    """Time average of the number in the gate over the window."""
    legs = logs.attempts[logs.attempts["gated"] == 1]
    leaves = np.where(np.isnan(legs["joins"]), legs["ends"], legs["joins"])
    return _seconds_in_window(plan, legs["enters"], leaves) / _length(plan)


def mean_between_attempts(plan, logs, at=None):
    """Time average of the number of customers who will try again and have not yet."""
    legs = logs.attempts
    again = (legs["need"][1:] == legs["need"][:-1]) & (legs["attempt"][1:] > legs["attempt"][:-1])
    last = np.append(legs["need"][1:] != legs["need"][:-1], True)
    outcome = dict(zip(logs.needs["need"].tolist(), logs.needs["outcome"].tolist()))
    is_open = np.array([outcome[need] == Outcome.OPEN for need in legs["need"].tolist()])
    still_to_come = last & is_open & (legs["end_reason"] != EndReason.HORIZON)
    leaves = np.concatenate([legs["ends"][:-1][again], legs["ends"][still_to_come]])
    returns = np.concatenate([legs["arrives"][1:][again], np.full(int(still_to_come.sum()), plan.horizon)])
    return _seconds_in_window(plan, leaves, returns) / _length(plan)


def all_busy(plan, logs, at=None):
    """Share of the window in which every agent has a contact, talk or wrap-up."""
    legs = logs.attempts[~np.isnan(logs.attempts["starts"])]
    free = np.where(np.isnan(legs["wrap_up_ends"]), plan.horizon, legs["wrap_up_ends"])
    times = np.concatenate([legs["starts"], free])
    steps = np.concatenate([np.ones(len(legs)), -np.ones(len(legs))])
    order = np.argsort(times, kind="stable")
    busy = np.cumsum(steps[order])[:-1] == len(plan.agent_group)
    times = times[order]
    return _seconds_in_window(plan, times[:-1][busy], times[1:][busy]) / _length(plan)


def _backlogs(plan, logs, at):
    """The number not done at a time of day, h, on every day of the window."""
    legs, times = logs.attempts, np.arange(plan.window[0], plan.window[1], 86400.0) + at * 3600.0
    return np.searchsorted(np.sort(legs["joins"]), times) - np.searchsorted(np.sort(legs["ends"]), times)


def _seconds_in_window(plan, starts, ends):
    first, last = plan.window
    return float(np.maximum(np.minimum(ends, last) - np.maximum(starts, first), 0.0).sum())


def _length(plan):
    return plan.window[1] - plan.window[0]

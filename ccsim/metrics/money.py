"""Money booked in the window."""

import numpy as np

from ccsim.logs.codes import Account, Outcome
from ccsim.logs.logs import Logs
from ccsim.metrics.cells import F8, Marks, Value, sums, values
from ccsim.plan.plan import Plan


def money_values(plan: Plan, logs: Logs) -> list[Value]:
    """Every measure of cost.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of Value
        A channel bears what is booked on it and its share, by handling time, of the wages of each group.
        Fixed cost, and the wages of a group that handled nothing, are borne by the whole centre only.
    """
    t0, t1 = plan.window
    ledger = logs.ledger[(logs.ledger["time"] > t0) & (logs.ledger["time"] <= t1)]
    by_account = sums(ledger["account"], ledger["amount"], len(Account))
    cost = np.array([by_account.sum()])
    answers = values("cost_total", ((),), cost)
    for account in Account:
        answers += values(f"cost_{account.name.lower()}", ((),), by_account[account : account + 1])
    needs, attempts = logs.needs, logs.attempts
    arisen = _number((needs["arises"] >= t0) & (needs["arises"] < t1))
    settled = (needs["ended"] >= t0) & (needs["ended"] < t1) & (needs["outcome"] == Outcome.RESOLVED)
    answers += values("cost_per_need", ((),), cost, arisen)
    answers += values("cost_per_resolution", ((),), cost, _number(settled))
    contacts = (attempts["joins"] >= t0) & (attempts["joins"] < t1) & ~np.isnan(attempts["starts"])
    answers += values("cost_per_contact", ((),), cost, _number(contacts))
    channels = tuple((("channel", name),) for name in plan.names.channels)
    of_channels = cost_of_channels(plan, logs)
    per_channel = np.bincount(attempts["channel"][contacts], minlength=len(channels)).astype(np.float64)
    answers += values("cost_total", channels, of_channels)
    return answers + values("cost_per_contact", channels, of_channels, per_channel)


def cost_of_channels(plan: Plan, logs: Logs) -> F8:
    """What each channel costs in the window, idle time shared out with the handled.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    float64[n_channels], money
    """
    t0, t1 = plan.window
    ledger = logs.ledger[(logs.ledger["time"] > t0) & (logs.ledger["time"] <= t1)]
    wages = ledger["account"] == Account.WAGES
    of_groups = sums(ledger["entity"][wages], ledger["amount"][wages], len(plan.groups))
    handled = _handled(plan, logs)
    all_handled = handled.sum(axis=1, keepdims=True)
    shares = np.divide(handled, all_handled, out=np.zeros_like(handled), where=all_handled > 0)
    direct = ledger[~wages & (ledger["account"] != Account.FIXED)]
    booked = sums(direct["entity"], direct["amount"], len(plan.channels))
    return np.asarray(booked + of_groups @ shares, dtype=np.float64)


def _handled(plan: Plan, logs: Logs) -> F8:
    """Handling time within the window by group and channel."""
    (t0, t1), rows = plan.window, logs.attempts[~np.isnan(logs.attempts["starts"])]
    ends = np.where(np.isnan(rows["wrap_up_ends"]), plan.horizon, rows["wrap_up_ends"])
    inside = np.maximum(np.minimum(ends, t1) - np.maximum(rows["starts"], t0), 0.0)
    n_channels = len(plan.channels)
    codes = rows["group"].astype(np.int64) * n_channels + rows["channel"]
    return sums(codes, inside, len(plan.groups) * n_channels).reshape(len(plan.groups), n_channels)


def _number(marks: Marks) -> float:
    return float(np.count_nonzero(marks))

"""Money booked in the window."""

import numpy as np

from ccsim.logs.codes import Account, Outcome
from ccsim.logs.logs import Logs
from ccsim.metrics.cells import F8, Columns, Marks, Value, sums, values
from ccsim.plan.plan import Plan


def money_values(plan: Plan, logs: Logs, attempts: Columns) -> list[Value]:
    """Every measure of cost.

    Parameters
    ----------
    plan : Plan
    logs : Logs
    attempts : columns of the log's attempts

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
    needs = logs.needs
    arisen = _number((needs["arises"] >= t0) & (needs["arises"] < t1))
    settled = (needs["ended"] >= t0) & (needs["ended"] < t1) & (needs["outcome"] == Outcome.RESOLVED)
    answers += values("cost_per_need", ((),), cost, arisen)
    answers += values("cost_per_resolution", ((),), cost, _number(settled))
    contacts = (attempts["joins"] >= t0) & (attempts["joins"] < t1) & ~np.isnan(attempts["starts"])
    answers += values("cost_per_contact", ((),), cost, _number(contacts))
    channels = tuple((("channel", name),) for name in plan.names.channels)
    of_channels = cost_of_channels(plan, logs, attempts)
    per_channel = np.bincount(attempts["channel"][contacts], minlength=len(channels)).astype(np.float64)
    answers += values("cost_total", channels, of_channels)
    return answers + values("cost_per_contact", channels, of_channels, per_channel)


def cost_of_channels(plan: Plan, logs: Logs, attempts: Columns) -> F8:
    """What each channel costs in the window, idle time shared out.

    Parameters
    ----------
    plan : Plan
    logs : Logs
    attempts : columns of the log's attempts

    Returns
    -------
    float64[n_channels], money
    """
    t0, t1 = plan.window
    ledger = logs.ledger[(logs.ledger["time"] > t0) & (logs.ledger["time"] <= t1)]
    wages = ledger["account"] == Account.WAGES
    of_groups = sums(ledger["entity"][wages], ledger["amount"][wages], len(plan.groups))
    handled = _handled(plan, attempts)
    all_handled = handled.sum(axis=1, keepdims=True)
    shares = np.divide(handled, all_handled, out=np.zeros_like(handled), where=all_handled > 0)
    direct = ledger[~wages & (ledger["account"] != Account.FIXED)]
    booked = sums(direct["entity"], direct["amount"], len(plan.channels))
    return np.asarray(booked + of_groups @ shares, dtype=np.float64)


def _handled(plan: Plan, attempts: Columns) -> F8:
    """Handling time within the window by group and channel."""
    (t0, t1), served, n_channels = plan.window, ~np.isnan(attempts["starts"]), len(plan.channels)
    ends = np.where(np.isnan(attempts["wrap_up_ends"]), plan.horizon, attempts["wrap_up_ends"])[served]
    inside = np.maximum(np.minimum(ends, t1) - np.maximum(attempts["starts"][served], t0), 0.0)
    codes = attempts["group"][served].astype(np.int64) * n_channels + attempts["channel"][served]
    return sums(codes, inside, len(plan.groups) * n_channels).reshape(len(plan.groups), n_channels)


def _number(marks: Marks) -> float:
    return float(np.count_nonzero(marks))

"""What a replication cost: money by bin, account and entity, booked from the log."""

import numpy as np
from numpy.typing import NDArray

from ccsim.logs import passes
from ccsim.logs.codes import Account
from ccsim.logs.logs import LEDGER, Table, frozen
from ccsim.plan.plan import NONE, Plan

F8 = NDArray[np.float64]


def book(plan: Plan, attempts: Table, agent_states: Table) -> Table:
    """The ledger of one replication.

    Parameters
    ----------
    plan : Plan
    attempts : structured[n_legs]
    agent_states : structured[n_stretches]

    Returns
    -------
    structured[n_bookings]
        Amounts that are not zero, by (end of bin, account, group or channel).

    Notes
    -----
    Paid time = scheduled time / rostered share + overtime; what overtime costs beyond the wage is an account of its
    own. Source: docs/model.md, M17.
    """
    wages, by_use, fixed = plan.priced
    if not (wages or by_use or fixed):
        return frozen(np.empty(0, dtype=LEDGER))
    money, bins = plan.money[0], plan.bins
    n_groups, n_channels, n_bins = len(plan.groups), len(plan.channels), len(bins) - 1
    # by (bin, account, entity), as the rows stand
    amounts = np.zeros((n_bins, len(Account), max(n_groups, n_channels)))
    if wages:
        on_floor = passes.on_floor(agent_states, bins, plan.interval, n_groups)
        wage = plan.groups["wage"][:, None]
        overtime = overtime_seconds(plan, on_floor)
        amounts[:, Account.WAGES, :n_groups] = (paid_seconds(plan, overtime) * wage).T
        amounts[:, Account.OVERTIME, :n_groups] = (overtime * wage * money["overtime"]).T
    if by_use:
        quantities = np.zeros((len(Account), n_channels, n_bins))
        passes.count_priced(attempts, plan.channels["live"].astype(np.int64), bins, plan.interval, quantities)
        for account, price in (
            (Account.TELEPHONY, money["telephony"]),
            (Account.CONTACTS, plan.channels["cost"][:, None]),
            (Account.GATE, money["gate"]),
            (Account.SPEECH_ANALYTICS, money["speech_analytics"]),
            (Account.TEXT_ANALYTICS, money["text_analytics"]),
            (Account.MANUAL_REVIEW, money["manual_review"]),
        ):
            amounts[:, account, :n_channels] = (quantities[account] * price).T
    amounts[:, Account.FIXED, 0] = np.diff(bins) * money["fixed"]
    places, accounts, entities = np.nonzero(amounts)
    rows = np.empty(len(places), dtype=LEDGER)
    rows["time"], rows["account"] = bins[places + 1], accounts
    rows["entity"] = np.where(accounts == Account.FIXED, NONE, entities)
    rows["amount"] = amounts[places, accounts, entities]
    return frozen(rows)


def overtime_seconds(plan: Plan, on_floor: F8) -> F8:
    """Time on the floor beyond the schedule, by group and bin.

    Parameters
    ----------
    plan : Plan
    on_floor : float64[n_groups, n_bins], s

    Returns
    -------
    float64[n_groups, n_bins], s
        Rounding of a millionth of a second is cut off.
    """
    return passes.overtime_of(on_floor, plan.scheduled)


def paid_seconds(plan: Plan, overtime: F8) -> F8:
    """Paid time: scheduled time over the rostered share of it, plus overtime.

    Parameters
    ----------
    plan : Plan
    overtime : float64[n_groups, n_bins], s
        As `overtime_seconds` gives it.

    Returns
    -------
    float64[n_groups, n_bins], s
    """
    return passes.paid_of(plan.scheduled, plan.rostered, overtime)

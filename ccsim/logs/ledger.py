"""What a replication cost: money by bin, account and entity, booked from the log."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ccsim.logs.codes import Account, EndReason, Route
from ccsim.logs.logs import LEDGER, Table, in_order
from ccsim.plan.bins import seconds_by_bin
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
    Paid time = scheduled time / (1 - shrinkage) + overtime; what overtime costs beyond the wage is an account of its
    own. Telephony runs from the moment a live contact enters until it ends, or takes a callback; and for as long as a
    customer talks whom the centre called. Source: docs/model.md, M17.
    """
    money = plan.money[0]
    n_channels = len(plan.channels)
    # an account whose price is nothing books nothing; most plans leave most of them out
    bookings = [np.empty(0, dtype=LEDGER)]
    if np.count_nonzero(plan.groups["wage"]):
        on_floor = seconds_by_bin(
            plan.bins, agent_states["starts"], agent_states["ends"], agent_states["group"], len(plan.groups)
        )
        wage = plan.groups["wage"][:, None]
        bookings.append(_rows(plan, Account.WAGES, paid_seconds(plan, on_floor) * wage))
        if money["overtime"]:
            extra = overtime_seconds(plan, on_floor) * wage * money["overtime"]
            bookings.append(_rows(plan, Account.OVERTIME, extra))
    if money["telephony"]:
        seconds = sum(
            seconds_by_bin(plan.bins, starts, ends, channel, n_channels)
            for starts, ends, channel in _on_the_line(plan, attempts)
        )
        bookings.append(_rows(plan, Account.TELEPHONY, seconds * money["telephony"]))
    if np.count_nonzero(plan.channels["cost"]):
        served = attempts[attempts["end_reason"] == EndReason.SERVED]
        counted = _counts(plan, served["ends"], served["channel"], n_channels)
        bookings.append(_rows(plan, Account.CONTACTS, counted * plan.channels["cost"][:, None]))
    if money["gate"]:
        gated = attempts[attempts["gated"] == 1]
        counted = _counts(plan, gated["enters"], gated["channel"], n_channels)
        bookings.append(_rows(plan, Account.GATE, counted * money["gate"]))
    for account, route, price in (
        (Account.SPEECH_ANALYTICS, Route.SPEECH_ANALYTICS, money["speech_analytics"]),
        (Account.MANUAL_REVIEW, Route.MANUAL_SAMPLE, money["manual_review"]),
    ):
        if price:
            looked_at = attempts[(attempts["analysed"] >> route) & 1 == 1]
            counted = _counts(plan, looked_at["ends"], looked_at["channel"], n_channels)
            bookings.append(_rows(plan, account, counted * price))
    if money["fixed"]:
        bookings.append(_rows(plan, Account.FIXED, np.diff(plan.bins)[None, :] * money["fixed"], entity=NONE))
    return in_order("ledger", bookings[0] if len(bookings) == 1 else np.concatenate(bookings))


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
    extra = on_floor - plan.scheduled
    return np.where(np.abs(extra) < 1e-6, 0.0, extra)


def paid_seconds(plan: Plan, on_floor: F8) -> F8:
    """Paid time: scheduled time over 1 - shrinkage, plus overtime.

    Parameters
    ----------
    plan : Plan
    on_floor : float64[n_groups, n_bins], s

    Returns
    -------
    float64[n_groups, n_bins], s
    """
    return plan.scheduled / (1.0 - plan.shrinkage) + overtime_seconds(plan, on_floor)


def _on_the_line(plan: Plan, attempts: Table) -> Iterator[tuple[F8, F8, NDArray[np.int32]]]:
    """When customers come to a live channel and leave it; and when they talk whom the centre called."""
    live = plan.channels["live"][attempts["channel"]] == 1
    called = attempts["dials"] >= 0
    came = attempts[live & ~np.isnan(attempts["enters"])]
    rings_off = (came["dials"] >= 0) & ~np.isnan(came["joins"])
    yield came["enters"], np.where(rings_off, came["joins"], came["ends"]), came["channel"]
    if called.any():
        reached = attempts[called & ~np.isnan(attempts["starts"])]
        yield reached["starts"], reached["ends"], reached["channel"]


def _counts(plan: Plan, times: F8, entity: NDArray[np.int32], n_entities: int) -> F8:
    """How many moments fall in each bin, by entity."""
    n_bins = len(plan.bins) - 1
    bin_of = np.clip(np.searchsorted(plan.bins, times, side="right") - 1, 0, n_bins - 1)
    place = entity.astype(np.int64) * n_bins + bin_of
    return np.bincount(place, minlength=n_entities * n_bins).reshape(n_entities, n_bins).astype(float)


def _rows(plan: Plan, account: Account, amounts: F8, entity: int | None = None) -> Table:
    """Bookings of one account from amounts by entity and bin, without the zeros."""
    owners, places = np.nonzero(amounts)
    rows = np.empty(len(owners), dtype=LEDGER)
    rows["time"] = plan.bins[places + 1]
    rows["account"] = account
    rows["entity"] = owners if entity is None else entity
    rows["amount"] = amounts[owners, places]
    return rows

"""The columns of a replication's log, and how its tables are put in order."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

NEED = np.dtype(
    [
        ("need", "i8"),
        ("need_type", "i4"),
        ("cause", "i4"),
        ("complexity", "f8"),
        ("stake", "f8"),
        ("arises", "f8"),
        ("preferred", "i4"),
        ("outcome", "i1"),
        ("ended", "f8"),
        ("n_attempts", "i4"),
        ("looked", "f8"),
        ("customer", "i4"),
        ("segment", "i4"),
        ("evidence", "i1"),
    ]
)
ATTEMPT = np.dtype(
    [
        ("need", "i8"),
        ("attempt", "i4"),
        ("leg", "i4"),
        ("need_type", "i4"),
        ("channel", "i4"),
        ("queue", "i4"),
        ("group", "i4"),
        ("agent", "i4"),
        ("arrives", "f8"),
        ("enters", "f8"),
        ("joins", "f8"),
        ("starts", "f8"),
        ("talk_ends", "f8"),
        ("ends", "f8"),
        ("wrap_up_ends", "f8"),
        ("patience", "f8"),
        ("end_reason", "i1"),
        ("gated", "i1"),
        ("bypassed", "i1"),
        ("resolved", "i1"),
        ("coded", "i1"),
        ("typing", "f8"),
        ("analysed", "i1"),
        ("paused", "f8"),
        ("dials", "i4"),
        ("silent", "i1"),
    ]
)
AGENT_STATE = np.dtype(
    [
        ("agent", "i4"),
        ("group", "i4"),
        ("state", "i1"),
        ("starts", "f8"),
        ("ends", "f8"),
        ("queue", "i4"),
        ("need", "i8"),
        ("open", "i4"),
    ]
)
SIGNAL = np.dtype([("time", "f8"), ("need", "i8"), ("attempt", "i4"), ("leg", "i4"), ("route", "i1"), ("cause", "i4")])
CAUSE = np.dtype([("cause", "i4"), ("need_type", "i4"), ("weight", "f8"), ("detected", "f8"), ("detected_by", "i1")])
LEDGER = np.dtype([("time", "f8"), ("account", "i1"), ("entity", "i4"), ("amount", "f8")])

Table = NDArray[np.void]

ROW_ORDER = {
    "needs": ("need",),
    "attempts": ("need", "attempt", "leg"),
    "agent_states": ("agent", "starts", "ends"),
    "signals": ("time", "need", "attempt", "leg", "route"),
    "causes": ("cause",),
    "ledger": ("time", "account", "entity"),
}
COLUMNS = {
    "needs": NEED,
    "attempts": ATTEMPT,
    "agent_states": AGENT_STATE,
    "signals": SIGNAL,
    "causes": CAUSE,
    "ledger": LEDGER,
}


@dataclass(frozen=True)
class Logs:
    """Everything that happened in one replication, as read-only tables.

    Attributes
    ----------
    needs : structured[n_needs]
        One row per need that arose before the horizon, by need id; `ended` is nan while open,
        `looked` the time spent in vain on looking for the preferred channel, s; `customer` whose need it is and
        `segment` what kind of customer that is, -1 where there are none; `evidence` how far its evidence came, -1
        where nothing listens.
    attempts : structured[n_legs]
        One row per leg of an attempt, by (need, attempt, leg).
        Times in s since the run's start: `arrives` the customer sets out, `enters` reaches the gate or
        the queue's door, `joins` starts to wait, `starts` is answered, `talk_ends`, `ends` the leg is over
        for the customer, `wrap_up_ends` the agent is free. `paused` is how long, in s, work lay put
        down after `starts`, nan if it never was; `group` and `agent` are those who had it last.
        `dials` is how often the centre has called the customer, -1 where the customer waits on the line or writes.
        `silent` is 1 for who abandons without a word: the row says when, and `starts` to `wrap_up_ends`, `group` and
        `agent` are those of the agent who takes the turn and finds out; of nobody, if none has by the horizon.
    agent_states : structured[n_stretches]
        One row per stretch of an agent's time on duty, by (agent, start). `open` is how many contacts are in
        hand; `state` is talk while any of them talks; `need` is -1 unless one is in hand, `queue` unless
        all are of one.
    signals : structured[n_signals]
        One row per analysed piece of evidence, by (time, need, attempt, leg, route).
    causes : structured[n_causes]
        One row per cause, with when and by which route it was detected.
    ledger : structured[n_bookings]
        Money by end of bin, account and entity (a group or a channel).
    """

    needs: Table
    attempts: Table
    agent_states: Table
    signals: Table
    causes: Table
    ledger: Table


def table(name: str, rows: list[tuple[float, ...]]) -> Table:
    """Rows of one table, typed, in the contract's row order, read-only.

    Parameters
    ----------
    name : str
        A key of `COLUMNS`.
    rows : list of tuples
        One tuple per row, in the order of the table's columns.

    Returns
    -------
    structured[n_rows]
    """
    return in_order(name, np.array(rows, dtype=COLUMNS[name]))


def in_order(name: str, rows: Table) -> Table:
    """The same rows in the contract's row order, contiguous and read-only.

    Parameters
    ----------
    name : str
        A key of `COLUMNS`.
    rows : structured[n_rows]

    Returns
    -------
    structured[n_rows]
    """
    if len(rows) < 2:
        return frozen(rows)
    order = np.lexsort([rows[column] for column in reversed(ROW_ORDER[name])])
    # picking structured rows by an index takes thirty times as long
    return frozen(np.take(rows, order))


def frozen(rows: Table) -> Table:
    """The same rows, read-only from now on.

    Parameters
    ----------
    rows : structured[n_rows]

    Returns
    -------
    structured[n_rows]
    """
    rows.flags.writeable = False
    return rows


def equal(first: Logs, second: Logs) -> str:
    """Where two logs differ, nan being equal to nan.

    Parameters
    ----------
    first, second : Logs

    Returns
    -------
    str
        The first difference in words; "" when every row of every column is the same.
    """
    for field in fields(Logs):
        one, other = getattr(first, field.name), getattr(second, field.name)
        if len(one) != len(other):
            return f"{field.name}: {len(one)} rows against {len(other)}"
        for column in one.dtype.names:
            apart = _apart(one[column], other[column])
            if apart.any():
                row = int(np.argmax(apart))
                return f"{field.name}.{column}[{row}]: {one[row]} against {other[row]}"
    return ""


def _apart(one: NDArray[np.generic], other: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Marks the places where two columns differ, nan being equal to nan."""
    return np.asarray((one != other) & ~((one != one) & (other != other)))

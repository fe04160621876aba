"""The compiled passes over a log: every row is read once and added to the rows of a sheet.

A sheet has one row for each cell and one column for each quantity that is added up; the columns are numbered here.
What falls into no cell is added to row 0, which nobody reads. A pass stands below the helpers that it calls.
"""

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from ccsim.compiling import (
    F8,
    F8_ROW,
    F8_TABLE,
    I8,
    I8_ROW,
    INSIDE,
    OWNING_NOTHING,
    KeptAlone,
    array_of,
    compiled,
)
from ccsim.logs import logs
from ccsim.logs.codes import Account, AgentState, EndReason, Evidence, Outcome
from ccsim.logs.passes import A_MOMENT, bin_of, firsts_of, overtime_of, paid_of, spend

F8s = NDArray[np.float64]
I8s = NDArray[np.int64]
Codes = NDArray[np.int32]
Marks = NDArray[np.int8]
Record = Any
Table = NDArray[Any]

# visits that reached their queue in the window, as they are tallied; each first leg stands in one place up to BALKED,
# or in CALLS_OUT
(
    AT_ONCE, SOON, LATE, GONE_LATE, GONE_SHORT, GONE_EARLY, GONE_EARLY_AND_SHORT, CUT, SENT_AWAY, BALKED,
    TRANSFERRED, TRANSFERS, TRANSFERS_ANSWERED, HANDLED,
    WAIT_OF_ANSWERED, WAIT_OF_ABANDONED, WAIT_OF_CUT, WAIT_OF_TRANSFERS, TALK, WRAP_UP, CONSULT, QUEUED, GONE_SILENTLY,
    CALLS_OUT, REACHED_OUT, NOT_REACHED, WAIT_OF_CALLS_OUT,
    RESPONDED, RESPONSE, WITHIN_DEADLINE, DEADLINE_KNOWN,
) = range(31)  # fmt: skip
# calls out and replies count in every cell, the rest where it is not mixed with other work
UNMIXED, OVER_ALL = CALLS_OUT, DEADLINE_KNOWN + 1
# and what follows from that
(
    OFFERED, ANSWERED, ABANDONED, WAITED, ANSWERED_WITHIN, NOT_GONE_EARLY, MET_OR_GONE, MET_OR_SHORT_GONE,
    NOT_SHORT_GONE, WAIT, HANDLING, CONTACTS,
) = range(OVER_ALL, OVER_ALL + 12)  # fmt: skip
# needs that arose in the window, by need type: each need's own up to TO_RESOLUTION, then gates, signals and causes;
# OPEN to LOST in the order of their codes, SEARCH to PASSED_ON in that of the plan's weights
(
    NEEDS, OPEN, RESOLVED, GIVEN_UP, ASKED_ELSEWHERE, LOST, TRIED, ATTEMPTS, SERVED_LEGS, BYPASSING,
    FIRST_RESOLVED, REACHED, FIRST_BY_AGENT, FIRST_CODED, SEARCH, GATE, IN_QUEUE, TALKING, TYPING, RECONTACT, SWITCH,
    PASSED_ON, MINUTES, CAUSED, HEARD, RAISED, FIRST_AND_LAST,
    IN_HANDS, FAILING_LEGS, FAILING_TIME, CHANNELS_TRIED, MISSED, RESOLVED_MINUTES, TO_RESOLUTION,
    GATE_ENTRIES, GATE_CONTAINED, GATE_RESOLVED, GATE_FAILED, GATE_MINUTES, GATE_RETURNS, GATE_FOR_GOOD,
    SIGNALS, DISTINCT_SIGNALS, FIRST_SIGNALS, CAUSES, DETECTED, DAYS, SUFFERED,
) = range(CONTACTS + 1, CONTACTS + 49)  # fmt: skip
# time on duty, without breaks and absence; the last six also in hours, COST also by account in the order of codes
(
    ON_DUTY, TALK_DUTY, WRAP_UP_DUTY, DIALLING_DUTY, CONSULT_DUTY, BUSY, PAID, SCHEDULED, OVERTIME, BREAKS, AWAY,
    BUSY_HOURS, PAID_HOURS, SCHEDULED_HOURS, OVERTIME_HOURS, BREAK_HOURS, AWAY_HOURS,
    LEFT, AT_LINES, BLOCKED, SHUT, SETTLED, HANDLED_COST, FAILING_COST, COST, ACCOUNTS,
) = range(SUFFERED + 1, SUFFERED + 27)  # fmt: skip
(
    QUANTILE, EFFORT_SEARCH, EFFORT_GATE, EFFORT_QUEUE, EFFORT_TALK, EFFORT_TYPING,
    EFFORT_PENALTIES, EFFORT_WEIGHTED, UNRESOLVED, PAID_MINUTES, LENGTH, ONE, BACKLOG, MOMENTS,
    IN_HAND, SHARED_BUSY, SHARED_TIME, SHARED_HANDLED, DUPLICATES, MERGED, SILENT_HOURS, VIEWS, FULL_TIME, SEATS, HEADS,
    N_COLUMNS,
) = range(ACCOUNTS + len(Account), ACCOUNTS + len(Account) + 26)  # fmt: skip

NOWHERE, WHOLE = 0, 1
DAY = 86400.0
WEEK = 7.0 * DAY
MINUTE = 60.0
HOUR = 3600.0

REASON_SERVED = int(EndReason.SERVED)
REASON_ABANDONED = int(EndReason.ABANDONED)
REASON_CLOSED = int(EndReason.CLOSED)
REASON_BLOCKED = int(EndReason.BLOCKED)
REASON_BALKED = int(EndReason.BALKED)
REASON_CUT_OFF = int(EndReason.CUT_OFF)
REASON_MERGED = int(EndReason.MERGED)
REASON_CALLBACK_FAILED = int(EndReason.CALLBACK_FAILED)
REASON_TRANSFERRED = int(EndReason.TRANSFERRED)
REASON_GATE_RESOLVED = int(EndReason.GATE_RESOLVED)
REASON_GATE_BLOCKED = int(EndReason.GATE_BLOCKED)
OUTCOME_RESOLVED = int(Outcome.RESOLVED)
EVIDENCE_HEARD = int(Evidence.HEARD)
N_STATES = len(AgentState)
STATE_BREAK, STATE_ABSENT = int(AgentState.BREAK), int(AgentState.ABSENT)
BUSY_STATES = (
    (int(AgentState.TALK), TALK_DUTY),
    (int(AgentState.WRAP_UP), WRAP_UP_DUTY),
    (int(AgentState.DIALLING), DIALLING_DUTY),
    (int(AgentState.CONSULT), CONSULT_DUTY),
)
WAGES = int(Account.WAGES)
# the low bits of a need's id count how many needs led to it
LAST_GENERATION = 15
FIXED = int(Account.FIXED)
OVERTIME_PAY = int(Account.OVERTIME)

GROUND = np.dtype(
    [
        *((name, "f8") for name in ("from", "to", "horizon", "interval", "acceptable", "short")),
        *((name, "i8") for name in ("n_types", "n_channels", "n_queues", "n_groups", "n_agents", "n_causes")),
        *((name, "i8") for name in ("need_type", "channel", "queue", "group", "pair", "cause", "route", "gate")),
        *((name, "i8") for name in ("segment", "n_segments", "shares", "live")),
        *((name, "i8") for name in ("interval_of_channel", "interval_of_queue", "n_intervals")),
        *((name, "i8") for name in ("n_own", "n_timed")),
    ]
)


# of one replication: how often a value was seen, by what it was seen of
SPREAD = np.dtype([("code", "i4"), ("count", "f4"), ("value", "f8")])
# of visits, and of needs
WAITS, TIMES = 0, 1
EFFORTS, LENGTHS = 0, 1
# so many values of a code are kept as they are; of more, those within a 32nd of an octave as their mean
FEW_VALUES = 64
BITS_IN_32ND = 47


class Grid(NamedTuple):
    """What the passes know of a plan.

    Attributes
    ----------
    ground : GROUND[1]
        Times, numbers, the first row of each kind of cell, and whether agents share themselves or work on after a
        customer has left, and whether customers wait on the line anywhere. Rows of channels and queues by interval
        begin at NOWHERE where there are none; rows from n_own on have no needs of their own, those from n_timed on no
        agents.
    bins : float64[n_bins + 1], s
    bin_rows : int64[n_bins, 4]
        Rows of each bin's interval, day, and interval of the day; NOWHERE outside the window. Last the interval's
        number among those of the window.
    queue_channel : int64[n_queues]
    live, limited : int64[n_channels]
        1 for live channels, and for those with limited lines.
    types_live, groups_live : int64[n_types], int64[n_groups]
        1 for those that have live contacts, beside which no others are counted.
    failing : int64[n_types]
        1 for need types of kind failure.
    most : int64[n_channels]
        In an agent's hands at once.
    deadlines : float64[n_channels], s
    views : float64[n_channels], per s
    weights : float64[8]
        Minutes' worth of a second of each stage, and of each penalty.
    scheduled : float64[n_groups, n_bins], s
    rostered : float64[n_groups], share
    edges : float64[n_edges], s
        Waits at which the distribution of waits is told; ascending.
    """

    ground: Table
    bins: F8s
    bin_rows: I8s
    queue_channel: I8s
    live: I8s
    limited: I8s
    types_live: I8s
    groups_live: I8s
    failing: I8s
    most: I8s
    deadlines: F8s
    views: F8s
    weights: F8s
    scheduled: F8s
    rostered: F8s
    edges: F8s


_NONE = numba.types.none
_GROUND, _LEGS, _NEEDS, _STATES, _SIGNALS, _CAUSES, _LEDGER = (
    array_of(dtype, frozen=True)
    for dtype in (GROUND, logs.ATTEMPT, logs.NEED, logs.AGENT_STATE, logs.SIGNAL, logs.CAUSE, logs.LEDGER)
)
_LEG = _LEGS.dtype
_ROWS = array_of("i8", 2, frozen=True)
_PLACES, _VECTOR, _CODES, _MARKS, _SPREAD = (array_of(dtype) for dtype in ("i8", "f8", "i4", "i1", SPREAD))
_CODE_ROWS = array_of("i4", 2)
_SHEET = array_of("f8", 2)
_GRID = numba.types.NamedTuple(  # type: ignore[no-untyped-call]
    (_GROUND, F8_ROW, _ROWS, *[I8_ROW] * 7, *[F8_ROW] * 3, F8_TABLE, *[F8_ROW] * 2), Grid
)
_EVERY_TABLE = (_NEEDS, _LEGS, _STATES, _SIGNALS, _CAUSES, _LEDGER)


@compiled(_NONE(_SHEET, I8, _SHEET, I8, I8, I8), **OWNING_NOTHING)
def _fold(source: F8s, row: int, sheet: F8s, target: int, first: int, end: int) -> None:
    """Adds one row to another, from the first column up to the end."""
    for column in range(first, end):
        sheet[target, column] += source[row, column]


@compiled(I8(_LEG), **OWNING_NOTHING)
def _is_answered(leg: Record) -> int:
    """Whether an agent came while the customer was there."""
    return int(leg["starts"] == leg["starts"] and leg["silent"] == 0)


@compiled(I8(_LEG, F8, F8, F8), **OWNING_NOTHING)
def _end_of_wait(leg: Record, wait: float, acceptable: float, short: float) -> int:
    """What became of a first leg's wait, as a column."""
    if leg["dials"] >= 0:
        return CALLS_OUT
    # a wait of exactly the acceptable wait is within
    within = wait <= acceptable + A_MOMENT
    if _is_answered(leg):
        if leg["starts"] == leg["joins"]:
            return AT_ONCE
        return SOON if within else LATE
    if leg["end_reason"] != REASON_ABANDONED:
        if leg["end_reason"] == REASON_CUT_OFF:
            return SENT_AWAY
        return BALKED if leg["end_reason"] == REASON_BALKED else CUT
    # the four ways to leave stand side by side
    return GONE_LATE + 2 * int(within) + int(wait <= short + A_MOMENT)


@compiled(_NONE(_LEG, I8, F8, I8, I8, I8, _SHEET), **OWNING_NOTHING)
def _visit(leg: Record, ended: int, wait: float, one: int, two: int, three: int, tallies: F8s) -> None:
    """A visit's wait, transfer and handling, added to three rows."""
    served = _is_answered(leg)
    first = leg["leg"] == 0
    kind = WAIT_OF_TRANSFERS
    if first:
        kind = WAIT_OF_ANSWERED if ended <= LATE else WAIT_OF_CUT if CUT <= ended <= SENT_AWAY else WAIT_OF_ABANDONED
    called = first and ended == CALLS_OUT
    finished = served and leg["wrap_up_ends"] == leg["wrap_up_ends"]
    for row in (one, two, three):
        if not called:
            tallies[row, ended if first else TRANSFERS] += 1.0
        if first and leg["silent"]:
            tallies[row, GONE_SILENTLY] += 1.0
        if wait > 0.0 and (served or first) and not called:
            tallies[row, kind] += wait
        if finished:
            tallies[row, HANDLED] += 1.0
            tallies[row, TALK] += leg["talk_ends"] - leg["starts"]
            if leg["paused"] == leg["paused"]:
                tallies[row, TALK] -= leg["paused"]
            # who passes a customer on has no wrap-up, but may stay with him
            after = CONSULT if leg["end_reason"] == REASON_TRANSFERRED else WRAP_UP
            tallies[row, after] += leg["wrap_up_ends"] - leg["talk_ends"]
        if served and not first:
            tallies[row, TRANSFERS_ANSWERED] += 1.0
        if served and first and not called and leg["end_reason"] == REASON_TRANSFERRED:
            tallies[row, TRANSFERRED] += 1.0


@compiled(_NONE(_LEG, F8, I8, I8, I8, _SHEET), **OWNING_NOTHING)
def _call_out(leg: Record, wait: float, one: int, two: int, three: int, tallies: F8s) -> None:
    """A customer whom the centre calls, added to three rows."""
    served = _is_answered(leg)
    for row in (one, two, three):
        tallies[row, CALLS_OUT] += 1.0
        if served:
            tallies[row, REACHED_OUT] += 1.0
            tallies[row, WAIT_OF_CALLS_OUT] += wait
        if leg["end_reason"] == REASON_CALLBACK_FAILED:
            tallies[row, NOT_REACHED] += 1.0


@compiled(_NONE(_LEG, F8, F8, I8, I8, I8, _SHEET), **OWNING_NOTHING)
def _reply(leg: Record, deadline: float, horizon: float, one: int, two: int, three: int, tallies: F8s) -> None:
    """The reply to a message in a deferrable channel, added to three rows."""
    replied = leg["talk_ends"] == leg["talk_ends"]
    response = (leg["talk_ends"] if replied else horizon) - leg["joins"]
    # a message without an answer that is younger than its deadline can't be judged yet
    known = response > deadline + A_MOMENT or (replied and response <= deadline + A_MOMENT)
    for row in (one, two, three):
        if replied:
            tallies[row, RESPONDED] += 1.0
            tallies[row, RESPONSE] += response
        if known:
            tallies[row, DEADLINE_KNOWN] += 1.0
            tallies[row, WITHIN_DEADLINE] += 1.0 if response <= deadline + A_MOMENT else 0.0


@compiled(_NONE(_LEG, I8, I8, _VECTOR), **OWNING_NOTHING)
def _of_need(leg: Record, live: int, channel_before: int, y: F8s) -> None:
    """What a leg adds to its need: attempts, first contacts, and the customer's time by stage."""
    joined, served = leg["joins"] == leg["joins"], _is_answered(leg)
    enters = leg["enters"] if leg["enters"] == leg["enters"] else leg["ends"]
    y[SEARCH] += enters - leg["arrives"]
    y[TYPING] += leg["typing"]
    if leg["gated"] == 1:
        y[GATE] += (leg["joins"] if joined else leg["ends"]) - enters
    called = leg["dials"] >= 0
    if joined and live and not called:
        y[IN_QUEUE] += (leg["starts"] if served else leg["ends"]) - leg["joins"]
    if served and (live or called):
        talk_ends = leg["talk_ends"] if leg["talk_ends"] == leg["talk_ends"] else leg["ends"]
        y[TALKING] += talk_ends - leg["starts"]
    if leg["leg"] > 0:
        y[PASSED_ON] += 1.0
    else:
        y[ATTEMPTS] += 1.0
        if leg["attempt"] > 0:
            y[RECONTACT] += 1.0
            y[SWITCH] += 1.0 if leg["channel"] != channel_before and channel_before >= 0 else 0.0
    if leg["bypassed"] == 1:
        y[BYPASSING] = 1.0
    if leg["attempt"] == 0 and leg["resolved"] == 1:
        y[FIRST_RESOLVED] = 1.0
    if leg["end_reason"] == REASON_SERVED and y[REACHED] == 0.0:
        y[REACHED] = 1.0
        y[FIRST_BY_AGENT] = 1.0 if leg["resolved"] == 1 else 0.0
        y[FIRST_CODED] = 1.0 if leg["coded"] == 1 else 0.0


@compiled(F8(_LEG), **OWNING_NOTHING)
def _handling(leg: Record) -> float:
    """Handling time of a finished contact."""
    time = leg["wrap_up_ends"] - leg["starts"]
    return float(time - leg["paused"] if leg["paused"] == leg["paused"] else time)


@compiled(_NONE(_LEG, I8, I8, _VECTOR, _SHEET), **OWNING_NOTHING)
def _in_hands(leg: Record, failing: int, of_channel: int, y: F8s, sheet: F8s) -> None:
    """What a contact adds to its need and its channel: handling, and whether it should not have come about."""
    time = _handling(leg) if leg["wrap_up_ends"] == leg["wrap_up_ends"] else 0.0
    y[SERVED_LEGS] += 1.0
    y[IN_HANDS] += time
    y[FAILING_LEGS] += failing
    y[FAILING_TIME] += failing * time
    sheet[of_channel, SERVED_LEGS] += 1.0
    sheet[of_channel, IN_HANDS] += time
    sheet[of_channel, FAILING_LEGS] += failing
    sheet[of_channel, FAILING_TIME] += failing * time


@compiled(I8(_LEGS, I8), **OWNING_NOTHING)
def _is_new_channel(attempts: Table, place: int) -> int:
    """Whether an attempt is its need's first on this channel."""
    leg = attempts[place]
    if leg["leg"] > 0:
        return 0
    before = place - 1
    while before >= 0 and attempts[before]["need"] == leg["need"]:
        if attempts[before]["channel"] == leg["channel"] and attempts[before]["leg"] == 0:
            return 0
        before -= 1
    return 1


@compiled(_NONE(_LEG, I8, I8, _SHEET), **OWNING_NOTHING)
def _in_gate(leg: Record, n_attempts: int, row: int, sheet: F8s) -> None:
    """What the gate did with one who entered it, and whether the need came again."""
    reason = leg["end_reason"]
    leaves = leg["joins"] if leg["joins"] == leg["joins"] else leg["ends"]
    sheet[row, GATE_ENTRIES] += 1.0
    sheet[row, GATE_MINUTES] += (leaves - leg["enters"]) / MINUTE
    if REASON_GATE_RESOLVED <= reason <= REASON_GATE_BLOCKED:
        sheet[row, GATE_CONTAINED] += 1.0
        sheet[row, GATE_RESOLVED if reason == REASON_GATE_RESOLVED else GATE_FAILED] += 1.0
        sheet[row, GATE_RETURNS if leg["attempt"] + 1 < n_attempts else GATE_FOR_GOOD] += 1.0


@compiled(_NONE(_LEG, F8_ROW, F8, _SHEET), **OWNING_NOTHING)
def _stands(leg: Record, bins: F8s, interval: float, standing: F8s) -> None:
    """One message more in its queue's backlog from the first bin that begins when it has joined, until it is over."""
    step = 1.0
    for time in (leg["joins"], leg["ends"]):
        place = bin_of(bins, interval, time)
        standing[leg["queue"], place + int(bins[place] < time)] += step
        step = -1.0


@compiled(_NONE(_LEG, F8, _GROUND, _SHEET), **OWNING_NOTHING)
def _is_seen(leg: Record, views: float, ground: Table, sheet: F8s) -> None:
    """How often a public message is seen in the window before the reply to it."""
    g = ground[0]
    seconds = min(leg["ends"], g["to"]) - max(leg["joins"], g["from"])
    if seconds > 0.0:
        for row in (WHOLE, g["channel"] + leg["channel"], g["queue"] + leg["queue"]):
            sheet[row, VIEWS] += views * seconds


@compiled(I8(I8, I8, I8, _GROUND, _ROWS), **OWNING_NOTHING)
def _crossed(first: int, number: int, place: int, ground: Table, bin_rows: I8s) -> int:
    """The row of a channel or queue in a bin's interval."""
    return NOWHERE if first == NOWHERE else first + number * ground[0]["n_intervals"] + bin_rows[place, 3]


@compiled(_NONE(_SHEET, _GROUND, _ROWS, I8_ROW, _SHEET), **OWNING_NOTHING)
def _pile_up(standing: F8s, ground: Table, bin_rows: I8s, queue_channel: I8s, sheet: F8s) -> None:
    """Adds the backlog at the start of each bin of the window to the cells that it belongs to."""
    g = ground[0]
    for queue in range(g["n_queues"]):
        backlog = 0.0
        for place in range(len(bin_rows)):
            backlog += standing[queue, place]
            if bin_rows[place, 0] != NOWHERE:
                sheet[WHOLE, BACKLOG] += backlog
                sheet[g["queue"] + queue, BACKLOG] += backlog
                sheet[g["channel"] + queue_channel[queue], BACKLOG] += backlog
                for row in range(3):
                    sheet[bin_rows[place, row], BACKLOG] += backlog
                sheet[_crossed(g["interval_of_queue"], queue, place, ground, bin_rows), BACKLOG] += backlog
                channel = queue_channel[queue]
                sheet[_crossed(g["interval_of_channel"], channel, place, ground, bin_rows), BACKLOG] += backlog


@compiled(_NONE(F8, _GROUND, F8_ROW, _ROWS, _SHEET), **OWNING_NOTHING)
def _leaves(time: float, ground: Table, bins: F8s, bin_rows: I8s, sheet: F8s) -> None:
    """An abandonment on a live channel, by the moment of leaving."""
    g = ground[0]
    if g["from"] <= time < g["to"]:
        place = bin_of(bins, g["interval"], time)
        sheet[WHOLE, LEFT] += 1.0
        sheet[bin_rows[place, 0], LEFT] += 1.0
        sheet[bin_rows[place, 1], LEFT] += 1.0


@compiled(_NONE(_LEG, _GROUND, F8_ROW, _ROWS, _SHEET), **OWNING_NOTHING)
def _comes_to_lines(leg: Record, ground: Table, bins: F8s, bin_rows: I8s, sheet: F8s) -> None:
    """An attempt that finds a channel with limited lines open: blocked or not."""
    g, time = ground[0], leg["enters"]
    if not g["from"] <= time < g["to"] or leg["end_reason"] == REASON_CLOSED:
        return
    place = bin_of(bins, g["interval"], time)
    blocked = 1.0 if leg["end_reason"] == REASON_BLOCKED else 0.0
    for row in (
        WHOLE,
        g["channel"] + leg["channel"],
        g["need_type"] + leg["need_type"],
        bin_rows[place, 0],
        bin_rows[place, 1],
    ):
        sheet[row, AT_LINES] += 1.0
        sheet[row, BLOCKED] += blocked


@compiled(_NONE(_LEG, _GROUND, F8_ROW, _ROWS, _SHEET), **OWNING_NOTHING)
def _finds_closed(leg: Record, ground: Table, bins: F8s, bin_rows: I8s, sheet: F8s) -> None:
    """An attempt that finds its channel closed."""
    g, time = ground[0], leg["ends"]
    if not g["from"] <= time < g["to"]:
        return
    place = bin_of(bins, g["interval"], time)
    sheet[WHOLE, SHUT] += 1.0
    sheet[g["channel"] + leg["channel"], SHUT] += 1.0
    sheet[g["need_type"] + leg["need_type"], SHUT] += 1.0
    sheet[bin_rows[place, 0], SHUT] += 1.0
    sheet[bin_rows[place, 1], SHUT] += 1.0


@compiled(_NONE(_LEG, _LEG, _GROUND, _SHEET), **OWNING_NOTHING)
def _tries_beside(leg: Record, before: Record, ground: Table, sheet: F8s) -> None:
    """An attempt that begins while the one before it, a message, still lies."""
    g = ground[0]
    if leg["need"] != before["need"] or leg["leg"] > 0 or not leg["arrives"] < before["ends"]:
        return
    if g["from"] <= leg["arrives"] < g["to"]:
        for row in (WHOLE, g["channel"] + before["channel"]):
            sheet[row, DUPLICATES] += 1.0
            sheet[row, MERGED] += 1.0 if leg["end_reason"] == REASON_MERGED else 0.0


@compiled(_NONE(_SHEET), **OWNING_NOTHING)
def _derive(sheet: F8s) -> None:
    """What follows from the tallies."""
    for row in range(len(sheet)):
        x = sheet[row]
        x[ANSWERED_WITHIN] = x[AT_ONCE] + x[SOON]
        x[ANSWERED] = x[ANSWERED_WITHIN] + x[LATE]
        x[ABANDONED] = x[GONE_LATE] + x[GONE_SHORT] + x[GONE_EARLY] + x[GONE_EARLY_AND_SHORT]
        x[OFFERED] = x[ANSWERED] + x[ABANDONED] + x[CUT] + x[SENT_AWAY] + x[BALKED]
        x[WAITED] = x[OFFERED] - x[AT_ONCE] - x[BALKED]
        # in the service levels who balks has gone after 0 s
        early = x[GONE_EARLY] + x[GONE_EARLY_AND_SHORT] + x[BALKED]
        short = x[GONE_SHORT] + x[GONE_EARLY_AND_SHORT] + x[BALKED]
        x[NOT_GONE_EARLY] = x[OFFERED] - early
        x[MET_OR_GONE] = x[ANSWERED_WITHIN] + early
        x[MET_OR_SHORT_GONE] = x[ANSWERED_WITHIN] + short
        x[NOT_SHORT_GONE] = x[OFFERED] - short
        x[WAIT] = x[WAIT_OF_ANSWERED] + x[WAIT_OF_ABANDONED] + x[WAIT_OF_CUT]
        x[HANDLING] = x[TALK] + x[WRAP_UP] + x[CONSULT]
        x[CONTACTS] = x[ANSWERED] + x[TRANSFERS_ANSWERED] + x[REACHED_OUT]


@compiled(I8(_SHEET, I8), **OWNING_NOTHING)
def _is_empty(tallies: F8s, row: int) -> int:
    """Whether nothing was tallied in a row."""
    for column in range(OVER_ALL):
        if tallies[row, column] != 0.0:
            return 0
    return 1


@compiled(_NONE(_SHEET, _GRID, _SHEET), **OWNING_NOTHING)
def _gather(tallies: F8s, grid: Grid, sheet: F8s) -> None:
    """Adds the tallies of queues, by need type, bin and group, to the cells that they belong to.

    Where a cell has live contacts, those of deferrable channels are not mixed with them.
    """
    ground, bin_rows, queue_channel, live = grid.ground, grid.bin_rows, grid.queue_channel, grid.live
    g = ground[0]
    place = 1
    for queue in range(g["n_queues"]):
        channel = queue_channel[queue]
        of_whole = 0 if live[channel] or not g["live"] else UNMIXED
        for kind in range(g["n_types"] * g["n_segments"]):
            need_type = kind // g["n_segments"]
            of_type = 0 if live[channel] or not grid.types_live[need_type] else UNMIXED
            _fold(tallies, place, sheet, g["queue"] + queue, 0, OVER_ALL)
            _fold(tallies, place, sheet, g["need_type"] + need_type, of_type, OVER_ALL)
            if g["segment"] != NOWHERE:
                _fold(tallies, place, sheet, g["segment"] + kind % g["n_segments"], of_whole, OVER_ALL)
            place += 1
        _fold(sheet, g["queue"] + queue, sheet, g["channel"] + channel, 0, OVER_ALL)
        _fold(sheet, g["queue"] + queue, sheet, WHOLE, of_whole, OVER_ALL)
    for queue in range(g["n_queues"]):
        channel = queue_channel[queue]
        of_whole = 0 if live[channel] or not g["live"] else UNMIXED
        for in_bin in range(len(bin_rows)):
            if not _is_empty(tallies, place):
                for column in range(3):
                    if bin_rows[in_bin, column] != NOWHERE:
                        _fold(tallies, place, sheet, bin_rows[in_bin, column], of_whole, OVER_ALL)
                for first, number in ((g["interval_of_queue"], queue), (g["interval_of_channel"], channel)):
                    row = _crossed(first, number, in_bin, ground, bin_rows)
                    if row != NOWHERE:
                        _fold(tallies, place, sheet, row, 0, OVER_ALL)
            place += 1
    for group in range(g["n_groups"]):
        for queue in range(g["n_queues"]):
            of_group = 0 if live[queue_channel[queue]] or not grid.groups_live[group] else UNMIXED
            if not _is_empty(tallies, place):
                _fold(tallies, place, sheet, g["group"] + group, of_group, OVER_ALL)
                _fold(tallies, place, sheet, g["pair"] + group * g["n_queues"] + queue, 0, OVER_ALL)
            place += 1
    _derive(sheet)
    # whoever reached an agent, in deferrable channels too
    sheet[WHOLE, CONTACTS] = 0.0
    for queue in range(g["n_queues"]):
        sheet[WHOLE, CONTACTS] += sheet[g["queue"] + queue, CONTACTS]


@compiled(_NONE(I8, F8, I8, _SHEET, _CODE_ROWS, _PLACES), **OWNING_NOTHING)
def _see(what: int, value: float, code: int, values: F8s, codes: Codes, n_seen: I8s) -> None:
    """Notes a value of which quantiles are taken."""
    values[what, n_seen[what]], codes[what, n_seen[what]] = value, code
    n_seen[what] += 1


@compiled(_NONE(_LEGS, _CODES, _GRID, _SHEET, _VECTOR, _SHEET, _CODE_ROWS, _PLACES, _VECTOR))
def add_visits(
    attempts: Table,
    segments: Codes,
    grid: Grid,
    sheet: F8s,
    histogram: F8s,
    values: F8s,
    codes: Codes,
    n_seen: I8s,
    at_once: F8s,
) -> None:
    """Adds visits to the sheet: their waits, ends and handling.

    Parameters
    ----------
    attempts : structured[n_legs]
    segments : int32[n_legs]
        Segment of each leg's customer; empty where there are no segments.
    grid : Grid
    sheet : float64[n_rows, N_COLUMNS]
        Added to.
    histogram : float64[n_edges]
        Added to: live contacts by the first edge that their wait doesn't exceed, or the last.
    values, codes : float64[2, n_legs], int32[2, n_legs]
        Filled from the start with the waits of first legs that are not nothing, and with the handling times of
        finished contacts, on live channels where there are any; and with
        (queue * n_types + need type) * n_segments + segment.
    n_seen : int64[2]
        Added to: how many are filled.
    at_once : float64[n_codes]
        Added to: first legs that waited nothing.
    """
    ground, bins, bin_rows, queue_channel, live = grid.ground, grid.bins, grid.bin_rows, grid.queue_channel, grid.live
    limited, deadlines, views, edges = grid.limited, grid.deadlines, grid.views, grid.edges
    g = ground[0]
    begins, over = g["from"], g["to"]
    n_codes = g["n_queues"] * g["n_types"] * g["n_segments"]
    n_queue_bins = g["n_queues"] * len(bin_rows)
    tallies = np.zeros((1 + n_codes + n_queue_bins + g["n_groups"] * g["n_queues"], OVER_ALL))
    queued = np.zeros((g["n_queues"], len(bin_rows)))
    standing = np.zeros((g["n_queues"], len(bin_rows) + 1))
    for place in range(len(attempts)):
        leg = attempts[place]
        if leg["attempt"] > 0:
            _tries_beside(leg, attempts[place - 1], ground, sheet)
        on_line, served = live[leg["channel"]], _is_answered(leg)
        if leg["end_reason"] == REASON_ABANDONED and leg["leg"] == 0 and on_line:
            _leaves(leg["ends"], ground, bins, bin_rows, sheet)
        if limited[leg["channel"]] and leg["leg"] == 0:
            _comes_to_lines(leg, ground, bins, bin_rows, sheet)
        if leg["joins"] != leg["joins"]:
            if leg["end_reason"] == REASON_CLOSED:
                _finds_closed(leg, ground, bins, bin_rows, sheet)
            continue
        if not on_line:
            _stands(leg, bins, g["interval"], standing)
            if views[leg["channel"]] > 0.0:
                _is_seen(leg, views[leg["channel"]], ground, sheet)
        until = leg["starts"] if served else leg["ends"]
        wait = until - leg["joins"]
        code = leg["queue"] * g["n_types"] + leg["need_type"]
        if len(segments) > 0:
            code = code * g["n_segments"] + segments[place]
        # who expects a call doesn't wait on the line
        on_hold = wait > 0.0 and leg["dials"] < 0
        if on_hold and until > begins and leg["joins"] < over:
            starts, ends = max(leg["joins"], begins), min(until, over)
            tallies[1 + code, QUEUED] += ends - starts
            spend(queued, leg["queue"], bins, bin_of(bins, g["interval"], starts), starts, ends)
        if not begins <= leg["joins"] < over:
            continue
        of_bin = 1 + n_codes + leg["queue"] * len(bin_rows) + bin_of(bins, g["interval"], leg["joins"])
        of_pair = NOWHERE
        if served:
            of_pair = 1 + n_codes + n_queue_bins + leg["group"] * g["n_queues"] + leg["queue"]
        if not on_line:
            _reply(leg, deadlines[leg["channel"]], g["horizon"], 1 + code, of_bin, of_pair, tallies)
        if leg["leg"] == 0 and leg["dials"] >= 0:
            _call_out(leg, wait, 1 + code, of_bin, of_pair, tallies)
        _visit(leg, _end_of_wait(leg, wait, g["acceptable"], g["short"]), wait, 1 + code, of_bin, of_pair, tallies)
        if served and leg["wrap_up_ends"] == leg["wrap_up_ends"] and (on_line or not g["live"]):
            _see(TIMES, _handling(leg), code, values, codes, n_seen)
        if leg["leg"] == 0 and leg["dials"] < 0 and on_line:
            if on_hold:
                _see(WAITS, wait, code, values, codes, n_seen)
            else:
                at_once[code] += 1.0
            edge = 0
            while edge < len(edges) - 1 and wait > edges[edge]:
                edge += 1
            histogram[edge] += 1.0
    for queue in range(g["n_queues"]):
        for place in range(len(bin_rows)):
            tallies[1 + n_codes + queue * len(bin_rows) + place, QUEUED] += queued[queue, place]
    _gather(tallies, grid, sheet)
    _pile_up(standing, ground, bin_rows, queue_channel, sheet)


@compiled(_NONE(_SIGNALS, _CAUSES, _NEEDS, _GROUND, _VECTOR, _MARKS, _SHEET), **OWNING_NOTHING)
def add_evidence(
    signals: Table, causes: Table, needs: Table, ground: Table, until: F8s, heard: Marks, sheet: F8s
) -> None:
    """Adds causes and signals to the sheet.

    Parameters
    ----------
    signals, causes, needs : structured[n]
    ground : GROUND[1]
    until : float64[n_causes], s
        Filled with when each cause came to light, cut at the window's ends.
    heard : int8[n_needs]
        Filled with 1 for needs with a signal, 2 if one falls in the window, 3 if one of these is of the first attempt.
    sheet : float64[n_rows, N_COLUMNS]
        Added to.
    """
    g = ground[0]
    for cause in causes:
        found = cause["detected"] < g["to"]
        until[cause["cause"]] = max(cause["detected"], g["from"]) if found else g["to"]
        for row in (g["cause"] + cause["cause"], g["need_type"] + cause["need_type"]):
            sheet[row, CAUSES] += 1.0
            sheet[row, DETECTED] += 1.0 if found else 0.0
            sheet[row, DAYS] += (until[cause["cause"]] - g["from"]) / DAY
    for signal in signals:
        low, high = 0, len(needs) - 1
        while low < high:
            middle = (low + high) // 2
            if needs[middle]["need"] < signal["need"]:
                low = middle + 1
            else:
                high = middle
        heard[low] = max(heard[low], 1)
        if g["from"] <= signal["time"] < g["to"]:
            row = g["need_type"] + causes[signal["cause"]]["need_type"]
            sheet[row, SIGNALS] += 1.0
            sheet[g["route"] + signal["route"], SIGNALS] += 1.0
            sheet[row, DISTINCT_SIGNALS] += 1.0 if heard[low] < 2 else 0.0
            heard[low] = max(heard[low], 2)
            if signal["attempt"] == 0 and heard[low] < 3:
                sheet[row, FIRST_SIGNALS] += 1.0
                heard[low] = 3


@compiled(_NONE(_VECTOR, F8_ROW), **OWNING_NOTHING)
def _weigh(x: F8s, weights: F8s) -> None:
    """A row's weighted effort, the unresolved, the mean time to detect, and what is unknown where there is no cause."""
    for stage in range(TYPING - SEARCH + 1):
        x[EFFORT_SEARCH + stage] = x[SEARCH + stage] * weights[stage]
        x[EFFORT_WEIGHTED] += x[EFFORT_SEARCH + stage]
    for penalty in range(RECONTACT, PASSED_ON + 1):
        x[EFFORT_PENALTIES] += x[penalty] * weights[penalty - SEARCH]
    x[EFFORT_WEIGHTED] += x[EFFORT_PENALTIES]
    x[UNRESOLVED] = x[NEEDS] - x[RESOLVED]
    if x[CAUSES] > 0.0:
        x[DAYS] /= x[CAUSES]
    else:
        x[DAYS] = np.nan
        x[DETECTED] = np.nan


@compiled(_VECTOR(_NEEDS, _LEGS, I8_ROW))
def minutes_of(needs: Table, attempts: Table, live: I8s) -> F8s:
    """What each need cost its customer by the clock.

    Parameters
    ----------
    needs, attempts : structured[n]
        Both by need id.
    live : int64[n_channels]

    Returns
    -------
    float64[n_needs], min
    """
    minutes, y, place = np.zeros(len(needs)), np.zeros(N_COLUMNS), 0
    for row in range(len(needs)):
        for stage in range(SEARCH, TYPING + 1):
            y[stage] = 0.0
        while place < len(attempts) and attempts[place]["need"] <= needs[row]["need"]:
            leg = attempts[place]
            if leg["need"] == needs[row]["need"]:
                _of_need(leg, live[leg["channel"]], -1, y)
            place += 1
        y[SEARCH] += needs[row]["looked"]
        for stage in range(SEARCH, TYPING + 1):
            minutes[row] += y[stage]
        minutes[row] /= MINUTE
    return minutes


@compiled(_NONE(_NEEDS, _LEGS, _GRID, _VECTOR, _MARKS, _SHEET, _SHEET, _CODE_ROWS, _PLACES), **INSIDE)
def add_needs(
    needs: Table,
    attempts: Table,
    grid: Grid,
    until: F8s,
    heard: Marks,
    sheet: F8s,
    values: F8s,
    codes: Codes,
    n_seen: I8s,
) -> None:
    """Adds the needs that arose in the window: what became of them.

    Parameters
    ----------
    needs, attempts : structured[n]
        Both by need id.
    grid : Grid
    until, heard : float64[n_causes], int8[n_needs]
        As `add_evidence` fills them.
    sheet : float64[n_rows, N_COLUMNS]
        Added to.
    values, codes : float64[2, n_needs], int32[2, n_needs]
        Filled from the start with clock minutes, and with times to resolution; and with need types.
    n_seen : int64[2]
        Added to: how many are filled.
    """
    ground, live = grid.ground, grid.live
    g = ground[0]
    y = np.zeros(N_COLUMNS)
    place = 0
    for row in range(len(needs)):
        need = needs[row]
        if need["outcome"] == OUTCOME_RESOLVED and g["from"] <= need["ended"] < g["to"]:
            sheet[WHOLE, SETTLED] += 1.0
        if not g["from"] <= need["arises"] < g["to"]:
            continue
        of_type = g["need_type"] + need["need_type"]
        of_segment = g["segment"] + need["segment"] if need["segment"] >= 0 else NOWHERE
        while place < len(attempts) and attempts[place]["need"] < need["need"]:
            place += 1
        for column in range(NEEDS, GATE_ENTRIES):
            y[column] = 0.0
        channel = reached_in = -1
        # rows of the first attempt, and of the first contact that an agent ended: channel, then group
        tried_on = tried_with = met_on = met_with = NOWHERE
        while place < len(attempts) and attempts[place]["need"] == need["need"]:
            leg = attempts[place]
            of_channel, met_before = g["channel"] + leg["channel"], y[REACHED]
            _of_need(leg, live[leg["channel"]], channel, y)
            if _is_answered(leg):
                if reached_in < 0:
                    reached_in = leg["attempt"]
                again = int(leg["attempt"] > reached_in)
                _in_hands(leg, max(grid.failing[need["need_type"]], again), of_channel, y, sheet)
            if leg["gated"] == 1:
                for cell in (of_type, of_segment, of_channel):
                    _in_gate(leg, need["n_attempts"], cell, sheet)
            y[CHANNELS_TRIED] += _is_new_channel(attempts, place)
            if leg["attempt"] == 0:
                tried_on = of_channel if leg["leg"] == 0 else tried_on
                tried_with = g["group"] + leg["group"] if leg["end_reason"] == REASON_SERVED else tried_with
            if y[REACHED] > met_before:
                met_on, met_with = of_channel, g["group"] + leg["group"]
            if leg["leg"] == 0:
                channel = leg["channel"]
            place += 1
        for cell in (tried_on, tried_with):
            sheet[cell, TRIED] += 1.0
            sheet[cell, FIRST_RESOLVED] += y[FIRST_RESOLVED]
        for cell in (met_on, met_with):
            for column in range(REACHED, FIRST_CODED + 1):
                sheet[cell, column] += y[column]
        y[NEEDS] = 1.0
        y[OPEN + need["outcome"]] = 1.0
        y[TRIED] = 1.0 if need["n_attempts"] > 0 else 0.0
        y[RAISED] = 1.0 if need["need"] & LAST_GENERATION > 0 else 0.0
        if row + 1 == len(needs) or needs[row + 1]["need"] != need["need"] + 1:
            y[FIRST_AND_LAST] = y[FIRST_RESOLVED]
        y[SEARCH] += need["looked"]
        for stage in range(SEARCH, TYPING + 1):
            y[MINUTES] += y[stage]
        y[MINUTES] /= MINUTE
        if need["outcome"] == OUTCOME_RESOLVED:
            y[RESOLVED_MINUTES] = y[MINUTES]
            y[TO_RESOLUTION] = need["ended"] - need["arises"]
            _see(LENGTHS, y[TO_RESOLUTION], need["need_type"], values, codes, n_seen)
        _see(EFFORTS, y[MINUTES], need["need_type"], values, codes, n_seen)
        if need["cause"] >= 0:
            y[CAUSED] = 1.0
            y[HEARD] = 1.0 if heard[row] else 0.0
            if 0 <= need["evidence"] < EVIDENCE_HEARD:
                y[MISSED] = 1.0
                sheet[g["gate"] + need["evidence"], MISSED] += 1.0
            if need["arises"] <= until[need["cause"]]:
                sheet[of_type, SUFFERED] += 1.0
                sheet[g["cause"] + need["cause"], SUFFERED] += 1.0
        for column in range(NEEDS, GATE_ENTRIES):
            sheet[of_type, column] += y[column]
        if of_segment != NOWHERE:
            for column in range(NEEDS, GATE_ENTRIES):
                sheet[of_segment, column] += y[column]
    for need_type in range(g["n_types"]):
        _fold(sheet, g["need_type"] + need_type, sheet, WHOLE, NEEDS, SUFFERED + 1)
    for lost_at in range(EVIDENCE_HEARD):
        sheet[g["gate"] + lost_at, CAUSED] = sheet[WHOLE, CAUSED]
    for row in range(g["n_own"]):
        _weigh(sheet[row], grid.weights)


@compiled(_NONE(_LEGS, _STATES, I8_ROW, I8_ROW, _GROUND, _SHEET), **OWNING_NOTHING)
def add_shared(attempts: Table, states: Table, firsts: I8s, most: I8s, ground: Table, sheet: F8s) -> None:
    """Adds contacts that share an agent, or whose customer has left: times.

    Parameters
    ----------
    attempts, states : structured[n]
    firsts : int64[n_agents + 1]
        Where each agent's stretches begin, and the last one's end.
    most : int64[n_channels]
        In an agent's hands at once.
    ground : GROUND[1]
    sheet : float64[n_rows, N_COLUMNS]
        Added to; of the stretches in which contacts of several queues are in hand, also what `add_states` cannot
        tell apart: agents' time by queue.
    """
    g = ground[0]
    for leg in attempts:
        shared, silent = most[leg["channel"]] > 1, leg["silent"] == 1
        if not (shared or silent) or leg["starts"] != leg["starts"]:
            continue
        finished = leg["wrap_up_ends"] == leg["wrap_up_ends"]
        ends = leg["wrap_up_ends"] if finished else g["horizon"]
        pair = g["pair"] + leg["group"] * g["n_queues"] + leg["queue"]
        # whoever shares an agent begins and ends with one of the agent's stretches
        place, high = firsts[leg["agent"]], firsts[leg["agent"] + 1]
        last = high
        while place < high:
            middle = (place + high) // 2
            if states[middle]["starts"] < leg["starts"]:
                place = middle + 1
            else:
                high = middle
        whole = present = taken = 0.0
        while place < last and states[place]["starts"] < ends:
            state = states[place]
            whole += (state["ends"] - state["starts"]) / state["open"]
            inside = max(min(state["ends"], g["to"]) - max(state["starts"], g["from"]), 0.0)
            present += inside
            taken += inside / state["open"]
            if state["queue"] < 0:
                sheet[pair, BUSY] += inside / state["open"]
            place += 1
        counts = finished and not silent and g["from"] <= leg["joins"] < g["to"]
        for row in (
            WHOLE,
            g["channel"] + leg["channel"],
            g["queue"] + leg["queue"],
            g["need_type"] + leg["need_type"],
            g["group"] + leg["group"],
        ):
            sheet[row, SILENT_HOURS] += taken / HOUR if silent else 0.0
            sheet[row, IN_HAND] += present if shared else 0.0
            sheet[row, SHARED_BUSY] += taken if shared else 0.0
            sheet[row, SHARED_TIME] += whole if counts else 0.0
            sheet[row, SHARED_HANDLED] += 1.0 if counts else 0.0


@compiled(_NONE(_STATES, _GROUND, F8_ROW, I8_ROW, _SHEET, _SHEET), **OWNING_NOTHING)
def add_states(states: Table, ground: Table, bins: F8s, queue_channel: I8s, spent: F8s, sheet: F8s) -> None:
    """Adds agents' time: by group, state and bin, and by queue and channel.

    Parameters
    ----------
    states : structured[n_stretches]
    ground : GROUND[1]
    bins : float64[n_bins + 1], s
    queue_channel : int64[n_queues]
    spent : float64[n_groups * n_states, n_bins], s
        Added to.
    sheet : float64[n_rows, N_COLUMNS]
        Added to.
    """
    g = ground[0]
    place = 0
    for state in states:
        # an agent's stretches follow each other; the next agent begins anew
        if state["starts"] < bins[place] or state["starts"] > bins[place + 1]:
            place = bin_of(bins, g["interval"], state["starts"])
        ends = min(state["ends"], bins[len(bins) - 1])
        if ends > state["starts"]:
            spend(spent, state["group"] * N_STATES + state["state"], bins, place, state["starts"], ends)
        inside = min(state["ends"], g["to"]) - max(state["starts"], g["from"])
        if state["queue"] >= 0 and inside > 0.0:
            sheet[g["pair"] + state["group"] * g["n_queues"] + state["queue"], BUSY] += inside
    for group in range(g["n_groups"]):
        for queue in range(g["n_queues"]):
            sheet[g["queue"] + queue, BUSY] += sheet[g["pair"] + group * g["n_queues"] + queue, BUSY]
    for queue in range(g["n_queues"]):
        sheet[g["channel"] + queue_channel[queue], BUSY] += sheet[g["queue"] + queue, BUSY]


@compiled(_NONE(_SHEET, F8_TABLE, F8_TABLE, F8_TABLE, _GROUND, _ROWS, _SHEET), **INSIDE)
def add_duty(spent: F8s, paid: F8s, scheduled: F8s, overtime: F8s, ground: Table, bin_rows: I8s, sheet: F8s) -> None:
    """Adds time on duty and its parts to the columns from ON_DUTY on.

    Parameters
    ----------
    spent : float64[n_groups * n_states, n_bins], s
    paid, scheduled, overtime : float64[n_groups, n_bins], s
    ground : GROUND[1]
    bin_rows : int64[n_bins, 4]
    sheet : float64[n_rows, N_COLUMNS]
        Added to; the last parts are also given in hours.
    """
    g = ground[0]
    first = g["group"]
    parts = np.empty(AWAY - ON_DUTY + 1)
    for group in range(g["n_groups"]):
        for place in range(len(bin_rows)):
            if bin_rows[place, 0] == NOWHERE:
                continue
            there = busy = 0.0
            for state in range(N_STATES):
                there += spent[group * N_STATES + state, place]
            for state, column in BUSY_STATES:
                parts[column - ON_DUTY] = spent[group * N_STATES + state, place]
                busy += spent[group * N_STATES + state, place]
            on_break = spent[group * N_STATES + STATE_BREAK, place]
            away = spent[group * N_STATES + STATE_ABSENT, place]
            parts[0] = there - on_break - away
            parts[BUSY - ON_DUTY] = busy
            parts[PAID - ON_DUTY] = paid[group, place]
            parts[SCHEDULED - ON_DUTY] = scheduled[group, place]
            parts[OVERTIME - ON_DUTY] = overtime[group, place]
            parts[BREAKS - ON_DUTY] = on_break
            parts[AWAY - ON_DUTY] = away
            for row in (first + group, bin_rows[place, 0], bin_rows[place, 1], bin_rows[place, 2]):
                for part in range(len(parts)):
                    sheet[row, ON_DUTY + part] += parts[part]
        for part in range(len(parts)):
            sheet[WHOLE, ON_DUTY + part] += sheet[first + group, ON_DUTY + part]
    for row in range(g["n_timed"]):
        for part in range(AWAY_HOURS - BUSY_HOURS + 1):
            sheet[row, BUSY_HOURS + part] = sheet[row, BUSY + part] / HOUR
        sheet[row, PAID_MINUTES] = sheet[row, PAID] / MINUTE


@compiled(_NONE(_LEDGER, _GROUND, I8_ROW, _SHEET), **INSIDE)
def add_money(ledger: Table, ground: Table, queue_channel: I8s, sheet: F8s) -> None:
    """Adds cost: by account, and of channels with their shares of the wages.

    Parameters
    ----------
    ledger : structured[n_bookings]
    ground : GROUND[1]
    queue_channel : int64[n_queues]
    sheet : float64[n_rows, N_COLUMNS]
        Added to. Handling time by group and queue is there, as `add_states` adds it, and by channel, as `add_needs`
        does; the wages of a group that handled nothing are borne by the whole only.
    """
    g = ground[0]
    wages = np.zeros(g["n_groups"])
    for booking in ledger:
        if g["from"] < booking["time"] <= g["to"]:
            sheet[WHOLE, COST] += booking["amount"]
            sheet[WHOLE, ACCOUNTS + booking["account"]] += booking["amount"]
            if booking["account"] == WAGES or booking["account"] == OVERTIME_PAY:
                wages[booking["entity"]] += booking["amount"]
            elif booking["account"] != FIXED:
                sheet[g["channel"] + booking["entity"], COST] += booking["amount"]
    for group in range(g["n_groups"]):
        first = g["pair"] + group * g["n_queues"]
        time = 0.0
        for queue in range(g["n_queues"]):
            time += sheet[first + queue, BUSY]
        for queue in range(g["n_queues"] if time > 0.0 else 0):
            sheet[g["channel"] + queue_channel[queue], COST] += wages[group] * sheet[first + queue, BUSY] / time
    for channel in range(g["n_channels"]):
        x = sheet[g["channel"] + channel]
        if x[IN_HANDS] > 0.0:
            x[HANDLED_COST], x[FAILING_COST] = x[COST], x[COST] * (x[FAILING_TIME] / x[IN_HANDS])
            _fold(sheet, g["channel"] + channel, sheet, WHOLE, HANDLED_COST, FAILING_COST + 1)


@compiled(I8(_SPREAD, I8, I8, F8, F8), **OWNING_NOTHING)
def _put(spread: Table, n: int, code: int, count: float, value: float) -> int:
    """Fills the next place of a spread; how many are filled now."""
    spread[n]["code"], spread[n]["count"], spread[n]["value"] = code, count, value
    return n + 1


@compiled(I8(F8_ROW, _CODES, F8_ROW, I8, _SPREAD, I8))
def spread_of(values: F8s, codes: Codes, of_nothing: F8s, first_code: int, spread: Table, n: int) -> int:
    """Adds values to a spread, those that are nearly equal together.

    Parameters
    ----------
    values, codes : float64[n], int32[n]
    of_nothing : float64[n_codes]
        How many values of each code are 0, beside these.
    first_code : int
        What is added to the codes.
    spread : SPREAD[n]
        Filled from place n on.
    n : int

    Returns
    -------
    int
        How many places are filled.

    Notes
    -----
    Source: Tene, HdrHistogram (bins of equal relative width from the leading bits of a number), sparse, and with the
    mean of what each bin holds.
    """
    n_codes, bits = len(of_nothing), values.view(np.int64)
    numbers, nothing = np.zeros(n_codes, np.int64), of_nothing.copy()
    lows, highs = np.full(n_codes, np.int64(1) << 62), np.zeros(n_codes, np.int64)
    for place in range(len(values)):
        code, of_bin = codes[place], bits[place] >> BITS_IN_32ND
        if values[place] == 0.0:
            nothing[code] += 1.0
        else:
            numbers[code] += 1
            lows[code], highs[code] = min(lows[code], of_bin), max(highs[code], of_bin)
    firsts = np.zeros(n_codes + 1, np.int64)
    for code in range(n_codes):
        firsts[code + 1] = firsts[code] + (highs[code] - lows[code] + 1 if numbers[code] > FEW_VALUES else 0)
    counts, means = np.zeros(firsts[n_codes]), np.zeros(firsts[n_codes])
    for place in range(len(values)):
        code = codes[place]
        if numbers[code] > FEW_VALUES and values[place] != 0.0:
            at = firsts[code] + (bits[place] >> BITS_IN_32ND) - lows[code]
            counts[at] += 1.0
            means[at] += (values[place] - means[at]) / counts[at]
        elif values[place] != 0.0:
            n = _put(spread, n, first_code + code, 1.0, values[place])
    for code in range(n_codes):
        if nothing[code] > 0.0:
            n = _put(spread, n, first_code + code, nothing[code], 0.0)
        for at in range(firsts[code], firsts[code + 1]):
            if counts[at] > 0.0:
                n = _put(spread, n, first_code + code, counts[at], means[at])
    return n


@compiled(_CODES(_NEEDS, _LEGS))
def segments_of(needs: Table, attempts: Table) -> Codes:
    """Segment of every leg's customer; empty where there are no segments.

    Parameters
    ----------
    needs, attempts : structured[n]
        Both by need id.

    Returns
    -------
    int32[n_legs], or empty
    """
    if len(needs) == 0 or needs[0]["segment"] < 0:
        return np.empty(0, np.int32)
    segments, row = np.empty(len(attempts), np.int32), 0
    for place in range(len(attempts)):
        while needs[row]["need"] < attempts[place]["need"]:
            row += 1
        segments[place] = needs[row]["segment"]
    return segments


@compiled(I8(*_EVERY_TABLE, _GRID, _SHEET, _VECTOR, _SPREAD), kept=KeptAlone)
def fill(
    needs: Table,
    attempts: Table,
    states: Table,
    signals: Table,
    causes: Table,
    ledger: Table,
    grid: Grid,
    sheet: F8s,
    waits_by_edge: F8s,
    spread: Table,
) -> int:
    """Adds everything in a log to a sheet.

    Parameters
    ----------
    needs, attempts, states, signals, causes, ledger : structured[n]
    grid : Grid
        The plan's.
    sheet : float64[n_rows, N_COLUMNS]
        Added to.
    waits_by_edge : float64[n_edges]
        Added to: live contacts offered in the window that waited at most so long.
    spread : SPREAD[2 * (n_attempts + n_needs + n_codes + n_types)]
        Filled from the start: waits on the line and handling times by queue, need type and segment, coded as
        `add_visits` does it, and after these codes clock minutes and times to resolution of needs by need type.

    Returns
    -------
    int
        How many places of the spread are filled.
    """
    ground, bins = grid.ground, grid.bins
    g = ground[0]
    at_once, none = np.zeros(g["n_queues"] * g["n_types"] * g["n_segments"]), np.zeros(g["n_types"])
    values, codes, n_seen = np.empty((2, len(attempts))), np.empty((2, len(attempts)), np.int32), np.zeros(2, np.int64)
    add_visits(attempts, segments_of(needs, attempts), grid, sheet, waits_by_edge, values, codes, n_seen, at_once)
    for edge in range(1, len(waits_by_edge)):
        waits_by_edge[edge] += waits_by_edge[edge - 1]
    n, first = spread_of(values[WAITS, : n_seen[WAITS]], codes[WAITS], at_once, 0, spread, 0), len(at_once)
    at_once[:] = 0.0
    n, first = spread_of(values[TIMES, : n_seen[TIMES]], codes[TIMES], at_once, first, spread, n), 2 * first
    until, heard = np.full(g["n_causes"], g["to"]), np.zeros(len(needs), np.int8)
    add_evidence(signals, causes, needs, ground, until, heard, sheet)
    of_needs, kinds = np.empty((2, len(needs))), np.empty((2, len(needs)), np.int32)
    n_seen[:] = 0
    add_needs(needs, attempts, grid, until, heard, sheet, of_needs, kinds, n_seen)
    for what in range(2):
        n = spread_of(of_needs[what, : n_seen[what]], kinds[what], none, first + what * len(none), spread, n)
    if g["shares"]:
        add_shared(attempts, states, firsts_of(states, g["n_agents"]), grid.most, ground, sheet)
    spent = np.zeros((g["n_groups"] * N_STATES, len(bins) - 1))
    add_states(states, ground, bins, grid.queue_channel, spent, sheet)
    there = np.zeros((g["n_groups"], len(bins) - 1))
    for row in range(len(spent)):
        for place in range(len(bins) - 1):
            there[row // N_STATES, place] += spent[row, place]
    overtime = overtime_of(there, grid.scheduled)
    paid = paid_of(grid.scheduled, grid.rostered, overtime)
    add_duty(spent, paid, grid.scheduled, overtime, ground, grid.bin_rows, sheet)
    add_money(ledger, ground, grid.queue_channel, sheet)
    return n

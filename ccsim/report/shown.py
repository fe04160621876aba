"""What a report shows: measures by concern, their short names, and the numbers behind them."""

from collections.abc import Iterable

from ccsim.estimation.estimate import Difference, Estimate
from ccsim.metrics.definitions import BESIDE, MEASURES, Measure
from ccsim.study.results import Arm, CompareResult, RunResult

Result = RunResult | CompareResult

GROUPS: dict[str, tuple[str, ...]] = {
    "Service": (
        "service_level",
        "intervals_met_share",
        "days_met_share",
        "abandonment",
        "abandonment_silent",
        "asa",
        "wait_offered",
        "wait_p90",
        "answered_within_deadline",
        "response_time",
        "backlog",
        "exposure",
        "duplicates",
        "merged",
        "offered",
        "balked",
        "cut_off",
        "blocked",
        "closed",
        "calls_out",
        "calls_out_reached",
        "calls_out_failed",
        "calls_out_wait",
        "unfinished_share",
    "lost_share",
    ),
    "Handling time and agents": (
        "aht",
        "aht_p90",
        "talk",
        "wrap_up",
        "consult",
        "agent_time",
        "concurrency",
        "contacts_open",
        "silent_hours",
        "transferred_share",
        "occupancy",
        "dialling_occupancy",
        "consult_occupancy",
        "utilisation",
        "agent_hours",
        "fte",
        "heads",
        "seats",
        "overtime_hours",
        "break_hours",
        "absent_hours",
    ),
    "Resolution": (
        "needs",
        "resolved_share",
        "unresolved_share",
        "given_up_share",
        "asked_elsewhere_share",
        "lost_share",
        "open_share",
        "time_to_resolution",
        "time_to_resolution_p90",
        "attempts_per_need",
        "channels_per_need",
        "contacts_per_need",
        "contacts_per_resolution",
        "handling_per_resolution",
        "agent_minutes_per_resolution",
        "resolutions_per_hour",
        "failure_contacts_share",
        "failure_minutes_share",
        "fcr_true",
        "fcr_agent",
        "fcr_reported",
        "reported_containment",
        "true_containment",
        "false_containment",
        "net_containment",
        "come_back_share",
        "bypass_rate",
    ),
    "Effort": (
        "effort_minutes",
        "effort_per_resolution",
        "effort_resolved",
        "effort_p90",
        "effort_weighted_minutes",
        "effort_weighted_per_resolution",
    ),
    "Insight": (
        "signals",
        "distinct_signals",
        "distinct_signals_first",
        "signals_per_need",
        "signals_missed",
        "causes_detected",
        "time_to_detect",
        "needs_before_detection",
    ),
    "Cost": ("cost_total", "cost_per_contact", "cost_per_need", "cost_per_resolution", "failure_cost_share"),
}
LEFT_OUT_AT_ZERO = {
    "cut_off",
    *GROUPS["Effort"],
    *GROUPS["Insight"],
    *GROUPS["Cost"],
    "unfinished_share",
    "closed",
    "failure_contacts_share",
    "failure_minutes_share",
    "lost_share",
    "transferred_share",
    "calls_out",
    "duplicates",
    "dialling_occupancy",
    "consult",
    "consult_occupancy",
    "overtime_hours",
    "break_hours",
    "absent_hours",
    "asked_elsewhere_share",
    "open_share",
    "bypass_rate",
}
PICTURED = {
    "service_level",
    "abandonment",
    "asa",
    "answered_within_deadline",
    "response_time",
    "aht",
    "occupancy",
    "agent_hours",
    "resolved_share",
    "given_up_share",
    "contacts_per_need",
    "contacts_per_resolution",
    "fcr_true",
    "true_containment",
    "false_containment",
    "effort_minutes",
    "effort_p90",
    "effort_weighted_minutes",
    "distinct_signals",
    "causes_detected",
    "time_to_detect",
    "cost_total",
    "cost_per_need",
    "cost_per_resolution",
}
EFFORT_PARTS = (
    "effort_search",
    "effort_gate",
    "effort_queue",
    "effort_talk",
    "effort_typing",
    "effort_penalties",
)
# every need ends in one of them, so that they add up to all needs
OUTCOMES = ("resolved_share", "given_up_share", "asked_elsewhere_share", "lost_share", "open_share")

SHORT = {
    "service_level": "Service level",
    "intervals_met_share": "Intervals that meet the target",
    "days_met_share": "Days that meet the target",
    "asa": "ASA (wait of the answered)",
    "wait_offered": "Wait of the offered",
    "wait_p50": "Wait, half at most",
    "wait_p90": "Wait, 90 % at most",
    "wait_p95": "Wait, 95 % at most",
    "answered_within_deadline": "Answered within the deadline",
    "response_time": "Response time",
    "abandonment_silent": "Abandoned without a word",
    "silent_hours": "Agents' time with who has left",
    "balked": "Balked on hearing of the queue",
    "cut_off": "Cut off at closing",
    "closed": "Attempts at a closed door",
    "blocked": "Blocked for want of a line",
    "duplicates": "Attempts while a message lies",
    "merged": "Of these, merged",
    "calls_out": "Calls out (callbacks taken)",
    "calls_out_reached": "Calls out, reached",
    "calls_out_failed": "Calls out, never reached",
    "calls_out_wait": "Calls out, time until reached",
    "backlog": "Backlog of messages",
    "exposure": "Views of posts without a reply",
    "unfinished_share": "Still waiting at the horizon",
    "aht": "Handling time (AHT)",
    "aht_p50": "Handling time, median",
    "aht_p90": "Handling time, 90 % at most",
    "wrap_up": "Wrap-up",
    "consult": "With customers passed on",
    "agent_time": "Agent time of a shared contact",
    "concurrency": "In hand of an agent who has any",
    "contacts_open": "Contacts in agents' hands",
    "agent_hours": "Agent hours paid",
    "fte": "Full-time agents",
    "heads": "Heads on the roster",
    "seats": "Seats at the peak",
    "fcr_true": "FCR, true",
    "fcr_agent": "FCR of agents, true",
    "fcr_reported": "FCR, as coded",
    "resolved_share": "Needs resolved",
    "unresolved_share": "Needs not settled",
    "given_up_share": "Needs given up",
    "asked_elsewhere_share": "Needs taken elsewhere",
    "lost_share": "Needs at the cap on attempts",
    "open_share": "Needs open at the horizon",
    "time_to_resolution": "Time until settled",
    "time_to_resolution_p50": "Time until settled, median",
    "time_to_resolution_p90": "Time until settled, 90 % at most",
    "handling_per_resolution": "Handling time per resolution",
    "agent_minutes_per_resolution": "Paid agent time per resolution",
    "resolutions_per_hour": "Resolutions per paid hour",
    "channels_per_need": "Channels tried per need",
    "failure_contacts_share": "Failure demand, of contacts",
    "failure_minutes_share": "Failure demand, of handling time",
    "failure_cost_share": "Failure demand, of cost",
    "reported_containment": "Containment, as reported",
    "true_containment": "Containment, true",
    "false_containment": "Containment, false",
    "net_containment": "Containment, net of who comes back",
    "come_back_share": "Contained that come back",
    "effort_minutes": "Effort per need, by the clock",
    "effort_per_resolution": "Effort per resolution",
    "effort_resolved": "Effort of the resolved",
    "effort_p50": "Effort, half of needs at most",
    "effort_p90": "Effort, 90 % of needs at most",
    "effort_p95": "Effort, 95 % of needs at most",
    "effort_weighted_minutes": "Effort per need, weighted",
    "effort_weighted_per_resolution": "Effort per resolution, weighted",
    "effort_search": "Search",
    "effort_gate": "Gate",
    "effort_queue": "Queue",
    "effort_talk": "Talk",
    "effort_typing": "Typing",
    "effort_penalties": "Penalties",
    "resolved_only_here": "Gain: resolved here only",
    "resolved_only_there": "Lose: resolved there only",
    "resolved_sooner": "Resolved by both, here sooner",
    "resolved_later": "Resolved by both, here later",
    "resolved_by_both": "Resolved by both",
    "effort_of_both": "Effort of the same needs, resolved by both",
    "time_to_resolution_of_both": "Time until settled, same needs, resolved by both",
    "suppressed": "Silenced: tried there only",
    "revealed": "Heard of: tried here only",
    "distinct_signals_first": "Distinct signals, first attempts",
    "signals_per_need": "Needs giving a signal",
    "signals_missed": "Needs giving none",
    "time_to_detect": "Time to detect",
    "needs_before_detection": "Needs before detection",
}


def arms(result: Result) -> tuple[Arm, ...]:
    """The arms of any result, the baseline first.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    tuple of Arm
        One for a single run.
    """
    if isinstance(result, RunResult):
        return (result.arm,)
    return tuple(sorted(result.arms, key=lambda arm: arm.name != result.baseline))


def short(measure: str) -> str:
    """The name of a measure in tables and pictures.

    Parameters
    ----------
    measure : str

    Returns
    -------
    str

    Examples
    --------
    >>> short("asa"), short("queue_length")
    ('ASA (wait of the answered)', 'Queue length')
    """
    return SHORT.get(measure, measure.replace("_", " ").capitalize())


def definition(measure: str) -> Measure:
    """The definition of a measure.

    Parameters
    ----------
    measure : str

    Returns
    -------
    Measure
    """
    return (MEASURES | BESIDE)[measure]


def whole_centre(rows: Iterable[Estimate]) -> dict[str, Estimate]:
    """The estimates over the whole centre, by measure.

    Parameters
    ----------
    rows : iterable of Estimate

    Returns
    -------
    dict of str to Estimate
    """
    return {row.measure: row for row in rows if not row.cell}


def by_interval(rows: Iterable[Estimate], measure: str) -> dict[str, Estimate]:
    """The estimates of one measure by interval of the day.

    Parameters
    ----------
    rows : iterable of Estimate
    measure : str

    Returns
    -------
    dict of str to Estimate
        Key "HH:MM", in order of the day.
    """
    found = {str(row.cell["interval"]): row for row in rows if row.measure == measure and set(row.cell) == {"interval"}}
    return dict(sorted(found.items()))


def service_by_interval(arm: Arm) -> dict[str, Estimate]:
    """An arm's service level in the intervals that have contacts.

    Parameters
    ----------
    arm : Arm

    Returns
    -------
    dict of str to Estimate
        Key "HH:MM"; without intervals that fewer than one contact joins in a replication, where a share says nothing.
    """
    offered = by_interval(arm.estimates, "offered")
    return {
        clock: row
        for clock, row in by_interval(arm.estimates, "service_level").items()
        if row.value is not None and (clock not in offered or (offered[clock].value or 0.0) >= 1.0)
    }


def service_by_channel(arm: Arm) -> dict[str, Estimate]:
    """An arm's service level in each live channel.

    Parameters
    ----------
    arm : Arm

    Returns
    -------
    dict of str to Estimate
        Empty where only one has contacts, whose service level is the centre's.
    """
    found = {
        str(row.cell["channel"]): row
        for row in arm.estimates
        if row.measure == "service_level" and set(row.cell) == {"channel"} and row.value is not None
    }
    return found if len(found) > 1 else {}


def whole_differences(rows: Iterable[Difference]) -> dict[tuple[str, str], Difference]:
    """The differences over the whole centre, by measure and arm.

    Parameters
    ----------
    rows : iterable of Difference

    Returns
    -------
    dict of (str, str) to Difference
    """
    return {(row.measure, row.arm): row for row in rows if not row.cell}


def ends_of(row: Estimate | Difference) -> tuple[float, float] | None:
    """The ends of an interval, as `quantity` takes them.

    Parameters
    ----------
    row : Estimate or Difference

    Returns
    -------
    pair of float, or None
    """
    return None if row.low is None or row.high is None else (row.low, row.high)


def reach_of(row: Estimate | Difference) -> tuple[float, float]:
    """How far an interval reaches below and above its value.

    Parameters
    ----------
    row : Estimate or Difference

    Returns
    -------
    below, above : float
        0 without an interval.
    """
    ends = ends_of(row)
    return (0.0, 0.0) if ends is None or row.value is None else (row.value - ends[0], ends[1] - row.value)


def beside(arm: Arm) -> dict[str, dict[str, Estimate]]:
    """How an arm's needs fared beside the baseline's.

    Parameters
    ----------
    arm : Arm

    Returns
    -------
    dict of str to dict of measure to Estimate
        By need type, "" for all needs first; empty for the baseline and for arms that are not paired. A single need
        type is not told apart from all.
    """
    found: dict[str, dict[str, Estimate]] = {}
    for row in arm.estimates:
        if row.measure in BESIDE:
            found.setdefault(str(row.cell.get("need_type", "")), {})[row.measure] = row
    return found if len(found) != 2 else {"": found[""]}


def shown_measures(compared: tuple[Arm, ...]) -> dict[str, tuple[str, ...]]:
    """The measures worth a row, by concern.

    Parameters
    ----------
    compared : tuple of Arm

    Returns
    -------
    dict of str to tuple of str
        Without measures that no arm observed, and without those of a module that is off in every arm.
    """
    tables = [whole_centre(arm.estimates) for arm in compared]
    answer = {}
    for group, measures in GROUPS.items():
        kept = tuple(measure for measure in measures if _worth_a_row(measure, tables))
        if kept:
            answer[group] = kept
    return answer


def _worth_a_row(measure: str, tables: list[dict[str, Estimate]]) -> bool:
    values = [table[measure].value for table in tables if measure in table]
    seen = [value for value in values if value is not None]
    return any(seen) if measure in LEFT_OUT_AT_ZERO else bool(seen)

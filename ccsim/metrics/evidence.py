"""Signals, and the causes they bring to light."""

import numpy as np

from ccsim.logs.logs import Logs
from ccsim.metrics.cells import DAY, F8, Value, by_name, total, values, whole
from ccsim.metrics.needs import Cohort
from ccsim.plan.plan import Plan


def evidence_values(plan: Plan, logs: Logs, arisen: Cohort) -> list[Value]:
    """Every measure of evidence and detection.

    Parameters
    ----------
    plan : Plan
    logs : Logs
    arisen : Cohort
        The needs that arise in the window.

    Returns
    -------
    list of Value
    """
    return _signals(plan, logs) + _yield(plan, logs, arisen) + _detection(plan, logs)


def _signals(plan: Plan, logs: Logs) -> list[Value]:
    """Signals that fall in the window, raw and counted once for each need."""
    signals = logs.signals
    inside = (signals["time"] >= plan.window[0]) & (signals["time"] < plan.window[1])
    rows = np.flatnonzero(inside)
    _, first = np.unique(signals["need"][rows], return_index=True)
    is_first = np.zeros(len(signals), dtype=np.bool_)
    is_first[rows[first]] = True
    types = logs.causes["need_type"][signals["cause"]] if len(signals) else signals["cause"]
    answers: list[Value] = []
    for split in (whole(inside), by_name("need_type", plan.names.need_types, types, inside)):
        answers += values("signals", split.cells, total(split, inside))
        answers += values("distinct_signals", split.cells, total(split, is_first))
    return answers


def _yield(plan: Plan, logs: Logs, arisen: Cohort) -> list[Value]:
    """Share of the cohort's needs with a cause that gave at least one signal."""
    caused = arisen.needs["cause"] >= 0
    heard = caused & np.isin(arisen.needs["need"], logs.signals["need"])
    answers: list[Value] = []
    for split in (whole(caused), by_name("need_type", plan.names.need_types, arisen.needs["need_type"], caused)):
        answers += values("signals_per_need", split.cells, total(split, heard), total(split, caused))
    return answers


def _detection(plan: Plan, logs: Logs) -> list[Value]:
    """Detections up to the window's end, and what went before them; undetected causes are cut off there."""
    t0, t1 = plan.window
    causes = logs.causes
    every = np.full(len(causes), True)
    found = causes["detected"] < t1
    until = np.where(found, np.maximum(causes["detected"], t0), t1)
    suffered = _suffered(plan, logs, until)
    answers: list[Value] = []
    for split in (
        whole(every),
        by_name("need_type", plan.names.need_types, causes["need_type"], every),
        by_name("cause", plan.names.causes, causes["cause"], every),
    ):
        n_causes = total(split, every)
        seen = n_causes > 0
        days = np.divide(total(split, until - t0) / DAY, n_causes, out=np.full(len(n_causes), np.nan), where=seen)
        answers += values("causes_detected", split.cells, np.where(seen, total(split, found), np.nan))
        answers += values("time_to_detect", split.cells, days)
        answers += values("needs_before_detection", split.cells, total(split, suffered), n_causes)
    return answers


def _suffered(plan: Plan, logs: Logs, until: F8) -> F8:
    """Needs of each cause that arise in the window up to its detection, the one that gives it away included."""
    needs, (t0, t1) = logs.needs, plan.window
    rows = needs[(needs["cause"] >= 0) & (needs["arises"] >= t0) & (needs["arises"] < t1)]
    before = rows["arises"] <= until[rows["cause"]]
    return np.bincount(rows["cause"][before], minlength=len(until)).astype(np.float64)

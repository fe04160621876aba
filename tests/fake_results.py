"""Results made up from a formula, for rooms that only show results."""

import itertools
import math
from dataclasses import replace

from ccsim.estimation.estimate import Difference, Estimate
from ccsim.metrics.definitions import BESIDE, MEASURES
from ccsim.plan.terms import Terms
from ccsim.study.agenda import Agenda, Point
from ccsim.study.results import (
    Aim,
    Arm,
    Assumption,
    CompareResult,
    Formula,
    FormulaLine,
    Relevance,
    RunResult,
)
from ccsim.study.sweep_results import PointResult, SweepResult
from ccsim.study.targets import judged

LEVEL = 0.95
TYPICAL = {
    "share": 0.62, "s": 74.0, "min": 6.3, "h": 840.0, "days": 17.2, "count": 12345.0, "visits": 1.2, "money": 4.17,
}  # fmt: skip
TYPICAL_OF = {
    "service_level": 0.812, "abandonment": 0.043, "aht": 252.0, "attempts_per_need": 1.31, "contacts_per_need": 1.12,
    "contacts_per_resolution": 1.42, "causes_detected": 12.4, "needs_before_detection": 311.0, "cost_total": 41230.0,
    "effort_minutes": 9.3, "effort_p90": 24.0, "effort_weighted_minutes": 13.1, "effort_search": 1.2,
    "effort_gate": 2.4,
    "effort_queue": 3.0, "effort_talk": 4.5, "effort_typing": 0.4, "effort_penalties": 1.6, "lost_share": 0.001,
    "unfinished_share": 0.0,
    "resolved_share": 0.62, "given_up_share": 0.25, "asked_elsewhere_share": 0.12, "open_share": 0.009,
    "unresolved_share": 0.38,
    "response_time": 21600.0,
}  # fmt: skip


def estimate(measure, value, *, width=None, cell=None, n=20):
    """One estimate; two per cent wide unless told."""
    definition = (MEASURES | BESIDE)[measure]
    half = None if n < 2 or value is None else abs(value) * 0.02 if width is None else width
    low, high = (None, None) if half is None else (value - half, value + half)
    return Estimate(measure, cell or {}, value, low, high, half, LEVEL, n, definition.unit, definition.kind)


def difference(measure, value, width, *, arm, baseline, cell=None):
    """One difference, arm minus baseline."""
    return Difference(measure, cell or {}, arm, baseline, value, value - width, value + width, width, LEVEL, 20, 3.1)


def arm(name, *, factor=1.0, n=20, intervals=True, paired=False):
    """One arm with every measure over the whole centre, service level by interval, and some breakdowns.

    A paired one also tells how its needs fared beside the baseline's.
    """
    rows = [
        estimate(
            definition.name,
            TYPICAL_OF.get(definition.name, TYPICAL[definition.unit]) * (1.0 if definition.unit == "share" else factor),
            n=n,
        )
        for definition in MEASURES.values()
    ]
    if intervals:
        rows += [
            estimate(
                "service_level",
                0.8 + 0.12 * math.sin(k / 3) * factor - 0.05 * (factor - 1),
                width=0.03,
                cell={"interval": f"{8 + k // 2:02d}:{30 * (k % 2):02d}"},
                n=n,
            )
            for k in range(20)
        ]
    rows += [
        estimate(measure, TYPICAL_OF.get(measure, TYPICAL[MEASURES[measure].unit]), cell={"channel": channel}, n=n)
        for measure in ("offered", "service_level", "asa", "aht")
        for channel in ("phone", "email")
    ]
    if paired:
        # how much the same needs differ in effort and time is not known: the interval covers 0
        rows += [
            estimate(one.name, 0.03 * (k + 1), width=None if one.unit == "share" else 1.0, cell=cell, n=n)
            for k, one in enumerate(BESIDE.values())
            for cell in ({}, {"need_type": "billing"}, {"need_type": "advice"})
        ]
    centre = {row.measure: row for row in rows if not row.cell}
    formula = Formula(
        lines=tuple(
            FormulaLine(measure, "Erlang A", value, centre[measure])
            for measure, value in (("service_level", 0.79), ("asa", 61.0), ("abandonment", 0.05))
        ),
        leaves_out=("redials", "the gate", "changes of load within the day"),
        note="",
    )
    staffing = tuple(
        (group, tuple(float(n_agents) if 16 <= k < 36 else 0.0 for k in range(48)))
        for group, n_agents in (("generalists", 24), ("experts", 6))
    )
    return Arm(
        name=name,
        digest="9f2c41d0a7b3",
        estimates=tuple(rows),
        formula=formula,
        targets=judged(
            [Aim("service_level", {}, {"at_least": 0.75}, "service level at least 75 %")], [centre["service_level"]]
        ),
        assumptions=(
            Assumption("needs.volume.per_day", "1200", "scenarios/cast-the-net.yaml:9", "world"),
            Assumption("channels.phone.gate.levels", "5" if factor > 1 else "2", f"arm {name}", "lever"),
            Assumption("service_level.within", "20s", "default", "measure"),
        ),
        warnings=("3.1 % of needs were open at the horizon.",),
        scheduled_hours=6720.0,
        staffing=staffing,
        waits=tuple((float(wait), 1 - 0.5 * math.exp(-wait / 60)) for wait in (0, 5, 10, 20, 30, 60, 120, 300)),
        resolved={"name": name, "needs": {"volume": {"per_day": 1200}}},
        folder="scenarios",
    )


MADE_BY = {
    "command": "ccsim compare scenarios/cast-the-net.yaml", "digest": "9f2c41d0a7b3", "seed": 1, "ccsim": "0.1.0",
}  # fmt: skip
MADE_AT = {"date": "2026-01-05T09:00:00+00:00", "host": "desk", "duration": 41.2}
COMMON = {
    "seed": 1,
    "level": LEVEL,
    "engine": "reference",
    "service_level": "answered within 20s / (offered − abandoned within 20s)",
    "interval": 1800.0,
    "currency": "GBP",
    "made_by": MADE_BY,
    "made_at": MADE_AT,
}


def run_result(**changes):
    """One scenario, replicated."""
    played = arm("erlang-floor", n=changes.get("replications", 20))
    result = RunResult(
        scenario="erlang-floor", question="How long do callers wait?", arm=played, replications=20, **COMMON
    )
    return replace(result, **changes)


def compare_result(names=("contain", "open"), **changes):
    """Several arms; every other measure differs for sure."""
    arms = tuple(arm(name, factor=1.0 + 0.15 * k, paired=k > 0) for k, name in enumerate(names))
    gaps = [
        difference(row.measure, *_gap(n, row, k), arm=one.name, baseline=names[0])
        for k, one in enumerate(arms[1:], start=1)
        for n, row in enumerate(arms[0].estimates)
        if not row.cell
    ]
    result = CompareResult(
        scenario="cast-the-net",
        question="Does open access pay?",
        arms=arms,
        baseline=names[0],
        differences=tuple(gaps),
        relevance=Relevance(0.005, 0.01),
        levelling="roster: every arm has the same 6,720 scheduled hours.",
        paired=True,
        replications=20,
        **COMMON,
    )
    return replace(result, **changes)


def _gap(n, row, k):
    """A difference and half its interval's width; excludes zero for every second measure."""
    size = 0.04 if row.unit == "share" else abs(row.value) * 0.15
    return size * (-1) ** (n // 3) * k * (1 if n % 2 else 0.1), size * 0.3


SEVERAL = ("service_level", "cost_per_need", "effort_minutes", "distinct_signals")


TERMS = Terms(20.0, 5.0, "offered", (0.005,), 0.0, (1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0))


def study_result(factors=None, *, design="grid", arms=(), measures=SEVERAL, failed=(), value=None, **changes):
    """A study whose measures move with the places of the settings; every factor's first setting is the lowest."""
    factors = factors or {"agents.team.staffing.agents": ("9", "10", "11"), "shrinkage": ("0%", "20%")}
    named = ({"arms": tuple(arms)} if arms else {}) | factors
    settings = _settings(named, design)
    points = tuple(Point(k + 1, row, f"{k:016x}", 1, f"{k:016x}", TERMS) for k, row in enumerate(settings))
    agenda = Agenda(
        name="staffing", question="How many agents?", scenario="erlang-floor", factors=tuple(named), design=design,
        points=points, measures=tuple(measures), by=("channel",), replications=20, seed=1, seeds="common", level=LEVEL,
        service_level=COMMON["service_level"], currency="GBP",
        bases={name: {"name": "erlang-floor"} for name in ("", *arms)},
        levels={name: {label: {name: label} for label in labels} for name, labels in factors.items()},
        limits=(5.0, 20.0),
    )  # fmt: skip
    places = {name: dict(zip(labels, range(len(labels)), strict=True)) for name, labels in named.items()}
    value = value or _moved
    results = []
    for point in points:
        at = [places[name][label] for name, label in zip(named, point.settings, strict=True)]
        rows = [estimate(measure, value(k, at), width=_width(measure)) for k, measure in enumerate(measures)]
        rows.append(estimate(measures[0], 0.5, cell={"channel": "phone"}))
        lost, played = PointResult(point, (), None, "no room"), PointResult(point, tuple(rows), 60.0, "")
        results.append(lost if point.number in failed else played)
    gaps = [
        (tuple(row[1:]), difference(measure, 0.02 * (k + 1), 0.03, arm=row[0], baseline=arms[0]))
        for row in settings
        for k, measure in enumerate(measures)
        if arms and row[0] != arms[0]
    ]
    result = SweepResult(
        agenda=agenda, points=tuple(results), differences=tuple(gaps), levelling="roster: equal", shard="",
        folder="scenarios", n_played=0, n_kept=0, n_left_alone=0, made_by=MADE_BY, made_at=MADE_AT,
    )  # fmt: skip
    return replace(result, **changes)


def _settings(named, design):
    """The rows of a design over named settings."""
    if design.startswith("one at a time"):
        first = tuple(labels[0] for labels in named.values())
        moved = [
            tuple(label if name == moving else labels[0] for name, labels in named.items())
            for moving, others in named.items()
            for label in others[1:]
        ]
        return [first, *moved]
    return list(itertools.product(*named.values()))


def _moved(k, at):
    """Every measure grows with the first factor, and the even ones fall with the others."""
    typical = TYPICAL_OF.get(SEVERAL[k % len(SEVERAL)], 4.0) if k != 1 else 4.17
    return typical * (0.9 + 0.04 * at[0] - (-1) ** k * 0.03 * sum(at[1:]) * (1 + 0.2 * len(at)))


def _width(measure):
    return 0.012 if MEASURES[measure].unit == "share" else 0.09

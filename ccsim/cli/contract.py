"""The JSON contract: one object for each kind of result, schema version 1."""

import math
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from ccsim.cli.faults import SCHEMA_VERSION
from ccsim.report import prose, verdict
from ccsim.study.results import Arm, CompareResult, Formula, Reached, RunResult, Story, TargetOutcome

if TYPE_CHECKING:
    from ccsim.study.agenda import Agenda
    from ccsim.study.sweep_results import Forecast, Selected, SweepResult

Object = dict[str, Any]


def run_object(result: RunResult) -> Object:
    """What `run --json` writes.

    Parameters
    ----------
    result : RunResult

    Returns
    -------
    dict
    """
    arm = result.arm
    return _finite(
        {
            "schema_version": SCHEMA_VERSION,
            "command": "run",
            "scenario": {"name": result.scenario, "digest": arm.digest},
            "question": result.question,
            "seed": result.seed,
            "replications": result.replications,
            "precision": _reached(result.precision),
            "level": result.level,
            "engine": result.engine,
            "service_level": result.service_level,
            "interval": result.interval,
            "currency": result.currency,
            **_of_arm(arm),
            "warnings": list(prose.warnings(result)),
            "provenance": _provenance(result),
        }
    )


def compare_object(result: CompareResult) -> Object:
    """What `compare --json` writes.

    Parameters
    ----------
    result : CompareResult

    Returns
    -------
    dict
    """
    return _finite(
        {
            "schema_version": SCHEMA_VERSION,
            "command": "compare",
            "scenario": {"name": result.scenario, "digest": result.made_by.get("digest")},
            "question": result.question,
            "seed": result.seed,
            "replications": result.replications,
            "precision": _reached(result.precision),
            "level": result.level,
            "engine": result.engine,
            "service_level": result.service_level,
            "interval": result.interval,
            "currency": result.currency,
            "baseline": result.baseline,
            "paired": result.paired,
            "levelling": result.levelling,
            "relevance": _flat(result.relevance),
            "sentences": list(verdict.sentences(result)),
            "arms": [
                {"name": arm.name, "digest": arm.digest, **_of_arm(arm), "warnings": list(arm.warnings)}
                for arm in result.arms
            ],
            "differences": [_flat(difference) for difference in result.differences],
            "warnings": list(prose.warnings(result)),
            "provenance": _provenance(result),
        }
    )


def sweep_object(result: "SweepResult") -> Object:
    """What `sweep --json` and `merge --json` write.

    Parameters
    ----------
    result : SweepResult

    Returns
    -------
    dict
        `failed` is the reason of a point without estimates, else null.
    """
    from ccsim.report.study_tables import warnings

    agenda = result.agenda
    points = [
        {
            "point": one.point.number,
            "settings": dict(zip(agenda.factors, one.point.settings, strict=True)),
            "digest": one.point.digest,
            "seed": one.point.seed,
            "played": one.point.played,
            "terms": asdict(one.point.terms),
            "scheduled_hours": one.scheduled_hours,
            "failed": one.reason or None,
            "replications": one.replications,
            "too_wide": list(one.too_wide),
            "targets": [_target(target) for target in one.targets],
            "estimates": [_flat(estimate) for estimate in one.estimates],
        }
        for one in result.points
    ]
    others = [name for name in agenda.factors if name != "arms"]
    differences = [
        {"settings": dict(zip(others, settings, strict=True)), **_flat(difference)}
        for settings, difference in result.differences
    ]
    return _finite(
        {
            "schema_version": SCHEMA_VERSION,
            "command": "sweep",
            **_study(agenda),
            "levelling": result.levelling,
            "shard": result.shard or None,
            "looks": list(result.looks),
            "level_at_each_look": result.level_at_each_look,
            "selected": _selected(result.selected),
            "points": points,
            "differences": differences,
            "limits": list(agenda.limits),
            "bases": agenda.bases,
            "levels": agenda.levels,
            "folder": result.folder,
            "warnings": warnings(result),
            "provenance": _provenance(result),
        }
    )


def forecast_object(forecast: "Forecast") -> Object:
    """What `sweep --dry-run --json` writes.

    Parameters
    ----------
    forecast : Forecast

    Returns
    -------
    dict
    """
    return _finite(
        {
            "schema_version": SCHEMA_VERSION,
            "command": "sweep",
            **_study(forecast.agenda),
            "shard": forecast.shard or None,
            "forecast": {
                "points": forecast.n_points,
                "replications": forecast.n_replications,
                "fewest_replications": forecast.n_fewest,
                "contacts": forecast.contacts,
                "seconds": forecast.seconds,
                "bytes": forecast.bytes,
            },
        }
    )


def trace_object(story: Story) -> Object:
    """What `trace --json` writes.

    Parameters
    ----------
    story : Story

    Returns
    -------
    dict
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "command": "trace",
        "title": story.title,
        "need": story.need,
        "replication": story.replication,
        "lines": list(story.lines),
    }


def answer_object(command: str, given: Object, answer: Object, source: str) -> Object:
    """What a formula's `--json` writes.

    Parameters
    ----------
    command : str
    given, answer : dict
        In s, shares and counts.
    source : str
        Where the formula comes from.

    Returns
    -------
    dict
    """
    return _finite(
        {"schema_version": SCHEMA_VERSION, "command": command, "given": given, "answer": answer, "source": source}
    )


def _reached(reached: Reached | None) -> Object | None:
    """A precision that was asked for, and how far it came."""
    if reached is None:
        return None
    return {
        **_flat(reached),
        "widths": [_flat(width) for width in reached.widths],
        "reached": not reached.too_wide,
    }


def _study(agenda: "Agenda") -> Object:
    """What was asked."""
    return {
        "study": agenda.name,
        "question": agenda.question,
        "scenario": {"name": agenda.scenario},
        "factors": list(agenda.factors),
        "design": agenda.design,
        "measures": list(agenda.measures),
        "targets": [_flat(aim) for aim in agenda.targets],
        "by": list(agenda.by),
        "seed": agenda.seed,
        "seeds": agenda.seeds,
        "replications": agenda.replications,
        "precision": None if agenda.precision is None else asdict(agenda.precision),
        "selection": None if agenda.selection is None else asdict(agenda.selection),
        "level": agenda.level,
        "service_level": agenda.service_level,
        "currency": agenda.currency,
    }


def _selected(selected: "Selected | None") -> Object | None:
    """The best point, and where each stands."""
    if selected is None:
        return None
    return {**_flat(selected), "standings": [_flat(one) for one in selected.standings]}


def _of_arm(arm: Arm) -> Object:
    return {
        "estimates": [_flat(estimate) for estimate in arm.estimates],
        "formula": _formula(arm.formula),
        "targets": [_target(target) for target in arm.targets],
        "assumptions": [_flat(assumption) for assumption in arm.assumptions],
        "scheduled_hours": arm.scheduled_hours,
        "staffing": dict(arm.staffing),
        "waits": arm.waits,
        "resolved": arm.resolved,
        "folder": arm.folder,
    }


def _flat(row: Any) -> Object:
    """The fields of a record that holds no other record; `asdict` would copy each value, deep down."""
    return {field.name: getattr(row, field.name) for field in fields(row)}


def _formula(formula: Formula) -> Object:
    lines = [
        {"measure": line.measure, "formula": line.formula, "value": line.value, "simulated": _flat(line.simulated)}
        for line in formula.lines
    ]
    return {"lines": lines, "leaves_out": list(formula.leaves_out), "note": formula.note}


def _target(target: TargetOutcome) -> Object:
    """A target with its verdict; `met` is the same for readers of earlier versions, null where it is not known."""
    met = None if target.verdict == "unknown" else target.verdict == "met"
    return {**_flat(target), "met": met, "estimate": None if target.estimate is None else _flat(target.estimate)}


def _provenance(result: "RunResult | CompareResult | SweepResult") -> Object:
    """What made the result; the part that varies is missing where it was left out."""
    return {"made_by": result.made_by} | ({"made_at": result.made_at} if result.made_at else {})


def _finite(what: Object) -> Object:
    """The same with null for every number that is not finite, since JSON has no word for it."""
    return {key: _finite_value(value) for key, value in what.items()}


def _finite_value(value: Any) -> Any:
    if isinstance(value, dict):
        return _finite(value)
    if isinstance(value, list | tuple):
        return [_finite_value(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

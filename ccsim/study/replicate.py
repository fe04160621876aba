"""One scenario, replicated: the question "what happens, and how sure are we?"."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ccsim.engine.run import choose_engine
from ccsim.estimation.estimate import Estimate
from ccsim.estimation.tabulate import estimates
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.measure import WAIT_EDGES, Sample, compile_passes, empty_sample, sample_of
from ccsim.plan.compile import compile_plan
from ccsim.plan.plan import Plan
from ccsim.provenance import made_at, made_by
from ccsim.scenario.load import load_scenario
from ccsim.scenario.model import Scenario
from ccsim.scenario.origins import origins
from ccsim.scenario.warnings import warnings
from ccsim.study.day import present
from ccsim.study.formulas import beside
from ccsim.study.playing import play
from ccsim.study.results import Arm, Assumption, RunResult, TargetOutcome
from ccsim.study.workers import play_side_by_side
from ccsim.units import format_duration

F8 = NDArray[np.float64]
Progress = Callable[[int, int], None]

BASES = {
    "offered": "answered within {wait} / offered",
    "answered": "answered within {wait} / answered",
    "met_or_gone": "(answered + abandoned within {wait}) / offered",
    "early_gone_left_out": "answered within {wait} / (offered - abandoned within {wait})",
    "met_or_short_gone": "(answered within {wait} + abandoned within {short}) / offered",
}


def run(
    scenario: Scenario | str | Path,
    *,
    seed: int | None = None,
    replications: int | None = None,
    jobs: int = 1,
    engine: str = "auto",
    sets: Sequence[str] = (),
    log: str | Path | None = None,
    progress: Progress | None = None,
    reproducible: bool = False,
    command: str = "",
) -> RunResult:
    """Estimates of every measure of one scenario.

    Parameters
    ----------
    scenario : Scenario or path
    seed, replications : int or None
        As the scenario says where None.
    jobs : int
        Processes side by side; never changes a number.
    engine : str
        "reference", "compiled", or "auto" for the quicker one; never changes a number.
    sets : sequence of str
        "path=value" changes, on a path only.
    log : path or None
        Folder for the logs of every replication, as CSV.
    progress : callable or None
        Called with (replications done, replications in all).
    reproducible : bool
        Leave out what differs between two runs of the same command.
    command : str
        What the user typed, for the provenance.

    Returns
    -------
    RunResult

    Raises
    ------
    ScenarioError
        With all problems of the file.

    Examples
    --------
    >>> scenario = "scenarios/erlang-floor.yaml"
    >>> run(scenario, replications=2, reproducible=True).arm.estimates[0].measure
    'offered'
    """
    started = datetime.now(UTC)
    loaded = load_scenario(scenario, sets=sets) if isinstance(scenario, str | Path) else scenario
    seed = loaded.study.seed if seed is None else seed
    n = loaded.study.replications if replications is None else replications
    plan = compile_plan(loaded)
    (sample,) = play_all([plan], [seed], n, jobs=jobs, engine=engine, log=log, progress=progress)
    return RunResult(
        scenario=loaded.name,
        question=loaded.question,
        arm=summarise(loaded.name, loaded, plan, sample),
        seed=seed,
        replications=n,
        level=loaded.study.level,
        engine=engine if reproducible else choose_engine(engine, [plan], n),
        service_level=service_level_words(plan),
        interval=plan.interval,
        currency=loaded.money.currency,
        made_by=made_by(command, plan.digest, seed),
        made_at={} if reproducible else made_at(started),
    )


def play_all(
    plans: Sequence[Plan],
    seeds: Sequence[int],
    replications: int,
    *,
    jobs: int = 1,
    engine: str = "auto",
    log: str | Path | None = None,
    progress: Progress | None = None,
) -> list[Sample]:
    """Every replication of every plan, reduced to numerators and denominators.

    The unit of work is one replication of all plans.

    Parameters
    ----------
    plans : sequence of Plan
    seeds : sequence of int
        One for each plan; equal seeds give the same customers.
    replications, jobs : int
    engine : str
    log : path or None
    progress : callable or None

    Returns
    -------
    list of Sample
        By plan.
    """
    engine = choose_engine(engine, plans, replications)
    samples = [empty_sample(plan, replications) for plan in plans]
    done = 0
    if progress is not None:
        progress(done, replications)
    for stretch, parts in _parts(plans, seeds, replications, jobs=jobs, engine=engine, log=log):
        places = slice(stretch.start, stretch.stop)
        for sample, part in zip(samples, parts, strict=True):
            sample.numerators[places] = part.numerators
            sample.denominators[places] = part.denominators
            sample.waits[:] += part.waits
        done += len(stretch)
        if progress is not None:
            progress(done, replications)
    return samples


def summarise(name: str, scenario: Scenario, plan: Plan, sample: Sample) -> Arm:
    """Estimates of one plan over its replications, with what they rest on.

    Parameters
    ----------
    name : str
    scenario : Scenario
    plan : Plan
    sample : Sample

    Returns
    -------
    Arm
    """
    found = estimates(sample, MEASURES, scenario.study.level)
    waits = sample.waits
    total = float(waits[-1])
    return Arm(
        name=name,
        digest=plan.digest,
        estimates=tuple(found),
        formula=beside(plan, found),
        targets=_targets(scenario, found),
        assumptions=_assumptions(scenario),
        warnings=tuple(warnings(scenario)),
        scheduled_hours=scheduled_hours(plan),
        staffing=tuple(
            (group, tuple(present(plan, seconds).tolist()))
            for group, seconds in zip(plan.names.groups, plan.scheduled, strict=True)
        ),
        waits=tuple((edge, float(n) / total) for edge, n in zip(WAIT_EDGES, waits, strict=False)) if total else (),
    )


def scheduled_hours(plan: Plan) -> float:
    """Scheduled time on the floor in the window.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    float, h
    """
    in_window = (plan.bins[:-1] >= plan.window[0]) & (plan.bins[1:] <= plan.window[1])
    return float(plan.scheduled[:, in_window].sum()) / 3600.0


def service_level_words(plan: Plan) -> str:
    """The service level's definition, with its acceptable wait.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    str
    """
    words = BASES[plan.service_level_base]
    return words.format(wait=format_duration(plan.acceptable_wait), short=format_duration(plan.short_wait))


def find(found: Sequence[Estimate], name: str, **cell: Any) -> Estimate | None:
    """The estimate of a measure in a cell, or None.

    Parameters
    ----------
    found : sequence of Estimate
    name : str
    **cell : str or int

    Returns
    -------
    Estimate or None
    """
    return next((one for one in found if one.measure == name and one.cell == cell), None)


def compile_for_workers(plan: Plan, engine: str) -> None:
    """Compiles what is not yet, so that the workers find it in the cache.

    Parameters
    ----------
    plan : Plan
    engine : str
        "reference" or "compiled".
    """
    compile_passes(plan)
    if engine == "compiled":
        from ccsim.engine.compiled.engine import compile_engine

        compile_engine(plan)


def _parts(
    plans: Sequence[Plan], seeds: Sequence[int], replications: int, *, jobs: int, engine: str, log: str | Path | None
) -> Iterator[tuple[range, list[Sample]]]:
    """Stretches of replications with what they measured, by plan, as they are done."""
    if jobs == 1:
        for replication, measured in enumerate(play(plans, seeds, range(replications), engine=engine, log=log)):
            yield range(replication, replication + 1), [sample_of([one]) for one in measured]
        return
    compile_for_workers(plans[0], engine)
    yield from play_side_by_side(plans, seeds, replications, jobs=jobs, engine=engine, log=log)


def _targets(scenario: Scenario, found: Sequence[Estimate]) -> tuple[TargetOutcome, ...]:
    """Every stated target against its estimate; a target without an estimate is missed."""
    outcomes = []
    for target in scenario.targets:
        keys = ("channel", "queue", "need_type", "group", "segment")
        cell = {key: getattr(target, key) for key in keys if getattr(target, key) is not None}
        estimate = find(found, target.measure, **cell)
        value = None if estimate is None else estimate.value
        if target.at_least is not None:
            met, side = value is not None and value >= target.at_least, f"at least {target.at_least:g}"
        else:
            assert target.at_most is not None
            met, side = value is not None and value <= target.at_most, f"at most {target.at_most:g}"
        where = "".join(f", {key} {name}" for key, name in cell.items())
        outcomes.append(TargetOutcome(f"{target.measure} {side}{where}", met, estimate))
    return tuple(outcomes)


def _assumptions(scenario: Scenario) -> tuple[Assumption, ...]:
    """Every value that somebody wrote, with where it was written."""
    return tuple(Assumption(path, value, origin, role) for path, value, origin, role in origins(scenario))

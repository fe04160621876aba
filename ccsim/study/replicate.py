"""One scenario, replicated: the question "what happens, and how sure are we?"."""

import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from ccsim.engine.run import choose_engine, simulate
from ccsim.estimation.estimate import Estimate
from ccsim.estimation.tabulate import estimates
from ccsim.logs.export import write
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.measure import Value, measure
from ccsim.metrics.waits import WAIT_EDGES, wait_histogram
from ccsim.plan.compile import compile_plan
from ccsim.plan.plan import Plan
from ccsim.provenance import made_at, made_by
from ccsim.scenario.load import load_scenario
from ccsim.scenario.model import Scenario
from ccsim.scenario.origins import origins
from ccsim.scenario.warnings import warnings
from ccsim.study.day import present
from ccsim.study.formulas import beside
from ccsim.study.results import Arm, Assumption, RunResult, TargetOutcome
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


@dataclass(frozen=True)
class Played:
    """What is kept of one replication of one plan.

    Attributes
    ----------
    values : list of Value
        Numerators and denominators of every measure and cell.
    waits : float64[n]
        How many offered live contacts waited at most so long, at `WAIT_EDGES`.
    """

    values: list[Value]
    waits: F8


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
    played = play_all([plan], [seed], n, jobs=jobs, engine=engine, log=log, progress=progress)
    return RunResult(
        scenario=loaded.name,
        question=loaded.question,
        arm=summarise(loaded.name, loaded, plan, [arms[0] for arms in played]),
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
) -> list[tuple[Played, ...]]:
    """Every replication of every plan, reduced to what is kept of it.

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
    list of tuple of Played
        By replication, then plan.
    """
    engine = choose_engine(engine, plans, replications)
    if engine == "compiled" and jobs != 1:
        from ccsim.engine.compiled.engine import compile_engine

        # compiled once here, the workers find it in the cache
        compile_engine(plans[0])
    work = (delayed(_play)(plans, seeds, replication, engine, log) for replication in range(replications))
    results = []
    if progress is not None:
        progress(0, replications)
    for played in Parallel(n_jobs=jobs, return_as="generator")(work):
        results.append(played)
        if progress is not None:
            progress(len(results), replications)
    return results


def summarise(name: str, scenario: Scenario, plan: Plan, played: Sequence[Played]) -> Arm:
    """Estimates of one plan over its replications, with what they rest on.

    Parameters
    ----------
    name : str
    scenario : Scenario
    plan : Plan
    played : sequence of Played

    Returns
    -------
    Arm
    """
    found = estimates([one.values for one in played], MEASURES, scenario.study.level)
    waits = np.sum([one.waits for one in played], axis=0)
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


def _play(
    plans: Sequence[Plan], seeds: Sequence[int], replication: int, engine: str, log: str | Path | None
) -> tuple[Played, ...]:
    """One replication of every plan, in this process."""
    if parent_process() is not None:
        # Ctrl-C goes to the whole group of processes; the parent says what there is to say
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    kept = []
    for plan, seed in zip(plans, seeds, strict=True):
        logs = simulate(plan, seed, replication=replication, engine=engine)
        if log is not None:
            write(plan, logs, Path(log) / f"replication-{replication + 1:04d}")
        kept.append(Played(measure(plan, logs), wait_histogram(plan, logs)))
    return tuple(kept)


def _targets(scenario: Scenario, found: Sequence[Estimate]) -> tuple[TargetOutcome, ...]:
    """Every stated target against its estimate; a target without an estimate is missed."""
    outcomes = []
    for target in scenario.targets:
        keys = ("channel", "queue", "need_type", "group")
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

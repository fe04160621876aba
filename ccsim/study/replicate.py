"""One scenario, replicated: the question "what happens, and how sure are we?"."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ccsim.cache import is_cold_for
from ccsim.engine.run import choose_engine
from ccsim.errors import InputError
from ccsim.estimation.estimate import Estimate
from ccsim.estimation.sequential import precision_of
from ccsim.estimation.tabulate import estimates
from ccsim.metrics.beside import keys_beside
from ccsim.metrics.definitions import BESIDE, MEASURES
from ccsim.metrics.layout import WAIT_EDGES, layout_of
from ccsim.metrics.measure import NOTHING_SEEN, Sample, compile_passes, empty_sample, joined, of_one
from ccsim.plan.compile import compile_plan
from ccsim.plan.plan import NONE, Plan
from ccsim.provenance import made_at, made_by
from ccsim.scenario.load import Sets, as_written, folder_of, load_scenario
from ccsim.scenario.model import Scenario
from ccsim.scenario.origins import TYPED, Written, origins
from ccsim.scenario.show import written
from ccsim.scenario.sources import field_at, source_of, width_of
from ccsim.scenario.warnings import warnings
from ccsim.study.day import on_working_days
from ccsim.study.formulas import beside
from ccsim.study.in_file_order import in_file_order
from ccsim.study.looking import Watch
from ccsim.study.memory import refuse_what_does_not_fit
from ccsim.study.playing import play
from ccsim.study.results import Arm, Assumption, Reached, RunResult
from ccsim.study.store import version_of_numbers
from ccsim.study.targets import aims_of, judged, refuse_never_judged
from ccsim.study.workers import play_side_by_side
from ccsim.units import format_duration

F8 = NDArray[np.float64]
Progress = Callable[..., None]

BASES = {
    "offered": "answered within {wait} / offered",
    "answered": "answered within {wait} / answered",
    "met_or_gone": "(answered + abandoned within {wait}) / offered",
    "early_gone_left_out": "answered within {wait} / (offered - abandoned within {wait})",
    "met_or_short_gone": "(answered within {wait} + abandoned within {short}) / offered",
    "short_gone_left_out": "answered within {wait} / (offered - abandoned within {short})",
}


def run(
    scenario: Scenario | str | Path,
    *,
    seed: int | None = None,
    replications: int | None = None,
    precision: Mapping[str, object] | None = None,
    least: int | None = None,
    most: int | None = None,
    jobs: int = 1,
    engine: str = "auto",
    sets: Sets = (),
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
    precision : mapping of measure to width, or None
        Replications are added until each measure's half-width in the whole centre is no wider: {"asa": "2s"}.
    least, most : int or None
        Bounds of their number, with a precision; 20 and 1000 where None.
    jobs : int
        Processes side by side; never changes a number.
    engine : str
        "reference", "compiled", or "auto" for the quicker one; never changes a number.
    sets : mapping of path to value, or sequence of "path=value"
        Changes of the scenario.
    log : path or None
        Folder for the logs of every replication, as CSV.
    progress : callable or None
        Called with (replications done, replications in all, as far as is known); with a precision and after a look also
        with "" and what is still too wide.
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
    InputError
        If the precision or its bounds make no sense.

    Examples
    --------
    >>> scenario = "scenarios/erlang-floor.yaml"
    >>> run(scenario, replications=2, reproducible=True).arm.estimates[0].measure
    'offered'
    """
    started = datetime.now(UTC)
    loaded = load_scenario(scenario, sets=sets)
    seed = loaded.study.seed if seed is None else seed
    watch = watch_of(precision, loaded.study.level, replications, least, most)
    n = loaded.study.replications if replications is None else replications
    refuse_what_does_not_fit([loaded], n if watch is None else watch.looks[-1], jobs=jobs)
    plan = compile_plan(loaded)
    refuse_never_judged(loaded, [plan])
    if watch is None:
        (sample,) = play_all([plan], [seed], n, jobs=jobs, engine=engine, log=log, progress=progress)
        reached = None
    else:
        (sample,), reached = play_until(
            watch, {loaded.name: plan}, [seed], jobs=jobs, engine=engine, log=log, progress=progress
        )
        n = reached.replications
    return RunResult(
        scenario=loaded.name,
        question=loaded.question,
        arm=summarise(loaded.name, loaded, plan, sample, at_each_look=None if watch is None else watch.at_each_look),
        seed=seed,
        replications=n,
        level=loaded.study.level,
        engine=engine if reproducible else choose_engine(engine, [plan], n),
        service_level=service_level_words(plan),
        interval=plan.interval,
        currency=loaded.money.currency,
        made_by=made_by(command, plan.digest, seed) | {"numbers": version_of_numbers()},
        made_at={} if reproducible else made_at(started),
        precision=reached,
    )


def watch_of(
    precision: Mapping[str, object] | None,
    level: float,
    replications: int | None,
    least: int | None,
    most: int | None,
    *,
    baseline: str | None = None,
) -> Watch | None:
    """What is looked at while replications are added.

    Parameters
    ----------
    precision : mapping of measure to width, or None
    level : float, share
    replications, least, most : int or None
    baseline : str or None

    Returns
    -------
    Watch or None
        None where the number of replications is given.

    Raises
    ------
    InputError
        If both a number and a precision are asked for, or bounds without a precision.
    """
    if not precision:
        if least is not None or most is not None:
            raise InputError("least and most are the bounds of a precision, and none is asked for.")
        return None
    if replications is not None:
        raise InputError("replications: a number, or a precision with its bounds least and most; not both.")
    return Watch(precision_of(precision, least=least, most=most), level, baseline=baseline)


def play_until(
    watch: Watch,
    plans: Mapping[str, Plan],
    seeds: Sequence[int],
    *,
    jobs: int = 1,
    engine: str = "auto",
    progress: Progress | None = None,
    **how: Any,
) -> tuple[list[Sample], Reached]:
    """Replications of every plan until what is watched is narrow enough.

    Parameters
    ----------
    watch : Watch
    plans : mapping of arm to Plan
    seeds : sequence of int
        One for each plan.
    jobs, engine, progress
        As for `run`.
    **how : Any
        Log and baseline, as for `play_all`.

    Returns
    -------
    list of Sample
        By plan.
    Reached

    Raises
    ------
    InputError
        If what is watched is measured in no arm.
    """
    _refuse_unmeasured(watch, plans.values())
    samples: list[Sample] = []
    reached, done = None, 0
    for look in watch.looks:
        told = progress if reached is None else _also_saying(progress, reached)
        parts = play_all(list(plans.values()), seeds, look, first=done, jobs=jobs, engine=engine, progress=told, **how)
        samples = [joined(one, other) for one, other in zip(samples, parts, strict=True)] if samples else parts
        reached, done = watch.look(dict(zip(plans, samples, strict=True))), look
        if not reached.too_wide:
            break
    assert reached is not None
    return samples, reached


def _refuse_unmeasured(watch: Watch, plans: Iterable[Plan]) -> None:
    """Refuses a precision of what no arm measures, which no number of replications reaches."""
    measured = {measure for plan in plans for measure, _ in layout_of(plan).keys}
    for width in watch.precision.widths:
        if width.measure not in measured:
            raise InputError(f"precision: the scenario has nothing of which {width.measure} could be measured.")


def _also_saying(progress: Progress | None, reached: Reached) -> Progress | None:
    """Progress that also says what the last look found."""
    if progress is None:
        return None
    return lambda done, total: progress(done, total, "", "; ".join(reached.too_wide))


def play_all(
    plans: Sequence[Plan],
    seeds: Sequence[int],
    replications: int,
    *,
    first: int = 0,
    jobs: int = 1,
    engine: str = "auto",
    log: str | Path | None = None,
    baseline: int = NONE,
    progress: Progress | None = None,
) -> list[Sample]:
    """Every replication of every plan, reduced to numerators and denominators.

    The unit of work is one replication of all plans.

    Parameters
    ----------
    plans : sequence of Plan
    seeds : sequence of int
        One for each plan; equal seeds give the same customers.
    replications : int
        Where they end.
    first : int
        Where they begin.
    jobs : int
    engine : str
    log : path or None
    baseline : int
        Place of the plan whose needs those of the others are held against; -1 for none.
    progress : callable or None

    Returns
    -------
    list of Sample
        By plan.
    """
    wanted = range(first, replications)
    engine = choose_engine(engine, plans, len(wanted))
    samples = [
        empty_sample(layout_of(plan).keys + (keys_beside(plan) if baseline not in (NONE, place) else ()), len(wanted))
        for place, plan in enumerate(plans)
    ]
    spreads = [[NOTHING_SEEN] * len(wanted) for _ in plans]
    done = first
    if progress is not None:
        progress(done, replications)
    for stretch, parts in _parts(plans, seeds, wanted, jobs=jobs, engine=engine, log=log, baseline=baseline):
        places = slice(stretch.start - first, stretch.stop - first)
        for sample, spread, part in zip(samples, spreads, parts, strict=True):
            sample.numerators[places] = part.numerators
            sample.denominators[places] = part.denominators
            sample.waits[:] += part.waits
            spread[places] = part.spreads
        done += len(stretch)
        if progress is not None:
            progress(done, replications)
    return [sample._replace(spreads=tuple(spread)) for sample, spread in zip(samples, spreads, strict=True)]


def summarise(name: str, scenario: Scenario, plan: Plan, sample: Sample, *, at_each_look: float | None = None) -> Arm:
    """Estimates of one plan over its replications, with what they rest on.

    Parameters
    ----------
    name : str
    scenario : Scenario
    plan : Plan
    sample : Sample
    at_each_look : float or None, share
        Level at which intervals are computed where one looked more than once.

    Returns
    -------
    Arm
    """
    found = estimates(sample, MEASURES | BESIDE, scenario.study.level, at_each_look=at_each_look)
    found = in_file_order(found, scenario)
    there = {name: on_working_days(plan, own) for name, own in zip(plan.names.groups, plan.scheduled, strict=True)}
    waits = sample.waits
    total = float(waits[-1])
    return Arm(
        name=name,
        digest=plan.digest,
        estimates=tuple(found),
        formula=beside(plan, found),
        targets=judged(aims_of(scenario), found),
        assumptions=_assumptions(scenario),
        warnings=tuple(warnings(scenario)),
        scheduled_hours=scheduled_hours(plan),
        staffing=tuple((group.name, tuple(there[group.name].tolist())) for group in scenario.agents),
        waits=tuple((edge, float(n) / total) for edge, n in zip(WAIT_EDGES, waits, strict=False)) if total else (),
        resolved=as_written(scenario),
        folder=folder_of(scenario),
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

    Notes
    -----
    What is compiled already is not read here: this process does so when it needs it, and its workers are at work then.
    """
    if not is_cold_for(engine):
        return
    compile_passes(plan)
    if engine == "compiled":
        from ccsim.engine.compiled.engine import compile_engine

        compile_engine(plan)


def _parts(
    plans: Sequence[Plan], seeds: Sequence[int], replications: range, *, jobs: int, **how: Any
) -> Iterator[tuple[range, list[Sample]]]:
    """Stretches of replications with what they measured, by plan, as they are done."""
    if jobs == 1:
        for replication, measured in zip(replications, play(plans, seeds, replications, **how), strict=True):
            yield range(replication, replication + 1), [of_one(each) for each in measured]
        return
    compile_for_workers(plans[0], how["engine"])
    yield from play_side_by_side(plans, seeds, replications, jobs=jobs, **how)


def _assumptions(scenario: Scenario) -> tuple[Assumption, ...]:
    """Every value that somebody wrote, with where it was written."""
    return tuple(_assumption(scenario, one) for one in origins(scenario))


def _assumption(scenario: Scenario, one: Written) -> Assumption:
    """A value with what its source says of it; of a value that was typed in its place nothing is said."""
    found = None if one.origin in TYPED else source_of(scenario.sources, one.path)
    if found is None:
        return Assumption(*one)
    about, said = found
    # the range of a whole section says nothing of its parts
    if said.low is None or len(about) < len(one.path):
        return Assumption(*one, mark=said.mark, source=said.source, note=said.note, about=about)
    return Assumption(
        *one,
        mark=said.mark,
        source=said.source,
        low=written(said.low),
        high=written(said.high),
        note=said.note,
        about=about,
        width=width_of(said.low, said.high, field_at(scenario, about).annotation),
    )

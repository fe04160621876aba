"""Several arms with the same customers: what differs, and what cannot be told apart."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from ccsim.engine.run import choose_engine
from ccsim.errors import Problem, ScenarioError
from ccsim.estimation.tabulate import differences
from ccsim.metrics.definitions import MEASURES
from ccsim.plan.compile import compile_plan
from ccsim.plan.plan import NONE, Plan
from ccsim.provenance import made_at, made_by
from ccsim.scenario.load import load_arms, load_scenario
from ccsim.scenario.model import Scenario
from ccsim.scenario.strategy import moved_outside_levers
from ccsim.study.replicate import (
    Progress,
    play_all,
    play_until,
    scheduled_hours,
    service_level_words,
    summarise,
    watch_of,
)
from ccsim.study.results import CompareResult, Relevance
from ccsim.study.store import version_of_numbers


def compare(
    scenarios: str | Path | Sequence[str | Path],
    *,
    arms: Sequence[str] | None = None,
    add_arms: Mapping[str, Mapping[str, object]] | None = None,
    baseline: str | None = None,
    seed: int | None = None,
    replications: int | None = None,
    precision: Mapping[str, object] | None = None,
    least: int | None = None,
    most: int | None = None,
    jobs: int = 1,
    engine: str = "auto",
    sets: Sequence[str] = (),
    different_worlds: bool = False,
    progress: Progress | None = None,
    reproducible: bool = False,
    command: str = "",
) -> CompareResult:
    """Differences between arms, paired on common random numbers.

    Parameters
    ----------
    scenarios : path or sequence of paths
        One file with `arms:`, or several files, each an arm.
    arms : sequence of str or None
        Which arms; all where None.
    add_arms : mapping of name to (path to value), or None
        Further arms on the first file.
    baseline : str or None
        The arm that the others are compared with; else the file's, else the first.
    seed, replications, precision, least, most, jobs, engine, sets, progress, reproducible, command
        As for `run`; a precision holds for each arm, and for its difference from the baseline where arms are paired.
    different_worlds : bool
        Allow arms whose customers differ; then nothing is paired.

    Returns
    -------
    CompareResult

    Raises
    ------
    ScenarioError
        If an arm moves the world, if fewer than two arms are left, if the rosters differ under levelling by roster, or
        if a file is invalid.
    InputError
        If the precision or its bounds make no sense.
    """
    started = datetime.now(UTC)
    files = [scenarios] if isinstance(scenarios, str | Path) else list(scenarios)
    base, loaded = _load(files, arms, add_arms or {}, sets, different_worlds)
    seed = base.study.seed if seed is None else seed
    level = base.study.level
    plans = [compile_plan(scenario) for scenario in loaded.values()]
    first = _baseline(files[0], baseline or base.compare.baseline, loaded)
    levelling = _levelled(files[0], base, dict(zip(loaded, plans, strict=True)))
    seeds = seeds_of(seed, len(plans), paired=not different_worlds)
    beside = NONE if different_worlds else list(loaded).index(first)
    watch = watch_of(precision, level, replications, least, most, baseline=first)
    wide, reached = None, None
    if watch is None:
        n = base.study.replications if replications is None else replications
        played = play_all(plans, seeds, n, jobs=jobs, engine=engine, baseline=beside, progress=progress)
    else:
        arms_by_name = dict(zip(loaded, plans, strict=True))
        played, reached = play_until(
            watch, arms_by_name, seeds, jobs=jobs, engine=engine, baseline=beside, progress=progress
        )
        n, wide = reached.replications, watch.at_each_look
    samples = dict(zip(loaded, played, strict=True))
    summaries = tuple(
        summarise(name, loaded[name], plan, samples[name], at_each_look=wide)
        for name, plan in zip(loaded, plans, strict=True)
    )
    found = differences(samples, MEASURES, level, baseline=first, at_each_look=wide)
    digest = "+".join(plan.digest for plan in plans)
    return CompareResult(
        scenario=base.name,
        question=base.question,
        arms=summaries,
        baseline=first,
        differences=tuple(found),
        relevance=Relevance(base.compare.relevance.shares, base.compare.relevance.others),
        levelling=levelling,
        paired=not different_worlds,
        seed=seed,
        replications=n,
        level=level,
        engine=engine if reproducible else choose_engine(engine, plans, n),
        service_level=service_level_words(plans[0]),
        interval=plans[0].interval,
        currency=base.money.currency,
        made_by=made_by(command, digest, seed) | {"numbers": version_of_numbers()},
        made_at={} if reproducible else made_at(started),
        precision=reached,
    )


def seeds_of(seed: int, n_arms: int, *, paired: bool) -> list[int]:
    """The seed of each arm.

    Parameters
    ----------
    seed, n_arms : int
    paired : bool
        Arms that live in different worlds get seeds of their own, so that nothing is paired by accident.

    Returns
    -------
    list of int

    Examples
    --------
    >>> seeds_of(7, 2, paired=True), seeds_of(7, 2, paired=False)
    ([7, 7], [7, 8])
    """
    return [seed if paired else (seed + i) % 2**64 for i in range(n_arms)]


def _load(
    files: Sequence[str | Path],
    arms: Sequence[str] | None,
    add_arms: Mapping[str, Mapping[str, object]],
    sets: Sequence[str],
    different_worlds: bool,
) -> tuple[Scenario, dict[str, Scenario]]:
    """The base scenario, and the arms by name."""
    base = load_scenario(files[0], sets=sets)
    if len(files) > 1:
        if add_arms:
            rule = "arms are added to one file, and there are several"
            raise _error(files[0], "arms", rule, "Name one file, or write the arms into a file of their own.")
        loaded = {name: load_scenario(file, sets=sets) for name, file in _arm_names(files).items()}
        if not different_worlds:
            _one_world(files, list(loaded.values()))
    else:
        taken_out = [
            f"{name}: {path}" for name, moves in add_arms.items() for path, value in moves.items() if value is None
        ]
        if taken_out:
            raise _error(files[0], taken_out[0], "an added arm cannot take a value out", 'Write "off", or a value.')
        added = [f"arms.{name}.{path}={value}" for name, moves in add_arms.items() for path, value in moves.items()]
        loaded = load_arms(files[0], [*sets, *added], different_worlds=different_worlds)
    if arms is not None:
        _refuse(files[0], "arms", [name for name in arms if name not in loaded], list(loaded))
        loaded = {name: loaded[name] for name in arms}
    if len(loaded) < 2:
        rule = "a comparison needs two arms or two files"
        raise _error(files[0], "arms", rule, "Write arms: or name another file.")
    return base, loaded


def _arm_names(files: Sequence[str | Path]) -> dict[str, str | Path]:
    """Arms called after their files; the whole path where two files share a name."""
    stems = [Path(file).stem for file in files]
    return {stem if stems.count(stem) == 1 else str(file): file for stem, file in zip(stems, files, strict=True)}


def _one_world(files: Sequence[str | Path], scenarios: Sequence[Scenario]) -> None:
    """Refuses scenarios whose customers differ."""
    problems = [
        Problem(
            str(file),
            None,
            None,
            path,
            None,
            rule=f"this is part of the world and differs from {files[0]}; arms share one world",
            hint="Make it equal, or add --different-worlds to compare without pairing.",
        )
        for file, scenario in zip(files[1:], scenarios[1:], strict=True)
        for path, role in moved_outside_levers(scenarios[0], scenario)
        if role == "world"
    ]
    if problems:
        raise ScenarioError(tuple(problems))


def _baseline(file: str | Path, wanted: str | None, loaded: Mapping[str, Scenario]) -> str:
    """The baseline's name."""
    if wanted is not None:
        _refuse(file, "compare.baseline", [wanted] if wanted not in loaded else [], list(loaded))
        return wanted
    return next(iter(loaded))


def _refuse(file: str | Path, path: str, unknown: Sequence[str], known: Sequence[str]) -> None:
    """Refuses names that are no arms."""
    if unknown:
        hint = f"The arms are {_listed(known)}."
        raise ScenarioError(
            tuple(Problem(str(file), None, None, path, name, f'"{name}" is no arm', hint) for name in unknown)
        )


def _levelled(file: str | Path, base: Scenario, plans: Mapping[str, Plan]) -> str:
    """What the levelling rule found, in words; refuses unequal rosters where they should be equal."""
    hours = {name: round(scheduled_hours(plan), 6) for name, plan in plans.items()}
    listed = ", ".join(f"{name} {number:,.1f} h" for name, number in hours.items())
    if len(set(hours.values())) == 1:
        return f"roster: every arm has {next(iter(hours.values())):,.1f} scheduled hours in the window"
    if base.compare.levelling == "roster":
        rule = f"the arms' scheduled hours in the window differ: {listed}"
        hint = 'Give the arms equal staffing, or write "compare: {levelling: none}".'
        raise _error(file, "compare.levelling", rule, hint)
    return f"none: scheduled hours in the window are {listed}"


def _error(file: str | Path, path: str, rule: str, hint: str) -> ScenarioError:
    """A single problem that has no line of its own."""
    return ScenarioError((Problem(str(file), None, None, path, None, rule, hint),))


def _listed(words: Sequence[str]) -> str:
    """Words joined the way they are spoken."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"

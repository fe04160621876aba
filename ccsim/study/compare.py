"""Several arms with the same customers: what differs, and what cannot be told apart."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ccsim.engine.run import choose_engine
from ccsim.errors import InputError, Problem, ScenarioError
from ccsim.estimation.sequential import bounds_of
from ccsim.estimation.tabulate import differences
from ccsim.metrics.definitions import MEASURES
from ccsim.plan.compile import compile_plan
from ccsim.plan.plan import NONE, Plan
from ccsim.provenance import made_at, made_by
from ccsim.scenario.load import Sets, load_arms, load_scenario, named
from ccsim.scenario.model import Scenario
from ccsim.scenario.strategy import moved_freely, moved_outside_levers
from ccsim.study.in_file_order import in_file_order
from ccsim.study.memory import refuse_what_does_not_fit
from ccsim.study.replicate import (
    Progress,
    find,
    play_all,
    play_until,
    scheduled_hours,
    service_level_words,
    summarise,
    watch_of,
)
from ccsim.study.results import Arm, CompareResult, Relevance
from ccsim.study.store import version_of_numbers
from ccsim.study.targets import refuse_never_judged

Given = str | Path | Scenario


def compare(
    scenarios: Given | Sequence[Given],
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
    sets: Sets = (),
    different_worlds: bool = False,
    levelling: str | None = None,
    progress: Progress | None = None,
    reproducible: bool = False,
    command: str = "",
) -> CompareResult:
    """Differences between arms, paired on common random numbers.

    Parameters
    ----------
    scenarios : path or Scenario, or a sequence of them
        One with `arms:`, or several, each an arm.
    arms : sequence of str or None
        Which arms; all where None.
    add_arms : mapping of name to (path to value), or None
        Further arms on the one scenario; beside one without arms it stands itself, as the first.
    baseline : str or None
        The arm that the others are compared with; else the file's, else the first.
    seed, replications, precision, least, most, jobs, engine, sets, progress, reproducible, command
        As for `run`; a precision holds for each arm, and for its difference from the baseline where arms are paired.
    different_worlds : bool
        Allow arms whose customers differ; then nothing is paired.
    levelling : str or None
        "roster" refuses arms whose scheduled hours differ, "none" lets each have its own; as the scenario says where
        None, else "roster" for the arms of one and "none" for several.

    Returns
    -------
    CompareResult

    Raises
    ------
    ScenarioError
        If an arm moves the world, if fewer than two arms are left, if the rosters differ under levelling by roster, or
        if a file is invalid.
    InputError
        If the precision or its bounds make no sense, or the levelling is none that there is.
    """
    started = datetime.now(UTC)
    files = [scenarios] if isinstance(scenarios, Given) else list(scenarios)
    base, loaded = _load(files, arms, add_arms or {}, sets, different_worlds)
    seed = base.study.seed if seed is None else seed
    level = base.study.level
    n = base.study.replications if replications is None else replications
    most_asked = n if precision is None else bounds_of(least, most).most
    refuse_what_does_not_fit(list(loaded.values()), most_asked, jobs=jobs)
    plans = [compile_plan(scenario) for scenario in loaded.values()]
    for scenario in loaded.values():
        refuse_never_judged(scenario, plans)
    first = _baseline(named(files[0]), baseline or base.compare.baseline, loaded)
    if _rule_of(base, levelling, len(files)) == "roster":
        _refuse_unequal(named(files[0]), dict(zip(loaded, plans, strict=True)))
    seeds = seeds_of(seed, len(plans), paired=not different_worlds)
    beside = NONE if different_worlds else list(loaded).index(first)
    watch = watch_of(precision, level, replications, least, most, baseline=first)
    wide, reached = None, None
    if watch is None:
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
    summaries = tuple(_with_what_is_free(arm, loaded[first], loaded[arm.name]) for arm in summaries)
    found = in_file_order(differences(samples, MEASURES, level, baseline=first, at_each_look=wide), base)
    digest = "+".join(plan.digest for plan in plans)
    return CompareResult(
        scenario=base.name,
        question=base.question,
        arms=summaries,
        baseline=first,
        differences=tuple(found),
        relevance=Relevance(base.compare.relevance.shares, base.compare.relevance.others),
        levelling=_levelling_words(summaries, base.money.currency),
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
    files: Sequence[Given],
    arms: Sequence[str] | None,
    add_arms: Mapping[str, Mapping[str, object]],
    sets: Sets,
    different_worlds: bool,
) -> tuple[Scenario, dict[str, Scenario]]:
    """The base scenario, and the arms by name."""
    base = load_scenario(files[0], sets=sets)
    if len(files) > 1:
        if add_arms:
            rule = "arms are added to one file, and there are several"
            raise _error(named(files[0]), "arms", rule, "Name one file, or write the arms into a file of their own.")
        loaded = {name: load_scenario(file, sets=sets) for name, file in _arm_names(files).items()}
        if not different_worlds:
            _one_world(files, list(loaded.values()))
    else:
        loaded = load_arms(files[0], sets, added=add_arms, different_worlds=different_worlds)
    if arms is not None:
        _refuse(named(files[0]), "arms", [name for name in arms if name not in loaded], list(loaded))
        loaded = {name: loaded[name] for name in arms}
    if len(loaded) < 2:
        rule = "a comparison needs two arms or two files"
        hint = "Write arms: into the file, name another file, or add --arm NAME:path=value."
        raise _error(named(files[0]), "arms", rule, hint)
    return base, loaded


def _arm_names(files: Sequence[Given]) -> dict[str, Given]:
    """Arms called after their files; the whole path where two files share a name; scenarios at hand numbered."""
    stems = [file.name if isinstance(file, Scenario) else Path(file).stem for file in files]
    names = [stem if stems.count(stem) == 1 else named(file) for stem, file in zip(stems, files, strict=True)]
    told = [name if names.count(name) == 1 else f"{name} {place}" for place, name in enumerate(names, 1)]
    return dict(zip(told, files, strict=True))


def _one_world(files: Sequence[Given], scenarios: Sequence[Scenario]) -> None:
    """Refuses scenarios whose customers differ."""
    problems = [
        Problem(
            named(file),
            None,
            None,
            path,
            None,
            rule=f"this is part of the world and differs from {named(files[0])}; arms share one world",
            hint="Make it equal, or add --different-worlds to compare without pairing.",
        )
        for file, scenario in zip(files[1:], scenarios[1:], strict=True)
        for path, role in moved_outside_levers(scenarios[0], scenario)
        if role == "world"
    ]
    if problems:
        raise ScenarioError(tuple(problems))


def _baseline(file: str, wanted: str | None, loaded: Mapping[str, Scenario]) -> str:
    """The baseline's name."""
    if wanted is not None:
        _refuse(file, "compare.baseline", [wanted] if wanted not in loaded else [], list(loaded))
        return wanted
    return next(iter(loaded))


def _refuse(file: str, path: str, unknown: Sequence[str], known: Sequence[str]) -> None:
    """Refuses names that are no arms."""
    if unknown:
        hint = f"The arms are {_listed(known)}."
        raise ScenarioError(
            tuple(Problem(file, None, None, path, name, f'"{name}" is no arm', hint) for name in unknown)
        )


def _rule_of(base: Scenario, asked: str | None, n_files: int) -> str:
    """The levelling that is asked for, or that the scenario states, or that fits what is compared."""
    if asked not in (None, "roster", "none"):
        raise InputError(f'levelling is "roster" or "none", not "{asked}".')
    if asked is None and n_files > 1 and "levelling" not in base.compare.model_fields_set:
        return "none"
    return asked or base.compare.levelling


def _refuse_unequal(file: str, plans: Mapping[str, Plan]) -> None:
    """Refuses rosters that differ where they are to be equal."""
    hours = {name: round(scheduled_hours(plan), 6) for name, plan in plans.items()}
    if len(set(hours.values())) > 1:
        listed = ", ".join(f"{name} {number:,.1f} h" for name, number in hours.items())
        rule = f"the arms' scheduled hours in the window differ: {listed}"
        hint = 'Give the arms equal staffing, or add --levelling none ("compare: {levelling: none}" in the file).'
        raise _error(file, "compare.levelling", rule, hint)


def _levelling_words(summaries: Sequence[Arm], currency: str) -> str:
    """What the arms' rosters are: one for all, or each with its hours and its money."""
    hours = {round(arm.scheduled_hours, 6) for arm in summaries}
    if len(hours) == 1:
        return f"roster: every arm has {summaries[0].scheduled_hours:,.1f} scheduled hours in the window"
    listed = "; ".join(f"{arm.name} {_roster_words(arm, currency)}" for arm in summaries)
    return f"none: each arm has its own roster in the window: {listed}"


def _roster_words(arm: Arm, currency: str) -> str:
    """Hours scheduled and paid, the full-time agents that they come to, and the cost where anything has one."""
    paid, fte, cost = (find(arm.estimates, measure) for measure in ("agent_hours", "fte", "cost_total"))
    parts = [f"{arm.scheduled_hours:,.1f} h scheduled"]
    parts += [f"{paid.value:,.1f} h paid"] if paid is not None and paid.value is not None else []
    parts += [f"{fte.value:,.1f} FTE"] if fte is not None and fte.value is not None else []
    parts += [f"cost {cost.value:,.0f} {currency}"] if cost is not None and cost.value else []
    return ", ".join(parts)


def _error(file: str, path: str, rule: str, hint: str) -> ScenarioError:
    """A single problem that has no line of its own."""
    return ScenarioError((Problem(file, None, None, path, None, rule, hint),))


def _with_what_is_free(arm: Arm, base: Scenario, scenario: Scenario) -> Arm:
    """An arm that says which of the levers it moves cost something in life and nothing here."""
    # a speed cut whose harm is set is paid for in what it settles
    moved = [
        (path, takes)
        for path, takes in moved_freely(base, scenario)
        if not (path.endswith("speed_cut") and base.pressure.resolution_cost)
    ]
    if not moved:
        return arm
    levers = "; ".join(f"{path} ({takes})" for path, takes in moved)
    text = f"Nothing in the model pays for what {arm.name} moves here, which would take something in life: {levers}."
    return replace(arm, warnings=(*arm.warnings, text))


def _listed(words: Sequence[str]) -> str:
    """Words joined the way they are spoken."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"

"""A saved result played again from what it carries, and compared number by number."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from ccsim.errors import InputError
from ccsim.estimation.estimate import Difference, Estimate
from ccsim.estimation.tabulate import differences
from ccsim.metrics.definitions import MEASURES
from ccsim.plan.compile import compile_plan
from ccsim.plan.plan import NONE
from ccsim.provenance import made_by
from ccsim.scenario.load import scenario_from
from ccsim.scenario.model import Scenario
from ccsim.scenario.show import digest
from ccsim.study.agenda import worlds_of
from ccsim.study.compare import seeds_of
from ccsim.study.replicate import play_all, run, summarise
from ccsim.study.results import Arm, CompareResult, RunResult
from ccsim.study.store import version_of_numbers
from ccsim.study.sweep import play_agenda
from ccsim.study.sweep_results import SweepResult

Result = RunResult | CompareResult | SweepResult
Progress = Callable[[int, int], None]

NUMBERS = ("value", "low", "high", "half_width", "n")
VERSIONS = ("ccsim", "numbers", "python", "numpy", "numba")
# relative, then absolute: what sums in another order, or another release of numpy, may do to a last digit
ROUNDING = (1e-9, 1e-12)


class Place(NamedTuple):
    """Where a number stands in a result.

    Attributes
    ----------
    of : str
        The arm, the two arms of a difference, or the point; "" in a run.
    measure : str
    cell : tuple of (str, str or int)
        The breakdown, () for the whole centre.
    number : str
        "value", "low", "high", "half_width" or "n".
    """

    of: str
    measure: str
    cell: tuple[tuple[str, str | int], ...]
    number: str


class Differing(NamedTuple):
    """A number that is not what it was.

    Attributes
    ----------
    place : Place
    was, now : float or None
        None where there is no such number.
    """

    place: Place
    was: float | None
    now: float | None


@dataclass(frozen=True)
class Reproduction:
    """A result beside the same one played again.

    Attributes
    ----------
    name : str
        Of the scenario or the study.
    replications : int
        How many were played again, over all arms or points.
    n_numbers : int
        How many numbers were compared.
    differing : tuple of Differing
        Those that are not the same, even but for rounding.
    rounding : float, share
        The largest difference that counts as rounding, of its number.
    versions : tuple of (str, str, str)
        What is of another version: its name, then and now.
    """

    name: str
    replications: int
    n_numbers: int
    differing: tuple[Differing, ...]
    rounding: float
    versions: tuple[tuple[str, str, str], ...]


def reproduce(result: Result, *, jobs: int = 1, engine: str = "auto", progress: Progress | None = None) -> Reproduction:
    """A saved result beside the same one played again.

    Parameters
    ----------
    result : RunResult, CompareResult or SweepResult
        It carries its scenarios; no file is read but the calls that a scenario replays.
    jobs : int
        Processes side by side; never changes a number.
    engine : str
        "reference", "compiled", or "auto" for the quicker one; never changes a number.
    progress : callable or None
        Called with (replications done, replications in all).

    Returns
    -------
    Reproduction

    Raises
    ------
    InputError
        If a scenario that the result carries is not the one whose digest it states.

    Examples
    --------
    >>> first = run("scenarios/erlang-floor.yaml", replications=2)
    >>> reproduce(first).differing
    ()
    """
    how: dict[str, Any] = {"jobs": jobs, "engine": engine}
    if isinstance(result, SweepResult):
        again: Result = _study_again(result, progress, how)
        name, n = result.agenda.name, sum(point.replications for point in result.points)
    else:
        scenarios = [_scenario(arm) for arm in _arms(result)]
        if isinstance(result, RunResult):
            again = run(scenarios[0], seed=result.seed, **_asked(result), progress=progress, **how)
        else:
            again = _comparison_again(result, scenarios, progress, how)
        name, n = result.scenario, result.replications * len(scenarios)
    was, now = dict(_numbers(result)), dict(_numbers(again))
    places = [*was, *(place for place in now if place not in was)]
    pairs = [Differing(place, was.get(place), now.get(place)) for place in places]
    return Reproduction(
        name=name,
        replications=n,
        n_numbers=len(places),
        differing=tuple(pair for pair in pairs if not _same(pair)),
        rounding=max((_relative(pair) for pair in pairs if _same(pair)), default=0.0),
        versions=tuple(_other_versions(result.made_by)),
    )


def _arms(result: RunResult | CompareResult) -> tuple[Arm, ...]:
    return (result.arm,) if isinstance(result, RunResult) else result.arms


def _scenario(arm: Arm) -> Scenario:
    """The scenario that an arm carries."""
    scenario = scenario_from(arm.resolved, base_folder=arm.folder)
    _refuse_another(arm.name, arm.digest, scenario, arm.folder)
    return scenario


def _asked(result: RunResult) -> dict[str, Any]:
    """How many replications a run was asked for, or how precise it was to be."""
    if result.precision is None:
        return {"replications": result.replications}
    widths = {width.measure: width.text for width in result.precision.widths}
    return {"precision": widths, "least": result.precision.least, "most": result.precision.most}


def _comparison_again(
    result: CompareResult, scenarios: Sequence[Scenario], progress: Progress | None, how: Mapping[str, Any]
) -> CompareResult:
    """The arms and differences of a comparison; its words are left as they are."""
    plans = [compile_plan(scenario) for scenario in scenarios]
    seeds = seeds_of(result.seed, len(plans), paired=result.paired)
    names = [arm.name for arm in result.arms]
    beside = names.index(result.baseline) if result.paired else NONE
    samples = play_all(plans, seeds, result.replications, baseline=beside, progress=progress, **how)
    wide = None if result.precision is None else result.precision.level_at_each_look
    by_name = dict(zip(names, samples, strict=True))
    return replace(
        result,
        arms=tuple(summarise(*each, at_each_look=wide) for each in zip(names, scenarios, plans, samples, strict=True)),
        differences=tuple(differences(by_name, MEASURES, result.level, baseline=result.baseline, at_each_look=wide)),
    )


def _study_again(result: SweepResult, progress: Progress | None, how: Mapping[str, Any]) -> SweepResult:
    """A study's points, without a ledger."""
    worlds = worlds_of(result.agenda, result.folder)
    for point in result.agenda.points:
        _refuse_another(f"point {point.number}", point.digest, worlds.scenario(point.number), result.folder)
    listening = None if progress is None else lambda done, total, *_: progress(done, total)
    return play_agenda(result.agenda, worlds, out=None, progress=listening, **how)


def _refuse_another(name: str, stated: str, scenario: Scenario, folder: str) -> None:
    found = digest(scenario)
    if found != stated:
        calls = scenario.needs.replay
        changed = "the file was changed" if calls is None else f"the file or {Path(folder) / calls} was changed"
        raise InputError(
            f"{name}: the result is of the scenario with digest {stated}, and what it carries has {found}: {changed}, "
            "or another version of ccsim wrote it; nothing was played"
        )


def _numbers(result: Result) -> Iterator[tuple[Place, float | None]]:
    """Every number of a result at its place."""
    for of, row in _rows(result):
        for number in NUMBERS:
            yield Place(of, row.measure, tuple(row.cell.items()), number), getattr(row, number)
    for arm in () if isinstance(result, SweepResult) else _arms(result):
        of = _name(result, arm)
        yield from ((Place(of, "waits", (("within", f"{edge:g}s"),), "value"), share) for edge, share in arm.waits)


def _rows(result: Result) -> Iterator[tuple[str, Estimate | Difference]]:
    """Estimates and differences, with the words for whose they are."""
    if isinstance(result, SweepResult):
        for one in result.points:
            settings = map(" ".join, zip(result.agenda.factors, one.point.settings, strict=True))
            of = f"point {one.point.number} ({', '.join(settings)})"
            yield from ((of, row) for row in one.estimates)
        yield from (
            (f"{gap.arm} − {gap.baseline} at {', '.join(settings) or 'every point'}", gap)
            for settings, gap in result.differences
        )
        return
    for arm in _arms(result):
        yield from ((_name(result, arm), row) for row in arm.estimates)
    if isinstance(result, CompareResult):
        yield from ((f"{gap.arm} − {gap.baseline}", gap) for gap in result.differences)


def _name(result: Result, arm: Arm) -> str:
    return "" if isinstance(result, RunResult) else arm.name


def _same(pair: Differing) -> bool:
    if pair.was is None or pair.now is None:
        return pair.was is pair.now
    relative, absolute = ROUNDING
    return abs(pair.was - pair.now) <= max(absolute, relative * max(abs(pair.was), abs(pair.now)))


def _relative(pair: Differing) -> float:
    """How far apart two numbers are, as a share of the larger."""
    if pair.was is None or pair.now is None or pair.was == pair.now:
        return 0.0
    return abs(pair.was - pair.now) / max(abs(pair.was), abs(pair.now))


def _other_versions(then: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    now = made_by("", "", 0) | {"numbers": version_of_numbers()}
    for name in VERSIONS:
        was = str(then.get(name, "unknown"))
        if was != now[name]:
            yield name, was, str(now[name])

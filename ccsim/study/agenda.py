"""What a study will play: every point with its scenario's digest and its seed, resolved before anything runs."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from ccsim.errors import InputError, Problem, ScenarioError
from ccsim.estimation.selection import Selection
from ccsim.estimation.sequential import Bounds, Precision, Width, bounds_of, precision_of, width_of
from ccsim.plan.compile import compile_plan, terms_of
from ccsim.plan.terms import Terms
from ccsim.scenario.load import Sets, as_written, folder_of, load_scenario, moved, scenario_from
from ccsim.scenario.model import Scenario
from ccsim.scenario.problems import in_file_order
from ccsim.scenario.show import digest, digest_of_what_happens, written
from ccsim.scenario.study_file import ARMS, Between, ReadStudy, Select, load_study
from ccsim.scenario.tree import Node, Source, did_you_mean, from_mapping, plain, problem_at
from ccsim.study import designs
from ccsim.study.memory import refuse_too_many_replications, refuse_what_does_not_fit
from ccsim.study.replicate import BASES
from ccsim.study.results import Aim
from ccsim.study.targets import aims_of, refuse_never_judged
from ccsim.units import format_duration

QUANTITY = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*)")
DIGITS = 6  # of a value that a sampling design picks from a range
MOST_LEVELS = 10_000

# a centre that settles fewer needs has less of these, or hears of what it failed in
WEIGHED_BY_OUTCOME = ("effort", "cost", "signals", "distinct_signals", "causes_detected")
OUTCOME = "resolved_share"


class Level(NamedTuple):
    """One value of a factor.

    Attributes
    ----------
    label : str
        As a planner types it.
    moves : tuple of (str, Node)
        Paths of the scenario with their values.
    arm : str
        The arm it stands for, or "".
    """

    label: str
    moves: tuple[tuple[str, Node], ...]
    arm: str = ""


class Span(NamedTuple):
    """A range without steps.

    Attributes
    ----------
    low, high : Decimal
    unit : str
        What stands behind its numbers.
    paths : tuple of str
    node : Node
        Where it was written.
    """

    low: Decimal
    high: Decimal
    unit: str
    paths: tuple[str, ...]
    node: Node


class Factor(NamedTuple):
    """What is moved from point to point.

    Attributes
    ----------
    name : str
    levels : tuple of Level
        Empty where there is a span.
    span : Span or None
    """

    name: str
    levels: tuple[Level, ...]
    span: Span | None = None


@dataclass(frozen=True)
class Point:
    """One combination of the factors' values.

    Attributes
    ----------
    number : int, from 1
    settings : tuple of str
        The value of each factor as a planner types it.
    digest : str
        Of the point's scenario.
    seed : int
    played : str
        Digest of what happens in it; points that share it and the seed are played once.
    terms : Terms
        What is applied to what was measured.
    """

    number: int
    settings: tuple[str, ...]
    digest: str
    seed: int
    played: str
    terms: Terms


@dataclass(frozen=True)
class Agenda:
    """Everything about a study that decides its results.

    Attributes
    ----------
    name, question, scenario : str
        Of the study; the scenario's name.
    factors : tuple of str
    design : str
        In words.
    points : tuple of Point
    measures : tuple of str
    by : tuple of str
        Keys of the breakdowns beside the whole centre.
    replications, seed : int
        Replications of each point; where they are added, at most.
    seeds : str
        "common" or "independent".
    level : float, share
        Confidence of the intervals.
    service_level, currency : str
        The definition in words; the money's name.
    bases : dict of arm to dict
        The scenario itself under "", and its arms, as they were written, each in one piece.
    levels : dict of factor to (dict of setting to (dict of path to value))
        What each setting moves; arms are among the bases.
    limits : tuple of float, s
        All acceptable and short waits of its points, ascending.
    precision : Precision or None
        Replications are added at each point until this is reached.
    selection : Selection or None
        Replications are added until the best point is known.
    targets : tuple of Aim
        What the scenario aims at; each point is held against it.
    """

    name: str
    question: str
    scenario: str
    factors: tuple[str, ...]
    design: str
    points: tuple[Point, ...]
    measures: tuple[str, ...]
    by: tuple[str, ...]
    replications: int
    seed: int
    seeds: str
    level: float
    service_level: str
    currency: str
    bases: dict[str, dict[str, Any]]
    levels: dict[str, dict[str, dict[str, Any]]]
    limits: tuple[float, ...]
    precision: Precision | None = None
    selection: Selection | None = None
    targets: tuple[Aim, ...] = ()


class Worlds:
    """The scenario of each point, made when it is asked for.

    Parameters
    ----------
    bases : mapping of arm to Scenario
        The scenario itself under "".
    rows : mapping of int to tuple of Level
        By the points' numbers.
    """

    def __init__(self, bases: Mapping[str, Scenario], rows: Mapping[int, tuple[Level, ...]]) -> None:
        self._bases = bases
        self._rows = rows

    @property
    def folder(self) -> str:
        """Where the scenario's relative paths start."""
        return folder_of(self._bases[""])

    def scenario(self, number: int) -> Scenario:
        """The scenario of a point.

        Parameters
        ----------
        number : int, from 1

        Returns
        -------
        Scenario

        Raises
        ------
        ScenarioError
            If the factors' values make none.
        """
        row = self._rows[number]
        base = self._bases[next((level.arm for level in row if level.arm), "")]
        moves = [move for level in row for move in level.moves]
        return moved(base, moves) if moves else base


def agenda_of(
    study: str | Path,
    *,
    sets: Sets = (),
    seed: int | None = None,
    replications: int | None = None,
    precision: Mapping[str, object] | None = None,
    least: int | None = None,
    most: int | None = None,
) -> tuple[Agenda, Worlds]:
    """A study file's agenda, with the scenarios of its points.

    Parameters
    ----------
    study : path
    sets : mapping of path to value, or sequence of "path=value"
        Changes of the scenario.
    seed, replications : int or None
        As the study says where None; as its scenario says where it doesn't. A number of replications also takes the
        place of the study's precision and selection.
    precision : mapping of measure to width, or None
        In place of the study's.
    least, most : int or None
        Bounds of the replications that are added, in place of the study's.

    Returns
    -------
    Agenda
    Worlds

    Raises
    ------
    ScenarioError
        With every problem of the study file, of its scenario, and of the scenarios of its points.
    InputError
        If the design has too many points, or what is asked for contradicts itself.
    """
    read = load_study(study)
    file = read.file
    added = _added(read, replications, precision, least, most)
    path = read.path.parent / file.scenario
    base = load_scenario(path, sets=sets)
    factors, rows, words = _explicit(read, base) if file.points else _designed(read, base)
    bases = {"": base} | {arm: load_scenario(path, sets=sets, arm=arm) for arm in _arms_in(rows)}
    worlds = Worlds(bases, dict(enumerate(rows, 1)))
    seed = next(given for given in (seed, file.seed, base.study.seed) if given is not None)
    aims = aims_of(base)
    resolved, service_level = _all_resolved(worlds, len(rows))
    refuse_never_judged(base, (compile_plan(worlds.scenario(number)) for number in range(1, len(rows) + 1)))
    n = base.study.replications if replications is None else replications
    if replications is None and isinstance(file.replications, int):
        n = file.replications
    refuse_too_many_replications(base.name, n if added is None else added.bounds.most)
    agenda = Agenda(
        name=file.name,
        question=file.question,
        scenario=base.name,
        factors=factors,
        design=words,
        points=tuple(
            Point(
                number=place + 1,
                settings=tuple(level.label for level in row),
                digest=one.digest,
                seed=_seed(seed, one.played, file.seeds),
                played=one.played,
                terms=one.terms,
            )
            for place, (row, one) in enumerate(zip(rows, resolved, strict=True))
        ),
        measures=_with_outcome([*file.measures, *_named(added)], aims),
        by=file.by,
        replications=n if added is None else added.bounds.most,
        seed=seed,
        seeds=file.seeds,
        level=base.study.level,
        service_level=service_level,
        currency=base.money.currency,
        bases={arm: as_written(scenario) for arm, scenario in bases.items()},
        levels=_as_levels(factors, rows),
        limits=tuple(sorted({wait for one in resolved for wait in (one.terms.acceptable_wait, one.terms.short_wait)})),
        precision=added if isinstance(added, Precision) else None,
        selection=added if isinstance(added, Selection) else None,
        targets=aims,
    )
    return agenda, worlds


def _added(
    read: ReadStudy,
    replications: int | None,
    precision: Mapping[str, object] | None,
    least: int | None,
    most: int | None,
) -> Precision | Selection | None:
    """What replications are added for; None where their number is given."""
    file, between = read.file, read.file.replications
    if replications is not None and (precision or least is not None or most is not None):
        raise InputError("replications: a number, or a precision with its bounds least and most; not both.")
    if replications is not None or not (precision or file.precision or file.select):
        if least is not None or most is not None:
            raise InputError("least and most are the bounds of a precision or a selection, and none is asked for.")
        return None
    if precision and file.select:
        raise InputError("precision: the study selects the best point; for a precision take select: out of it.")
    if isinstance(between, Between):
        least, most = (between.least if least is None else least), (between.most if most is None else most)
    try:
        bounds = bounds_of(least, most)
    except InputError as fault:
        raise _told_at(read, "replications", str(fault)) if isinstance(between, Between) else fault from None
    if file.select:
        return _selection(read, file.select, bounds)
    if precision:
        return Precision(precision_of(precision).widths, bounds)
    return Precision(_widths(read), bounds)


def _widths(read: ReadStudy) -> tuple[Width, ...]:
    """The widths of the file."""
    widths, problems = list[Width](), list[Problem]()
    for measure, text in read.file.precision.items():
        try:
            widths.append(width_of(measure, text))
        except ValueError as fault:
            node = read.tree.value["precision"].value[measure]
            problems.append(_problem_of_width(node, f"precision.{measure}", fault))
    if problems:
        raise ScenarioError(in_file_order(problems))
    return tuple(widths)


def _selection(read: ReadStudy, select: Select, bounds: Bounds) -> Selection:
    """The selection of the file."""
    node = read.tree.value["select"].value["indifference"]
    try:
        width = width_of(select.measure, select.indifference)
        if width.relative:
            raise ValueError(
                f'"{width.text}" is a share of a value, and points have different ones; write a difference'
            )
    except ValueError as fault:
        raise ScenarioError([_problem_of_width(node, "select.indifference", fault)]) from None
    return Selection(select.measure, select.best == "largest", width, select.confidence, bounds)


def _problem_of_width(node: Node, path: str, fault: ValueError) -> Problem:
    rule, _, hint = str(fault).partition("; ")
    return problem_at(node, path, rule, f"{hint[:1].upper()}{hint[1:]}.")


def _told_at(read: ReadStudy, path: str, text: str) -> ScenarioError:
    rule, _, hint = text.rstrip(".").partition("; ")
    return ScenarioError(
        [problem_at(read.tree.value[path], path, rule, f"{hint[:1].upper()}{hint[1:]}." if hint else None)]
    )


def _with_outcome(measures: Sequence[str], aims: Sequence[Aim]) -> tuple[str, ...]:
    """What is measured, each once; effort, cost, insight and targets never without the outcome that they bought."""
    outcome = [OUTCOME] if aims or any(name.startswith(WEIGHED_BY_OUTCOME) for name in measures) else []
    return tuple(dict.fromkeys([*measures, *outcome]))


def _named(added: Precision | Selection | None) -> list[str]:
    """The measures that decide when there are enough replications."""
    if isinstance(added, Precision):
        return [width.measure for width in added.widths]
    return [] if added is None else [added.measure]


def worlds_of(agenda: Agenda, folder: str | Path) -> Worlds:
    """The scenarios of an agenda that was saved.

    Parameters
    ----------
    agenda : Agenda
    folder : path
        Where the scenario's relative paths start.

    Returns
    -------
    Worlds

    Raises
    ------
    ScenarioError
        If what was saved makes no scenario.
    """
    bases = {arm: scenario_from(values, base_folder=folder) for arm, values in agenda.bases.items()}
    source = Source("study.json")
    moves = {
        factor: {
            label: tuple((path, from_mapping(value, source)) for path, value in level.items())
            for label, level in levels.items()
        }
        for factor, levels in agenda.levels.items()
    }
    rows = {
        point.number: tuple(
            Level(label, (), label) if factor == ARMS else Level(label, moves[factor][label])
            for factor, label in zip(agenda.factors, point.settings, strict=True)
        )
        for point in agenda.points
    }
    return Worlds(bases, rows)


def as_document(agenda: Agenda) -> dict[str, Any]:
    """An agenda as plain values, to be kept.

    Parameters
    ----------
    agenda : Agenda

    Returns
    -------
    dict
    """
    return asdict(agenda)


def from_document(document: Mapping[str, Any]) -> Agenda:
    """The agenda that was kept as plain values.

    Parameters
    ----------
    document : mapping

    Returns
    -------
    Agenda
    """
    points = tuple(
        Point(**{**point, "settings": tuple(point["settings"]), "terms": _terms(point["terms"])})
        for point in document["points"]
    )
    lists = {name: tuple(document[name]) for name in ("factors", "measures", "by", "limits")}
    precision, selection = document.get("precision"), document.get("selection")
    if precision is not None:
        widths = tuple(Width(**width) for width in precision["widths"])
        precision = Precision(widths, Bounds(**precision["bounds"]))
    if selection is not None:
        parts = {"indifference": Width(**selection["indifference"]), "bounds": Bounds(**selection["bounds"])}
        selection = Selection(**{**selection, **parts})
    aims = tuple(Aim(**aim) for aim in document.get("targets", ()))
    return Agenda(
        **{**document, **lists, "points": points, "precision": precision, "selection": selection, "targets": aims}
    )


def _as_levels(factors: Sequence[str], rows: Sequence[tuple[Level, ...]]) -> dict[str, dict[str, dict[str, Any]]]:
    """What each setting moves, as plain values."""
    return {
        factor: {row[place].label: {path: plain(node) for path, node in row[place].moves} for row in rows}
        for place, factor in enumerate(factors)
        if factor != ARMS
    }


def _terms(kept: Mapping[str, Any]) -> Terms:
    return Terms(**{**kept, "wages": tuple(kept["wages"]), "effort": tuple(kept["effort"])})


def _seed(seed: int, played: str, seeds: str) -> int:
    """A point's seed: the study's, or one of its own that stays the same wherever the point stands."""
    if seeds == "common":
        return seed
    return int.from_bytes(hashlib.sha256(f"{seed} {played}".encode()).digest()[:8], "big")


def _arms_in(rows: Sequence[tuple[Level, ...]]) -> list[str]:
    return list(dict.fromkeys(level.arm for row in rows for level in row if level.arm))


class _Resolved(NamedTuple):
    """A point's scenario in a few words: its digests and its terms."""

    digest: str
    played: str
    terms: Terms


def _all_resolved(worlds: Worlds, n_points: int) -> tuple[list[_Resolved], str]:
    """The digests and terms of every point, and what service level means in all of them; or all points' problems."""
    found, meant, problems = list[_Resolved](), dict[str, None](), list[Problem]()
    for number in range(1, n_points + 1):
        try:
            scenario = worlds.scenario(number)
        except ScenarioError as error:
            problems += error.problems
            continue
        try:
            refuse_what_does_not_fit([scenario], 1)
        except ScenarioError as error:
            problems += error.problems
            continue
        found.append(_Resolved(digest(scenario), digest_of_what_happens(scenario), terms_of(scenario)))
        meant[_service_level(scenario)] = None
    if problems:
        raise ScenarioError(in_file_order(problems))
    return found, "; ".join(meant)


def _service_level(scenario: Scenario) -> str:
    """The service level's definition, with its acceptable wait."""
    meant = scenario.service_level
    return BASES[meant.base].format(wait=format_duration(meant.within), short=format_duration(meant.short))


def _explicit(read: ReadStudy, base: Scenario) -> tuple[tuple[str, ...], list[tuple[Level, ...]], str]:
    """The points as they are listed."""
    names = tuple(read.file.points[0])
    problems: list[Problem] = []
    rows = []
    for node in read.tree.value["points"].value:
        cells = [(name, node.value[name]) for name in names]
        problems += [_unknown_arm(cell, base) for name, cell in cells if name == ARMS and cell.value not in base.arms]
        rows.append(tuple(_level(name, cell) for name, cell in cells))
    if problems:
        raise ScenarioError(in_file_order(problems))
    return names, rows, f"{len(rows)} points, listed one by one"


def _level(name: str, node: Node) -> Level:
    label = _label(node)
    return Level(label, (), label) if name == ARMS else Level(label, ((name, node),))


def _designed(read: ReadStudy, base: Scenario) -> tuple[tuple[str, ...], list[tuple[Level, ...]], str]:
    """The points of a design over the factors."""
    factors = _factors(read, base)
    design = read.file.design
    counts = tuple(len(factor.levels) for factor in factors)
    problems = list(_unfit(read, factors))
    if problems:
        raise ScenarioError(in_file_order(problems))
    if design.latin_hypercube is not None:
        sample = design.latin_hypercube
        table = designs.latin_hypercube(len(factors), sample.points, sample.seed)
        words = f"Latin hypercube of {sample.points} points, seed {sample.seed}"
    elif design.sobol is not None:
        sample = design.sobol
        table = designs.sobol(len(factors), sample.points, sample.seed)
        words = f"scrambled Sobol' sequence of {sample.points} points, seed {sample.seed}"
    else:
        return tuple(factor.name for factor in factors), *_of_levels(read, factors, counts)
    rows = [tuple(_at(factor, share) for factor, share in zip(factors, point, strict=True)) for point in table.tolist()]
    return tuple(factor.name for factor in factors), rows, words


def _of_levels(
    read: ReadStudy, factors: Sequence[Factor], counts: tuple[int, ...]
) -> tuple[list[tuple[Level, ...]], str]:
    """The points of a design that combines levels."""
    design = read.file.design
    if design.factorial is not None:
        places = designs.factorial(len(factors), design.factorial.resolution)
        ends = [tuple(_at(factor, share) for share in (0.0, 1.0)) for factor in factors]
        rows = [tuple(pair[high] for pair, high in zip(ends, run, strict=True)) for run in places]
        k, n_runs = len(factors), (len(rows) - 1).bit_length()
        whole = k == n_runs
        least = "" if whole else f" of resolution {design.factorial.resolution} or more"
        words = f"{'full' if whole else 'fractional'} factorial 2^{k}{'' if whole else f'-{k - n_runs}'}{least}"
        return rows, f"{words}, {len(rows)} points"
    one_by_one = design.one_at_a_time is not None
    places = designs.one_at_a_time(counts) if one_by_one else designs.grid(counts)
    rows = [tuple(factor.levels[level] for factor, level in zip(factors, run, strict=True)) for run in places]
    how = f"one at a time {designs.AROUND_THE_FIRST}" if one_by_one else f"grid of {' x '.join(map(str, counts))}"
    return rows, f"{how}, {len(rows)} points"


def _unfit(read: ReadStudy, factors: Sequence[Factor]) -> list[Problem]:
    """Factors that the design can't do with."""
    design, problems = read.file.design, []
    for factor in factors:
        node = _node_of(read, factor.name)
        if design.factorial is not None and factor.span is None and len(factor.levels) != 2:
            rule = f"a factorial design takes two values of each factor, and this has {len(factor.levels)}"
            problems.append(problem_at(node, _path_of(factor.name), rule, "Write two, or choose a grid."))
        elif factor.span is not None and (design.grid is not None or design.one_at_a_time is not None):
            rule = "a range without steps"
            problems.append(problem_at(node, _path_of(factor.name), rule, "Write step: or points:."))
    return problems


def _path_of(name: str) -> str:
    return ARMS if name == ARMS else f"factors.{name}"


def _node_of(read: ReadStudy, name: str) -> Node:
    node: Node = read.tree.value[ARMS] if name == ARMS else read.tree.value["factors"].value[name]
    return node


def _factors(read: ReadStudy, base: Scenario) -> list[Factor]:
    """The factors in the order of the file, arms first."""
    factors, problems = list[Factor](), list[Problem]()
    if read.file.arms:
        node = read.tree.value[ARMS]
        names = tuple(base.arms) if read.file.arms == "all" else read.file.arms
        if not names:
            problems.append(problem_at(node, ARMS, "the scenario has no arms", "Take it out."))
        items = node.value if isinstance(node.value, list) else ()
        problems += [_unknown_arm(item, base) for item in items if item.value not in base.arms]
        factors.append(Factor(ARMS, tuple(Level(name, (), name) for name in names)))
    for name in read.file.factors:
        try:
            factors.append(_factor(name, read))
        except ScenarioError as error:
            problems += error.problems
    problems += [
        problem_at(_node_of(read, factor.name), _path_of(factor.name), f'"{label}" stands twice', "Keep one of them.")
        for factor in factors
        for label in _twice([level.label for level in factor.levels])
    ]
    if problems:
        raise ScenarioError(in_file_order(problems))
    return factors


def _twice(labels: Sequence[str]) -> list[str]:
    return [label for place, label in enumerate(labels) if label in labels[:place]]


def _unknown_arm(node: Node, base: Scenario) -> Problem:
    return problem_at(node, ARMS, f'no arm is named "{node.value}"', did_you_mean(str(node.value), list(base.arms)))


def _factor(name: str, read: ReadStudy) -> Factor:
    """A factor as the file writes it."""
    moves, node = read.file.factors[name], _node_of(read, name)
    paths = moves.paths or (name,)
    if moves.levels is not None:
        named = node.value["levels"].value
        return Factor(name, tuple(Level(label, tuple(one.value.items())) for label, one in named.items()))
    if moves.values is not None:
        items = node.value if isinstance(node.value, list) else node.value["values"].value
        return Factor(name, tuple(Level(_label(item), tuple((path, item) for path in paths)) for item in items))
    return _range(name, paths, node)


def _range(name: str, paths: tuple[str, ...], node: Node) -> Factor:
    """A range, as levels where it has steps."""
    parts = node.value
    ends = {key: _quantity(parts[key], f"factors.{name}.{key}") for key in ("from", "to", "step") if key in parts}
    low, high = ends["from"][0], ends["to"][0]
    unit = ends["from"][1]
    if any(other != unit for _, other in ends.values()):
        raise _problem(node, name, "its numbers have different units", "Write them in one unit: {from: 20%, to: 60%}.")
    if low >= high:
        raise _problem(node, name, "a range goes from the smaller to the larger number", "Turn its ends round.")
    span = Span(low, high, unit, paths, node)
    if "step" in parts:
        step = ends["step"][0]
        if step <= 0 or (high - low) / step >= MOST_LEVELS:
            raise _problem(node, name, "the step is too small", "Write a larger one.")
        return Factor(name, tuple(_on(span, low + k * step) for k in range(int((high - low) / step) + 1)))
    if "points" not in parts:
        return Factor(name, (), span)
    n = int(parts["points"].value)
    if not 2 <= n <= MOST_LEVELS:
        raise _problem(node, name, f"{n} points; a range has from 2 to {MOST_LEVELS:,}", "Write another number.")
    return Factor(name, tuple(_on(span, _rounded(low + (high - low) * k / (n - 1))) for k in range(n)))


def _at(factor: Factor, share: float) -> Level:
    """The value so far along the factor."""
    if factor.span is None:
        return factor.levels[min(int(share * len(factor.levels)), len(factor.levels) - 1)]
    low, high = factor.span.low, factor.span.high
    return _on(factor.span, _rounded(low + (high - low) * Decimal(share)))


def _on(span: Span, number: Decimal) -> Level:
    """A number of a range, in the range's unit."""
    text = f"{number.normalize():f}{span.unit}"
    value: object = text if span.unit else int(number) if number == int(number) else float(number)
    node = Node(value, span.node.place, span.node.key_place, text)
    return Level(text, tuple((path, node) for path in span.paths))


def _rounded(number: Decimal) -> Decimal:
    return Decimal(f"{number:.{DIGITS}g}")


def _quantity(node: Node, path: str) -> tuple[Decimal, str]:
    """A number and the unit behind it."""
    found = None if isinstance(node.value, bool) else QUANTITY.fullmatch(str(node.value).strip())
    if found is None:
        rule = f"{node.written or 'this'} is no number with a unit"
        raise ScenarioError([problem_at(node, path, rule, "Write it like 20%, 5min or 12.")])
    return Decimal(found[1]), found[2]


def _problem(node: Node, name: str, rule: str, hint: str) -> ScenarioError:
    return ScenarioError([problem_at(node, f"factors.{name}", rule, hint)])


def _label(node: Node) -> str:
    """A value in one line, as a planner types it."""
    value = plain(node)
    return value if isinstance(value, str) else written(value)

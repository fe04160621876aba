"""Targets held against estimates: met, missed, or not known yet."""

import math
import re
from collections.abc import Iterable, Sequence

from ccsim.errors import Problem, ScenarioError
from ccsim.estimation.estimate import Cell, Estimate
from ccsim.metrics.cells import keys_of
from ccsim.metrics.definitions import MEASURES
from ccsim.plan.plan import Plan
from ccsim.scenario.load import tree_of
from ccsim.scenario.model import Scenario
from ccsim.scenario.tree import problem_at, walk
from ccsim.study.results import Aim, TargetOutcome
from ccsim.units import LENGTHS, format_duration, format_share

VERDICTS = ("met", "missed", "unknown")
INITIALS = ("aht", "asa", "fcr")
ROUNDING = 1e-12  # of a value that is the same in every replication
MOST_FORESEEN = 100_000  # replications
MOST_NAMED = 8


def aims_of(scenario: Scenario) -> tuple[Aim, ...]:
    """The targets of a scenario.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    tuple of Aim
    """
    aims = []
    for target in scenario.targets:
        side = "at_most" if target.at_least is None else "at_least"
        wanted = float(getattr(target, side))
        limit = _limit_text(wanted, MEASURES[target.measure].unit, scenario.money.currency)
        text = f"{_measure_text(target.measure)}{_cell_text(target.cell)} {side.replace('_', ' ')} {limit}"
        aims.append(Aim(target.measure, dict(target.cell), {side: wanted}, text))
    return tuple(aims)


def refuse_never_judged(scenario: Scenario, plans: Iterable[Plan]) -> None:
    """Refuses targets on what no plan measures and no replication would tell.

    Parameters
    ----------
    scenario : Scenario
        Whose targets they are.
    plans : iterable of Plan
        Of its arms or points; no more are looked at than are needed.

    Raises
    ------
    ScenarioError
        With every such target, where it stands.
    """
    left = {number: (each.measure, each.cell) for number, each in enumerate(scenario.targets)}
    given: dict[str, list[Cell]] = {measure: [] for measure, _ in left.values()}
    for plan in plans if left else ():
        for measure, pairs in keys_of(plan):
            if measure in given and dict(pairs) not in given[measure]:
                given[measure].append(dict(pairs))
        left = {number: (measure, cell) for number, (measure, cell) in left.items() if cell not in given[measure]}
        if not left:
            return
    if left:
        raise ScenarioError(
            [_never_judged(scenario, number, cell, given[measure]) for number, (measure, cell) in left.items()]
        )


def judged(aims: Iterable[Aim], found: Sequence[Estimate]) -> tuple[TargetOutcome, ...]:
    """Each target held against its estimate.

    Parameters
    ----------
    aims : iterable of Aim
    found : sequence of Estimate

    Returns
    -------
    tuple of TargetOutcome
    """
    outcomes = []
    for aim in aims:
        row = next((one for one in found if one.measure == aim.measure and one.cell == aim.cell), None)
        verdict = "unknown" if row is None else verdict_on(aim.wanted, row)
        why = _why(aim, row) if verdict == "unknown" else ""
        outcomes.append(TargetOutcome(verdict, aim.measure, aim.cell, aim.wanted, aim.text, why, row))
    return tuple(outcomes)


def verdict_on(wanted: dict[str, float], row: Estimate) -> str:
    """What an interval says about a limit.

    Parameters
    ----------
    wanted : dict
        {"at_least": number} or {"at_most": number}.
    row : Estimate

    Returns
    -------
    str
        "met" where the whole interval is good, "missed" where none of it is, else "unknown"; a value on the limit is
        good.
    """
    ((side, limit),) = wanted.items()
    worst, best = (row.low, row.high) if side == "at_least" else (row.high, row.low)
    if worst is not None and _is_good(side, worst, limit):
        return "met"
    if best is not None and not _is_good(side, best, limit):
        return "missed"
    return "unknown"


def overall(outcomes: Iterable[TargetOutcome]) -> str:
    """What all targets together come to.

    Parameters
    ----------
    outcomes : iterable of TargetOutcome

    Returns
    -------
    str
        "missed" where one is, "met" where all are, else "unknown"; "" without any.
    """
    verdicts = {one.verdict for one in outcomes}
    if not verdicts:
        return ""
    return "missed" if "missed" in verdicts else "unknown" if "unknown" in verdicts else "met"


def _never_judged(scenario: Scenario, number: int, cell: Cell, given: Sequence[Cell]) -> Problem:
    """A target that nothing will tell of, with the cells of its kind that there are."""
    measure = scenario.targets[number].measure
    key = next((key for key in cell if len(cell) == 1), "measure")
    node, path, _ = walk(tree_of(scenario), ("targets", number, key))
    alike = [", ".join(map(str, one.values())) for one in given if set(one) == set(cell)]
    if alike:
        known = f"{alike[0]} to {alike[-1]}" if len(alike) > MOST_NAMED else ", ".join(alike)
        rule = f"{measure} is not measured{_cell_text(cell)}"
        return problem_at(node, ".".join(path), rule, f"It is measured{_cell_text({key: known})}.")
    rule = f"there is nothing here of which {measure} could be measured"
    return problem_at(node, ".".join(path), rule, f"Take it out; it is this: {MEASURES[measure].words}")


def _is_good(side: str, value: float, limit: float) -> bool:
    good = value >= limit if side == "at_least" else value <= limit
    return good or math.isclose(value, limit, rel_tol=ROUNDING)


def _why(aim: Aim, row: Estimate | None) -> str:
    """Why an interval does not tell, and what would."""
    if row is None:
        return "there is nothing here of which it could be taken"
    if row.value is None:
        below = MEASURES[aim.measure].formula.rpartition(" / ")
        return f"nothing was observed, not one in “{below[2]}”" if below[1] else "nothing was observed"
    if row.low is None and row.high is None:
        return "one replication has no interval; play more"
    ((_, limit),) = aim.wanted.items()
    end = row.low if row.value > limit else row.high
    gap = abs(row.value - limit)
    if end is None or gap == 0.0:
        return "its interval spans the limit; more replications would tell"
    needed = row.n * (abs(row.value - end) / gap) ** 2
    if needed > MOST_FORESEEN:
        return "its interval spans the limit, and it lies too near to be told from it"
    return f"its interval spans the limit; about {_rounded_up(needed):,} replications would tell"


def _rounded_up(number: float) -> int:
    """To two digits, as a forecast from a variance deserves."""
    step = int(10 ** max(math.floor(math.log10(number)) - 1, 0))
    return math.ceil(number / step) * step


def _measure_text(measure: str) -> str:
    return " ".join(word.upper() if word in INITIALS else word for word in measure.split("_"))


def _cell_text(cell: Cell) -> str:
    return "".join(f" {'at' if key == 'interval' else 'of'} {name}" for key, name in cell.items())


def _limit_text(wanted: float, unit: str, currency: str) -> str:
    if unit == "share":
        return format_share(wanted).replace("%", " %")
    if unit in LENGTHS:
        return re.sub(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)", " ", format_duration(wanted * LENGTHS[unit]))
    return f"{wanted:,.10g}" + (f" {currency}" if unit == "money" and currency else "")

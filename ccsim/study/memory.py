"""How much memory a study wants at least, before any of it is taken."""

import os
from collections.abc import Iterator, Sequence
from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ccsim.errors import Problem, ScenarioError
from ccsim.plan.compile import follow_up_of
from ccsim.plan.demand import demand
from ccsim.scenario.load import tree_of
from ccsim.scenario.model import Scenario
from ccsim.scenario.readings import length_of
from ccsim.scenario.tree import problem_at, walk
from ccsim.units import DAY

# of a need with one contact, in the draws, the engine and its log; measured with the plain queue, the leanest there is
BYTES_OF_NEED = 500
# a numerator and a denominator of float64 for every measure of the whole centre, of which there are more than these
BYTES_OF_REPLICATION = 16 * 100
# a need's number within its type and day has 24 bits
MOST_OF_TYPE_AND_DAY = 2**24
LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def refuse_what_does_not_fit(scenarios: Sequence[Scenario], replications: int, *, jobs: int = 1) -> None:
    """Refuses what would want more memory than the machine has.

    Parameters
    ----------
    scenarios : sequence of Scenario
        The arms, or one.
    replications : int
        Of each.
    jobs : int
        Processes side by side, each with a replication of its own.

    Raises
    ------
    ScenarioError
        At the field that asks for so many needs, or at the number of replications.

    Notes
    -----
    The estimate is what is wanted at least, so what is refused could not have run; what passes may still be too much.
    """
    there = memory_of_machine()
    problems = [
        _at_what_asks_for_needs(scenario, rule)
        for scenario in scenarios
        for rule in _too_many_needs(scenario, there / max(1, min(jobs, replications)))
    ]
    if problems:
        raise ScenarioError(problems)
    refuse_too_many_replications(scenarios[0].name, replications, len(scenarios))


def refuse_too_many_replications(name: str, replications: int, n_arms: int = 1) -> None:
    """Refuses more replications than their measures have room for.

    Parameters
    ----------
    name : str
        Of the scenario.
    replications : int
    n_arms : int

    Raises
    ------
    ScenarioError
    """
    size, there = replications * n_arms * BYTES_OF_REPLICATION, memory_of_machine()
    if size > there:
        rule = (
            f"{replications:,} replications want at least {in_words(size)} of memory for their measures, "
            f"and there are {in_words(there)}"
        )
        problem = Problem(name, None, None, "replications", None, rule, "Ask for fewer, or for a precision.")
        raise ScenarioError([problem])


def needs_of(scenario: Scenario) -> float:
    """Needs that are expected in a replication, warm-up and follow-up included.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    float
    """
    return len(scenario.replayed.need) if scenario.replayed is not None else float(_by_type_and_day(scenario).sum())


def memory_of_machine() -> float:
    """Memory that this process may take, as the machine and its limits say.

    Returns
    -------
    float, bytes
        Infinite where nothing says so.
    """
    found = [float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))] if hasattr(os, "sysconf") else []
    for limit in map(Path, LIMITS):
        text = limit.read_text(encoding="ascii").strip() if limit.is_file() else ""
        found += [float(text)] if text.isdigit() else []
    return min(found, default=float("inf"))


def in_words(size: float) -> str:
    """An amount of memory.

    Parameters
    ----------
    size : float, bytes

    Returns
    -------
    str

    Examples
    --------
    >>> in_words(24e9), in_words(3.2e13)
    ('24 GB', '32,000 GB')
    """
    return f"{size / 1e9:,.0f} GB" if size >= 1e10 else f"{size / 1e9:,.1f} GB"


def _by_type_and_day(scenario: Scenario) -> NDArray[np.float64]:
    horizon = scenario.calendar.warm_up + length_of(scenario) + follow_up_of(scenario)
    return demand(scenario, max(1, ceil(horizon / DAY)))[0]


def _too_many_needs(scenario: Scenario, there: float) -> Iterator[str]:
    """What is wrong where a replication's needs want more than there is for it, or have more than the keys."""
    needs = needs_of(scenario)
    if needs * BYTES_OF_NEED > there:
        yield (
            f"{needs:,.0f} needs in a replication want at least {in_words(needs * BYTES_OF_NEED)} of memory, "
            f"and there are {in_words(there)} for each"
        )
    elif (most := float(_by_type_and_day(scenario).max(initial=0.0))) > MOST_OF_TYPE_AND_DAY:
        yield f"{most:,.0f} needs of one type in a day; there is room for {MOST_OF_TYPE_AND_DAY:,}"


def _at_what_asks_for_needs(scenario: Scenario, rule: str) -> Problem:
    """A problem at what asks for so many needs."""
    node, path, _ = walk(tree_of(scenario), ("needs",))
    for loc in (("volume", "per_day"), ("volume", "per_hour"), ("intraday", "per_hour"), ("replay",)):
        found, further, rest = walk(node, loc)
        if not rest:
            node, path = found, [*path, *further]
            break
    return problem_at(node, ".".join(path), rule, "Look for a slip of units, or simulate fewer days.")

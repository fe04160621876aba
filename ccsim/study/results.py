"""What a study hands on: estimates with their provenance, ready for a table, a page or JSON."""

from dataclasses import dataclass
from typing import Any

from ccsim.estimation.estimate import Cell, Difference, Estimate
from ccsim.estimation.sequential import Width


@dataclass(frozen=True)
class Assumption:
    """One field of the scenario that somebody set.

    Attributes
    ----------
    path : str
        Dotted path, list items by name.
    value : str
        As a planner types it.
    origin : str
        "file:line", "--set", an arm's name, or "default".
    role : str
        "world", "lever" or "measure".
    mark : str
        How firm it is, "seen", "recalled", "assumption" or "derived"; empty where nothing is said of it.
    source, low, high, note : str
        What is said of it, as a planner types it.
    about : str
        The path of which that is said: its own, one above it, or one of its parts.
    width : float or None
        Of the range from low to high, in shares of its larger end; None where there is none, or of laws.
    """

    path: str
    value: str
    origin: str
    role: str
    mark: str = ""
    source: str = ""
    low: str = ""
    high: str = ""
    note: str = ""
    about: str = ""
    width: float | None = None


@dataclass(frozen=True)
class FormulaLine:
    """A textbook formula's answer beside the simulated one.

    Attributes
    ----------
    measure : str
    formula : str
        "Erlang A" or "Erlang C".
    value : float or None
        None where the formula gives no answer.
    simulated : Estimate
    """

    measure: str
    formula: str
    value: float | None
    simulated: Estimate


@dataclass(frozen=True)
class Formula:
    """What the textbook says about the live queues, and what it leaves out.

    Attributes
    ----------
    lines : tuple of FormulaLine
    leaves_out : tuple of str
        In words; empty where the formula is exact.
    note : str
        Why there is no answer, or "".
    """

    lines: tuple[FormulaLine, ...]
    leaves_out: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Aim:
    """A target: what a measure is to reach, and where.

    Attributes
    ----------
    measure : str
    cell : dict
        As in `Estimate`.
    wanted : dict
        {"at_least": number} or {"at_most": number}, in the measure's unit.
    text : str
        As the planner wrote it.
    """

    measure: str
    cell: Cell
    wanted: dict[str, float]
    text: str


@dataclass(frozen=True)
class TargetOutcome:
    """A target held against an estimate and its interval.

    Attributes
    ----------
    verdict : str
        "met" or "missed" where the whole interval lies on one side of what is wanted, else "unknown".
    measure, cell, wanted, text
        As in `Aim`.
    why : str
        Why it is unknown and what would tell, or "".
    estimate : Estimate or None
        None where the arm has nothing of which the measure could be taken.
    """

    verdict: str
    measure: str
    cell: Cell
    wanted: dict[str, float]
    text: str
    why: str
    estimate: Estimate | None


@dataclass(frozen=True)
class Arm:
    """One scenario's estimates over all replications.

    Attributes
    ----------
    name : str
        The arm's name, or the scenario's in a single run.
    digest : str
    estimates : tuple of Estimate
    formula : Formula
    targets : tuple of TargetOutcome
    assumptions : tuple of Assumption
    warnings : tuple of str
    scheduled_hours : float, h
        Scheduled time on the floor in the window.
    staffing : tuple of (str, tuple of float)
        By group: mean number scheduled in each interval of the day, window days on which anybody works.
    waits : tuple of (float, float)
        Distribution of the wait of offered live contacts, pooled: (wait in s, share waiting at most that).
    resolved : dict
        The whole scenario as it was written, in one piece: bases, arm and settings applied.
    folder : str
        Where its relative paths start.
    """

    name: str
    digest: str
    estimates: tuple[Estimate, ...]
    formula: Formula
    targets: tuple[TargetOutcome, ...]
    assumptions: tuple[Assumption, ...]
    warnings: tuple[str, ...]
    scheduled_hours: float
    staffing: tuple[tuple[str, tuple[float, ...]], ...]
    waits: tuple[tuple[float, float], ...]
    resolved: dict[str, Any]
    folder: str


@dataclass(frozen=True)
class Reached:
    """Where replications were added until intervals were narrow enough: how far it came.

    Attributes
    ----------
    widths : tuple of Width
        What was asked for.
    least, most : int
        Bounds of the number of replications.
    looks : tuple of int
        The numbers of replications after which one would look.
    level_at_each_look : float, share
        Level at which every interval is computed, so that it holds whichever look is the last.
    replications : int
        At the last look.
    too_wide : tuple of str
        What is still wider than asked, in words; empty where the precision is reached.
    """

    widths: tuple[Width, ...]
    least: int
    most: int
    looks: tuple[int, ...]
    level_at_each_look: float
    replications: int
    too_wide: tuple[str, ...]


@dataclass(frozen=True)
class RunResult:
    """One scenario, replicated.

    Attributes
    ----------
    scenario : str
    question : str
    arm : Arm
    seed, replications : int
    level : float
        Confidence level of every interval.
    engine : str
        The engine that played it.
    service_level : str
        The service level's definition in words.
    interval : float, s
    currency : str
    made_by, made_at : dict
        Provenance: what is deterministic, and what is not.
    precision : Reached or None
        None where the number of replications was given.
    """

    scenario: str
    question: str
    arm: Arm
    seed: int
    replications: int
    level: float
    engine: str
    service_level: str
    interval: float
    currency: str
    made_by: dict[str, Any]
    made_at: dict[str, Any]
    precision: Reached | None = None


@dataclass(frozen=True)
class Relevance:
    """Differences up to this size do not matter.

    Attributes
    ----------
    shares : float, share
        Of measures that are shares, as a difference.
    others : float, share
        Of all others, as a share of the baseline's value.
    """

    shares: float
    others: float


@dataclass(frozen=True)
class CompareResult:
    """Several arms with the same customers, replication by replication.

    Attributes
    ----------
    scenario : str
    question : str
    arms : tuple of Arm
        The baseline is among them.
    baseline : str
    differences : tuple of Difference
        Arm minus baseline, paired on common random numbers.
    relevance : Relevance
    levelling : str
        The levelling rule and what it found, in words.
    paired : bool
        False where the arms live in different worlds.
    seed, replications : int
    level : float
    engine : str
    service_level : str
    interval : float, s
    currency : str
    made_by, made_at : dict
    precision : Reached or None
        As in `RunResult`.
    """

    scenario: str
    question: str
    arms: tuple[Arm, ...]
    baseline: str
    differences: tuple[Difference, ...]
    relevance: Relevance
    levelling: str
    paired: bool
    seed: int
    replications: int
    level: float
    engine: str
    service_level: str
    interval: float
    currency: str
    made_by: dict[str, Any]
    made_at: dict[str, Any]
    precision: Reached | None = None


@dataclass(frozen=True)
class Story:
    """One need's story in plain words.

    Attributes
    ----------
    title : str
    lines : tuple of str
        One event per line, in order of time.
    need : int
    replication : int
    """

    title: str
    lines: tuple[str, ...]
    need: int
    replication: int

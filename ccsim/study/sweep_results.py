"""What a sweep hands on: the points of a study with their estimates, or what it would take."""

from dataclasses import dataclass
from typing import Any

from ccsim.estimation.estimate import Difference, Estimate
from ccsim.study.agenda import Agenda, Point
from ccsim.study.results import TargetOutcome


@dataclass(frozen=True)
class PointResult:
    """One point of a study: its estimates, or why it has none.

    Attributes
    ----------
    point : Point
    estimates : tuple of Estimate
        Of the study's measures, in the whole centre and the study's breakdowns.
    scheduled_hours : float or None, h
        Scheduled time on the floor in the window.
    reason : str
        Why it failed, or "".
    replications : int
        That the estimates rest on.
    too_wide : tuple of str
        What is wider than a precision asks for, in words.
    targets : tuple of TargetOutcome
        The scenario's targets, held against the point's intervals.
    """

    point: Point
    estimates: tuple[Estimate, ...]
    scheduled_hours: float | None
    reason: str
    replications: int = 0
    too_wide: tuple[str, ...] = ()
    targets: tuple[TargetOutcome, ...] = ()


@dataclass(frozen=True)
class Standing:
    """A point in the selection of the best.

    Attributes
    ----------
    point : int
        Its number.
    low, high : float
        Simultaneous interval of its value minus that of the best other point, turned round where less is better.
    may_be_best : bool
        Whether it cannot be told apart from the best.
    is_in : bool
        Whether it was still in at the last look.
    """

    point: int
    low: float
    high: float
    may_be_best: bool
    is_in: bool


@dataclass(frozen=True)
class Selected:
    """The best of a study's points, as far as it is known.

    Attributes
    ----------
    best : int
        Number of the point that is ahead of those still in.
    is_decided : bool
        Whether it is the only one still in.
    standings : tuple of Standing
        By point; those without a value in every replication are left out.
    """

    best: int
    is_decided: bool
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class SweepResult:
    """A study's points with their estimates.

    Attributes
    ----------
    agenda : Agenda
        What was asked.
    points : tuple of PointResult
        Those of the shard, or all.
    differences : tuple of (tuple of str, Difference)
        Where arms are a factor: each arm minus the first, paired, at each combination of the other factors' values.
    levelling : str
        The levelling rule and what it found, in words.
    shard : str
        "2/3", or "" for the whole study.
    folder : str
        Where the scenario's relative paths start; of merged shards, the current one.
    n_played, n_kept : int
        Replications that were played now, and that the ledger held already.
    n_left_alone : int
        Replications in the ledger that another version of the numbers made.
    made_by, made_at : dict
    looks : tuple of int
        Numbers of replications after which one looked; empty where their number was given.
    level_at_each_look : float or None, share
        Level at which the intervals are computed, so that they hold whichever look is the last.
    selected : Selected or None
        Where the best point was looked for and there is one.
    """

    agenda: Agenda
    points: tuple[PointResult, ...]
    differences: tuple[tuple[tuple[str, ...], Difference], ...]
    levelling: str
    shard: str
    folder: str
    n_played: int
    n_kept: int
    n_left_alone: int
    made_by: dict[str, Any]
    made_at: dict[str, Any]
    looks: tuple[int, ...] = ()
    level_at_each_look: float | None = None
    selected: Selected | None = None


@dataclass(frozen=True)
class Forecast:
    """What a study will take, from one replication of a few of its points.

    Attributes
    ----------
    agenda : Agenda
    shard : str
        As in `SweepResult`.
    n_points, n_replications : int
        In all; replications that are kept already left out.
    n_fewest : int
        Replications if none is added to the least; `n_replications` where their number is given.
    contacts : float
        Expected attempts in them.
    seconds : float, s
    bytes : float
    """

    agenda: Agenda
    shard: str
    n_points: int
    n_replications: int
    n_fewest: int
    contacts: float
    seconds: float
    bytes: float

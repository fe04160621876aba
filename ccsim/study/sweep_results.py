"""What a sweep hands on: the points of a study with their estimates, or what it would take."""

from dataclasses import dataclass
from typing import Any

from ccsim.estimation.estimate import Difference, Estimate
from ccsim.study.agenda import Agenda, Point


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
    """

    point: Point
    estimates: tuple[Estimate, ...]
    scheduled_hours: float | None
    reason: str


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
    contacts : float
        Expected attempts in them.
    seconds : float, s
    bytes : float
    """

    agenda: Agenda
    shard: str
    n_points: int
    n_replications: int
    contacts: float
    seconds: float
    bytes: float

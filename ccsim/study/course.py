"""The course of a study: after which replications it looks, and which of its points go on.

A course has `looks`, the numbers of replications; `at_each_look`, the level at which intervals are computed, where it
is not the study's own; `measures`, what it looks at; `standing`, how far the last look found it, in words; and `look`,
which is given the samples of the points that were to go on, and gives the numbers of those that go on further.
"""

from collections.abc import Mapping

import numpy as np

from ccsim.estimation.quantiles import pseudo_values_of
from ccsim.estimation.selection import Column, Selection, behind_the_best, still_in
from ccsim.estimation.sequential import Precision, level_at_each_look, looks
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.measure import Sample
from ccsim.study.agenda import Agenda
from ccsim.study.looking import Watch, asked
from ccsim.study.sweep_results import Selected, Standing


class AllAtOnce:
    """A given number of replications of every point.

    Parameters
    ----------
    replications : int
    """

    def __init__(self, replications: int) -> None:
        self.looks: tuple[int, ...] = (replications,)
        self.at_each_look: float | None = None
        self.measures: tuple[str, ...] = ()
        self.standing = ""

    def look(self, _: Mapping[int, Sample]) -> list[int]:
        """Nothing goes on.

        Parameters
        ----------
        _ : mapping of point number to Sample

        Returns
        -------
        list of int
        """
        return []


class UntilPrecise:
    """Replications of each point until its intervals are narrow enough.

    Parameters
    ----------
    precision : Precision
    level : float, share
    """

    def __init__(self, precision: Precision, level: float) -> None:
        self._watch = Watch(precision, level)
        self.looks: tuple[int, ...] = self._watch.looks
        self.at_each_look: float | None = self._watch.at_each_look
        self.measures: tuple[str, ...] = tuple(width.measure for width in precision.widths)
        self.too_wide: dict[int, tuple[str, ...]] = {}
        self.standing = ""

    def look(self, samples: Mapping[int, Sample]) -> list[int]:
        """The points with an interval that is too wide.

        Parameters
        ----------
        samples : mapping of point number to Sample

        Returns
        -------
        list of int
        """
        for point, sample in samples.items():
            self.too_wide[point] = self._watch.look({"": sample}).too_wide
        left = [point for point in samples if self.too_wide[point]]
        self.standing = f"point {left[0]}: {self.too_wide[left[0]][0]}" if left else ""
        return left


class UntilSelected:
    """Replications of the points that may still be selected, until only one is left.

    Parameters
    ----------
    selection : Selection
    level : float, share
    """

    def __init__(self, selection: Selection, level: float) -> None:
        self._selection = selection
        self.looks: tuple[int, ...] = looks(selection.bounds)
        self.at_each_look: float | None = level_at_each_look(level, len(self.looks))
        self.measures: tuple[str, ...] = (selection.measure,)
        self._columns: dict[int, Column] = {}
        self._inside: list[int] = []
        self._n_points = 0
        self.standing = ""

    def look(self, samples: Mapping[int, Sample]) -> list[int]:
        """The points that are not far enough behind another.

        Parameters
        ----------
        samples : mapping of point number to Sample

        Returns
        -------
        list of int
            None once only one is left.
        """
        found = {point: _column(sample, self._selection.measure) for point, sample in samples.items()}
        now = {point: column for point, column in found.items() if column is not None}
        self._columns |= now
        self._n_points = self._n_points or len(now)
        if not now:
            self._inside = []
            return []
        few = self._selection.bounds.least
        first = [Column(column.above[:few], column.below[:few]) for column in now.values()]
        marks = still_in(list(now.values()), self._selection, self._n_points, first)
        self._inside = [point for point, kept in zip(now, marks.tolist(), strict=True) if kept]
        self.standing = f"{len(self._inside)} of {self._n_points} points may be the best"
        return self._inside if len(self._inside) > 1 else []

    def outcome(self) -> Selected | None:
        """The best point, and those that cannot be told apart from it.

        Returns
        -------
        Selected or None
            None where no point has values.
        """
        if not self._inside:
            return None
        found = behind_the_best(list(self._columns.values()), self._selection, len(self.looks))
        standings = [
            Standing(point, one.low, one.high, one.may_be_best or [point] == self._inside, point in self._inside)
            for point, one in zip(self._columns, found, strict=True)
        ]
        turn = 1.0 if self._selection.largest else -1.0
        best = max(self._inside, key=lambda point: turn * _value(self._columns[point]))
        return Selected(best, len(self._inside) == 1, tuple(sorted(standings, key=lambda one: one.point)))


Course = AllAtOnce | UntilPrecise | UntilSelected


def course_of(agenda: Agenda) -> Course:
    """The course that an agenda asks for.

    Parameters
    ----------
    agenda : Agenda

    Returns
    -------
    Course
    """
    if agenda.precision is not None:
        return UntilPrecise(agenda.precision, agenda.level)
    if agenda.selection is not None:
        return UntilSelected(agenda.selection, agenda.level)
    return AllAtOnce(agenda.replications)


def _column(sample: Sample, measure: str) -> Column | None:
    """A measure of the whole centre; None where it was not observed in a replication or not at all."""
    few = asked(sample, [measure])
    if few.keys and MEASURES[measure].kind == "quantile":
        return _column_of_quantile(few)
    if few.numerators.shape[1] == 0 or not few.denominators.sum() > 0.0 or np.isnan(few.numerators).any():
        return None
    return Column(few.numerators[:, 0], few.denominators[:, 0])


def _column_of_quantile(few: Sample) -> Column | None:
    """What the replications add to a quantile of what they saw together."""
    values = pseudo_values_of(few, few.keys[0])
    return None if values is None else Column(values, np.ones(len(values)))


def _value(column: Column) -> float:
    return float(column.above.sum() / column.below.sum())

"""A study as tables: every point, and what differs between arms."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ccsim.estimation.estimate import Difference, Estimate
from ccsim.metrics.definitions import CELL_KEYS, MEASURES
from ccsim.report.files import written_whole
from ccsim.report.format import MISSING, change, percent
from ccsim.report.shown import short
from ccsim.report.tables import MARK, Sheet, difference_text, estimate_text
from ccsim.report.targets import point_verdict
from ccsim.study.agenda import Agenda
from ccsim.study.looking import FEWEST, few_replications, in_widths, of_intervals
from ccsim.study.sweep_results import PointResult, Selected, Standing, SweepResult
from ccsim.study.targets import overall

NUMBERS = ("value", "low", "high", "half_width", "level", "n")
ARMS = "arms"
MOST_SAID = 5  # points named in warnings
QUANTITY = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)\s*[\w%/]*")


def write_results(result: SweepResult, folder: Path) -> tuple[Path, ...]:
    """Every estimate of a study as CSV, and every difference between arms.

    Parameters
    ----------
    result : SweepResult
    folder : Path
        Made if it is missing.

    Returns
    -------
    tuple of Path
        results.csv, and differences.csv where arms differ. Numbers are written to their last digit; a number
        that was not observed is empty, and so are the numbers of a point that failed.
    """
    return tuple(write_text(folder / f"{name}.csv", as_csv(columns, rows)) for name, columns, rows in tables(result))


def tables(result: SweepResult) -> Iterator[tuple[str, tuple[str, ...], Iterable[Mapping[str, object]]]]:
    """The tables of a study: name, columns and rows.

    Parameters
    ----------
    result : SweepResult

    Yields
    ------
    str, tuple of str, iterable of mapping
        "results", with what all targets come to at the point where there are any, and "differences" where arms differ;
        a row may lack columns and have more than these.
    """
    factors = result.agenda.factors
    about = ("point", *factors, *(("targets",) if result.agenda.targets else ()))
    yield "results", (*about, "measure", *CELL_KEYS, *NUMBERS, "unit", "kind"), _records(result)
    if result.differences:
        others = tuple(name for name in factors if name != ARMS)
        rows = (dict(zip(others, settings, strict=True)) | _of(one) for settings, one in result.differences)
        yield "differences", (*others, "arm", "baseline", "measure", *NUMBERS, "variance_ratio"), rows


def as_csv(columns: tuple[str, ...], rows: Iterable[Mapping[str, object]], *, guarded: bool = True) -> str:
    """Rows as CSV, a line each.

    Parameters
    ----------
    columns : tuple of str
    rows : iterable of mapping
    guarded : bool
        Whether an apostrophe stands before what a spreadsheet would run as a formula.

    Returns
    -------
    str

    Examples
    --------
    >>> as_csv(("a", "b"), [{"a": "=1", "b": 0.5, "c": 3}]).splitlines()
    ['a,b', "'=1,0.5"]
    """
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(({name: _harmless(value) for name, value in row.items()} if guarded else row) for row in rows)
    return buffer.getvalue()


def write_text(path: Path, text: str) -> Path:
    """A text file, whole or not at all.

    Parameters
    ----------
    path : Path
    text : str

    Returns
    -------
    Path

    Raises
    ------
    OSError
        With the file's name, if it cannot be written; what stood there before still does.
    """
    try:
        with written_whole(path) as unfinished:
            unfinished.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    return path


def points_sheet(result: SweepResult) -> Sheet:
    """Every point with its measures in the whole centre.

    Parameters
    ----------
    result : SweepResult

    Returns
    -------
    Sheet
    """
    agenda = result.agenda
    columns = list(zip(*(one.point.settings for one in result.points), strict=True))
    varied = [place for place, values in enumerate(columns) if len(set(values)) > 1]
    rows = tuple(
        (
            str(one.point.number),
            *(one.point.settings[place] for place in varied),
            *_cells(one, agenda.measures, agenda.currency),
        )
        for one in result.points
    )
    names = ("Point", *(agenda.factors[place] for place in varied), *map(short, agenda.measures))
    if agenda.targets:
        names = (*names, "Targets")
        rows = tuple((*row, point_verdict(one)) for row, one in zip(rows, result.points, strict=True))
    if result.looks:
        names = (*names, "Replications")
        rows = tuple((*row, str(one.replications)) for row, one in zip(rows, result.points, strict=True))
    fixed = [f"{agenda.factors[k]} is {values[0]}" for k, values in enumerate(columns) if k not in varied]
    return Sheet("Points", names, rows, (f"At every point {', '.join(fixed)}.",) if fixed else ())


def differences_sheet(result: SweepResult) -> Sheet | None:
    """Each arm minus the first, at each combination of the other factors' values.

    Parameters
    ----------
    result : SweepResult

    Returns
    -------
    Sheet or None
        None where arms are no factor, or nothing is paired.
    """
    if not result.differences:
        return None
    agenda = result.agenda
    others = [name for name in agenda.factors if name != ARMS]
    found: dict[tuple[str, ...], dict[str, Difference]] = {}
    for settings, one in result.differences:
        found.setdefault((f"{one.arm} − {one.baseline}", *settings), {})[one.measure] = one
    rows = tuple(
        (*about, *(difference_text(gaps.get(measure), agenda.currency) for measure in agenda.measures))
        for about, gaps in found.items()
    )
    note = f"“{MARK}” marks a difference whose interval excludes zero; the others cannot be told apart."
    return Sheet("Differences between arms", ("Arms", *others, *map(short, agenda.measures)), rows, (note,))


def selection_sheet(result: SweepResult) -> Sheet | None:
    """How each point stands in the selection of the best.

    Parameters
    ----------
    result : SweepResult

    Returns
    -------
    Sheet or None
        None where no best point was looked for or found.
    """
    agenda, selected = result.agenda, result.selected
    if agenda.selection is None or selected is None:
        return None
    measure, points = agenda.selection.measure, {one.point.number: one for one in result.points}
    unit = MEASURES[measure].unit
    rows = tuple(
        (
            str(one.point),
            ", ".join(points[one.point].point.settings),
            estimate_text(whole(points[one.point], measure), agenda.currency),
            f"{change(one.low, unit, currency=agenda.currency)} to {change(one.high, unit, currency=agenda.currency)}",
            _verdict(one, selected),
        )
        for one in selected.standings
    )
    turned = "" if agenda.selection.largest else ", turned round so that more is better"
    note = f"Better by: {short(measure)} minus that of the best other point{turned}; the intervals hold together."
    return Sheet("Selection of the best", ("Point", "Values", short(measure), "Better by", "So it is"), rows, (note,))


def replications_words(agenda: Agenda) -> str:
    """How many replications each point has.

    Parameters
    ----------
    agenda : Agenda

    Returns
    -------
    str
    """
    added = agenda.precision or agenda.selection
    if added is not None:
        return f"{added.bounds.least} to {added.bounds.most} replications"
    return f"{agenda.replications} replication{'' if agenda.replications == 1 else 's'}"


def added_words(result: SweepResult) -> list[str]:
    """Why replications were added, and what the intervals are worth.

    Parameters
    ----------
    result : SweepResult

    Returns
    -------
    list of str
        Nothing where their number was given.
    """
    agenda = result.agenda
    if result.level_at_each_look is None:
        return []
    why = _about_selection(result) if agenda.selection is not None else []
    if agenda.precision is not None:
        widths = agenda.precision.widths
        together = f", and for the {len(widths)} measures together" if len(widths) > 1 else ""
        why = [f"At each point replications were added until {in_widths(widths)}{together}."]
    return [*why, f"{of_intervals(result.looks, result.level_at_each_look, agenda.level)}.", *bounds_hit(result)]


def warnings(result: SweepResult) -> list[str]:
    """What to beware of, in words.

    Parameters
    ----------
    result : SweepResult

    Returns
    -------
    list of str
    """
    played = [one.replications for one in result.points if one.replications]
    return [*few_replications(min(played, default=FEWEST)), *bounds_hit(result)]


def bounds_hit(result: SweepResult) -> list[str]:
    """What the most replications were too few for, in words.

    Parameters
    ----------
    result : SweepResult

    Returns
    -------
    list of str
    """
    most, selected = result.agenda.replications, result.selected
    wide = [one for one in result.points if one.too_wide]
    said = [
        f"precision not reached within {most} replications at point {one.point.number}: {'; '.join(one.too_wide)}"
        for one in wide[:MOST_SAID]
    ]
    if len(wide) > MOST_SAID:
        said.append(f"precision not reached at {len(wide) - MOST_SAID} more of {len(result.points)} points")
    if selected is not None and not selected.is_decided:
        still_in = ", ".join(str(one.point) for one in selected.standings if one.is_in)
        said.append(f"no best point selected within {most} replications: points {still_in} are still in")
    return said


def _about_selection(result: SweepResult) -> list[str]:
    """Which point is selected, and which cannot be told apart from it."""
    selection, selected = result.agenda.selection, result.selected
    if selection is None or selected is None:
        return ["No point has values to select from."]
    way = "largest" if selection.largest else "smallest"
    level, width = percent(selection.confidence), selection.indifference.text
    ahead = (
        f"Point {selected.best} is selected for the {way} {selection.measure}: it is the best with {level} confidence "
        f"if it is better than every other by {width} or more."
        if selected.is_decided
        else f"Point {selected.best} is ahead, with the {way} {selection.measure}, and not selected."
    )
    alike = [str(one.point) for one in selected.standings if one.may_be_best]
    return [ahead, f"Cannot be told apart from the best, with {level} confidence: {', '.join(alike)}."]


def _verdict(one: Standing, selected: Selected) -> str:
    if one.point == selected.best and selected.is_decided:
        return "selected"
    return "not told apart from the best" if one.may_be_best else "behind"


def whole(one: PointResult, measure: str) -> Estimate | None:
    """A point's estimate of a measure in the whole centre.

    Parameters
    ----------
    one : PointResult
    measure : str

    Returns
    -------
    Estimate or None
        None for a point that failed.
    """
    return next((found for found in one.estimates if found.measure == measure and found.cell == {}), None)


def _cells(one: PointResult, measures: Iterable[str], currency: str) -> list[str]:
    found = [whole(one, measure) for measure in measures]
    return [MISSING if estimate is None else estimate_text(estimate, currency) for estimate in found]


def _records(result: SweepResult) -> Iterable[Mapping[str, object]]:
    for one in result.points:
        about = {"point": one.point.number} | dict(zip(result.agenda.factors, one.point.settings, strict=True))
        about |= {"targets": overall(one.targets)}
        if one.reason:
            for measure in result.agenda.measures:
                yield about | {"measure": measure, "unit": MEASURES[measure].unit, "kind": MEASURES[measure].kind}
        for estimate in one.estimates:
            yield about | _of(estimate)


def _of(row: Estimate | Difference) -> dict[str, object]:
    names = ("measure", *NUMBERS, "unit", "kind", "arm", "baseline", "variance_ratio")
    return {name: getattr(row, name) for name in names if hasattr(row, name)} | row.cell


def _harmless(value: object) -> object:
    """A name that a spreadsheet would run as a formula, made plain by an apostrophe; quantities stay as they are."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) and not QUANTITY.fullmatch(value):
        return f"'{value}"
    return value

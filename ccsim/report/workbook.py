"""A result as an Excel workbook: native tables, native charts, numbers as numbers."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ccsim.errors import InputError
from ccsim.estimation.estimate import Difference, Estimate
from ccsim.report import prose, verdict
from ccsim.report.files import written_whole
from ccsim.report.format import differs, percent
from ccsim.report.shown import Result, arms, by_interval, definition, short, shown_measures, whole_centre
from ccsim.report.shown import whole_differences as gaps_of
from ccsim.report.tables import BY_INTERVAL, Sheet, day_name, staffed, staffing_by_clock
from ccsim.report.targets import WORDS
from ccsim.study.results import CompareResult

MISSING_EXTRA = "writing .xlsx needs XlsxWriter: pip install 'ccsim[excel]', or name a folder instead"
FORMATS = {"share": "0.0%", "count": "#,##0.00", "money": "#,##0.00", "visits": "0.000"}
USUAL_FORMAT = "#,##0.0"
LONGEST = 32_000  # characters; a cell holds 32,767
WIDEST = 60  # columns of text are no wider
Cell = str | float | int | None


@dataclass(frozen=True)
class Grid:
    """A native table.

    Attributes
    ----------
    columns : tuple of str
    rows : tuple of tuple
        Texts, numbers, and None for an empty cell.
    row_formats, column_formats : tuple of str
        Number formats, one for each row or column; empty where the numbers stay as they are.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    row_formats: tuple[str, ...] = ()
    column_formats: tuple[str, ...] = ()


def check_extra() -> None:
    """Refuses where the optional package is not installed.

    Raises
    ------
    InputError
        With the command that installs it.
    """
    try:
        import xlsxwriter  # noqa: F401
    except ImportError:
        raise InputError(MISSING_EXTRA) from None


def write_workbook(result: Result, path: Path) -> Path:
    """The result as one .xlsx file.

    Parameters
    ----------
    result : RunResult or CompareResult
    path : Path
        Its folder is made if it is missing.

    Returns
    -------
    Path
        Never there half written.

    Raises
    ------
    InputError
        If XlsxWriter is not installed.

    Notes
    -----
    No text becomes a formula or a link, whatever it starts with. Equal results give equal bytes.
    """
    check_extra()
    with written_whole(path) as unfinished:
        book = _Book(unfinished, result.made_at.get("date"))
        _read_me(book, result)
        if isinstance(result, CompareResult):
            book.table("Answer", _answer(result))
        if any(arm.targets for arm in arms(result)):
            book.table("Targets", _targets(result))
        book.table("Measures", _measures(result))
        day = _day(result)
        if day.rows:
            book.table("Day", day)
            _day_charts(book, day, result)
        waits = _waits(result)
        if waits.rows:
            book.table("Waits", waits)
            columns = range(1, len(waits.columns))
            book.chart("Waits", "line", columns, "Share of the offered that waited at most", waits, row=1)
        book.table("Estimates", _records(result))
        if isinstance(result, CompareResult):
            book.table("Differences", _differences(result))
        for name, sheet in zip(("Arms differ", "Assumptions"), prose.assumption_sheets(result), strict=True):
            if sheet is not None and sheet.rows:
                book.table(name, _texts(sheet))
        book.table("Definitions", _texts(prose.definitions_sheet(result)))
        book.close()
    return path


class _Book:
    """The workbook as it grows; the only place that knows XlsxWriter."""

    def __init__(self, path: Path, date: object) -> None:
        import xlsxwriter

        options = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
        self.book = xlsxwriter.Workbook(str(path), options)
        self.book.set_properties({"created": _created(date), "comments": "Written by ccsim"})
        self.formats: dict[str, Any] = {}
        self.pages: dict[str, Any] = {}

    def format_at(self, grid: Grid, row: int, column: int) -> Any:
        """The number format of a cell, made once; None where it has none."""
        if not (grid.row_formats or grid.column_formats):
            return None
        text = grid.row_formats[row] if grid.row_formats else grid.column_formats[column]
        if text not in self.formats:
            self.formats[text] = self.book.add_format({"num_format": text})
        return self.formats[text]

    def lines(self, name: str, lines: Iterable[tuple[str, str]]) -> None:
        """A sheet of headings and texts."""
        page = self.book.add_worksheet(name)
        bold, wrapped = self.book.add_format({"bold": True, "valign": "top"}), self.book.add_format({"text_wrap": True})
        page.set_column(0, 0, 18, bold)
        page.set_column(1, 1, 100, wrapped)
        for row, texts in enumerate(lines):
            for column, text in enumerate(texts):
                page.write_string(row, column, text[:LONGEST])

    def table(self, name: str, grid: Grid) -> None:
        """A sheet with one native table, its first row and column in sight."""
        page = self.pages[name] = self.book.add_worksheet(name)
        page.freeze_panes(1, 1)
        for row, cells in enumerate(grid.rows, start=1):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    page.write_string(row, column, cell[:LONGEST])
                elif cell is not None:
                    page.write_number(row, column, cell, self.format_at(grid, row - 1, column))
        headers = [{"header": header} for header in _unlike(grid.columns)]
        options = {"name": f"t_{name.replace(' ', '_')}", "columns": headers}
        page.add_table(0, 0, max(1, len(grid.rows)), len(headers) - 1, options)
        for column, header in enumerate(grid.columns):
            texts = [row[column] for row in grid.rows]
            longest = max([len(header) + 4, *(len(text) for text in texts if isinstance(text, str))])
            page.set_column(column, column, min(longest + 1, WIDEST))

    def chart(self, name: str, kind: str, columns: Sequence[int], title: str, grid: Grid, *, row: int) -> None:
        """A native chart of some columns of a sheet against its first, to the right of the table."""
        chart = self.book.add_chart({"type": kind})
        last = len(grid.rows)
        for column in columns:
            chart.add_series(
                {
                    "name": [name, 0, column],
                    "categories": [name, 1, 0, last, 0],
                    "values": [name, 1, column, last, column],
                }
            )
        chart.set_title({"name": title, "name_font": {"size": 11}})
        chart.set_size({"width": 760, "height": 300})
        place = {"description": f"{title}; its numbers are in the table on this sheet"}
        self.pages[name].insert_chart(row, len(grid.columns) + 1, chart, place)

    def close(self) -> None:
        """Write it out."""
        self.book.close()


def _created(date: object) -> datetime:
    """When the result was made; a fixed date where that was left out, so that equal results give equal bytes."""
    with suppress(ValueError):
        return datetime.fromisoformat(str(date)).replace(tzinfo=None)
    return datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def _read_me(book: _Book, result: Result) -> None:
    lines = [
        ("Scenario", result.scenario),
        ("Question", result.question),
        *(("Answer", text) for text in prose.answer(result)),
        ("Intervals", f"{percent(result.level)}; low and high are their ends"),
        ("Service level", result.service_level),
        ("Replications", f"{result.replications}, seed {result.seed}"),
        *(("Precision", text) for text in [prose.precision_words(result)] if text),
        *(("Warning", text) for text in prose.warnings(result)),
        *((name, str(value)) for name, value in {**result.made_by, **result.made_at}.items()),
    ]
    book.lines("Read me", lines)


def _answer(result: CompareResult) -> Grid:
    """The table that the page opens with, a row for each arm and measure."""
    columns = ("Measure", "Unit", "Arm", "Its value", result.baseline, "Difference", "Low", "High", "So the arm is")
    rows, formats = [], []
    for name, of_arm in verdict.judged(result).items():
        for row in of_arm:
            unit = definition(row.measure).unit
            ends = (_ends(row.here)[0], _ends(row.there)[0], *_ends(row.gap))
            label = f"{short(row.measure)}{verdict.arrow(row.measure)}"
            rows.append((label, _unit(unit, result.currency), name, *ends, row.word))
            formats.append(FORMATS.get(unit, USUAL_FORMAT))
    return Grid(columns, tuple(rows), tuple(formats))


def _targets(result: Result) -> Grid:
    """Every target of every arm, with the interval that it was judged by."""
    columns = ("Target", "Arm", "Verdict", "Unit", "Value", "Low", "High", "Why it is not known")
    rows, formats = [], []
    for arm in arms(result):
        for one in arm.targets:
            unit = "" if one.estimate is None else one.estimate.unit
            about = (one.text, arm.name, WORDS[one.verdict], _unit(unit, result.currency))
            rows.append((*about, *_ends(one.estimate), one.why))
            formats.append(FORMATS.get(unit, USUAL_FORMAT))
    return Grid(columns, tuple(rows), tuple(formats))


def _measures(result: Result) -> Grid:
    """The measures of the page's tables, each arm's value and interval, then each difference's."""
    compared = arms(result)
    found = [whole_centre(arm.estimates) for arm in compared]
    gaps = gaps_of(result.differences) if isinstance(result, CompareResult) else {}
    others = [arm.name for arm in compared[1:]]
    formula = {line.measure: line.value for line in compared[0].formula.lines} if not others else {}
    columns = ["Measure", "Unit", *(f"{arm.name}{end}" for arm in compared for end in ("", " low", " high"))]
    columns += [f"{name} minus {compared[0].name}{end}" for name in others for end in ("", " low", " high", " differs")]
    columns += ["Formula"] if formula else []
    rows, formats = [], []
    for measure in (measure for measures in shown_measures(compared).values() for measure in measures):
        unit = definition(measure).unit
        cells: list[Cell] = [short(measure), _unit(unit, result.currency)]
        for table in found:
            cells += _ends(table.get(measure))
        for name in others:
            gap = gaps.get((measure, name))
            cells += [*_ends(gap), None if gap is None else "yes" if differs(gap.low, gap.high) else "cannot be told"]
        cells += [formula.get(measure)] if formula else []
        rows.append(tuple(cells))
        formats.append(FORMATS.get(unit, USUAL_FORMAT))
    return Grid(tuple(columns), tuple(rows), tuple(formats))


def _day(result: Result) -> Grid:
    """The day by interval: what the page draws, as numbers."""
    compared = arms(result)
    found = [(m, arm, staffed(arm, m, result.interval)) for m in BY_INTERVAL for arm in compared]
    staff = [(arm, staffing_by_clock(arm, result.interval)) for arm in compared]
    levels = [by_interval(arm.estimates, "service_level") for arm in compared]
    clocks = sorted(
        {clock for table in levels for clock, row in table.items() if row.value is not None}
        | {clock for _, table in staff for clock, n in table.items() if n}
    )
    columns = (
        "Interval from",
        *(f"{day_name(m)} {arm.name}{end}" for m, arm, _ in found for end in ("", " low", " high")),
        *(f"Agents scheduled {arm.name}" for arm in compared),
    )
    formats = [FORMATS.get(definition(m).unit, USUAL_FORMAT) for m, _, _ in found for _ in range(3)]
    rows = tuple(
        (
            clock,
            *(cell for _, _, table in found for cell in _ends(table.get(clock))),
            *(table.get(clock, 0.0) for _, table in staff),
        )
        for clock in clocks
    )
    return Grid(columns, rows, column_formats=("", *formats, *[USUAL_FORMAT] * len(staff)))


def _day_charts(book: _Book, day: Grid, result: Result) -> None:
    n = len(arms(result))
    levels = range(1, 1 + 3 * n, 3)
    agents = range(len(day.columns) - n, len(day.columns))
    book.chart("Day", "line", levels, "Service level by interval", day, row=1)
    book.chart("Day", "column", agents, "Agents scheduled by interval", day, row=18)


def _waits(result: Result) -> Grid:
    tables = [(arm.name, dict(arm.waits)) for arm in arms(result)]
    waits = sorted({wait for _, table in tables for wait in table})
    columns = ("Waited at most, s", *(f"Share {name}" for name, _ in tables))
    rows = tuple((wait, *(table.get(wait) for _, table in tables)) for wait in waits)
    return Grid(columns, rows, column_formats=("0", *[FORMATS["share"]] * len(tables)))


def _records(result: Result) -> Grid:
    """Every estimate in every cell."""
    columns = ("Measure", "Arm", "Where", "Value", "Low", "High", "Half width", "n", "Unit")
    rows = tuple(
        (row.measure, arm.name, _where(row), *_ends(row), row.half_width, row.n, row.unit)
        for arm in arms(result)
        for row in arm.estimates
    )
    return Grid(columns, rows)


def _differences(result: CompareResult) -> Grid:
    """Every difference in every cell."""
    columns = ("Measure", "Arm", "Baseline", "Where", "Difference", "Low", "High", "Half width", "n", "Variance ratio")
    rows = tuple(
        (row.measure, row.arm, row.baseline, _where(row), *_ends(row), row.half_width, row.n, row.variance_ratio)
        for row in result.differences
    )
    return Grid(columns, rows)


def _texts(sheet: Sheet) -> Grid:
    return Grid(sheet.columns, sheet.rows)


def _ends(row: Estimate | Difference | None) -> tuple[Cell, Cell, Cell]:
    return (None, None, None) if row is None else (row.value, row.low, row.high)


def _where(row: Estimate | Difference) -> str:
    return ", ".join(f"{key} {name}" for key, name in row.cell.items()) or "whole centre"


def _unit(unit: str, currency: str) -> str:
    return currency if unit == "money" else unit


def _unlike(names: Iterable[str]) -> list[str]:
    """The headers of a table, which Excel wants to differ in more than their capitals."""
    answer: list[str] = []
    taken: set[str] = set()
    for name in names:
        header, k = name.strip()[:200] or "column", 1
        while header.lower() in taken:
            k += 1
            header = f"{name.strip()[:200]} {k}"
        taken.add(header.lower())
        answer.append(header)
    return answer

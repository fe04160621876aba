"""Results as rows of text: one table, for the terminal and for the page alike."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ccsim.estimation.estimate import Difference, Estimate
from ccsim.metrics.definitions import BESIDE
from ccsim.report.format import MISSING, change, differs, percent, quantity
from ccsim.report.shown import (
    EFFORT_PARTS,
    OUTCOMES,
    Result,
    arms,
    beside,
    by_interval,
    definition,
    ends_of,
    service_by_channel,
    short,
    shown_measures,
    whole_centre,
    whole_differences,
)
from ccsim.study.results import Arm, CompareResult, FormulaLine, RunResult

MARK = "*"
# where every need is tried under both arms
LEFT_OUT_BESIDE = ("suppressed", "revealed")
BREAKDOWNS = {
    "channel": (
        "offered", "service_level", "abandonment", "asa", "answered_within_deadline", "response_time", "calls_out",
        "customers_reached", "calls_out_time", "aht", "cost_per_contact",
    ),
    "queue": ("offered", "service_level", "abandonment", "asa", "answered_within_deadline", "calls_out", "aht"),
    "need_type": ("offered", "service_level", "asa", "aht", "fcr_true", "resolved_share", "effort_minutes"),
    "group": ("answered", "asa", "response_time", "customers_reached", "aht", "occupancy", "agent_hours"),
    "segment": ("needs", "service_level", "abandonment", "asa", "resolved_share", "given_up_share", "effort_minutes"),
}  # fmt: skip
BY_INTERVAL = ("service_level", "offered", "occupancy")
WORDS = {"channel": "Channel", "queue": "Queue", "need_type": "Need type", "group": "Agent group", "segment": "Segment"}


@dataclass(frozen=True)
class Sheet:
    """A table ready to print.

    Attributes
    ----------
    title : str
    columns : tuple of str
        The first one heads the names of the rows.
    rows : tuple of tuple of str
        As long as `columns`.
    notes : tuple of str
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def headline(result: RunResult) -> tuple[Sheet, ...]:
    """The measures a planner wants of one scenario, by concern.

    Parameters
    ----------
    result : RunResult

    Returns
    -------
    tuple of Sheet
        With the textbook formula's answer in a column of its own where it has one.
    """
    found = whole_centre(result.arm.estimates)
    lines = {line.measure: line for line in result.arm.formula.lines}
    name = " / ".join(sorted({line.formula for line in lines.values()}))
    sheets = []
    for title, measures in shown_measures((result.arm,)).items():
        columns: tuple[str, ...] = ("Measure", "Simulated")
        with_formula = any(measure in lines for measure in measures)
        rows: list[tuple[str, ...]] = []
        for measure in measures:
            answer = _formula_text(lines.get(measure), found[measure].unit, result.currency)
            rows.append((short(measure), estimate_text(found[measure], result.currency), answer))
            apart = service_by_channel(result.arm) if measure == "service_level" else {}
            rows += [(f"  {channel}", estimate_text(one, result.currency), MISSING) for channel, one in apart.items()]
        columns += (name,) if with_formula else ()
        rows = [row[: len(columns)] for row in rows]
        sheets.append(Sheet(title, columns, tuple(rows), _notes(result, measures)))
    return tuple(sheets)


def comparison(result: CompareResult) -> tuple[Sheet, ...]:
    """The measures a planner wants of several arms, and their differences.

    Parameters
    ----------
    result : CompareResult

    Returns
    -------
    tuple of Sheet
        A difference is arm minus baseline and carries a mark where its interval excludes zero; the textbook
        formula's answers are the last sheet.
    """
    compared = arms(result)
    found = [whole_centre(arm.estimates) for arm in compared]
    gaps = whole_differences(result.differences)
    others = [arm.name for arm in compared[1:]]
    columns = ("Measure", *(arm.name for arm in compared), *(f"{name} − {result.baseline}" for name in others))
    sheets = []
    for title, measures in shown_measures(compared).items():
        rows = tuple(
            (
                short(measure),
                *(estimate_text(table.get(measure), result.currency) for table in found),
                *(difference_text(gaps.get((measure, name)), result.currency) for name in others),
            )
            for measure in measures
        )
        sheets.append(Sheet(title, columns, rows, _notes(result, measures)))
    return (*_explained(sheets, result.level), *beside_sheets(result), *formulas(compared, result.currency))


def formulas(compared: tuple[Arm, ...], currency: str) -> tuple[Sheet, ...]:
    """The textbook's answers beside the simulated ones.

    Parameters
    ----------
    compared : tuple of Arm
    currency : str

    Returns
    -------
    tuple of Sheet
        One, or none where no formula gives an answer.
    """
    rows = tuple(
        (
            short(line.measure),
            arm.name,
            estimate_text(line.simulated, currency),
            line.formula,
            quantity(line.value, line.simulated.unit, currency=currency),
        )
        for arm in compared
        for line in arm.formula.lines
    )
    if not rows:
        return ()
    title = "The textbook formula beside the simulation"
    if len(compared) == 1:
        return (
            Sheet(title, ("Measure", "Simulated", "Formula", "Its answer"), tuple((a, *rest) for a, _, *rest in rows)),
        )
    return (Sheet(title, ("Measure", "Arm", "Simulated", "Formula", "Its answer"), rows),)


def breakdown(arm: Arm, key: str, currency: str) -> Sheet | None:
    """One arm's estimates by channel, queue, need type, group or segment.

    Parameters
    ----------
    arm : Arm
    key : str
        channel, queue, need_type, group or segment.
    currency : str

    Returns
    -------
    Sheet or None
        None where there are fewer than two of the kind.
    """
    cells: dict[str, dict[str, Estimate]] = {}
    for row in arm.estimates:
        if set(row.cell) == {key} and row.measure in BREAKDOWNS[key]:
            cells.setdefault(str(row.cell[key]), {})[row.measure] = row
    seen = [m for m in BREAKDOWNS[key] if any(_observed(table.get(m)) for table in cells.values())]
    if len(cells) < 2 or not seen:
        return None
    rows = tuple((name, *(estimate_text(table.get(m), currency) for m in seen)) for name, table in cells.items())
    return Sheet(f"{arm.name}, by {WORDS[key].lower()}", (WORDS[key], *map(short, seen)), rows)


def interval_sheet(result: Result) -> Sheet | None:
    """Service level, demand, occupancy and staffing of every arm by interval.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    Sheet or None
        None where nothing was observed by interval.
    """
    compared = arms(result)
    measures = [m for m in BY_INTERVAL if any(by_interval(arm.estimates, m) for arm in compared)]
    found = [(day_name(m), [staffed(arm, m, result.interval) for arm in compared]) for m in measures]
    staff = [staffing_by_clock(arm, result.interval) for arm in compared]
    open_clocks = {clock for _, tables in found for table in tables for clock, row in table.items() if row.value}
    clocks = sorted(open_clocks | {clock for table in staff for clock, n in table.items() if n > 0})
    if not clocks:
        return None
    rows = tuple(
        (
            clock,
            *(estimate_text(table.get(clock), result.currency) for _, tables in found for table in tables),
            *(f"{table.get(clock, 0.0):.4g}" for table in staff),
        )
        for clock in clocks
    )
    one = len(compared) == 1
    columns = (
        "Interval from",
        *(name if one else f"{name}, {arm.name}" for name, _ in found for arm in compared),
        *("Agents scheduled" if one else f"Agents scheduled, {arm.name}" for arm in compared),
    )
    return Sheet("The day by interval", columns, rows)


def outcomes_sheet(result: Result) -> Sheet | None:
    """What became of a thousand needs, by arm.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    Sheet or None
        None where no need arose.
    """
    found = {arm.name: whole_centre(arm.estimates) for arm in arms(result)}
    seen = [outcome for outcome in OUTCOMES if any(_observed(table.get(outcome)) for table in found.values())]
    if not seen:
        return None
    rows = tuple((short(one), *(_of_a_thousand(table.get(one)) for table in found.values())) for one in seen)
    columns = ("Of a thousand needs", *(("So many",) if len(found) == 1 else found))
    return Sheet("What became of a thousand needs", columns, rows, ("The rows add up to a thousand.",))


def beside_sheets(result: Result) -> tuple[Sheet, ...]:
    """The very same needs under each arm and under the baseline.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    tuple of Sheet
        One for each arm but the baseline; none where nothing is paired.
    """
    if not isinstance(result, CompareResult):
        return ()
    sheets = []
    for arm in arms(result)[1:]:
        found = beside(arm)
        if found:
            columns = ("Of the needs", *(name or "all" for name in found))
            rows = tuple(
                (short(one), *(estimate_text(table[one], result.currency) for table in found.values()))
                for one in BESIDE
                if one not in LEFT_OUT_BESIDE or any(table[one].value for table in found.values())
            )
            title = f"The same needs under {arm.name} (here) and {result.baseline} (there)"
            sheets.append(Sheet(title, columns, rows))
    return tuple(sheets)


def effort_sheet(result: Result) -> Sheet | None:
    """Customers' minutes per need: by the clock, then weighted, in their parts.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    Sheet or None
        None where no effort was observed.
    """
    measures = ("effort_minutes", "effort_weighted_minutes", *EFFORT_PARTS)
    found = {arm.name: whole_centre(arm.estimates) for arm in arms(result)}
    if not any(_observed(table.get("effort_minutes")) for table in found.values()):
        return None
    columns = ("Arm", "Clock minutes", "Weighted minutes", *(short(part) for part in EFFORT_PARTS))
    rows = tuple(
        (name, *(estimate_text(table.get(measure), result.currency) for measure in measures))
        for name, table in found.items()
    )
    return Sheet(
        "Customers' minutes per need", columns, rows, ("The last six columns add up to the weighted minutes.",)
    )


def waits_sheet(result: Result) -> Sheet | None:
    """Share of the offered live contacts that waited at most so long.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    Sheet or None
        None where nothing was observed.
    """
    compared = arms(result)
    tables = [dict(arm.waits) for arm in compared]
    waits = sorted(set().union(*tables))
    if not waits:
        return None
    step = max(1, -(-len(waits) // 20))
    chosen = sorted({*waits[::step], waits[-1]})
    rows = tuple((quantity(wait, "s"), *(quantity(table.get(wait), "share") for table in tables)) for wait in chosen)
    columns = ("Waited at most", *("Share of the offered" if len(compared) == 1 else arm.name for arm in compared))
    return Sheet(
        "Waits of the offered live contacts", columns, rows, ("Pooled over replications, so without intervals.",)
    )


def day_name(measure: str) -> str:
    """The name of a measure beside the day by interval.

    Parameters
    ----------
    measure : str

    Returns
    -------
    str

    Examples
    --------
    >>> day_name("offered"), day_name("occupancy")
    ('Offered a day', 'Occupancy')
    """
    return "Offered a day" if measure == "offered" else short(measure)


def staffed(arm: Arm, measure: str, interval: float) -> dict[str, Estimate]:
    """One measure by interval; the offered a day, occupancy where there is staff.

    Parameters
    ----------
    arm : Arm
    measure : str
    interval : float, s

    Returns
    -------
    dict of str to Estimate
        Key "HH:MM". Those who finish a contact after their shift are busy all the time, which says nothing. Days on
        which nobody is offered do not count, as those on which nobody works do not in the roster.
    """
    rows, staff = by_interval(arm.estimates, measure), staffing_by_clock(arm, interval)
    if measure == "occupancy":
        return {clock: row for clock, row in rows.items() if staff.get(clock)}
    days = sum(row.measure == "offered" and set(row.cell) == {"day"} and bool(row.value) for row in arm.estimates)
    return {clock: _a_day(row, days) for clock, row in rows.items()} if measure == "offered" and days > 1 else rows


def _a_day(row: Estimate, days: int) -> Estimate:
    value, low, high, half_width = (
        None if one is None else one / days for one in (row.value, row.low, row.high, row.half_width)
    )
    return replace(row, value=value, low=low, high=high, half_width=half_width)


def staffing_by_clock(arm: Arm, interval: float) -> dict[str, float]:
    """Mean number of agents scheduled in all groups, by interval of the day.

    Parameters
    ----------
    arm : Arm
    interval : float, s

    Returns
    -------
    dict of str to float
        Key "HH:MM".

    Examples
    --------
    >>> clock_text(34200.0)
    '09:30'
    """
    length = max((len(counts) for _, counts in arm.staffing), default=0)
    return {
        clock_text(k * interval): sum(counts[k] for _, counts in arm.staffing if k < len(counts)) for k in range(length)
    }


def clock_text(seconds: float) -> str:
    """A time of day as the cells of estimates write it.

    Parameters
    ----------
    seconds : float, s since midnight

    Returns
    -------
    str

    Examples
    --------
    >>> clock_text(30600.0)
    '08:30'
    """
    minutes = int(seconds // 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def estimate_text(row: Estimate | None, currency: str) -> str:
    """An estimate with its interval in a planner's units.

    Parameters
    ----------
    row : Estimate or None
    currency : str

    Returns
    -------
    str
    """
    if row is None:
        return MISSING
    return quantity(row.value, row.unit, currency=currency, half_width=row.half_width, ends=ends_of(row))


def difference_text(row: Difference | None, currency: str) -> str:
    """A difference with its interval, marked where the interval excludes zero.

    Parameters
    ----------
    row : Difference or None
    currency : str

    Returns
    -------
    str
    """
    if row is None:
        return MISSING
    unit = definition(row.measure).unit
    text = change(row.value, unit, currency=currency, half_width=row.half_width, ends=ends_of(row))
    return f"{text} {MARK}" if differs(row.low, row.high) else text


def as_text(sheet: Sheet) -> str:
    """A table in aligned columns, for a terminal without colours or a log.

    Parameters
    ----------
    sheet : Sheet

    Returns
    -------
    str

    Examples
    --------
    >>> print(as_text(Sheet("Service", ("Measure", "Simulated"), (("Offered", "120 ± 4"),), ("A note.",))))
    Service
    Measure  Simulated
    Offered    120 ± 4
    A note.
    """
    lines = (sheet.columns, *sheet.rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join([sheet.title, *(_aligned(line, widths) for line in lines), *sheet.notes])


def _explained(sheets: list[Sheet], level: float) -> list[Sheet]:
    """The same, the first one with a mark saying what the mark means."""
    for k, sheet in enumerate(sheets):
        if any(cell.endswith(MARK) for row in sheet.rows for cell in row[1:]):
            note = f"{MARK} the {percent(level)} interval of the difference excludes zero."
            return [*sheets[:k], replace(sheet, notes=(note, *sheet.notes)), *sheets[k + 1 :]]
    return sheets


def _aligned(line: Iterable[str], widths: list[int]) -> str:
    first, *rest = zip(line, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(text.rjust(width) for text, width in rest)])


def _formula_text(line: FormulaLine | None, unit: str, currency: str) -> str:
    return MISSING if line is None else quantity(line.value, unit, currency=currency)


def _of_a_thousand(row: Estimate | None) -> str:
    if row is None or row.value is None:
        return MISSING
    half = None if row.half_width is None else 1000.0 * row.half_width
    ends = None if row.low is None or row.high is None else (1000.0 * row.low, 1000.0 * row.high)
    return quantity(1000.0 * row.value, "h", half_width=half, ends=ends).replace(" h", "")


def _observed(row: Estimate | None) -> bool:
    return row is not None and row.value is not None


def _notes(result: Result, measures: tuple[str, ...]) -> tuple[str, ...]:
    notes = [f"Service level: {result.service_level}"] if "service_level" in measures and result.service_level else []
    if result.replications < 2:
        notes.append("One replication gives no interval.")
    return tuple(note if note.endswith(".") else f"{note}." for note in notes)

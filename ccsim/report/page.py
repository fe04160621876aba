"""One self-contained page and the tables beside it, written whole or not at all."""

import csv
import io
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from matplotlib.figure import Figure

from ccsim.report.figures import differences_picture, effort_picture, house_style, service_picture, svg
from ccsim.report.format import percent
from ccsim.report.shown import Result, arms, definition, shown_measures
from ccsim.report.tables import BREAKDOWNS, Sheet, breakdown, comparison, effort_sheet, headline, interval_sheet
from ccsim.report.tables import waits_sheet as waits_table
from ccsim.study.results import CompareResult, RunResult

ESTIMATE_COLUMNS = ("arm", "measure", "cell", "value", "low", "high", "half_width", "level", "n", "unit", "kind")
DIFFERENCE_COLUMNS = (
    *("measure", "cell", "arm", "baseline", "value", "low", "high", "half_width", "level", "n", "variance_ratio"),
)


class Picture(NamedTuple):
    """A picture on the page.

    Attributes
    ----------
    svg : str
    caption : str
    sheet : Sheet or None
        The same as a table.
    """

    svg: str
    caption: str
    sheet: Sheet | None


def write_page(result: Result, folder: Path, *, reproducible: bool = False) -> Path:
    """The report as one self-contained HTML file.

    Parameters
    ----------
    result : RunResult or CompareResult
    folder : Path
        Made if it is not there.
    reproducible : bool
        Leave out what differs between two runs of the same command.

    Returns
    -------
    Path
        Of `report.html` in the folder; an older one is replaced only when the new one is whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return _write(folder / "report.html", page(result, reproducible=reproducible))


def write_tables(result: Result, folder: Path) -> list[Path]:
    """Every estimate, and every difference of a comparison, as CSV.

    Parameters
    ----------
    result : RunResult or CompareResult
    folder : Path
        Made if it is not there.

    Returns
    -------
    list of Path
        Of `estimates.csv` and, for a comparison, `differences.csv`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        (arm.name, *(_cell(getattr(one, name)) for name in ESTIMATE_COLUMNS[1:]))
        for arm in arms(result)
        for one in arm.estimates
    ]
    written = [_write(folder / "estimates.csv", _csv(ESTIMATE_COLUMNS, rows))]
    if isinstance(result, CompareResult):
        gaps = [tuple(_cell(getattr(one, name)) for name in DIFFERENCE_COLUMNS) for one in result.differences]
        written.append(_write(folder / "differences.csv", _csv(DIFFERENCE_COLUMNS, gaps)))
    return written


def page(result: Result, *, reproducible: bool = False) -> str:
    """The text of the report page.

    Parameters
    ----------
    result : RunResult or CompareResult
    reproducible : bool
        Leave out date, host and duration.

    Returns
    -------
    str
    """
    environment = Environment(
        loader=PackageLoader("ccsim.report", ""), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    compared = isinstance(result, CompareResult)
    every = arms(result)
    shown = [measure for group in shown_measures(every).values() for measure in group]
    return environment.get_template("page.html.j2").render(
        title=result.question or result.scenario,
        scenario=result.scenario,
        replications=result.replications,
        seed=result.seed,
        level=percent(result.level),
        compared=compared,
        baseline=result.baseline if isinstance(result, CompareResult) else "",
        paired=isinstance(result, CompareResult) and result.paired,
        levelling=result.levelling if isinstance(result, CompareResult) else "",
        answer=_answer(result),
        warnings=list(dict.fromkeys(warning for arm in every for warning in arm.warnings)),
        sheets=comparison(result) if isinstance(result, CompareResult) else headline(result),
        service_level=result.service_level,
        pictures=_pictures(result),
        breakdowns=[(arm.name, sheets) for arm in every if (sheets := _breakdowns(result, arm.name))],
        formulas=[(arm.name, arm.formula) for arm in every],
        definitions=[definition(measure) for measure in shown],
        arms=[(arm.name, arm.assumptions) for arm in every],
        engine=result.engine,
        made_by=result.made_by,
        made_at={} if reproducible else result.made_at,
    )


def _answer(result: Result) -> Sequence[str]:
    """What the page says first: in words, and never more than the intervals allow."""
    if isinstance(result, CompareResult):
        return result.sentences
    rows = {row[0]: row[1] for sheet in headline(result) for row in sheet.rows}
    said = [f"{name}: {rows[name]}." for name in ("Service level", "Abandonment", "Occupancy") if name in rows]
    missed = [f"Target missed: {target.text}." for target in result.arm.targets if not target.met]
    return said + missed


def _pictures(result: Result) -> list[Picture]:
    """The pictures that the result has something to show for."""
    wanted: list[tuple[str, Callable[[Any], Figure | None], str, Sheet | None]] = [
        (
            "service",
            service_picture,
            f"Service level by interval of the day with {percent(result.level)} bands, and the agents scheduled.",
            interval_sheet(result),
        ),
        ("effort", effort_picture, "Customers' effort per need, in clock minutes and weighted.", effort_sheet(result)),
    ]
    if isinstance(result, CompareResult):
        caption = (
            f"Differences from {result.baseline} with {percent(result.level)} intervals; filled marks exclude zero."
        )
        wanted.append(("differences", differences_picture, caption, None))
    drawn = []
    for name, draw, caption, sheet in wanted:
        with house_style():
            figure = draw(result)
            if figure is not None:
                drawn.append(Picture(svg(figure, name, caption), caption, sheet))
    return drawn


def _breakdowns(result: Result, arm_name: str) -> list[Sheet]:
    """An arm's figures by channel, queue, need type and group, and its waits."""
    arm = next(arm for arm in arms(result) if arm.name == arm_name)
    sheets = [breakdown(arm, key, result.currency) for key in BREAKDOWNS]
    if isinstance(result, RunResult):
        sheets.append(waits_table(result))
    return [sheet for sheet in sheets if sheet is not None]


def _cell(value: object) -> object:
    """A value as it stands in a CSV file: cells as key=value, missing as nothing, numbers to their last digit."""
    if isinstance(value, dict):
        return ";".join(f"{key}={part}" for key, part in value.items())
    return "" if value is None else repr(value) if isinstance(value, float) else value


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV text; a name that a spreadsheet would take for a formula is quoted with an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_harmless(value) for value in row])
    return text.getvalue()


def _harmless(value: object) -> object:
    """Text that a spreadsheet would run, made plain; numbers stay."""
    if isinstance(value, str) and value[:1] in "=+-@" and value[:1]:
        try:
            float(value)
        except ValueError:
            return f"'{value}"
    return value


def _write(path: Path, text: str) -> Path:
    """Writes a file whole: to a temporary name in the same folder, then renamed."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path

"""One self-contained page, and the tables beside it."""

import base64
import csv
import hashlib
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.figure import Figure

from ccsim.estimation.estimate import Difference, Estimate
from ccsim.metrics.definitions import CELL_KEYS
from ccsim.report import figures, prose, tables, verdict
from ccsim.report.by import date_of, grids
from ccsim.report.files import written_whole
from ccsim.report.format import percent
from ccsim.report.shown import Result, arms
from ccsim.report.targets import targets_sheet
from ccsim.study.results import Arm, CompareResult

NUMBERS = ("value", "low", "high", "half_width", "level", "n")


class Picture(NamedTuple):
    """A picture on the page.

    Attributes
    ----------
    name : str
        Part of the names of its elements.
    title, caption : str
    svg : Markup
    sheet : Sheet or None
        The numbers behind it; None where they are among the tables.
    """

    name: str
    title: str
    caption: str
    svg: Markup
    sheet: tables.Sheet | None


def write_page(result: Result, folder: Path, *, reproducible: bool = False) -> Path:
    """The report as one HTML file that needs nothing but a browser.

    Parameters
    ----------
    result : RunResult or CompareResult
    folder : Path
        Made if it is missing.
    reproducible : bool
        Leave out when and where it was made, so that equal results give equal bytes.

    Returns
    -------
    Path
        Of report.html; it is never there half written.

    Notes
    -----
    Everything that somebody typed is escaped; the page asks nothing of the network, and runs the one script that its
    policy names by digest.
    """
    return _write(folder / "report.html", page(result, reproducible=reproducible))


def write_tables(result: Result, folder: Path) -> tuple[Path, ...]:
    """Every estimate, and every difference of a comparison, as CSV.

    Parameters
    ----------
    result : RunResult or CompareResult
    folder : Path
        Made if it is missing.

    Returns
    -------
    tuple of Path
        estimates.csv, and differences.csv of a comparison. Numbers are written to their last digit; a number that
        was not observed is empty.
    """
    rows = [(arm.name, row) for arm in arms(result) for row in arm.estimates]
    columns = ("arm", "measure", *CELL_KEYS, *NUMBERS, "unit", "kind", "date")
    of = {arm.name: arm for arm in arms(result)}
    records = (_record(row, arm=name, date=_date(of[name], row)) for name, row in rows)
    written = [_write(folder / "estimates.csv", _csv(columns, records))]
    if isinstance(result, CompareResult):
        of_differences = ("arm", "baseline", "measure", *CELL_KEYS, *NUMBERS, "variance_ratio")
        written.append(_write(folder / "differences.csv", _csv(of_differences, map(_record, result.differences))))
    return tuple(written)


def page(result: Result, *, reproducible: bool = False) -> str:
    """The report as HTML text.

    Parameters
    ----------
    result : RunResult or CompareResult
    reproducible : bool
        As in `write_page`.

    Returns
    -------
    str
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["unbroken"] = prose.unbroken
    contents = _contents(result, reproducible=reproducible) | _script()
    return environment.get_template("page.html.jinja").render(contents)


def _script() -> dict[str, Any]:
    """The buttons, and the digest by which the page's policy lets them run and nothing else."""
    text = Path(__file__).with_name("page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return {"script": Markup(text), "script_digest": f"sha256-{digest}"}


def _contents(result: Result, *, reproducible: bool) -> dict[str, Any]:
    """What the template fills in."""
    compared = arms(result)
    comparing = isinstance(result, CompareResult)
    differing, shared = prose.assumption_sheets(result)
    sheets = tables.comparison(result) if isinstance(result, CompareResult) else tables.headline(result)
    formula_sheets = tables.formulas(compared, result.currency)
    return {
        "title": result.question or result.scenario,
        "scenario": result.scenario,
        "replications": result.replications,
        "seed": result.seed,
        "level": percent(result.level),
        "names": [arm.name for arm in compared],
        "baseline": result.baseline if isinstance(result, CompareResult) else "",
        "answer": prose.answer(result),
        "first": _first_sheets(result),
        "caution": prose.caution(result) if isinstance(result, CompareResult) else "",
        "warnings": prose.warnings(result),
        "precision": prose.precision_words(result),
        "service_level": result.service_level,
        "sheets": [sheet for sheet in sheets if sheet not in formula_sheets],
        "mark": tables.MARK,
        "pictures": _pictures(result),
        "formulas": formula_sheets,
        "formula_words": _by_arm({arm.name: prose.formula_words(arm) for arm in compared}),
        "levelling": prose.levelling_words(result) if isinstance(result, CompareResult) else (),
        "hours": [(arm.name, f"{arm.scheduled_hours:,.1f} h") for arm in compared],
        "breakdowns": [
            sheet
            for arm in compared
            for sheet in (*(tables.breakdown(arm, key, result.currency) for key in tables.BREAKDOWNS), *grids(arm))
            if sheet is not None
        ],
        "differing": differing,
        "shared": shared,
        "definitions": prose.definitions_sheet(result),
        "stress": prose.stress_rows(result),
        "made_by": {**result.made_by, "arms": {arm.name: arm.digest for arm in compared}},
        "made_at": {} if reproducible else result.made_at,
        "comparing": comparing,
    }


def _first_sheets(result: Result) -> list[tables.Sheet]:
    """The tables that the page opens with: the answer of a comparison, then the targets."""
    aims = targets_sheet(result)
    answers = verdict.headline_sheets(result) if isinstance(result, CompareResult) else ()
    return [*answers, *([aims] if aims is not None else [])]


def _pictures(result: Result) -> list[Picture]:
    """The pictures of a result, without those that have nothing to show."""
    level = percent(result.level)
    drawn = [
        _picture(
            "outcomes", "What became of a thousand needs", figures.outcomes_picture, result,
            caption="Every need that arose in the window, also those that never made contact, followed to the end of "
            "the run.",
            words=prose.outcomes_words(result), sheet=tables.outcomes_sheet(result),
        ),
        _picture(
            "service", "The day by interval", figures.service_picture, result,
            caption=f"Bands are {level} intervals. Contacts and agents are a day's, the mean over days with any. "
            "Where fewer than one joins in a replication, service level is left out.",
            words=prose.service_words(result), sheet=tables.interval_sheet(result),
        ),
        _picture(
            "waits", "Waits of the offered live contacts", figures.waits_picture, result,
            caption="How many of them waited no longer; pooled over replications, so without intervals.",
            words=prose.waits_words(result), sheet=tables.waits_sheet(result),
        ),
        _picture(
            "effort", "Customers’ effort per need", figures.effort_picture, result,
            caption=f"Minutes by the clock, below them the weighted minutes in their parts, with {level} intervals.",
            words=prose.effort_words(result), sheet=tables.effort_sheet(result),
        ),
    ]  # fmt: skip
    if isinstance(result, CompareResult):
        differences = _picture(
            "differences", f"Differences from {result.baseline}", figures.differences_picture, result,
            caption=f"Shares in percentage points, all else in percent of {result.baseline}, with {level} intervals. "
            "A filled mark’s interval excludes zero; a hollow circle cannot be told apart. ↑ more is better in itself, "
            "↓ less is; effort, cost and service are to be read beside the needs resolved.",
            words=prose.differences_words(result), sheet=None,
        )  # fmt: skip
        gains = _picture(
            "gains", f"Who gains and who loses beside {result.baseline}", figures.beside_picture, result,
            caption="The same needs of the same customers under both: to the right those that only the arm resolves, "
            f"to the left those that only {result.baseline} does, with {level} intervals.",
            words=prose.beside_words(result), sheet=None,
        )  # fmt: skip
        drawn = [differences, drawn[0], gains, *drawn[1:]]
    return [picture for picture in drawn if picture is not None]


def _picture(
    name: str,
    title: str,
    draw: Callable[[Any], Figure | None],
    result: Result,
    *,
    caption: str,
    words: str,
    sheet: tables.Sheet | None,
) -> Picture | None:
    with figures.house_style():
        figure = draw(result)
        if figure is None:
            return None
        return Picture(name, title, caption, Markup(figures.svg(figure, name, words)), sheet)


def _by_arm(said: dict[str, tuple[str, ...]]) -> list[tuple[str, tuple[str, ...]]]:
    """What is said of each arm; once, without a name, where all say the same."""
    if len(set(said.values())) == 1:
        return [("", next(iter(said.values())))]
    return list(said.items())


def _date(arm: Arm, row: Estimate) -> str:
    """The date of a row's day; empty where it has none."""
    date = date_of(arm, int(row.cell["day"])) if "day" in row.cell else None
    return "" if date is None else date.isoformat()


def _record(row: Estimate | Difference, **more: str) -> dict[str, object]:
    names = (*NUMBERS, "unit", "kind", "arm", "baseline", "measure", "variance_ratio")
    return {name: getattr(row, name) for name in names if hasattr(row, name)} | row.cell | more


def _csv(columns: tuple[str, ...], records: Iterable[dict[str, object]]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _harmless(value) for name, value in record.items()} for record in records)
    return buffer.getvalue()


def _harmless(value: object) -> object:
    """A name that a spreadsheet would run as a formula, made plain by an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value


def _write(path: Path, text: str) -> Path:
    with written_whole(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8", newline="\n")
    return path

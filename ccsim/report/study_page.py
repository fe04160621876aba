"""A study as one self-contained page."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ccsim.estimation.estimate import Estimate
from ccsim.metrics.definitions import MEASURES
from ccsim.report import figures, study_figures
from ccsim.report.format import percent
from ccsim.report.page import Picture
from ccsim.report.shown import short
from ccsim.report.study_tables import (
    added_words,
    differences_sheet,
    points_sheet,
    replications_words,
    selection_sheet,
    whole,
    write_text,
)
from ccsim.report.tables import MARK, estimate_text
from ccsim.study.sweep_results import PointResult, SweepResult

MOST_OPEN = 30  # points in a table that is shown without being asked for


def write_study_page(result: SweepResult, folder: Path) -> Path:
    """The report of a study as one HTML file that needs nothing but a browser.

    Parameters
    ----------
    result : SweepResult
    folder : Path
        Made if it is missing.

    Returns
    -------
    Path
        Of report.html.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    return write_text(folder / "report.html", study_page(result))


def study_page(result: SweepResult) -> str:
    """The report of a study as HTML text.

    Parameters
    ----------
    result : SweepResult

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
    agenda = result.agenda
    return environment.get_template("study.html.jinja").render(
        agenda=agenda,
        title=agenda.question or agenda.name,
        level=percent(agenda.level),
        shard=result.shard,
        answers=_answers(result),
        failed=[(one.point.number, ", ".join(one.point.settings), one.reason) for one in result.points if one.reason],
        pictures=_pictures(result),
        points=points_sheet(result),
        is_short=len(result.points) <= MOST_OPEN,
        differences=differences_sheet(result),
        selection=selection_sheet(result),
        replications=replications_words(agenda),
        added=added_words(result),
        levelling=result.levelling,
        mark=MARK,
        definitions=[(short(name), MEASURES[name].formula, MEASURES[name].words) for name in agenda.measures],
        made={**result.made_by, **result.made_at},
    )


def _answers(result: SweepResult) -> list[str]:
    """For each measure, between which points it lies."""
    said = []
    for measure in result.agenda.measures:
        rows = [(one, row) for one in result.points if (row := whole(one, measure)) and row.value is not None]
        if not rows:
            said.append(f"{short(measure)}: nothing was observed.")
            continue
        least, most = (how(rows, key=lambda pair: pair[1].value or 0.0) for how in (min, max))
        if least[1].value == most[1].value:
            said.append(f"{short(measure)} is {estimate_text(least[1], result.agenda.currency)} at every point.")
        else:
            said.append(f"{short(measure)} lies between {_at(result, *least)} and {_at(result, *most)}.")
    return said


def _at(result: SweepResult, one: PointResult, row: Estimate) -> str:
    varied = study_figures.space_of(result)
    names = [*(("arms",) if len(varied.arms) > 1 else ()), *varied.names]
    settings = dict(zip(result.agenda.factors, one.point.settings, strict=True))
    where = ", ".join(f"{name} {settings[name]}" for name in names)
    return f"{estimate_text(row, result.agenda.currency)} ({where or f'point {one.point.number}'})"


def _pictures(result: SweepResult) -> list[Picture]:
    pictures: list[Picture] = []
    level = percent(result.agenda.level)
    undecided = f"Arm minus first arm with the same customers; hatched where nothing can be told at {level}."
    with figures.house_style():
        for k, measure in enumerate(result.agenda.measures):
            for kind, draw, caption in (
                ("values", study_figures.measure_picture, f"Bands and whiskers are {level} intervals."),
                ("differences", study_figures.differences_picture, undecided),
            ):
                figure = draw(result, measure)
                if figure is not None:
                    title = f"{short(measure)}{', differences between arms' if kind == 'differences' else ''}"
                    words = f"{title} over {', '.join(result.agenda.factors)}; the numbers are in the tables."
                    svg = Markup(figures.svg(figure, f"{kind}-{k}", words))
                    pictures.append(Picture(f"{kind}-{k}", title, caption, svg, None))
    return pictures

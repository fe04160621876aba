"""A study as one self-contained page."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.figure import Figure

from ccsim.estimation.estimate import Estimate
from ccsim.metrics.definitions import MEASURES
from ccsim.report import figures, study_figures, study_overviews, trade_offs
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
from ccsim.report.tables import MARK, Sheet, estimate_text
from ccsim.report.targets import point_sentences, point_targets_sheet
from ccsim.report.trade_offs import Verdict
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
    found = trade_offs.verdicts(result)
    with figures.house_style():
        overviews = _overviews(result, found)
    return environment.get_template("study.html.jinja").render(
        agenda=agenda,
        title=agenda.question or agenda.name,
        level=percent(agenda.level),
        shard=result.shard,
        answers=[*point_sentences(result), *_answers(result), *trade_offs.in_words(result, found)],
        failed=[(one.point.number, ", ".join(one.point.settings), one.reason) for one in result.points if one.reason],
        pictures=[*overviews, *_pictures(result)],
        points=points_sheet(result),
        is_short=len(result.points) <= MOST_OPEN,
        differences=differences_sheet(result),
        selection=selection_sheet(result),
        targets=point_targets_sheet(result),
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


def _overviews(result: SweepResult, found: Sequence[Verdict]) -> list[Picture]:
    """Pictures of several measures or factors at once, and the tornado of each measure."""
    drawn = [_trade_offs(result, found), _parallel(result, found)]
    drawn += [_tornado(result, k, measure) for k, measure in enumerate(result.agenda.measures)]
    return [picture for picture in drawn if picture is not None]


def _trade_offs(result: SweepResult, found: Sequence[Verdict]) -> Picture | None:
    standing = ", ".join(str(each.one.point.number) for each in found if each.word == trade_offs.UNBEATEN)
    return _picture(
        "trade-offs",
        "Trade-offs",
        study_overviews.trade_off_picture(result, found),
        caption=f"Each mark is a point with its {percent(result.agenda.level)} intervals; a point beats another where "
        "it is no worse in any of these measures and better in one. Numbers are those of points that are not beaten.",
        words=f"Not beaten by any other: {standing}.",
        sheet=trade_offs.trade_off_sheet(result, found),
    )


def _parallel(result: SweepResult, found: Sequence[Verdict]) -> Picture | None:
    thick = " Thick lines are points that no other beats." if found else ""
    return _picture(
        "parallel",
        "Every point through its settings and measures",
        study_overviews.parallel_picture(result, found),
        caption=f"A line is a point, its shade the value of {short(result.agenda.measures[0])}.{thick}",
        words="The points and their numbers are in the table.",
        sheet=None,
    )


def _tornado(result: SweepResult, k: int, measure: str) -> Picture | None:
    return _picture(
        f"tornado-{k}",
        f"{short(measure)}, one factor at a time",
        study_overviews.tornado_picture(result, measure),
        caption=f"From where the first values leave it, with its {percent(result.agenda.level)} interval in grey, to "
        "the lowest and the highest that each factor alone makes of it. Where a whisker reaches the grey, nothing can "
        "be told.",
        words=_tornado_words(result, measure),
        sheet=study_overviews.tornado_sheet(result, measure),
    )


def _picture(
    name: str, title: str, figure: Figure | None, *, caption: str, words: str, sheet: Sheet | None
) -> Picture | None:
    if figure is None:
        return None
    return Picture(name, title, caption, Markup(figures.svg(figure, name, f"{title}. {words}")), sheet)


def _tornado_words(result: SweepResult, measure: str) -> str:
    ends = [(bar.factor, *(label for label, _ in bar.ends)) for bar in study_overviews.bars(result, measure)]
    return "; ".join(f"{factor}: lowest at {low}, highest at {high}" for factor, low, high in ends) + "."


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

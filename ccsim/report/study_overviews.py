"""Pictures that show several measures or factors of a study at once: tornado, trade-offs, parallel coordinates."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from ccsim.estimation.estimate import Estimate
from ccsim.metrics.definitions import MEASURES
from ccsim.report.figures import COLOURS, FAINT, INK, WIDTH
from ccsim.report.format import quantity
from ccsim.report.shown import reach_of, short
from ccsim.report.study_figures import numbers_of, space_of, value_axis
from ccsim.report.study_tables import whole
from ccsim.report.tables import Sheet, estimate_text
from ccsim.report.trade_offs import BEATEN, OPEN, UNBEATEN, Verdict, better, weighed
from ccsim.study.designs import AROUND_THE_FIRST
from ccsim.study.sweep_results import SweepResult

MOST_NUMBERED = 12  # points with their number beside them
MOST_AXES = 10  # of parallel coordinates
MOST_LINES = 400
GREY = "#8a8a8a"
LOOKS: Mapping[str, dict[str, Any]] = {
    UNBEATEN: {"color": COLOURS[0], "marker": "D", "markersize": 6, "zorder": 4},
    OPEN: {"color": COLOURS[1], "marker": "o", "markersize": 5, "markerfacecolor": "white", "zorder": 3},
    BEATEN: {"color": GREY, "marker": "x", "markersize": 4, "zorder": 2},
}


class Bar(NamedTuple):
    """How far a factor alone moves a measure.

    Attributes
    ----------
    factor : str
    ends : tuple of (str, Estimate)
        The settings with the lowest and the highest value, the first values among them.
    """

    factor: str
    ends: tuple[tuple[str, Estimate], tuple[str, Estimate]]


def bars(result: SweepResult, measure: str) -> list[Bar]:
    """How far each factor alone moves a measure, the strongest first.

    Parameters
    ----------
    result : SweepResult
    measure : str

    Returns
    -------
    list of Bar
        Empty unless the design moves one factor at a time, and its first point was observed.
    """
    one_by_one = AROUND_THE_FIRST in result.agenda.design
    if not one_by_one or not result.points or result.points[0].point.number != 1:
        return []
    rows = [(one.point.settings, whole(one, measure)) for one in result.points]
    seen = [(settings, row) for settings, row in rows if row is not None and row.value is not None]
    first = result.points[0].point.settings
    if not seen or seen[0][0] != first:
        return []
    found = []
    for place, factor in enumerate(result.agenda.factors):
        alone = [(s[place], row) for s, row in seen if s[:place] + s[place + 1 :] == first[:place] + first[place + 1 :]]
        ranked = sorted(alone, key=lambda pair: pair[1].value or 0.0)
        if len(ranked) > 1:
            found.append(Bar(factor, (ranked[0], ranked[-1])))
    return sorted(found, key=_length, reverse=True)


def tornado_picture(result: SweepResult, measure: str) -> Figure | None:
    """How far each factor alone moves a measure from its first values.

    Parameters
    ----------
    result : SweepResult
    measure : str

    Returns
    -------
    Figure or None
        None where there are no bars.
    """
    found = bars(result, measure)
    if not found:
        return None
    base = next(row for one in result.points if (row := whole(one, measure)))
    figure = Figure(figsize=(WIDTH, 1.3 + 0.55 * len(found)), layout="constrained")
    ax = figure.subplots()
    if base.low is not None and base.high is not None:
        ax.axvspan(base.low, base.high, color=FAINT, linewidth=0, zorder=0)
    ax.axvline(base.value or 0.0, color=INK, linewidth=1.0, zorder=1)
    for place, bar in enumerate(found):
        for (label, row), colour, hatch in zip(bar.ends, COLOURS, ("", "////"), strict=False):
            _arm_of_tornado(ax, place, (label, row), base, colour, hatch)
    ax.set_yticks(range(len(found)), [_wrapped(bar.factor) for bar in found], fontsize=9)
    ax.set_ylim(len(found) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    ax.margins(x=0.16)
    value_axis(measure, ax.xaxis)
    return figure


def tornado_sheet(result: SweepResult, measure: str) -> Sheet:
    """The numbers of a tornado.

    Parameters
    ----------
    result : SweepResult
    measure : str

    Returns
    -------
    Sheet
    """
    currency = result.agenda.currency
    rows = tuple(
        (bar.factor, *(text for label, row in bar.ends for text in (label, estimate_text(row, currency))))
        for bar in bars(result, measure)
    )
    columns = ("Factor alone", "Lowest at", short(measure), "Highest at", f"{short(measure)} ")
    return Sheet(f"{short(measure)}, one factor at a time", columns, rows)


def trade_off_picture(result: SweepResult, found: Sequence[Verdict]) -> Figure | None:
    """Every point by what is weighed: the first measure across, others upwards.

    Parameters
    ----------
    result : SweepResult
    found : sequence of Verdict

    Returns
    -------
    Figure or None
        None where nothing is weighed.
    """
    if not found:
        return None
    across, *others = weighed(result)
    figure = Figure(figsize=(WIDTH, 3.6), layout="constrained")
    axes = figure.subplots(1, len(others), squeeze=False).ravel().tolist()
    for ax, measure in zip(axes, others, strict=True):
        for word, look in LOOKS.items():
            those = [(whole(each.one, across), whole(each.one, measure)) for each in found if each.word == word]
            pairs = [(x, y) for x, y in those if x is not None and y is not None]
            ax.errorbar(
                [x.value for x, _ in pairs], [y.value for _, y in pairs],
                list(zip(*(reach_of(y) for _, y in pairs), strict=True)) or None,
                list(zip(*(reach_of(x) for x, _ in pairs), strict=True)) or None,
                linestyle="none", elinewidth=0.7, label=word, **look,
            )  # fmt: skip
        _number(ax, found, across, measure)
        value_axis(across, ax.xaxis)
        value_axis(measure, ax.yaxis)
        ax.set_title(f"better: {_towards(across, 'left', 'right')} and {_towards(measure, 'down', 'up')}", fontsize=9)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=9)
    return figure


def parallel_picture(result: SweepResult, found: Sequence[Verdict]) -> Figure | None:
    """A line for each point, through its settings and its measures.

    Parameters
    ----------
    result : SweepResult
    found : sequence of Verdict
        Points that are not beaten are drawn thicker.

    Returns
    -------
    Figure or None
        None for fewer than three factors, or more axes or lines than can be read.
    """
    space = space_of(result)
    names = [*(("arms",) if len(space.arms) > 1 else ()), *space.names]
    measures = [name for name in result.agenda.measures if _observed(result, name)]
    if len(names) < 3 or len(names) + len(measures) > MOST_AXES or not measures or len(result.points) > MOST_LINES:
        return None
    settings = [dict(zip(result.agenda.factors, one.point.settings, strict=True)) for one in result.points]
    scales = [_setting_scale([one[name] for one in settings]) for name in names]
    columns: list[list[float | None]] = [
        [scale[one[name]] for one in settings] for name, scale in zip(names, scales, strict=True)
    ]
    measured = [[_value(whole(one, measure)) for one in result.points] for measure in measures]
    columns += [_unit_scale(values) for values in measured]
    figure = Figure(figsize=(WIDTH, 3.9), layout="constrained")
    ax = figure.subplots()
    unbeaten = {each.one.point.number for each in found if each.word == UNBEATEN}
    map_ = mpl.colormaps["cividis"]
    for place, one in enumerate(result.points):
        line = [at for column in columns if (at := column[place]) is not None]
        if len(line) == len(columns):
            stands = one.point.number in unbeaten
            shade = map_(Normalize(0.0, 1.0)(columns[len(names)][place] or 0.0))
            ax.plot(line, color=shade, linewidth=2.2 if stands else 0.8, alpha=1.0 if stands else 0.6)
    _upright(ax, names, scales, measures, measured, result.agenda.currency)
    return figure


def _length(bar: Bar) -> float:
    (_, low), (_, high) = bar.ends
    return (high.value or 0.0) - (low.value or 0.0)


def _arm_of_tornado(ax: Axes, place: int, end: tuple[str, Estimate], base: Estimate, colour: str, hatch: str) -> None:
    """A bar from the first point to one end, with the end's interval and its setting."""
    label, row = end
    value, middle = row.value or 0.0, base.value or 0.0
    if value == middle:
        return
    ax.barh(place, value - middle, left=middle, height=0.5, color=colour, alpha=0.55, hatch=hatch, edgecolor=colour)
    below, above = reach_of(row)
    ax.errorbar(value, place, xerr=[[below], [above]], color=INK, capsize=3, linewidth=1.0)
    side = 1.0 if value > middle else -1.0
    ax.annotate(
        label, (value + above if side > 0.0 else value - below, place), (side * 5.0, 0.0), textcoords="offset points",
        ha="left" if side > 0 else "right", va="center", fontsize=8,
    )  # fmt: skip


def _number(ax: Axes, found: Sequence[Verdict], across: str, measure: str) -> None:
    """The numbers of the points that are not beaten, where there is room for them."""
    standing = [each for each in found if each.word == UNBEATEN]
    if len(standing) > MOST_NUMBERED:
        return
    for each in standing:
        at = (_value(whole(each.one, across)) or 0.0, _value(whole(each.one, measure)) or 0.0)
        ax.annotate(str(each.one.point.number), at, (5.0, 4.0), textcoords="offset points", fontsize=8)


def _towards(measure: str, less: str, more: str) -> str:
    return more if better(measure) > 0 else less


def _observed(result: SweepResult, measure: str) -> bool:
    return any(_value(whole(one, measure)) is not None for one in result.points)


def _value(row: Estimate | None) -> float | None:
    return None if row is None else row.value


def _setting_scale(labels: Sequence[str]) -> dict[str, float]:
    """Each setting's place between 0 and 1: quantities where they lie, others one after another."""
    levels = tuple(dict.fromkeys(labels))
    numbers = numbers_of(levels) or [float(place) for place in range(len(levels))]
    low, high = min(numbers), max(numbers)
    return {label: (number - low) / ((high - low) or 1.0) for label, number in zip(levels, numbers, strict=True)}


def _unit_scale(values: Sequence[float | None]) -> list[float | None]:
    """Values between 0 and 1."""
    seen = [value for value in values if value is not None]
    low, high = min(seen), max(seen)
    return [None if value is None else (value - low) / (high - low) if high > low else 0.5 for value in values]


def _upright(
    ax: Axes,
    names: Sequence[str],
    scales: Sequence[Mapping[str, float]],
    measures: Sequence[str],
    measured: Sequence[Sequence[float | None]],
    currency: str,
) -> None:
    """An upright axis for each factor and measure, with what stands at its ends."""
    plate = {"boxstyle": "round,pad=0.15", "facecolor": "white", "alpha": 0.85, "linewidth": 0.0}
    titles = [name.rsplit(".", maxsplit=1)[-1] for name in names] + [short(measure) for measure in measures]
    for place in range(len(titles)):
        ax.axvline(place, color=INK, linewidth=0.9, zorder=3)
        if place < len(names):
            ends = {at: label for label, at in scales[place].items()}
            marks = list(ends.items()) if len(ends) <= 5 else [(at, ends[at]) for at in (0.0, 1.0)]
        else:
            values = [value for value in measured[place - len(names)] if value is not None]
            unit = MEASURES[measures[place - len(names)]].unit
            ends_of_values = ((0.0, min(values)), (1.0, max(values)))
            marks = [(at, quantity(number, unit, currency=currency)) for at, number in ends_of_values]
        for at, label in marks:
            ax.text(place, at, label, ha="center", va="center", fontsize=7.5, zorder=5, bbox=plate)
    ax.set_xticks(range(len(titles)), [_wrapped(title, 14) for title in titles], fontsize=8)
    ax.set_yticks([])
    ax.yaxis.set_major_formatter(FuncFormatter(lambda *_: ""))
    ax.set_xlim(-0.5, len(titles) - 0.5)
    ax.set_ylim(-0.08, 1.08)
    ax.grid(visible=False)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)


def _wrapped(name: str, width: int = 26) -> str:
    """A long name in several lines, broken where its parts meet."""
    lines = [""]
    for word in name.replace(".", ".\0").replace(" ", " \0").split("\0"):
        if lines[-1] and len(lines[-1] + word) > width:
            lines.append("")
        lines[-1] += word
    return "\n".join(line.strip() for line in lines)

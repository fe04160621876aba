"""The pictures of a result, and their bytes.

Every drawing function takes an axes, or makes one, and gives it back, so that a notebook can combine them.
"""

import io
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from ccsim.estimation.estimate import Difference, Estimate
from ccsim.report.format import differs, percent
from ccsim.report.shown import (
    EFFORT_PARTS,
    OUTCOMES,
    PICTURED,
    Result,
    arms,
    beside,
    by_interval,
    definition,
    reach_of,
    service_by_interval,
    short,
    shown_measures,
    whole_centre,
    whole_differences,
)
from ccsim.report.tables import difference_text, estimate_text, staffed, staffing_by_clock
from ccsim.report.verdict import arrow
from ccsim.study.results import Arm, CompareResult
from ccsim.units import format_duration

# Okabe & Ito (2008): told apart with any common colour blindness; every colour comes with a form of its own as well
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#A8488A", "#5B5B5B", "#B07C00")
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))
MARKERS = ("D", "s", "^", "v", "P", "X")
PART_COLOURS = ("#56B4E9", "#E69F00", "#D55E00", "#009E73", "#F0E442", "#CC79A7")
# no dots: each is a circle of its own in the drawing, a quarter of a megabyte in all
PART_HATCHES = ("", "////", "", "||||", "\\\\\\\\", "xx")
OUTCOME_COLOURS = ("#56B4E9", "#E69F00", "#CC79A7", "#F0E442", "#d9d9d9")
OUTCOME_HATCHES = ("", "////", "||||", "xx", "\\\\\\\\")
INK = "#222222"
FAINT = "#d9d9d9"
WIDTH = 8.6  # inches
MOST_BESIDE_A_TITLE = 3  # entries of a legend
BY_INTERVAL = {"offered": "contacts offered a day", "occupancy": "occupancy"}


@contextmanager
def house_style() -> Iterator[None]:
    """The look of every picture, whatever the user's own matplotlib settings are.

    Yields
    ------
    None
    """
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "svg.hashsalt": "ccsim",
                "svg.fonttype": "path",
                "font.family": "DejaVu Sans",
                "font.size": 10,
                "axes.spines.top": False,
                "axes.spines.right": False,
                "axes.edgecolor": INK,
                "axes.labelcolor": INK,
                "text.color": INK,
                "text.parse_math": False,  # a name with two dollar signs is a name
                "xtick.color": INK,
                "ytick.color": INK,
                "axes.grid": True,
                "grid.color": FAINT,
                "axes.axisbelow": True,
                "axes.titlesize": 10.5,
                "axes.titleweight": "bold",
                "axes.titlelocation": "left",
                "legend.frameon": False,
                "hatch.linewidth": 0.6,
                "figure.facecolor": "white",
            }
        )
        yield


def svg(figure: Figure, name: str, description: str) -> str:
    """A picture as an element to stand inside a page, the same bytes every time.

    Parameters
    ----------
    figure : Figure
        Drawn inside `house_style`.
    name : str
        Prefix of the element's inner names, so that several pictures fit on one page.
    description : str
        What the picture shows, for those who don't see it.

    Returns
    -------
    str
    """
    buffer = io.StringIO()
    FigureCanvasSVG(figure)
    _settle(figure)
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", text)
    label = description.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    head, rest = text.split(">", 1)
    head = re.sub(r' (width|height)="[^"]*"', "", head)
    return f'{head} role="img" aria-label="{label}">{rest}'.strip()


def service_picture(result: Result) -> Figure | None:
    """Service level above demand, agents scheduled and occupancy, by interval.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    Figure or None
        None where fewer than two intervals were observed.
    """
    compared = arms(result)
    if max(len(service_by_interval(arm)) for arm in compared) < 2:
        return None
    below = [measure for measure in BY_INTERVAL if any(by_interval(arm.estimates, measure) for arm in compared)]
    figure = Figure(figsize=(WIDTH, 5.4 + 1.9 * len(below)), layout="constrained")
    upper, *middle, lower = figure.subplots(2 + len(below), 1, sharex=True, height_ratios=(3, *[2] * (1 + len(below))))
    service_level_by_interval(compared, ax=upper)
    for measure, ax in zip(below, middle, strict=True):
        measure_by_interval(compared, measure, result.interval, ax=ax)
    staffing_by_interval(compared, result.interval, ax=lower)
    lower.set_xlim(*_hours_of_business(result))
    return figure


def service_level_by_interval(compared: Sequence[Arm], ax: Axes | None = None) -> Axes:
    """Service level of each arm by interval of the day, with bands.

    Parameters
    ----------
    compared : sequence of Arm
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = _axes(ax)
    tables = [service_by_interval(arm) for arm in compared]
    for k, (arm, rows) in enumerate(zip(compared, tables, strict=True)):
        _band(ax, rows, k, arm.name, highest=1.0)
    lowest = min([1.0, *(_number(row.low, row.value) for rows in tables for row in rows.values())])
    ax.set_ylim(0.0 if lowest < 0.6 else 0.5, 1.005)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.set_ylabel("service level")
    ax.set_title("Service level by interval")
    _clock_axis(ax)
    if len(compared) > 1:
        _legend_above(ax, len(compared))
    return ax


def measure_by_interval(compared: Sequence[Arm], measure: str, interval: float, ax: Axes | None = None) -> Axes:
    """One measure of each arm by interval of the day, with bands.

    Parameters
    ----------
    compared : sequence of Arm
    measure : str
        A share is drawn in per cent.
    interval : float, s
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = _axes(ax)
    share = definition(measure).unit == "share"
    for k, arm in enumerate(compared):
        rows = {clock: row for clock, row in staffed(arm, measure, interval).items() if row.value is not None}
        _band(ax, rows, k, arm.name, highest=1.0 if share else math.inf)
    ax.set_ylim(bottom=0.0)
    if share:
        ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.set_ylabel(BY_INTERVAL.get(measure, short(measure).lower()))
    ax.set_title(f"{short(measure)} by interval")
    _clock_axis(ax)
    return ax


def staffing_by_interval(compared: Sequence[Arm], interval: float, ax: Axes | None = None) -> Axes:
    """Agents scheduled by interval: by group for one arm, in all for several.

    Parameters
    ----------
    compared : sequence of Arm
    interval : float, s
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = _axes(ax)
    step = interval / 3600.0
    if len(compared) == 1:
        _stacked_groups(ax, compared[0], step)
    else:
        _staffing_lines(ax, compared, interval)
    ax.set_ylim(bottom=0.0)
    ax.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    ax.set_ylabel("agents scheduled")
    ax.set_xlabel("time of day")
    ax.set_title("Staffing by interval")
    _clock_axis(ax)
    return ax


def outcomes_picture(result: Result) -> Figure | None:
    """What became of a thousand needs, by arm.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    Figure or None
        None where no need arose.
    """
    compared = [arm for arm in arms(result) if _value(arm, OUTCOMES[0]) is not None]
    if not compared:
        return None
    figure = Figure(figsize=(WIDTH, 1.5 + 0.62 * len(compared)), layout="constrained")
    outcomes_by_arm(compared, ax=figure.subplots())
    return figure


def outcomes_by_arm(compared: Sequence[Arm], ax: Axes | None = None) -> Axes:
    """A thousand needs of each arm, divided by how they ended.

    Parameters
    ----------
    compared : sequence of Arm
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = _axes(ax)
    shown = [(n, one) for n, one in enumerate(OUTCOMES) if any(_value(arm, one) for arm in compared)]
    for k, arm in enumerate(compared):
        left = 0.0
        for n, outcome in shown:
            size = 1000.0 * (_value(arm, outcome) or 0.0)
            label = short(outcome).removeprefix("Needs ") if k == 0 else None
            look: dict[str, Any] = {
                "facecolor": OUTCOME_COLOURS[n],
                "hatch": OUTCOME_HATCHES[n],
                "edgecolor": INK,
                "linewidth": 0.6,
            }
            ax.barh(k, size, 0.7, left=left, label=label, **look)
            if size >= 40.0:
                behind = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
                ax.text(
                    left + size / 2,
                    k,
                    f"{size:.0f}",
                    ha="center",
                    va="center",
                    fontsize=9,
                    bbox=behind,
                    in_layout=False,
                )
            left += size
    ax.set_yticks(range(len(compared)), [arm.name for arm in compared])
    ax.set_xlim(0.0, 1000.0)
    ax.invert_yaxis()
    ax.grid(visible=False, axis="y")
    ax.set_xlabel("of a thousand needs")
    ax.set_title("What became of a thousand needs", pad=26)
    _legend_above(ax, len(shown))
    return ax


def waits_picture(result: Result) -> Figure | None:
    """Share of the offered live contacts that waited at most so long.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    Figure or None
        None where no wait was observed.
    """
    compared = [arm for arm in arms(result) if arm.waits]
    if not compared:
        return None
    figure = Figure(figsize=(WIDTH, 3.4), layout="constrained")
    waits_by_arm(compared, ax=figure.subplots())
    return figure


def waits_by_arm(compared: Sequence[Arm], ax: Axes | None = None) -> Axes:
    """Each arm's distribution of the wait, on a scale that widens with it.

    Parameters
    ----------
    compared : sequence of Arm
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = _axes(ax)
    tables = [dict(arm.waits) for arm in compared]
    edges = sorted(set().union(*tables))
    # beyond the first wait that all but one in a thousand stay below, a curve says nothing
    full = [k for k, edge in enumerate(edges) if all(table.get(edge, 1.0) > 0.999 for table in tables)]
    edges = edges[: full[0] + 1] if full else edges
    for k, (arm, table) in enumerate(zip(compared, tables, strict=True)):
        seen = [(place, table[edge]) for place, edge in enumerate(edges) if edge in table]
        ax.plot(*zip(*seen, strict=True), label=arm.name, marker=marker_of(k), markersize=3.5, **_line(k))
    ax.set_xticks(range(len(edges)), [format_duration(edge) for edge in edges], fontsize=8)
    ax.set_ylim(0.0, 1.02)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.set_ylabel("share of the offered")
    ax.set_xlabel("waited at most")
    ax.set_title("Waits of the offered live contacts")
    if len(compared) > 1:
        _legend_above(ax, len(compared))
    return ax


def beside_picture(result: Result) -> Figure | None:
    """Who gains and who loses among the same needs, by arm and need type.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    Figure or None
        None where nothing is paired.
    """
    compared = [arm for arm in arms(result) if beside(arm)]
    if not compared:
        return None
    n_rows = sum(len(beside(arm)) for arm in compared)
    figure = Figure(figsize=(WIDTH, 1.6 + 0.42 * n_rows), layout="constrained")
    gains_and_losses(compared, ax=figure.subplots())
    return figure


def gains_and_losses(compared: Sequence[Arm], ax: Axes | None = None) -> Axes:
    """Needs resolved only there to the left, only here to the right.

    Parameters
    ----------
    compared : sequence of Arm
        Paired with the baseline.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = _axes(ax)
    looks = (("resolved_only_there", -1.0, COLOURS[1], "////"), ("resolved_only_here", 1.0, COLOURS[0], ""))
    rows = [(arm, name, table) for arm in compared for name, table in beside(arm).items()]
    widest = max(_number(table[measure].value) for _, _, table in rows for measure, *_ in looks)
    for place, (_, _, table) in enumerate(rows):
        for measure, side, colour, hatch in looks:
            row = table[measure]
            value, (below, above) = _number(row.value), reach_of(row)
            label = short(measure) if place == 0 else None
            ax.barh(place, side * value, 0.7, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.6, label=label)
            if below or above:
                ends = [[below], [above]] if side > 0.0 else [[above], [below]]
                ax.errorbar(side * value, place, xerr=ends, color=INK, capsize=3, linewidth=1.3)
            ax.annotate(
                estimate_text(row, ""),
                (side * (value + above), place),
                xytext=(6 * side, 0),
                textcoords="offset points",
                ha="left" if side > 0.0 else "right",
                va="center",
                fontsize=9,
            )
    ax.axvline(0.0, color=INK, linewidth=0.8)
    several = len(compared) > 1
    names = [f"{arm.name}, {name or 'all needs'}" if several else name or "all needs" for arm, name, _ in rows]
    ax.set_yticks(range(len(rows)), names)
    ax.set_xlim(-1.7 * widest or -1.0, 1.7 * widest or 1.0)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(abs(value))))
    ax.invert_yaxis()
    ax.grid(visible=False, axis="y")
    ax.set_xlabel("share of needs")
    ax.set_title("Who loses, who gains", pad=26)
    _legend_above(ax, len(looks))
    return ax


def effort_picture(result: Result) -> Figure | None:
    """Customers' minutes per need by arm.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    Figure or None
        None where no effort was observed.
    """
    compared = [arm for arm in arms(result) if _value(arm, "effort_minutes") is not None]
    if not compared:
        return None
    figure = Figure(figsize=(WIDTH, 1.7 + 1.15 * len(compared)), layout="constrained")
    effort_by_arm(compared, ax=figure.subplots())
    return figure


def effort_by_arm(compared: Sequence[Arm], ax: Axes | None = None) -> Axes:
    """Clock minutes of each arm above the weighted minutes in their parts.

    Parameters
    ----------
    compared : sequence of Arm
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = _axes(ax)
    ticks = []
    parts = [(n, part) for n, part in enumerate(EFFORT_PARTS) if any(_value(arm, part) for arm in compared)]
    widest = max(
        _value(arm, measure) or 0.0 for arm in compared for measure in ("effort_minutes", "effort_weighted_minutes")
    )
    for k, arm in enumerate(compared):
        rows = whole_centre(arm.estimates)
        clock, weighted = 2.4 * k, 2.4 * k + 1.0
        ticks += [(clock, f"{arm.name}\nclock minutes"), (weighted, "weighted minutes")]
        ax.barh(clock, _number(rows["effort_minutes"].value), 0.8, color="#8c8c8c", edgecolor=INK, linewidth=0.6)
        _whisker(ax, rows["effort_minutes"], clock)
        left = 0.0
        for n, part in parts:
            size = _number(rows[part].value if part in rows else None)
            ax.barh(
                weighted,
                size,
                0.8,
                left=left,
                color=PART_COLOURS[n],
                hatch=PART_HATCHES[n],
                edgecolor=INK,
                linewidth=0.6,
                label=short(part) if k == 0 else None,
            )
            left += size
        if "effort_weighted_minutes" in rows:
            _whisker(ax, rows["effort_weighted_minutes"], weighted)
    ax.set_yticks([place for place, _ in ticks], [text for _, text in ticks])
    ax.set_xlim(0.0, widest * 1.28 or 1.0)
    ax.invert_yaxis()
    ax.grid(visible=False, axis="y")
    ax.set_xlabel("minutes per need")
    ax.set_title("Customers' effort per need", pad=32)
    if parts:
        _legend_above(ax, len(parts))
    return ax


def differences_picture(result: CompareResult) -> Figure | None:
    """Paired differences with intervals: shares, then a panel per concern.

    Parameters
    ----------
    result : CompareResult

    Returns
    -------
    Figure or None
        None where there is nothing to draw.
    """
    panels = _panels(result)
    if not panels:
        return None
    others = [arm.name for arm in arms(result)[1:]]
    heights = [0.62 + _row_height(others) * len(measures) for _, measures in panels]
    figure = Figure(figsize=(WIDTH, sum(heights) + 0.75), layout="constrained")
    axes = figure.subplots(len(panels), 1, squeeze=False, height_ratios=heights)[:, 0]
    for ax, (title, measures) in zip(axes, panels, strict=True):
        paired_differences(result, measures, ax=ax)
        ax.set_title(title)
    marks = [mark for k in range(len(others)) for mark in _key(axes[0], k, others)]
    figure.legend(
        handles=marks,
        loc="outside upper center",
        ncols=2,
        frameon=False,
        title=f"Difference from {result.baseline}, with its {percent(result.level)} interval",
    )
    return figure


def paired_differences(result: CompareResult, measures: Sequence[str], ax: Axes | None = None) -> Axes:
    """Each arm's difference from the baseline in some measures, with intervals.

    Parameters
    ----------
    result : CompareResult
    measures : sequence of str
        Shares are drawn in percentage points; everything else in percent of the baseline's value.
    ax : Axes, optional

    Returns
    -------
    Axes
        Filled marks where the interval excludes zero, hollow circles where it does not.
    """
    ax = _axes(ax)
    gaps = whole_differences(result.differences)
    baseline = whole_centre(arms(result)[0].estimates)
    others = [arm.name for arm in arms(result)[1:]]
    for row, measure in enumerate(measures):
        for k, name in enumerate(others):
            gap = gaps.get((measure, name))
            if gap is None or gap.value is None:
                continue
            scale = _scale(baseline[measure])
            place = row + (k - (len(others) - 1) / 2) * 0.8 / len(others)
            style = _mark_style(k, len(others), sure=differs(gap.low, gap.high))
            _interval_mark(ax, gap, place, scale, style)
            text = difference_text(gap, result.currency).removesuffix(" *")
            ax.text(1.02, place, text, transform=ax.get_yaxis_transform(), va="center", fontsize=8.5)
    ax.axvline(0.0, color=INK, linewidth=1.0)
    ax.set_yticks(range(len(measures)), [f"{short(measure)}{arrow(measure)}" for measure in measures])
    ax.set_ylim(len(measures) - 0.45, -0.55)
    ax.grid(visible=False, axis="y")
    ax.xaxis.set_major_locator(MaxNLocator(6))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:+g}".replace("-", "−") if value else "0"))
    return ax


def _settle(figure: Figure) -> None:
    """The layout as it is, rounded: its solver's last bits change from process to process."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for ax in figure.axes:
        left, bottom, width, height = ax.get_position().bounds
        ax.set_position((round(left, 5), round(bottom, 5), round(width, 5), round(height, 5)))


def _panels(result: CompareResult) -> list[tuple[str, list[str]]]:
    """Title and measures of each panel: all shares together, then the other units by concern."""
    compared = arms(result)
    gaps = whole_differences(result.differences)
    baseline = whole_centre(compared[0].estimates)
    shares: list[str] = []
    panels = []
    for title, measures in shown_measures(compared).items():
        drawn = [measure for measure in measures if measure in PICTURED and _has_difference(measure, compared, gaps)]
        shares += [measure for measure in drawn if definition(measure).unit == "share"]
        # percent of nothing has no meaning; the table still shows the difference
        others = [measure for measure in drawn if measure not in shares and baseline[measure].value]
        panels += [(f"{title}, in % of {compared[0].name}", others)] if others else []
    return [("Shares, in percentage points", shares), *panels] if shares else panels


def _has_difference(measure: str, compared: Sequence[Arm], gaps: dict[tuple[str, str], Difference]) -> bool:
    found = [gaps.get((measure, arm.name)) for arm in compared[1:]]
    return any(gap is not None and gap.value is not None for gap in found)


def _interval_mark(ax: Axes, gap: Difference, place: float, scale: float, style: dict[str, Any]) -> None:
    value = _number(gap.value)
    low, high = _number(gap.low, gap.value), _number(gap.high, gap.value)
    reach = [[(value - low) * scale], [(high - value) * scale]]
    ax.errorbar(value * scale, place, xerr=reach, elinewidth=1.6, capsize=3, linestyle="none", **style)


def _mark_style(k: int, n_arms: int, *, sure: bool) -> dict[str, Any]:
    """An arm's own form and colour, filled, where the interval excludes zero; else a hollow circle."""
    colour = colour_of(k)
    if sure:
        return {"marker": marker_of(k), "color": colour, "markersize": 6}
    return {"marker": "o", "color": colour if n_arms > 1 else "#6a6a6a", "markersize": 6, "markerfacecolor": "white"}


def _key(ax: Axes, k: int, names: Sequence[str]) -> list[Line2D]:
    """One arm's two marks for the legend."""
    texts = {True: "the interval excludes zero", False: "cannot be told apart"}
    return [
        ax.plot([], [], linestyle="none", label=f"{names[k]}: {text}", **_mark_style(k, len(names), sure=sure))[0]
        for sure, text in texts.items()
    ]


def _scale(row: Estimate) -> float:
    """Percentage points for shares, percent of the baseline's value for all else."""
    return 100.0 if row.unit == "share" else 100.0 / abs(_number(row.value))


def _row_height(others: Sequence[str]) -> float:
    return max(0.27, 0.19 * len(others) + 0.08)


def _whisker(ax: Axes, row: Estimate, place: float) -> None:
    """The interval on the end of a bar, and the number behind it."""
    value = _number(row.value)
    below, above = reach_of(row)
    if below or above:
        ax.errorbar(value, place, xerr=[[below], [above]], color=INK, capsize=3, linewidth=1.3)
    ax.annotate(
        estimate_text(row, ""),
        (value + above, place),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=9,
    )


def _band(ax: Axes, rows: dict[str, Estimate], k: int, name: str, *, highest: float) -> None:
    """One arm's line with the band of its intervals, which ends where the measure does."""
    hours = [_hour(clock) for clock in rows]
    low = [max(_number(row.low, row.value), 0.0) for row in rows.values()]
    high = [min(_number(row.high, row.value), highest) for row in rows.values()]
    ax.fill_between(hours, low, high, color=colour_of(k), alpha=0.18, linewidth=0)
    values = [_number(row.value) for row in rows.values()]
    ax.plot(hours, values, label=name, marker=marker_of(k), markersize=3.5, **_line(k))


def _stacked_groups(ax: Axes, arm: Arm, step: float) -> None:
    length = max((len(counts) for _, counts in arm.staffing), default=0)
    edges = [k * step for k in range(length + 1)]
    floor = [0.0] * length
    for n, (name, counts) in enumerate(arm.staffing):
        top = [below + count for below, count in zip(floor, counts, strict=True)]
        ax.stairs(
            top,
            edges,
            baseline=floor,
            fill=True,
            facecolor=PART_COLOURS[n % len(PART_COLOURS)],
            edgecolor=INK,
            hatch=PART_HATCHES[n % len(PART_HATCHES)],
            linewidth=0.6,
            label=name,
        )
        floor = top
    if len(arm.staffing) > 1:
        _legend_above(ax, len(arm.staffing))


def _staffing_lines(ax: Axes, compared: Sequence[Arm], interval: float) -> None:
    tables = [staffing_by_clock(arm, interval) for arm in compared]
    if all(table == tables[0] for table in tables):
        tables, names = tables[:1], ["the same in every arm"]
    else:
        names = [arm.name for arm in compared]
    for k, (name, table) in enumerate(zip(names, tables, strict=True)):
        edges = [n * interval / 3600.0 for n in range(len(table) + 1)]
        style = {"color": INK} if len(tables) == 1 else _line(k)
        ax.stairs(list(table.values()), edges, baseline=None, linewidth=1.8, label=name, **style)
    _legend_above(ax, len(tables))


def _legend_above(ax: Axes, columns: int) -> None:
    """A legend right of the title; of many arms below the axis, where no title is."""
    if columns > MOST_BESIDE_A_TITLE:
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=4, fontsize=9, columnspacing=1.2)
        return
    ax.legend(
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=min(columns, 6),
        borderaxespad=0.2,
        fontsize=9,
        columnspacing=1.2,
    )


def _hours_of_business(result: Result) -> tuple[float, float]:
    """From the first to the last interval with contacts or staff, with a little room."""
    step, compared = result.interval / 3600.0, arms(result)
    staffed = [
        _hour(clock) for arm in compared for clock, n in staffing_by_clock(arm, result.interval).items() if n > 0.0
    ]
    hours = [*(_hour(clock) for arm in compared for clock in service_by_interval(arm)), *staffed]
    return min(hours) - step / 2, max(hours) + step * 1.5


def _clock_axis(ax: Axes) -> None:
    ax.xaxis.set_major_locator(MaxNLocator(9, steps=[1, 2, 3, 4, 6, 10], integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda hour, _: f"{int(hour):02d}:{round(hour % 1 * 60):02d}"))


def _line(k: int) -> dict[str, Any]:
    return {"color": colour_of(k), "linestyle": LINES[_turn(k, len(LINES))]}


def _turn(k: int, n: int) -> int:
    """Once all colours are used, the forms begin one further on, so that no two of three dozen arms look alike."""
    return (k + k // len(COLOURS)) % n


def colour_of(k: int) -> str:
    """The colour of one of several arms.

    Parameters
    ----------
    k : int
        Its place among them.

    Returns
    -------
    str
    """
    return COLOURS[k % len(COLOURS)]


def marker_of(k: int) -> str:
    """The mark of one of several arms, its own together with the colour.

    Parameters
    ----------
    k : int

    Returns
    -------
    str

    Examples
    --------
    >>> (colour_of(0), marker_of(0)) == (colour_of(6), marker_of(6))
    False
    """
    return MARKERS[_turn(k, len(MARKERS))]


def _hour(clock: str) -> float:
    hours, minutes = clock.split(":")
    return int(hours) + int(minutes) / 60.0


def _value(arm: Arm, measure: str) -> float | None:
    row = whole_centre(arm.estimates).get(measure)
    return None if row is None else row.value


def _number(value: float | None, otherwise: float | None = None) -> float:
    return value if value is not None else otherwise if otherwise is not None else 0.0


def _axes(ax: Axes | None) -> Axes:
    return Figure(figsize=(WIDTH, 3.0), layout="constrained").subplots() if ax is None else ax

"""Pictures of a study: response curves with bands, heat maps, differences between arms, and scatters."""

import re
from collections.abc import Sequence
from itertools import product
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter

from ccsim.estimation.estimate import Difference, Estimate
from ccsim.metrics.definitions import MEASURES
from ccsim.report.figures import INK, LINES, WIDTH, colour_of, marker_of
from ccsim.report.format import change, differs, quantity
from ccsim.report.shown import reach_of, short
from ccsim.report.study_tables import ARMS, whole
from ccsim.study.sweep_results import SweepResult

NUMBER = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(\D*)")
MOST_PANELS = 12
MOST_COLUMNS = 3  # panels side by side
MOST_WRITTEN = 8  # columns of a heat map that leave room for its numbers
PLATE = {"boxstyle": "round,pad=0.2", "facecolor": "white", "alpha": 0.8, "linewidth": 0.0}
Settings = tuple[str, ...]


class Space(NamedTuple):
    """The part of a study that pictures show.

    Attributes
    ----------
    names : tuple of str
        The factors that take more than one value, arms left out.
    levels : tuple of tuple of str
        Their values.
    arms : tuple of str
        ("",) where arms are no factor.
    is_grid : bool
        Whether every combination was played.
    """

    names: tuple[str, ...]
    levels: tuple[Settings, ...]
    arms: tuple[str, ...]
    is_grid: bool


def space_of(result: SweepResult) -> Space:
    """What varies in a study.

    Parameters
    ----------
    result : SweepResult

    Returns
    -------
    Space
    """
    factors = result.agenda.factors
    points = [one.point.settings for one in result.points]
    by_factor = {name: tuple(dict.fromkeys(column)) for name, column in zip(factors, zip(*points))}
    names = tuple(name for name, levels in by_factor.items() if len(levels) > 1 and name != ARMS)
    levels = tuple(_sorted(by_factor[name]) for name in names)
    arms = by_factor.get(ARMS, ("",))
    n_played = len({(_arm(result, one), *_of(result, names, one)) for one in points})
    n_in_all = len(list(product(arms, *levels))) if len(points) < 10_000 else -1
    return Space(names, levels, arms, n_played == n_in_all)


def measure_picture(result: SweepResult, measure: str) -> Figure | None:
    """A measure over the factors: curves, heat maps or scatters.

    Parameters
    ----------
    result : SweepResult
    measure : str

    Returns
    -------
    Figure or None
        None where nothing varies or nothing was observed.
    """
    space, found = space_of(result), _found(result, measure)
    if not any(row.value is not None for row in found.values()):
        return None
    if len(space.names) == 0:
        return None if len(space.arms) == 1 else _curves(Space((ARMS,), (space.arms,), ("",), True), found, measure)
    if len(space.names) == 1:
        return _curves(space, found, measure)
    panels = _panels(space)
    if space.is_grid and len(space.names) <= 3 and len(panels) <= MOST_PANELS:
        return _maps(result, space, panels, found, measure)
    return _scatters(space, found, measure)


def differences_picture(result: SweepResult, measure: str) -> Figure | None:
    """Where which arm has more of a measure, and where it cannot be told.

    Parameters
    ----------
    result : SweepResult
    measure : str

    Returns
    -------
    Figure or None
        None where arms are not compared on a grid of two other factors.
    """
    space = space_of(result)
    gaps = [
        (one.arm, _of(result, space.names, settings, without_arms=True), one)
        for settings, one in result.differences
        if one.measure == measure and one.value is not None
    ]
    if len(space.names) != 2 or not space.is_grid or not gaps:
        return None
    others = list(dict.fromkeys(arm for arm, _, _ in gaps))
    most = max(abs(one.value or 0.0) for _, _, one in gaps) or 1.0
    figure, axes = _sheet(len(others), len(space.levels[0]))
    for ax, arm in zip(axes, others, strict=True):
        cells = {at: one for name, at, one in gaps if name == arm}
        _cells(ax, space, {at: one.value for at, one in cells.items()}, "PuOr_r", Normalize(-most, most))
        for at, one in cells.items():
            _write(ax, space, at, _change_text(one, result.agenda.currency))
            if not differs(one.low, one.high):
                _hatch(ax, space, at)
        ax.set_title(f"{arm} − {next(iter(cells.values())).baseline}")
    return figure


def numbers_of(levels: Settings) -> list[float] | None:
    """The numbers of quantities that share a unit.

    Parameters
    ----------
    levels : tuple of str

    Returns
    -------
    list of float or None
        None where they are no such quantities.

    Examples
    --------
    >>> numbers_of(("20%", "5%")), numbers_of(("20%", "on"))
    ([20.0, 5.0], None)
    """
    found = [NUMBER.fullmatch(label) for label in levels]
    if not all(found) or len({match[2] for match in found if match}) > 1:
        return None
    return [float(match[1]) for match in found if match]


def value_axis(measure: str, axis: Axis) -> None:
    """A measure's name and unit along an axis.

    Parameters
    ----------
    measure : str
    axis : Axis
    """
    unit = MEASURES[measure].unit
    if unit == "share":
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 100:g} %"))
    label = short(measure) + ("" if unit in ("share", "count", "visits", "money") else f", {unit}")
    axis.set_label_text(label, fontsize=9)


def _found(result: SweepResult, measure: str) -> dict[tuple[str, Settings], Estimate]:
    """The estimates by arm and the values of the factors that vary; the last one where a sample repeats itself."""
    names = space_of(result).names
    return {
        (_arm(result, one.point.settings), _of(result, names, one.point.settings)): estimate
        for one in result.points
        if (estimate := whole(one, measure)) is not None
    }


def _arm(result: SweepResult, settings: Settings) -> str:
    return dict(zip(result.agenda.factors, settings)).get(ARMS, "")


def _of(result: SweepResult, names: Sequence[str], settings: Settings, *, without_arms: bool = False) -> Settings:
    """The values of some of the factors."""
    factors = [name for name in result.agenda.factors if not (without_arms and name == ARMS)]
    values = dict(zip(factors, settings, strict=True))
    return tuple(values[name] for name in names)


def _sorted(levels: Settings) -> Settings:
    """Quantities of one unit in their order, others as they come."""
    numbers = numbers_of(levels)
    return levels if numbers is None else tuple(label for _, label in sorted(zip(numbers, levels, strict=True)))


def _unit(label: str) -> str:
    match = NUMBER.fullmatch(label)
    return "" if match is None else match[2]


def _curves(space: Space, found: dict[tuple[str, Settings], Estimate], measure: str) -> Figure:
    """A line with its band for each arm."""
    figure = Figure(figsize=(WIDTH, 3.6), layout="constrained")
    ax = figure.subplots()
    (levels,) = space.levels
    numbers = numbers_of(levels)
    places = dict(zip(levels, numbers or range(len(levels)), strict=True))
    for k, arm in enumerate(space.arms):
        rows = [
            (places[label], row)
            for label in levels
            if (row := found.get((arm, (label,)) if space.names != (ARMS,) else (label, ()))) and row.value is not None
        ]
        style: dict[str, Any] = {
            "color": colour_of(k),
            "marker": marker_of(k),
            "markersize": 4,
        }
        line = LINES[k % len(LINES)] if space.names != (ARMS,) else "none"
        values = [row.value or 0.0 for _, row in rows]
        reach = list(zip(*(reach_of(row) for _, row in rows), strict=True))
        at = [place for place, _ in rows]
        if line == "none":
            ax.errorbar(at, values, reach, linestyle="none", capsize=3, **style)
        else:
            low, high = ([v + s * r for v, r in zip(values, far)] for s, far in zip((-1.0, 1.0), reach))
            ax.fill_between(at, low, high, color=style["color"], alpha=0.18, linewidth=0)
            ax.plot(at, values, label=arm, linestyle=line, **style)
    ax.set_xticks(list(places.values()), list(places), rotation=30 if len(levels) > 9 else 0)
    ax.set_xlabel(space.names[0])
    value_axis(measure, ax.yaxis)
    if len(space.arms) > 1:
        ax.legend(fontsize=9)
    return figure


def _panels(space: Space) -> list[tuple[str, Settings]]:
    """A heat map for each arm and each value of a third factor."""
    return [(arm, third) for arm in space.arms for third in product(*space.levels[:-2])]


def _maps(
    result: SweepResult,
    space: Space,
    panels: Sequence[tuple[str, Settings]],
    found: dict[tuple[str, Settings], Estimate],
    measure: str,
) -> Figure:
    """A heat map of the last two factors in each panel, in one scale of colours."""
    inner = Space(space.names[-2:], space.levels[-2:], ("",), True)
    values = [row.value for row in found.values() if row.value is not None]
    norm = Normalize(min(values), max(values))
    figure, axes = _sheet(len(panels), len(inner.levels[0]))
    apart = _apart(space.names)
    for ax, (arm, third) in zip(axes, panels, strict=True):
        cells = {
            at: row for (name, where), row in found.items() if (name, where[:-2]) == (arm, third) for at in [where[-2:]]
        }
        _cells(ax, inner, {at: row.value for at, row in cells.items()}, "cividis", norm)
        for at, row in cells.items():
            _write(ax, inner, at, _value_text(row, result.agenda.currency))
        shown = [arm] if len(space.arms) > 1 else []
        ax.set_title(", ".join([*shown, *(f"{apart[name]} {one}" for name, one in zip(space.names, third))]))
    figure.suptitle(short(measure), fontsize=10.5, fontweight="bold", x=0.01, ha="left")
    return figure


def _sheet(n_panels: int, n_rows: int) -> tuple[Figure, list[Axes]]:
    """Room for so many heat maps."""
    columns = min(n_panels, MOST_COLUMNS)
    lines = -(-n_panels // columns)
    height = max(1.9, 0.55 * n_rows + 1.1)
    figure = Figure(figsize=(WIDTH, lines * height + 0.3), layout="constrained")
    grid = figure.subplots(lines, columns, squeeze=False).ravel().tolist()
    for ax in grid[n_panels:]:
        ax.set_axis_off()
    return figure, grid[:n_panels]


def _cells(ax: Axes, space: Space, values: dict[Settings, float | None], colours: str, norm: Normalize) -> None:
    """The cells of a heat map: the first factor upwards, the second to the right."""
    rows, columns = space.levels
    map_ = mpl.colormaps[colours]
    for at, value in values.items():
        x, y = columns.index(at[1]), rows.index(at[0])
        colour = "white" if value is None else map_(norm(value))
        ax.add_patch(Rectangle((x - 0.5, y - 0.5), 1.0, 1.0, facecolor=colour, edgecolor="white"))
    ax.set_xlim(-0.5, len(columns) - 0.5)
    ax.set_ylim(-0.5, len(rows) - 0.5)
    ax.set_xticks(range(len(columns)), columns, fontsize=8, rotation=45 if len(columns) > 6 else 0)
    ax.set_yticks(range(len(rows)), rows, fontsize=8)
    ax.set_xlabel(_apart(space.names)[space.names[1]], fontsize=9)
    ax.set_ylabel(_apart(space.names)[space.names[0]], fontsize=9)
    ax.grid(visible=False)


def _write(ax: Axes, space: Space, at: Settings, text: str) -> None:
    """A number in a cell, on a plate of its own so that it can be read on any colour."""
    rows, columns = space.levels
    if len(columns) <= MOST_WRITTEN:
        where = (columns.index(at[1]), rows.index(at[0]))
        ax.text(*where, text, ha="center", va="center", fontsize=7.5, color=INK, bbox=PLATE)


def _hatch(ax: Axes, space: Space, at: Settings) -> None:
    """Marks a cell in which nothing can be told."""
    x, y = space.levels[1].index(at[1]), space.levels[0].index(at[0])
    ax.add_patch(Rectangle((x - 0.5, y - 0.5), 1.0, 1.0, fill=False, hatch="////", edgecolor="#9a9a9a", linewidth=0))


def _scatters(space: Space, found: dict[tuple[str, Settings], Estimate], measure: str) -> Figure:
    """Every point against each factor."""
    n = len(space.names)
    columns = min(n, MOST_COLUMNS)
    lines = -(-n // columns)
    figure = Figure(figsize=(WIDTH, 2.6 * lines), layout="constrained")
    axes = figure.subplots(lines, columns, sharey=True, squeeze=False).ravel().tolist()
    for place, ax in enumerate(axes):
        if place >= n:
            ax.set_axis_off()
            continue
        levels = space.levels[place]
        numbers = numbers_of(levels)
        where = dict(zip(levels, numbers or range(len(levels)), strict=True))
        for k, arm in enumerate(space.arms):
            rows = [
                (where[at[place]], row) for (name, at), row in found.items() if name == arm and row.value is not None
            ]
            ax.errorbar(
                [x for x, _ in rows], [row.value or 0.0 for _, row in rows],
                list(zip(*(reach_of(row) for _, row in rows), strict=True)),
                linestyle="none", marker=marker_of(k), markersize=3, elinewidth=0.7,
                color=colour_of(k), label=arm,
            )  # fmt: skip
        if numbers is None or len(levels) <= 6:
            ax.set_xticks(list(where.values()), list(where), fontsize=8)
        unit = "" if numbers is None else _unit(levels[0])
        label = _apart(space.names)[space.names[place]]
        ax.set_xlabel(label + (f", {unit}" if unit and len(levels) > 6 else ""), fontsize=9)
    for ax in axes[::columns]:
        value_axis(measure, ax.yaxis)
    if len(space.arms) > 1:
        axes[0].legend(fontsize=8)
    return figure


def _value_text(row: Estimate, currency: str) -> str:
    """A value with as many decimals as its interval allows."""
    return quantity(row.value, row.unit, currency=currency, half_width=row.half_width).partition(" ±")[0]


def _change_text(one: Difference, currency: str) -> str:
    unit = MEASURES[one.measure].unit
    return change(one.value, unit, currency=currency, half_width=one.half_width).partition(" ±")[0]


def _apart(names: Sequence[str]) -> dict[str, str]:
    """The ends of paths, which say enough on an axis; where two end alike, with the parts in which they differ."""
    paths = {name: name.split(".") for name in names}
    lasts = [path[-1] for path in paths.values()]
    shared = set.intersection(*(set(path) for path in paths.values())) if paths else set()
    return {
        name: path[-1]
        if lasts.count(path[-1]) == 1
        else " ".join([*(part for part in path[:-1] if part not in shared), path[-1]])
        for name, path in paths.items()
    }

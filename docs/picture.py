"""Draws the picture of the front page from the shipped study: `python docs/picture.py`."""

from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ccsim import compare
from ccsim.report.figures import COLOURS, MARKERS, house_style, paired_differences

DOCS = Path(__file__).parent
SHARES = ("resolved_share", "unresolved_share", "service_level")
OTHERS = (
    "aht",
    "effort_per_resolution",
    "effort_minutes",
    "distinct_signals",
    "cost_per_need",
    "cost_per_resolution",
    "cost_total",
)

if __name__ == "__main__":
    result = compare(DOCS.parent / "scenarios" / "cast-the-net.yaml", arms=["contain", "open", "contain-cut"])
    with house_style():
        figure = Figure(figsize=(8.6, 5.0), layout="constrained")
        FigureCanvasAgg(figure)
        upper, lower = figure.subplots(2, 1, height_ratios=(len(SHARES) + 1, len(OTHERS) + 1))
        paired_differences(result, SHARES, ax=upper)
        upper.set_title("Minus containment, with 95 % intervals: in percentage points")
        paired_differences(result, OTHERS, ax=lower)
        lower.set_title("In % of containment")
        looks = zip(("open", "contain-cut"), COLOURS, MARKERS, strict=False)
        handles = [Line2D([], [], linestyle="none", color=c, marker=m, label=name) for name, c, m in looks]
        figure.legend(handles=handles, loc="outside lower center", ncols=2, frameon=False)
        figure.savefig(DOCS / "cast-the-net.png", dpi=100, metadata={"Software": None})

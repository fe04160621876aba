"""Draws the picture of the front page from the shipped study: `python docs/picture.py`."""

from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ccsim import compare
from ccsim.report.figures import house_style, paired_differences

DOCS = Path(__file__).parent
SHARES = ("resolved_share", "given_up_share", "service_level")
OTHERS = (
    "contacts_per_need",
    "aht",
    "effort_minutes",
    "distinct_signals",
    "time_to_detect",
    "cost_per_need",
    "cost_per_resolution",
)

if __name__ == "__main__":
    result = compare(DOCS.parent / "scenarios" / "cast-the-net.yaml")
    with house_style():
        figure = Figure(figsize=(8.6, 4.6), layout="constrained")
        FigureCanvasAgg(figure)
        upper, lower = figure.subplots(2, 1, height_ratios=(len(SHARES) + 1, len(OTHERS) + 1))
        paired_differences(result, SHARES, ax=upper)
        upper.set_title("Open access minus containment, with 95 % intervals: in percentage points")
        paired_differences(result, OTHERS, ax=lower)
        lower.set_title("In % of containment")
        figure.savefig(DOCS / "cast-the-net.png", dpi=100, metadata={"Software": None})

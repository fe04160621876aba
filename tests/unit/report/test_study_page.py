"""A study's page, pictures and tables: what they show, and that nothing typed can break them."""

import csv
from html.parser import HTMLParser

import pytest
from matplotlib.patches import Rectangle

from ccsim.estimation.estimate import Difference, Estimate
from ccsim.plan.terms import Terms
from ccsim.report import figures
from ccsim.report.study_figures import differences_picture, measure_picture, space_of
from ccsim.report.study_page import study_page, write_study_page
from ccsim.report.study_tables import differences_sheet, points_sheet, write_results
from ccsim.study.agenda import Agenda, Point
from ccsim.study.sweep_results import PointResult, SweepResult


def estimate(measure, value, **cell):
    half = None if value is None else 0.01
    low, high = (None, None) if value is None else (value - 0.01, value + 0.01)
    return Estimate(measure, cell, value, low, high, half, 0.95, 5, "share", "ratio")


def difference(arm, value, reach):
    return Difference(
        "service_level", {}, arm, "contain", value, value - reach, value + reach, reach, 0.95, 5, 1.0
    )  # fmt: skip


TERMS = Terms(20.0, 5.0, "offered", (), 0.0, ())


def made(factors, settings, *, differences=(), failed=(), values=None, question="How deep?"):
    """A result with one estimate a point, which grows from point to point."""
    points = [Point(n + 1, setting, f"{n:016x}", 1, f"{n:016x}", TERMS) for n, setting in enumerate(settings)]
    agenda = Agenda(
        "study", question, "net", factors, "grid", tuple(points), ("service_level",), ("channel",),
        5, 1, "common", 0.95, "answered within 20s / offered", "USD",
        {"": {"name": "net"}}, {}, (5.0, 20.0),
    )  # fmt: skip
    values = values or [0.5 + 0.02 * n for n in range(len(points))]
    results = tuple(
        PointResult(point, (), None, "it broke")
        if point.number in failed
        else PointResult(
            point, (estimate("service_level", value), estimate("service_level", 0.1, channel="=phone")), 2.0, ""
        )
        for point, value in zip(points, values, strict=True)
    )
    by = {"ccsim": "0.1.0", "seed": 1, "command": "ccsim sweep <study>.yaml"}
    return SweepResult(agenda, results, tuple(differences), "roster: equal", "", "scenarios", 10, 0, 0, by, {})


GRID = [(arm, gate, share) for arm in ("contain", "open") for gate in ("1", "2") for share in ("20%", "60%")]
COMPARED = made(
    ("arms", "channels.phone.gate.levels", "channels.phone.prominence"),
    GRID,
    differences=[
        ((gate, share), difference("open", 0.02, 0.01 if gate == "1" else 0.05))
        for gate in ("1", "2")
        for share in ("20%", "60%")
    ],
)
CURVE = made(("volume",), [("9",), ("10",), ("100",)])
SCATTER = made(("a", "b"), [("1%", "x"), ("2%", "y"), ("3%", "x")])


def drawn(draw, result):
    with figures.house_style():
        return draw(result, "service_level")


def test_quantities_stand_in_their_order_and_a_full_grid_is_known():
    assert space_of(CURVE).levels == (("9", "10", "100"),)
    assert space_of(COMPARED).is_grid
    assert space_of(COMPARED).arms == ("contain", "open")
    assert not space_of(SCATTER).is_grid


def test_one_factor_is_a_curve_with_its_band():
    ax = drawn(measure_picture, CURVE).axes[0]

    assert ax.lines[0].get_xydata().tolist() == [[9.0, 0.5], [10.0, 0.52], [100.0, 0.54]]
    assert len(ax.collections) == 1
    assert ax.get_xlabel() == "volume"


def test_two_factors_and_arms_are_a_heat_map_for_each_arm_with_its_numbers():
    axes = drawn(measure_picture, COMPARED).axes

    assert [ax.get_title(loc="left") for ax in axes] == ["contain", "open"]
    assert [text.get_text() for text in axes[0].texts] == ["50.0 %", "52.0 %", "54.0 %", "56.0 %"]


def test_cells_in_which_nothing_can_be_told_are_hatched():
    (ax,) = drawn(differences_picture, COMPARED).axes

    hatched = [patch.get_xy() for patch in ax.patches if isinstance(patch, Rectangle) and patch.get_hatch()]
    assert hatched == [(-0.5, 0.5), (0.5, 0.5)]
    assert ax.get_title(loc="left") == "open − contain"


def test_a_sample_is_scattered_over_each_factor():
    axes = drawn(measure_picture, SCATTER).axes

    assert [ax.get_xlabel() for ax in axes] == ["a", "b"]


@pytest.mark.parametrize(
    "result",
    [
        made(("a",), [("1",)]),
        made(("a",), [("1",), ("2",)], values=[None, None]),
        made(("a",), [("1",), ("2",)], failed=(1, 2)),
    ],
)
def test_where_nothing_varies_or_was_observed_there_is_no_picture(result):
    assert drawn(measure_picture, result) is None
    assert drawn(differences_picture, result) is None
    assert "<svg" not in study_page(result)


def test_the_page_says_how_far_it_goes_and_which_points_failed():
    page = study_page(made(("a",), [("1",), ("2",), ("3",)], failed=(2,)))

    assert "Service level lies between 50.0 % ± 1.0 (a 1) and 54.0 % ± 1.0 (a 3)." in page
    assert "point 2 (2): it broke" in page


def test_what_somebody_typed_is_escaped_and_the_page_asks_nothing_of_the_network():
    page = study_page(made(("<script>",), [("<b>",), ("</td>",)], question="<img src=x>"))

    tags = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attributes: tags.append((tag, dict(attributes)))
    reader.feed(page)
    assert not {"script", "img", "b", "link"} & {tag for tag, _ in tags}
    assert not [value for _, attributes in tags for key, value in attributes.items() if key in ("src",)]


def test_equal_results_give_equal_bytes(tmp_path):
    assert study_page(COMPARED) == write_study_page(COMPARED, tmp_path).read_text(encoding="utf-8")


def test_a_factor_with_one_value_is_told_below_the_table():
    sheet = points_sheet(made(("arms", "a"), [("contain", "1"), ("contain", "2")]))

    assert sheet.columns == ("Point", "a", "Service level")
    assert sheet.notes == ("At every point arms is contain.",)


def test_differences_are_marked_where_they_can_be_told():
    sheet = differences_sheet(COMPARED)

    assert sheet.rows[0] == ("open − contain", "1", "20%", "+2.0 points ± 1.0 *")
    assert sheet.rows[2] == ("open − contain", "2", "20%", "+2.0 points ± 5.0")
    assert differences_sheet(CURVE) is None


def test_tables_hold_every_digit_and_a_failed_point_has_empty_numbers(tmp_path):
    result = made(("a",), [("-1%",), ("=1+1",)], failed=(2,), values=[1 / 3, 0.5])
    (path,) = write_results(result, tmp_path)

    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert [row["value"] for row in rows] == [repr(1 / 3), "0.1", ""]
    assert [row["a"] for row in rows] == ["-1%", "-1%", "'=1+1"]
    assert [row["channel"] for row in rows] == ["", "'=phone", ""]

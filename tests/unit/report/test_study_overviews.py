"""Trade-offs, tornados and parallel coordinates: who beats whom, how far a factor moves, and what is drawn."""

from dataclasses import replace

import fake_results
import pytest

from ccsim.report import figures
from ccsim.report.study_overviews import bars, parallel_picture, tornado_picture, tornado_sheet, trade_off_picture
from ccsim.report.study_page import study_page
from ccsim.report.trade_offs import in_words, trade_off_sheet, verdicts, weighed

BOTH = ("cost_per_need", "service_level")
FOUR = {"a": ("1", "2", "3", "4")}
ONE_BY_ONE = "one at a time around the first values, 4 points"
# cost and service level by point; half widths are 0.09 and 0.012, as fake_results has them
CLEAR = [(4.0, 0.80), (5.0, 0.90), (4.5, 0.78), (4.05, 0.799)]


def weighing(values, factors=FOUR, measures=BOTH, **changes):
    """A study of two measures with these values, point by point."""
    return fake_results.study_result(
        factors, measures=measures, value=lambda k, at: values[int(at[0])][k], **changes
    )  # fmt: skip


def drawn(draw, *words):
    with figures.house_style():
        return draw(*words)


def test_a_point_is_beaten_for_sure_only_where_all_intervals_lie_apart():
    found = verdicts(weighing(CLEAR))

    # the third is dearer by 0.5 > 0.18 but worse in service by 0.02 < 0.024; the fourth is near the first in both
    assert [(each.word, each.by) for each in found] == [
        ("not beaten", 0), ("not beaten", 0), ("perhaps beaten", 1), ("perhaps beaten", 1),
    ]  # fmt: skip
    worse = verdicts(weighing([*CLEAR[:2], (4.5, 0.77), (4.2, 0.80)]))
    assert [(each.word, each.by) for each in worse[2:]] == [("beaten", 1), ("beaten", 1)]


def test_less_of_a_cost_or_an_effort_is_better_and_the_first_measure_of_a_concern_counts():
    assert weighed(weighing(CLEAR)) == ("cost_per_need", "service_level")
    measures = ("asa", "service_level", "effort_p90", "signals", "cost_total", "cost_per_need")
    result = fake_results.study_result(FOUR, measures=measures, value=lambda k, at: 1.0)
    assert weighed(result) == ("cost_total", "effort_p90", "signals", "asa")


def test_points_alike_do_not_beat_each_other():
    assert [each.word for each in verdicts(weighing([(4.0, 0.8)] * 4))] == ["not beaten"] * 4


def test_without_intervals_nothing_is_sure():
    result = weighing([*CLEAR[:2], (9.0, 0.1), (9.0, 0.1)])
    points = tuple(
        replace(one, estimates=tuple(replace(row, low=None, high=None, half_width=None) for row in one.estimates))
        for one in result.points
    )

    assert [each.word for each in verdicts(replace(result, points=points))][2:] == ["perhaps beaten"] * 2


def test_a_failed_point_is_not_weighed_and_one_concern_is_not_enough():
    assert [each.one.point.number for each in verdicts(weighing(CLEAR, failed=(1,)))] == [2, 3, 4]
    assert verdicts(weighing(CLEAR, measures=("cost_per_need", "cost_total"))) == []
    assert in_words(weighing(CLEAR), []) == []


def test_it_is_said_who_is_not_beaten_and_what_cannot_be_told():
    result = weighing([*CLEAR[:2], (4.5, 0.77), CLEAR[3]])
    found = verdicts(result)

    assert in_words(result, found) == [
        "Weighing cost per need; service level: 2 of 4 points are not beaten by any other: points 1 (1) and 2 (2).",
        "1 point is beaten for sure: no better in anything, with 95 % intervals apart.",
        "1 point is beaten by the estimates, but some 95 % intervals overlap, so that it cannot be told for sure.",
    ]
    sheet = trade_off_sheet(result, found)
    assert [(row[0], row[-1]) for row in sheet.rows] == [
        ("1", "not beaten"), ("2", "not beaten"), ("4", "perhaps beaten by point 1"), ("3", "beaten by point 1"),
    ]  # fmt: skip
    page = study_page(result)
    assert "2 of 4 points are not beaten by any other" in page
    assert 'aria-label="Trade-offs. Not beaten by any other: 1, 2."' in page


def test_every_point_is_marked_by_its_verdict_with_its_intervals():
    result = weighing(CLEAR)
    (ax,) = drawn(trade_off_picture, result, verdicts(result)).axes

    marks = {box.get_label(): box.lines[0].get_xydata().tolist() for box in ax.containers}
    assert marks == {
        "not beaten": [[4.0, 0.80], [5.0, 0.90]], "perhaps beaten": [[4.5, 0.78], [4.05, 0.799]], "beaten": [],
    }  # fmt: skip
    assert [text.get_text() for text in ax.texts] == ["1", "2"]
    assert ax.get_title(loc="left") == "better: left and up"


FACTORS = {"gate.levels": ("3", "1", "5"), "listening": ("off", "on")}


def moved(k, at):
    """Service level falls by 0.1 at one level and grows by 0.05 at five; listening adds 0.08."""
    return 0.5 + (0.0, -0.1, 0.05)[at[0]] + 0.08 * at[1]


def test_a_tornado_has_the_factor_that_moves_most_first_with_both_its_ends():
    result = fake_results.study_result(FACTORS, design=ONE_BY_ONE, measures=("service_level",), value=moved)

    gate, listening = bars(result, "service_level")

    assert (gate.factor, [label for label, _ in gate.ends]) == ("gate.levels", ["1", "5"])
    assert (listening.factor, [label for label, _ in listening.ends]) == ("listening", ["off", "on"])
    (ax,) = drawn(tornado_picture, result, "service_level").axes
    spans = [(bar.get_y() + 0.25, bar.get_x(), bar.get_x() + bar.get_width()) for box in ax.containers for bar in box
             if hasattr(bar, "get_width") and bar.get_width()]  # fmt: skip
    assert spans == [(0.0, 0.5, pytest.approx(0.4)), (0.0, 0.5, 0.55), (1.0, 0.5, pytest.approx(0.58))]
    assert tornado_sheet(result, "service_level").rows[0] == ("gate.levels", "1", "40.0 % ± 1.2", "5", "55.0 % ± 1.2")
    assert "gate.levels: lowest at 1, highest at 5; listening: lowest at off" in study_page(result)


@pytest.mark.parametrize(
    "changes", [{"design": "grid"}, {"design": ONE_BY_ONE, "failed": (1,)}, {"design": ONE_BY_ONE, "shard": "2/2"}]
)
def test_without_the_first_point_or_in_another_design_there_is_no_tornado(changes):
    result = fake_results.study_result(FACTORS, measures=("service_level",), value=moved, **changes)
    if "shard" in changes:
        result = replace(result, points=result.points[1::2])

    assert bars(result, "service_level") == []
    assert tornado_picture(result, "service_level") is None


def test_a_study_of_many_factors_has_a_line_for_each_point_through_settings_and_measures():
    many = {"a": ("1", "2", "10"), "b": ("low", "high"), "c": ("0%", "5%")}
    result = fake_results.study_result(many, measures=BOTH, failed=(12,))
    (ax,) = drawn(parallel_picture, result, []).axes

    lines = [line.get_ydata().tolist() for line in ax.lines if len(line.get_ydata()) == 5]
    assert len(lines) == 11
    assert lines[4][:3] == [pytest.approx(1 / 9), 0.0, 0.0]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["a", "b", "c", "Cost per need", "Service level"]
    assert drawn(parallel_picture, fake_results.study_result(FACTORS), []) is None

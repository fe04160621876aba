"""Pictures: the same bytes every time, what they draw, and that they can be told apart without colour."""

import re
from dataclasses import replace

import pytest
from fake_results import compare_result, difference, estimate, run_result
from matplotlib.figure import Figure

from ccsim.report import figures, study_figures
from ccsim.report.figures import (
    differences_picture,
    effort_by_arm,
    effort_picture,
    house_style,
    measure_by_interval,
    outcomes_by_arm,
    paired_differences,
    service_level_by_interval,
    service_picture,
    staffing_by_interval,
    svg,
    waits_by_arm,
    waits_picture,
)


def drawn(draw, result, name="a", words="words"):
    """The picture as text."""
    with house_style():
        return svg(draw(result), name, words)


@pytest.mark.parametrize(
    ("draw", "make"),
    [
        (service_picture, run_result),
        (service_picture, compare_result),
        (effort_picture, compare_result),
        (differences_picture, compare_result),
    ],
)
def test_the_same_result_gives_the_same_bytes(draw, make):
    assert drawn(draw, make()) == drawn(draw, make())


def test_a_picture_says_in_words_what_it_shows_and_escapes_them():
    text = drawn(effort_picture, run_result(), words='<b> & "quoted"')

    assert 'role="img" aria-label="&lt;b&gt; &amp; &quot;quoted&quot;"' in text.split(">", 1)[0]


def test_a_picture_carries_no_date_and_asks_for_nothing():
    text = drawn(service_picture, run_result())

    assert "metadata" not in text
    assert "dc:date" not in text
    assert re.findall(r'(?:href|src)="(?!#)[^"]*"', text) == []


def test_two_pictures_on_a_page_share_no_names():
    one, other = (set(re.findall(r'id="([^"]+)"', drawn(effort_picture, run_result(), name))) for name in "ab")

    assert one
    assert not one & other


def test_every_reference_inside_a_picture_finds_its_element():
    text = drawn(effort_picture, compare_result(), "a")
    names = set(re.findall(r'id="([^"]+)"', text))

    assert set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', text))
    assert {one or other for one, other in re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', text)} <= names


def test_settings_of_the_user_do_not_change_the_picture():
    import matplotlib as mpl

    expected = drawn(service_picture, run_result())
    with mpl.rc_context({"font.size": 30.0, "axes.facecolor": "red"}):
        assert drawn(service_picture, run_result()) == expected
        assert mpl.rcParams["font.size"] == 30.0


def test_nothing_by_interval_draws_nothing():
    result = run_result()
    bare = replace(result, arm=replace(result.arm, estimates=tuple(r for r in result.arm.estimates if not r.cell)))

    assert service_picture(bare) is None


def test_an_interval_with_hardly_a_contact_is_left_out():
    result = run_result()
    cell = {"interval": "23:30"}
    late = (estimate("service_level", 0.0, cell=cell), estimate("offered", 0.3, cell=cell))
    longer = replace(result, arm=replace(result.arm, estimates=result.arm.estimates + late))

    with house_style():
        drawn_hours = service_level_by_interval((longer.arm,)).lines[0].get_xdata()

    assert 23.5 not in list(drawn_hours)


def test_bands_stay_between_nothing_and_all():
    high = estimate("service_level", 0.99, width=0.05, cell={"interval": "09:00"})
    more = estimate("service_level", 0.98, width=0.05, cell={"interval": "09:30"})
    result = run_result()

    with house_style():
        ax = service_level_by_interval((replace(result.arm, estimates=(high, more)),))

    assert max(y for _, y in ax.collections[0].get_paths()[0].vertices) == 1.0


def test_arms_differ_in_line_and_marker_as_well_as_in_colour():
    with house_style():
        lines = service_level_by_interval(compare_result().arms).lines

    assert len({line.get_linestyle() for line in lines}) == len({line.get_marker() for line in lines}) == 2


def test_equal_rosters_are_drawn_once():
    with house_style():
        ax = staffing_by_interval(compare_result().arms, 1800.0)

    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["the same in every arm"]


def test_the_parts_of_effort_add_up_to_its_bar():
    result = run_result()
    parts = ("effort_search", "effort_gate", "effort_queue", "effort_talk", "effort_typing", "effort_penalties")
    by_name = {row.measure: row.value for row in result.arm.estimates if not row.cell}

    with house_style():
        bars = effort_by_arm((result.arm,)).patches

    assert bars[0].get_width() == by_name["effort_minutes"]
    assert bars[-1].get_x() + bars[-1].get_width() == pytest.approx(sum(by_name[part] for part in parts))


def test_a_drawing_function_gives_back_the_axes_it_was_given():
    ax = Figure().subplots()

    assert paired_differences(compare_result(), ("asa",), ax=ax) is ax


def test_only_an_interval_that_excludes_zero_has_a_filled_mark():
    gaps = (
        difference("asa", 10.0, 2.0, arm="open", baseline="contain"),
        difference("aht", 1.0, 2.0, arm="open", baseline="contain"),
    )

    with house_style():
        ax = paired_differences(compare_result(differences=gaps), ("asa", "aht"))
    sure, unsure = (line for line in ax.lines if len(line.get_xdata()) == 1 and line.get_marker() in ("D", "o"))

    assert (sure.get_marker(), sure.get_markerfacecolor()) == ("D", sure.get_color())
    assert (unsure.get_marker(), unsure.get_markerfacecolor()) == ("o", "white")


def test_shares_are_drawn_in_points_and_the_rest_in_percent_of_the_baseline():
    gaps = (
        difference("service_level", 0.05, 0.01, arm="open", baseline="contain"),
        difference("asa", 7.4, 1.0, arm="open", baseline="contain"),  # the baseline's is 74 s
    )

    with house_style():
        ax = paired_differences(compare_result(differences=gaps), ("service_level", "asa"))
    places = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "D"]

    assert places == pytest.approx([5.0, 10.0])


def test_no_differences_no_picture():
    assert differences_picture(compare_result(differences=())) is None


def test_the_day_shows_demand_and_occupancy_where_they_are_known():
    result = run_result()
    clocks = [f"{hour:02d}:00" for hour in (3, 8, 9, 10)]
    rows = tuple(estimate(name, 0.5, cell={"interval": clock}) for name in ("occupancy", "offered") for clock in clocks)
    fuller = replace(result, arm=replace(result.arm, estimates=result.arm.estimates + rows))

    with house_style():
        titles = [ax.get_title(loc="left") for ax in service_picture(fuller).axes]
        drawn_hours = measure_by_interval((fuller.arm,), "occupancy", 1800.0).lines[0].get_xdata()

    assert titles == [f"{name} by interval" for name in ("Service level", "Offered", "Occupancy", "Staffing")]
    assert list(drawn_hours) == [8, 9, 10], "nobody is scheduled at three in the night"


def test_waits_are_drawn_up_to_where_everybody_is_served():
    result = run_result()
    waits = ((0.0, 0.5), (20.0, 0.9), (60.0, 0.9995), (3600.0, 1.0))

    with house_style():
        ax = waits_by_arm((replace(result.arm, waits=waits),))

    assert [text.get_text() for text in ax.get_xticklabels()] == ["0s", "20s", "1min"]
    assert list(ax.lines[0].get_ydata()) == [0.5, 0.9, 0.9995]
    assert waits_picture(replace(result, arm=replace(result.arm, waits=()))) is None


def test_a_thousand_needs_are_divided_by_how_they_ended():
    shares = {"resolved_share": 0.7, "given_up_share": 0.2, "asked_elsewhere_share": 0.1, "lost_share": 0.0}
    result = run_result()
    rows = tuple(estimate(name, value) for name, value in shares.items())

    with house_style():
        ax = outcomes_by_arm((replace(result.arm, estimates=rows),))

    assert [bar.get_width() for bar in ax.patches] == pytest.approx([700, 200, 100])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["resolved", "given up", "taken elsewhere"]


def test_no_two_of_three_dozen_arms_look_alike():
    assert len({(figures.colour_of(k), figures.marker_of(k)) for k in range(36)}) == 36


def test_axes_of_paths_that_end_alike_say_which_is_which():
    names = ("agents.sales.staffing.agents", "agents.service.staffing.agents", "shrinkage")

    assert study_figures._apart(names) == {
        names[0]: "agents sales staffing agents",
        names[1]: "agents service staffing agents",
        "shrinkage": "shrinkage",
    }
    assert study_figures._apart(names[:2]) == {names[0]: "sales agents", names[1]: "service agents"}

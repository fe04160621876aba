"""Results as rows: what stands in them, what is marked, what is left out."""

from dataclasses import replace

from fake_results import arm, compare_result, estimate, run_result

from ccsim.report.format import MISSING
from ccsim.report.tables import (
    MARK,
    Sheet,
    as_text,
    breakdown,
    comparison,
    effort_sheet,
    formulas,
    headline,
    interval_sheet,
    outcomes_sheet,
    waits_sheet,
)


def row(sheets, name):
    """The row of that name in any of the sheets."""
    return next(row for sheet in sheets for row in sheet.rows if row[0] == name)


def with_estimates(result, *estimates):
    """A run with nothing but these estimates."""
    return replace(result, arm=replace(result.arm, estimates=estimates))


def test_a_run_shows_each_value_with_its_interval_and_the_formula_beside_it():
    assert row(headline(run_result()), "Service level") == ("Service level", "81.2 % ± 1.6", "79.0 %")


def test_a_measure_that_the_formula_is_silent_on_has_a_dash_beside_it():
    assert row(headline(run_result()), "Wait of the offered")[-1] == MISSING


def test_one_replication_has_no_interval_and_says_so():
    sheets = headline(run_result(replications=1))

    assert row(sheets, "Service level")[1] == "81.2 %"
    assert "One replication gives no interval." in sheets[0].notes


def test_the_definition_of_service_level_stands_under_its_number():
    assert "Service level: answered within 20s / (offered − abandoned within 20s)." in headline(run_result())[0].notes


def test_concerns_stand_in_the_order_service_handling_resolution_effort_insight_cost():
    titles = [sheet.title for sheet in headline(run_result())]

    assert titles == ["Service", "Handling time and agents", "Resolution", "Effort", "Insight", "Cost"]


def test_a_module_that_is_off_has_no_rows():
    result = with_estimates(run_result(), estimate("asa", 12.0), estimate("signals", 0.0), estimate("cost_total", 0.0))

    assert [sheet.title for sheet in headline(result)] == ["Service"]


def test_a_zero_that_is_news_keeps_its_row():
    assert row(headline(with_estimates(run_result(), estimate("abandonment", 0.0))), "Abandonment")[1] == "0.0 % ± 0"


def test_the_baseline_comes_first_and_differences_are_named():
    sheet = comparison(compare_result(baseline="open"))[0]

    assert sheet.columns == ("Measure", "open", "contain", "contain − open")


def test_a_difference_is_marked_exactly_where_its_interval_excludes_zero():
    result = compare_result()
    by_name = {gap.measure: gap for gap in result.differences}

    sheets = comparison(result)

    for name, measure in (("Service level", "service_level"), ("Cost per need", "cost_per_need"), ("Talk", "talk")):
        gap = by_name[measure]
        assert row(sheets, name)[-1].endswith(MARK) == (gap.low > 0 or gap.high < 0), measure
    assert {cell[-1] == MARK for sheet in sheets for line in sheet.rows for cell in line[3:4]} == {True, False}


def test_the_mark_is_explained_once():
    notes = [note for sheet in comparison(compare_result()) for note in sheet.notes]

    assert sum(note.startswith(MARK) for note in notes) == 1


def test_without_a_mark_there_is_nothing_to_explain():
    sheets = comparison(compare_result(differences=()))

    assert not any(note.startswith(MARK) for sheet in sheets for note in sheet.notes)
    assert row(sheets, "Service level")[-1] == MISSING


def test_the_formulas_of_a_comparison_stand_together_by_arm():
    sheet = comparison(compare_result())[-1]

    assert sheet.columns == ("Measure", "Arm", "Simulated", "Formula", "Its answer")
    assert {line[1] for line in sheet.rows} == {"contain", "open"}


def test_no_formula_no_table():
    silent = replace(arm("a"), formula=replace(arm("a").formula, lines=()))

    assert formulas((silent,), "GBP") == ()


def test_a_breakdown_needs_two_of_a_kind():
    assert breakdown(arm("a"), "channel", "GBP").columns[0] == "Channel"
    assert breakdown(arm("a"), "queue", "GBP") is None


def test_intervals_show_staff_and_service_and_nothing_of_the_night():
    sheet = interval_sheet(run_result())

    assert sheet.rows[0] == ("08:00", "80.0 % ± 3.0", "30")
    assert len(sheet.rows) == 20


def test_the_parts_of_effort_follow_the_clock_minutes():
    sheet = effort_sheet(compare_result())

    assert sheet.columns[:3] == ("Arm", "Clock minutes", "Weighted minutes")
    assert [line[0] for line in sheet.rows] == ["contain", "open"]


def test_waits_are_the_pooled_shares():
    assert waits_sheet(run_result()).rows[0] == ("0.0 s", "50.0 %")


def test_columns_of_text_line_up():
    sheet = Sheet("T", ("Measure", "a"), (("Offered", "1"), ("ASA", "12.0 s")), ("n",))

    assert as_text(sheet).splitlines() == ["T", "Measure       a", "Offered       1", "ASA      12.0 s", "n"]


def test_outcomes_are_told_per_thousand_needs_with_their_intervals():
    rows = (estimate("resolved_share", 0.523, width=0.0034), estimate("given_up_share", 0.477, width=None))

    assert outcomes_sheet(with_estimates(run_result(), *rows)).rows == (
        ("Needs resolved", "523.0 ± 3.4"),
        ("Needs given up", "477.0 ± 9.5"),
    )
    assert outcomes_sheet(with_estimates(run_result())) is None

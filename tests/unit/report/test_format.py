"""Numbers in a planner's units."""

import pytest

from ccsim.report.format import MISSING, change, differs, percent, quantity


@pytest.mark.parametrize(
    ("value", "unit", "half_width", "shown"),
    [
        (0.8123, "share", 0.0088, "81.2 % ± 0.9"),
        (0.8123, "share", None, "81.2 %"),
        (12.34, "s", 0.42, "12.3 s ± 0.4"),
        (252.4, "s", 3.2, "4:12 min ± 0:03"),
        (59.96, "s", None, "60.0 s"),
        (7380.0, "s", 600.0, "2:03 h ± 0:10"),
        (9.31, "min", 0.2, "9.3 min ± 0.2"),
        (6720.0, "h", 0.0, "6,720.0 h ± 0"),
        (12345.0, "count", 247.0, "12,345 ± 247"),
        (1.3117, "count", 0.0042, "1.312 ± 0.004"),
        (1.31, "count", None, "1.31"),
        (17.2, "days", 1.8, "17.2 days ± 1.8"),
        (0.4, "visits", None, "0.40"),
    ],
)
def test_a_value_is_shown_in_the_units_a_planner_uses(value, unit, half_width, shown):
    assert quantity(value, unit, half_width=half_width) == shown


def test_decimals_follow_the_interval_after_it_is_rounded():
    """0.0098 rounds to 0.01: two decimals, not three."""
    assert quantity(0.862, "count", half_width=0.0098) == "0.86 ± 0.01"


def test_an_interval_narrower_than_a_second_is_not_shown_as_nothing():
    assert quantity(252.4, "s", half_width=0.3) == "4:12 min ± 0.3 s"


@pytest.mark.parametrize(
    ("currency", "shown"), [("GBP", "£3.42 ± 0.05"), ("CHF", "3.42 CHF ± 0.05"), ("units", "3.42 units ± 0.05")]
)
def test_money_has_its_sign_or_its_name(currency, shown):
    assert quantity(3.417, "money", currency=currency, half_width=0.05) == shown


def test_thousands_of_money_need_no_pence():
    assert quantity(41230.4, "money", currency="EUR", half_width=320.2) == "€41,230 ± 320"


def test_a_difference_of_shares_is_in_percentage_points():
    assert change(-0.031, "share", half_width=0.004) == "−3.1 points ± 0.4"


def test_a_difference_carries_its_sign_before_the_currency():
    assert change(1.5, "money", currency="GBP", half_width=0.5) == "+£1.50 ± 0.50"
    assert change(-1.5, "money", currency="GBP", half_width=0.5) == "−£1.50 ± 0.50"


def test_a_difference_that_rounds_to_nothing_has_no_sign():
    assert change(-0.00001, "share") == "0.0 points"


def test_what_was_not_observed_is_a_dash():
    assert quantity(None, "share") == change(None, "s") == MISSING


@pytest.mark.parametrize(
    ("low", "high", "sure"),
    [
        (0.1, 0.2, True),
        (-0.2, -0.1, True),
        (-0.1, 0.1, False),
        (0.0, 0.2, False),
        (0.0, 0.0, False),
        (None, None, False),
    ],
)
def test_an_interval_that_touches_zero_tells_nothing_apart(low, high, sure):
    assert differs(low, high) is sure


def test_a_level_has_no_more_decimals_than_it_needs():
    assert (percent(0.95), percent(0.999)) == ("95 %", "99.9 %")


def test_rounding_is_no_interval():
    assert quantity(300.0, "s", half_width=6e-14) == "5:00 min ± 0:00"
    assert quantity(0.5, "share", half_width=1e-17) == "50.0 % ± 0"


@pytest.mark.parametrize(
    ("value", "unit", "ends", "shown"),
    [
        (0.0, "share", (0.0, 0.089), "0.0 % (0.0 to 8.9)"),
        (41.0, "s", (35.0, 60.0), "41.0 s (35.0 to 60.0)"),
        (252.0, "s", (230.0, 320.0), "4:12 min (3:50 to 5:20)"),
        (0.5, "share", (0.46, 0.55), "50.0 % ± 4.5"),
    ],
)
def test_an_interval_that_is_lopsided_is_shown_by_its_ends(value, unit, ends, shown):
    assert quantity(value, unit, half_width=(ends[1] - ends[0]) / 2, ends=ends) == shown

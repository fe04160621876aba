import math
import random

import pytest

from ccsim import units

SPELLINGS = [
    ("90s", 90),
    ("4m30s", 270),
    ("4min30s", 270),
    ("8h", 28800),
    ("1h30min", 5400),
    ("7 days", 604800),
    ("1 day", 86400),
    ("2 weeks", 1209600),
    ("1 day 2h", 93600),
    ("0.5s", 0.5),
    ("1.5h", 5400),
    ("0:30:00", 1800),
    ("00:00:07.5", 7.5),
    ("PT5M", 300),
    ("PT4M30S", 270),
    ("P7D", 604800),
    ("P1DT12H", 129600),
    ("90", 90),
    (90, 90),
    (0.25, 0.25),
    (0, 0),
]


@pytest.mark.parametrize(("spelling", "seconds"), SPELLINGS)
def test_a_duration_is_read_in_every_spelling(spelling, seconds):
    assert units.parse_duration(spelling) == seconds


@pytest.mark.parametrize(
    "wrong",
    ["5 parsecs", "", "s", "P", "PT", "-5s", -1, True, None, [], math.nan, math.inf, 10**400, "1e999s", "5m5", "٣s"],
)
def test_what_is_no_duration_is_refused_with_a_way_out(wrong):
    with pytest.raises(ValueError, match="; "):
        units.parse_duration(wrong)


def test_ten_thirty_as_a_duration_is_refused_because_it_may_be_minutes_or_hours():
    with pytest.raises(ValueError, match="'10:30' may be minutes or hours; write 10m30s or 10h30min"):
        units.parse_duration("10:30")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (20, "20s"), (270, "4min30s"), (5400, "1h30min"), (86400, "1 day"), (604800, "7 days"), (93600, "26h")],
)
def test_a_duration_is_printed_as_planners_type_it(seconds, text):
    assert units.format_duration(float(seconds)) == text


def test_a_printed_duration_reads_back_to_the_last_bit():
    numbers = random.Random(11)
    for _ in range(2000):
        seconds = numbers.choice(
            [numbers.random(), numbers.uniform(0, 1e4), numbers.uniform(0, 1e8), 10 ** numbers.uniform(-9, 9)]
        )
        assert units.parse_duration(units.format_duration(seconds)) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("08:00", 28800), ("8:00", 28800), ("24:00", 86400), ("31:00", 111600), ("00:01:40", 100), ("00:00:00.5", 0.5)],
)
def test_a_clock_time_is_seconds_since_midnight(text, seconds):
    assert units.parse_clock(text) == seconds
    assert units.parse_clock(units.format_clock(seconds)) == seconds


@pytest.mark.parametrize("wrong", ["8", "8:60", "8:5", 800, 8.0, None, True, "-1:00", "8:00:60"])
def test_what_is_no_clock_time_is_refused(wrong):
    with pytest.raises(ValueError, match="is not a clock time; write hours and minutes in quotes"):
        units.parse_clock(wrong)


@pytest.mark.parametrize(
    ("text", "share"), [("80%", 0.8), (0.8, 0.8), ("0.8", 0.8), ("28.5%", 0.285), (1, 1), (0, 0), ("100%", 1)]
)
def test_a_share_is_a_percentage_or_a_number_up_to_one(text, share):
    assert units.parse_share(text) == share


def test_eighty_without_its_sign_is_refused_and_the_sign_suggested():
    with pytest.raises(ValueError, match=r"80 has no % sign and is more than 1; did you mean 80%\?"):
        units.parse_share(80)


@pytest.mark.parametrize("wrong", ["80", "101%", "-5%", -0.1, True, None, "a", "%", math.nan, ""])
def test_what_is_no_share_is_refused(wrong):
    with pytest.raises(ValueError, match="; "):
        units.parse_share(wrong)


def test_a_printed_share_reads_back_to_the_last_bit():
    numbers = random.Random(12)
    for _ in range(2000):
        share = round(numbers.random(), numbers.randrange(1, 17))
        assert units.parse_share(units.format_share(share)) == share


@pytest.mark.parametrize(("text", "rate"), [("36/h", 0.01), ("0.6/min", 0.01), ("864/day", 0.01), (0, 0), ("0/day", 0)])
def test_money_per_time_is_per_second_inside(text, rate):
    assert units.parse_money_rate(text) == pytest.approx(rate, rel=1e-15)


@pytest.mark.parametrize("wrong", [14.2, "14.20", "14.20/contact", "14.20/", "GBP 3/h", None, True])
def test_money_without_its_time_is_refused(wrong):
    with pytest.raises(ValueError, match=r"is not money per time; write 14\.20/h"):
        units.parse_money_rate(wrong)


def test_money_is_printed_with_at_least_two_decimals():
    assert units.format_money_rate(units.parse_money_rate("14.2/h")) == "14.20/h"
    assert units.format_money_rate(units.parse_money_rate("0.035/min"), "min") == "0.035/min"
    assert units.format_money_per_contact(units.parse_money_per_contact("0.05/contact")) == "0.05/contact"


def test_a_factor_is_written_with_or_without_x():
    assert units.parse_factor("1.15x") == units.parse_factor(1.15) == units.parse_factor("115%") == 1.15
    assert units.format_factor(1.15) == "1.15x"


@pytest.mark.parametrize("wrong", [0, "x", "1.15xx", -1, "1.15%x", None])
def test_what_is_no_factor_is_refused(wrong):
    with pytest.raises(ValueError, match="is not a factor; "):
        units.parse_factor(wrong)

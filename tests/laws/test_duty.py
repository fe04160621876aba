"""Who is on duty when the clock passes midnight: shifts, counts and opening hours read alike."""

import numpy as np
import pytest
from strategies import loaded
from worlds.base import ENGINES, PLAIN, changed, played

from ccsim import compile_plan, simulate
from ccsim.logs.checks import check
from ccsim.logs.codes import EndReason

pytestmark = pytest.mark.parametrize("engine", ENGINES)
HOUR = 3600.0
TWO_DAYS = changed(PLAIN, calendar={"days": 2, "follow_up": "0s", "interval": "1h"}, needs__volume__per_hour=4)
NIGHT = changed(
    TWO_DAYS, agents__desk__staffing={"shift": "night", "agents": 3}, shifts={"night": {"from": "20:00", "to": "28:00"}}
)
NIGHT_BY_COUNT = changed(TWO_DAYS, agents__desk__staffing={"from": "20:00", "every": "4h", "agents": [3, 3]})


def on_duty(mapping, engine):
    """Hours of the two days in which somebody is scheduled."""
    plan, logs = played(mapping, engine=engine)
    check(plan, logs)
    return [hour for hour in range(48) if plan.scheduled[0][hour] > 0], logs


def test_a_night_shift_of_the_evening_before_reaches_into_the_first_morning(engine):
    hours, logs = on_duty(NIGHT, engine)

    assert hours == [0, 1, 2, 3, 20, 21, 22, 23, 24, 25, 26, 27, 44, 45, 46, 47]
    starts = logs.attempts["starts"]
    answered = set((starts[~np.isnan(starts)] // HOUR).astype(int).tolist())
    assert answered <= set(hours)


def test_a_night_staffed_by_count_is_the_night_shift(engine):
    assert on_duty(NIGHT_BY_COUNT, engine)[0] == on_duty(NIGHT, engine)[0]


def test_a_count_table_ends_where_it_ends(engine):
    by_count = changed(TWO_DAYS, agents__desk__staffing={"from": "08:00", "every": "4h", "agents": [3, 2]})

    assert on_duty(by_count, engine)[0] == [*range(8, 16), *range(32, 40)]


def test_a_weekend_off_is_off(engine):
    """From a Friday to a Saturday."""
    weekdays = changed(
        TWO_DAYS,
        calendar__start="2026-01-09",
        agents__desk__staffing={"from": "00:00", "every": "12h", "agents": [3, 2], "days": "Mon-Fri"},
    )

    assert on_duty(weekdays, engine)[0] == [*range(24)]


def test_a_replayed_message_has_no_patience(engine):
    scenario = loaded(
        {
            "name": "message",
            "calendar": {"length": "10min"},
            "needs": {"replay": "calls.csv", "types": [{"name": "call"}]},
            "channels": [{"name": "post", "kind": "deferrable"}],
            "agents": [{"name": "desk", "skills": ["call"], "staffing": {"agents": 1}}],
            "handling": {"work": "1min"},
            "calls": "need,arrives,talk,patience\na,0,60,10\nb,0,60,10\n",
        }
    )

    logs = simulate(compile_plan(scenario), 1, engine=engine)

    assert logs.attempts["end_reason"].tolist() == [EndReason.SERVED, EndReason.SERVED]

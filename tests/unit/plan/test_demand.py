"""Expected needs and shapes of days, on paper: growth, weekdays, dated events. 2026-01-05 is a Monday."""

import numpy as np
import pytest

from ccsim.engine.run import simulate
from ccsim.errors import ScenarioError
from ccsim.plan.demand import demand
from ccsim.scenario.load import scenario_from
from ccsim.scenario.warnings import warnings

H, DAY = 3600.0, 86400.0


def scenario(*events, days=10, volume=None, **needs):
    """A desk with two types of 240 needs a day together, and what is added to its demand."""
    types = [{"name": "billing", "share": "25%"}, {"name": "advice", "share": "75%"}]
    return scenario_from(
        {
            "name": "desk",
            "calendar": {"start": "2026-01-05", "days": days, "follow_up": "0s"},
            "needs": {"volume": {"per_day": 240, **(volume or {})}, "types": types, "events": list(events), **needs},
            "agents": [{"name": "all", "skills": ["billing", "advice"], "staffing": {"agents": 9}}],
            "handling": {"talk": "1min"},
        }
    )


def expected(*events, **changes):
    """Mean needs of the two types by day."""
    made = scenario(*events, **changes)
    return demand(made, made.calendar.days or 0)[0]


def test_without_anything_all_days_are_alike():
    assert expected().tolist() == [[60.0] * 10, [180.0] * 10]


def test_growth_compounds_over_a_year_and_starts_at_one():
    grown = expected(days=366, volume={"growth": "12%"})

    assert grown[0, 0] == 60.0
    assert grown[0, 365] == pytest.approx(60.0 * 1.12)
    assert np.allclose(grown[0, 1:] / grown[0, :-1], 1.12 ** (1 / 365))


def test_an_event_has_its_days_in_full_and_fades_in_a_line():
    (billing, advice) = expected(
        {
            "name": "mailing",
            "on": "2026-01-07",
            "days": 2,
            "extra": "50%",
            "fading_over": "4 days",
            "types": ["billing"],
        }
    )

    assert (billing / 60.0).tolist() == [1, 1, 1.5, 1.5, 1.375, 1.25, 1.125, 1, 1, 1]
    assert set(advice) == {180.0}


def test_events_multiply_and_one_may_take_all_demand_away():
    billing, advice = expected(
        {"name": "campaign", "on": "2026-01-06", "extra": "50%"},
        {"name": "strike", "on": "2026-01-06", "extra": "-20%"},
        {"name": "closed", "on": "2026-01-08", "extra": "-100%", "types": ["advice"]},
        days=4,
    )

    assert billing.tolist() == [60, pytest.approx(72), 60, 60]
    assert advice.tolist() == [180, pytest.approx(216), 180, 0]


def test_an_event_of_some_hours_changes_that_day_s_shape_and_no_other():
    made = scenario({"name": "outage", "on": "2026-01-06", "from": "10:00", "to": "12:00", "extra": "200%"}, days=3)
    means, shape_of, edges, shares = demand(made, 3)

    # 2 of 24 hours count three times: 28 of 24 parts
    assert means[0].tolist() == [60, pytest.approx(70), 60]
    assert shape_of[:, [0, 2]].tolist() == [[0, 0], [1, 1]]
    changed = shape_of[0, 1]
    assert np.interp([10 * H, 12 * H, DAY], edges[changed], shares[changed]) == pytest.approx([10 / 28, 16 / 28, 1])


def test_the_surge_of_an_event_is_seen_in_the_log_and_the_rest_of_the_run_stays_as_it_was():
    def by_hour(*events):
        made = scenario(*events, days=3, volume={"per_day": 24_000})
        from ccsim.plan.compile import compile_plan

        arises = simulate(compile_plan(made), 1, engine="compiled").needs["arises"]
        return np.bincount((arises // H).astype(int), minlength=72)

    plain = by_hour()
    surge = by_hour({"name": "outage", "on": "2026-01-06", "from": "10:00", "to": "12:00", "extra": "200%"})
    assert plain[:24].tolist() == surge[:24].tolist()
    assert plain[48:].tolist() == surge[48:].tolist()
    assert surge[34:36] == pytest.approx([3000, 3000], rel=0.08)
    assert surge[36:48] == pytest.approx([1000] * 12, rel=0.15)


def test_stretches_of_busyness_cut_the_shape_at_their_borders():
    within = {"busyness": {"cv": "0%", "within_day": {"cv": "10%", "every": "6h"}}}
    _, _, edges, shares = demand(scenario(volume=within, intraday={"from": "05:00", "every": "2h", "shape": [1, 3]}), 1)

    assert (edges[0] / H).tolist() == [5, 6, 7, 9]
    assert shares[0].tolist() == [0, 0.125, 0.25, 1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"on": "soon"}, "is not a date"),
        ({"extra": "-120%"}, "leaves less than nothing"),
        ({"extra": "much"}, "is not a change"),
        ({"from": "12:00", "to": "10:00"}, "end after they begin"),
        ({"types": ["biling"]}, "billing"),
        ({"days": 0}, "1 or more"),
    ],
)
def test_a_mistake_in_an_event_is_told(change, said):
    with pytest.raises(ScenarioError) as told:
        scenario({"name": "mailing", "on": "2026-01-07", "extra": "50%"} | change)

    assert said in str(told.value)


def test_a_correlation_of_one_and_a_stretch_that_does_not_divide_the_day_are_refused():
    busyness = {"cv": "10%", "day_to_day": 1, "within_day": {"cv": "10%", "every": "7h"}}
    with pytest.raises(ScenarioError) as told:
        scenario(volume={"busyness": busyness})

    assert "Write a correlation below 1" in str(told.value)
    assert "does not divide a day" in str(told.value)


def test_an_event_outside_the_run_is_warned_of():
    late = {"name": "christmas", "on": "2026-12-24", "extra": "50%"}

    assert [text for text in warnings(scenario(late)) if "christmas" in text] == [
        'Event "christmas" on 2026-12-24 lies outside the run, which lasts from 2026-01-05 to 2026-01-14.'
    ]

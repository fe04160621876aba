"""Shrinkage is a share of paid time, and what breaks and absence take of it is not paid twice; numbers on paper."""

import pytest

from ccsim.engine.run import simulate
from ccsim.errors import ScenarioError
from ccsim.logs.ledger import paid_seconds
from ccsim.metrics.measure import measure
from ccsim.plan.compile import compile_plan
from ccsim.scenario.load import scenario_from
from ccsim.scenario.readings import rostered_of
from ccsim.scenario.warnings import warnings


def centre(shrinkage="30%", *, staffing=None, breaks=(), absence="0%", **more):
    """A team on a shift of eight hours on all days of the week."""
    group = {"name": "g", "skills": ["a"], "staffing": staffing or {"shift": "s", "agents": 1}, "wage": "36/h"}
    return scenario_from(
        {
            "name": "paper",
            "calendar": {"start": "2026-01-05", "days": 7},
            "needs": {"volume": {"per_day": 0}, "types": [{"name": "a"}]},
            "channels": [{"name": "phone", "open": "08:00-16:00"}],
            "agents": [group | ({} if staffing else {"absence": absence})],
            "shifts": {"s": {"from": "08:00", "to": "16:00", "breaks": list(breaks)}},
            "handling": {"talk": "1min"},
            "shrinkage": shrinkage,
        }
        | more
    )


def paid_per_scheduled(scenario):
    return 1.0 / rostered_of(scenario, scenario.agents[0])


LUNCH = {"at": "12:00", "for": "48min"}  # a tenth of the shift


def test_without_breaks_and_absence_paid_is_scheduled_over_what_is_left():
    assert paid_per_scheduled(centre()) == pytest.approx(1 / 0.7)


def test_what_breaks_and_absence_take_is_not_taken_twice():
    """Of 5,520 h on the roster 454 h are breaks and 262 h missed: 4,804 h are there, which is 70 % of 6,862.9 h."""
    absence, rest = 262 / 5520, 454 / (5520 - 262)
    found = centre(breaks=[{"at": "12:00", "for": f"{rest * 8 * 3600}s"}], absence=f"{100 * absence}%")

    assert 5520 * paid_per_scheduled(found) == pytest.approx(4804 / 0.7, rel=1e-9)
    assert pytest.approx(6862.857, abs=1e-3) == 4804 / 0.7
    before = centre({"share": "30%", "includes": []}, breaks=[LUNCH], absence="5%")
    assert 5520 * paid_per_scheduled(before) == pytest.approx(7885.714, abs=1e-3)


@pytest.mark.parametrize(
    ("includes", "there"), [(["breaks", "absence"], 0.9 * 0.8), (["breaks"], 0.9), (["absence"], 0.8), ([], 1.0)]
)
def test_only_what_is_included_counts(includes, there):
    found = centre({"share": "50%", "includes": includes}, breaks=[LUNCH], absence="20%")

    assert paid_per_scheduled(found) == pytest.approx(there / 0.5)


def test_what_is_scheduled_is_paid_even_where_the_roster_takes_more_than_shrinkage():
    assert paid_per_scheduled(centre("5%", breaks=[LUNCH])) == 1.0
    assert paid_per_scheduled(centre("5%", absence="100%")) == 1.0


def test_agents_staffed_by_numbers_have_no_breaks_in_it():
    assert paid_per_scheduled(centre(staffing={"agents": 2}, breaks=[LUNCH])) == pytest.approx(1 / 0.7)


def test_a_plain_share_includes_both():
    both = {"share": "30%", "includes": ["breaks", "absence"]}

    assert paid_per_scheduled(centre(breaks=[LUNCH])) == paid_per_scheduled(centre(both, breaks=[LUNCH]))


def test_wages_and_hours_follow():
    """56 h a week, 50.4 h there, paid for 72 h at 36: 2,592; and 1.8 full-time agents of 40 h."""
    plan = compile_plan(centre(breaks=[LUNCH]))
    logs = simulate(plan, 1, engine="reference")
    values = {one.measure: one.numerator / one.denominator for one in measure(plan, logs) if one.cell == ()
              and one.denominator}  # fmt: skip

    assert values["agent_hours"] == pytest.approx(72)
    assert values["cost_wages"] == pytest.approx(2592)
    assert values["fte"] == pytest.approx(1.8)
    assert paid_seconds(plan, 0.0 * plan.scheduled).sum() == pytest.approx(72 * 3600)


def test_a_full_time_week_is_as_long_as_the_planner_says():
    plan = compile_plan(centre("0%", money={"full_time_week": "28h"}))
    fte = next(one for one in measure(plan, simulate(plan, 1, engine="reference")) if one.measure == "fte")

    assert fte.numerator / fte.denominator == pytest.approx(2)


def test_heads_are_on_the_roster_and_seats_are_needed_at_its_peak():
    """Three early and two late agents overlap for an hour; four more by numbers, from the hour after."""
    by_numbers = {"from": "13:00", "every": "1h", "agents": [1, 4]}
    scenario = centre(
        agents=[
            {"name": "g", "skills": ["a"], "staffing": {"shift": ["s", "late"], "agents": [3, 2]}},
            {"name": "h", "skills": ["a"], "staffing": by_numbers},
        ],
        shifts={"s": {"from": "08:00", "to": "13:00"}, "late": {"from": "12:00", "to": "20:00"}},
    )
    plan = compile_plan(scenario)
    found = {
        (one.measure, dict(one.cell).get("group")): one.numerator
        for one in measure(plan, simulate(plan, 1, engine="reference"))
        if one.measure in ("heads", "seats")
    }

    assert found["heads", None] == 9
    assert (found["heads", "g"], found["heads", "h"]) == (5, 4)
    # at 12:00 five of the shifts; at 14:00 two of them and four by numbers; who goes at 13:00 has gone before one comes
    assert found["seats", None] == 6
    assert (found["seats", "g"], found["seats", "h"]) == (5, 4)


def test_a_share_of_all_paid_time_is_refused_however_it_is_written():
    for whole in ("100%", {"share": "100%"}):
        with pytest.raises(ScenarioError, match="leaves nobody on the floor"):
            centre(whole)


def test_a_share_that_is_written_with_what_it_includes_has_a_rule_of_its_own():
    with pytest.raises(ScenarioError, match="Did you mean 30%"):
        centre({"share": 30})
    with pytest.raises(ScenarioError, match="shrinkage"):
        centre({"share": "30%", "includes": ["lunch"]})


def about_shrinkage(scenario):
    return [text for text in warnings(scenario) if "shrinkage" in text]


def test_a_plain_share_beside_breaks_is_told_what_it_includes():
    (text,) = about_shrinkage(centre(breaks=[LUNCH], absence="10%"))

    assert "includes breaks and absence of the roster (up to 19% of it), which are not paid twice" in text
    assert "write shrinkage: {share: 30%, includes: []}" in text


@pytest.mark.parametrize("written", [{"share": "30%"}, {"share": "30%", "includes": []}, "0%"])
def test_who_says_what_it_includes_is_told_nothing(written):
    assert about_shrinkage(centre(written, breaks=[LUNCH])) == []


def test_a_share_that_stands_alone_is_told_nothing():
    assert about_shrinkage(centre()) == []


def test_a_share_below_what_the_roster_takes_is_told_so():
    (text,) = about_shrinkage(centre("5%", breaks=[LUNCH]))

    assert "take up to 10% of it, more than the shrinkage of 5%" in text


def about_line(scenario):
    return [text for text in warnings(scenario) if "in line" in text]


def test_who_waits_at_a_closing_at_which_nobody_is_there_is_warned_of():
    waits = [{"name": "phone", "open": "08:00-16:00", "at_closing": "wait"}]

    (text,) = about_line(centre(channels=waits))

    assert text.startswith('"phone" closes at Mon 16:00 and nobody is there from then on')
    assert about_line(centre(channels=[waits[0] | {"at_closing": "finish"}])) == []
    assert about_line(centre(channels=waits, staffing={"agents": 1})) == []


def test_agents_who_go_while_the_channel_is_open_are_warned_of():
    (text,) = about_line(centre(channels=[{"name": "phone"}]))

    assert text.startswith('The last agents for "phone" go at Mon 16:00 while it is open')
    assert about_line(centre(channels=[{"name": "phone", "open": "09:00-15:00"}])) == []
    night = {"s": {"from": "16:00", "to": "32:00"}, "day": {"from": "08:00", "to": "16:00"}}
    assert about_line(centre(channels=[{"name": "phone"}], staffing={"shift": ["s", "day"], "agents": [1, 1]},
                             shifts=night)) == []  # fmt: skip

"""What a replayed hour costs, booking by booking; every amount on paper."""

import numpy as np
import pytest
from hand_days import play

from ccsim.logs.codes import Account
from ccsim.logs.ledger import overtime_seconds, paid_seconds
from ccsim.plan.bins import seconds_by_bin

FAILURES = {"types": [{"name": "a", "kind": "failure", "causes": {"standing": 1}}], "replay": "calls.csv"}


def group(name="g", wage="36/h", **staffing):
    """A group at a hundredth a second."""
    return {"name": name, "skills": ["a"], "staffing": staffing or {"agents": 1}, "wage": wage}


@pytest.fixture
def hour(tmp_path):
    """Plays an hour in half-hours at one agent without a wage, some sections replaced."""

    def played(table="need arrives talk\nc1 0 10", **sections):
        return play(table, tmp_path, **sections)

    return played


def on_floor(found):
    """Time on the floor by group and bin."""
    states, plan = found.logs.agent_states, found.plan
    return seconds_by_bin(plan.bins, states["starts"], states["ends"], states["group"], len(plan.groups))


def bookings(found, account):
    """(end of bin, entity, amount) of one account."""
    rows = found.logs.ledger[found.logs.ledger["account"] == account]
    return [(time, entity, pytest.approx(amount, rel=1e-12)) for time, _, entity, amount in rows.tolist()]


def test_a_centre_without_prices_books_nothing(hour):
    assert len(hour().logs.ledger) == 0


def test_wages_are_scheduled_time_by_bin_and_group(hour):
    found = hour(agents=[group(agents=2), group("h", wage="72/h")])

    # 2 x 1800 s x 0.01, and 1800 s x 0.02
    assert bookings(found, Account.WAGES) == [(1800, 0, 36), (1800, 1, 36), (3600, 0, 36), (3600, 1, 36)]


def test_shrinkage_and_on_cost_raise_wages(hour):
    found = hour(agents=[group()], shrinkage="20%", money={"on_cost": "10%"})

    # 1800 / (1 - 0.2) x 0.01 x 1.1
    assert bookings(found, Account.WAGES) == [(1800, 0, 24.75), (3600, 0, 24.75)]


def test_overtime_is_paid_by_the_bin_in_which_it_falls_and_without_shrinkage(hour):
    found = hour(
        "need arrives talk wrap_up\nc1 1500 200 400",
        agents=[group(shift="s", agents=1)],
        shifts={"s": {"from": "00:00", "to": "00:25"}},
        shrinkage="25%",
    )

    # c1 comes as the shift is over and waits for nobody
    assert bookings(found, Account.WAGES) == [(1800, 0, 20)]

    found = hour(
        "need arrives talk wrap_up\nc1 1400 200 400",
        agents=[group(shift="s", agents=1)],
        shifts={"s": {"from": "00:00", "to": "00:25"}},
        shrinkage="25%",
    )

    # scheduled until 1500: 1500/0.75 = 2000 s; talk until 1600 and wrap-up until 2000: 300 s and 200 s more
    assert bookings(found, Account.WAGES) == [(1800, 0, 23), (3600, 0, 2)]
    assert overtime_seconds(found.plan, on_floor(found)).tolist() == [[300, 200]]
    assert paid_seconds(found.plan, overtime_seconds(found.plan, on_floor(found))).tolist() == [[2300, 200]]


def test_agents_kept_busy_beyond_a_count_are_paid_for_it(hour):
    found = hour(
        "need arrives talk\nc1 0 2000\nc2 0 100",
        agents=[group(**{"from": "00:00", "every": "30min", "agents": [2, 0]})],
    )

    assert bookings(found, Account.WAGES) == [(1800, 0, 36), (3600, 0, 2)]


def test_an_agent_kept_on_in_place_of_another_is_no_overtime(hour):
    # from 1800 one of two: g-1 is busy until 2000 and stays, g-2 goes
    found = hour(
        "need arrives talk\nc1 0 2000",
        agents=[group(**{"from": "00:00", "every": "30min", "agents": [2, 1]})],
    )

    assert overtime_seconds(found.plan, on_floor(found)).tolist() == [[0, 0]]


def test_work_that_the_horizon_cuts_off_is_paid_until_there(hour):
    found = hour("need arrives talk\nc1 3500 9000", agents=[group()])

    assert bookings(found, Account.WAGES) == [(1800, 0, 18), (3600, 0, 18)]


def test_telephony_runs_from_the_gate_to_the_end_of_talk_and_is_cut_at_bins(hour):
    found = hour(
        "need arrives talk wrap_up gate\nc1 1700 200 500 agent",
        channels=[{"name": "phone", "gate": {"time": "30s"}}],
        money={"telephony": "0.60/min"},
    )

    # 1700 in the gate, 1730 to 1930 in talk; wrap-up costs no telephony: 100 s and 130 s at 0.01
    assert bookings(found, Account.TELEPHONY) == [(1800, 0, 1), (3600, 0, 1.3)]


def test_waiting_costs_telephony_also_for_those_who_give_up(hour):
    found = hour("need arrives talk patience\nc1 0 500 -\nc2 100 50 300", money={"telephony": "0.60/min"})

    # 500 s of c1 and 300 s of c2
    assert bookings(found, Account.TELEPHONY) == [(1800, 0, 8)]


def test_search_and_closed_doors_cost_no_telephony(hour):
    found = hour(
        "need arrives talk\nc1 0 50",
        channels=[{"name": "phone", "open": "00:30-00:40", "when_closed": {"returns": "0%"}}],
        money={"telephony": "0.60/min"},
    )

    assert bookings(found, Account.TELEPHONY) == []


def test_mail_costs_no_telephony_and_its_price_when_it_is_answered(hour):
    found = hour(
        "need arrives channel talk\nmail 1700 post 200\ncall 100 phone 50\nlate 3500 post 200",
        channels=[{"name": "phone"}, {"name": "post", "kind": "deferrable"}],
        handling={"a": {"phone": {"talk": "1s"}, "post": {"work": "1s"}}},
        money={"telephony": "0.60/min", "contacts": {"post": "0.05/contact", "phone": "0.02/contact"}},
    )

    assert bookings(found, Account.TELEPHONY) == [(1800, 0, 0.5)]
    # the call ends at 150, the mail at 1900; the last one is not answered before the horizon
    assert bookings(found, Account.CONTACTS) == [(1800, 0, 0.02), (3600, 1, 0.05)]


def test_abandoned_contacts_have_no_price(hour):
    found = hour("need arrives talk patience\nc1 0 500 -\nc2 100 50 300", money={"contacts": {"phone": "1/contact"}})

    assert bookings(found, Account.CONTACTS) == [(1800, 0, 1)]


def test_the_gate_costs_by_the_entry_and_not_for_those_who_go_round_it(hour):
    gate = {"name": "phone", "gate": {"time": "30s"}}
    found = hour(
        "need arrives gate talk\nc1 100 resolved -\nc2 200 hung_up -\nc3 1799 agent 10",
        channels=[gate],
        money={"gate": "0.10/contact"},
    )
    round_it = hour(channels=[{"name": "phone", "gate": {"bypass": "100%"}}], money={"gate": "0.10/contact"})

    assert bookings(found, Account.GATE) == [(1800, 0, 0.3)]
    assert bookings(round_it, Account.GATE) == []


def test_reviews_and_analytics_cost_by_the_contact_looked_at_whether_or_not_a_cause_is_found(hour):
    found = hour(
        "need arrives talk\nc1 0 10\nc2 1750 100",
        needs=FAILURES,
        insight={
            "content": {"phone": {"base": "0%"}},
            "listening": {"manual_sample": "100%", "speech_analytics": {"coverage": "100%", "recall": "0%"}},
        },
        money={"manual_review": "1.50/contact", "speech_analytics": "0.05/contact"},
    )

    assert bookings(found, Account.MANUAL_REVIEW) == [(1800, 0, 1.5), (3600, 0, 1.5)]
    assert bookings(found, Account.SPEECH_ANALYTICS) == [(1800, 0, 0.05), (3600, 0, 0.05)]


def test_a_flag_of_the_agents_own_costs_nothing(hour):
    found = hour(
        needs=FAILURES,
        insight={"listening": {"agent_flags": "100%"}},
        money={"manual_review": "1.50/contact", "speech_analytics": "0.05/contact"},
    )

    assert len(found.logs.ledger) == 0


def test_fixed_cost_runs_by_the_clock_and_belongs_to_nobody(hour):
    found = hour(calendar={"length": "1h", "warm_up": "10min"}, money={"fixed": "864/day"})

    # a hundredth a second over 600, 1200, 1800 and 600 s
    assert bookings(found, Account.FIXED) == [(600, -1, 6), (1800, -1, 12), (3600, -1, 18), (4200, -1, 6)]


def test_bookings_stand_by_time_account_and_entity_without_zeros(hour):
    found = hour(
        agents=[group(shift="s", agents=1), group("h")],
        shifts={"s": {"from": "00:00", "to": "00:30"}},
        money={"fixed": "864/day", "telephony": "0.60/min"},
    )

    rows = [tuple(row) for row in found.logs.ledger[["time", "account", "entity"]].tolist()]
    assert rows == [
        (1800, Account.WAGES, 0),
        (1800, Account.WAGES, 1),
        (1800, Account.TELEPHONY, 0),
        (1800, Account.FIXED, -1),
        (3600, Account.WAGES, 1),
        (3600, Account.FIXED, -1),
    ]
    assert not found.logs.ledger.flags.writeable


def test_rounding_is_no_overtime(hour):
    found = hour()

    nearly = found.plan.scheduled + np.array([[5e-7, 2e-6]])

    assert overtime_seconds(found.plan, nearly).tolist() == [[0, pytest.approx(2e-6, rel=1e-3)]]

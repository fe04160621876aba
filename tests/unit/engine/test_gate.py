"""What the gate does to an attempt; times on paper, chances at 0 % and 100 %."""

from math import log

import pytest

from ccsim.draws.streams import Purpose, need_uniform
from ccsim.logs.codes import EndReason, Outcome

SERVED, ABANDONED, TRANSFERRED = EndReason.SERVED, EndReason.ABANDONED, EndReason.TRANSFERRED
GATE_RESOLVED, GATE_WRONG = EndReason.GATE_RESOLVED, EndReason.GATE_WRONG
GATE_HUNG_UP, GATE_BLOCKED = EndReason.GATE_HUNG_UP, EndReason.GATE_BLOCKED
TWO_TYPES = {"types": [{"name": "a"}, {"name": "b"}], "replay": "calls.csv"}
TWO_SKILLED = [
    {"name": "g", "skills": ["a"], "staffing": {"agents": 1}},
    {"name": "h", "skills": ["b"], "staffing": {"agents": 1}},
]


def phone(**gate):
    """A phone behind a gate of 30 s."""
    return {"channels": [{"name": "phone", "gate": {"time": "30s"} | gate}]}


def test_a_customer_the_gate_lets_through_joins_when_the_gate_ends(day):
    found = day("need arrives talk gate\nc1 10 50 agent", **phone())

    row = found.leg("c1")
    assert found.legs("c1") == [(SERVED, 40, 40, 90, "g-1")]
    assert (row["arrives"], row["enters"], row["gated"], row["bypassed"]) == (10, 10, 1, 0)


def test_a_customer_the_gate_resolves_is_resolved_as_the_gate_ends(day):
    found = day("need arrives talk gate\nc1 10 50 resolved", **phone())

    row = found.leg("c1")
    assert found.legs("c1") == [(GATE_RESOLVED, None, None, 40, None)]
    assert found.outcome("c1") == (Outcome.RESOLVED, 40)
    assert (row["resolved"], row["coded"], row["queue"], row["gated"]) == (1, -1, -1, 1)


def test_a_wrong_answer_leaves_the_need_unresolved_and_is_found_out_later(day):
    customers = {
        "reconnect": {"probability": "100%", "after": "60s", "noticed": "100%", "discovered_after": "500s"},
        "most_attempts": 2,
    }
    found = day("need arrives gate\nc1 10 wrong", customers=customers, **phone())

    assert found.legs("c1") == [(GATE_WRONG, None, None, 40, None), (SERVED, 570, 570, 670, "g-1")]
    assert found.leg("c1", 1)["arrives"] == 540
    assert found.outcome("c1") == (Outcome.RESOLVED, 670)


def test_without_a_delay_of_discovery_a_wrong_answer_is_found_out_after_the_reconnect_delay(day):
    customers = {"reconnect": {"probability": "100%", "after": "60s"}}
    found = day("need arrives gate\nc1 10 wrong", customers=customers, **phone())

    assert found.leg("c1", 1)["arrives"] == 100


def test_without_reconnects_a_wrong_answer_ends_the_need_given_up(day):
    found = day("need arrives gate\nc1 10 wrong", **phone())

    assert found.outcome("c1") == (Outcome.GIVEN_UP, 40)


@pytest.mark.parametrize(("given", "reason"), [("hung_up", GATE_HUNG_UP), ("blocked", GATE_BLOCKED)])
def test_who_fails_in_the_gate_goes_by_the_chance_of_gate_failure_and_not_of_redial(day, given, reason):
    customers = {
        "redial": {"probability": "0%", "after": "1s"},
        "gate_failure": {"probability": "100%", "after": "60s"},
        "reconnect": {"probability": "0%", "after": "1s"},
    }
    found = day(f"need arrives gate\nc1 10 {given}", customers=customers, **phone())

    assert found.legs("c1") == [(reason, None, None, 40, None), (SERVED, 130, 130, 230, "g-1")]


@pytest.mark.parametrize("given", ["hung_up", "blocked"])
def test_without_gate_failure_who_fails_in_the_gate_redials(day, given):
    customers = {"redial": {"probability": "100%", "after": "60s"}}
    found = day(f"need arrives gate\nc1 10 {given}", customers=customers, **phone())

    assert found.leg("c1", 1)["arrives"] == 100


def test_without_any_way_back_who_fails_in_the_gate_gives_up(day):
    found = day("need arrives gate\nc1 10 blocked\nc2 20 hung_up", **phone())

    assert found.outcome("c1") == (Outcome.GIVEN_UP, 40)
    assert found.outcome("c2") == (Outcome.GIVEN_UP, 50)


def test_a_customer_hangs_up_at_the_end_of_the_time_that_he_was_dealt(day):
    # exponential by inversion: -mean ln(1 - u); the gate's 3000 s are never reached with a mean of 10 s
    found = day("need arrives\nc1 10", **phone(time="3000s", hangs_up_after="10s"))

    u = need_uniform(1, 0, found.id_of("c1"), int(Purpose.GATE_HANG_UP), 0, 0, 0)
    assert found.leg("c1")["end_reason"] == GATE_HUNG_UP
    assert found.leg("c1")["ends"] == pytest.approx(10 - 10 * log(1 - u), rel=1e-12)


def test_who_would_hang_up_after_the_gates_end_is_let_through(day):
    found = day("need arrives talk\nc1 10 50", **phone(time="1s", hangs_up_after="1000h"))

    assert found.legs("c1") == [(SERVED, 11, 11, 61, "g-1")]


def test_a_replayed_customer_passes_a_gate_that_he_would_not_have_had_the_patience_for(day):
    found = day("need arrives talk gate\nc1 10 50 agent", **phone(time="3000s", hangs_up_after="10s"))

    assert found.legs("c1") == [(SERVED, 3010, 3010, 3060, "g-1")]


@pytest.mark.parametrize(
    ("gate", "reason"),
    [
        ({"solves": "100%", "wrong_answer": "100%", "blocked": "100%"}, GATE_RESOLVED),
        ({"solves": "0%", "wrong_answer": "100%", "blocked": "100%"}, GATE_WRONG),
        ({"solves": "0%", "wrong_answer": "0%", "blocked": "100%"}, GATE_BLOCKED),
        ({"solves": "0%"}, SERVED),
        ({"solves": {"a": "100%"}}, GATE_RESOLVED),
    ],
)
def test_what_the_gate_does_is_asked_in_the_order_solved_wrong_blocked(day, gate, reason):
    found = day("need arrives\nc1 10\nc2 1000", **phone(**gate))

    assert [found.leg(label)["end_reason"] for label in ("c1", "c2")] == [reason, reason]


def test_each_answer_of_the_gate_is_the_customers_own_number_below_the_share(day):
    table = "need arrives talk\n" + "\n".join(f"c{i} {10 * i} 1" for i in range(200))
    found = day(table, **phone(time="1s", solves="40%", wrong_answer="30%", blocked="50%"))

    def dealt(need, purpose):
        return need_uniform(1, 0, need, int(purpose), 0, 0, 0)

    for row in found.logs.attempts:
        need = int(row["need"])
        if dealt(need, Purpose.GATE_SOLVES) < 0.4:
            expected = GATE_RESOLVED
        elif dealt(need, Purpose.GATE_WRONG) < 0.3:
            expected = GATE_WRONG
        elif dealt(need, Purpose.GATE_BLOCKED) < 0.5:
            expected = GATE_BLOCKED
        else:
            expected = SERVED
        assert row["end_reason"] == expected
    assert len(set(found.logs.attempts["end_reason"].tolist())) == 4


def test_who_asks_for_an_agent_at_once_spends_no_time_in_the_gate(day):
    found = day("need arrives talk\nc1 10 50", **phone(bypass="100%", solves="100%"))

    assert found.legs("c1") == [(SERVED, 10, 10, 60, "g-1")]
    assert (found.leg("c1")["gated"], found.leg("c1")["bypassed"]) == (0, 1)


def test_without_opt_out_nobody_gets_round_the_gate(day):
    found = day("need arrives talk\nc1 10 50", **phone(bypass="100%", opt_out=False))

    assert found.legs("c1") == [(SERVED, 40, 40, 90, "g-1")]
    assert (found.leg("c1")["gated"], found.leg("c1")["bypassed"]) == (1, 0)


def test_a_gate_without_levels_takes_no_time(day):
    found = day("need arrives talk\nc1 10 50", channels=[{"name": "phone", "gate": {"levels": 0}}])

    assert found.legs("c1") == [(SERVED, 10, 10, 60, "g-1")]
    assert found.leg("c1")["gated"] == 1


def test_the_misrouted_talk_at_the_wrong_queue_and_are_transferred_to_the_right_one(day):
    calls = """
        need type arrives
        c1   a    10
    """
    found = day(
        calls,
        needs=TWO_TYPES,
        agents=TWO_SKILLED,
        handling={"talk": "100s", "wrap_up": "20s"},
        **phone(misroutes={"base": "100%", "talk": "60s"}),
    )

    # in the gate until 40, with the wrong agent until 100 (no wrap-up there), with the right one until 200
    assert found.legs("c1") == [(TRANSFERRED, 40, 40, 100, "h-1"), (SERVED, 100, 100, 200, "g-1")]
    first, second = found.leg("c1", 0, 0), found.leg("c1", 0, 1)
    queues = found.plan.names.queues
    assert (queues[first["queue"]], queues[second["queue"]]) == ("phone.b", "phone.a")
    assert (first["wrap_up_ends"], second["wrap_up_ends"]) == (100, 220)
    assert (first["resolved"], first["coded"], first["gated"]) == (-1, -1, 1)
    assert (second["arrives"], second["enters"], second["gated"]) == (100, 100, 0)
    assert found.need("c1")["n_attempts"] == 1


def test_the_transferred_wait_again_with_a_new_patience_and_may_give_up(day):
    calls = """
        need type arrives patience
        y    b    10      never
        x    b    11      never
        c1   a    12      never
    """
    found = day(
        calls,
        needs=TWO_TYPES,
        agents=TWO_SKILLED,
        customers={"patience": "30s"},
        **phone(misroutes={"base": "100%", "talk": "60s"}),
    )

    # g-1 has y from 40 to 100, then x until 160; h-1 has c1 from 42 to 102, who then waits 30 s for g-1
    assert found.legs("c1") == [(TRANSFERRED, 42, 42, 102, "h-1"), (ABANDONED, 102, None, 132, None)]
    assert found.legs("y") == [(TRANSFERRED, 40, 40, 100, "g-1"), (SERVED, 100, 102, 202, "h-1")]
    assert found.outcome("c1") == (Outcome.GIVEN_UP, 132)


def test_depth_adds_to_misroutes_from_the_second_level_on(day):
    found = day("need arrives\nc1 10", **phone(levels=4, misroutes={"base": "3%", "per_level": "2%"}))

    # 3 % + 2 % (4 - 1)
    assert found.plan.channels["gate_misroutes"][0] == pytest.approx(0.09, abs=1e-15)


def test_who_went_round_the_gate_is_never_misrouted(day):
    found = day(
        "need type arrives talk\nc1 a 10 50",
        needs=TWO_TYPES,
        agents=TWO_SKILLED,
        **phone(bypass="100%", misroutes={"base": "100%"}),
    )

    assert found.legs("c1") == [(SERVED, 10, 10, 60, "g-1")]


def test_where_a_channel_has_one_queue_the_misrouted_are_transferred_within_it(day):
    found = day("need arrives\nc1 10", **phone(misroutes={"base": "100%", "talk": "60s"}))

    assert found.legs("c1") == [(TRANSFERRED, 40, 40, 100, "g-1"), (SERVED, 100, 100, 200, "g-1")]


def test_a_gate_entered_just_before_closing_still_leads_to_an_agent(day):
    channels = [{"name": "phone", "open": "00:00-00:10", "gate": {"time": "30s"}}]
    found = day("need arrives talk gate\nc1 590 50 agent", channels=channels)

    assert found.legs("c1") == [(SERVED, 620, 620, 670, "g-1")]


def test_a_customer_in_the_gate_at_the_horizon_is_cut_off_there(day):
    found = day("need arrives\nc1 3590", **phone())

    row = found.leg("c1")
    assert found.legs("c1") == [(EndReason.HORIZON, None, None, 3600, None)]
    assert (row["gated"], row["enters"]) == (1, 3590)

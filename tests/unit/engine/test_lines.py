"""A channel with limited lines: who gets in, who is blocked, and when a line falls free; times on paper."""

import pytest

from ccsim.logs.codes import EndReason, Outcome

SERVED, ABANDONED, BLOCKED = EndReason.SERVED, EndReason.ABANDONED, EndReason.BLOCKED
CLOSED, TRANSFERRED, GATE_RESOLVED = EndReason.CLOSED, EndReason.TRANSFERRED, EndReason.GATE_RESOLVED
AGAIN = {"probability": "100%", "after": "60s"}


def phone(lines, **settings):
    return {"channels": [{"name": "phone", "lines": lines} | settings]}


def test_who_finds_all_lines_taken_is_blocked_at_once(day):
    found = day("need arrives\nc1 0\nc2 10\nc3 20", **phone(2))

    assert found.legs("c1") == [(SERVED, 0, 0, 100, "g-1")]
    assert found.legs("c2") == [(SERVED, 10, 100, 200, "g-1")]
    assert found.legs("c3") == [(BLOCKED, None, None, 20, None)]
    row = found.leg("c3")
    assert (row["arrives"], row["enters"], row["queue"], row["gated"], row["resolved"]) == (20, 20, -1, 0, -1)
    assert found.outcome("c3") == (Outcome.GIVEN_UP, 20)


def test_the_end_of_a_talk_lets_in_who_arrives_in_that_second(day):
    found = day("need arrives\nc1 0\nc2 99\nc3 100", **phone(1))

    assert [found.legs(label)[0][0] for label in ("c1", "c2", "c3")] == [SERVED, BLOCKED, SERVED]


def test_wrap_up_holds_no_line(day):
    found = day("need arrives\nc1 0\nc2 100", handling={"talk": "100s", "wrap_up": "50s"}, **phone(1))

    assert found.legs("c2") == [(SERVED, 100, 150, 250, "g-1")]


def test_who_abandons_gives_the_line_back_to_who_arrives_in_that_second(day):
    found = day("need arrives patience\nc1 0 -\nc2 10 30\nc3 39 -\nc4 40 -", **phone(2))

    assert [found.legs(label)[0][0] for label in ("c1", "c2", "c3", "c4")] == [SERVED, ABANDONED, BLOCKED, SERVED]


@pytest.mark.parametrize("given", ["resolved", "wrong", "hung_up", "blocked"])
def test_who_is_in_the_gate_holds_a_line_until_the_gate_is_left(day, given):
    found = day(f"need arrives gate\nc1 0 {given}\nc2 29 agent\nc3 30 agent", **phone(1, gate={"time": "30s"}))

    assert found.legs("c2") == [(BLOCKED, None, None, 29, None)]
    assert found.leg("c2")["gated"] == 0
    assert found.legs("c3") == [(SERVED, 60, 60, 160, "g-1")]


def test_one_line_is_held_from_the_gate_to_the_end_of_the_talk(day):
    calls = "need arrives gate\nc1 0 agent\nc2 30 agent\nc3 129 agent\nc4 130 agent"
    found = day(calls, **phone(1, gate={"time": "30s"}))

    assert [found.legs(label)[0][0] for label in ("c1", "c2", "c3", "c4")] == [SERVED, BLOCKED, BLOCKED, SERVED]


def test_who_is_passed_on_keeps_the_line(day):
    gate = {"time": "30s", "misroutes": {"base": "100%", "talk": "20s"}}
    found = day("need arrives\nc1 0\nc2 50\nc3 150", **phone(1, gate=gate))

    # misrouted from 30 to 50, then talk from 50 to 150
    assert found.legs("c1") == [(TRANSFERRED, 30, 30, 50, "g-1"), (SERVED, 50, 50, 150, "g-1")]
    assert found.legs("c2") == [(BLOCKED, None, None, 50, None)]
    assert [leg[0] for leg in found.legs("c3")] == [TRANSFERRED, SERVED]


def test_search_comes_before_the_lines_and_takes_none(day):
    found = day("need arrives\nc1 0\nc2 20\nc3 100", **phone(1, prominence="99%", search_time="3000s"))

    # 30 s of search
    assert [found.leg(label)["enters"] for label in ("c1", "c2", "c3")] == pytest.approx([30, 50, 130])
    assert [found.legs(label)[0][0] for label in ("c1", "c2", "c3")] == [SERVED, BLOCKED, SERVED]


def test_a_closed_channel_is_closed_even_with_all_lines_taken(day):
    found = day("need arrives\nc1 590\nc2 610", **phone(1, open="00:00-00:10", when_closed={"returns": "0%"}))

    assert [found.legs(label)[0][0] for label in ("c1", "c2")] == [SERVED, CLOSED]


def test_another_channel_has_lines_of_its_own(day):
    email = {"name": "email", "kind": "deferrable"}
    found = day(
        "need arrives channel\nc1 0 phone\nc2 10 email\nc3 20 phone",
        channels=[{"name": "phone", "lines": 1}, email],
        handling={"a": {"phone": {"talk": "100s"}, "email": {"work": "40s"}}},
    )

    assert [found.legs(label)[0][0] for label in ("c1", "c2", "c3")] == [SERVED, SERVED, BLOCKED]


def test_the_blocked_try_again_by_their_own_section(day):
    customers = {"redial": {"probability": "0%", "after": "1s"}, "blocked": AGAIN}
    found = day("need arrives\nc1 0\nc2 50", customers=customers, **phone(1))

    assert found.legs("c2") == [(BLOCKED, None, None, 50, None), (SERVED, 110, 110, 210, "g-1")]
    assert found.leg("c2", 1)["arrives"] == 110


def test_without_a_section_of_their_own_the_blocked_redial(day):
    found = day("need arrives\nc1 0\nc2 50", customers={"redial": AGAIN}, **phone(1))

    assert found.leg("c2", 1)["arrives"] == 110


def test_who_is_blocked_at_every_attempt_is_lost_at_the_cap(day):
    customers = {"blocked": {"probability": "100%", "after": "10s"}, "most_attempts": 3}
    found = day("need arrives\nc1 0\nc2 50", customers=customers, **phone(1))

    assert [leg[0] for leg in found.legs("c2")] == [BLOCKED] * 3
    assert found.outcome("c2") == (Outcome.LOST, 70)

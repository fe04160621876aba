from dataclasses import replace

import numpy as np
import pytest
from builders import NAN, A, B, C, D, E, G, H, by_hand_logs, by_hand_plan, logs

from ccsim.errors import InvariantBroken
from ccsim.logs.checks import check, nobody_enters_beyond_the_lines, nobody_is_served_after_patience_ended
from ccsim.logs.codes import EndReason, Outcome


def damaged(table, number, **changes):
    """The hand-made log with other values in one row of one table."""
    whole = by_hand_logs()
    rows = getattr(whole, table).copy()
    for field, value in changes.items():
        rows[field][number] = value
    return by_hand_logs(**{table: [tuple(row) for row in rows.tolist()]})


def leg(need, attempt=0, leg=0):
    """Place of a leg in the hand-made log."""
    rows = by_hand_logs().attempts
    return int(np.flatnonzero((rows["need"] == need) & (rows["attempt"] == attempt) & (rows["leg"] == leg))[0])


def need(wanted):
    """Place of a need in the hand-made log."""
    return int(np.flatnonzero(by_hand_logs().needs["need"] == wanted)[0])


def test_the_hand_made_hour_keeps_every_law():
    check(by_hand_plan(), by_hand_logs())


def test_an_empty_log_of_an_empty_centre_keeps_every_law():
    check(by_hand_plan(scheduled=[[0.0] * 3] * 2), logs())


def test_a_need_is_heard_once_unless_each_contact_is_dealt_afresh():
    with pytest.raises(InvariantBroken, match="a need is heard once: 1 rows"):
        check(by_hand_plan(fresh=0), by_hand_logs())


def test_where_nothing_listens_nothing_is_said_of_evidence():
    with pytest.raises(InvariantBroken, match="where nothing listens nothing is said of evidence"):
        check(by_hand_plan(listens=0), by_hand_logs())


def test_a_customer_is_of_one_segment():
    plan = replace(by_hand_plan(segment_names=("young", "old")), n_customers=5)
    rows = by_hand_logs().needs.copy()
    rows["customer"], rows["segment"] = [0, 1, 1, 2, 3, 4, 4, 4], [0, 1, 1, 0, 0, 1, 1, 1]
    check(plan, by_hand_logs(needs=[tuple(row) for row in rows.tolist()]))

    rows["segment"][2] = 0
    with pytest.raises(InvariantBroken, match="a customer is of one segment"):
        check(plan, by_hand_logs(needs=[tuple(row) for row in rows.tolist()]))


FURTHER = {
    "a further need follows from one that there is": {"need": B + 2},
    "a further need comes after": {"arises": 299.0},
    "a further need is of the type named": {"need_type": 1},
    "a further need is the same customer's": {"customer": 1},
}


@pytest.mark.parametrize(("law", "changes"), FURTHER.items(), ids=FURTHER)
def test_a_further_need_follows_from_another(law, changes):
    plan = replace(by_hand_plan(raises=0), n_customers=2)
    rows = np.insert(by_hand_logs().needs, 1, by_hand_logs().needs[0])
    rows["customer"], rows["evidence"][1] = 0, 0
    rows["need"][1], rows["arises"][1], rows["outcome"][1], rows["n_attempts"][1] = A + 1, 300.0, Outcome.GIVEN_UP, 0
    check(plan, by_hand_logs(needs=[tuple(row) for row in rows.tolist()]))

    for field, value in changes.items():
        rows[field][1] = value
    rows = np.sort(rows, order="need")
    with pytest.raises(InvariantBroken, match=law):
        check(plan, by_hand_logs(needs=[tuple(row) for row in rows.tolist()]))


def test_a_further_need_follows_from_one_that_is_over():
    rows = np.append(by_hand_logs().needs, by_hand_logs().needs[-1:])
    rows["need"][-1], rows["arises"][-1], rows["outcome"][-1], rows["n_attempts"][-1] = (
        G + 1,
        4000.0,
        Outcome.GIVEN_UP,
        0,
    )
    rows = np.sort(rows, order="need")
    with pytest.raises(InvariantBroken, match="a further need follows from one that is over"):
        check(by_hand_plan(raises=1), by_hand_logs(needs=[tuple(row) for row in rows.tolist()]))


DAMAGES = {
    "attempts of a need count": damaged("attempts", leg(B, 1), attempt=2),
    "n_attempts is the number of attempts": damaged("needs", need(A), n_attempts=2),
    "legs of an attempt count": damaged("attempts", leg(C, 1, 1), leg=2),
    "every attempt belongs to a need": damaged("attempts", leg(H), need=H + 16),
    "need ids are unique": by_hand_logs(needs=[tuple(row) for row in by_hand_logs().needs[[0, *range(8)]].tolist()]),
    "an end reason is one of the list": damaged("attempts", leg(A), end_reason=99),
    "all legs but the last are transfers": damaged("attempts", leg(A), end_reason=EndReason.TRANSFERRED),
    "who is served has talked": damaged("attempts", leg(A), talk_ends=NAN),
    "who has talked is served": damaged("attempts", leg(A), end_reason=EndReason.ABANDONED),
    "a contact has an agent": damaged("attempts", leg(A), agent=-1),
    "who balks leaves at once": damaged("attempts", leg(C), end_reason=EndReason.BALKED),
    "the horizon cuts at the horizon": damaged("attempts", leg(G), ends=5000.0),
    "who is answered has joined a queue": damaged("attempts", leg(E), joins=NAN, queue=-1),
    "starts is not before": damaged("attempts", leg(A), starts=90.0),
    "a leg ends after its other moments": damaged("attempts", leg(A), ends=290.0),
    "nothing happens after the horizon": damaged("attempts", leg(E), wrap_up_ends=5500.0),
    "an attempt follows the one before": damaged("attempts", leg(B, 1), arrives=530.0),
    "nobody whose need is resolved tries again": damaged("attempts", leg(B), resolved=1),
    "nobody tries before the need arises": damaged("needs", need(A), arises=150.0),
    "an outcome is one of the list": damaged("needs", need(A), outcome=99),
    "resolved needs are those that an attempt resolved": damaged("needs", need(A), outcome=Outcome.GIVEN_UP),
    "needs have ended unless they are open": damaged("needs", need(A), ended=NAN),
    "a need is open if the horizon cut its attempt": damaged("needs", need(G), outcome=Outcome.GIVEN_UP, ended=5400.0),
    "a need ends after it arises": damaged("needs", need(A), ended=50.0),
    "needs arise between the start and the horizon": damaged("needs", need(A), arises=-1.0),
    "a need is lost at the cap": damaged("needs", need(E), outcome=Outcome.LOST),
    "a need's customer is one of those there are": damaged("needs", need(A), customer=3),
    "a customer's segment is one of those there are": damaged("needs", need(A), segment=0),
    "nobody is served after patience ended": damaged("attempts", leg(C, 1, 1), patience=29.0),
    "who abandons leaves when patience ends": damaged("attempts", leg(C), patience=21.0),
    "nobody waits longer than patience": damaged("attempts", leg(G), patience=60.0),
    "who joins is in a queue": damaged("attempts", leg(A), queue=-1),
    "nobody is blocked while a line is free": damaged("attempts", leg(D), end_reason=EndReason.BLOCKED, resolved=-1),
    "nobody is blocked where lines have no limit": damaged("attempts", leg(B, 1), end_reason=EndReason.BLOCKED),
    "a stretch has some length": damaged("agent_states", 1, ends=100.0),
    "stretches of an agent don't overlap": damaged("agent_states", 1, starts=90.0),
    "stretches lie within the run": damaged("agent_states", 16, ends=5500.0),
    "an agent is idle, on a break, absent, or has a contact in hand": damaged("agent_states", 1, open=0),
    "a stretch with one contact names its need": damaged("agent_states", 1, need=-1),
    "an agent has one contact at a time": damaged("attempts", leg(A), wrap_up_ends=400.0, agent=1),
    "on duty less than scheduled: generalists": damaged("agent_states", 3, ends=1700.0),
    "idle beyond the schedule: generalists": damaged("agent_states", 3, ends=1900.0),
    "talk of agent-0: 200.0 s against 190.0 s": damaged("attempts", leg(A), talk_ends=290.0),
    "wrap_up of agent-0: 20.0 s against 30.0 s": damaged("attempts", leg(A), talk_ends=290.0),
    "work on need": damaged("attempts", leg(B, 1), paused=10.0),
    "nothing is put down for less than no time": damaged("attempts", leg(B, 1), paused=-10.0),
    "only deferrable work is put down": damaged("attempts", leg(A), paused=0.0),
    "nobody leaves silently where all are seen to leave": damaged("attempts", leg(C), silent=1),
    "who leaves silently abandons": damaged("attempts", leg(A), silent=1),
    "who leaves silently has gone when an agent comes": damaged("attempts", leg(A), silent=1),
    "nothing is resolved for who has gone": damaged("attempts", leg(A), silent=1),
    "an agent goes on who finds nobody there": damaged("attempts", leg(A), silent=1),
    "a signal is raised when its leg ends": damaged("signals", 0, time=541.0),
    "a signal names the cause of its need": damaged("signals", 0, cause=1),
    "evidence comes from agents and gates": damaged("needs", need(G), evidence=1),
    "a need is heard that has a signal": damaged("needs", need(C), evidence=4),
    "no cause is shown": damaged("needs", need(A), evidence=4),
}


@pytest.mark.parametrize("law", DAMAGES)
def test_a_damaged_log_is_told_which_law_it_breaks(law):
    with pytest.raises(InvariantBroken) as caught:
        check(by_hand_plan(), DAMAGES[law])

    assert law in str(caught.value)
    assert any(message.startswith(law) for message in caught.value.broken)


def test_nobody_is_seen_to_leave_where_all_leave_silently():
    channels = by_hand_plan().channels.copy()
    channels["silent"][0] = 1.0
    with pytest.raises(InvariantBroken, match="nobody is seen to leave where all leave silently"):
        check(replace(by_hand_plan(), channels=channels), by_hand_logs())


def test_nobody_tries_more_often_than_the_cap():
    with pytest.raises(InvariantBroken, match="more often than the cap"):
        check(by_hand_plan(most_attempts=1), by_hand_logs())


def test_no_group_takes_a_visit_before_its_skill_says_so():
    """The experts answer E's billing after 30 s."""
    plan = by_hand_plan()
    for after, broken in ((30.0, False), (30.5, True)):
        plan.skills["after"][1, 1] = after

        found = nobody_is_served_after_patience_ended(plan, by_hand_logs())

        assert any(message.startswith("no group takes a visit before") for message in found) == broken


def test_nobody_enters_beyond_the_lines():
    """A, B, C and D are on the phone at 260 s."""
    channels = by_hand_plan().channels.copy()
    for lines, broken in ((4, ""), (3, "nobody enters beyond the lines")):
        channels["lines"][0] = lines
        plan = replace(by_hand_plan(), channels=channels)

        assert [message.split(":")[0] for message in nobody_enters_beyond_the_lines(plan, by_hand_logs())] == (
            [broken] if broken else []
        )


def test_a_wait_that_runs_backwards_breaks_littles_law():
    """Walking through time, nobody waits; the sum of the waits is negative."""
    with pytest.raises(InvariantBroken, match=r"Little's law: waits of -50\.0 s against an area of 0\.0 s"):
        check(by_hand_plan(), damaged("attempts", leg(A), joins=150.0))

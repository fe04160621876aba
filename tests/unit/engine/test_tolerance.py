"""Customers who have had no reply for too long write or call again while the message lies; times on paper."""

import pytest

from ccsim.errors import ScenarioError
from ccsim.logs.codes import EndReason, Outcome

SERVED, MERGED, HORIZON = EndReason.SERVED, EndReason.MERGED, EndReason.HORIZON
TALKS = "need arrives channel talk\nc0 0 email 300\nc1 10 email 50"


def centre(most_attempts=2, resolution="100%", **tolerance):
    """One who answers messages and one who answers calls; what the table does not say takes 40 s."""
    return {
        "channels": [
            {"name": "phone"},
            {"name": "email", "kind": "deferrable", "tolerance": {"lasts": "100s", **tolerance}},
        ],
        "handling": {"a": {"phone": {"talk": "40s"}, "email": {"work": "40s"}}},
        "agents": [
            {"name": "w", "skills": ["a"], "channels": ["email"], "staffing": {"agents": 1}},
            {"name": "p", "skills": ["a"], "channels": ["phone"], "staffing": {"agents": 1}},
        ],
        "customers": {"most_attempts": most_attempts, "channels_preferred": {"email": "100%"}},
        "resolution": resolution,
    }


def test_a_second_message_is_merged_into_the_first(day):
    found = day(TALKS, **centre(again="100%", merges="100%", most_attempts=5))

    assert found.legs("c0") == [(SERVED, 0, 0, 300, "w-1"), (MERGED, None, None, 100, None)]
    assert found.legs("c1") == [(SERVED, 10, 300, 350, "w-1"), (MERGED, None, None, 110, None)]
    assert found.outcome("c1") == (Outcome.RESOLVED, 350)


def test_a_second_message_that_is_not_merged_is_worked_too(day):
    found = day(TALKS, **centre(again="100%"))

    assert found.legs("c1") == [(SERVED, 10, 300, 350, "w-1"), (SERVED, 110, 390, 430, "w-1")]
    assert found.legs("c0")[1] == (SERVED, 100, 350, 390, "w-1")
    assert found.outcome("c0") == (Outcome.RESOLVED, 300)
    assert found.outcome("c1") == (Outcome.RESOLVED, 350)


def test_whoever_turns_to_another_channel_is_helped_there_and_the_message_is_worked_in_vain(day):
    found = day(TALKS, **centre(instead={"phone": "100%"}))

    assert found.legs("c1") == [(SERVED, 10, 300, 350, "w-1"), (SERVED, 110, 140, 180, "p-1")]
    assert found.legs("c0") == [(SERVED, 0, 0, 300, "w-1"), (SERVED, 100, 100, 140, "p-1")]
    assert (found.outcome("c0"), found.outcome("c1")) == ((Outcome.RESOLVED, 140), (Outcome.RESOLVED, 180))


def test_who_has_a_reply_in_time_or_at_that_very_moment_tries_no_more(day):
    found = day("need arrives channel talk\nc0 0 email 100", **centre(again="100%"))

    assert found.legs("c0") == [(SERVED, 0, 0, 100, "w-1")]


def test_who_is_answered_in_the_second_in_which_he_loses_patience_tries_no_more(day):
    """The timer of those who come in later is due after his, the further attempt after both."""
    settings = centre(again="100%")
    settings["agents"][0] = {"name": "l", "skills": {"a": {"after": "100s"}}, "staffing": {"agents": 1}}
    found = day("need arrives channel talk\nc0 0 email 0", **settings)

    assert found.legs("c0") == [(SERVED, 0, 100, 100, "l-1")]
    assert found.need("c0")["n_attempts"] == 1


def test_nobody_tries_more_often_than_the_cap_and_some_wait_on(day):
    for settings in ({"most_attempts": 1, "again": "100%"}, {"again": "0%"}):
        assert len(day(TALKS, **centre(**settings)).legs("c1")) == 1


def test_who_is_not_helped_waits_for_what_else_goes_on_and_the_last_decides(day):
    """c0's call settles nothing at 140 and nothing follows; the message settles nothing at 300, so he writes again."""
    settings = centre(instead={"phone": "100%"}, resolution="0%", most_attempts=3)
    settings["customers"]["reconnect"] = {"probability": "100%", "after": "1000s"}
    found = day("need arrives channel talk\nc0 0 email 300", **settings)

    assert [(leg[1], leg[3]) for leg in found.legs("c0")] == [(0, 300), (100, 140), (1300, 1340)]
    assert found.outcome("c0") == (Outcome.LOST, 1340)


def test_a_settled_need_may_leave_its_message_lying_to_the_end(day):
    found = day(TALKS, calendar={"length": "200s"}, **centre(instead={"phone": "100%"}))

    assert found.legs("c1") == [(HORIZON, 10, None, 200, None), (SERVED, 110, 140, 180, "p-1")]
    assert found.outcome("c1") == (Outcome.RESOLVED, 180)


def test_a_further_message_at_a_closed_door_is_dropped(day):
    settings = centre(again="100%", most_attempts=5)
    settings["channels"][1]["open"] = "00:00-00:01"
    found = day(TALKS, **settings)

    assert [leg[0] for leg in found.legs("c1")] == [SERVED, EndReason.CLOSED]
    assert found.outcome("c1") == (Outcome.RESOLVED, 350)


def test_customers_of_an_outbound_channel_have_none(day):
    settings = centre(again="100%")
    settings["channels"][1]["dialling"] = {}
    with pytest.raises(ScenarioError, match="tolerance beside dialling"):
        day(TALKS, **settings)


@pytest.mark.parametrize(
    ("tolerance", "words"),
    [({"again": "60%", "instead": {"phone": "50%"}}, "110%"), ({"instead": {"email": "50%"}}, "diverts to itself")],
)
def test_shares_that_cannot_be_are_refused(tolerance, words, day):
    with pytest.raises(ScenarioError, match=words):
        day(TALKS, **centre(**tolerance))

"""What customers tell again whom an agent has heard before; times on paper, shares at 0 % and 100 %."""

from ccsim.logs.codes import EndReason

SERVED, TRANSFERRED, ABANDONED = EndReason.SERVED, EndReason.TRANSFERRED, EndReason.ABANDONED
AGAIN = {"reconnect": {"probability": "100%", "after": "60s"}, "most_attempts": 3}
TOLD = {"told_again": "20s"}


def test_who_calls_again_tells_it_again_every_time(day):
    found = day("need arrives\nc1 0", resolution="0%", customers=AGAIN, context=TOLD)

    assert [leg[1:4] for leg in found.legs("c1")] == [(0, 0, 100), (160, 160, 280), (340, 340, 460)]


def test_what_is_at_hand_is_not_told_again(day):
    found = day("need arrives\nc1 0", resolution="0%", customers=AGAIN, context={**TOLD, "at_hand": "100%"})

    assert [leg[1:4] for leg in found.legs("c1")] == [(0, 0, 100), (160, 160, 260), (320, 320, 420)]


def test_who_reached_nobody_has_nothing_to_tell_again(day):
    people = {"redial": {"probability": "100%", "after": "100s"}}
    found = day("need arrives patience\nc1 0 -\nc2 10 30", customers=people, context=TOLD)

    assert found.legs("c2") == [(ABANDONED, 10, None, 40, None), (SERVED, 140, 140, 240, "g-1")]


def test_it_is_added_as_it_is_and_tells_of_other_needs_nothing(day):
    """A slower agent, twice as long: 200 s, then 200 s and 20 s; the next customer's need is new."""
    slow = [{"name": "g", "skills": {"a": {"handles": "2x"}}, "staffing": {"agents": 1}}]
    found = day("need arrives\nc1 0\nc2 1000", agents=slow, resolution="0%", customers=AGAIN, context=TOLD)

    assert [leg[3] - leg[2] for leg in found.legs("c1")] == [200, 220, 220]
    assert found.legs("c2")[0][2:4] == (1000, 1200)


def test_who_is_passed_on_tells_it_again(day):
    skilled = [
        {"name": "g", "skills": ["a"], "staffing": {"agents": 1}},
        {"name": "h", "skills": ["b"], "staffing": {"agents": 1}},
    ]
    handling = {"talk": "100s", "transfers": {"to": "b", "share": "100%", "talk": "30s"}}
    found = day("need arrives\nc1 0", agents=skilled, handling=handling, context=TOLD)

    assert found.legs("c1") == [(TRANSFERRED, 0, 0, 30, "g-1"), (SERVED, 30, 30, 150, "h-1")]


def test_a_replayed_talk_and_a_message_stay_as_they_are(day):
    channels = [{"name": "phone"}, {"name": "email", "kind": "deferrable"}]
    found = day(
        "need attempt arrives channel talk\nc1 0 0 phone 50\nc1 1 - - 60\nc2 0 1000 email -",
        channels=channels,
        handling={"a": {"phone": {"talk": "100s"}, "email": {"work": "100s"}}},
        resolution="0%",
        customers=AGAIN,
        context=TOLD,
    )

    assert [leg[3] - leg[2] for leg in found.legs("c1")] == [50, 60, 120]
    assert [leg[3] - leg[2] for leg in found.legs("c2")] == [100, 100, 100]

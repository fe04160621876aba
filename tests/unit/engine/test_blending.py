"""Live work that interrupts messages, and idle agents kept back for it; times on paper."""

from ccsim.logs.codes import AgentState, EndReason

SERVED, ABANDONED = EndReason.SERVED, EndReason.ABANDONED
IDLE, TALK, _, BREAK, *_ = AgentState


def desk(*groups, interruptible=True, **more):
    """Phone and e-mail on the same agents."""
    return {
        "calendar": {"length": "20min"},
        "channels": [{"name": "phone"}, {"name": "email", "kind": "deferrable", "interruptible": interruptible}],
        "handling": {"a": {"phone": {"talk": "100s"}, "email": {"work": "100s"}}},
        "agents": [*groups],
    } | more


def team(agents=1, name="g", **more):
    return {"name": name, "skills": ["a"], "staffing": {"agents": agents}} | more


CALL_IN_A_MESSAGE = "need arrives channel talk\ne1 0 email 100\nc1 30 phone 50"


def test_a_call_interrupts_a_message_which_goes_on_after_it(day):
    found = day(CALL_IN_A_MESSAGE, **desk(team()))

    assert found.legs("c1") == [(SERVED, 30, 30, 80, "g-1")]
    assert found.legs("e1") == [(SERVED, 0, 0, 150, "g-1")]
    assert found.states("g-1")[:3] == [(TALK, 0, 30), (TALK, 30, 80), (TALK, 80, 150)]
    assert found.leg("e1")["paused"] == 50


def test_what_may_not_be_interrupted_is_not(day):
    found = day(CALL_IN_A_MESSAGE, **desk(team(), interruptible=False))

    assert found.legs("c1") == [(SERVED, 30, 100, 150, "g-1")]


def test_a_call_does_not_interrupt_a_call_nor_a_message_a_message(day):
    found = day("need arrives channel talk\nc1 0 phone 100\nc2 30 phone 50", **desk(team()))
    other = day("need arrives channel talk\ne1 0 email 100\ne2 30 email 50", **desk(team()))

    assert found.leg("c2")["starts"] == 100
    assert other.leg("e2")["starts"] == 100


def test_an_idle_agent_is_asked_first(day):
    found = day(CALL_IN_A_MESSAGE, **desk(team(2)))

    assert found.legs("c1") == [(SERVED, 30, 30, 80, "g-2")]
    assert found.leg("e1")["ends"] == 100


def test_who_began_last_is_interrupted_then_the_highest_number(day):
    calls = """
        need arrives channel talk
        e1   0       email   100
        e2   5       email   100
        e3   5       email   100
        c1   30      phone   500
        c2   40      phone   500
    """
    found = day(calls, **desk(team(3)))

    assert found.legs("c1")[0][4] == "g-3"
    assert found.legs("c2")[0][4] == "g-2"
    # e2 and e3 lie in the order in which they joined, and e1 is done at 100
    assert found.legs("e2") == [(SERVED, 5, 5, 165, "g-1")]
    assert found.legs("e3") == [(SERVED, 5, 5, 240, "g-1")]


def test_the_message_goes_to_an_idle_agent_who_does_messages_only(day):
    groups = (team(name="both"), team(name="mail", channels=["email"], staffing={"shift": "late", "agents": 1}))
    found = day(
        "need arrives channel talk\ne0 0 email 20\ne1 10 email 100\nc1 30 phone 50",
        **desk(*groups, shifts={"late": {"from": "00:00:20", "to": "00:20"}}),
    )

    # e0 keeps both-1 until 20, when mail-1 begins and takes e1; both-1 is idle
    assert found.legs("c1") == [(SERVED, 30, 30, 80, "both-1")]
    assert [leg[4] for leg in found.legs("e1")] in (["mail-1"], ["both-1"])


def test_an_agent_due_for_a_break_is_not_interrupted(day):
    breaks = [{"at": "00:00:20", "for": "60s"}]
    found = day(
        CALL_IN_A_MESSAGE,
        **desk(
            team(staffing={"shift": "s", "agents": 1}), shifts={"s": {"from": "00:00", "to": "00:20", "breaks": breaks}}
        ),
    )

    assert found.states("g-1")[:3] == [(TALK, 0, 100), (BREAK, 100, 160), (TALK, 160, 210)]


def test_a_reserve_is_kept_back_from_messages_but_not_from_calls(day):
    calls = """
        need arrives channel talk
        e1   0       email   100
        e2   10      email   100
        c1   20      phone   10
    """
    found = day(calls, **desk(team(2, reserve=1), interruptible=False))

    assert found.legs("e1") == [(SERVED, 0, 0, 100, "g-1")]
    assert found.legs("c1") == [(SERVED, 20, 20, 30, "g-2")]
    # at 30 g-2 alone is idle, at 100 both are
    assert found.legs("e2") == [(SERVED, 10, 100, 200, "g-1")]


def test_a_reserve_of_everybody_never_does_a_message(day):
    found = day("need arrives channel talk\ne1 0 email 100", **desk(team(2, reserve=2)))

    assert found.leg("e1")["starts"] != found.leg("e1")["starts"]


def test_each_group_keeps_its_own_reserve(day):
    found = day(
        "need arrives channel talk\ne1 0 email 100\ne2 0 email 100",
        **desk(team(1, name="careful", reserve=1), team(2, name="ready", reserve=1)),
    )

    assert found.legs("e1") == [(SERVED, 0, 0, 100, "ready-1")]
    assert found.legs("e2") == [(SERVED, 0, 100, 200, "ready-1")]

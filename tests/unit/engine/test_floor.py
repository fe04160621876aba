"""Who is on the floor and who takes whom: counts, shifts, routing; times on paper."""

import pytest

from ccsim.logs.codes import AgentState, EndReason

SERVED, ABANDONED, HORIZON = EndReason.SERVED, EndReason.ABANDONED, EndReason.HORIZON
IDLE, TALK, WRAP_UP, *_ = AgentState
TWO_TYPES = {"types": [{"name": "a"}, {"name": "b"}], "replay": "calls.csv"}


def counts(*agents, **more):
    """One group whose count changes every ten minutes."""
    return {
        "agents": [{"name": "g", "skills": ["a"], "staffing": {"from": "00:00", "every": "10min", "agents": [*agents]}}]
    } | more


def group(name, skills, agents=1, **more):
    """A group that is always on."""
    return {"name": name, "skills": skills, "staffing": {"agents": agents}} | more


def on_shift(*shifts):
    """One group with an agent on each shift."""
    names = [f"s{place}" for place in range(len(shifts))]
    return {
        "shifts": dict(zip(names, shifts)),
        "agents": [{"name": "g", "skills": ["a"], "staffing": {"shift": names, "agents": [1] * len(names)}}],
    }


NIGHTS = {
    "calendar": {"days": 2},
    "agents": [{"name": "g", "skills": ["a"], "staffing": {"from": "20:00", "every": "6h", "agents": [1, 1]}}],
}


class TestCounts:
    def test_when_the_count_falls_busy_agents_finish_and_the_first_to_finish_leaves(self, day):
        calls = """
            need arrives talk
            c1   0       700
            c2   0       800
            c3   100     50
        """
        found = day(calls, **counts(2, 1))

        # from 600 one agent; at 700 the other is still busy, so g-1 leaves; at 800 g-2 takes c3
        assert found.legs("c3") == [(SERVED, 100, 800, 850, "g-2")]
        assert found.states("g-1") == [(TALK, 0, 700)]
        # the table ends after twenty minutes, and nobody is there from then on
        assert found.states("g-2") == [(TALK, 0, 800), (TALK, 800, 850), (IDLE, 850, 1200)]

    def test_an_agent_who_finishes_as_the_count_falls_below_the_busy_leaves(self, day):
        calls = """
            need arrives talk
            c1   0       600
            c2   0       800
            c3   100     50
        """
        found = day(calls, **counts(2, 1))

        assert found.states("g-1") == [(TALK, 0, 600)]
        assert found.legs("c3") == [(SERVED, 100, 800, 850, "g-2")]

    def test_wrap_up_is_finished_too_before_an_agent_leaves(self, day):
        found = day("need arrives talk wrap_up\nc1 0 500 200", **counts(1, 0))

        assert found.states("g-1") == [(TALK, 0, 500), (WRAP_UP, 500, 700)]

    def test_when_the_count_falls_the_shortest_idle_goes_first(self, day):
        found = day("need arrives talk\nc1 100 100", **counts(2, 1))

        # g-1 is idle since 200, g-2 since 0
        assert found.states("g-1") == [(IDLE, 0, 100), (TALK, 100, 200), (IDLE, 200, 600)]
        assert found.states("g-2") == [(IDLE, 0, 1200)]

    def test_of_those_idle_equally_long_the_highest_number_goes_first(self, day):
        found = day("need arrives talk\nc1 2000 100", **counts(3, 1))

        assert [found.states(f"g-{number}")[-1][2] for number in (1, 2, 3)] == [1200, 600, 600]

    def test_idle_agents_go_before_busy_ones(self, day):
        found = day("need arrives talk\nc1 0 900", **counts(3, 1))

        assert [found.states(f"g-{number}")[-1][1:] for number in (1, 2, 3)] == [(900, 1200), (0, 600), (0, 600)]

    def test_when_the_count_rises_the_lowest_numbers_off_the_floor_come_on(self, day):
        # g-1 is the shortest idle at 600 and goes; at 1200 he is the lowest off the floor
        found = day("need arrives talk\nc1 100 100", **counts(2, 1, 3))

        assert found.states("g-1")[2:] == [(IDLE, 200, 600), (IDLE, 1200, 1800)]
        assert found.states("g-2") == [(IDLE, 0, 1800)]
        assert found.states("g-3") == [(IDLE, 1200, 1800)]

    def test_those_who_come_on_take_those_who_wait(self, day):
        calls = """
            need arrives talk
            c1   0       900
            c2   10      50
            c3   20      50
            c4   30      50
        """
        found = day(calls, **counts(1, 3))

        assert found.legs("c2") == [(SERVED, 10, 600, 650, "g-2")]
        assert found.legs("c3") == [(SERVED, 20, 600, 650, "g-3")]
        assert found.legs("c4") == [(SERVED, 30, 650, 700, "g-2")]

    def test_an_agent_who_finishes_as_the_count_rises_takes_the_first_of_the_waiting(self, day):
        calls = """
            need arrives talk
            c1   0       600
            c2   10      50
            c3   20      50
        """
        found = day(calls, **counts(1, 2))

        assert found.legs("c2") == [(SERVED, 10, 600, 650, "g-1")]
        assert found.legs("c3") == [(SERVED, 20, 600, 650, "g-2")]

    def test_who_stayed_beyond_a_low_count_stays_on_when_the_count_is_back(self, day):
        calls = """
            need arrives talk
            c1   0       1300
            c2   0       1300
            c3   1250    50
            c4   1250    50
        """
        found = day(calls, **counts(2, 1, 2))

        assert found.legs("c3") == [(SERVED, 1250, 1300, 1350, "g-1")]
        assert found.legs("c4") == [(SERVED, 1250, 1300, 1350, "g-2")]

    def test_nobody_is_there_while_the_count_is_zero(self, day):
        found = day("need arrives talk\nc1 10 50", **counts(0, 1))

        assert found.legs("c1") == [(SERVED, 10, 600, 650, "g-1")]

    def test_a_centre_of_no_agents_answers_nobody(self, day):
        found = day("need arrives talk patience\nc1 10 50 60\nc2 20 50 -", agents=[group("g", ["a"], agents=0)])

        assert found.legs("c1") == [(ABANDONED, 10, None, 70, None)]
        assert found.legs("c2") == [(HORIZON, 20, None, 3600, None)]
        assert len(found.logs.agent_states) == 0

    def test_a_gate_that_ends_as_the_count_falls_leads_to_nobody_beyond_the_lower_count(self, day):
        calls = """
            need arrives talk gate
            c1   0       900  agent
            c2   570     50   agent
        """
        found = day(calls, channels=[{"name": "phone", "gate": {"time": "30s"}}], **counts(2, 1))

        # g-2 is idle at 600, but one busy agent is all that the lower count allows
        assert found.legs("c2") == [(SERVED, 600, 930, 980, "g-1")]
        assert found.states("g-2") == [(IDLE, 0, 600)]

    def test_counts_that_run_past_midnight_end_with_their_last_stretch(self, day):
        found = day("need arrives talk\nc1 2026-01-06T09:00:00 50", **NIGHTS)

        # on from 20:00 until 32:00; at 33:00 nobody is there until 44:00
        assert found.leg("c1")["starts"] == 44 * 3600
        assert (IDLE, 20 * 3600, 32 * 3600) in found.states("g-1")

    def test_the_night_before_reaches_into_the_first_day_as_it_does_for_shifts(self, day):
        found = day("need arrives talk\nc1 01:00 50", **NIGHTS)

        assert found.leg("c1")["starts"] == 3600


class TestShifts:
    def test_a_busy_agent_finishes_contact_and_wrap_up_after_his_shift(self, day):
        found = day("need arrives talk wrap_up\nc1 500 200 30", **on_shift({"from": "00:00", "to": "00:10"}))

        assert found.states("g-1") == [(IDLE, 0, 500), (TALK, 500, 700), (WRAP_UP, 700, 730)]

    def test_the_next_shift_takes_over_those_who_wait(self, day):
        calls = """
            need arrives talk
            c1   500     200
            c2   550     50
        """
        found = day(calls, **on_shift({"from": "00:00", "to": "00:10"}, {"from": "00:10", "to": "00:20"}))

        assert found.legs("c2") == [(SERVED, 550, 600, 650, "g-2")]

    def test_who_is_still_busy_when_his_next_shift_starts_goes_straight_on(self, day):
        # Monday's night shift ends at 31:00, Tuesday's starts at 47:00; the talk lasts until 48:00
        found = day(
            "need arrives talk\nc1 23:30 88200\nc2 2026-01-06T23:30:00 60",
            calendar={"days": 3},
            **on_shift({"from": "23:00", "to": "31:00", "days": "Mon-Tue"}),
        )

        assert found.legs("c2") == [(SERVED, 86400 + 84600, 172800, 172860, "g-1")]
        # one stretch of talk, and none beside it
        assert found.states("g-1")[1] == (TALK, 84600, 172800)
        assert found.states("g-1")[-1] == (IDLE, 172860, 86400 + 31 * 3600)

    def test_shifts_that_touch_at_midnight_are_one(self, day):
        found = day("need arrives talk\nc1 100 50", calendar={"days": 2}, **on_shift({"from": "00:00", "to": "24:00"}))

        assert found.states("g-1") == [(IDLE, 0, 100), (TALK, 100, 150), (IDLE, 150, 172800)]


class TestChannels:
    @staticmethod
    def both(phone=None, email=None):
        return {
            "channels": [
                {"name": "phone"} | (phone or {}),
                {"name": "email", "kind": "deferrable"} | (email or {}),
            ],
            "handling": {"a": {"phone": {"talk": "100s"}, "email": {"work": "40s"}}},
        }

    CALLS = """
        need arrives channel talk
        c1   0       phone   100
        mail 10      email   50
        call 20      phone   30
    """

    def test_a_free_agent_takes_the_phone_before_the_mail(self, day):
        found = day(self.CALLS, **self.both())

        assert found.legs("call") == [(SERVED, 20, 100, 130, "g-1")]
        assert found.legs("mail") == [(SERVED, 10, 130, 180, "g-1")]

    def test_channel_priorities_turn_that_round(self, day):
        found = day(self.CALLS, **self.both(phone={"priority": 2}, email={"priority": 1}))

        assert found.legs("mail") == [(SERVED, 10, 100, 150, "g-1")]
        assert found.legs("call") == [(SERVED, 20, 150, 180, "g-1")]

    def test_of_channels_with_equal_priority_the_longest_waiting_is_taken(self, day):
        found = day(self.CALLS, **self.both(email={"priority": 1}))

        assert found.legs("mail") == [(SERVED, 10, 100, 150, "g-1")]

    def test_mail_is_not_taken_from_the_agents_hand_by_a_call(self, day):
        found = day("need arrives channel talk\nmail 10 email 50\ncall 20 phone 30", **self.both())

        assert found.legs("call") == [(SERVED, 20, 60, 90, "g-1")]

    def test_nobody_loses_patience_with_mail(self, day):
        found = day(
            "need arrives channel talk\nc1 0 phone 3000\nmail 10 email 50", customers={"patience": "1s"}, **self.both()
        )

        assert found.legs("mail") == [(SERVED, 10, 3000, 3050, "g-1")]

    def test_mail_that_comes_in_the_evening_is_answered_when_the_shift_starts(self, day):
        found = day(
            "need arrives channel\nmail 20:00 email",
            calendar={"days": 2},
            **self.both(),
            **on_shift({"from": "08:00", "to": "18:00"}),
        )

        assert found.legs("mail") == [(SERVED, 72000, 86400 + 28800, 86400 + 28840, "g-1")]

    def test_a_group_takes_only_its_own_channels(self, day):
        found = day(
            "need arrives channel talk\nmail 10 email 50\ncall 20 phone 30",
            agents=[group("callers", ["a"], channels=["phone"]), group("writers", ["a"], channels=["email"])],
            **self.both(),
        )

        assert found.legs("mail")[0][-1] == "writers-1"
        assert found.legs("call")[0][-1] == "callers-1"


class TestWhichContact:
    CALLS = """
        need type arrives talk
        c1   a    0       100
        c2   a    10      50
        c3   b    20      30
    """

    def test_a_free_agent_takes_his_first_skill_first(self, day):
        found = day(self.CALLS, needs=TWO_TYPES, agents=[group("g", {"a": 2, "b": 1})])

        assert found.legs("c3") == [(SERVED, 20, 100, 130, "g-1")]
        assert found.legs("c2") == [(SERVED, 10, 130, 180, "g-1")]

    def test_by_longest_waiting_ranks_do_not_count(self, day):
        found = day(
            self.CALLS, needs=TWO_TYPES, agents=[group("g", {"a": 2, "b": 1})], routing={"contact": "longest_waiting"}
        )

        assert found.legs("c2") == [(SERVED, 10, 100, 150, "g-1")]
        assert found.legs("c3") == [(SERVED, 20, 150, 180, "g-1")]

    def test_of_equal_ranks_the_longest_waiting_is_taken(self, day):
        found = day(self.CALLS, needs=TWO_TYPES, agents=[group("g", ["b", "a"])])

        assert found.legs("c2") == [(SERVED, 10, 100, 150, "g-1")]

    @pytest.mark.parametrize("skills", [{"skill": "a"}, {}])
    def test_urgent_needs_go_first_in_one_queue_and_between_queues_of_equal_rank(self, day, skills):
        types = [{"name": "a", "priority": 2}, {"name": "b", "priority": 1} | skills]
        found = day(
            self.CALLS,
            needs={"types": types, "replay": "calls.csv"},
            agents=[group("g", sorted({"a", skills.get("skill", "b")}))],
        )

        assert found.legs("c3") == [(SERVED, 20, 100, 130, "g-1")]

    def test_the_rank_of_the_skill_goes_before_the_urgency_of_the_need(self, day):
        types = [{"name": "a", "priority": 2}, {"name": "b", "priority": 1}]
        found = day(self.CALLS, needs={"types": types, "replay": "calls.csv"}, agents=[group("g", {"a": 1, "b": 2})])

        assert found.legs("c2") == [(SERVED, 10, 100, 150, "g-1")]

    def test_an_urgent_need_does_not_interrupt_the_one_in_hand(self, day):
        types = [{"name": "a", "priority": 2}, {"name": "b", "priority": 1}]
        found = day(
            "need type arrives talk\nc1 a 0 100\nc2 b 10 20",
            needs={"types": types, "replay": "calls.csv"},
            agents=[group("g", ["a", "b"])],
        )

        assert found.legs("c1") == [(SERVED, 0, 0, 100, "g-1")]

    def test_a_visit_that_left_is_passed_over(self, day):
        calls = """
            need arrives talk patience
            c1   0       100  -
            c2   10      50   20
            c3   20      50   500
        """
        found = day(calls)

        assert found.legs("c3") == [(SERVED, 20, 100, 150, "g-1")]


class TestWhichAgent:
    # both groups are idle; the second has been so for longer when c2 calls
    CALLS = """
        need type arrives talk
        c1   a    0       50
        c2   a    100     50
    """

    @staticmethod
    def groups(first=1, second=2):
        return [group("g", {"a": first}), group("h", {"a": second, "b": 1})]

    def test_by_skill_priority_the_group_of_the_best_rank_is_asked_first(self, day):
        found = day(self.CALLS, needs=TWO_TYPES, agents=self.groups())

        assert [found.leg(label)["agent"] for label in ("c1", "c2")] == [0, 0]

    def test_by_longest_idle_ranks_do_not_count(self, day):
        found = day(self.CALLS, needs=TWO_TYPES, agents=self.groups(), routing={"agent": "longest_idle"})

        # at 0 all are idle equally long: the lowest number; at 100 h-1 is idle since 0, g-1 since 50
        assert [found.leg(label)["agent"] for label in ("c1", "c2")] == [0, 1]

    def test_among_equal_ranks_the_longest_idle_is_asked(self, day):
        found = day(self.CALLS, needs=TWO_TYPES, agents=self.groups(second=1))

        assert [found.leg(label)["agent"] for label in ("c1", "c2")] == [0, 1]

    def test_by_group_order_the_first_group_is_asked_first_whatever_its_rank(self, day):
        found = day(
            self.CALLS,
            needs=TWO_TYPES,
            agents=self.groups(),
            routing={"agent": "group_order", "group_order": ["h", "g"]},
        )

        assert [found.leg(label)["agent"] for label in ("c1", "c2")] == [1, 1]

    def test_by_group_order_the_files_order_counts_where_none_is_given(self, day):
        found = day(self.CALLS, needs=TWO_TYPES, agents=self.groups(2, 1), routing={"agent": "group_order"})

        assert [found.leg(label)["agent"] for label in ("c1", "c2")] == [0, 0]

    def test_the_second_group_is_asked_when_the_first_is_busy(self, day):
        found = day("need type arrives talk\nc1 a 0 500\nc2 a 100 50", needs=TWO_TYPES, agents=self.groups())

        assert [found.leg(label)["agent"] for label in ("c1", "c2")] == [0, 1]

    def test_within_a_group_the_longest_idle_is_asked_and_then_the_lowest_number(self, day):
        calls = """
            need arrives talk
            c1   0       50
            c2   100     50
            c3   110     50
            c4   120     50
        """
        found = day(calls, agents=[group("g", ["a"], agents=3)])

        # c1 g-1; c2 g-2 (idle since 0, as g-3); c3 g-3; c4 g-1 (idle since 50)
        assert [found.leg(label)["agent"] for label in ("c1", "c2", "c3", "c4")] == [0, 1, 2, 0]

    def test_wrap_up_counts_from_its_end_towards_idleness(self, day):
        calls = """
            need arrives talk wrap_up
            c1   0       50   100
            c2   0       80   0
            c3   200     10   0
        """
        found = day(calls, agents=[group("g", ["a"], agents=2)])

        # g-1 free at 150, g-2 at 80
        assert found.leg("c3")["agent"] == 1

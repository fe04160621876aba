"""One need's story: every ending in words, found by place, label or id."""

import pytest
from hand_days import scenario_of

from ccsim.errors import InputError
from ccsim.logs.codes import EndReason, Outcome
from ccsim.study.trace import ENDINGS, OUTCOMES, trace

GATE = {"channels": [{"name": "phone", "gate": {"time": "30s"}}]}
TWO_CHANNELS = {
    "channels": [{"name": "phone"}, {"name": "email", "kind": "deferrable"}],
    "handling": {"a": {"phone": {"talk": "100s"}, "email": {"work": "100s"}}},
}


@pytest.fixture
def told(tmp_path):
    """Tells the story of a need of a hand-made day: title and lines without the day."""

    def story(table, need=None, **sections):
        found = trace(scenario_of(table, tmp_path, **sections), need=need)
        assert all(line.startswith("day    1  ") for line in found.lines)
        return [line.removeprefix("day    1  ") for line in found.lines]

    return story


class TestWords:
    def test_a_call_answered_at_once(self, told):
        assert told("need arrives talk\nc1 3 100") == [
            "00:00:03.000  a need arises: a",
            "00:00:03.000  attempt 1: sets out for phone",
            "00:00:03.000  attempt 1: joins phone.a",
            "00:00:03.000  attempt 1: answered by g-1 at once",
            "00:01:43.000  attempt 1: ends after 1min40s of work, resolved",
            "00:01:43.000  the need is resolved",
        ]

    def test_a_call_that_waits_abandons_and_comes_back(self, told):
        calls = """
            need attempt arrives talk patience redial_after
            busy 0       0       300  -        -
            c1   0       10      10   20       -
            c1   1       -       70   -        200
        """

        assert told(calls, "c1") == [
            "00:00:10.000  a need arises: a",
            "00:00:10.000  attempt 1: sets out for phone",
            "00:00:10.000  attempt 1: joins phone.a",
            "00:00:30.000  attempt 1: hangs up after waiting 20s",
            "00:03:50.000  attempt 2: sets out for phone",
            "00:03:50.000  attempt 2: joins phone.a",
            "00:05:00.000  attempt 2: answered by g-1 after waiting 1min10s",
            "00:06:10.000  attempt 2: ends after 1min10s of work, resolved",
            "00:06:10.000  the need is resolved",
        ]

    def test_a_message_that_is_put_down_and_taken_up_by_another(self, told):
        lines = told(
            "need arrives channel talk\ne1 90 email 30",
            shifts={"early": {"from": "00:00", "to": "00:01:40"}, "late": {"from": "00:03:20", "to": "00:10"}},
            agents=[{"name": "g", "skills": ["a"], "staffing": {"shift": ["early", "late"], "agents": [1, 1]}}],
            shift_end="pause",
            **TWO_CHANNELS,
        )

        assert lines[3:] == [
            "00:01:30.000  attempt 1: answered by g-1 at once",
            "00:01:40.000  attempt 1: put down by g-1",
            "00:03:20.000  attempt 1: taken up again by g-2",
            "00:03:40.000  attempt 1: ends after 30s of work, resolved",
            "00:03:40.000  the need is resolved",
        ]

    def test_a_callback_that_reaches_the_customer_at_the_second_call_or_never(self, told):
        dialling = {"time": "20s", "reached": "0%", "tries": 2, "again_after": "5min"}
        lines = told(
            "need arrives talk\nc1 0 100\nc2 10 50",
            "c2",
            channels=[{"name": "phone", "callback": {"dialling": dialling}}],
        )

        assert lines[2:] == [
            "00:00:10.000  attempt 1: joins phone.a",
            "00:00:10.000  attempt 1: takes a callback and rings off",
            "00:01:40.000  attempt 1: called by g-1, in vain",
            "00:07:00.000  attempt 1: called by g-1, in vain",
            "00:07:20.000  attempt 1: is not reached",
            "00:07:20.000  the customer gives up",
        ]

    @pytest.mark.parametrize(
        ("at_hand", "said", "talk"),
        [("0%", "tells again what an agent was told before", "2min"),
         ("100%", "the agent has at hand what was told before", "1min40s")],
    )  # fmt: skip
    def test_a_customer_tells_again_what_was_told_before(self, told, at_hand, said, talk):
        lines = told(
            "need arrives\nc1 0",
            resolution="0%",
            customers={"reconnect": {"probability": "100%", "after": "1min"}, "most_attempts": 2},
            context={"told_again": "20s", "at_hand": at_hand},
        )

        assert lines[3:] == [
            "00:00:00.000  attempt 1: answered by g-1 at once",
            "00:01:40.000  attempt 1: ends after 1min40s of work, not resolved",
            "00:02:40.000  attempt 2: sets out for phone",
            "00:02:40.000  attempt 2: joins phone.a",
            "00:02:40.000  attempt 2: answered by g-1 at once",
            f"00:02:40.000  attempt 2: {said}",
            f"00:04:{'40' if talk == '2min' else '20'}.000  attempt 2: ends after {talk} of work, not resolved",
            f"00:04:{'40' if talk == '2min' else '20'}.000  the customer has used up all attempts; the need is lost",
        ]

    def test_a_customer_who_leaves_without_a_word(self, told):
        silent = {"share": "100%", "found_out": "5s"}
        table = "need arrives talk patience\nc1 0 100 -\nc2 10 50 30"
        lines = told(table, "c2", channels=[{"name": "chat", "silent": silent}])

        assert lines[2:] == [
            "00:00:10.000  attempt 1: joins chat.a",
            "00:00:40.000  attempt 1: leaves without a word after waiting 30s",
            "00:00:40.000  the customer gives up",
            "00:01:40.000  attempt 1: taken by g-1, who finds out after 5s",
        ]

    def test_a_customer_whose_leaving_nobody_finds_out(self, told):
        silent = {"share": "100%", "found_out": "20s"}
        table = "need arrives talk patience\nc1 0 3590 -\nc2 10 50 30\nc3 20 50 30"
        channels = [{"name": "chat", "silent": silent}]

        looked = "00:59:50.000  attempt 1: taken by g-1, who is still looking for him at the end of the run"
        assert told(table, "c2", channels=channels)[5] == looked
        assert len(told(table, "c3", channels=channels)) == 5

    def test_a_message_that_lies_too_long_and_a_second_that_is_merged(self, told):
        tolerance = {"lasts": "40s", "again": "100%", "merges": "100%"}
        lines = told(
            "need arrives talk\nc1 0 100",
            channels=[{"name": "email", "kind": "deferrable", "tolerance": tolerance}],
            handling={"a": {"email": {"work": "100s"}}},
        )

        assert lines[3:] == [
            "00:00:00.000  attempt 1: answered by g-1 at once",
            "00:00:40.000  attempt 2: sets out for email, for the message before has had no reply",
            "00:00:40.000  attempt 2: is found to belong to the message that lies, and is merged into it",
            "00:01:40.000  attempt 1: ends after 1min40s of work, resolved",
            "00:01:40.000  the need is resolved",
        ]

    def test_a_visit_to_a_store(self, told):
        lines = told("need arrives talk\nc1 0 100", channels=[{"name": "store", "travel": "20min"}])

        assert lines[1:3] == [
            "00:00:00.000  attempt 1: sets out for store and is there after 20min",
            "00:20:00.000  attempt 1: joins store.a",
        ]

    def test_an_outbound_call(self, told):
        channels = [{"name": "calls", "kind": "deferrable", "dialling": {"time": "20s"}}]
        handling = {"a": {"calls": {"work": "100s"}}}

        assert told("need arrives\nc1 0", channels=channels, handling=handling)[1:] == [
            "00:00:00.000  attempt 1: is on the list of calls",
            "00:00:00.000  attempt 1: joins calls.a",
            "00:00:00.000  attempt 1: called by g-1",
            "00:00:20.000  attempt 1: reached by g-1 after 20s",
            "00:02:00.000  attempt 1: ends after 1min40s of work, resolved",
            "00:02:00.000  the need is resolved",
        ]

    @pytest.mark.parametrize(
        ("label", "answered", "ended"),
        [
            ("c1", "00:00:00.000  attempt 1: answered by g-1 at once, alone", "00:03:15.000"),
            ("c2", "00:00:40.000  attempt 1: answered by g-1 at once, beside 1 other", "00:02:10.000"),
            ("c3", "00:01:00.000  attempt 1: answered by g-1 at once, beside 2 others", "00:03:15.000"),
        ],
    )
    def test_a_chat_and_how_many_others_share_the_agent(self, told, label, answered, ended):
        """40 s alone, 20 s at half pace, then at a quarter and again at half."""
        lines = told(
            "need arrives talk\nc1 0 100\nc2 40 27.5\nc3 60 50",
            label,
            channels=[{"name": "chat", "concurrency": {"most": 3, "pace": ["100%", "50%", "25%"]}}],
        )

        assert answered in lines
        assert lines[-1].startswith(ended)

    @pytest.mark.parametrize(
        ("result", "words", "end"),
        [
            ("resolved", "is served by the gate after 30s: the need is truly resolved", "the need is resolved"),
            ("wrong", "leaves the gate after 30s with a wrong answer, believing it right", "the customer gives up"),
            ("hung_up", "hangs up in the gate after 30s", "the customer gives up"),
            ("blocked", "reaches the gate's end after 30s and finds no way to a person", "the customer gives up"),
        ],
    )
    def test_what_happens_in_the_gate(self, told, result, words, end):
        assert told(f"need arrives gate\nc1 10 {result}", **GATE)[-2:] == [
            f"00:00:40.000  attempt 1: {words}",
            f"00:00:40.000  {end}",
        ]

    def test_through_the_gate_to_an_agent(self, told):
        assert "00:00:40.000  attempt 1: joins phone.a after 30s in the gate" in told(
            "need arrives gate\nc1 10 agent", **GATE
        )

    def test_a_transfer(self, told):
        lines = told(
            "need type arrives\nc1 a 10",
            needs={"types": [{"name": "a"}, {"name": "b"}], "replay": "calls.csv"},
            agents=[{"name": "g", "skills": ["a", "b"], "staffing": {"agents": 1}}],
            channels=[{"name": "phone", "gate": {"time": "30s", "misroutes": {"base": "100%", "talk": "60s"}}}],
        )

        assert lines[2:] == [
            "00:00:40.000  attempt 1: joins phone.b after 30s in the gate",
            "00:00:40.000  attempt 1: answered by g-1 at once",
            "00:01:40.000  attempt 1: transferred to the right queue after 1min",
            "00:01:40.000  attempt 1: joins phone.a",
            "00:01:40.000  attempt 1: answered by g-1 at once",
            "00:03:20.000  attempt 1: ends after 1min40s of work, resolved",
            "00:03:20.000  the need is resolved",
        ]

    def test_a_customer_is_passed_on_to_another_skill(self, told):
        lines = told(
            "need arrives\nc1 10",
            agents=[{"name": "g", "skills": ["a", "b"], "staffing": {"agents": 1}}],
            handling={"talk": "100s", "transfers": {"to": "b", "share": "100%", "talk": "20s"}},
        )

        assert lines[-6:] == [
            "00:00:10.000  attempt 1: answered by g-1 at once",
            "00:00:30.000  attempt 1: transferred to phone.b after 20s",
            "00:00:30.000  attempt 1: joins phone.b",
            "00:00:30.000  attempt 1: answered by g-1 at once",
            "00:02:10.000  attempt 1: ends after 1min40s of work, resolved",
            "00:02:10.000  the need is resolved",
        ]

    def test_the_agent_stays_with_the_customer(self, told):
        lines = told(
            "need arrives\nc1 10",
            agents=[{"name": "g", "skills": ["a", "b"], "staffing": {"agents": 1}}],
            handling={"talk": "100s", "transfers": {"to": "b", "share": "100%", "talk": "20s", "warm": "1min"}},
        )

        assert lines[-6:-2] == [
            "00:00:30.000  attempt 1: transferred to phone.b after 20s",
            "00:00:30.000  attempt 1: joins phone.b",
            "00:01:30.000  attempt 1: g-1 leaves, who has stayed for 1min",
            "00:01:30.000  attempt 1: answered by g-1 after waiting 1min",
        ]

    def test_a_talk_is_handed_over(self, told):
        lines = told(
            "need arrives\nc1 90",
            agents=[
                {"name": "early", "skills": ["a"], "staffing": {"shift": "early", "agents": 1}},
                {"name": "late", "skills": ["a"], "staffing": {"shift": "late", "agents": 1}},
            ],
            shifts={"early": {"from": "00:00", "to": "00:02"}, "late": {"from": "00:01:45", "to": "00:30"}},
            shift_end="hand_over",
        )

        assert lines[-5:-1] == [
            "00:02:00.000  attempt 1: handed over after 30s, for early-1 goes",
            "00:02:00.000  attempt 1: joins phone.a",
            "00:02:00.000  attempt 1: answered by late-1 at once",
            "00:03:10.000  attempt 1: ends after 1min10s of work, resolved",
        ]

    def test_a_closed_door(self, told):
        lines = told(
            "need arrives\nc1 10",
            channels=[{"name": "phone", "open": "00:30-00:40", "when_closed": {"returns": "0%"}}],
        )

        assert lines[-2:] == ["00:00:10.000  attempt 1: finds phone closed", "00:00:10.000  the customer gives up"]

    def test_all_lines_taken(self, told):
        lines = told("need arrives\nbusy 0\nc1 10", "c1", channels=[{"name": "phone", "lines": 1}])

        assert lines[-2:] == [
            "00:00:10.000  attempt 1: finds all lines of phone taken",
            "00:00:10.000  the customer gives up",
        ]

    def test_who_balks(self, told):
        customers = {"balking": {"per_waiting": 1e9}}
        lines = told("need arrives\nbusy 0\nfirst 5\nc1 10", "c1", customers=customers)

        assert lines[1:] == [
            "00:00:10.000  attempt 1: sets out for phone",
            "00:00:10.000  attempt 1: hears of the wait for phone.a and hangs up at once",
            "00:00:10.000  the customer gives up",
        ]

    def test_the_end_of_the_run(self, told):
        assert told("need arrives talk\nc1 3500 200")[-2:] == [
            "01:00:00.000  attempt 1: is cut off by the end of the run",
            "01:00:00.000  the need is still open when the run ends",
        ]

    def test_work_that_does_not_resolve_and_is_coded_otherwise(self, told):
        lines = told("need arrives\nc1 10", resolution="0%", coding={"when_not": "100%"})

        assert lines[-2:] == [
            "00:01:50.000  attempt 1: ends after 1min40s of work, not resolved, though coded resolved",
            "00:01:50.000  the customer gives up",
        ]

    def test_attempts_used_up(self, told):
        customers = {"reconnect": {"probability": "100%", "after": "60s"}, "most_attempts": 1}

        assert told("need arrives\nc1 10", resolution="0%", customers=customers)[-1] == (
            "00:01:50.000  the customer has used up all attempts; the need is lost"
        )

    def test_who_never_contacts_the_centre(self, told):
        assert told("need arrives\nc1 10", customers={"channels_preferred": {"none": "100%"}}) == [
            "00:00:10.000  a need arises: a",
            "00:00:10.000  the customer asks elsewhere and never contacts the centre",
        ]

    def test_who_does_not_find_the_way_in(self, told):
        assert told("need arrives\nc1 10", channels=[{"name": "phone", "prominence": "0%"}]) == [
            "00:00:10.000  a need arises: a",
            "00:00:10.000  the customer does not find phone, or is put off, and makes no attempt",
            "00:00:10.000  the customer gives up",
        ]

    def test_evidence_and_the_needs_character(self, told):
        types = [
            {
                "name": "a",
                "kind": "failure",
                "causes": {"standing": 1},
                "complexity": {"typical": "40%", "spread": 1e-9},
                "stake": {"spread": 1e-9},
            }
        ]
        lines = told(
            "need arrives\nc1 10",
            needs={"types": types, "replay": "calls.csv"},
            insight={"content": {"phone": {"base": "100%"}}, "listening": {"manual_sample": "100%"}},
        )

        assert lines[0] == "00:00:10.000  a need arises: a (caused by a-1, complexity 40%, stake 1.00)"
        assert lines[-2] == "00:01:50.000  evidence for a-1 is found by manual sample"

    def test_every_ending_and_every_outcome_has_its_words(self):
        assert set(ENDINGS) | {EndReason.SERVED, EndReason.TRANSFERRED} == set(EndReason)
        assert set(OUTCOMES) == set(Outcome)

    def test_evidence_stands_before_what_follows_it_in_the_same_second(self, told):
        lines = told(
            "need arrives\nc1 10",
            needs={
                "types": [{"name": "a", "kind": "failure", "causes": {"standing": 1}}],
                "replay": "calls.csv",
            },
            insight={
                "content": {"phone": {"base": "100%"}},
                "listening": {"manual_sample": "100%"},
                "repeats": "fresh",
            },
            resolution="0%",
            customers={"reconnect": {"probability": "100%", "after": "60s"}, "most_attempts": 2},
        )

        assert [line.split("  ")[1].split(" ")[0] for line in lines] == [
            *("a", "attempt", "attempt", "attempt", "attempt", "evidence"),
            *("attempt", "attempt", "attempt", "attempt", "evidence", "the"),
        ]

    def test_later_days_are_counted_from_one(self, tmp_path):
        found = trace(scenario_of("need arrives\nc1 90000", tmp_path, calendar={"days": 2}))

        assert found.lines[0] == "day    2  01:00:00.000  a need arises: a"

    def test_no_clock_shows_sixty_seconds(self, told):
        assert told("need arrives talk\nc1 59.9999 10")[0].startswith("00:01:00.000")


class TestWhichNeed:
    CALLS = """
        need  arrives talk patience
        late  500     10   -
        first 0       900  -
        again 10      10   20
    """

    def test_by_its_place_in_the_order_of_arrival(self, tmp_path):
        scenario = scenario_of(self.CALLS, tmp_path)

        titles = [trace(scenario, need=place).title for place in (0, 1, 2)]
        assert titles == [f"{label}: a, replication 0" for label in ("first", "again", "late")]

    def test_by_its_label(self, tmp_path):
        assert trace(scenario_of(self.CALLS, tmp_path), need="late").title.startswith("late: a")

    def test_by_its_id(self, tmp_path):
        scenario = scenario_of(self.CALLS, tmp_path)
        found = trace(scenario, need="late")

        assert trace(scenario, need=found.need) == found
        assert trace(scenario, need=str(found.need)) == found

    def test_a_need_without_a_label_is_called_by_its_id(self, tiny):
        found = trace(tiny(), need=0)

        assert found.title == f"{found.need}: a, replication 0"

    def test_the_one_with_the_most_attempts_where_none_is_named_and_the_earliest_of_those(self, tmp_path):
        customers = {"redial": {"probability": "100%", "after": "100s"}}

        assert trace(scenario_of(self.CALLS, tmp_path, customers=customers)).title.startswith("again")
        assert trace(scenario_of(self.CALLS, tmp_path)).title.startswith("first")

    @pytest.mark.parametrize("unknown", [3, "3", 10**15, "nobody", -1, "1.5", ""])
    def test_an_unknown_need_is_refused_in_words(self, tmp_path, unknown):
        with pytest.raises(InputError, match="need"):
            trace(scenario_of(self.CALLS, tmp_path), need=unknown)

    def test_a_raised_two_is_no_number(self, tmp_path):
        with pytest.raises(InputError):
            trace(scenario_of(self.CALLS, tmp_path), need="²")

    def test_a_replication_without_needs_is_refused(self, tiny):
        with pytest.raises(InputError, match="no need arises"):
            trace(tiny(), sets=["needs.volume.per_hour=0"])


class TestWhichRun:
    def test_another_replication_and_another_seed_tell_another_story(self, tiny):
        path = tiny()

        assert trace(path, need=0) == trace(path, need=0, seed=9)
        assert trace(path, need=0).lines != trace(path, need=0, seed=10).lines
        other = trace(path, need=0, replication=1)
        assert other.replication == 1
        assert other.lines != trace(path, need=0).lines

    ARMS = "arms: {as it is: {}, cut: {agents.g.speed_cut: 50%}}\n"

    def test_an_arm_tells_its_own_story_of_the_same_need(self, tiny):
        path = tiny(self.ARMS)

        one, other = trace(path, need=0, arm="as it is"), trace(path, need=0, arm="cut")

        assert one.need == other.need
        assert one.lines[:4] == other.lines[:4]
        assert one.lines[4:] != other.lines[4:]

    def test_an_unknown_arm_is_refused_with_the_arms_there_are(self, tiny):
        with pytest.raises(InputError, match=r'"open" is no arm of .*; the arms are as it is, cut'):
            trace(tiny(self.ARMS), arm="open")

    def test_settings_given_hold(self, tiny):
        path = tiny()

        assert trace(path, need=0, sets=["agents.g.speed_cut=50%"]).lines != trace(path, need=0).lines

    def test_an_arm_of_a_loaded_scenario_is_told_or_refused(self, tiny, tiny_scenario):
        path, scenario = tiny(self.ARMS), tiny_scenario(more=self.ARMS)

        try:
            found = trace(scenario, need=0, arm="cut")
        except InputError:
            return
        assert found == trace(path, need=0, arm="cut")

"""From a contact to a signal and from signals to a detection; chances at 0 % and 100 %, times on paper."""

from math import exp, log

import pytest

from ccsim.draws.streams import Kind, Purpose, entity, slot, uniform
from ccsim.logs.codes import Account, EndReason, Evidence, Route

FAILURES = {"types": [{"name": "a", "kind": "failure", "causes": {"standing": 1}}], "replay": "calls.csv"}
THREE = "need arrives\nc1 0\nc2 200\nc3 400"
YEAR = 365 * 86400
MISROUTED = {
    "channels": [{"name": "phone", "gate": {"time": "30s", "misroutes": {"base": "100%", "talk": "60s"}}}],
    "agents": [{"name": "g", "skills": ["a", "b"], "staffing": {"agents": 1}}],
}
TWO_TYPES = {"types": [*FAILURES["types"], {"name": "b"}], "replay": "calls.csv"}
BOTH_MACHINES = {
    "speech_analytics": {"coverage": "100%", "recall": "100%"},
    "text_analytics": {"coverage": "100%", "recall": "100%"},
}
AGAIN = {
    "resolution": "0%",
    "customers": {"reconnect": {"probability": "100%", "after": "1h"}, "most_attempts": 3},
    "handling": {"talk": "0s"},
    "calendar": {"length": "4h"},
}


def insight(
    *,
    content="100%",
    count=2,
    within=None,
    found_anyway=0,
    recorded="100%",
    accessible="100%",
    repeats="once",
    **listening,
):
    """Failure needs of one cause, and a section of insight in which all that is not said is certain."""
    rule = {"count": count} | ({} if within is None else {"within": within})
    return {
        "needs": FAILURES,
        "insight": {
            "recorded": recorded,
            "accessible": accessible,
            "content": {"phone": {"base": content}},
            "repeats": repeats,
            "listening": listening,
            "detection": rule,
            "found_anyway": {"per_year": found_anyway},
        },
    }


def signals(found):
    """Time and route of every signal."""
    return [(time, Route(route)) for time, route in found.logs.signals[["time", "route"]].tolist()]


def detection(found):
    """When and by which route the only cause was detected."""
    (row,) = found.logs.causes
    return None if row["detected_by"] < 0 else (float(row["detected"]), Route(row["detected_by"]))


def test_every_contact_that_is_sampled_and_shows_its_cause_is_a_signal_when_it_ends(day):
    found = day(THREE, **insight(manual_sample="100%"))

    assert signals(found) == [(100, Route.MANUAL_SAMPLE), (300, Route.MANUAL_SAMPLE), (500, Route.MANUAL_SAMPLE)]
    assert found.logs.attempts["analysed"].tolist() == [1 << Route.MANUAL_SAMPLE] * 3
    assert detection(found) == (300, Route.MANUAL_SAMPLE)


@pytest.mark.parametrize("lacking", [{"recorded": "0%"}, {"accessible": "0%"}])
def test_what_is_not_recorded_or_not_accessible_is_not_looked_at(day, lacking):
    found = day(THREE, **insight(manual_sample="100%", speech_analytics={"coverage": "100%"}, **lacking))

    assert signals(found) == []
    assert set(found.logs.attempts["analysed"].tolist()) == {0}


def test_what_does_not_show_its_cause_is_looked_at_in_vain(day):
    found = day(THREE, **insight(content="0%", manual_sample="100%"))

    assert signals(found) == []
    assert set(found.logs.attempts["analysed"].tolist()) == {1 << Route.MANUAL_SAMPLE}
    assert detection(found) is None


def test_without_any_route_nothing_is_found(day):
    found = day(THREE, **insight())

    assert signals(found) == []
    assert set(found.logs.attempts["analysed"].tolist()) == {0}


def test_a_need_without_a_cause_gives_no_signal_but_is_looked_at(day):
    settings = insight(manual_sample="100%") | {"needs": {"types": [{"name": "a"}], "replay": "calls.csv"}}
    found = day(THREE, **settings)

    assert signals(found) == []
    assert set(found.logs.attempts["analysed"].tolist()) == {1 << Route.MANUAL_SAMPLE}


@pytest.mark.parametrize(
    ("listening", "mask", "route"),
    [
        ({"speech_analytics": {"coverage": "100%", "recall": "100%"}}, 0b010, Route.SPEECH_ANALYTICS),
        ({"speech_analytics": {"coverage": "100%", "recall": "0%"}}, 0b010, None),
        ({"agent_flags": "100%"}, 0b100, Route.AGENT_FLAG),
        ({"agent_flags": "100%", "speech_analytics": {"coverage": "100%", "recall": "0%"}}, 0b110, Route.AGENT_FLAG),
        (
            {
                "manual_sample": "100%",
                "agent_flags": "100%",
                "speech_analytics": {"coverage": "100%", "recall": "100%"},
            },
            0b111,
            Route.MANUAL_SAMPLE,
        ),
        ({"log_analysis": "100%"}, 0, None),
    ],
)
def test_a_signal_carries_the_first_route_that_finds_it_and_every_route_that_looked_is_marked(
    day, listening, mask, route
):
    found = day("need arrives\nc1 0", **insight(**listening))

    assert found.logs.attempts["analysed"].tolist() == [mask]
    assert signals(found) == ([] if route is None else [(100, route)])


def test_routes_look_independently_of_one_another(day):
    table = "need arrives talk\n" + "\n".join(f"c{i} {i} 0" for i in range(3000))
    found = day(table, **insight(manual_sample="50%", agent_flags="50%"))

    masks = found.logs.attempts["analysed"]
    both = ((masks & 0b101) == 0b101).mean()
    # binomial: 1/4 with standard error sqrt(3/16/3000); level 1e-4
    z = (both - 0.25) / (0.1875 / 3000) ** 0.5
    print(f"z {z:+.2f}")
    assert abs(z) < 3.9


def test_what_was_abandoned_shows_nothing(day):
    found = day("need arrives talk patience\nbusy 0 3000 -\nc1 10 50 20", **insight(agent_flags="100%"))

    assert found.leg("c1")["analysed"] == 0
    assert found.logs.signals["need"].tolist() == [found.id_of("busy")]


@pytest.mark.parametrize("result", ["resolved", "wrong", "hung_up", "blocked"])
def test_a_gates_log_shows_its_cause_by_its_own_share_and_to_its_own_route(day, result):
    settings = insight(content="0%", log_analysis="100%", manual_sample="100%", count=1)
    settings["insight"]["content"]["gate"] = {"base": "100%"}
    found = day(f"need arrives gate\nc1 0 {result}", channels=[{"name": "phone", "gate": {"time": "30s"}}], **settings)

    assert signals(found) == [(30, Route.LOG_ANALYSIS)]
    assert found.logs.attempts["analysed"].tolist() == [1 << Route.LOG_ANALYSIS]
    assert detection(found) == (30, Route.LOG_ANALYSIS)


def test_who_is_let_through_the_gate_shows_his_cause_to_the_agent_only(day):
    settings = insight(log_analysis="100%", manual_sample="100%")
    found = day("need arrives gate\nc1 0 agent", channels=[{"name": "phone", "gate": {"time": "30s"}}], **settings)

    assert signals(found) == [(130, Route.MANUAL_SAMPLE)]


class TestLegs:
    """Whoever hears a customer may pass on what he heard, also where he passes the customer on."""

    def test_a_leg_that_is_passed_on_shows_its_cause_as_it_ends_and_the_next_one_not_again(self, day):
        found = day("need type arrives\nc1 a 0", **insight(manual_sample="100%") | {"needs": TWO_TYPES}, **MISROUTED)

        assert found.logs.attempts["end_reason"].tolist() == [EndReason.TRANSFERRED, EndReason.SERVED]
        assert found.logs.attempts["analysed"].tolist() == [1, 1]
        assert found.logs.signals[["time", "leg"]].tolist() == [(90, 0)]

    def test_with_fresh_chances_only_the_leg_that_ends_a_contact_shows_something(self, day):
        settings = insight(manual_sample="100%", repeats="fresh") | {"needs": TWO_TYPES}
        found = day("need type arrives\nc1 a 0", **settings, **MISROUTED)

        assert found.logs.attempts["analysed"].tolist() == [0, 1]
        assert found.logs.signals[["time", "leg"]].tolist() == [(190, 1)]

    def test_a_leg_that_is_passed_on_has_no_listening_minutes(self, day):
        settings = insight(content="0%", manual_sample="100%", minutes_per_contact="100s", scale="1s")
        settings["insight"]["content"]["phone"]["most"] = "100%"
        found = day("need type arrives\nc1 a 0", **settings | {"needs": TWO_TYPES}, **MISROUTED)

        assert found.logs.attempts["analysed"].tolist() == [1, 1]
        assert found.logs.signals["leg"].tolist() == [1]

    def test_talk_that_is_handed_over_is_heard_by_who_hands_it_over(self, day):
        found = day(
            "need arrives\nc1 0",
            agents=[{"name": "g", "skills": ["a"], "staffing": {"shift": ["early", "late"], "agents": [1, 1]}}],
            shifts={"early": {"from": "00:00", "to": "00:01"}, "late": {"from": "00:01", "to": "02:00"}},
            shift_end="hand_over",
            **insight(agent_flags="100%"),
        )

        assert found.logs.attempts["end_reason"].tolist() == [EndReason.TRANSFERRED, EndReason.SERVED]
        assert signals(found) == [(60, Route.AGENT_FLAG)]

    def test_talks_that_are_handed_over_in_one_instant_are_all_heard(self, day):
        table = "need arrives\n" + "\n".join(f"c{i} 0" for i in range(90))
        counts = {"from": "00:00", "every": "1min", "agents": [90, 0]}
        found = day(
            table,
            agents=[{"name": "g", "skills": ["a"], "staffing": counts}],
            shift_end="hand_over",
            **insight(agent_flags="100%"),
        )

        assert signals(found) == [(60, Route.AGENT_FLAG)] * 90


class TestMachines:
    """What is spoken goes to one machine, what is written to the other."""

    @pytest.mark.parametrize(
        ("channel", "route"),
        [
            ({"name": "phone"}, Route.SPEECH_ANALYTICS),
            ({"name": "phone", "medium": "written"}, Route.TEXT_ANALYTICS),
            ({"name": "phone", "concurrency": {"most": 3}}, Route.TEXT_ANALYTICS),
            ({"name": "phone", "concurrency": {"most": 1}}, Route.SPEECH_ANALYTICS),
            ({"name": "phone", "concurrency": {"most": 3}, "medium": "spoken"}, Route.SPEECH_ANALYTICS),
            ({"name": "phone", "kind": "deferrable"}, Route.TEXT_ANALYTICS),
            ({"name": "phone", "kind": "deferrable", "dialling": {"time": "10s"}}, Route.SPEECH_ANALYTICS),
            ({"name": "phone", "kind": "deferrable", "medium": "spoken"}, Route.SPEECH_ANALYTICS),
        ],
        ids=str,
    )
    def test_a_contact_is_analysed_by_the_machine_for_its_medium(self, day, channel, route):
        handling = {"work": "100s"} if "kind" in channel else {"talk": "100s"}
        found = day("need arrives\nc1 0", channels=[channel], handling=handling, **insight(**BOTH_MACHINES))

        assert found.logs.attempts["analysed"].tolist() == [1 << route]
        assert [by for _, by in signals(found)] == [route]

    @pytest.mark.parametrize(
        ("channel", "listening"),
        [
            ({"name": "phone"}, {"text_analytics": {"coverage": "100%"}}),
            ({"name": "phone", "concurrency": {"most": 3}}, {"speech_analytics": {"coverage": "100%"}}),
        ],
        ids=["a call", "a chat"],
    )
    def test_a_machine_is_deaf_to_the_other_medium(self, day, channel, listening):
        found = day("need arrives\nc1 0", channels=[channel], **insight(**listening))

        assert found.logs.attempts["analysed"].tolist() == [0]
        assert signals(found) == []

    def test_each_machine_has_its_price(self, day):
        prices = {"speech_analytics": "0.05/contact", "text_analytics": "0.02/contact"}
        found = day(
            "need arrives channel\nc1 0 phone\nc2 200 email\nc3 400 email",
            channels=[{"name": "phone"}, {"name": "email", "kind": "deferrable"}],
            handling={"a": {"phone": {"talk": "100s"}, "email": {"work": "100s"}}},
            money=prices,
            **insight(**BOTH_MACHINES),
        )

        spent = {Account(row["account"]): row["amount"] for row in found.logs.ledger}
        assert spent == {Account.SPEECH_ANALYTICS: pytest.approx(0.05), Account.TEXT_ANALYTICS: pytest.approx(0.04)}


class TestRushing:
    """A rushed contact says as much as another, unless the planner says that it says less."""

    TABLE = "need arrives talk\n" + "\n".join(f"c{i} {i} 0" for i in range(3000))

    def heard(self, day, content_cost, speed_cut):
        """Needs with a signal of 3000 who are served in half their time and show their cause at 60 %."""
        found = day(
            self.TABLE,
            agents=[{"name": "g", "skills": ["a"], "staffing": {"agents": 1}, "speed_cut": speed_cut}],
            pressure={"free_slack": "10%", "content_cost": content_cost},
            **insight(content="60%", agent_flags="100%"),
        )
        return set(found.logs.signals["need"].tolist())

    def test_content_falls_with_the_cut_beyond_what_is_free(self, day):
        calm, rushed = self.heard(day, 2, "0%"), self.heard(day, 2, "50%")

        assert rushed < calm
        # logit(0.6) - 2 ln(0.9 / 0.5); binomial, level 1e-4
        share = 1 / (1 + exp(-(log(0.6 / 0.4) - 2 * log(0.9 / 0.5))))
        z = (len(rushed) / 3000 - share) / (share * (1 - share) / 3000) ** 0.5
        print(f"z {z:+.2f}")
        assert abs(z) < 3.9

    def test_a_cut_within_what_is_free_takes_nothing_away(self, day):
        assert self.heard(day, 2, "10%") == self.heard(day, 2, "0%")

    def test_without_a_cost_the_cut_takes_nothing_away(self, day):
        assert self.heard(day, 0, "50%") == self.heard(day, 0, "0%")


class TestRepeats:
    """A need is dealt its evidence once: a further contact is no further chance."""

    MANY = "need arrives talk\n" + "\n".join(f"c{i} {i} 0" for i in range(1000))

    def test_a_need_that_was_heard_is_not_heard_again(self, day):
        found = day(THREE, **AGAIN, **insight(manual_sample="100%"))

        assert [time for time, _ in signals(found)] == [0, 200, 400]
        assert found.logs.attempts["analysed"].tolist() == [1] * 9

    def test_what_was_missed_at_the_first_contact_is_missed_at_every_further_one(self, day):
        chances = insight(recorded="70%", accessible="80%", content="60%", manual_sample="40%", agent_flags="30%")

        once = day(self.MANY, calendar=AGAIN["calendar"], **chances)
        found = day(self.MANY, **AGAIN, **chances)

        assert set(found.logs.needs["n_attempts"].tolist()) == {3}
        assert found.logs.signals.tobytes() == once.logs.signals.tobytes()
        assert 100 < len(found.logs.signals) < 300
        assert found.logs.needs["evidence"].tolist() == once.logs.needs["evidence"].tolist()

    def test_with_fresh_chances_every_contact_is_dealt_its_own(self, day):
        chances = insight(recorded="70%", manual_sample="40%", repeats="fresh")

        found = day(self.MANY, **AGAIN, **chances)

        # three independent chances of 28 %; binomial, level 1e-4
        share = 1 - 0.72**3
        z = (len(set(found.logs.signals["need"].tolist())) / 1000 - share) / (share * (1 - share) / 1000) ** 0.5
        print(f"z {z:+.2f}")
        assert abs(z) < 3.9

    def test_a_further_contact_adds_what_its_better_channel_would_have_shown_at_first(self, day):
        """Everybody calls, in vain, and writes: heard is who would have been heard by either channel alone."""
        settings = {
            "channels": [{"name": "phone"}, {"name": "email", "kind": "deferrable"}],
            "handling": {"a": {"phone": {"talk": "0s"}, "email": {"work": "0s"}}},
            **insight(recorded={"phone": "30%", "email": "80%"}, manual_sample="50%"),
        }
        settings["insight"]["content"] = {"phone": {"base": "90%"}, "email": {"base": "40%"}}

        def heard(**more):
            found = day(self.MANY, **settings, calendar={"length": "5h"}, **more)
            return set(found.logs.signals["need"].tolist())

        way = {"probability": "100%", "after": "1h", "to": {"email": "100%"}}
        by_phone = heard(customers={"channels_preferred": {"phone": "100%"}})
        by_email = heard(customers={"channels_preferred": {"email": "100%"}})
        by_both = heard(customers={"channels_preferred": {"phone": "100%"}, "reconnect": way}, resolution="0%")

        assert by_both == by_phone | by_email
        assert by_phone - by_email
        assert by_email - by_phone

    @pytest.mark.parametrize(("repeats", "heard"), [("once", []), ("fresh", [2])])
    def test_a_gates_log_is_no_news_of_a_need_that_an_agent_had(self, day, repeats, heard):
        """The first log is of a gate that is passed; the agent hears nothing; the third contact ends in the gate."""
        settings = insight(content="0%", log_analysis="100%", repeats=repeats)
        settings["insight"]["content"]["gate"] = {"base": "100%"}
        found = day(
            "need arrives attempt gate\nc1 0 0 agent\nc1 - 1 agent\nc1 - 2 wrong",
            channels=[{"name": "phone", "gate": {"time": "30s"}}],
            resolution="0%",
            customers={"reconnect": {"probability": "100%", "after": "100s"}, "most_attempts": 3},
            **settings,
        )

        assert found.logs.signals["attempt"].tolist() == heard

    def test_a_need_heard_before_the_window_is_no_news_in_it(self, day):
        found = day(
            "need arrives\nc1 0",
            resolution="0%",
            customers={"reconnect": {"probability": "100%", "after": "100s"}, "most_attempts": 2},
            calendar={"length": "1h", "warm_up": "200s"},
            **insight(manual_sample="100%", count=1),
        )

        assert [time for time, _ in signals(found)] == [100]
        assert detection(found) is None


class TestHowFarEvidenceCame:
    """The log says of each need at which step what it could have told was lost."""

    @pytest.mark.parametrize(
        ("settings", "evidence"),
        [
            ({"recorded": "0%", "manual_sample": "100%"}, Evidence.NOT_RECORDED),
            ({"accessible": "0%", "manual_sample": "100%"}, Evidence.NOT_ACCESSIBLE),
            ({"content": "0%", "manual_sample": "100%"}, Evidence.NOT_SHOWN),
            ({"log_analysis": "100%"}, Evidence.NOT_FOUND),
            ({"manual_sample": "100%"}, Evidence.HEARD),
        ],
    )
    def test_it_is_lost_at_the_first_step_that_it_does_not_take(self, day, settings, evidence):
        assert day("need arrives\nc1 0", **insight(**settings)).logs.needs["evidence"].tolist() == [evidence]

    def test_who_reaches_nobody_tells_nothing(self, day):
        found = day("need arrives talk patience\nbusy 0 3000 -\nc1 10 50 20", **insight(agent_flags="100%"))

        assert found.need("c1")["evidence"] == Evidence.NOT_REACHED

    def test_the_contact_that_came_furthest_counts(self, day):
        """The gate's log is not looked at; the agent afterwards hears; the third contact ends in the gate again."""
        settings = insight(manual_sample="100%")
        settings["insight"]["content"]["gate"] = {"base": "100%"}
        found = day(
            "need arrives attempt gate\nc1 0 0 wrong\nc1 - 1 agent\nc1 - 2 wrong",
            channels=[{"name": "phone", "gate": {"time": "30s"}}],
            resolution="0%",
            customers={"reconnect": {"probability": "100%", "after": "100s"}, "most_attempts": 3},
            **settings,
        )

        assert found.logs.signals["attempt"].tolist() == [1]
        assert found.need("c1")["evidence"] == Evidence.HEARD

    @pytest.mark.parametrize(
        "settings", [{}, insight(), insight(agent_flags="0%")], ids=["no section", "no route", "0 %"]
    )
    def test_where_nothing_listens_nothing_is_said(self, day, settings):
        assert day(THREE, **settings).logs.needs["evidence"].tolist() == [-1] * 3


class TestDetection:
    def test_one_need_counts_once_however_often_it_is_heard(self, day):
        found = day(
            "need arrives\nc1 0\nc2 1000",
            resolution="0%",
            customers={"reconnect": {"probability": "100%", "after": "100s"}, "most_attempts": 3},
            **insight(manual_sample="100%", repeats="fresh"),
        )

        # c1 is heard at 100, 300 and 500; c2 for the first time at 1100
        assert [time for time, _ in signals(found)] == [100, 300, 500, 1100, 1300, 1500]
        assert detection(found) == (1100, Route.MANUAL_SAMPLE)

    def test_evidence_before_the_window_does_not_count(self, day):
        found = day(THREE, calendar={"length": "1h", "warm_up": "101s"}, **insight(manual_sample="100%"))

        assert detection(found) == (500, Route.MANUAL_SAMPLE)

    def test_evidence_in_the_windows_first_instant_counts(self, day):
        found = day(THREE, calendar={"length": "1h", "warm_up": "100s"}, **insight(manual_sample="100%"))

        assert detection(found) == (300, Route.MANUAL_SAMPLE)

    def test_with_fresh_chances_a_need_heard_before_the_window_counts_when_it_is_heard_again_within(self, day):
        found = day(
            "need arrives\nc1 0",
            calendar={"length": "1h", "warm_up": "200s"},
            resolution="0%",
            customers={"reconnect": {"probability": "100%", "after": "100s"}, "most_attempts": 2},
            **insight(manual_sample="100%", count=1, repeats="fresh"),
        )

        assert detection(found) == (300, Route.MANUAL_SAMPLE)

    @pytest.mark.parametrize(("within", "expected"), [("200s", (300, Route.MANUAL_SAMPLE)), ("199s", None)])
    def test_signals_exactly_the_window_apart_count_together(self, day, within, expected):
        found = day("need arrives\nc1 0\nc2 200", **insight(manual_sample="100%", within=within))

        assert detection(found) == expected

    def test_the_window_slides(self, day):
        # heard at 100, 1100, 1200: the first is too old for the last two
        found = day("need arrives\nc1 0\nc2 1000\nc3 1100", **insight(manual_sample="100%", within="300s"))

        assert detection(found) == (1200, Route.MANUAL_SAMPLE)

    def test_a_detection_carries_the_route_of_the_last_signal_needed(self, day):
        settings = insight(agent_flags="100%", log_analysis="100%")
        settings["insight"]["content"]["gate"] = {"base": "100%"}
        found = day(
            "need arrives gate\nc1 0 resolved\nc2 200 agent",
            channels=[{"name": "phone", "gate": {"time": "30s"}}],
            **settings,
        )

        assert detection(found) == (330, Route.AGENT_FLAG)

    def test_further_signals_do_not_move_a_detection(self, day):
        found = day(THREE, **insight(manual_sample="100%", count=1))

        assert detection(found) == (100, Route.MANUAL_SAMPLE)
        assert len(found.logs.signals) == 3

    def test_too_few_signals_detect_nothing(self, day):
        found = day(THREE, **insight(manual_sample="100%", count=4))

        assert detection(found) is None

    def test_a_cause_is_found_anyway_after_its_own_time_from_the_windows_start(self, day):
        # an exponential of mean 365 days / 31536 = 1000 s, by inversion
        found = day(THREE, calendar={"days": 1, "warm_up": "60s"}, **insight(found_anyway=31536))

        u = uniform(
            1,
            0,
            entity(int(Kind.CAUSE), int(found.plan.need_types["stream"][0]), 0, 0),
            slot(int(Purpose.FOUND_ANYWAY), 0, 0, 0, 0),
        )
        time, route = detection(found)
        assert route == Route.FOUND_ANYWAY
        assert time == pytest.approx(60 - 1000 * log(1 - u), rel=1e-12)

    def test_a_cause_found_anyway_gives_no_credit_to_later_signals(self, day):
        found = day("need arrives\nc1 3000", **insight(found_anyway=YEAR, manual_sample="100%", count=1))

        assert detection(found)[1] == Route.FOUND_ANYWAY
        assert len(found.logs.signals) == 1

    def test_a_cause_heard_first_is_not_found_anyway(self, day):
        found = day("need arrives\nc1 0", **insight(found_anyway=0.001, manual_sample="100%", count=1))

        assert detection(found) == (100, Route.MANUAL_SAMPLE)


class TestCauses:
    def test_a_wish_is_a_cause_of_needs_worth_having(self, day):
        settings = insight(manual_sample="100%", count=2)
        settings["needs"] = {
            "types": [{"name": "a", "kind": "value", "causes": {"standing": 1}}],
            "replay": "calls.csv",
        }
        found = day(THREE, **settings)

        assert detection(found) == (300, Route.MANUAL_SAMPLE)
        assert found.logs.needs["cause"].tolist() == [0, 0, 0]

    @pytest.mark.parametrize("spread", [0, 1.3])
    def test_weights_add_up_to_one_for_each_type(self, day, spread):
        types = [
            {"name": "a", "kind": "failure", "causes": {"standing": 7, "incidence_spread": spread}},
            {"name": "b"},
            {"name": "c", "kind": "failure", "causes": {"standing": 3, "incidence_spread": spread}},
        ]
        found = day(
            "need type arrives\nc1 a 0",
            needs={"types": types, "replay": "calls.csv"},
            agents=[{"name": "g", "skills": ["a", "b", "c"], "staffing": {"agents": 1}}],
        )

        causes = found.logs.causes
        assert causes["need_type"].tolist() == [0] * 7 + [2] * 3
        assert causes["weight"][:7].sum() == pytest.approx(1, abs=1e-12)
        assert causes["weight"][7:].sum() == pytest.approx(1, abs=1e-12)
        equal = spread == 0
        assert (causes["weight"][:7] == pytest.approx(1 / 7, abs=1e-12)) == equal

    def test_needs_of_a_type_without_causes_have_none_and_the_others_have_one_of_their_own_type(self, day):
        types = [
            {"name": "a", "kind": "failure", "causes": {"standing": 2}},
            {"name": "b"},
            {"name": "c", "kind": "failure", "causes": {"standing": 3}},
        ]
        table = "need type arrives talk\n" + "\n".join(f"n{i} {'abc'[i % 3]} {i} 0" for i in range(300))
        found = day(
            table,
            needs={"types": types, "replay": "calls.csv"},
            agents=[{"name": "g", "skills": ["a", "b", "c"], "staffing": {"agents": 1}}],
        )

        needs = found.logs.needs
        assert [set(needs["cause"][needs["need_type"] == i].tolist()) for i in range(3)] == [{0, 1}, {-1}, {2, 3, 4}]

"""The formula beside the simulation: exact where the scenario is its queue, and open about what it leaves out."""

from math import log

import pytest

from ccsim.study.replicate import find, run
from ccsim.theory.erlang import answer_erlang_a, answer_erlang_c

# the tiny scenario: 30 an hour, 150 s, two agents
RATE, HANDLING, AGENTS = 30 / 3600, 150.0, 2


def formula(path, *sets, replications=2):
    return run(path, replications=replications, sets=sets).arm.formula


def values(found):
    return {line.measure: line.value for line in found.lines}


def left_out(path, *sets):
    """What the formula leaves out."""
    return formula(path, *sets, replications=1).leaves_out


class TestExact:
    def test_without_patience_the_tiny_scenario_is_erlang_c_itself(self, tiny):
        found = formula(tiny())

        expected = answer_erlang_c(RATE, HANDLING, AGENTS, 20.0)
        assert (found.leaves_out, found.note) == ((), "")
        assert {line.formula for line in found.lines} == {"Erlang C"}
        assert values(found) == pytest.approx(
            {
                "abandonment": 0,
                "service_level": expected.service_level["early_gone_left_out"],
                "asa": expected.asa,
                "wait_offered": expected.wait_offered,
                "waited_share": expected.p_wait,
                "occupancy": RATE * HANDLING / AGENTS,
            },
            rel=1e-12,
        )

    def test_with_exponential_patience_it_is_erlang_a_itself(self, tiny):
        path = tiny("customers: {patience: {phone: {exponential: {mean: 2min}}}}\n")
        found = formula(path, "service_level.base=met_or_short_gone", "service_level.short=7s")

        expected = answer_erlang_a(RATE, HANDLING, AGENTS, 120.0, 20.0, short_wait=7.0)
        assert (found.leaves_out, found.note) == ((), "")
        assert {line.formula for line in found.lines} == {"Erlang A"}
        assert values(found) == pytest.approx(
            {
                "abandonment": expected.p_abandon,
                "service_level": expected.service_level["met_or_short_gone"],
                "asa": expected.asa,
                "wait_offered": expected.wait_offered,
                "waited_share": expected.p_wait,
                "occupancy": expected.occupancy,
            },
            rel=1e-12,
        )

    def test_each_line_stands_beside_the_simulated_figure(self, tiny):
        result = run(tiny())

        for line in result.arm.formula.lines:
            assert line.simulated == find(result.arm.estimates, line.measure)

    def test_days_of_equal_demand_are_still_exact(self, tiny):
        found = formula(tiny(), "calendar.length=48h")

        assert found.leaves_out == ()
        assert values(found)["asa"] == pytest.approx(answer_erlang_c(RATE, HANDLING, AGENTS, 20.0).asa, rel=1e-12)

    def test_two_types_of_one_queue_and_one_law_are_still_exact(self, tiny):
        path = tiny(old="    - name: a\n", new="    - {name: a, share: 50%}\n    - {name: b, share: 50%, skill: a}\n")

        found = formula(path)

        assert found.leaves_out == ()
        assert values(found)["asa"] == pytest.approx(answer_erlang_c(RATE, HANDLING, AGENTS, 20.0).asa, rel=1e-12)

    def test_those_who_ask_elsewhere_are_not_offered(self, tiny):
        found = formula(tiny("customers: {channels_preferred: {phone: 50%, none: 50%}}\n"), replications=20)

        expected = answer_erlang_c(RATE / 2, HANDLING, AGENTS, 20.0)
        assert values(found)["occupancy"] == pytest.approx(expected.occupancy, rel=0.2)

    def test_a_flat_shape_of_part_of_the_day_is_a_change_of_demand(self, tiny):
        path = tiny(
            old="  volume: {per_hour: 30}\n",
            new='  intraday: {from: "00:30", every: 1h, per_hour: [30]}\n',
        )

        assert "change of demand within an interval and between days" in left_out(path)

    def test_priorities_within_a_queue_are_routing(self, tiny):
        path = tiny(
            old="    - name: a\n",
            new="    - {name: a, share: 50%, priority: 2}\n    - {name: b, share: 50%, skill: a}\n",
        )

        assert "skills and routing" in left_out(path)


CUSTOMERS = "customers: {redial: {probability: 50%, after: 5min}}\n"
TWO_GROUPS = "    staffing: {agents: 2}\n  - {name: h, skills: [a], staffing: {agents: 1}}\n"
EMAIL = """\
channels: [{name: phone}, {name: email, kind: deferrable}]
"""

LEFT_OUT = {
    "talk that is not exponential": (
        {"sets": ["handling={talk: 150s}"]},
        "the law of handling times",
    ),
    "wrap-up": (
        {"sets": ["handling={talk: {exponential: {mean: 150s}}, wrap_up: 20s}"]},
        "the law of handling times",
    ),
    "patience that is not exponential": ({"more": "customers: {patience: {phone: 90s}}\n"}, "the law of patience"),
    "patience with an atom": (
        {
            "more": "customers: {patience: {phone: {mixture: "
            "{atom: 0s, share: 10%, otherwise: {exponential: {mean: 90s}}}}}}\n"
        },
        "the law of patience",
    ),
    "patience of one type only": (
        {
            "old": "    - name: a\n",
            "new": "    - {name: a, share: 50%, patience: {exponential: {mean: 60s}}}\n"
            "    - {name: b, share: 50%, skill: a}\n",
        },
        "differences in patience between need types",
    ),
    "a day with a shape": (
        {
            "old": "  volume: {per_hour: 30}\n",
            "new": '  intraday: {from: "00:00", every: 12h, per_hour: [30, 20]}\n',
        },
        "change of demand within an interval and between days",
    ),
    "weekdays": (
        {"sets": ["needs.volume.weekdays=[1, 2, 1, 1, 1, 1, 1]", "calendar.length=48h"]},
        "change of demand within an interval and between days",
    ),
    "shifts": (
        {
            "old": "{agents: 2}",
            "new": "{shift: s, agents: 2}",
            "more": 'shifts: {s: {from: "00:00", to: "24:00"}}\n',
        },
        "what one interval leaves to the next",
    ),
    "counts": (
        {"old": "{agents: 2}", "new": '{from: "00:00", every: 1h, agents: [2, 3]}'},
        "what one interval leaves to the next",
    ),
    "busyness": ({"sets": ["needs.volume.busyness.cv=10%"]}, "busy and quiet days"),
    "two groups": ({"old": "    staffing: {agents: 2}\n", "new": TWO_GROUPS}, "skills and routing"),
    "another channel": (
        {
            "more": EMAIL,
            "old": "handling: {talk: {exponential: {mean: 150s}}}",
            "new": "handling: {a: {phone: {talk: {exponential: {mean: 150s}}}, email: {work: 60s}}}",
        },
        "work on other channels by the same agents",
    ),
    "a gate": ({"more": "channels: [{name: phone, gate: {levels: 1}}]\n"}, "the gate"),
    "limited lines": ({"more": "channels: [{name: phone, lines: 4}]\n"}, "the number of lines"),
    "announced waits": ({"more": "channels: [{name: phone, announces: {handling: 4min}}]\n"}, "announced waits"),
    "balking": ({"more": "customers: {balking: {per_waiting: 0.25}}\n"}, "balking"),
    "redials": ({"more": CUSTOMERS}, "that redials and reconnects follow from waits and failures"),
    "reconnects": (
        {"more": CUSTOMERS.replace("redial", "reconnect")},
        "that redials and reconnects follow from waits and failures",
    ),
    "a speed cut": ({"sets": ["agents.g.speed_cut=10%"]}, "differences in speed"),
    "a handles factor": ({"old": "skills: [a]", "new": "skills: {a: {handles: 1.2x}}"}, "differences in speed"),
    "listening": ({"more": "insight: {listening: {minutes_per_contact: 1}}\n"}, "listening minutes"),
    "opening hours": ({"more": 'channels: [{name: phone, open: "00:00-01:00"}]\n'}, "opening hours"),
    "a hidden channel": ({"more": "channels: [{name: phone, prominence: 50%}]\n"}, "hidden channels"),
    "a channel that puts off": ({"more": "channels: [{name: phone, friction: 50%}]\n"}, "hidden channels"),
}


@pytest.mark.parametrize(("change", "words"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_the_formula_does_not_know_is_said(tiny, change, words):
    change = dict(change)
    sets = change.pop("sets", [])

    assert words in left_out(tiny(**change), *sets)


def test_complexity_that_lengthens_talk_is_left_out(tiny):
    path = tiny(
        old="    - name: a\n",
        new="    - {name: a, complexity: {typical: 50%, spread: 1}, handling_grows: 2}\n",
    )

    assert left_out(path) != ()


def test_replayed_needs_are_left_out(tiny, tmp_path):
    (tmp_path / "calls.csv").write_text("need,arrives\nc1,10\n")
    path = tiny(old="  volume: {per_hour: 30}\n", new="  replay: calls.csv\n")

    assert "that the needs are replayed" in left_out(path)


class TestApproximate:
    def test_the_simulated_handling_and_offers_go_in_where_the_scenario_is_not_the_formulas(self, tiny):
        result = run(tiny(), replications=2, sets=["handling={talk: 150s}"])

        found = result.arm.formula
        assert found.leaves_out == ("the law of handling times",)
        offered = find(result.arm.estimates, "offered")
        # all four half-hours have two agents, so occupancy is offered work over paid time
        occupancy = offered.value * 150 / (2 * 7200)
        assert values(found)["occupancy"] == pytest.approx(occupancy, rel=1e-12)

    def test_with_another_law_patience_is_the_one_that_gives_the_simulated_abandonment(self, tiny):
        path = tiny("customers: {patience: {phone: 60s}}\n")
        result = run(path, replications=10, sets=["needs.volume.per_hour=50"])

        assert {line.formula for line in result.arm.formula.lines} == {"Erlang A"}
        simulated = find(result.arm.estimates, "abandonment").value
        assert values(result.arm.formula)["abandonment"] == pytest.approx(simulated, rel=0.3)

    def test_intervals_are_answered_one_by_one_and_averaged_by_what_they_offer(self, tiny):
        # one agent in the first hour and three in the second; the handling time is the simulated one
        path = tiny(old="{agents: 2}", new='{from: "00:00", every: 1h, agents: [1, 3]}')
        result = run(path, replications=3, sets=["needs.volume.per_hour=12"])

        estimates = result.arm.estimates
        aht = find(estimates, "aht").value
        shares, weights = [], []
        for interval, agents in (("00:00", 1), ("00:30", 1), ("01:00", 3), ("01:30", 3)):
            offered = find(estimates, "offered", interval=interval).value
            shares.append(answer_erlang_c(offered / 1800, aht, agents, 20.0).p_wait)
            weights.append(offered)
        expected = sum(share * weight for share, weight in zip(shares, weights)) / sum(weights)
        assert values(result.arm.formula)["waited_share"] == pytest.approx(expected, rel=1e-9)


class TestNoAnswer:
    def test_more_work_than_agents_and_no_end_of_patience_has_no_steady_state(self, tiny):
        found = formula(tiny(), "needs.volume.per_hour=49")

        assert found.lines == ()
        assert found.note.startswith("at 00:00 more work arrives than the agents can do")

    def test_contacts_while_nobody_is_there_are_left_out_and_said_to_be(self, tiny):
        found = formula(tiny(old="{agents: 2}", new='{from: "01:00", every: 1h, agents: [2]}'))

        assert found.lines != ()
        assert any(words.endswith("of contacts that arrive while nobody is there") for words in found.leaves_out)

    def test_contacts_without_any_agents_have_no_answer(self, tiny):
        found = formula(tiny(old="{agents: 2}", new="{agents: 0}"))

        assert (found.lines, found.note) == ((), "whenever contacts arrive nobody is there")

    def test_no_contacts_have_no_answer(self, tiny):
        found = formula(tiny(), "needs.volume.per_hour=0")

        assert found.lines == ()
        assert found.note == "no live contact was offered and handled, so there is nothing to put in"


def test_the_exact_erlang_c_wait_of_one_agent_is_the_textbooks(tiny):
    # M/M/1: wait = rho/(1 - rho) x 150 s at rho = 12 x 150/3600 = 1/2; P(wait) = 1/2; P(wait > 20) = e^{-20/300}/2
    found = values(formula(tiny(old="{agents: 2}", new="{agents: 1}"), "needs.volume.per_hour=12"))

    assert found["wait_offered"] == pytest.approx(150, rel=1e-12)
    assert found["waited_share"] == pytest.approx(0.5, rel=1e-12)
    assert -300 * log(2 * (1 - found["service_level"])) == pytest.approx(20, rel=1e-9)

"""How long a contact takes and whether it resolves the need; numbers on paper."""

from math import exp, log

import pytest

from ccsim.draws.streams import Purpose, need_uniform
from ccsim.logs.codes import Outcome

EMAIL = {
    "channels": [{"name": "phone"}, {"name": "email", "kind": "deferrable", "customer_time": "5min"}],
    "handling": {"a": {"phone": {"talk": "100s"}, "email": {"work": "100s"}}},
}


def group(**more):
    """One agent with a skill written out."""
    skill = {key: more.pop(key) for key in ("handles", "resolves") if key in more}
    return {"agents": [{"name": "g", "skills": {"a": {"rank": 1} | skill}, "staffing": {"agents": 1}} | more]}


def length(row):
    """From answer to the end of talk."""
    return row["talk_ends"] - row["starts"]


def test_listening_minutes_lengthen_live_contacts_only(day):
    found = day(
        "need arrives channel\nc1 0 phone\nmail 1000 email",
        insight={"listening": {"minutes_per_contact": "30s"}},
        **EMAIL,
    )

    assert length(found.leg("c1")) == 130
    assert length(found.leg("mail")) == 100


def test_a_bare_number_of_listening_minutes_is_minutes(day):
    found = day("need arrives\nc1 0", insight={"listening": {"minutes_per_contact": 2}})

    assert length(found.leg("c1")) == 220


def test_a_speed_cut_shortens_talk_in_proportion(day):
    found = day("need arrives\nc1 0", **group(speed_cut="20%"))

    assert length(found.leg("c1")) == 80


def test_a_groups_handles_factor_lengthens_its_talk(day):
    found = day("need arrives\nc1 0", **group(handles="1.5x"))

    assert length(found.leg("c1")) == 150


def test_talk_has_the_factor_of_the_stretch_in_which_it_begins(day):
    over_day = {"from": "00:10", "every": "10min", "factors": ["1.5x", "0.5x"]}
    calls = "need arrives\nc1 400\nc2 600\nc3 1190\nc4 1799\nc5 1900"
    found = day(calls, handling_over_day=over_day)

    # the third lasts into the next stretch, the last begins after both
    assert [length(found.leg(f"c{n}")) for n in range(1, 6)] == [100, 150, 150, 50, 100]


def test_the_stretches_of_the_day_come_again_every_day(day):
    found = day(
        f"need arrives\nc1 0\nc2 {86400 + 30}",
        calendar={"days": 2},
        handling_over_day={"every": "1min", "factors": ["2x"]},
    )

    assert [length(found.leg(label)) for label in ("c1", "c2")] == [200, 200]


def test_a_named_agent_has_a_factor_of_his_own_beside_the_groups(day):
    people = {"anna": {"handles": "0.5x"}, "ben": {}}
    found = day("need arrives\nc1 0\nc2 1\nc3 2", **group(people=people, speed_cut="20%", staffing={"agents": 3}))

    assert [found.legs(label)[0][4] for label in ("c1", "c2", "c3")] == ["anna", "ben", "g-3"]
    assert [length(found.leg(label)) for label in ("c1", "c2", "c3")] == [40, 80, 80]


def test_factors_multiply_and_listening_is_added_unshortened(day):
    found = day(
        "need arrives\nc1 0",
        insight={"listening": {"minutes_per_contact": "30s"}},
        **group(handles="1.5x", speed_cut="20%"),
    )

    # 100 x 1.5 x 0.8 + 30
    assert length(found.leg("c1")) == 150


def test_neither_factor_nor_listening_touches_wrap_up(day):
    found = day(
        "need arrives\nc1 0",
        handling={"talk": "100s", "wrap_up": "20s"},
        insight={"listening": {"minutes_per_contact": "30s"}},
        **group(handles="1.5x", speed_cut="20%"),
    )

    row = found.leg("c1")
    assert row["wrap_up_ends"] - row["talk_ends"] == 20


def test_a_replayed_talk_is_the_same_with_every_agent(day):
    found = day("need arrives talk\nc1 0 70", **group(people={"anna": {"handles": "0.5x"}}, handles_spread="50%"))

    assert length(found.leg("c1")) == 70


def test_a_replayed_talk_is_taken_as_it_is(day):
    found = day(
        "need arrives talk\nc1 0 77",
        insight={"listening": {"minutes_per_contact": "30s"}},
        **group(handles="1.5x", speed_cut="20%"),
    )

    assert length(found.leg("c1")) == 77


def test_hard_needs_take_longer_by_the_exponential_of_their_complexity(day):
    types = [{"name": "a", "complexity": {"typical": "40%", "spread": 0.9}, "handling_grows": 1.5}]
    table = "need arrives\n" + "\n".join(f"c{i} {1000 * i}" for i in range(50))

    found = day(table, calendar={"days": 1}, needs={"types": types, "replay": "calls.csv"})

    complexity = found.logs.needs["complexity"]
    assert complexity.std() > 0.1
    for row, x in zip(found.logs.attempts, complexity.tolist()):
        assert length(row) == pytest.approx(100 * exp(1.5 * (x - 0.4)), rel=1e-9)


def test_the_customers_own_minutes_are_written_down_for_mail_only(day):
    found = day("need arrives channel\nc1 0 phone\nmail 1000 email", **EMAIL)

    assert found.leg("c1")["typing"] == 0
    assert found.leg("mail")["typing"] == 300
    # they take no time of the clock
    assert found.leg("mail")["joins"] == 1000


@pytest.mark.parametrize(("share", "outcome"), [("100%", Outcome.RESOLVED), ("0%", Outcome.GIVEN_UP)])
def test_certain_resolution_and_certain_failure_stay_certain_whoever_serves(day, share, outcome):
    table = "need arrives\n" + "\n".join(f"c{i} {100 * i}" for i in range(30))
    found = day(table, resolution=share, **group(resolves=-3 if share == "100%" else 3))

    assert set(found.logs.needs["outcome"].tolist()) == {outcome}


def test_a_contact_resolves_where_the_needs_own_number_lies_below_the_shifted_probability(day):
    types = [{"name": "a", "complexity": {"typical": "50%", "spread": 1.2}, "resolution_falls": 2.0}]
    table = "need arrives\n" + "\n".join(f"c{i} {200 * i}" for i in range(300))
    found = day(
        table,
        calendar={"days": 1},
        needs={"types": types, "replay": "calls.csv"},
        resolution="70%",
        pressure={"free_slack": "5%", "resolution_cost": 2.4},
        **group(resolves=-0.2, speed_cut="20%"),
    )

    def expected(need, x):
        logit = log(0.7 / 0.3) - 2.0 * (x - 0.5) - 0.2 - 2.4 * log(0.95 / 0.8)
        u = need_uniform(1, 0, need, int(Purpose.RESOLVED), 0, 0, 0)
        return int(u < 1 / (1 + exp(-logit)))

    needs = found.logs.needs
    resolved = [expected(need, x) for need, x in needs[["need", "complexity"]].tolist()]
    assert 30 < sum(resolved) < 270
    assert found.logs.attempts["resolved"].tolist() == resolved
    assert (needs["outcome"] == Outcome.RESOLVED).tolist() == [bool(one) for one in resolved]


def test_codes_are_right_where_nothing_else_is_said(day):
    table = "need arrives\n" + "\n".join(f"c{i} {100 * i}" for i in range(30))
    found = day(table, resolution="50%")

    assert set(found.logs.attempts["resolved"].tolist()) == {0, 1}
    assert found.logs.attempts["coded"].tolist() == found.logs.attempts["resolved"].tolist()


def test_codes_can_be_all_wrong(day):
    table = "need arrives\n" + "\n".join(f"c{i} {100 * i}" for i in range(30))
    found = day(table, resolution="50%", coding={"when_resolved": "0%", "when_not": "100%"})

    assert found.logs.attempts["coded"].tolist() == (1 - found.logs.attempts["resolved"]).tolist()


def test_a_code_never_changes_what_the_customer_does(day):
    found = day(
        "need arrives\nc1 0",
        resolution="0%",
        coding={"when_not": "100%"},
        customers={"reconnect": {"probability": "100%", "after": "60s"}, "most_attempts": 2},
    )

    assert found.leg("c1")["coded"] == 1
    assert found.leg("c1", 1)["arrives"] == 160

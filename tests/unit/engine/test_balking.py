"""Who hears how many wait and leaves at once; the chances are read off the draws."""

from math import exp, inf

import pytest
from worlds.base import FULL, PLAIN, changed, played

from ccsim.draws.streams import Purpose, need_uniform
from ccsim.engine.laws import joining_probability
from ccsim.logs.codes import EndReason, Outcome

SERVED, ABANDONED, BALKED = EndReason.SERVED, EndReason.ABANDONED, EndReason.BALKED
# nobody joins a queue in which somebody waits
SHY = {"balking": {"per_waiting": 1e15}}


def test_the_probability_falls_with_every_visit_that_waits():
    assert [joining_probability(0.25, waiting, inf, 60.0) for waiting in (0, 1, 4)] == [1.0, 0.8, 0.5]
    assert joining_probability(0.0, 1000, inf, 60.0) == 1.0


def test_the_probability_falls_with_the_announced_wait():
    assert joining_probability(0.0, 3, 300.0, 0.0) == 1.0
    assert joining_probability(0.0, 3, 300.0, 300.0) == pytest.approx(exp(-1))
    assert joining_probability(0.25, 4, 300.0, 150.0) == pytest.approx(0.5 * exp(-0.5))


def test_who_must_wait_behind_somebody_leaves_at_once(day):
    found = day("need arrives\nc1 0\nc2 10\nc3 20", customers=SHY)

    assert found.legs("c1") == [(SERVED, 0, 0, 100, "g-1")]
    assert found.legs("c2") == [(SERVED, 10, 100, 200, "g-1")]
    assert found.legs("c3") == [(BALKED, 20, None, 20, None)]
    row = found.leg("c3")
    assert (found.plan.names.queues[row["queue"]], row["resolved"], row["coded"]) == ("phone.a", -1, -1)
    assert row["patience"] != row["patience"]
    assert found.outcome("c3") == (Outcome.GIVEN_UP, 20)


def test_who_has_left_the_queue_is_no_longer_counted(day):
    found = day("need arrives patience\nc1 0 -\nc2 10 30\nc3 40 -\nc4 100 -\nc5 101 -", customers=SHY)

    # c2 gives up at 40 before c3 comes; c3 is answered at 100 before c4 comes
    assert [found.legs(label)[0][0] for label in ("c2", "c3", "c4", "c5")] == [ABANDONED, SERVED, SERVED, BALKED]


def test_a_queue_counts_its_own_visits_only(day):
    two = {"types": [{"name": "a"}, {"name": "b"}], "replay": "calls.csv"}
    found = day(
        "need type arrives\nc1 a 0\nc2 a 10\nc3 b 20\nc4 b 30",
        needs=two,
        agents=[{"name": "g", "skills": ["a", "b"], "staffing": {"agents": 1}}],
        customers=SHY,
    )

    assert [found.legs(label)[0][0] for label in ("c2", "c3", "c4")] == [SERVED, SERVED, BALKED]


def test_a_message_never_balks(day):
    post = {"name": "post", "kind": "deferrable"}
    found = day(
        "need arrives\nc1 0\nc2 10\nc3 20", channels=[post], handling={"a": {"post": {"work": "40s"}}}, customers=SHY
    )

    assert [found.legs(label)[0][0] for label in ("c1", "c2", "c3")] == [SERVED] * 3


def test_who_balks_redials_and_gives_the_line_back(day):
    customers = SHY | {"redial": {"probability": "100%", "after": "150s"}}
    channels = [{"name": "phone", "lines": 3}]
    found = day("need arrives\nc1 0\nc2 10\nc3 20\nc4 30", customers=customers, channels=channels)

    assert found.legs("c3")[0] == (BALKED, 20, None, 20, None)
    assert found.leg("c3", 1)["arrives"] == 170
    assert found.legs("c4")[0][0] == BALKED


def test_who_balks_after_the_gate_has_been_in_it(day):
    channels = [{"name": "phone", "gate": {"time": "30s"}}]
    found = day("need arrives gate\nc1 0 agent\nc2 10 agent\nc3 20 agent", customers=SHY, channels=channels)

    assert found.legs("c3") == [(BALKED, 50, None, 50, None)]
    assert found.leg("c3")["gated"] == 1


def test_who_is_passed_on_may_balk_too(day):
    two = {"types": [{"name": "a"}, {"name": "b"}], "replay": "calls.csv"}
    found = day(
        "need type arrives gate\nb1 b 0 resolved\na1 a 5 agent",
        needs=two,
        agents=[
            {"name": "g", "skills": ["a"], "staffing": {"agents": 0}},
            {"name": "h", "skills": ["b"], "staffing": {"agents": 1}},
        ],
        channels=[{"name": "phone", "gate": {"time": "0s", "misroutes": {"base": "100%", "talk": "10s"}}}],
        customers=SHY,
    )

    assert [leg[0] for leg in found.legs("a1")] == [EndReason.TRANSFERRED, EndReason.HORIZON]


def test_one_number_decides_whoever_waits(engine):
    """Who joins is who was dealt less than the probability at the number who wait."""
    world = changed(PLAIN, customers={"balking": {"per_waiting": 0.5}}, agents__desk__staffing={"agents": 4})
    _, logs = played(world, engine=engine)
    rows = logs.attempts
    leaves = rows["starts"].copy()
    leaves[rows["end_reason"] == BALKED] = rows["ends"][rows["end_reason"] == BALKED]
    leaves[leaves != leaves] = rows["ends"][leaves != leaves]
    n_balked = 0
    for row in rows[rows["starts"] != rows["joins"]]:
        n = int(((rows["joins"] < row["joins"]) & (row["joins"] < leaves)).sum())
        dealt = need_uniform(1, 0, row["need"], Purpose.BALK, row["attempt"], row["leg"], 0)
        balked = row["end_reason"] == BALKED
        assert balked == (dealt >= joining_probability(0.5, n, inf, 0.0))
        n_balked += balked
    assert n_balked > 20


@pytest.mark.parametrize("per_waiting", [0.25, 1000])
def test_a_full_day_with_balking_keeps_its_laws(engine, per_waiting):
    _, logs = played(changed(FULL, customers__balking={"per_waiting": per_waiting}), engine=engine)

    assert (logs.attempts["end_reason"] == BALKED).sum() > 10

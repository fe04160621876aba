"""Needs that follow from others: hand-made days, their number, the same needs for every strategy."""

import numpy as np
import pytest
from worlds.base import FULL, PLAIN, changed, played

from ccsim.logs.codes import Outcome

ALWAYS = {"type": "b", "when_resolved": "100%", "after": "60s"}
PAIR = {"agents": [{"name": "g", "skills": ["a", "b"], "staffing": {"agents": 1}}]}
SELF = {"type": "call", "when_resolved": "60%", "after": {"exponential": {"mean": "1min"}}}
CHAINS = changed(
    PLAIN,
    calendar={"length": "2h", "follow_up": "3h"},
    needs__volume={"per_hour": 300},
    needs__types=[{"name": "call", "raises": SELF}],
    agents__desk__staffing={"agents": 200},
)


def types(**raises):
    return {"needs": {"types": [{"name": "a", "raises": raises}, {"name": "b"}], "replay": "calls.csv"}} | PAIR


def test_a_resolved_need_raises_another_of_the_type_named(day):
    found = day("need type arrives\nc1 a 0", **types(**ALWAYS))

    first, second = found.logs.needs
    assert second["need"] == first["need"] + 1
    assert (second["need_type"], second["arises"], second["ended"]) == (1, 160.0, 260.0)
    assert second["outcome"] == Outcome.RESOLVED


@pytest.mark.parametrize(("field", "n"), [("when_resolved", 1), ("when_not", 2)])
def test_a_need_that_is_given_up_raises_by_the_other_share(day, field, n):
    share = {"type": "b", field: "100%", "after": "60s"}
    found = day("need type arrives talk patience\nc1 b 0 500 -\nc2 a 10 - 20", **types(**share))

    assert found.outcome("c2") == (Outcome.GIVEN_UP, 30)
    assert len(found.logs.needs) == n + 1
    if n == 2:
        (further,) = found.logs.needs[found.logs.needs["need"] == found.id_of("c2") + 1]
        assert (further["arises"], further["need_type"]) == (90.0, 1)


def test_nobody_who_asks_elsewhere_raises_a_further_need(engine):
    raises = {"type": "call", "when_resolved": "100%", "when_not": "100%", "after": "1min"}
    none = changed(PLAIN, customers={"channels_preferred": {"none": "100%"}})
    _, logs = played(changed(none, needs__types=[{"name": "call", "raises": raises}]), engine=engine)

    assert not (logs.needs["need"] & 15).any()


def test_a_need_that_would_arise_at_the_horizon_does_not(day):
    late = {"type": "b", "when_resolved": "100%", "after": "3500s"}

    assert len(day("need type arrives\nc1 a 0", **types(**late)).logs.needs) == 1
    assert len(day("need type arrives\nc1 a 0", **types(**late | {"after": "3499s"})).logs.needs) == 2


def test_a_further_need_joins_before_a_call_of_the_same_second(day):
    """The rank of re-attempts comes before that of arrivals, whatever the ids."""
    found = day("need type arrives\nc1 a 0\nc2 b 160\nc3 a 160", **types(**ALWAYS))

    (further,) = found.logs.attempts[found.logs.attempts["need"] == found.id_of("c1") + 1]
    assert further["starts"] == 160.0


def test_needs_raise_others_in_a_geometric_number_of_generations(engine):
    """n / (1 - p) in all, with variance p / (1 - p)^2 a need; 15 generations leave 0.6^16 of them out."""
    plan, logs = played(CHAINS, engine=engine)
    roots = logs.needs["need"] & ~15
    early = np.isin(roots, logs.needs["need"][(logs.needs["arises"] < plan.window[1])])
    n, total = len(set(roots[early].tolist())), int(early.sum())
    p = 0.6

    z = (total - n * (1 - p**16) / (1 - p)) / np.sqrt(n * p / (1 - p) ** 2)
    print(f"{total} needs from {n}, z {z:+.2f}")
    assert abs(z) < 3.5
    assert not (logs.needs["outcome"][early] == Outcome.OPEN).any()


def test_further_needs_are_the_same_whatever_becomes_of_the_others(engine):
    """What they bring along is dealt before anybody acts; only whether and when they arise differs."""
    raises = {"type": "billing", "when_resolved": "50%", "when_not": "80%", "after": "20min"}
    some = changed(FULL, needs__types__balance__raises=raises, customers__count=50)
    few, many = (played(changed(some, agents__desk__staffing={"agents": n}), engine=engine)[1].needs for n in (2, 5))

    shared = np.intersect1d(few["need"], many["need"])
    one, other = (needs[np.isin(needs["need"], shared)] for needs in (few, many))
    for column in ("need_type", "cause", "complexity", "stake", "preferred", "customer"):
        np.testing.assert_array_equal(one[column], other[column])
    further = (shared & 15) > 0
    assert further.sum() > 50
    assert (one["arises"][further] != other["arises"][further]).any()
    np.testing.assert_array_equal(one["arises"][~further], other["arises"][~further])
    assert few["need"].tolist() != many["need"].tolist()


def test_a_further_need_is_the_same_customers(engine):
    _, logs = played(changed(CHAINS, customers={"count": 1000}, calendar={"length": "1h"}), engine=engine)

    needs = logs.needs
    follows = np.flatnonzero(needs["need"] & 15)
    assert len(follows) > 50
    np.testing.assert_array_equal(needs["customer"][follows], needs["customer"][follows - 1])


def test_needs_that_raise_none_leave_all_others_where_they_were(engine):
    never = changed(FULL, needs__types__balance__raises={"type": "billing", "after": "1min"})
    some = changed(FULL, needs__types__balance__raises={"type": "billing", "when_resolved": "9%", "after": "9h"})

    without = played(FULL, engine=engine)[1]
    for mapping in (never, some):
        needs = played(mapping, engine=engine)[1].needs
        first = needs[(needs["need"] & 15) == 0]
        for column in ("need", "need_type", "cause", "complexity", "stake", "arises", "preferred"):
            np.testing.assert_array_equal(first[column], without.needs[column])

"""Redials and repeats against the model's rows and exact cases."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.errors import InputError, UnstableError
from ccsim.theory.erlang import answer_erlang_a
from ccsim.theory.retrials import contacts_per_need_by_repeats, redial_fixed_point


def test_redials_meet_the_row_of_the_model():
    # model.md 2.18: 2 a minute, 5 min, 10 agents, patience 3 min, 50 % redial, 10 % reconnect
    answer = redial_fixed_point(2 / 60, 300.0, 10, 180.0, 0.5, 0.1)

    assert 60 * answer.total_rate == pytest.approx(2.499, abs=5.1e-4)
    assert answer.p_abandon == pytest.approx(0.2493, abs=5.1e-5)
    assert answer.contacts_per_need == pytest.approx(2.499 / 2, abs=3e-4)


def test_nobody_who_comes_back_is_erlang_a():
    answer = redial_fixed_point(2 / 60, 300.0, 10, 180.0, 0.0, 0.0)

    plain = answer_erlang_a(2 / 60, 300.0, 10, 180.0, 0.0)
    assert answer.total_rate == pytest.approx(2 / 60, rel=1e-14)
    assert answer.given_up_share == pytest.approx(plain.p_abandon, rel=1e-12)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.floats(0.001, 1.0), st.integers(1, 60), st.floats(1.0, 3600.0), st.floats(0, 0.95), st.floats(0, 0.95))
def test_the_fixed_point_feeds_itself(arrival_rate, servers, patience, redial, reconnect):
    """Total = first attempts + redials + reconnects, and as many needs end as begin."""
    answer = redial_fixed_point(arrival_rate, 300.0, servers, patience, redial, reconnect)

    abandoned = answer.total_rate * answer.p_abandon
    served = answer.total_rate - abandoned
    assert answer.total_rate == pytest.approx(arrival_rate + redial * abandoned + reconnect * served, rel=1e-11)
    assert answer.given_up_share + served * (1 - reconnect) / arrival_rate == pytest.approx(1.0, rel=1e-11)


def test_bunched_redials_abandon_more_than_the_fixed_point_says():
    # acceptance case E07: 60 % redial after 10 min on average; its exact chain gives .31924, long delays less
    answer = redial_fixed_point(150 / 3600, 240.0, 9, 100.0, 0.6, 0.0)

    assert answer.p_abandon < 0.3192356075
    assert answer.p_abandon == pytest.approx(0.3192356075, rel=0.04)


def test_everybody_may_redial_where_all_can_be_served():
    # 10 Erlangs for 12 agents: with no other way out everybody is served in the end
    answer = redial_fixed_point(10 / 300, 300.0, 12, 60.0, 1.0, 0.0)

    assert answer.given_up_share == 0.0
    assert answer.total_rate * (1 - answer.p_abandon) == pytest.approx(10 / 300, rel=1e-11)


def test_what_is_never_resolved_leaves_by_abandoning():
    answer = redial_fixed_point(10 / 300, 300.0, 12, 60.0, 0.5, 1.0)

    assert answer.given_up_share == pytest.approx(1.0, rel=1e-11)


@pytest.mark.parametrize("reconnect", [0.0, 0.2, 1.0])
def test_a_stream_that_can_never_be_settled_is_refused(reconnect):
    with pytest.raises(UnstableError, match="Everybody redials, and 10 agents"):
        redial_fixed_point(10 / 300, 300.0, 10, 60.0, 1.0, reconnect)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ((0.0, 300.0, 10, 60.0, 0.5, 0.1), "arrival_rate"),
        ((0.1, -300.0, 10, 60.0, 0.5, 0.1), "handling"),
        ((0.1, 300.0, 0, 60.0, 0.5, 0.1), "servers"),
        ((0.1, 300.0, 10, 0.0, 0.5, 0.1), "patience"),
        ((0.1, 300.0, 10, 60.0, 1.5, 0.1), "redial_probability"),
        ((0.1, 300.0, 10, 60.0, 0.5, -0.1), "reconnect_probability"),
    ],
)
def test_nonsense_is_refused_by_name(arguments, name):
    with pytest.raises(InputError, match=name):
        redial_fixed_point(*arguments)


@pytest.mark.parametrize(
    ("p_resolved", "p_return", "contacts"),
    [
        (1.0, 1.0, 1.0),
        (0.0, 0.0, 1.0),
        # acceptance case E08: 80 % resolved, all others call again
        (0.8, 1.0, 1.25),
        # acceptance case E07: a contact settles the matter unless abandoned (0.3192356075), 60 % of those redial
        (1 - 0.3192356075, 0.6, 1.236921663),
        (0.0, 0.5, 2.0),
    ],
)
def test_contacts_per_need(p_resolved, p_return, contacts):
    assert contacts_per_need_by_repeats(p_resolved, p_return) == pytest.approx(contacts, rel=1e-9)


def test_a_need_that_is_never_over_is_refused():
    with pytest.raises(UnstableError, match="never over"):
        contacts_per_need_by_repeats(0.0, 1.0)


def test_a_share_above_one_is_refused():
    with pytest.raises(InputError, match="p_resolved must lie between 0 and 1"):
        contacts_per_need_by_repeats(80, 0.5)

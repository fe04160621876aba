"""Erlang B, C and A against published values, exact cases, limits and brute force."""

from fractions import Fraction
from math import fsum, inf, isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from ccsim.errors import InputError, UnstableError
from ccsim.theory.erlang import (
    answer_erlang_a,
    answer_erlang_c,
    erlang_b,
    erlang_c,
    service_levels,
    wait_quantile_erlang_c,
)

BASES = ["offered", "answered", "met_or_gone", "early_gone_left_out", "met_or_short_gone", "short_gone_left_out"]


def exact_erlang_b(servers, load):
    """The definition, in fractions: the last of the truncated Poisson weights over their sum."""
    weights = [Fraction(1)]
    for k in range(1, servers + 1):
        weights.append(weights[-1] * Fraction(load) / k)
    return weights[-1] / sum(weights)


def figures(answer):
    """Everything an answer says but the wait of the abandoned, by name."""
    plain = {name: value for name, value in vars(answer).items() if name not in ("service_level", "wait_abandoned")}
    return plain | answer.service_level


def brute_force(arrival_rate, handling, servers, patience, acceptable_wait, short_wait, longest_queue):
    """Erlang A from its Markov chain: balance equations, and a tagged contact with the contacts ahead of it."""
    n_states = servers + longest_queue + 1
    busy = np.minimum(np.arange(n_states), servers)
    queue = np.arange(n_states) - busy
    down = busy / handling + queue / patience
    generator = np.diag(np.full(n_states - 1, arrival_rate), 1) + np.diag(down[1:], -1)
    generator -= np.diag(generator.sum(axis=1))
    share = np.linalg.solve(np.vstack([generator.T[:-1], np.ones(n_states)]), np.append(np.zeros(n_states - 1), 1.0))

    ahead = np.arange(longest_queue)
    moves_up = servers / handling + ahead / patience
    tagged = np.zeros((longest_queue + 2, longest_queue + 2))
    served, gone = longest_queue, longest_queue + 1
    tagged[ahead[1:], ahead[:-1]] = moves_up[1:]
    tagged[0, served] = moves_up[0]
    tagged[ahead, gone] = 1 / patience
    tagged[ahead, ahead] = -tagged[ahead].sum(axis=1)
    joins = np.append(share[servers : servers + longest_queue], [0.0, 0.0])
    p_no_wait = share[:servers].sum()

    def within(time):
        end = joins @ expm(tagged * time)
        return p_no_wait + end[served], end[gone]

    waiting = tagged[:longest_queue, :longest_queue]
    time_in = np.linalg.solve(-waiting.T, joins[:longest_queue])
    p_abandon = time_in.sum() / patience
    # E[T; ended there] = joins (-Q)^-2 rates
    twice = np.linalg.solve(-waiting.T, time_in)
    met, early_gone = within(acceptable_wait)
    return {
        "p_wait": 1 - p_no_wait,
        "p_abandon": p_abandon,
        "asa": twice[0] * moves_up[0] / (1 - p_abandon),
        "wait_offered": share @ queue / arrival_rate,
        "wait_abandoned": twice.sum() / patience / p_abandon,
        "mean_queue": share @ queue,
        "occupancy": share @ busy / servers,
        "offered": met,
        "answered": met / (1 - p_abandon),
        "met_or_gone": met + early_gone,
        "early_gone_left_out": met / (1 - early_gone),
        "met_or_short_gone": met + within(short_wait)[1],
        "short_gone_left_out": met / (1 - within(short_wait)[1]),
    }


def summed_erlang_a(arrival_rate, handling, servers, patience):
    """P(wait) and mean queue of Erlang A, summed outwards from n busy agents or, in overload, from the usual state."""

    def departures(state):
        return min(state, servers) / handling + max(state - servers, 0) / patience

    start = servers + max(0, int((arrival_rate - servers / handling) * patience))
    weights, weight, state = {start: 1.0}, 1.0, start
    while weight > 1e-40 and state > 0:
        weight *= departures(state) / arrival_rate
        state -= 1
        weights[state] = weight
    weight, state = 1.0, start
    while weight > 1e-40:
        state += 1
        weight *= arrival_rate / departures(state)
        weights[state] = weight
    total = fsum(weights.values())
    p_wait = fsum(weight for state, weight in weights.items() if state >= servers) / total
    return p_wait, fsum((state - servers) * weight for state, weight in weights.items() if state > servers) / total


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (5, 3.0), (15, 8.0), (40, 60.0), (90, 0.25)])
def test_erlang_b_is_the_last_weight_of_the_truncated_poisson_law(servers, load):
    assert erlang_b(servers, load) == pytest.approx(float(exact_erlang_b(servers, load)), rel=1e-14)


def test_erlang_b_of_fifteen_lines():
    # acceptance case A01: 162.16 calls an hour of 180 s
    blocked = erlang_b(15, 162.16 * 180 / 3600)

    assert blocked == pytest.approx(0.009999631943, rel=1e-8)
    assert 162.16 * 180 / 3600 * (1 - blocked) / 15 == pytest.approx(0.5351281989, rel=1e-8)


def test_without_lines_everything_is_blocked():
    assert erlang_b(0, 3.0) == 1.0
    assert erlang_b(0, 0.0) == 1.0


def test_without_load_nothing_is_blocked():
    assert erlang_b(1, 0.0) == 0.0


def test_a_tiny_load_keeps_all_its_digits():
    # load^3 / 3! for a load this small
    assert erlang_b(3, 1e-100) == pytest.approx(1e-300 / 6, rel=1e-14)


def test_an_enormous_load_loses_all_but_what_the_lines_carry():
    # B = 1 - servers / load + O(1 / load^2)
    assert 1 - erlang_b(10, 1e9) == pytest.approx(1e-8, rel=1e-7)


@pytest.mark.parametrize("load", [4000.0, 5000.0, 6000.0])
def test_erlang_b_holds_for_thousands_of_servers(load):
    terms, weight = [1.0], 1.0
    for k in range(5000, 0, -1):
        weight *= k / load
        terms.append(weight)

    assert erlang_b(5000, load) == pytest.approx(1 / fsum(terms), rel=1e-12)


def test_erlang_c_at_96_percent_occupancy():
    # acceptance case A04: 48 a minute, 60 s, 50 agents
    answer = answer_erlang_c(0.8, 60.0, 50, 20.0)

    assert answer.p_wait == pytest.approx(0.6944556112, rel=1e-9)
    assert answer.asa == answer.wait_offered == pytest.approx(20.83366834, rel=1e-9)
    assert answer.asa / answer.p_wait == pytest.approx(30.0, rel=1e-12)
    assert answer.occupancy == pytest.approx(0.96, rel=1e-12)
    assert answer.mean_queue == pytest.approx(16.66693467, rel=1e-9)
    assert wait_quantile_erlang_c(0.8, 60.0, 50, 0.9) == pytest.approx(58.13874178, rel=1e-9)
    assert list(answer.service_level) == BASES
    assert set(answer.service_level.values()) == {answer.service_level["offered"]}
    assert answer.service_level["offered"] == pytest.approx(0.6434546008, rel=1e-9)
    assert answer.p_abandon == 0.0
    assert isnan(answer.wait_abandoned)


def test_erlang_c_with_repeats_in_the_stream():
    # acceptance case E08: 90 / 0.8 calls an hour, 240 s, 10 agents
    answer = answer_erlang_c(112.5 / 3600, 240.0, 10, 20.0)

    assert answer.p_wait == pytest.approx(0.3066112002, rel=1e-9)
    assert answer.asa == pytest.approx(29.43467522, rel=1e-9)
    assert answer.mean_queue == pytest.approx(0.9198336007, rel=1e-9)
    assert answer.service_level["answered"] == pytest.approx(0.7510512224, rel=1e-9)


def test_priorities_do_not_change_how_many_wait():
    # acceptance case B02: 110 calls an hour in all, 240 s, 8 agents; with equal handling the order is no matter
    answer = answer_erlang_c(110 / 3600, 240.0, 8, 20.0)

    assert answer.p_wait == pytest.approx(0.7475807882, rel=1e-9)
    assert answer.mean_queue == pytest.approx(8.223388671, rel=1e-9)


def test_with_one_server_the_occupancy_is_the_chance_to_wait():
    assert erlang_c(1, 0.9999) == pytest.approx(0.9999, rel=1e-14)


def test_nobody_waits_without_contacts():
    answer = answer_erlang_c(0.0, 60.0, 3, 20.0)

    assert (answer.p_wait, answer.asa, answer.service_level["offered"]) == (0.0, 0.0, 1.0)


def test_a_level_close_to_nothing_keeps_its_digits():
    # M/M/1 with threshold 0: P(W = 0) = 1 - rho
    answer = answer_erlang_c(1 - 1e-9, 1.0, 1, 0.0)

    assert answer.service_level["offered"] == pytest.approx(1 - (1 - 1e-9), rel=1e-12)


def test_the_quantile_of_those_who_need_not_wait_is_zero():
    assert wait_quantile_erlang_c(0.8, 60.0, 50, 0.3) == 0.0


def test_a_queue_without_end_is_refused_with_the_way_out():
    with pytest.raises(UnstableError, match=r"10 agents cannot do 10 Erlangs.*Give at least 11 agents") as caught:
        erlang_c(10, 10.0)

    assert (caught.value.servers, caught.value.load) == (10, 10.0)


@pytest.mark.parametrize(
    ("per_minute", "minutes", "servers", "patience", "expected"),
    [
        # model.md 2.18, first three rows: P(ab), E[W] in min, P(W>0), occupancy, answered within 20 s
        (2, 5, 10, 3, (0.1406, 0.4219, 0.4853, 0.8594, 0.6024)),
        (1, 6, 7, 5, (0.1008, 0.5041, 0.3802, 0.7707, 0.6711)),
        (10, 5, 50, 3, (0.0634, 0.1903, 0.4580, 0.9366, 0.7311)),
    ],
)
def test_erlang_a_meets_the_rows_of_the_model(per_minute, minutes, servers, patience, expected):
    answer = answer_erlang_a(per_minute / 60, 60.0 * minutes, servers, 60.0 * patience, 20.0)

    got = (
        answer.p_abandon,
        answer.wait_offered / 60,
        answer.p_wait,
        answer.occupancy,
        answer.service_level["offered"],
    )
    # the rows have four decimals
    assert got == pytest.approx(expected, abs=5.1e-5)


def test_erlang_a_in_overload():
    # acceptance case A06: 1440 calls an hour, 300 s, 100 agents, patience 180 s, threshold 20 s
    answer = answer_erlang_a(0.4, 300.0, 100, 180.0, 20.0)

    assert answer.p_wait == pytest.approx(0.9275154067, rel=1e-9)
    assert answer.p_abandon == pytest.approx(0.1693364498, rel=1e-9)
    assert answer.asa == pytest.approx(32.06697924, rel=1e-9)
    assert answer.wait_offered == pytest.approx(30.48056096, rel=1e-9)
    assert answer.wait_abandoned == pytest.approx(22.69853977, rel=1e-9)
    assert answer.mean_queue == pytest.approx(12.19222438, rel=1e-9)
    assert answer.occupancy == pytest.approx(0.9967962603, rel=1e-9)
    assert list(answer.service_level) == BASES
    assert answer.service_level["offered"] == pytest.approx(0.265640483, rel=1e-9)
    assert answer.service_level["answered"] == pytest.approx(0.3197931135, rel=1e-9)
    assert answer.service_level["met_or_gone"] == pytest.approx(0.3541244543, rel=1e-9)
    assert answer.service_level["early_gone_left_out"] == pytest.approx(0.2914271112, rel=1e-9)


def test_the_published_vector_of_the_service_levels():
    # ICMI, model.md 3.1: 1000 answered, 60 abandoned, 860 and 20 of them within the threshold, 10 within the short time
    offered = 1060
    levels = service_levels(
        860 / offered, served=1000 / offered, gone=20 / offered, stayed=1040 / offered, short_gone=10 / offered
    )

    assert list(levels) == BASES
    assert list(levels.values()) == pytest.approx([0.811, 0.860, 0.830, 0.827, 0.821, 0.819], abs=5.1e-4)


@pytest.mark.parametrize(
    ("arrival_rate", "handling", "servers", "patience", "longest_queue"),
    [
        (2 / 60, 300.0, 10, 180.0, 60),
        (0.01, 100.0, 1, 1000.0, 90),
        (0.05, 100.0, 2, 60.0, 60),
        (0.05, 100.0, 8, 5.0, 40),
        (0.001, 240.0, 3, 100.0, 40),
        (0.4, 300.0, 100, 180.0, 150),
        (0.5, 40.0, 20, 40.0, 90),
    ],
)
@pytest.mark.parametrize(("acceptable_wait", "short_wait"), [(20.0, 5.0), (120.0, 0.0)])
def test_erlang_a_is_its_markov_chain(
    arrival_rate, handling, servers, patience, longest_queue, acceptable_wait, short_wait
):
    expected = brute_force(arrival_rate, handling, servers, patience, acceptable_wait, short_wait, longest_queue)

    answer = answer_erlang_a(arrival_rate, handling, servers, patience, acceptable_wait, short_wait=short_wait)

    got = figures(answer) | {"wait_abandoned": answer.wait_abandoned}
    # dense linear algebra loses a few digits where probabilities are small
    assert {name: got[name] for name in expected} == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("load", [3000.0, 4900.0, 5000.0, 5100.0, 9000.0])
@pytest.mark.parametrize("patience", [0.1, 180.0, 7200.0])
def test_erlang_a_holds_for_thousands_of_servers(load, patience):
    p_wait, mean_queue = summed_erlang_a(load / 300, 300.0, 5000, patience)

    answer = answer_erlang_a(load / 300, 300.0, 5000, patience, 20.0)

    # below 1e-300 a probability has no digits left to compare
    assert answer.p_wait == pytest.approx(p_wait, rel=1e-10, abs=1e-300)
    assert answer.mean_queue == pytest.approx(mean_queue, rel=1e-10, abs=1e-300)


@pytest.mark.parametrize(
    ("arguments", "offered_level"),
    [
        # 330-digit arithmetic: incomplete gamma series of the offered wait
        ((0.01, 300.0, 1, 1e5, 20.0), 2.86546823227829e-133),
        ((0.01, 300.0, 1, 1e5, 300.0), 2.48874183182254e-132),
        ((0.5, 300.0, 50, 3600.0, 300.0), 6.88874455025235e-197),
        ((4.0, 300.0, 400, 180.0, 20.0), 3.05324453304039e-75),
        ((4.0, 300.0, 400, 180.0, 60.0), 1.40147589173491e-42),
    ],
)
def test_the_far_tail_of_the_wait_keeps_its_digits(arguments, offered_level):
    assert answer_erlang_a(*arguments).service_level["offered"] == pytest.approx(offered_level, rel=1e-9)


def test_very_long_patience_is_erlang_c():
    expected = answer_erlang_c(0.8, 60.0, 50, 20.0)

    answer = answer_erlang_a(0.8, 60.0, 50, 1e14, 20.0)

    assert figures(answer) == pytest.approx(figures(expected), rel=1e-9, abs=1e-9)


def test_very_short_patience_is_erlang_b():
    answer = answer_erlang_a(0.8, 60.0, 50, 1e-10, 20.0)

    blocked = erlang_b(50, 48.0)
    assert answer.p_wait == pytest.approx(blocked, rel=1e-9)
    assert answer.p_abandon == pytest.approx(blocked, rel=1e-9)
    assert answer.service_level["offered"] == pytest.approx(1 - blocked, rel=1e-9)


@pytest.mark.parametrize("patience", [1e6, 1e9, 1e12])
def test_overload_with_long_patience_is_the_fluid_limit(patience):
    # 60 Erlangs for 50 agents: 1 - 50/60 abandon, the served wait ln(60/50) mean patiences
    answer = answer_erlang_a(1.0, 60.0, 50, patience, 20.0)

    assert answer.p_wait == 1.0
    assert answer.p_abandon == pytest.approx(1 / 6, rel=1e-12)
    # the correction is of order 1 / (capacity per patience)
    assert answer.asa / patience == pytest.approx(np.log(1.2), rel=100 / patience)
    assert answer.service_level["offered"] == 0.0


@pytest.mark.parametrize("arrival_rate", [1e3, 1e6, 1e9])
def test_in_extreme_overload_the_agents_serve_all_they_can(arrival_rate):
    answer = answer_erlang_a(arrival_rate, 60.0, 50, 30.0, 20.0)

    assert answer.occupancy == pytest.approx(1.0, rel=1e-12)
    assert 1 - answer.p_abandon == pytest.approx(50 / 60 / arrival_rate, rel=1e-6)


def test_in_extreme_underload_the_first_wait_is_for_all_agents_busy():
    # p_wait -> load^n / n!, and the wait of who abandons is that of the sooner of the two ends
    answer = answer_erlang_a(1e-9, 60.0, 3, 30.0, 20.0)

    assert answer.p_wait == pytest.approx((6e-8) ** 3 / 6, rel=1e-6)
    assert answer.wait_abandoned == pytest.approx(1 / (3 / 60 + 1 / 30), rel=1e-6)
    assert answer.asa == pytest.approx(answer.p_wait * (3 / 60) / (3 / 60 + 1 / 30) ** 2, rel=1e-6)


def test_without_contacts_nobody_waits_but_the_limits_are_told():
    answer = answer_erlang_a(0.0, 60.0, 3, 30.0, 20.0)

    assert (answer.p_wait, answer.p_abandon, answer.asa, answer.mean_queue, answer.occupancy) == (0, 0, 0, 0, 0)
    assert answer.wait_abandoned == pytest.approx(1 / (3 / 60 + 1 / 30), rel=1e-12)
    assert answer.service_level == dict.fromkeys(BASES, 1.0)


queues = st.tuples(
    st.floats(1e-3, 1e4).map(lambda load: load / 300),
    st.just(300.0),
    st.integers(1, 2000),
    st.floats(-3, 8).map(lambda exponent: 10**exponent),
    st.floats(0, 3600),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(queues)
def test_abandonment_is_the_mean_wait_over_the_mean_patience(queue):
    """P(ab) = theta E[W], with E[W] put together from the waits of served and abandoned."""
    answer = answer_erlang_a(*queue)

    served = answer.occupancy * queue[2] / (queue[0] * queue[1])
    mean_wait = answer.asa * served + answer.wait_abandoned * answer.p_abandon

    assert mean_wait / queue[3] == pytest.approx(answer.p_abandon, rel=1e-11, abs=1e-300)
    assert served + answer.p_abandon == pytest.approx(1.0, rel=1e-11)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(queues)
def test_the_service_levels_keep_their_order(queue):
    answer = answer_erlang_a(*queue)

    level = answer.service_level
    rounding = 1e-12
    assert all(0 <= value <= 1 + rounding for value in level.values())
    assert level["offered"] <= level["met_or_short_gone"] * (1 + rounding)
    assert level["offered"] <= level["early_gone_left_out"] * (1 + rounding)
    assert level["early_gone_left_out"] <= level["met_or_gone"] * (1 + rounding)
    assert level["offered"] <= level["answered"] * (1 + rounding)
    assert 1 - answer.p_wait <= level["offered"] + rounding


@settings(max_examples=80, deadline=None, derandomize=True)
@given(queues)
def test_one_more_agent_never_makes_more_wait_or_abandon(queue):
    arrival_rate, handling, servers, patience, acceptable_wait = queue
    answer = answer_erlang_a(*queue)

    better = answer_erlang_a(arrival_rate, handling, servers + 1, patience, acceptable_wait)

    rounding = 1 + 1e-11
    assert better.p_wait <= answer.p_wait * rounding
    assert better.p_abandon <= answer.p_abandon * rounding
    assert better.service_level["offered"] * rounding >= answer.service_level["offered"]


@pytest.mark.parametrize(
    ("formula", "arguments", "message"),
    [
        (erlang_b, (-1, 1.0), "servers must be a whole number of at least 0, not -1"),
        (erlang_b, (2.5, 1.0), "servers must be a whole number"),
        (erlang_b, (nan, 1.0), "servers must be a whole number"),
        (erlang_b, (inf, 1.0), "servers must be a whole number"),
        (erlang_b, (2, -0.1), "load must be a finite number of at least 0, not -0.1"),
        (erlang_b, (2, nan), "load must be"),
        (erlang_c, (0, 0.0), "servers must be a whole number of at least 1"),
        (answer_erlang_c, (-1.0, 60.0, 3, 20.0), "arrival_rate must be"),
        (answer_erlang_c, (1.0, 0.0, 3, 20.0), "handling must be a finite number above 0"),
        (answer_erlang_c, (0.01, 60.0, 3, inf), "acceptable_wait must be"),
        (wait_quantile_erlang_c, (0.01, 60.0, 3, 1.0), "probability must be at least 0 and below 1"),
        (answer_erlang_a, (0.01, 60.0, 0, 30.0, 20.0), "servers must be"),
        (answer_erlang_a, (0.01, 60.0, 3, inf, 20.0), "patience must be a finite number above 0, not inf"),
        (answer_erlang_a, (0.01, 60.0, 3, 0.0, 20.0), "patience must be"),
    ],
)
def test_nonsense_is_refused_by_name(formula, arguments, message):
    with pytest.raises(InputError, match=message):
        formula(*arguments)


def test_a_negative_short_wait_is_refused():
    with pytest.raises(InputError, match="short_wait"):
        answer_erlang_a(0.01, 60.0, 3, 30.0, 20.0, short_wait=-1.0)

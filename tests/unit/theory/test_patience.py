"""M/M/n+G against exact cases, its two textbook limits and closed forms."""

from math import exp, inf, isnan

import numpy as np
import pytest
from scipy.integrate import quad

from ccsim.errors import InputError, UnstableError
from ccsim.theory.erlang import answer_erlang_a, answer_erlang_c, erlang_b
from ccsim.theory.patience import (
    answer_patience,
    answer_patience_kinds,
    constant_patience,
    exponential_patience,
    lognormal_patience,
    some_at_once,
)

TO_EIGHT_DIGITS = 1e-8


def figures(answer):
    return {name: value for name, value in vars(answer).items() if name != "service_level"} | answer.service_level


def test_constant_patience_of_two_minutes():
    """Acceptance case A09."""
    answer = answer_patience(300 / 3600, 240.0, 20, constant_patience(120.0), 20.0)

    assert figures(answer) == pytest.approx(
        {
            "p_wait": 0.675112339,
            "p_abandon": 0.061373849,
            "asa": 39.23213663,
            "wait_offered": 44.18917128,
            "wait_abandoned": 120.0,
            "mean_queue": 3.68243094,
            "occupancy": 0.938626151,
            "offered": 0.4271774094,
            "answered": 0.4551092135,
            "met_or_gone": 0.4271774094,
            "early_gone_left_out": 0.4271774094,
            "met_or_short_gone": 0.4271774094,
            "short_gone_left_out": 0.4271774094,
        },
        rel=TO_EIGHT_DIGITS,
    )


def test_some_hang_up_unless_answered_at_once():
    """Acceptance case A13."""
    answer = answer_patience(300 / 3600, 240.0, 20, some_at_once(0.15, exponential_patience(150.0)), 20.0)

    expected = {
        "p_wait": 0.3877978669,
        "p_abandon": 0.1156498254,
        "asa": 8.252328929,
        "wait_offered": 8.622021805,
        "wait_abandoned": 11.44898638,
        "mean_queue": 0.718501817,
        "occupancy": 0.8843501746,
        "offered": 0.7446332582,
        "answered": 0.8420117727,
        "met_or_gone": 0.8348536833,
        "early_gone_left_out": 0.8184765615,
    }
    assert {name: figures(answer)[name] for name in expected} == pytest.approx(expected, rel=TO_EIGHT_DIGITS)


def test_two_kinds_of_caller_in_one_queue():
    """Acceptance case A15."""
    rates, laws = [120 / 3600, 180 / 3600], [exponential_patience(60.0), exponential_patience(300.0)]
    first, second = answer_patience_kinds(rates, 240.0, 20, laws, 20.0)
    together = answer_patience(sum(rates), 240.0, 20, lambda t: 0.4 * laws[0](t) + 0.6 * laws[1](t), 20.0)

    assert [first.p_abandon, first.asa, first.wait_offered] == pytest.approx(
        [0.1811840038, 8.594591672, 10.87104023], rel=TO_EIGHT_DIGITS
    )
    assert [first.service_level["offered"], first.service_level["early_gone_left_out"]] == pytest.approx(
        [0.6816942179, 0.7636972358], rel=TO_EIGHT_DIGITS
    )
    assert [second.p_abandon, second.asa, second.wait_offered] == pytest.approx(
        [0.04994726107, 14.32912272, 14.98417832], rel=TO_EIGHT_DIGITS
    )
    assert [second.service_level["offered"], second.service_level["early_gone_left_out"]] == pytest.approx(
        [0.7004145231, 0.7177811762], rel=TO_EIGHT_DIGITS
    )
    expected = {
        "p_wait": 0.4577148292,
        "p_abandon": 0.1024419582,
        "asa": 12.23654462,
        "wait_offered": 13.33892309,
        "wait_abandoned": 22.99755003,
        "occupancy": 0.8975580418,
        "offered": 0.692926401,
        "answered": 0.7720129158,
        "met_or_gone": 0.7503938868,
        "early_gone_left_out": 0.7351750635,
    }
    assert {name: figures(together)[name] for name in expected} == pytest.approx(expected, rel=TO_EIGHT_DIGITS)
    assert first.occupancy == second.occupancy == pytest.approx(together.occupancy, rel=1e-12)


@pytest.mark.parametrize(
    ("arrival_rate", "handling", "servers", "patience"),
    [(2 / 60, 300.0, 10, 180.0), (0.4, 300.0, 100, 180.0), (20.0, 300.0, 5000, 180.0), (0.01, 50.0, 2, 5.0)],
)
def test_exponential_patience_is_erlang_a(arrival_rate, handling, servers, patience):
    law = exponential_patience(patience)

    assert figures(answer_patience(arrival_rate, handling, servers, law, 20.0)) == pytest.approx(
        figures(answer_erlang_a(arrival_rate, handling, servers, patience, 20.0)), rel=1e-10
    )


def test_customers_who_never_abandon_are_erlang_c():
    answer = answer_patience(0.8, 60.0, 50, constant_patience(inf), 20.0)
    expected = figures(answer_erlang_c(0.8, 60.0, 50, 20.0))

    assert isnan(answer.wait_abandoned)
    assert {**figures(answer), "wait_abandoned": 0} == pytest.approx({**expected, "wait_abandoned": 0}, rel=1e-10)


@pytest.mark.parametrize(("arrival_rate", "patience"), [(0.07, 30.0), (1 / 12, 100.0), (0.1, 600.0)])
def test_constant_patience_has_a_closed_form(arrival_rate, patience):
    """The offered wait falls by n mu - lambda up to the patience, and by n mu beyond it."""
    servers, handling = 20, 240.0
    done = servers / handling
    gap = done - arrival_rate
    below = patience if gap == 0 else (1 - exp(-gap * patience)) / gap
    beyond = exp(-gap * patience) / done
    odds = arrival_rate * (below + beyond) * erlang_b(servers - 1, arrival_rate * handling)
    answer = answer_patience(arrival_rate, handling, servers, constant_patience(patience), 20.0)

    assert answer.p_wait == pytest.approx(odds / (1 + odds), rel=1e-10)
    assert answer.p_abandon == pytest.approx(odds / (1 + odds) * beyond / (below + beyond), rel=1e-9)


def test_lognormal_patience_by_plain_quadrature():
    arrival_rate, handling, servers, law = 0.1, 240.0, 20, lognormal_patience(120.0, 0.75)

    def kept(wait):
        return quad(lambda t: float(law(np.array(t))), 0, wait, epsabs=1e-12)[0]

    def density(wait):
        return exp(arrival_rate * kept(wait) - servers / handling * wait)

    everyone = quad(density, 0, 1500, epsabs=1e-11, limit=200)[0]
    leaving = quad(lambda wait: density(wait) * (1 - float(law(np.array(wait)))), 0, 1500, limit=200)[0]
    odds = arrival_rate * everyone * erlang_b(servers - 1, arrival_rate * handling)
    answer = answer_patience(arrival_rate, handling, servers, law, 20.0)

    assert answer.p_abandon == pytest.approx(odds / (1 + odds) * leaving / everyone, rel=1e-8)


def test_what_comes_is_served_or_gone_and_the_queue_is_little():
    answer = answer_patience(0.1, 240.0, 20, some_at_once(0.1, lognormal_patience(120.0, 2.0)), 20.0)

    assert answer.occupancy * 20 / 240.0 == pytest.approx(0.1 * (1 - answer.p_abandon), rel=1e-12)
    waited = answer.asa * (1 - answer.p_abandon) + answer.wait_abandoned * answer.p_abandon
    assert answer.wait_offered == pytest.approx(waited, rel=1e-12)
    assert answer.mean_queue == 0.1 * answer.wait_offered


def test_hardly_anybody_waits_where_the_agents_are_many():
    answer = answer_patience(0.001, 100.0, 500, exponential_patience(60.0), 20.0)

    assert (answer.p_wait, answer.p_abandon, answer.service_level["offered"]) == (0.0, 0.0, 1.0)


def test_too_much_work_from_those_who_stay_is_refused():
    with pytest.raises(UnstableError, match="without end"):
        answer_patience(0.1, 240.0, 20, constant_patience(inf), 20.0)


@pytest.mark.parametrize(
    "refused",
    [
        lambda: exponential_patience(0.0),
        lambda: constant_patience(-1.0),
        lambda: lognormal_patience(60.0, 0.0),
        lambda: some_at_once(1.0, exponential_patience(60.0)),
        lambda: answer_patience_kinds([], 240.0, 20, [], 20.0),
        lambda: answer_patience_kinds([0.1], 240.0, 20, [], 20.0),
        lambda: answer_patience(0.0, 240.0, 20, exponential_patience(60.0), 20.0),
        lambda: answer_patience(0.1, 240.0, 0, exponential_patience(60.0), 20.0),
    ],
)
def test_what_is_no_queue_is_refused(refused):
    with pytest.raises(InputError):
        refused()

"""The detection law against sums written out, the model's figures and each other."""

from math import comb, exp, factorial

import pytest

from ccsim.errors import InputError
from ccsim.theory.detection import (
    critical_incidence_band,
    detection_probability,
    expected_causes_detected,
    expected_signals_for_detection,
    mean_time_to_detection,
    needs_before_detection,
    needs_prevented,
    seen_among_analysed,
    time_to_detection_quantile,
)


def poisson_at_least(m, mean):
    """The definition, summed."""
    return 1 - sum(exp(-mean) * mean**k / factorial(k) for k in range(m))


# model.md 2.11: m = 5
@pytest.mark.parametrize(("signal_yield", "needs"), [(0.01, 500.0), (0.05, 100.0), (1.0, 5.0)])
def test_needs_before_detection(signal_yield, needs):
    assert needs_before_detection(5, signal_yield) == pytest.approx(needs, rel=1e-14)


def test_rarer_causes_take_longer_but_hurt_as_many():
    often, seldom = (mean_time_to_detection(5, rate, 0.05) for rate in (100.0, 1.0))

    assert often * 100.0 == seldom * 1.0 == needs_before_detection(5, 0.05)


@pytest.mark.parametrize("m", [1, 5, 40])
@pytest.mark.parametrize("probability", [0.0, 0.01, 0.5, 0.999])
def test_the_quantile_is_where_that_share_is_detected(m, probability):
    time = time_to_detection_quantile(m, 3.0, 0.2, probability)

    assert detection_probability(m, 3.0, 0.2, time) == pytest.approx(probability, rel=1e-12)


@pytest.mark.parametrize("m", [1, 2, 5, 12])
@pytest.mark.parametrize("mean", [0.5, 3.0, 9.0])
def test_detection_within_a_life_is_a_poisson_tail(m, mean):
    # the sum loses digits to 1 - ..., the formula does not
    assert detection_probability(m, mean * 10, 0.1, 1.0) == pytest.approx(poisson_at_least(m, mean), rel=1e-8)


def test_without_evidence_nothing_is_detected():
    assert detection_probability(1, 5.0, 0.0, 100.0) == 0.0
    assert detection_probability(1, 0.0, 0.5, 100.0) == 0.0


# model.md 2.11: for 80 %
@pytest.mark.parametrize(("m", "signals"), [(1, 1.6), (3, 4.3), (5, 6.7), (10, 12.5)])
def test_signals_for_four_detections_in_five(m, signals):
    assert expected_signals_for_detection(m, 0.8) == pytest.approx(signals, abs=0.05)


def test_the_critical_band_ends_where_each_strategy_finds_four_in_five():
    low, high = critical_incidence_band(5, 0.01, 0.05, 0.8)

    assert detection_probability(5, low, 0.05, 1.0) == pytest.approx(0.8, rel=1e-12)
    assert detection_probability(5, high, 0.01, 1.0) == pytest.approx(0.8, rel=1e-12)


def test_distinct_causes_add_up():
    rates = [0.1, 1.0, 30.0]

    got = expected_causes_detected(3, rates, 0.1, 20.0)

    assert got == pytest.approx(sum(poisson_at_least(3, rate * 2) for rate in rates), rel=1e-9)


def test_no_causes_none_detected():
    assert expected_causes_detected(3, [], 0.1, 20.0) == 0.0


def test_needs_prevented_by_better_listening():
    # model.md 2.11: 84 needs
    assert needs_prevented(5, 0.01, 0.05, 0.3, 0.7) == pytest.approx(84.0, rel=1e-12)


@pytest.mark.parametrize(
    ("m", "share", "n"), [(1, 0.2, 7), (3, 0.5, 3), (5, 0.05, 60), (2, 0.0, 9), (2, 1.0, 9), (4, 0.9, 3), (1, 0.5, 0)]
)
def test_seen_among_analysed_is_a_binomial_tail(m, share, n):
    expected = sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(m, n + 1))

    assert seen_among_analysed(m, share, n) == pytest.approx(expected, rel=1e-12)


def test_three_percent_of_sixty_thousand_contacts():
    # model.md 3.5: a cause behind 1 contact in 1000 is seen once with 83 %, five times with 4 %
    assert seen_among_analysed(1, 0.001, 1800) == pytest.approx(1 - 0.999**1800, rel=1e-12)
    assert seen_among_analysed(5, 0.001, 1800) == pytest.approx(0.04, abs=0.005)


@pytest.mark.parametrize(
    ("formula", "arguments", "message"),
    [
        (needs_before_detection, (0, 0.1), "signals_required must be a whole number of at least 1"),
        (needs_before_detection, (5, 0.0), "signal_yield must be a finite number above 0"),
        (needs_before_detection, (5, 1.1), "signal_yield must lie between 0 and 1"),
        (mean_time_to_detection, (5, 0.0, 0.1), "need_rate"),
        (time_to_detection_quantile, (5, 1.0, 0.1, 1.0), "probability must be at least 0 and below 1"),
        (time_to_detection_quantile, (5, 0.0, 0.1, 0.5), "need_rate"),
        (detection_probability, (5, 1.0, 0.1, -1.0), "life"),
        (seen_among_analysed, (1, 2.0, 5), "share"),
        (seen_among_analysed, (1, 0.5, -5), "n_contacts"),
        (critical_incidence_band, (5, 0.05, 0.01, 0.8), "the lower first, not 0.05 and 0.01"),
        (needs_prevented, (5, 0.0, 0.05, 0.3, 0.7), "yields"),
        (needs_prevented, (5, 0.01, 0.05, 3, 0.7), "act_probability"),
    ],
)
def test_nonsense_is_refused_by_name(formula, arguments, message):
    with pytest.raises(InputError, match=message):
        formula(*arguments)

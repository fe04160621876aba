"""Every formula against numbers worked out by hand; what is off leaves no trace, not even in a last bit."""

from math import exp, log

import pytest

from ccsim.engine import laws


def test_talk_with_nothing_on_is_the_drawn_time_to_the_last_bit():
    assert laws.talk_duration(0.1 + 0.2, 0.9, 0.3, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0) == 0.1 + 0.2


def test_talk_of_the_typical_need_does_not_grow():
    assert laws.talk_duration(200.0, 0.4, 0.4, 1.5, 1.0, 1.0, 1.0, 0.0, 0.0) == 200.0


def test_talk_is_drawn_times_growth_times_handles_times_speed_plus_listening():
    # 200 x e^{2 (0.75 - 0.25)} x 1.5 x 0.8 + 30 = 240 e + 30
    assert laws.talk_duration(200.0, 0.75, 0.25, 2.0, 1.5, 0.8, 0.5, 30.0, 0.0) == pytest.approx(
        120 * exp(1) + 30, rel=1e-15
    )


def test_talk_of_easy_needs_shrinks_as_that_of_hard_ones_grows():
    shorter = laws.talk_duration(1.0, 0.2, 0.5, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0)
    longer = laws.talk_duration(1.0, 0.8, 0.5, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0)

    assert shorter * longer == pytest.approx(1, rel=1e-15)


@pytest.mark.parametrize("base", [0.0, 0.1, 0.7200000000000001, 1.0])
def test_resolution_with_nothing_on_is_the_base_to_the_last_bit(base):
    assert laws.resolution_probability(base, 0.9, 0.3, 0.0, 0.0) == base


@pytest.mark.parametrize("base", [0.0, 1.0])
@pytest.mark.parametrize("shift", [-5.0, 5.0])
def test_certainty_is_never_shifted(base, shift):
    assert laws.resolution_probability(base, 0.9, 0.3, 3.0, shift) == base


def test_resolution_moves_on_the_logit_scale():
    # odds 4 : 1 at 80 %; a shift by ln(1/2) halves them to 2 : 1
    assert laws.resolution_probability(0.8, 0.5, 0.5, 0.0, log(0.5)) == pytest.approx(2 / 3, rel=1e-14)


def test_resolution_falls_with_complexity_beyond_the_typical():
    # odds 1 : 1 times e^{-2 (0.75 - 0.25)} = 1 : e
    assert laws.resolution_probability(0.5, 0.75, 0.25, 2.0, 0.0) == pytest.approx(1 / (1 + exp(1)), rel=1e-14)


def test_shift_and_complexity_may_cancel_and_leave_the_base_to_the_last_bit():
    assert laws.resolution_probability(0.72, 0.75, 0.25, 2.0, 1.0) == 0.72


def test_rushing_by_a_fifth_with_a_twentieth_free_takes_the_model_texts_figure():
    # model.md 0: -k ln((1 - free)/(1 - cut)); 0.72 with k = 2.4: odds 0.72/0.28 x (0.8/0.95)^2.4
    odds = 0.72 / 0.28 * (0.8 / 0.95) ** 2.4
    shift = -2.4 * log(0.95 / 0.8)

    assert laws.resolution_probability(0.72, 0.5, 0.5, 0.0, shift) == pytest.approx(odds / (1 + odds), rel=1e-14)


@pytest.mark.parametrize("solves", [0.0, 0.3, 1.0])
def test_a_gate_without_complexity_effect_solves_its_share_to_the_last_bit(solves):
    assert laws.gate_probability(solves, 0.99, 0.3, 0.0) == solves


def test_a_gate_solves_less_of_what_is_complex():
    # (1 - 0.75)/(1 - 0.5) = 1/2; squared a quarter of 60 %
    assert laws.gate_probability(0.6, 0.75, 0.5, 2.0) == pytest.approx(0.15, rel=1e-14)
    assert laws.gate_probability(0.6, 0.5, 0.5, 2.0) == pytest.approx(0.6, rel=1e-14)


def test_a_gate_never_solves_more_than_everything():
    # (1 - 0.2)/(1 - 0.5) = 1.6; 60 % x 1.6^2 = 154 %
    assert laws.gate_probability(0.6, 0.2, 0.5, 2.0) == 1.0


@pytest.mark.parametrize(("first", "last", "window", "expected"), [(10, 20, 10, 1), (10, 20.5, 10, 0), (5, 5, 0, 1)])
def test_moments_exactly_a_window_apart_are_within(first, last, window, expected):
    assert laws.within(first, last, window) == expected


def test_any_two_moments_are_within_an_endless_window():
    assert laws.within(0.0, 1e300, float("inf")) == 1


@pytest.mark.parametrize(
    ("u", "n", "place"), [(1e-17, 3, 0), (0.333, 3, 0), (0.334, 3, 1), (0.667, 3, 2), (1 - 2**-53, 3, 2), (0.7, 1, 0)]
)
def test_places_are_equally_likely_stretches_of_the_unit_interval(u, n, place):
    assert laws.pick(u, n) == place


def test_a_stretch_of_the_day_begins_at_its_first_moment():
    moments = (0.0, 599.9, 600.0, 1199.0, 1200.0, 86400.0, 2 * 86400.0 + 600.0)

    assert [laws.stretch_of_day(now, 600.0, 600.0) for now in moments] == [-1, -1, 0, 0, 1, -1, 0]

"""Cobham's priorities against the acceptance case, Erlang C and the chain."""

from math import inf

import pytest

from ccsim.errors import InputError, UnstableError
from ccsim.theory.erlang import answer_erlang_c
from ccsim.theory.priorities import accumulating_waits, answer_priorities
from ccsim.theory.skills import SkillDesign, answer_skills


def test_two_levels_before_eight_agents():
    """Acceptance case B02."""
    answer = answer_priorities([50 / 3600, 60 / 3600], 240.0, 8, 20.0)

    assert answer.p_wait == pytest.approx(0.7475807882, rel=1e-8)
    assert answer.waits == pytest.approx((38.44701197, 461.3641436), rel=1e-8)
    assert answer.first_within == pytest.approx(0.4932825814, rel=1e-8)
    assert answer.mean_queue == pytest.approx(8.223388671, rel=1e-8)
    assert answer.occupancy == pytest.approx(0.9166666667, rel=1e-8)


def test_one_class_is_erlang_c():
    answer, expected = answer_priorities([0.03], 300.0, 12, 20.0), answer_erlang_c(0.03, 300.0, 12, 20.0)

    assert answer.waits[0] == pytest.approx(expected.asa, rel=1e-13)
    assert answer.first_within == pytest.approx(expected.service_level["offered"], rel=1e-13)


def test_priorities_move_waits_from_one_class_to_another_and_no_more():
    """The mean wait over three classes is that of first come, first served."""
    rates = [0.01, 0.004, 0.02]
    answer = answer_priorities(rates, 300.0, 12, 20.0)

    assert answer.mean_queue == pytest.approx(answer_erlang_c(sum(rates), 300.0, 12, 20.0).mean_queue, rel=1e-13)
    assert list(answer.waits) == sorted(answer.waits)


def test_the_chain_of_two_classes_gives_the_same():
    answer = answer_priorities([0.01, 0.01], 100.0, 4, 20.0)
    design = SkillDesign((0.01, 0.01), (inf, inf), (4,), ((100.0, 100.0),), ((0,), (0,)), ((0, 1),))
    first, second = answer_skills(design, 20.0).kinds

    assert [first.wait_offered, second.wait_offered] == pytest.approx(list(answer.waits), rel=1e-9)
    assert first.service_level["offered"] == pytest.approx(answer.first_within, rel=1e-10)


def test_too_much_work_is_refused():
    with pytest.raises(UnstableError):
        answer_priorities([0.02, 0.02], 300.0, 12, 20.0)


@pytest.mark.parametrize(("rates", "handling"), [([], 60.0), ([-1.0], 60.0), ([0.01], 0.0)])
def test_what_is_no_queue_is_refused(rates, handling):
    with pytest.raises(InputError):
        answer_priorities(rates, handling, 5, 20.0)


def test_priorities_that_grow_alike_are_first_come_first_served():
    waits = accumulating_waits([0.01, 0.004, 0.02], [2.0, 2.0, 2.0], 300.0, 12)

    assert waits == pytest.approx([answer_erlang_c(0.034, 300.0, 12, 20.0).asa] * 3, rel=1e-13)


def test_priorities_that_grow_ever_so_differently_are_fixed_ones():
    """Cobham's classes come with the highest first, Kleinrock's with the slowest."""
    fixed = answer_priorities([0.02, 0.004, 0.01], 300.0, 12, 20.0).waits

    assert accumulating_waits([0.01, 0.004, 0.02], [1.0, 1e9, 1e18], 300.0, 12) == pytest.approx(fixed[::-1], rel=1e-6)


def test_growing_priorities_move_waits_and_no_more():
    rates = [0.01, 0.004, 0.02]
    waits = accumulating_waits(rates, [1.0, 2.0, 5.0], 300.0, 12)

    queue = sum(rate * wait for rate, wait in zip(rates, waits))
    assert queue == pytest.approx(answer_erlang_c(sum(rates), 300.0, 12, 20.0).mean_queue, rel=1e-12)
    assert list(waits) == sorted(waits, reverse=True)


@pytest.mark.parametrize(
    ("rates", "rises"), [([], []), ([0.01], [0.0]), ([0.01], [1.0, 2.0]), ([0.01, 0.01], [2.0, 1.0])]
)
def test_what_does_not_grow_is_refused(rates, rises):
    with pytest.raises(InputError):
        accumulating_waits(rates, rises, 300.0, 12)

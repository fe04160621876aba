"""Designs with skills: the acceptance case, symmetry, and designs that are one queue in disguise."""

from math import inf

import pytest

from ccsim.errors import InputError
from ccsim.theory.erlang import answer_erlang_a
from ccsim.theory.skills import SkillDesign, answer_skills


def test_specialists_and_a_flexible_group():
    """Acceptance case C03, the N-design."""
    design = SkillDesign(
        arrival_rates=(70 / 3600, 40 / 3600),
        patience=(100.0, 150.0),
        agents=(4, 3),
        handling=((200.0, inf), (240.0, 180.0)),
        prefers=((0, 1), (1,)),
        serves=((0,), (1, 0)),
    )
    answer = answer_skills(design, 20.0)
    first, second = answer.kinds

    assert [first.p_wait, first.p_abandon, first.asa, first.wait_offered, first.mean_queue] == pytest.approx(
        [0.281816474, 0.100310577, 7.398857252, 10.0310577, 0.1950483442], rel=1e-8
    )
    assert [first.service_level["offered"], first.service_level["early_gone_left_out"]] == pytest.approx(
        [0.7909659818, 0.8271757794], rel=1e-8
    )
    assert [second.p_wait, second.p_abandon, second.asa, second.wait_offered, second.mean_queue] == pytest.approx(
        [0.5601977757, 0.2206936419, 26.86090575, 33.10404628, 0.3678227365], rel=1e-8
    )
    assert [second.service_level["offered"], second.service_level["early_gone_left_out"]] == pytest.approx(
        [0.5256422503, 0.5617326316], rel=1e-8
    )
    assert answer.occupancy == pytest.approx((0.721167047, 0.765187177), rel=1e-8)
    assert [*answer.busy[0], *answer.busy[1]] == pytest.approx([2.884668188, 0.0, 0.7369488147, 1.558612716], rel=1e-8)


def test_two_classes_that_abandon_share_what_one_queue_abandons():
    """Same handling, same patience: priorities change whose waits they are, not how many wait."""
    design = SkillDesign((0.01, 0.03), (120.0, 120.0), (9,), ((240.0, 240.0),), ((0,), (0,)), ((0, 1),))
    answer, whole = answer_skills(design, 20.0), answer_erlang_a(0.04, 240.0, 9, 120.0, 20.0)
    first, second = answer.kinds

    assert first.p_wait == pytest.approx(whole.p_wait, rel=1e-10)
    assert 0.25 * first.p_abandon + 0.75 * second.p_abandon == pytest.approx(whole.p_abandon, rel=1e-10)
    assert first.p_abandon < whole.p_abandon < second.p_abandon
    assert answer.occupancy[0] == pytest.approx(whole.occupancy, rel=1e-10)
    assert answer.busy[0] == pytest.approx(
        (0.01 * 240 * (1 - first.p_abandon), 0.03 * 240 * (1 - second.p_abandon)), rel=1e-9
    )


def test_two_groups_that_serve_everybody_are_one_queue():
    """The X-design with equal handling and patience: nobody waits while anybody is idle."""
    design = SkillDesign((0.015, 0.015), (90.0, 90.0), (3, 4), ((200.0,) * 2,) * 2, ((0, 1), (1, 0)), ((0, 1), (1, 0)))
    answer, whole = answer_skills(design, 20.0), answer_erlang_a(0.03, 200.0, 7, 90.0, 20.0)

    assert answer.kinds[0].p_wait == pytest.approx(whole.p_wait, rel=1e-10)
    assert sum(kind.mean_queue for kind in answer.kinds) == pytest.approx(whole.mean_queue, rel=1e-10)


def ring(handling):
    """Three kinds, three groups of one agent, each with its own skill first and its neighbour's second."""
    skilled = ((handling, handling, inf), (inf, handling, handling), (handling, inf, handling))
    return SkillDesign(
        (0.006,) * 3, (60.0,) * 3, (1, 1, 1), skilled, ((0, 2), (1, 0), (2, 1)), ((0, 1), (1, 2), (2, 0))
    )


def test_a_ring_of_skills_treats_its_kinds_alike_and_better_than_specialists():
    answer = answer_skills(ring(100.0), 20.0)
    alone, pooled = answer_erlang_a(0.006, 100.0, 1, 60.0, 20.0), answer_erlang_a(0.018, 100.0, 3, 60.0, 20.0)
    first, second, third = (kind.p_abandon for kind in answer.kinds)

    assert first == pytest.approx(second, rel=1e-10)
    assert second == pytest.approx(third, rel=1e-10)
    assert pooled.p_abandon < first < alone.p_abandon
    assert sum(answer.occupancy) / 100.0 == pytest.approx(0.018 * (1 - first), rel=1e-10)


def test_pieces_told_apart_by_a_hair_give_the_same_as_pieces_counted_together():
    """Equal handling is counted as one pace; handling that differs by one in a billion is not."""
    together = SkillDesign((0.01, 0.03), (120.0, 60.0), (5,), ((100.0, 100.0),), ((0,), (0,)), ((0, 1),))
    apart = SkillDesign((0.01, 0.03), (120.0, 60.0), (5,), ((100.0, 100.0 + 1e-7),), ((0,), (0,)), ((0, 1),))
    one, other = answer_skills(together, 20.0), answer_skills(apart, 20.0)

    assert [kind.asa for kind in one.kinds] == pytest.approx([kind.asa for kind in other.kinds], rel=1e-7)
    assert one.busy[0] == pytest.approx(other.busy[0], rel=1e-7)


@pytest.mark.parametrize(
    "part",
    [
        {"patience": (60.0,)},
        {"arrival_rates": (0.0, 0.01)},
        {"agents": (0,)},
        {"prefers": ((0,), ())},
        {"serves": ((0,),)},
        {"handling": ((100.0, inf),)},
        {"patience": (60.0, 0.0)},
    ],
)
def test_what_is_no_design_is_refused(part):
    whole = {
        "arrival_rates": (0.01, 0.01),
        "patience": (60.0, 60.0),
        "agents": (2,),
        "handling": ((100.0, 100.0),),
        "prefers": ((0,), (0,)),
        "serves": ((0, 1),),
    }
    with pytest.raises(InputError):
        answer_skills(SkillDesign(**whole | part), 20.0)

"""The chat desk: the acceptance case, birth-death closed forms for one agent, and desks that are queues in disguise."""

from itertools import accumulate

import pytest

from ccsim.errors import InputError
from ccsim.theory.chat import LEAST_LOADED, MOST_LOADED, answer_chat
from ccsim.theory.erlang import answer_erlang_a


def test_four_agents_with_up_to_three_chats():
    """Acceptance case F01."""
    desk = answer_chat(60 / 3600, 300.0, 4, [1.0, 1 / 0.62, 1 / 0.47], 120.0, 30.0)

    assert [desk.line.p_wait, desk.line.p_abandon, desk.line.asa, desk.line.wait_offered] == pytest.approx(
        [0.1650590028, 0.06923220932, 5.479606021, 8.307865119], rel=1e-8
    )
    assert [desk.line.mean_queue, desk.line.service_level["offered"]] == pytest.approx(
        [0.1384644186, 0.8730254738], rel=1e-8
    )
    assert [desk.open_chats, desk.duration, desk.busy, desk.concurrency] == pytest.approx(
        [7.950830284, 512.5336543, 0.9353353731, 2.125128193], rel=1e-8
    )
    assert desk.open_chats / 12 == pytest.approx(0.6625691903, rel=1e-8)
    assert desk.level_shares == pytest.approx((0.06466462691, 0.2321769214, 0.3539447055, 0.3492137462), rel=1e-8)


@pytest.mark.parametrize("routing", [LEAST_LOADED, MOST_LOADED])
@pytest.mark.parametrize("chats", [1, 2, 3, 4, 5])
def test_one_agent_is_a_birth_death_chain(chats, routing):
    """The number in the system says it all; shares are products of arrival rate over leaving rate."""
    slow_downs = [1 + 0.4 * level + 0.1 * level**2 for level in range(chats)]
    rate, work, patience = 1 / 200, 150.0, 100.0
    leaving = [(level + 1) / slow_downs[level] / work for level in range(chats)]
    leaving += [leaving[-1] + waiting / patience for waiting in range(1, 60)]
    weights = [1.0, *accumulate((rate / down for down in leaving), lambda before, ratio: before * ratio)]
    desk = answer_chat(rate, work, 1, slow_downs, patience, 20.0, routing=routing)

    queue = sum((n - chats) * weight for n, weight in enumerate(weights) if n > chats) / sum(weights)
    assert desk.level_shares[:-1] == pytest.approx([weight / sum(weights) for weight in weights[:chats]], rel=1e-10)
    assert desk.line.p_wait == pytest.approx(sum(weights[chats:]) / sum(weights), rel=1e-10)
    assert desk.line.p_abandon == pytest.approx(queue / patience / rate, rel=1e-10)


@pytest.mark.parametrize("routing", [LEAST_LOADED, MOST_LOADED])
def test_one_chat_at_a_time_is_erlang_a(routing):
    desk, expected = (
        answer_chat(0.03, 300.0, 9, [1.0], 120.0, 20.0, routing=routing),
        answer_erlang_a(0.03, 300.0, 9, 120.0, 20.0),
    )

    assert desk.line.service_level == pytest.approx(expected.service_level, rel=1e-10)
    assert (desk.busy, desk.concurrency) == pytest.approx((expected.occupancy, 1.0), rel=1e-10)
    assert desk.duration == desk.agent_time == pytest.approx(300.0, rel=1e-10)


@pytest.mark.parametrize("routing", [LEAST_LOADED, MOST_LOADED])
def test_chats_that_do_not_disturb_each_other_are_as_many_agents(routing):
    desk = answer_chat(0.03, 300.0, 3, [1.0, 1.0, 1.0], 120.0, 20.0, routing=routing)

    assert desk.line.p_abandon == pytest.approx(answer_erlang_a(0.03, 300.0, 9, 120.0, 20.0).p_abandon, rel=1e-10)
    assert desk.duration == pytest.approx(300.0, rel=1e-10)


def test_chats_that_only_share_the_agent_cost_the_agent_what_they_weigh():
    """m chats take m times as long: an agent's time a chat is its work, whoever gets the next."""
    for routing in (LEAST_LOADED, MOST_LOADED):
        desk = answer_chat(0.01, 300.0, 4, [1.0, 2.0, 3.0], 120.0, 20.0, routing=routing)
        assert desk.agent_time == pytest.approx(300.0, rel=1e-10)


def test_full_desks_work_less_where_chats_pile_up_on_few():
    least, most = (
        answer_chat(0.015, 300.0, 4, [1.0, 1.5, 2.2], 120.0, 20.0, routing=r) for r in (LEAST_LOADED, MOST_LOADED)
    )

    assert most.busy < least.busy
    assert most.concurrency > least.concurrency
    assert most.duration > least.duration


@pytest.mark.parametrize(
    "part", [{"slow_downs": []}, {"slow_downs": [0.0]}, {"agents": 0}, {"routing": "random"}, {"work": -1.0}]
)
def test_what_is_no_desk_is_refused(part):
    whole = {"arrival_rate": 0.01, "work": 300.0, "agents": 4, "slow_downs": [1.0], "patience": 60.0}
    with pytest.raises(InputError):
        answer_chat(**whole | part, acceptable_wait=20.0)

"""The day over time: the acceptance case, the long run, plain matrix exponentials."""

import numpy as np
import pytest
from scipy.linalg import expm

from ccsim.errors import InputError
from ccsim.theory.erlang import answer_erlang_a
from ccsim.theory.infinite import exponential_handling, mean_busy
from ccsim.theory.periods import Period, answer_day

FOUR_HOURS = [Period(3600.0, rate / 3600, agents) for rate, agents in ((60, 6), (120, 10), (180, 14), (120, 7))]


@pytest.fixture(scope="module")
def four_hours():
    return answer_day(FOUR_HOURS, 300.0, 180.0, 20.0)


def test_a_day_of_four_hours(four_hours):
    """Acceptance case D03, totals."""
    met = sum(period.within for period in four_hours.periods)
    gone = sum(period.gone_within for period in four_hours.periods)

    assert four_hours.offered == pytest.approx(480.0)
    assert [four_hours.served, four_hours.abandoned] == pytest.approx([389.9773262, 90.02267378], rel=1e-8)
    assert [four_hours.asa, four_hours.wait_offered] == pytest.approx([28.89700828, 33.75850267], rel=1e-8)
    assert sum(period.at_once for period in four_hours.periods) == pytest.approx(214.1083039, rel=1e-8)
    assert [met / 480, met / (480 - gone), met / four_hours.served] == pytest.approx(
        [0.5280093514, 0.558025126, 0.6498954468], rel=1e-8
    )
    assert sum(period.overtime for period in four_hours.periods) == pytest.approx(554.0328249, rel=1e-8)


@pytest.mark.parametrize(
    ("hour", "abandoned", "at_once", "within", "busy", "left_over"),
    [
        (0, 5.868253769, 41.88679393, 44.95221729, 14809.03058, 4.76831096),
        (1, 15.03896018, 66.80875477, 76.86786759, 30087.5517, 9.437511772),
        (2, 24.9249114, 84.12766938, 102.9645099, 45126.36654, 14.09137856),
        (3, 43.48606874, 21.28508579, 28.65989384, 24585.45435, 8.653795316),
    ],
)
def test_each_of_the_four_hours(four_hours, hour, abandoned, at_once, within, busy, left_over):
    """Acceptance case D03, hour by hour."""
    period = four_hours.periods[hour]

    assert [period.abandoned, period.at_once, period.within] == pytest.approx([abandoned, at_once, within], rel=1e-8)
    assert [3600 * period.busy, period.left_over] == pytest.approx([busy, left_over], rel=1e-8)


def test_a_steady_day_becomes_erlang_a():
    settling, settled = [Period(20_000.0, 2 / 60, 10)], [Period(50_000.0, 2 / 60, 10)]
    first, both = (answer_day(settling + more, 300.0, 180.0, 20.0) for more in ([], settled))
    expected, last = answer_erlang_a(2 / 60, 300.0, 10, 180.0, 20.0), both.periods[-1]

    assert last.p_wait == pytest.approx(expected.p_wait, rel=1e-9)
    assert last.abandoned / last.offered == pytest.approx(expected.p_abandon, rel=1e-9)
    assert last.within / last.offered == pytest.approx(expected.service_level["offered"], rel=1e-9)
    # waits of those whom the second part serves: from the sums of the two days
    served_waits = both.asa * both.served - first.asa * first.served
    assert served_waits / (both.served - first.served) == pytest.approx(expected.asa, rel=1e-6)


def test_with_agents_for_everybody_it_is_the_offered_load():
    day = answer_day([Period(900.0, 0.02, 40), Period(900.0, 0.01, 40)], 300.0, 180.0, 20.0)
    loads = mean_busy([0.0, 900.0, 1800.0], [0.02, 0.01], exponential_handling(300.0), np.array([900.0, 1800.0]))

    assert [period.left_over for period in day.periods] == pytest.approx(loads.tolist(), rel=1e-9)


def test_two_agents_then_one_by_the_matrix_exponential():
    """States as (busy, waiting), written out by hand up to 30 waiting."""
    longest, rate, done, leaves = 30, 0.01, 1 / 100.0, 1 / 60.0
    states = [(0, 0), (1, 0), (2, 0)] + [(busy, n) for n in range(1, longest + 1) for busy in (1, 2)]

    def matrix(agents):
        Q = np.zeros((len(states), len(states)))
        for i, (busy, waiting) in enumerate(states):
            moves = [(rate, (busy + 1, 0) if busy < agents and not waiting else (busy, waiting + 1))]
            moves += [(waiting * leaves, (busy, waiting - 1))] if waiting else []
            takes = waiting and busy <= agents
            moves += [(busy * done, (busy, waiting - 1) if takes else (busy - 1, waiting))] if busy else []
            for speed, to in moves:
                if to in states and not (agents == 2 and busy == 1 and waiting):
                    Q[i, states.index(to)] += speed
                    Q[i, i] -= speed
        return Q

    law = np.eye(len(states))[0] @ expm(matrix(2) * 500.0) @ expm(matrix(1) * 70.0)
    day = answer_day([Period(500.0, rate, 2), Period(70.0, rate, 1)], 100.0, 60.0, 20.0)

    expected = {pair: share for pair, share in zip(states, law) if share > 1e-12}
    found = {tuple(pair): share for pair, share in zip(day.states.tolist(), day.ends[-1]) if share > 1e-12}
    assert found == pytest.approx(expected, rel=1e-7)


def test_new_agents_take_the_first_who_wait_at_once():
    """Nobody on duty, then many: whoever is left over when they come is served there and then."""
    day = answer_day([Period(100.0, 0.05, 0), Period(100.0, 0.0, 200)], 1000.0, 200.0, 10.0)
    waiting = 0.05 * 200.0 * (1 - np.exp(-0.5))
    first, second = day.periods

    assert (first.within, first.at_once, first.p_wait) == (
        pytest.approx(0.05 * 200 * (1 - np.exp(-10 / 200))),
        0.0,
        1.0,
    )
    assert day.served == pytest.approx(waiting, rel=1e-9)
    assert second.abandoned == pytest.approx(0.0, abs=1e-12)
    # the age of those still there: exponential, cut at the length of the period
    assert day.asa == pytest.approx(200 - 100 * np.exp(-0.5) / (1 - np.exp(-0.5)), rel=1e-9)


def test_what_comes_is_served_abandoned_or_left(four_hours):
    for before, after in zip(four_hours.periods, four_hours.periods[1:]):
        done = 3600 * after.busy / 300.0
        assert before.left_over + after.offered == pytest.approx(done + after.abandoned + after.left_over, rel=1e-9)
    assert four_hours.ends[-1].sum() == pytest.approx(1.0, rel=1e-9)


def test_a_long_line_is_found_to_be_long():
    day = answer_day([Period(2000.0, 0.2, 0)], 100.0, 500.0, 20.0)

    assert day.periods[0].left_over == pytest.approx(100 * (1 - np.exp(-4)), rel=1e-9)


@pytest.mark.parametrize(
    ("periods", "handling", "patience", "wait"),
    [
        ([], 300.0, 180.0, 20.0),
        ([Period(0.0, 0.1, 5)], 300.0, 180.0, 0.0),
        ([Period(3600.0, -0.1, 5)], 300.0, 180.0, 20.0),
        ([Period(3600.0, 0.1, -1)], 300.0, 180.0, 20.0),
        ([Period(3600.0, 0.1, 5)], 0.0, 180.0, 20.0),
        ([Period(3600.0, 0.1, 5)], 300.0, float("inf"), 20.0),
        ([Period(10.0, 0.1, 5)], 300.0, 180.0, 20.0),
    ],
)
def test_what_is_no_day_is_refused(periods, handling, patience, wait):
    with pytest.raises(InputError):
        answer_day(periods, handling, patience, wait)

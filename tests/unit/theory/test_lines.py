"""Lines in chains: against Erlang A and C, and the acceptance cases of one queue."""

from math import inf, isnan

import pytest

from ccsim.errors import InputError, UnstableError
from ccsim.theory.chains import UNMARKED
from ccsim.theory.erlang import answer_erlang_a, answer_erlang_c
from ccsim.theory.lines import answer_lines

EMPTY = ((0,), 0)


def queue(arrival_rate, handling, servers, joins=lambda waiting: 1.0):
    """One line before n agents; the share `joins` of those who must wait does."""

    def moves(state):
        (waiting,), busy = state
        if busy < servers:
            yield arrival_rate, ((0,), busy + 1), 0
        else:
            stays = joins(waiting)
            yield arrival_rate * stays, ((waiting + 1,), busy), 0
            yield arrival_rate * (1 - stays), state, 0
        if busy:
            yield busy / handling, ((waiting - 1,), busy) if waiting else ((0,), busy - 1), UNMARKED

    return moves


def figures(answer):
    names = ("p_wait", "p_abandon", "asa", "wait_offered", "mean_queue")
    return {name: getattr(answer, name) for name in names} | answer.service_level


@pytest.mark.parametrize(
    ("arrival_rate", "handling", "servers", "patience"),
    [(2 / 60, 300.0, 10, 180.0), (0.4, 300.0, 100, 180.0), (0.02, 50.0, 1, 500.0)],
)
def test_one_line_with_exponential_patience_is_erlang_a(arrival_rate, handling, servers, patience):
    lines = answer_lines(EMPTY, queue(arrival_rate, handling, servers), [patience], 20.0)
    expected = answer_erlang_a(arrival_rate, handling, servers, patience, 20.0)

    assert figures(lines.kinds[0]) == pytest.approx(figures(expected), rel=1e-10)
    assert lines.kinds[0].wait_abandoned == pytest.approx(expected.wait_abandoned, rel=1e-9)
    assert lines.mean(lambda state: state[1]) / servers == pytest.approx(expected.occupancy, rel=1e-12)
    assert lines.kinds[0].offered_rate == pytest.approx(arrival_rate, rel=1e-12)


def test_a_line_that_nobody_leaves_is_erlang_c():
    answer = answer_lines(EMPTY, queue(0.03, 300.0, 12), [inf], 20.0).kinds[0]

    assert figures(answer) == pytest.approx(figures(answer_erlang_c(0.03, 300.0, 12, 20.0)), rel=1e-9)
    assert isnan(answer.wait_abandoned)


def test_some_balk_when_they_hear_the_queue_length():
    """Acceptance case A19."""
    lines = answer_lines(EMPTY, queue(180 / 3600, 240.0, 11, lambda q: 1 / (1 + 0.25 * q)), [200.0], 20.0)
    answer = lines.kinds[0]

    assert lines.mean(lambda state: state[1] == 11) == pytest.approx(0.5226240801, rel=1e-8)
    assert lines.mean(lambda state: state[1]) / 11 == pytest.approx(0.8861631812, rel=1e-8)
    assert [answer.p_wait, answer.p_balk, answer.p_abandon] == pytest.approx(
        [0.4082185193, 0.1144055608, 0.07327818977], rel=1e-8
    )
    assert [answer.asa, answer.mean_queue] == pytest.approx([15.16942776, 0.7327818977], rel=1e-8)
    levels = answer.service_level
    assert [levels["offered"], levels["early_gone_left_out"], levels["met_or_gone"]] == pytest.approx(
        [0.6036143403, 0.7075115758, 0.7504631539], rel=1e-8
    )


def test_talk_and_wrap_up():
    """Acceptance case A17: the agent is not free before the wrap-up is done."""

    def moves(state):
        (waiting,), (talking, wrapping) = state
        free = talking + wrapping < 9
        yield 120 / 3600, ((0,), (talking + 1, wrapping)) if free else ((waiting + 1,), (talking, wrapping)), 0
        if talking:
            yield talking / 200.0, ((waiting,), (talking - 1, wrapping + 1)), UNMARKED
        if wrapping and waiting:
            yield wrapping / 60.0, ((waiting - 1,), (talking + 1, wrapping - 1)), UNMARKED
        elif wrapping:
            yield wrapping / 60.0, ((0,), (talking, wrapping - 1)), UNMARKED

    lines = answer_lines(((0,), (0, 0)), moves, [120.0], 20.0)
    expected = {
        "p_wait": 0.4302449021,
        "p_abandon": 0.1368230551,
        "asa": 13.78034592,
        "wait_offered": 16.41876661,
        "mean_queue": 0.5472922204,
        "offered": 0.6673100444,
        "early_gone_left_out": 0.7084879742,
    }

    assert {name: figures(lines.kinds[0])[name] for name in expected} == pytest.approx(expected, rel=1e-8)
    assert lines.mean(lambda state: state[1][0]) / 9 == pytest.approx(0.6393903296, rel=1e-8)
    assert lines.mean(lambda state: state[1][1]) / 9 == pytest.approx(0.1918170989, rel=1e-8)


def test_where_all_find_an_agent_nobody_waits():
    """As many agents as can ever be needed: three customers, who think and then call."""

    def moves(state):
        busy = state[1]
        if busy < 3:
            yield 3.0 - busy, ((0,), busy + 1), 0
        if busy:
            yield 1.0 * busy, ((0,), busy - 1), UNMARKED

    answer = answer_lines(EMPTY, moves, [60.0], 20.0).kinds[0]

    assert (answer.p_wait, answer.p_abandon, answer.asa) == (0.0, 0.0, 0.0)
    assert answer.service_level["offered"] == 1.0


def test_a_line_that_grows_without_end_is_refused():
    with pytest.raises(UnstableError):
        answer_lines(EMPTY, queue(0.02, 60.0, 1), [inf], 20.0)


@pytest.mark.parametrize(
    ("start", "patience", "wait"), [(EMPTY, [], 20.0), (EMPTY, [0.0], 20.0), (EMPTY, [60.0], -1.0)]
)
def test_what_is_no_line_is_refused(start, patience, wait):
    with pytest.raises(InputError):
        answer_lines(start, queue(0.02, 60.0, 2), patience, wait)


def test_a_line_that_nobody_joins_or_passes_is_refused():
    with pytest.raises(InputError, match="ever reaches"):
        answer_lines(((0,), 0), lambda state: [(1.0, ((0,), 1 - state[1]), UNMARKED)], [60.0], 20.0)

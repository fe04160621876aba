"""The gate with lines: Erlang A with lines to spare, the product form where they are few, Erlang B without a queue."""

from itertools import product
from math import factorial, inf

import pytest

from ccsim.errors import InputError
from ccsim.theory.erlang import answer_erlang_a, erlang_b
from ccsim.theory.gate import answer_gate

CASE = {
    "arrival_rate": 200 / 3600,
    "gate_time": 45.0,
    "to_agents": 0.7,
    "lines": 16,
    "handling": 240.0,
    "agents": 10,
    "patience": 120.0,
    "acceptable_wait": 20.0,
}


def test_lines_to_spare_leave_erlang_a():
    """Acceptance case E03; its constant gate time makes no difference to a Poisson stream."""
    gate = answer_gate(**CASE | {"lines": 60})
    line = gate.line
    expected = {
        "p_wait": 0.3929250233,
        "p_abandon": 0.1181964427,
        "asa": 11.80521544,
        "wait_offered": 14.18357312,
        "wait_abandoned": 31.92729042,
        "mean_queue": 0.5515833991,
        "offered": 0.70711762,
        "early_gone_left_out": 0.7459576634,
        "answered": 0.8018992599,
        "met_or_gone": 0.7591849763,
    }

    assert {name: (vars(line) | line.service_level)[name] for name in expected} == pytest.approx(expected, rel=1e-8)
    assert [gate.occupancy, gate.in_gate] == pytest.approx([0.8230166535, 2.5], rel=1e-8)
    assert gate.p_blocked < 1e-20


@pytest.mark.parametrize("lines", [1, 8, 12, 25])
def test_few_lines_cut_the_product_form(lines):
    """In the gate and beyond it: independent but for the lines they share."""
    gate = answer_gate(**CASE | {"lines": lines})
    beyond = [1.0]
    for n in range(1, lines + 1):
        leaving = min(n, 10) / 240.0 + max(n - 10, 0) / 120.0
        beyond.append(beyond[-1] * 200 / 3600 * 0.7 / leaving)
    weight = {
        (i, j): 2.5**i / factorial(i) * beyond[j] for i, j in product(range(lines + 1), repeat=2) if i + j <= lines
    }
    total = sum(weight.values())

    assert gate.p_blocked == pytest.approx(sum(w for (i, j), w in weight.items() if i + j == lines) / total, rel=1e-10)
    assert gate.in_gate == pytest.approx(sum(i * w for (i, _), w in weight.items()) / total, rel=1e-10)
    assert gate.occupancy == pytest.approx(sum(min(j, 10) * w for (_, j), w in weight.items()) / total / 10, rel=1e-10)
    queue = sum(max(j - 10, 0) * w for (_, j), w in weight.items()) / total
    assert gate.line.mean_queue == pytest.approx(queue, rel=1e-10, abs=1e-15)


def test_an_agent_for_every_line_is_erlang_b():
    gate = answer_gate(**CASE | {"lines": 10})

    assert gate.p_blocked == pytest.approx(erlang_b(10, 200 / 3600 * (45 + 0.7 * 240)), rel=1e-10)
    assert gate.line.p_wait == 0.0
    assert gate.line.service_level["offered"] == 1.0


def test_what_gets_in_is_through_or_gone():
    gate = answer_gate(**CASE)
    entered = 200 / 3600 * (1 - gate.p_blocked)

    assert gate.line.offered_rate == pytest.approx(0.7 * entered, rel=1e-12)
    assert gate.occupancy * 10 / 240 == pytest.approx(gate.line.offered_rate * (1 - gate.line.p_abandon), rel=1e-10)
    assert gate.lines_busy == pytest.approx(gate.in_gate + gate.line.mean_queue + 10 * gate.occupancy, rel=1e-12)


def test_lines_keep_even_a_queue_that_nobody_leaves_finite():
    gate = answer_gate(**CASE | {"arrival_rate": 1.0, "patience": inf})

    assert gate.occupancy == pytest.approx(1.0, abs=0.02)
    assert gate.lines_busy < 16


def test_a_blocked_line_makes_the_queue_shorter():
    whole = answer_erlang_a(200 / 3600 * 0.7, 240.0, 10, 120.0, 20.0)

    assert answer_gate(**CASE).line.p_abandon < whole.p_abandon


@pytest.mark.parametrize(
    "part", [{"lines": 0}, {"to_agents": 0.0}, {"to_agents": 1.1}, {"gate_time": 0.0}, {"agents": 0}]
)
def test_what_is_no_gate_is_refused(part):
    with pytest.raises(InputError):
        answer_gate(**CASE | part)

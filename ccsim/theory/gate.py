"""A gate with a limited number of lines, then agents: who is in the gate, waits or talks holds a line."""

from collections.abc import Iterable
from dataclasses import dataclass

from ccsim.theory import _checks
from ccsim.theory.chains import UNMARKED
from ccsim.theory.lines import LineAnswer, State, answer_lines


@dataclass(frozen=True)
class GateAnswer:
    """A gate, its lines and the agents behind it in the long run.

    Attributes
    ----------
    p_blocked : float, probability
        That a contact finds all lines taken.
    line : LineAnswer
        Of those who leave the gate for an agent; nothing before that counts.
    in_gate : float, contacts
        Time average.
    lines_busy : float, lines
        Time average.
    occupancy : float, share
        Busy time / time available, of the agents.

    Notes
    -----
    Source: docs/model.md, section 3.1 (definitions).
    """

    p_blocked: float
    line: LineAnswer
    in_gate: float
    lines_busy: float
    occupancy: float


def answer_gate(
    arrival_rate: float,
    gate_time: float,
    to_agents: float,
    lines: int,
    handling: float,
    agents: int,
    patience: float,
    acceptable_wait: float,
) -> GateAnswer:
    """A gate, a queue with abandonment and agents, behind so many lines.

    Parameters
    ----------
    arrival_rate : float, contacts per s
        Above 0.
    gate_time : float, s
        Mean time in the gate, exponential; above 0.
    to_agents : float, share
        Of those who pass the gate, who ask for an agent; above 0. The others end there.
    lines : int
        At least 1.
    handling : float, s
        Mean handling time, exponential; above 0.
    agents : int
        At least 1.
    patience : float, s
        Mean patience from joining the queue, exponential; above 0; infinite: never abandons.
    acceptable_wait : float, s
        Threshold of the service level, from joining the queue; at least 0.

    Returns
    -------
    GateAnswer

    Raises
    ------
    InputError
        If an argument is no such number.

    Notes
    -----
    The chain counts who is in the gate, who waits and who talks. With lines to spare the gate's output is a Poisson
    stream, and the queue is Erlang A whatever the law of the gate time.
    Source: Srinivasan, Talim & Wang (2004), Performance analysis of a call center with interactive voice response
    units, TOP 12, 91-110.

    Examples
    --------
    >>> gate = answer_gate(200 / 3600, 45.0, 0.7, 16, 240.0, 10, patience=120.0, acceptable_wait=20.0)
    >>> round(gate.p_blocked, 4), round(gate.line.p_abandon, 4)
    (0.0411, 0.0903)
    """
    for name, value in (("arrival_rate", arrival_rate), ("gate_time", gate_time), ("handling", handling)):
        _checks.positive(name, value)
    _checks.positive("to_agents", to_agents)
    _checks.probability("to_agents", to_agents)
    _checks.whole("lines", lines, least=1)
    _checks.whole("agents", agents, least=1)

    def moves(state: State) -> Iterable[tuple[float, State, int]]:
        (waiting,), (in_gate, busy) = state
        if waiting + in_gate + busy < lines:
            yield arrival_rate, ((waiting,), (in_gate + 1, busy)), UNMARKED
        if in_gate:
            left = in_gate - 1
            joins = ((0,), (left, busy + 1)) if busy < agents else ((waiting + 1,), (left, busy))
            yield in_gate / gate_time * to_agents, joins, 0
            yield in_gate / gate_time * (1 - to_agents), ((waiting,), (left, busy)), UNMARKED
        if busy:
            after = ((waiting - 1,), (in_gate, busy)) if waiting else ((0,), (in_gate, busy - 1))
            yield busy / handling, after, UNMARKED

    found = answer_lines(((0,), (0, 0)), moves, [patience], acceptable_wait)
    return GateAnswer(
        p_blocked=found.mean(lambda state: _taken(state) == lines),
        line=found.kinds[0],
        in_gate=found.mean(lambda state: state[1][0]),
        lines_busy=found.mean(_taken),
        occupancy=found.mean(lambda state: state[1][1]) / agents,
    )


def _taken(state: State) -> int:
    """Lines that somebody holds."""
    (waiting,), (in_gate, busy) = state
    return int(waiting + in_gate + busy)

"""Chat: agents who share themselves among several customers, and what that does to both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ccsim.errors import InputError
from ccsim.theory import _checks
from ccsim.theory.chains import UNMARKED
from ccsim.theory.lines import LineAnswer, State, answer_lines

LEAST_LOADED = "least-loaded"
MOST_LOADED = "most-loaded"


@dataclass(frozen=True)
class ChatAnswer:
    """A chat desk in the long run.

    Attributes
    ----------
    line : LineAnswer
        Of the customers who wait for a free slot.
    open_chats : float, chats
        Time average over all agents.
    duration : float, s
        Mean from answer to end, as the customer sees it.
    agent_time : float, s
        Mean of the agent's time that a chat takes: the integral of 1 / chats open beside it, itself counted.
    busy : float, share
        Of agent time with at least one chat.
    concurrency : float, chats
        Open for an agent who has any.
    level_shares : tuple of float, share
        Of agent time with 0, 1, 2 ... open chats.

    Notes
    -----
    Source: docs/model.md, sections 2.9 (slow-down) and 3.1 (definitions).
    """

    line: LineAnswer
    open_chats: float
    duration: float
    agent_time: float
    busy: float
    concurrency: float
    level_shares: tuple[float, ...]


def answer_chat(
    arrival_rate: float,
    work: float,
    agents: int,
    slow_downs: Sequence[float],
    patience: float,
    acceptable_wait: float,
    *,
    routing: str = LEAST_LOADED,
) -> ChatAnswer:
    """A chat desk with processor sharing and abandonment, solved exactly.

    Parameters
    ----------
    arrival_rate : float, chats per s
        Above 0.
    work : float, s
        Mean of the exponential work of a chat at an agent's full attention; above 0.
    agents : int
        At least 1.
    slow_downs : sequence of float
        How many times as long everything takes with 1, 2, 3 ... chats open; as many as an agent may have; above 0.
    patience : float, s
        Mean patience before the answer, exponential; above 0; infinite: never abandons.
    acceptable_wait : float, s
        Threshold of the service level; at least 0.
    routing : str
        Who gets a new chat: `least-loaded` or `most-loaded` of the agents with a free slot.

    Returns
    -------
    ChatAnswer

    Raises
    ------
    InputError
        If an argument is no such number or word.
    UnstableError
        If the line grows without end, or the chain has more than 300 000 states.

    Notes
    -----
    With m chats each goes on at 1 / slow_downs[m-1] of full speed, so an agent ends m / slow_downs[m-1] / work chats a
    second. The chain counts the agents at each number of open chats; work done is kept as that number changes, which
    an exponential work does not even notice. A customer waits only when all slots are taken.
    Source: docs/model.md, section 2.9 (slow-down); Tezcan & Zhang (2014), Routing and staffing in customer service chat
    systems with impatient customers, Operations Research 62, 943-956.

    Examples
    --------
    >>> desk = answer_chat(60 / 3600, 300.0, 4, [1.0, 1 / 0.62, 1 / 0.47], patience=120.0, acceptable_wait=30.0)
    >>> round(desk.line.p_abandon, 4), round(desk.duration, 1), round(desk.agent_time, 1)
    (0.0692, 512.5, 241.2)
    """
    _check(arrival_rate, work, agents, slow_downs, routing)
    desk = _Desk(arrival_rate, tuple(level / slow / work for level, slow in enumerate(slow_downs, 1)), routing)
    lines = answer_lines(((0,), (agents, *(0 for _ in slow_downs))), desk.moves, [patience], acceptable_wait)
    shares = tuple((lines.shares @ np.array([state[1] for state in lines.states]) / agents).tolist())
    open_chats = agents * sum(level * share for level, share in enumerate(shares))
    served = lines.kinds[0].offered_rate * (1 - lines.kinds[0].p_abandon)
    busy = sum(shares[1:])
    return ChatAnswer(
        line=lines.kinds[0],
        open_chats=open_chats,
        duration=open_chats / served,
        agent_time=agents * busy / served,
        busy=busy,
        concurrency=open_chats / (agents * busy),
        level_shares=shares,
    )


class _Desk:
    """How a desk moves: a state is the number waiting, and how many agents have 0, 1, 2 ... open chats."""

    def __init__(self, arrival_rate: float, paces: tuple[float, ...], routing: str) -> None:
        self.arrival_rate, self.paces = arrival_rate, paces
        levels = range(len(paces))
        self.order = levels if routing == LEAST_LOADED else levels[::-1]

    def moves(self, state: State) -> Iterable[tuple[float, State, int]]:
        """Arrivals and ends."""
        (waiting,), agents = state
        level = next((level for level in self.order if agents[level]), None)
        if level is None:
            yield self.arrival_rate, ((waiting + 1,), agents), 0
        else:
            yield self.arrival_rate, ((0,), _moved(agents, level, level + 1)), 0
        for level, pace in enumerate(self.paces, 1):
            if agents[level]:
                after = ((waiting - 1,), agents) if waiting else ((0,), _moved(agents, level, level - 1))
                yield agents[level] * pace, after, UNMARKED


def _moved(agents: tuple[int, ...], before: int, after: int) -> tuple[int, ...]:
    """One agent fewer at one level, one more at another."""
    counts = list(agents)
    counts[before] -= 1
    counts[after] += 1
    return tuple(counts)


def _check(arrival_rate: float, work: float, agents: int, slow_downs: Sequence[float], routing: str) -> None:
    _checks.positive("arrival_rate", arrival_rate)
    _checks.positive("work", work)
    _checks.whole("agents", agents, least=1)
    if not slow_downs:
        raise InputError("slow_downs must have one entry for each chat that an agent may have, so at least one.")
    for slow_down in slow_downs:
        _checks.positive("slow_down", slow_down)
    if routing not in (LEAST_LOADED, MOST_LOADED):
        raise InputError(f"routing must be {LEAST_LOADED!r} or {MOST_LOADED!r}, not {routing!r}.")

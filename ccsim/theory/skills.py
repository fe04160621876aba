"""Agents with skills and customers with priorities: small designs solved exactly.

One group and two kinds is a queue with priorities and abandonment; a flexible group beside a specialised
one is the N-design, two that share their work the X-design, a ring of such pairs the chain.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ccsim.errors import InputError
from ccsim.theory import _checks
from ccsim.theory.chains import UNMARKED
from ccsim.theory.lines import LineAnswer, Lines, State, answer_lines

Busy = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class SkillDesign:
    """Kinds of customers, groups of agents, and who serves whom first.

    Attributes
    ----------
    arrival_rates : tuple of float, contacts per s
        Of each kind, above 0.
    patience : tuple of float, s
        Mean patience of each kind, exponential; infinite: never abandons.
    agents : tuple of int
        In each group, at least 1.
    handling : tuple of tuple of float, s
        Mean handling time by group and kind, exponential; infinite where the group has not the skill.
    prefers : tuple of tuple of int, groups
        For each kind: the groups that an arriving contact tries, in this order; no others serve it.
    serves : tuple of tuple of int, kinds
        For each group: the kinds whose lines a freed agent looks into, in this order.

    Notes
    -----
    Source: Gans, Koole & Mandelbaum (2003), Manufacturing & Service Operations Management 5, 79-141, section 5
    (skills-based routing; designs).
    """

    arrival_rates: tuple[float, ...]
    patience: tuple[float, ...]
    agents: tuple[int, ...]
    handling: tuple[tuple[float, ...], ...]
    prefers: tuple[tuple[int, ...], ...]
    serves: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        kinds, groups = len(self.arrival_rates), len(self.agents)
        by_kind, by_group = (self.patience, self.prefers), (self.handling, self.serves)
        if not kinds or any(len(part) != kinds for part in by_kind) or any(len(part) != groups for part in by_group):
            raise InputError("A design needs one entry for each kind of customer and one for each group of agents.")
        for rate in self.arrival_rates:
            _checks.positive("arrival_rate", rate)
        for agents in self.agents:
            _checks.whole("agents", agents, least=1)
        skilled = {(group, kind) for group, kinds_served in enumerate(self.serves) for kind in kinds_served}
        if not all(self.prefers) or skilled != {
            (group, kind) for kind, tried in enumerate(self.prefers) for group in tried
        }:
            raise InputError(
                "prefers and serves must name the same pairs of group and kind, and somebody must serve each kind."
            )
        for group, kind in skilled:
            _checks.positive("handling", self.handling[group][kind])


@dataclass(frozen=True)
class SkillsAnswer:
    """A design with skills in the long run.

    Attributes
    ----------
    kinds : tuple of LineAnswer
        What becomes of each kind of customer.
    busy : tuple of tuple of float, agents
        Time average of agents of each group busy with each kind.
    occupancy : tuple of float, share
        Busy time / time available, of each group.

    Notes
    -----
    Source: docs/model.md, section 3.1 (definitions).
    """

    kinds: tuple[LineAnswer, ...]
    busy: tuple[tuple[float, ...], ...]
    occupancy: tuple[float, ...]


def answer_skills(design: SkillDesign, acceptable_wait: float) -> SkillsAnswer:
    """A design with skills and fixed priorities, solved exactly.

    Parameters
    ----------
    design : SkillDesign
        Small: the chain counts the busy of each group and the waiting of each kind.
    acceptable_wait : float, s
        Threshold of the service level; at least 0.

    Returns
    -------
    SkillsAnswer

    Raises
    ------
    InputError
        If an argument is no such number.
    UnstableError
        If the lines grow without end, or the chain has more than 300 000 states.

    Notes
    -----
    An arriving contact takes the first preferred group with an idle agent; a freed agent takes the longest waiting of
    the first kind that waits in the group's order; nobody is interrupted. Kinds that take a group equally long are
    counted together while they are served, and told apart by how often they begin (Little).
    Source: Gans, Koole & Mandelbaum (2003), Manufacturing & Service Operations Management 5, 79-141, section 5
    (skills-based routing); Stewart (1994), Introduction to the Numerical Solution of Markov Chains.

    Examples
    --------
    Two classes before two agents; the first goes first.

    >>> both = SkillDesign((0.01, 0.01), (60.0, 60.0), (2,), ((100.0, 100.0),), ((0,), (0,)), ((0, 1),))
    >>> [round(kind.p_abandon, 4) for kind in answer_skills(both, acceptable_wait=20.0).kinds]
    [0.2752, 0.3263]
    """
    rules = _Rules(design)
    empty = (tuple(0 for _ in design.patience), tuple(tuple(0 for _ in paces) for paces in rules.paces))
    lines = answer_lines(empty, rules.moves, design.patience, acceptable_wait)
    busy = rules.busy(lines)
    occupancy = tuple(sum(of_group) / agents for of_group, agents in zip(busy, design.agents))
    return SkillsAnswer(lines.kinds, busy, occupancy)


class _Rules:
    """How a design moves: a state is the waiting of each kind, and the busy by group and pace."""

    def __init__(self, design: SkillDesign) -> None:
        self.design = design
        # kinds that take a group equally long need not be told apart while they are served
        self.paces = tuple(
            tuple(sorted({times[kind] for kind in served})) for times, served in zip(design.handling, design.serves)
        )

    def moves(self, state: State) -> Iterable[tuple[float, State, int]]:
        """Arrivals and completions."""
        waiting, busy = state
        for kind, rate in enumerate(self.design.arrival_rates):
            group = self._group_for(kind, busy)
            after = (_plus(waiting, kind, 1), busy) if group is None else (waiting, self._begun(busy, group, kind))
            yield rate, after, kind
        for group, pace, rate, taken in self._completions(state):
            freed = _with(busy, group, _plus(busy[group], pace, -1))
            if taken is None:
                yield rate, (waiting, freed), UNMARKED
            else:
                yield rate, (_plus(waiting, taken, -1), self._begun(freed, group, taken)), UNMARKED

    def busy(self, lines: Lines) -> tuple[tuple[float, ...], ...]:
        """Agents of each group busy with each kind: how often they begin times how long it takes."""
        design = self.design
        begun = [[0.0 for _ in design.arrival_rates] for _ in design.agents]
        for share, state in zip(lines.shares.tolist(), lines.states):
            for kind, rate in enumerate(design.arrival_rates):
                group = self._group_for(kind, state[1])
                if group is not None:
                    begun[group][kind] += share * rate
            for group, _, rate, taken in self._completions(state):
                if taken is not None:
                    begun[group][taken] += share * rate
        return tuple(
            tuple(often * time if often else 0.0 for often, time in zip(*of_group))
            for of_group in zip(begun, design.handling)
        )

    def _completions(self, state: State) -> Iterable[tuple[int, int, float, int | None]]:
        """Group, pace and rate of what ends, and the kind that the freed agent turns to."""
        waiting, busy = state
        for group, many_by_pace in enumerate(busy):
            taken = next((kind for kind in self.design.serves[group] if waiting[kind]), None)
            for pace, many in enumerate(many_by_pace):
                if many:
                    yield group, pace, many / self.paces[group][pace], taken

    def _group_for(self, kind: int, busy: Busy) -> int | None:
        """The first preferred group with an idle agent."""
        agents = self.design.agents
        return next((group for group in self.design.prefers[kind] if sum(busy[group]) < agents[group]), None)

    def _begun(self, busy: Busy, group: int, kind: int) -> Busy:
        pace = self.paces[group].index(self.design.handling[group][kind])
        return _with(busy, group, _plus(busy[group], pace, 1))


def _plus(counts: tuple[int, ...], place: int, change: int) -> tuple[int, ...]:
    return (*counts[:place], counts[place] + change, *counts[place + 1 :])


def _with(busy: Busy, group: int, counts: tuple[int, ...]) -> Busy:
    return (*busy[:group], counts, *busy[group + 1 :])

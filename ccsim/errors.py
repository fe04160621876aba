"""The error tree: what can go wrong, by whose fault it is.

CcsimError
├── InputError                 the user can fix it
│   ├── ScenarioError          problems of a scenario file, all at once
│   ├── CallDataError          problems of a table of calls, all at once
│   ├── LedgerError            a study's ledger that cannot be used or written
│   ├── ClusterError           a cluster that cannot be used
│   │   └── ClusterLost        one that went away; what had arrived is kept
│   └── UnstableError          a formula or search asked for more work than there are agents
├── RunError
│   └── InvariantBroken        ours to fix; carries what to send us
└── EstimateError
    ├── TooFewReplications     carries the estimate so far and how many more are needed
    └── NoFeasibleStaffing     carries the best tried and the target it misses
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in something the user wrote.

    Attributes
    ----------
    file : str
        The file as the user named it; `--set` for a command-line setting.
    line, column : int or None, counted from 1
        Place in the file; None where no place is known.
    path : str
        Dotted path, list items by name: `agents.generalists.skills`.
    value : str or None
        The value as the user wrote it.
    rule : str
        What is wrong, as a clause without a full stop.
    hint : str or None
        The way out.
    source_line : str or None
        The line of the file.
    """

    file: str
    line: int | None
    column: int | None
    path: str
    value: str | None
    rule: str
    hint: str | None = None
    source_line: str | None = None


class CcsimError(Exception):
    """Anything ccsim says went wrong."""


class InputError(CcsimError):
    """A mistake that the user can fix."""


class ScenarioError(InputError):
    """Every problem of a scenario, in file order.

    Attributes
    ----------
    problems : tuple of Problem
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem_text(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type["ScenarioError"], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class CallDataError(InputError):
    """Every problem of a table of calls, in file order.

    Attributes
    ----------
    problems : tuple of Problem
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem_text(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type["CallDataError"], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class LedgerError(InputError):
    """A study's ledger that cannot be used or written; what it holds is left as it is."""


class ClusterError(InputError):
    """A cluster that cannot be used."""


class ClusterLost(ClusterError):
    """A cluster that went away while it played; what had arrived is kept."""


class _ErrorWithParts(CcsimError):
    """An error whose keyword arguments are kept as attributes."""

    def __init__(self, message: str, **parts: object) -> None:
        self.message = message
        self.parts = parts
        super().__init__(message)

    def __getattr__(self, name: str) -> object:
        parts = self.__dict__.get("parts", {})
        if name in parts:
            return parts[name]
        raise AttributeError(name)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuilt, (type(self), self.message, self.parts)


class UnstableError(_ErrorWithParts, InputError):
    """More work asked for than the agents can do, so that no answer exists."""


class RunError(_ErrorWithParts):
    """A simulation that could not be finished."""


class InvariantBroken(RunError):
    """A promise of ours that did not hold; carries what to send us."""


class EstimateError(_ErrorWithParts):
    """An estimate that cannot be given."""


class TooFewReplications(EstimateError):
    """Not enough replications; carries the estimate so far and how many are needed."""


class NoFeasibleStaffing(EstimateError):
    """No staffing meets the target; carries the best tried and what it misses."""


def problem_text(problem: Problem) -> str:
    """One problem in words: place, path, what is wrong, source line, the way out.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    str, at most four lines

    Examples
    --------
    >>> print(problem_text(Problem("bank.yaml", 24, 5, "agents.generalists.skils", None,
    ...                            "unknown field", 'Did you mean "skills"?')))
    bank.yaml:24:5: agents.generalists.skils: unknown field. Did you mean "skills"?
    """
    place = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part is not None)
    head = ": ".join(part for part in (place, problem.path, problem.rule) if part) + "."
    if problem.source_line is None:
        return f"{head} {problem.hint}" if problem.hint else head
    shown, caret = _excerpt(problem.source_line, problem.column)
    lines = [head, f"    {shown}", f"    {caret}", f"  {problem.hint}" if problem.hint else ""]
    return "\n".join(line for line in lines if line.strip())


_EXCERPT_WIDTH = 110


def _excerpt(line: str, column: int | None) -> tuple[str, str]:
    """The part of a line around the column, and a caret below it."""
    text = line.rstrip("\r\n").replace("\t", " ")
    at = min(max((column or 1) - 1, 0), len(text))
    start = len(text) - len(text.lstrip())
    if at - start > _EXCERPT_WIDTH // 2:
        start = at - _EXCERPT_WIDTH // 2
    start = min(start, at)
    return text[start : start + _EXCERPT_WIDTH], " " * (at - start) + "^" if column else ""


def _rebuilt(kind: type[_ErrorWithParts], message: str, parts: dict[str, object]) -> _ErrorWithParts:
    return kind(message, **parts)

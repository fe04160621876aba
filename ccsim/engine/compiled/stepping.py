"""How a step is compiled: once, for the types that it is annotated with, and with the world by reference.

Without a signature every constant argument would make a specialisation of its own, and compiling would take three times
as long.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

from ccsim import compiling
from ccsim.compiling import array_of
from ccsim.engine.compiled.by_reference import Reference
from ccsim.engine.compiled.from_front import FromFront
from ccsim.engine.compiled.world import (
    AGENT,
    CAUSE,
    COUNTERS,
    EVENT,
    F8,
    GROUP,
    HAND,
    LINE,
    LINK,
    NEED_STATE,
    VISIT,
    Lines,
    Links,
    World,
)
from ccsim.logs.logs import AGENT_STATE, ATTEMPT, NEED, SIGNAL
from ccsim.plan import plan
from ccsim.plan.law import LAW

Function = TypeVar("Function", bound=Callable[..., Any])


_WORLD = {
    "need_types": array_of(plan.NEED_TYPE, frozen=True),
    "handling": array_of(plan.HANDLING, 2, frozen=True),
    "channels": array_of(plan.CHANNEL, frozen=True),
    "paces": array_of("f8", 2, frozen=True),
    "diverted": array_of("f8", 2, frozen=True),
    "closed_diverted": array_of("f8", 2, frozen=True),
    "outlasted": array_of("f8", 2, frozen=True),
    "openings": array_of(plan.OPENING, frozen=True),
    "queues": array_of(plan.QUEUE, frozen=True),
    "lines_taken": array_of("i8"),
    "plan_groups": array_of(plan.GROUP, frozen=True),
    "skills": array_of(plan.SKILL, 2, frozen=True),
    "work_order": array_of("i8", 2, frozen=True),
    "ask_order": array_of("i8", 2, frozen=True),
    "shifts": array_of(plan.SHIFT, frozen=True),
    "breaks": array_of(plan.BREAK, frozen=True),
    "counts": array_of(plan.COUNT, frozen=True),
    "plan_causes": array_of(plan.CAUSE, frozen=True),
    "laws": array_of(LAW, frozen=True),
    "tables": array_of("f8", frozen=True),
    "replay": array_of(plan.REPLAY, frozen=True),
    "settings": array_of(plan.SETTINGS, frozen=True),
    "agent_speed": array_of("f8", frozen=True),
    "day_factors": array_of("f8", frozen=True),
    "arrivals": array_of("i8"),
    "arises": array_of("f8"),
    "needs": array_of(NEED),
    "need_states": array_of(NEED_STATE),
    "agents": array_of(AGENT),
    "idle": array_of(LINK),
    "groups": array_of(GROUP),
    "idle_lines": array_of(LINE),
    "hands": array_of(HAND, 2),
    "sharer_lines": array_of(LINE),
    "lines": array_of(LINE, 2),
    "n_waiting": array_of("i8"),
    "overflows": array_of("f8", 2, frozen=True),
    "causes": array_of(CAUSE),
    "evidence": array_of("f8"),
    "counters": array_of(COUNTERS),
    "attempts": array_of(ATTEMPT),
    "visits": array_of(VISIT),
    "waiting": array_of(LINK),
    "states": array_of(AGENT_STATE),
    "signals": array_of(SIGNAL),
    "events": array_of(EVENT),
    "switches": array_of("f8", 2, frozen=True),
    "passages": array_of("i8"),
}

BY_VALUE = numba.types.NamedTuple([_WORLD[name] for name in World._fields], World)  # type: ignore[no-untyped-call]
_TYPES = {
    int: compiling.I8,
    float: compiling.F8,
    bool: numba.types.boolean,
    None: numba.types.none,
    World: Reference(BY_VALUE),
    F8: FromFront(array_of("f8", 2, frozen=True)),
    Lines: FromFront(array_of(LINE)),
    Links: FromFront(array_of(LINK)),
}


def step(function: Function) -> Function:
    """Compiles a step that only compiled code calls: nothing is made for Python.

    Parameters
    ----------
    function : callable
        Annotated with int, float, bool, None, `World`, `Lines`, `Links` and `F8` (two axes, frozen).

    Returns
    -------
    callable
    """
    return _inner(function, forceinline=False)


def inlined(function: Function) -> Function:
    """Compiles a step on every contact's way into the steps that call it.

    Parameters
    ----------
    function : callable
        Annotated as for `step`.

    Returns
    -------
    callable

    Notes
    -----
    Calling such a step takes about as long as the step. Inlined, they let the plain queue be played a tenth faster and
    compiled a quarter slower; inlining the others too would gain little and cost as much again.
    """
    return _inner(function, forceinline=True)


def _inner(function: Function, *, forceinline: bool) -> Function:
    """Compiles what only compiled code calls; nothing in the loop makes arrays."""
    how = {**compiling.OWNING_NOTHING, "forceinline": forceinline}
    return compiling.compiled(_signature(function), **how)(function)


def _signature(function: Callable[..., Any]) -> Any:
    """The types of a function's annotations, the last one being what it returns."""
    *taken, given = (_TYPES[kind] for kind in function.__annotations__.values())
    return given(*taken)

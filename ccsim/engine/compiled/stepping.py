"""How a step is compiled: once, for the types that it is annotated with, and with the world by reference.

Without a signature every constant argument would make a specialisation of its own, and compiling would take three times
as long.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np

from ccsim.draws import compiling
from ccsim.engine.compiled.by_reference import Reference
from ccsim.engine.compiled.world import (
    AGENT,
    CAUSE,
    COUNTERS,
    EVENT,
    F8,
    GROUP,
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


def _array(dtype: Any, n_axes: int = 1, *, frozen: bool = False) -> Any:
    """The type of a contiguous array."""
    return numba.types.Array(numba.from_dtype(np.dtype(dtype)), n_axes, "C", readonly=frozen)


_WORLD = {
    "need_types": _array(plan.NEED_TYPE, frozen=True),
    "places": _array("i8"),
    "handling": _array(plan.HANDLING, 2, frozen=True),
    "channels": _array(plan.CHANNEL, frozen=True),
    "diverted": _array("f8", 2, frozen=True),
    "closed_diverted": _array("f8", 2, frozen=True),
    "openings": _array(plan.OPENING, frozen=True),
    "queue_channel": _array("i8"),
    "plan_groups": _array(plan.GROUP, frozen=True),
    "skills": _array(plan.SKILL, 2, frozen=True),
    "work_order": _array("i8", 2),
    "ask_order": _array("i8", 2),
    "shifts": _array(plan.SHIFT, frozen=True),
    "breaks": _array(plan.BREAK, frozen=True),
    "counts": _array(plan.COUNT, frozen=True),
    "laws": _array(LAW, frozen=True),
    "tables": _array("f8", frozen=True),
    "replay": _array(plan.REPLAY, frozen=True),
    "settings": _array(plan.SETTINGS, frozen=True),
    "arrivals": _array("i8"),
    "needs": _array(NEED),
    "need_states": _array(NEED_STATE),
    "agents": _array(AGENT),
    "idle": _array(LINK),
    "groups": _array(GROUP),
    "idle_lines": _array(LINE),
    "lines": _array(LINE, 2),
    "causes": _array(CAUSE),
    "evidence": _array("f8"),
    "counters": _array(COUNTERS),
    "attempts": _array(ATTEMPT),
    "visits": _array(VISIT),
    "waiting": _array(LINK),
    "states": _array(AGENT_STATE),
    "signals": _array(SIGNAL),
    "events": _array(EVENT),
}

_BY_VALUE = numba.types.NamedTuple([_WORLD[name] for name in World._fields], World)  # type: ignore[no-untyped-call]
_TYPES = {
    int: compiling.I8,
    float: compiling.F8,
    bool: numba.types.boolean,
    None: numba.types.none,
    World: Reference(_BY_VALUE),
    F8: _array("f8", 2, frozen=True),
    Lines: _array(LINE),
    Links: _array(LINK),
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


def entrance(function: Function) -> Function:
    """Compiles a step that Python calls.

    Parameters
    ----------
    function : callable
        Annotated as for `step`.

    Returns
    -------
    callable
    """
    return compiling.compiled(_signature(function, by_value=True), _nrt=False)(function)


def _inner(function: Function, *, forceinline: bool) -> Function:
    """Compiles what only compiled code calls; nothing in the loop owns memory, so nothing is counted (_nrt)."""
    how = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False, "forceinline": forceinline}
    return compiling.compiled(_signature(function), **how)(function)


def _signature(function: Callable[..., Any], *, by_value: bool = False) -> Any:
    """The types of a function's annotations, the last one being what it returns."""
    types = _TYPES | {World: _BY_VALUE} if by_value else _TYPES
    *taken, given = (types[kind] for kind in function.__annotations__.values())
    return given(*taken)

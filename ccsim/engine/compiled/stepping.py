"""How a step is compiled: once, for the types that it is annotated with.

Without a signature every constant argument would make a specialisation of its own, and compiling would take three times
as long.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np

from ccsim.draws import compiling
from ccsim.engine.compiled.world import AGENT, CAUSE, COUNTERS, EVENT, F8, GROUP, LINE, NEED, VISIT, World
from ccsim.logs.logs import AGENT_STATE, SIGNAL
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
    "counts": _array(plan.COUNT, frozen=True),
    "laws": _array(LAW, frozen=True),
    "tables": _array("f8", frozen=True),
    "replay": _array(plan.REPLAY, frozen=True),
    "settings": _array(plan.SETTINGS, frozen=True),
    "needs": _array(NEED),
    "agents": _array(AGENT),
    "groups": _array(GROUP),
    "lines": _array(LINE, 2),
    "causes": _array(CAUSE),
    "evidence": _array("f8"),
    "counters": _array(COUNTERS),
    "visits": _array(VISIT),
    "states": _array(AGENT_STATE),
    "signals": _array(SIGNAL),
    "events": _array(EVENT),
}
_TYPES = {
    int: compiling.I8,
    float: compiling.F8,
    bool: numba.types.boolean,
    None: numba.types.none,
    World: numba.types.NamedTuple([_WORLD[name] for name in World._fields], World),  # type: ignore[no-untyped-call]
    F8: _array("f8", 2, frozen=True),
}


def step(function: Function) -> Function:
    """Compiles a step that only compiled code calls: nothing is made for Python.

    Parameters
    ----------
    function : callable
        Annotated with int, float, bool, None, `World` and `F8` (two axes, frozen).

    Returns
    -------
    callable
    """
    return compiling.compiled(_signature(function), no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False)(
        function
    )


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
    return compiling.compiled(_signature(function), _nrt=False)(function)


def _signature(function: Callable[..., Any]) -> Any:
    """The types of a function's annotations, the last one being what it returns."""
    *taken, given = (_TYPES[kind] for kind in function.__annotations__.values())
    return given(*taken)

"""Arrays whose places are counted from the front only.

In numba, as in Python, place -1 is the last one: each read loads the length, tests the sign and adds, which is a sixth
of the loop's time and of its compiling. No step counts from the end, so the world's arrays leave it out.
"""

import operator
from typing import Any

import numba
from numba.core.datamodel import models
from numba.extending import lower_builtin, lower_cast, register_model


class FromFront(numba.types.Array):
    """The type of an array that is the same in memory, and read by places from 0.

    Attributes
    ----------
    As `numba.types.Array`.
    """

    def __init__(self, array: numba.types.Array) -> None:
        name = f"from_front({array.name})"
        super().__init__(array.dtype, array.ndim, array.layout, not array.mutable, name, array.aligned)

    def copy(self, *changes: Any, **named: Any) -> "FromFront":  # type: ignore[override]
        """The same with something changed, such as the axes that are left."""
        return FromFront(super().copy(*changes, **named))


register_model(FromFront)(models.ArrayModel)


def _unsigned(context: Any, builder: Any, signature: Any, arguments: Any) -> tuple[Any, Any]:
    """The same call with unsigned places, which numba takes as they are."""
    array, place, *value = signature.args
    taken: Any = numba.types.uintp
    if isinstance(place, numba.types.BaseTuple):
        taken = numba.types.UniTuple(taken, len(place))  # type: ignore[no-untyped-call]
    at = context.cast(builder, arguments[1], place, taken)
    return signature.return_type(array, taken, *value), (arguments[0], at, *arguments[2:])


@lower_builtin(operator.getitem, FromFront, numba.types.Integer)  # type: ignore[no-untyped-call, untyped-decorator]
def _get(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """One row, or the row of the first axis."""
    from numba.np import arrayobj  # it brings along more than a warm start needs, here and below

    return arrayobj.getitem_arraynd_intp(context, builder, *_unsigned(context, builder, signature, arguments))


@lower_builtin(operator.getitem, FromFront, numba.types.BaseTuple)  # type: ignore[no-untyped-call, untyped-decorator]
def _get_by_axes(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """One row by a place on every axis."""
    from numba.np import arrayobj

    return arrayobj.getitem_array_tuple(context, builder, *_unsigned(context, builder, signature, arguments))


@lower_builtin(operator.setitem, FromFront, numba.types.Integer, numba.types.Any)  # type: ignore[no-untyped-call, untyped-decorator]
def _set(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Writes one row."""
    from numba.np import arrayobj

    return arrayobj.setitem_array(context, builder, *_unsigned(context, builder, signature, arguments))


@lower_cast(FromFront, numba.types.Array)  # type: ignore[no-untyped-call, untyped-decorator]
def _as_it_is(_context: Any, _builder: Any, _taken: Any, _given: Any, value: Any) -> Any:
    """An ordinary array again, for functions that know no other."""
    return value

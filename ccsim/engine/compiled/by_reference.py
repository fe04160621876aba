"""A named tuple of arrays handed from step to step by its address.

numba hands a tuple over by value: the world's arrays are two hundred numbers that every call would copy, which is most
of a step's time. Here a compiled function puts the tuple down once, and its steps get the place.
"""

from typing import Any

import numba
from numba.core import cgutils
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_getattr_generic, models, register_model

from ccsim.engine.compiled.from_front import FromFront
from ccsim.engine.compiled.plain import plain


class Reference(numba.types.Type):
    """Where a named tuple of arrays stands in memory; its fields are read as the tuple's own.

    Attributes
    ----------
    dtype : numba.types.NamedTuple
    """

    def __init__(self, dtype: Any) -> None:
        self.dtype = dtype
        super().__init__(name=f"reference({dtype})")


register_model(Reference)(models.PointerModel)


@infer_getattr
class _Fields(AttributeTemplate):
    """The types of the fields."""

    key = Reference

    def generic_resolve(self, value: Any, attr: str) -> Any:  # type: ignore[override]
        """The type of one field, None where there is no such field."""
        fields = value.dtype.fields
        return FromFront(value.dtype.types[fields.index(attr)]) if attr in fields else None


@lower_getattr_generic(Reference)
def _read(_context: Any, builder: Any, reference: Any, place: Any, field: str) -> Any:
    """Loads one field; arrays are not counted, because their owner outlives the call."""
    return builder.load(cgutils.gep_inbounds(builder, place, 0, reference.dtype.fields.index(field)))


@intrinsic
def _by_reference(_context: Any, world: Any) -> Any:
    """The place of a tuple, on the stack of the function that was handed it by value."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return cgutils.alloca_once_value(builder, values[0])

    return Reference(world)(world), generate


by_reference: Any = plain if numba.config.DISABLE_JIT else _by_reference  # type: ignore[attr-defined]

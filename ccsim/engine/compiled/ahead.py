"""Memory that will be needed soon, asked for before it is needed.

A need's rows stand by its id, so those of the next one to arise are far away, and the loop would wait for each of them.
"""

from typing import Any

import numba
from llvmlite import ir
from numba.core import cgutils
from numba.extending import intrinsic

CACHE_LINE = 64


def _later(_array: Any, _place: int) -> None:
    """What fetches nothing, while the compiler is off."""


@intrinsic
def _fetch(_context: Any, array: Any, place: Any) -> Any:
    """Tells the processor that a row of an array will be read and written; it changes nothing."""

    def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        rows = context.make_array(array)(context, builder, values[0])
        row = cgutils.get_item_pointer(context, builder, array, rows, [values[1]], wraparound=False)
        line, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        hint = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), [line, number, number, number]), "llvm.prefetch.p0"
        )
        begins = builder.bitcast(row, line)
        size = context.get_abi_sizeof(context.get_data_type(array.dtype))
        for offset in [*range(0, size - 1, CACHE_LINE), size - 1]:
            # to be written to, kept as near as possible, data
            builder.call(hint, [builder.gep(begins, [number(offset)]), number(1), number(3), number(1)])
        return context.get_dummy_value()

    return numba.types.none(array, place), generate


fetch: Any = _later if numba.config.DISABLE_JIT else _fetch  # type: ignore[attr-defined]

"""A number taken apart into fraction and exponent, and scaled by a power of two, without a call.

`math.frexp` and `math.ldexp` say what the two do; compiled, each is a call of the C library that takes half as long as
a logarithm.
"""

import math
from collections.abc import Callable
from typing import Any

import numba
from llvmlite import ir
from numba.extending import intrinsic

from ccsim.compiling import F8, I8, compiled

_FRACTION = (1 << 52) - 1
_A_HALF = 1022 << 52
_LEAST_NORMAL = 2.0**-1022
_LEAST_EXPONENT, _MOST_EXPONENT, _BIAS = -1022, 1023, 1023
_TWO_TO_54 = 2.0**54


def _as_integer(_context: Any, _number: Any) -> Any:
    """The 64 bits of a float as an integer."""
    return numba.types.int64(numba.types.float64), lambda _c, builder, _s, values: builder.bitcast(
        values[0], ir.IntType(64)
    )


def _as_float(_context: Any, _bits: Any) -> Any:
    """The float that has these 64 bits."""
    return numba.types.float64(numba.types.int64), lambda _c, builder, _s, values: builder.bitcast(
        values[0], ir.DoubleType()
    )


_bits_of: Any = intrinsic(_as_integer)
_of_bits: Any = intrinsic(_as_float)


def _split(x: float) -> tuple[float, int]:
    """As `math.frexp`, for a number above 0 and below infinity."""
    k = -1022
    if x < _LEAST_NORMAL:
        x, k = x * _TWO_TO_54, -1076
    bits = _bits_of(x)
    return _of_bits((bits & _FRACTION) | _A_HALF), (bits >> 52) + k


def _scale(x: float, k: int) -> float:
    """As `math.ldexp`."""
    if _LEAST_EXPONENT < k <= _MOST_EXPONENT:
        return float(x * _of_bits((k + _BIAS) << 52))
    return math.ldexp(x, k)


split: Callable[[float], tuple[float, int]]
scale: Callable[[float, int], float]
if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
    split = math.frexp
    scale = math.ldexp
else:
    split = compiled(numba.types.Tuple((F8, I8))(F8), forceinline=True)(_split)
    scale = compiled(F8(F8, I8), forceinline=True)(_scale)

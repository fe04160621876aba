"""Logarithm and exponential in plain arithmetic: the same bits on every machine.

Only + - * /, sqrt, frexp, ldexp and floor, which are exact or correctly rounded everywhere; the library functions
differ in their last bit between numpy, `math`, compiled code and processors.
"""

import math

from ccsim.compiling import F8, F8_EIGHT, compiled
from ccsim.draws.bits import scale, split

_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_LOG2_E = 1.44269504088896338700
_SQRT_HALF = 0.70710678118654752440
_EXP_MOST = 7.09782712893383973096e02
_EXP_LEAST = -7.45133219101941108420e02
_INFINITY = math.inf
_NAN = math.nan

_MIDDLE_TOP = (
    3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
    4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
)  # fmt: skip
_MIDDLE_BOTTOM = (
    1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
    2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
)  # fmt: skip
_SIDE_TOP = (
    1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
    1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
)  # fmt: skip
_SIDE_BOTTOM = (
    1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
    1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
)  # fmt: skip
_TAIL_TOP = (
    6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
    2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
)  # fmt: skip
_TAIL_BOTTOM = (
    1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
    7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
)  # fmt: skip
_ERF_TOP = (
    3.16112374387056560e0, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3,
    1.85777706184603153e-1,
)  # fmt: skip
_ERF_BOTTOM = (2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3)
_ERFC_TOP = (
    5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e1, 2.98635138197400131e2,
    8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
    2.15311535474403846e-8,
)  # fmt: skip
_ERFC_BOTTOM = (
    1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
    3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
)  # fmt: skip
_FAR_TOP = (
    3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2,
    6.58749161529837803e-4, 1.63153871373020978e-2,
)  # fmt: skip
_FAR_BOTTOM = (
    2.56852019228982242e0, 1.87295284992346725e0, 5.27905102951428412e-1, 6.05183413124413191e-2,
    2.33520497626869185e-3,
)  # fmt: skip
_ONE_OVER_SQRT_PI = 5.6418958354775628695e-1


@compiled(F8(F8), forceinline=True)
def ln(x: float) -> float:
    """Natural logarithm, within one unit in the last place.

    Parameters
    ----------
    x : float
        Minus infinity at 0, nan below.

    Returns
    -------
    float64

    Notes
    -----
    Source: fdlibm, e_log.c (Sun Microsystems 1993), with x written as 2**k (1 + f).

    Examples
    --------
    >>> ln(1.0), ln(0.0)
    (0.0, -inf)
    """
    if x <= 0.0:
        return -_INFINITY if x == 0.0 else _NAN
    if not x < _INFINITY:
        return x
    f, k = split(x)
    if f < _SQRT_HALF:
        f, k = f * 2.0, k - 1
    f = f - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    odd = w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    rest = even + z * (6.666666666666735130e-01 + odd)
    half_square = 0.5 * f * f
    return k * _LN2_HIGH - ((half_square - (s * (half_square + rest) + k * _LN2_LOW)) - f)


@compiled(F8(F8))
def exp(x: float) -> float:
    """Exponential, within one unit in the last place.

    Parameters
    ----------
    x : float
        Infinity above 709.78, 0 below -745.13.

    Returns
    -------
    float64

    Notes
    -----
    Source: fdlibm, e_exp.c (Sun Microsystems 1993).

    Examples
    --------
    >>> exp(0.0), exp(-1e9)
    (1.0, 0.0)
    """
    if x > _EXP_MOST:
        return _INFINITY
    if x < _EXP_LEAST:
        return 0.0
    if math.isnan(x):
        return x
    k = math.floor(_LOG2_E * x + 0.5)
    high = x - k * _LN2_HIGH
    low = k * _LN2_LOW
    r = high - low
    t = r * r
    c = t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))
    c = r - t * (1.66666666666666019037e-01 + t * (-2.77777777770155933842e-03 + c))
    return scale(1.0 - ((low - (r * c) / (2.0 - c)) - high), k)


@compiled(F8(F8, F8))
def power(x: float, k: float) -> float:
    """Power of a number that is not negative, as exp(k ln x).

    Parameters
    ----------
    x : float
        Not negative.
    k : float
        Exponent; 0 gives exactly 1.

    Returns
    -------
    float64

    Examples
    --------
    >>> power(0.3, 0.0), round(power(2.0, 10.0), 9)
    (1.0, 1024.0)
    """
    if k == 0.0:
        return 1.0
    return exp(k * ln(x))


@compiled(F8(F8))
def logit(u: float) -> float:
    """Logarithm of the odds u / (1 - u).

    Parameters
    ----------
    u : float, strictly between 0 and 1

    Returns
    -------
    float64

    Examples
    --------
    >>> logit(0.5)
    0.0
    """
    return ln(u / (1.0 - u))


@compiled(F8(F8))
def logistic(x: float) -> float:
    """Probability whose logit is x.

    Parameters
    ----------
    x : float

    Returns
    -------
    float64, 0 to 1

    Examples
    --------
    >>> logistic(0.0)
    0.5
    """
    return 1.0 / (1.0 + exp(-x))


@compiled(F8(F8_EIGHT, F8_EIGHT, F8))
def _ratio(top: tuple[float, ...], bottom: tuple[float, ...], r: float) -> float:
    """Ratio of two polynomials of degree 7."""
    a, b = top, bottom
    above = ((((((a[7] * r + a[6]) * r + a[5]) * r + a[4]) * r + a[3]) * r + a[2]) * r + a[1]) * r + a[0]
    below = ((((((b[7] * r + b[6]) * r + b[5]) * r + b[4]) * r + b[3]) * r + b[2]) * r + b[1]) * r + b[0]
    return above / below


@compiled(F8(F8))
def normal_quantile(u: float) -> float:
    """Quantile of the standard normal law, to about 1e-15.

    Parameters
    ----------
    u : float, strictly between 0 and 1

    Returns
    -------
    float64

    Notes
    -----
    Source: Wichura (1988), algorithm AS 241, routine PPND16.

    Examples
    --------
    >>> normal_quantile(0.5), round(normal_quantile(0.975), 6)
    (0.0, 1.959964)
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        return q * _ratio(_MIDDLE_TOP, _MIDDLE_BOTTOM, 0.180625 - q * q)
    r = math.sqrt(-ln(u if q < 0.0 else 1.0 - u))
    z = _ratio(_SIDE_TOP, _SIDE_BOTTOM, r - 1.6) if r <= 5.0 else _ratio(_TAIL_TOP, _TAIL_BOTTOM, r - 5.0)
    return -z if q < 0.0 else z


@compiled(F8(F8))
def normal_probability(z: float) -> float:
    """Probability that a standard normal is at most z, to about 1e-15.

    Parameters
    ----------
    z : float

    Returns
    -------
    float64, 0 to 1

    Notes
    -----
    Source: Cody (1969), Rational Chebyshev approximations for the error function, with its three stretches.

    Examples
    --------
    >>> normal_probability(0.0), round(normal_probability(1.959963984540054), 12)
    (0.5, 0.975)
    """
    x = abs(z) * _SQRT_HALF
    y = x * x
    if x <= 0.46875:
        a, b = _ERF_TOP, _ERF_BOTTOM
        above = (((a[4] * y + a[0]) * y + a[1]) * y + a[2]) * y + a[3]
        below = (((y + b[0]) * y + b[1]) * y + b[2]) * y + b[3]
        half = 0.5 * x * above / below
        return 0.5 + half if z > 0.0 else 0.5 - half
    if x <= 4.0:
        c, d = _ERFC_TOP, _ERFC_BOTTOM
        above = c[8] * x
        below = x
        for k in range(7):
            above = (above + c[k]) * x
            below = (below + d[k]) * x
        tail = (above + c[7]) / (below + d[7])
    else:
        v = 1.0 / y
        p, q = _FAR_TOP, _FAR_BOTTOM
        above = p[5] * v
        below = v
        for k in range(4):
            above = (above + p[k]) * v
            below = (below + q[k]) * v
        tail = (_ONE_OVER_SQRT_PI - v * (above + p[4]) / (below + q[4])) / x
    # exp(-y) in two parts: the rounding of y would be magnified
    near = math.floor(x * 16.0) / 16.0
    tail = 0.5 * tail * exp(-near * near) * exp(-(x - near) * (x + near))
    return 1.0 - tail if z > 0.0 else tail

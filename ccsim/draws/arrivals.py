"""The potential needs of a replication, the same whatever strategy meets them."""

import math

import numba
import numpy as np
from numpy.typing import NDArray

from ccsim.compiling import F8, F8_ROW, F8_TABLE, I8, I8_ROW, I8_TABLE, KeptAlone, array_of, compiled
from ccsim.draws.elementary import exp, ln, logistic, normal_probability, normal_quantile
from ccsim.draws.streams import (
    DAY_BITS,
    NUMBER_BITS,
    Kind,
    Purpose,
    entity,
    need_id,
    need_uniform,
    slot,
    uniform,
)
from ccsim.draws.variates import poisson_quantile, quantile
from ccsim.plan.law import LAW
from ccsim.plan.plan import BUSYNESS, Records

_DAY_LENGTH = 86400.0
_NEED = int(Kind.NEED)
_CAUSE = int(Kind.CAUSE)
_DAY = int(Kind.DAY)
_STREAM = int(Kind.STREAM)
_OF_CAUSE = int(Purpose.CAUSE)
_OF_COMPLEXITY = int(Purpose.COMPLEXITY)
_OF_STAKE = int(Purpose.STAKE)
_COUNT = slot(int(Purpose.COUNT), 0, 0, 0, 0)
_ARRIVAL = slot(int(Purpose.ARRIVAL), 0, 0, 0, 0)
_BUSYNESS_SLOT = slot(int(Purpose.BUSYNESS), 0, 0, 0, 0)
_BUSY_STRETCH = slot(int(Purpose.BUSY_STRETCH), 0, 0, 0, 0)
_INCIDENCE = slot(int(Purpose.INCIDENCE), 0, 0, 0, 0)
_BUSYNESS, _LAWS = array_of(BUSYNESS, frozen=True), array_of(LAW, frozen=True)
_NEEDS = numba.types.Tuple((I8, I8[::1], numba.types.int32[::1], F8[::1]))  # type: ignore[no-untyped-call]


@compiled(I8(F8_ROW, F8), forceinline=True)
def _step(cumulative: NDArray[np.float64], u: float) -> int:
    """Last place whose cumulative share is at most u, the last but one at the most."""
    low = 0
    high = len(cumulative) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if cumulative[middle] <= u:
            low = middle
        else:
            high = middle
    return low


@compiled(numba.types.UniTuple(F8, 2)(_LAWS, I8, F8_ROW, F8, F8, F8))  # type: ignore[no-untyped-call]
def _next_factor(
    laws: Records, law: int, tables: NDArray[np.float64], u: float, memory: float, z: float
) -> tuple[float, float]:
    """The next factor of a law, and the normal behind it, given the normal before."""
    if memory != 0.0:
        z = memory * z + math.sqrt(1.0 - memory * memory) * normal_quantile(u)
        u = min(max(normal_probability(z), 2.0**-53), 1.0 - 2.0**-53)
    else:
        z = normal_quantile(u)
    x = laws[law]
    value = quantile(
        x["kind"], x["first"], x["second"], x["third"], x["atom"], x["atom_at"], x["offset"], x["n"], tables, u
    )
    return value, z


@compiled(F8(F8_ROW, F8_ROW, F8_ROW, F8, array_of("f8")))
def _reshape(
    cumulative: NDArray[np.float64],
    edges: NDArray[np.float64],
    factors: NDArray[np.float64],
    stretch: float,
    shares: NDArray[np.float64],
) -> float:
    """Writes a day's shape with each stretch as busy as it is; gives the factor on the whole day."""
    total = 0.0
    shares[0] = 0.0
    for step in range(len(edges) - 1):
        # a millisecond more, because an edge may lie a rounding before the border that it stands for
        place = min(int((edges[step] + 1e-3) / stretch), len(factors) - 1)
        total += (cumulative[step + 1] - cumulative[step]) * factors[place]
        shares[step + 1] = total
    for step in range(1, len(edges)):
        shares[step] = shares[step] / total if total > 0.0 else cumulative[step]
    return total


def potential_needs(
    seed: int,
    replication: int,
    streams: NDArray[np.int64],
    expected: NDArray[np.float64],
    shape_of: NDArray[np.int64],
    edges: NDArray[np.float64],
    cumulative: NDArray[np.float64],
    busyness: Records,
    laws: Records,
    tables: NDArray[np.float64],
    horizon: float,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Needs that arise before the horizon, in order of need id.

    Parameters
    ----------
    seed : int64
    replication : int
    streams : int64[n_types]
        Stream of each need type.
    expected : float64[n_types, n_days]
        Mean count before busyness.
    shape_of : int64[n_types, n_days]
        Which of the shapes a day has.
    edges, cumulative : float64[n_shapes, n_edges]
        Shapes of a day: s since midnight, and share of the day's needs before it, from 0 to 1.
    busyness : BUSYNESS[1]
    laws : LAW[n_laws]
    tables : float64[:]
    horizon : float, s
        Needs at or after it are dropped.

    Returns
    -------
    need : int64[n_needs]
    need_type : int32[n_needs]
    arises : float64[n_needs], s since the run's start

    Raises
    ------
    ValueError
        If there are more days, or more needs of a type in a day, than a need id can number.

    Notes
    -----
    A day's count is the Poisson quantile at one uniform, and need number j has a time of its own: more demand adds
    needs and moves none.
    """
    n_days = expected.shape[1]
    if n_days > 1 << DAY_BITS:
        raise ValueError(f"{n_days} days; a need id has room for {1 << DAY_BITS}")
    # by stream, day and number: that is by need id
    by_stream = np.argsort(streams)
    shape = (shape_of, edges, cumulative, busyness, laws, tables, horizon)
    most, need, need_type, arises = _draw_needs(seed, replication, streams, by_stream, expected, *shape)
    if most > 1 << NUMBER_BITS:
        raise ValueError(f"{most} needs of one type in one day; a need id has room for {1 << NUMBER_BITS}")
    return need, need_type, arises


@compiled(numba.types.UniTuple(array_of("f8", 2), 2)(I8, I8, I8, _BUSYNESS, _LAWS, F8_ROW))  # type: ignore[no-untyped-call]
def busy_factors(
    seed: int, replication: int, n_days: int, busyness: Records, laws: Records, tables: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How busy each day is, and each stretch within it: factors with mean 1.

    Parameters
    ----------
    seed, replication, n_days : int
    busyness : BUSYNESS[1]
    laws : LAW[n_laws]
    tables : float64[:]

    Returns
    -------
    float64[n_days, 1]
        1 where no law is given.
    float64[n_days, n_stretches]
        Without stretches where no law is given.

    Notes
    -----
    Neighbouring factors are quantiles of normals that follow a first-order autoregression: days one after another,
    stretches within a day, each day's first one anew. Source: Cario & Nelson (1996), autoregressive to anything.
    """
    b = busyness[0]
    of_days = np.ones((n_days, 1))
    z = 0.0
    if b["day_law"] >= 0:
        for day in range(n_days):
            u = uniform(seed, replication, entity(_DAY, 0, day, 0), _BUSYNESS_SLOT)
            of_days[day, 0], z = _next_factor(laws, b["day_law"], tables, u, 0.0 if day == 0 else b["day_to_day"], z)
    n_stretches = math.ceil(_DAY_LENGTH / b["stretch"]) if b["stretch_law"] >= 0 else 0
    of_stretches = np.ones((n_days, n_stretches))
    for day in range(n_days):
        for k in range(n_stretches):
            u = uniform(seed, replication, entity(_DAY, 0, day, k), _BUSY_STRETCH)
            memory = 0.0 if k == 0 else b["stretch_to_stretch"]
            of_stretches[day, k], z = _next_factor(laws, b["stretch_law"], tables, u, memory, z)
    return of_days, of_stretches


@compiled(array_of("i8", 2)(I8, I8, I8_ROW, F8_TABLE, F8_TABLE, I8_TABLE, F8_TABLE, F8_TABLE, F8_TABLE, F8))
def day_counts(
    seed: int,
    replication: int,
    streams: NDArray[np.int64],
    expected: NDArray[np.float64],
    of_days: NDArray[np.float64],
    shape_of: NDArray[np.int64],
    edges: NDArray[np.float64],
    cumulative: NDArray[np.float64],
    of_stretches: NDArray[np.float64],
    stretch: float,
) -> NDArray[np.int64]:
    """How many needs of each type arise on each day.

    Parameters
    ----------
    seed, replication, streams, expected, shape_of, edges, cumulative
        As for `potential_needs`.
    of_days, of_stretches
        As `busy_factors` gives them.
    stretch : float, s

    Returns
    -------
    int64[n_types, n_days]
        Never falls when what is expected rises.
    """
    counts = np.empty(expected.shape, np.int64)
    shares = np.empty(edges.shape[1])
    for day in range(expected.shape[1]):
        for i in range(len(streams)):
            u = uniform(seed, replication, entity(_STREAM, streams[i], day, 0), _COUNT)
            shape = shape_of[i, day]
            mean = expected[i, day] * of_days[day, 0]
            if of_stretches.shape[1] > 0:
                mean *= _reshape(cumulative[shape], edges[shape], of_stretches[day], stretch, shares)
            counts[i, day] = poisson_quantile(mean, u)
    return counts


@compiled(F8(F8, I8, F8_ROW, F8_ROW), forceinline=True)
def arrival_time(u: float, day: int, edges: NDArray[np.float64], cumulative: NDArray[np.float64]) -> float:
    """When a need arises, given its uniform.

    Parameters
    ----------
    u : float, strictly between 0 and 1
    day : int
    edges : float64[n_edges], s since midnight
    cumulative : float64[n_edges]
        Share of the day's needs before each edge, from 0 to 1.

    Returns
    -------
    float64, s since the run's start
    """
    step = _step(cumulative, u)
    share = (u - cumulative[step]) / (cumulative[step + 1] - cumulative[step])
    return float(day * _DAY_LENGTH + (edges[step] + share * (edges[step + 1] - edges[step])))


@compiled(
    _NEEDS(I8, I8, I8_ROW, I8_ROW, F8_TABLE, I8_TABLE, F8_TABLE, F8_TABLE, _BUSYNESS, _LAWS, F8_ROW, F8), kept=KeptAlone
)
def _draw_needs(
    seed: int,
    replication: int,
    streams: NDArray[np.int64],
    by_stream: NDArray[np.int64],
    expected: NDArray[np.float64],
    shape_of: NDArray[np.int64],
    edges: NDArray[np.float64],
    cumulative: NDArray[np.float64],
    busyness: Records,
    laws: Records,
    tables: NDArray[np.float64],
    horizon: float,
) -> tuple[int, NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """The largest count of one type in one day; id, type and time of every need before the horizon, by id."""
    of_days, of_stretches = busy_factors(seed, replication, expected.shape[1], busyness, laws, tables)
    stretch = busyness[0]["stretch"]
    counts = day_counts(
        seed, replication, streams, expected, of_days, shape_of, edges, cumulative, of_stretches, stretch
    )
    most = counts.max() if counts.size > 0 else 0
    if most > 1 << NUMBER_BITS:
        counts[:] = 0
    total = counts.sum()
    need, need_type, arises = np.empty(total, np.int64), np.empty(total, np.int32), np.empty(total)
    u = np.empty(most if total > 0 else 0)
    shares = np.empty(edges.shape[1])
    n = 0
    for i in by_stream:
        stream = streams[i]
        for day in range(counts.shape[1]):
            shape = shape_of[i, day]
            shares[:] = cumulative[shape]
            if of_stretches.shape[1] > 0:
                _reshape(cumulative[shape], edges[shape], of_stretches[day], stretch, shares)
            # in a loop of their own the processor draws several uniforms at once
            for number in range(counts[i, day]):
                u[number] = uniform(seed, replication, entity(_NEED, stream, day, number), _ARRIVAL)
            for number in range(counts[i, day]):
                time = arrival_time(u[number], day, edges[shape], shares)
                if time < horizon:
                    need[n] = need_id(stream, day, number, 0)
                    need_type[n] = i
                    arises[n] = time
                    n += 1
    return most, need[:n], need_type[:n], arises[:n]


@compiled(F8[::1](I8, I8, I8, I8, F8))
def incidence(seed: int, replication: int, stream: int, n_causes: int, spread: float) -> NDArray[np.float64]:
    """Cumulative shares of a need type's standing causes.

    Parameters
    ----------
    seed, replication, stream, n_causes : int
    spread : float
        Standard deviation of the logarithm of a cause's weight; 0 makes all causes alike.

    Returns
    -------
    float64[n_causes]
        The last is 1; one more cause leaves the others' weights in proportion.
    """
    shares = np.empty(n_causes)
    total = 0.0
    for number in range(n_causes):
        u = uniform(seed, replication, entity(_CAUSE, stream, 0, number), _INCIDENCE)
        total += exp(spread * normal_quantile(u))
        shares[number] = total
    for number in range(n_causes):
        shares[number] = shares[number] / total
    return shares


@compiled(I8(I8, I8, I8, F8_ROW), forceinline=True)
def cause_of(seed: int, replication: int, need: int, cumulative: NDArray[np.float64]) -> int:
    """Which standing cause of its type a need comes from.

    Parameters
    ----------
    seed, replication, need : int
    cumulative : float64[n_causes]
        As `incidence` gives it.

    Returns
    -------
    int, 0 to n_causes - 1
    """
    u = need_uniform(seed, replication, need, _OF_CAUSE, 0, 0, 0)
    step = _step(cumulative, u)
    return step if u < cumulative[step] else step + 1


@compiled(F8(I8, I8, I8, F8, F8), forceinline=True)
def complexity(seed: int, replication: int, need: int, location: float, spread: float) -> float:
    """How complex a need is.

    Parameters
    ----------
    seed, replication, need : int
    location, spread : float
        Mean and standard deviation of the logit of complexity among its type's needs.

    Returns
    -------
    float, between 0 and 1
        Exactly logistic(location) when `spread` is 0.
    """
    u = need_uniform(seed, replication, need, _OF_COMPLEXITY, 0, 0, 0)
    return logistic(location + spread * normal_quantile(u))


@compiled(F8(I8, I8, I8, F8), forceinline=True)
def stake(seed: int, replication: int, need: int, spread: float) -> float:
    """How much a need matters to its customer.

    Parameters
    ----------
    seed, replication, need : int
    spread : float
        Standard deviation of the logarithm; 0 makes every stake exactly 1.

    Returns
    -------
    float
        With median 1.
    """
    u = need_uniform(seed, replication, need, _OF_STAKE, 0, 0, 0)
    return exp(spread * normal_quantile(u))


@compiled(F8[::1](I8, I8, I8_ROW, I8))
def uniforms(seed: int, replication: int, need: NDArray[np.int64], purpose: int) -> NDArray[np.float64]:
    """The uniforms that needs were dealt for a purpose, attempts aside.

    Parameters
    ----------
    seed, replication : int
    need : int64[n_needs]
    purpose : int

    Returns
    -------
    float64[n_needs], strictly between 0 and 1
    """
    values = np.empty(len(need))
    for row in range(len(need)):
        values[row] = need_uniform(seed, replication, need[row], purpose, 0, 0, 0)
    return values


@compiled(F8[::1](I8, I8, I8_ROW, I8))
def exponentials(seed: int, replication: int, need: NDArray[np.int64], purpose: int) -> NDArray[np.float64]:
    """The exponentials of mean 1 that needs were dealt for a purpose.

    They are those of the first leg of the first attempt.

    Parameters
    ----------
    seed, replication : int
    need : int64[n_needs]
    purpose : int

    Returns
    -------
    float64[n_needs], above 0

    Notes
    -----
    In loops of their own the processor draws several at once.
    """
    values = uniforms(seed, replication, need, purpose)
    for row in range(len(need)):
        values[row] = -ln(1.0 - values[row])
    return values


@compiled(F8[::1](I8, I8, I8_ROW, I8))
def uniforms_of(seed: int, replication: int, who: NDArray[np.int64], purpose: int) -> NDArray[np.float64]:
    """The uniforms that others than needs were dealt for a purpose.

    Parameters
    ----------
    seed, replication : int
    who : int64[n]
        Packed ids; see `entity`.
    purpose : int

    Returns
    -------
    float64[n], strictly between 0 and 1
    """
    values = np.empty(len(who))
    for row in range(len(who)):
        values[row] = uniform(seed, replication, who[row], slot(purpose, 0, 0, 0, 0))
    return values

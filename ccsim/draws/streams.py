"""The keys of chance: who draws, for what, and the uniform that belongs to the key.

A draw is a pure function of (seed, replication, entity, slot), so it depends on no order of events, engine or strategy.
"""

from enum import IntEnum

from ccsim.compiling import F8, I8, I8_FOUR, compiled


class Purpose(IntEnum):
    """What a draw decides. Numbers are part of every result: add, never change."""

    COUNT = 1
    ARRIVAL = 2
    BUSYNESS = 3
    CAUSE = 4
    INCIDENCE = 5
    COMPLEXITY = 6
    STAKE = 7
    PREFER = 8
    FIND = 9
    PUT_OFF = 10
    DIVERT = 11
    BYPASS = 12
    GATE_TIME = 13
    GATE_HANG_UP = 14
    GATE_SOLVES = 15
    GATE_WRONG = 16
    GATE_BLOCKED = 17
    MISROUTE = 18
    WRONG_QUEUE = 19
    PATIENCE = 20
    TALK = 21
    WRAP_UP = 22
    RESOLVED = 23
    CODED = 24
    NOTICED = 25
    RETRY = 26
    RETRY_DELAY = 27
    DISCOVERY = 28
    CLOSED_NEXT = 29
    CLOSED_DELAY = 30
    RECORDED = 31
    ACCESSIBLE = 32
    CONTENT = 33
    ANALYSED = 34
    FOUND_ANYWAY = 35
    BALK = 36
    BUSY_STRETCH = 40
    AGENT_HANDLES = 48
    AGENT_ABSENT = 49
    CUSTOMER = 56
    SEGMENT = 57
    SWITCH = 58
    RAISES = 59
    RAISES_DELAY = 60
    TRANSFER = 64
    CALLBACK = 72
    TRAVEL = 73
    DIALLING = 74
    REACHED = 75
    CALL_DUE = 76
    TOLERANCE = 77
    TOLERANCE_NEXT = 78
    MERGE = 79
    CONSULT = 80
    SILENT = 88
    FINDING_OUT = 89
    AT_HAND = 90
    TOLD_AGAIN = 91


class Kind(IntEnum):
    """Who or what draws. Numbers are part of every result: add, never change."""

    NEED = 0
    AGENT = 1
    CAUSE = 2
    CUSTOMER = 3
    DAY = 4
    STREAM = 5
    GROUP = 6


STREAM_BITS = 23
DAY_BITS = 12
NUMBER_BITS = 24
GENERATION_BITS = 4

_WORD = 0xFFFFFFFF
_MULTIPLIER_0 = 0xD2511F53
_MULTIPLIER_1 = 0xCD9E8D57
_KEY_STEP_0 = 0x9E3779B9
_KEY_STEP_1 = 0xBB67AE85
_TWO_TO_MINUS_52 = 2.0**-52


def signed(seed: int) -> int:
    """A 64-bit seed as the signed integer with the same bits.

    Parameters
    ----------
    seed : int, 0 to 2**64 - 1
        An already signed seed is left as it is.

    Returns
    -------
    int, -2**63 to 2**63 - 1

    Raises
    ------
    ValueError
        If the seed needs more than 64 bits.

    Examples
    --------
    >>> signed(1), signed(2**64 - 1)
    (1, -1)
    """
    if not -(2**63) <= seed < 2**64:
        raise ValueError(f"seed {seed} needs more than 64 bits")
    return seed - 2**64 if seed >= 2**63 else seed


@compiled(I8(I8, I8, I8, I8), forceinline=True)
def entity(kind: int, stream: int, day: int, number: int) -> int:
    """Packed id of the one who draws.

    Parameters
    ----------
    kind : int
        A `Kind`.
    stream : int, 0 to 2**23 - 1
        Stream of the name it belongs to; 0 for what belongs to none.
    day : int, 0 to 4095
        Day of the run.
    number : int, 0 to 2**24 - 1
        Number within the day.

    Returns
    -------
    int64
        kind (4 bits) | stream (23) | day (12) | number (24).

    Examples
    --------
    >>> entity(0, 5, 0, 7) == need_id(5, 0, 7, 0) >> 4
    True
    """
    return (((kind << STREAM_BITS | stream) << DAY_BITS) | day) << NUMBER_BITS | number


@compiled(I8(I8, I8, I8, I8), forceinline=True)
def need_id(stream: int, day: int, number: int, generation: int) -> int:
    """Packed id of a need.

    Parameters
    ----------
    stream : int, 1 to 2**23 - 1
        Stream of the need's type.
    day : int, 0 to 4095
        Day of the run on which it arises.
    number : int, 0 to 2**24 - 1
        Number within stream and day.
    generation : int, 0 to 15
        0, or one more than the need that raised it.

    Returns
    -------
    int64, positive

    Examples
    --------
    >>> need_id(1, 0, 0, 2) - need_id(1, 0, 0, 0)
    2
    """
    return (((stream << DAY_BITS | day) << NUMBER_BITS) | number) << GENERATION_BITS | generation


@compiled(I8(I8, I8, I8, I8, I8), forceinline=True)
def slot(purpose: int, generation: int, attempt: int, leg: int, alternative: int) -> int:
    """Packed occasion of a draw.

    Parameters
    ----------
    purpose : int
        A `Purpose`.
    generation, attempt, leg : int, 0 to 15
    alternative : int, 0 to 4095
        Which of several (channel, route); 0 where there is only one.

    Returns
    -------
    int64
        purpose (8 bits) | generation (4) | attempt (4) | leg (4) | alternative (12).

    Examples
    --------
    >>> slot(0, 0, 0, 1, 2)
    4098
    """
    return (((purpose << 4 | generation) << 4 | attempt) << 4 | leg) << 12 | alternative


@compiled(I8_FOUR(I8, I8, I8, I8, I8, I8), forceinline=True)
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Philox 4x32-10: four random words from a counter and a key.

    Parameters
    ----------
    c0, c1, c2, c3 : int, 32-bit words
        Counter.
    k0, k1 : int, 32-bit words
        Key.

    Returns
    -------
    tuple of four int, 32-bit words

    Notes
    -----
    A product of two words needs 64 bits: compiled it wraps into the sign, uncompiled it does not; shift and mask make
    both give the same words.
    Source: Salmon, Moraes, Dror & Shaw (2011), section 3.3.

    Examples
    --------
    >>> [f"{word:08x}" for word in philox(0, 0, 0, 0, 0, 0)]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    for _ in range(10):
        product_0 = _MULTIPLIER_0 * c0
        product_1 = _MULTIPLIER_1 * c2
        c0 = ((product_1 >> 32) & _WORD) ^ c1 ^ k0
        c1 = product_1 & _WORD
        c2 = ((product_0 >> 32) & _WORD) ^ c3 ^ k1
        c3 = product_0 & _WORD
        k0 = (k0 + _KEY_STEP_0) & _WORD
        k1 = (k1 + _KEY_STEP_1) & _WORD
    return c0, c1, c2, c3


@compiled(F8(I8, I8, I8, I8), forceinline=True)
def uniform(seed: int, replication: int, who: int, occasion: int) -> float:
    """The uniform that belongs to a key.

    Parameters
    ----------
    seed : int64
        All 64 bits count; see `signed`.
    replication : int, 0 to 2**32 - 1
    who : int64
        See `entity`; for a need, its id without the generation.
    occasion : int, 0 to 2**32 - 1
        See `slot`.

    Returns
    -------
    float64
        Odd multiple of 2**-53, so strictly between 0 and 1, and so is one minus it.

    Examples
    --------
    >>> 0.0 < uniform(1, 0, 12345, 0) < 1.0
    True
    """
    # int() turns numpy's integers, which warn when they wrap, into plain ones
    who, seed = int(who), int(seed)
    w0, w1, _, _ = philox(
        int(occasion), who & _WORD, (who >> 32) & _WORD, int(replication), seed & _WORD, (seed >> 32) & _WORD
    )
    return (float((w1 << 20) | (w0 >> 12)) + 0.5) * _TWO_TO_MINUS_52


@compiled(F8(I8, I8, I8, I8, I8, I8, I8), forceinline=True)
def need_uniform(
    seed: int, replication: int, need: int, purpose: int, attempt: int, leg: int, alternative: int
) -> float:
    """The uniform with which chance decides something about a need.

    Parameters
    ----------
    seed : int64
    replication : int, 0 to 2**32 - 1
    need : int64
        See `need_id`.
    purpose : int
        A `Purpose`.
    attempt, leg : int, 0 to 15
        0 for what is decided once per need.
    alternative : int, 0 to 4095
        Which of several (channel, route); 0 where there is only one.

    Returns
    -------
    float64, strictly between 0 and 1

    Examples
    --------
    >>> need = need_id(4711, 0, 3, 0)
    >>> need_uniform(1, 0, need, 20, 0, 0, 0) == need_uniform(1, 0, need, 20, 1, 0, 0)
    False
    """
    generation = need & 15
    return uniform(seed, replication, need >> GENERATION_BITS, slot(purpose, generation, attempt, leg, alternative))

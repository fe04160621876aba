"""Names to numbers: the stream that belongs to a name."""

import hashlib

STREAM_BITS = 23


def stream_of(name: str) -> int:
    """Number of the stream that belongs to a name.

    Parameters
    ----------
    name : str
        Name of a need type or agent group.

    Returns
    -------
    int, 1 to 2**23 - 1
        A hash of the name, so that adding or removing another name moves nothing. Two names of one scenario may
        collide: the scenario's to refuse.

    Examples
    --------
    >>> stream_of("balance") == stream_of("balance") != stream_of("billing")
    True
    """
    value: int = int.from_bytes(hashlib.blake2b(name.encode("utf-8"), digest_size=8).digest(), "little")
    # never 0, so that a need id is never 0
    return 1 + value % ((1 << STREAM_BITS) - 1)

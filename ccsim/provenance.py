"""What made a result: the part that is the same every time, and the part that is not."""

import platform
import socket
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

VERSION = "0.1.0"


def made_by(command: str, digest: str, seed: int) -> dict[str, object]:
    """Everything that determines a result, and nothing that varies between runs.

    Parameters
    ----------
    command : str
        The command or call as the user gave it.
    digest : str
        Content digest of the resolved scenario.
    seed : int
        The 64-bit seed.

    Returns
    -------
    dict
        Keys `command`, `digest`, `seed`, `ccsim`, `python`, `numpy`, `numba`; versions as text.

    Notes
    -----
    Versions come from the installed packages' metadata, so that nothing heavy is imported to tell them.

    Examples
    --------
    >>> made_by("ccsim run floor.yaml", digest="9f2c", seed=7)["seed"]
    7
    """
    return {
        "command": command,
        "digest": digest,
        "seed": seed,
        "ccsim": VERSION,
        "python": platform.python_version(),
        "numpy": _installed("numpy"),
        "numba": _installed("numba"),
    }


def made_at(started: datetime) -> dict[str, object]:
    """When and where a result was made; left out by `--reproducible`.

    Parameters
    ----------
    started : datetime, with a time zone
        When the work began; the duration runs from here to the call.

    Returns
    -------
    dict
        `date` (ISO 8601, UTC, to the second), `host`, `duration` (s, to the millisecond; 0 if the clock was set back).

    Raises
    ------
    ValueError
        If `started` has no time zone.

    Examples
    --------
    >>> sorted(made_at(datetime.now(UTC)))
    ['date', 'duration', 'host']
    """
    if started.tzinfo is None:
        raise ValueError(f"started is {started.isoformat()}, a time without a zone; pass datetime.now(UTC).")
    return {
        "date": started.astimezone(UTC).isoformat(timespec="seconds"),
        "host": socket.gethostname(),
        "duration": round(max((datetime.now(UTC) - started).total_seconds(), 0.0), 3),
    }


def _installed(package: str) -> str:
    """The installed version, or "absent"."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"

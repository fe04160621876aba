"""The two streams: results on stdout, everything else on stderr."""

import json
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


def tell(text: str) -> None:
    """A line or more of the result, on stdout.

    Parameters
    ----------
    text : str
    """
    sys.stdout.write(f"{text}\n")


def tell_object(what: object) -> None:
    """One JSON object on stdout.

    Parameters
    ----------
    what : object
        Dicts, lists, texts and finite numbers only.
    """
    tell(as_json(what))


def as_json(what: object) -> str:
    r"""The JSON text that every command writes.

    Parameters
    ----------
    what : object
        Dicts, lists, texts and finite numbers only.

    Returns
    -------
    str
        Keys in the given order, no nan.

    Examples
    --------
    >>> as_json({"seed": 1, "estimates": []})
    '{\n  "seed": 1,\n  "estimates": []\n}'
    """
    return json.dumps(what, indent=2, allow_nan=False)


def note(text: str) -> None:
    """A line that is no result, on stderr.

    Parameters
    ----------
    text : str
    """
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def warn(text: str) -> None:
    """A warning on stderr.

    Parameters
    ----------
    text : str
    """
    note(f"warning: {text}")


@contextmanager
def warnings_on_stderr() -> Iterator[None]:
    """A stretch in which Python's warnings are one line each on stderr."""
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        yield


def heading(text: str) -> str:
    """A heading: bold on a terminal that wants it, plain elsewhere.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    return text if plain else f"\x1b[1m{text}\x1b[0m"


def hush(stream: TextIO) -> None:
    """Let what is still to be written go nowhere, after the reader has gone.

    Parameters
    ----------
    stream : text stream
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Python's hook for a warning, in the house's form."""
    del category, filename, lineno, file, line
    warn(" ".join(str(message).split()))

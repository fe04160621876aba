"""The compiler's one door: how a function is compiled, and where the result is kept.

Import this module before any compiled function is defined: numba reads the cache folder when it meets the first one.
"""

import hashlib
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])

F8 = numba.types.float64
I8 = numba.types.int64
# read-only in the signature, so that the plan's frozen arrays and ordinary ones are both taken
F8_ROW = numba.types.Array(F8, 1, "C", readonly=True)
I8_ROW = numba.types.Array(I8, 1, "C", readonly=True)
I8_FOUR = numba.types.UniTuple(I8, 4)  # type: ignore[no-untyped-call]
F8_EIGHT = numba.types.UniTuple(F8, 8)  # type: ignore[no-untyped-call]


def compiled(signature: Any, **how: Any) -> Callable[[Function], Function]:
    """Decorator that compiles a function for one signature and keeps the result.

    Parameters
    ----------
    signature : numba signature
        Written with `F8`, `I8`, `F8_ROW`, `I8_ROW`: one specialisation, quick to call; None for one made at the first
        call.
    **how : Any
        Further options of `numba.njit`.

    Returns
    -------
    callable
        With the compiler off (``NUMBA_DISABLE_JIT=1``) it hands the function back as it is.

    Notes
    -----
    No fastmath, so that no sum is reordered; divisions by zero give inf or nan instead of raising.
    """
    decorator: Callable[[Function], Function] = numba.njit(
        signature, cache=True, fastmath=False, error_model="numpy", **how
    )
    return decorator


def is_cold(room: str = "draws") -> bool:
    """Whether a room's compiled functions are still to be compiled.

    Parameters
    ----------
    room : str
        Folder of the sources: "draws", or "compiled" for the compiled engine.

    Returns
    -------
    bool
        Ask before importing the room: importing it compiles it.

    Examples
    --------
    >>> is_cold("no such room")
    True
    """
    # the room's last module is asked for: an interrupted compilation has not come so far
    last = {"draws": "arrivals", "compiled": "play"}.get(room, "*")
    return next(Path(numba.config.CACHE_DIR).glob(f"{room}_*/{last}.*.nbi"), None) is None  # type: ignore[attr-defined]


def digest_of_sources(package: Path) -> str:
    """Digest of everything compiled code depends on: sources and versions.

    Parameters
    ----------
    package : Path
        Folder of the package `ccsim`.

    Returns
    -------
    str, 16 hexadecimal digits

    Notes
    -----
    numba looks only at the file a function stands in, and would go on using the old code when a helper in another file
    changes; so each state of the sources has a folder of its own.
    """
    digest = hashlib.blake2b(digest_size=8)
    digest.update(f"{platform.python_version()} {numba.__version__} {np.__version__}".encode())
    rooms = [*(package / "draws").glob("*.py"), *(package / "engine" / "compiled").glob("*.py")]
    for source in sorted([*rooms, package / "engine" / "laws.py", package / "plan" / "law.py"]):
        if source.exists():
            digest.update(f"\0{source.relative_to(package).as_posix()}\0".encode())
            digest.update(source.read_bytes())
    return digest.hexdigest()


def cache_folder(name: str) -> Path:
    """Folder for compiled code that this user can write.

    Parameters
    ----------
    name : str
        Name of the folder itself.

    Returns
    -------
    Path
        In the user's cache folder; where that cannot be written, in the folder for temporary files.
    """
    for parent in (_user_cache_folder, _temporary_folder):
        try:
            folder = parent() / name
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except (OSError, RuntimeError):
            continue
    return Path(tempfile.mkdtemp(prefix="ccsim-"))


def _user_cache_folder() -> Path:
    """The operating system's place for what a program can make again."""
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "ccsim" / "Cache"
    if platform.system() == "Darwin":
        return Path.home() / "Library" / "Caches" / "ccsim"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ccsim"


def _temporary_folder() -> Path:
    """A folder among the temporary files that nobody else can put code into."""
    if sys.platform == "win32":
        return Path(tempfile.gettempdir()) / "ccsim"
    folder = Path(tempfile.gettempdir()) / f"ccsim-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    facts = folder.lstat()
    if facts.st_uid != os.getuid() or facts.st_mode & 0o077:
        raise PermissionError(f"{folder} is open to others")
    return folder


numba.config.CACHE_DIR = str(  # type: ignore[attr-defined]
    cache_folder(f"compiled-{digest_of_sources(Path(__file__).parents[1])}")
)

"""Where compiled code is kept, and whether it is there; asking does not load the compiler: that takes half a second."""

import hashlib
import os
import platform
import re
import sys
import tempfile
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

# an import of ours: of a module, or of names from one, which may stand in brackets over several lines
_IMPORTED = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<module>ccsim[\w.]*)[ \t]+import[ \t]*(?P<names>\([^)]*\)|[^\n]*)"
    r"|import[ \t]+(?P<other>ccsim[\w.]*))",
    re.MULTILINE,
)
_FOR_TYPES = re.compile(r"^if TYPE_CHECKING:\n(?:[ \t]+[^\n]*\n|\n)*", re.MULTILINE)


def is_cold(room: str = "draws") -> bool:
    """Whether a room's compiled functions are still to be compiled.

    Parameters
    ----------
    room : str
        Folder of the sources: "draws", "engine" for what both engines share, "logs", "metrics", or "compiled" for
        the compiled engine.

    Returns
    -------
    bool
        Ask before importing the room: importing a cold one compiles it.

    Examples
    --------
    >>> is_cold("no such room")
    True
    """
    # the room's last function is asked for: an interrupted compilation has not come so far
    last = {
        "draws": "arrivals.uniforms_of",
        "engine": "potential.write_needs",
        "logs": "passes.count_priced",
        "metrics": "passes.fill",
        "compiled": "engine.play",
    }.get(room, "*")
    return next(FOLDER.glob(f"{room}_*/{last}-*.nbi"), None) is None


def is_cold_for(engine: str) -> bool:
    """Whether anything that an engine needs is still to be compiled.

    Parameters
    ----------
    engine : str
        "reference"; "compiled" and "auto" need the compiled engine too.

    Returns
    -------
    bool
    """
    rooms = ("draws", "engine", "logs", "metrics")
    return any(map(is_cold, rooms if engine == "reference" else (*rooms, "compiled")))


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
    digest.update(f"{platform.python_version()} {version('numba')} {version('numpy')}".encode())
    rooms = [*(package / "draws").glob("*.py"), *(package / "engine" / "compiled").glob("*.py")]
    others = ("engine/laws.py", "engine/potential.py", "logs/passes.py", "metrics/passes.py")
    put_in(digest, sources_behind(package, [*rooms, *(package / name for name in others)]), package)
    return digest.hexdigest()


def sources_behind(package: Path, roots: Iterable[Path]) -> list[Path]:
    """Sources of the package with all that they import of it, one by another.

    Parameters
    ----------
    package : Path
        Folder of the package `ccsim`.
    roots : iterable of Path
        Files in it; those that are missing are passed over.

    Returns
    -------
    list of Path
        In order of their paths.

    Notes
    -----
    Imports are read from the text, also those inside functions; a name that is imported from a package may be a module
    of it. The packages' own files hold no code. What is found so cannot be forgotten in a list.
    """
    left, found = list(roots), set[Path]()
    while left:
        source = left.pop()
        if source in found or not source.is_file():
            continue
        found.add(source)
        for match in _IMPORTED.finditer(_FOR_TYPES.sub("", source.read_text(encoding="utf-8"))):
            place = package.joinpath(*(match["module"] or match["other"]).split(".")[1:])
            names = re.findall(r"\w+", match["names"] or "")
            left += [place.with_suffix(".py"), *(place / f"{name}.py" for name in names)]
    return sorted(found)


def put_in(digest: "hashlib.blake2b", sources: Iterable[Path], package: Path) -> None:
    """Adds sources to a digest, each with its place.

    Parameters
    ----------
    digest : hashlib.blake2b
    sources : iterable of Path
    package : Path
        What the places are told from.
    """
    for source in sources:
        digest.update(f"\0{source.relative_to(package).as_posix()}\0".encode())
        digest.update(source.read_bytes())


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


FOLDER = cache_folder(f"compiled-{digest_of_sources(Path(__file__).parent)}")

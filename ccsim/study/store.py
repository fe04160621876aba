"""The ledger of a study: what every replication measured, kept the moment it arrives.

One sqlite file. A row is one replication of one scenario: the numerators and denominators of the plan's whole layout
and the distribution of waits, found again by the scenario's digest, the seed, the replication and the version of the
numbers, which is a digest of the sources that decide them. Anything asked of that layout later needs no new run.
Every row carries a checksum over its numbers and all that says what they mean: its key and the layout. The same row
written twice must agree.
"""

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ccsim.cache import put_in, sources_behind
from ccsim.errors import LedgerError
from ccsim.metrics.cells import Key
from ccsim.metrics.layout import ATOMS, WAIT_EDGES
from ccsim.metrics.measure import NOTHING_SEEN, Measured, Sample, Spread
from ccsim.metrics.passes import SPREAD
from ccsim.provenance import VERSION

F8 = NDArray[np.float64]

FILE = "ledger.sqlite"
OURS = 0x6363_7369  # "ccsi", where sqlite keeps whose file it is
FORMAT = 2
COLUMNS_OF_SPREAD = tuple(SPREAD.names or ())
PATIENCE = 60.0  # s that one process waits for another's transaction
# rows of so many bytes are checked before anything runs; those of larger ledgers as they are read
CHECKED_FIRST = 200_000_000
# what they import decides numbers too
DECIDE_NUMBERS = ("study/playing.py", "plan/compile.py")
TABLES = """
CREATE TABLE layout (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, keys BLOB NOT NULL);
CREATE TABLE point (
  id INTEGER PRIMARY KEY, scenario TEXT NOT NULL, seed TEXT NOT NULL, numbers TEXT NOT NULL,
  layout INTEGER NOT NULL REFERENCES layout, UNIQUE (scenario, seed, numbers));
CREATE TABLE replication (
  id INTEGER PRIMARY KEY, point INTEGER NOT NULL REFERENCES point, replication INTEGER NOT NULL,
  content BLOB NOT NULL, checksum BLOB NOT NULL, UNIQUE (point, replication));
CREATE TABLE failure (point TEXT PRIMARY KEY, reason TEXT NOT NULL);
CREATE TABLE study (id INTEGER PRIMARY KEY CHECK (id = 1), document TEXT NOT NULL, checksum BLOB NOT NULL)
"""


class PointKey(NamedTuple):
    """What a point's replications are found by.

    Attributes
    ----------
    scenario : str
        Digest of the resolved scenario.
    seed : int
    numbers : str
        The version of the numbers.
    """

    scenario: str
    seed: int
    numbers: str

    @property
    def name(self) -> str:
        """The key as one text."""
        return f"{self.scenario} {self.seed} {self.numbers}"


class Row(NamedTuple):
    """What one replication measured, packed.

    Attributes
    ----------
    replication : int
    content : bytes
        Numerators, denominators, waits and the columns of the spread as little-endian float64, compressed.
    checksum : bytes
        Of the numbers before they were compressed.
    """

    replication: int
    content: bytes
    checksum: bytes


def packed(key: PointKey, layout: str, replication: int, measured: Measured) -> Row:
    """A replication as the ledger keeps it.

    Parameters
    ----------
    key : PointKey
    layout : str
        Digest of what was measured, as `layout_digest` gives it.
    replication : int
    measured : Measured

    Returns
    -------
    Row
    """
    spread = measured.spread.table
    parts = (measured.numerators, measured.denominators, measured.waits)
    numbers = np.concatenate([*parts, *(spread[name] for name in COLUMNS_OF_SPREAD)]).astype("<f8").tobytes()
    return Row(replication, zlib.compress(numbers), _checksum(key, layout, replication, numbers))


def layout_digest(keys: Sequence[Key]) -> str:
    """Digest of what a replication's numbers are of.

    Parameters
    ----------
    keys : sequence of (measure, cell)

    Returns
    -------
    str
    """
    return hashlib.sha256(_layout_text(keys)).hexdigest()


def version_of_numbers() -> str:
    """What a number depends on beside scenario, seed and replication.

    Returns
    -------
    str
        The package's version and a digest of every source between scenario and measure, as this process loaded them.

    Examples
    --------
    >>> version_of_numbers().startswith(VERSION)
    True
    """
    return LOADED


def version_on_disk(package: Path) -> str:
    """The same, of a package as it lies there now.

    Parameters
    ----------
    package : Path
        Its folder.

    Returns
    -------
    str
    """
    digest = hashlib.blake2b(digest_size=8)
    put_in(digest, sources_behind(package, [package / name for name in DECIDE_NUMBERS]), package)
    return f"{VERSION}-{digest.hexdigest()}"


# read as this is loaded: a process that goes on while its sources change goes on with what it has
LOADED = version_on_disk(Path(__file__).parents[1])


class Store:
    """A study's ledger.

    Parameters
    ----------
    path : Path or None
        The file, made where it is missing; None keeps everything in memory.
    only_read : bool
        Leave the file and its folder as they are; the file exists.

    Raises
    ------
    LedgerError
        If the file is no ledger of ours, a newer one, damaged, or cannot be written.
    """

    def __init__(self, path: Path | None, *, only_read: bool = False) -> None:
        self.path = path
        if path is not None:
            _refuse_foreign(path)
        place = ":memory:" if path is None else _as_it_is(path) if only_read else str(path)
        with self._told():
            self._base = sqlite3.connect(place, timeout=PATIENCE, isolation_level=None, uri=only_read)
            try:
                if only_read:
                    self._refuse_new()
                else:
                    self._prepare()
            except BaseException:
                self._base.close()
                raise

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    def agree(self, document: Mapping[str, Any]) -> None:
        """Keep the agenda that the ledger now serves.

        Parameters
        ----------
        document : mapping
        """
        text = json.dumps(document, sort_keys=True)
        with self._told(), self._transaction():
            self._base.execute(
                "INSERT OR REPLACE INTO study VALUES (1, ?, ?)", (text, hashlib.sha256(text.encode()).digest())
            )

    def agenda(self) -> dict[str, Any]:
        """The agenda that the ledger serves.

        Returns
        -------
        dict

        Raises
        ------
        LedgerError
            If it serves none yet, or it is damaged.
        """
        with self._told():
            found = self._base.execute("SELECT document, checksum FROM study").fetchone()
        if found is None:
            raise LedgerError(f"{self.path}: the ledger belongs to no study yet")
        text, checksum = found
        if hashlib.sha256(text.encode()).digest() != checksum:
            raise self._damaged("the study in it is not what was written")
        document: dict[str, Any] = json.loads(text)
        return document

    def done(self, key: PointKey) -> set[int]:
        """The replications of a point that are kept.

        Parameters
        ----------
        key : PointKey

        Returns
        -------
        set of int
        """
        with self._told():
            rows = self._base.execute(
                "SELECT replication FROM replication JOIN point ON point.id = replication.point "
                "WHERE scenario = ? AND seed = ? AND numbers = ?",
                (key.scenario, str(key.seed), key.numbers),
            )
            return {replication for (replication,) in rows}

    def keep(self, key: PointKey, keys: Sequence[Key], rows: Sequence[Row]) -> None:
        """Keep replications of a point; when this returns they are safe.

        Parameters
        ----------
        key : PointKey
        keys : sequence of (measure, cell)
            The layout's.
        rows : sequence of Row

        Raises
        ------
        LedgerError
            If the ledger holds one of them with other numbers, or cannot be written.
        """
        with self._told(), self._transaction():
            point = self._point(key, keys)
            for row in rows:
                self._base.execute(
                    "INSERT INTO replication (point, replication, content, checksum) VALUES (?, ?, ?, ?) "
                    "ON CONFLICT DO NOTHING",
                    (point, *row),
                )
                (checksum,) = self._base.execute(
                    "SELECT checksum FROM replication WHERE point = ? AND replication = ?", (point, row.replication)
                ).fetchone()
                if checksum != row.checksum:
                    raise self._disagreement(key, row.replication)
            self._base.execute("DELETE FROM failure WHERE point = ?", (key.name,))

    def sample(self, key: PointKey, replications: int) -> Sample:
        """What the replications of a point measured, in their order.

        Parameters
        ----------
        key : PointKey
        replications : int
            The first so many; all of them are kept.

        Returns
        -------
        Sample

        Raises
        ------
        LedgerError
            If a row is missing or not what was written.
        """
        kept, layout = self._layout(key)
        keys = tuple(one for one in kept if one[0] not in ATOMS.values())
        atoms = tuple(one for one in kept if one[0] in ATOMS.values())
        n_fixed = 2 * len(keys) + len(WAIT_EDGES)
        table = np.empty((replications, 2 * len(keys)))
        waits = np.zeros(len(WAIT_EDGES))
        spreads = [NOTHING_SEEN] * replications
        n_read = 0
        for row in self.rows(key):
            if row.replication < replications:
                numbers = self._unpacked(key, layout, row)
                n_spread = len(numbers) - n_fixed
                if n_spread < 0 or n_spread % len(COLUMNS_OF_SPREAD) != 0:
                    raise self._damaged(f"replication {row.replication} of {key.scenario} has {len(numbers)} numbers")
                table[row.replication] = numbers[: 2 * len(keys)]
                waits += numbers[2 * len(keys) : n_fixed]
                spreads[row.replication] = _spread(atoms, numbers[n_fixed:])
                n_read += 1
        if n_read < replications:
            raise self._damaged(f"{replications - n_read} replications of {key.scenario} are gone")
        return Sample(keys, table[:, : len(keys)], table[:, len(keys) :], waits, tuple(spreads))

    def rows(self, key: PointKey) -> Iterator[Row]:
        """The kept replications of a point, in their order.

        Parameters
        ----------
        key : PointKey

        Yields
        ------
        Row
        """
        with self._told():
            yield from (
                Row(*found)
                for found in self._base.execute(
                    "SELECT replication, content, checksum FROM replication JOIN point ON point.id = replication.point "
                    "WHERE scenario = ? AND seed = ? AND numbers = ? ORDER BY replication",
                    (key.scenario, str(key.seed), key.numbers),
                )
            )

    def check(self, keys: Sequence[PointKey]) -> None:
        """Refuse damaged rows, unless there is too much to read for that alone.

        Parameters
        ----------
        keys : sequence of PointKey
            Whose rows are looked at.

        Raises
        ------
        LedgerError
            With the first row that is not what was written.
        """
        if self.path is None or self.path.stat().st_size > CHECKED_FIRST:
            return
        with self._told():
            (found,) = self._base.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise self._damaged(found)
        for key in keys:
            layout = ""
            for row in self.rows(key):
                layout = layout or self._layout(key)[1]
                self._unpacked(key, layout, row)

    def copy(self, other: "Store", key: PointKey) -> None:
        """Keep what another ledger holds of a point.

        Parameters
        ----------
        other : Store
        key : PointKey

        Raises
        ------
        LedgerError
            If a row of the other is damaged, or both hold it with different numbers.
        """
        rows = list(other.rows(key))
        if rows:
            keys, layout = other._layout(key)
            for row in rows:
                other._unpacked(key, layout, row)
            self.keep(key, keys, rows)
        for reason in filter(None, [other.failure(key)]):
            self.fail(key, reason)

    def fail(self, key: PointKey, reason: str) -> None:
        """Keep why a point failed, until a replication of it succeeds.

        Parameters
        ----------
        key : PointKey
        reason : str
        """
        with self._told(), self._transaction():
            self._base.execute("INSERT OR REPLACE INTO failure VALUES (?, ?)", (key.name, reason))

    def failure(self, key: PointKey) -> str:
        """Why a point failed, or "".

        Parameters
        ----------
        key : PointKey

        Returns
        -------
        str
        """
        with self._told():
            found = self._base.execute("SELECT reason FROM failure WHERE point = ?", (key.name,)).fetchone()
        return "" if found is None else str(found[0])

    def left_alone(self, numbers: str) -> int:
        """How many replications other versions of the numbers have left here.

        Parameters
        ----------
        numbers : str
            The version that is not counted.

        Returns
        -------
        int
        """
        with self._told():
            (n,) = self._base.execute(
                "SELECT count(*) FROM replication JOIN point ON point.id = replication.point WHERE numbers <> ?",
                (numbers,),
            ).fetchone()
        return int(n)

    def _prepare(self) -> None:
        """Makes the tables of a new file; refuses what is not ours before anything is written."""
        is_new = self._is_new()
        if self._base.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            self._base.execute("PRAGMA journal_mode = WAL")
        # an acknowledged row is on the disk, not only on its way
        self._base.execute("PRAGMA synchronous = FULL")
        if is_new:
            with self._transaction():
                # another process may have been quicker
                if self._is_new():
                    for table in TABLES.split(";"):
                        self._base.execute(table)
                    self._base.execute(f"PRAGMA application_id = {OURS}")
                    self._base.execute(f"PRAGMA user_version = {FORMAT}")

    def _refuse_new(self) -> None:
        if self._is_new():
            raise LedgerError(f"{self.path}: the ledger belongs to no study yet")

    def _is_new(self) -> bool:
        """Whether the file is empty; refuses one that is not ours."""
        # the tables first: they come with their owner, from another process perhaps between two of these questions
        (n_tables,) = self._base.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (owner,) = self._base.execute("PRAGMA application_id").fetchone()
        (format_,) = self._base.execute("PRAGMA user_version").fetchone()
        if n_tables > 0 and owner != OURS:
            raise LedgerError(f"{self.path}: a database, but no ledger of ccsim; it is left as it is")
        if format_ > FORMAT:
            raise LedgerError(
                f"{self.path}: written by a newer ccsim (format {format_}, this one reads {FORMAT}); "
                "it is left as it is"
            )
        return bool(n_tables == 0)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing, waiting for others who write."""
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._base.execute("COMMIT")
        except BaseException:
            if self._base.in_transaction:
                self._base.execute("ROLLBACK")
            raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What sqlite objects to, in a planner's words."""
        try:
            yield
        except sqlite3.Error as error:
            raise LedgerError(_in_words(error, self.path)) from None

    def _point(self, key: PointKey, keys: Sequence[Key]) -> int:
        """The number of a point in this ledger, given to it where it has none."""
        found = self._base.execute(
            "SELECT id FROM point WHERE scenario = ? AND seed = ? AND numbers = ?",
            (key.scenario, str(key.seed), key.numbers),
        ).fetchone()
        if found is None:
            text, digest = _layout_text(keys), layout_digest(keys)
            self._base.execute(
                "INSERT INTO layout (digest, keys) VALUES (?, ?) ON CONFLICT DO NOTHING", (digest, zlib.compress(text))
            )
            found = self._base.execute(
                "INSERT INTO point (scenario, seed, numbers, layout) SELECT ?, ?, ?, id FROM layout WHERE digest = ? "
                "RETURNING id",
                (key.scenario, str(key.seed), key.numbers, digest),
            ).fetchone()
        return int(found[0])

    def _layout(self, key: PointKey) -> tuple[tuple[Key, ...], str]:
        """The layout of a point and its digest."""
        with self._told():
            found = self._base.execute(
                "SELECT keys, digest FROM layout JOIN point ON layout.id = point.layout "
                "WHERE scenario = ? AND seed = ? AND numbers = ?",
                (key.scenario, str(key.seed), key.numbers),
            ).fetchone()
        if found is None:
            raise self._damaged(f"{key.scenario} is not in it")
        try:
            text = zlib.decompress(found[0])
        except zlib.error:
            text = b""
        if hashlib.sha256(text).hexdigest() != found[1]:
            raise self._damaged("a layout is not what was written")
        keys = tuple((measure, tuple((name, value) for name, value in cell)) for measure, cell in json.loads(text))
        return keys, found[1]

    def _unpacked(self, key: PointKey, layout: str, row: Row) -> F8:
        """The numbers of a row, if they are those that were written."""
        try:
            numbers = zlib.decompress(row.content)
        except zlib.error:
            numbers = b""
        if not numbers or _checksum(key, layout, row.replication, numbers) != row.checksum:
            raise self._damaged(f"replication {row.replication} of scenario {key.scenario} is not what was written")
        return np.frombuffer(numbers, "<f8")

    def _damaged(self, what: str) -> LedgerError:
        return LedgerError(
            f"{self.path}: the ledger is damaged: {what}; it is left as it is. "
            "Move it away, or begin anew with --fresh."
        )

    def _disagreement(self, key: PointKey, replication: int) -> LedgerError:
        return LedgerError(
            f"{self.path}: replication {replication} of scenario {key.scenario}, seed {key.seed}, was measured twice "
            "with different numbers; the first is kept"
        )


def remove(path: Path) -> None:
    """Delete a ledger of ours, damaged or not.

    Parameters
    ----------
    path : Path

    Raises
    ------
    LedgerError
        If the file is none of ours.
    """
    _refuse_foreign(path)
    for file in (path, *(path.with_name(f"{path.name}-{suffix}") for suffix in ("wal", "shm"))):
        file.unlink(missing_ok=True)


def _refuse_foreign(path: Path) -> None:
    """Refuses a file that is no ledger, before sqlite touches it."""
    try:
        if path.is_dir():
            raise LedgerError(f"{path}: a folder stands where the ledger belongs")
        if not path.is_file() or path.stat().st_size == 0:
            return
        with path.open("rb") as file:
            head = file.read(100)
    except OSError as error:
        raise LedgerError(f"{path}: the ledger cannot be read or written ({error.strerror})") from None
    if not head.startswith(b"SQLite format 3\0"):
        raise LedgerError(f"{path}: not a ledger of ccsim; it is left as it is")
    # a new ledger's owner may still stand in the log beside it
    if int.from_bytes(head[68:72], "big") not in (0, OURS):
        raise LedgerError(f"{path}: a database, but no ledger of ccsim; it is left as it is")


def _as_it_is(path: Path) -> str:
    """The file as sqlite opens it without writing anything, also where nothing may be written."""
    # without the log of a writer beside it nobody is writing, and no lock is needed
    writer = path.with_name(f"{path.name}-wal").exists()
    return f"{path.absolute().as_uri()}?{'mode=ro' if writer else 'immutable=1'}"


def _in_words(error: sqlite3.Error, path: Path | None) -> str:
    what = str(error)
    if "malformed" in what or "not a database" in what:
        return f"{path}: the ledger is damaged ({what}); it is left as it is. Move it away, or begin anew with --fresh."
    if "locked" in what:
        return f"{path}: another process has been writing for more than {PATIENCE:.0f} s; try again when it is done"
    if "readonly" in what or "unable to open" in what:
        return f"{path}: the ledger cannot be written ({what}); it is left as it is. Choose a folder you may write to."
    return f"{path}: the ledger cannot be written ({what}); what it holds is intact. Make room, and run the same again."


def _spread(atoms: tuple[Key, ...], numbers: F8) -> Spread:
    columns = numbers.reshape(len(COLUMNS_OF_SPREAD), -1)
    table = np.empty(columns.shape[1], SPREAD)
    for name, column in zip(COLUMNS_OF_SPREAD, columns, strict=True):
        table[name] = column
    return Spread(atoms, table)


def _layout_text(keys: Sequence[Key]) -> bytes:
    return json.dumps(keys).encode()


def _checksum(key: PointKey, layout: str, replication: int, numbers: bytes) -> bytes:
    return hashlib.blake2b(f"{key.name} {layout} {replication}\0".encode() + numbers, digest_size=16).digest()

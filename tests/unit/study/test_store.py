"""The ledger: what is in it stays, and what is not ours or not whole is refused and left alone."""

import random
import shutil
import sqlite3
import subprocess
import sys

import numpy as np
import pytest
from source_tree import ROOT

from ccsim.errors import LedgerError
from ccsim.metrics.layout import WAIT_EDGES
from ccsim.metrics.measure import Measured
from ccsim.study.store import (
    FILE,
    FORMAT,
    PointKey,
    Store,
    layout_digest,
    packed,
    remove,
    version_of_numbers,
    version_on_disk,
)

KEY = PointKey("0123456789abcdef", 2**64 - 1, "0.1.0-x")
KEYS = (("asa", ()), ("asa", (("channel", "phone"),)), ("offered", (("day", 3),)))


def measured(replication):
    """What a replication might have measured; quantiles that saw nobody are nan."""
    numbers = np.arange(len(KEYS), dtype=np.float64) + 10.0 * replication
    numbers[-1] = np.nan
    return Measured(KEYS, numbers, np.ones(len(KEYS)), np.full(len(WAIT_EDGES), float(replication)))


def rows(*replications):
    return [packed(KEY, layout_digest(KEYS), replication, measured(replication)) for replication in replications]


@pytest.fixture
def path(tmp_path):
    return tmp_path / FILE


def filled(path, *replications):
    """A closed ledger with these replications."""
    store = Store(path)
    store.keep(KEY, KEYS, rows(*replications))
    store.close()
    return path


def test_what_was_kept_comes_back_to_the_last_bit_in_the_order_of_replications(path):
    filled(path, 2, 0)
    filled(path, 1)
    store = Store(path)

    sample = store.sample(KEY, 3)

    assert sample.keys == KEYS
    assert np.array_equal(sample.numerators, [measured(n).numerators for n in range(3)], equal_nan=True)
    assert (sample.denominators == 1.0).all()
    assert (sample.waits == 3.0).all()
    assert store.done(KEY) == {0, 1, 2}


def test_fewer_replications_may_be_asked_for_but_not_more(path):
    store = Store(filled(path, 0, 1, 2))

    assert len(store.sample(KEY, 2).numerators) == 2
    with pytest.raises(LedgerError, match="1 replications of 0123456789abcdef are gone"):
        store.sample(KEY, 4)


@pytest.mark.parametrize("other", [KEY._replace(scenario="f"), KEY._replace(seed=1), KEY._replace(numbers="0.2.0-y")])
def test_another_scenario_seed_or_version_of_the_numbers_is_another_point(path, other):
    store = Store(filled(path, 0))

    assert store.done(other) == set()
    assert store.left_alone("0.1.0-x") == 0
    assert store.left_alone("0.2.0-y") == 1


@pytest.fixture
def package(tmp_path):
    """A copy of the package's sources."""
    return shutil.copytree(ROOT / "ccsim", tmp_path / "ccsim", ignore=shutil.ignore_patterns("__pycache__"))


def test_the_version_of_the_numbers_is_that_of_the_sources(package):
    assert version_of_numbers() == version_on_disk(package)


DECIDING = ("scenario/readings.py", "units.py", "logs/logs.py", "plan/workforce.py", "draws/bits.py")


@pytest.mark.parametrize("name", DECIDING)
def test_whatever_decides_a_number_is_in_the_version_of_the_numbers(package, name):
    (package / name).write_text((package / name).read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")

    assert version_of_numbers() != version_on_disk(package)


@pytest.mark.parametrize("name", ["report/page.py", "cli/running.py", "theory/erlang.py", "estimation/columns.py"])
def test_what_only_shows_numbers_is_not(package, name):
    (package / name).write_text("# changed\n", encoding="utf-8")

    assert version_of_numbers() == version_on_disk(package)


def test_a_process_goes_by_what_it_has_loaded(package):
    """Its sources change while it runs: it plays the old ones, and says so."""
    code = (
        "from pathlib import Path\nfrom ccsim.study import store\n"
        "file = Path(store.__file__).parents[1] / 'metrics/settle.py'\nbefore = store.version_of_numbers()\n"
        "file.write_text(file.read_text() + '# changed')\n"
        "print(store.version_of_numbers() == before, store.version_on_disk(file.parents[1]) == before)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=package.parent, capture_output=True, text=True, check=True
    ).stdout

    assert told.split() == ["True", "False"]


def test_a_row_whose_layout_is_another_s_is_noticed(path):
    """One bit of the number of a layout: the numbers would stand under other names."""
    others = (*KEYS[:2], ("offered", (("day", 4),)))
    store = Store(filled(path, 0))
    store.keep(KEY._replace(seed=1), others, [])
    store.close()
    with sqlite3.connect(path) as base:
        base.execute("UPDATE point SET layout = 2 WHERE layout = 1")
    base.close()

    with pytest.raises(LedgerError, match=r"replication 0 .* is not what was written"):
        Store(path).check([KEY])
    with pytest.raises(LedgerError, match=r"replication 0 .* is not what was written"):
        Store(path).sample(KEY, 1)


def test_the_same_row_twice_is_one_row_and_a_different_one_is_refused(path):
    store = Store(filled(path, 0))
    other = packed(KEY, layout_digest(KEYS), 0, measured(5))

    store.keep(KEY, KEYS, rows(0))
    with pytest.raises(LedgerError, match="measured twice with different numbers"):
        store.keep(KEY, KEYS, [*rows(1), other])

    assert store.done(KEY) == {0}
    assert np.array_equal(store.sample(KEY, 1).numerators[0], measured(0).numerators, equal_nan=True)


def test_a_row_kept_under_another_replication_is_noticed(path):
    filled(path, 0, 1)
    with sqlite3.connect(path) as base:
        base.execute("UPDATE replication SET replication = 7 WHERE replication = 1")
    base.close()

    with pytest.raises(LedgerError, match=r"replication 7 .* is not what was written"):
        Store(path).check([KEY])


def test_a_flipped_byte_is_an_error_or_changes_nothing(path, tmp_path):
    """Wherever it is: a wrong number never comes out, and the file is left as it is."""
    whole = filled(path, *range(20)).read_bytes()
    expected = Store(path).sample(KEY, 20)
    chance = random.Random(20_261_122)
    refused = 0
    for n in range(150):
        damaged = tmp_path / f"{n}.sqlite"
        place = chance.randrange(len(whole))
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :])
        before = damaged.read_bytes()
        try:
            store = Store(damaged)
        except LedgerError:
            refused += 1
            assert damaged.read_bytes() == before
            continue
        try:
            store.check([KEY])
            done = store.done(KEY)
            found = store.sample(KEY, 20) if len(done) == 20 else None
        except LedgerError:
            refused += 1
        else:
            assert found is None or np.array_equal(found.numerators, expected.numerators, equal_nan=True)
        finally:
            store.close()

    assert refused > 5


def test_a_flipped_byte_in_a_row_is_refused_before_anything_runs_and_left_as_it_is(path):
    whole = filled(path, *range(20)).read_bytes()
    place = whole.index(rows(7)[0].content) + 9
    path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    before = path.read_bytes()

    with pytest.raises(LedgerError, match=r"the ledger is damaged: replication 7 .* it is left as it is"):
        Store(path).check([KEY])
    assert path.read_bytes() == before


def test_a_file_that_is_no_ledger_is_refused_and_left_as_it_is(path):
    path.write_text("Dear diary, today we sold the printer.\n" * 100, encoding="utf-8")
    before = path.read_bytes()

    for attempt in (lambda: Store(path), lambda: remove(path)):
        with pytest.raises(LedgerError, match="not a ledger of ccsim"):
            attempt()
    assert path.read_bytes() == before


@pytest.mark.parametrize("owner", [0, 77])
def test_somebody_elses_database_is_refused_and_left_as_it_is(path, owner):
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE cookies (name TEXT)")
        base.execute(f"PRAGMA application_id = {owner}")
    base.close()
    before = path.read_bytes()

    with pytest.raises(LedgerError, match="no ledger of ccsim"):
        Store(path)
    assert path.read_bytes() == before


def test_a_newer_ledger_is_refused_and_left_as_it_is(path):
    filled(path, 0)
    with sqlite3.connect(path) as base:
        base.execute(f"PRAGMA user_version = {FORMAT + 1}")
    base.close()
    before = path.read_bytes()

    with pytest.raises(LedgerError, match="written by a newer ccsim"):
        Store(path)
    assert path.read_bytes() == before


def test_a_folder_that_may_not_be_written_is_told_and_left_as_it_is(tmp_path):
    """As an ordinary user, because nothing is closed to root."""
    script = f"""
import os
from test_store import *
from pathlib import Path
folder = Path({str(tmp_path)!r})
folder.chmod(0o500)
if os.geteuid() == 0:
    os.seteuid(65534)
try:
    Store(folder / FILE)
except LedgerError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT / "tests" / "unit" / "study",
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}:."},
    )

    assert "written" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_its_place_is_refused(path):
    path.mkdir()

    with pytest.raises(LedgerError, match="a folder stands"):
        Store(path)


def test_a_damaged_ledger_can_be_removed_when_somebody_wants_it(path):
    filled(path, 0)
    path.write_bytes(path.read_bytes()[:5000])

    remove(path)

    assert not path.exists()


def test_a_full_disk_is_told_and_what_was_kept_before_is_intact(path):
    """A limit on the size of files stands for the disk; in a process of its own, since it can't be lifted again."""
    filled(path, 0)
    script = f"""
import resource, signal
from test_store import *
from pathlib import Path
store = Store(Path({str(path)!r}))
size = Path({str(path)!r}).stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40_000, size + 40_000))
try:
    for n in range(1, 1000):
        store.keep(KEY, KEYS, rows(n))
        print(n, flush=True)
except LedgerError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT / "tests" / "unit" / "study",
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}:."},
    )

    *kept, told = done.stdout.splitlines()

    assert "cannot be written" in told
    assert "what it holds is intact" in told
    assert 0 < len(kept) < 999
    store = Store(path)
    store.check([KEY])
    assert store.done(KEY) >= {0, *map(int, kept)}


def test_two_processes_write_one_ledger_and_every_row_is_there(path):
    script = """
import sys
from test_store import *
from pathlib import Path
store = Store(Path(sys.argv[1]))
for n in range(int(sys.argv[2]), 60, int(sys.argv[3])):
    store.keep(KEY, KEYS, rows(n))
"""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(path), *words],
            cwd=ROOT / "tests" / "unit" / "study",
            env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}:."},
        )
        for words in (("0", "2"), ("0", "3"))
    ]

    assert [process.wait(60) for process in started] == [0, 0]
    assert Store(path).done(KEY) == {*range(0, 60, 2), *range(0, 60, 3)}


def test_every_acknowledged_row_survives_a_killed_process(path):
    script = """
import sys
from test_store import *
from pathlib import Path
store = Store(Path(sys.argv[1]))
for n in range(100_000):
    store.keep(KEY, KEYS, rows(n))
    print(n, flush=True)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        cwd=ROOT / "tests" / "unit" / "study",
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}:."},
        stdout=subprocess.PIPE,
        text=True,
    )
    heard = [process.stdout.readline() for _ in range(25)]
    process.kill()
    heard += process.communicate()[0].splitlines(keepends=True)

    store = Store(path)
    store.check([KEY])
    assert store.done(KEY) >= {int(line) for line in heard if line.endswith("\n")}


def test_a_ledger_of_many_rows_tells_what_it_holds_quickly(path):
    """Thirty thousand rows: counting them reads no numbers."""
    store = Store(path)
    store.keep(KEY, KEYS, rows(0))
    with sqlite3.connect(path) as base:
        base.executemany(
            "INSERT INTO replication (point, replication, content, checksum) VALUES (1, ?, zeroblob(3000), x'00')",
            ((n,) for n in range(1, 30_000)),
        )
    base.close()

    plan = store._base.execute(
        "EXPLAIN QUERY PLAN SELECT replication FROM replication JOIN point ON point.id = replication.point "
        "WHERE scenario = ? AND seed = ? AND numbers = ?",
        ("", "", ""),
    ).fetchall()

    assert len(store.done(KEY)) == 30_000
    assert all("COVERING INDEX" in step[3] for step in plan if "replication" in step[3])


def test_failures_are_kept_until_the_point_succeeds(path):
    store = Store(path)
    store.fail(KEY, "MemoryError: ")

    assert store.failure(KEY) == "MemoryError: "
    store.keep(KEY, KEYS, rows(0))
    assert store.failure(KEY) == ""


def told_apart(folder):
    """Every file in a folder with its bytes and the time of its last change."""
    return {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.iterdir()}


def test_a_ledger_that_is_only_read_stays_as_it_is_and_gets_no_neighbours(path):
    filled(path, 0, 1)
    before = told_apart(path.parent)

    store = Store(path, only_read=True)
    assert len(store.sample(KEY, 2).numerators) == 2
    with pytest.raises(LedgerError, match="cannot be written"):
        store.keep(KEY, KEYS, rows(2))
    store.close()

    assert told_apart(path.parent) == before


def test_what_a_writer_has_not_put_into_the_file_yet_is_read_too(path):
    writer = Store(path)
    writer.keep(KEY, KEYS, rows(0))
    before = path.read_bytes()

    store = Store(path, only_read=True)

    assert store.done(KEY) == {0}
    store.close()
    assert path.read_bytes() == before


def test_an_empty_ledger_that_is_only_read_belongs_to_no_study(path):
    path.touch()

    with pytest.raises(LedgerError, match="belongs to no study yet"):
        Store(path, only_read=True)

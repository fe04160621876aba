"""What made a result."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest

from ccsim.provenance import VERSION, made_at, made_by


def test_what_determines_a_result_is_the_same_every_time():
    first = made_by("ccsim run floor.yaml", digest="9f2c", seed=7)

    assert first == made_by("ccsim run floor.yaml", digest="9f2c", seed=7)
    assert json.loads(json.dumps(first)) == first


def test_what_determines_a_result_names_command_digest_seed_and_versions():
    made = made_by("ccsim run floor.yaml", digest="9f2c", seed=7)

    assert list(made) == ["command", "digest", "seed", "ccsim", "python", "numpy", "numba"]
    assert made["command"] == "ccsim run floor.yaml"
    assert (made["digest"], made["seed"], made["ccsim"]) == ("9f2c", 7, VERSION)
    assert made["python"] == ".".join(map(str, sys.version_info[:3]))


def test_the_versions_are_those_that_would_be_imported():
    made = made_by("", digest="", seed=0)

    import numba
    import numpy

    assert (made["numpy"], made["numba"]) == (numpy.__version__, numba.__version__)


def test_a_package_that_is_not_there_is_told_as_absent(monkeypatch):
    def missing(package):
        raise provenance.PackageNotFoundError(package)

    from ccsim import provenance

    monkeypatch.setattr(provenance, "version", missing)

    assert made_by("", digest="", seed=0)["numba"] == "absent"


def test_telling_versions_imports_neither_numpy_nor_numba():
    code = (
        "import sys\nfrom ccsim.provenance import made_by\nmade_by('', '', 0)\n"
        "print({'numpy', 'numba'} & set(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.strip() == "set()"


def test_the_date_is_told_in_universal_time():
    started = datetime(2026, 1, 5, 9, 30, tzinfo=timezone(timedelta(hours=2)))

    assert made_at(started)["date"] == "2026-01-05T07:30:00+00:00"


def test_the_duration_runs_from_the_start_to_the_call():
    duration = made_at(datetime.now(UTC) - timedelta(seconds=90))["duration"]

    # a loaded machine may take a while between the two readings of the clock, never less than nothing
    assert 90 <= duration < 100


def test_a_start_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match=r"without a zone; pass datetime.now\(UTC\)"):
        made_at(datetime(2026, 1, 5))  # noqa: DTZ001


def test_a_clock_that_was_set_back_gives_no_negative_duration():
    assert made_at(datetime.now(UTC) + timedelta(hours=1))["duration"] == 0.0

"""Workers: how soon they start, and in what stretches they are given work."""

import subprocess
import sys

import pytest

from ccsim.plan.compile import compile_plan
from ccsim.study.workers import _stretches, longest_stretch


@pytest.mark.parametrize(("longest", "lengths"), [(2, {1, 2}), (1000, {12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1})])
def test_every_replication_is_in_one_stretch_and_none_is_too_long(longest, lengths):
    stretches = list(_stretches(range(3, 100), 2, longest))

    assert [i for stretch in stretches for i in stretch] == list(range(3, 100))
    assert {len(stretch) for stretch in stretches} == lengths
    assert [len(stretch) for stretch in stretches] == sorted(map(len, stretches), reverse=True)


def test_stretches_are_so_short_that_progress_is_seen(tiny_scenario):
    tiny = compile_plan(tiny_scenario())
    large = compile_plan(tiny_scenario("needs.volume.per_hour=12500", "calendar.length=24h"))

    assert longest_stretch([large], "compiled") == 2
    assert longest_stretch([large, large], "compiled") == 1
    assert longest_stretch([large], "reference") == 1
    assert longest_stretch([tiny], "compiled") > 100


def test_starting_workers_loads_no_numpy():
    # it takes longer than to start them, and they are at work on it themselves
    code = (
        "import sys\nfrom ccsim.study.workers import start_workers, stop_workers\n"
        "start_workers(2, ())\nprint('numpy' in sys.modules)\nstop_workers(2)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.strip() == "False"

"""The passes give the same bits with the compiler on and off."""

import os
import subprocess
import sys
from pathlib import Path

import ccsim.metrics

ROOT = Path(next(iter(ccsim.metrics.__path__))).parents[1]

# run in two fresh interpreters, so that nothing but the compiler differs
MEASURE = """
import hashlib
from builders import by_hand_logs, by_hand_plan, random_case
from ccsim.metrics.measure import measure

for plan, logs in [(by_hand_plan(), by_hand_logs()), *map(random_case, range(12))]:
    found = measure(plan, logs)
    parts = (found.numerators, found.denominators, found.waits)
    print(len(logs.attempts), *(hashlib.blake2b(part.tobytes(), digest_size=8).hexdigest() for part in parts))
"""


def printed(off):
    path = os.pathsep.join(map(str, (ROOT, ROOT / "tests")))
    environment = {**os.environ, "PYTHONPATH": path, "NUMBA_DISABLE_JIT": off}
    command = [sys.executable, "-P", "-W", "error", "-c", MEASURE]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


def test_measures_have_the_same_bits_with_the_compiler_off():
    assert printed("1") == printed("0")

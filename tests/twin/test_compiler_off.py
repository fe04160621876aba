"""The compiled sources run as plain Python too: the same bits, and no line that random scenarios never reach."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "ccsim" / "engine"
STEP = re.compile(r"^@(step|inlined|compiled\()", re.MULTILINE)


def printed(code, *arguments, compiler):
    """What a fresh interpreter prints, as JSON; Hypothesis draws by what else a process has loaded."""
    paths = os.pathsep.join(map(str, (ROOT, ROOT / "tests", ROOT / "tests" / "twin")))
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        env={**os.environ, "NUMBA_DISABLE_JIT": "0" if compiler else "1", "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_with_the_compiler_off_the_same_sources_give_the_same_bits():
    code = "import digests, json; print(json.dumps(digests.digests(12)))"

    plain, compiled = printed(code, compiler=False), printed(code, compiler=True)

    assert len(plain) == 23
    assert plain == compiled


@pytest.mark.slow
def test_random_scenarios_run_every_line_of_the_compiled_sources():
    files = [file for file in sorted((ENGINE / "compiled").glob("*.py")) if STEP.search(file.read_text("utf-8"))]
    code = (
        "import digests, json, sys\nprint(json.dumps(digests.lines_missed(sys.argv[1:], lambda: digests.played(500))))"
    )

    missed = printed(code, *map(str, [*files, ENGINE / "laws.py"]), compiler=False)

    assert len(missed) == 21
    assert not any(missed.values()), missed

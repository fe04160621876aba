"""The compiled sources run as plain Python too: the same bits, and no line that small scenarios never reach."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from digests import digests

ROOT = Path(__file__).parents[2]
DIGESTS = str(ROOT / "tests" / "twin" / "digests.py")


def uncompiled(*arguments, cwd=None):
    """A fresh interpreter with the compiler off."""
    paths = os.pathsep.join(map(str, (ROOT, ROOT / "tests", ROOT / "tests" / "twin")))
    run = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_with_the_compiler_off_the_same_sources_give_the_same_bits():
    assert uncompiled(DIGESTS, "12").split() == digests(12)


@pytest.mark.slow
def test_random_scenarios_run_every_line_of_the_compiled_sources(tmp_path):
    sources = ",".join(str(ROOT / "ccsim" / "engine" / name) for name in ("compiled/*", "laws.py"))
    uncompiled("-m", "coverage", "run", f"--include={sources}", DIGESTS, "250", cwd=tmp_path)
    uncompiled("-m", "coverage", "json", "-q", "-o", "covered.json", cwd=tmp_path)
    covered = json.loads((tmp_path / "covered.json").read_text(encoding="utf-8"))["files"]

    missed = {Path(file).name: facts["missing_lines"] for file, facts in covered.items()}
    # stepping.py tells the compiler about the world: what it says runs only when something is compiled
    missed.pop("stepping.py")
    assert {"play.py", "steps.py", "calendar.py", "lines.py", "rows.py", "world.py"} <= set(missed)
    assert not any(missed.values()), missed

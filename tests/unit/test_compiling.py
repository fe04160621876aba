import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ccsim.draws
from ccsim.cache import digest_of_sources, sources_behind
from ccsim.logs.passes import merge_sort

ROOT = Path(next(iter(ccsim.draws.__path__))).parents[1]

ASK = """
from ccsim.cache import is_cold
from ccsim.compiling import numba
before = is_cold()
import ccsim.draws.arrivals
from ccsim.draws.elementary import exp
value = exp(1.0).hex()
found = sum(exp.stats.cache_hits.values())
print(before, is_cold(), found, value, numba.config.CACHE_DIR)
"""


def start(code, cache, **environment):
    """A fresh interpreter that keeps compiled code below a folder of the test's own."""
    return subprocess.Popen(
        [sys.executable, "-P", "-W", "error", "-c", code],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "NUMBA_DISABLE_JIT": "0",
            "XDG_CACHE_HOME": str(cache),
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answer(process):
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return out.split()


linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the cache folder is moved by XDG_CACHE_HOME")


@linux_only
def test_the_first_process_compiles_and_the_next_finds_the_result(tmp_path):
    cold_before, cold_after, found, value, folder = answer(start(ASK, tmp_path))
    assert (cold_before, cold_after, found) == ("True", "False", "0")
    assert Path(folder).parent == tmp_path / "ccsim"

    assert answer(start(ASK, tmp_path)) == ["False", "False", "1", value, folder]


@linux_only
@pytest.mark.slow
def test_two_processes_may_meet_an_empty_cache_at_once(tmp_path):
    both = [start(ASK, tmp_path) for _ in range(2)]
    answers = [answer(process) for process in both]

    # the value and the folder; who was first is anybody's guess
    assert answers[0][3:] == answers[1][3:]
    assert answer(start(ASK, tmp_path))[:3] == ["False", "False", "1"]


@linux_only
@pytest.mark.slow
@pytest.mark.parametrize("home", ["a file", "nowhere"])
def test_without_a_cache_folder_of_its_own_it_keeps_code_among_the_temporary_files(home, tmp_path):
    (tmp_path / "a file").write_text("in the way")
    (tmp_path / "temporary").mkdir()
    places = {"TMPDIR": str(tmp_path / "temporary"), "HOME": str(tmp_path / "a file")}
    # an empty XDG_CACHE_HOME means that it is not set, and leads to the home that is a file
    cache = tmp_path / "a file" if home == "a file" else ""

    *_, folder = answer(start(ASK, cache, **places))

    assert Path(folder).is_relative_to(tmp_path / "temporary")
    assert Path(folder).parent.stat().st_mode & 0o077 == 0
    assert answer(start(ASK, cache, **places))[:3] == ["False", "False", "1"]


@linux_only
def test_a_temporary_folder_that_others_can_write_is_not_trusted_with_code(tmp_path):
    (tmp_path / "a file").write_text("in the way")
    open_to_all = tmp_path / f"ccsim-{os.getuid()}"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)

    *_, folder = answer(start(ASK, tmp_path / "a file", TMPDIR=str(tmp_path)))

    assert not Path(folder).is_relative_to(open_to_all)
    assert Path(folder).stat().st_mode & 0o077 == 0


@linux_only
def test_a_helper_changed_in_another_file_takes_effect(tmp_path):
    """numba alone would go on using the old helper: it looks at the file of the calling function only."""
    room = tmp_path / "ccsim" / "draws"
    room.mkdir(parents=True)
    # packages of their own, or an installed ccsim would go before them
    (room / "__init__.py").touch()
    (room.parent / "__init__.py").touch()
    for name in ("cache.py", "compiling.py"):
        shutil.copy(ROOT / "ccsim" / name, room.parent)
    (room / "helper.py").write_text(
        "from ccsim.compiling import F8, compiled\n@compiled(F8(F8))\ndef helper(x):\n    return x + 1.0\n"
    )
    (room / "caller.py").write_text(
        "from ccsim.compiling import F8, compiled\nfrom ccsim.draws.helper import helper\n"
        "@compiled(F8(F8))\ndef caller(x):\n    return helper(x)\n"
    )
    call = "from ccsim.draws.caller import caller; print(caller(1.0))"
    assert answer(start(call, tmp_path / "cache", PYTHONPATH=str(tmp_path))) == ["2.0"]

    (room / "helper.py").write_text((room / "helper.py").read_text().replace("1.0", "5.0"))

    assert answer(start(call, tmp_path / "cache", PYTHONPATH=str(tmp_path))) == ["6.0"]


def test_the_digest_follows_compiled_sources_and_nothing_else(tmp_path):
    for name in (
        "draws/streams.py",
        "engine/laws.py",
        "engine/run.py",
        "engine/compiled/loop.py",
        "plan/law.py",
        "plan/plan.py",
        "metrics/measure.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")
    (tmp_path / "engine/laws.py").write_text("from ccsim.plan import law\n")
    before = digest_of_sources(tmp_path)

    def after(name):
        text = (tmp_path / name).read_text()
        (tmp_path / name).write_text(f"{text}x = 2\n")
        changed = digest_of_sources(tmp_path)
        (tmp_path / name).write_text(text)
        return changed

    assert all(after(name) != before for name in ("draws/streams.py", "engine/laws.py", "plan/law.py"))
    assert all(after(name) == before for name in ("engine/run.py", "metrics/measure.py", "plan/plan.py"))
    (tmp_path / "draws/streams.py").rename(tmp_path / "draws/keys.py")
    assert digest_of_sources(tmp_path) != before


def test_what_is_imported_is_found_however_it_is_written(tmp_path):
    texts = {
        "root.py": "import ccsim.a\nfrom ccsim.b import (\n    one,\n    two,\n)\n"
        "if TYPE_CHECKING:\n    from ccsim.types import T\n",
        "b/one.py": "def f():\n    from ccsim import c\n",
        **dict.fromkeys(("a.py", "b/two.py", "b/three.py", "c.py", "types.py", "__init__.py"), ""),
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    found = sources_behind(tmp_path, [tmp_path / "root.py", tmp_path / "missing.py"])

    assert found == [tmp_path / name for name in ("a.py", "b/one.py", "b/two.py", "c.py", "root.py")]


@linux_only
def test_what_python_loads_of_a_warm_cache_leaves_the_compilers_library_out(tmp_path):
    code = f"{ASK}import sys\nprint('numba.np.linalg' in sys.modules)"
    answer(start(ASK, tmp_path))

    assert answer(start(code, tmp_path))[-1] == "False"


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled")
def test_what_only_compiled_code_calls_tells_python_so():
    with pytest.raises(TypeError, match="merge_sort is for compiled code only"):
        merge_sort(*[None] * 3)

"""The list of commands: their help, their examples, and what they cost to start."""

import io
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from contextlib import nullcontext

import pytest
import typer
from clusters import cluster
from source_tree import ROOT

from ccsim import __version__
from ccsim.cli import app as front
from ccsim.cli.faults import ExitCode

GROUP = typer.main.get_command(front.app)
THEORY = GROUP.commands["theory"]
COMMANDS = {(name,): command for name, command in GROUP.commands.items()}
COMMANDS |= {("theory", name): command for name, command in THEORY.commands.items()}
EXAMPLES = [
    line for command in COMMANDS.values() for line in (command.epilog or "").split("\n\n") if line.startswith("ccsim ")
]
SHARD = shlex.split(
    "sweep experiments/containment-depth.yaml --replications 1 --set 'calendar={start: 2026-01-05, days: 1}'"
)
PANELS = {
    "write": ["init", "check", "show", "schema"],
    "run": ["run", "compare", "sweep", "merge", "report", "reproduce"],
    "learn": ["trace", "theory"],
}


def started(*words, **options):
    """The command as a process of its own, in this clone."""
    return subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # a shell's background job ignores Ctrl-C, and so would its children
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        env=os.environ | {"PYTHONPATH": str(ROOT), "TERM": "dumb"},
        **options,
    )


def test_the_help_lists_every_command_in_its_panel(ccsim):
    shown = ccsim("--help").out

    places = [shown.index(f" {panel} ─") for panel in PANELS]
    assert places == sorted(places)
    for (panel, names), after in zip(PANELS.items(), [*places[1:], len(shown)]):
        part = shown[shown.index(f" {panel} ─") : after]
        assert all(f" {name} " in part for name in names), part


def test_no_command_is_without_its_panel():
    assert {name for names in PANELS.values() for name in names} == set(GROUP.commands)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_examples(ccsim, words):
    done = ccsim(*words, "--help")

    assert done.code == ExitCode.FINE
    assert "Examples" in done.out
    assert f"ccsim {' '.join(words)}" in done.out


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_json(words):
    options = {option for parameter in COMMANDS[words].params for option in parameter.opts}

    assert "--json" in options


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_of_the_help_runs(ccsim, line, tmp_path, monkeypatch):
    words = shlex.split(line.partition(" > ")[0])[1:]
    missing = [word for word in words if word.startswith("scenarios/") and not (ROOT / word).exists()]
    if missing:
        pytest.skip(f"{missing[0]} does not exist yet")
    for name in ("scenarios", "experiments"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    # the last one counts: one replication and one hour show that the words are understood
    few = ["--least", "2", "--most", "2"] if "--precision" in words else ["--replications", "1"]
    if words[0] in ("run", "compare"):
        words += few
        if "scenarios/cast-the-net.yaml" in words:
            words += ["--set", "calendar={start: 2026-01-05, days: 1, follow_up: 0s}"]
    if words[0] in ("report", "reproduce"):
        if "depth" in words:
            ccsim(*SHARD, "--out", "depth", "--shard", "1/9")
        else:
            ccsim("run", "scenarios/erlang-floor.yaml", "--replications", "1", "--out", "results")
    if words[0] == "sweep":
        words += [*few, "--set", "calendar={start: 2026-01-05, days: 1, follow_up: 0s}", "--jobs", "1"]
    if words[0] == "merge":
        for n in (1, 2, 3):
            ccsim(*SHARD, "--out", f"part-{n}", "--shard", f"{n}/3")

    with cluster(tmp_path, n_workers=1) if "--cluster" in words else nullcontext() as there:
        done = ccsim(*[there.address if word.startswith("tcp://") else word for word in words])

    assert done.code in (ExitCode.FINE, ExitCode.MISSED), done.err
    assert done.out


def test_the_version_is_told(ccsim):
    assert ccsim("--version").out == f"ccsim {__version__}\n"


@pytest.mark.parametrize(
    "words", [["swepp"], ["run"], ["run", "a.yaml", "--seed", "x"], ["run", "a.yaml", "--engine", "x"]]
)
def test_wrong_usage_ends_with_2_and_says_nothing_on_stdout(ccsim, words):
    done = ccsim(*words)

    assert (done.code, done.out) == (ExitCode.USAGE, "")
    assert done.err


def test_help_below_half_a_second():
    """The quickest of five, so that a busy machine does not decide; processor time, for the same reason."""
    script = "import sys; sys.argv = ['ccsim', '--help']\nfrom ccsim.cli.app import main\nmain()\nimport time\n"
    script += "print(time.process_time(), file=sys.stderr)"
    times = []
    for _ in range(5):
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
        times.append(float(done.stderr.split()[-1]))

    assert min(times) < 0.5, times


@pytest.mark.parametrize(
    "words", ["check scenarios/erlang-floor.yaml", "show scenarios/erlang-floor.yaml", "--version"]
)
def test_looking_at_a_scenario_loads_neither_numba_nor_scipy_stats_nor_matplotlib(words):
    script = (
        f"import sys; sys.argv = {['ccsim', *words.split()]!r}\nfrom ccsim.cli.app import main\nassert not main()\n"
    )
    script += "print('loaded:', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)

    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.rpartition("loaded:")[2].split())
    assert loaded & {"numba", "scipy.stats", "matplotlib"} == set()


@pytest.mark.parametrize("pause", [0.11, 0.37])
def test_ctrl_c_ends_with_130_and_one_line(desk, pause):
    running = started("run", ROOT / "scenarios" / "three-types.yaml", "--replications", "50000", cwd=desk)
    # the first line of progress says that it is past the imports, in which an interrupt may be lost
    while " replications, " not in running.stderr.readline():
        assert running.poll() is None
    time.sleep(pause)  # it may come while Python runs, compiled code, or what hands over between them
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)

    assert (running.returncode, out) == (ExitCode.INTERRUPTED, "")
    assert [line for line in err.splitlines() if " replications, " not in line and "compil" not in line] == [
        "interrupted"
    ]


def test_a_warm_run_loads_neither_linear_algebra_nor_scipy_stats_nor_matplotlib(desk):
    script = "import sys; sys.argv = ['ccsim', 'run', 'tiny.yaml', '--engine', 'compiled']\n"
    script += "from ccsim.cli.app import main\nassert not main()\nprint('loaded:', *sys.modules)"
    for _ in range(2):  # the first may compile
        done = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=False,
            cwd=desk,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        assert done.returncode == 0, done.stderr

    loaded = set(done.stdout.rpartition("loaded:")[2].split())
    assert loaded & {"numba.np.linalg", "scipy.linalg", "scipy.stats", "matplotlib"} == set()


def test_a_reader_who_leaves_early_is_no_fault(desk):
    writing = started("schema", cwd=desk)
    writing.stdout.readline()
    writing.stdout.close()
    err = writing.stderr.read()
    writing.stderr.close()

    assert (writing.wait(timeout=60), err) == (ExitCode.FINE, "")


def test_a_name_that_the_terminal_cannot_show_is_replaced_and_no_fault(desk):
    (desk / "tiny.yaml").write_text(
        (desk / "tiny.yaml").read_text().replace("name: tiny", "name: Zürich"), encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "show", "tiny.yaml"],
        capture_output=True,
        check=False,
        cwd=desk,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"},
    )

    assert done.returncode == ExitCode.FINE, done.stderr
    assert done.stdout.startswith(b"Z?rich")


def test_an_interrupt_before_the_command_began_is_130(monkeypatch):
    def interrupted(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(front, "app", interrupted)
    monkeypatch.setattr(sys, "stderr", io.StringIO())

    assert front.main() == ExitCode.INTERRUPTED
    assert sys.stderr.getvalue() == "interrupted\n"

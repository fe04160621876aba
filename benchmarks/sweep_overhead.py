"""What a sweep costs beside its work: how busy it keeps its processes, and what its parent needs.

    python benchmarks/sweep_overhead.py --points 200 --seconds 1 --jobs 2

Each point plays about so many seconds of work. Busy is the processor time of the workers over the number of processes
times the time from the first to the last result. The parent's memory is that of points of almost no work. Last comes
how long a sweep takes to find what is missing in a ledger of a million replications.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import ccsim
from ccsim.engine.run import simulate
from ccsim.metrics.layout import layout_of
from ccsim.metrics.measure import measure
from ccsim.metrics.settle import open_layout_of
from ccsim.plan.compile import compile_plan
from ccsim.plan.terms import without_terms
from ccsim.study.agenda import agenda_of
from ccsim.study.playing import play_rows
from ccsim.study.store import FILE, Store, version_of_numbers
from ccsim.study.sweep import _key

FLOOR = """\
name: floor
calendar: {{length: {length}}}
needs: {{volume: {{per_hour: {per_hour}}}, types: [{{name: calls}}]}}
customers: {{patience: {{exponential: {{mean: 3min}}}}}}
agents: [{{name: team, skills: [calls], staffing: {{agents: {agents}}}}}]
handling: {{talk: {{exponential: {{mean: 5min}}}}}}
"""
STUDY = """\
name: overhead
scenario: floor.yaml
factors: {{handling.talk.exponential.mean: {{from: 4min, to: 5min, points: {points}}}}}
measures: [service_level]
replications: 1
"""
CHILD = "--child"


def written(folder, *, points, size, length):
    """A study file and its scenario, of so many times 120 calls an hour."""
    floor = FLOOR.format(length=length, per_hour=120 * size, agents=10 * size + 2)
    (folder / "floor.yaml").write_text(floor, encoding="utf-8")
    path = folder / "study.yaml"
    path.write_text(STUDY.format(points=points), encoding="utf-8")
    return path


def size_of(seconds, folder):
    """How many times 120 calls an hour make so many seconds of work in 12 hours."""
    trial = 50
    written(folder, points=2, size=trial, length="12h")
    plan = compile_plan(ccsim.load_scenario(folder / "floor.yaml"))
    layout = layout_of(plan)
    for replication in range(4):
        if replication == 1:  # the first one loads what is compiled
            began = time.process_time()
        measure(plan, simulate(plan, 1, replication=replication, engine="compiled"), layout)
    return max(round(trial * seconds * 3 / (time.process_time() - began)), 1)


def child(study, jobs, out):
    """In a process of its own: the sweep, and what it took from the first result to the last."""
    seen = []

    def progress(done, *_):
        if done:
            seen.append((done, time.perf_counter(), workers_seconds(), time.process_time()))

    ccsim.sweep(study, jobs=jobs, out=out, engine="compiled", progress=progress)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(*(last - first for first, last in zip(seen[0], seen[-1])), peak)


def workers_seconds():
    """Processor time of all processes that this one has started, so far."""
    ticks = 0
    for pid in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text(encoding="ascii").split():
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measured(study, jobs, out):
    """What the child says."""
    words = [sys.executable, __file__, CHILD, str(study), str(jobs), str(out)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=os.environ)
    return [float(word) for word in done.stdout.split()]


class Resumed(Exception):
    """The sweep knows what is missing."""


def resume(folder, points=1000, each=1000):
    """How large a ledger of so many replications is, and the seconds from the call of a sweep to its first progress."""
    study = written(folder, points=points, size=1, length="30min")
    study.write_text(study.read_text(encoding="utf-8").replace("replications: 1", f"replications: {each + 1}"))
    agenda, worlds = agenda_of(study)
    out = folder / "resumed"
    out.mkdir()
    store = Store(out / FILE)
    for point in agenda.points:
        key = _key(agenda, point, version_of_numbers())
        plan = without_terms(compile_plan(worlds.scenario(point.number)), agenda.limits)
        (row,), _ = play_rows(plan, key, (0,), "compiled", agenda.limits)
        rows = [row._replace(replication=replication) for replication in range(each)]
        store.keep(key, open_layout_of(plan, agenda.limits).kept, rows)
    store.close()

    def progress(done, total, *_):
        assert (done, total) == (0, points)
        raise Resumed

    began = time.perf_counter()
    try:
        ccsim.sweep(study, out=out, engine="compiled", progress=progress)
    except Resumed:
        return (out / FILE).stat().st_size / 1e6, time.perf_counter() - began


def main():
    if CHILD in sys.argv:
        return child(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    parser = argparse.ArgumentParser(description=textwrap.dedent(__doc__ or ""))
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        study = written(folder, points=asked.points, size=size_of(asked.seconds, folder), length="12h")
        played, wall, workers, own, _ = measured(study, asked.jobs, folder / "out")
        print(f"{asked.points} points of {workers / played:.2f} s of work each, with {asked.jobs} processes")
        print(f"from the first result to the last: {wall:.1f} s, load {os.getloadavg()[0]:.1f}")
        print(f"busy: {workers / (asked.jobs * wall):.1%}; the parent took {own / (own + workers):.1%} of the work")
        for points in (asked.points, 10 * asked.points):
            study = written(folder, points=points, size=1, length="30min")
            peak = measured(study, asked.jobs, folder / str(points))[-1]
            print(f"parent's memory with {points} points: {peak:.0f} MB")
        size, seconds = resume(folder)
        print(f"a ledger of a million replications, {size:.0f} MB: goes on after {seconds:.1f} s")
    return None


if __name__ == "__main__":
    main()

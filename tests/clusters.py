"""A dask scheduler and workers, each a process of its own on the loopback interface."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from source_tree import ROOT

READY_WITHIN = 60.0  # s


class Cluster:
    """Real processes: `address` is the scheduler's, `scheduler` and `workers` can be killed."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.workers = []
        file = self.folder / "scheduler.json"
        self.scheduler = self._started("scheduler", "--port", "0", "--scheduler-file", str(file))
        self.address = _address(file, self.scheduler)

    def add_worker(self, *, script="", nanny=False):
        """A worker process of one thread, which runs a script first; with a nanny it comes again when it dies."""
        file = self.folder / f"before-{len(self.workers)}.py"
        file.write_text(script, encoding="utf-8")
        words = ["--nthreads", "1", "--preload", str(file), "--nanny" if nanny else "--no-nanny"]
        worker = self._started("worker", self.address, *words)
        self.workers.append(worker)
        return worker

    def stop(self):
        for process in (*self.workers, self.scheduler):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _started(self, kind, *words):
        script = f"from distributed.cli.dask_{kind} import main; main()"
        return subprocess.Popen(
            [sys.executable, "-c", script, *words, "--host", "127.0.0.1", "--no-dashboard"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )


@contextmanager
def cluster(folder, n_workers=2, **worker):
    """A scheduler with so many workers, gone afterwards."""
    made = Cluster(folder)
    try:
        for _ in range(n_workers):
            made.add_worker(**worker)
        yield made
    finally:
        made.stop()


def _address(file, process):
    """The scheduler's address, once it has written it down."""
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the scheduler ended with {process.returncode}")
        try:
            return json.loads(file.read_text(encoding="utf-8"))["address"]
        except (OSError, ValueError):
            time.sleep(0.02)
    raise RuntimeError("the scheduler does not come up")

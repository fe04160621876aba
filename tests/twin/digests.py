"""Digests of the compiled engine's logs of random scenarios, one a line: what another process is compared with."""

import hashlib
import sys
from dataclasses import fields
from pathlib import Path

import strategies
from hypothesis import HealthCheck, given, settings

from ccsim.engine.compiled.engine import compile_engine
from ccsim.engine.run import simulate
from ccsim.logs.logs import Logs
from ccsim.plan.compile import compile_plan
from ccsim.scenario.load import load_scenario


def digests(n):
    """The digest of every column of every table, for the first n of Hypothesis' fixed scenarios."""
    found = []

    @settings(max_examples=n, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategies.scenarios())
    def play(made):
        found.append(digest(simulate(compile_plan(strategies.loaded(made)), 1, engine="compiled")))

    play()
    compile_engine(compile_plan(load_scenario(Path(__file__).parents[2] / "scenarios" / "erlang-floor.yaml")))
    return found


def digest(logs):
    whole = hashlib.blake2b(digest_size=16)
    for field in fields(Logs):
        table = getattr(logs, field.name)
        for column in table.dtype.names:
            whole.update(f"{column} {table[column].tolist()}\n".encode())
    return whole.hexdigest()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    sys.stdout.write("\n".join(digests(int(sys.argv[1]))))

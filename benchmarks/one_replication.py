"""One replication in a process of its own: its contacts, and the memory in bytes that it takes from plan to logs.

`python benchmarks/one_replication.py SCENARIO PATH=VALUE ...` prints both as JSON.
"""

import json
import resource
import sys

from ccsim.engine.run import simulate
from ccsim.plan.compile import compile_plan
from ccsim.scenario.load import load_scenario


def peak() -> int:
    """The most memory that this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (2**20 if sys.platform == "darwin" else 2**10)


def main(scenario: str, *sets: str) -> None:
    """A day first, so that what is needed only once is there before the replication that is asked for."""
    simulate(compile_plan(load_scenario(scenario)), 1, engine="compiled")
    plan = compile_plan(load_scenario(scenario, sets=sets))
    before = peak()
    contacts = len(simulate(plan, 1, engine="compiled").attempts)
    print(json.dumps([contacts, peak() - before]))


if __name__ == "__main__":
    main(*sys.argv[1:])

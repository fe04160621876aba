"""One replication in a process of its own: contacts, processor time in s and memory in bytes from plan to logs.

`python benchmarks/one_replication.py SCENARIO PATH=VALUE ...` prints the three as JSON.
"""

import json
import resource
import sys
import time

from ccsim.engine.run import simulate
from ccsim.plan.compile import compile_plan
from ccsim.scenario.load import load_scenario


def peak() -> int:
    """The most memory that this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (2**20 if sys.platform == "darwin" else 2**10)


def main(scenario: str, *sets: str) -> None:
    """A day as a warm-up, then the replication that is asked for, twice.

    Memory is that of the first; time is that of the second, because how long the system takes to hand over fresh memory
    depends on what else the machine is doing.
    """
    simulate(compile_plan(load_scenario(scenario)), 1, engine="compiled")
    plan = compile_plan(load_scenario(scenario, sets=sets))
    before = peak()
    contacts = len(simulate(plan, 1, engine="compiled").attempts)
    memory, begins = peak() - before, time.process_time()
    simulate(plan, 1, engine="compiled")
    print(json.dumps([contacts, time.process_time() - begins, memory]))


if __name__ == "__main__":
    main(*sys.argv[1:])

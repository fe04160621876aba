"""The reference engine against SimPy as most people write it: the same queue, turn and turn about, in one run."""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from idiomatic_simpy import run as idiomatic

from ccsim.engine.run import simulate
from ccsim.plan.compile import compile_plan
from ccsim.scenario.load import load_scenario

ROUNDS = 9
DAYS = 5
SCENARIO = Path(__file__).parent.parent / "scenarios" / "erlang-floor.yaml"


def main() -> int:
    """Print contacts/s of both and their ratio; 1 if the reference engine is slower."""
    plan = compile_plan(load_scenario(SCENARIO))
    simulate(plan, 1, engine="reference")
    ours, theirs = [], []
    for turn in range(ROUNDS):
        days = range(turn * DAYS, (turn + 1) * DAYS)
        ours.append(
            speed(
                lambda days=days: sum(
                    len(simulate(plan, 1, replication=day, engine="reference").attempts) for day in days
                )
            )
        )
        theirs.append(
            speed(lambda days=days: sum(len(idiomatic(2 / 60, 300.0, 10, 180.0, 24.0, seed=day)) for day in days))
        )
    ratio = statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
    print(f"{'reference engine':<24}{statistics.median(ours):>12,.0f} contacts/s")
    print(f"{'idiomatic SimPy':<24}{statistics.median(theirs):>12,.0f} contacts/s")
    print(f"{'ratio':<24}{ratio:>12.2f}   (target: at least 1)")
    return 0 if ratio >= 1.0 else 1


def speed(work: Callable[[], int]) -> float:
    """Contacts per second of processor time."""
    begins = time.process_time()
    contacts = work()
    return contacts / (time.process_time() - begins)


if __name__ == "__main__":
    sys.exit(main())

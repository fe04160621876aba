"""The compiled engine against the reference engine and idiomatic SimPy, turn and turn about, in one run."""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from idiomatic_simpy import run as idiomatic

from ccsim.engine.run import simulate
from ccsim.metrics.measure import measure
from ccsim.plan.compile import compile_plan
from ccsim.scenario.load import load_arms, load_scenario

ROUNDS = 7
SCENARIOS = Path(__file__).parent.parent / "scenarios"


def main() -> None:
    """Print a table of speeds, and the ratios that the targets speak of."""
    plain = compile_plan(load_scenario(SCENARIOS / "erlang-floor.yaml"))
    arms = load_arms(SCENARIOS / "cast-the-net.yaml")
    plans = {"plain queue": plain, **{f"cast-the-net {name}": compile_plan(arm) for name, arm in arms.items()}}
    medians = {}
    for name, plan in plans.items():
        for engine in ("compiled", "reference"):
            simulate(plan, 1, engine=engine)
            speeds = [speed(lambda: attempts(plan, engine, turn)) for turn in range(ROUNDS)]  # noqa: B023
            medians[name, engine] = statistics.median(speeds)
    rival = statistics.median(
        speed(lambda: len(idiomatic(2 / 60, 300.0, 10, 180.0, 72.0, seed=turn)))  # noqa: B023
        for turn in range(ROUNDS)
    )
    measured = statistics.median(speed(lambda: measured_attempts(plain, turn)) for turn in range(ROUNDS))  # noqa: B023
    print(f"{'attempts/s of processor time, plan to logs':<44}{'compiled':>12}{'reference':>12}{'ratio':>8}")
    for name in plans:
        fast, plainly = medians[name, "compiled"], medians[name, "reference"]
        print(f"{name:<44}{fast:>12,.0f}{plainly:>12,.0f}{fast / plainly:>8.1f}")
    print(f"{'idiomatic SimPy, plain queue':<44}{'':>12}{rival:>12,.0f}")
    print(f"{'compiled against idiomatic SimPy':<44}{'':>24}{medians['plain queue', 'compiled'] / rival:>8.1f}")
    print(f"{'plain queue, plan to measures':<44}{measured:>12,.0f}")


def attempts(plan: object, engine: str, turn: int) -> int:
    """Attempts of one replication."""
    return len(simulate(plan, 1, replication=turn, engine=engine).attempts)  # type: ignore[arg-type]


def measured_attempts(plan: object, turn: int) -> int:
    """Attempts of one replication whose measures were taken too."""
    logs = simulate(plan, 1, replication=turn, engine="compiled")  # type: ignore[arg-type]
    measure(plan, logs)  # type: ignore[arg-type]
    return len(logs.attempts)


def speed(work: Callable[[], int]) -> float:
    """Attempts per second of processor time."""
    begins = time.process_time()
    n = work()
    return n / (time.process_time() - begins)


if __name__ == "__main__":
    sys.exit(main())

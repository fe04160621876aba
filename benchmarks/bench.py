"""The table of `make bench`: what ccsim's speed and memory are, beside what they are to be compared with, in one run.

    python benchmarks/bench.py [--quick]

docs/benchmarks.md says what each row is. It is a table and no test: the exit code is 0 even where a target is missed.
"""

import argparse
import ast
import json
import math
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import ciw_queue
import idiomatic_simpy
from bare_loop import Queue, by_contacts, by_events, play_bare, queue_of
from timing import Spent, finish, median_ratio, spend, start, turn_about

from ccsim.engine.run import simulate
from ccsim.logs.logs import Table, equal
from ccsim.plan.compile import compile_plan
from ccsim.plan.plan import Plan
from ccsim.scenario.load import load_arms, load_scenario
from ccsim.study.playing import keep_memory

ROOT = Path(__file__).parents[1]
CCSIM = (sys.executable, str(ROOT / "cli.py"))
PLAIN = str(ROOT / "scenarios" / "erlang-floor.yaml")
THREE_TYPES = str(ROOT / "scenarios" / "three-types.yaml")
CAST_THE_NET = str(ROOT / "scenarios" / "cast-the-net.yaml")
OMNICHANNEL = str(ROOT / "scenarios" / "omnichannel.yaml")
# the plain queue in the words of the rivals: rate per s, handling in s, agents, patience in s, hours
PLAIN_QUEUE = (2 / 60, 300.0, 10, 180.0, 24.0)
# what is switched on in the plain queue, one at a time
SWITCHED_ON = {
    "limited lines": ["channels=[{name: phone, lines: 15}]"],
    "balking": ["customers.balking={per_waiting: 0.25}"],
    "announced waits": ["channels=[{name: phone, announces: {handling: 5min}}]"],
    "overflow": [
        "agents=[{name: a, skills: [calls], staffing: {agents: 9}}, {name: b, skills: [calls], staffing: {agents: 1}}]",
        "agents.b.skills={calls: {after: 1min}}",
    ],
    "chats, two at once": ["channels=[{name: phone, concurrency: {most: 2}}]"],
    "leaving without a word": ["channels=[{name: phone, silent: {share: 50%, found_out: 20s}}]"],
    "callbacks": ["channels=[{name: phone, callback: {accepts: 30%}}]"],
    "warm transfers": [
        "agents=[{name: agents, skills: [calls, advice], staffing: {agents: 10}}]",
        "handling={talk: {exponential: {mean: 5min}}, transfers: {to: advice, share: 20%, talk: 1min, warm: 1min}}",
    ],
    "agents who differ": ["agents=[{name: agents, skills: [calls], staffing: {agents: 10}, handles_spread: 20%}]"],
    "the least occupied asked first": ["routing.among_equals=least_occupied"],
    "segments": ["customers.segments=[{name: a, share: 50%}, {name: b, share: 50%, patience: {phone: 2min}}]"],
    "needs that raise others": ["needs.types=[{name: calls, raises: {type: calls, when_resolved: 10%, after: 1h}}]"],
    "handling over the day": ['handling_over_day={from: "00:00", every: 12h, factors: [1x, 1.1x]}'],
}
MILLION = 1e6
LINEAR = 1.25  # what caches may cost where time and memory are linear


class Scale(NamedTuple):
    """How much is played: rounds, replications of the study, s of work for each of two workers, days of growth."""

    rounds: int
    replications: int
    seconds: float
    days: int


FULL = Scale(rounds=5, replications=1000, seconds=5.0, days=3)
QUICK = Scale(rounds=1, replications=100, seconds=1.0, days=3)


class Row(NamedTuple):
    """One line of the table; `ratio` is nan where there is no rival, `target` empty where none is stated."""

    what: str
    ours: str
    rival: str = "-"
    ratio: float = math.nan
    target: str = ""
    met: bool = True


def main() -> None:
    """Print the table, row by row as they are known."""
    options = argparse.ArgumentParser(description="The table of `make bench`.")
    options.add_argument("--quick", action="store_true", help="one round of less work, while something is being made")
    scale = QUICK if options.parse_args().quick else FULL
    keep_memory()
    print(machine())
    print(f"{'':<64}{'ccsim':>14}{'rival':>14}{'ratio':>8}  target")
    for rows in (
        start_up,
        cold_compile,
        plain_queue,
        mechanisms,
        arms,
        studies,
        one_long_replication,
        two_workers,
        growth,
    ):
        for row in rows(scale):
            print(line(row), flush=True)


def machine() -> str:
    """What the figures were taken on, and how busy it was."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} cores{load}"


def line(row: Row) -> str:
    """A row as it is printed."""
    ratio = "-" if math.isnan(row.ratio) else f"{row.ratio:.2f}"
    verdict = f"{row.target}: {'met' if row.met else 'missed'}" if row.target else ""
    return f"{row.what:<64}{row.ours:>14}{row.rival:>14}{ratio:>8}  {verdict}".rstrip()


def millions(speed: float) -> str:
    """A speed in millions a second."""
    return f"{speed / MILLION:.3f} M/s"


def megabytes(memory: float) -> str:
    """An amount of memory."""
    return f"{memory / MILLION:.0f} MB"


def plain_queue(scale: Scale) -> Iterator[Row]:
    """M/M/n+M on single days, turn and turn about: plan to logs in both engines, the bare loop, and the rivals."""
    plan = compile_plan(load_scenario(PLAIN))
    queue = queue_of(plan)
    for serve in (by_events, by_contacts):
        difference = equal(play_bare(serve, queue, 1, 0), simulate(plan, 1, engine="compiled"))
        if difference:
            raise RuntimeError(f"the bare loop does not play the same queue: {difference}")
    speeds = turn_about(
        {
            "compiled": partial(engine_days, plan, "compiled", 50),
            "bare loop": partial(bare_days, by_events, queue, 100),
            "no calendar": partial(bare_days, by_contacts, queue, 100),
            "reference": partial(engine_days, plan, "reference", 4),
            "SimPy": lambda turn: sum(len(idiomatic_simpy.run(*PLAIN_QUEUE, 4 * turn + day)) for day in range(4)),
            "Ciw": lambda turn: ciw_queue.run(*PLAIN_QUEUE, turn),
        },
        scale.rounds,
    )
    yield against(speeds, "compiled", "bare loop", "bare loop, the same rows", 0.5)
    yield against(speeds, "compiled", "no calendar", "first come, first served without a calendar")
    yield against(speeds, "compiled", "reference", "reference engine")
    yield against(speeds, "compiled", "SimPy", "idiomatic SimPy", 30.0)
    yield against(speeds, "compiled", "Ciw", "Ciw")
    yield against(speeds, "reference", "SimPy", "idiomatic SimPy", 1.0)


def mechanisms(scale: Scale) -> Iterator[Row]:
    """The plain queue with one thing more, turn and turn about with the plain one, plan to logs."""
    plain = compile_plan(load_scenario(PLAIN))
    for words, sets in SWITCHED_ON.items():
        plan = compile_plan(load_scenario(PLAIN, sets=sets))
        speeds = turn_about(
            {name: partial(engine_days, one, "compiled", 50) for name, one in (("with", plan), ("without", plain))},
            scale.rounds,
        )
        yield Row(
            f"plain queue with {words} / without",
            *(millions(statistics.median(speed)) for speed in speeds.values()),
            median_ratio(speeds["with"], speeds["without"]),
        )


def engine_days(plan: Plan, engine: str, n_days: int, turn: int) -> int:
    """Attempts of so many replications; the number of the round is their seed."""
    return sum(len(simulate(plan, turn, replication=day, engine=engine).attempts) for day in range(n_days))


def bare_days(serve: Callable[..., Table], queue: Queue, n_days: int, turn: int) -> int:
    """Attempts of so many days of a bare loop."""
    return sum(len(play_bare(serve, queue, turn, day).attempts) for day in range(n_days))


def against(speeds: dict[str, list[float]], ours: str, rival: str, words: str, least: float | None = None) -> Row:
    """A row of the plain queue."""
    ratio = median_ratio(speeds[ours], speeds[rival])
    return Row(
        f"plain queue: {ours} engine / {words}",
        millions(statistics.median(speeds[ours])),
        millions(statistics.median(speeds[rival])),
        ratio,
        f"at least {least:g}" if least else "",
        least is None or ratio >= least,
    )


def arms(scale: Scale) -> Iterator[Row]:
    """The arms of cast-the-net, and a centre with all mechanisms on, plan to logs, in both engines."""
    played = {f"cast-the-net, arm {name}": arm for name, arm in load_arms(Path(CAST_THE_NET)).items()}
    played["omnichannel, every mechanism on"] = load_scenario(OMNICHANNEL)
    for name, arm in played.items():
        plan = compile_plan(arm)
        speeds = turn_about(
            {engine: partial(engine_days, plan, engine, 1) for engine in ("compiled", "reference")}, scale.rounds
        )
        speed = statistics.median(speeds["compiled"])
        yield Row(
            f"{name}: compiled engine / reference engine",
            millions(speed),
            millions(statistics.median(speeds["reference"])),
            median_ratio(speeds["compiled"], speeds["reference"]),
            "at least 0.3 M/s",
            speed >= 0.3 * MILLION,
        )


def studies(scale: Scale) -> Iterator[Row]:
    """Whole commands on one core, by the clock on the wall, and the peak memory of the large one."""
    command = (*CCSIM, "run", THREE_TYPES, "--replications", str(scale.replications), "--json")
    spent = [spend(command) for _ in range(scale.rounds)]
    contacts = offered(spent[0])
    speed = contacts / median_wall(spent)
    memory = statistics.median(one.memory for one in spent)
    words = f"three-types, {contacts / MILLION:.1f} M contacts, whole process"
    yield Row(words, millions(speed), target="at least 1.0 M/s", met=speed >= MILLION)
    yield Row(f"{words}: peak memory", megabytes(memory), target="at most 400 MB", met=memory <= 400e6)
    spent = [spend((*CCSIM, "compare", CAST_THE_NET, "--json")) for _ in range(scale.rounds)]
    told = json.loads(spent[0].output)
    plans = [compile_plan(arm) for arm in load_arms(Path(CAST_THE_NET)).values()]
    attempts = sum(engine_days(plan, "compiled", told["replications"], told["seed"]) for plan in plans)
    words = f"compare cast-the-net, {attempts / MILLION:.1f} M attempts, whole process"
    yield Row(words, millions(attempts / median_wall(spent)))


def median_wall(spent: Sequence[Spent]) -> float:
    """Median over the rounds of the time by the clock on the wall, in s."""
    return statistics.median(one.wall for one in spent)


def offered(spent: Spent) -> float:
    """Contacts of all replications of a study, from what it printed."""
    told = json.loads(spent.output)
    (mean,) = [one["value"] for one in told["estimates"] if one["measure"] == "offered" and not one["cell"]]
    return float(mean) * told["replications"]


def start_up(scale: Scale) -> Iterator[Row]:
    """From Enter to the end of the command, compiled code being there already."""
    spend((*CCSIM, "run", PLAIN))
    wall = median_wall([spend((*CCSIM, "--help")) for _ in range(scale.rounds)])
    yield Row("ccsim --help, from Enter to the end", f"{wall:.2f} s")
    wall = median_wall([spend((*CCSIM, "run", PLAIN)) for _ in range(scale.rounds)])
    yield Row("ccsim run erlang-floor, from Enter to the end", f"{wall:.2f} s", target="under 2 s", met=wall < 2)


def cold_compile(_: Scale) -> Iterator[Row]:
    """A first command with an empty cache less the same with a full one."""
    command = (*CCSIM, "run", PLAIN, "--replications", "1", "--engine", "compiled")
    with tempfile.TemporaryDirectory() as folder:
        cold, warm = (spend(command, XDG_CACHE_HOME=folder).wall for _ in range(2))
    n_lines, each = compiled_lines(), (cold - warm) * 1000 / compiled_lines()
    yield Row("cold compile", f"{cold - warm:.1f} s", target="at most 120 s", met=cold - warm <= 120)
    yield Row(f"cold compile, per line of {n_lines}", f"{each:.1f} ms", target="at most 40 ms", met=each <= 40)


def compiled_lines() -> int:
    """Lines of compiled functions that a statement or a part of one stands on, without docstrings."""
    n = 0
    for file in (ROOT / "ccsim").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(map(compiles, node.decorator_list)):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                parts = [part for statement in body for part in ast.walk(statement)]
                n += 1 + len({part.lineno for part in parts if hasattr(part, "lineno")})
    return n


def compiles(decorator: ast.expr) -> bool:
    """Whether a decorator is one of those that compile."""
    name = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(name, ast.Name) and name.id in ("compiled", "step", "inlined")


def one_long_replication(scale: Scale) -> Iterator[Row]:
    """A study of one replication so long that millions of needs arise in it."""
    n_needs = 2000 * scale.replications
    long = ("--replications", "1", "--set", f"calendar.length={n_needs // 120}h", "--json")
    spent = spend((*CCSIM, "run", PLAIN, *long))
    words = f"one replication of {n_needs / MILLION:.1f} M needs, whole process: peak memory"
    yield Row(words, megabytes(spent.memory), target="at most 2000 MB", met=spent.memory <= 2e9)


def two_workers(scale: Scale) -> Iterator[Row]:
    """One study by two workers against two studies of half the size at the same time, turn and turn about."""
    n = half_of_the_work(scale.seconds)
    workers, processes = [], []
    for _ in range(scale.rounds):
        run = (*CCSIM, "run", THREE_TYPES, "--json", "--replications")
        both = spend((*run, str(2 * n), "--jobs", "2"))
        workers.append(offered(both) / both.wall)
        halves = [finish(one) for one in [start((*run, str(n), "--seed", str(seed))) for seed in (1, 2)]]
        processes.append(sum(map(offered, halves)) / max(one.wall for one in halves))
    ratio = median_ratio(workers, processes)
    yield Row(
        f"three-types, {2 * n} replications: two workers / two processes",
        millions(statistics.median(workers)),
        millions(statistics.median(processes)),
        ratio,
        "at least 0.9",
        ratio >= 0.9,
    )


def half_of_the_work(seconds: float) -> int:
    """Replications of three-types that one process plays in so many seconds."""
    small, large = (spend((*CCSIM, "run", THREE_TYPES, "--json", "--replications", str(n))).wall for n in (20, 320))
    return max(1, round(seconds * 300 / (large - small)))


def growth(scale: Scale) -> Iterator[Row]:
    """One replication at 10 and 100 times the contacts, and at 10 and 100 times the agents with their load."""
    days = [scale.days * times for times in (1, 10, 100)]
    longer = [size(10, n) for n in days]
    # as many contacts at each size, so that only the agents differ
    larger = [size(10 * times, days[2] // times) for times in (1, 10, 100)]
    plans = {sets: compile_plan(load_scenario(PLAIN, sets=sets)) for sets in (*longer, *larger)}
    speeds = turn_about({sets: partial(engine_days, plan, "compiled", 1) for sets, plan in plans.items()}, scale.rounds)
    for k, times in ((1, 10), (2, 100)):
        yield grown(f"{times} x the contacts", speeds[longer[k]], speeds[longer[0]], LINEAR)
    yield memory_grown(longer)
    for k, times in ((1, 10), (2, 100)):
        # log(10 times) / log(10), because there are 10 agents at 1 x
        yield grown(f"{times} x the agents", speeds[larger[k]], speeds[larger[0]], 1 + math.log10(times))


def size(n_agents: int, days: int) -> tuple[str, ...]:
    """What to set on the plain queue for so many agents at the same load, and so many days."""
    return (
        "calendar.warm_up=0s",
        f"calendar.length={24 * days}h",
        f"needs.volume.per_hour={12 * n_agents}",
        f"agents.agents.staffing.agents={n_agents}",
    )


def grown(words: str, speeds: Sequence[float], once: Sequence[float], most: float) -> Row:
    """A row of growth: processor time per contact, against ccsim itself where there is less of it."""
    ratio = median_ratio(once, speeds)
    times = (f"{MILLION / statistics.median(found):.2f} us" for found in (speeds, once))
    return Row(f"{words}: time per contact / at 1 x", *times, ratio, f"at most {most:g}", ratio <= most)


def memory_grown(longer: Sequence[Sequence[str]]) -> Row:
    """The row of memory; what a process has had before cancels out where two replications are compared."""
    script = str(Path(__file__).with_name("one_replication.py"))
    told = [json.loads(spend((sys.executable, script, PLAIN, *sets)).output) for sets in longer]
    first, further = (
        (more - less) / (more_contacts - less_contacts)
        for (less_contacts, less), (more_contacts, more) in pairwise(told)
    )
    ratio = further / first
    return Row(
        "memory per further contact: 10 to 100 x / 1 to 10 x",
        f"{further:.0f} B", f"{first:.0f} B", ratio, f"at most {LINEAR:g}", ratio <= LINEAR,
    )  # fmt: skip


if __name__ == "__main__":
    main()

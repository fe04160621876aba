"""The twins: whole logs of the two engines are equal, every column, every row."""

from pathlib import Path

import pytest
import strategies
from hypothesis import HealthCheck, given, settings

from ccsim.engine.compiled.engine import play
from ccsim.engine.run import simulate
from ccsim.logs.logs import equal
from ccsim.plan.compile import compile_plan
from ccsim.scenario.load import load_arms, load_scenario

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))
SEEDS = (1, 2, 3, 20, 2**64 - 1)


def assert_twins(scenario, seed, replication=0):
    plan = compile_plan(scenario)
    reference = simulate(plan, seed, replication=replication, engine="reference")
    compiled = simulate(plan, seed, replication=replication, engine="compiled")
    assert equal(reference, compiled) == ""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_shipped_scenario_gives_the_same_rows_in_both_engines(path, seed):
    days = 4 if seed == SEEDS[0] else 1
    short = ["calendar.follow_up=0s"] + ([f"calendar.days={days}"] if "days" in path.read_text() else [])
    arms = load_arms(path, short) or {"": load_scenario(path, sets=short)}
    for scenario in arms.values():
        assert_twins(scenario, seed)


def test_random_scenarios_with_forced_ties_give_the_same_rows_in_both_engines(twin_examples):
    @settings(
        max_examples=twin_examples,
        derandomize=twin_examples <= 100,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategies.scenarios())
    def twins(made):
        assert_twins(strategies.loaded(made), 1)

    twins()


def test_channels_that_close_with_customers_inside_give_the_same_rows_in_both_engines(twin_examples):
    @settings(
        max_examples=twin_examples,
        derandomize=twin_examples <= 100,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategies.closings())
    def twins(made):
        assert_twins(strategies.loaded(made), 1)

    twins()


def test_the_loop_is_compiled_for_one_kind_of_world_only():
    """A second specialisation would cost every planner the compile time again."""
    for path in SCENARIOS:
        plan = compile_plan(load_scenario(path, sets=["calendar.follow_up=0s"]))
        simulate(plan, 1, engine="compiled")

    assert len(getattr(play, "signatures", [0])) == 1

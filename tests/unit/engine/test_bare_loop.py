"""The benchmarks' bare loop plays the plain queue as the engine does; a new column must not break it unseen."""

from pathlib import Path

import pytest
from bare_loop import by_contacts, by_events, play_bare, queue_of

from ccsim.engine.run import simulate
from ccsim.logs.logs import equal
from ccsim.plan.compile import compile_plan
from ccsim.scenario.load import load_scenario

PLAIN = Path(__file__).parents[3] / "scenarios" / "erlang-floor.yaml"


@pytest.mark.parametrize("serve", [by_events, by_contacts])
def test_the_bare_loop_writes_the_rows_of_the_engine(serve):
    plan = compile_plan(load_scenario(PLAIN))

    assert equal(simulate(plan, 1, engine="compiled"), play_bare(serve, queue_of(plan), 1, 0)) == ""

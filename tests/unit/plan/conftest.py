import pytest
from hand_days import centre

from ccsim.plan.compile import compile_plan
from ccsim.scenario.load import scenario_from


@pytest.fixture
def compiled():
    """Compiles the smallest centre with flat demand, some of its sections replaced."""

    def plan(**sections):
        needs = {"volume": {"per_day": 240}, "types": [{"name": "a"}]}
        return compile_plan(scenario_from(centre(**({"needs": needs} | sections))))

    return plan

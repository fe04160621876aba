"""The shipped scenarios that have an answer on paper, through `ccsim.run`: docs/model.md, table of oracles."""

from pathlib import Path

import pytest
from scipy.special import stdtrit

import ccsim

ENGINES = ["reference", "compiled"]
SCENARIOS = Path(__file__).parents[2] / "scenarios"
# four digits are printed in the table
DIGITS = 0.00005


def estimate(result, measure):
    (found,) = [one for one in result.arm.estimates if one.measure == measure and one.cell == {}]
    return found.value, found.half_width / stdtrit(found.n - 1, 0.5 + found.level / 2.0)


@pytest.mark.theory
@pytest.mark.parametrize("engine", ENGINES)
def test_erlang_floor_gives_the_textbooks_answer(engine):
    """M/M/n+M: 2 calls a minute of 5 minutes, 10 agents, patience 3 minutes; level 2e-3 a figure (3.5 errors)."""
    exact = {
        "abandonment": (0.1406, 1),
        "wait_offered": (0.4219, 60),
        "waited_share": (0.4853, 1),
        "occupancy": (0.8594, 1),
        "service_level_offered": (0.6024, 1),
    }

    result = ccsim.run(SCENARIOS / "erlang-floor.yaml", engine=engine)

    for measure, (value, unit) in exact.items():
        found, error = estimate(result, measure)
        print(f"{measure} {found:.5f} against {value * unit:.5f}, z {(found - value * unit) / error:+.2f}")
        assert abs(found - value * unit) <= 3.5 * error + DIGITS * unit, measure


@pytest.mark.slow
@pytest.mark.theory
@pytest.mark.parametrize("engine", ENGINES)
def test_redials_give_the_fixed_point(engine):
    """2.499 contacts a minute, 24.93 % abandoned; the fixed point holds for long delays, so 1 % is allowed on top."""
    result = ccsim.run(SCENARIOS / "redials.yaml", engine=engine)

    hours = 4 * 24
    for measure, value in (("offered", 2.499 * 60 * hours), ("abandonment", 0.2493)):
        found, error = estimate(result, measure)
        print(f"{measure} {found:.5f} against {value:.5f}, z {(found - value) / error:+.2f}")
        assert abs(found - value) <= 3.5 * error + 0.01 * value, measure

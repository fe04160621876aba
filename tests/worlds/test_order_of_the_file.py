"""The order in which a file names things moves no number: by name, not by place, chance is cut and ties end."""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from ccsim.engine.run import simulate
from ccsim.metrics.measure import measure
from ccsim.plan.compile import compile_plan
from ccsim.scenario.load import as_written, load_scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"
# lists whose order says nothing: what is in them has a name
NAMED = ("types", "channels", "agents", "segments")


def shuffled(value, chance, name=""):
    """The same content with its mappings and its lists of named things in another order."""
    if isinstance(value, dict):
        pairs = [(key, shuffled(each, chance, key)) for key, each in value.items()]
        chance.shuffle(pairs)
        return dict(pairs)
    if isinstance(value, list):
        items = [shuffled(each, chance) for each in value]
        if name in NAMED and all(isinstance(each, dict) and "name" in each for each in items):
            chance.shuffle(items)
        return items
    return value


@pytest.mark.parametrize("name", ["two-skills", "three-types", "chat-desk", "callbacks", "cast-the-net", "omnichannel"])
def test_another_order_in_the_file_gives_the_same_numbers(name, tmp_path):
    sets = ["calendar.days=2", "calendar.warm_up=0 days", "calendar.follow_up=1 day"]
    scenario = load_scenario(SCENARIOS / f"{name}.yaml", sets=sets if name in ("cast-the-net", "omnichannel") else ())
    written = as_written(scenario)
    found = []
    for k in range(3):
        document = written if k == 0 else shuffled(written, random.Random(k))
        path = tmp_path / f"{k}.yaml"
        path.write_text(json.dumps(document), encoding="utf-8")
        plan = compile_plan(load_scenario(path))
        measured = measure(plan, simulate(plan, 1, engine="reference"))
        pairs = zip(measured.numerators.tolist(), measured.denominators.tolist(), strict=True)
        found.append(dict(zip(measured.keys, pairs, strict=True)))

    for other in found[1:]:
        assert other.keys() == found[0].keys()
        np.testing.assert_array_equal([other[key] for key in found[0]], list(found[0].values()))

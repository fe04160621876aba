"""Chance belongs to the customers: not to labels, arms, other types, more demand, or the number of workers."""

import json

import numpy as np
import pytest
from worlds.base import ENGINES, FULL, PLAIN, apart, changed, played

import ccsim
from ccsim.logs.logs import equal
from ccsim.metrics.definitions import BESIDE, MEASURES
from ccsim.scenario.load import load_arms, scenario_from

OPEN = {"channels.phone.gate": "off", "channels.phone.prominence": "100%"}
TIGHT = {"channels.phone.gate.levels": 5, "channels.phone.prominence": "40%"}


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_seed_gives_the_same_logs(engine):
    one, other = played(FULL, seed=7, engine=engine)[1], played(FULL, seed=7, engine=engine)[1]

    assert equal(one, other) == ""
    assert apart(one, other) == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("other", [{"seed": 8}, {"seed": 7, "replication": 1}, {"seed": 2**64 - 7}])
def test_another_seed_or_replication_gives_other_logs(other, engine):
    base = played(FULL, seed=7, engine=engine)[1]
    moved = played(FULL, **other, engine=engine)[1]

    arrivals = set(base.needs["arises"].tolist())
    assert not arrivals & set(moved.needs["arises"].tolist())


@pytest.mark.parametrize("engine", ENGINES)
def test_shuffled_arm_labels_give_the_same_logs(engine):
    straight = load_arms(scenario_from(changed(FULL, arms={"contain": TIGHT, "open": OPEN})))
    crossed = load_arms(scenario_from(changed(FULL, arms={"open": TIGHT, "contain": OPEN})))

    def logs(scenario):
        return ccsim.simulate(ccsim.compile_plan(scenario), 3, engine=engine)

    assert equal(logs(straight["contain"]), logs(crossed["open"])) == ""
    assert equal(logs(straight["open"]), logs(crossed["contain"])) == ""
    assert equal(logs(straight["open"]), logs(straight["contain"])) != ""


@pytest.mark.parametrize("engine", ENGINES)
def test_arms_meet_the_same_needs(engine):
    """Everything that a need brings along is the same whatever the strategy; only what becomes of it differs."""
    arms = load_arms(scenario_from(changed(FULL, arms={"contain": TIGHT, "open": OPEN})))

    tight, free = (ccsim.simulate(ccsim.compile_plan(arm), 3, engine=engine).needs for arm in arms.values())

    for column in ("need", "need_type", "cause", "complexity", "stake", "arises", "preferred"):
        np.testing.assert_array_equal(tight[column], free[column])
    assert (tight["outcome"] != free["outcome"]).any()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("base", [FULL, PLAIN], ids=["full", "plain"])
def test_more_demand_adds_needs_and_moves_none(base, engine):
    less = played(base, engine=engine)[1].needs
    more = played(changed(base, needs__volume__per_hour=75), engine=engine)[1].needs

    kept = more[np.isin(more["need"], less["need"])]
    assert len(more) > len(less)
    assert len(kept) == len(less)
    for column in ("need", "need_type", "cause", "complexity", "stake", "arises", "preferred"):
        np.testing.assert_array_equal(kept[column], less[column])


@pytest.mark.parametrize("engine", ENGINES)
def test_another_need_type_leaves_the_first_alone(engine):
    """With agents of its own, the newcomer changes no row of the first type."""
    two = changed(
        PLAIN,
        needs={
            "volume": {"per_hour": 120},
            "types": [{"name": "call", "share": "50%"}, {"name": "newcomer", "share": "50%"}],
        },
        agents=[*PLAIN["agents"], {"name": "others", "skills": ["newcomer"], "staffing": {"agents": 4}}],
    )

    _, alone = played(PLAIN, engine=engine)
    _, together = played(two, engine=engine)

    for table in ("needs", "attempts"):
        rows = getattr(together, table)
        first = rows[rows["need_type"] == 0]
        assert len(first) < len(rows)
        for column in rows.dtype.names:
            np.testing.assert_array_equal(first[column], getattr(alone, table)[column])


@pytest.mark.parametrize("engine", ENGINES)
def test_the_order_of_need_types_moves_no_need(engine):
    turned = changed(FULL, needs__types=FULL["needs"]["types"][::-1])

    one, other = played(FULL, engine=engine)[1].needs, played(turned, engine=engine)[1].needs

    for column in ("need", "complexity", "stake", "arises", "preferred"):
        np.testing.assert_array_equal(one[column], other[column])


@pytest.mark.parametrize("engine", ENGINES)
def test_an_attempt_brings_the_same_patience_and_the_same_talk_wherever_it_comes(engine):
    """More agents move nobody's patience and nobody's talk."""
    few = changed(
        PLAIN, customers={"patience": {"exponential": {"mean": "5min"}}}, agents__desk__staffing={"agents": 4}
    )
    many = changed(few, agents__desk__staffing={"agents": 5})

    one, other = (played(world, engine=engine)[1].attempts for world in (few, many))

    np.testing.assert_array_equal(one["need"], other["need"])
    both = ~np.isnan(one["patience"]) & ~np.isnan(other["patience"])
    assert both.sum() > 20
    np.testing.assert_array_equal(one["patience"][both], other["patience"][both])
    talked = (one["end_reason"] == 0) & (other["end_reason"] == 0)
    talks = [(rows["talk_ends"] - rows["starts"])[talked] for rows in (one, other)]
    # a difference of two clock times carries their rounding
    np.testing.assert_allclose(*talks, rtol=0, atol=1e-10)


def as_file(folder, mapping, name="world.yaml"):
    """A scenario file; JSON is YAML."""
    path = folder / name
    path.write_text(json.dumps(mapping), encoding="utf-8")
    return path


@pytest.mark.parametrize("engine", ENGINES)
def test_arms_that_differ_in_name_only_differ_by_exactly_nothing(engine, tmp_path):
    path = as_file(tmp_path, changed(FULL, arms={"one": {}, "other": {}}))

    result = ccsim.compare(path, replications=3, engine=engine)

    assert len(result.differences) > 100
    for difference in result.differences:
        seen = [found for found in (difference.value, difference.low, difference.high) if found is not None]
        assert seen == [0.0] * len(seen), difference
    values = [[(one.measure, one.cell, one.value, one.low) for one in arm.estimates] for arm in result.arms]
    own = [one for one in values[1] if one[0] in MEASURES]
    beside = {measure: value for measure, cell, value, _ in values[1] if measure in BESIDE and not cell}
    assert values[0] == own
    resolved = next(value for measure, cell, value, _ in own if (measure, cell) == ("resolved_share", {}))
    assert beside == dict.fromkeys(BESIDE, 0.0) | {"resolved_by_both": resolved}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_estimates_what_the_single_steps_measure(engine, tmp_path):
    """The front door plays replications 0, 1, 2 ... of the seed, and nothing else."""
    path = as_file(tmp_path, PLAIN)

    result = ccsim.run(path, seed=11, replications=3, engine=engine)

    legs = [played(PLAIN, seed=11, replication=i, engine=engine)[1].attempts for i in range(3)]
    waits = sum(float((rows["starts"] - rows["joins"])[~np.isnan(rows["starts"])].sum()) for rows in legs)
    answered = sum(int((~np.isnan(rows["starts"])).sum()) for rows in legs)
    (asa,) = [one for one in result.arm.estimates if one.measure == "asa" and one.cell == {}]
    assert asa.value == pytest.approx(waits / answered, rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_the_number_of_workers_changes_no_number(engine, tmp_path):
    path = as_file(tmp_path, changed(FULL, arms={"contain": TIGHT, "open": OPEN}))

    one, two = (ccsim.compare(path, replications=4, jobs=jobs, engine=engine, reproducible=True) for jobs in (1, 2))

    assert one == two

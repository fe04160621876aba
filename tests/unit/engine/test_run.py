"""One replication from outside: needs before strategy, logs after."""

from dataclasses import fields

import numpy as np
import pytest

from ccsim.draws.streams import Purpose, need_uniform
from ccsim.engine.potential import in_order_of_arrival, potential_needs
from ccsim.engine.run import simulate
from ccsim.errors import InputError
from ccsim.logs.logs import COLUMNS, ROW_ORDER, Logs, equal
from ccsim.plan.compile import compile_plan
from ccsim.scenario.load import scenario_from

SMALL = {
    "name": "small",
    "calendar": {"length": "4h"},
    "needs": {
        "volume": {"per_hour": 60},
        "types": [
            {"name": "a", "share": "50%", "complexity": "low", "stake": "high"},
            {"name": "b", "share": "50%", "kind": "failure", "causes": {"standing": 4, "incidence_spread": 1.0}},
        ],
    },
    "customers": {"channels_preferred": {"phone": "50%", "post": "30%", "none": "20%"}, "patience": {"phone": "60s"}},
    "channels": [{"name": "phone"}, {"name": "post", "kind": "deferrable"}],
    "agents": [{"name": "g", "skills": ["a", "b"], "staffing": {"agents": 4}}],
    "handling": {
        name: {"phone": {"talk": {"exponential": {"mean": "200s"}}}, "post": {"work": "100s"}} for name in ("a", "b")
    },
}


@pytest.fixture(scope="module")
def plan():
    return compile_plan(scenario_from(SMALL))


def test_an_engine_of_another_name_is_refused_with_the_names_there_are(plan):
    with pytest.raises(InputError, match=r"warp.*auto, reference"):
        simulate(plan, 1, engine="warp")


def test_equal_seeds_give_equal_logs_and_the_replication_or_the_seed_changes_them(plan, engine):
    one = simulate(plan, 7, engine=engine)

    assert equal(one, simulate(plan, 7, engine=engine)) == ""
    assert equal(one, simulate(plan, 7, replication=1, engine=engine)) != ""
    assert equal(one, simulate(plan, 8, engine=engine)) != ""


def test_auto_plays_what_the_reference_engine_plays(plan):
    assert equal(simulate(plan, 7), simulate(plan, 7, engine="reference")) == ""


def test_every_seed_of_64_bits_will_do(plan):
    needs = [simulate(plan, seed).needs["arises"] for seed in (0, 2**63, 2**64 - 1)]

    assert all(len(each) for each in needs)
    assert not np.array_equal(needs[0], needs[1])
    assert not np.array_equal(needs[1], needs[2])


def test_tables_have_the_logs_columns_and_order_and_nobody_can_write_to_them(plan, engine):
    logs = simulate(plan, 7, engine=engine)

    for field in fields(Logs):
        table = getattr(logs, field.name)
        assert table.dtype == COLUMNS[field.name]
        assert not table.flags.writeable
        keys = [table[column] for column in reversed(ROW_ORDER[field.name])]
        assert (np.lexsort(keys) == np.arange(len(table))).all()


def test_potential_needs_come_in_order_of_their_ids_and_before_the_horizon(plan):
    needs, _ = potential_needs(plan, 7, 0)

    assert needs["arises"].max() < plan.horizon
    assert (np.diff(needs["need"]) > 0).all()
    assert (needs["need"] > 0).all()


def test_needs_of_the_same_instant_arise_in_order_of_their_ids():
    needs = np.zeros(5, dtype=COLUMNS["needs"])
    needs["need"], needs["arises"] = [10, 11, 12, 13, 14], [7.0, 3.0, 7.0, 3.0, 0.0]

    order, times = in_order_of_arrival(needs)

    assert order.tolist() == [4, 1, 3, 0, 2]
    assert times.tolist() == needs["arises"][order].tolist()


def test_every_potential_need_is_a_row_of_the_log_whatever_becomes_of_it(plan, engine):
    needs, weights = potential_needs(plan, 7, 0)
    logs = simulate(plan, 7, engine=engine)

    in_order = needs[np.argsort(needs["need"])]
    for column in ("need", "need_type", "cause", "complexity", "stake", "arises", "preferred"):
        assert logs.needs[column].tolist() == in_order[column].tolist()
    assert logs.causes["weight"].tolist() == weights.tolist()


def test_attributes_without_spread_are_the_typical_ones(plan):
    needs, _ = potential_needs(plan, 7, 0)

    plain = needs[needs["need_type"] == 1]
    assert set(plain["complexity"].tolist()) == {0.5}
    assert set(plain["stake"].tolist()) == {1.0}
    assert len(np.unique(needs["complexity"])) == (needs["need_type"] == 0).sum() + 1


def test_the_preferred_channel_is_where_the_needs_own_number_falls(plan):
    needs, _ = potential_needs(plan, 7, 0)

    def expected(need):
        u = need_uniform(7, 0, need, int(Purpose.PREFER), 0, 0, 0)
        return 0 if u < 0.5 else 1 if u < 0.8 else -1

    assert needs["preferred"].tolist() == [expected(need) for need in needs["need"].tolist()]
    assert set(needs["preferred"].tolist()) == {0, 1, -1}


def test_a_need_type_more_leaves_every_other_need_as_it_was(plan):
    types = [*SMALL["needs"]["types"], {"name": "c", "share": "0%"}]
    more = {
        **SMALL,
        "needs": SMALL["needs"] | {"types": types},
        "handling": SMALL["handling"] | {"c": SMALL["handling"]["a"]},
    }

    one, _ = potential_needs(plan, 7, 0)
    other, _ = potential_needs(compile_plan(scenario_from(more)), 7, 0)

    assert str(one.tolist()) == str(other.tolist())


def test_staffing_leaves_every_need_as_it_was(plan):
    fewer = {**SMALL, "agents": [{"name": "g", "skills": ["a", "b"], "staffing": {"agents": 1}}]}

    one, _ = potential_needs(plan, 7, 0)
    other, _ = potential_needs(compile_plan(scenario_from(fewer)), 7, 0)

    assert str(one.tolist()) == str(other.tolist())


def test_no_needs_at_all_give_an_empty_log_and_an_idle_floor(engine):
    nothing = {**SMALL, "needs": SMALL["needs"] | {"volume": {"per_hour": 0}}}
    logs = simulate(compile_plan(scenario_from(nothing)), 7, engine=engine)

    assert (len(logs.needs), len(logs.attempts), len(logs.signals)) == (0, 0, 0)
    assert logs.agent_states[["starts", "ends"]].tolist() == [(0.0, 14400.0)] * 4

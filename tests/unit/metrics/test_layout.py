"""The layout of a plan: which values there are, in which order, whatever happens."""

import numpy as np
import pytest
from builders import NAN, by_hand_logs, by_hand_plan, logs, plan_like, random_case

from ccsim.metrics import layout, passes
from ccsim.metrics.cells import (
    OF_CALLS_OUT,
    OF_LIVE,
    OF_LIVE_FIRST,
    OF_RAISED,
    OF_SHARED,
    OF_SILENCE,
    OF_TARGET,
    OF_TOLERANCE,
    OF_WARM,
    keys_of,
)
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.layout import ATOMS, layout_of
from ccsim.metrics.measure import compile_passes, empty_sample, measure, sample_of


def test_every_replication_has_the_layout_of_its_plan():
    plan = by_hand_plan()
    at = layout_of(plan)

    for log in (by_hand_logs(), logs()):
        found = measure(plan, log)
        assert found.keys is at.keys
        assert [(value.measure, value.cell) for value in found] == list(at.keys)


@pytest.mark.parametrize("segments", [(), ("young", "old")])
def test_the_layout_is_the_table_of_measures_spelled_out(segments):
    """In the order of the table; service levels and replies are not given for every cell, nor sharing where is none."""
    plan = by_hand_plan(segment_names=segments)
    names = plan.names
    values = {
        "channel": names.channels, "queue": names.queues, "need_type": names.need_types, "group": names.groups,
        "cause": names.causes, "segment": names.segments, "interval": ("00:00", "00:30"), "day": (0,),
        "route": ("manual_sample", "agent_flag", "log_analysis"),
        "gate": ("not_reached", "not_recorded", "not_accessible", "not_shown", "not_found"),
    }  # fmt: skip
    at = layout_of(plan)
    expected = []
    for name, one in MEASURES.items():
        for keys in one.cells:
            cells = [()]
            for key in keys:
                cells = [(*cell, (key, value)) for cell in cells for value in values[key]]
            if name in OF_LIVE | {"balked", *OF_LIVE_FIRST}:
                cells = [cell for cell in cells if not any("email" in str(value) for _, value in cell)]
            # of a single day the intervals say the same
            cells = cells if keys != ("day", "interval") else []
            if name == "blocked" and keys == ("channel",):
                cells = [cell for cell in cells if "phone" in cell[0][1]]
            of_channel = {"channel", "queue"} & set(keys)
            if name in ("answered_within_deadline", "response_time", "backlog") and of_channel:
                cells = [cell for cell in cells if "email" in cell[0][1]]
            off = (*OF_SHARED, *OF_TOLERANCE, *OF_RAISED, *OF_CALLS_OUT)
            off += (*OF_WARM, *OF_SILENCE, *OF_TARGET, "exposure", "cut_off", "fte")
            expected += [(name, cell) for cell in cells if not name.startswith(off)]

    assert list(at.keys) == expected
    assert list(keys_of(plan)) == expected


def test_without_a_deferrable_channel_there_are_no_replies():
    names = {name for name, _ in layout_of(plan_like()).keys}

    assert not {"answered_within_deadline", "response_time", "backlog"} & names


def test_without_limited_lines_nobody_can_be_blocked():
    assert "blocked" not in {name for name, _ in layout_of(plan_like()).keys}


def test_where_everybody_joins_nobody_balks():
    assert "balked" not in {name for name, _ in layout_of(plan_like()).keys}


def test_where_contacts_share_agents_their_channels_and_queues_and_the_others_are_told_so():
    channels = ({"live": 1, "answer_within": NAN, "gate": 1}, {"live": 1, "answer_within": NAN, "most": 3})

    shared = [cell for name, cell in layout_of(by_hand_plan(channels=channels)).keys if name == "concurrency"]

    of_queues = [(("channel", "email"),), (("queue", "email.billing"),)]
    of_others = [
        ((key, value),)
        for key, values in (("need_type", ("balance", "billing")), ("group", ("generalists", "experts")))
        for value in values
    ]
    assert shared == [(), *of_queues, *of_others]


def test_every_measure_has_its_columns():
    assert set(layout.COLUMNS) | {"service_level"} == set(MEASURES)
    assert all(0 <= column < passes.N_COLUMNS for pair in layout.COLUMNS.values() for column in pair)
    assert {name for name, pair in layout.COLUMNS.items() if len(pair) == 2} == {
        name for name, one in MEASURES.items() if one.kind == "ratio" and name != "service_level"
    }


def test_measuring_leaves_the_layout_as_it_was():
    plan, log = random_case(3)
    at = layout_of(plan)
    before = at.blank.tobytes()

    measure(plan, log)
    compile_passes(plan)

    assert layout_of(plan) is at
    assert at.blank.tobytes() == before
    assert not at.blank.flags.writeable


def test_a_sample_has_a_row_for_each_replication():
    plan = by_hand_plan()
    full, empty = measure(plan, by_hand_logs()), measure(plan, logs())
    sample, room = sample_of([full, empty]), empty_sample(layout_of(plan).keys, 2)

    assert sample.keys == room.keys == full.keys
    assert sample.numerators.shape == room.numerators.shape == room.denominators.shape
    np.testing.assert_array_equal(sample.numerators, [full.numerators, empty.numerators])
    np.testing.assert_array_equal(sample.denominators, [full.denominators, empty.denominators])
    np.testing.assert_array_equal(sample.waits, full.waits)


def test_channels_tried_are_counted_where_there_are_several():
    assert "channels_per_need" not in {name for name, _ in layout_of(plan_like()).keys}
    assert "channels_per_need" in {name for name, _ in layout_of(by_hand_plan()).keys}


def test_signals_are_given_by_the_routes_that_look():
    def routes(plan):
        cells = [dict(cell) for name, cell in layout_of(plan).keys if name == "signals"]
        return [cell["route"] for cell in cells if "route" in cell]

    assert routes(plan_like(looks=("speech_coverage", "text_coverage"))) == ["speech_analytics", "text_analytics"]
    assert routes(plan_like()) == []
    assert "signals_missed" not in {name for name, _ in layout_of(plan_like()).keys}


def test_what_spreads_are_of_is_never_the_name_of_a_measure():
    """A ledger tells them apart by their names."""
    assert not set(ATOMS.values()) & set(MEASURES)
    assert {name for name, _ in layout_of(by_hand_plan()).atoms} == set(ATOMS.values())
    assert {name.rpartition("_p")[0] for name, one in MEASURES.items() if one.kind == "quantile"} == set(ATOMS)
